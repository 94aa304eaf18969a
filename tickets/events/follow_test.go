package events_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"heard/migrations"
	"heard/migrations/dbtest"
	"heard/tickets/events"
	"heard/tickets/events/eventstest"
	"heard/tickets/fault"
)

const patience = 30 * time.Second // for conditions that come soon, on a machine with much else to do

var errEnough = errors.New("enough")

// collect follows the log until n events came.
func collect(t testing.TB, l *events.Log, after int64, n int) []events.Event {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	var got []events.Event
	err := l.Follow(ctx, after, func(evs []events.Event) error {
		if got = append(got, evs...); len(got) >= n {
			return errEnough
		}
		return nil
	})
	if !errors.Is(err, errEnough) {
		t.Errorf("follow: %v after %d of %d events", err, len(got), n)
	}
	return got
}

func checkPlaces(t testing.TB, evs []events.Event, first int64) {
	t.Helper()
	for i, e := range evs {
		if want := first + int64(i); e.Pos != want {
			t.Fatalf("event %d has pos %d, want %d", i, e.Pos, want)
		}
	}
}

// TestNoEventIsSkipped runs many writers on two nodes with followers and consumers beside them.
func TestNoEventIsSkipped(t *testing.T) {
	dbtest.EachDSN(t, func(t *testing.T, dsn string) {
		const writers, each = 16, 25
		var nodes []*events.Log
		for range 2 {
			nodes = append(nodes, eventstest.New(t, dbtest.Open(t, dsn), vocabulary()))
		}
		ids := newTickets(t, nodes[0], 4)
		total := len(ids) + 2*writers*each

		ctx, cancel := context.WithTimeout(context.Background(), patience)
		defer cancel()
		consumer := events.Consumer{Name: "tally", Kinds: []string{"test.said"}, Handle: insertEffects}
		var wg sync.WaitGroup
		for _, l := range nodes {
			wg.Go(func() {
				if err := l.Consume(ctx, consumer); !errors.Is(err, context.Canceled) {
					t.Errorf("consume: %v", err)
				}
			})
		}
		var followers, senders sync.WaitGroup
		for i, l := range nodes {
			followers.Go(func() { checkPlaces(t, collect(t, l, 0, total), 1) })
			for w := range writers {
				senders.Go(func() {
					for n := range each {
						if err := say(l, ids[(w+n)%len(ids)], i); err != nil {
							t.Errorf("write: %v", err)
						}
					}
				})
			}
		}
		senders.Wait()
		followers.Wait()
		await(t, "the consumer", func() bool { return len(effects(t, nodes[0])) == total })
		cancel()
		wg.Wait()
		for i, pos := range effects(t, nodes[0]) {
			if pos != int64(i+1) {
				t.Fatalf("effect %d is of event %d; want every event once, in order", i+1, pos)
			}
		}
		eventstest.Check(t, nodes[1], nil)
	})
}

// insertEffects keeps a row for each event, in a table that allows doubles.
func insertEffects(ctx context.Context, tx *events.Tx, evs []events.Event) error {
	rows := make([][]any, len(evs))
	for i, e := range evs {
		rows[i] = []any{fmt.Sprint(e.Pos), "{}", tx.Now}
	}
	return tx.Insert(ctx, "organizations", []string{"name", "attrs", "created_at"}, rows)
}

// effects returns the places of the events in the order in which they were handled.
func effects(t testing.TB, l *events.Log) []int64 {
	t.Helper()
	var list []int64
	if err := l.Read().NewRaw(`SELECT CAST(name AS BIGINT) FROM organizations ORDER BY id`).Scan(context.Background(), &list); err != nil {
		t.Fatal(err)
	}
	return list
}

// await waits for a condition that holds soon.
func await(t testing.TB, what string, cond func() bool) {
	t.Helper()
	deadline := time.Now().Add(patience)
	for !cond() {
		if time.Now().After(deadline) {
			t.Fatalf("waited %s for %s", patience, what)
		}
		time.Sleep(5 * time.Millisecond)
	}
}

