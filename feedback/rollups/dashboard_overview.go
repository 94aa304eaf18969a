package rollups

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"heard/feedback/stats"
	"heard/tickets/events"
)

// overview is the page of a manager's Monday: six figures, what changed, and the issues with most tickets.
func (p *page) overview(ctx context.Context) error {
	second, err := p.second(ctx)
	if err != nil {
		return err
	}
	return steps(
		func() error {
			return p.tiles(ctx, CSAT, second, FirstResponse, FirstResolution, Volume, Backlog)
		},
		func() error {
			for _, key := range []Key{FirstContact, Reopen, Abandoned, HandoffShare, Responses} {
				if key == second {
					continue // has its tile
				}
				t, err := p.measure(ctx, key)
				if err != nil {
					return err
				}
				p.beside = append(p.beside, t)
			}
			return nil
		},
		func() error { return p.inAndOut(ctx) },
		func() error { return p.topIssues(ctx) },
		func() error { return p.mix(ctx, CSAT) },
	)
}

// second is the figure beside satisfaction, as in the weekly report: what customers were asked too and answered, or else
// whether the first contact solved it.
func (p *page) second(ctx context.Context) (Key, error) {
	for _, key := range []Key{NPS, CES} {
		s, _ := specOf(key)
		x, err := p.known(ctx, s, p.now)
		if err != nil {
			return "", err
		}
		if x.total(s).n > 0 {
			return key, nil
		}
	}
	return FirstContact, nil
}

// changed tells what moved of all that the page looked at, the largest first.
func (p *page) changed() {
	out := Panel{ID: "changed", Title: "No clear change in these days", Chart: Table, Unit: Count, Rows: []Row{}, Columns: []Column{{"figure", "Figure", "", "x"}, {"value", "Now", "", "told"},
		{"before", "Before", "", "told"}, {"moved", "Change", "", "told"}, {"sure", "95 % interval of the change", "", "told"}, {"n", "n", Count, "n"}},
		plain: changedColumns()}
	var moved []*Tile
	for _, list := range [][]Tile{p.out.Tiles, p.beside} {
		for i := range list {
			if v := list[i].Change.Verdict; v == stats.Up || v == stats.Down || v == Perhaps {
				moved = append(moved, &list[i])
			}
		}
	}
	slices.SortStableFunc(moved, func(a, b *Tile) int {
		return cmp.Or(cmp.Compare(sure(b), sure(a)), cmp.Compare(b.Change.atLeast, a.Change.atLeast))
	})
	clear := 0
	for _, t := range moved {
		change := t.Change.ChangeText(t.Unit)
		if clear += sure(t); sure(t) == 0 {
			change = "perhaps " + change
		}
		out.Rows = append(out.Rows, Row{[]any{t.Label, TextOf(t.Unit, t.Value), TextOf(t.Unit, t.Before), change, t.Change.IntervalText(t.Unit), t.N}, t.Href,
			[]string{"", t.Href, "", "", "", p.hrefOf(t.N, t.Figure, p.now, nil)}})
		low, high := ends(t.Change.Interval)
		out.plainRows = append(out.plainRows, []any{t.Label, string(t.Unit), t.Value, t.Before, t.Change.Value, t.Change.Ratio, low, high, t.Change.Verdict.String(), t.N})
	}
	switch {
	case p.young:
		out.Title, out.Empty = "What changed", "There is nothing to compare these days with: the desk had no tickets yet."
	case p.past.From == "":
		out.Title, out.Empty = "What changed", "These days are compared with nothing."
	case len(moved) == 0:
		out.Empty = "Nothing moved by more than chance explains."
	default:
		out.Title = changesText(clear, len(moved)-clear)
	}
	out.Summary = out.Title
	p.out.Panels = append([]Panel{out}, p.out.Panels...)
}

