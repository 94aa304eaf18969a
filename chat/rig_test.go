package chat_test

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"heard/chat"
	"heard/migrations"
	"heard/tickets"
	"heard/tickets/events"
	"heard/tickets/events/eventstest"

	"github.com/google/uuid"
)

// patience is how long a test waits for what must come; nothing is measured by it.
const patience = 20 * time.Second

// rig is a desk with a running hub: one website inbox, agents on demand.
type rig struct {
	t      *testing.T
	log    *events.Log
	store  *tickets.Store
	people *tickets.People
	hub    *chat.Hub
	inbox  *tickets.Inbox
	team   events.ID
	stop   func() // ends the hub without a good-bye
}

func newRig(t *testing.T, db *migrations.DB, tune func(*chat.Options)) *rig {
	t.Helper()
	log := eventstest.Open(t, db, events.Options{Vocabulary: tickets.Changes(), Settle: tickets.Settle})
	secrets, err := tickets.NewSecrets([32]byte{1})
	if err != nil {
		t.Fatal(err)
	}
	r := &rig{t: t, log: log, store: tickets.NewStore(log), people: tickets.NewPeople(log, secrets)}
	boot, err := r.people.Bootstrap(t.Context())
	r.must(err)
	r.team = boot.Team
	r.inbox, err = r.people.CreateInbox(t.Context(), events.SystemActor, tickets.InboxIn{Name: "Shop", Kind: tickets.Website})
	r.must(err)
	r.start(tune)
	return r
}

// node is another node of the same desk, with a hub of its own.
func (r *rig) node(db *migrations.DB, tune func(*chat.Options)) *rig {
	r.t.Helper()
	log := eventstest.Open(r.t, db, events.Options{Vocabulary: tickets.Changes(), Settle: tickets.Settle})
	secrets, err := tickets.NewSecrets([32]byte{1})
	r.must(err)
	other := &rig{t: r.t, log: log, store: tickets.NewStore(log), people: tickets.NewPeople(log, secrets), team: r.team, inbox: r.inbox}
	other.start(tune)
	return other
}

// start runs a hub until the test ends.
func (r *rig) start(tune func(*chat.Options)) {
	t := r.t
	o := chat.Options{Log: r.log, Tickets: r.store, People: r.people, Grace: time.Hour,
		Summary: func(t *tickets.Listed, _ string) any {
			return map[string]any{"id": t.ID, "status": t.Status, "assignee": t.AssigneeID}
		},
		Report: func(doing string, err error) {
			if t.Context().Err() == nil {
				t.Logf("%s: %v", doing, err)
			}
		}}
	if tune != nil {
		tune(&o)
	}
	r.hub = chat.NewHub(o)
	ctx, stop := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- r.hub.Run(ctx) }()
	<-r.hub.Follows() // what was before it is nobody's news
	r.stop = sync.OnceFunc(func() {
		stop()
		<-done
	})
	t.Cleanup(r.stop)
}

func (r *rig) must(err error) {
	r.t.Helper()
	if err != nil {
		r.t.Fatal(err)
	}
}

func (r *rig) agent(name string, capacity int) *tickets.Agent {
	r.t.Helper()
	a, err := r.people.CreateAgent(r.t.Context(), events.SystemActor, tickets.AgentIn{Email: name + "@desk.test", Name: name,
		Role: tickets.RoleAgent, Capacity: capacity, Teams: []events.ID{r.team}})
	r.must(err)
	return a
}

// visitor begins a visitor's session and returns its token.
func (r *rig) visitor() string {
	r.t.Helper()
	out, err := r.people.StartVisitor(r.t.Context(), tickets.StartIn{Inbox: r.inbox.Key})
	r.must(err)
	return out.Token
}

// frames is a connection that keeps what it was sent.
type frames struct {
	t       *testing.T
	mu      sync.Mutex
	arrived sync.Cond
	list    []map[string]any
	code    int
	stuck   chan struct{} // while set and open, nothing is taken
}

func newFrames(t *testing.T) *frames {
	f := &frames{t: t}
	f.arrived.L = &f.mu
	return f
}

func (f *frames) TryWrite(p []byte) (int, error) {
	if f.stuck != nil {
		return 0, nil
	}
	return len(p), f.Write(p)
}

