package stats_test

import (
	"encoding/json"
	"math"
	"math/rand/v2"
	"testing"

	"heard/feedback/stats"
)

func near(t *testing.T, what string, got, want, tolerance float64) {
	t.Helper()
	if !(math.Abs(got-want) <= tolerance) {
		t.Errorf("%s = %.7g, want %.7g", what, got, want)
	}
}

// Published: Newcombe, Two-sided confidence intervals for the single proportion, Stat. Med. 17 (1998),
// table I, methods 3 (score) and 5 (Clopper–Pearson).
func TestSingleProportions(t *testing.T) {
	tests := []struct {
		hits, n       int
		wilson, exact stats.Interval
	}{
		{81, 263, stats.Interval{Low: 0.2553, High: 0.3662}, stats.Interval{Low: 0.2527, High: 0.3676}},
		{15, 148, stats.Interval{Low: 0.0624, High: 0.1605}, stats.Interval{Low: 0.0578, High: 0.1617}},
		{0, 20, stats.Interval{Low: 0, High: 0.1611}, stats.Interval{Low: 0, High: 0.1684}},
		{1, 29, stats.Interval{Low: 0.0061, High: 0.1718}, stats.Interval{Low: 0.0009, High: 0.1776}},
	}
	for _, tt := range tests {
		w := stats.Wilson(stats.Rate{Hits: tt.hits, N: tt.n}, 0.95)
		near(t, "Wilson low", w.Low, tt.wilson.Low, 5e-5)
		near(t, "Wilson high", w.High, tt.wilson.High, 5e-5)
		e := stats.ClopperPearson(float64(tt.hits), float64(tt.n), 0.95)
		near(t, "Clopper–Pearson low", e.Low, tt.exact.Low, 5e-5)
		near(t, "Clopper–Pearson high", e.High, tt.exact.High, 5e-5)
	}
}

// Published: Newcombe, Interval estimation for the difference between independent proportions, Stat. Med.
// 17 (1998), table II, method 10.
func TestNewcombe(t *testing.T) {
	tests := []struct {
		a, b      stats.Rate
		low, high float64
	}{
		{stats.Rate{Hits: 56, N: 70}, stats.Rate{Hits: 48, N: 80}, 0.0524, 0.3339},
		{stats.Rate{Hits: 9, N: 10}, stats.Rate{Hits: 3, N: 10}, 0.1705, 0.8090},
		{stats.Rate{Hits: 6, N: 7}, stats.Rate{Hits: 2, N: 7}, 0.0582, 0.8062},
		{stats.Rate{Hits: 5, N: 56}, stats.Rate{Hits: 0, N: 29}, -0.0381, 0.1926},
	}
	for _, tt := range tests {
		got := stats.Newcombe(tt.a, tt.b, 0.95)
		near(t, "low", got.Low, tt.low, 5e-5)
		near(t, "high", got.High, tt.high, 5e-5)
	}
}

// R: poisson.test(c(11, 6+8+7), c(800, 1083+1050+878)), the example of its manual page.
func TestRateRatio(t *testing.T) {
	got := stats.RateRatio(11, 800, 21, 1083+1050+878, 0.95)
	near(t, "low", got.Low, 0.8584264, 1e-6)
	near(t, "high", got.High, 4.2772659, 1e-6)
}

func TestNothingKnownIsSaid(t *testing.T) {
	inf := math.Inf(1)
	tests := []struct {
		name      string
		got, want stats.Interval
	}{
		{"wilson", stats.Wilson(stats.Rate{}, 0.95), stats.Interval{Low: 0, High: 1}},
		{"newcombe", stats.Newcombe(stats.Rate{Hits: 1, N: 2}, stats.Rate{}, 0.95), stats.Interval{Low: -1, High: 1}},
		{"exact", stats.ClopperPearson(0, 0, 0.95), stats.Interval{Low: 0, High: 1}},
		{"ratio", stats.RateRatio(0, 1, 0, 1, 0.95), stats.Interval{Low: 0, High: inf}},
		{"ratio to none", stats.RateRatio(0, 0, 5, 1, 0.95), stats.Interval{Low: 0, High: inf}},
		{"welch", stats.Welch(stats.Summary{N: 1}, stats.Summary{N: 9}, 0.95), stats.Interval{Low: -inf, High: inf}},
	}
	for _, tt := range tests {
		if tt.got != tt.want {
			t.Errorf("%s = %v, want %v", tt.name, tt.got, tt.want)
		}
	}
}

func TestUnboundedEndIsNullInJSON(t *testing.T) {
	got, err := json.Marshal(stats.Interval{Low: 0.25, High: math.Inf(1)})
	if err != nil || string(got) != `{"low":0.25,"high":null}` {
		t.Errorf("json = %s, %v", got, err)
	}
}

func TestIntervalProperties(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	for range 2000 {
		n := 1 + rng.IntN(400)
		a := stats.Rate{Hits: rng.IntN(n + 1), N: n}
		m := 1 + rng.IntN(400)
		b := stats.Rate{Hits: rng.IntN(m + 1), N: m}
		w := stats.Wilson(a, 0.95)
		if !w.Holds(a.Value()) || w.Low < 0 || w.High > 1 {
			t.Fatalf("Wilson(%v) = %v does not hold its rate within 0..1", a, w)
		}
		if e := stats.ClopperPearson(float64(a.Hits), float64(n), 0.95); !e.Holds(a.Value()) {
			t.Fatalf("ClopperPearson(%v) = %v does not hold its rate", a, e)
		}
		if wide := stats.Wilson(a, 0.99); wide.Width() < w.Width() {
			t.Fatalf("more confidence gave a narrower interval for %v", a)
		}
		ab, ba := stats.Newcombe(a, b, 0.95), stats.Newcombe(b, a, 0.95)
		if math.Abs(ab.Low+ba.High) > 1e-12 || math.Abs(ab.High+ba.Low) > 1e-12 {
			t.Fatalf("Newcombe is not antisymmetric: %v, %v", ab, ba)
		}
	}
}

// The exact interval must cover at least as often as it says, at every true rate.
func TestClopperPearsonCovers(t *testing.T) {
	const n = 30
	for _, p := range []float64{0.02, 0.1, 0.37, 0.5, 0.93} {
		covered := 0.0
		for k := range n + 1 {
			lg := func(x int) float64 { v, _ := math.Lgamma(float64(x + 1)); return v }
			mass := math.Exp(lg(n) - lg(k) - lg(n-k) + float64(k)*math.Log(p) + float64(n-k)*math.Log(1-p))
			if stats.ClopperPearson(float64(k), n, 0.95).Holds(p) {
				covered += mass
			}
		}
		if covered < 0.95 {
			t.Errorf("coverage at %v is %.4f", p, covered)
		}
	}
}
