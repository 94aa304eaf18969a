package chat

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"slices"
	"sync"
	"time"

	"heard/tickets/events"
)

const (
	liveTopic   = "live"
	viewersPace = 25 * time.Second // how often a node says again who looks at what
	viewersLife = 60 * time.Second // after this, who looked on another node is taken to be gone
	maxViewers  = 500              // agents that one node may name for a ticket
)

// Kinds of live notes.
const (
	noteToWidgets  = "to_widgets"  // a frame for the customers of a ticket
	noteToConsoles = "to_consoles" // a frame for the consoles that look at a ticket
	noteTouch      = "touch"       // the list shows something new of a ticket
	noteViewers    = "viewers"     // who looks at a ticket on that node
	noteAsk        = "ask"         // who looks at this ticket?
	noteEndVisitor = "end_visitor" // a visitor logged out
	noteEndSignIn  = "end_sign_in" // an agent signed out
)

// liveNote is what nodes tell each other of what is gone a second later, or must end everywhere.
type liveNote struct {
	Kind      string          `json:"k"`
	Ticket    events.ID       `json:"t,omitzero"`
	Frame     json.RawMessage `json:"f,omitempty"`
	Agents    []events.ID     `json:"a,omitempty"`
	Composing []events.ID     `json:"c,omitempty"`
	Visitor   events.ID       `json:"v,omitzero"`
	SignIn    string          `json:"s,omitempty"` // hash of a session, never the session
}

// cluster keeps what the other nodes tell of who looks at tickets, and tells them of this one.
type cluster struct {
	hub *Hub

	mu     sync.Mutex
	told   map[events.ID]looking            // what this node said last, of tickets that somebody looks at here
	remote map[events.ID]map[string]looking // by ticket and node, of tickets that somebody looks at here
}

// looking is who looks at a ticket on one node, ascending.
type looking struct {
	agents, composing []events.ID
	at                time.Time
}

func (l looking) same(o looking) bool {
	return slices.Equal(l.agents, o.agents) && slices.Equal(l.composing, o.composing)
}

func newCluster(h *Hub) *cluster {
	return &cluster{hub: h, told: map[events.ID]looking{}, remote: map[events.ID]map[string]looking{}}
}

// run listens to the other nodes until ctx ends.
func (c *cluster) run(ctx context.Context) {
	if c.hub.o.Bus.MaxPayload() == 0 {
		return
	}
	defer c.hub.o.Bus.Subscribe(liveTopic, c.receive)()
	tick := time.NewTicker(viewersPace)
	defer tick.Stop()
	for {
		select {
		case <-tick.C:
			c.refresh(time.Now())
		case <-ctx.Done():
			return
		}
	}
}

// tell publishes a note, where there is anybody to tell.
func (c *cluster) tell(n liveNote) {
	if b := c.hub.o.Bus; b.MaxPayload() > 0 {
		payload, err := json.Marshal(n)
		if err != nil {
			c.hub.o.Report("tell other nodes", err)
			return
		}
		b.Publish(liveTopic, payload)
	}
}

// pass has the other nodes send a frame.
func (c *cluster) pass(kind string, ticket events.ID, v any) {
	if c.hub.o.Bus.MaxPayload() == 0 {
		return
	}
	raw, err := json.Marshal(v)
	if err != nil {
		c.hub.o.Report("tell other nodes", err)
		return
	}
	c.tell(liveNote{Kind: kind, Ticket: ticket, Frame: raw})
}

// receive does what another node's note says. What is not known is passed over: nodes of two versions may talk.
func (c *cluster) receive(from string, payload []byte) {
	var n liveNote
	if json.Unmarshal(payload, &n) != nil {
		return
	}
	h := c.hub
	switch n.Kind {
	case noteToWidgets:
		frame := text(string(n.Frame))
		widgets, _ := h.viewers(n.Ticket)
		for _, s := range widgets {
			s.sub.Send(frame)
		}
	case noteToConsoles:
		frame := text(string(n.Frame))
		_, consoles := h.viewers(n.Ticket)
		for _, s := range consoles {
			s.sub.Send(frame)
		}
	case noteTouch:
		h.lists.touch(n.Ticket)
	case noteViewers:
		c.heard(from, n)
	case noteAsk:
		c.mu.Lock()
		delete(c.told, n.Ticket) // so that it is said again
		c.mu.Unlock()
		h.lists.look(n.Ticket)
	case noteEndVisitor:
		h.endVisitor(n.Visitor)
	case noteEndSignIn:
		h.endSignIn(n.SignIn)
	}
}

// heard keeps who looks at a ticket on another node, when somebody here wants to know.
func (c *cluster) heard(from string, n liveNote) {
	_, consoles := c.hub.viewers(n.Ticket)
	if len(n.Agents) > maxViewers || len(n.Composing) > maxViewers {
		return
	}
	c.mu.Lock()
	before := c.remote[n.Ticket][from]
	now := looking{n.Agents, n.Composing, time.Now()}
	switch {
	case len(consoles) == 0 || len(n.Agents) == 0:
		c.drop(n.Ticket, from)
	default:
		if c.remote[n.Ticket] == nil {
			c.remote[n.Ticket] = map[string]looking{}
		}
		c.remote[n.Ticket][from] = now
	}
	c.mu.Unlock()
	if !before.same(now) && len(consoles) > 0 {
		c.hub.lists.look(n.Ticket)
	}
}

// drop forgets a node's viewers of a ticket. The lock is held.
func (c *cluster) drop(ticket events.ID, node string) {
	delete(c.remote[ticket], node)
	if len(c.remote[ticket]) == 0 {
		delete(c.remote, ticket)
	}
}

