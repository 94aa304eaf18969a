package rollups

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"heard/feedback/stats"
)

func (p *page) tiles(ctx context.Context, keys ...Key) error {
	for _, key := range keys {
		if err := p.tile(ctx, key); err != nil {
			return err
		}
	}
	return nil
}

// steps runs what makes a page until something fails.
func steps(list ...func() error) error {
	for _, step := range list {
		if err := step(); err != nil {
			return err
		}
	}
	return nil
}

// speed is how long customers wait, and for what.
func (p *page) speed(ctx context.Context) error {
	return steps(
		func() error {
			return p.tiles(ctx, FirstResponse, NextResponse, FirstResolution, LastResolution, QueueWait, PromiseAccuracy)
		},
		func() error { return p.line(ctx, "first_response", FirstResponse) },
		func() error { return p.durationsPanel(ctx, "first_response_spread", FirstResponse) },
		func() error { return p.line(ctx, "next_response", NextResponse) },
		func() error { return p.line(ctx, "resolution", FirstResolution) },
		func() error { return p.durationsPanel(ctx, "resolution_spread", FirstResolution) },
		func() error { return p.line(ctx, "queue_wait", QueueWait) },
		func() error { return p.line(ctx, "promise_accuracy", PromiseAccuracy) },
		func() error {
			return p.table(ctx, "by_channel", "Speed by channel", ofChannel, column{FirstResponse, true, true}, column{FirstResolution, true, false}, column{QueueWait, false, false})
		},
		func() error {
			return p.table(ctx, "by_team", "Speed by team", ofTeam, column{FirstResponse, true, true}, column{FirstResolution, true, false}, column{QueueWait, false, false})
		},
		func() error { return p.mix(ctx, FirstResponse) },
	)
}

// volume is what comes, what is done, and what is left.
func (p *page) volume(ctx context.Context) error {
	return steps(
		func() error { return p.tiles(ctx, Volume, Resolved, Backlog, Abandoned, Reopen) },
		func() error { return p.inAndOut(ctx) },
		func() error { return p.ages(ctx) },
		func() error { return p.heat(ctx) },
		func() error {
			return p.table(ctx, "by_channel", "New tickets by channel", ofChannel, column{key: Volume}, column{key: Resolved})
		},
		func() error {
			return p.table(ctx, "by_inbox", "New tickets by inbox", ofInbox, column{key: Volume}, column{key: Resolved})
		},
		func() error {
			return p.table(ctx, "by_touchpoint", "New tickets by touchpoint", ofTouchpoint, column{key: Volume}, column{key: Resolved})
		},
		func() error {
			return p.table(ctx, "by_tag", "New tickets by tag", ofTag, column{key: Volume}, column{key: Resolved})
		},
	)
}

// inAndOut is what came and what was resolved, and what stood at the end.
func (p *page) inAndOut(ctx context.Context) error {
	out := Panel{ID: "in_and_out", Chart: Bars, Unit: Count, Columns: []Column{{"from", "From", "", "x"}, {"opened", "New", Count, "y"},
		{"resolved", "Resolved", Count, "y"}, {"backlog", "Unresolved", Count, "line"}}}
	var all [3]*series
	for i, key := range []Key{Volume, Resolved, Backlog} {
		s, _ := specOf(key)
		if s.unknownFor(p.q.Filter, "") != "" {
			all[i] = &series{}
			continue
		}
		x, err := p.known(ctx, s, p.now)
		if err != nil {
			return err
		}
		all[i] = x
	}
	opened, resolved, stands := spec{kind: counted}, spec{kind: counted}, spec{kind: standing}
	in, done := all[0].over(opened, p.now).n, all[1].over(resolved, p.now).n
	if in+done > 0 {
		for _, d := range p.points() {
			n, done, rest := all[0].over(opened, d).n, all[1].over(resolved, d).n, all[2].over(stands, d).n
			came := p.hrefOf(n, Volume, d, nil)
			out.Rows = append(out.Rows, Row{[]any{d.From, n, done, rest}, came, []string{"", came, p.hrefOf(done, Resolved, d, nil), p.hrefOf(rest, Backlog, d, nil)}})
		}
	}
	out.Title = cameAndLeft(in, done, all[2].over(stands, p.now).n)
	out.define("opened", Volume)
	out.define("resolved", Resolved)
	out.define("backlog", Backlog)
	p.panel(out)
	return nil
}

// cameAndLeft tells what came, what was resolved and what stands at the end. It is no sum: a chat may end without being
// resolved, and a ticket may be resolved twice.
func cameAndLeft(in, done, rest int) string {
	were := "were"
	if done == 1 {
		were = "was"
	}
	return fmt.Sprintf("%s came, %s %s resolved; unresolved at the end: %s", Text(Count, float64(in)), Text(Count, float64(done)), were,
		Text(Count, float64(rest)))
}

// ageEdges are where the bands of the backlog's age end, in days.
func ageEdges() []float64 { return []float64{1, 3, 7, 14, 30} }

