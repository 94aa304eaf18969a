package stats_test

import (
	"math"
	"math/rand/v2"
	"testing"

	"heard/feedback/stats"
)

// Within and mix add up to the change of the whole, whatever the groups, and the parts add up to them.
func TestDecompositionAddsUp(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 5))
	for range 2000 {
		var groups []stats.Group
		var was, is, n0, n1 float64
		for i := range 1 + rng.IntN(6) {
			g := stats.Group{Name: string(rune('a' + i)),
				Before: stats.Summary{N: rng.IntN(40), Mean: 100 * rng.Float64(), Variance: 9}, After: stats.Summary{N: rng.IntN(40), Mean: 100 * rng.Float64(), Variance: 9}}
			groups = append(groups, g)
			was, n0 = was+float64(g.Before.N)*g.Before.Mean, n0+float64(g.Before.N)
			is, n1 = is+float64(g.After.N)*g.After.Mean, n1+float64(g.After.N)
		}
		d, ok := stats.Decompose(groups)
		if ok != (n0 > 0 && n1 > 0) {
			t.Fatalf("ok = %v with %v before and %v after", ok, n0, n1)
		}
		if !ok {
			continue
		}
		within, mix := 0.0, 0.0
		for _, p := range d.Parts {
			within, mix = within+p.Within, mix+p.Mix
		}
		want := is/n1 - was/n0
		for what, x := range map[string][2]float64{"total": {d.Total, want}, "sum": {d.Within + d.Mix, want}, "within": {within, d.Within}, "mix": {mix, d.Mix}} {
			if math.Abs(x[0]-x[1]) > 1e-9 {
				t.Fatalf("%s = %v, want %v: %+v", what, x[0], x[1], groups)
			}
		}
		if !d.Interval.Holds(d.Within) {
			t.Fatalf("%v does not hold %v", d.Interval, d.Within)
		}
	}
}

// Simpson's paradox: either channel got better, more tickets came by the worse one, and the whole got worse.
func TestAShiftOfTheMixIsFound(t *testing.T) {
	rate := func(hits, n int) stats.Summary { return stats.SummaryOf(stats.Rate{Hits: hits, N: n}) }
	tests := []struct {
		name          string
		groups        []stats.Group
		byMix, hidden bool
	}{
		{"paradox", []stats.Group{{"chat", rate(720, 800), rate(190, 200)}, {"mail", rate(100, 200), rate(440, 800)}}, true, true},
		{"only the mix", []stats.Group{{"chat", rate(720, 800), rate(180, 200)}, {"mail", rate(100, 200), rate(400, 800)}}, true, false},
		{"only inside", []stats.Group{{"chat", rate(450, 500), rate(400, 500)}, {"mail", rate(250, 500), rate(200, 500)}}, false, false},
		{"hidden", []stats.Group{{"chat", rate(450, 500), rate(285, 300)}, {"mail", rate(250, 500), rate(430, 700)}}, false, true},
		{"nothing", []stats.Group{{"chat", rate(450, 500), rate(450, 500)}, {"mail", rate(250, 500), rate(250, 500)}}, false, false},
	}
	for _, tt := range tests {
		d, ok := stats.Decompose(tt.groups)
		if !ok || d.ByMix() != tt.byMix || d.Hidden() != tt.hidden {
			t.Errorf("%s: by mix %v, hidden %v, want %v, %v: %+v", tt.name, d.ByMix(), d.Hidden(), tt.byMix, tt.hidden, d)
		}
	}
}
