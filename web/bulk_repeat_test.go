package web

import (
	"context"
	"slices"
	"sync"
	"testing"
	"time"

	"heard/feedback"
	"heard/migrations"
	"heard/migrations/dbtest"
	"heard/tickets"
	"heard/tickets/events"
	"heard/tickets/events/eventstest"
	"heard/tickets/jobs"

	"github.com/google/uuid"
)

// together makes the same call n times at one moment.
func (d *testDesk) together(n int, path, body string) []testAnswer {
	out := make([]testAnswer, n)
	var wg sync.WaitGroup
	for i := range n {
		wg.Go(func() { out[i] = d.as(tickets.RoleAdmin, "POST", path, body) })
	}
	wg.Wait()
	return out
}

// oneAct checks that all answers are of the same act, and returns its id.
func oneAct(t *testing.T, answers []testAnswer) string {
	t.Helper()
	var ids []string
	for _, a := range answers {
		var b bulkAnswer
		a.must(t, 200, &b)
		ids = append(ids, b.ID)
	}
	if ids = slices.Compact(ids); len(ids) != 1 {
		t.Fatalf("one client_id began the acts %v", ids)
	}
	return ids[0]
}

// TestBulkIsNotDoneTwice: a repeat of a client_id is answered with what its first call began, whatever the list holds by
// now, and another request under it is refused.
func TestBulkIsNotDoneTwice(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *migrations.DB) {
		d := newDesk(t, db)
		for range 3 {
			d.open("many")
		}
		const path = "/api/v1/tickets/bulk"
		client := uuid.NewString()
		body := func(client, priority string) string {
			return `{"client_id":"` + client + `","select":{"view":"all","q":"is:open"},"do":{"kind":"priority","priority":"` + priority + `"}}`
		}
		id := oneAct(t, d.together(4, path, body(client, "high")))
		d.open("later")
		again := d.bulk(tickets.RoleAdmin, path, body(client, "high"))
		if again.ID != id || again.Total != 3 || again.Done != 3 || !again.Undoable {
			t.Errorf("a repeat = %+v, want the act %s of three tickets", again, id)
		}
		if got := d.ticketRow("4"); got.Priority != tickets.Normal {
			t.Errorf("a ticket that came later has the priority %s", got.Priority)
		}
		if got := d.as(tickets.RoleAdmin, "POST", path, body(client, "low")); got.status != 409 || got.code() != "client_id_reused" {
			t.Errorf("another act under the same client_id = %d %s", got.status, got.body)
		}
		if got := d.as(tickets.RoleAdmin, "POST", path, body("one", "low")); got.status != 422 {
			t.Errorf("a client_id that is none = %d %s", got.status, got.body)
		}
		if other := d.bulk(tickets.RoleLead, path, body(client, "low")); other.ID == id || other.Total != 4 {
			t.Errorf("the same client_id of another agent = %+v", other)
		}
		if fresh := d.bulk(tickets.RoleAdmin, path, body(uuid.NewString(), "high")); fresh.ID == id || fresh.Done != 4 {
			t.Errorf("another client_id = %+v", fresh)
		}
		snooze := `{"client_id":"` + uuid.NewString() + `","ids":["1"],"do":{"kind":"snooze","until":"2026-03-05T09:00:00Z"}}`
		slept := d.bulk(tickets.RoleAdmin, path, snooze)
		d.clock.Advance(6 * 24 * time.Hour)
		if got := d.bulk(tickets.RoleAdmin, path, snooze); got.ID != slept.ID {
			t.Errorf("a repeat after its time to wake = %+v, want the act %s", got, slept.ID)
		}
	})
}

func TestBulkUndoIsNotDoneTwice(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *migrations.DB) {
		d := newDesk(t, db)
		one, client := d.open("one"), uuid.NewString()
		body := `{"client_id":"` + client + `","ids":["` + one + `"],"do":{"kind":"resolve"}}`
		act := d.bulk(tickets.RoleAdmin, "/api/v1/tickets/bulk", body)
		undo := "/api/v1/bulk/" + act.ID + "/undo"
		if got := d.as(tickets.RoleAdmin, "POST", undo, `{"client_id":"`+client+`"}`); got.code() != "client_id_reused" {
			t.Errorf("an undo under the client_id of its act = %d %s", got.status, got.body)
		}
		again := `{"client_id":"` + uuid.NewString() + `"}`
		id := oneAct(t, d.together(4, undo, again))
		if got := d.bulk(tickets.RoleAdmin, undo, again); got.ID != id || got.Done != 1 || got.Undoable || d.ticketRow(one).Status != tickets.Open {
			t.Errorf("a repeat of an undo = %+v, want the act %s", got, id)
		}
		if got := d.as(tickets.RoleAdmin, "POST", undo, `{"client_id":"`+uuid.NewString()+`"}`); got.status != 409 || got.code() == "client_id_reused" {
			t.Errorf("a second undo = %d %s", got.status, got.body)
		}
		if got := d.bulk(tickets.RoleAdmin, "/api/v1/tickets/bulk", body); got.ID != act.ID || got.Undoable {
			t.Errorf("a repeat of what was taken back = %+v", got)
		}
	})
}

