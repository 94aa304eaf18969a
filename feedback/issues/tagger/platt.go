package tagger

import (
	"cmp"
	"math"
	"slices"
)

// judgement is a score and whether it should have been high.
type judgement struct {
	score float32
	right bool
}

// curve makes a chance of a score.
type curve struct{ slope, shift float64 }

func (c curve) chance(score float32) float64 {
	return 1 / (1 + math.Exp(-(c.slope*float64(score) + c.shift)))
}

// loyalty is how strongly a tag's own curve is held to the usual one: a tag with ten examples cannot tell much.
const loyalty = 4

// platt fits a curve by Newton's method, held to another one. As Platt (1999) has it, the targets stay a little short of
// 0 and 1, so that examples which are told apart without an error promise no certainty.
func platt(list []judgement, near curve, hold float64) curve {
	with := 0.0
	for _, j := range list {
		if j.right {
			with++
		}
	}
	yes, no := (with+1)/(with+2), 1/(float64(len(list))-with+2)
	c := near
	for range 30 {
		gs, gb := hold*(c.slope-near.slope), hold*(c.shift-near.shift)
		hss, hsb, hbb := hold+1e-6, 0.0, hold+1e-6
		for _, j := range list {
			p, x := c.chance(j.score), float64(j.score)
			d, w := p-no, p*(1-p)
			if j.right {
				d = p - yes
			}
			gs, gb = gs+d*x, gb+d
			hss, hsb, hbb = hss+w*x*x, hsb+w*x, hbb+w
		}
		det := hss*hbb - hsb*hsb
		if det <= 0 {
			break
		}
		ds, db := (hbb*gs-hsb*gb)/det, (hss*gb-hsb*gs)/det
		step := math.Min(1, 2/math.Max(math.Abs(ds), math.Abs(db)+1e-12)) // far from the answer a full step leads astray
		c.slope, c.shift = math.Max(leastSlope, c.slope-step*ds), c.shift-step*db
		if math.Abs(ds)+math.Abs(db) < 1e-6 {
			break
		}
	}
	return c
}

// leastSlope keeps a higher score from ever meaning less.
const leastSlope = 0.05

const (
	leastPrecision = 0.7
	leastChance    = 0.5
	leastOffers    = 5 // that were judged
)

// offer finds the lowest chance from which the tag is right often enough. Few judgements count as a little worse than
// they were (Laplace), since the threshold was chosen by them.
func (t *Tag) offer(list []judgement) {
	list = slices.Clone(list)
	slices.SortFunc(list, func(a, b judgement) int { return cmp.Compare(b.score, a.score) })
	n, hits := 0, 0
	for i, j := range list {
		chance, next := t.curve.chance(j.score), 0.0
		if i+1 < len(list) {
			next = t.curve.chance(list[i+1].score)
		}
		if chance < leastChance {
			break
		}
		n++
		if j.right {
			hits++
		}
		if next < chance && n >= leastOffers && float64(hits+1)/float64(n+2) >= leastPrecision {
			t.Offered, t.From, t.HeldOut, t.Right = true, math.Max(leastChance, (chance+next)/2), n, hits
		}
	}
}
