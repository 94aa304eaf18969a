package tickets

import (
	"context"
	"database/sql"
	"fmt"
	"slices"

	"heard/tickets/events"
)

// Day is what an agent did since a moment, and has now.
type Day struct {
	Resolved  int
	Replies   int // to tickets that it has or had last
	Answers   int // to the question how satisfied one was, credited to the agent
	Satisfied int

	Open, Snoozed, Waiting int // that it has

	// FirstResponse is the median of how long those waited whom it answered first, in milliseconds; Responses is of how many.
	FirstResponse int64
	Responses     int
}

// DayOf adds up an agent's day.
func (s *Store) DayOf(ctx context.Context, agent events.ID, from events.Time) (d Day, err error) {
	const now = `SELECT COALESCE(SUM(CASE WHEN t.status = 'open' THEN 1 ELSE 0 END), 0), COALESCE(SUM(CASE WHEN t.status = 'snoozed' THEN 1 ELSE 0 END), 0),
		COALESCE(SUM(CASE WHEN t.status = 'open' AND t.waiting_since > 0 AND NOT t.offline THEN 1 ELSE 0 END), 0)
		FROM tickets t WHERE t.assignee_id = ? AND t.status IN ('open', 'pending', 'snoozed')`
	if err = s.addUp(ctx, now, []any{int64(agent)}, &d.Open, &d.Snoozed, &d.Waiting); err != nil {
		return d, err
	}
	const done = `SELECT COUNT(*) FROM tickets t WHERE t.last_owner_id = ? AND t.status IN ('resolved', 'closed') AND t.updated_at >= ?
		AND t.resolved_at >= ? AND t.merged_into = 0`
	if err = s.addUp(ctx, done, []any{int64(agent), int64(from), int64(from)}, &d.Resolved); err != nil {
		return d, err
	}
	const said = `SELECT COUNT(*) FROM tickets t JOIN messages m ON m.ticket_id = t.id WHERE t.last_owner_id = ? AND t.updated_at >= ?
		AND t.status IN ('open', 'pending', 'snoozed', 'resolved', 'closed') AND m.at >= ? AND NOT m.note AND m.by_kind = 'agent' AND m.by_id = ?`
	if err = s.addUp(ctx, said, []any{int64(agent), int64(from), int64(from), int64(agent)}, &d.Replies); err != nil {
		return d, err
	}
	const rated = `SELECT COUNT(*), COALESCE(SUM(CASE WHEN r.score >= CASE WHEN i.high = 10 THEN 9 ELSE 4 END THEN 1 ELSE 0 END), 0)
		FROM survey_invitations i JOIN survey_responses r ON r.invitation_id = i.id
		WHERE i.answered_at > 0 AND i.answered_at >= ? AND i.kind = 'csat' AND i.withdrawn_at = 0 AND i.agent_id = ?`
	if err = s.addUp(ctx, rated, []any{int64(from), int64(agent)}, &d.Answers, &d.Satisfied); err != nil {
		return d, err
	}
	return d, s.firstResponses(ctx, agent, from, &d)
}

func (s *Store) addUp(ctx context.Context, text string, args []any, into ...any) error {
	rows, err := s.stmts.query(ctx, text, args...)
	if err == nil {
		_, err = one(rows, into...)
	}
	if err != nil {
		return fmt.Errorf("add up a day: %w", err)
	}
	return nil
}

// firstResponses finds the median wait of the customers who had their first answer from an agent since a moment.
func (s *Store) firstResponses(ctx context.Context, agent events.ID, from events.Time, d *Day) error {
	rows, err := s.stmts.query(ctx, `SELECT t.first_response_at - t.created_at FROM tickets t WHERE t.last_owner_id = ? AND t.updated_at >= ?
		AND t.status IN ('open', 'pending', 'snoozed', 'resolved', 'closed') AND t.first_response_at >= ? AND t.merged_into = 0
		AND (SELECT m.by_id FROM messages m WHERE m.ticket_id = t.id AND NOT m.note AND m.by_kind = 'agent' ORDER BY m.seq LIMIT 1) = ?`,
		int64(agent), int64(from), int64(from), int64(agent))
	if err != nil {
		return fmt.Errorf("add up a day: %w", err)
	}
	var waits []int64
	err = each(rows, func(rows *sql.Rows) error {
		var ms int64
		err := rows.Scan(&ms)
		waits = append(waits, ms)
		return err
	})
	if err != nil || len(waits) == 0 {
		return err
	}
	slices.Sort(waits)
	d.Responses, d.FirstResponse = len(waits), waits[(len(waits)-1)/2]
	if len(waits)%2 == 0 {
		d.FirstResponse = (d.FirstResponse + waits[len(waits)/2]) / 2
	}
	return nil
}
