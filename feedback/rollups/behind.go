package rollups

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"heard/feedback/stats"
	"heard/tickets/events"
	"heard/tickets/fault"
)

// BehindQuery asks for the tickets behind a number.
type BehindQuery struct {
	Figure   Key
	From, To string // days of the desk, both included
	// Week asks for a week instead of days: what its report counts, as it was known then. It has no buckets.
	Week string
	// Bucket is a part of it: of durations and ages the number of a bucket, of answers a score (4/5) or promoters, passives,
	// detractors, of durations slowest (from the 90th percentile on), of handoffs a reason or the teams (2>3), of anything a weekday and hour (w1, h13); with dots between, all hold.
	Bucket   string
	Hit      *bool // of shares: only those that make it, or only the others
	Business bool  // buckets of durations are those of business time
	Known    Known // KnownNow unless set
	Filter
	Limit int
}

// Behind are the tickets behind a number: of durations the slowest first, otherwise the newest.
type Behind struct {
	IDs       []events.ID
	Counted   int // what the number counts; a ticket may count twice, and an answer may have none
	Tickets   int // different ones
	Truncated bool
	Alone     []LoneAnswer // the newest answers that no ticket led to
	Share     *Split       // of shares: how many make it, and of how many, whichever of them are asked for
}

// Split is what a share is made of.
type Split struct{ Hits, All int }

// LoneAnswer is an answer to a survey round: somebody was asked, and not about a ticket.
type LoneAnswer struct {
	Score, Scale int
	At           events.Time
}

// maxAlone bounds the answers that are shown in place of tickets.
const maxAlone = 100

// Behind returns exactly the tickets that a number counts, as known now, or as it stood when the days ended.
func (r *Rollups) Behind(ctx context.Context, q BehindQuery) (*Behind, error) {
	s, ok := specOf(q.Figure)
	if !ok {
		return nil, fault.On("figure", "must be one of "+keyList())
	}
	switch {
	case s.kind == divided || s.key == Online:
		return nil, fault.On("figure", "has no tickets of its own")
	case q.Hit != nil && s.kind != shared && s.kind != promoted && s.kind != scored:
		return nil, fault.On("hit", "goes with figures that are shares")
	}
	if err := r.Refresh(ctx); err != nil {
		return nil, err
	}
	list, asOf, err := r.allBehind(ctx, s, q)
	if err != nil {
		return nil, err
	}
	out := &Behind{IDs: []events.ID{}}
	if s.kind == shared {
		out.Share = &Split{All: len(list)}
		for i := range list {
			if list[i].hitAt(asOf) {
				out.Share.Hits++
			}
		}
	}
	if q.Hit != nil {
		list = slices.DeleteFunc(list, func(o Observation) bool { return o.hitAt(asOf) != *q.Hit })
	}
	slices.SortStableFunc(list, func(a, c Observation) int {
		if s.kind == timed {
			return cmp.Or(cmp.Compare(q.length(&c), q.length(&a)), cmp.Compare(c.Ticket, a.Ticket))
		}
		return cmp.Or(cmp.Compare(c.At, a.At), cmp.Compare(c.Ticket, a.Ticket))
	})
	out.Counted = len(list)
	seen := map[events.ID]bool{0: true}
	for i := range list {
		if o := &list[i]; o.Ticket == 0 && o.Word != "" && len(out.Alone) < maxAlone {
			score, scale := scoreOf(o.Word)
			out.Alone = append(out.Alone, LoneAnswer{score, scale, o.At})
		}
		if id := list[i].Ticket; !seen[id] {
			seen[id] = true
			if out.Tickets++; q.Limit > 0 && len(out.IDs) == q.Limit {
				out.Truncated = true
				continue
			}
			out.IDs = append(out.IDs, id)
		}
	}
	return out, nil
}

// allBehind are the observations that a number counts, the hits of a share and the others, and as of when they are told.
func (r *Rollups) allBehind(ctx context.Context, s spec, q BehindQuery) ([]Observation, events.Time, error) {
	if q.Week != "" {
		if err := ParseWeek(q.Week); err != nil {
			return nil, 0, err
		}
		cal, err := r.Calendar(ctx)
		if err != nil {
			return nil, 0, err
		}
		from, to := cal.Week(q.Week)
		b := &build{r: r, cal: cal, filter: q.Filter, week: q.Week}
		is, err := b.listed(ctx, s, window{q.Week, from, min(to, r.log.Now()+1)})
		return is.list, is.asOf, err
	}
	rd, err := r.reader(ctx)
	if err != nil {
		return nil, 0, err
	}
	return rd.behind(ctx, s, q)
}

