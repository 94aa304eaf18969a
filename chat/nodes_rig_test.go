package chat_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"sync"
	"testing"
	"time"

	"heard/chat"
	"heard/chat/bus"
	"heard/migrations/dbtest"
	"heard/tickets"
	"heard/tickets/events"
	"heard/tickets/events/eventstest"
)

// tap is a bus that keeps what it is given, and may be cut off and come back.
type tap struct {
	bus.Bus

	mu   sync.Mutex
	off  bool
	sent [][]byte
	back func()
}

func (p *tap) Publish(topic string, payload []byte) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.sent = append(p.sent, bytes.Clone(payload))
	if !p.off {
		p.Bus.Publish(topic, payload)
	}
}

func (p *tap) Subscribe(topic string, fn func(from string, payload []byte)) func() {
	return p.Bus.Subscribe(topic, func(from string, payload []byte) {
		p.mu.Lock()
		off := p.off
		p.mu.Unlock()
		if !off {
			fn(from, payload)
		}
	})
}

func (p *tap) OnReturn(fn func()) func() {
	p.mu.Lock()
	defer p.mu.Unlock()
	before := p.back
	p.back = func() {
		if before != nil {
			before()
		}
		fn()
	}
	return func() {}
}

func (p *tap) cut() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.off = true
}

func (p *tap) mend() {
	p.mu.Lock()
	p.off = false
	back := p.back
	p.mu.Unlock()
	back()
}

// carried tells whether a text went out in any payload.
func (p *tap) carried(text string) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return slices.ContainsFunc(p.sent, func(b []byte) bool { return bytes.Contains(b, []byte(text)) })
}

// nodes are several nodes of one desk on PostgreSQL, with a bus between them.
type nodes struct {
	*rig
	dsn  string
	sw   *bus.Switch
	taps map[*rig]*tap
}

func newNodes(t *testing.T, grace time.Duration) (n *nodes, a, b *rig) {
	t.Helper()
	n = &nodes{dsn: dbtest.PostgresDSN(t), sw: bus.NewSwitch(), taps: map[*rig]*tap{}}
	p := n.join(t)
	a = newRig(t, dbtest.Open(t, n.dsn), func(o *chat.Options) { o.Bus, o.Grace = p, grace })
	n.rig, n.taps[a] = a, p
	return n, a, n.more(grace)
}

func (n *nodes) join(t *testing.T) *tap {
	b := n.sw.Join(bus.Options{Desk: "desk"})
	t.Cleanup(func() { _ = b.Close(context.Background()) })
	return &tap{Bus: b}
}

// more is one more node.
func (n *nodes) more(grace time.Duration) *rig {
	n.t.Helper()
	p := n.join(n.t)
	r := n.node(dbtest.Open(n.t, n.dsn), func(o *chat.Options) { o.Bus, o.Grace = p, grace })
	n.taps[r] = p
	return r
}

// sql changes the database behind the desk's back.
func (r *rig) sql(query string, args ...any) {
	r.t.Helper()
	r.must(r.log.Write(r.t.Context(), events.Unit{By: events.SystemActor}, func(ctx context.Context, tx *events.Tx) error {
		_, err := tx.NewRaw(query, args...).Exec(ctx)
		return err
	}))
}

// age has a node not shown itself for longer than its lease.
func (n *nodes) age(r *rig) {
	n.sql(`UPDATE nodes SET seen_at = seen_at - ? WHERE name = ?`, (2 * tickets.NodeLease).Milliseconds(), n.taps[r].Node())
}

func (r *rig) until(what string, ok func() bool) {
	r.t.Helper()
	for end := time.Now().Add(patience); !ok(); time.Sleep(10 * time.Millisecond) {
		if time.Now().After(end) {
			r.t.Fatalf("%s did not come to be", what)
		}
	}
}

// placed counts on how many nodes an agent is.
func (r *rig) placed(a *tickets.Agent) (n int) {
	r.t.Helper()
	r.must(r.log.Read().NewRaw(`SELECT COUNT(*) FROM node_agents WHERE agent_id = ?`, a.ID).Scan(r.t.Context(), &n))
	return n
}

func (r *rig) availability(a *tickets.Agent) tickets.Availability {
	r.t.Helper()
	now, err := r.people.Agent(r.t.Context(), a.ID)
	r.must(err)
	return now.Availability
}

// offline counts how often an agent was taken offline for want of a connection.
func (r *rig) offline(a *tickets.Agent) (n int) {
	r.t.Helper()
	for _, e := range eventstest.All(r.t, r.log) {
		d, err := r.log.Decode(&e)
		r.must(err)
		if c, ok := d.(tickets.AvailabilityChanged); ok && c.Agent == a.ID && c.To == tickets.Offline && c.Cause == tickets.ConnectionLost {
			n++
		}
	}
	return n
}

// kinds counts the events of a kind.
func (r *rig) kinds(kind string) (n int) {
	r.t.Helper()
	for _, k := range eventstest.Kinds(r.t, r.log) {
		if k == kind {
			n++
		}
	}
	return n
}

func hashOf(token string) string {
	sum := sha256.Sum256([]byte(token))
	return hex.EncodeToString(sum[:])
}

// signedIn connects a console with a sign-in that the database knows.
func (r *rig) signedIn(a *tickets.Agent, session string) *client {
	r.t.Helper()
	now := r.log.Now()
	r.sql(`INSERT INTO sessions (token_hash, agent_id, created_at, last_seen_at, expires_at) VALUES (?, ?, ?, ?, ?)
		ON CONFLICT (token_hash) DO NOTHING`, hashOf(session), a.ID, now, now, now.Add(time.Hour))
	f := newFrames(r.t)
	s := r.hub.Console(f, a.ID, session)
	c := &client{f, s.Handle, s.Closed}
	c.say(map[string]any{"type": "hello"})
	c.kind("welcome")
	return c
}

// count tells how many frames of a type have come, taken or not.
func (f *frames) count(kind string) (n int) {
	f.mu.Lock()
	defer f.mu.Unlock()
	for _, m := range f.list {
		if m["type"] == kind {
			n++
		}
	}
	return n
}

// viewers waits to be told that these look at a ticket and these write, and nobody else. Frames before count no more.
func (c *client) viewers(agents, composing []*tickets.Agent) {
	c.t.Helper()
	ids := func(list []*tickets.Agent) (out []string) {
		for _, a := range list {
			out = append(out, a.ID.String())
		}
		slices.Sort(out)
		return out
	}
	text := func(v any) (out []string) {
		list, _ := v.([]any)
		for _, x := range list {
			out = append(out, x.(string))
		}
		slices.Sort(out)
		return out
	}
	c.next("viewers", func(m map[string]any) bool {
		if m["type"] != "viewers" {
			return false
		}
		fits := slices.Equal(text(m["agents"]), ids(agents)) && slices.Equal(text(m["composing"]), ids(composing))
		m["taken"] = true
		if fits {
			delete(m, "taken")
		}
		return fits
	})
}
