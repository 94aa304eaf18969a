package rollups

import (
	"context"

	"heard/tickets/events"
)

// levels counts what stood at the end of each day, and at this moment on a day that is still running.
func (rd *reader) levels(ctx context.Context, d Days, f Filter) (map[string]int, error) {
	p, ok, err := rd.plan(ctx, ask{filter: f})
	if err != nil {
		return nil, err
	}
	d.To = min(d.To, rd.cal.DayOf(rd.now))
	if d.To < d.From {
		return nil, nil
	}
	begin := d.From
	if rd.first != "" {
		begin = min(begin, rd.first)
	}
	if !ok || len(rd.live(p, entered, Days{begin, d.To})) > mostLive {
		return rd.levelsOneByOne(ctx, d, f)
	}
	level := 0
	if rd.first != "" && rd.first < d.From {
		before := Days{rd.first, dateOf(d.From).AddDate(0, 0, -1).Format("2006-01-02")}
		if level, err = rd.net(ctx, p, before, f); err != nil {
			return nil, err
		}
	}
	p.by = "day"
	in, err := rd.added(ctx, p, ask{spec: spec{key: entered}, days: d, filter: f, by: "day"})
	if err != nil {
		return nil, err
	}
	gone, err := rd.added(ctx, p, ask{spec: spec{key: left}, days: d, filter: f, by: "day"})
	if err != nil {
		return nil, err
	}
	out := map[string]int{}
	for _, day := range daysOf(d) {
		if c := in[day]; c != nil {
			level += c.n
		}
		if c := gone[day]; c != nil {
			level -= c.n
		}
		out[day] = level
	}
	return out, nil
}

// net is how many more came into the backlog than left it.
func (rd *reader) net(ctx context.Context, p plan, d Days, f Filter) (int, error) {
	n := 0
	for _, part := range []struct {
		figure Key
		sign   int
	}{{entered, 1}, {left, -1}} {
		cells, err := rd.added(ctx, p, ask{spec: spec{key: part.figure}, days: d, filter: f})
		if err != nil {
			return 0, err
		}
		for _, c := range cells {
			n += part.sign * c.n
		}
	}
	return n, nil
}

// levelsOneByOne counts from the stretches themselves.
func (rd *reader) levelsOneByOne(ctx context.Context, d Days, f Filter) (map[string]int, error) {
	from, to, err := rd.cal.span(d)
	if err != nil {
		return nil, err
	}
	list, err := rd.r.stretches(ctx, Backlog, from, to, f)
	if err != nil {
		return nil, err
	}
	out := map[string]int{}
	for _, day := range daysOf(d) {
		_, end, err := rd.cal.Day(day)
		if err != nil {
			return nil, err
		}
		out[day] = 0
		for i := range list {
			if o := &list[i]; o.At < end && (o.Until == 0 || o.Until >= end) {
				out[day]++
			}
		}
	}
	return out, nil
}

// standing reads what stood at the end of some days, by parts of the desk.
func (rd *reader) standing(ctx context.Context, a ask) (map[string]*cell, error) {
	list, err := rd.standingAt(ctx, a.days, a.filter)
	if err != nil {
		return nil, err
	}
	if _, _, err := rd.plan(ctx, a); err != nil { // learns about topics
		return nil, err
	}
	facts := &dayFacts{cal: rd.cal, db: rd.r.log.Read(), themes: map[events.ID]theme{}}
	if err := facts.readThemes(ctx, list); err != nil {
		return nil, err
	}
	out := map[string]*cell{}
	for i := range list {
		for _, part := range rd.partsOf(&list[i], facts.themes[list[i].Ticket], a.by) {
			cellIn(out, part).n++
		}
	}
	return out, nil
}

// standingAt are the tickets that were unresolved at the end of some days; now, where they are not over.
func (rd *reader) standingAt(ctx context.Context, d Days, f Filter) ([]Observation, error) {
	_, to, err := rd.cal.span(d)
	if err != nil {
		return nil, err
	}
	return rd.r.standing(ctx, Backlog, min(to, rd.now+1), f)
}
