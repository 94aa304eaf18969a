package rollups

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	"heard/feedback/stats"
	"heard/tickets/events"
	"heard/tickets/fault"
)

const maxDays = 400

// Query asks for a figure over some days.
type Query struct {
	Figure   Key
	From, To string // days of the desk, both included
	By       string // day, week, inbox, team, agent, channel; "" for one number
	Business bool   // durations in business time
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
	AsOf       events.Time `json:"as_of"`
	Rows       []Point     `json:"items"`
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
}

// Series returns a figure over days, as known now.
func (r *Rollups) Series(ctx context.Context, q Query) (*Series, error) {
	s, ok := specOf(q.Figure)
	if !ok {
		return nil, fault.On("figure", "must be one of "+keyList())
	}
	if s.kind == standing {
		return nil, fault.On("figure", "the backlog belongs to a moment, not to days: see the weekly report")
	}
	if !slices.Contains([]string{"", "day", "week", "inbox", "team", "agent", "channel"}, q.By) {
		return nil, fault.On("by", "must be day, week, inbox, team, agent or channel")
	}
	if err := r.Refresh(ctx); err != nil {
		return nil, err
	}
	b, err := r.between(ctx, q)
	if err != nil {
		return nil, err
	}
	out := &Series{Figure: s.key, Label: s.label, Unit: s.unit(), Time: "calendar", Definition: s.definition,
		TimeZone: b.cal.Zone(b.cal.WeekOf(b.from)).String(), AsOf: r.log.Now(), Rows: []Point{}}
	if q.Business && s.kind == timed {
		out.Time = "business"
	}
	if s.kind != timed {
		done, err := b.fromDays(ctx, s, q, out)
		if done || err != nil {
			return out, err
		}
	}
	list, err := r.observed(ctx, s, b.from, b.to, q.Filter)
	if err != nil {
		return nil, err
	}
	b.group(s, q, list, out)
	return out, nil
}

func keyList() string {
	keys := Keys()
	text := make([]string, len(keys))
	for i, k := range keys {
		text[i] = string(k)
	}
	return strings.Join(text, ", ")
}

// between is the calendar and the moments of a query's days.
func (r *Rollups) between(ctx context.Context, q Query) (*build, error) {
	snap, err := r.dir.Snapshot(ctx)
	if err != nil {
		return nil, err
	}
	b := &build{r: r, snap: snap, cal: NewCalendar(snap.Settings), filter: q.Filter}
	if b.from, _, err = b.cal.Day(q.From); err != nil {
		return nil, fault.On("from", "must be a day like 2026-11-16")
	}
	if _, b.to, err = b.cal.Day(q.To); err != nil {
		return nil, fault.On("to", "must be a day like 2026-11-16")
	}
	if b.to <= b.from || len(b.cal.days(b.from, b.to-1, maxDays+1)) > maxDays {
		return nil, fault.On("to", fmt.Sprintf("must be within %d days from the first", maxDays))
	}
	return b, nil
}

// group measures each group of observations.
func (b *build) group(s spec, q Query, list []Observation, out *Series) {
	now := b.r.log.Now() + 1
	groups := map[string]*sample{}
	for i := range list {
		o := &list[i]
		if !o.standsAt(now) {
			continue
		}
		key := b.keyOf(o, q.By)
		g := groups[key]
		if g == nil {
			g = &sample{asOf: now}
			groups[key] = g
		}
		g.list = append(g.list, *o)
		if o.hitAt(now) {
			g.hits++
		}
		g.calendar, g.business = append(g.calendar, float64(o.Calendar)/1000), append(g.business, float64(o.Business)/1000)
	}
	for _, key := range b.keys(q, groups) {
		g := groups[key]
		if g == nil {
			g = &sample{}
		}
		out.Rows = append(out.Rows, b.point(s, q, key, g))
	}
}

func (b *build) point(s spec, q Query, key string, g *sample) Point {
	p := Point{Key: key, Name: b.nameOf(q.By, key), N: g.n()}
	switch s.kind {
	case timed:
		xs := g.calendar
		if q.Business {
			xs = g.business
		}
		d := durations(xs)
		p.Value, p.P90, p.Mean, p.Interval = d.Median, d.P90, d.Mean, d.Interval
	case shared:
		p.Hits, p.Value = &g.hits, g.value(shared)
		if p.N > 0 {
			p.Interval = rangeOf(stats.Wilson(stats.Rate{Hits: g.hits, N: p.N}, stats.Level))
		}
	default:
		p.Value = end(float64(p.N))
	}
	return p
}

func (b *build) keyOf(o *Observation, by string) string {
	switch by {
	case "day":
		return b.cal.DayOf(o.At)
	case "week":
		return b.cal.WeekOf(o.At)
	case "inbox":
		return o.Inbox.String()
	case "team":
		return o.Team.String()
	case "agent":
		return o.Agent.String()
	case "channel":
		return string(o.Channel)
	}
	return ""
}

