package stats

import (
	"cmp"
	"math"
	"slices"

	"gonum.org/v1/gonum/mathext"
)

// NegBinTail is P(N >= c) for a negative binomial count with mean mu and size r (variance mu + mu²/r),
// as the regularised incomplete beta function I_{mu/(r+mu)}(c, r) (Johnson, Kemp and Kotz 2005, 5.31).
func NegBinTail(c int, mu, r float64) float64 {
	switch {
	case c <= 0:
		return 1
	case mu <= 0:
		return 0
	case r <= 0:
		return 1 // no information at all about the rate
	}
	return mathext.RegIncBeta(float64(c), r, mu/(r+mu))
}

// BenjaminiHochberg returns each test's q-value: the smallest false discovery rate at which it would be
// called (Benjamini and Hochberg 1995, step-up). The order of the answers is that of ps.
func BenjaminiHochberg(ps []float64) []float64 {
	order := make([]int, len(ps))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(ps[a], ps[b]) })
	qs, least := make([]float64, len(ps)), 1.0
	for rank := len(order); rank > 0; rank-- {
		i := order[rank-1]
		q := ps[i] * float64(len(ps)) / float64(rank)
		least = math.Min(least, math.Max(q, ps[i])) // rounding must not put q under p
		qs[i] = least
	}
	return qs
}

// NPS is the net promoter score in points and its interval, from the multinomial variance
// (p + d − (p−d)²)/n of promoters p and detractors d. With no answers everything is possible.
func NPS(promoters, passives, detractors int, level float64) (score float64, ci Interval) {
	n := float64(promoters + passives + detractors)
	if n == 0 {
		return 0, Interval{-100, 100}
	}
	p, d := float64(promoters)/n, float64(detractors)/n
	half := normal(level) * math.Sqrt((p+d-(p-d)*(p-d))/n)
	if all := float64(max(promoters, passives, detractors)); all == n { // who agree are not certain: see Shares.variance
		half = normal(level) * math.Sqrt(Shares{promoters, passives, detractors}.variance()) / 100
	}
	return 100 * (p - d), Interval{math.Max(-100, 100*(p-d-half)), math.Min(100, 100*(p-d+half))}
}
