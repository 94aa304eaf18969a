package chat

import (
	"context"

	"heard/chat/routing"
	"heard/tickets"
	"heard/tickets/events"
	"heard/tickets/fault"
)

// endOffers ends the offers whose time is over or whose agents do not take chats any more.
func (r *Router) endOffers(ctx context.Context, door *tickets.Dispatcher, s *scene) (ended bool, err error) {
	for _, w := range s.waiting {
		if w.OfferedTo == 0 {
			continue
		}
		a := s.snap.Agents[w.OfferedTo]
		here := a != nil && a.DisabledAt == 0 && a.Availability == tickets.Online
		if here && w.OfferedUntil > s.now {
			continue
		}
		if err := door.EndOffer(ctx, w.Ticket, w.OfferedTo); err != nil {
			return ended, err
		}
		ended = true
	}
	return ended, nil
}

// allPassed tells whether nobody is left who has not passed the ticket on and might take it soon.
func allPassed(list []routing.Candidate) bool {
	passed := false
	for _, c := range list {
		switch c.Out {
		case routing.OutDeclined:
			passed = true
		case routing.OutFull, routing.OutRate:
			return false
		}
	}
	return passed
}

// round is when a ticket that everybody has passed on is given to them again: not at once, or it would only be
// declined at once.
func (r *Router) round(t *routing.Ticket, team *routing.Team) events.Time {
	r.mu.Lock()
	defer r.mu.Unlock()
	at, known := r.rounds[t.ID]
	if !known {
		at = r.hub.o.Log.Now().Add(max(team.OfferFor, roundPause))
		r.rounds[t.ID] = at
	}
	return at
}

// offerFrame tells an agent of an offer, and how it ended.
type offerFrame struct {
	Type    string      `json:"type"` // notify
	Kind    string      `json:"kind"` // offer, offer_ended
	Ticket  events.ID   `json:"ticket"`
	Until   events.Time `json:"until,omitempty"`
	Outcome string      `json:"outcome,omitempty"`
}

// tellOffers tells a console that has just come what is offered to its agent.
func (s *ConsoleSession) tellOffers(ctx context.Context) error {
	list, err := s.hub.o.Tickets.Offers(ctx, s.caller().Agent)
	if err != nil {
		return err
	}
	for _, o := range list {
		s.sub.SendValue(offerFrame{Type: "notify", Kind: "offer", Ticket: o.Ticket, Until: o.Until})
	}
	return nil
}

// maxPulls bounds how often a pull that others win tries the next ticket.
const maxPulls = 50

// Next gives an agent who asks the next ticket of a team's queue that it may take. Of many who ask at once each gets
// another one.
func (h *Hub) Next(ctx context.Context, by events.Actor, team events.ID) (events.ID, error) {
	for range maxPulls {
		s, err := h.router.look(ctx)
		if err != nil {
			return 0, err
		}
		free := s.order[:0:0]
		for _, t := range s.order {
			if w := s.waiting[t.ID]; w.OfferedTo == 0 || w.OfferedTo == by.ID || w.OfferedUntil <= s.now {
				free = append(free, t)
			}
		}
		t, d, ok := routing.Pull(s.now, by.ID, s.team(team), free, s.agents)
		if !ok {
			return 0, fault.New(fault.NotFound, "nothing in this queue waits for you")
		}
		got, err := h.o.Tickets.Pulled(ctx, by, t.ID, explain(&t, &d))
		if err != nil || got {
			return t.ID, err
		}
	}
	return 0, fault.New(fault.Conflict, "others are faster: try again")
}