// ddl changes the schema: this is how a node dies in the middle.
func (d *testDesk) ddl(text string) {
	d.t.Helper()
	err := d.log.Write(d.t.Context(), events.Unit{By: events.SystemActor}, func(ctx context.Context, tx *events.Tx) error {
		_, err := tx.ExecContext(ctx, text)
		return err
	})
	if err != nil {
		d.t.Fatal(err)
	}
}

// TestBulkOfADeadNodeIsFinished: a node dies in the second step of an act. Another goes on with it once it was quiet for a
// while; that the first was only asleep, and wakes beside it, does nothing twice.
func TestBulkOfADeadNodeIsFinished(t *testing.T) {
	dbtest.EachDSN(t, func(t *testing.T, dsn string) {
		const n = 120
		d := newDeskAt(t, dbtest.Open(t, dsn), Config{RateFactor: 0})
		var ids []events.ID
		for range n {
			id, err := events.ParseID(d.open("many"))
			if err != nil {
				t.Fatal(err)
			}
			ids = append(ids, id)
		}
		ctx, me := t.Context(), d.agents[tickets.RoleAdmin].ID
		rights := tickets.Caller{Agent: me, Role: tickets.RoleAdmin, AllTeams: true}
		first := tickets.NewStore(eventstest.Open(t, dbtest.Open(t, dsn), events.Options{Now: d.clock.Now, Settle: tickets.Settle,
			Vocabulary: slices.Concat(tickets.Changes(), feedback.Changes(), jobs.Changes())}))
		b, _, err := first.StartBulk(ctx, events.Actor{Kind: events.Agent, ID: me}, tickets.NewBulk{Agent: me, Tickets: ids,
			Act: tickets.BulkAct{Kind: tickets.BulkPriority, Priority: tickets.High}})
		if err != nil {
			t.Fatal(err)
		}
		if b, err = first.RunBulk(ctx, rights, b); err != nil || b.Done != 50 {
			t.Fatalf("the first step = %+v, %v", b, err)
		}
		kill, mend := `CREATE TRIGGER never BEFORE UPDATE ON bulk_items WHEN NEW.n = 77 BEGIN SELECT RAISE(ABORT, 'killed'); END`, `DROP TRIGGER never`
		if d.log.Dialect() == migrations.Postgres {
			kill, mend = `ALTER TABLE bulk_items ADD CONSTRAINT never CHECK (n <> 77 OR state = 'todo')`, `ALTER TABLE bulk_items DROP CONSTRAINT never`
		}
		d.ddl(kill)
		if _, err := first.RunBulk(ctx, rights, b); err == nil {
			t.Fatal("the node did not die")
		}
		d.ddl(mend)
		if err := d.server.FinishBulks(ctx); err != nil {
			t.Fatal(err)
		}
		if got, err := d.server.store.Bulk(ctx, me, b.ID); err != nil || !got.Running {
			t.Errorf("before its node is given up it is %+v, %v", got, err)
		}
		d.clock.Advance(2 * tickets.BulkQuiet)
		var asleep sync.WaitGroup
		asleep.Go(func() {
			for next := b; next.Running; {
				var err error
				if next, err = first.RunBulk(ctx, rights, next); err != nil {
					t.Errorf("the first node: %v", err)
					return
				}
			}
		})
		err = d.server.FinishBulks(ctx)
		asleep.Wait()
		if err != nil {
			t.Fatal(err)
		}
		d.wantOneChange(b, n)
		back := d.bulk(tickets.RoleAdmin, "/api/v1/bulk/"+b.ID.String()+"/undo", `{}`)
		for _, id := range ids {
			if got := d.ticketRow(id.String()).Priority; got != tickets.Normal {
				t.Fatalf("undo = %+v leaves ticket %s %s: what it had was noted twice", back, id, got)
			}
		}
	})
}

// wantOneChange checks that an act is done, and that each of its n tickets got its priority once.
func (d *testDesk) wantOneChange(b *tickets.Bulk, n int) {
	d.t.Helper()
	got, err := d.server.store.Bulk(d.t.Context(), b.Agent, b.ID)
	if err != nil || got.Running || got.Done != n || got.Failed != 0 {
		d.t.Errorf("it ends as %+v, %v", got, err)
	}
	times := map[events.ID]int{}
	for _, e := range eventstest.All(d.t, d.log) {
		if e.Kind == (tickets.PriorityChanged{}).EventKind() {
			times[e.TicketID]++
		}
	}
	for id, k := range times {
		if k != 1 {
			d.t.Errorf("ticket %s was changed %d times", id, k)
		}
	}
	if len(times) != n {
		d.t.Errorf("%d tickets were changed, want %d", len(times), n)
	}
}