// length is the duration that the query asks about.
func (q *BehindQuery) length(o *Observation) int64 {
	if q.Business {
		return o.Business
	}
	return o.Calendar
}

// behind are the observations that a number of some days counts.
func (rd *reader) behind(ctx context.Context, s spec, q BehindQuery) ([]Observation, events.Time, error) {
	d := Days{q.From, q.To}
	_, to, err := rd.cal.span(d)
	if err != nil {
		return nil, 0, err
	}
	if s.unknownFor(q.Filter, "") != "" {
		return nil, 0, nil
	}
	var list []Observation
	switch {
	case s.kind == standing:
		list, err = rd.standingAt(ctx, d, q.Filter)
	case s.kind == summed:
		list, err = rd.workedOn(ctx, s, d, q.Filter)
		return list, 0, err
	default:
		if d = rd.matured(s, d); d.To < d.From {
			return nil, 0, nil
		}
		var from events.Time
		if from, to, err = rd.cal.span(d); err != nil {
			return nil, 0, err
		}
		if s.key == Handoffs && strings.Contains(q.Bucket, ">") {
			s = spec{key: route, kind: counted}
		}
		list, err = rd.r.observed(ctx, s, from, to, q.Filter)
	}
	if err != nil {
		return nil, 0, err
	}
	tail := s.kind == timed && q.Bucket == slowest
	if tail {
		q.Bucket = ""
	}
	matches, err := rd.matching(s, q, min(to, rd.now))
	if err != nil {
		return nil, 0, err
	}
	asOf := rd.now + 1
	if q.Known == KnownEnd && s.moves() {
		if list, asOf, err = rd.atEnd(ctx, s, d, q.Filter, list); err != nil {
			return nil, 0, err
		}
	}
	list = slices.DeleteFunc(list, func(o Observation) bool {
		return s.kind != standing && !o.standsAt(asOf) || !matches(&o)
	})
	if tail {
		list = q.slowest(list)
	}
	return list, asOf, nil
}

// slowest is the bucket that a 90th percentile opens.
const slowest = "slowest"

// slowest keeps the durations from the 90th percentile on: the slowest tenth.
func (q *BehindQuery) slowest(list []Observation) []Observation {
	values := make([]float64, len(list))
	for i := range list {
		values[i] = float64(q.length(&list[i]))
	}
	least := stats.QuantileOf(stats.Sort(values), 0.9)
	return slices.DeleteFunc(list, func(o Observation) bool { return float64(q.length(&o)) < least })
}

// matching is the test of a bucket: all its words, with dots between them, must hold.
func (rd *reader) matching(s spec, q BehindQuery, end events.Time) (func(o *Observation) bool, error) {
	var tests []func(o *Observation) bool
	for word := range strings.SplitSeq(q.Bucket, ".") {
		if word == "" && q.Bucket == "" {
			break
		}
		test := rd.hourly(word)
		if test == nil {
			test = q.within(s, word, end)
		}
		if test == nil {
			return nil, fault.On("bucket", "is none of this figure")
		}
		tests = append(tests, test)
	}
	return func(o *Observation) bool {
		return !slices.ContainsFunc(tests, func(test func(o *Observation) bool) bool { return !test(o) })
	}, nil
}

// within is the test of one word; nil where the figure has no such part.
func (q *BehindQuery) within(s spec, word string, end events.Time) func(o *Observation) bool {
	edges := edgesOf(s.observed())
	index, err := strconv.Atoi(strings.TrimLeft(word, "cb"))
	numbered := err == nil && index >= 0
	switch {
	case s.kind == standing && numbered && index <= len(ageEdges()):
		return func(o *Observation) bool { return ageBand(o.At, end) == index }
	case edges != nil && numbered && index <= len(edges):
		return func(o *Observation) bool { return bucketOf(edges, q.length(o)) == index }
	case s.key == NPS && !strings.Contains(word, "/"):
		return func(o *Observation) bool { return npsPart(o.Word) == word }
	case s.key == Handoffs, s.key == route, kindOf(s.observed()) != "":
		return func(o *Observation) bool { return o.Word == word }
	}
	return nil
}

