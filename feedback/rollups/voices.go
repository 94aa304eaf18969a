package rollups

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"heard/feedback"
	"heard/feedback/issues"
	"heard/feedback/surveys"
	"heard/tickets/events"

	"github.com/uptrace/bun"
)

const (
	quotes     = 2   // of each kind
	leastQuote = 15  // characters: "ok" is no voice
	mostQuote  = 280 // more is cut
)

// voices chooses what customers said: the best and the worst rated comments, longer ones first. The report keeps which
// ones, not what they say.
func (b *build) voices(ctx context.Context, rep *Report) error {
	if b.r.surveys == nil {
		return nil
	}
	list, err := b.r.surveys.CSAT(ctx, b.from, b.to)
	if err != nil {
		return fmt.Errorf("read comments: %w", err)
	}
	if err := b.asRated(ctx, list); err != nil {
		return err
	}
	list = slices.DeleteFunc(list, func(a surveys.Answer) bool {
		return a.AnsweredAt < b.from || a.AnsweredAt >= b.to || utf8.RuneCountInString(strings.TrimSpace(a.Comment)) < leastQuote ||
			!b.filter.passes(a.Inbox, a.Team, a.Agent, a.Channel)
	})
	pick := func(want bool, order int) []Quote {
		out, said := []Quote{}, map[string]bool{}
		slices.SortStableFunc(list, func(x, y surveys.Answer) int {
			return cmp.Or(order*cmp.Compare(x.Score*y.Scale, y.Score*x.Scale), cmp.Compare(min(len(y.Comment), mostQuote), min(len(x.Comment), mostQuote)),
				cmp.Compare(x.AnsweredAt, y.AnsweredAt), cmp.Compare(x.Ticket, y.Ticket))
		})
		for i := range list {
			a := &list[i]
			low := 2*a.Score <= a.Scale // 1 and 2 of 5
			if len(out) < quotes && !said[a.Comment] && (want && satisfied(a) || !want && low) {
				said[a.Comment] = true
				out = append(out, Quote{Ticket: a.Ticket, At: a.AnsweredAt, Score: a.Score, Scale: a.Scale, Href: "/tickets/" + a.Ticket.String()})
			}
		}
		return out
	}
	rep.Praise, rep.Pain = pick(true, -1), pick(false, 1)
	if err := b.numbered(ctx, rep.Praise); err != nil {
		return err
	}
	return b.numbered(ctx, rep.Pain)
}

// asRated gives answers the scores that they had when the week ended.
func (b *build) asRated(ctx context.Context, list []surveys.Answer) error {
	store, can := b.r.surveys.(revising)
	if !can || len(list) == 0 {
		return nil
	}
	revised, err := store.Revised(ctx, surveys.CSAT, b.from, b.to)
	if err != nil {
		return err
	}
	was := map[events.ID]int{}
	for i := range revised {
		was[revised[i].Invitation] = revised[i].ScoreAt(b.to)
	}
	for i := range list {
		if score, changed := was[list[i].Invitation]; changed {
			list[i].Score = score
		}
	}
	return nil
}

// numbered finds the events with which quoted answers came into their tickets' logs.
func (b *build) numbered(ctx context.Context, list []Quote) error {
	for i := range list {
		q := &list[i]
		err := b.r.log.Read().NewRaw(`SELECT COALESCE(MAX(seq), 0) FROM events WHERE ticket_id = ? AND ticket_id <> 0 AND kind = ? AND at <= ?`,
			q.Ticket, feedback.SurveyAnswered{}.EventKind(), q.At).Scan(ctx, &q.Seq)
		if err != nil {
			return fmt.Errorf("find the answer of ticket %d: %w", q.Ticket, err)
		}
	}
	return nil
}

// quote fills in the words of quotes, masked. A quote whose words were erased, or belong to another answer by now, is
// left out, and so is one of a ticket that teams have by now whom the report is not for.
func (r *Rollups) quote(ctx context.Context, in []Quote, f Filter) ([]Quote, error) {
	out := []Quote{}
	if f.Teams != nil {
		seen, err := r.ofTeams(ctx, in, f.Teams)
		if err != nil {
			return nil, err
		}
		in = slices.DeleteFunc(in, func(q Quote) bool { return !seen[q.Ticket] })
	}
	for _, q := range in {
		if r.surveys == nil {
			break
		}
		list, err := r.surveys.CSAT(ctx, q.At, q.At+1)
		if err != nil {
			return nil, fmt.Errorf("read comments: %w", err)
		}
		for _, a := range list {
			if a.Ticket == q.Ticket && a.AnsweredAt == q.At && a.Score == q.Score {
				q.Text = cut(issues.Mask(strings.Join(strings.Fields(a.Comment), " ")))
			}
		}
		if q.Text != "" {
			out = append(out, q)
		}
	}
	return out, nil
}

// ofTeams are the tickets of quotes that some teams have now.
func (r *Rollups) ofTeams(ctx context.Context, list []Quote, teams []events.ID) (map[events.ID]bool, error) {
	out, ids := map[events.ID]bool{}, []events.ID{0}
	for _, q := range list {
		ids = append(ids, q.Ticket)
	}
	var found []events.ID
	err := r.log.Read().NewRaw(`SELECT id FROM tickets WHERE id IN (?) AND team_id IN (?)`, bun.List(ids), bun.List(append([]events.ID{-1}, teams...))).Scan(ctx, &found)
	if err != nil {
		return nil, fmt.Errorf("look whose tickets quotes are of: %w", err)
	}
	for _, id := range found {
		out[id] = true
	}
	return out, nil
}

func cut(s string) string {
	if utf8.RuneCountInString(s) <= mostQuote {
		return s
	}
	short := string([]rune(s)[:mostQuote])
	if i := strings.LastIndexByte(short, ' '); i > mostQuote/2 {
		short = short[:i]
	}
	return short + " …"
}
