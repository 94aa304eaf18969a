package web

import (
	"fmt"
	"testing"
	"time"

	"heard/migrations"
	"heard/migrations/dbtest"
	"heard/tickets"
	"heard/tickets/events"
)

// newestKind is the kind of a ticket's newest event, as an agent reads it.
func (d *testDesk) newestKind(id string) string {
	d.t.Helper()
	var out struct{ Items []struct{ Kind string } }
	d.as(tickets.RoleAdmin, "GET", "/api/v1/tickets/"+id+"/events", "").must(d.t, 200, &out)
	if len(out.Items) == 0 {
		return ""
	}
	return out.Items[len(out.Items)-1].Kind
}

func (d *testDesk) ownedBy(id string) string {
	d.t.Helper()
	out := d.as(tickets.RoleAdmin, "GET", "/api/v1/tickets/"+id+"/ownership", "")
	out.must(d.t, 200, nil)
	return out.body
}

func TestAnActIsTakenBackByWhatItsAnswerNames(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *migrations.DB) {
		d := newDesk(t, db)
		lead := d.agents[tickets.RoleLead].ID.String()
		for _, tt := range []struct{ method, path, body string }{
			{"POST", "/resolve", ""}, {"POST", "/assign", `{"agent":"` + lead + `"}`}, {"POST", "/tags", `{"add":["new"]}`},
			{"POST", "/snooze", `{"until":"2026-03-05T09:00:00Z"}`}, {"PATCH", "", `{"priority":"urgent","status":"pending"}`}, {"PATCH", "", `{"spam":true}`},
		} {
			id := d.open("one")
			path := "/api/v1/tickets/" + id
			was, owned := left(d.ticketRow(id)), d.ownedBy(id)
			var done struct{ Act *wireAct }
			d.as(tickets.RoleAdmin, tt.method, path+tt.path, tt.body).must(t, 200, &done)
			if done.Act == nil {
				t.Fatalf("%s %s names no act", tt.method, tt.path)
			}
			undo := fmt.Sprintf(`{"from":%d,"through":%d}`, done.Act.From, done.Act.Through)
			if got := d.as(tickets.RoleLead, "POST", path+"/undo", undo); got.status != 422 {
				t.Errorf("another's %s is taken back: %d %s", tt.path, got.status, got.body)
			}
			d.as(tickets.RoleAdmin, "POST", path+"/undo", undo).must(t, 200, nil)
			if got := left(d.ticketRow(id)); got != was || d.ownedBy(id) != owned || d.newestKind(id) != "ticket.act_undone" {
				t.Errorf("%s %s taken back leaves %s, want %s; owned by %s, want %s", tt.path, tt.body, got, was, d.ownedBy(id), owned)
			}
			var idle struct{ Act *wireAct }
			if d.as(tickets.RoleAdmin, "POST", path+"/tags", `{"remove":["none"]}`).must(t, 200, &idle); idle.Act != nil {
				t.Errorf("what changed nothing is the act %+v", idle.Act)
			}
		}
	})
}

func TestReopeningManyGivesEachBackToWhoHadIt(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *migrations.DB) {
		d := newDesk(t, db)
		lead, agent := d.agents[tickets.RoleLead].ID, d.agents[tickets.RoleAgent].ID
		hers, gone, nobodys := d.open("one"), d.open("two"), d.open("three")
		d.as(tickets.RoleAdmin, "POST", "/api/v1/tickets/"+hers+"/assign", `{"agent":"`+lead.String()+`"}`).must(t, 200, nil)
		d.as(tickets.RoleAdmin, "POST", "/api/v1/tickets/"+gone+"/assign", `{"agent":"`+agent.String()+`"}`).must(t, 200, nil)
		d.as(tickets.RoleAdmin, "PATCH", "/api/v1/tickets/"+nobodys, `{"spam":true}`).must(t, 200, nil)
		ids := `{"ids":["` + hers + `","` + gone + `","` + nobodys + `"],"do":`
		resolved := d.bulk(tickets.RoleAdmin, "/api/v1/tickets/bulk", ids+`{"kind":"resolve"}}`)
		d.as(tickets.RoleAdmin, "PATCH", "/api/v1/agents/"+agent.String(), `{"disabled":true}`).must(t, 200, nil)
		d.bulk(tickets.RoleAdmin, "/api/v1/tickets/bulk", ids+`{"kind":"reopen"}}`)
		for id, owner := range map[string]events.ID{hers: lead, gone: 0, nobodys: 0} {
			if row := d.ticketRow(id); row.Status != tickets.Open || row.AssigneeID != owner || row.TeamID == 0 || (owner == 0) != (row.QueuedAt != 0) {
				t.Errorf("reopened, %s is %s, want agent %s", id, left(row), owner)
			}
		}
		d.clock.Advance(time.Hour)
		if back := d.bulk(tickets.RoleAdmin, "/api/v1/bulk/"+resolved.ID+"/undo", `{}`); back.Done+len(back.Failed) != back.Total {
			t.Errorf("undo = %+v", back)
		}
	})
}

