package rollups

import (
	"cmp"
	"context"
	"slices"
	"strconv"

	"heard/tickets/events"
	"heard/tickets/fault"
)

// BehindQuery asks for the tickets behind a figure over some days.
type BehindQuery struct {
	Figure   Key
	From, To string // days of the desk, both included
	Business bool   // durations in business time: the slowest come first
	Bucket   string // a part of it: the number of a bucket of durations, or a word
	Hit      *bool  // of shares: only those that make it, or only the others
	Filter
	Limit int // of tickets
}

// Behind are the tickets behind a figure. What is counted may be more than the tickets: one can be handed off twice.
type Behind struct {
	IDs       []events.ID
	Counted   int
	Tickets   int
	Truncated bool // IDs holds the first only
}

// Behind finds the tickets behind a figure over days, counted as the figure is: for durations the slowest first, otherwise the newest first.
func (r *Rollups) Behind(ctx context.Context, q BehindQuery) (*Behind, error) {
	s, ok := specOf(q.Figure)
	switch {
	case !ok:
		return nil, fault.On("figure", "must be one of "+keyList())
	case s.kind == summed || s.kind == divided:
		return nil, fault.On("figure", "is time that agents spend, and has no tickets of its own")
	}
	if err := r.Refresh(ctx); err != nil {
		return nil, err
	}
	rd, err := r.reader(ctx)
	if err != nil {
		return nil, err
	}
	list, err := rd.behind(ctx, s, q)
	if err != nil {
		return nil, err
	}
	slices.SortStableFunc(list, func(a, c Observation) int {
		if s.kind == timed && q.Business {
			return cmp.Or(cmp.Compare(c.Business, a.Business), cmp.Compare(a.Ticket, c.Ticket))
		}
		if s.kind == timed {
			return cmp.Or(cmp.Compare(c.Calendar, a.Calendar), cmp.Compare(a.Ticket, c.Ticket))
		}
		return cmp.Or(cmp.Compare(c.At, a.At), cmp.Compare(c.Ticket, a.Ticket))
	})
	out := &Behind{IDs: []events.ID{}, Counted: len(list)}
	seen := map[events.ID]bool{0: true} // an answer by a link may belong to no ticket
	for i := range list {
		id := list[i].Ticket
		if seen[id] {
			continue
		}
		seen[id] = true
		if out.Tickets++; len(out.IDs) < q.Limit {
			out.IDs = append(out.IDs, id)
		}
	}
	out.Truncated = out.Tickets > len(out.IDs)
	return out, nil
}

// behind reads the observations that a figure counts.
func (rd *reader) behind(ctx context.Context, s spec, q BehindQuery) ([]Observation, error) {
	days := rd.matured(s, Days{q.From, q.To})
	from, to, err := rd.cal.span(Days{q.From, q.To})
	if err != nil {
		return nil, err
	}
	var list []Observation
	switch {
	case s.kind == standing:
		list, err = rd.r.standing(ctx, s.observed(), min(to, rd.now+1), q.Filter)
	case days.To >= days.From:
		if from, to, err = rd.cal.span(days); err == nil {
			list, err = rd.r.observed(ctx, s, from, to, q.Filter)
		}
	}
	if err != nil {
		return nil, err
	}
	words := &dayFacts{cal: rd.cal}
	return slices.DeleteFunc(list, func(o Observation) bool {
		if s.kind != standing && !o.standsAt(rd.now+1) || !holds(words, &o, q) {
			return true
		}
		return q.Hit != nil && o.hitAt(rd.now+1) != *q.Hit
	}), nil
}

// holds tells whether an observation is in the part that is asked for.
func holds(words *dayFacts, o *Observation, q BehindQuery) bool {
	if i, err := strconv.Atoi(q.Bucket); err == nil {
		return slices.Contains(words.words(o), bucketWord(q.Business, i))
	}
	return q.Bucket == "" || o.Word == q.Bucket
}
