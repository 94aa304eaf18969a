package rollups

import (
	"context"

	"heard/feedback/stats"
	"heard/tickets/events"
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
	asOf               events.Time // until when events count
	counted, hits      int
	calendar, business tally
	list               []Observation // those that were read one by one; they are not among the counted
}

// sample measures a figure in a window, as it stood at its end.
func (b *build) sample(ctx context.Context, s spec, w window) (sample, error) {
	if s.kind == standing {
		return b.listed(ctx, s, w)
	}
	out := sample{window: w, asOf: b.asOf(s, w)}
	err := b.each(ctx, s, &out, func(o *Observation, hit bool) { out.take(s, o, hit) })
	out.thin()
	return out, err
}

// asOf is until when events count for what is told of a window.
func (b *build) asOf(s spec, w window) events.Time {
	switch s.key {
	case FirstContact:
		_, end := b.cal.Week(AddWeeks(w.week, 1)) // it took a week to know
		return end
	case Abandoned:
		return w.to + matures
	}
	return w.to
}

// take counts an observation, with its durations where they matter.
func (s *sample) take(of spec, o *Observation, hit bool) {
	if s.counted++; hit {
		s.hits++
	}
	if of.kind != timed {
		return
	}
	s.calendar.ms, s.calendar.values = s.calendar.ms+o.Calendar, append(s.calendar.values, float64(o.Calendar)/1000)
	s.business.ms, s.business.values = s.business.ms+o.Business, append(s.business.values, float64(o.Business)/1000)
}

// thin makes sketches of more durations than are told exactly, as everywhere.
func (s *sample) thin() {
	if s.counted <= enough {
		return
	}
	for _, t := range []*tally{&s.calendar, &s.business} {
		t.sketch, t.values = sketched(t.values), nil
	}
}

// listed is a sample whose observations are all there, for lists of tickets.
func (b *build) listed(ctx context.Context, s spec, w window) (sample, error) {
	out := sample{window: w, asOf: b.asOf(s, w)}
	if s.kind != standing {
		return out, b.oneByOne(ctx, s, &out)
	}
	list, err := b.r.standing(ctx, s.key, w.to, b.filter)
	out.list = list
	return out, err
}

// oneByOne keeps the observations themselves.
func (b *build) oneByOne(ctx context.Context, s spec, out *sample) error {
	return b.each(ctx, s, out, func(o *Observation, hit bool) {
		if out.list = append(out.list, *o); hit {
			out.hits++
		}
	})
}

// each calls fn with every observation of a sample that stood at its end.
func (b *build) each(ctx context.Context, s spec, of *sample, fn func(o *Observation, hit bool)) error {
	if b.reader == nil { // a list of tickets, no report
		rd, err := b.r.reader(ctx)
		if err != nil {
			return err
		}
		b.reader = rd
	}
	list, err := b.facts().observed(ctx, s, of.from, of.to, b.filter)
	if err != nil {
		return err
	}
	list, err = b.reader.restated(ctx, s, list, of.from, of.to, b.filter, func(events.Time) events.Time { return of.asOf })
	if err != nil {
		return err
	}
	for i := range list {
		if o := &list[i]; o.standsAt(of.asOf) {
			fn(o, o.hitAt(of.asOf))
		}
	}
	return nil
}

func (s *sample) n() int { return len(s.list) + s.counted }

// value is the one number that stands for the sample; nil when there is none.
func (s *sample) value(k kind) *Number {
	switch k {
	case timed:
		return end(stats.QuantileOf(s.calendar.copied().ranked(), 0.5))
	case shared:
		if s.n() == 0 {
			return nil
		}
		return end(stats.Rate{Hits: s.hits, N: s.n()}.Value())
	}
	return end(float64(s.n()))
}

// copied is a tally of its own: putting one in order changes it.
func (t *tally) copied() *tally {
	out := &tally{}
	out.merge(t)
	return out
}

func durations(t *tally, n int) *Durations {
	r := t.copied().ranked()
	d := &Durations{Median: end(stats.QuantileOf(r, 0.5)), P90: end(stats.QuantileOf(r, 0.9))}
	if n > 0 {
		d.Mean = end(float64(t.ms) / 1000 / float64(n))
	}
	if ci, ok := stats.MedianInterval(r, stats.Level); ok {
		d.Interval = rangeOf(ci)
	}
	return d
}

// figure measures one figure: its value in the window, and the change against the windows before.
func (b *build) figure(ctx context.Context, s spec) (Figure, measured, error) {
	f := Figure{Key: s.key, Label: s.label, Unit: s.unit(), Better: s.better, Definition: s.definitionOf(KnownEnd, "week"), Before: []Past{}}
	now, before := b.windows(s)
	f.Week, f.Href = now.week, b.href(s.key, now.week)
	is, err := b.sample(ctx, s, now)
	if err != nil {
		return f, measured{}, err
	}
	was := make([]sample, len(before))
	for i, w := range before {
		if was[i], err = b.past(ctx, s, w); err != nil {
			return f, measured{}, err
		}
		f.Before = append(f.Before, Past{w.week, was[i].value(s.kind), was[i].n()})
	}
	f.N, f.Value, f.BeforeMean = is.n(), is.value(s.kind), meanOf(f.Before)
	switch s.kind {
	case timed:
		f.Calendar, f.Business = durations(&is.calendar, is.n()), durations(&is.business, is.n())
		f.Interval = f.Calendar.Interval
	case shared:
		f.Hits = &is.hits
		if f.N > 0 {
			f.Interval = rangeOf(stats.Wilson(stats.Rate{Hits: is.hits, N: f.N}, stats.Level))
		}
	}
	f.Change = compare(s, &is, was)
	return f, measured{s, is, was}, nil
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
