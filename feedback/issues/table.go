package issues

import (
	"cmp"
	"iter"
	"slices"
)

// Observation is one conversation as the detector sees it: its topic now, its customer, its day. Days
// count from 0, the oldest day of the table, in the desk's time zone.
type Observation struct {
	Topic    int64
	Customer int64
	Day      int
}

// Table holds the daily counts of every topic, recomputed each night from the current assignment.
type Table struct {
	Days   int
	topics []*series // ordered by topic
}

// series is one topic's counts per day and, for the support gate, who was counted.
type series struct {
	topic     int64
	first     int // day that it is counted from
	counts    []int
	customers [][]int64 // per day
}

// NewTable counts the observations of a number of days; what lies outside, or has no topic, is left out.
// 126 days serve all tests of a night (two baselines, two months of calendar); fixes are watched as long as
// the table reaches back to four weeks before them, so 210 days for the full half year.
func NewTable(days int, observed iter.Seq[Observation]) *Table {
	byTopic := make(map[int64]*series)
	for o := range observed {
		if o.Topic == 0 || o.Day < 0 || o.Day >= days {
			continue
		}
		s := byTopic[o.Topic]
		if s == nil {
			s = &series{topic: o.Topic, counts: make([]int, days), customers: make([][]int64, days)}
			byTopic[o.Topic] = s
		}
		s.counts[o.Day]++
		s.customers[o.Day] = append(s.customers[o.Day], o.Customer)
	}
	t := &Table{Days: days}
	for _, s := range byTopic {
		t.topics = append(t.topics, s)
	}
	slices.SortFunc(t.topics, func(a, b *series) int { return cmp.Compare(a.topic, b.topic) })
	return t
}

// Count is a topic's conversations on the days from..to, both included.
func (t *Table) Count(topic int64, from, to int) int {
	i, ok := slices.BinarySearchFunc(t.topics, topic, func(s *series, k int64) int { return cmp.Compare(s.topic, k) })
	if !ok {
		return 0
	}
	return t.topics[i].sum(from, to)
}

func (s *series) sum(from, to int) int {
	n := 0
	for d := max(0, from); d <= min(to, len(s.counts)-1); d++ {
		n += s.counts[d]
	}
	return n
}

// perCustomer is how many conversations of one customer count as evidence for an issue.
const perCustomer = 3

// support counts the conversations of the days from..to, at most perCustomer of one customer, and the
// distinct customers.
func (s *series) support(from, to int) (conversations, customers int) {
	seen := make(map[int64]int)
	for d := max(0, from); d <= min(to, len(s.counts)-1); d++ {
		for _, c := range s.customers[d] {
			if seen[c]++; seen[c] <= perCustomer {
				conversations++
			}
		}
	}
	return conversations, len(seen)
}

// exposure is how busy each day was, robustly: the sum over topics of min(y, 3·mean + 3), so that one
// topic's burst is not read as a busy desk. The mean is that of the baseline before day t, and the index is
// divided by its own mean over the table's first 56 days.
func (t *Table) exposure(day int) []float64 {
	index := make([]float64, t.Days)
	from, to := day-gapDays-baselineDays+1, day-gapDays
	for _, s := range t.topics {
		span := min(baselineDays, to+1)
		limit := 3.0
		if span > 0 {
			limit += 3 * float64(s.sum(from, to)) / float64(span)
		}
		for d, c := range s.counts {
			index[d] += min(float64(c), limit)
		}
	}
	first := min(baselineDays, t.Days)
	mean := 0.0
	for _, x := range index[:first] {
		mean += x / float64(first)
	}
	if mean > 0 {
		for d := range index {
			index[d] /= mean
		}
	}
	return index
}
