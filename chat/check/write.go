package check

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/coder/websocket"
	"github.com/google/uuid"
)

// write sends messages until the run stops, and now and then does what clients ought not to do.
func (c *client) write(ctx context.Context, stop <-chan struct{}) {
	for ctx.Err() == nil {
		select {
		case <-stop:
			return
		case <-time.After(time.Duration(c.rng.ExpFloat64() * float64(c.r.o.Pace))):
		}
		c.restless()
		if len(c.outbox) == 0 {
			c.act(ctx)
		}
		for len(c.outbox) > 0 && ctx.Err() == nil {
			if !c.try(ctx, c.outbox[0]) {
				break // and come back to it after a pause
			}
			c.outbox = c.outbox[1:]
		}
	}
}

// restless leaves the connection once in a while, in order or not.
func (c *client) restless() {
	s := c.socket()
	switch n := c.rng.IntN(60); {
	case n > 1:
	case s == nil:
		c.kick() // ends polling
	case n == 0:
		_ = s.ws.CloseNow()
	default:
		go s.ws.Close(websocket.StatusNormalClosure, "")
	}
}

// act puts a new message into the outbox, or does something beside.
func (c *client) act(ctx context.Context) {
	id := c.target()
	if c.token != "" && id == "" {
		return // nobody has written yet
	}
	switch n := c.rng.IntN(100); {
	case n < 3 && len(c.done) > 0:
		c.again(ctx, c.done[c.rng.IntN(len(c.done))])
	case n < 5 && len(c.done) > 0:
		c.reuse(ctx, c.done[c.rng.IntN(len(c.done))])
	case n < 7 && c.token == "":
		c.trespass(ctx)
	case n < 12:
		c.seen(ctx, id)
	case n < 16 && c.token != "":
		c.take(ctx, id)
	default:
		op := c.compose(id)
		if c.token != "" {
			op.Note = n < 30
			if !op.Note && n < 50 {
				newest := c.newest(c.log(id))
				op.lastSeq = &newest
			}
		}
		c.outbox = append(c.outbox, op)
	}
}

// target is the conversation to write to; a visitor that has none opens one.
func (c *client) target() string {
	if c.token == "" {
		c.mu.Lock()
		defer c.mu.Unlock()
		return c.conversation
	}
	all := c.r.known()
	if all = all[:min(len(all), maxFollowed)]; len(all) == 0 {
		return ""
	}
	id := all[c.rng.IntN(len(all))]
	c.log(id)
	if s := c.socket(); s != nil && s.follow(id) {
		c.watch(s, id)
	}
	return id
}

// watch follows a ticket, from the newest event that this console has. Where the answer does not come, it is said again
// later (see ping).
func (c *client) watch(s *socket, id string) {
	_ = s.say(context.Background(), c.r.o.Patience, map[string]any{"type": "watch", "ticket": id, "after": c.newest(c.log(id))})
}

func (c *client) compose(id string) *Op {
	c.written++
	key := uuid.New()
	for i := range key { // the same seed writes the same run
		key[i] = byte(c.rng.Uint32())
	}
	key[6], key[8] = key[6]&0x0f|0x40, key[8]&0x3f|0x80
	op := &Op{Client: c.name, Conversation: id, ClientID: key.String(), Outcome: Unknown, Invoked: c.r.now(),
		Body: fmt.Sprintf("%s writes %d: %s", c.name, c.written, key)}
	c.r.history.addOp(op)
	return op
}

// try sends a message once. It returns true when the message leaves the outbox.
func (c *client) try(ctx context.Context, op *Op) bool {
	op.Tries++
	a, err := c.send(ctx, op, op.Body)
	if op.Node = a.Node; err == nil {
		op.Outcome, op.Done, op.Conversation, op.Seq, op.At = OK, c.r.now(), a.Conversation, a.Seq, a.At
		c.arrived(op)
		return true
	}
	var no *refusal
	if errors.As(err, &no) && no.final() {
		if op.Why = no.Error(); !op.doubt {
			op.Outcome = Failed
		}
		return true
	}
	op.doubt, op.Why = true, err.Error()
	return op.Conversation != "" && c.rng.IntN(12) == 0 // some clients give up: then nobody ever knows
}

// arrived notes what the first ack of a visitor tells: where the conversation is.
func (c *client) arrived(op *Op) {
	if c.done = append(c.done, op); len(c.done) > 50 {
		c.done = c.done[1:]
	}
	if c.token != "" {
		return
	}
	c.mu.Lock()
	c.conversation = op.Conversation
	c.mu.Unlock()
	c.log(op.Conversation)
	c.r.opened(op.Conversation, c)
}

