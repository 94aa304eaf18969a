package chat

import (
	"context"
	"crypto/rand"
	"strings"
	"sync"

	"heard/tickets"
	"heard/tickets/events"
	"heard/tickets/fault"
)

const (
	maxResume        = 50  // conversations that one hello may resume
	maxConversations = 50  // newest conversations whose events a widget hears
	maxPreview       = 200 // characters of a typing preview

	framesPerSecond = 400 // of one connection; a person needs a hundredth of it
	frameBurst      = 800
)

// WidgetSession is one connection of a visitor.
type WidgetSession struct {
	connection
	origin  string
	visitor tickets.Visitor // set by hello
	inbox   events.ID

	mu    sync.Mutex
	avail tickets.Availability // newest that was told

	pageAt int64 // when the newest page was told, in milliseconds
}

// Widget returns a session for a connection that has not said hello yet. origin is the Origin header, "" for none.
func (h *Hub) Widget(conn Conn, origin string) *WidgetSession {
	s := &WidgetSession{origin: origin}
	s.begin(h, conn, tickets.ForCustomer)
	return s
}

// Handle does what one client frame asks. It returns when the work is done, so that the next frame comes after it.
func (s *WidgetSession) Handle(ctx context.Context, data []byte) {
	kind, clientID, err := s.accept(data, widgetFields)
	if err == nil && kind != "" {
		err = s.handle(ctx, kind, data)
	}
	if err != nil {
		s.hub.NoteOutage(err)
		s.sub.SendValue(errorOf(err, clientID))
	}
}

func (s *WidgetSession) handle(ctx context.Context, kind string, data []byte) error {
	switch kind {
	case "hello":
		return s.hello(ctx, data)
	case "send":
		return s.send(ctx, data)
	case "typing":
		return s.typing(ctx, data)
	case "seen":
		return s.seen(ctx, data)
	case "end":
		return s.end(ctx, data)
	case "page":
		return s.page(ctx, data)
	}
	s.sub.Reply(text(pong))
	return nil
}

const pong = `{"type":"pong"}`

// hello proves who is there. A refusal also closes the connection.
func (s *WidgetSession) hello(ctx context.Context, data []byte) error {
	var f Hello
	if err := decode(data, &f); err != nil {
		return err
	}
	if err := f.check(); err != nil {
		return err
	}
	v, err := s.hub.o.People.Visitor(ctx, f.Visitor)
	if err != nil {
		return s.refuse(err, CloseUnauthenticated)
	}
	snap, err := s.hub.o.People.Directory().Snapshot(ctx)
	if err != nil {
		return err
	}
	inbox := snap.Inboxes[v.InboxID]
	if inbox == nil || inbox.DisabledAt != 0 {
		return s.refuse(fault.New(fault.Unauthenticated, "this inbox is closed"), CloseUnauthenticated)
	}
	if !originAllowed(s.origin, s.hub.o.BaseURL, inbox.Origins) {
		return s.refuse(fault.New(fault.Forbidden, "this site may not use the inbox"), CloseForbidden)
	}
	if snap.Blocked(v.CustomerID) {
		return s.refuse(errBlockedHere, CloseForbidden)
	}
	if s.hub.isDraining() {
		s.sub.Close(CloseDraining, "draining")
		return nil
	}
	s.visitor, s.inbox, s.avail = v, inbox.ID, AvailabilityOf(snap, inbox, s.hub.o.Log.Now())
	if !s.greet(f, rand.Text(), s.avail, 0) {
		f.Resume = nil
	}
	s.origin = "" // an idle session keeps what it needs
	s.ready.Store(true)
	if err := s.join(ctx, f.Resume); err != nil {
		// Half of it is no connection: what it was not joined to it would never hear of.
		s.hub.NoteOutage(err)
		s.sub.SendValue(errorOf(err, ""))
		s.sub.Close(CloseDraining, "come back")
	}
	return nil
}

// originAllowed checks a browser's Origin against our own (the panel) and the inbox's list. Programs send none. An
// inbox without a list is open to every site.
func originAllowed(origin, own string, list []string) bool {
	if origin == "" || len(list) == 0 || strings.EqualFold(origin, own) {
		return true
	}
	for _, o := range list {
		if strings.EqualFold(o, origin) {
			return true
		}
	}
	return false
}

// join subscribes to the visitor's conversations first and replays afterwards, so that nothing falls between.
func (s *WidgetSession) join(ctx context.Context, resume []Resume) error {
	list, err := s.hub.o.Tickets.Conversations(ctx, s.visitor, maxConversations)
	if err != nil {
		return err
	}
	places := make(map[events.ID]int64, len(resume))
	for _, r := range resume {
		places[r.Conversation] = r.After
	}
	claimed := s.hub.addWidget(s, list, places)
	for _, r := range resume {
		if !s.flows.has(r.Conversation) {
			s.sub.SendValue(errorOf(fault.New(fault.NotFound, "there is no such conversation"), ""))
			continue
		}
		if claimed[r.Conversation] {
			delete(claimed, r.Conversation) // it may be named twice
		} else if !s.flows.rewind(r.Conversation, r.After) {
			continue
		}
		through, err := s.catchUp(ctx, r.Conversation)
		if err != nil {
			return err
		}
		s.sub.SendValue(resumedFrame{Type: "resumed", Conversation: r.Conversation, Through: through})
	}
	for _, c := range list {
		switch c.Status {
		case tickets.Open:
			if c.Left {
				if _, err := s.hub.o.Tickets.Returned(ctx, s.actor(), c.ID); err != nil {
					return err
				}
			}
			if c.Agent == 0 {
				s.hub.router.showQueue(c.ID, s)
			}
		case tickets.Resolved:
			go s.hub.askSurvey(context.WithoutCancel(ctx), c.ID)
		}
	}
	return nil
}

