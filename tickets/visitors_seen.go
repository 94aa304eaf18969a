package tickets

import (
	"context"
	"fmt"

	"heard/tickets/events"

	"github.com/uptrace/bun"
)

// VisitorsSeen notes that visitors are there now: the sign of life from which an abandoned chat is told. It is
// bookkeeping, not an event, and meant to be called for all that are connected at once, about once a minute.
func (p *People) VisitorsSeen(ctx context.Context, visitors []events.ID) error {
	if len(visitors) == 0 {
		return nil
	}
	return p.log.Write(ctx, events.Unit{By: events.SystemActor}, func(ctx context.Context, tx *events.Tx) error {
		_, err := tx.NewRaw(`UPDATE visitors SET last_seen_at = ? WHERE id IN (?)`, tx.Now, bun.List(visitors)).Exec(ctx)
		if err != nil {
			return fmt.Errorf("note that visitors are there: %w", err)
		}
		return nil
	})
}

// Actor is the visitor as the author of what it does.
func (v Visitor) Actor() events.Actor { return events.Actor{Kind: events.Customer, ID: v.CustomerID} }
