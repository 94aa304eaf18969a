package tickets

import (
	"context"
	"database/sql"
	"fmt"

	"heard/tickets/events"
	"heard/tickets/fault"
)

// Standing is the part of the tickets that are not done which a list or a count of this moment is about.
type Standing string

const (
	AnyStanding     Standing = "any"     // open, pending or snoozed
	WaitingStanding Standing = "waiting" // open, with a customer message that nobody has answered
	QueuedStanding  Standing = "queued"  // open, in a queue: nobody has it
	OfferedStanding Standing = "offered" // open, and an agent is asked to accept it
)

// conditions are what makes a ticket stand so. They have no parameters.
func (s Standing) conditions() ([]string, error) {
	const open = "t.status = 'open'"
	switch s {
	case AnyStanding:
		return []string{"t.status IN ('open', 'pending', 'snoozed')"}, nil
	case WaitingStanding:
		return []string{open, "t.waiting_since > 0", "NOT t.offline"}, nil
	case QueuedStanding:
		return []string{open, "t.queued_at > 0"}, nil
	case OfferedStanding:
		return []string{open, "t.offered_to > 0"}, nil
	}
	return nil, fault.On("live", "must be any, waiting, queued or offered")
}

// StandingCount counts tickets that are not done, of one team, channel and status.
type StandingCount struct {
	Team    events.ID
	Channel Channel
	Status  Status
	N       int

	Waiting, Queued, Offered  int
	WaitingSince, QueuedSince events.Time // the oldest of each; 0 for none
}

// StandingCounts counts the tickets of a scope that are not done, as they are at this moment.
func (s *Store) StandingCounts(ctx context.Context, scope Scope) ([]StandingCount, error) {
	const (
		waiting = "t.status = 'open' AND t.waiting_since > 0 AND NOT t.offline"
		queued  = "t.status = 'open' AND t.queued_at > 0"
		offered = "t.status = 'open' AND t.offered_to > 0"
	)
	sum := func(cond string) string { return "SUM(CASE WHEN " + cond + " THEN 1 ELSE 0 END)" }
	oldest := func(cond, column string) string {
		return "COALESCE(MIN(CASE WHEN " + cond + " THEN " + column + " END), 0)"
	}
	text := `SELECT t.team_id, t.channel, t.status, COUNT(*), ` + sum(waiting) + `, ` + sum(queued) + `, ` + sum(offered) + `, ` +
		oldest(waiting, "t.waiting_since") + `, ` + oldest(queued, "t.queued_at") + `
		FROM tickets t WHERE t.status IN ('open', 'pending', 'snoozed')`
	var args []any
	if scope.Restricted {
		text += " AND (" + s.stmts.among("t.team_id") + " OR (t.assignee_id = ? AND t.assignee_id > 0))"
		args = append(args, s.stmts.list(scope.Teams), int64(scope.Agent))
	}
	rows, err := s.stmts.query(ctx, text+" GROUP BY t.team_id, t.channel, t.status", args...)
	if err != nil {
		return nil, fmt.Errorf("count standing tickets: %w", err)
	}
	var out []StandingCount
	return out, each(rows, func(rows *sql.Rows) error {
		var c StandingCount
		if err := rows.Scan(&c.Team, &c.Channel, &c.Status, &c.N, &c.Waiting, &c.Queued, &c.Offered, &c.WaitingSince, &c.QueuedSince); err != nil {
			return fmt.Errorf("count standing tickets: %w", err)
		}
		out = append(out, c)
		return nil
	})
}

// CountSeen counts those of some tickets that are in a scope.
func (s *Store) CountSeen(ctx context.Context, scope Scope, ids []events.ID) (n int, err error) {
	if len(ids) == 0 {
		return 0, nil
	}
	text := "SELECT COUNT(*) FROM tickets t WHERE " + s.stmts.among("t.id")
	args := []any{s.stmts.list(ids)}
	if scope.Restricted {
		text += " AND (" + s.stmts.among("t.team_id") + " OR (t.assignee_id = ? AND t.assignee_id > 0))"
		args = append(args, s.stmts.list(scope.Teams), int64(scope.Agent))
	}
	rows, err := s.stmts.query(ctx, text, args...)
	if err != nil {
		return 0, fmt.Errorf("count tickets: %w", err)
	}
	return n, each(rows, func(rows *sql.Rows) error { return rows.Scan(&n) })
}
