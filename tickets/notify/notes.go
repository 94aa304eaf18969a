package notify

import (
	"context"
	"fmt"
	"slices"

	"heard/tickets"
	"heard/tickets/events"
)

// noteChange is a note that got another text, or none.
type noteChange struct {
	event *events.Event
	seq   int64 // of the note
}

// changed makes the bells agree with whom notes call now: those who are called since are told, and nobody else has it
// unread any more.
func (s *Store) changed(ctx context.Context, tx *events.Tx, r *reading) error {
	for _, c := range r.notes {
		whom, err := r.calledNow(ctx, tx, c)
		if err != nil {
			return err
		}
		var told []events.ID
		err = tx.NewRaw(`SELECT agent_id FROM notifications WHERE kind = ? AND ticket_id = ? AND seq = ?`, Mentioned, c.event.TicketID, c.seq).Scan(ctx, &told)
		if err != nil {
			return fmt.Errorf("read who was told of a note: %w", err)
		}
		r.due = nil
		for _, agent := range whom {
			if !slices.Contains(told, agent) {
				r.tell(c.event, Mentioned, agent)
			}
		}
		for i := range r.due {
			r.due[i].Seq = c.seq
		}
		for _, agent := range told {
			if slices.Contains(whom, agent) {
				continue
			}
			if err := end(ctx, tx, `kind = ? AND ticket_id = ? AND seq = ? AND agent_id = ?`, Mentioned, c.event.TicketID, c.seq, agent); err != nil {
				return err
			}
		}
		if err := s.put(ctx, tx, r.due); err != nil {
			return err
		}
	}
	return nil
}

// calledNow are the agents whom a note calls, by name or with their team.
func (r *reading) calledNow(ctx context.Context, tx *events.Tx, c noteChange) ([]events.ID, error) {
	var rows []struct{ AgentID, TeamID events.ID }
	err := tx.NewRaw(`SELECT agent_id, team_id FROM mentions WHERE ticket_id = ? AND seq = ?`, c.event.TicketID, c.seq).Scan(ctx, &rows)
	if err != nil {
		return nil, fmt.Errorf("read whom a note calls: %w", err)
	}
	var whom []events.ID
	for _, row := range rows {
		if row.AgentID != 0 {
			whom = append(whom, row.AgentID)
		} else {
			whom = append(whom, r.members(row.TeamID, func(*tickets.Agent) bool { return true })...)
		}
	}
	slices.Sort(whom)
	return slices.Compact(whom), nil
}
