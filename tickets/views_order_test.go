package tickets_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"heard/migrations"
	"heard/migrations/dbtest"
	"heard/tickets"
	"heard/tickets/events"
	"heard/tickets/fault"
)

// pages reads a whole list in small pages.
func (d *desk) pages(f tickets.Filter) (out []events.ID) {
	d.t.Helper()
	f.Limit = 2
	for range 30 {
		page, next, err := d.Tickets(d.t.Context(), f)
		d.must(err)
		out = append(out, listed(page)...)
		if f.Cursor = next; next == "" {
			return out
		}
	}
	d.t.Fatal("the list does not end")
	return nil
}

// TestOrders: an order says how tickets follow on each other and never which they are, from either end and however its
// pages are cut.
func TestOrders(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *migrations.DB) {
		d := newDesk(t, db)
		at := func(steps ...step) events.ID {
			id := d.start(cus)
			for _, s := range steps {
				d.clock.Advance(time.Second)
				d.must(s(d, id))
			}
			d.clock.Advance(time.Second)
			return id
		}
		first := at(says(cus))
		answered := at(says(cus), says(ann))
		again := at(says(cus), says(ann), says(cus)) // waits since its last word
		done := at(says(cus), resolves(ann))
		asleep := at(says(cus), snoozes(time.Hour))
		last := at(says(cus))
		d.must(says(cus)(d, first)) // is the newest, and waits longest all the same
		everything := []tickets.Status{tickets.Open, tickets.Pending, tickets.Snoozed, tickets.Resolved, tickets.Closed}
		tests := []struct {
			name string
			f    tickets.Filter
			want []events.ID
		}{
			{"newest", tickets.Filter{}, []events.ID{first, last, asleep, done, again, answered}},
			{"oldest", tickets.Filter{Order: tickets.OldestFirst}, []events.ID{answered, again, done, asleep, last, first}},
			{"waiting longest", tickets.Filter{Order: tickets.WaitingLongest}, []events.ID{first, again, asleep, last, done, answered}},
			{"by status", tickets.Filter{Order: tickets.WaitingLongest, Statuses: everything}, []events.ID{first, again, asleep, last, done, answered}},
			{"open ones", tickets.Filter{Order: tickets.WaitingLongest, Statuses: everything[:1]}, []events.ID{first, again, last, answered}},
			{"resolved ones", tickets.Filter{Order: tickets.WaitingLongest, Statuses: everything[3:4]}, []events.ID{done}},
			{"mine", tickets.Filter{Order: tickets.WaitingLongest, View: tickets.ViewMine, Agent: 1, Statuses: everything}, []events.ID{again, done, answered}},
			{"unassigned", tickets.Filter{Order: tickets.WaitingLongest, View: tickets.ViewUnassigned, Statuses: everything[:1]}, []events.ID{first, last}},
			{"walked", tickets.Filter{Order: tickets.WaitingLongest, Walk: []tickets.Cond{{SQL: "t.id <> ?", Args: []any{int64(again)}}}}, []events.ID{first, asleep, last, done, answered}},
			{"oldest, walked", tickets.Filter{Order: tickets.OldestFirst, Walk: []tickets.Cond{{SQL: "t.id <> ?", Args: []any{int64(again)}}}}, []events.ID{answered, done, asleep, last, first}},
		}
		for _, tt := range tests {
			if got := d.pages(tt.f); !slices.Equal(got, tt.want) {
				t.Errorf("%s: %v, want %v", tt.name, got, tt.want)
			}
			tt.f.FromEnd = true
			slices.Reverse(tt.want)
			if got := d.pages(tt.f); !slices.Equal(got, tt.want) {
				t.Errorf("%s, from the end: %v, want %v", tt.name, got, tt.want)
			}
			n, _, err := d.CountTickets(t.Context(), tt.f, 100)
			if err != nil || n != len(tt.want) {
				t.Errorf("%s: counted %d, %v; want %d", tt.name, n, err, len(tt.want))
			}
		}
		d.check()
	})
}

// TestCursorsNameTheirOrder: a page of one order is none of another.
func TestCursorsNameTheirOrder(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *migrations.DB) {
		d := newDesk(t, db)
		for range 3 {
			d.must(says(cus)(d, d.start(cus)))
		}
		orders := []tickets.Filter{{}, {Order: tickets.OldestFirst}, {Order: tickets.WaitingLongest}, {Order: tickets.WaitingLongest, FromEnd: true}}
		for i, f := range orders {
			f.Limit = 1
			_, next, err := d.Tickets(t.Context(), f)
			d.must(err)
			for k, g := range orders {
				g.Cursor = next
				_, _, err := d.Tickets(t.Context(), g)
				if i == k && err != nil {
					t.Errorf("%s %t refuses its own cursor: %v", g.Order, g.FromEnd, err)
				} else if i != k && (fault.KindOf(err) != fault.Invalid || !strings.Contains(fault.Of(err).Wrong()[0].Detail, "another order")) {
					t.Errorf("%s %t with a cursor of %s %t: %v", g.Order, g.FromEnd, f.Order, f.FromEnd, err)
				}
			}
		}
		_, _, err := d.Tickets(t.Context(), tickets.Filter{Order: "priority"})
		if fault.KindOf(err) != fault.Invalid || fault.Of(err).Wrong()[0].Field != "order" {
			t.Errorf("an order that is none: %v", err)
		}
	})
}
