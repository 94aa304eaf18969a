package rollups

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"heard/feedback/issues"
	"heard/feedback/stats"
	"heard/feedback/surveys"
	"heard/tickets"
	"heard/tickets/events"

	"github.com/uptrace/bun"
)

// satisfaction is what customers answered when they were asked, and who did not answer.
func (p *page) satisfaction(ctx context.Context) error {
	stars, _ := scaleWords(1, 5)
	eases, labels := scaleWords(1, 7)
	return steps(
		func() error { return p.tiles(ctx, CSAT, Responses, NPS, CES) },
		func() error { return p.line(ctx, "csat", CSAT) },
		func() error {
			return p.counts(ctx, "csat_scores", "Answers from 1 to 5", CSAT, stars, func(word string) string { return word[:1] })
		},
		func() error { return p.line(ctx, "response_rate", Responses) },
		func() error { return p.threeParts(ctx) },
		func() error { return p.line(ctx, "nps", NPS) },
		func() error { return p.line(ctx, "ces", CES) },
		func() error {
			return p.histogram(ctx, "ces_scores", "Ease from 1 to 7: more is easier", CES, eases, labels)
		},
		func() error { return p.turnout(ctx) },
		func() error {
			return p.table(ctx, "by_team", "Satisfaction by team", ofTeam, column{CSAT, false, true}, column{key: Responses})
		},
		func() error {
			return p.table(ctx, "by_agent", "Satisfaction by agent: no ranking, each number with what it stands on", ofAgent, column{CSAT, false, true})
		},
		func() error {
			return p.table(ctx, "by_topic", "Satisfaction by topic", ofTopic, column{CSAT, false, true})
		},
		func() error { return p.comments(ctx) },
		func() error { return p.mix(ctx, CSAT) },
	)
}

// threeParts is who would recommend, who would not, and who is between.
func (p *page) threeParts(ctx context.Context) error {
	s, _ := specOf(NPS)
	x, err := p.known(ctx, s, p.now)
	if err != nil {
		return err
	}
	title, err := p.finding(ctx, NPS)
	if err != nil {
		return err
	}
	out := Panel{ID: "nps_parts", Title: title, Chart: Parts, Unit: Share, Columns: []Column{{"part", "Part", "", "x"}, {"share", "Share", Share, "y"}, {"n", "n", Count, "n"}},
		Empty: "Nobody was asked how likely a recommendation is, or nobody answered."}
	out.define("share", NPS)
	if c := x.total(s); c.n > 0 {
		out.Empty = ""
		parts := c.parts()
		for _, row := range []struct {
			name string
			n    int
			word string
		}{{"Detractors, 0 to 6", parts.Detractors, "detractors"}, {"Passives, 7 and 8", parts.Passives, "passives"}, {"Promoters, 9 and 10", parts.Promoters, "promoters"}} {
			share := Number(float64(row.n) / float64(c.n))
			href := p.hrefOf(row.n, NPS, p.now, map[string]string{"bucket": row.word})
			out.Rows = append(out.Rows, Row{[]any{row.name, &share, row.n}, href, []string{"", href, href}})
		}
	}
	p.panel(out)
	return nil
}

// turnoutMost is how many askings are looked through one by one.
const turnoutMost = 20_000

// turnout is who answered against who was asked: by channel, and by how long they had waited and how often they were
// handed on where that is not too many to look through.
func (p *page) turnout(ctx context.Context) error {
	s, _ := specOf(Responses)
	out := Panel{ID: "non_response", Title: "Who answers is like who was asked, as far as can be told", Chart: Table, Unit: Share, Columns: []Column{{"by", "By", "", "group"},
		{"group", "Group", "", "x"}, {"rate", "Answered", Share, "y"}, {"low", "Low", Share, "low"}, {"high", "High", Share, "high"}, {"n", "Asked", Count, "n"}}}
	out.define("rate", Responses)
	x, err := p.known(ctx, s, p.now)
	if err != nil {
		return err
	}
	store, asks := p.r.surveys.(interface {
		Asked(ctx context.Context, from, to events.Time) ([]surveys.Request, error)
	})
	if n := x.total(s).n; n == 0 || !asks || n > turnoutMost || !p.q.whole() {
		if n == 0 {
			out.Empty = "Nobody was asked in these days."
			p.panel(out)
			return nil
		}
		return p.table(ctx, out.ID, "Who answered, by channel", ofChannel, column{Responses, false, true})
	}
	from, to, err := p.cal.span(p.now)
	if err != nil {
		return err
	}
	list, err := store.Asked(ctx, from, to)
	if err != nil {
		return err
	}
	list = slices.DeleteFunc(list, func(r surveys.Request) bool { return r.Kind != surveys.CSAT })
	most := 0.0
	for _, t := range surveys.Turnouts(list) {
		out.Rows = append(out.Rows, Row{Cells: []any{t.By, t.Group, end(t.Rate.Value()), end(t.Interval.Low), end(t.Interval.High), t.Rate.N}})
		if size := abs(t.Against.Change); (t.Against.Verdict == stats.Up || t.Against.Verdict == stats.Down) && size > most {
			most = size
			out.Title = fmt.Sprintf("%s of those with %s %s answered, clearly %s than of the others", Text(Share, t.Rate.Value()), t.By, strings.ReplaceAll(t.Group, "_", " "),
				map[bool]string{true: "more", false: "fewer"}[t.Against.Verdict == stats.Up])
		}
	}
	p.panel(out)
	return nil
}

