package web

import (
	"context"
	"time"

	"heard/chat"
	"heard/tickets"
	"heard/tickets/events"
	"heard/tickets/fault"
	"heard/tickets/jobs"
)

// HoldIn is the input of sending with a delay.
type HoldIn struct {
	ID   pathID `path:"id"`
	Body struct {
		MessageIn
		Kind    tickets.WritingKind `json:"kind" enum:"reply,note"`
		LastSeq *int64              `json:"last_seq,omitempty" minimum:"0" doc:"As for messages; judged when it goes out"`
		DelayS  int                 `json:"delay_s,omitempty" minimum:"0" maximum:"60" doc:"How long it can be taken back"`
		SendAt  events.Time         `json:"send_at,omitempty" doc:"When it goes out, within 30 days, in place of delay_s"`
		Then    *ThenIn             `json:"then,omitempty" doc:"What follows once the message is stored"`
		Macro   events.ID           `json:"macro,omitempty" doc:"Whose actions are carried out once the message is stored"`
	}
}

// ThenIn is what follows once a message is stored.
type ThenIn struct {
	Kind  tickets.ThenKind `json:"kind" enum:"resolve,snooze"`
	Until events.Time      `json:"until,omitempty" doc:"Of a snooze"`
}

// wireOutgoing is a message that is held, or what became of it.
type wireOutgoing struct {
	ID          events.ID                `json:"id"`
	Ticket      events.ID                `json:"ticket"`
	ClientID    string                   `json:"client_id"`
	Kind        tickets.WritingKind      `json:"kind"`
	Body        string                   `json:"body"`
	Attachments []tickets.WireAttachment `json:"attachments"`
	State       tickets.OutgoingState    `json:"state" enum:"held,sent,refused,undone"`
	Code        fault.Kind               `json:"code,omitempty" doc:"Why it was refused"`
	ReleaseAt   events.Time              `json:"release_at"`
	CreatedAt   events.Time              `json:"created_at"`
	Seq         int64                    `json:"seq,omitempty" doc:"Of the event that it became"`
	Then        *ThenIn                  `json:"then,omitempty"`
	Draft       *wireDraft               `json:"draft,omitempty" doc:"When it was taken back: the draft that it is again"`
}

func (s *Server) outgoingWire(o *tickets.Outgoing) wireOutgoing {
	w := wireOutgoing{ID: o.ID, Ticket: o.Ticket, ClientID: o.ClientID, Kind: o.Kind, Body: o.Body, Attachments: s.agentFiles(o.Attachments),
		State: o.State, Code: o.Code, ReleaseAt: o.ReleaseAt, CreatedAt: o.CreatedAt, Seq: o.Seq}
	if w.State == tickets.OutReleasing {
		w.State = tickets.OutHeld
	}
	if o.Then.Kind != "" {
		w.Then = &ThenIn{o.Then.Kind, o.Until}
	}
	return w
}

func (s *Server) hold(ctx context.Context, in *HoldIn) (*made[wireOutgoing], error) {
	id, b, c := in.ID.ID, &in.Body, callerOf(ctx)
	if _, err := s.ticket(ctx, id, b.Kind.Action()); err != nil {
		return nil, err
	}
	o := tickets.Outgoing{Ticket: id, Agent: c.agent.ID, By: c.actor(), Sender: c.sender(), Kind: b.Kind, LastSeq: b.LastSeq,
		NewMessage: b.message(c), ReleaseAt: s.events.Now().Add(time.Duration(b.DelayS) * time.Second)}
	switch now := s.events.Now(); {
	case b.SendAt != 0 && b.DelayS != 0:
		return nil, fault.On("send_at", "does not go with delay_s")
	case b.SendAt != 0 && b.SendAt <= now:
		return nil, fault.On("send_at", "must be later than now")
	case b.SendAt != 0:
		o.ReleaseAt = b.SendAt
	}
	if b.Then != nil {
		o.Then = tickets.Then{Kind: b.Then.Kind, Until: b.Then.Until}
	}
	if o.Macro = b.Macro; o.Macro != 0 {
		if _, err := s.store.Macro(ctx, c.rights, o.Macro); err != nil {
			return nil, fault.On("macro", "does not exist")
		}
	}
	held, repeated, err := s.store.Hold(ctx, o)
	if err != nil {
		return nil, err
	}
	if !repeated {
		s.tellOutgoing(held)
		s.hub.TellWriting(c.agent.ID, chat.Writing{Type: "draft", Ticket: id, Kind: string(b.Kind)})
	}
	if held.State == tickets.OutHeld && b.DelayS == 0 && b.SendAt == 0 {
		if err := s.releaser().Release(ctx, held.ID); err != nil {
			return nil, err
		}
		return repeatable(s.outgoingWire(s.released(ctx, held)), repeated, nil)
	}
	return repeatable(s.outgoingWire(held), repeated, nil)
}

