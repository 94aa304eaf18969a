package tickets

import (
	"context"
	"fmt"

	"heard/tickets/events"
	"heard/tickets/fault"
)

// An offer is part of a ticket's row while it stands. It ends by one event, whatever happens: its agent answers, its
// time is over, or something else takes the ticket out of the agent's hands.

// endsOffer tells whether a change takes away a ticket that is on offer.
func (t *Ticket) endsOffer(c events.Change) bool {
	if t.OfferedTo == 0 {
		return false
	}
	switch c := c.(type) {
	case TicketAssigned, TicketTeamChanged, TicketOffered:
		return true
	case StatusChanged:
		return c.To != Open
	case CustomerLeft:
		return c.ClosesAt != 0
	}
	return false
}

// endOffer ends an offer that nobody answered: when it fell due, if that has passed, else now.
func (w *work) endOffer(t *Ticket) {
	end, at := TicketOfferEnded{Agent: t.OfferedTo, Outcome: OfferWithdrawn}, w.tx.Now
	if t.OfferedUntil <= at {
		end.Outcome, at = OfferExpired, t.OfferedUntil
	}
	w.recordAt(at, events.SystemActor, t, end)
}

// Accept gives a ticket to the agent to whom it is offered. An offer whose time is over cannot be accepted, whether
// anybody noticed the end or not. Capacity does not bind who accepts: the offer has been counted since it stands.
func (s *Store) Accept(ctx context.Context, by events.Actor, id events.ID) (*Ticket, error) {
	return s.change(ctx, by, id, func(ctx context.Context, w *work, t *Ticket) error {
		switch {
		case t.AssigneeID == by.ID && by.ID != 0:
			return nil // a repeat
		case t.OfferedTo == 0 || t.OfferedTo != by.ID || t.OfferedUntil <= w.tx.Now:
			return errNotOffered
		}
		team, err := w.servedThrough(ctx, t.TeamID, by.ID)
		if err != nil {
			return err
		}
		w.record(by, t, TicketOfferEnded{Agent: by.ID, Outcome: OfferAccepted}, TicketAssigned{Agent: by.ID, Team: team})
		return nil
	})
}

// servedThrough is the team through which an agent serves a team's queue: itself, or the first of those that help out.
func (w *work) servedThrough(ctx context.Context, team, agent events.ID) (events.ID, error) {
	var overflow []Overflow
	rows, err := w.tx.QueryContext(ctx, "SELECT overflow FROM teams WHERE id = ?", int64(team))
	if err == nil {
		_, err = one(rows, jsonText{&overflow})
	}
	if err != nil {
		return 0, fmt.Errorf("read overflow: %w", err)
	}
	member := map[events.ID]bool{}
	if rows, err = w.tx.QueryContext(ctx, "SELECT team_id FROM team_members WHERE agent_id = ?", int64(agent)); err != nil {
		return 0, fmt.Errorf("read teams: %w", err)
	}
	var teams []events.ID
	if err := each(rows, scanInto(&teams, func(id *events.ID) []any { return []any{id} })); err != nil {
		return 0, err
	}
	for _, id := range teams {
		member[id] = true
	}
	for _, o := range overflow {
		if !member[team] && member[o.Team] {
			return o.Team, nil
		}
	}
	return team, nil
}

var errNotOffered = fault.New(fault.Conflict, "the ticket is not offered to you, or not any more")

// Decline passes an offered ticket on. reason is a word of the desk's list of handoff reasons, or nothing.
func (s *Store) Decline(ctx context.Context, by events.Actor, id events.ID, reason string) (*Ticket, error) {
	return s.change(ctx, by, id, func(ctx context.Context, w *work, t *Ticket) error {
		if t.OfferedTo == 0 || t.OfferedTo != by.ID || t.OfferedUntil <= w.tx.Now {
			return errNotOffered
		}
		if reason != "" {
			if err := w.checkReason(ctx, reason); err != nil {
				return err
			}
		}
		w.record(by, t, TicketOfferEnded{Agent: by.ID, Outcome: OfferDeclined, Reason: reason})
		return nil
	})
}

// OfferOf is a ticket that is offered to an agent.
type OfferOf struct {
	Ticket events.ID
	Until  events.Time
}

// Offers lists what is offered to an agent now.
func (s *Store) Offers(ctx context.Context, agent events.ID) ([]OfferOf, error) {
	rows, err := s.stmts.query(ctx, `SELECT id, offered_until FROM tickets WHERE offered_to = ? AND offered_to > 0
		AND offered_until > ? ORDER BY id`, int64(agent), int64(s.log.Now()))
	if err != nil {
		return nil, fmt.Errorf("read offers: %w", err)
	}
	var out []OfferOf
	return out, each(rows, scanInto(&out, func(o *OfferOf) []any { return []any{&o.Ticket, &o.Until} }))
}

// Pulled gives a ticket that waits to the agent who asked for the next one, with the explanation. Of several who get
// the same answer one wins; got is false for the others, who ask again. An offer to another stands.
func (s *Store) Pulled(ctx context.Context, by events.Actor, id events.ID, why TicketRouted) (got bool, err error) {
	_, err = s.change(ctx, by, id, func(_ context.Context, w *work, t *Ticket) error {
		offered := t.OfferedTo != 0 && t.OfferedTo != by.ID && t.OfferedUntil > w.tx.Now
		if got = t.Status == Open && t.QueuedAt != 0 && t.AssigneeID == 0 && !offered; got {
			w.record(by, t, why, TicketAssigned{Agent: by.ID, Team: t.TeamID})
		}
		return nil
	})
	return got, err
}
