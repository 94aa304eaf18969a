package stats_test

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"heard/feedback/stats"
)

// Student's sleep data; R: t.test(extra ~ group, data = sleep).
func TestWelch(t *testing.T) {
	a := stats.Summarize([]float64{0.7, -1.6, -0.2, -1.2, -0.1, 3.4, 3.7, 0.8, 0, 2})
	b := stats.Summarize([]float64{1.9, 0.8, 1.1, 0.1, -0.1, 4.4, 5.5, 1.6, 4.6, 3.4})
	got := stats.Welch(a, b, 0.95)
	near(t, "low", got.Low, -3.3654832, 1e-6)
	near(t, "high", got.High, 0.2054832, 1e-6)
	near(t, "mean", a.Mean, 0.75, 1e-12)
	one := stats.Mean(stats.Summarize([]float64{1, 2, 3, 4, 5}), 0.95) // R: t.test(1:5)
	near(t, "one mean low", one.Low, 1.036757, 1e-6)
	near(t, "one mean high", one.High, 4.963243, 1e-6)
}

func TestQuantileIsType7(t *testing.T) {
	tests := []struct {
		xs   []float64
		p    float64
		want float64 // R: quantile(x, p)
	}{
		{[]float64{1, 2, 3, 4, 5, 6, 7, 8, 9, 10}, 0.9, 9.1},
		{[]float64{4, 1, 3, 2}, 0.25, 1.75},
		{[]float64{4, 1, 3, 2}, 0.5, 2.5},
		{[]float64{7}, 0.9, 7},
		{[]float64{1, 2}, 1, 2},
		{[]float64{1, 2}, 0, 1},
	}
	for _, tt := range tests {
		near(t, "quantile", stats.Quantile(tt.xs, tt.p), tt.want, 1e-12)
	}
	if !math.IsNaN(stats.Median(nil)) {
		t.Error("an empty sample has a median")
	}
}

// Ranks of the 95 % interval for a median: Conover, Practical Nonparametric Statistics (1999), table A3.
func TestMedianInterval(t *testing.T) {
	for _, tt := range []struct{ n, low, high int }{{6, 1, 6}, {10, 2, 9}, {20, 6, 15}} {
		xs := make([]float64, tt.n)
		for i := range xs {
			xs[i] = float64(tt.n - i)
		}
		got, ok := stats.MedianInterval(stats.Sort(xs), 0.95)
		if !ok || got != (stats.Interval{Low: float64(tt.low), High: float64(tt.high)}) {
			t.Errorf("n = %d: %v %v, want ranks %d and %d", tt.n, got, ok, tt.low, tt.high)
		}
	}
	if _, ok := stats.MedianInterval(stats.Sorted{1, 2, 3, 4, 5}, 0.95); ok {
		t.Error("five values gave a 95 % interval")
	}
}

// Two skewed samples; expected values computed apart, with Python's math.comb and statistics.NormalDist, from the formula of Price and Bonett.
func TestMedianComparisons(t *testing.T) {
	a := []float64{77, 87, 88, 114, 151, 210, 219, 246, 253, 262, 296, 299, 306, 376, 428, 515, 666, 1310, 2611}
	b := []float64{59, 106, 174, 207, 219, 237, 313, 365, 458, 497, 515, 529, 557, 615, 625, 645, 973, 1065, 3215}
	got := stats.CompareMedians(stats.Sort(b), stats.Sort(a)).Interval
	near(t, "difference low", got.Low, -453.0790014178234, 1e-6)
	near(t, "difference high", got.High, -16.920998582176594, 1e-6)
}

func TestSampleProperties(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 4))
	for range 300 {
		xs := make([]float64, stats.MinSample+rng.IntN(60))
		for i := range xs {
			xs[i] = math.Exp(rng.NormFloat64())
		}
		before := slices.Clone(xs)
		last := math.Inf(-1)
		for p := 0.0; p <= 1; p += 0.05 {
			q := stats.Quantile(xs, p)
			if q < last {
				t.Fatalf("quantiles fall at %v", p)
			}
			last = q
		}
		if !slices.Equal(xs, before) {
			t.Fatal("Quantile changed its input")
		}
		if ci, ok := stats.MedianInterval(stats.Sort(xs), 0.95); ok && !ci.Holds(stats.Median(xs)) {
			t.Fatalf("the interval %v does not hold the median", ci)
		}
		if ci := stats.CompareMedians(stats.Sort(xs), stats.Sort(xs)).Interval; !ci.Holds(0) {
			t.Fatalf("a sample differs from itself: %v", ci)
		}
		shifted := make([]float64, len(xs))
		for i := range xs {
			shifted[i] = xs[i] + 1e6
		}
		near(t, "variance of a shifted sample", stats.Summarize(shifted).Variance, stats.Summarize(xs).Variance, 1e-6*(1+stats.Summarize(xs).Variance))
	}
}

// The median's interval must cover at its level whatever the distribution; 4,000 skewed samples.
func TestMedianDifferenceCovers(t *testing.T) {
	rng, held := rand.New(rand.NewPCG(5, 6)), 0
	const runs = 4000
	for range runs {
		a, b := make([]float64, 25), make([]float64, 40)
		for i := range a {
			a[i] = rng.ExpFloat64()
		}
		for i := range b {
			b[i] = 1 + rng.ExpFloat64()
		}
		if stats.CompareMedians(stats.Sort(a), stats.Sort(b)).Interval.Holds(1) {
			held++
		}
	}
	if share := float64(held) / runs; share < 0.94 || share > 0.99 {
		t.Errorf("coverage = %.3f, want about .95 to .98", share)
	}
}
