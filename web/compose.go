package web

import (
	"context"

	"heard/tickets"
	"heard/tickets/events"
	"heard/tickets/fault"
)

// wireDraft is what an agent wrote and did not send. One that was emptied or sent has no words, and its rev.
type wireDraft struct {
	Ticket      events.ID                `json:"ticket"`
	Kind        tickets.WritingKind      `json:"kind"`
	Body        string                   `json:"body"`
	Attachments []tickets.WireAttachment `json:"attachments"`
	Macro       events.ID                `json:"macro,omitempty" doc:"The macro that its text came from; absent for none"`
	MacroName   string                   `json:"macro_name,omitempty" doc:"Absent for a macro that I may not use any more"`
	Actions     []wireAction             `json:"actions,omitempty" doc:"What is to be done with the message"`
	Rev         int64                    `json:"rev" doc:"What a change of it is to name; 0: there never was one"`
	UpdatedAt   events.Time              `json:"updated_at"`
}

// draftWire shows a draft to its author.
func (s *Server) draftWire(ctx context.Context, d *tickets.Draft) (wireDraft, error) {
	w := wireDraft{Ticket: d.Ticket, Kind: d.Kind, Body: d.Body, Attachments: s.agentFiles(d.Attachments), Macro: d.Macro, Rev: d.Rev, UpdatedAt: d.UpdatedAt}
	if len(d.Actions) > 0 {
		snap, err := s.people.Directory().Snapshot(ctx)
		if err != nil {
			return w, err
		}
		w.Actions = actionsWire(snap, d.Actions)
	}
	if d.Macro == 0 {
		return w, nil
	}
	switch m, err := s.store.Macro(ctx, callerOf(ctx).rights, d.Macro); {
	case err == nil:
		w.MacroName = m.Name
	case fault.KindOf(err) != fault.NotFound:
		return w, err
	}
	return w, nil
}

// agentFiles are attachments as agents see them, never null.
func (s *Server) agentFiles(list []tickets.Attachment) []tickets.WireAttachment {
	out := make([]tickets.WireAttachment, len(list))
	for i, a := range list {
		out[i] = s.store.FileLinks().Wire(a, tickets.ForAgent)
	}
	return out
}

func (s *Server) listDrafts(ctx context.Context, in *getID) (*answer[list[wireDraft]], error) {
	if _, err := s.ticket(ctx, in.ID.ID, tickets.TicketRead); err != nil {
		return nil, err
	}
	rows, err := s.store.Drafts(ctx, callerOf(ctx).agent.ID, in.ID.ID)
	if err != nil {
		return nil, err
	}
	out := make([]wireDraft, len(rows))
	for i := range rows {
		if out[i], err = s.draftWire(ctx, &rows[i]); err != nil {
			return nil, err
		}
	}
	return ok(items(out, ""), nil)
}

// wireDraftPlace says where a draft is.
type wireDraftPlace struct {
	Ticket    events.ID           `json:"ticket"`
	Kind      tickets.WritingKind `json:"kind"`
	UpdatedAt events.Time         `json:"updated_at"`
}

func (s *Server) myDrafts(ctx context.Context, _ *struct{}) (*answer[list[wireDraftPlace]], error) {
	rows, err := s.store.Drafts(ctx, callerOf(ctx).agent.ID, 0)
	return ok(items(each(rows, func(d *tickets.Draft) wireDraftPlace {
		return wireDraftPlace{d.Ticket, d.Kind, d.UpdatedAt}
	}), ""), err)
}

// DraftIn is the input of keeping a draft.
type DraftIn struct {
	ID   pathID `path:"id"`
	Kind string `path:"kind" enum:"reply,note"`
	Body struct {
		Body        string                `json:"body" doc:"Up to 16,000 bytes"`
		Attachments []attachmentIn        `json:"attachments,omitempty" maxItems:"10"`
		Macro       events.ID             `json:"macro,omitempty" doc:"The macro that the text came from"`
		Actions     []tickets.MacroAction `json:"actions,omitempty" maxItems:"8" doc:"What is to be done with the message, as in macros; whether I may is asked when it is sent"`
		Rev         int64                 `json:"rev" minimum:"0" doc:"Of the draft that it was made from; 0 when there never was one. Another one is stored: 409, errors name rev, and draft is what is stored"`
	}
}

type wireDraftKept struct {
	Rev int64 `json:"rev" doc:"What the next change is to name, also after an empty draft"`
}

func (s *Server) keepDraft(ctx context.Context, in *DraftIn) (*answer[wireDraftKept], error) {
	id := in.ID.ID
	if _, err := s.ticket(ctx, id, tickets.TicketDraft); err != nil {
		return nil, err
	}
	c := callerOf(ctx)
	draft := tickets.DraftIn{Ticket: id, Kind: tickets.WritingKind(in.Kind), Body: in.Body.Body, Attachments: filesOf(in.Body.Attachments),
		Macro: in.Body.Macro, Actions: in.Body.Actions, Rev: in.Body.Rev, Uploader: c.uploader()}
	rev, err := s.store.KeepDraft(ctx, c.agent.ID, draft)
	if err != nil {
		return nil, s.showStored(ctx, err)
	}
	s.hub.TellDraft(c.agent.ID, tickets.Draft{Ticket: id, Kind: draft.Kind, Rev: rev, Gone: draft.Empty()})
	return ok(wireDraftKept{rev}, nil)
}

// showStored gives the draft that an older window would have overwritten its wire form.
func (s *Server) showStored(ctx context.Context, err error) error {
	f := fault.Of(err)
	stored, is := f.Extra.(tickets.Draft)
	if !is {
		return err
	}
	w, err := s.draftWire(ctx, &stored)
	if err != nil {
		return err
	}
	p := newProblem(f)
	p.Draft = &w
	return p
}
