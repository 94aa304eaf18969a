package tickets

import (
	"context"
	"database/sql"
	"fmt"

	"heard/tickets/events"
)

// Waiting is a ticket in a team's queue.
type Waiting struct {
	Ticket     events.ID
	Team       events.ID
	Customer   events.ID
	Channel    Channel
	QueuedAt   events.Time
	LastOwner  events.ID // who had it before it opened again; 0 for a new one
	FollowUpOf events.ID
}

// maxQueue is how much of a queue is read at once.
const maxQueue = 1000

// Queue returns the open tickets that wait for an agent, the next one first: of one team, or of all (none given). Who
// waits in a chat comes before letters.
func (s *Store) Queue(ctx context.Context, team events.ID) ([]Waiting, error) {
	text, args := `SELECT id, team_id, customer_id, channel, queued_at, last_owner_id, follow_up_of FROM tickets
		WHERE queued_at > 0 AND status = 'open'`, []any{}
	if team != 0 {
		text += " AND team_id = ?"
		args = append(args, int64(team))
	}
	rows, err := s.stmts.query(ctx, text+" ORDER BY CASE WHEN channel = 'chat' THEN 0 ELSE 1 END, queued_at, id LIMIT ?", append(args, maxQueue)...)
	if err != nil {
		return nil, fmt.Errorf("read queue: %w", err)
	}
	var out []Waiting
	err = each(rows, func(rows *sql.Rows) error {
		var w Waiting
		if err := rows.Scan(&w.Ticket, &w.Team, &w.Customer, &w.Channel, &w.QueuedAt, &w.LastOwner, &w.FollowUpOf); err != nil {
			return fmt.Errorf("read queue: %w", err)
		}
		out = append(out, w)
		return nil
	})
	return out, err
}

// Position is the place of a ticket in its queue: 1 is next, 0 says that it does not wait.
func (s *Store) Position(ctx context.Context, id events.ID) (int, error) {
	rows, err := s.stmts.query(ctx, `SELECT COUNT(*) FROM tickets me JOIN tickets o ON o.team_id = me.team_id
		AND o.queued_at > 0 AND o.status = 'open'
		AND (CASE WHEN o.channel = 'chat' THEN 0 ELSE 1 END, o.queued_at, o.id) <= (CASE WHEN me.channel = 'chat' THEN 0 ELSE 1 END, me.queued_at, me.id)
		WHERE me.id = ? AND me.queued_at > 0 AND me.status = 'open'`, int64(id))
	if err != nil {
		return 0, fmt.Errorf("read position: %w", err)
	}
	var n int
	if _, err := one(rows, &n); err != nil {
		return 0, fmt.Errorf("read position: %w", err)
	}
	return n, nil
}

// ChatLoads is Loads for chats alone: letters wait without harm and must not keep an agent from a chat.
func (s *Store) ChatLoads(ctx context.Context) (map[events.ID]int, error) {
	return s.loads(ctx, " AND t.channel = 'chat'")
}

// Loads returns how many open tickets every agent has; agents without one are there with 0.
func (s *Store) Loads(ctx context.Context) (map[events.ID]int, error) { return s.loads(ctx, "") }

func (s *Store) loads(ctx context.Context, more string) (map[events.ID]int, error) {
	rows, err := s.stmts.query(ctx, `SELECT a.id, (SELECT COUNT(*) FROM tickets t WHERE t.assignee_id = a.id AND t.status = 'open'`+more+`)
		FROM agents a WHERE a.disabled_at = 0`)
	if err != nil {
		return nil, fmt.Errorf("read loads: %w", err)
	}
	out := map[events.ID]int{}
	return out, each(rows, func(rows *sql.Rows) error {
		var id events.ID
		var n int
		if err := rows.Scan(&id, &n); err != nil {
			return fmt.Errorf("read loads: %w", err)
		}
		out[id] = n
		return nil
	})
}
