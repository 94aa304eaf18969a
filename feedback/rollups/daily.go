package rollups

import (
	"context"
	"fmt"
	"time"

	"heard/tickets"
	"heard/tickets/events"

	"github.com/uptrace/bun"
)

// daily lists the figures whose days are counts and sums of observations. First-contact resolution is none of them:
// it looks at other tickets and at topics, which change later.
func daily() []string {
	var out []string
	for _, s := range specs() {
		switch {
		case s.kind == standing, s.source != "", s.key == FirstContact, s.key == CSAT, s.key == Responses:
		default:
			out = append(out, string(s.key))
		}
	}
	return out
}

// Days makes the rows of every stale day again, and those of the days since the last run, which are never finished
// while agents work.
func (r *Rollups) Days(ctx context.Context) error {
	cal, err := r.Calendar(ctx)
	if err != nil {
		return err
	}
	days, err := r.staleDays(ctx, cal)
	if err != nil {
		return err
	}
	for _, day := range days {
		if err := r.day(ctx, cal, day); err != nil {
			return fmt.Errorf("figures of %s: %w", day, err)
		}
	}
	return nil
}

func (r *Rollups) staleDays(ctx context.Context, cal Calendar) ([]string, error) {
	var list, last []string
	if err := r.log.Read().NewRaw(`SELECT day FROM stale_days ORDER BY day`).Scan(ctx, &list); err != nil {
		return nil, fmt.Errorf("list stale days: %w", err)
	}
	now := r.log.Now()
	err := r.log.Read().NewRaw(`SELECT MAX(day) FROM daily_facts WHERE figure = ? HAVING COUNT(*) > 0`, string(Online)).Scan(ctx, &last)
	if err != nil {
		return nil, fmt.Errorf("look for the last day: %w", err)
	}
	since := now
	if len(last) > 0 {
		if date, err := time.Parse(time.DateOnly, last[0]); err == nil {
			since = min(now, cal.dayStart(date))
		}
	}
	seen := map[string]bool{}
	for _, day := range list {
		seen[day] = true
	}
	for _, day := range cal.days(since, now, spanDays) {
		if !seen[day] {
			list = append(list, day)
		}
	}
	return list, nil
}

// day makes the rows of one day again. The mark goes first: whoever marks the day meanwhile waits for the commit, and
// marks it for the next time.
func (r *Rollups) day(ctx context.Context, cal Calendar, day string) error {
	from, to, err := cal.Day(day)
	if err != nil {
		return err
	}
	u := events.Unit{By: events.SystemActor, Background: true}
	return r.log.Write(ctx, u, func(ctx context.Context, tx *events.Tx) error {
		for _, table := range []string{"stale_days", "daily_facts", "handling_days"} {
			if _, err := tx.NewRaw(`DELETE FROM `+table+` WHERE day = ?`, day).Exec(ctx); err != nil {
				return err
			}
		}
		_, err := tx.NewRaw(`INSERT INTO daily_facts (day, inbox_id, team_id, agent_id, channel, figure, n, hits, calendar_ms, business_ms, definition_version)
			SELECT ?, inbox_id, team_id, agent_id, channel, figure, COUNT(*), SUM(CASE WHEN hit_at > 0 AND miss_at = 0 THEN 1 ELSE 0 END),
				SUM(calendar_ms), SUM(business_ms), ?
			FROM observations WHERE figure IN (?) AND at >= ? AND at < ? AND until_at = 0
			GROUP BY inbox_id, team_id, agent_id, channel, figure`,
			day, tickets.DefinitionVersion, bun.List(daily()), from, to).Exec(ctx)
		if err != nil {
			return err
		}
		return handlingOfDay(ctx, tx, day, from, min(to, tx.Now))
	})
}
