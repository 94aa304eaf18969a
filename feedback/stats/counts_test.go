package stats_test

import (
	"math"
	"math/rand/v2"
	"testing"

	"heard/feedback/stats"
)

// Expected values: 1 − Σ of the probability function, computed apart in Python with math.lgamma.
func TestNegBinTail(t *testing.T) {
	tests := []struct {
		c           int
		mu, r, want float64
	}{
		{5, 1, 2, 0.017832647462277085}, {12, 4.2, 7.5, 0.010647430450492212}, {3, 0.4, 0.9, 0.024724357128707686}, {40, 20, 10, 0.015854136131009944},
		{0, 3, 2, 1}, {1, 0, 2, 0}, {4, 3, 0, 1},
	}
	for _, tt := range tests {
		near(t, "tail", stats.NegBinTail(tt.c, tt.mu, tt.r), tt.want, 1e-10)
	}
}

func TestNegBinTailFalls(t *testing.T) {
	for c := 1; c < 200; c++ {
		if stats.NegBinTail(c, 7, 3) > stats.NegBinTail(c-1, 7, 3) {
			t.Fatalf("the tail rises at %d", c)
		}
	}
	// With a huge size it is the Poisson tail: P(N ≥ 1) = 1 − e^−mu.
	near(t, "Poisson limit", stats.NegBinTail(1, 2, 1e9), 1-math.Exp(-2), 1e-7)
}

// Published: Benjamini and Hochberg (1995), section 3: of these fifteen hypotheses four are rejected at .05.
func TestBenjaminiHochberg(t *testing.T) {
	ps := []float64{.0001, .0004, .0019, .0095, .0201, .0278, .0298, .0344, .0459, .3240, .4262, .5719, .6528, .7590, 1}
	rejected := 0
	for _, q := range stats.BenjaminiHochberg(ps) {
		if q <= 0.05 {
			rejected++
		}
	}
	if rejected != 4 {
		t.Errorf("rejected = %d, want 4", rejected)
	}
	for _, q := range stats.BenjaminiHochberg([]float64{.05, .01, .03, .02, .04}) { // R: p.adjust(…, "BH")
		near(t, "q", q, 0.05, 1e-12)
	}
}

func TestBenjaminiHochbergProperties(t *testing.T) {
	rng := rand.New(rand.NewPCG(7, 8))
	for range 200 {
		ps := make([]float64, 1+rng.IntN(50))
		for i := range ps {
			ps[i] = rng.Float64() * rng.Float64()
		}
		qs := stats.BenjaminiHochberg(ps)
		for i := range ps {
			if qs[i] < ps[i] || qs[i] > 1 {
				t.Fatalf("q %v for p %v", qs[i], ps[i])
			}
			for j := range ps {
				if ps[i] < ps[j] && qs[i] > qs[j] {
					t.Fatalf("smaller p has larger q")
				}
			}
		}
	}
}

// By hand: 90 promoters, 70 passives, 40 detractors: 25 points, variance (.65 − .0625)/200.
func TestNPS(t *testing.T) {
	score, ci := stats.NPS(90, 70, 40, 0.95)
	near(t, "score", score, 25, 1e-12)
	near(t, "low", ci.Low, 25-10.62276, 1e-4)
	near(t, "high", ci.High, 25+10.62276, 1e-4)
	if _, ci := stats.NPS(1, 0, 0, 0.95); ci.Low > 10 || ci.High != 100 {
		t.Errorf("one answer of 10: %v", ci)
	}
	if _, ci := stats.NPS(0, 0, 0, 0.95); ci != (stats.Interval{Low: -100, High: 100}) {
		t.Errorf("no answers: %v", ci)
	}
}

func TestVerdicts(t *testing.T) {
	steady := make([]float64, 40)
	slower := make([]float64, 40)
	for i := range steady {
		steady[i], slower[i] = float64(i%7), float64(i%7)+5
	}
	tests := []struct {
		name string
		got  stats.Comparison
		want stats.Verdict
	}{
		{"rates up", stats.CompareRates(stats.Rate{Hits: 48, N: 80}, stats.Rate{Hits: 56, N: 70}), stats.Up},
		{"rates down", stats.CompareRates(stats.Rate{Hits: 56, N: 70}, stats.Rate{Hits: 48, N: 80}), stats.Down},
		{"rates alike", stats.CompareRates(stats.Rate{Hits: 50, N: 100}, stats.Rate{Hits: 52, N: 100}), stats.NoClear},
		{"few rates", stats.CompareRates(stats.Rate{Hits: 0, N: 9}, stats.Rate{Hits: 50, N: 50}), stats.TooFew},
		{"medians up", stats.CompareMedians(stats.Sort(steady), stats.Sort(slower)), stats.Up},
		{"medians alike", stats.CompareMedians(stats.Sort(steady), stats.Sort(steady)), stats.NoClear},
		{"few medians", stats.CompareMedians(stats.Sort(steady[:9]), stats.Sort(slower)), stats.TooFew},
		{"means down", stats.CompareMeans(stats.Summarize(slower), stats.Summarize(steady)), stats.Down},
		{"few means", stats.CompareMeans(stats.Summarize(slower[:3]), stats.Summarize(steady)), stats.TooFew},
		{"counts up", stats.CompareCounts(40, 7, 90, 7, 1), stats.Up},
		{"clumped counts", stats.CompareCounts(40, 7, 65, 7, 5), stats.NoClear},
		{"busier week", stats.CompareCounts(40, 7, 80, 14, 1), stats.NoClear},
		{"from nothing", stats.CompareCounts(0, 7, 20, 7, 1), stats.Up},
		{"few counts", stats.CompareCounts(2, 7, 6, 7, 1), stats.TooFew},
	}
	for _, tt := range tests {
		if tt.got.Verdict != tt.want {
			t.Errorf("%s: %v %+v, want %v", tt.name, tt.got.Verdict, tt.got, tt.want)
		}
		if none := tt.got.Interval == nil; none != (tt.want == stats.TooFew) {
			t.Errorf("%s: an interval must be shown exactly with enough data: %+v", tt.name, tt.got)
		}
		if math.IsInf(tt.got.Change, 0) || math.IsNaN(tt.got.Change) {
			t.Errorf("%s: change is not a number", tt.name)
		}
	}
	if stats.NoClear.String() != "no clear change" || stats.TooFew.String() != "not enough data" || stats.Up.String() != "up" {
		t.Error("verdicts do not read well")
	}
}
