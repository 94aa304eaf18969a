package rollups

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"

	"heard/feedback/stats"
	"heard/tickets/events"

	"github.com/uptrace/bun"
)

// clumps is how much more than by chance the tickets of a topic come together.
const clumps = 0.05

// topics is what customers write about, and what became more.
func (p *page) topics(ctx context.Context) error {
	return steps(
		func() error { return p.tiles(ctx, Volume, Reopen, FirstContact) },
		func() error { return p.topicTable(ctx) },
		func() error {
			return p.table(ctx, "by_touchpoint", "By touchpoint", ofTouchpoint, column{key: Volume}, column{CSAT, false, true}, column{key: Reopen})
		},
		func() error {
			return p.table(ctx, "by_tag", "By tag", ofTag, column{key: Volume}, column{CSAT, false, true}, column{FirstResolution, false, false}, column{key: Reopen})
		},
	)
}

// topicRow is what the table of topics tells about one.
type topicRow struct {
	id          string
	is, was     *cell
	change      stats.Comparison
	csat, solve *cell
	reopen      *cell
}

func (p *page) topicTable(ctx context.Context) error {
	out := Panel{ID: "topics", Title: "No clear change in any topic", Chart: Table, Unit: Count, Columns: []Column{{"topic", "Topic", "", "x"}, {"n", "New tickets", Count, "y"},
		{"before", "Before", Count, "n"}, {"change", "Change", Share, "y"}, {"verdict", "", "", "group"}, {"csat", "Satisfaction", Share, "y"}, {"csat_n", "n", Count, "n"},
		{"resolution", "Time to resolve, median", Seconds, "y"}, {"reopen", "Reopened", Share, "y"}, {"first_seen", "First seen", "", "group"}, {"line", "Over time", "", "spark"}}}
	for column, key := range map[string]Key{"n": Volume, "csat": CSAT, "resolution": FirstResolution, "reopen": Reopen} {
		out.define(column, key)
	}
	volume, _ := specOf(Volume)
	if p.past.From == "" {
		out.Title = "By topic"
	}
	if out.Empty = volume.unknownFor(p.q.Filter, ""); out.Empty != "" {
		p.panel(out)
		return nil
	}
	rows, err := p.topicRows(ctx)
	if err != nil {
		return err
	}
	ids := make([]string, len(rows))
	for i := range rows {
		ids[i] = rows[i].id
	}
	names, err := p.names(ctx, ofTopic, ids)
	if err != nil {
		return err
	}
	extra, err := p.topicExtras(ctx, ids)
	if err != nil {
		return err
	}
	lines, err := p.topicLines(ctx)
	if err != nil {
		return err
	}
	most := 0.0
	for _, x := range rows {
		out.Rows = append(out.Rows, Row{p.topicCells(&x, names[x.id], extra[x.id].FirstSeen, lines[x.id]), p.topicHref(&x, extra[x.id].IssueID), p.topicHrefs(&x)})
		if c := x.change; c.Verdict == stats.Up && x.id != "0" && c.Interval.Low > max(most, 1) {
			most = c.Interval.Low
			out.Title = fmt.Sprintf("“%s” came up more often: %s, before %s", names[x.id], Text(Count, float64(x.is.n)), Text(Count, float64(x.was.n)))
		}
	}
	p.panel(out)
	return nil
}

// topicRows reads the topics with most tickets.
func (p *page) topicRows(ctx context.Context) ([]topicRow, error) {
	read := func(key Key, d Days) (map[string]*cell, error) {
		s, _ := specOf(key)
		return p.cells(ctx, ask{spec: s, days: d, filter: p.q.Filter, by: ofTopic})
	}
	var all [5]map[string]*cell
	for i, key := range []Key{Volume, CSAT, FirstResolution, Reopen} {
		var err error
		if all[i], err = read(key, p.now); err != nil {
			return nil, err
		}
	}
	if p.past.From != "" {
		var err error
		if all[4], err = read(Volume, p.past); err != nil {
			return nil, err
		}
	}
	of := func(i int, id string) *cell {
		if c := all[i][id]; c != nil {
			return c
		}
		return &cell{}
	}
	var out []topicRow
	now, before := float64(len(daysOf(p.now))), 1.0
	if p.past.From != "" {
		before = float64(len(daysOf(p.past)))
	}
	for id := range all[0] {
		x := topicRow{id: id, is: of(0, id), was: of(4, id), csat: of(1, id), solve: of(2, id), reopen: of(3, id), change: stats.Comparison{Verdict: stats.TooFew}}
		if p.past.From != "" {
			x.change = stats.CompareCounts(x.was.n, before, x.is.n, now, 1+clumps*float64(x.was.n+x.is.n)/2)
		}
		out = append(out, x)
	}
	slices.SortFunc(out, func(a, b topicRow) int { return cmp.Or(cmp.Compare(b.is.n, a.is.n), cmp.Compare(a.id, b.id)) })
	return out[:min(len(out), mostRows)], nil
}

