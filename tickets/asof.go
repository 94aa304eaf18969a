package tickets

import (
	"context"
	"fmt"

	"heard/tickets/events"
	"heard/tickets/fault"
)

// oldestQuestion is how many events may follow on a question before it has to be put again.
const oldestQuestion = 100_000

// LogHead is how far the log goes: what a question about many tickets is as of.
func (s *Store) LogHead(ctx context.Context) (int64, error) { return s.log.Head(ctx) }

// ChangedAfter lists the tickets that came in after a place of the log, or of which somebody changed what lists go by, or
// whose customers have written: who asked before did not mean them as they are now.
func (s *Store) ChangedAfter(ctx context.Context, pos int64) ([]events.ID, error) {
	head, err := s.log.Head(ctx)
	if err != nil {
		return nil, err
	}
	if pos > head || head-pos > oldestQuestion {
		return nil, fault.On("as_of", "is not of the last while: count again")
	}
	ids, err := s.ids(ctx, `SELECT DISTINCT ticket_id FROM events WHERE pos > ? AND ticket_id > 0 AND (kind IN ('ticket.opened', 'ticket.queued',
		'ticket.assigned', 'ticket.handed_off', 'ticket.unassigned', 'ticket.team_changed', 'ticket.status_changed', 'ticket.priority_changed',
		'ticket.tagged', 'ticket.untagged', 'ticket.field_changed', 'ticket.snoozed', 'ticket.spam_marked', 'ticket.linked')
		OR kind = 'message.posted' AND by_kind = 'customer')`, pos)
	if err != nil {
		return nil, fmt.Errorf("look what changed since a question: %w", err)
	}
	return ids, nil
}
