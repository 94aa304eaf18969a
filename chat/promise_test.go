package chat_test

import (
	"testing"

	"heard/migrations"
	"heard/migrations/dbtest"
	"heard/tickets"
	"heard/tickets/events"
	"heard/tickets/fault"
)

// A node that does not route tells its own customers their places all the same.
func TestPlacesAreToldOnEveryNode(t *testing.T) {
	dbtest.EachDSN(t, func(t *testing.T, dsn string) {
		a := newRig(t, dbtest.Open(t, dsn), nil)
		a.routes()
		b := a.node(dbtest.Open(t, dsn), nil)
		first, second := b.widget(b.visitor(), nil), b.widget(b.visitor(), nil)
		one, _ := first.send("", "help")
		if q := first.kind("queue"); q["position"] != float64(1) {
			t.Errorf("the first is told %v", q)
		}
		second.send("", "help")
		if q := second.kind("queue"); q["position"] != float64(2) {
			t.Errorf("the second is told %v", q)
		}
		_, err := a.store.Claim(t.Context(), by(a.agent("ada", 4)), ticketID(t, one))
		a.must(err)
		if q := second.kind("queue"); q["position"] != float64(1) {
			t.Errorf("when the first is served, the second is told %v", q)
		}
	})
}

func TestAPromiseIsMadeKeptAndLearnt(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *migrations.DB) {
		r := newRig(t, db, nil)
		token := r.visitor()
		w := r.widget(token, nil)
		conv, _ := w.send("", "anybody?")
		told := w.event("wait.promised")["data"].(map[string]any)
		q := w.kind("queue")
		if wait := q["wait_s"].([]any); told["position"] != float64(1) || q["position"] != float64(1) || wait[1] != told["high_s"] {
			t.Errorf("promised %v, and told %v", told, q)
		}
		back := r.widget(token, map[string]any{"resume": []any{map[string]any{"conversation": conv, "after": 0}}})
		if again := back.kind("queue"); again["position"] != float64(1) {
			t.Errorf("back, the customer is told %v", again)
		}
		r.console(r.agent("ada", 1))
		r.owner(conv, owned)
		kept, err := r.store.KeptPromises(t.Context(), r.team, 10)
		r.must(err)
		if len(kept) != 1 || kept[0].Left || kept[0].Real < 0 || float64(kept[0].High) != told["high_s"].(float64)*1000 {
			t.Errorf("kept = %+v", kept)
		}
		r.check()
	})
}

func TestAnAddressKeepsThePlace(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *migrations.DB) {
		r := newRig(t, db, nil)
		token := r.visitor()
		w := r.widget(token, nil)
		conv, _ := w.send("", "anybody?")
		w.kind("queue")
		id := ticketID(t, conv)
		v, err := r.people.Visitor(t.Context(), token)
		r.must(err)
		r.must(r.people.LeaveContact(t.Context(), v.Actor(), id, "me@example.com"))
		if err := r.people.LeaveContact(t.Context(), v.Actor(), id, "no address"); fault.KindOf(err) != fault.Invalid {
			t.Errorf("a bad address: %v", err)
		}
		if err := r.people.LeaveContact(t.Context(), events.Actor{Kind: events.Customer, ID: 999}, id, "me@example.com"); fault.KindOf(err) != fault.NotFound {
			t.Errorf("a stranger: %v", err)
		}
		w.end()
		before := r.owner(conv, func(*tickets.Listed) bool { return true })
		_, err = r.store.Abandon(t.Context(), id, r.log.Now())
		r.must(err)
		after := r.owner(conv, func(*tickets.Listed) bool { return true })
		if after.EndedAt != 0 || after.ClosesAt != 0 || after.QueuedAt != before.QueuedAt {
			t.Errorf("left, the chat ended at %s, closes at %s, waits since %s", after.EndedAt, after.ClosesAt, after.QueuedAt)
		}
		if q := r.widget(token, nil).kind("queue"); q["position"] != float64(1) {
			t.Errorf("back, the customer is told %v", q)
		}
		c, err := r.people.Customer(t.Context(), v.CustomerID)
		r.must(err)
		if c.Email != "me@example.com" || c.Verified {
			t.Errorf("the customer is %+v", c)
		}
		r.check()
	})
}