// send asks for a message to be stored, over the socket if there is one, else over HTTP at any node.
func (c *client) send(ctx context.Context, op *Op, body string) (Answer, error) {
	s := c.socket()
	if s == nil || s.toldToLeave() || c.rng.IntN(8) == 0 {
		return c.post(ctx, op, body)
	}
	f := map[string]any{"type": "send", "client_id": op.ClientID, "body": body}
	switch {
	case c.token == "":
		if op.Conversation != "" {
			f["conversation"] = op.Conversation
		}
	default:
		if f["ticket"] = op.Conversation; op.Note {
			f["type"] = "note"
		}
		if op.lastSeq != nil {
			f["last_seq"] = *op.lastSeq
		}
	}
	answer, err := s.ask(ctx, c.r.o.Patience, op.ClientID, f)
	if err != nil {
		if errors.Is(err, errSilence) {
			_ = s.ws.CloseNow() // a client that hears nothing goes elsewhere
		}
		return Answer{Node: s.node}, err
	}
	if answer.Type == "error" {
		return Answer{Node: s.node}, &refusal{statusOf(answer.Code), answer.Code, answer.Detail}
	}
	return Answer{answer.of(), answer.Seq, answer.At, s.node}, nil
}

// statusOf is the HTTP status that goes with a code of the protocol.
func statusOf(code string) int {
	switch code {
	case "rate_limited":
		return 429
	case "unavailable", "internal", "":
		return 503
	}
	return 400
}

func (c *client) post(ctx context.Context, op *Op, body string) (Answer, error) {
	m := map[string]any{"client_id": op.ClientID, "body": body}
	path := c.path(op.Conversation) + "/messages"
	var in any = m
	switch {
	case c.token == "" && op.Conversation == "":
		path, in = "/api/widget/conversations", map[string]any{"message": m}
	case op.Note:
		path = c.path(op.Conversation) + "/notes"
	case op.lastSeq != nil:
		m["last_seq"] = *op.lastSeq
	}
	var out struct {
		Conversation string
		Ticket       string
		Seq          int64
		At           string
	}
	node := c.api.node()
	err := c.api.call(ctx, node, "POST", path, c.bearer(), in, &out)
	if out.Conversation == "" {
		out.Conversation = out.Ticket
	}
	return Answer{out.Conversation, out.Seq, out.At, node}, err
}

// again sends what was acked once more: the answer must be the same for ever.
func (c *client) again(ctx context.Context, op *Op) {
	if a, err := c.send(ctx, op, op.Body); err == nil {
		op.Repeats = append(op.Repeats, a)
	}
}

// reuse takes a client id for another text, which must be refused.
func (c *client) reuse(ctx context.Context, first *Op) {
	op := c.compose(first.Conversation)
	op.ClientID, op.Note, op.Wrong = first.ClientID, first.Note, true
	c.try(ctx, op)
}

// trespass writes into a conversation of somebody else.
func (c *client) trespass(ctx context.Context) {
	all := c.r.known()
	if len(all) == 0 {
		return
	}
	if id := all[c.rng.IntN(len(all))]; id != c.target() {
		op := c.compose(id)
		op.Wrong = true
		c.try(ctx, op)
	}
}

// seen moves the read mark to what was shown.
func (c *client) seen(ctx context.Context, id string) {
	if id == "" {
		return
	}
	seq := c.newest(c.log(id))
	if c.token != "" {
		if s := c.socket(); s != nil {
			_ = s.say(ctx, c.r.o.Patience, map[string]any{"type": "seen", "ticket": id, "seq": seq})
		}
		return
	}
	if c.api.call(ctx, c.api.node(), "POST", c.path(id)+"/seen", c.visitor, map[string]any{"seq": seq}, nil) == nil {
		c.r.history.confirmSeen(id, seq)
	}
}

// take assigns a conversation to the agent. Others do the same at the same time; what came of it stands in the log.
func (c *client) take(ctx context.Context, id string) {
	_ = c.api.call(ctx, c.api.node(), "POST", "/api/v1/tickets/"+id+"/assign", c.token, map[string]any{"agent": c.agent}, nil)
}

// empty sends what is left in the outbox until a deadline.
func (c *client) empty(ctx context.Context, deadline time.Time) {
	for len(c.outbox) > 0 && ctx.Err() == nil && time.Now().Before(deadline) {
		if c.try(ctx, c.outbox[0]) {
			c.outbox = c.outbox[1:]
			continue
		}
		_ = sleep(ctx, 100*time.Millisecond)
	}
}
