package check

import (
	"context"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"sync"
	"time"

	"github.com/coder/websocket"
)

// client is a visitor or, with a token, an agent.
type client struct {
	r     *Run
	name  string
	rng   *rand.Rand // the writer's
	api   *api       // the writer's
	token string     // of an agent
	agent string     // its id

	visitor string // of a visitor: its token
	epoch   string
	outbox  []*Op // not answered yet, oldest first; the writer's
	written int
	done    []*Op // acked, for sending again; the writer's

	reading *api // the listener's
	wake    chan struct{}

	mu           sync.Mutex
	conversation string // of a visitor
	logs         map[string]*ViewLog
	polls        bool // this visitor has no socket for now
	sock         *socket
	stopped      bool
}

func newClient(r *Run, name string, n uint64) *client {
	rng := rand.New(rand.NewPCG(r.o.Seed, n))
	return &client{r: r, name: name, rng: rng, api: newAPI(r, rng), logs: map[string]*ViewLog{}, wake: make(chan struct{}, 1),
		reading: newAPI(r, rand.New(rand.NewPCG(r.o.Seed, n+1_000_000)))}
}

// begin gets a visitor its token.
func (c *client) begin(ctx context.Context) error {
	var session struct{ Visitor, Epoch string }
	if err := c.api.must(ctx, "POST", "/api/widget/session", "", map[string]any{"inbox": c.r.o.Inbox}, &session); err != nil {
		return fmt.Errorf("begin a session: %w", err)
	}
	c.visitor, c.epoch = session.Visitor, session.Epoch
	return nil
}

// listen keeps a connection, or polls, until the run ends.
func (c *client) listen(ctx context.Context) {
	for ctx.Err() == nil && !c.isStopped() {
		if c.token == "" && c.reading.rng.IntN(6) == 0 {
			c.poll(ctx)
			continue
		}
		s, err := c.connect(ctx)
		if err != nil {
			_ = sleep(ctx, time.Duration(50+c.reading.rng.IntN(200))*time.Millisecond)
			continue
		}
		c.read(ctx, s)
		c.lose(s)
		if s.toldToLeave() || c.reading.rng.IntN(2) == 0 {
			_ = sleep(ctx, time.Duration(c.reading.rng.IntN(150))*time.Millisecond)
		}
	}
}

func (c *client) isStopped() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.stopped
}

// drop ends the client.
func (c *client) drop() {
	c.mu.Lock()
	c.stopped = true
	s := c.sock
	c.mu.Unlock()
	if s != nil {
		_ = s.ws.CloseNow()
	}
	c.kick()
}

func (c *client) kick() {
	select {
	case c.wake <- struct{}{}:
	default:
	}
}

// connect says hello at any node and asks for what it lacks, from a place that it chooses at random: nothing says that
// a client remembers all it was shown.
func (c *client) connect(ctx context.Context) (*socket, error) {
	node := c.reading.node()
	path, hello := "/ws/widget", map[string]any{"type": "hello", "visitor": c.visitor, "epoch": c.epoch}
	name := "conversation"
	if c.token != "" {
		path, hello, name = "/ws/console", map[string]any{"type": "hello", "token": c.token}, "ticket"
	}
	s := newSocket(node)
	resume := []map[string]any{}
	for _, id := range c.follows() {
		after := c.place(id)
		resume = append(resume, map[string]any{name: id, "after": after})
		c.segment(s, id, true, after)
		s.follow(id)
	}
	if hello["resume"] = resume; len(resume) == 0 {
		delete(hello, "resume")
	}
	hctx, cancel := context.WithTimeout(ctx, c.r.o.Patience)
	defer cancel()
	var err error
	if s.ws, err = c.r.dial(hctx, node, path); err != nil {
		return nil, err
	}
	if err := s.say(hctx, c.r.o.Patience, hello); err != nil {
		_ = s.ws.CloseNow()
		return nil, err
	}
	first, err := c.next(hctx, s)
	if err != nil || first.Type != "welcome" {
		_ = s.ws.CloseNow()
		return nil, fmt.Errorf("no welcome: %s %s: %w", first.Type, first.Detail, err)
	}
	s.begun = c.r.now()
	c.mu.Lock()
	c.sock, c.polls = s, false
	c.mu.Unlock()
	c.catchUp(s)
	return s, nil
}

// catchUp asks for what this client came to know while it said hello: whoever learnt of it then saw no connection to ask
// on. A visitor has no frame for that and comes back.
func (c *client) catchUp(s *socket) {
	for _, id := range c.follows() {
		switch {
		case !s.follow(id):
		case c.token == "":
			_ = s.ws.CloseNow()
		default:
			c.watch(s, id)
		}
	}
}

// follows is what the client wants to see: a visitor its conversation, an agent up to fifty.
func (c *client) follows() []string {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.token == "" {
		if c.conversation == "" {
			return nil
		}
		return []string{c.conversation}
	}
	out := make([]string, 0, len(c.logs))
	for id := range c.logs {
		out = append(out, id)
	}
	return out[:min(len(out), maxFollowed)]
}

const maxFollowed = 50

// place is where to resume: mostly at the newest seq, often before it.
func (c *client) place(id string) int64 {
	c.mu.Lock()
	defer c.mu.Unlock()
	newest := int64(0)
	if l := c.logs[id]; l != nil {
		newest = l.newest()
	}
	switch c.reading.rng.IntN(4) {
	case 0:
		return c.reading.rng.Int64N(newest + 1)
	case 1:
		return max(0, newest-c.reading.rng.Int64N(10))
	}
	return newest
}

