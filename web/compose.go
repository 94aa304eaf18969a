package web

import (
	"context"

	"heard/chat"
	"heard/tickets"
	"heard/tickets/events"
	"heard/tickets/fault"
)

// wireDraft is what an agent wrote and did not send. Body and attachments are absent where only places are listed.
type wireDraft struct {
	Ticket      events.ID                `json:"ticket"`
	Kind        tickets.WritingKind      `json:"kind"`
	Body        string                   `json:"body"`
	Attachments []tickets.WireAttachment `json:"attachments"`
	Rev         int64                    `json:"rev" doc:"What a change of it is to name"`
	UpdatedAt   events.Time              `json:"updated_at"`
}

func (s *Server) draftWire(d *tickets.Draft) wireDraft {
	return wireDraft{d.Ticket, d.Kind, d.Body, s.agentFiles(d.Attachments), d.Rev, d.UpdatedAt}
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
	return ok(items(each(rows, s.draftWire), ""), err)
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
		Body        string         `json:"body" doc:"Up to 16,000 bytes"`
		Attachments []attachmentIn `json:"attachments,omitempty" maxItems:"10"`
		Rev         int64          `json:"rev" minimum:"0" doc:"Of the draft that it was made from; 0 for none. A newer one is stored: 409 stale_draft, and the answer holds it"`
	}
}

type wireDraftKept struct {
	Rev int64 `json:"rev" doc:"0: there is no draft any more"`
}

func (s *Server) keepDraft(ctx context.Context, in *DraftIn) (*answer[wireDraftKept], error) {
	id := in.ID.ID
	if _, err := s.ticket(ctx, id, tickets.TicketDraft); err != nil {
		return nil, err
	}
	c := callerOf(ctx)
	draft := tickets.DraftIn{Ticket: id, Kind: tickets.WritingKind(in.Kind), Body: in.Body.Body, Attachments: filesOf(in.Body.Attachments),
		Rev: in.Body.Rev, Uploader: c.uploader()}
	rev, err := s.store.KeepDraft(ctx, c.agent.ID, draft)
	if err != nil {
		return nil, s.showNewer(err)
	}
	s.hub.TellWriting(c.agent.ID, chat.Writing{Type: "draft", Ticket: id, Kind: in.Kind, Rev: rev})
	return ok(wireDraftKept{rev}, nil)
}

// showNewer gives the draft that an older window would have overwritten its wire form.
func (s *Server) showNewer(err error) error {
	f := fault.Of(err)
	newer, is := f.Extra.(tickets.Draft)
	if !is {
		return err
	}
	p := newProblem(f)
	w := s.draftWire(&newer)
	p.Events, p.Draft = nil, &w
	return p
}
