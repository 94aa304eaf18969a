package events_test

import (
	"context"
	"errors"
	"sync"
	"testing"
	"time"

	"heard/migrations"
	"heard/migrations/dbtest"
	"heard/tickets/events"
	"heard/tickets/events/eventstest"
	"heard/tickets/fault"
)

// neighbours writes n events beside what a test breaks. All must succeed.
func neighbours(t testing.TB, l *events.Log, ticket events.ID, n int) *sync.WaitGroup {
	t.Helper()
	var wg sync.WaitGroup
	for i := range n {
		wg.Go(func() {
			if err := say(l, ticket, i); err != nil {
				t.Errorf("a neighbour failed: %v", err)
			}
		})
	}
	return &wg
}

func TestCancelledCallerHarmsNobody(t *testing.T) {
	each(t, func(t *testing.T, _ *migrations.DB, l *events.Log) {
		ids := newTickets(t, l, 2)
		for range 10 {
			ctx, cancel := context.WithCancel(context.Background())
			wg := neighbours(t, l, ids[0], 20)
			for range 5 {
				wg.Go(func() {
					n := 0 // shared with the closure: the race detector watches
					err := l.Write(ctx, events.Unit{By: ada, Locks: events.Locks{Tickets: ids}},
						func(inner context.Context, tx *events.Tx) error {
							cancel()
							n++
							tx.Record(ids[1], said{N: n})
							_, err := tx.ExecContext(inner, `UPDATE tickets SET subject = 'x' WHERE id = ?`, ids[1])
							return err
						})
					if n++; err != nil && !errors.Is(err, context.Canceled) {
						t.Errorf("err = %v, want context.Canceled or nil", err)
					}
				})
			}
			wg.Wait()
			cancel()
		}
	})
}

func TestClosedLogRefuses(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *migrations.DB) {
		l := eventstest.New(t, db, vocabulary())
		if err := l.Close(t.Context()); err != nil {
			t.Fatal(err)
		}
		err := l.Write(t.Context(), events.Unit{}, func(context.Context, *events.Tx) error { return nil })
		wantKind(t, err, fault.Unavailable)
		if fault.Of(err).RetryAfter <= 0 {
			t.Error("no time to try again")
		}
	})
}

func TestDeadlockHarmsNobody(t *testing.T) {
	ctx := context.Background()
	// Whoever waits last finds the deadlock after this time; a second of it is half of what a caller waits.
	dsn := dbtest.PostgresDSN(t) + "&deadlock_timeout=20ms"
	l := eventstest.New(t, dbtest.Open(t, dsn), vocabulary())
	other := dbtest.Open(t, dsn)
	ids := newTickets(t, l, 3)
	lock := `SELECT 1 FROM tickets WHERE id = ? FOR UPDATE`
	foreign, err := other.Write.BeginTx(ctx, nil)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := foreign.ExecContext(ctx, lock, ids[1]); err != nil {
		t.Fatal(err)
	}
	locked := make(chan error, 1)
	go func() {
		// Blocks once the batch holds the first ticket; one of the two must give way.
		_, err := foreign.ExecContext(ctx, lock, ids[0])
		locked <- errors.Join(err, foreign.Rollback())
	}()
	wg := neighbours(t, l, ids[2], 20)
	for range 3 {
		wg.Go(func() {
			err := l.Write(ctx, events.Unit{By: ada, Locks: events.Locks{Tickets: ids[:2]}},
				func(_ context.Context, tx *events.Tx) error {
					tx.Record(ids[0], said{})
					return nil
				})
			if err != nil {
				wantKind(t, err, fault.Unavailable)
			}
		})
	}
	wg.Wait()
	<-locked
	eventstest.Check(t, l, nil)
}

func TestLostConnectionHarmsNobody(t *testing.T) {
	l := eventstest.New(t, dbtest.Postgres(t), vocabulary())
	ids := newTickets(t, l, 2)
	for range 3 {
		wg := neighbours(t, l, ids[0], 20)
		wg.Go(func() {
			runs := 0
			err := l.Write(context.Background(), events.Unit{By: ada, Locks: events.Locks{Tickets: ids}},
				func(ctx context.Context, tx *events.Tx) error {
					tx.Record(ids[1], said{})
					if runs++; runs > 1 {
						return nil
					}
					_, err := tx.ExecContext(ctx, `SELECT pg_terminate_backend(pg_backend_pid())`)
					return err
				})
			if err != nil || runs != 2 {
				t.Errorf("ran %d times: %v; want success in the second run", runs, err)
			}
		})
		wg.Wait()
	}
	if n := len(eventstest.All(t, l)); n != 2+3*21 {
		t.Errorf("%d events, want %d", n, 2+3*21)
	}
	eventstest.Check(t, l, nil)
}

func TestUnknownCommitIsLookedUp(t *testing.T) {
	cuts := map[string]func(forward func()){
		"committed":     func(forward func()) { forward(); time.Sleep(50 * time.Millisecond) },
		"not committed": func(func()) {},
	}
	for name, cut := range cuts {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			direct := dbtest.PostgresDSN(t)
			p, dsn := newProxy(t, direct)
			l := eventstest.New(t, dbtest.Open(t, dsn), vocabulary())
			id := newTickets(t, l, 1)[0]
			for range 3 {
				p.onCommit(cut)
				neighbours(t, l, id, 20).Wait()
				p.onCommit(cut) // a transaction without events
				err := l.Write(t.Context(), events.Unit{}, func(ctx context.Context, tx *events.Tx) error {
					return tx.Insert(ctx, "organizations", []string{"name", "created_at"}, [][]any{{"1", tx.Now}})
				})
				if err != nil {
					t.Errorf("write: %v", err)
				}
			}
			if n := len(eventstest.All(t, l)); n != 1+60 {
				t.Errorf("%d events, want 61: each once", n)
			}
			if n := len(effects(t, l)); n != 3 {
				t.Errorf("%d rows, want 3", n)
			}
			checkPlaces(t, collect(t, l, 0, 61), 1)
			eventstest.Check(t, l, nil)
		})
	}
}

