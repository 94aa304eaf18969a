package rollups_test

import (
	"slices"
	"testing"
	"time"

	"heard/feedback/rollups"
	"heard/migrations"
	"heard/migrations/dbtest"
	"heard/tickets"
)

func TestDemandOf(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *migrations.DB) {
		d := newDesk(t, db, "2026-03-18 09:00")
		from := d.log.Now()
		d.be(1, tickets.Offline, tickets.Online)
		d.later(10 * time.Minute)
		ticket := d.chat(1, 1)
		d.later(7 * time.Minute)
		_, err := d.store.Resolve(t.Context(), agent(1), ticket)
		d.must(err)
		d.later(time.Hour)
		d.be(1, tickets.Online, tickets.Away)
		d.run()
		got, err := d.DemandOf(t.Context(), from, d.log.Now().Add(time.Hour))
		d.must(err)
		want := []rollups.Demanded{{Team: 1, Channel: tickets.Chat, Priority: tickets.Normal, At: from.Add(10 * time.Minute), Held: 7 * time.Minute}}
		if !slices.Equal(got.Tickets, want) {
			t.Errorf("got %+v, want %+v", got.Tickets, want)
		}
		if spans := got.Online[1]; len(spans) != 1 || spans[0].From != from || spans[0].Length(nil) != 77*time.Minute {
			t.Errorf("online %+v, want from %s for 77 minutes", spans, from)
		}
		none, err := d.DemandOf(t.Context(), from, from.Add(time.Minute))
		d.must(err)
		if len(none.Tickets) != 0 {
			t.Errorf("before anything came: %+v", none.Tickets)
		}
	})
}
