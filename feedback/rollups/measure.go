package rollups

import (
	"context"
	"math"
	"slices"

	"heard/feedback/stats"
	"heard/tickets/events"

	"gonum.org/v1/gonum/mathext"
)

// matures is how long after a week's end the chats of its last minutes are decided.
const matures = 3600_000

// window is the part of a week that is looked at, and what was known by its end.
type window struct {
	week     string
	from, to events.Time
}

// sample is what a figure is made from in one window.
type sample struct {
	window
	list               []Observation // those of the period
	asOf               events.Time   // until when events count
	hits               int
	calendar, business []float64 // seconds
	counted            int       // in place of the list, where only their number is known
}

// sample reads the observations of a figure in a window, as they stood at its end.
func (b *build) sample(ctx context.Context, s spec, w window) (sample, error) {
	out := sample{window: w, asOf: w.to}
	if s.kind == standing {
		list, err := b.r.standing(ctx, s.key, w.to, b.filter)
		out.list = list
		return out, err
	}
	if s.key == FirstContact {
		_, out.asOf = b.cal.Week(AddWeeks(w.week, 1)) // it took a week to know
	}
	if s.key == Abandoned {
		out.asOf += matures
	}
	if b.pages == nil {
		pages, err := b.r.reader(ctx)
		if err != nil {
			return out, err
		}
		b.pages = pages
	}
	list, err := b.pages.observed(ctx, s, w.from, w.to, b.filter)
	if err != nil {
		return out, err
	}
	for i := range list {
		o := &list[i]
		if !o.standsAt(out.asOf) {
			continue
		}
		out.list = append(out.list, *o)
		if o.hitAt(out.asOf) {
			out.hits++
		}
		if s.kind == timed {
			out.calendar = append(out.calendar, float64(o.Calendar)/1000)
			out.business = append(out.business, float64(o.Business)/1000)
		}
	}
	return out, nil
}

func (s sample) n() int { return len(s.list) + s.counted }

// value is the one number that stands for the sample; nil when there is none.
func (s *sample) value(k kind) *Number {
	switch k {
	case timed:
		return end(stats.Median(s.calendar))
	case shared:
		if s.n() == 0 {
			return nil
		}
		return end(stats.Rate{Hits: s.hits, N: s.n()}.Value())
	}
	return end(float64(s.n()))
}

func durations(xs []float64) *Durations {
	d := &Durations{Median: end(stats.Median(xs)), P90: end(stats.Quantile(xs, 0.9))}
	if sum := stats.Summarize(xs); sum.N > 0 {
		d.Mean = end(sum.Mean)
	}
	if ci, ok := stats.MedianInterval(xs, stats.Level); ok {
		d.Interval = rangeOf(ci)
	}
	return d
}

// figure measures one figure: its value in the window, and the change against the windows before.
func (b *build) figure(ctx context.Context, s spec) (Figure, error) {
	f := Figure{Key: s.key, Label: s.label, Unit: s.unit(), Better: s.better, Definition: s.definition, Before: []Past{}}
	now, before := b.windows(s)
	f.Week, f.Href = now.week, b.href(s.key, now.week)
	is, err := b.sample(ctx, s, now)
	if err != nil {
		return f, err
	}
	was := make([]sample, len(before))
	for i, w := range before {
		if was[i], err = b.sample(ctx, s, w); err != nil {
			return f, err
		}
		f.Before = append(f.Before, Past{w.week, was[i].value(s.kind), was[i].n()})
	}
	f.N, f.Value, f.BeforeMean = is.n(), is.value(s.kind), meanOf(f.Before)
	switch s.kind {
	case timed:
		f.Calendar, f.Business = durations(is.calendar), durations(is.business)
		f.Interval = f.Calendar.Interval
	case shared:
		f.Hits = &is.hits
		if f.N > 0 {
			f.Interval = rangeOf(stats.Wilson(stats.Rate{Hits: is.hits, N: f.N}, stats.Level))
		}
	}
	f.Change = compare(s, &is, was)
	b.samples[s.key] = measured{s, is, was}
	return f, nil
}

func meanOf(list []Past) *Number {
	sum, n := 0.0, 0
	for _, p := range list {
		if p.Value != nil {
			sum, n = sum+float64(*p.Value), n+1
		}
	}
	if n == 0 {
		return nil
	}
	return end(sum / float64(n))
}

// compare says whether a figure moved. The weeks before are taken together.
func compare(s spec, is *sample, was []sample) Change {
	var c stats.Comparison
	before := 0.0 // what the change is a part of
	switch s.kind {
	case timed:
		var pooled []float64
		for i := range was {
			pooled = append(pooled, was[i].calendar...)
		}
		c, before = stats.CompareMedians(pooled, is.calendar), stats.Median(pooled)
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
