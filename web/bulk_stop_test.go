package web

import (
	"testing"

	"heard/migrations"
	"heard/migrations/dbtest"
	"heard/tickets"
	"heard/tickets/events"

	"github.com/google/uuid"
)

func TestALongActIsStopped(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *migrations.DB) {
		d := newDesk(t, db)
		const n = 120
		var ids []events.ID
		for range n {
			id, err := events.ParseID(d.open(uuid.NewString()))
			if err != nil {
				t.Fatal(err)
			}
			ids = append(ids, id)
		}
		me := d.agents[tickets.RoleAdmin].ID
		rights := tickets.Caller{Agent: me, Role: tickets.RoleAdmin, AllTeams: true}
		b, _, err := d.server.store.StartBulk(t.Context(), events.Actor{Kind: events.Agent, ID: me}, tickets.NewBulk{Agent: me, Tickets: ids,
			Act: tickets.BulkAct{Kind: tickets.BulkResolve}})
		if err != nil {
			t.Fatal(err)
		}
		if b, err = d.server.store.RunBulk(t.Context(), rights, b); err != nil || b.Done != 50 || !b.Running {
			t.Fatalf("the first step = %+v, %v", b, err)
		}
		stop := "/api/v1/bulk/" + b.ID.String() + "/stop"
		if got := d.as(tickets.RoleLead, "POST", stop, `{}`); got.status != 404 {
			t.Errorf("somebody else stops it: %d %s", got.status, got.body)
		}
		var out bulkAnswer
		for range 2 {
			d.as(tickets.RoleAdmin, "POST", stop, `{}`).must(t, 200, &out)
			if out.Total != n || out.Done != 50 || out.State != "done" || !out.Stopped || !out.Undoable || len(out.Failed) != 0 {
				t.Errorf("stopped it is %+v", out)
			}
		}
		if next, err := d.server.store.RunBulk(t.Context(), rights, b); err != nil || next.Done != 50 || next.Running || !next.Stopped {
			t.Errorf("whoever was about to go on comes to %+v, %v", next, err)
		}
		resolved := func() (n int) {
			for _, id := range ids {
				if d.ticketRow(id.String()).Status == tickets.Resolved {
					n++
				}
			}
			return n
		}
		if got := resolved(); got != 50 {
			t.Errorf("%d tickets are resolved, want 50", got)
		}
		back := d.bulk(tickets.RoleAdmin, "/api/v1/bulk/"+out.ID+"/undo", `{}`)
		if back.Total != 50 || back.Done != 50 || resolved() != 0 {
			t.Errorf("taken back = %+v, %d are resolved", back, resolved())
		}
		d.as(tickets.RoleAdmin, "POST", "/api/v1/bulk/"+back.ID+"/stop", `{}`).must(t, 200, nil) // it is through
		if d.newestKind(ids[0].String()) != "ticket.act_undone" {
			t.Errorf("the newest of the first is %s", d.newestKind(ids[0].String()))
		}
	})
}
