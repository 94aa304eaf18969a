package signals_test

import (
	"strings"
	"testing"
	"time"

	"heard/feedback/signals"
	"heard/migrations"
	"heard/migrations/dbtest"
	"heard/tickets"
	"heard/tickets/events"
	"heard/tickets/events/eventstest"
	"heard/tickets/fault"
)

func TestKeep(t *testing.T) {
	long := strings.Repeat("x", 101)
	dbtest.Each(t, func(t *testing.T, db *migrations.DB) {
		log := eventstest.New(t, db, tickets.Changes())
		store := signals.New(log)
		v := tickets.Visitor{ID: 7, CustomerID: 3, InboxID: 2}
		now := log.Now()
		tests := []struct {
			name  string
			list  []signals.Signal
			field string
			at    events.Time // of the row, if one is kept
		}{
			{"a page view", []signals.Signal{{Name: "page", Page: "/cart", At: now.Add(-time.Minute)}}, "", now.Add(-time.Minute)},
			{"a clock from the future", []signals.Signal{{Name: "buy", Props: map[string]string{"sku": "7"}, At: now.Add(time.Hour)}}, "", now},
			{"a clock from last week", []signals.Signal{{Name: "buy", At: now.Add(-200 * time.Hour)}}, "", now},
			{"none", nil, "items", 0},
			{"too many", make([]signals.Signal, signals.MaxItems+1), "items", 0},
			{"no name", []signals.Signal{{Name: "ok"}, {}}, "items[1].name", 0},
			{"a long name", []signals.Signal{{Name: long}}, "items[0].name", 0},
			{"a long property", []signals.Signal{{Name: "x", Props: map[string]string{long: "y"}}}, "items[0].props", 0},
		}
		kept := 0
		for _, tt := range tests {
			err := store.Keep(t.Context(), v, tt.list)
			if tt.field != "" {
				if f := fault.Of(err); f == nil || len(f.Fields) == 0 || f.Fields[0].Field != tt.field {
					t.Errorf("%s: %v, want a fault on %s", tt.name, err, tt.field)
				}
			} else if err != nil {
				t.Errorf("%s: %v", tt.name, err)
			} else {
				kept++
				var at events.Time
				if err := db.Read.QueryRowContext(t.Context(), "SELECT at FROM signals ORDER BY id DESC LIMIT 1").Scan(&at); err != nil || at != tt.at {
					t.Errorf("%s: at %s, want %s (%v)", tt.name, at, tt.at, err)
				}
			}
		}
		var n int
		if err := db.Read.QueryRowContext(t.Context(), "SELECT count(*) FROM signals WHERE visitor_id = 7 AND inbox_id = 2").Scan(&n); err != nil || n != kept {
			t.Errorf("%d rows, want %d (%v)", n, kept, err)
		}
	})
}