// merge tells the other nodes who looks at a ticket here, if that changed, and returns who does on all of them.
func (c *cluster) merge(ticket events.ID, here looking) (agents, composing []events.ID) {
	c.mu.Lock()
	defer c.mu.Unlock()
	before, known := c.told[ticket]
	switch {
	case len(here.agents) == 0:
		delete(c.told, ticket)
		delete(c.remote, ticket)
		if known {
			c.tell(liveNote{Kind: noteViewers, Ticket: ticket})
		}
	case !known || !before.same(here):
		c.told[ticket] = here
		c.tell(liveNote{Kind: noteViewers, Ticket: ticket, Agents: here.agents, Composing: here.composing})
	}
	agents, composing = slices.Clone(here.agents), slices.Clone(here.composing)
	for _, l := range c.remote[ticket] {
		agents, composing = append(agents, l.agents...), append(composing, l.composing...)
	}
	return distinct(agents), distinct(composing)
}

func distinct(ids []events.ID) []events.ID {
	slices.Sort(ids)
	return slices.Compact(ids)
}

// refresh says again who looks at what here, and forgets those of whom nothing was heard for long.
func (c *cluster) refresh(now time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for ticket, l := range c.told {
		c.tell(liveNote{Kind: noteViewers, Ticket: ticket, Agents: l.agents, Composing: l.composing})
	}
	for ticket, nodes := range c.remote {
		for node, l := range nodes {
			if now.Sub(l.at) > viewersLife {
				c.drop(ticket, node)
				c.hub.lists.look(ticket)
			}
		}
	}
}

// toWidgets sends a frame to the customers who look at a ticket, on every node.
func (h *Hub) toWidgets(ticket events.ID, v any) {
	widgets, _ := h.viewers(ticket)
	frame := encode(v)
	for _, s := range widgets {
		s.sub.Send(frame)
	}
	h.cluster.pass(noteToWidgets, ticket, v)
}

// toConsoles sends a frame to the consoles that look at a ticket, on every node, but for one.
func (h *Hub) toConsoles(ticket events.ID, v any, but *ConsoleSession) {
	_, consoles := h.viewers(ticket)
	frame := encode(v)
	for _, s := range consoles {
		if s != but {
			s.sub.Send(frame)
		}
	}
	h.cluster.pass(noteToConsoles, ticket, v)
}

// signInHash names a sign-in without giving it away.
func signInHash(signIn string) string {
	sum := sha256.Sum256([]byte(signIn))
	return hex.EncodeToString(sum[:])
}

// checkEnds closes the connections whose sign-in or visitor has ended, and has those come again whose proof of
// identity has run out. What ends is told at once over the bus; this is for what the bus has lost.
func (h *Hub) checkEnds(ctx context.Context) error {
	var signIns []string
	for _, s := range h.consoles() {
		if s.signIn != "" {
			signIns = append(signIns, s.signIn)
		}
	}
	good, err := h.o.People.SignInsGood(ctx, signIns)
	if err != nil {
		return err
	}
	for _, s := range h.consoles() {
		if held, asked := good[s.signIn]; asked && !held {
			s.sub.Close(CloseUnauthenticated, "signed out")
		}
	}
	var visitors []events.ID
	h.mu.RLock()
	for id := range h.byVisitor {
		visitors = append(visitors, id)
	}
	h.mu.RUnlock()
	for some := range slices.Chunk(visitors, signAtOnce) {
		proved, err := h.o.People.VisitorsGood(ctx, some)
		if err != nil {
			return err
		}
		h.endVisitors(some, proved)
	}
	return nil
}

// endVisitors closes the connections of visitors without a good token, and those that show more than is proved now.
func (h *Hub) endVisitors(asked []events.ID, proved map[events.ID]bool) {
	h.mu.RLock()
	defer h.mu.RUnlock()
	for _, id := range asked {
		stillProved, good := proved[id]
		for _, s := range h.byVisitor[id] {
			switch {
			case !good:
				s.sub.Close(CloseUnauthenticated, "logged out")
			case s.visitor.Proven && !stillProved:
				s.sub.Close(CloseDraining, "come back")
			}
		}
	}
}

// EndVisitor closes the connections of a visitor whose tokens were ended, on every node.
func (h *Hub) EndVisitor(visitor events.ID) {
	h.endVisitor(visitor)
	h.cluster.tell(liveNote{Kind: noteEndVisitor, Visitor: visitor})
}

func (h *Hub) endVisitor(visitor events.ID) {
	h.mu.RLock()
	defer h.mu.RUnlock()
	for _, s := range h.byVisitor[visitor] {
		s.sub.Close(CloseUnauthenticated, "logged out")
	}
}

// EndSignIn closes the consoles of one sign-in, when the person signs out, on every node.
func (h *Hub) EndSignIn(signIn string) {
	if signIn == "" {
		return
	}
	hash := signInHash(signIn)
	h.endSignIn(hash)
	h.cluster.tell(liveNote{Kind: noteEndSignIn, SignIn: hash})
}

func (h *Hub) endSignIn(hash string) {
	for _, s := range h.consoles() {
		if s.signIn != "" && signInHash(s.signIn) == hash {
			s.sub.Close(CloseUnauthenticated, "signed out")
		}
	}
}

// seenByOthers passes a read mark on to the other side of a ticket.
func (h *Hub) seenByOthers(by events.Actor, ticket events.ID, stands int64) {
	mark := seenMark{Type: "seen", By: byOf(by), Seq: stands}
	if by.Kind == events.Customer {
		mark.Ticket = ticket
		h.toConsoles(ticket, mark, nil)
		return
	}
	h.lists.touch(ticket)
	h.cluster.tell(liveNote{Kind: noteTouch, Ticket: ticket})
	mark.Conversation = ticket
	h.toWidgets(ticket, mark)
}
