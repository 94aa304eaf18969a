package chat_test

import (
	"context"
	"sync"
	"testing"
	"time"

	"heard/chat"
	"heard/tickets"
	"heard/tickets/events"
)

const soon = 300 * time.Millisecond // a grace that a test can wait for

// An agent with consoles on two nodes is one person: it is gone when both are, once.
func TestAgentOnTwoNodes(t *testing.T) {
	t.Parallel()
	n, a, b := newNodes(t, soon)
	ada, bob := a.agent("ada", 4), a.agent("bob", 4)
	a.must(a.people.SetAvailability(t.Context(), events.SystemActor, bob.ID, tickets.Away, tickets.Chosen)) // by a program
	one, two := a.console(ada), b.console(ada)
	w := b.widget(b.visitor(), nil)
	conv, _ := w.send("", "first")
	opened := w.event("ticket.assigned")
	id, err := events.ParseID(conv)
	a.must(err)
	n.until("ada on both nodes", func() bool { return n.placed(ada) == 2 })
	one.end()
	n.until("ada on one node", func() bool { return n.placed(ada) == 1 })
	if got := n.availability(ada); got != tickets.Online || n.offline(ada) != 0 {
		t.Errorf("with a console on the other node ada is %s, taken offline %d times", got, n.offline(ada))
	}
	two.end()
	n.until("ada offline", func() bool { return n.offline(ada) == 1 })
	var listed *tickets.Listed
	n.until("the chat in its queue", func() bool {
		listed, err = n.store.Ticket(t.Context(), id)
		return err == nil && listed.AssigneeID == 0
	})
	if listed.QueuedAt == 0 || listed.QueuedAt > listed.CreatedAt {
		t.Errorf("queued at %v, want its old place of %v (assigned: %v)", listed.QueuedAt, listed.CreatedAt, opened)
	}
	time.Sleep(2 * soon) // the other node's grace for it is over, too
	if off, back := n.offline(ada), n.kinds("ticket.handed_off"); off != 1 || back != 1 {
		t.Errorf("taken offline %d times, given back %d times; want both once", off, back)
	}
	if got := n.availability(bob); got != tickets.Away {
		t.Errorf("an agent without consoles that a program set away is %s", got)
	}
	n.check()
}

