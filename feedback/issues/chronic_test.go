package issues

import (
	"strings"
	"testing"
	"time"

	"heard/migrations"
	"heard/migrations/dbtest"
	"heard/tickets"
	"heard/tickets/events"
)

// TestWhatRecursIsCountedEveryNight: an issue that a night of the past opened tells what the last night counts, as its
// trend does; where no night counts any more, it says of which day it speaks.
func TestWhatRecursIsCountedEveryNight(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *migrations.DB) {
		d := newShop(t, db)
		d.weeks()
		d.night()
		told := func(x *Issue) {
			t.Helper()
			sum := 0
			for _, day := range x.Trend {
				sum += day.Count
			}
			if x.Kind != KindRecurring || x.Test.Observed != sum || !strings.Contains(x.Test.Sentence, plural(sum, "conversation")) || x.Test.Window != len(x.Trend) ||
				x.Test.Day != x.Trend[len(x.Trend)-1].Day || strings.Contains(x.Test.Sentence, "That was on") {
				t.Errorf("%s: %q (%+v) beside a trend of %d to %s", x.Kind, x.Test.Sentence, x.Test, sum, x.Trend[len(x.Trend)-1].Day)
			}
		}
		x := d.about("refund")
		told(x)
		was := x.Test.Observed
		d.clock.Advance(24 * time.Hour)
		d.burst("refund", 4, 0) // no more than usual
		d.night()
		x = d.about("refund")
		if told(x); x.Test.Observed == was {
			t.Errorf("still %d a day later", was)
		}

		last := x.Test.Day
		d.clock.Advance(3 * 24 * time.Hour) // without a night
		day, err := time.Parse(time.DateOnly, last)
		d.must(err)
		if got, want := d.about("refund").Test.Sentence, " That was on "+day.Format("2 January")+"."; !strings.HasSuffix(got, want) {
			t.Errorf("%q, want it to end in %q", got, want)
		}
	})
}

// TestTicketsSayTheirMatter: a ticket is told by the sentence that it was found by, not by a greeting or by thanks, and
// what should not be shown is masked.
func TestTicketsSayTheirMatter(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *migrations.DB) {
		d := newShop(t, db)
		d.weeks()
		h := d.told("refund", 1, 1)
		matter := "I want a refund for the wrong size shoes, write to me@example.org."
		h.Steps[0].Body = "Hello there! I moved house. " + matter
		h.Steps[1].Body = "We look into it."
		thanks := h.Steps[1]
		thanks.By, thanks.Body = events.Actor{Kind: events.Customer}, "Thank you!"
		h.Steps = append(h.Steps[:2:2], thanks, h.Steps[2])
		short := d.told("refund", 1, 1)
		short.Steps[0].Body = "Thank you!"
		d.load([]tickets.History{h, short})
		var ids []events.ID
		d.must(d.log.Read().NewRaw(`SELECT id FROM tickets ORDER BY id DESC LIMIT 2`).Scan(t.Context(), &ids))
		d.night()
		got, err := d.Said(t.Context(), ids)
		d.must(err)
		if got[ids[0]] != "Thank you!" || got[ids[1]] != Mask(matter) || strings.Contains(got[ids[1]], "example.org") {
			t.Errorf("they say %q", got)
		}
	})
}
