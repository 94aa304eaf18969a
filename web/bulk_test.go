package web

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"heard/migrations"
	"heard/migrations/dbtest"
	"heard/tickets"
	"heard/tickets/events"
)

type bulkAnswer struct {
	ID          string
	Total, Done int
	Failed      []struct{ Ticket, Code, Detail, Subject string }
	State       string
	Undoable    bool
	Stopped     bool
	LeftOut     int `json:"left_out"`
	Left        []struct{ Ticket, Code, Subject string }
}

// bulk does one thing to many tickets and waits until it is done.
func (d *testDesk) bulk(role tickets.Role, path, body string) (out bulkAnswer) {
	d.t.Helper()
	d.as(role, "POST", path, body).must(d.t, 200, &out)
	for until := time.Now().Add(30 * time.Second); out.State == "running" && time.Now().Before(until); {
		d.as(role, "GET", "/api/v1/bulk/"+out.ID, "").must(d.t, 200, &out)
	}
	if out.State != "done" || out.Done+len(out.Failed) != out.Total {
		d.t.Errorf("%s %s ends as %+v", path, body, out)
	}
	return out
}

func (d *testDesk) ticketRow(id string) *tickets.Listed {
	d.t.Helper()
	n, err := events.ParseID(id)
	if err != nil {
		d.t.Fatal(err)
	}
	row, err := d.server.store.Ticket(d.t.Context(), n)
	if err != nil {
		d.t.Fatal(err)
	}
	return row
}

// left is what a bulk may change, to compare.
func left(t *tickets.Listed) string {
	return fmt.Sprint(t.Status, t.AssigneeID, t.TeamID, t.Priority, t.TagNames, t.Status == tickets.Snoozed && t.SnoozedUntil > 0)
}

func TestBulkActsAndTheirUndo(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *migrations.DB) {
		d := newDesk(t, db)
		me, lead := d.agents[tickets.RoleAdmin].ID.String(), d.agents[tickets.RoleLead].ID.String()
		d.as(tickets.RoleAdmin, "POST", "/api/v1/teams", `{"name":"Others","agents":["`+lead+`"]}`).must(t, 201, nil)
		fresh, mine, asleep, done := d.open("one"), d.open("two"), d.open("three"), d.open("four")
		d.as(tickets.RoleAdmin, "POST", "/api/v1/tickets/"+mine+"/assign", `{"agent":"`+me+`"}`).must(t, 200, nil)
		d.as(tickets.RoleAdmin, "POST", "/api/v1/tickets/"+mine+"/tags", `{"add":["kept"]}`).must(t, 200, nil)
		d.as(tickets.RoleAdmin, "PATCH", "/api/v1/tickets/"+mine, `{"status":"pending"}`).must(t, 200, nil)
		d.as(tickets.RoleAdmin, "POST", "/api/v1/tickets/"+asleep+"/snooze", `{"until":"2026-03-05T09:00:00Z"}`).must(t, 200, nil)
		d.as(tickets.RoleAdmin, "POST", "/api/v1/tickets/"+done+"/resolve", `{}`).must(t, 200, nil)
		all := []string{fresh, mine, asleep, done}
		ids := `"ids":["` + strings.Join(all, `","`) + `"]`
		const path = "/api/v1/tickets/bulk"
		for _, tt := range []struct {
			do      string
			refused []string // tickets that do not take it
			status  func(t *tickets.Listed) bool
		}{
			{`{"kind":"tag","add":["New","kept"],"remove":["none"]}`, nil, func(t *tickets.Listed) bool { return slices.Equal(t.TagNames, []string{"kept", "new"}) }},
			{`{"kind":"priority","priority":"urgent"}`, nil, func(t *tickets.Listed) bool { return t.Priority == tickets.Urgent }},
			{`{"kind":"resolve"}`, nil, func(t *tickets.Listed) bool { return t.Status == tickets.Resolved }},
			{`{"kind":"reopen"}`, nil, func(t *tickets.Listed) bool { return t.Status == tickets.Open }},
			{`{"kind":"status","status":"pending"}`, []string{done}, func(t *tickets.Listed) bool { return t.Status == tickets.Pending }},
			{`{"kind":"snooze","until":"2026-03-09T09:00:00Z"}`, []string{done}, func(t *tickets.Listed) bool { return t.Status == tickets.Snoozed }},
			{`{"kind":"assign","team":"2"}`, nil, func(t *tickets.Listed) bool { return t.TeamID == 2 && t.AssigneeID == 0 }},
			{`{"kind":"assign","agent":"` + lead + `"}`, []string{done}, func(t *tickets.Listed) bool { return t.AssigneeID.String() == lead }},
		} {
			var was []string
			for _, id := range all {
				was = append(was, left(d.ticketRow(id)))
			}
			out := d.bulk(tickets.RoleAdmin, path, `{`+ids+`,"do":`+tt.do+`}`)
			if len(out.Failed) != len(tt.refused) || !out.Undoable {
				t.Errorf("%s: %+v", tt.do, out)
			}
			for _, id := range all {
				if row := d.ticketRow(id); !slices.Contains(tt.refused, id) && !tt.status(row) {
					t.Errorf("%s leaves %s as %s", tt.do, id, left(row))
				}
			}
			if back := d.bulk(tickets.RoleAdmin, "/api/v1/bulk/"+out.ID+"/undo", `{}`); len(back.Failed) > 0 || back.Undoable {
				t.Errorf("undo of %s: %+v", tt.do, back)
			}
			for i, id := range all {
				if got := left(d.ticketRow(id)); got != was[i] {
					t.Errorf("undo of %s leaves %s as %s, want %s", tt.do, id, got, was[i])
				}
			}
			if got := d.as(tickets.RoleAdmin, "POST", "/api/v1/bulk/"+out.ID+"/undo", `{}`); got.status != 409 {
				t.Errorf("a second undo of %s: %d %s", tt.do, got.status, got.body)
			}
		}
	})
}