// keys are the groups in order: every day or week of the range, or what occurs.
func (b *build) keys(q Query, groups map[string]*sample) []string {
	switch q.By {
	case "":
		return []string{""}
	case "day":
		return b.cal.days(b.from, b.to-1, maxDays)
	case "week":
		var out []string
		for week := b.cal.WeekOf(b.from); week <= b.cal.WeekOf(b.to-1); week = AddWeeks(week, 1) {
			out = append(out, week)
		}
		return out
	}
	out := slices.Sorted(maps.Keys(groups))
	slices.SortStableFunc(out, func(a, c string) int { return cmp.Compare(groups[c].n(), groups[a].n()) })
	return out
}

func (b *build) nameOf(by, key string) string {
	id, err := events.ParseID(key)
	if err != nil {
		return key
	}
	switch by {
	case "team":
		return b.snap.TeamName(id)
	case "agent":
		return b.snap.AgentName(id)
	case "inbox":
		if in := b.snap.Inboxes[id]; in != nil {
			return in.Name
		}
	}
	return key
}

// fromDays answers from the rows of days, where they are made and hold the figure. done is false when they are not.
func (b *build) fromDays(ctx context.Context, s spec, q Query, out *Series) (done bool, err error) {
	if q.Tag != "" || !slices.Contains(daily(), string(s.key)) {
		return false, nil
	}
	var stale []string
	err = b.r.log.Read().NewRaw(`SELECT day FROM stale_days WHERE day >= ? AND day <= ? LIMIT 1`, q.From, q.To).Scan(ctx, &stale)
	if err != nil || len(stale) > 0 {
		return false, err
	}
	where, args := q.where([]any{string(s.key), q.From, q.To})
	var rows []struct {
		Day                      string
		InboxID, TeamID, AgentID events.ID
		Channel                  string
		N, Hits                  int
	}
	err = b.r.log.Read().NewRaw(`SELECT day, inbox_id, team_id, agent_id, channel, SUM(n) AS n, SUM(hits) AS hits FROM daily_facts
		WHERE figure = ? AND day >= ? AND day <= ?`+where+` GROUP BY day, inbox_id, team_id, agent_id, channel`, args...).Scan(ctx, &rows)
	if err != nil {
		return false, fmt.Errorf("read days: %w", err)
	}
	groups := map[string]*sample{}
	for _, row := range rows {
		from, _, err := b.cal.Day(row.Day)
		if err != nil {
			return false, err
		}
		o := Observation{At: from, Inbox: row.InboxID, Team: row.TeamID, Agent: row.AgentID}
		key := row.Channel
		if q.By != "channel" {
			key = b.keyOf(&o, q.By)
		}
		if groups[key] == nil {
			groups[key] = &sample{}
		}
		groups[key].counted += row.N
		groups[key].hits += row.Hits
	}
	for _, key := range b.keys(q, groups) {
		g := groups[key]
		if g == nil {
			g = &sample{}
		}
		out.Rows = append(out.Rows, b.point(s, q, key, g))
	}
	return true, nil
}

// TicketIDs returns the tickets behind a figure of a week, as the report of that week counts them: for durations the
// slowest first, for shares those that make it (reopened ones, abandoned ones, solved ones), otherwise the newest first.
func (r *Rollups) TicketIDs(ctx context.Context, figure Key, week string, f Filter, limit int) ([]events.ID, error) {
	s, ok := specOf(figure)
	if !ok {
		return nil, fault.On("figure", "must be one of "+keyList())
	}
	if err := ParseWeek(week); err != nil {
		return nil, err
	}
	if err := r.Refresh(ctx); err != nil {
		return nil, err
	}
	cal, err := r.Calendar(ctx)
	if err != nil {
		return nil, err
	}
	from, to := cal.Week(week)
	b := &build{r: r, cal: cal, filter: f, week: week}
	is, err := b.sample(ctx, s, window{week, from, min(to, r.log.Now()+1)})
	if err != nil {
		return nil, err
	}
	slices.SortStableFunc(is.list, func(a, c Observation) int {
		if s.kind == timed {
			return cmp.Compare(c.Calendar, a.Calendar)
		}
		return cmp.Or(cmp.Compare(c.At, a.At), cmp.Compare(c.Ticket, a.Ticket))
	})
	out := []events.ID{}
	seen := map[events.ID]bool{}
	for i := range is.list {
		o := &is.list[i]
		if s.kind == shared && s.key != CSAT && !o.hitAt(is.asOf) || seen[o.Ticket] || len(out) == limit {
			continue
		}
		seen[o.Ticket] = true
		out = append(out, o.Ticket)
	}
	return out, nil
}
