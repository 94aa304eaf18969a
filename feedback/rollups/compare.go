package rollups

import (
	"math"
	"slices"

	"heard/feedback/stats"

	"gonum.org/v1/gonum/mathext"
)

// compare says whether a figure moved. The weeks before are taken together.
func compare(s spec, is *sample, was []sample) Change {
	var c stats.Comparison
	before := 0.0 // what the change is a part of
	switch s.kind {
	case timed:
		pooled, now := &tally{}, is.calendar.copied()
		for i := range was {
			pooled.merge(&was[i].calendar)
		}
		for _, pair := range [][2]*tally{{pooled, now}, {now, pooled}} { // what is held against a sketch is one
			if pair[0].sketch != nil && pair[1].sketch == nil {
				pair[1].sketch = newSketch()
			}
		}
		r := pooled.ranked()
		c, before = stats.CompareMedians(r, now.ranked()), stats.QuantileOf(r, 0.5)
	case shared:
		rate := stats.Rate{}
		for i := range was {
			rate.Hits, rate.N = rate.Hits+was[i].hits, rate.N+was[i].n()
		}
		c, before = stats.CompareRates(rate, stats.Rate{Hits: is.hits, N: is.n()}), rate.Value()
	case counted:
		counts := countsOf(was)
		sum := stats.Summarize(counts)
		total := 0
		for i := range was {
			total += was[i].n()
		}
		phi := 1.0
		if sum.Mean > 0 {
			phi = sum.Variance / sum.Mean
		}
		c, before = stats.CompareCounts(total, float64(len(was)), is.n(), 1, phi), sum.Mean
	case standing:
		c, before = compareStock(countsOf(was), float64(is.n())), stats.Summarize(countsOf(was)).Mean
	}
	return judged(s, c, before)
}

func countsOf(list []sample) []float64 {
	out := make([]float64, len(list))
	for i := range list {
		out[i] = float64(list[i].n())
	}
	return out
}

// compareStock compares what stands now with where it stood before. A stock is no count of independent events, so it
// is held against the spread of the weeks before: the interval that would hold the next one (Student, for a new
// value). Fewer than three weeks tell nothing.
func compareStock(was []float64, is float64) stats.Comparison {
	if len(was) < 3 || is+slices.Max(was) < stats.MinSample {
		return stats.Comparison{Verdict: stats.TooFew}
	}
	sum := stats.Summarize(was)
	sum.Variance = max(sum.Variance, sum.Mean, 1) // four alike weeks do not mean that nothing ever moves
	mean := stats.Mean(sum, stats.Level)
	half := mean.Width() / 2 * math.Sqrt(float64(sum.N+1))
	c := stats.Comparison{Verdict: stats.NoClear, Change: is - sum.Mean, Interval: &stats.Interval{Low: is - sum.Mean - half, High: is - sum.Mean + half}}
	switch {
	case c.Interval.Low > 0:
		c.Verdict = stats.Up
	case c.Interval.High < 0:
		c.Verdict = stats.Down
	}
	return c
}

// judged adds to a comparison whether the change is good, how large it is at least, and how surprising.
func judged(s spec, c stats.Comparison, before float64) Change {
	out := Change{Verdict: c.Verdict, p: 1, wasValue: before}
	if c.Interval == nil {
		return out
	}
	out.Value, out.Ratio, out.Interval = end(c.Change), c.Ratio, rangeOf(*c.Interval)
	near, change := c.Interval.Low, c.Change // the end that is nearer to no change
	if c.Verdict == stats.Down || c.Verdict == stats.NoClear && c.Change < 0 {
		near = c.Interval.High
	}
	if c.Ratio {
		out.Relative = end(c.Change - 1)
		change = max(change, near*near) // a count of zero has no logarithm; its interval has
		out.atLeast, out.p = math.Abs(math.Log(near)), surprise(math.Log(change), math.Log(near))
	} else {
		if before > 0 {
			out.Relative = end(c.Change / before)
			out.atLeast = math.Abs(math.Log(max(0.01, 1+near/before)))
		}
		out.p = surprise(change, near)
	}
	if c.Verdict == stats.Up || c.Verdict == stats.Down {
		if s.better != "" {
			good := (c.Verdict == stats.Up) == (s.better == Higher)
			out.Good = &good
		}
	}
	return out
}

// surprise is the two-sided probability of so large a change by chance, read back from its interval: the half of the
// interval towards zero is 1.96 standard errors.
func surprise(change, near float64) float64 {
	half := math.Abs(change - near)
	if half == 0 || math.IsInf(half, 0) || math.IsNaN(half) {
		return 1
	}
	z := math.Abs(change) / half * mathext.NormalQuantile(0.5+stats.Level/2)
	return math.Erfc(z / math.Sqrt2)
}
