package tickets

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"slices"
	"unicode/utf8"

	"heard/tickets/events"
	"heard/tickets/fault"

	"github.com/uptrace/bun"
)

// Assign gives a ticket to an agent or to a team's queue. From an agent it counts as a handoff of reason "other".
func (s *Store) Assign(ctx context.Context, by events.Actor, id events.ID, to To) (*Ticket, error) {
	if err := to.validate(); err != nil {
		return nil, err
	}
	return s.change(ctx, by, id, func(ctx context.Context, w *work, t *Ticket) error { return w.assign(ctx, by, t, to) })
}

func (w *work) assign(ctx context.Context, by events.Actor, t *Ticket, to To) error {
	if err := w.checkTarget(ctx, to); err != nil {
		return err
	}
	return w.decided(by, t)(t.assign(to))
}

// Claim gives a ticket that nobody owns to the agent who asks. Of several who ask one wins; the others get a
// conflict.
func (s *Store) Claim(ctx context.Context, by events.Actor, id events.ID) (*Ticket, error) {
	return s.decide(ctx, by, id, func(t *Ticket) ([]events.Change, error) {
		if t.AssigneeID != 0 && t.AssigneeID != by.ID {
			return nil, fault.New(fault.Conflict, "somebody else has the ticket already")
		}
		return t.assign(To{Agent: by.ID})
	})
}

// HandoffIn is an agent's handing over, with a word for whoever takes it.
type HandoffIn struct {
	To
	Reason string
	Note   string
	Sender string // of the note
}

// maxNote is how long the note of a handoff may be, in characters.
const maxNote = 4000

// Handoff moves responsibility away from the agent who has the ticket: to another agent or to a team's queue.
func (s *Store) Handoff(ctx context.Context, by events.Actor, id events.ID, in HandoffIn) (*Ticket, error) {
	if err := in.To.validate(); err != nil {
		return nil, err
	}
	if !validText(in.Note) || utf8.RuneCountInString(in.Note) > maxNote {
		return nil, fault.On("note", fmt.Sprintf("must be text of at most %d characters", maxNote))
	}
	return s.change(ctx, by, id, func(ctx context.Context, w *work, t *Ticket) error {
		if err := w.checkTarget(ctx, in.To); err != nil {
			return err
		}
		if err := w.checkReason(ctx, in.Reason); err != nil {
			return err
		}
		if _, err := t.handOff(in.To, in.Reason, 0); err != nil {
			return err
		}
		var noteSeq int64
		if in.Note != "" {
			e, err := w.note(ctx, by, t, &Message{Body: in.Note, Sender: in.Sender})
			if err != nil {
				return err
			}
			noteSeq = e.Seq
		}
		changes, err := t.handOff(in.To, in.Reason, noteSeq)
		if err != nil {
			return err
		}
		w.record(by, t, changes...)
		return nil
	})
}

// Requeue gives the open chats of an agent who is offline back to their queues, each at the place that it had. One who
// came back meanwhile keeps them. It returns the tickets that moved.
func (s *Store) Requeue(ctx context.Context, by events.Actor, agent events.ID) ([]events.ID, error) {
	ids, err := s.ids(ctx, `SELECT id FROM tickets WHERE assignee_id = ? AND status = 'open' AND channel = 'chat'
		ORDER BY id LIMIT 500`, int64(agent))
	if err != nil || len(ids) == 0 {
		return nil, err
	}
	var moved []events.ID
	u := unit(by, ids...)
	u.Agents = []events.ID{agent}
	err = s.log.Write(ctx, u, func(ctx context.Context, tx *events.Tx) error {
		moved = nil
		a := &Agent{}
		if err := readRow(ctx, tx, a, agent, "agent"); err != nil || a.Availability != Offline {
			return err
		}
		w := newWork(tx)
		if err := w.load(ctx, ids...); err != nil {
			return err
		}
		places, err := w.places(ctx, ids)
		if err != nil {
			return err
		}
		for _, id := range ids {
			t := w.tickets[id]
			if t == nil || t.AssigneeID != agent || t.Status != Open {
				continue
			}
			w.record(by, t, t.requeue(places[id]))
			moved = append(moved, id)
		}
		return w.flush(ctx)
	})
	return moved, err
}

// places returns since when each ticket had waited in the queue from which it was taken; waits that ended only
// because an agent went away count on.
func (w *work) places(ctx context.Context, ids []events.ID) (map[events.ID]events.Time, error) {
	rows, err := w.tx.QueryContext(ctx, "SELECT "+segmentColumns+` FROM segments WHERE ticket_id IN (?)
		ORDER BY ticket_id, n`, bun.List(ids))
	if err != nil {
		return nil, fmt.Errorf("load segments: %w", err)
	}
	places := map[events.ID]events.Time{}
	err = each(rows, func(rows *sql.Rows) error {
		var g Segment
		if err := rows.Scan(g.targets()...); err != nil {
			return fmt.Errorf("load segments: %w", err)
		}
		requeued := g.EnteredBy == kindHandedOff && g.Reason == reasonAway
		if g.waiting() && (!requeued || places[g.TicketID] == 0) {
			places[g.TicketID] = g.FromAt
		}
		return nil
	})
	return places, err
}

// checkTarget refuses agents and teams that do not exist or left.
func (w *work) checkTarget(ctx context.Context, to To) error {
	query, id, field := "SELECT 1 FROM agents WHERE id = ? AND disabled_at = 0", to.Agent, "agent"
	if to.Team != 0 {
		query, id, field = "SELECT 1 FROM teams WHERE id = ?", to.Team, "team"
	}
	rows, err := w.tx.QueryContext(ctx, query, int64(id))
	if err != nil {
		return fmt.Errorf("read %s: %w", field, err)
	}
	var n int64
	found, err := one(rows, &n)
	if err == nil && !found {
		return fault.On(field, "does not exist")
	}
	return err
}

// works tells whether an agent is still one of the desk.
func (w *work) works(ctx context.Context, agent events.ID) (bool, error) {
	if agent == 0 {
		return false, nil
	}
	switch err := w.checkTarget(ctx, To{Agent: agent}); {
	case err == nil:
		return true, nil
	case fault.KindOf(err) == fault.Invalid:
		return false, nil
	default:
		return false, err
	}
}

// HandoffReasons are the reasons of a desk that has set none of its own.
func HandoffReasons() []string {
	return []string{"skill", "wrong_team", "billing", "shift_end", "overload", "escalation", reasonAway, reasonOther}
}

// checkReason refuses reasons that are not on the desk's list.
func (w *work) checkReason(ctx context.Context, reason string) error {
	var value string
	rows, err := w.tx.QueryContext(ctx, "SELECT value FROM settings WHERE key = 'handoff_reasons'")
	if err == nil {
		_, err = one(rows, &value)
	}
	if err != nil {
		return fmt.Errorf("read handoff reasons: %w", err)
	}
	reasons := HandoffReasons()
	if value != "" {
		if err := json.Unmarshal([]byte(value), &reasons); err != nil {
			return fmt.Errorf("read handoff reasons: %w", err)
		}
	}
	if !slices.Contains(reasons, reason) {
		return fault.On("reason", fmt.Sprintf("must be one of %q", reasons))
	}
	return nil
}
