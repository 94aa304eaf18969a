package rollups_test

import (
	"context"
	"testing"
	"time"

	"heard/feedback/rollups"
	"heard/migrations"
	"heard/migrations/dbtest"
	"heard/tickets"
	"heard/tickets/events"

	"github.com/google/uuid"
)

// be makes an agent online, away or offline now.
func (d *desk) be(id events.ID, from, to tickets.Availability) {
	d.t.Helper()
	d.must(d.log.Write(d.t.Context(), events.Unit{By: agent(id)}, func(_ context.Context, tx *events.Tx) error {
		tx.Record(0, tickets.AvailabilityChanged{Agent: id, From: from, To: to, Cause: tickets.Chosen})
		return nil
	}))
}

// chat opens a chat and gives it to an agent, now.
func (d *desk) chat(of, to events.ID) events.ID {
	d.t.Helper()
	out, err := d.store.Post(d.t.Context(), tickets.PostIn{By: events.Actor{Kind: events.Customer, ID: of}, Sender: tickets.VisitorSender(of),
		Open:       &tickets.OpenIn{Inbox: 1, Customer: of, Visitor: of, Channel: tickets.Chat},
		NewMessage: tickets.NewMessage{ClientID: uuid.NewString(), Body: "Hello"}})
	d.must(err)
	_, err = d.store.Assign(d.t.Context(), agent(to), out.Ticket, tickets.To{Agent: to})
	d.must(err)
	return out.Ticket
}

// Ann is online from 22:30 to 02:00. She has one ticket from 23:00 on and a second from 23:30 to 00:30: of the second
// hour each gets half. The day ends at midnight in Berlin.
func TestHandlingTimeByDay(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *migrations.DB) {
		d := newDesk(t, db, "2026-03-18 22:30")
		d.be(1, tickets.Offline, tickets.Online)
		d.later(30 * time.Minute)
		first := d.chat(1, 1)
		d.later(30 * time.Minute)
		second := d.chat(2, 1)
		d.later(time.Hour)
		_, err := d.store.Resolve(t.Context(), agent(1), second)
		d.must(err)
		d.run() // in between: nothing may be counted twice
		d.later(90 * time.Minute)
		d.be(1, tickets.Online, tickets.Away)
		d.later(time.Hour) // away: nobody works
		d.run()
		got, err := d.HandlingOf(t.Context(), []events.ID{first, second, 99})
		d.must(err)
		want := map[events.ID]time.Duration{first: 30*time.Minute + 30*time.Minute + 90*time.Minute, second: 30 * time.Minute}
		for id, time := range want {
			if got[id].Time != time || got[id].Estimated {
				t.Errorf("ticket %s: %+v, want %v", id, got[id], time)
			}
		}
		if len(got) != len(want) {
			t.Errorf("handling of %d tickets, want %d", len(got), len(want))
		}
		var rows []struct {
			Day, Figure string
			CalendarMs  int64
		}
		d.must(d.log.Read().NewRaw(`SELECT period AS day, figure, calendar_ms FROM period_facts WHERE figure IN ('handling', 'online')
			AND dim = '' AND LENGTH(period) = 10`).Scan(t.Context(), &rows))
		minutes := map[string]int64{}
		for _, row := range rows {
			minutes[row.Day+" "+row.Figure] = row.CalendarMs / 60_000
		}
		for key, want := range map[string]int64{"2026-03-18 handling": 60, "2026-03-19 handling": 120, "2026-03-18 online": 90, "2026-03-19 online": 120} {
			if minutes[key] != want {
				t.Errorf("%s = %d minutes, want %d", key, minutes[key], want)
			}
		}
	})
}

func TestImportedHandlingTimeIsEstimated(t *testing.T) {
	d := newDesk(t, dbtest.SQLite(t), "2026-03-16 08:00")
	d.be(1, tickets.Offline, tickets.Online)
	d.later(8 * time.Hour)
	d.be(1, tickets.Online, tickets.Offline)
	d.later(16 * 24 * time.Hour)
	solved, _, _, _ := aWeek(d)
	d.run()
	got, err := d.HandlingOf(t.Context(), []events.ID{solved})
	d.must(err)
	if h := got[solved]; !h.Estimated || h.Time != 3*time.Minute {
		t.Errorf("one message = %+v, want the assumed three minutes, marked", h)
	}

	// Who was online is known from the desk, how long the work took is not: no share is made of them.
	for _, figure := range []rollups.Key{rollups.Occupancy, rollups.Ownership} {
		out, err := d.Series(t.Context(), rollups.Query{Figure: figure, From: "2026-03-16", To: "2026-03-22"})
		d.must(err)
		for _, row := range out.Rows {
			if row.Value != nil {
				t.Errorf("%s of imported tickets = %v of %d, want not known", figure, *row.Value, row.N)
			}
		}
	}
}

// A desk of which every ticket has a tag answers with the tag as it does without.
func TestSeriesOfDaysAndOfObservationsAgree(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *migrations.DB) {
		d := newDesk(t, db, "2026-04-01 12:00")
		ids := make([]events.ID, 0, 4)
		a, b, c, e := aWeek(d)
		for _, id := range append(ids, a, b, c, e) {
			_, err := d.store.Tag(t.Context(), agent(1), id, []string{"all"}, nil)
			d.must(err)
		}
		d.run()
		for _, figure := range []rollups.Key{rollups.Volume, rollups.Handoffs, rollups.Abandoned, rollups.Reopen, rollups.OneTouch} {
			for _, by := range []string{"", "day", "week", "team", "channel"} {
				q := rollups.Query{Figure: figure, From: "2026-03-16", To: "2026-03-24", By: by}
				fast, err := d.Series(t.Context(), q)
				d.must(err)
				q.Tag = "all"
				slow, err := d.Series(t.Context(), q)
				d.must(err)
				if len(fast.Rows) != len(slow.Rows) || len(fast.Rows) == 0 {
					t.Fatalf("%s by %q: %d rows, %d with a tag", figure, by, len(fast.Rows), len(slow.Rows))
				}
				for i := range fast.Rows {
					x, y := fast.Rows[i], slow.Rows[i]
					if x.Key != y.Key || x.N != y.N || (x.Hits == nil) != (y.Hits == nil) || x.Hits != nil && *x.Hits != *y.Hits {
						t.Errorf("%s by %q: %+v, with a tag %+v", figure, by, x, y)
					}
				}
			}
		}
		if _, err := d.Series(t.Context(), rollups.Query{Figure: rollups.Volume, From: "2014-01-01", To: "2026-03-24"}); err == nil {
			t.Error("a range of twelve years passes")
		}
	})
}