// commentsShown is how many of the newest comments are shown.
const commentsShown = 20

// comments are what customers wrote beside their scores, newest first, masked.
func (p *page) comments(ctx context.Context) error {
	out := Panel{ID: "comments", Title: "The newest comments", Chart: Table, Unit: Count, Empty: "Nobody wrote a comment in these days.",
		Columns: []Column{{"comment", "Comment", "", "x"}, {"score", "Score", Score, "y"}, {"scale", "Of", Score, "n"}, {"at", "Day", "", "group"}}}
	list, err := p.newest(ctx)
	if err != nil {
		return err
	}
	for i := range list {
		a := &list[i]
		row := Row{Cells: []any{cut(issues.Mask(a.Comment)), a.Score, a.Scale, p.cal.DayOf(a.AnsweredAt)}}
		if a.Ticket != 0 {
			row.Href = "/tickets/" + a.Ticket.String()
		}
		out.Rows, out.Empty = append(out.Rows, row), ""
	}
	p.panel(out)
	return nil
}

// newest reads the newest comments of the page's days, some at a time: not all of them pass.
func (p *page) newest(ctx context.Context) ([]surveys.Answer, error) {
	store, ok := p.r.surveys.(interface {
		Comments(ctx context.Context, q surveys.CommentQuery) ([]surveys.Answer, error)
	})
	if !ok {
		return nil, nil
	}
	from, to, err := p.cal.span(p.now)
	if err != nil {
		return nil, err
	}
	f := p.q.Filter
	q := surveys.CommentQuery{From: from, To: to, Inbox: f.Inbox, Team: f.Team, Agent: f.Agent, Limit: 2 * commentsShown}
	var out []surveys.Answer
	for len(out) < commentsShown {
		list, err := store.Comments(ctx, q)
		if err != nil {
			return nil, fmt.Errorf("read comments: %w", err)
		}
		last := len(list) < q.Limit
		if list, err = p.telling(ctx, list); err != nil {
			return nil, err
		}
		if out = append(out, list...); last {
			break
		}
		q.Offset, q.Limit = q.Offset+q.Limit, 2*q.Limit
	}
	return out[:min(len(out), commentsShown)], nil
}

// telling leaves out the answers that are no part of the page, and those that the caller may not read.
func (p *page) telling(ctx context.Context, list []surveys.Answer) ([]surveys.Answer, error) {
	ids := make([]events.ID, len(list))
	for i := range list {
		ids[i] = list[i].Ticket
	}
	only, err := p.r.among(ctx, p.q.Filter, ids)
	if err != nil {
		return nil, err
	}
	list = slices.DeleteFunc(list, func(a surveys.Answer) bool {
		return only != nil && !only[a.Ticket] || !p.q.passes(a.Inbox, a.Team, a.Agent, a.Channel)
	})
	return p.readable(ctx, list)
}

// readable leaves out what was written about tickets that the caller may not read as they stand now: a figure stays with
// whom it is credited to, the words go with the ticket.
func (p *page) readable(ctx context.Context, list []surveys.Answer) ([]surveys.Answer, error) {
	if !p.q.Scope.Restricted || len(list) == 0 {
		return list, nil
	}
	ids := make([]events.ID, len(list))
	for i := range list {
		ids[i] = list[i].Ticket
	}
	held := map[events.ID]bool{}
	for some := range slices.Chunk(ids, 500) {
		var rows []struct{ ID, TeamID, AssigneeID events.ID }
		err := p.r.log.Read().NewRaw(`SELECT id, team_id, assignee_id FROM tickets WHERE id IN (?)`, bun.List(some)).Scan(ctx, &rows)
		if err != nil {
			return nil, fmt.Errorf("read whose the commented tickets are: %w", err)
		}
		for _, row := range rows {
			held[row.ID] = p.q.Scope.Holds(&tickets.Ticket{ID: row.ID, TeamID: row.TeamID, AssigneeID: row.AssigneeID})
		}
	}
	return slices.DeleteFunc(list, func(a surveys.Answer) bool { return !held[a.Ticket] }), nil
}

// npsPart is the name of the part of a score that a link asks for.
func npsPart(word string) string {
	switch score, _ := scoreOf(word); {
	case score >= 9:
		return "promoters"
	case score <= 6:
		return "detractors"
	}
	return "passives"
}