// segment begins to write down what a connection tells of a conversation.
func (c *client) segment(s *socket, id string, resumed bool, after int64) *Segment {
	g := s.segments[id]
	if g == nil {
		g = &Segment{Viewer: c.name, Customer: c.token == "", Node: s.node, Conversation: id, Resumed: resumed, After: after,
			Through: -1, begun: c.r.now()}
		s.segments[id] = g
		c.r.history.addSegment(g)
	}
	return g
}

func (c *client) next(ctx context.Context, s *socket) (f frame, err error) {
	_, b, err := s.ws.Read(ctx)
	if err == nil {
		err = json.Unmarshal(b, &f)
	}
	return f, err
}

// read takes frames until the connection ends, or the client tires of it.
func (c *client) read(ctx context.Context, s *socket) {
	go c.ping(ctx, s)
	for {
		f, err := c.next(ctx, s)
		if err != nil {
			return
		}
		switch f.Type {
		case "event":
			c.shown(ctx, s, f.of(), f.Event)
		case "resumed":
			s.resumed(f.of())
			if g := s.segments[f.of()]; g != nil && g.Resumed && g.Through < 0 {
				g.Through, g.Before = f.Through, len(g.Events)
			}
		case "ack", "error":
			s.settle(f)
		case "drain":
			s.mu.Lock()
			s.leave = true
			s.mu.Unlock()
			within := time.Duration(f.WithinS * float64(time.Second))
			time.AfterFunc(within/4, func() { _ = s.ws.Close(websocket.StatusNormalClosure, "") })
		}
	}
}

const pingEvery = 2 * time.Second

// ping keeps the connection known to be alive, ends one that takes nothing any more, and asks again for what was not
// given: by watching, or, since a visitor has no such frame, by coming back.
func (c *client) ping(ctx context.Context, s *socket) {
	for sleep(ctx, pingEvery) == nil && !s.over() {
		if s.say(ctx, c.r.o.Patience, map[string]any{"type": "ping"}) != nil {
			_ = s.ws.CloseNow()
			return
		}
		for _, id := range s.unanswered() {
			if c.token == "" {
				_ = s.ws.CloseNow()
				return
			}
			c.watch(s, id)
		}
	}
}

// shown takes an event as the protocol asks: what is known is dropped, and when prev is not the newest the gap is read.
func (c *client) shown(ctx context.Context, s *socket, id string, e Event) {
	g := c.segment(s, id, false, 0)
	g.Events = append(g.Events, Shown{e, c.r.now()})
	l := c.log(id)
	switch newest := c.newest(l); {
	case e.Seq <= newest:
	case e.Prev == newest:
		c.append(l, []Event{e})
	default:
		c.readGap(ctx, id, l)
	}
}

// readGap reads what comes after the newest event.
func (c *client) readGap(ctx context.Context, id string, l *ViewLog) {
	c.mu.Lock()
	l.GapsRead++
	c.mu.Unlock()
	if list, err := c.reading.eventsOf(ctx, "", c.path(id), c.bearer(), c.newest(l)); err == nil {
		c.append(l, list)
	}
}

func (c *client) path(id string) string {
	if c.token != "" {
		return "/api/v1/tickets/" + id
	}
	return "/api/widget/conversations/" + id
}

func (c *client) bearer() string {
	if c.token != "" {
		return c.token
	}
	return c.visitor
}

func (c *client) log(id string) *ViewLog {
	c.mu.Lock()
	defer c.mu.Unlock()
	l := c.logs[id]
	if l == nil {
		l = &ViewLog{Viewer: c.name, Customer: c.token == "", Conversation: id}
		c.logs[id] = l
	}
	return l
}

func (c *client) newest(l *ViewLog) int64 {
	c.mu.Lock()
	defer c.mu.Unlock()
	return l.newest()
}

func (c *client) append(l *ViewLog, list []Event) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, e := range list {
		if e.Seq > l.newest() {
			l.Events = append(l.Events, e)
		}
	}
}

func (c *client) logList() []*ViewLog {
	c.mu.Lock()
	defer c.mu.Unlock()
	var out []*ViewLog
	for _, l := range c.logs {
		out = append(out, l)
	}
	return out
}

// poll is the life of a visitor without a socket: it reads its conversation again and again.
func (c *client) poll(ctx context.Context) {
	c.mu.Lock()
	c.polls = true
	c.mu.Unlock()
	for range 4 + c.reading.rng.IntN(10) {
		c.pollOnce(ctx)
		select {
		case <-c.wake:
			return
		case <-ctx.Done():
			return
		case <-time.After(100 * time.Millisecond):
		}
	}
}

func (c *client) pollOnce(ctx context.Context) {
	for _, id := range c.follows() {
		l := c.log(id)
		if list, err := c.reading.eventsOf(ctx, c.reading.node(), c.path(id), c.bearer(), c.newest(l)); err == nil {
			c.append(l, list)
		}
	}
}

// lose ends a connection.
func (c *client) lose(s *socket) {
	_ = s.ws.CloseNow()
	close(s.gone)
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.sock == s {
		c.sock = nil
	}
}

func (c *client) socket() *socket {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.sock
}

// behind names what of the client's conversations it was not shown to the end.
func (c *client) behind(_ context.Context, head map[string]int64) []string {
	c.mu.Lock()
	defer c.mu.Unlock()
	var late []string
	for id, l := range c.logs {
		if l.newest() < head[id] {
			how := "without a connection"
			if c.sock != nil {
				how = fmt.Sprintf("connected to %s since %v", c.sock.node, c.sock.begun)
			} else if c.polls {
				how = "polling"
			}
			late = append(late, fmt.Sprintf("%s, %s, was shown conversation %s to %d, its end is %d", c.name, how, id, l.newest(), head[id]))
		}
	}
	return late
}
