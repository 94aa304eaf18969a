package stats

import (
	"math"
	"slices"
	"sort"

	"gonum.org/v1/gonum/mathext"
)

// Ranked is a sample whose values are known in order: exactly, or each within a relative error.
type Ranked interface {
	Len() int
	At(i int) float64 // the i-th smallest, from 0
	Slack() float64   // how far a value may be off, as a part of itself; 0 for values that are known
}

// Sorted is a Ranked of known values.
type Sorted []float64

// Sort orders a sample. The given slice stays as it is.
func Sort(xs []float64) Sorted { return slices.Sorted(slices.Values(xs)) }

func (s Sorted) Len() int         { return len(s) }
func (s Sorted) At(i int) float64 { return s[i] }
func (s Sorted) Slack() float64   { return 0 }

// QuantileOf is Quantile for values whose order is known.
func QuantileOf(r Ranked, p float64) float64 {
	n := r.Len()
	if n == 0 {
		return math.NaN()
	}
	h := float64(n-1) * min(max(p, 0), 1)
	low := int(h)
	if low+1 >= n {
		return r.At(n - 1)
	}
	a := r.At(low)
	if h == float64(low) {
		return a
	}
	return a + (h-float64(low))*(r.At(low+1)-a)
}

// MedianInterval is the distribution-free interval for a median: the narrowest symmetric pair of order
// statistics with at least the wanted coverage (Conover 1999, section 3.2). The number of values below the
// median is binomial(n, ½). Where values are known nearly, the interval is wider by as much. ok is false when n is too
// small for any pair (under 6 values at 95 %).
func MedianInterval(r Ranked, level float64) (ci Interval, ok bool) {
	n := r.Len()
	// The first k that does not cover any more; binomialHalf rises with k.
	k := sort.Search(n/2, func(k int) bool { return binomialHalf(k, n) > (1-level)/2 })
	if k == 0 {
		return Interval{}, false
	}
	return Interval{r.At(k-1) / (1 + r.Slack()), r.At(n-k) / (1 - r.Slack())}, true
}

// CompareMedians compares two medians by the interval for their difference of Price and Bonett (2002), which needs no
// bootstrap, wider by what is not known of the values.
func CompareMedians(before, after Ranked) Comparison {
	if before.Len() < MinSample || after.Len() < MinSample {
		return Comparison{Verdict: TooFew}
	}
	is, was := QuantileOf(after, 0.5), QuantileOf(before, 0.5)
	half := normal(Level)*math.Sqrt(medianVarianceOf(after)+medianVarianceOf(before)) + is*after.Slack() + was*before.Slack()
	return judge(is-was, Interval{is - was - half, is - was + half}, false)
}

// medianVarianceOf estimates a sample median's variance from two order statistics about √n ranks from the middle (Price
// and Bonett 2002): ((x(n−c+1) − x(c)) / 2z)², where z belongs to their exact coverage.
func medianVarianceOf(r Ranked) float64 {
	n := r.Len()
	c := max(1, int(math.Round(float64(n+1)/2-math.Sqrt(float64(n)))))
	z := mathext.NormalQuantile(1 - binomialHalf(c-1, n))
	s := (r.At(n-c) - r.At(c-1)) / (2 * z)
	return s * s
}
