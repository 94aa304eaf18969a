package chat

import (
	"context"
	"crypto/rand"
	"sync"
	"time"

	"heard/tickets"
	"heard/tickets/events"
	"heard/tickets/fault"
)

// maxWatched bounds the tickets that one console follows at once.
const maxWatched = 200

// ConsoleSession is one connection of an agent, or of a program that acts for one.
type ConsoleSession struct {
	connection

	mu     sync.Mutex
	who    tickets.Caller
	token  *tickets.Token // of a program; nil for a person
	signIn string         // which sign-in of a person, so that signing out ends it
	shown  tickets.List   // the list on screen; its view is "" for none

	looked   map[events.ID]LookedAt // the rows on screen, and what was told of who looks at them
	scrolled bool                   // since it was told
	stirred  bool                   // tickets that its views may hold changed since it was told

	counted bool // it stands for its agent's presence
}

// Console returns a session for a connection. who is the agent whom the web package knows by its session cookie, and
// signIn names that session; the zero agent must show a token in its hello.
func (h *Hub) Console(conn Conn, who events.ID, signIn string) *ConsoleSession {
	s := &ConsoleSession{who: tickets.Caller{Agent: who}, signIn: signIn}
	s.begin(h, conn, tickets.ForAgent)
	return s
}

// Handle does what one client frame asks.
func (s *ConsoleSession) Handle(ctx context.Context, data []byte) {
	kind, clientID, err := s.accept(data, consoleFields)
	if err == nil && kind != "" {
		err = s.handle(ctx, kind, data)
	}
	if err != nil {
		s.hub.NoteOutage(err)
		s.sub.SendValue(s.errorFrame(ctx, err, clientID))
	}
}

// errorFrame shows the missing messages of a refused reply as events.
func (s *ConsoleSession) errorFrame(ctx context.Context, err error, clientID string) errorFrame {
	out := errorOf(err, clientID)
	if items, ok := fault.Of(err).Extra.([]tickets.ThreadItem); ok {
		if list, err := s.hub.o.Tickets.Present(ctx, tickets.ForAgent, items); err == nil {
			out.Events = list
		}
	}
	return out
}

func (s *ConsoleSession) handle(ctx context.Context, kind string, data []byte) error {
	switch kind {
	case "hello":
		return s.hello(ctx, data)
	case "list":
		return s.list(ctx, data)
	case "rows":
		return s.rows(data)
	case "watch":
		return s.watch(ctx, data)
	case "unwatch":
		return s.unwatch(data)
	case "send", "note":
		return s.write(ctx, kind, data)
	case "typing":
		return s.typing(data)
	case "composing":
		return s.composing(data)
	case "seen":
		return s.seen(ctx, data)
	case "availability":
		return s.availability(ctx, data)
	}
	s.sub.Reply(text(pong))
	return nil
}

func (s *ConsoleSession) hello(ctx context.Context, data []byte) error {
	var f Hello
	if err := decode(data, &f); err != nil {
		return err
	}
	if err := f.check(); err != nil {
		return err
	}
	agent := s.who.Agent
	if f.Token != "" {
		token, a, err := s.hub.o.People.Token(ctx, f.Token)
		if err != nil {
			return s.refuse(err, CloseUnauthenticated)
		}
		agent, s.token = a.ID, token
	}
	snap, err := s.hub.o.People.Directory().Snapshot(ctx)
	if err != nil {
		return err
	}
	who := snap.Caller(agent)
	if err := tickets.Permit(who, tickets.ConsoleSocket, tickets.Own); err != nil {
		return s.refuse(fault.New(fault.Unauthenticated, "please sign in"), CloseUnauthenticated)
	}
	if s.hub.isDraining() {
		s.sub.Close(CloseDraining, "draining")
		return nil
	}
	s.mu.Lock()
	s.who = who
	s.mu.Unlock()
	s.ready.Store(true)
	s.hub.addConsole(s)
	if err := s.appear(ctx); err != nil {
		s.hub.o.Report("note that an agent came", err)
	}
	if !s.greet(f, rand.Text(), s.chosen(ctx, agent), agent) {
		f.Resume = nil
	}
	if err := s.tellOffers(ctx); err != nil {
		return err
	}
	for _, r := range f.Resume {
		if err := s.follow(ctx, r.Ticket, &r.After); err != nil {
			s.sub.SendValue(errorOf(err, ""))
		}
	}
	return nil
}

