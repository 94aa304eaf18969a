package stats

import (
	"math"
	"slices"

	"gonum.org/v1/gonum/mathext"
)

// Summary is what a comparison of means needs to know of a sample.
type Summary struct {
	N        int     `json:"n"`
	Mean     float64 `json:"mean"`
	Variance float64 `json:"variance"` // with n−1; 0 under two values
}

// Summarize returns size, mean and variance by Welford's one-pass method (1962).
func Summarize(xs []float64) Summary {
	var s Summary
	var m2 float64
	for _, x := range xs {
		s.N++
		d := x - s.Mean
		s.Mean += d / float64(s.N)
		m2 += d * (x - s.Mean)
	}
	if s.N > 1 {
		s.Variance = m2 / float64(s.N-1)
	}
	return s
}

// Welch is the interval for mean(a) − mean(b) without assuming equal variances, with the degrees of
// freedom of Welch (1947) and Satterthwaite (1946). Under two values on a side nothing is known: ±Inf.
func Welch(a, b Summary, level float64) Interval {
	if a.N < 2 || b.N < 2 {
		return Interval{math.Inf(-1), math.Inf(1)}
	}
	va, vb := a.Variance/float64(a.N), b.Variance/float64(b.N)
	d := a.Mean - b.Mean
	if va+vb == 0 {
		return Interval{d, d}
	}
	v := (va + vb) * (va + vb) / (va*va/float64(a.N-1) + vb*vb/float64(b.N-1))
	half := student(level, v) * math.Sqrt(va+vb)
	return Interval{d - half, d + half}
}

// Mean is the interval for one mean, Student (1908). Under two values nothing is known: ±Inf.
func Mean(s Summary, level float64) Interval {
	if s.N < 2 {
		return Interval{math.Inf(-1), math.Inf(1)}
	}
	half := student(level, float64(s.N-1)) * math.Sqrt(s.Variance/float64(s.N))
	return Interval{s.Mean - half, s.Mean + half}
}

// Quantile returns the p-quantile of type 7 (Hyndman and Fan 1996): linear between the order statistics
// around (n−1)p. It does not change xs; an empty sample has none and gives NaN.
func Quantile(xs []float64, p float64) float64 {
	return SortedQuantile(slices.Sorted(slices.Values(xs)), p)
}

// SortedQuantile is Quantile for values already in ascending order.
func SortedQuantile(sorted []float64, p float64) float64 { return QuantileOf(Sorted(sorted), p) }

// Median is the middle of the sample, NaN when it is empty.
func Median(xs []float64) float64 { return Quantile(xs, 0.5) }

// binomialHalf is P(Binomial(n, ½) <= k) = I_{1/2}(n−k, k+1).
func binomialHalf(k, n int) float64 {
	if k >= n {
		return 1
	}
	return mathext.RegIncBeta(float64(n-k), float64(k+1), 0.5)
}
