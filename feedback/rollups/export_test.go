package rollups

import (
	"context"
	"maps"
	"time"

	"heard/feedback/stats"
	"heard/tickets/events"
)

// Told is what one way of reading says about a part of the desk.
type Told struct {
	N, Hits            int
	Calendar, Business int64
	Words              map[string]int
	Median             [2]float64
}

// BothWays reads a figure from the facts of days and months, and from the observations one by one. ok is false when the
// facts hold no answer.
func (r *Rollups) BothWays(ctx context.Context, q Query) (facts, slow map[string]Told, ok bool, err error) {
	rd, err := r.reader(ctx)
	if err != nil {
		return nil, nil, false, err
	}
	s, _ := specOf(q.Figure)
	a := ask{spec: s, days: rd.matured(s, Days{q.From, q.To}), filter: q.Filter, by: q.By, words: true}
	if a.days.To < a.days.From {
		return nil, nil, false, nil
	}
	p, ok, err := rd.plan(ctx, a)
	if !ok || err != nil {
		return nil, nil, false, err
	}
	out := [2]map[string]Told{{}, {}}
	for i, business := range []bool{false, true} {
		rd.business = business
		fast, err := rd.added(ctx, p, a)
		if err != nil {
			return nil, nil, false, err
		}
		exact, err := rd.oneByOne(ctx, a)
		if err != nil {
			return nil, nil, false, err
		}
		for j, cells := range []map[string]*cell{fast, exact} {
			for part, c := range cells {
				t := out[j][part]
				t.N, t.Hits, t.Words, t.Calendar, t.Business = c.n, c.hits, maps.Clone(c.words), c.calendar.ms, c.business.ms
				if s.kind == timed {
					t.Median[i] = stats.QuantileOf(c.time(business).ranked(), 0.5)
				}
				out[j][part] = t
			}
		}
	}
	return out[0], out[1], true, nil
}

// Levels reads the backlog of days both ways.
func (r *Rollups) Levels(ctx context.Context, d Days, f Filter) (facts, slow map[string]int, err error) {
	rd, err := r.reader(ctx)
	if err != nil {
		return nil, nil, err
	}
	if facts, err = rd.levels(ctx, d, f); err != nil {
		return nil, nil, err
	}
	slow, err = rd.levelsOneByOne(ctx, d, f)
	return facts, slow, err
}

// ObservedBothWays reads the observations of a figure by pages and row by row, and tells how many pages there are.
func (r *Rollups) ObservedBothWays(ctx context.Context, figure Key, from, to events.Time, f Filter) (paged, rows []Observation, pages int, err error) {
	rd, err := r.reader(ctx)
	if err != nil {
		return nil, nil, 0, err
	}
	s := spec{key: figure, kind: counted}
	list, err := rd.pages(ctx, figure, rd.cal.days(from, to-1, mostDays))
	if err != nil {
		return nil, nil, 0, err
	}
	if paged, err = rd.observed(ctx, s, from, to, f); err == nil {
		rows, err = r.observed(ctx, s, from, to, f)
	}
	return paged, rows, len(list), err
}

// PagedFigures are those that have pages.
func PagedFigures() []Key { return pagedFigures() }

// WriteYear makes the facts of days from observations that were never tickets, and their months: for measuring.
func (r *Rollups) WriteYear(ctx context.Context, span Days, of func(day time.Time, add func(o Observation))) error {
	cal, err := r.Calendar(ctx)
	if err != nil {
		return err
	}
	keys := map[Key]bool{}
	for _, key := range observedDaily() {
		keys[key] = true
	}
	for _, name := range daysOf(span) {
		d, err := r.newDay(cal, name, r.log.Now(), factFigures()...)
		if err != nil {
			return err
		}
		d.all = map[Key][]Observation{}
		of(d.from.Std(), func(o Observation) {
			d.themes[o.Ticket] = theme{topic: 1 + o.Ticket%60, touchpoint: "support", tags: []events.ID{1 + o.Ticket%12}}
			switch {
			case o.Figure == CSAT || o.Figure == Responses:
				o.Word = "4/5"
			case !keys[o.Figure]:
				return
			}
			d.add(&o)
			if o.Figure == Volume {
				o.Figure = entered
				d.add(&o)
				o.Figure = left
				d.add(&o)
			}
		})
		w, err := r.claim(ctx, name)
		if err != nil {
			return err
		}
		if err := w.rows(ctx, d.cells, nil, func(factKey) bool { return true }); err != nil {
			return err
		}
		if err := w.finish(ctx, r.log.Now(), func(context.Context, *events.Tx) error { return nil }); err != nil {
			return err
		}
	}
	err = r.background(ctx, func(ctx context.Context, tx *events.Tx) error {
		from, _, err := cal.Day(span.From)
		if err != nil {
			return err
		}
		return tx.Insert(ctx, "observations", []string{"ticket_id", "figure", "n", "at"}, [][]any{{1, string(Volume), 1, from}})
	})
	if err != nil {
		return err
	}
	return r.makeMonths(ctx)
}
