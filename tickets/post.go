package tickets

import (
	"context"
	"errors"
	"slices"

	"heard/tickets/events"
	"heard/tickets/fault"
	"heard/tickets/sabotage"
)

// PostIn is one public message, by anybody.
type PostIn struct {
	By     events.Actor
	Sender string    // whose client made ClientID: VisitorSender, AgentSender or TokenSender
	Ticket events.ID // none: a new ticket, as Open says
	Open   *OpenIn
	NewMessage

	// Visitor is the browser that a customer's message comes from, and Proved says that it has shown a signed identity:
	// without one it writes to its own conversations only. No visitor: a program that speaks for the customer.
	Visitor events.ID
	Proved  bool

	// LastSeq is the newest public event that the author has seen. When somebody else's message is newer, the post is
	// refused with what is missing (the send guard). nil: no guard.
	LastSeq *int64
}

// OpenIn is a new ticket.
type OpenIn struct {
	Inbox    events.ID
	Customer events.ID
	Visitor  events.ID // for chats: the browser
	Channel  Channel
	Subject  string
	Priority Priority // normal unless set
	Fields   map[string]string
	Team     events.ID // the inbox's unless set
	Offline  bool      // the desk is closed, and there is an address to answer to
	Agreed   string    // the notice that the customer agreed to
	Says     string    // what an automation had said before: it begins the conversation
}

// PostOut is what became of a post.
type PostOut struct {
	Ticket   events.ID // may differ from the one asked: a closed conversation goes on in a follow-up
	Seq      int64
	At       events.Time
	Repeated bool // the client id was known with the same content; nothing was written
	Opened   bool // a new ticket was opened for it
}

// ThreadItem is an event with what a person wrote, for events that have a text.
type ThreadItem struct {
	Event   events.Event
	Message *Message
}

// post is one request of the batch.
type post struct {
	in    PostIn
	hash  string
	bare  bool // opens a ticket without a message
	locks events.Locks

	out PostOut
	err error
}

// Post writes a public message of a customer, an agent or a bot. A customer's message opens the ticket again, or a
// follow-up of a closed one; an agent's claims a ticket that nobody owns.
func (s *Store) Post(ctx context.Context, in PostIn) (PostOut, error) {
	if n := len(in.ClientID); n > 0 && sabotage.Here(sabotage.Twice) {
		in.ClientID = in.ClientID[:n-1] + "0"
	}
	p := &post{in: in}
	if in.Open != nil {
		open := *in.Open // validation cleans it
		p.in.Open = &open
	}
	if err := p.in.validate(); err != nil {
		return PostOut{}, err
	}
	if in.Sender == "" {
		return PostOut{}, fault.On("sender", "must not be empty")
	}
	p.hash = p.in.NewMessage.hash(false)
	return s.submit(ctx, p)
}

// Open opens a ticket without a message, for a customer who has answered the questions before a chat and not said
// more. The seq in the answer is that of the opening.
func (s *Store) Open(ctx context.Context, by events.Actor, in OpenIn) (PostOut, error) {
	p := &post{in: PostIn{By: by, Open: &in}, bare: true}
	if err := in.validate(); err != nil {
		return PostOut{}, err
	}
	return s.submit(ctx, p)
}

// Asker is whom a customer's connection speaks for.
type Asker struct {
	Customer events.ID
	Visitor  events.ID // the browser; none for programs
	Proved   bool      // it has shown a signed identity
}

// VisibleTo says whether a customer's connection may see and use the ticket: a browser that has proved nothing is
// shown what it began itself, not what the customer's other browsers did.
func (t *Ticket) VisibleTo(a Asker) bool {
	return a.Customer != 0 && t.CustomerID == a.Customer && (a.Visitor == 0 || a.Proved || t.VisitorID == a.Visitor)
}

func (s *Store) submit(ctx context.Context, p *post) (PostOut, error) {
	if p.in.Ticket != 0 {
		p.locks.Tickets = []events.ID{p.in.Ticket}
	} else {
		p.locks.Visitors, p.locks.Agents = senderRow(p.in.Sender)
	}
	if err := s.posts.Write(ctx, p); err != nil {
		return PostOut{}, err
	}
	return p.out, p.err
}

// senderRow names the row that two first messages of one sender both lock, so that the second sees the first.
func senderRow(sender string) (visitors, agents []events.ID) {
	if len(sender) < 2 {
		return nil, nil
	}
	id, err := events.ParseID(sender[1:])
	if err != nil {
		return nil, nil
	}
	switch sender[0] {
	case 'v':
		return []events.ID{id}, nil
	case 'a':
		return nil, []events.ID{id}
	}
	return nil, nil
}

func (in *PostIn) asker() Asker {
	return Asker{Customer: in.By.ID, Visitor: in.Visitor, Proved: in.Proved}
}

func (in *PostIn) validate() error {
	if err := in.NewMessage.validate(""); err != nil {
		return err
	}
	switch {
	case in.Ticket != 0:
		return nil
	case in.Open == nil:
		return fault.On("ticket", "must be given")
	}
	return in.Open.validate()
}

// Limits of what a ticket carries besides its messages.
const (
	maxSubject = 200 // characters
	maxFields  = 50
	maxKey     = 60
	maxValue   = 2000
)

func (in *OpenIn) validate() error {
	var wrong checker
	in.Subject = wrong.line("subject", in.Subject, 0, maxSubject)
	in.Fields = wrong.ticketFields(in.Fields)
	if in.Priority != "" {
		oneOf(&wrong, "priority", in.Priority, Low, Normal, High, Urgent)
	}
	oneOf(&wrong, "channel", in.Channel, Chat, API, Email)
	if in.Inbox == 0 {
		wrong.wrong.Add("inbox", "must be given")
	}
	if in.Customer == 0 {
		wrong.wrong.Add("customer", "must be given")
	}
	return wrong.wrong.Err()
}

