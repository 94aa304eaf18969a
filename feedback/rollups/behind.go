package rollups

import (
	"cmp"
	"context"
	"slices"
	"strconv"
	"strings"

	"heard/tickets/events"
	"heard/tickets/fault"
)

// BehindQuery asks for the tickets behind a figure over some days.
type BehindQuery struct {
	Figure   Key
	From, To string // days of the desk, both included
	Business bool   // durations in business time: the slowest come first
	Bucket   string // words that all must hold, joined by dots: c2 (a bucket of a histogram), h9 (an hour), w1 (a Monday), 4/5 (a score)
	Hit      string // 1: only those that make a share, 0: only the others; empty: as the figure's number says
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

// Behind finds the tickets behind a figure over days, counted as the figure is: for durations the slowest first, for
// shares those that make it, otherwise the newest first.
func (r *Rollups) Behind(ctx context.Context, q BehindQuery) (*Behind, error) {
	s, ok := specOf(q.Figure)
	switch {
	case !ok:
		return nil, fault.On("figure", "must be one of "+keyList())
	case s.kind == summed || s.kind == divided:
		return nil, fault.On("figure", "is time that agents spend, and has no tickets of its own")
	case q.Hit != "" && q.Hit != "0" && q.Hit != "1":
		return nil, fault.On("hit", "must be 0 or 1")
	case q.Hit != "" && s.kind != shared && s.kind != promoted && s.kind != scored:
		return nil, fault.On("hit", "goes with figures that are shares")
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
		if s.kind != standing && !o.standsAt(rd.now+1) || !rd.holds(words, &o, q.Bucket) {
			return true
		}
		hit := o.hitAt(rd.now + 1)
		switch {
		case q.Hit != "":
			return hit != (q.Hit == "1")
		case s.kind == shared && s.key != CSAT:
			return !hit
		}
		return false
	}), nil
}

// holds tells whether all words of a bucket are said of an observation.
func (rd *reader) holds(words *dayFacts, o *Observation, bucket string) bool {
	if bucket == "" {
		return true
	}
	said := append(words.words(o), o.Word, rd.weekdayWord(o.At))
	for word := range strings.SplitSeq(bucket, ".") {
		if !slices.Contains(said, word) {
			return false
		}
	}
	return true
}

// weekdayWord is the day of the week of a moment, from w1 for Monday to w7.
func (rd *reader) weekdayWord(at events.Time) string {
	day := int(dateOf(rd.cal.DayOf(at)).Weekday())
	return "w" + strconv.Itoa((day+6)%7+1)
}
