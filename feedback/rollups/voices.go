package rollups

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"heard/feedback/issues"
	"heard/feedback/surveys"
	"heard/tickets/events"
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
	return nil
}

// quote fills in the words of a report's quotes, masked. A quote whose words were erased is left out.
func (r *Rollups) quote(ctx context.Context, rep *Report) error {
	if r.surveys == nil || len(rep.Praise)+len(rep.Pain) == 0 {
		return nil
	}
	list, err := r.surveys.CSAT(ctx, rep.From, rep.To)
	if err != nil {
		return fmt.Errorf("read comments: %w", err)
	}
	type place struct {
		ticket events.ID
		at     events.Time
	}
	words := map[place]string{}
	for _, a := range list {
		words[place{a.Ticket, a.AnsweredAt}] = strings.Join(strings.Fields(a.Comment), " ")
	}
	fillIn := func(in []Quote) []Quote {
		out := []Quote{}
		for _, q := range in {
			if q.Text = cut(issues.Mask(words[place{q.Ticket, q.At}])); q.Text != "" {
				out = append(out, q)
			}
		}
		return out
	}
	rep.Praise, rep.Pain = fillIn(rep.Praise), fillIn(rep.Pain)
	return nil
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
