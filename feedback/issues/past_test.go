package issues

import (
	"context"
	"slices"
	"testing"
	"time"

	"heard/migrations"
	"heard/migrations/dbtest"
	"heard/tickets/events"
)

// TestHistoryIsJudgedByTheNightsOfItsTime: an import of weeks finds its issues when they stood out, lets people act between
// those nights, and judges their fix by the days that followed; the log says that all of it became known now.
func TestHistoryIsJudgedByTheNightsOfItsTime(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *migrations.DB) {
		d := newShop(t, db)
		d.weeks()
		d.burst("login", 9, 24, 23, 22, 21, 20)
		now := d.log.Now()
		day := func(ago int) string {
			return now.Add(-time.Duration(ago) * 24 * time.Hour).Std().UTC().Format(time.DateOnly)
		}
		held := map[events.Time]bool{}
		fixedOn := now.Add(-19 * 24 * time.Hour)
		var id events.ID
		d.must(d.Relive(t.Context(), func(ctx context.Context, at events.Time) error {
			held[at] = true
			if at < fixedOn.Add(-24*time.Hour) || id != 0 {
				return nil
			}
			id = d.about("code").ID
			for _, step := range []Patch{{Status: ptr(Acknowledged)}, {Status: ptr(InProgress), Owner: ptr(events.ID(2))}, {Status: ptr(Marked), FixedAt: &fixedOn}} {
				if err := d.ChangeAt(ctx, ann, id, step, fixedOn); err != nil {
					return err
				}
			}
			return nil
		}))
		if len(held) < 70 || held[0] {
			t.Errorf("%d nights were held", len(held))
		}
		x := d.about("code")
		if x.ID != id || x.Status != Verified || x.Verdict == nil || x.Verdict.State != Fixed {
			t.Fatalf("issue %s is %s with verdict %+v", x.ID, x.Status, x.Verdict)
		}
		moves, err := d.Movements(t.Context(), 0, now)
		d.must(err)
		var at []events.Time
		for _, m := range moves {
			if m.Issue == id {
				at = append(at, m.At)
			}
		}
		if len(at) != 5 || at[0].Std().Format("2006-01-02 15:04") != day(23)+" 02:00" || at[3] != fixedOn || at[4] <= fixedOn.Add(fixSettles*24*time.Hour) ||
			at[4] >= now.Add(-24*time.Hour) {
			t.Errorf("it moved at %v, want flagged in the night to %s, fixed at %s, verified after it", at, day(23), fixedOn)
		}
		for _, tt := range []struct {
			at    events.Time
			want  Status
			owner events.ID
		}{{at[0], "", 0}, {at[0] + 1, Flagged, 0}, {fixedOn, Flagged, 0}, {fixedOn + 1, Marked, 2}, {at[4] + 1, Verified, 2}, {now, Verified, 2}} {
			list, err := d.issues(t.Context(), `merged_into = 0`)
			d.must(err)
			then, err := d.standings(t.Context(), list, tt.at)
			d.must(err)
			if got := then[id]; got.status != tt.want || got.owner != tt.owner {
				t.Errorf("at %s it was %q of %s, want %q of %s", tt.at, got.status, got.owner, tt.want, tt.owner)
			}
		}
		var late, early int
		d.must(d.log.Read().NewRaw(`SELECT COUNT(*) FROM events WHERE kind LIKE 'issue.%' AND at < recorded_at`).Scan(t.Context(), &late))
		d.must(d.log.Read().NewRaw(`SELECT COUNT(*) FROM events WHERE kind LIKE 'issue.%' AND recorded_at < ?`, now).Scan(t.Context(), &early))
		if late < 5 || early != 0 {
			t.Errorf("%d events of issues count for the past and %d claim to have been known, want 5 at least and none", late, early)
		}
		d.check()

		// The nights that follow are held in their own time, and say nothing of the past.
		d.clock.Advance(24 * time.Hour)
		d.burst("refund", 14, 0)
		d.night()
		fresh, err := d.Movements(t.Context(), now, d.log.Now()+1)
		d.must(err)
		again, err := d.Movements(t.Context(), 0, now)
		d.must(err)
		if len(again) != len(moves) {
			t.Errorf("%d movements of the past became %d; new ones are %+v", len(moves), len(again), fresh)
		}
	})
}

// TestALateImportIsDatedByItsDays: what an import brings to a desk that has had nights counts for its own days, and what
// nights saw and did not tell counts for the night that does.
func TestALateImportIsDatedByItsDays(t *testing.T) {
	d := newShop(t, dbtest.SQLite(t))
	d.burst("card", 3, 0)
	d.night()
	d.clock.Advance(time.Hour)
	d.weeks()
	d.burst("login", 9, 24, 23, 22)
	d.night()
	x := d.about("code")
	moves, err := d.Movements(t.Context(), 0, d.log.Now()+1)
	d.must(err)
	moves = slices.DeleteFunc(moves, func(m Movement) bool { return m.Issue != x.ID })
	want := d.log.Now().Add(-23*24*time.Hour).Std().UTC().Format(time.DateOnly) + " 02:00"
	if len(moves) != 1 || moves[0].At.Std().UTC().Format("2006-01-02 15:04") != want {
		t.Errorf("movements = %+v, want one at %s", moves, want)
	}
}
