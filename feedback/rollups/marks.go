package rollups

import (
	"context"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"

	"heard/tickets/events"
)

const (
	spanDays   = 400             // days that one stretch can make stale
	reportSpan = weeksBefore + 1 // how many later reports look at a week
)

// marks are the days and the finished weeks that changes of observations make stale.
type marks struct {
	cal         Calendar
	now         events.Time
	days, weeks map[string]bool
	told        map[string]bool // weeks from which on reports were marked
	moved       map[string]movedDay
}

// movedDay says whether what a day's tickets are about changed.
type movedDay struct{ topics, tags bool }

func newMarks(cal Calendar, now events.Time) *marks {
	return &marks{cal, now, map[string]bool{}, map[string]bool{}, map[string]bool{}, map[string]movedDay{}}
}

// changed takes a change of one observation; nil stands for none.
func (m *marks) changed(was, is *Observation) {
	for _, o := range []*Observation{was, is} {
		if o == nil || o.Figure == Waiting {
			continue // no figure of a day
		}
		if o.Figure == Backlog && o.Until != 0 {
			m.days[m.cal.DayOf(o.Until)] = true // one less from then on
		}
		from, to := o.At, o.At
		if o.Figure == work {
			if was != nil && is != nil && was.At == is.At && was.Agent == is.Agent {
				from = max(from, first(was.Until, is.Until)) // it only ended, or ended otherwise
			}
			if to = o.Until; to == 0 {
				to = m.now
			}
		}
		begins, ends := m.cal.DayOf(from), m.cal.DayOf(max(from, to))
		if m.days[begins] = true; begins == ends {
			continue
		}
		for _, day := range m.cal.days(from, max(from, to), spanDays) {
			m.days[day] = true
		}
	}
	m.retellFrom(differs(was, is))
}

// mark says that the topics or tags of what happened on a day changed.
func (m *marks) mark(day string, topics, tags bool) {
	if was := m.moved[day]; topics || tags {
		m.moved[day] = movedDay{was.topics || topics, was.tags || tags}
	}
}

// retellFrom marks the finished weeks whose report looks at something that differs from a moment on. What happens in
// its own time differs from now on only, and finished weeks are told as they stood.
func (m *marks) retellFrom(at events.Time) {
	if at == 0 {
		return
	}
	week := m.cal.WeekOf(at - matures)
	if m.told[week] {
		return
	}
	m.told[week] = true
	for range reportSpan + 1 {
		if _, end := m.cal.Week(week); end > m.now {
			return
		}
		m.weeks[week] = true
		week = AddWeeks(week, 1)
	}
}

// differs is the moment from which two tellings of an observation differ, 0 for never.
func differs(was, is *Observation) events.Time {
	switch {
	case was == nil:
		return is.At
	case is == nil:
		return was.At
	case was.Figure == work || was.Figure == message:
		return 0 // no part of a report
	}
	a, b := *was, *is
	a.Until, a.Hit, a.Miss = b.Until, b.Hit, b.Miss
	if a != b {
		return min(was.At, is.At)
	}
	var at events.Time
	for _, pair := range [][2]events.Time{{was.Until, is.Until}, {was.Hit, is.Hit}, {was.Miss, is.Miss}} {
		if pair[0] != pair[1] {
			at = first(at, first(pair[0], pair[1]))
		}
	}
	return max(at, was.At)
}

func (m *marks) write(ctx context.Context, tx *events.Tx) error {
	for _, day := range slices.Sorted(maps.Keys(m.days)) {
		if _, err := tx.NewRaw(`INSERT INTO stale_days (day, mark, whole) VALUES (?, 1, TRUE)
			ON CONFLICT (day) DO UPDATE SET mark = stale_days.mark + 1, whole = TRUE`, day).Exec(ctx); err != nil {
			return fmt.Errorf("mark a day: %w", err)
		}
	}
	for _, day := range slices.Sorted(maps.Keys(m.moved)) {
		of := m.moved[day]
		if _, err := tx.NewRaw(`INSERT INTO stale_days (day, mark, topics, tags) VALUES (?, 1, ?, ?) ON CONFLICT (day) DO UPDATE
			SET mark = stale_days.mark + 1, topics = stale_days.topics OR excluded.topics, tags = stale_days.tags OR excluded.tags`,
			day, of.topics, of.tags).Exec(ctx); err != nil {
			return fmt.Errorf("mark a day: %w", err)
		}
	}
	for _, week := range slices.Sorted(maps.Keys(m.weeks)) {
		// Drawn, so that no mark is taken for one that was set and taken away before.
		if _, err := tx.NewRaw(`INSERT INTO stale_weeks (week, mark) VALUES (?, ?) ON CONFLICT (week) DO UPDATE SET mark = excluded.mark`,
			week, rand.Int64()).Exec(ctx); err != nil {
			return fmt.Errorf("mark a week: %w", err)
		}
	}
	return nil
}
