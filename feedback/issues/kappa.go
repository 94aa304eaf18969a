package issues

import (
	"cmp"
	"slices"

	"heard/feedback/stats"
)

const (
	kappaTopics = 30
	kappaBlock  = 14 // days whose level is taken as one, so that growth is not read as noise
	kappaLeast  = 0.03
	kappaMost   = 0.30
)

// EstimateKappa measures how much a topic's daily counts spread beyond Poisson (variance = m + κm²) by the
// method of moments on the largest topics, as the median over them: one topic's incident must not blunt
// the test for all. Expected counts follow the exposure within blocks of two weeks, so weekdays and
// busy weeks are not taken for noise. Before the warm-up it is the default.
func EstimateKappa(t *Table, day int, history History) float64 {
	if day < warmUp || day >= t.Days {
		return DefaultDetector().Kappa
	}
	exposure := t.exposure(day)
	from := max(0, day-baselineDays+1)
	largest := slices.Clone(t.topics)
	slices.SortStableFunc(largest, func(a, b *series) int { return cmp.Compare(b.sum(from, day), a.sum(from, day)) })
	var found []float64
	for _, s := range largest[:min(kappaTopics, len(largest))] {
		flagged := history.flagged(s.topic)
		excess, squares := 0.0, 0.0
		for start := from; start+kappaBlock <= day+1; start += kappaBlock {
			e, q := blockMoments(s, exposure, start, flagged)
			excess, squares = excess+e, squares+q
		}
		if squares > 0 {
			found = append(found, excess/squares)
		}
	}
	if len(found) == 0 {
		return DefaultDetector().Kappa
	}
	return min(max(stats.Median(found), kappaLeast), kappaMost)
}

// blockMoments returns Σ((y−m)²·n/(n−1) − m) and Σm² over a block's unflagged days, m being the block's
// level times the day's exposure.
func blockMoments(s *series, exposure []float64, start int, flagged map[int]bool) (excess, squares float64) {
	var days []int
	count, busy := 0.0, 0.0
	for d := start; d < start+kappaBlock; d++ {
		if !flagged[d] && exposure[d] > 0 {
			days = append(days, d)
			count += float64(s.counts[d])
			busy += exposure[d]
		}
	}
	if len(days) < kappaBlock/2 || count == 0 {
		return 0, 0
	}
	fitted := float64(len(days)) / float64(len(days)-1) // one degree of freedom went to the level
	for _, d := range days {
		m := count / busy * exposure[d]
		diff := float64(s.counts[d]) - m
		excess += diff*diff*fitted - m
		squares += m * m
	}
	return excess, squares
}