func TestABulkUndoIsNotToldEither(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *migrations.DB) {
		d := newDesk(t, db)
		waits, owned := d.open("one"), d.open("two")
		d.as(tickets.RoleAdmin, "POST", "/api/v1/tickets/"+owned+"/assign", `{"agent":"`+d.agents[tickets.RoleLead].ID.String()+`"}`).must(t, 200, nil)
		before := d.ownedBy(waits) + d.ownedBy(owned)
		out := d.bulk(tickets.RoleAdmin, "/api/v1/tickets/bulk", `{"ids":["`+waits+`","`+owned+`"],"do":{"kind":"resolve"}}`)
		if d.ownedBy(waits)+d.ownedBy(owned) == before {
			t.Error("a resolve ends no ownership")
		}
		d.as(tickets.RoleAdmin, "PATCH", "/api/v1/tickets/"+owned, `{"priority":"high"}`).must(t, 200, nil)
		if back := d.bulk(tickets.RoleAdmin, "/api/v1/bulk/"+out.ID+"/undo", `{}`); back.Done != 2 {
			t.Errorf("undo = %+v", back)
		}
		if got := d.ownedBy(waits) + d.ownedBy(owned); got != before {
			t.Errorf("ownership is %s, want %s", got, before)
		}
		if row := d.ticketRow(owned); d.newestKind(waits) != "ticket.act_undone" || row.Priority != tickets.High {
			t.Errorf("the newest is %s, the other is %s", d.newestKind(waits), left(row))
		}
	})
}

func TestAnActOnAWholeViewMeansWhatWasCounted(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *migrations.DB) {
		d := newDesk(t, db)
		stays, tagged, spoken := d.open("one"), d.open("two"), d.open("three")
		var counted wireCount
		d.as(tickets.RoleAdmin, "GET", "/api/v1/tickets/count?view=unassigned&status=open,pending&q=is:open", "").must(t, 200, &counted)
		if counted.Count != 3 || counted.More || counted.AsOf == 0 {
			t.Fatalf("counted = %+v", counted)
		}
		came := d.open("four")
		d.as(tickets.RoleLead, "POST", "/api/v1/tickets/"+tagged+"/tags", `{"add":["hers"]}`).must(t, 200, nil)
		d.as(tickets.RoleLead, "POST", "/api/v1/tickets/"+spoken+"/notes", `{"client_id":"6fa1dd28-3a85-4d3a-9f0c-0c0e4c8f5a01","body":"A note changes nothing."}`).must(t, 201, nil)
		body := fmt.Sprintf(`{"select":{"view":"unassigned","q":"is:open"},"as_of":%d,"do":{"kind":"resolve"}}`, counted.AsOf)
		out := d.bulk(tickets.RoleAdmin, "/api/v1/tickets/bulk", body)
		if out.Done != 2 || out.LeftOut != 2 || len(out.Left) != 2 || len(out.Failed) != 0 {
			t.Errorf("out = %+v", out)
		}
		for _, item := range out.Left {
			if (item.Ticket != tagged || item.Subject != "two") && (item.Ticket != came || item.Subject != "four") || item.Code != "" {
				t.Errorf("left alone: %+v, want two and four", item)
			}
		}
		var again bulkAnswer // what it was asked for in the first place stands as long as the act does
		if d.as(tickets.RoleAdmin, "GET", "/api/v1/bulk/"+out.ID, "").must(t, 200, &again); again.LeftOut != 2 || len(again.Left) != 2 {
			t.Errorf("later on it is %+v", again)
		}
		for id, want := range map[string]tickets.Status{stays: tickets.Resolved, spoken: tickets.Resolved, tagged: tickets.Open, came: tickets.Open} {
			if got := d.ticketRow(id).Status; got != want {
				t.Errorf("ticket %s is %s, want %s", id, got, want)
			}
		}
		for _, body := range []string{`{"ids":["1"],"as_of":1,"do":{"kind":"resolve"}}`, `{"select":{"view":"all"},"as_of":999999,"do":{"kind":"resolve"}}`} {
			if got := d.as(tickets.RoleAdmin, "POST", "/api/v1/tickets/bulk", body); got.status != 422 {
				t.Errorf("%s = %d %s", body, got.status, got.body)
			}
		}
	})
}
