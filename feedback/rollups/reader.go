package rollups

import (
	"context"

	"heard/tickets"
	"heard/tickets/events"
)

// reader answers the questions of one request: figures over days, by days or by parts of the desk.
type reader struct {
	r    *Rollups
	snap *tickets.Snapshot
	cal  Calendar
	now  events.Time
}

func (r *Rollups) reader(ctx context.Context) (*reader, error) {
	snap, err := r.dir.Snapshot(ctx)
	if err != nil {
		return nil, err
	}
	return &reader{r: r, snap: snap, cal: NewCalendar(snap.Settings), now: r.log.Now()}, nil
}

// zone is the time zone of a day.
func (rd *reader) zone(day string) string { return rd.cal.Zone(weekName(dateOf(day))).String() }

// cells reads a figure over days, a cell for each part. What does not occur has none.
func (rd *reader) cells(ctx context.Context, s spec, d Days, f Filter, by string) (map[string]*cell, error) {
	from, to, err := rd.cal.span(d)
	if err != nil {
		return nil, err
	}
	list, err := rd.r.observed(ctx, s, from, to, f)
	if err != nil {
		return nil, err
	}
	b := &build{r: rd.r, snap: rd.snap, cal: rd.cal}
	out := map[string]*cell{}
	for i := range list {
		o := &list[i]
		if !o.standsAt(rd.now + 1) {
			continue
		}
		key := b.keyOf(o, by)
		c := out[key]
		if c == nil {
			c = &cell{}
			out[key] = c
		}
		c.add(o, o.hitAt(rd.now+1))
		if s.kind == timed {
			c.takes(o)
		}
	}
	return out, nil
}

// cell reads a figure over days as one.
func (rd *reader) cell(ctx context.Context, s spec, d Days, f Filter) (*cell, error) {
	all, err := rd.cells(ctx, s, d, f, "")
	if err != nil {
		return nil, err
	}
	if c := all[""]; c != nil {
		return c, nil
	}
	return &cell{}, nil
}
