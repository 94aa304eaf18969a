package stats_test

import (
	"math"
	"math/rand/v2"
	"testing"

	"heard/feedback/stats"
)

// nearly is a sample whose values are known to 1 %.
type nearly []float64

func (n nearly) Len() int         { return len(n) }
func (n nearly) At(i int) float64 { return n[i] * (1 + 0.01*math.Sin(float64(i))) }
func (n nearly) Slack() float64   { return 0.01 }

// A sample that is known nearly has intervals that hold those of the sample itself.
func TestNearlyKnownValuesHaveWiderIntervals(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	for range 200 {
		xs, ys := make([]float64, 20+rng.IntN(500)), make([]float64, 20+rng.IntN(500))
		for _, list := range [][]float64{xs, ys} {
			for i := range list {
				list[i] = math.Exp(rng.NormFloat64())
			}
		}
		x, y := stats.Sort(xs), stats.Sort(ys)
		exact, _ := stats.MedianInterval(x, stats.Level)
		near, ok := stats.MedianInterval(nearly(x), stats.Level)
		if !ok || near.Low > exact.Low || near.High < exact.High {
			t.Fatalf("median: %v does not hold %v", near, exact)
		}
		if a, b := stats.QuantileOf(x, 0.9), stats.QuantileOf(nearly(x), 0.9); math.Abs(a-b) > 0.011*a {
			t.Fatalf("90th percentile %v, nearly %v", a, b)
		}
		c, n := stats.CompareMedians(x, y), stats.CompareMedians(nearly(x), nearly(y))
		if n.Interval.Width() < c.Interval.Width()*0.9 || c.Verdict == stats.NoClear && n.Verdict != stats.NoClear && c.Interval.Width() > n.Interval.Width() {
			t.Fatalf("%+v is surer than %+v", n, c)
		}
	}
}

func TestNPSIsCompared(t *testing.T) {
	tests := []struct {
		name          string
		before, after stats.Shares
		want          stats.Verdict
	}{
		{"up", stats.Shares{Promoters: 40, Passives: 30, Detractors: 30}, stats.Shares{Promoters: 80, Passives: 10, Detractors: 10}, stats.Up},
		{"down", stats.Shares{Promoters: 80, Passives: 10, Detractors: 10}, stats.Shares{Promoters: 40, Passives: 30, Detractors: 30}, stats.Down},
		{"alike", stats.Shares{Promoters: 40, Passives: 30, Detractors: 30}, stats.Shares{Promoters: 43, Passives: 27, Detractors: 30}, stats.NoClear},
		{"few", stats.Shares{Promoters: 9}, stats.Shares{Promoters: 40, Passives: 30, Detractors: 30}, stats.TooFew},
		{"all agree", stats.Shares{Promoters: 10}, stats.Shares{Promoters: 9, Passives: 1}, stats.NoClear},
	}
	for _, tt := range tests {
		if c := stats.CompareNPS(tt.before, tt.after); c.Verdict != tt.want {
			t.Errorf("%s: %+v, want %s", tt.name, c, tt.want)
		}
	}
	if c := stats.CompareNPS(tests[0].before, tests[0].after); math.Abs(c.Change-60) > 1e-9 {
		t.Errorf("change = %v points, want 60", c.Change)
	}
}