func TestBulkFailsInPart(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *migrations.DB) {
		d := newDesk(t, db)
		agent := d.agents[tickets.RoleAgent].ID.String()
		seen, hidden, moved := d.open("seen"), d.open("hidden"), d.open("moved")
		d.as(tickets.RoleAdmin, "POST", "/api/v1/teams", `{"name":"Own","agents":["`+agent+`"]}`).must(t, 201, nil)
		d.as(tickets.RoleAdmin, "PATCH", "/api/v1/agents/"+agent, `{"all_teams":false,"teams":["2"]}`).must(t, 200, nil)
		for _, id := range []string{seen, moved} {
			d.as(tickets.RoleAdmin, "POST", "/api/v1/tickets/"+id+"/assign", `{"team":"2"}`).must(t, 200, nil)
		}
		out := d.bulk(tickets.RoleAgent, "/api/v1/tickets/bulk", `{"ids":["`+seen+`","`+hidden+`","`+moved+`","`+seen+`","999"],"do":{"kind":"priority","priority":"high"}}`)
		if out.Total != 4 || out.Done != 2 || len(out.Failed) != 2 || out.Failed[0].Ticket != hidden || out.Failed[0].Code != "not_found" || out.Failed[1].Ticket != "999" {
			t.Errorf("in part = %+v", out)
		}
		d.bulk(tickets.RoleAgent, "/api/v1/tickets/bulk", `{"ids":["`+hidden+`"],"do":{"kind":"tag","add":["whispered"]}}`)
		if got := d.as(tickets.RoleAdmin, "GET", "/api/v1/tags", ""); strings.Contains(got.body, "whispered") {
			t.Errorf("a tag that no ticket took is among %s", got.body)
		}
		if d.ticketRow(hidden).Priority != tickets.Normal {
			t.Error("a hidden ticket was changed")
		}
		if got := d.as(tickets.RoleAdmin, "GET", "/api/v1/bulk/"+out.ID, ""); got.status != 404 {
			t.Errorf("another's act = %d", got.status)
		}
		if got := d.as(tickets.RoleAdmin, "POST", "/api/v1/bulk/"+out.ID+"/undo", `{}`); got.status != 404 {
			t.Errorf("undo of another's act = %d", got.status)
		}
		d.as(tickets.RoleAdmin, "PATCH", "/api/v1/tickets/"+moved, `{"priority":"low"}`).must(t, 200, nil)
		back := d.bulk(tickets.RoleAgent, "/api/v1/bulk/"+out.ID+"/undo", `{}`)
		if back.Done != 1 || len(back.Failed) != 1 || back.Failed[0].Ticket != moved || back.Failed[0].Code != "changed" || d.ticketRow(moved).Priority != tickets.Low {
			t.Errorf("undo = %+v", back)
		}
		selected := d.bulk(tickets.RoleAgent, "/api/v1/tickets/bulk", `{"select":{"view":"all","q":"is:open"},"except":["`+moved+`"],"do":{"kind":"resolve"}}`)
		if selected.Total != 1 || d.ticketRow(seen).Status != tickets.Resolved || d.ticketRow(hidden).Status != tickets.Open {
			t.Errorf("selected = %+v", selected)
		}
		for _, body := range []string{`{"do":{"kind":"resolve"}}`, `{"ids":["1"],"select":{},"do":{"kind":"resolve"}}`, `{"ids":["1"],"do":{"kind":"undo"}}`,
			`{"ids":["1"],"do":{"kind":"assign"}}`, `{"ids":["1"],"do":{"kind":"snooze","until":"2020-01-01T00:00:00Z"}}`, `{"ids":["1"],"do":{"kind":"tag"}}`,
			`{"select":{"q":"colour:red"},"do":{"kind":"resolve"}}`, `{"ids":["1"],"except":["2"],"do":{"kind":"resolve"}}`} {
			if got := d.as(tickets.RoleAgent, "POST", "/api/v1/tickets/bulk", body); got.status != 422 {
				t.Errorf("%s = %d %s", body, got.status, got.body)
			}
		}
	})
}

func TestBulkGoesOnBehindTheCaller(t *testing.T) {
	d := newDeskAt(t, dbtest.SQLite(t), Config{RateFactor: 0})
	for range 120 {
		d.open("many")
	}
	out := d.bulk(tickets.RoleAdmin, "/api/v1/tickets/bulk", `{"select":{"view":"unassigned"},"do":{"kind":"resolve"}}`)
	if out.Total != 120 || out.Done != 120 {
		t.Errorf("all = %+v", out)
	}
	// What a node left behind is gone on with.
	me := d.agents[tickets.RoleAdmin].ID
	b, _, err := d.server.store.StartBulk(t.Context(), events.Actor{Kind: events.Agent, ID: me}, tickets.NewBulk{Agent: me,
		Act: tickets.BulkAct{Kind: tickets.BulkPriority, Priority: tickets.High}, Tickets: []events.ID{1, 2, 3}})
	if err != nil {
		t.Fatal(err)
	}
	d.clock.Advance(2 * tickets.BulkQuiet)
	if err := d.server.FinishBulks(context.Background()); err != nil {
		t.Fatal(err)
	}
	if b, err = d.server.store.Bulk(t.Context(), b.Agent, b.ID); err != nil || b.Running || b.Done != 3 {
		t.Errorf("left behind = %+v, %v", b, err)
	}
}