func TestFollowCarriesChange(t *testing.T) {
	each(t, func(t *testing.T, _ *migrations.DB, l *events.Log) {
		id := newTickets(t, l, 1)[0]
		err := l.Write(t.Context(), events.Unit{By: ada, Locks: events.Locks{Tickets: []events.ID{id}}},
			func(_ context.Context, tx *events.Tx) error {
				tx.Record(id, said{N: 2, Text: "not in the log"})
				return nil
			})
		if err != nil {
			t.Fatal(err)
		}
		got := collect(t, l, 1, 1)
		if c, ok := got[0].Change.(said); !ok || c.Text != "not in the log" {
			t.Errorf("change = %#v, want the recorded one", got[0].Change)
		}
	})
}

// TestForeignCommitWakesFollower writes on one node and follows on another that writes nothing.
func TestForeignCommitWakesFollower(t *testing.T) {
	dbtest.EachDSN(t, func(t *testing.T, dsn string) {
		here := eventstest.New(t, dbtest.Open(t, dsn), vocabulary())
		there := eventstest.New(t, dbtest.Open(t, dsn), vocabulary())
		if here.Epoch() == "" || here.Epoch() != there.Epoch() {
			t.Errorf("epochs %q and %q, want the same", here.Epoch(), there.Epoch())
		}
		id := newTickets(t, there, 1)[0]
		seen := make(chan int64)
		ctx, cancel := context.WithCancel(context.Background())
		done := make(chan error, 1)
		go func() {
			done <- here.Follow(ctx, 0, func(evs []events.Event) error {
				for _, e := range evs {
					seen <- e.Pos
				}
				return nil
			})
		}()
		for want := int64(1); want <= 20; want++ {
			if got := <-seen; got != want {
				t.Fatalf("pos %d, want %d", got, want)
			}
			if want < 20 {
				if err := say(there, id, int(want)); err != nil {
					t.Fatal(err)
				}
			}
		}
		cancel()
		if err := <-done; !errors.Is(err, context.Canceled) {
			t.Errorf("follow ended with %v", err)
		}
	})
}

func TestConsumerParksOrStops(t *testing.T) {
	each(t, func(t *testing.T, _ *migrations.DB, l *events.Log) {
		newTickets(t, l, 5)
		poison := func(ctx context.Context, tx *events.Tx, evs []events.Event) error {
			if err := insertEffects(ctx, tx, evs); err != nil {
				return err
			}
			if slices.ContainsFunc(evs, func(e events.Event) bool { return e.Pos == 3 }) {
				return errRefused
			}
			return nil
		}
		parks := events.Consumer{Name: "parks", Handle: poison}
		failures := 0
		for {
			if _, err := l.CatchUp(t.Context(), parks); err == nil {
				break
			}
			failures++
		}
		if failures < 9 || failures > 12 {
			t.Errorf("failed %d times before the event was parked, want about 10", failures)
		}
		if got := effects(t, l); !slices.Equal(got, []int64{1, 2, 4, 5}) {
			t.Errorf("effects of %v, want all but the third", got)
		}
		stops := events.Consumer{Name: "stops", Handle: poison, Stops: true}
		ctx, cancel := context.WithCancel(t.Context())
		done := make(chan error, 1)
		go func() { done <- l.Consume(ctx, stops) }()
		await(t, "the first failures", func() bool {
			return status(t, l, "stops").Failures >= 2
		})
		cancel()
		<-done
		for range 12 {
			if _, err := l.CatchUp(t.Context(), stops); !errors.Is(err, errRefused) {
				t.Fatalf("err = %v, want errRefused", err)
			}
		}
		got := status(t, l, "parks")
		if got.Parked != 1 || got.Pos != 5 || got.Behind != 0 || got.Stopped || got.Failures != 0 {
			t.Errorf("status = %+v, want one parked at the head", got)
		}
		got = status(t, l, "stops")
		if !got.Stopped || got.Pos != 2 || got.Behind != 3 || got.LastError != "refused" || got.Parked != 0 {
			t.Errorf("status = %+v, want stopped before the third event", got)
		}
	})
}

