package tickets

import (
	"context"
	"fmt"
	"slices"

	"heard/tickets/events"
)

// What time does to tickets: snoozed ones wake, resolved ones close for good, abandoned chats close. Each event is
// dated when it fell due, not when it was noticed. Settle does it before anything else is done to a ticket, so that
// no later event hides a due date; the sweep does it to those that nobody touches.

// Settle is for events.Options.Settle.
func Settle(ctx context.Context, tx *events.Tx, due []events.ID) error {
	w := newWork(tx)
	if err := w.load(ctx, due...); err != nil {
		return err
	}
	for _, id := range due {
		t := w.tickets[id]
		if t == nil {
			continue
		}
		if at, changes := t.due(tx.Now); changes != nil {
			w.recordAt(at, events.SystemActor, t, changes...)
		}
	}
	return w.flush(ctx)
}

// sweepBatch is how many tickets one unit takes, so that chat waits for at most some milliseconds.
const sweepBatch = 50

// CloseDue closes the tickets whose time to close has come. It returns how many. Several may run at once.
func (s *Store) CloseDue(ctx context.Context) (int, error) {
	return s.sweep(ctx, "SELECT id FROM tickets WHERE closes_at > 0 AND closes_at <= ? ORDER BY closes_at, id LIMIT ?")
}

// WakeDue opens the snoozed tickets whose time has come. It returns how many.
func (s *Store) WakeDue(ctx context.Context) (int, error) {
	return s.sweep(ctx, "SELECT id FROM tickets WHERE snoozed_until > 0 AND snoozed_until <= ? ORDER BY snoozed_until, id LIMIT ?")
}

func (s *Store) sweep(ctx context.Context, due string) (int, error) {
	total := 0
	var before []events.ID
	for {
		ids, err := s.ids(ctx, due, int64(s.log.Now()), sweepBatch)
		if err != nil || len(ids) == 0 {
			return total, err
		}
		if slices.Equal(ids, before) {
			return total, fmt.Errorf("sweep tickets: %d stay due", len(ids))
		}
		u := unit(events.SystemActor, ids...)
		u.Background = true
		err = s.log.Write(ctx, u, func(ctx context.Context, tx *events.Tx) error { return Settle(ctx, tx, ids) })
		if err != nil {
			return total, fmt.Errorf("sweep tickets: %w", err)
		}
		total, before = total+len(ids), ids
	}
}
