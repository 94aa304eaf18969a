package web

import (
	"context"

	"heard/tickets"
	"heard/tickets/events"
)

// OnMessage is the input of calls that name one message of a ticket.
type OnMessage struct {
	ID  pathID `path:"id"`
	Seq int64  `path:"seq" minimum:"1"`
}

// wireEdited is the answer to a change of a message: the event that says so.
type wireEdited struct {
	Ticket    events.ID   `json:"ticket"`
	Seq       int64       `json:"seq" doc:"Of the event; 0 when there was nothing to change"`
	TargetSeq int64       `json:"target_seq"`
	At        events.Time `json:"at"`
}

type wireVersion struct {
	N    int64             `json:"n"`
	Body string            `json:"body"`
	By   tickets.WireActor `json:"by" doc:"Who replaced it"`
	At   events.Time       `json:"at" doc:"When it was replaced"`
}

// editRight is how far the caller may change words of a ticket that it sees.
func (s *Server) editRight(ctx context.Context, in OnMessage) (tickets.EditIn, error) {
	t, err := s.ticket(ctx, in.ID.ID, tickets.TicketEdit)
	if err != nil {
		return tickets.EditIn{}, err
	}
	v := callerOf(ctx).rights
	return tickets.EditIn{Ticket: in.ID.ID, Seq: in.Seq,
		Anybody: tickets.Can(v, tickets.TicketEditAny, v.ToTicket(&t.Ticket))}, nil
}

func (s *Server) editMessage(ctx context.Context, in *struct {
	OnMessage
	Body struct {
		Body string `json:"body" doc:"1 to 16,000 bytes"`
	}
}) (*answer[wireEdited], error) {
	right, err := s.editRight(ctx, in.OnMessage)
	if err != nil {
		return nil, err
	}
	out, err := s.store.EditMessage(ctx, callerOf(ctx).actor(), right, in.Body.Body)
	return ok(wireEdited{in.ID.ID, out.Seq, in.Seq, out.At}, err)
}

func (s *Server) redactMessage(ctx context.Context, in *OnMessage) (*answer[wireEdited], error) {
	right, err := s.editRight(ctx, *in)
	if err != nil {
		return nil, err
	}
	out, err := s.store.RedactMessage(ctx, callerOf(ctx).actor(), right)
	return ok(wireEdited{in.ID.ID, out.Seq, in.Seq, out.At}, err)
}

// messageVersions shows what a message was before, to those who may change everybody's.
func (s *Server) messageVersions(ctx context.Context, in *OnMessage) (*answer[list[wireVersion]], error) {
	if _, err := s.ticket(ctx, in.ID.ID, tickets.TicketEditAny); err != nil {
		return nil, err
	}
	rows, err := s.store.Versions(ctx, in.ID.ID, in.Seq)
	if err != nil {
		return nil, err
	}
	snap, err := s.people.Directory().Snapshot(ctx)
	if err != nil {
		return nil, err
	}
	return ok(items(each(rows, func(v *tickets.Version) wireVersion {
		return wireVersion{v.N, v.Body, tickets.WireActor{Kind: v.By.Kind, ID: v.By.ID, Name: snap.AgentName(v.By.ID)}, v.At}
	}), ""), nil)
}
