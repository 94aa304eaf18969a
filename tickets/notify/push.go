package notify

import (
	"context"

	"heard/tickets/events"
)

// pushed is a change of a notification that is to be pushed.
type pushed struct {
	id, agent events.ID
	kind      Kind
	rev       int64
}

func (s *Store) enqueue(context.Context, *events.Tx, []pushed) error { return nil }
