package web

import (
	"context"

	"heard/tickets"
	"heard/tickets/events"
)

// WireRouting is how a team's queue is handed out.
type WireRouting struct {
	Strategy        tickets.Strategy `json:"strategy"`
	StickyDays      int              `json:"sticky_days"`
	RelaxAfterS     int              `json:"relax_after_s"`
	OfferS          int              `json:"offer_s"`
	MaxNewPerMinute int              `json:"max_new_per_minute"`
	AgeEveryS       int              `json:"age_every_s"`
	Overflow        []wireOverflow   `json:"overflow"`
	Weights         wireWeights      `json:"weights"`
	SkillRules      []wireSkillRule  `json:"skill_rules"`
}

type wireOverflow struct {
	Team   events.ID `json:"team"`
	AfterS int       `json:"after_s"`
}

type wireWeights struct {
	Chat   float64 `json:"chat"`
	Letter float64 `json:"letter"`
}

type wireSkillRule struct {
	Source   string `json:"source" enum:"language,field,topic,tag,page"`
	Key      string `json:"key,omitempty" doc:"The question, for rules about a field"`
	Value    string `json:"value"`
	Skill    string `json:"skill"`
	Required bool   `json:"required" required:"false"`
}

func routingWire(r tickets.Routing) WireRouting {
	w := WireRouting{Strategy: r.Strategy, StickyDays: r.StickyDays, RelaxAfterS: r.RelaxAfterS, OfferS: r.OfferS,
		MaxNewPerMinute: r.MaxNewPerMinute, AgeEveryS: r.AgeEveryS, Weights: wireWeights(r.Weights),
		Overflow: []wireOverflow{}, SkillRules: []wireSkillRule{}}
	for _, o := range r.Overflow {
		w.Overflow = append(w.Overflow, wireOverflow(o))
	}
	for _, s := range r.SkillRules {
		w.SkillRules = append(w.SkillRules, wireSkillRule(s))
	}
	return w
}

// RoutingIn is the part of a team's routing that a call sets.
type RoutingIn struct {
	Strategy        *tickets.Strategy `json:"strategy,omitempty" enum:"balanced,round_robin,manual"`
	StickyDays      *int              `json:"sticky_days,omitempty" doc:"0 to 365: for how long the customer's last agent comes first"`
	RelaxAfterS     *int              `json:"relax_after_s,omitempty" doc:"Wait after which required skills are only preferred; 0: never"`
	OfferS          *int              `json:"offer_s,omitempty" doc:"0 to 600: time to accept; 0 assigns at once"`
	MaxNewPerMinute *int              `json:"max_new_per_minute,omitempty" doc:"New chats for one agent; 0: no limit"`
	AgeEveryS       *int              `json:"age_every_s,omitempty" doc:"Wait that is worth one step of priority"`
	Overflow        *[]wireOverflow   `json:"overflow,omitempty" maxItems:"5"`
	Weights         *wireWeights      `json:"weights,omitempty"`
	SkillRules      *[]wireSkillRule  `json:"skill_rules,omitempty" maxItems:"100"`
}

func (in RoutingIn) patch() tickets.RoutingPatch {
	p := tickets.RoutingPatch{Strategy: in.Strategy, StickyDays: in.StickyDays, RelaxAfterS: in.RelaxAfterS, OfferS: in.OfferS,
		MaxNewPerMinute: in.MaxNewPerMinute, AgeEveryS: in.AgeEveryS}
	if in.Overflow != nil {
		list := each(*in.Overflow, func(o *wireOverflow) tickets.Overflow { return tickets.Overflow(*o) })
		p.Overflow = &list
	}
	if in.Weights != nil {
		w := tickets.Weights(*in.Weights)
		p.Weights = &w
	}
	if in.SkillRules != nil {
		list := each(*in.SkillRules, func(r *wireSkillRule) tickets.SkillRule { return tickets.SkillRule(*r) })
		p.SkillRules = &list
	}
	return p
}

func (s *Server) acceptTicket(ctx context.Context, in *onID) (*answer[wireTicketDetail], error) {
	return s.act(ctx, in.ID.ID, tickets.TicketAccept, func(by events.Actor) (*tickets.Ticket, error) {
		return s.store.Accept(ctx, by, in.ID.ID)
	})
}

type declineIn struct {
	ID   pathID `path:"id"`
	Body *struct {
		Reason string `json:"reason,omitempty" doc:"A word of the desk's list of handoff reasons"`
	} `required:"false"`
}

func (s *Server) declineTicket(ctx context.Context, in *declineIn) (*answer[wireTicketDetail], error) {
	return s.act(ctx, in.ID.ID, tickets.TicketDecline, func(by events.Actor) (*tickets.Ticket, error) {
		reason := ""
		if in.Body != nil {
			reason = in.Body.Reason
		}
		return s.store.Decline(ctx, by, in.ID.ID, reason)
	})
}

// nextTicket gives the caller the next ticket of a team's queue.
func (s *Server) nextTicket(ctx context.Context, in *onID) (*answer[wireTicketDetail], error) {
	c := callerOf(ctx)
	if _, err := s.people.Team(ctx, in.ID.ID); err != nil {
		return nil, err
	}
	if err := tickets.Permit(c.rights, tickets.QueueNext, c.rights.ToTeam(in.ID.ID)); err != nil {
		return nil, err
	}
	id, err := s.hub.Next(ctx, c.actor(), in.ID.ID)
	if err != nil {
		return nil, err
	}
	return s.ticketNow(ctx, id)
}

// leaveContact keeps the place of a customer who waits and goes away, with an address to answer to.
func (s *Server) leaveContact(ctx context.Context, in *struct {
	ID   pathID `path:"id"`
	Body struct {
		Email string `json:"email" maxLength:"320"`
	}
}) (*struct{}, error) {
	if _, err := s.conversation(ctx, in.ID.ID, tickets.ContactLeave); err != nil {
		return nil, err
	}
	if err := s.people.RefuseBlocked(ctx, callerOf(ctx).visitor.CustomerID); err != nil {
		return nil, err
	}
	return nil, s.people.LeaveContact(ctx, callerOf(ctx).actor(), in.ID.ID, in.Body.Email)
}
