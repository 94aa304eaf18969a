package rollups_test

import (
	"testing"
	"time"

	"heard/migrations"
	"heard/migrations/dbtest"
	"heard/tickets"
)

// What becomes known while a week is told again, or while two nodes tell it, is told by the next look: once.
func TestAMarkSetWhileAWeekIsToldStays(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *migrations.DB) {
		d := newDesk(t, db, "2026-04-01 12:00")
		aWeek(d)
		d.run()
		d.later(15 * time.Minute)
		d.run()
		late := func() {
			d.lives(tickets.API, 4, d.says("2026-03-17 10:00", customer), d.says("2026-03-17 10:10", agent(3)), d.does("2026-03-17 10:20", tickets.StepResolve, agent(3)))
			_, err := d.log.CatchUp(t.Context(), d.Consumer())
			d.must(err)
			d.must(d.Refresh(t.Context()))
		}
		told := func(revision, volume int) {
			t.Helper()
			rep := d.report("2026-W12")
			if rep.Revision != revision || len(rep.Revisions) != revision || rep.Figures[4].N != volume {
				t.Errorf("revision %d of %+v with %d new tickets, want %d with %d", rep.Revision, rep.Revisions, rep.Figures[4].N, revision, volume)
			}
		}
		told(1, 4)

		// Another mark comes while the week is built.
		late()
		d.surveys.during = late
		d.must(d.Freeze(t.Context()))
		if weeks := d.dump("stale_weeks", "week"); weeks == "null" || weeks == "[]" {
			t.Error("the mark that came meanwhile is lost")
		}
		d.must(d.Freeze(t.Context()))
		now := d.report("2026-W12").Revision
		told(now, 6)

		// Another node tells the week while this one builds it.
		late()
		d.surveys.during = func() { d.must(d.Freeze(t.Context())) }
		d.must(d.Freeze(t.Context()))
		told(now+1, 7)
		if weeks := d.dump("stale_weeks", "week"); weeks != "null" && weeks != "[]" {
			t.Errorf("marks are left after every week was told: %s", weeks)
		}
	})
}