// ticketFields checks custom fields and answers before a chat; the result is never nil.
func (c *checker) ticketFields(in map[string]string) map[string]string {
	out := make(map[string]string, len(in))
	if len(in) > maxFields {
		c.wrong.Add("fields", "has too many entries")
		return out
	}
	for k, v := range in {
		key := c.line("fields key", k, 1, maxKey)
		out[key] = c.text("fields."+key, v, maxValue)
	}
	return out
}

// clientKey is the scope in which a client id is unique.
type clientKey struct{ sender, client string }

func (p *post) key() clientKey { return clientKey{p.in.Sender, p.in.ClientID} }

// posted is what is known of a message that has been stored.
type posted struct {
	ticket events.ID
	seq    int64
	at     events.Time
	hash   string
}

var (
	errReused    = fault.New(fault.ClientIDReused, "this client_id was used for another message")
	errTakenBack = fault.New(fault.ClientIDReused, "this client_id is that of a message that was taken back or refused")
)

// sameAs tells whether a message with that hash is the one that was stored. Of a redacted one nothing is left to
// compare with: whoever has its client id wrote it.
func (p posted) sameAs(hash string) bool { return p.hash == "" || p.hash == hash }

// batch is the posts that are written together.
type batch struct {
	*work
	known map[clientKey]posted
	taken map[clientKey]bool // client ids of messages that were held and did not go out
	homes map[homeKey]home
	fresh map[events.ID][]ThreadItem // public messages of this batch, by ticket
}

// postAll writes many posts in a handful of statements. A refusal is the business of its own post.
func (s *Store) postAll(ctx context.Context, tx *events.Tx, posts []*post) error {
	b := &batch{work: newWork(tx), fresh: map[events.ID][]ThreadItem{}}
	var ids []events.ID
	for _, p := range posts {
		p.out, p.err = PostOut{}, nil
		if p.in.Ticket != 0 && !slices.Contains(ids, p.in.Ticket) {
			ids = append(ids, p.in.Ticket)
		}
	}
	if err := b.readKnown(ctx, posts); err != nil {
		return err
	}
	if err := b.readTaken(ctx, posts); err != nil {
		return err
	}
	if err := b.load(ctx, ids...); err != nil {
		return err
	}
	if err := b.readHomes(ctx, posts); err != nil {
		return err
	}
	if err := b.readFiles(ctx, messagesOf(posts)...); err != nil {
		return err
	}
	var need events.NeedLocks
	missing := false
	for _, p := range posts {
		err := b.post(ctx, p)
		var more events.NeedLocks
		if errors.As(err, &more) {
			need.Locks, missing = need.Locks.And(more.Locks), true
		} else if err != nil {
			return err
		}
	}
	if missing {
		return need
	}
	for _, p := range posts {
		if in := &p.in; in.DraftRev != nil && p.err == nil && in.By.Kind == events.Agent {
			if err := b.draftSent(ctx, in.By.ID, p.out.Ticket, WritingReply, in.DraftRev); err != nil {
				return err
			}
		}
	}
	return b.flush(ctx)
}

// post decides one post. A fault is noted in it; any other error fails the batch.
func (b *batch) post(ctx context.Context, p *post) error {
	if done, ok := b.known[p.key()]; ok && !p.bare {
		if !done.sameAs(p.hash) {
			p.err = errReused
			return nil
		}
		p.out = PostOut{Ticket: done.ticket, Seq: done.seq, At: done.at, Repeated: true}
		return nil
	}
	if b.taken[p.key()] {
		p.err = errTakenBack
		return nil
	}
	files, err := b.filesOf(&p.in.NewMessage)
	if err != nil {
		return p.refuse(err)
	}
	t, err := b.target(ctx, p)
	if err == nil {
		err = b.guard(ctx, p, t)
	}
	if err != nil {
		return p.refuse(err)
	}
	if p.bare {
		p.out.Ticket, p.out.Seq, p.out.At = t.ID, t.LastSeq, t.LastAt
		return nil
	}
	by := p.in.By
	b.record(by, t, t.beforeMessage(by)...)
	m := &Message{Sender: p.in.Sender, ClientID: p.in.ClientID, ContentHash: p.hash, Body: p.in.Body,
		Attachments: files}
	e := b.say(by, t, m)
	b.sent(e, &p.in.NewMessage, false)
	b.record(by, t, t.afterMessage(by)...)
	b.known[p.key()] = posted{t.ID, e.Seq, e.At, p.hash}
	b.fresh[t.ID] = append(b.fresh[t.ID], ThreadItem{*e, m})
	p.out.Ticket, p.out.Seq, p.out.At = t.ID, e.Seq, e.At
	return nil
}

// refuse notes a fault in the post; other errors are the batch's.
func (p *post) refuse(err error) error {
	if fault.KindOf(err) == fault.Internal {
		return err
	}
	p.out, p.err = PostOut{}, err
	return nil
}

// target returns the ticket that takes the message, opening it where that is due.
func (b *batch) target(ctx context.Context, p *post) (*Ticket, error) {
	if p.in.Ticket == 0 {
		return b.open(ctx, p, *p.in.Open, 0)
	}
	t := b.tickets[p.in.Ticket]
	if t == nil || (p.in.By.Kind == events.Customer && !t.VisibleTo(p.in.asker())) {
		return nil, errNoTicket // of another customer: the same as none
	}
	if t.Status != Closed {
		return t, nil
	}
	if p.in.By.Kind != events.Customer {
		return nil, errClosed
	}
	return b.followUp(ctx, p, t)
}
