package chat_test

import (
	"context"
	"testing"
	"time"

	"heard/migrations"
	"heard/migrations/dbtest"
	"heard/tickets"
	"heard/tickets/events"

	"github.com/google/uuid"
)

// settings replaces those of the rig's inbox.
func (r *rig) settings(s tickets.InboxSettings) {
	r.t.Helper()
	_, err := r.people.ChangeInbox(r.t.Context(), events.SystemActor, r.inbox.ID, tickets.InboxPatch{Settings: &s})
	r.must(err)
}

func TestEveryTabHearsEveryConversation(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *migrations.DB) {
		r := newRig(t, db, nil)
		console := r.console(r.agent("ada", 9))
		token := r.visitor()
		tabs := []*client{r.widget(token, nil), r.widget(token, nil), r.widget(token, nil)}
		first, _ := tabs[0].send("", "one thing")
		second, _ := tabs[1].send("", "another thing") // beside an open one
		if first == second {
			t.Fatalf("both are conversation %s", first)
		}
		for _, conv := range []string{first, second} {
			console.say(map[string]any{"type": "watch", "ticket": conv})
			console.say(map[string]any{"type": "send", "client_id": uuid.NewString(), "ticket": conv, "body": "about " + conv})
		}
		for i, tab := range tabs {
			for _, conv := range []string{first, second} {
				tab.next("answer", func(m map[string]any) bool {
					e, _ := m["event"].(map[string]any)
					return m["conversation"] == conv && e["body"] == "about "+conv
				})
				if seqs := tab.log(conv); !rising(seqs) {
					t.Errorf("tab %d read %s as %v", i, conv, seqs)
				}
			}
		}
		tabs[2].say(map[string]any{"type": "end", "conversation": first})
		for _, tab := range tabs {
			if e := tab.event("conversation.ended"); e["seq"] == nil {
				t.Errorf("end = %v", e)
			}
		}
		device := r.widget(token, nil) // comes later, and is told from then on
		_, seq := tabs[0].send(second, "still the other one")
		device.next("what another tab wrote", func(m map[string]any) bool {
			e, _ := m["event"].(map[string]any)
			return m["conversation"] == second && e["seq"] == float64(seq)
		})
		r.check()
	})
}

func TestAClosedConversationGoesOnInEveryTab(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *migrations.DB) {
		r := newRig(t, db, nil)
		token := r.visitor()
		tabs := []*client{r.widget(token, nil), r.widget(token, nil)}
		conv, _ := tabs[0].send("", "hello")
		id, err := events.ParseID(conv)
		r.must(err)
		_, err = r.store.SetStatus(t.Context(), events.Actor{Kind: events.Agent, ID: r.agent("ada", 4).ID}, id, tickets.Closed)
		r.must(err)
		next, seq := tabs[1].send(conv, "it broke again")
		if next == conv {
			t.Fatal("a closed conversation took a message")
		}
		for _, tab := range tabs {
			tab.next("the follow-up", func(m map[string]any) bool {
				e, _ := m["event"].(map[string]any)
				return m["conversation"] == next && e["seq"] == float64(seq)
			})
		}
		r.check()
	})
}

func TestPagesAndProactiveAnswersByTheSocket(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *migrations.DB) {
		r := newRig(t, db, nil)
		token := r.visitor()
		v, err := r.people.Visitor(t.Context(), token)
		r.must(err)
		w := r.widget(token, nil)
		page := map[string]any{"type": "page", "url": "https://shop.example/cart?token=x", "title": "Cart"}
		seen := func() int {
			t.Helper()
			visit, err := r.people.VisitOf(t.Context(), v.ID)
			r.must(err)
			if visit == nil {
				return 0
			}
			return len(visit.Pages)
		}
		if w.say(page); seen() != 0 {
			t.Error("a page was kept without the inbox's consent")
		}
		r.settings(tickets.InboxSettings{Consent: true, Proactive: []tickets.ProactiveRule{{ID: "help", URL: "/*", Text: "Can I help you?"}}})
		if w.say(page); seen() != 1 {
			t.Error("a page was not kept")
		}
		id := uuid.NewString()
		w.say(map[string]any{"type": "send", "client_id": id, "body": "Yes", "proactive": "help"})
		ack := w.next("ack", func(m map[string]any) bool { return m["client_id"] == id })
		if e := w.event("message.posted"); e["body"] != "Can I help you?" || e["by"].(map[string]any)["kind"] != "automation" || ack["seq"] != float64(3) {
			t.Errorf("the conversation begins with %v, ack %v", e, ack)
		}
	})
}

func TestTheJobEndsSilentChats(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *migrations.DB) {
		r := newRig(t, db, nil)
		console := r.console(r.agent("ada", 4))
		w := r.widget(r.visitor(), nil)
		conv, _ := w.send("", "hello")
		w.event("ticket.assigned")
		console.say(map[string]any{"type": "watch", "ticket": conv})
		console.say(map[string]any{"type": "send", "client_id": uuid.NewString(), "ticket": conv, "body": "Which order?"})
		w.event("message.posted")
		r.settings(tickets.InboxSettings{Inactivity: tickets.Inactivity{WarnAfterMin: 1, CloseAfterMin: 2}})
		r.must(r.hub.EndSilent(t.Context())) // nobody is late
		id, err := events.ParseID(conv)
		r.must(err)
		row, err := r.store.Ticket(t.Context(), id)
		r.must(err)
		if row.Status != tickets.Open {
			t.Errorf("after the job the chat is %s", row.Status)
		}
		r.must(r.log.Write(t.Context(), events.Unit{By: events.SystemActor}, func(ctx context.Context, tx *events.Tx) error {
			_, err := tx.NewRaw(`UPDATE messages SET at = ? WHERE ticket_id = ?`, tx.Now.Add(-time.Hour), id).Exec(ctx)
			return err
		}))
		for range 3 {
			r.must(r.hub.EndSilent(t.Context()))
		}
		console.event("inactivity.warned")
		if e := w.next("the warning", func(m map[string]any) bool {
			e, _ := m["event"].(map[string]any)
			by, _ := e["by"].(map[string]any)
			return by["kind"] == "automation"
		}); e["conversation"] != conv {
			t.Errorf("the warning = %v", e)
		}
		if row, err = r.store.Ticket(t.Context(), id); err != nil || row.Status != tickets.Open {
			t.Errorf("warned and ended at once: %s, %v", row.Status, err)
		}
		r.check()
	})
}
