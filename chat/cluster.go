package chat

import (
	"context"
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
	maxNote     = 32 << 10         // bytes of a note: more than the longest of ours
	wireID      = 22               // bytes of an id with quotes and comma
	maxWireName = 200              // characters of a person's name in a note
)

// Kinds of live notes.
const (
	noteToWidgets  = "to_widgets"  // a frame for the customers of a ticket
	noteToConsoles = "to_consoles" // a frame for the consoles that look at a ticket
	noteBulk       = "bulk"        // how far an act on many tickets is
	noteToAgent    = "to_agent"    // what became of what an agent wrote, for its consoles
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
	remote map[events.ID]map[string]looking // by ticket and node, of any ticket: a list here may show it
	ended  ended
}

// looking is who looks at a ticket on one node, ascending.
type looking struct {
	agents, composing []events.ID
	at                time.Time
	again             bool // another node asked: it is to be said even if nothing changed
}

func (l looking) same(o looking) bool {
	return slices.Equal(l.agents, o.agents) && slices.Equal(l.composing, o.composing)
}

func newCluster(h *Hub) *cluster {
	return &cluster{hub: h, told: map[events.ID]looking{}, remote: map[events.ID]map[string]looking{}, ended: newEnded()}
}

// run listens to the other nodes until ctx ends.
func (c *cluster) run(ctx context.Context) {
	if c.hub.o.Bus.MaxPayload() == 0 {
		return
	}
	defer c.hub.o.Bus.Subscribe(liveTopic, c.receive)()
	defer c.hub.o.Bus.OnReturn(c.resync)()
	tick := time.NewTicker(viewersPace)
	defer tick.Stop()
	for {
		select {
		case <-tick.C:
			c.refresh(time.Now())
		case <-c.ended.wakes:
			if err := c.checkEnded(ctx); err != nil && ctx.Err() == nil {
				c.hub.o.Report("check what has ended", err) // once a minute it is looked for anyway
			}
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
	if len(payload) > maxNote || CheckJSON(payload) != nil || json.Unmarshal(payload, &n) != nil {
		return
	}
	h := c.hub
	switch n.Kind {
	case noteToWidgets, noteToConsoles:
		c.show(&n)
	case noteBulk:
		c.showBulk(&n)
	case noteToAgent:
		c.showToAgent(&n)
	case noteTouch:
		if n.Ticket > 0 {
			h.lists.touch(n.Ticket)
		}
	case noteViewers:
		c.heard(from, n)
	case noteAsk:
		c.mu.Lock()
		l, known := c.told[n.Ticket]
		if known {
			l.again = true
			c.told[n.Ticket] = l
		}
		c.mu.Unlock()
		if known {
			h.lists.look(n.Ticket)
		}
	case noteEndVisitor:
		c.endedVisitor(n.Visitor)
	case noteEndSignIn:
		c.endedSignIn(n.SignIn)
	}
}

// show gives those who look at a ticket here what another node passed on.
func (c *cluster) show(n *liveNote) {
	widgets, consoles := c.hub.viewers(n.Ticket)
	if len(widgets)+len(consoles) == 0 {
		return
	}
	v := n.shown()
	if v == nil {
		return
	}
	frame := encode(v)
	if n.Kind == noteToWidgets {
		for _, s := range widgets {
			s.sub.Send(frame)
		}
		return
	}
	for _, s := range consoles {
		s.sub.Send(frame)
	}
}

// shown reads the frame of a note: typing or a read mark of the note's own ticket, with what these have and no more.
// Whatever else is said, nobody is shown.
func (n *liveNote) shown() any {
	var kind struct {
		Type string `json:"type"`
		By   wireBy `json:"by"`
		Seq  int64  `json:"seq"`
	}
	if json.Unmarshal(n.Frame, &kind) != nil || !kind.By.known() || kind.Seq < 0 {
		return nil
	}
	kind.By.Name = cut(kind.By.Name, maxWireName)
	conversation, ticket := events.ID(0), n.Ticket
	if n.Kind == noteToWidgets {
		conversation, ticket = n.Ticket, 0
	}
	switch kind.Type {
	case "typing":
		var f typing
		if json.Unmarshal(n.Frame, &f) != nil {
			return nil
		}
		preview := ""
		if n.Kind == noteToConsoles {
			preview = cut(f.Preview, maxPreview)
		}
		return typing{Type: "typing", Conversation: conversation, Ticket: ticket, By: kind.By, On: f.On, Preview: preview}
	case "seen":
		return seenMark{Type: "seen", Conversation: conversation, Ticket: ticket, By: kind.By, Seq: kind.Seq}
	}
	return nil
}

func (b wireBy) known() bool {
	switch b.Kind {
	case events.Customer, events.Agent, events.Bot, events.Automation, events.System:
		return b.ID >= 0
	}
	return false
}

// heard keeps who looks at a ticket on another node: somebody here may look at it too, or have it in a list.
func (c *cluster) heard(from string, n liveNote) {
	if len(n.Agents) > maxViewers || len(n.Composing) > maxViewers || !persons(n.Agents) || !persons(n.Composing) {
		return
	}
	c.mu.Lock()
	before := c.remote[n.Ticket][from]
	now := looking{agents: distinct(n.Agents), composing: distinct(n.Composing), at: time.Now()}
	switch {
	case len(n.Agents) == 0:
		c.drop(n.Ticket, from)
	case c.remote[n.Ticket] == nil && len(c.remote) >= maxElsewhere:
		now = before
	default:
		if c.remote[n.Ticket] == nil {
			c.remote[n.Ticket] = map[string]looking{}
		}
		c.remote[n.Ticket][from] = now
	}
	c.mu.Unlock()
	if !before.same(now) {
		c.hub.lists.look(n.Ticket)
	}
}

func persons(ids []events.ID) bool {
	return !slices.ContainsFunc(ids, func(id events.ID) bool { return id <= 0 })
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
		if known {
			c.tell(liveNote{Kind: noteViewers, Ticket: ticket})
		}
	case !known || before.again || !before.same(here):
		c.told[ticket] = here
		c.say(ticket, here)
	}
	return c.everywhere(ticket, here)
}

// everywhere is who looks at a ticket, here and on the other nodes. The lock is held.
func (c *cluster) everywhere(ticket events.ID, here looking) (agents, composing []events.ID) {
	agents, composing = slices.Clone(here.agents), slices.Clone(here.composing)
	for _, l := range c.remote[ticket] {
		agents, composing = append(agents, l.agents...), append(composing, l.composing...)
	}
	return distinct(agents), distinct(composing)
}

// say tells the other nodes who looks at a ticket here.
func (c *cluster) say(ticket events.ID, l looking) {
	n := min(maxViewers, c.hub.o.Bus.MaxPayload()/(3*wireID)) // both lists, and room for the rest
	c.tell(liveNote{Kind: noteViewers, Ticket: ticket, Agents: l.agents[:min(len(l.agents), n)],
		Composing: l.composing[:min(len(l.composing), n)]})
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
		c.say(ticket, l)
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

// resync says who looks at what here, and asks who does elsewhere: the others can be reached again, and what was said
// meanwhile is lost.
func (c *cluster) resync() {
	c.mu.Lock()
	defer c.mu.Unlock()
	for ticket, l := range c.told {
		c.say(ticket, l)
		c.tell(liveNote{Kind: noteAsk, Ticket: ticket})
	}
}

// lost forgets an agent of whom no node has a console any more, wherever it was seen last.
func (c *cluster) lost(agent events.ID) {
	c.mu.Lock()
	defer c.mu.Unlock()
	not := func(id events.ID) bool { return id == agent }
	for ticket, nodes := range c.remote {
		for node, l := range nodes {
			if !slices.Contains(l.agents, agent) {
				continue
			}
			l.agents = slices.DeleteFunc(slices.Clone(l.agents), not)
			l.composing = slices.DeleteFunc(slices.Clone(l.composing), not)
			if nodes[node] = l; len(l.agents) == 0 {
				c.drop(ticket, node)
			}
			c.hub.lists.look(ticket)
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

// seenByOthers passes a read mark on to the other side of a ticket, and to the customer's other tabs: what was read in
// one is unread in none.
func (h *Hub) seenByOthers(by events.Actor, ticket events.ID, stands int64) {
	mark := seenMark{Type: "seen", By: byOf(by), Seq: stands}
	if by.Kind == events.Customer {
		own := mark
		own.Conversation, mark.Ticket = ticket, ticket
		h.toWidgets(ticket, own)
		h.toConsoles(ticket, mark, nil)
		return
	}
	h.lists.touch(ticket)
	h.cluster.tell(liveNote{Kind: noteTouch, Ticket: ticket})
	mark.Conversation = ticket
	h.toWidgets(ticket, mark)
}
