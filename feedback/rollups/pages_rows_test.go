package rollups_test

import (
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"heard/feedback/rollups"
	"heard/migrations"
	"heard/migrations/dbtest"
	"heard/tickets"
	"heard/tickets/events"
)

func TestPagesTellWhatRowsTell(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *migrations.DB) {
		d := newDesk(t, db, "2026-03-30 09:00")
		rng := rand.New(rand.NewPCG(11, 4))
		from, to := local(t, "2026-03-02 00:00"), local(t, "2026-03-30 00:00")
		seen := 0
		noticed := func() {
			_, err := d.log.CatchUp(t.Context(), d.Consumer())
			d.must(err)
			d.must(d.Refresh(t.Context()))
		}
		compare := func(when string) {
			for range 60 {
				figure := rollups.PagedFigures()[rng.IntN(len(rollups.PagedFigures()))]
				a := from + events.Time(rng.Int64N(int64(to-from)))
				b := a + events.Time(rng.Int64N(int64(9*24*time.Hour/time.Millisecond)))
				f := []rollups.Filter{{}, {Agent: 2}, {Channel: tickets.Chat}, {Teams: []events.ID{1}}}[rng.IntN(4)]
				paged, rows, pages, err := d.ObservedBothWays(t.Context(), figure, a, b, f)
				d.must(err)
				seen += pages
				if !slices.Equal(paged, rows) {
					t.Errorf("%s: %s from %s to %s: %d by pages, %d by rows", when, figure, a, b, len(paged), len(rows))
				}
			}
		}
		random(d, rng, 60, from, to)
		noticed()
		d.must(d.Days(t.Context()))
		compare("made")
		if seen == 0 {
			t.Fatal("there were no pages")
		}
		random(d, rng, 15, from, to) // some days are stale now
		noticed()
		compare("stale")
		d.must(d.Days(t.Context()))
		compare("made again")
	})
}
