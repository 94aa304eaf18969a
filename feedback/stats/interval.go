package stats

import (
	"math"
	"strconv"

	"gonum.org/v1/gonum/mathext"
)

// Level is the confidence level of every interval that people see.
const Level = 0.95

// Interval is a closed confidence interval.
type Interval struct {
	Low  float64 `json:"low"`
	High float64 `json:"high"`
}

// MarshalJSON writes an unbounded end as null: JSON has no infinity.
func (i Interval) MarshalJSON() ([]byte, error) {
	end := func(x float64) string {
		if math.IsInf(x, 0) || math.IsNaN(x) {
			return "null"
		}
		return strconv.FormatFloat(x, 'g', -1, 64)
	}
	return []byte(`{"low":` + end(i.Low) + `,"high":` + end(i.High) + `}`), nil
}

// Holds says whether x lies in the interval.
func (i Interval) Holds(x float64) bool { return i.Low <= x && x <= i.High }

// Width is the length of the interval.
func (i Interval) Width() float64 { return i.High - i.Low }

// Rate is a proportion: hits out of n.
type Rate struct {
	Hits int `json:"hits"`
	N    int `json:"n"`
}

// Value is hits/n, or 0 when nothing was counted.
func (r Rate) Value() float64 {
	if r.N == 0 {
		return 0
	}
	return float64(r.Hits) / float64(r.N)
}

// Wilson is the score interval for a proportion (Wilson 1927). Unlike the textbook interval it stays
// within 0 and 1 and is usable at small n. With n = 0 nothing is known: 0 to 1.
func Wilson(r Rate, level float64) Interval {
	if r.N <= 0 {
		return Interval{0, 1}
	}
	z, n, p := normal(level), float64(r.N), r.Value()
	centre := (p + z*z/(2*n)) / (1 + z*z/n)
	half := z / (1 + z*z/n) * math.Sqrt(p*(1-p)/n+z*z/(4*n*n))
	ci := Interval{math.Max(0, centre-half), math.Min(1, centre+half)}
	if r.Hits <= 0 { // rounding must not exclude the observed rate
		ci.Low = 0
	}
	if r.Hits >= r.N {
		ci.High = 1
	}
	return ci
}

// Newcombe is the interval for a−b, two independent proportions, built from their Wilson intervals
// (Newcombe 1998, method 10).
func Newcombe(a, b Rate, level float64) Interval {
	ia, ib := Wilson(a, level), Wilson(b, level)
	pa, pb := a.Value(), b.Value()
	if a.N <= 0 || b.N <= 0 {
		return Interval{-1, 1}
	}
	d := pa - pb
	return Interval{
		Low:  d - math.Hypot(pa-ia.Low, ib.High-pb),
		High: d + math.Hypot(ia.High-pa, pb-ib.Low),
	}
}

// ClopperPearson is the exact interval for a proportion (Clopper and Pearson 1934) through beta quantiles.
// Hits and n may be fractions: counts that were divided by an over-dispersion factor.
func ClopperPearson(hits, n, level float64) Interval {
	if n <= 0 {
		return Interval{0, 1}
	}
	tail, ci := (1-level)/2, Interval{0, 1}
	if hits > 0 {
		ci.Low = mathext.InvRegIncBeta(hits, n-hits+1, tail)
	}
	if hits < n {
		ci.High = mathext.InvRegIncBeta(hits+1, n-hits, 1-tail)
	}
	return ci
}

// BetaQuantile is the value under which a share of a Beta(a, b) distribution lies.
func BetaQuantile(p, a, b float64) float64 { return mathext.InvRegIncBeta(a, b, p) }

// RateRatio is the exact conditional interval for the ratio of two Poisson rates, (a/ea)/(b/eb), where ea
// and eb are the exposures: given a+b, a is binomial (Przyborowski and Wilenski 1940).
// With nothing counted at all everything is possible: 0 to +Inf.
func RateRatio(a, ea, b, eb, level float64) Interval {
	if ea <= 0 || eb <= 0 || a+b <= 0 {
		return Interval{0, math.Inf(1)}
	}
	share := ClopperPearson(a, a+b, level)
	ratio := func(p float64) float64 {
		if p >= 1 {
			return math.Inf(1)
		}
		return p / (1 - p) * eb / ea
	}
	return Interval{ratio(share.Low), ratio(share.High)}
}

// normal is the two-sided standard normal quantile: 1.96 for .95.
func normal(level float64) float64 { return mathext.NormalQuantile(0.5 + level/2) }

// student is the two-sided quantile of Student's t with v degrees of freedom, through
// P(|T| > t) = I_{v/(v+t²)}(v/2, 1/2) (Abramowitz and Stegun 26.7.1).
func student(level, v float64) float64 {
	x := mathext.InvRegIncBeta(v/2, 0.5, 1-level)
	return math.Sqrt(v * (1 - x) / x)
}
