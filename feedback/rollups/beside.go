package rollups

import (
	"cmp"
	"context"
	"fmt"
	"slices"
)

// tiles are the six figures that lead. The second is what customers were asked beside satisfaction, where they were.
func tiles(rep *Report) []Key {
	second := FirstContact
	for _, key := range []Key{NPS, CES} {
		if f := rep.Figure(key); f != nil && f.N > 0 {
			second = key
			break
		}
	}
	return []Key{CSAT, second, FirstResponse, FirstResolution, Volume, Backlog}
}

// movements are what became of issues in the week, oldest first.
func (b *build) movements(ctx context.Context, rep *Report) error {
	if b.r.beside.Movements == nil || !b.filter.whole() {
		return nil
	}
	list, err := b.r.beside.Movements.Movements(ctx, b.from, b.to)
	if err != nil {
		return fmt.Errorf("read what became of issues: %w", err)
	}
	for _, m := range list {
		m.Name = ""
		rep.Movements = append(rep.Movements, m)
	}
	slices.SortStableFunc(rep.Movements, func(a, c Movement) int { return cmp.Or(cmp.Compare(a.At, c.At), cmp.Compare(a.Issue, c.Issue)) })
	return nil
}

// actions are those that were done in the week or should have been, and those that come next. An open one is carried
// from week to week.
func (b *build) actions(ctx context.Context, rep *Report) error {
	if b.r.beside.Actions == nil {
		return nil
	}
	list, err := b.r.beside.Actions.ActionsAt(ctx, b.from, b.to)
	if err != nil {
		return fmt.Errorf("read actions: %w", err)
	}
	slices.SortStableFunc(list, func(a, c Action) int {
		return cmp.Or(cmp.Compare(cmp.Or(a.Due, never), cmp.Or(c.Due, never)), cmp.Compare(a.ID, c.ID))
	})
	_, end := b.cal.Week(b.week)
	last := b.cal.DayOf(end - 1)
	for _, a := range list {
		a.Text, a.Owner = "", ""
		if a.State == "done" || a.Due != "" && a.Due <= last {
			rep.Done = append(rep.Done, a)
		} else {
			rep.Next = append(rep.Next, a)
		}
	}
	return nil
}

// never comes after every day.
const never = "9999"

// decisions count for how many resolves customers were asked, and why not for the others.
func (b *build) decisions(ctx context.Context, rep *Report) error {
	if b.r.surveys == nil || !b.filter.whole() {
		return nil
	}
	err := b.r.log.Read().NewRaw(`SELECT asked, reason, COUNT(*) AS n FROM survey_decisions WHERE at >= ? AND at < ? GROUP BY asked, reason`,
		b.from, b.to).Scan(ctx, &rep.Decisions)
	if err != nil {
		return fmt.Errorf("count survey decisions: %w", err)
	}
	slices.SortFunc(rep.Decisions, func(a, c Decision) int {
		if a.Asked != c.Asked {
			return map[bool]int{true: -1, false: 1}[a.Asked]
		}
		return cmp.Or(cmp.Compare(c.N, a.N), cmp.Compare(a.Reason, c.Reason))
	})
	return nil
}

// excluded counts the tickets of the week that are no part of any figure.
func (b *build) excluded(ctx context.Context, rep *Report) error {
	if !b.filter.whole() {
		return nil
	}
	err := b.r.log.Read().NewRaw(`SELECT COUNT(*) FROM ticket_facts WHERE excluded AND opened_at >= ? AND opened_at < ?`, b.from, b.to).Scan(ctx, &rep.Excluded)
	if err != nil {
		return fmt.Errorf("count excluded tickets: %w", err)
	}
	return nil
}
