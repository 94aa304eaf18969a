package rollups_test

import (
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"heard/feedback/rollups"
	"heard/feedback/surveys"
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
				for _, list := range [][]rollups.Observation{paged, rows} {
					for i := range list {
						if list[i].Figure == rollups.CSAT || list[i].Figure == rollups.Responses {
							list[i].N = 0 // counts what was read with it
						}
					}
				}
				if !slices.Equal(paged, rows) {
					t.Errorf("%s: %s from %s to %s: %d by pages, %d by rows", when, figure, a, b, len(paged), len(rows))
				}
			}
		}
		random(d, rng, 60, from, to)
		for range 40 {
			asked := from + events.Time(rng.Int64N(int64(to-from)))
			a := surveys.Answer{Ticket: events.ID(1 + rng.IntN(20)), AskedAt: asked, Scale: 5, Agent: 2, Team: 1, Inbox: 1, Channel: tickets.Chat}
			if rng.IntN(2) == 0 {
				a.AnsweredAt, a.Score = asked+events.Time(rng.Int64N(90_000_000)), 1+rng.IntN(5)
			}
			d.surveys.list = append(d.surveys.list, a)
		}
		slices.SortFunc(d.surveys.list, func(a, b surveys.Answer) int { return int(a.AskedAt - b.AskedAt) })
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