func (p *page) topicCells(x *topicRow, name, firstSeen string, line []int) []any {
	csat, _ := specOf(CSAT)
	solve, _ := specOf(FirstResolution)
	reopen, _ := specOf(Reopen)
	var change *Number
	if p.past.From != "" && x.was.n > 0 {
		change = end(float64(x.is.n)/float64(x.was.n) - 1)
	}
	few := func(s spec, c *cell) *Number {
		if c.n < stats.MinSample {
			return nil
		}
		return c.tell(s, p.q.Business).value
	}
	return []any{name, x.is.n, p.wasCount(x.was.n), change, x.change.Verdict.String(), few(csat, x.csat), x.csat.n, few(solve, x.solve), few(reopen, x.reopen), firstSeen, line}
}

// topicHref is the issue that the topic belongs to, else the topic's tickets.
func (p *page) topicHref(x *topicRow, issue events.ID) string {
	if issue != 0 {
		return "/issues/" + issue.String()
	}
	return p.hrefPart(Volume, ofTopic, x.id, "", x.is.n)
}

// topicHrefs are the links of a topic's cells. Its name may lead to its issue, which is about all time and other topics
// too; its numbers open what they count.
func (p *page) topicHrefs(x *topicRow) []string {
	only := narrowedTo(ofTopic, x.id, "")
	if only == nil {
		return nil
	}
	of := func(key Key, c *cell) (value, all string) {
		s, _ := specOf(key)
		if c.n == 0 {
			return "", ""
		}
		return p.hrefPlus(s, p.now, only), p.href(key, p.now, only)
	}
	came, _ := of(Volume, x.is)
	csat, rated := of(CSAT, x.csat)
	solve, _ := of(FirstResolution, x.solve)
	reopen, _ := of(Reopen, x.reopen)
	before := ""
	if p.past.From != "" {
		before = p.hrefOf(x.was.n, Volume, p.past, only)
	}
	return []string{"", came, before, "", "", csat, rated, solve, reopen, "", ""}
}

// topicExtra is what is known of a topic beside its figures.
type topicExtra struct {
	IssueID   events.ID
	FirstSeen string
}

func (p *page) topicExtras(ctx context.Context, ids []string) (map[string]topicExtra, error) {
	numbers := []events.ID{0}
	for _, id := range ids {
		if n, err := events.ParseID(id); err == nil {
			numbers = append(numbers, n)
		}
	}
	var rows []struct {
		ID, IssueID events.ID
		At          events.Time
	}
	err := p.r.log.Read().NewRaw(`SELECT t.id, COALESCE((SELECT i.issue_id FROM issue_topics AS i WHERE i.topic_id = t.id), 0) AS issue_id,
		COALESCE((SELECT MIN(m.at) FROM topic_members AS m WHERE m.topic_id = t.id), 0) AS at FROM topics AS t WHERE t.id IN (?)`, bun.List(numbers)).Scan(ctx, &rows)
	if err != nil {
		return nil, fmt.Errorf("read topics: %w", err)
	}
	out := map[string]topicExtra{}
	for _, row := range rows {
		x := topicExtra{IssueID: row.IssueID}
		if row.At != 0 {
			x.FirstSeen = p.cal.DayOf(row.At)
		}
		out[number(row.ID)] = x
	}
	return out, nil
}

// topicLines are the tickets of each topic by days, weeks or months, whichever makes a readable line.
func (p *page) topicLines(ctx context.Context) (map[string][]int, error) {
	grain := "day"
	switch n := len(daysOf(p.now)); {
	case n > 92:
		grain = "month"
	case n > sparks:
		grain = "week"
	}
	s, _ := specOf(Volume)
	cells, err := p.cells(ctx, ask{spec: s, days: p.now, filter: p.q.Filter, by: ofTopic, periods: grain})
	if err != nil {
		return nil, err
	}
	var spans []string
	for _, day := range daysOf(p.now) {
		if name := p.spanOf(day, grain); len(spans) == 0 || spans[len(spans)-1] != name {
			spans = append(spans, name)
		}
	}
	out := map[string][]int{}
	for key, c := range cells {
		span, topic, _ := strings.Cut(key, "\n")
		line := out[topic]
		if line == nil {
			line = make([]int, len(spans))
			out[topic] = line
		}
		if i := slices.Index(spans, span); i >= 0 {
			line[i] += c.n
		}
	}
	return out, nil
}
