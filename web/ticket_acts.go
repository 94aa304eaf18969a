package web

import (
	"context"
	"net/http"

	"heard/tickets"
	"heard/tickets/events"
	"heard/tickets/fault"
)

type MessageIn struct {
	ClientID    string         `json:"client_id" doc:"A UUID made by the author's client; the same one makes a repeat harmless"`
	Body        string         `json:"body" doc:"1 to 16,000 bytes"`
	Attachments []attachmentIn `json:"attachments,omitempty" maxItems:"10" doc:"Uploads of the same author that were not sent before"`
}

// message is what the caller says.
func (m MessageIn) message(c caller) tickets.NewMessage {
	return tickets.NewMessage{ClientID: m.ClientID, Body: m.Body, Attachments: filesOf(m.Attachments), Uploader: c.uploader()}
}

type openIn struct {
	Body struct {
		Inbox    string `json:"inbox" doc:"The id of an inbox, or its public key"`
		Customer struct {
			ExternalID string `json:"external_id,omitempty"`
			Email      string `json:"email,omitempty"`
			Name       string `json:"name,omitempty"`
		} `json:"customer"`
		Subject string    `json:"subject,omitempty"`
		Message MessageIn `json:"message"`
	}
}

// openTicket opens a ticket with the customer's first message, told by a program or an agent.
func (s *Server) openTicket(ctx context.Context, in *openIn) (*made[wireTicketDetail], error) {
	inbox, err := s.inboxNamed(ctx, in.Body.Inbox)
	if err != nil {
		return nil, err
	}
	c := callerOf(ctx)
	snap, err := s.people.Directory().Snapshot(ctx)
	if err != nil {
		return nil, err
	}
	if err := tickets.Permit(c.rights, tickets.TicketCreate, c.rights.ToTeam(snap.TeamOf(inbox.ID))); err != nil {
		return nil, fault.On("inbox", "does not exist")
	}
	customer, err := s.people.EnsureCustomer(ctx, c.actor(), tickets.CustomerIn{ExternalID: in.Body.Customer.ExternalID,
		Email: in.Body.Customer.Email, Name: in.Body.Customer.Name})
	if err != nil {
		return nil, err
	}
	if err := s.people.RefuseBlocked(ctx, customer.ID); err != nil {
		return nil, err
	}
	out, err := s.store.Post(ctx, tickets.PostIn{
		By: events.Actor{Kind: events.Customer, ID: customer.ID, Token: c.actor().Token}, Sender: c.sender(),
		Open:       &tickets.OpenIn{Inbox: inbox.ID, Customer: customer.ID, Channel: tickets.API, Subject: in.Body.Subject},
		NewMessage: in.Body.Message.message(c),
	})
	if err != nil {
		return nil, err
	}
	t, err := s.store.Ticket(ctx, out.Ticket)
	if err != nil {
		return nil, err
	}
	w, err := s.ticketDetail(ctx, t)
	return repeatable(w, out.Repeated, err)
}

// repeatable is 201 for what is new, 200 for the repeat of an earlier call.
func repeatable[T any](v T, repeated bool, err error) (*made[T], error) {
	out, err := created(v, err)
	if err == nil && repeated {
		out.Status = http.StatusOK
	}
	return out, err
}

// inboxNamed finds an inbox by id or public key.
func (s *Server) inboxNamed(ctx context.Context, name string) (*tickets.Inbox, error) {
	snap, err := s.people.Directory().Snapshot(ctx)
	if err != nil {
		return nil, err
	}
	in := snap.InboxByKey[name]
	if id, err := events.ParseID(name); err == nil && snap.Inboxes[id] != nil {
		in = snap.Inboxes[id]
	}
	if in == nil || in.DisabledAt != 0 {
		return nil, fault.On("inbox", "does not exist")
	}
	return in, nil
}

type sayIn struct {
	ID   pathID `path:"id"`
	Body struct {
		MessageIn
		LastSeq  *int64 `json:"last_seq,omitempty" minimum:"0" doc:"The newest public event on the author's screen: a newer one by somebody else refuses the message once (newer_messages)"`
		DraftRev *int64 `json:"draft_rev,omitempty" minimum:"0" doc:"The rev of the draft that this was: it is emptied with the message, unless it was written on since"`
	}
}

func (s *Server) postMessage(ctx context.Context, in *sayIn) (*made[wirePosted], error) {
	return s.say(ctx, in, tickets.TicketMessage)
}

func (s *Server) postNote(ctx context.Context, in *sayIn) (*made[wirePosted], error) {
	return s.say(ctx, in, tickets.TicketNote)
}

