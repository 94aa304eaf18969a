package chat_test

import (
	"bytes"
	"context"
	"fmt"
	"math/rand/v2"
	"reflect"
	"slices"
	"sync"
	"testing"
	"time"

	"heard/chat"
	"heard/chat/bus"
	"heard/migrations/dbtest"
	"heard/tickets"
	"heard/tickets/events"

	"github.com/google/uuid"
)

// beside is another node of the rig's cluster: its own connections, log and hub.
func (r *rig) beside(dsn string, b bus.Bus) *rig {
	r.t.Helper()
	other := newRig(r.t, dbtest.Open(r.t, dsn), func(o *chat.Options) { o.Bus = b })
	other.inbox, other.team = r.inbox, r.team
	return other
}

// naughty is a bus that does what a bus may do, and hands on what nobody should have sent.
type naughty struct {
	bus.Bus
	dead bool

	mu   sync.Mutex
	r    *rand.Rand
	held [][]byte
	past [][]byte
}

func (n *naughty) Healthy() bool { return true } // as far as is known

func (n *naughty) Subscribe(topic string, fn func(from string, payload []byte)) func() {
	return n.Bus.Subscribe(topic, func(from string, payload []byte) {
		n.mu.Lock()
		defer n.mu.Unlock()
		if n.dead {
			return
		}
		for _, p := range n.spoil(payload) {
			fn(from, bytes.Clone(p))
		}
	})
}

// spoil says what is delivered instead.
func (n *naughty) spoil(p []byte) (out [][]byte) {
	n.past = append(n.past, bytes.Clone(p))
	switch n.r.IntN(8) {
	case 0: // lost
	case 1: // doubled
		out = append(out, p, p)
	case 2: // kept for later
		n.held = append(n.held, p)
	case 3: // late
		time.Sleep(time.Duration(n.r.IntN(15)) * time.Millisecond)
		out = append(out, p)
	case 4: // garbage before it
		out = append(out, n.garbage(), p)
	case 5: // something of long ago
		out = append(out, n.past[n.r.IntN(len(n.past))], p)
	default:
		out = append(out, p)
	}
	if len(n.held) > 0 && n.r.IntN(3) == 0 {
		i := n.r.IntN(len(n.held))
		out = append(out, n.held[i])
		n.held = slices.Delete(n.held, i, i+1)
	}
	return out
}

func (n *naughty) garbage() []byte {
	list := [][]byte{nil, []byte("[]"), []byte("null"), []byte("[null]"), []byte("{}"), []byte(`[{"p":-1}]`), []byte(`[{"p":5,"k":"no.such"}]`),
		[]byte(`[{"p":9223372036854775807,"k":"message.posted","d":{}}]`), []byte(`[{"p":1,"k":"message.posted","d":[]}]`),
		bytes.Repeat([]byte("["), 2000), {0, 1, 0xff}}
	if p := n.past[n.r.IntN(len(n.past))]; n.r.IntN(3) == 0 {
		return p[:n.r.IntN(len(p))]
	}
	return list[n.r.IntN(len(list))]
}

// TestNodesShareConversations: the customer on one node, the agent on the other, and the bus at its worst.
func TestNodesShareConversations(t *testing.T) {
	for seed := range uint64(3) {
		t.Run(fmt.Sprintf("seed %d", seed), func(t *testing.T) {
			t.Parallel()
			talkAcross(t, 40, func(b bus.Bus, i int) bus.Bus {
				return &naughty{Bus: b, r: rand.New(rand.NewPCG(seed, uint64(i)))}
			})
		})
	}
	t.Run("in health", func(t *testing.T) {
		t.Parallel()
		talkAcross(t, 40, func(b bus.Bus, _ int) bus.Bus { return b })
	})
	t.Run("dead", func(t *testing.T) { // the poll brings everything
		t.Parallel()
		talkAcross(t, 10, func(b bus.Bus, _ int) bus.Bus { return &naughty{Bus: b, dead: true} })
	})
}

// talkAcross has a customer on one node and an agent on another, and compares what both and two followers saw with what
// is stored.
func talkAcross(t *testing.T, messages int, wrap func(b bus.Bus, i int) bus.Bus) {
	t.Helper()
	dsn := dbtest.PostgresDSN(t)
	hub := bus.NewSwitch()
	join := func(i int) bus.Bus {
		b := hub.Join(bus.Options{Desk: "desk"})
		t.Cleanup(func() { _ = b.Close(context.Background()) })
		return wrap(b, i)
	}
	a := newRig(t, dbtest.Open(t, dsn), func(o *chat.Options) { o.Bus = join(0) })
	b := a.beside(dsn, join(1))
	followed := []*followed{follow(t, a.log), follow(t, b.log)}

	console := b.console(b.agent("ada", 10))
	w := a.widget(a.visitor(), nil)
	w.kind("welcome")
	conv, _ := w.send("", "first")
	id, err := events.ParseID(conv)
	a.must(err)
	w.event("ticket.assigned")
	console.say(map[string]any{"type": "watch", "ticket": conv, "after": 0})
	console.kind("resumed")
	var wg sync.WaitGroup
	wg.Go(func() {
		for i := range messages {
			w.send(conv, fmt.Sprintf("customer %d", i))
		}
	})
	wg.Go(func() {
		for i := range messages {
			client := uuid.NewString()
			console.say(map[string]any{"type": "send", "client_id": client, "ticket": conv, "body": fmt.Sprintf("agent %d", i)})
			console.next("ack", func(m map[string]any) bool { return m["type"] == "ack" && m["client_id"] == client })
		}
	})
	wg.Wait()
	a.checkViewers(id, w, console)
	head, err := a.log.Head(t.Context())
	a.must(err)
	for i, f := range followed {
		f.check(t, []*rig{a, b}[i], head)
	}
	a.check()
}