func status(t testing.TB, l *events.Log, name string) events.ConsumerStatus {
	t.Helper()
	list, err := l.Status(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range list {
		if s.Name == name {
			return s
		}
	}
	return events.ConsumerStatus{}
}

func TestConsumerHandlesItsKinds(t *testing.T) {
	each(t, func(t *testing.T, _ *migrations.DB, l *events.Log) {
		ids := newTickets(t, l, 3)
		seen := 0
		c := events.Consumer{Name: "thinker", Kinds: []string{"test.said"}, Locks: true,
			Handle: func(_ context.Context, tx *events.Tx, evs []events.Event) error {
				seen = 0
				for i := range evs {
					c, err := l.Decode(&evs[i])
					if err != nil {
						return err
					}
					tx.Record(evs[i].TicketID, thought{N: c.(said).N})
					seen++
				}
				return nil
			}}
		if n, err := l.CatchUp(t.Context(), c); err != nil || n != 3 || seen != 3 {
			t.Errorf("handled %d, %v; want 3", n, err)
		}
		for _, id := range ids {
			evs, err := l.Of(t.Context(), id, 0, 10, false)
			if err != nil || len(evs) != 2 || evs[1].Kind != "test.thought" {
				t.Errorf("ticket %s: %+v, %v; want a thought after what was said", id, evs, err)
			}
		}
		if n, err := l.CatchUp(t.Context(), c); err != nil || n != 0 {
			t.Errorf("handled %d of its own thoughts, %v", n, err)
		}
	})
}

func TestConsumerRewinds(t *testing.T) {
	each(t, func(t *testing.T, _ *migrations.DB, l *events.Log) {
		newTickets(t, l, 3)
		c := events.Consumer{Name: "again", Handle: insertEffects}
		for range 2 {
			if n, err := l.CatchUp(t.Context(), c); err != nil || n != 3 {
				t.Fatalf("handled %d, %v; want 3", n, err)
			}
			if n, err := l.CatchUp(t.Context(), c); err != nil || n != 0 {
				t.Fatalf("handled %d more, %v; want none", n, err)
			}
			err := l.Write(t.Context(), events.Unit{}, func(ctx context.Context, tx *events.Tx) error {
				return tx.Rewind(ctx, "again")
			})
			if err != nil {
				t.Fatal(err)
			}
		}
		if got := effects(t, l); !slices.Equal(got, []int64{1, 2, 3, 1, 2, 3}) {
			t.Errorf("effects = %v, want all twice", got)
		}
	})
}

func TestLeaseIsHeldByOne(t *testing.T) {
	dbtest.EachDSN(t, func(t *testing.T, dsn string) {
		clock := eventstest.NewClock()
		a := eventstest.NewAt(t, dbtest.Open(t, dsn), vocabulary(), clock)
		b := eventstest.NewAt(t, dbtest.Open(t, dsn), vocabulary(), clock)
		ctx, cancel := context.WithTimeout(t.Context(), patience)
		defer cancel()
		var inside, most int
		var mu sync.Mutex
		work := func(l *events.Log) func(context.Context, int64) error {
			return func(ctx context.Context, fence int64) error {
				mu.Lock()
				inside++
				most = max(most, inside)
				mu.Unlock()
				defer func() { mu.Lock(); inside--; mu.Unlock() }()
				check := func(number int64) error {
					return l.Write(ctx, events.Unit{}, func(ctx context.Context, tx *events.Tx) error {
						return tx.Fence(ctx, "job", number)
					})
				}
				if err := check(fence); err != nil {
					return err
				}
				if err := check(fence - 1); !errors.Is(err, events.ErrFenced) {
					return fmt.Errorf("an old fence passed: %v", err)
				}
				return nil
			}
		}
		var wg sync.WaitGroup
		for _, l := range []*events.Log{a, b, a, b} {
			wg.Go(func() {
				if err := l.Lease(ctx, "job", time.Second, work(l)); err != nil {
					t.Errorf("lease: %v", err)
				}
			})
		}
		wg.Wait()
		if most != 1 {
			t.Errorf("%d held the lease at once, want 1", most)
		}
		if err := a.Lease(ctx, "job", time.Millisecond, work(a)); fault.KindOf(err) != fault.Internal {
			t.Errorf("a lease of a millisecond: %v", err)
		}
	})
}