func (s *Server) say(ctx context.Context, in *sayIn, a tickets.Action) (*made[wirePosted], error) {
	if _, err := s.ticket(ctx, in.ID.ID, a); err != nil {
		return nil, err
	}
	c, kind := callerOf(ctx), tickets.WritingReply
	if a == tickets.TicketNote {
		kind = tickets.WritingNote
	}
	if err := s.hub.Releaser().Ahead(ctx, c.agent.ID, in.ID.ID, kind, 0); err != nil {
		return nil, err
	}
	m := in.Body.message(c)
	m.DraftRev = in.Body.DraftRev
	var out tickets.PostOut
	var err error
	if kind == tickets.WritingNote {
		out, err = s.store.Note(ctx, c.actor(), in.ID.ID, tickets.NoteIn{Sender: c.sender(), NewMessage: m})
	} else {
		out, err = s.store.Post(ctx, tickets.PostIn{By: c.actor(), Sender: c.sender(), Ticket: in.ID.ID, NewMessage: m, LastSeq: in.Body.LastSeq})
	}
	if err != nil {
		return nil, s.showMissing(ctx, err)
	}
	if m.DraftRev != nil {
		s.hub.TellDraft(c.agent.ID, tickets.Draft{Ticket: in.ID.ID, Kind: kind, Rev: *m.DraftRev + 1, Gone: true})
	}
	return repeatable(wirePosted{ClientID: in.Body.ClientID, Ticket: out.Ticket, Seq: out.Seq, At: out.At}, out.Repeated, nil)
}

// showMissing gives the messages that a refused author has not seen their wire form.
func (s *Server) showMissing(ctx context.Context, err error) error {
	f := fault.Of(err)
	missing, is := f.Extra.([]tickets.ThreadItem)
	if f.Kind != fault.NewerMessages || !is {
		return err
	}
	shown, perr := s.store.Present(ctx, tickets.ForAgent, missing)
	if perr != nil {
		return perr
	}
	p := newProblem(f)
	p.Events = shown
	return p
}

type patchTicketIn struct {
	ID   pathID `path:"id"`
	Body struct {
		Status   *tickets.Status   `json:"status,omitempty" enum:"open,pending,resolved" doc:"snoozed needs a time: POST …/snooze"`
		Priority *tickets.Priority `json:"priority,omitempty" enum:"low,normal,high,urgent"`
		Subject  *string           `json:"subject,omitempty"`
		Fields   map[string]string `json:"fields,omitempty" doc:"Fields that are not named stay; an empty value removes one"`
		Spam     *bool             `json:"spam,omitempty" doc:"Spam leaves all figures and surveys; marking it resolves the ticket"`
	}
}

func (s *Server) patchTicket(ctx context.Context, in *patchTicketIn) (*answer[wireTicketDetail], error) {
	id := in.ID.ID
	if _, err := s.ticket(ctx, id, tickets.TicketUpdate); err != nil {
		return nil, err
	}
	by, b := callerOf(ctx).actor(), in.Body
	var steps []func() (*tickets.Ticket, error)
	if b.Subject != nil {
		steps = append(steps, func() (*tickets.Ticket, error) { return s.store.SetSubject(ctx, by, id, *b.Subject) })
	}
	if b.Fields != nil {
		steps = append(steps, func() (*tickets.Ticket, error) { return s.store.SetFields(ctx, by, id, b.Fields) })
	}
	if b.Priority != nil {
		steps = append(steps, func() (*tickets.Ticket, error) { return s.store.SetPriority(ctx, by, id, *b.Priority) })
	}
	if b.Spam != nil {
		steps = append(steps, func() (*tickets.Ticket, error) { return s.store.MarkSpam(ctx, by, id, *b.Spam) })
	}
	if b.Status != nil {
		steps = append(steps, func() (*tickets.Ticket, error) { return s.store.SetStatus(ctx, by, id, *b.Status) })
	}
	var act *wireAct
	for _, step := range steps {
		t, err := step()
		if err != nil {
			return nil, err
		}
		act = act.add(t)
	}
	return s.ticketAfter(ctx, id, act)
}

// ticketAfter is a ticket after an act that can be taken back.
func (s *Server) ticketAfter(ctx context.Context, id events.ID, act *wireAct) (*answer[wireTicketDetail], error) {
	out, err := s.ticketNow(ctx, id)
	if err == nil {
		out.Body.Act = act
	}
	return out, err
}

// ticketNow is the answer of every act on a ticket.
func (s *Server) ticketNow(ctx context.Context, id events.ID) (*answer[wireTicketDetail], error) {
	t, err := s.store.Ticket(ctx, id)
	if err != nil {
		return nil, err
	}
	return ok(s.ticketDetail(ctx, t))
}

// act is the shape of calls that do one thing to one ticket.
func (s *Server) act(ctx context.Context, id events.ID, a tickets.Action,
	do func(by events.Actor) (*tickets.Ticket, error)) (*answer[wireTicketDetail], error) {
	if _, err := s.ticket(ctx, id, a); err != nil {
		return nil, err
	}
	t, err := do(callerOf(ctx).actor())
	if err != nil {
		return nil, err
	}
	return s.ticketAfter(ctx, id, (*wireAct)(nil).add(t))
}

type undoActIn struct {
	ID   pathID `path:"id"`
	Body struct {
		From    int64 `json:"from" minimum:"1" doc:"As the answer to the act has it"`
		Through int64 `json:"through" minimum:"1"`
	}
}

