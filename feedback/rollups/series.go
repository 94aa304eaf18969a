package rollups

import (
	"cmp"
	"context"
	"maps"
	"slices"
	"strings"

	"heard/tickets"
	"heard/tickets/events"
	"heard/tickets/fault"
)

const maxDays = 3660 // ten years

// Query asks for a figure over some days.
type Query struct {
	Figure   Key
	From, To string // days of the desk, both included
	By       string // day, week, month, inbox, team, agent, channel, tag, topic, touchpoint; "" for one number
	Business bool   // durations in business time
	Known    Known  // KnownNow unless set
	Filter
}

// Series answers a Query.
type Series struct {
	Figure     Key         `json:"figure"`
	Label      string      `json:"label"`
	Unit       Unit        `json:"unit"`
	Time       string      `json:"time"` // calendar or business
	Definition string      `json:"definition"`
	TimeZone   string      `json:"time_zone"`
	AsOf       events.Time `json:"as_of"`                // until when what happened counts
	Known      Known       `json:"known" enum:"now,end"` // end: as it stood when the days were over
	Version    int         `json:"definition_version"`
	Rows       []Point     `json:"items"`
	Note       string      `json:"note"` // what else must be said
}

// Point is one number of a series.
type Point struct {
	Key      string  `json:"key"`
	Name     string  `json:"name"`
	N        int     `json:"n"`
	Hits     *int    `json:"hits"`
	Value    *Number `json:"value"` // of durations, the median
	P90      *Number `json:"p90"`
	Mean     *Number `json:"mean"`
	Interval *Range  `json:"interval"`
	Method   string  `json:"method"` // exact, or sketch: durations to 1 %
}

// groupings are what a figure may be told by.
func groupings() []string {
	return []string{"", "day", "week", "month", ofInbox, ofTeam, ofAgent, ofChannel, ofTag, ofTopic, ofTouchpoint}
}

// Series returns a figure over days, as known now, or as it stood when they ended.
func (r *Rollups) Series(ctx context.Context, q Query) (*Series, error) {
	s, ok := specOf(q.Figure)
	if !ok {
		return nil, fault.On("figure", "must be one of "+keyList())
	}
	if !slices.Contains(groupings(), q.By) {
		return nil, fault.On("by", "must be "+strings.Join(groupings()[1:], ", "))
	}
	if q.Known = cmp.Or(q.Known, KnownNow); q.Known != KnownNow && q.Known != KnownEnd {
		return nil, fault.On("as_of", "must be now or end")
	}
	if err := r.Refresh(ctx); err != nil {
		return nil, err
	}
	rd, err := r.reader(ctx)
	if err != nil {
		return nil, err
	}
	rd.business = q.Business
	d := Days{q.From, q.To}
	if _, _, err := rd.cal.span(d); err != nil {
		return nil, err
	}
	out := &Series{Figure: s.key, Label: s.label, Unit: s.unit(), Time: "calendar", Definition: s.definitionOf(q.Known, "period"),
		TimeZone: rd.zone(q.From), AsOf: rd.now, Known: q.Known, Version: tickets.DefinitionVersion, Rows: []Point{}}
	if q.Business && s.kind == timed {
		out.Time = "business"
	}
	if q.Known == KnownEnd {
		end, err := rd.cal.endOf(s, q.To)
		if err != nil {
			return nil, err
		}
		out.AsOf = min(end, rd.now)
		if f, err := r.reported(ctx, s, q); f != nil || err != nil {
			if f != nil {
				out.Rows = append(out.Rows, f.point(s, q.Business))
			}
			return out, err
		}
	}
	if out.Note = s.unknownFor(q.Filter, q.By); out.Note != "" {
		return out, nil
	}
	cells, err := rd.grouped(ctx, ask{spec: s, days: d, filter: q.Filter, by: q.By, known: q.Known})
	if err != nil {
		return nil, err
	}
	names, err := rd.names(ctx, q.By, slices.Collect(maps.Keys(cells)))
	if err != nil {
		return nil, err
	}
	for _, key := range rd.order(d, q.By, cells) {
		c := cells[key]
		if c == nil {
			c = &cell{}
		}
		out.Rows = append(out.Rows, c.point(s, q.Business, pointKey(q.By, key), names[key]))
	}
	return out, nil
}

// unknownFor says why a figure has no number for a part of the desk; empty where it has one.
func (s spec) unknownFor(f Filter, by string) string {
	byAgent := f.Agent != 0 || by == ofAgent
	switch s.key {
	case Volume, Abandoned, Backlog:
		if byAgent {
			return "This figure belongs to no agent: it is not told by agent."
		}
	case Online, Occupancy:
		f.Agent = 0
		if !f.whole() || by != "" && by != "day" && by != "week" && by != "month" && by != ofAgent {
			return "Time online is known for agents and for the whole desk only."
		}
	}
	return ""
}

// grouped reads a figure over days in groups; of the backlog, what stood at the end of each.
func (rd *reader) grouped(ctx context.Context, a ask) (map[string]*cell, error) {
	if a.spec.kind != standing {
		return rd.cells(ctx, a)
	}
	if !slices.Contains([]string{"day", "week", "month"}, a.by) {
		return rd.standing(ctx, a)
	}
	levels, err := rd.levels(ctx, a.days, a.filter)
	out := map[string]*cell{}
	for _, day := range daysOf(a.days) {
		if n, known := levels[day]; known {
			out[rd.spanOf(day, a.by)] = &cell{n: n} // the last day of it stays
		}
	}
	return out, err
}

func (c *cell) point(s spec, business bool, key, name string) Point {
	t := c.tell(s, business)
	return Point{Key: key, Name: name, N: t.n, Hits: t.hits, Value: t.value, P90: t.p90, Mean: t.mean, Interval: t.interval, Method: t.method}
}

// pointKey is a part as people name it: no id is empty.
func pointKey(by, part string) string {
	if part == "0" && by != "" {
		return ""
	}
	return part
}

func keyList() string {
	keys := Keys()
	text := make([]string, len(keys))
	for i, k := range keys {
		text[i] = string(k)
	}
	return strings.Join(text, ", ")
}

// order lists the groups: every day, week or month of the range, or what occurs, the most first.
func (rd *reader) order(d Days, by string, cells map[string]*cell) []string {
	switch by {
	case "":
		return []string{""}
	case "day", "week", "month":
		var out []string
		for _, day := range daysOf(d) {
			if name := rd.spanOf(day, by); len(out) == 0 || out[len(out)-1] != name {
				out = append(out, name)
			}
		}
		return out
	}
	out := slices.Sorted(maps.Keys(cells))
	slices.SortStableFunc(out, func(a, c string) int { return cmp.Compare(cells[c].n, cells[a].n) })
	return out
}
