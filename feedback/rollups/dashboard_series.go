package rollups

import (
	"context"
	"time"

	"heard/feedback/stats"
	"heard/tickets/events"
)

// series is a figure day by day.
type series struct {
	span   Days
	days   map[string]*cell
	length float64 // in days, of what has passed
	levels map[string]int
	sum    *cell // of all days; nil: not added up yet
}

// series reads a figure day by day.
func (rd *reader) series(ctx context.Context, s spec, d Days, f Filter) (*series, error) {
	from, to, err := rd.cal.span(d)
	if err != nil {
		return nil, err
	}
	out := &series{span: d, length: max(0, min(to, rd.now).Sub(from).Hours()/24)}
	if s.kind == standing {
		out.levels, err = rd.levels(ctx, d, f)
		return out, err
	}
	out.days, err = rd.cells(ctx, ask{spec: s, days: d, filter: f, by: "day", words: true})
	return out, err
}

// daysOf lists the days of a range.
func daysOf(d Days) []string {
	date, last := dateOf(d.From), dateOf(d.To)
	if last.Before(date) {
		return nil
	}
	out := make([]string, 0, int(last.Sub(date)/aDay)+1)
	for ; !date.After(last); date = date.Add(aDay) {
		out = append(out, dayName(date))
	}
	return out
}

// dayName writes a date as Format does, which pages would spend a third of their time in.
func dayName(date time.Time) string {
	year, month, day := date.Date()
	b := [...]byte{byte('0' + year/1000), byte('0' + year/100%10), byte('0' + year/10%10), byte('0' + year%10), '-',
		byte('0' + month/10), byte('0' + month%10), '-', byte('0' + day/10), byte('0' + day%10)}
	return string(b[:])
}

// over is the figure of some of the days.
func (x *series) over(s spec, d Days) *cell {
	out := &cell{}
	if s.kind == standing {
		out.n = x.levels[d.To]
		return out
	}
	for _, day := range daysOf(d) {
		if c := x.days[day]; c != nil {
			out.merge(c)
		}
	}
	return out
}

// total is the figure of all days. Nobody changes what comes out.
func (x *series) total(s spec) *cell {
	if x.sum == nil {
		x.sum = x.over(s, x.span)
	}
	return x.sum
}

// blocks are the values of whole weeks of the series, or of its days when there are few weeks. Weekdays are unlike each
// other, so a week is the smallest part by which chance is judged where there are enough of them.
func (x *series) blocks(of func(d Days) float64) (values []float64, length int) {
	days := daysOf(x.span)
	step := 1
	if len(days) >= 21 {
		step = 7
	}
	for ; len(days) >= step; days = days[step:] {
		values = append(values, of(Days{days[0], days[step-1]}))
	}
	return values, step
}

// compareSeries says whether a figure moved from one series to another.
func compareSeries(s spec, was, is *series, business bool) Change {
	a, b := was.total(s), is.total(s)
	var c stats.Comparison
	before := 0.0
	switch s.kind {
	case timed:
		a, b = a.copied(), b.copied() // to be changed here
		if x, y := a.time(business), b.time(business); x.sketch != nil || y.sketch != nil {
			x.condense() // both sides alike: what is rounded on one side only would look like a change
			y.condense()
		}
		x, y := a.time(business).ranked(), b.time(business).ranked()
		c = stats.CompareMedians(x, y)
		if x.Len() > 0 {
			before = stats.QuantileOf(x, 0.5)
		}
	case shared:
		rate := stats.Rate{Hits: a.hits, N: a.n}
		c, before = stats.CompareRates(rate, stats.Rate{Hits: b.hits, N: b.n}), rate.Value()
	case promoted:
		x, y := a.parts(), b.parts()
		c = stats.CompareNPS(x, y)
	case scored:
		x, y := a.scores(), b.scores()
		c, before = stats.CompareMeans(x, y), x.Mean
	case counted:
		c, before = compareCounted(s, was, is), float64(a.n)
		if was.length > 0 {
			before *= is.length / was.length
		}
	case standing:
		var levels []float64
		levels, _ = was.blocks(func(d Days) float64 { return float64(was.levels[d.To]) })
		c, before = compareStock(levels, float64(b.n)), stats.Summarize(levels).Mean
	case divided:
		c, before = compareSpent(was, is, func(c *cell) float64 {
			if c.business.ms == 0 {
				return 0
			}
			return float64(c.calendar.ms) / float64(c.business.ms)
		})
	default:
		c, before = compareSpent(was, is, func(c *cell) float64 { return float64(c.calendar.ms) / 1000 })
	}
	return judged(s, c, before)
}

// compareCounted compares two counts by their rates, with the spread of the weeks inside each of the two.
func compareCounted(s spec, was, is *series) stats.Comparison {
	phi, weight := 0.0, 0.0
	for _, x := range []*series{was, is} {
		counts, _ := x.blocks(func(d Days) float64 { return float64(x.over(s, d).n) })
		if sum := stats.Summarize(counts); sum.N > 2 && sum.Mean > 0 {
			phi += float64(sum.N-1) * sum.Variance / sum.Mean
			weight += float64(sum.N - 1)
		}
	}
	if weight > 0 {
		phi /= weight
	}
	return stats.CompareCounts(was.total(s).n, was.length, is.total(s).n, is.length, max(1, phi))
}

// compareSpent compares time spent, by its days.
func compareSpent(was, is *series, of func(c *cell) float64) (stats.Comparison, float64) {
	sums := func(x *series) stats.Summary {
		var out []float64
		for _, day := range daysOf(x.span) {
			spent := 0.0
			if c := x.days[day]; c != nil {
				spent = of(c)
			}
			out = append(out, spent)
		}
		return stats.Summarize(out)
	}
	a, b := sums(was), sums(is)
	return stats.CompareMeans(a, b), a.Mean
}

func (c *cell) parts() stats.Shares {
	up, down := c.promoters()
	return stats.Shares{Promoters: up, Passives: c.n - up - down, Detractors: down}
}

// idText is an id in a link, empty for none.
func idText(id events.ID) string {
	if id == 0 {
		return ""
	}
	return id.String()
}