// chosen is the availability that the agent has now.
func (s *ConsoleSession) chosen(ctx context.Context, agent events.ID) tickets.Availability {
	a, err := s.hub.o.People.Agent(ctx, agent)
	if err != nil {
		return tickets.Offline
	}
	return a.Availability
}

func (s *ConsoleSession) caller() tickets.Caller {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.who
}

func (s *ConsoleSession) actor() events.Actor {
	if s.token != nil {
		return s.token.Actor()
	}
	return events.Actor{Kind: events.Agent, ID: s.caller().Agent}
}

func (s *ConsoleSession) sender() string {
	if s.token != nil {
		return tickets.TokenSender(s.token.ID)
	}
	return tickets.AgentSender(s.caller().Agent)
}

func (s *ConsoleSession) list(ctx context.Context, data []byte) error {
	var f listFrame
	if err := decode(data, &f); err != nil {
		return err
	}
	l := tickets.List{View: f.View, Statuses: f.Filter.Status, Query: f.Filter.Query}
	if err := s.hub.checkList(ctx, s.caller(), l); err != nil {
		return err
	}
	s.mu.Lock()
	s.shown = l
	s.mu.Unlock()
	counts, err := s.hub.o.Tickets.OpenCounts(ctx)
	if err != nil {
		return err
	}
	s.sub.SendValue(countsFrame{"counts", CountsFor(s.caller(), counts)})
	return nil
}

// permit reads a ticket and asks the policy; what one may not see is not found.
func (s *ConsoleSession) permit(ctx context.Context, id events.ID, action tickets.Action) (*tickets.Listed, error) {
	if id == 0 {
		return nil, fault.On("ticket", "must be given")
	}
	t, err := s.hub.o.Tickets.Ticket(ctx, id)
	if err != nil {
		return nil, err
	}
	c := s.caller()
	return t, tickets.Permit(c, action, c.ToTicket(&t.Ticket))
}

func (s *ConsoleSession) watch(ctx context.Context, data []byte) error {
	var f ticketFrame
	if err := decode(data, &f); err != nil {
		return err
	}
	if err := f.check(); err != nil {
		return err
	}
	return s.follow(ctx, f.Ticket, f.After)
}

// follow subscribes to a ticket. With after, everything past it is sent first and `resumed` says how far that went.
func (s *ConsoleSession) follow(ctx context.Context, ticket events.ID, after *int64) error {
	t, err := s.permit(ctx, ticket, tickets.TicketRead)
	if err != nil {
		return err
	}
	if len(s.flows.tickets()) >= maxWatched && !s.flows.has(ticket) {
		return fault.New(fault.RateLimited, "too many tickets are watched").After(time.Second)
	}
	claimed := s.hub.watch(s, ticket, t.LastSeq, after)
	s.hub.lists.look(ticket)
	if after == nil || !claimed && !s.flows.rewind(ticket, *after) {
		return nil
	}
	through, err := s.catchUp(ctx, ticket)
	if err != nil {
		return err
	}
	s.sub.SendValue(resumedFrame{Type: "resumed", Ticket: ticket, Through: through})
	return nil
}

func (s *ConsoleSession) unwatch(data []byte) error {
	var f ticketFrame
	if err := decode(data, &f); err != nil {
		return err
	}
	if err := f.check(); err != nil {
		return err
	}
	s.hub.unwatch(s, f.Ticket)
	s.hub.lists.look(f.Ticket)
	return nil
}