// hourly reads w1, h13 or w1h13: a weekday from Monday, an hour of the day, or both; nil for anything else.
func (rd *reader) hourly(word string) func(o *Observation) bool {
	var weekday, hour = -1, -1
	day, at, both := strings.Cut(word, "h")
	if n, err := strconv.Atoi(strings.TrimPrefix(day, "w")); strings.HasPrefix(day, "w") && err == nil && n >= 1 && n <= 7 {
		weekday = n % 7
	} else if day != "" || !both {
		return nil
	}
	if n, err := strconv.Atoi(at); both && err == nil && n >= 0 && n <= 23 {
		hour = n
	} else if both {
		return nil
	}
	return func(o *Observation) bool {
		t := o.At.Std().In(rd.cal.Zone(rd.cal.WeekOf(o.At)))
		return (weekday < 0 || int(dateOf(rd.cal.DayOf(o.At)).Weekday()) == weekday) && (hour < 0 || t.Hour() == hour)
	}
}

// ageBand is how old a stretch of backlog was at a moment.
func ageBand(since, at events.Time) int {
	days := at.Sub(since).Hours() / 24
	for i, edge := range ageEdges() {
		if days < edge {
			return i
		}
	}
	return len(ageEdges())
}

// workedOn are the tickets that agents spent time on, one for each day and agent: so they are counted. Of a day it is
// for the team that had the ticket last, as the day's sum has it.
func (rd *reader) workedOn(ctx context.Context, s spec, d Days, f Filter) ([]Observation, error) {
	list, err := rd.workOf(ctx, d, f)
	if err != nil {
		return nil, err
	}
	last := map[turn]*Observation{}
	for i := range list {
		o := &list[i].Observation
		for _, day := range list[i].days {
			t := turn{day, o.Ticket, o.Agent}
			if had := last[t]; had == nil || cmp.Or(cmp.Compare(had.Figure, o.Figure), cmp.Compare(had.N, o.N)) < 0 {
				last[t] = o
			}
		}
	}
	seen := map[turn]bool{}
	var out []Observation
	add := func(t turn, at events.Time) {
		if o := last[t]; o != nil && !seen[t] && f.passes(o.Inbox, o.Team, o.Agent, o.Channel) {
			seen[t] = true
			out = append(out, Observation{Ticket: t.ticket, Agent: t.agent, At: at})
		}
	}
	if s.key == Ownership {
		for i := range list {
			for _, day := range list[i].days {
				if o := &list[i]; o.Figure == work {
					add(turn{day, o.Ticket, o.Agent}, o.begin)
				}
			}
		}
		return out, nil
	}
	var rows []struct {
		Day               string
		TicketID, AgentID events.ID
	}
	err = rd.r.log.Read().NewRaw(`SELECT day, ticket_id, agent_id FROM handling_days WHERE day >= ? AND day <= ?`, d.From, d.To).Scan(ctx, &rows)
	if err != nil {
		return nil, fmt.Errorf("read handling times: %w", err)
	}
	for _, row := range rows {
		at, _, err := rd.cal.Day(row.Day)
		if err != nil {
			return nil, err
		}
		add(turn{row.Day, row.TicketID, row.AgentID}, at)
	}
	return out, nil
}

// turn is what an agent did to a ticket on one day.
type turn struct {
	day           string
	ticket, agent events.ID
}

// worked is a stretch of ownership or a message, and the days that it lies in.
type worked struct {
	Observation
	begin events.Time
	days  []string
}

// workOf reads what agents did in some days, in order. Where a ticket was then decides by day: that narrows later.
func (rd *reader) workOf(ctx context.Context, d Days, f Filter) ([]worked, error) {
	from, to, err := rd.cal.span(d)
	if err != nil {
		return nil, err
	}
	f = Filter{Agent: f.Agent, Tag: f.Tag, Topic: f.Topic, Touchpoint: f.Touchpoint}
	list, err := rd.r.stretches(ctx, work, from+1, to, f)
	if err != nil {
		return nil, err
	}
	wrote, err := rd.r.dated(ctx, message, from, to, f)
	if err != nil {
		return nil, err
	}
	list = append(list, wrote...)
	slices.SortFunc(list, byMoment)
	out := make([]worked, len(list))
	for i, o := range list {
		begin, end := o.At, o.At
		if o.Figure == work {
			begin, end = max(o.At, from), min(first(o.Until, rd.now), to)
		}
		out[i] = worked{o, begin, rd.cal.days(begin, max(begin, end-1), maxDays)}
	}
	return out, nil
}
