package chat_test

import (
	"slices"
	"testing"
	"time"

	"heard/chat"
	"heard/migrations"
	"heard/migrations/dbtest"
	"heard/tickets"
	"heard/tickets/events"
)

// looks waits until a list was told last that these look at a ticket and these write, and nobody else.
func (c *client) looks(ticket string, agents, composing []*tickets.Agent) {
	c.t.Helper()
	same := func(v any, want []*tickets.Agent) bool {
		list, is := v.([]any)
		return is && len(list) == len(want) && !slices.ContainsFunc(want, func(a *tickets.Agent) bool { return !slices.Contains(list, any(a.ID.String())) })
	}
	var last map[string]any
	for end := time.Now().Add(patience); time.Now().Before(end); time.Sleep(5 * time.Millisecond) {
		for _, m := range c.all() {
			list, _ := m["tickets"].([]any)
			for _, x := range list {
				if at := x.(map[string]any); m["type"] == "looking" && at["ticket"] == ticket {
					last = at
				}
			}
		}
		if same(last["agents"], agents) && same(last["composing"], composing) {
			return
		}
	}
	c.t.Fatalf("ticket %s is looked at as %v, want %d agents of whom %d write", ticket, last, len(agents), len(composing))
}

// TestLookingAtRows: a list tells who else looks at its rows and who writes; of what an agent may not see it names nobody.
func TestLookingAtRows(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, db *migrations.DB) {
		r := newRig(t, db, nil)
		ada, bob, eve := r.agent("ada", 4), r.agent("bob", 4), r.agent("eve", 4)
		no := false
		_, err := r.people.ChangeAgent(t.Context(), events.SystemActor, eve.ID, tickets.AgentPatch{AllTeams: &no, Teams: &[]events.ID{}})
		r.must(err)
		onAda, onBob, onEve := r.console(ada), r.console(bob), r.console(eve)
		conv, _ := r.widget(r.visitor(), nil).send("", "first")
		other, _ := r.widget(r.visitor(), nil).send("", "second")
		one, two := []*tickets.Agent{bob}, []*tickets.Agent{}
		onBob.say(map[string]any{"type": "watch", "ticket": conv})
		onBob.kind("viewers")

		rows := map[string]any{"type": "rows", "tickets": []string{conv, other}}
		onAda.say(rows)
		onEve.say(rows)
		onBob.say(rows)
		onAda.looks(conv, one, nil) // who looked before the row came on screen
		onBob.say(map[string]any{"type": "composing", "ticket": conv, "on": true})
		onAda.looks(conv, one, one)
		onBob.say(map[string]any{"type": "watch", "ticket": other})
		onBob.say(map[string]any{"type": "unwatch", "ticket": conv})
		onAda.looks(conv, two, nil)
		onAda.looks(other, one, nil)

		// Off screen is not told any more; nobody is told of herself; and a program is told nothing.
		onAda.say(map[string]any{"type": "rows", "tickets": []string{other}})
		before := onAda.count("looking")
		onBob.say(map[string]any{"type": "watch", "ticket": conv})
		onBob.kind("viewers")
		onBob.say(map[string]any{"type": "unwatch", "ticket": other})
		onAda.looks(other, two, nil)
		if got := onAda.count("looking"); got > before+2 {
			t.Errorf("%d frames for one change on screen", got-before)
		}
		for name, c := range map[string]*client{"who may not see the tickets": onEve, "who looks herself": onBob} {
			if got := c.count("looking"); got != 0 {
				t.Errorf("%s was told %d times", name, got)
			}
		}
		for what, bad := range map[string]any{"too many": make([]int, chat.MaxRows+1), "no id": []string{"-4"}, "not a list": "1"} {
			onAda.say(map[string]any{"type": "rows", "tickets": bad})
			if m := onAda.kind("error"); m["code"] != "invalid" {
				t.Errorf("%s: %v", what, m)
			}
		}
		r.check()
	})
}

// TestLookingAcrossNodes: who looks on another node is told to lists here, though nobody here looks at the ticket.
func TestLookingAcrossNodes(t *testing.T) {
	t.Parallel()
	n, a, b := newNodes(t, time.Hour)
	ada, bob := a.agent("ada", 4), a.agent("bob", 4)
	conv, _ := b.widget(b.visitor(), nil).send("", "first")
	onA, onB := a.console(ada), b.console(bob)
	onA.say(map[string]any{"type": "rows", "tickets": []string{conv}})
	onB.say(map[string]any{"type": "watch", "ticket": conv})
	onA.looks(conv, []*tickets.Agent{bob}, nil)
	onB.say(map[string]any{"type": "composing", "ticket": conv, "on": true})
	onA.looks(conv, []*tickets.Agent{bob}, []*tickets.Agent{bob})
	onB.end()
	onA.looks(conv, nil, nil)
	// Of a node that says nothing any more, nobody is taken to look for ever.
	onB = b.console(bob)
	onB.say(map[string]any{"type": "watch", "ticket": conv})
	onA.looks(conv, []*tickets.Agent{bob}, nil)
	n.taps[b].cut()
	a.hub.RefreshViewers(time.Now().Add(time.Hour))
	onA.looks(conv, nil, nil)
}
