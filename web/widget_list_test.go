package web

import (
	"slices"
	"testing"

	"heard/migrations"
	"heard/migrations/dbtest"
	"heard/tickets"
	"heard/tickets/events"

	"github.com/google/uuid"
)

func TestAVisitorsListGoesOn(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *migrations.DB) {
		d := newDesk(t, db)
		mine, other := d.visitor(), d.visitor()
		var made []string
		for range 5 {
			made = append(made, d.chat(mine, "Hello"))
			d.chat(other, "Not for you")
		}
		slices.Reverse(made)
		type page struct {
			Items []struct{ ID string }
			Next  string
		}
		var seen []string
		for cursor, pages := "", 0; pages == 0 || cursor != ""; pages++ {
			if pages > 5 {
				t.Fatal("the list does not end")
			}
			var p page
			d.do(testCall{method: "GET", path: "/api/widget/conversations?limit=2&cursor=" + cursor, token: mine}).must(t, 200, &p)
			for _, c := range p.Items {
				seen = append(seen, c.ID)
			}
			cursor = p.Next
		}
		if !slices.Equal(seen, made) {
			t.Errorf("page by page it lists %v, want %v", seen, made)
		}
		if got := d.do(testCall{method: "GET", path: "/api/widget/conversations?cursor=x", token: mine}); got.status != 422 {
			t.Errorf("a cursor that is none = %d %s", got.status, got.body)
		}
	})
}

func TestAVisitorsListTellsWhatTheDeskHasSeen(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *migrations.DB) {
		d := newDesk(t, db)
		mine := d.visitor()
		id := d.chat(mine, "Have you seen this?")
		type told struct {
			LastSeq int64  `json:"last_seq"`
			Seen    *int64 `json:"agent_seen_seq"`
		}
		look := func() (listed told, session int64) {
			t.Helper()
			var list struct{ Items []told }
			d.do(testCall{method: "GET", path: "/api/widget/conversations", token: mine}).must(t, 200, &list)
			var s struct {
				Visitor string
				Seen    int64 `json:"agent_seen_seq"`
			}
			d.do(testCall{method: "POST", path: "/api/widget/session", body: `{"inbox":"` + d.inbox.Key + `","visitor":"` + mine + `"}`}).must(t, 200, &s)
			mine = s.Visitor
			return list.Items[0], s.Seen
		}
		if got, session := look(); got.Seen == nil || *got.Seen != 0 || session != 0 {
			t.Errorf("before anybody looked it tells %v and %d, want 0", got.Seen, session)
		}
		// A note is the newest that the desk has seen, and no business of the customer's.
		d.as(tickets.RoleAdmin, "POST", "/api/v1/tickets/"+id+"/notes", `{"client_id":"`+uuid.NewString()+`","body":"A note"}`).must(t, 201, nil)
		ticket := d.ticketRow(id)
		if _, err := tickets.NewStore(d.log).MarkSeen(t.Context(), events.Actor{Kind: events.Agent, ID: d.agents[tickets.RoleAdmin].ID}, ticket.ID, ticket.LastSeq); err != nil {
			t.Fatal(err)
		}
		if got, session := look(); got.Seen == nil || *got.Seen != got.LastSeq || session != got.LastSeq || got.LastSeq == ticket.LastSeq {
			t.Errorf("after it was seen up to %d it tells %+v and %d, want the newest that the customer sees", ticket.LastSeq, got, session)
		}
	})
}
