package chat

import (
	"context"
	"sync/atomic"
	"time"
	"unicode/utf8"

	"heard/tickets"
	"heard/tickets/events"
	"heard/tickets/fault"
)

// connection is what both kinds of sessions have in common.
type connection struct {
	hub    *Hub
	sub    Subscriber
	flows  flows
	pace   pace
	viewer tickets.Viewer
	ready  atomic.Bool // hello was said and accepted
}

func (c *connection) begin(h *Hub, conn Conn, v tickets.Viewer) {
	c.hub, c.viewer = h, v
	c.sub.open(conn, h.shard())
}

// pace bounds the frames of one connection: the time up to which the frames that came have used it up. It may run
// ahead of the clock by a burst.
type pace struct{ until time.Duration }

func (p *pace) allow(now time.Duration) bool {
	const each = time.Second / framesPerSecond
	next := max(p.until, now) + each
	if next > now+frameBurst*each {
		return false
	}
	p.until = next
	return true
}

// accept checks the outer form of a frame and whether it may come now. A kind "" without an error says that the
// connection is being closed.
func (c *connection) accept(data []byte, fields map[string][]string) (kind, clientID string, err error) {
	c.sub.lastSeen.Store(time.Now().UnixMilli())
	if !utf8.Valid(data) {
		return "", "", c.refuse(errNotUTF8, CloseInvalidText)
	}
	kind, clientID, err = ParseFrame(data, fields)
	switch {
	case err != nil:
	case !c.ready.Load() && kind != "hello":
		c.sub.Close(CloseNoHello, "hello first")
		kind = ""
	case c.ready.Load() && kind == "hello":
		err = fault.New(fault.Invalid, "hello was said")
	case !c.hub.o.Unlimited && !c.pace.allow(time.Since(c.hub.began)):
		err = fault.New(fault.RateLimited, "too many frames").After(time.Second)
	}
	return kind, clientID, err
}

// refuse answers a frame that ends the talk, such as a hello that is not accepted, and ends the connection with a code unless trying again may help.
func (c *connection) refuse(err error, code int) error {
	c.sub.SendValue(errorOf(err, ""))
	if k := fault.KindOf(err); k != fault.Unavailable && k != fault.Internal {
		c.sub.Close(code, string(k))
	}
	return nil
}

// greet tells the epoch, and whether what the client knows belongs to another one.
func (c *connection) greet(f Hello, session string, avail tickets.Availability, agent events.ID) (same bool) {
	log := c.hub.o.Log
	c.sub.SendValue(welcome{Type: "welcome", Session: session, Time: log.Now(), Epoch: log.Epoch(),
		HeartbeatS: int(c.hub.o.Heartbeat / time.Second), Availability: avail, Agent: agent})
	if c.hub.isDegraded() {
		c.sub.SendValue(state{"state", true})
	}
	if f.Epoch == "" || f.Epoch == log.Epoch() {
		return true
	}
	c.sub.SendValue(errorOf(fault.New(fault.Reload, "this is another history: forget what you have"), ""))
	return false
}

// deliver passes a live event on, or reads what is missing before it.
func (c *connection) deliver(ticket events.ID, prev, seq int64, frame Frame) {
	if c.flows.pass(ticket, prev, seq, frame, &c.sub) {
		go c.fill(ticket)
	}
}

// missed reads what could not be passed on.
func (c *connection) missed(ticket events.ID) {
	if c.flows.claim(ticket) {
		go c.fill(ticket)
	}
}

// fill reads from the log what a viewer lacks of a ticket, as often as it takes: there may be no later event to show
// the gap again.
func (c *connection) fill(ticket events.ID) {
	for {
		ctx, cancel := context.WithTimeout(context.Background(), readPatience)
		_, err := c.catchUp(ctx, ticket)
		cancel()
		if err == nil || c.sub.Gone() {
			return
		}
		c.hub.o.Report("read what a viewer missed", err)
		c.hub.NoteOutage(err)
		time.Sleep(retryPause)
		if !c.flows.claim(ticket) {
			return // somebody else reads it
		}
	}
}

func (c *connection) catchUp(ctx context.Context, ticket events.ID) (through int64, err error) {
	return c.flows.catchUp(ctx, c.hub.o.Tickets, ticket, c.viewer, &c.sub)
}

// SaidHello tells whether the client has introduced itself; the web package closes those that do not in time.
func (c *connection) SaidHello() bool { return c.ready.Load() }

// Pong answers a ping of the WebSocket protocol itself.
func (c *connection) Pong(payload []byte) {
	c.sub.Reply(seal(opPong, append(make([]byte, headerRoom), payload...)))
}

// End has the connection closed, after what it is owed was written: the peer said good-bye, or broke the protocol.
func (c *connection) End(code int, reason string) { c.sub.Close(code, reason) }