// A node dies: its agents go offline and their chats back, unless they are elsewhere, however many look after it.
func TestNodeDies(t *testing.T) {
	t.Parallel()
	n, a, b := newNodes(t, time.Millisecond)
	c, fresh := n.more(time.Millisecond), n.more(time.Hour)
	ada, bob := a.agent("ada", 4), a.agent("bob", 4)
	a.console(ada)
	w := b.widget(b.visitor(), nil)
	w.send("", "first")
	w.event("ticket.assigned")
	a.console(bob)
	b.console(bob)
	a.stop()
	fresh.must(fresh.hub.Beat(t.Context()))
	if n.placed(ada) != 1 {
		t.Fatal("a node within its lease was given up")
	}
	n.age(a)
	n.must(fresh.hub.Beat(t.Context())) // it may not yet: who was on it is coming back, as far as it knows
	var wg sync.WaitGroup
	for _, r := range []*rig{b, c, b, c} {
		wg.Go(func() {
			if err := r.hub.Beat(context.WithoutCancel(t.Context())); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	if got := n.availability(ada); got != tickets.Offline || n.offline(ada) != 1 {
		t.Errorf("ada is %s, taken offline %d times; want once", got, n.offline(ada))
	}
	if got := n.availability(bob); got != tickets.Online || n.placed(bob) != 1 {
		t.Errorf("bob is %s on %d nodes, want online on the living one", got, n.placed(bob))
	}
	n.until("the chat with bob", func() bool { return n.kinds("ticket.assigned") == 2 })
	if got := n.kinds("ticket.handed_off"); got != 1 {
		t.Errorf("given back %d times, want once", got)
	}
	n.check()
}

// A node that has just started leaves the dead alone for its grace.
func TestFreshNodeDoesNotSweep(t *testing.T) {
	t.Parallel()
	n, a, b := newNodes(t, time.Hour)
	ada := a.agent("ada", 4)
	a.console(ada)
	a.stop()
	n.age(a)
	n.must(b.hub.Beat(t.Context()))
	if n.placed(ada) != 1 || n.availability(ada) != tickets.Online {
		t.Errorf("ada is %s on %d nodes, want as before", n.availability(ada), n.placed(ada))
	}
}

// A node that slept was given up; awake, it brings all its agents back, also when one that comes speaks first.
func TestNodeWakes(t *testing.T) {
	t.Parallel()
	for _, first := range []string{"beat", "agent"} {
		t.Run(first, func(t *testing.T) {
			t.Parallel()
			n, a, b := newNodes(t, time.Hour)
			ada, bob := a.agent("ada", 4), a.agent("bob", 4)
			a.console(ada)
			n.until("ada given up", func() bool { // our own beat may come between
				n.age(a)
				_, err := b.people.NodesGone(t.Context())
				n.must(err)
				return n.offline(ada) > 0
			})
			if first == "agent" {
				a.console(bob)
			}
			n.must(a.hub.Beat(t.Context()))
			if got := n.availability(ada); got != tickets.Online || n.placed(ada) != 1 {
				t.Errorf("ada is %s on %d nodes, want back", got, n.placed(ada))
			}
		})
	}
}

// One node routes; when it leaves, the other one does.
func TestRoutingChangesHands(t *testing.T) {
	t.Parallel()
	n, a, b := newNodes(t, time.Hour)
	n.until("a node that routes", func() bool { return a.hub.Routes() || b.hub.Routes() })
	first, second := a, b
	if b.hub.Routes() {
		first, second = b, a
	}
	second.console(a.agent("ada", 8))
	talk := func() {
		w := second.widget(second.visitor(), nil)
		w.send("", "hello")
		w.event("ticket.assigned")
	}
	for range 3 {
		talk()
	}
	if second.hub.Routes() {
		t.Error("two nodes route")
	}
	first.hub.Drain(t.Context(), 0)
	for range 3 {
		talk()
	}
	if !second.hub.Routes() || first.hub.Routes() {
		t.Errorf("the one that left routes: %v, the other: %v", first.hub.Routes(), second.hub.Routes())
	}
	if got := n.kinds("ticket.assigned"); got != 6 {
		t.Errorf("%d assignments of 6 chats", got)
	}
	n.check()
}

// What ends on one node ends on all, over the bus and without it, and names no secret.
func TestEndsOnEveryNode(t *testing.T) {
	t.Parallel()
	n, a, b := newNodes(t, time.Hour)
	ada, session := a.agent("ada", 4), "the-session-of-ada-with-some-length"
	visit := func(lost bool) {
		token := a.visitor()
		v, err := a.people.Visitor(t.Context(), token)
		a.must(err)
		w, other := b.widget(token, nil), b.widget(b.visitor(), nil)
		w.kind("welcome")
		c, still := b.signedIn(ada, session), b.signedIn(ada, "another-session-of-ada")
		b.hub.HearNote("old", []byte(`{"k":"end_visitor","v":"`+v.ID.String()+`"}`)) // of an earlier time
		b.must(b.hub.CheckEnds(t.Context()))
		w.send("", "here")
		a.must(a.people.LogoutVisitor(t.Context(), token))
		a.sql(`DELETE FROM sessions WHERE token_hash = ?`, hashOf(session))
		a.hub.EndVisitor(v.ID)
		a.hub.EndSignIn(session)
		if lost {
			b.must(b.hub.CheckEnds(t.Context()))
		}
		for _, closed := range []*client{w, c} {
			if got := closed.closed(); got != chat.CloseUnauthenticated {
				t.Errorf("lost %v: closed with %d", lost, got)
			}
		}
		other.send("", "still here")
		still.say(map[string]any{"type": "ping"})
		still.kind("pong")
		if n.taps[a].carried(session) || n.taps[b].carried(session) || n.taps[a].carried(token) || n.taps[b].carried(token) {
			t.Error("the bus carried a secret")
		}
	}
	visit(false)
	n.taps[a].cut()
	visit(true)
}

// A proof of identity that ran out has the widget come back and see what it may see without one.
func TestProofRunsOut(t *testing.T) {
	t.Parallel()
	_, a, b := newNodes(t, time.Hour)
	token := a.visitor()
	v, err := a.people.Visitor(t.Context(), token)
	a.must(err)
	a.sql(`UPDATE visitor_tokens SET proved_until = ? WHERE visitor_id = ?`, a.log.Now().Add(time.Hour), v.ID)
	w := b.widget(token, nil)
	w.kind("welcome")
	b.must(b.hub.CheckEnds(t.Context()))
	w.send("", "proved")
	a.sql(`UPDATE visitor_tokens SET proved_until = ? WHERE visitor_id = ?`, a.log.Now().Add(-time.Second), v.ID)
	b.must(b.hub.CheckEnds(t.Context()))
	if got := w.closed(); got != chat.CloseDraining {
		t.Errorf("closed with %d, want to come back", got)
	}
	again := b.widget(token, nil)
	again.kind("welcome")
	if v, err := b.people.Visitor(t.Context(), token); err != nil || v.Proven {
		t.Errorf("come back as %+v, %v; want unproved", v, err)
	}
}
