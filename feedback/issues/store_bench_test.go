package issues

import (
	"testing"
	"time"

	"heard/migrations/dbtest"
	"heard/tickets"
	"heard/tickets/events"
)

// TestANightOfAFullWindow holds the promise of ten seconds for 30,000 tickets.
func TestANightOfAFullWindow(t *testing.T) {
	if testing.Short() {
		t.Skip("imports 30,000 tickets")
	}
	d := newShop(t, dbtest.SQLite(t))
	s := streamDev(t)
	last := s.samples[len(s.samples)-1].At
	shift := int64(d.log.Now()) - last - time.Hour.Milliseconds()
	var list []tickets.History
	for range 2 { // the stream has 25,013; some come twice
		for _, x := range s.samples {
			if len(list) == 30_000 {
				break
			}
			h := d.told("card", 0, 1)
			h.Steps[0].Body = x.Messages[0]
			for i := range h.Steps {
				h.Steps[i].At = events.Time(x.At + shift)
			}
			list = append(list, h)
		}
	}
	d.load(list)
	for _, name := range []string{"first, a full fit", "warm"} {
		began := time.Now()
		d.night()
		took := time.Since(began)
		t.Logf("night (%s): %.1f s; %d issues, %d topics", name, took.Seconds(), len(d.list().Items), len(d.list().Topics))
		d.clock.Advance(24 * time.Hour)
		d.burst("login", 300, 0)
	}
}
