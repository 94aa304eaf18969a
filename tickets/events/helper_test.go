package events_test

import (
	"context"
	"errors"
	"fmt"
	"testing"

	"heard/migrations"
	"heard/migrations/dbtest"
	"heard/tickets/events"
	"heard/tickets/events/eventstest"
	"heard/tickets/fault"
)

// said is a public change, thought an internal one.
type said struct {
	N    int    `json:"n"`
	Text string `json:"-"`
}

func (said) EventKind() string { return "test.said" }
func (said) EventPublic() bool { return true }

type thought struct {
	N int `json:"n"`
}

func (thought) EventKind() string { return "test.thought" }
func (thought) EventPublic() bool { return false }

func vocabulary() []events.Change { return []events.Change{said{}, thought{}} }

var ada = events.Actor{Kind: events.Agent, ID: 7}

// newTickets inserts n ticket rows with one public event each and returns their ids.
func newTickets(t testing.TB, l *events.Log, n int) []events.ID {
	t.Helper()
	ids := make([]events.ID, n)
	for i := range ids {
		err := l.Write(context.Background(), events.Unit{By: ada}, func(ctx context.Context, tx *events.Tx) error {
			id, err := insertTicket(ctx, tx)
			if err != nil {
				return err
			}
			ids[i] = id
			tx.Record(id, said{N: 1})
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	return ids
}

func insertTicket(ctx context.Context, tx *events.Tx) (events.ID, error) {
	var id events.ID
	err := tx.NewRaw(`INSERT INTO tickets (status, channel, inbox_id, customer_id, created_at, updated_at)
		VALUES ('open', 'chat', 1, 1, ?, ?) RETURNING id`, tx.Now, tx.Now).Scan(ctx, &id)
	if err != nil {
		return 0, fmt.Errorf("insert ticket: %w", err)
	}
	tx.Opened(id)
	return id, nil
}

// say records one public event.
func say(l *events.Log, ticket events.ID, n int) error {
	return l.Write(context.Background(), events.Unit{By: ada, Locks: events.Locks{Tickets: []events.ID{ticket}}},
		func(_ context.Context, tx *events.Tx) error {
			tx.Record(ticket, said{N: n})
			return nil
		})
}

// each opens a log on both databases and checks it afterwards.
func each(t *testing.T, fn func(t *testing.T, db *migrations.DB, l *events.Log)) {
	t.Helper()
	dbtest.Each(t, func(t *testing.T, db *migrations.DB) {
		l := eventstest.New(t, db, vocabulary())
		fn(t, db, l)
		eventstest.Check(t, l, nil)
	})
}

func wantKind(t testing.TB, err error, want fault.Kind) {
	t.Helper()
	if got := fault.KindOf(err); got != want {
		t.Errorf("kind = %q, want %q (%v)", got, want, err)
	}
}

var errRefused = errors.New("refused")
