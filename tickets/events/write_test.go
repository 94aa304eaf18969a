package events_test

import (
	"context"
	"errors"
	"strings"
	"sync"
	"testing"
	"time"

	"heard/migrations"
	"heard/migrations/dbtest"
	"heard/tickets/events"
	"heard/tickets/events/eventstest"
)

func TestEventsAreNumbered(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *migrations.DB) {
		clock := eventstest.NewClock()
		l := eventstest.NewAt(t, db, vocabulary(), clock)
		id := newTickets(t, l, 1)[0]
		noon := l.Now()
		clock.Advance(-time.Hour) // the clock was set back
		err := l.Write(t.Context(), events.Unit{By: ada, Locks: events.Locks{Tickets: []events.ID{id}}},
			func(_ context.Context, tx *events.Tx) error {
				if got := tx.Record(id, thought{N: 2}).Seq; got != 2 {
					t.Errorf("seq = %d, want 2", got)
				}
				tx.RecordBy(events.SystemActor, id, said{N: 3, Text: "not kept"})
				tx.Record(0, thought{N: 4})
				tx.RecordAt(noon.Add(time.Minute), ada, id, said{N: 5})
				return nil
			})
		if err != nil {
			t.Fatal(err)
		}
		type row struct {
			pos       int64
			ticket    events.ID
			seq       int64
			prev      int64
			public    bool
			kind      string
			at, noted events.Time
			by        events.Actor
			data      string
		}
		past := noon.Add(-time.Hour)
		want := []row{
			{1, id, 1, 0, true, "test.said", noon, noon, ada, `{"n":1}`},
			{2, id, 2, 1, false, "test.thought", noon, past, ada, `{"n":2}`},
			{3, id, 3, 1, true, "test.said", noon, past, events.SystemActor, `{"n":3}`},
			{4, 0, 0, 0, false, "test.thought", past, past, ada, `{"n":4}`},
			{5, id, 4, 3, true, "test.said", noon.Add(time.Minute), past, ada, `{"n":5}`},
		}
		all := eventstest.All(t, l)
		if len(all) != len(want) {
			t.Fatalf("%d events, want %d", len(all), len(want))
		}
		for i, e := range all {
			got := row{e.Pos, e.TicketID, e.Seq, e.Prev, e.Public, e.Kind, e.At, e.RecordedAt, e.By, string(e.Data)}
			if got != want[i] {
				t.Errorf("event = %+v\n want %+v", got, want[i])
			}
		}
		if c, ok := all[2].Change.(said); !ok || c.N != 3 || c.Text != "" {
			t.Errorf("change = %#v, want said{3}", all[2].Change)
		}
		public, err := l.Of(t.Context(), id, 1, 10, true)
		if err != nil || len(public) != 2 || public[0].Seq != 3 || public[0].Prev != 1 {
			t.Errorf("public events after 1 = %+v, %v; want seq 3 and 4", public, err)
		}
		eventstest.Check(t, l, nil)
	})
}

func TestFailureUndoesOneUnitOnly(t *testing.T) {
	each(t, func(t *testing.T, _ *migrations.DB, l *events.Log) {
		ids := newTickets(t, l, 2)
		spoilers := map[string]struct {
			fn   func(ctx context.Context, tx *events.Tx) error
			want string
		}{
			"error":      {func(context.Context, *events.Tx) error { return errRefused }, "refused"},
			"panic":      {func(context.Context, *events.Tx) error { panic("oops") }, "oops"},
			"not locked": {func(_ context.Context, tx *events.Tx) error { tx.Record(ids[1], said{}); return nil }, "not locked"},
			"bad statement": {func(ctx context.Context, tx *events.Tx) error {
				_, err := tx.ExecContext(ctx, `INSERT INTO nowhere VALUES (1)`)
				return err
			}, "nowhere"},
			"unknown kind": {func(_ context.Context, tx *events.Tx) error { tx.Record(0, unknown{}); return nil }, "vocabulary"},
			"no row":       {func(_ context.Context, tx *events.Tx) error { tx.Opened(999); tx.Record(999, said{}); return nil }, "no row"},
			"nested": {func(ctx context.Context, _ *events.Tx) error {
				return l.Write(ctx, events.Unit{}, func(context.Context, *events.Tx) error { return nil })
			}, "inside a write"},
		}
		for name, s := range spoilers {
			var wg sync.WaitGroup
			for i := range 20 { // neighbours in the same batch
				wg.Go(func() {
					if err := say(l, ids[0], i); err != nil {
						t.Errorf("%s: a neighbour failed: %v", name, err)
					}
				})
				if i != 10 {
					continue
				}
				wg.Go(func() {
					err := l.Write(context.Background(), events.Unit{By: ada, Locks: events.Locks{Tickets: ids[:1]}},
						func(ctx context.Context, tx *events.Tx) error {
							tx.Record(ids[0], thought{N: 1000})
							if _, err := insertTicket(ctx, tx); err != nil {
								return err
							}
							return s.fn(ctx, tx)
						})
					if err == nil || !strings.Contains(err.Error(), s.want) {
						t.Errorf("%s: err = %v, want %q", name, err, s.want)
					}
				})
			}
			wg.Wait()
		}
		for _, e := range eventstest.All(t, l) {
			if e.Kind == "test.thought" {
				t.Errorf("a failed unit left event %+v", e)
			}
		}
		if n := countTickets(t, l); n != 2 {
			t.Errorf("%d tickets, want the 2 from before", n)
		}
	})
}

type unknown struct{}

func (unknown) EventKind() string { return "test.unknown" }
func (unknown) EventPublic() bool { return true }

func countTickets(t testing.TB, l *events.Log) (n int) {
	t.Helper()
	if err := l.Read().QueryRowContext(context.Background(), `SELECT count(*) FROM tickets`).Scan(&n); err != nil {
		t.Fatal(err)
	}
	return n
}

func TestReadersCannotWrite(t *testing.T) {
	each(t, func(t *testing.T, _ *migrations.DB, l *events.Log) {
		if _, err := l.Read().ExecContext(t.Context(), `DELETE FROM events`); err == nil {
			t.Error("a reader deleted events")
		}
	})
}

func TestErrorComesBackAsItIs(t *testing.T) {
	each(t, func(t *testing.T, _ *migrations.DB, l *events.Log) {
		err := l.Write(t.Context(), events.Unit{}, func(context.Context, *events.Tx) error { return errRefused })
		if !errors.Is(err, errRefused) {
			t.Errorf("err = %v, want errRefused", err)
		}
	})
}