// ages tells how old the unresolved tickets were at the end.
func (p *page) ages(ctx context.Context) error {
	s, _ := specOf(Backlog)
	out := Panel{ID: "backlog_age", Chart: Bars, Unit: Count, Columns: []Column{{"age", "Age", "", "x"}, {"n", "Unresolved", Count, "y"}}}
	out.define("n", Backlog)
	if out.Empty = s.unknownFor(p.q.Filter, ""); out.Empty != "" {
		p.panel(out)
		return nil
	}
	_, to, err := p.cal.span(p.now)
	if err != nil {
		return err
	}
	list, err := p.r.standingSince(ctx, Backlog, min(to, p.reader.now+1), p.q.Filter)
	if err != nil {
		return err
	}
	bands := make([]int, len(ageEdges())+1)
	for _, since := range list {
		bands[ageBand(since, min(to, p.reader.now))]++
	}
	out.Title = "Nothing is unresolved"
	if n := len(list); n > 0 {
		old := bands[len(bands)-1] + bands[len(bands)-2]
		out.Title = fmt.Sprintf("%s unresolved, %s for more than %g days", Text(Count, float64(n)), Text(Count, float64(old)), ageEdges()[3])
		for i, n := range bands {
			href := p.hrefOf(n, Backlog, p.now, map[string]string{"bucket": strconv.Itoa(i)})
			out.Rows = append(out.Rows, Row{[]any{ageText(i), n}, href, []string{"", href}})
		}
	}
	p.panel(out)
	return nil
}

func ageText(i int) string {
	edges := ageEdges()
	switch i {
	case 0:
		return "under 1 day"
	case len(edges):
		return fmt.Sprintf("over %g days", edges[i-1])
	}
	return fmt.Sprintf("%g – %g days", edges[i-1], edges[i])
}

// heat is when tickets come: weekdays and hours, as a mean of a week.
func (p *page) heat(ctx context.Context) error {
	s, _ := specOf(Volume)
	out := Panel{ID: "load", Chart: Heat, Unit: Count, Note: "Tickets in all weeks of the range together, by the desk's time.",
		Columns: []Column{{"weekday", "Weekday", "", "x"}}}
	out.define("weekday", Volume)
	if out.Empty = s.unknownFor(p.q.Filter, ""); out.Empty != "" {
		p.panel(out)
		return nil
	}
	x, err := p.known(ctx, s, p.now)
	if err != nil {
		return err
	}
	for hour := range 24 {
		out.Columns = append(out.Columns, Column{strconv.Itoa(hour), fmt.Sprintf("%02d", hour), Count, "y"})
	}
	var grid [7][24]int
	most, busy, total := 0, [2]int{}, 0
	for day, c := range x.days {
		row := (int(dateOf(day).Weekday()) + 6) % 7
		for hour := range 24 {
			n := c.words[hourWord(hour)]
			grid[row][hour] += n
			total += n
			if grid[row][hour] > most {
				most, busy = grid[row][hour], [2]int{row, hour}
			}
		}
	}
	out.Title = "No tickets in these days"
	if total > 0 {
		out.Title = fmt.Sprintf("Busiest on %ss from %02d:00 to %02d:00", weekdays()[busy[0]], busy[1], busy[1]+1)
		for i, name := range weekdays() {
			row := Row{Cells: []any{name}, Href: p.href(Volume, p.now, map[string]string{"bucket": "w" + strconv.Itoa(i+1)})}
			for _, n := range grid[i] {
				row.Cells = append(row.Cells, n)
			}
			out.Rows = append(out.Rows, row)
		}
	}
	p.panel(out)
	return nil
}

func weekdays() []string {
	return []string{"Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"}
}

// handoffs is how often responsibility moves, why, and what it costs.
func (p *page) handoffs(ctx context.Context) error {
	return steps(
		func() error { return p.tiles(ctx, Handoffs, HandoffShare, PingPong, ReopenHandoff) },
		func() error { return p.line(ctx, "handoffs", Handoffs) },
		func() error { return p.line(ctx, "handoff_share", HandoffShare) },
		func() error { return p.reasons(ctx) },
		func() error { return p.routes(ctx) },
		func() error { return p.afterHandoff(ctx) },
		func() error {
			return p.table(ctx, "by_team", "Handoffs by the team that handed on", ofTeam, column{key: Handoffs}, column{key: HandoffShare, band: true}, column{key: ReopenHandoff})
		},
	)
}

