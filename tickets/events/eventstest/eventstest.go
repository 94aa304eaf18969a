// Package eventstest helps tests of what writes to the log.
//
// # Why
//
// A test that changes something ends with Check: whatever a store did, its log must be whole and folding it must
// give the rows. The clock stands still until a test moves it, so times in tests are exact.
package eventstest

import (
	"context"
	"sync"
	"testing"
	"time"

	"heard/migrations"
	"heard/tickets/events"
)

// Noon is where every test's clock starts.
var noon = time.Date(2026, time.March, 4, 12, 0, 0, 0, time.UTC)

// Clock is a clock that only a test moves.
type Clock struct {
	mu  sync.Mutex
	now time.Time
}

// NewClock returns a clock that stands at noon of Wednesday, 4 March 2026, UTC.
func NewClock() *Clock { return &Clock{now: noon} }

// Now is the clock's time.
func (c *Clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

// Advance moves the clock.
func (c *Clock) Advance(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
}

// New opens the log of a migrated database with a clock that stands still; it is closed with the test.
func New(t testing.TB, db *migrations.DB, vocabulary []events.Change) *events.Log {
	t.Helper()
	return NewAt(t, db, vocabulary, NewClock())
}

// NewAt is New with the test's own clock.
func NewAt(t testing.TB, db *migrations.DB, vocabulary []events.Change, clock *Clock) *events.Log {
	t.Helper()
	return Open(t, db, events.Options{Now: clock.Now, Vocabulary: vocabulary})
}

// Open opens a log that is closed with the test.
func Open(t testing.TB, db *migrations.DB, o events.Options) *events.Log {
	t.Helper()
	l, err := events.Open(context.Background(), db, o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
		defer cancel()
		if err := l.Close(ctx); err != nil {
			t.Errorf("close log: %v", err)
		}
	})
	return l
}

// All returns every event of the log, decoded.
func All(t testing.TB, l *events.Log) []events.Event {
	t.Helper()
	var list []events.Event
	for after := int64(0); ; {
		evs, err := l.Events(context.Background(), after, 1000)
		if err != nil {
			t.Fatal(err)
		}
		if len(evs) == 0 {
			return list
		}
		for i := range evs {
			if _, err := l.Decode(&evs[i]); err != nil {
				t.Fatal(err)
			}
		}
		list = append(list, evs...)
		after = evs[len(evs)-1].Pos
	}
}

// Kinds returns the kinds of all events, in order.
func Kinds(t testing.TB, l *events.Log) []string {
	t.Helper()
	var kinds []string
	for _, e := range All(t, l) {
		kinds = append(kinds, e.Kind)
	}
	return kinds
}
