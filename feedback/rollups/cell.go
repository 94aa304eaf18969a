package rollups

import (
	"maps"
	"math"
	"slices"

	"heard/feedback/stats"
)

// cell is what is known of one figure in one part of the desk over some time, in a form that adds up: cells of days
// make the cell of a month, of a range of any length.
type cell struct {
	n, hits            int
	calendar, business tally          // of durations and times
	words              map[string]int // how often each word came: a score, a reason, an hour
}

// tally is how long the durations of a cell took.
type tally struct {
	ms     int64
	values []float64 // seconds; where they are known one by one
	sketch *sketch   // otherwise
}

func (c *cell) add(o *Observation, hit bool) {
	c.n++
	if hit {
		c.hits++
	}
	c.calendar.ms += o.Calendar
	c.business.ms += o.Business
	if o.Word != "" {
		c.say(o.Word, 1)
	}
}

// takes adds the observation's durations one by one.
func (c *cell) takes(o *Observation) {
	c.calendar.values = append(c.calendar.values, float64(o.Calendar)/1000)
	c.business.values = append(c.business.values, float64(o.Business)/1000)
}

func (c *cell) say(word string, n int) {
	if c.words == nil {
		c.words = map[string]int{}
	}
	c.words[word] += n
}

// merge adds another cell.
func (c *cell) merge(o *cell) {
	c.n, c.hits = c.n+o.n, c.hits+o.hits
	c.calendar.merge(&o.calendar)
	c.business.merge(&o.business)
	for word, n := range o.words {
		c.say(word, n)
	}
}

// copied is the same cell, to be changed.
func (c *cell) copied() *cell {
	out := &cell{}
	out.merge(c)
	return out
}

func (t *tally) merge(o *tally) {
	t.ms += o.ms
	t.values = append(t.values, o.values...)
	if o.sketch != nil {
		if t.sketch == nil {
			t.sketch = newSketch()
		}
		t.sketch.merge(o.sketch)
	}
}

// ranked is the tally as a sample whose order is known.
func (t *tally) ranked() stats.Ranked {
	if t.sketch != nil {
		for _, x := range t.values { // days that were read one by one, beside days that were not
			t.sketch.add(x)
		}
		t.values = nil
		return t.sketch
	}
	return stats.Sort(t.values)
}

func (t *tally) method() string {
	if t.sketch != nil {
		return "sketch"
	}
	return "exact"
}

// told is a cell as a number that people see.
type told struct {
	n                int
	hits             *int
	value, p90, mean *Number
	interval         *Range
	method           string
}

// time is the cell's durations in the time that is asked for.
func (c *cell) time(business bool) *tally {
	if business {
		return &c.business
	}
	return &c.calendar
}

// tell reads a figure off its cell.
func (c *cell) tell(s spec, business bool) told {
	t := told{n: c.n, method: "exact"}
	switch s.kind {
	case timed:
		c.durations(&t, business)
	case shared:
		hits := c.hits
		t.hits = &hits
		if c.n > 0 {
			t.value, t.interval = end(stats.Rate{Hits: hits, N: c.n}.Value()), rangeOf(stats.Wilson(stats.Rate{Hits: hits, N: c.n}, stats.Level))
		}
	case promoted:
		if c.n > 0 {
			up, down := c.promoters()
			score, ci := stats.NPS(up, c.n-up-down, down, stats.Level)
			t.value, t.interval = end(score), rangeOf(ci)
		}
	case scored:
		if sum := c.scores(); sum.N > 0 {
			ci := stats.Mean(sum, stats.Level) // two answers that differ say little, but nothing beyond the scale
			t.value, t.interval = end(sum.Mean), rangeOf(stats.Interval{Low: max(ci.Low, 1), High: min(ci.High, s.highest())})
		}
	case divided:
		if c.business.ms > 0 {
			t.value = end(float64(c.calendar.ms) / float64(c.business.ms))
		}
	case summed: // no time that is known is not the same as none: who owned imported tickets is not known
		if c.n > 0 {
			t.value = end(float64(c.time(business).ms) / 1000)
		}
	default:
		t.value = end(float64(c.n))
	}
	return t
}

func (c *cell) durations(t *told, business bool) {
	d := c.time(business)
	t.method = d.method()
	if c.n == 0 {
		return
	}
	r := d.ranked()
	t.value, t.p90, t.mean = end(stats.QuantileOf(r, 0.5)), end(stats.QuantileOf(r, 0.9)), end(float64(d.ms)/1000/float64(c.n))
	if ci, ok := stats.MedianInterval(r, stats.Level); ok {
		t.interval = rangeOf(ci)
	}
}

// promoters counts who would recommend and who would not, of answers from 0 to 10.
func (c *cell) promoters() (up, down int) {
	for word, n := range c.words {
		switch score, _ := scoreOf(word); {
		case score >= 9:
			up += n
		case score <= 6:
			down += n
		}
	}
	return up, down
}

// scores sums up the answers of a cell. Answers on a longer scale are brought onto the usual one.
func (c *cell) scores() stats.Summary {
	var sum, squares float64
	n := 0
	words := slices.Sorted(maps.Keys(c.words)) // the same order gives the same last digit
	for _, word := range words {
		n += c.words[word]
		sum += float64(c.words[word]) * pointsOf(word)
	}
	if n == 0 {
		return stats.Summary{}
	}
	mean := sum / float64(n)
	for _, word := range words {
		squares += float64(c.words[word]) * math.Pow(pointsOf(word)-mean, 2)
	}
	s := stats.Summary{N: n, Mean: mean}
	if n > 1 {
		s.Variance = squares / float64(n-1)
	}
	return s
}
