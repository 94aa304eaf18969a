package rollups_test

import (
	"context"
	"testing"
	"time"

	"heard/feedback/rollups"
	"heard/migrations"
	"heard/migrations/dbtest"
	"heard/tickets"
	"heard/tickets/events"

	"github.com/google/uuid"
)

// Each range that was shown counts for itself, in the week in which the wait ended, and not at all when it never did.
func TestPromiseAccuracy(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *migrations.DB) {
		d := newDesk(t, db, "2026-03-16 10:00")
		d.must(d.log.Write(t.Context(), events.Unit{By: events.SystemActor}, func(ctx context.Context, tx *events.Tx) error {
			return tx.Insert(ctx, "leases", []string{"name", "holder", "fence", "until"}, [][]any{{tickets.RouterLease, "test", 1, 0}})
		}))
		promise := func(ticket events.ID, low, high float64) {
			t.Helper()
			d.must(d.store.Dispatcher(1).Promise(t.Context(), []tickets.Promised{{Ticket: ticket,
				WaitPromised: tickets.WaitPromised{Team: 1, Position: 1, LowS: low, HighS: high}}}))
		}
		open := func(customer events.ID) events.ID {
			t.Helper()
			out, err := d.store.Post(t.Context(), tickets.PostIn{By: events.Actor{Kind: events.Customer, ID: customer}, Sender: tickets.VisitorSender(customer),
				Open:       &tickets.OpenIn{Inbox: 1, Customer: customer, Visitor: customer, Channel: tickets.Chat},
				NewMessage: tickets.NewMessage{ClientID: uuid.NewString(), Body: "Hello"}})
			d.must(err)
			return out.Ticket
		}
		served, leaves := open(1), open(2)
		promise(served, 10, 60) // broken: it takes 120 s
		promise(leaves, 10, 60)
		d.later(time.Minute)
		promise(served, 0, 60) // kept: 60 s from now, to the second
		promise(served, 61, 90)
		d.later(time.Minute)
		_, err := d.store.Assign(t.Context(), events.SystemActor, served, tickets.To{Agent: 1})
		d.must(err)
		_, err = d.store.End(t.Context(), events.Actor{Kind: events.Customer, ID: 2}, leaves)
		d.must(err)
		d.later(8 * 24 * time.Hour)
		d.run()
		f := d.report("2026-W12").Figure(rollups.PromiseAccuracy)
		if f == nil || f.N != 3 || *f.Hits != 1 || f.Interval == nil {
			t.Errorf("promise accuracy = %+v, want 1 of 3 with an interval", f)
		}
		s, err := d.Series(t.Context(), rollups.Query{Figure: rollups.PromiseAccuracy, From: "2026-03-16", To: "2026-03-22"})
		d.must(err)
		if len(s.Rows) != 1 || s.Rows[0].N != 3 || *s.Rows[0].Hits != 1 {
			t.Errorf("series = %+v", s.Rows)
		}
		kept, err := d.store.KeptPromises(t.Context(), 1, 10)
		d.must(err)
		left := 0
		for _, k := range kept {
			if k.Left {
				left++
			}
		}
		if len(kept) != 4 || left != 1 || kept[3].Real != 60_000 && kept[3].Real != 120_000 {
			t.Errorf("kept promises = %+v", kept)
		}
	})
}
