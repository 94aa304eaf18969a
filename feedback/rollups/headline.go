package rollups

import (
	"cmp"
	"context"
	"fmt"
	"math"
	"slices"

	"heard/feedback/stats"
)

const (
	maxFindings = 3
	discovery   = 0.05 // share of false findings that is accepted
)

// finding is something that changed, with the smallest relative change that its interval allows, as |log|.
type finding struct {
	Statement
	atLeast float64
}

// judge picks what changed, figures and issues, with the largest change first. Figures that tell the same story count
// once. The first one leads, figure or issue.
func (b *build) judge(ctx context.Context, rep *Report) error {
	figures, err := b.movedFigures(ctx, rep)
	if err != nil {
		return err
	}
	issues := movedIssues(rep)
	rep.Findings = strongest(figures, issues)
	rep.Headline = b.headline(rep)
	return nil
}

// strongest merges two ordered lists and keeps the first few, the best of either list among them.
func strongest(lists ...[]finding) []Statement {
	var best, rest []finding
	for _, list := range lists {
		best, rest = append(best, list[:min(1, len(list))]...), append(rest, list[min(1, len(list)):]...)
	}
	slices.SortStableFunc(rest, larger)
	best = append(best, rest[:min(maxFindings-len(best), len(rest))]...)
	slices.SortStableFunc(best, larger)
	out := []Statement{}
	for _, f := range best {
		out = append(out, f.Statement)
	}
	return out
}

// larger orders findings by the change that is sure.
func larger(a, c finding) int { return cmp.Compare(c.atLeast, a.atLeast) }

// movedFigures decides for every figure whether it changed, over all figures together, and tells those that did. What
// only its own interval shows is called Perhaps from here on, by tiles, tables and files alike.
func (b *build) movedFigures(ctx context.Context, rep *Report) ([]finding, error) {
	var ps []float64
	var tested []*Figure
	for i := range rep.Figures {
		if f := &rep.Figures[i]; f.Change.Interval != nil {
			ps, tested = append(ps, f.Change.p), append(tested, f)
		}
	}
	var clear []*Figure
	for i, q := range stats.BenjaminiHochberg(ps) {
		c := &tested[i].Change
		switch {
		case c.Verdict != stats.Up && c.Verdict != stats.Down:
		case q > discovery:
			c.Verdict, c.Good = Perhaps, nil
		default:
			clear = append(clear, tested[i])
		}
	}
	slices.SortStableFunc(clear, func(a, c *Figure) int { return cmp.Compare(c.Change.atLeast, a.Change.atLeast) })
	told := map[string]bool{}
	var out []finding
	for _, f := range clear {
		if s := story(f.Key); !told[s] && len(out) < maxFindings {
			told[s] = true
			said, err := b.statement(ctx, f)
			if err != nil {
				return nil, err
			}
			out = append(out, finding{said, f.Change.atLeast})
		}
	}
	return out, nil
}

// headline is the first finding; of a figure without where it changed most, since it is about the whole desk.
func (b *build) headline(rep *Report) Statement {
	text := "No clear change this week"
	switch {
	case len(rep.Findings) > 0:
		s := rep.Findings[0]
		if s.Issue == 0 {
			s.Where, s.Part = "", nil
		}
		return s
	case b.since == 0:
		text = "No tickets yet"
	case !slices.ContainsFunc(rep.Figures, func(f Figure) bool { return f.Change.Interval != nil }):
		text = "Not enough data yet to tell a change"
	case b.provisional:
		text = "No clear change so far this week"
	}
	return Statement{Text: text}
}

// story groups figures that move together by their definitions.
func story(key Key) string {
	switch key {
	case FirstResponse, NextResponse, CustomerWait, QueueWait:
		return "answers"
	case FirstResolution, LastResolution:
		return "resolution"
	case Volume, Resolved:
		return "volume"
	case Handoffs, HandoffShare, PingPong:
		return "handoffs"
	case FirstContact, OneTouch, Reopen:
		return "solved"
	case CSAT, Responses:
		return string(key)
	}
	return string(key)
}

func (b *build) statement(ctx context.Context, f *Figure) (Statement, error) {
	s := Statement{Figure: f.Key, Good: f.Change.Good, Href: f.Href}
	var err error
	s.Where, s.Part, err = b.where(ctx, f)
	up := f.Change.Verdict == stats.Up
	value, usual := TextOf(f.Unit, f.Value), UsualText(f)
	move := map[bool]string{true: "rose", false: "fell"}[up]
	switch f.Unit {
	case Seconds:
		move = map[bool]string{true: "got slower", false: "got faster"}[up]
		s.Text = fmt.Sprintf("%s %s: %s in the median, usually %s", f.Label, move, value, usual)
	case Share:
		s.Text = fmt.Sprintf("%s %s to %s, usually %s", f.Label, move, value, usual)
	default:
		s.Text = fmt.Sprintf("%s %s to %s, from %s in a usual week", f.Label, move, value, usual)
	}
	return s, err
}

func rounded(u Unit, v float64) float64 {
	if u == Count {
		return math.Round(v)
	}
	return v
}