// changedColumns are those of a file: each number by itself, as its unit has it. A change is an amount of the unit, or
// how many times the value before.
func changedColumns() []Column {
	return []Column{{"figure", "Figure", "", "x"}, {"unit", "Unit", "", "group"}, {"value", "Now", "", "y"}, {"before", "Before", "", "y"}, {"change", "Change, estimate", "", "y"},
		{"ratio", "Change is a ratio", "", "group"}, {"low", "Change, low", "", "low"}, {"high", "Change, high", "", "high"}, {"verdict", "Verdict", "", "group"}, {"n", "n", Count, "n"}}
}

// changesText counts what moved. What moved most is the page's headline; it is not said again.
func changesText(clear, possible int) string {
	count := func(n int, what string) string {
		if n == 1 {
			return "1 " + what + " change"
		}
		return fmt.Sprintf("%d %s changes", n, what)
	}
	switch {
	case possible == 0:
		return count(clear, "clear")
	case clear == 0:
		return "No clear change, " + count(possible, "possible")
	}
	return count(clear, "clear") + ", " + count(possible, "possible")
}

func sure(t *Tile) int {
	if t.Change.Verdict == Perhaps {
		return 0
	}
	return 1
}

// wasCount is a cell of what was counted in the days before; empty where they are not looked at.
func (p *page) wasCount(n int) any {
	if p.past.From == "" {
		return nil
	}
	return n
}

// topIssues are the issues that most tickets of the days are about.
func (p *page) topIssues(ctx context.Context) error {
	if !p.q.whole() {
		return nil // issues are told of the whole desk
	}
	volume, _ := specOf(Volume)
	is, err := p.cells(ctx, ask{spec: volume, days: p.now, by: ofTopic})
	if err != nil {
		return err
	}
	was := map[string]*cell{}
	if p.past.From != "" {
		if was, err = p.cells(ctx, ask{spec: volume, days: p.past, by: ofTopic}); err != nil {
			return err
		}
	}
	var rows []struct {
		TopicID, ID, OwnerID events.ID
		Kind, Status, Name   string
	}
	err = p.r.log.Read().NewRaw(`SELECT c.topic_id, i.id, i.owner_id, i.kind, i.status, CASE WHEN i.name <> '' THEN i.name WHEN t.name <> '' THEN t.name
		WHEN i.terms <> '[]' THEN i.terms ELSE t.terms END AS name
		FROM issue_topics AS c JOIN issues AS i ON i.id = c.issue_id JOIN topics AS t ON t.id = i.topic_id
		WHERE i.merged_into = 0 AND i.status <> 'wont_fix' ORDER BY i.id, c.topic_id`).Scan(ctx, &rows)
	if err != nil {
		return fmt.Errorf("read issues: %w", err)
	}
	type issue struct {
		name, kind, status, owner string
		now, before               int
	}
	known := map[events.ID]*issue{}
	for _, row := range rows {
		x := known[row.ID]
		if x == nil {
			x = &issue{name: termsText(row.Name), kind: row.Kind, status: row.Status, owner: p.snap.AgentName(row.OwnerID)}
			known[row.ID] = x
		}
		if c := is[number(row.TopicID)]; c != nil {
			x.now += c.n
		}
		if c := was[number(row.TopicID)]; c != nil {
			x.before += c.n
		}
	}
	ids := sortedIDs(known)
	slices.SortStableFunc(ids, func(a, b events.ID) int { return cmp.Compare(known[b].now, known[a].now) })
	out := Panel{ID: "issues", Title: "Issues that most tickets are about", Chart: Table, Unit: Count, Empty: "No recurring issue in these days.",
		Columns: []Column{{"issue", "Issue", "", "x"}, {"n", "New tickets", Count, "y"}, {"before", "Before", Count, "n"}, {"kind", "Kind", "", "group"},
			{"status", "State", "", "group"}, {"owner", "Owner", "", "group"}}}
	for _, id := range ids {
		if x := known[id]; x.now > 0 && len(out.Rows) < issuesShown {
			out.Empty = ""
			out.Rows = append(out.Rows, Row{[]any{x.name, x.now, p.wasCount(x.before), x.kind, x.status, x.owner}, "/issues/" + id.String(), nil})
		}
	}
	p.panel(out)
	return nil
}
