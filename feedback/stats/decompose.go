package stats

import (
	"math"
)

// Group is one group of a rate or a mean, before and after.
type Group struct {
	Name          string
	Before, After Summary
}

// SummaryOf is a rate as a sample of zeros and ones.
func SummaryOf(r Rate) Summary {
	p := r.Value()
	return Summary{N: r.N, Mean: p, Variance: p * (1 - p)}
}

// Part is what one group contributes to a change.
type Part struct {
	Name        string
	Within, Mix float64
}

// Decomposition splits the change of a rate or a mean into what changed inside the groups, and what comes from the groups
// having other shares than before (Kitagawa 1955). Within and mix add up to the total.
type Decomposition struct {
	Total, Within, Mix float64
	Interval           Interval // of the part inside the groups
	Parts              []Part
}

// Decompose splits a change. Each group's change counts by the mean of its shares before and after, and each share's
// change by how far the group's level, the mean of before and after, lies from that of all. A group that was not there on
// one side changed nothing inside: it came, or went. ok is false when one of the sides is empty.
func Decompose(groups []Group) (d Decomposition, ok bool) {
	var before, after float64
	for _, g := range groups {
		before, after = before+float64(g.Before.N), after+float64(g.After.N)
	}
	if before == 0 || after == 0 {
		return d, false
	}
	var was, is, variance float64
	for _, g := range groups {
		was += float64(g.Before.N) / before * g.Before.Mean
		is += float64(g.After.N) / after * g.After.Mean
	}
	level := (was + is) / 2
	d.Total = is - was
	for _, g := range groups {
		if g.Before.N+g.After.N == 0 {
			continue
		}
		w0, w1 := float64(g.Before.N)/before, float64(g.After.N)/after
		m0, m1 := g.Before.Mean, g.After.Mean
		switch {
		case g.Before.N == 0:
			m0 = m1
		case g.After.N == 0:
			m1 = m0
		default:
			share := (w0 + w1) / 2
			variance += share * share * (g.Before.Variance/float64(g.Before.N) + g.After.Variance/float64(g.After.N))
		}
		p := Part{g.Name, (m1 - m0) * (w0 + w1) / 2, (w1 - w0) * ((m0+m1)/2 - level)}
		d.Within, d.Mix, d.Parts = d.Within+p.Within, d.Mix+p.Mix, append(d.Parts, p)
	}
	half := normal(Level) * math.Sqrt(variance)
	d.Interval = Interval{d.Within - half, d.Within + half}
	return d, true
}

// ByMix says that the shares of the groups explain the change, and not what happened inside them: more than half of it
// comes from the shares, and inside the groups nothing is clear, or the opposite.
func (d Decomposition) ByMix() bool {
	unclear := d.Interval.Holds(0)
	return math.Abs(d.Mix) > math.Abs(d.Total)/2 && d.Mix*d.Total > 0 && (unclear || d.Within*d.Total < 0)
}

// Hidden says that the shares of the groups hide what happened inside them: there the change is clear, and over all of
// them it is the opposite, or hardly any is left.
func (d Decomposition) Hidden() bool {
	return !d.Interval.Holds(0) && d.Within*d.Mix < 0 && (d.Within*d.Total < 0 || math.Abs(d.Total) < math.Abs(d.Within)/2)
}