func (s *ConsoleSession) write(ctx context.Context, kind string, data []byte) error {
	var f sendFrame
	if err := decode(data, &f); err != nil {
		return err
	}
	writing := tickets.WritingReply
	if kind == "note" {
		writing = tickets.WritingNote
	}
	if _, err := s.permit(ctx, f.Ticket, writing.Action()); err != nil {
		return err
	}
	agent := s.caller().Agent
	if err := s.hub.Releaser().Ahead(ctx, agent, f.Ticket, writing, 0); err != nil {
		return err
	}
	m := tickets.NewMessage{ClientID: f.ClientID, Body: f.Body, Attachments: Files(f.Attachments),
		Uploader: tickets.AgentSender(agent), DraftRev: f.DraftRev}
	var out tickets.PostOut
	var err error
	if kind == "note" {
		out, err = s.hub.o.Tickets.Note(ctx, s.actor(), f.Ticket, tickets.NoteIn{Sender: s.sender(), NewMessage: m})
	} else {
		out, err = s.hub.o.Tickets.Post(ctx, tickets.PostIn{By: s.actor(), Sender: s.sender(), Ticket: f.Ticket,
			NewMessage: m, LastSeq: f.LastSeq})
	}
	if err != nil {
		return err
	}
	s.sub.Reply(encode(ack{Type: "ack", ClientID: f.ClientID, Ticket: out.Ticket, Seq: out.Seq, At: out.At}))
	if f.DraftRev != nil {
		s.hub.TellDraft(agent, tickets.Draft{Ticket: f.Ticket, Kind: writing, Rev: *f.DraftRev + 1, Gone: true})
	}
	return nil
}

func (s *ConsoleSession) typing(data []byte) error {
	var f typingFrame
	if err := decode(data, &f); err != nil {
		return err
	}
	if !s.flows.has(f.Ticket) {
		return fault.New(fault.NotFound, "this ticket is not watched")
	}
	by := byOf(s.actor())
	by.Name = s.hub.agentName(by.ID)
	s.hub.toWidgets(f.Ticket, typing{Type: "typing", Conversation: f.Ticket, By: by, On: f.On})
	s.hub.toConsoles(f.Ticket, typing{Type: "typing", Ticket: f.Ticket, By: by, On: f.On}, s)
	return nil
}

func (s *ConsoleSession) composing(data []byte) error {
	var f ticketFrame
	if err := decode(data, &f); err != nil {
		return err
	}
	if !s.flows.has(f.Ticket) {
		return fault.New(fault.NotFound, "this ticket is not watched")
	}
	s.hub.compose(f.Ticket, s.caller().Agent, f.On)
	s.hub.lists.look(f.Ticket)
	return nil
}

func (s *ConsoleSession) seen(ctx context.Context, data []byte) error {
	var f seenFrame
	if err := decode(data, &f); err != nil {
		return err
	}
	if _, err := s.permit(ctx, f.Ticket, tickets.TicketSeen); err != nil {
		return err
	}
	return s.hub.Seen(ctx, s.actor(), f.Ticket, f.Seq)
}

func (s *ConsoleSession) availability(ctx context.Context, data []byte) error {
	var f availabilityFrame
	if err := decode(data, &f); err != nil {
		return err
	}
	if f.State != tickets.Online && f.State != tickets.Away && f.State != tickets.Offline {
		return fault.On("state", "must be online, away or offline")
	}
	if err := s.hub.o.People.SetAvailability(ctx, s.actor(), s.caller().Agent, f.State, tickets.Chosen); err != nil {
		return err
	}
	return s.count(ctx)
}

// appear counts a person's connection for its presence. A program's counts once it has said what its agent is, and
// again when it comes back before the agent is taken to be gone: who only reads along is nobody who could answer.
func (s *ConsoleSession) appear(ctx context.Context) error {
	if s.token != nil {
		present, err := s.hub.o.People.AgentPresent(ctx, s.caller().Agent)
		if err != nil || !present {
			return err
		}
	}
	return s.count(ctx)
}

// count lets the connection stand for its agent, once.
func (s *ConsoleSession) count(ctx context.Context) error {
	s.mu.Lock()
	counted := s.counted
	s.counted = true
	s.mu.Unlock()
	if counted {
		return nil
	}
	return s.hub.pres.agentCame(ctx, s.caller().Agent)
}

// Closed is to be called once, when the connection has ended.
func (s *ConsoleSession) Closed() {
	s.sub.Close(CloseDone, "")
	if s.ready.Load() {
		s.hub.removeConsole(s)
	}
}
