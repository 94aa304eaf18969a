package rollups_test

import (
	"testing"

	"heard/feedback/rollups"
	"heard/feedback/surveys"
	"heard/migrations"
	"heard/migrations/dbtest"
	"heard/tickets/events"
)

// tile finds a tile of a page.
func tile(t *testing.T, d *rollups.Dashboard, key rollups.Key) rollups.Tile {
	t.Helper()
	for _, x := range d.Tiles {
		if x.Figure == key {
			return x
		}
	}
	t.Fatalf("%s has no tile %s", d.Page, key)
	return rollups.Tile{}
}

func TestOverviewByHand(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *migrations.DB) {
		d := newDesk(t, db, "2026-04-01 12:00")
		solved, _, _, _ := aWeek(d)
		d.surveys.list = []surveys.Answer{{Ticket: solved, Customer: 1, Inbox: 1, Team: 1, Agent: 1, AskedAt: local(t, "2026-03-16 11:00"),
			AnsweredAt: local(t, "2026-03-17 11:00"), Score: 5, Scale: 5}}
		d.run()
		page, err := d.Dashboard(t.Context(), rollups.Overview, rollups.DashboardQuery{From: "2026-03-16", To: "2026-03-22"})
		d.must(err)
		for key, want := range map[rollups.Key]struct {
			n     int
			value float64
		}{rollups.Volume: {4, 4}, rollups.FirstResponse: {2, (600 + 61800) / 2}, rollups.FirstResolution: {2, (1800 + 63600) / 2},
			rollups.CSAT: {1, 1}, rollups.Backlog: {1, 1}} {
			x := tile(t, page, key)
			if x.N != want.n || x.Value == nil || float64(*x.Value) != want.value {
				t.Errorf("%s: n %d, value %v, want %v", key, x.N, x.Value, want)
			}
		}
		if got := page.Compared; got == nil || *got != (rollups.Days{From: "2026-03-09", To: "2026-03-15"}) {
			t.Errorf("compared with %v", got)
		}
		for _, q := range []rollups.DashboardQuery{{From: "2026-03-16"}, {From: "2026-03-22", To: "2026-03-16"}, {From: "x", To: "2026-03-16"},
			{Compare: "never"}, {From: "2014-01-01", To: "2026-03-16"}} {
			if _, err := d.Dashboard(t.Context(), rollups.Overview, q); err == nil {
				t.Errorf("%+v passes", q)
			}
		}
	})
}

// The second tile is never one that nobody answered.
func TestTheSecondTileOfTheOverview(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *migrations.DB) {
		d := newDesk(t, db, "2026-04-01 12:00")
		solved, _, _, _ := aWeek(d)
		second := func() rollups.Tile {
			d.run()
			page, err := d.Dashboard(t.Context(), rollups.Overview, rollups.DashboardQuery{From: "2026-03-16", To: "2026-03-22"})
			d.must(err)
			return page.Tiles[1]
		}
		if x := second(); x.Figure != rollups.FirstContact || x.N == 0 {
			t.Errorf("nobody was asked: %s of %d, want %s", x.Figure, x.N, rollups.FirstContact)
		}
		ease := surveys.Answer{Ticket: solved, Customer: 1, Inbox: 1, Team: 1, Agent: 1, AskedAt: local(t, "2026-03-16 11:00"), Score: 6, Scale: 7}
		ease.AnsweredAt = local(t, "2026-03-17 11:00")
		d.surveys.ease = []surveys.Answer{ease}
		d.must(d.log.Write(t.Context(), events.Unit{By: events.SystemActor}, rebuild))
		if x := second(); x.Figure != rollups.CES || x.N != 1 {
			t.Errorf("one answered how easy it was: %s of %d, want %s", x.Figure, x.N, rollups.CES)
		}
	})
}