func (p *page) reasons(ctx context.Context) error {
	s, _ := specOf(Handoffs)
	x, err := p.known(ctx, s, p.now)
	if err != nil {
		return err
	}
	c := x.total(s)
	words := byCount(c.words)
	out := Panel{ID: "reasons", Title: "No handoffs in these days", Chart: Bars, Unit: Count, Columns: []Column{{"reason", "Reason", "", "x"}, {"n", "Handoffs", Count, "y"}, {"share", "Share", Share, "n"}}}
	out.define("n", Handoffs)
	for _, word := range words {
		share := Number(float64(c.words[word]) / float64(c.n))
		href := p.href(Handoffs, p.now, map[string]string{"bucket": word})
		out.Rows = append(out.Rows, Row{[]any{strings.ReplaceAll(word, "_", " "), c.words[word], &share}, href, []string{"", href, href}})
	}
	if len(words) > 0 {
		out.Title = fmt.Sprintf("Most often because of %s: %s of %s", strings.ReplaceAll(words[0], "_", " "), Text(Count, float64(c.words[words[0]])), Text(Count, float64(c.n)))
	}
	p.panel(out)
	return nil
}

// byCount are words, the most frequent first.
func byCount(words map[string]int) []string {
	out := slices.Sorted(maps.Keys(words))
	slices.SortStableFunc(out, func(a, b string) int { return words[b] - words[a] })
	return out
}

// routes is from which team to which tickets were handed.
func (p *page) routes(ctx context.Context) error {
	c, err := p.cell(ctx, ask{spec: spec{key: route, kind: counted}, days: p.now, filter: p.q.Filter, words: true})
	if err != nil {
		return err
	}
	out := Panel{ID: "routes", Title: "Nothing was handed on in these days", Chart: Table, Unit: Count, Columns: []Column{{"from", "From", "", "group"}, {"to", "To", "", "x"}, {"n", "Handoffs", Count, "y"}}}
	out.define("n", Handoffs)
	for i, word := range byCount(c.words) {
		from, to, _ := strings.Cut(word, ">")
		a, b := p.nameOf(ofTeam, from), p.nameOf(ofTeam, to)
		if i == 0 {
			out.Title = fmt.Sprintf("Most from %s to %s: %s", a, b, Text(Count, float64(c.words[word])))
			if a == b {
				out.Title = fmt.Sprintf("Most inside %s: %s", a, Text(Count, float64(c.words[word])))
			}
		}
		href := p.href(Handoffs, p.now, map[string]string{"bucket": word})
		out.Rows = append(out.Rows, Row{[]any{a, b, c.words[word]}, href, []string{"", "", href}})
	}
	p.panel(out)
	return nil
}

// afterHandoff holds tickets that were handed on against those that were not.
func (p *page) afterHandoff(ctx context.Context) error {
	var rates [2]stats.Rate
	for i, key := range []Key{Reopen, ReopenHandoff} {
		s, _ := specOf(key)
		x, err := p.known(ctx, s, p.now)
		if err != nil {
			return err
		}
		c := x.total(s)
		rates[i] = stats.Rate{Hits: c.hits, N: c.n}
	}
	rates[0] = stats.Rate{Hits: rates[0].Hits - rates[1].Hits, N: rates[0].N - rates[1].N} // without a handoff
	c := stats.CompareRates(rates[0], rates[1])
	out := Panel{ID: "reopen_after", Chart: Bars, Unit: Share, Columns: []Column{{"group", "Tickets", "", "x"}, {"value", "Reopened", Share, "y"},
		{"low", "Low", Share, "low"}, {"high", "High", Share, "high"}, {"n", "n", Count, "n"}}}
	out.define("value", Reopen)
	out.Title = map[stats.Verdict]string{stats.Up: "Tickets that were handed on are reopened more often", stats.Down: "Tickets that were handed on are reopened less often",
		stats.NoClear: "No clear difference in reopening after a handoff", stats.TooFew: "Not enough data to compare reopening after a handoff"}[c.Verdict]
	for i, name := range []string{"Not handed on", "Handed on"} {
		if r := rates[i]; r.N > 0 {
			ci := stats.Wilson(r, stats.Level)
			row := Row{Cells: []any{name, end(r.Value()), end(ci.Low), end(ci.High), r.N}}
			if i == 1 {
				row.Href = p.href(ReopenHandoff, p.now, map[string]string{"hit": "1"})
				row.Hrefs = []string{"", row.Href, "", "", p.href(ReopenHandoff, p.now, nil)}
			}
			out.Rows = append(out.Rows, row)
		}
	}
	p.panel(out)
	return nil
}

// team is what each agent did, with enough of it to be told.
func (p *page) team(ctx context.Context) error {
	return steps(
		func() error { return p.tiles(ctx, Resolved, Handling, Online, Occupancy) },
		func() error {
			return p.table(ctx, "agents", "By agent: no ranking, each number with what it stands on", ofAgent, column{key: Resolved}, column{FirstResponse, false, true},
				column{FirstResolution, false, false}, column{CSAT, false, true}, column{key: Handling}, column{key: Ownership}, column{key: Online}, column{key: Occupancy})
		},
		func() error {
			return p.table(ctx, "teams", "By team", ofTeam, column{key: Resolved}, column{FirstResponse, false, true}, column{CSAT, false, true}, column{key: Handling})
		},
	)
}