// undoAct takes back one's own act of the last minutes: the ticket has what it had, also if the act took it out of sight.
func (s *Server) undoAct(ctx context.Context, in *undoActIn) (*answer[wireTicketDetail], error) {
	c := callerOf(ctx)
	if _, err := s.store.UndoAct(ctx, c.rights, c.actor(), in.ID.ID, tickets.Act{From: in.Body.From, Through: in.Body.Through}); err != nil {
		return nil, err
	}
	return s.ticketNow(ctx, in.ID.ID)
}

type assignIn struct {
	ID   pathID `path:"id"`
	Body struct {
		Agent events.ID `json:"agent,omitempty"`
		Team  events.ID `json:"team,omitempty"`
	}
}

func (s *Server) assignTicket(ctx context.Context, in *assignIn) (*answer[wireTicketDetail], error) {
	out, err := s.act(ctx, in.ID.ID, tickets.TicketAssign, func(by events.Actor) (*tickets.Ticket, error) {
		return s.store.Assign(ctx, by, in.ID.ID, tickets.To{Agent: in.Body.Agent, Team: in.Body.Team})
	})
	return s.warned(ctx, out, in.Body.Agent, err)
}

type handoffIn struct {
	ID   pathID `path:"id"`
	Body struct {
		Agent  events.ID `json:"agent,omitempty"`
		Team   events.ID `json:"team,omitempty"`
		Reason string    `json:"reason" doc:"A word of the desk's list (GET /me)"`
		Note   string    `json:"note,omitempty"`
	}
}

func (s *Server) handOffTicket(ctx context.Context, in *handoffIn) (*answer[wireTicketDetail], error) {
	out, err := s.act(ctx, in.ID.ID, tickets.TicketHandoff, func(by events.Actor) (*tickets.Ticket, error) {
		return s.store.Handoff(ctx, by, in.ID.ID, tickets.HandoffIn{To: tickets.To{Agent: in.Body.Agent, Team: in.Body.Team},
			Reason: in.Body.Reason, Note: in.Body.Note, Sender: callerOf(ctx).sender()})
	})
	return s.warned(ctx, out, in.Body.Agent, err)
}

// warned says what whoever gave a ticket to a colleague should know. People decide: neither absence nor a full desk
// refuses what one person hands to another.
func (s *Server) warned(ctx context.Context, out *answer[wireTicketDetail], agent events.ID, err error) (*answer[wireTicketDetail], error) {
	if err != nil || agent == 0 {
		return out, err
	}
	a, err := s.people.Agent(ctx, agent)
	if err != nil {
		return nil, err
	}
	taken, err := s.taken(ctx)
	if err != nil {
		return nil, err
	}
	if a.Availability != tickets.Online {
		out.Body.Warnings = append(out.Body.Warnings, "agent_"+string(a.Availability))
	}
	if taken[agent] > a.Capacity {
		out.Body.Warnings = append(out.Body.Warnings, "agent_full")
	}
	return out, nil
}

func (s *Server) resolveTicket(ctx context.Context, in *onID) (*answer[wireTicketDetail], error) {
	return s.act(ctx, in.ID.ID, tickets.TicketResolve, func(by events.Actor) (*tickets.Ticket, error) {
		return s.store.Resolve(ctx, by, in.ID.ID)
	})
}

func (s *Server) reopenTicket(ctx context.Context, in *onID) (*answer[wireTicketDetail], error) {
	return s.act(ctx, in.ID.ID, tickets.TicketReopen, func(by events.Actor) (*tickets.Ticket, error) {
		return s.store.Reopen(ctx, by, in.ID.ID)
	})
}

type snoozeIn struct {
	ID   pathID `path:"id"`
	Body struct {
		Until events.Time `json:"until"`
	}
}

func (s *Server) snoozeTicket(ctx context.Context, in *snoozeIn) (*answer[wireTicketDetail], error) {
	return s.act(ctx, in.ID.ID, tickets.TicketSnooze, func(by events.Actor) (*tickets.Ticket, error) {
		return s.store.Snooze(ctx, by, in.ID.ID, in.Body.Until)
	})
}

func (s *Server) unreadTicket(ctx context.Context, in *onID) (*answer[wireTicketDetail], error) {
	if _, err := s.ticket(ctx, in.ID.ID, tickets.TicketSeen); err != nil {
		return nil, err
	}
	if err := s.hub.Unread(ctx, callerOf(ctx).actor(), in.ID.ID); err != nil {
		return nil, err
	}
	t, err := s.ticket(ctx, in.ID.ID, tickets.TicketRead)
	if err != nil {
		return nil, err
	}
	return ok(s.ticketDetail(ctx, t))
}

type tagsIn struct {
	ID   pathID `path:"id"`
	Body struct {
		Add    []string `json:"add,omitempty" maxItems:"30"`
		Remove []string `json:"remove,omitempty" maxItems:"30"`
	}
}

func (s *Server) tagTicket(ctx context.Context, in *tagsIn) (*answer[wireTicketDetail], error) {
	return s.act(ctx, in.ID.ID, tickets.TicketTag, func(by events.Actor) (*tickets.Ticket, error) {
		return s.store.Tag(ctx, by, in.ID.ID, in.Body.Add, in.Body.Remove)
	})
}
