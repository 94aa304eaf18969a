package rollups

import (
	"cmp"
	"fmt"
	"maps"
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
// once. A figure leads, where one changed: it is about the whole desk.
func (b *build) judge(rep *Report) {
	figures, issues := b.movedFigures(rep), movedIssues(rep)
	rep.Findings = strongest(figures, issues)
	rep.Headline = b.headline(rep, figures)
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
func (b *build) movedFigures(rep *Report) []finding {
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
			out = append(out, finding{b.statement(f), f.Change.atLeast})
		}
	}
	return out
}

func (b *build) headline(rep *Report, figures []finding) Statement {
	text := "No clear change this week"
	switch {
	case len(figures) > 0:
		s := figures[0].Statement
		s.Where, s.Part = "", nil
		return s
	case len(rep.Findings) > 0:
		return rep.Findings[0]
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

func (b *build) statement(f *Figure) Statement {
	s := Statement{Figure: f.Key, Good: f.Change.Good, Href: f.Href}
	s.Where, s.Part = b.where(f)
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
	return s
}

// part is a way in which the desk falls into pieces, by which a change is looked at.
type part struct {
	name string
	of   func(o *Observation) Part
}

func parts(key Key) []part {
	list := []part{
		{"team", func(o *Observation) Part { return Part{ID: o.Team} }},
		{"inbox", func(o *Observation) Part { return Part{ID: o.Inbox} }},
		{"channel", func(o *Observation) Part { return Part{Word: string(o.Channel)} }},
	}
	if key == Handoffs {
		list = append([]part{{"reason", func(o *Observation) Part { return Part{Word: o.Word} }}}, list...)
	}
	return list
}

// where names the part of the desk in which a change shows most, when there is more than one part and the part's own
// samples are large enough. It is a place to look, not a cause. The part's name is filled in where the report is read.
func (b *build) where(f *Figure) (text string, at *Part) {
	m := b.samples[f.Key]
	most := 0.0
	for _, p := range parts(f.Key) {
		is, was := split(&m.is, p), make([]map[Part]*sample, len(m.was))
		for i := range m.was {
			was[i] = split(&m.was[i], p)
		}
		if len(is) < 2 {
			continue
		}
		for _, piece := range sortedParts(is) {
			before := make([]sample, len(was))
			for i := range was {
				if s := was[i][piece]; s != nil {
					before[i] = *s
				}
			}
			c := compare(m.spec, is[piece], before)
			if c.Verdict != f.Change.Verdict || c.atLeast <= most {
				continue
			}
			most, at = c.atLeast, &Part{By: p.name, ID: piece.ID, Word: piece.Word}
			text = fmt.Sprintf("Shows most in %s %s: %s, %s before (n %s)", p.name, partHere, TextOf(f.Unit, is[piece].value(m.spec.kind)),
				Text(f.Unit, rounded(f.Unit, c.wasValue)), Text(Count, float64(is[piece].n())))
		}
	}
	return text, at
}

func rounded(u Unit, v float64) float64 {
	if u == Count {
		return math.Round(v)
	}
	return v
}

// split divides a sample by its parts. What belongs to none is left out.
func split(s *sample, p part) map[Part]*sample {
	out := map[Part]*sample{}
	for i := range s.list {
		o := &s.list[i]
		piece := p.of(o)
		if piece == (Part{}) {
			continue
		}
		sub := out[piece]
		if sub == nil {
			sub = &sample{window: s.window, asOf: s.asOf}
			out[piece] = sub
		}
		sub.list = append(sub.list, *o)
		if len(s.calendar) == len(s.list) {
			sub.calendar = append(sub.calendar, s.calendar[i])
		}
		if o.hitAt(s.asOf) {
			sub.hits++
		}
	}
	return out
}

func sortedParts(m map[Part]*sample) []Part {
	return slices.SortedFunc(maps.Keys(m), func(a, b Part) int { return cmp.Or(cmp.Compare(a.ID, b.ID), cmp.Compare(a.Word, b.Word)) })
}
