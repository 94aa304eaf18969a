package rollups_test

import (
	"reflect"
	"slices"
	"testing"
	"time"

	"heard/feedback/rollups"
	"heard/feedback/stats"
	"heard/feedback/surveys"
	"heard/migrations"
	"heard/migrations/dbtest"
	"heard/tickets"
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
		for _, q := range []rollups.DashboardQuery{{From: "2026-03-16"}, {From: "2026-03-22", To: "2026-03-16"}, {From: "x", To: "2026-03-16"},
			{Compare: "never"}, {From: "2014-01-01", To: "2026-03-16"}} {
			if _, err := d.Dashboard(t.Context(), rollups.Overview, q); err == nil {
				t.Errorf("%+v passes", q)
			}
		}
	})
}

// Days before the first ticket are nothing to compare with: anything would be a rise over them.
func TestDaysBeforeTheFirstTicketAreNotCompared(t *testing.T) {
	d := newDesk(t, dbtest.SQLite(t), "2026-04-10 12:00")
	for i := range 60 {
		at := local(t, "2026-03-16 09:00").Add(time.Duration(i) * 7 * time.Hour)
		d.lives(tickets.API, 1, tickets.Step{At: at, Kind: tickets.StepMessage, By: customer, Body: "words"})
	}
	d.run()
	const nothing = "There is nothing to compare these days with: the first ticket came on 16 March 2026."
	for _, tt := range []struct {
		q    rollups.DashboardQuery
		want *rollups.Days
	}{
		{rollups.DashboardQuery{From: "2020-01-01", To: "2026-04-09"}, nil},
		{rollups.DashboardQuery{From: "2026-03-30", To: "2026-04-09", Compare: rollups.YearAgo}, nil},
		{rollups.DashboardQuery{From: "2026-03-24", To: "2026-04-01"}, nil}, // one day too many
		{rollups.DashboardQuery{From: "2026-03-24", To: "2026-03-31"}, &rollups.Days{From: "2026-03-16", To: "2026-03-23"}},
	} {
		for _, name := range rollups.Pages() {
			page, err := d.Dashboard(t.Context(), name, tt.q)
			d.must(err)
			if !reflect.DeepEqual(page.Compared, tt.want) || slices.Contains(page.Notes, nothing) != (tt.want == nil) {
				t.Errorf("%s of %+v: compared with %v, notes %q", name, tt.q, page.Compared, page.Notes)
			}
			for _, x := range page.Tiles {
				if tt.want == nil && (x.Before != nil || x.Change.Interval != nil || x.Change.Verdict != stats.TooFew) {
					t.Errorf("%s of %+v: %s before %v, changed %+v", name, tt.q, x.Figure, x.Before, x.Change)
				}
			}
			if tt.want == nil && page.Headline != nil {
				t.Errorf("%s of %+v: headline %q", name, tt.q, page.Headline.Text)
			}
		}
	}
	page, err := d.Dashboard(t.Context(), rollups.Overview, rollups.DashboardQuery{From: "2020-01-01", To: "2026-04-09"})
	d.must(err)
	if said := tile(t, page, rollups.Volume).Sentence; said != "New tickets: 60, nothing to compare with" {
		t.Errorf("the tile says %q", said)
	}
	if x := page.Panels[0]; x.Title != "What changed" || len(x.Rows) > 0 || x.Empty == "" {
		t.Errorf("what changed: %+v", x)
	}
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