func (f *frames) Write(p []byte) error {
	if f.stuck != nil {
		<-f.stuck
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.code != 0 {
		return fmt.Errorf("closed")
	}
	for _, b := range chat.Texts(p) {
		var m map[string]any
		if err := json.Unmarshal(b, &m); err != nil {
			f.t.Errorf("frame %s: %v", b, err)
		}
		f.list = append(f.list, m)
	}
	f.arrived.Broadcast()
	return nil
}

func (f *frames) Close(code int, _ string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.code == 0 {
		f.code = code
	}
	f.arrived.Broadcast()
}

// next waits for the first frame not yet taken that fits, and takes it; frames before it stay.
func (f *frames) next(what string, fits func(map[string]any) bool) map[string]any {
	f.t.Helper()
	timer := time.AfterFunc(patience, func() { f.arrived.Broadcast() })
	defer timer.Stop()
	end := time.Now().Add(patience)
	f.mu.Lock()
	defer f.mu.Unlock()
	for {
		for i := range f.list {
			if f.list[i]["taken"] == nil && fits(f.list[i]) {
				f.list[i]["taken"] = true
				return f.list[i]
			}
		}
		if time.Now().After(end) || f.code != 0 {
			f.t.Fatalf("no %s came; close code %d, frames: %v", what, f.code, f.list)
		}
		f.arrived.Wait()
	}
}

func (f *frames) kind(kind string) map[string]any {
	f.t.Helper()
	return f.next(kind, func(m map[string]any) bool { return m["type"] == kind })
}

// event waits for an event of a kind.
func (f *frames) event(kind string) map[string]any {
	f.t.Helper()
	m := f.next("event "+kind, func(m map[string]any) bool {
		e, _ := m["event"].(map[string]any)
		return m["type"] == "event" && e["kind"] == kind
	})
	return m["event"].(map[string]any)
}

// all are the frames so far.
func (f *frames) all() []map[string]any {
	f.mu.Lock()
	defer f.mu.Unlock()
	return slices.Clone(f.list)
}

func (f *frames) closed() int {
	f.t.Helper()
	timer := time.AfterFunc(patience, func() { f.arrived.Broadcast() })
	defer timer.Stop()
	end := time.Now().Add(patience)
	f.mu.Lock()
	defer f.mu.Unlock()
	for f.code == 0 && time.Now().Before(end) {
		f.arrived.Wait()
	}
	return f.code
}

// log is the sequence of events that the connection was sent, for one conversation or ticket.
func (f *frames) log(id string) (seqs []int64) {
	f.mu.Lock()
	defer f.mu.Unlock()
	for _, m := range f.list {
		if m["type"] == "event" && (m["conversation"] == id || m["ticket"] == id) {
			seqs = append(seqs, int64(m["event"].(map[string]any)["seq"].(float64)))
		}
	}
	return seqs
}

// client is one connected client.
type client struct {
	*frames
	handle func(ctx context.Context, b []byte)
	end    func()
}

// say sends a frame and returns when it was handled.
func (c *client) say(v map[string]any) {
	c.t.Helper()
	b, err := json.Marshal(v)
	if err != nil {
		c.t.Fatal(err)
	}
	c.handle(c.t.Context(), b)
}

// send sends a message with a fresh client id and waits for its ack.
func (c *client) send(conversation, body string) (id string, seq int64) {
	c.t.Helper()
	client := uuid.NewString()
	f := map[string]any{"type": "send", "client_id": client, "body": body}
	if conversation != "" {
		f["conversation"] = conversation
	}
	c.say(f)
	ack := c.next("ack", func(m map[string]any) bool { return m["type"] == "ack" && m["client_id"] == client })
	return ack["conversation"].(string), int64(ack["seq"].(float64))
}

func (r *rig) widget(token string, hello map[string]any) *client {
	r.t.Helper()
	f := newFrames(r.t)
	s := r.hub.Widget(f, "")
	c := &client{f, s.Handle, s.Closed}
	m := map[string]any{"type": "hello", "visitor": token}
	for k, v := range hello {
		m[k] = v
	}
	c.say(m)
	return c
}

// console connects an agent and waits until it is welcome.
func (r *rig) console(a *tickets.Agent) *client {
	r.t.Helper()
	f := newFrames(r.t)
	s := r.hub.Console(f, a.ID, "sign-in of "+a.Name)
	c := &client{f, s.Handle, s.Closed}
	c.say(map[string]any{"type": "hello"})
	c.kind("welcome")
	return c
}

// check folds the log: chains of prev, seqs without gaps, and positions.
// check reads the whole log, once nobody writes any more: a promise of a wait follows a message by itself.
func (r *rig) check() {
	r.t.Helper()
	r.stop()
	eventstest.Check(r.t, r.log, func(t testing.TB, ticket events.ID, evs []events.Event) {})
}

func rising(list []int64) bool {
	return slices.IsSorted(list) && len(slices.Compact(slices.Clone(list))) == len(list)
}
