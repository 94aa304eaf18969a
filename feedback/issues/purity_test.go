package issues

import (
	"testing"
	"time"

	"heard/migrations"
	"heard/migrations/dbtest"
	"heard/tickets/events"
	"heard/tickets/fault"
)

func TestTrueSizeOfChecks(t *testing.T) {
	for _, tt := range []struct {
		c                   checks
		n, value, low, high int
	}{
		{checks{10, 0}, 88, 81, 63, 88}, {checks{9, 3}, 88, 63, 41, 80}, {checks{0, 1}, 30, 10, 0, 25}, {checks{1000, 0}, 50, 50, 50, 50}, {checks{3, 1}, 0, 0, 0, 0},
	} {
		got := tt.c.size(tt.n)
		if got.Of != tt.n || got.Value != tt.value || got.Low != tt.low || got.High != tt.high || got.Kept != tt.c.kept || got.Moved != tt.c.moved || got.Definition == "" {
			t.Errorf("%+v of %d = %+v", tt.c, tt.n, got)
		}
	}
	if (checks{}).size(9) != nil {
		t.Error("without checks there is a size")
	}
}

// TestChecksOfPeopleCount: what people say about single tickets counts, what follows from joining issues does not, and a
// night changes neither.
func TestChecksOfPeopleCount(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *migrations.DB) {
		d := newShop(t, db)
		d.weeks()
		d.burst("login", 7, 2, 1)
		d.night()
		x := d.about("code")
		if x.TrueSize != nil {
			t.Errorf("before any check: %+v", x.TrueSize)
		}
		topics, err := d.TopicsOf(t.Context(), x.ID)
		d.must(err)
		var ids []events.ID
		d.must(d.log.Read().NewRaw(`SELECT ticket_id FROM topic_members WHERE topic_id = ? ORDER BY ticket_id LIMIT 8`, topics[0]).Scan(t.Context(), &ids))
		for _, bad := range [][]events.ID{nil, {0}, {999999}} {
			if err := d.Keep(t.Context(), ann, x.ID, bad); fault.KindOf(err) != fault.Invalid {
				t.Errorf("keep %v: %v", bad, err)
			}
		}
		if err := d.Keep(t.Context(), ann, 999, ids[:1]); fault.KindOf(err) != fault.NotFound {
			t.Errorf("keep in no issue: %v", err)
		}
		d.must(d.Keep(t.Context(), ann, x.ID, ids[:6]))
		d.must(d.Keep(t.Context(), ann, x.ID, ids[:2])) // again is nothing
		made, err := d.Split(t.Context(), ann, x.ID, ids[5:8])
		d.must(err)
		size := func(id events.ID, kept, moved int) {
			t.Helper()
			y, err := d.Issue(t.Context(), id)
			d.must(err)
			if s := y.TrueSize; s == nil || s.Kept != kept || s.Moved != moved || s.Of != y.Tickets || s.Low > s.Value || s.Value > s.High || s.High > s.Of {
				t.Errorf("issue %s of %d tickets: %+v, want %d kept and %d moved", id, y.Tickets, s, kept, moved)
			}
		}
		size(x.ID, 5, 3)
		size(made, 3, 0)
		d.check()
		for range 2 {
			d.clock.Advance(24 * time.Hour)
			d.night()
		}
		size(x.ID, 5, 3)
		d.must(d.Merge(t.Context(), ann, made, x.ID)) // it was one after all: nothing was moved out, and nothing else checked
		size(x.ID, 6, 0)
		d.check()
	})
}
