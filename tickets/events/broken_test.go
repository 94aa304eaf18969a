package events_test

import (
	"context"
	"testing"
	"time"

	"heard/migrations/dbtest"
	"heard/tickets/events"
	"heard/tickets/events/eventstest"
)

// TestPreparedStatementOnABrokenConnection: when the connection breaks inside a transaction, a prepared statement must
// come back with an error, or the writer hangs for ever.
func TestPreparedStatementOnABrokenConnection(t *testing.T) {
	l := eventstest.New(t, dbtest.Postgres(t), vocabulary())
	id := newTickets(t, l, 1)[0]
	cut := func(ctx context.Context, tx *events.Tx) {
		_, err := tx.ExecContext(ctx, `SELECT pg_terminate_backend(pg_backend_pid())`)
		if err == nil {
			t.Error("the connection lives")
		}
	}
	read := func(ctx context.Context, tx *events.Tx, text string) error {
		rows, err := tx.Query(ctx, text, int64(id))
		if err == nil {
			err = rows.Close()
		}
		return err
	}
	tests := []struct {
		name string
		fn   func(ctx context.Context, tx *events.Tx) error
	}{
		{"prepared after the break", func(ctx context.Context, tx *events.Tx) error {
			cut(ctx, tx)
			return read(ctx, tx, `SELECT id + 1 FROM tickets WHERE id = ?`)
		}},
		{"prepared before the break", func(ctx context.Context, tx *events.Tx) error {
			if err := read(ctx, tx, `SELECT id + 2 FROM tickets WHERE id = ?`); err != nil {
				return err
			}
			cut(ctx, tx)
			return read(ctx, tx, `SELECT id + 2 FROM tickets WHERE id = ?`)
		}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			done := make(chan error, 1)
			runs := 0
			go func() {
				done <- l.Write(context.Background(), events.Unit{By: ada, Locks: events.Locks{Tickets: []events.ID{id}}},
					func(ctx context.Context, tx *events.Tx) error {
						tx.Record(id, said{})
						if runs++; runs > 1 {
							return nil
						}
						return tt.fn(ctx, tx)
					})
			}()
			select {
			case err := <-done:
				if err != nil || runs != 2 {
					t.Errorf("ran %d times: %v; want success in the second run", runs, err)
				}
			case <-time.After(20 * time.Second):
				t.Fatal("the writer hangs")
			}
		})
	}
}
