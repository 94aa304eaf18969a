package chat_test

import (
	"testing"

	"heard/chat"
	"heard/migrations"
	"heard/migrations/dbtest"
	"heard/tickets"
	"heard/tickets/events"
)

func TestBlockingEndsEverySocketOfTheCustomer(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *migrations.DB) {
		r := newRig(t, db, nil)
		token := r.visitor()
		tabs := []*client{r.widget(token, nil), r.widget(token, nil)}
		other := r.widget(r.visitor(), nil)
		conv, _ := tabs[0].send("", "hello")
		ticket, err := events.ParseID(conv)
		r.must(err)
		row, err := r.store.Ticket(t.Context(), ticket)
		r.must(err)
		set := func(to bool) {
			t.Helper()
			_, err := r.people.ChangeCustomer(t.Context(), events.SystemActor, row.CustomerID, tickets.CustomerPatch{Blocked: &to})
			r.must(err)
		}
		set(true)
		for i, tab := range tabs {
			if code := tab.closed(); code != chat.CloseForbidden {
				t.Errorf("tab %d was closed with %d, want %d", i, code, chat.CloseForbidden)
			}
			tab.mu.Lock()
			last := tab.list[len(tab.list)-1]
			tab.mu.Unlock()
			if last["type"] != "error" || last["code"] != "forbidden" {
				t.Errorf("tab %d was told %v", i, last)
			}
		}
		back := r.widget(token, nil)
		if code := back.closed(); code != chat.CloseForbidden {
			t.Errorf("who comes back is closed with %d", code)
		}
		other.send("", "I am somebody else")
		set(false)
		free := r.widget(token, nil)
		free.kind("welcome")
		free.send(conv, "here again")
		r.check()
	})
}