func TestDatabaseAway(t *testing.T) {
	p, dsn := newProxy(t, dbtest.PostgresDSN(t))
	l := eventstest.New(t, dbtest.Open(t, dsn), vocabulary())
	id := newTickets(t, l, 1)[0]
	p.setDown(true)
	for range 3 {
		began := time.Now()
		var wg sync.WaitGroup
		for range 30 {
			wg.Go(func() {
				err := say(l, id, 1)
				wantKind(t, err, fault.Unavailable)
				if fault.Of(err).RetryAfter != time.Second {
					t.Errorf("retry after %s, want 1s", fault.Of(err).RetryAfter)
				}
			})
		}
		wg.Wait()
		if took := time.Since(began); took > 10*time.Second {
			t.Errorf("told after %s, want 2 s", took)
		}
	}
	p.setDown(false)
	await(t, "the database to be back", func() bool { return say(l, id, 2) == nil })
	eventstest.Check(t, l, nil)
}

func TestBackgroundGivesWay(t *testing.T) {
	each(t, func(t *testing.T, _ *migrations.DB, l *events.Log) {
		id := newTickets(t, l, 1)[0]
		const n = 40
		var back sync.WaitGroup
		order := make(chan string, 2*n+1)
		for range n {
			back.Go(func() {
				err := l.Write(context.Background(), events.Unit{Background: true}, func(context.Context, *events.Tx) error {
					for began := time.Now(); time.Since(began) < 10*time.Millisecond; { // work, not waiting
					}
					return nil
				})
				if err != nil {
					t.Errorf("background: %v", err)
				}
				order <- "back"
			})
		}
		if err := say(l, id, 1); err != nil {
			t.Fatal(err)
		}
		order <- "front"
		back.Wait()
		close(order)
		before := 0
		for who := range order {
			if who == "front" {
				break
			}
			before++
		}
		if before > n/2 {
			t.Errorf("%d of %d background writes went before one in front", before, n)
		}
	})
}

// TestSilentDatabase holds back everything, as a host that vanished does.
func TestSilentDatabase(t *testing.T) {
	p, dsn := newProxy(t, dbtest.PostgresDSN(t))
	l := eventstest.New(t, dbtest.Open(t, dsn), vocabulary())
	id := newTickets(t, l, 1)[0]
	p.frozen.Lock()
	began := time.Now()
	var wg sync.WaitGroup
	for range 10 {
		wg.Go(func() { wantKind(t, say(l, id, 1), fault.Unavailable) })
	}
	wg.Wait()
	if took := time.Since(began); took > 10*time.Second {
		t.Errorf("told after %s, want about 2 s", took)
	}
	p.frozen.Unlock()
	await(t, "the database to answer", func() bool { return say(l, id, 2) == nil })
	eventstest.Check(t, l, nil)
}

func TestFullQueueRefuses(t *testing.T) {
	each(t, func(t *testing.T, _ *migrations.DB, l *events.Log) {
		hold, held := make(chan struct{}), make(chan struct{})
		var once sync.Once
		var wg sync.WaitGroup
		wg.Go(func() {
			err := l.Write(context.Background(), events.Unit{}, func(context.Context, *events.Tx) error {
				once.Do(func() { close(held) })
				<-hold
				return nil
			})
			if err != nil {
				t.Errorf("the write that held up the others: %v", err)
			}
		})
		<-held
		full := make(chan struct{})
		var shut sync.Once
		for range 5000 {
			wg.Go(func() {
				err := l.Write(context.Background(), events.Unit{}, func(context.Context, *events.Tx) error { return nil })
				if err != nil {
					wantKind(t, err, fault.Unavailable)
					shut.Do(func() { close(full) })
				}
			})
		}
		<-full // the queue refuses before anything in it can be done
		close(hold)
		wg.Wait()
	})
}

func TestFullDiskRefusesAndRecovers(t *testing.T) {
	ctx := t.Context()
	db := dbtest.SQLite(t)
	var pages int
	if err := db.Write.QueryRowContext(ctx, `PRAGMA page_count`).Scan(&pages); err != nil {
		t.Fatal(err)
	}
	if _, err := db.Write.ExecContext(ctx, `PRAGMA max_page_count = ?`, pages+20); err != nil {
		t.Fatal(err)
	}
	l := eventstest.New(t, db, vocabulary())
	id := newTickets(t, l, 1)[0]
	posts, written := newPosts(l), 0
	var err error
	for err == nil {
		if err = posts.Write(ctx, &post{ticket: id, n: written}); err == nil {
			written++
		}
	}
	wantKind(t, err, fault.Unavailable)
	if got := len(eventstest.All(t, l)); written == 0 || got != 1+written {
		t.Errorf("%d events after %d writes", got, written)
	}
	err = l.Write(ctx, events.Unit{}, func(ctx context.Context, tx *events.Tx) error { // space again
		_, err := tx.ExecContext(ctx, `PRAGMA max_page_count = 100000`)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	if err := posts.Write(ctx, &post{ticket: id}); err != nil {
		t.Errorf("with space again: %v", err)
	}
	eventstest.Check(t, l, nil)
}