// flow starts to let a ticket's events through to this session.
func (s *WidgetSession) flow(ticket events.ID, after int64) bool { return s.flows.begin(ticket, after) }

func (s *WidgetSession) forget(ticket events.ID) { s.flows.end(ticket) }

func (s *WidgetSession) actor() events.Actor { return s.visitor.Actor() }

func (s *WidgetSession) send(ctx context.Context, data []byte) error {
	var f sendFrame
	if err := decode(data, &f); err != nil {
		return err
	}
	m := tickets.NewMessage{ClientID: f.ClientID, Body: f.Body, Attachments: Files(f.Attachments)}
	out, err := s.hub.o.SendAs(ctx, s.visitor, f.Conversation, m, Beginning{f.Fields, f.Proactive})
	if err != nil {
		return err
	}
	if out.Opened {
		s.hub.hear(s, out.Ticket) // before the ack: what its client says next may be about it
	}
	s.sub.Reply(encode(ack{Type: "ack", ClientID: f.ClientID, Conversation: out.Ticket, Seq: out.Seq, At: out.At}))
	return nil
}

// SendAs stores a visitor's message: what the socket's send and the HTTP calls share. Without a conversation it
// opens one, with the answers given before the chat.
func (o Options) SendAs(ctx context.Context, v tickets.Visitor, conversation events.ID, m tickets.NewMessage, b Beginning) (tickets.PostOut, error) {
	if err := o.People.RefuseBlocked(ctx, v.CustomerID); err != nil {
		return tickets.PostOut{}, err
	}
	m.Uploader = tickets.VisitorSender(v.ID)
	in := tickets.PostIn{By: v.Actor(), Sender: tickets.VisitorSender(v.ID), Ticket: conversation, NewMessage: m,
		Visitor: v.ID, Proved: v.Proven}
	if conversation == 0 {
		var err error
		if in.Open, err = o.Opening(ctx, v, b); err != nil {
			return tickets.PostOut{}, err
		}
	}
	return o.Tickets.Post(ctx, in)
}

// Opening checks the answers given before a chat and keeps name and address on the customer, unverified.
func (o Options) Opening(ctx context.Context, v tickets.Visitor, b Beginning) (*tickets.OpenIn, error) {
	snap, err := o.People.Directory().Snapshot(ctx)
	if err != nil {
		return nil, err
	}
	inbox := snap.Inboxes[v.InboxID]
	if inbox == nil || inbox.DisabledAt != 0 {
		return nil, fault.New(fault.Forbidden, "this inbox is closed")
	}
	if err := o.People.RefuseBlocked(ctx, v.CustomerID); err != nil {
		return nil, err
	}
	fields, agreed, err := agreement(inbox, b.Fields)
	if err != nil {
		return nil, err
	}
	known := map[string]bool{"name": true, "email": true}
	var wrong fault.Fields
	for _, p := range inbox.Settings.Prechat {
		known[p.Key] = true
	}
	for k := range fields {
		if !known[k] {
			wrong.Add("fields."+bound(k, 60), "is not asked by this inbox")
		}
	}
	if err := wrong.Err(); err != nil {
		return nil, err
	}
	if fields["name"] != "" || fields["email"] != "" {
		if err := o.People.FillUnverified(ctx, v.CustomerID, fields["name"], fields["email"]); err != nil {
			return nil, err
		}
	}
	offline, err := o.offline(ctx, v, snap, inbox)
	if err != nil {
		return nil, err
	}
	return &tickets.OpenIn{Inbox: v.InboxID, Customer: v.CustomerID, Visitor: v.ID, Channel: tickets.Chat, Fields: fields,
		Offline: offline, Agreed: agreed, Says: inbox.Settings.ProactiveText(b.Proactive)}, nil
}

func (s *WidgetSession) typing(ctx context.Context, data []byte) error {
	var f typingFrame
	if err := decode(data, &f); err != nil {
		return err
	}
	if !s.flows.has(f.Conversation) {
		return errNoConversation()
	}
	if f.Preview != "" && !s.settings(ctx).TypingPreview {
		f.Preview = "" // a client that sends it nevertheless is not to be trusted with the choice
	}
	s.hub.toConsoles(f.Conversation, typing{Type: "typing", Ticket: f.Conversation, By: byOf(s.actor()), On: f.On, Preview: cut(f.Preview, maxPreview)}, nil)
	return nil
}

func (s *WidgetSession) seen(ctx context.Context, data []byte) error {
	var f seenFrame
	if err := decode(data, &f); err != nil {
		return err
	}
	if !s.flows.has(f.Conversation) {
		return errNoConversation()
	}
	return s.hub.Seen(ctx, s.actor(), f.Conversation, f.Seq)
}

func (s *WidgetSession) end(ctx context.Context, data []byte) error {
	var f ticketFrame
	if err := decode(data, &f); err != nil {
		return err
	}
	if !s.flows.has(f.Conversation) {
		return errNoConversation()
	}
	_, err := s.hub.o.Tickets.End(ctx, s.actor(), f.Conversation)
	return err
}

// Closed is to be called once, when the connection has ended.
func (s *WidgetSession) Closed() {
	s.sub.Close(CloseDone, "")
	if s.ready.Load() {
		s.hub.removeWidget(s)
	}
}

func errNoConversation() error {
	return fault.New(fault.NotFound, "there is no such conversation")
}
