package rollups_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"heard/feedback/issues"
	"heard/feedback/rollups"
	"heard/migrations"
	"heard/migrations/dbtest"
	"heard/tickets"
	"heard/tickets/events"
)

// A revision says what became of the week's tickets and what it changed; and nothing is told again for nothing.
func TestARevisionSaysWhatChanged(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *migrations.DB) {
		d := newDesk(t, db, "2026-04-01 12:00")
		_, _, _, waits := aWeek(d)
		d.later(5 * time.Minute)
		d.run()
		mark := func(spam bool) {
			t.Helper()
			_, err := d.store.MarkSpam(t.Context(), agent(1), waits, spam)
			d.must(err)
		}
		mark(true)
		d.later(15 * time.Minute)
		d.run()
		rep := d.report("2026-W12")
		reason := rep.Revisions[len(rep.Revisions)-1].Reason
		if rep.Revision != 2 || !strings.HasPrefix(reason, "1 ticket of the week was marked as spam or merged after it ended; changed: ") ||
			!strings.Contains(reason, "new tickets") || !strings.Contains(reason, "backlog") || strings.Contains(reason, "time to resolve") {
			t.Errorf("revision %d: %q", rep.Revision, reason)
		}
		if rep := d.report("2026-W13"); rep.Revision != 2 || !strings.Contains(rep.Revisions[1].Reason, "changed: ") {
			t.Errorf("the week that is held against it: %+v", rep.Revisions)
		}
		// Something else of that week's ticket changes: nothing that the report tells.
		mark(false)
		mark(true)
		d.later(15 * time.Minute)
		d.run()
		if rep := d.report("2026-W12"); rep.Revision != 2 {
			t.Errorf("told again although nothing shows: %+v", rep.Revisions)
		}
	})
}

// searching is a search for issues whose last night is set by hand.
type searching struct {
	byHand
	night events.Time
}

func (s *searching) NightAt(context.Context) (events.Time, error) { return s.night, nil }

// A week is told when the night has covered its last day, or, if none comes, six hours after its end and with a word.
func TestAWeekWaitsForTheNight(t *testing.T) {
	const note = "No search for issues had run over the whole week when this was told."
	for _, tt := range []struct {
		night, now, want string
	}{
		{"2026-03-22 02:00", "2026-03-23 01:00", "none"}, // chats mature
		{"2026-03-22 02:00", "2026-03-23 05:59", "none"},
		{"2026-03-23 02:00", "2026-03-23 02:01", "told"},
		{"2026-03-22 02:00", "2026-03-23 06:00", "told with a word"},
	} {
		d := newDesk(t, dbtest.SQLite(t), tt.now)
		aWeek(d)
		d.Rollups = rollups.New(d.log, tickets.NewDirectory(d.log), d.surveys, &searching{byHand{{ID: 7, Status: issues.Flagged}}, local(t, tt.night)})
		_, err := d.log.CatchUp(t.Context(), d.Consumer())
		d.must(err)
		d.must(d.CatchUp(t.Context()))
		got := "none"
		if body, err := d.Stored(t.Context(), "2026-W12"); err != nil || body != nil {
			d.must(err)
			if got = "told"; strings.Contains(string(body), note) {
				got = "told with a word"
			}
		}
		if got != tt.want {
			t.Errorf("at %s with the night of %s: %s, want %s", tt.now, tt.night, got, tt.want)
		}
	}
}