// checkViewers compares what a customer and an agent were sent with what is stored.
func (r *rig) checkViewers(id events.ID, w, console *client) {
	r.t.Helper()
	for _, c := range []struct {
		viewer *client
		as     tickets.Viewer
	}{{w, tickets.ForCustomer}, {console, tickets.ForAgent}} {
		var want []string
		for after := int64(0); ; {
			items, err := r.store.Thread(r.t.Context(), id, c.as, after, 100)
			r.must(err)
			if len(items) == 0 {
				break
			}
			for _, item := range items {
				body := ""
				if item.Message != nil {
					body = item.Message.Body
				}
				want = append(want, fmt.Sprintf("%d %s %s", item.Event.Seq, item.Event.Kind, body))
				after = item.Event.Seq
			}
		}
		last := want[len(want)-1]
		c.viewer.next("last event", func(m map[string]any) bool { return line(m, id) == last })
		if got := c.viewer.lines(id); !slices.Equal(got, want) {
			r.t.Errorf("a viewer was sent\n%q, stored is\n%q", got, want)
		}
	}
}

// line is an event frame of a ticket in one line; "" for other frames.
func line(m map[string]any, id events.ID) string {
	e, _ := m["event"].(map[string]any)
	if m["type"] != "event" || (m["conversation"] != id.String() && m["ticket"] != id.String()) {
		return ""
	}
	body, _ := e["body"].(string)
	return fmt.Sprintf("%d %s %s", int64(e["seq"].(float64)), e["kind"], body)
}

func (f *frames) lines(id events.ID) (list []string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	for _, m := range f.list {
		if l := line(m, id); l != "" {
			list = append(list, l)
		}
	}
	return list
}

// followed is what a follower of a log got.
type followed struct {
	mu   sync.Mutex
	list []events.Event
	stop func()
}

func follow(t *testing.T, l *events.Log) *followed {
	f := &followed{}
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan struct{})
	go func() {
		defer close(done)
		_ = l.Follow(ctx, 0, func(evs []events.Event) error {
			f.mu.Lock()
			defer f.mu.Unlock()
			f.list = append(f.list, evs...)
			return nil
		})
	}()
	f.stop = func() { cancel(); <-done }
	t.Cleanup(f.stop)
	return f
}

// check compares with what is stored: every event once, in order, the same, and with the same message if with any.
func (f *followed) check(t *testing.T, r *rig, head int64) {
	t.Helper()
	end := time.Now().Add(patience)
	for {
		f.mu.Lock()
		n := len(f.list)
		f.mu.Unlock()
		if int64(n) >= head {
			break
		}
		if time.Now().After(end) {
			t.Fatalf("followed %d of %d events", n, head)
		}
		time.Sleep(5 * time.Millisecond)
	}
	f.stop()
	stored, err := r.log.Events(t.Context(), 0, int(head))
	r.must(err)
	for i, got := range f.list[:head] {
		want := stored[i]
		_, err := r.log.Decode(&got)
		r.must(err)
		_, err = r.log.Decode(&want)
		r.must(err)
		message := carried(&got)
		if got.Data, want.Data = nil, nil; !reflect.DeepEqual(got, want) {
			t.Errorf("followed %+v, stored %+v", got, want)
		}
		if message == nil {
			continue
		}
		items, err := r.store.Thread(t.Context(), got.TicketID, tickets.ForAgent, got.Seq-1, 1)
		r.must(err)
		if m := items[0].Message; m == nil || m.Body != message.Body || m.ByID != message.ByID || m.At != message.At || m.Seq != message.Seq {
			t.Errorf("event %d carried %+v, stored %+v", got.Pos, message, m)
		}
	}
}

// carried takes the message out of an event's change.
func carried(e *events.Event) (m *tickets.Message) {
	switch c := e.Change.(type) {
	case tickets.MessagePosted:
		m, c.Message = c.Message, nil
		e.Change = c
	case tickets.NotePosted:
		m, c.Message = c.Message, nil
		e.Change = c
	}
	return m
}
