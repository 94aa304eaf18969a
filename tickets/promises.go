package tickets

import (
	"context"
	"database/sql"
	"fmt"

	"heard/tickets/events"
)

// Promise is a wait that a customer was promised: from At on, between Low and High. Durations are milliseconds.
type Promise struct {
	At        events.Time
	Position  int
	Low, High int64
	Basis
}

// Basis is what the range of a promise was made of; package chat/routing says what the numbers mean.
type Basis struct {
	Mid      int64
	Spread   float64
	Skew     float64
	Measured bool
}

// Promised is a promise to one customer.
type Promised struct {
	Ticket events.ID
	WaitPromised
	Basis
}

var promiseColumns = []string{"ticket_id", "seq", "team_id", "at", "position", "low_ms", "high_ms", "mid_ms", "spread", "skew", "measured"}

// Promise tells customers who still wait what they can expect.
func (d *Dispatcher) Promise(ctx context.Context, list []Promised) error {
	var locks events.Locks
	for _, p := range list {
		locks.Tickets = append(locks.Tickets, p.Ticket)
	}
	return d.write(ctx, locks, func(ctx context.Context, w *work) error {
		var rows [][]any
		for _, p := range list {
			t := w.tickets[p.Ticket]
			if t == nil || t.Status != Open || t.QueuedAt == 0 || t.TeamID != p.Team {
				continue
			}
			e := w.record(events.SystemActor, t, p.WaitPromised)
			rows = append(rows, []any{int64(t.ID), e.Seq, int64(p.Team), int64(e.At), int64(p.Position),
				int64(p.LowS * 1000), int64(p.HighS * 1000), p.Mid, p.Spread, p.Skew, p.Measured})
		}
		return w.tx.Insert(ctx, "promises", promiseColumns, rows)
	})
}

// KeptPromise is a promise and how long the customer then waited.
type KeptPromise struct {
	Promise
	Real int64
	Left bool // the customer left, or was not served; else an agent took the ticket
}

// KeptPromises returns the newest promises of a team whose waits have ended, the one that ended last at the end.
func (s *Store) KeptPromises(ctx context.Context, team events.ID, n int) ([]KeptPromise, error) {
	rows, err := s.stmts.query(ctx, `SELECT at, position, low_ms, high_ms, mid_ms, spread, skew, measured, to_at - at, left_by <> 'ticket.assigned'
		FROM (SELECT p.*, g.to_at, g.left_by FROM promises p
			JOIN segments g ON g.ticket_id = p.ticket_id AND g.agent_id = 0 AND g.to_at > 0 AND g.left_by <> 'ticket.team_changed'
				AND g.n = (SELECT MAX(x.n) FROM segments x WHERE x.ticket_id = p.ticket_id AND x.from_seq < p.seq)
			WHERE p.team_id = ? ORDER BY p.at DESC LIMIT ?) newest
		ORDER BY to_at, at, ticket_id`, int64(team), n)
	if err != nil {
		return nil, fmt.Errorf("read promises: %w", err)
	}
	var out []KeptPromise
	return out, each(rows, scanInto(&out, func(k *KeptPromise) []any {
		return []any{&k.At, &k.Position, &k.Low, &k.High, &k.Mid, &k.Spread, &k.Skew, &k.Measured, &k.Real, &k.Left}
	}))
}

// QueueHistory is what a team's newest chats tell of its waits.
type QueueHistory struct {
	Finished []Span  // chats that agents had, the newest first
	Leaving  float64 // customers who gave up, per second of waiting
}

// QueueHistory reads the newest n chats of a team.
func (s *Store) QueueHistory(ctx context.Context, team events.ID, n int) (h QueueHistory, err error) {
	rows, err := s.stmts.query(ctx, `SELECT g.from_at, g.to_at FROM segments g JOIN tickets t ON t.id = g.ticket_id
		WHERE g.team_id = ? AND g.agent_id > 0 AND g.to_at > 0 AND t.channel = 'chat' AND NOT t.imported
		ORDER BY g.to_at DESC LIMIT ?`, int64(team), n)
	if err != nil {
		return h, fmt.Errorf("read finished chats: %w", err)
	}
	if err := each(rows, scanInto(&h.Finished, func(s *Span) []any { return []any{&s.From, &s.To} })); err != nil {
		return h, err
	}
	rows, err = s.stmts.query(ctx, `SELECT g.to_at - g.from_at, g.left_by = 'ticket.assigned' FROM segments g JOIN tickets t ON t.id = g.ticket_id
		WHERE g.team_id = ? AND g.agent_id = 0 AND g.to_at > 0 AND t.channel = 'chat' AND NOT t.imported
		ORDER BY g.to_at DESC LIMIT ?`, int64(team), n)
	if err != nil {
		return h, fmt.Errorf("read waits: %w", err)
	}
	var waited, left int64
	err = each(rows, func(rows *sql.Rows) error {
		var ms int64
		var served bool
		if err := rows.Scan(&ms, &served); err != nil {
			return fmt.Errorf("read waits: %w", err)
		}
		if waited += ms; !served {
			left++
		}
		return nil
	})
	if waited > 0 {
		h.Leaving = float64(left) / (float64(waited) / 1000)
	}
	return h, err
}

// RunningChats returns since when agents have had the open chats that they have.
func (s *Store) RunningChats(ctx context.Context) (map[events.ID][]events.Time, error) {
	rows, err := s.stmts.query(ctx, `SELECT t.assignee_id, g.from_at FROM tickets t JOIN segments g ON g.ticket_id = t.id AND g.to_at = 0
		WHERE t.assignee_id > 0 AND t.status = 'open' AND t.channel = 'chat' ORDER BY t.id`)
	if err != nil {
		return nil, fmt.Errorf("read running chats: %w", err)
	}
	out := map[events.ID][]events.Time{}
	return out, each(rows, func(rows *sql.Rows) error {
		var agent events.ID
		var since events.Time
		if err := rows.Scan(&agent, &since); err != nil {
			return fmt.Errorf("read running chats: %w", err)
		}
		out[agent] = append(out[agent], since)
		return nil
	})
}
