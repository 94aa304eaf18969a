package web

import (
	"context"
	"time"

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
		Kind         tickets.WritingKind    `json:"kind" enum:"reply,note"`
		LastSeq      *int64                 `json:"last_seq,omitempty" minimum:"0" doc:"As for messages; judged when it goes out"`
		DelayS       int                    `json:"delay_s,omitempty" minimum:"0" maximum:"60" doc:"How long it can be taken back"`
		SendAt       events.Time            `json:"send_at,omitempty" doc:"When it goes out, within 30 days, in place of delay_s"`
		Then         *ThenIn                `json:"then,omitempty" doc:"What follows the message, kept or lost with it"`
		Macro        events.ID              `json:"macro,omitempty" doc:"That the text came from: its use is counted"`
		Actions      *[]tickets.MacroAction `json:"actions,omitempty" maxItems:"8" doc:"What is done with the message, each with the author's right to it when it goes out; absent: what the macro says now"`
		DraftRev     *int64                 `json:"draft_rev,omitempty" minimum:"0" doc:"The rev of the draft that this was; one that was written on since stays. Absent: whatever draft there is goes"`
		Placeholders string                 `json:"placeholders,omitempty" enum:"refuse,keep" doc:"keep: what looks like a placeholder is meant as it stands. Absent: a reply with any is refused"`
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
	Code        fault.Kind               `json:"code,omitempty" doc:"Why it was refused; of one that was sent: why something that was to follow was not done"`
	Restored    bool                     `json:"restored,omitempty" doc:"It was refused, and its words are the draft again, since there was no other"`
	Macro       events.ID                `json:"macro,omitempty"`
	Actions     []wireAction             `json:"actions,omitempty" doc:"What is done with it"`
	ReleaseAt   events.Time              `json:"release_at"`
	CreatedAt   events.Time              `json:"created_at"`
	Seq         int64                    `json:"seq,omitempty" doc:"Of the event that it became"`
	Then        *ThenIn                  `json:"then,omitempty"`
	Draft       *wireDraft               `json:"draft,omitempty" doc:"When it was taken back: the draft that it is again"`
}

// outgoingWire shows a held message to its author.
func (s *Server) outgoingWire(ctx context.Context, o *tickets.Outgoing) (wireOutgoing, error) {
	w := wireOutgoing{ID: o.ID, Ticket: o.Ticket, ClientID: o.ClientID, Kind: o.Kind, Body: o.Body, Attachments: s.agentFiles(o.Attachments),
		State: o.State, Code: o.Code, Restored: o.Restored, Macro: o.Macro, ReleaseAt: o.ReleaseAt, CreatedAt: o.CreatedAt, Seq: o.Seq}
	if o.Then.Kind != "" {
		w.Then = &ThenIn{o.Then.Kind, o.Until}
	}
	if len(o.Actions) == 0 {
		return w, nil
	}
	snap, err := s.people.Directory().Snapshot(ctx)
	if err == nil {
		w.Actions = actionsWire(snap, o.Actions)
	}
	return w, err
}

func (s *Server) hold(ctx context.Context, in *HoldIn) (*made[wireOutgoing], error) {
	id, b := in.ID.ID, &in.Body
	if _, err := s.ticket(ctx, id, b.Kind.Action()); err != nil {
		return nil, err
	}
	o, err := s.heldOf(ctx, in)
	if err != nil {
		return nil, err
	}
	held, repeated, err := s.store.Hold(ctx, *o)
	if err != nil {
		return nil, err
	}
	if !repeated {
		s.hub.TellOutgoing(held)
		s.tellDraft(ctx, held)
	}
	if held.State == tickets.OutHeld && b.DelayS == 0 && b.SendAt == 0 {
		if err := s.hub.Releaser().Release(ctx, held.ID); err != nil {
			return nil, err
		}
		held = s.released(ctx, held)
	}
	w, err := s.outgoingWire(ctx, held)
	return repeatable(w, repeated, err)
}

// heldOf is what the caller asks to send.
func (s *Server) heldOf(ctx context.Context, in *HoldIn) (*tickets.Outgoing, error) {
	b, c, now := &in.Body, callerOf(ctx), s.events.Now()
	o := &tickets.Outgoing{Ticket: in.ID.ID, Agent: c.agent.ID, By: c.actor(), Sender: c.sender(), Kind: b.Kind, LastSeq: b.LastSeq,
		NewMessage: b.message(c), DraftRev: b.DraftRev, KeepPlaceholders: b.Placeholders == "keep",
		ReleaseAt: now.Add(time.Duration(b.DelayS) * time.Second)}
	switch {
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
	if b.Actions != nil {
		o.Actions = *b.Actions
	}
	if b.Macro == 0 {
		return o, nil
	}
	switch m, err := s.store.Macro(ctx, c.rights, b.Macro); {
	case err == nil && b.Actions == nil:
		o.Macro, o.Actions = m.ID, m.Actions
	case err == nil:
		o.Macro = m.ID
	case fault.KindOf(err) != fault.NotFound:
		return nil, err
	case b.Actions == nil: // with actions it is not needed: it was removed while the message was written
		return nil, fault.On("macro", "does not exist")
	}
	return o, nil
}

// tellDraft tells the author's windows that the draft is gone.
func (s *Server) tellDraft(ctx context.Context, o *tickets.Outgoing) {
	rows, err := s.store.Drafts(ctx, o.Agent, o.Ticket)
	if err != nil {
		return // the windows hear of it when they store their draft
	}
	for _, d := range rows {
		if d.Kind == o.Kind {
			s.hub.TellDraft(o.Agent, d)
		}
	}
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
	if err != nil {
		return nil, err
	}
	out := make([]wireOutgoing, len(rows))
	for i := range rows {
		if out[i], err = s.outgoingWire(ctx, &rows[i]); err != nil {
			return nil, err
		}
	}
	return ok(items(out, ""), nil)
}

// OnOutgoing names a held message.
type OnOutgoing struct {
	ID       pathID `path:"id"`
	Outgoing pathID `path:"outgoing"`
	Discard  bool   `query:"discard" doc:"Its words are thrown away; otherwise they are the draft again"`
}

func (s *Server) undo(ctx context.Context, in *OnOutgoing) (*answer[wireOutgoing], error) {
	if _, err := s.ticket(ctx, in.ID.ID, tickets.TicketDraft); err != nil {
		return nil, err
	}
	agent := callerOf(ctx).agent.ID
	o, draft, err := s.store.Undo(ctx, agent, in.ID.ID, in.Outgoing.ID, in.Discard)
	if late := fault.Of(err); late != nil && late.Kind == fault.TooLate {
		p := newProblem(late)
		p.State = string(tickets.OutSent)
		return nil, p
	}
	if err != nil {
		return nil, err
	}
	w, err := s.outgoingWire(ctx, o)
	if err != nil {
		return nil, err
	}
	d, err := s.draftWire(ctx, &draft)
	if err != nil {
		return nil, err
	}
	w.Draft = &d
	s.hub.TellOutgoing(o)
	if draft.Rev > 0 {
		s.hub.TellDraft(agent, draft)
	}
	return ok(w, nil)
}

// ReleaseHeld is the job that sends a held message.
func (s *Server) ReleaseHeld(ctx context.Context, j jobs.Job) error {
	return s.hub.Releaser().Job(ctx, j)
}