// released is a held message as it is now.
func (s *Server) released(ctx context.Context, held *tickets.Outgoing) *tickets.Outgoing {
	if o, err := s.store.OutgoingOf(ctx, held.ID); err == nil && o != nil {
		return o
	}
	return held
}

func (s *Server) listOutgoing(ctx context.Context, in *getID) (*answer[list[wireOutgoing]], error) {
	if _, err := s.ticket(ctx, in.ID.ID, tickets.TicketRead); err != nil {
		return nil, err
	}
	rows, err := s.store.Outgoing(ctx, callerOf(ctx).agent.ID, in.ID.ID)
	return ok(items(each(rows, s.outgoingWire), ""), err)
}

// OnOutgoing names a held message.
type OnOutgoing struct {
	ID       pathID `path:"id"`
	Outgoing pathID `path:"outgoing"`
}

func (s *Server) undo(ctx context.Context, in *OnOutgoing) (*answer[wireOutgoing], error) {
	if _, err := s.ticket(ctx, in.ID.ID, tickets.TicketDraft); err != nil {
		return nil, err
	}
	agent := callerOf(ctx).agent.ID
	o, draft, err := s.store.Undo(ctx, agent, in.ID.ID, in.Outgoing.ID)
	if late := fault.Of(err); late != nil && late.Kind == fault.TooLate {
		p := newProblem(late)
		p.State = string(tickets.OutSent)
		return nil, p
	}
	if err != nil {
		return nil, err
	}
	w := s.outgoingWire(o)
	d, err := s.draftWire(ctx, &draft)
	if err != nil {
		return nil, err
	}
	w.Draft = &d
	s.tellOutgoing(o)
	s.hub.TellWriting(agent, chat.Writing{Type: "draft", Ticket: o.Ticket, Kind: string(o.Kind), Rev: draft.Rev})
	return ok(w, nil)
}

func (s *Server) tellOutgoing(o *tickets.Outgoing) {
	s.hub.TellWriting(o.Agent, chat.Writing{Type: "outgoing", Ticket: o.Ticket, Kind: string(o.Kind), ID: o.ID, ClientID: o.ClientID,
		State: string(o.State), Code: string(o.Code), ReleaseAt: o.ReleaseAt, Seq: o.Seq})
}

// releaser sends held messages and tells their authors' consoles.
func (s *Server) releaser() *tickets.Releaser {
	return &tickets.Releaser{Store: s.store, Directory: s.people.Directory(), Tell: func(o *tickets.Outgoing, draft tickets.Draft) {
		s.tellOutgoing(o)
		if draft.Rev > 0 {
			s.hub.TellWriting(o.Agent, chat.Writing{Type: "draft", Ticket: o.Ticket, Kind: string(o.Kind), Rev: draft.Rev})
		}
	}}
}

// ReleaseHeld is the job that sends a held message.
func (s *Server) ReleaseHeld(ctx context.Context, j jobs.Job) error { return s.releaser().Job(ctx, j) }
