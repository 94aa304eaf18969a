package events_test

import (
	"context"
	"encoding/json"
	"errors"
	"math/rand/v2"
	"reflect"
	"slices"
	"sync"
	"testing"
	"time"

	"heard/migrations/dbtest"
	"heard/tickets/events"
	"heard/tickets/events/eventstest"

	"github.com/lib/pq"
)

// pair is two logs of one database, of which the first tells what it commits.
type pair struct {
	here, there *events.Log
	mu          sync.Mutex
	told        [][]events.Event
}

func newPair(t testing.TB, dsn string) *pair {
	t.Helper()
	p := &pair{here: eventstest.New(t, dbtest.Open(t, dsn), vocabulary()), there: eventstest.New(t, dbtest.Open(t, dsn), vocabulary())}
	stop := p.here.Carry(func(evs []events.Event) bool {
		p.mu.Lock()
		defer p.mu.Unlock()
		p.told = append(p.told, travelled(evs))
		return true
	})
	t.Cleanup(stop)
	return p
}

// travelled is what arrives of a batch.
func travelled(evs []events.Event) []events.Event {
	evs = slices.Clone(evs)
	for i := range evs {
		evs[i].Change = nil
	}
	return evs
}

// next takes the oldest batch that was told.
func (p *pair) next(t testing.TB) []events.Event {
	t.Helper()
	p.mu.Lock()
	defer p.mu.Unlock()
	if len(p.told) == 0 {
		t.Fatal("nothing was told")
	}
	evs := p.told[0]
	p.told = p.told[1:]
	return evs
}

// marked is a batch with changes that the database does not have, so that it shows where followers got them.
func marked(evs []events.Event) []events.Event {
	for i := range evs {
		evs[i].Change = said{N: 1, Text: "offered"}
	}
	return evs
}

func textOf(e events.Event) string {
	c, _ := e.Change.(said)
	return c.Text
}

func TestOffersAreFollowedFromMemory(t *testing.T) {
	dbtest.EachDSN(t, func(t *testing.T, dsn string) {
		p := newPair(t, dsn)
		newTickets(t, p.here, 3)
		for range 3 {
			if err := p.there.Offer(marked(p.next(t))); err != nil {
				t.Fatal(err)
			}
		}
		got := collect(t, p.there, 0, 3)
		checkPlaces(t, got, 1)
		for _, e := range got {
			if textOf(e) != "offered" {
				t.Errorf("followed %+v, want what was offered", e)
			}
		}
	})
}

// TestOfferedIsAsStored: whether an event was offered or read, it says the same.
func TestOfferedIsAsStored(t *testing.T) {
	dbtest.EachDSN(t, func(t *testing.T, dsn string) {
		p := newPair(t, dsn)
		newTickets(t, p.here, 2)
		offered := slices.Concat(p.next(t), p.next(t))
		if err := p.there.Offer(offered); err != nil {
			t.Fatal(err)
		}
		stored := eventstest.All(t, p.there)
		for i := range stored {
			if _, err := p.there.Decode(&stored[i]); err != nil {
				t.Fatal(err)
			}
			var a, b any
			if json.Unmarshal(offered[i].Data, &a) != nil || json.Unmarshal(stored[i].Data, &b) != nil || !reflect.DeepEqual(a, b) {
				t.Errorf("data %s, stored %s", offered[i].Data, stored[i].Data)
			}
			offered[i].Data, stored[i].Data = nil, nil
			if !reflect.DeepEqual(offered[i], stored[i]) {
				t.Errorf("offered %+v, stored %+v", offered[i], stored[i])
			}
		}
	})
}

// TestOwnCommitWaitsForItsPlace: with two writers a commit of this node may be done before it heard of the one before.
func TestOwnCommitWaitsForItsPlace(t *testing.T) {
	dbtest.EachDSN(t, func(t *testing.T, dsn string) {
		for _, arrives := range []bool{true, false} {
			p := newPair(t, dsn)
			stop := p.there.Carry(func([]events.Event) bool { return true })
			head, err := p.there.Head(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			id := newTickets(t, p.here, 1)[0]
			if err := p.there.Write(t.Context(), events.Unit{By: ada, Locks: events.Locks{Tickets: []events.ID{id}}},
				func(_ context.Context, tx *events.Tx) error {
					tx.Record(id, said{N: 2, Text: "my own"})
					return nil
				}); err != nil {
				t.Fatal(err)
			}
			if arrives {
				if err := p.there.Offer(marked(p.next(t))); err != nil {
					t.Fatal(err)
				}
			}
			got := collect(t, p.there, head, 2)
			checkPlaces(t, got, head+1)
			if textOf(got[1]) != "my own" {
				t.Errorf("its own commit came as %+v, want it from memory", got[1])
			}
			stop()
		}
	})
}

func TestFalseOffersAreRefused(t *testing.T) {
	dbtest.EachDSN(t, func(t *testing.T, dsn string) {
		p := newPair(t, dsn)
		newTickets(t, p.here, 1)
		good := p.next(t)[0]
		make := func(change func(e *events.Event)) []events.Event {
			e := good
			change(&e)
			return []events.Event{e}
		}
		tests := map[string][]events.Event{
			"place 0":      make(func(e *events.Event) { e.Pos = 0 }),
			"a gap":        {good, make(func(e *events.Event) { e.Pos += 2 })[0]},
			"a double":     {good, good},
			"unknown kind": make(func(e *events.Event) { e.Kind = "test.sung" }),
			"no data":      make(func(e *events.Event) { e.Data = nil }),
			"other data":   make(func(e *events.Event) { e.Data = json.RawMessage(`{"n":"one"}`) }),
		}
		for name, evs := range tests {
			if err := p.there.Offer(evs); err == nil {
				t.Errorf("%s was taken", name)
			}
		}
		if err := p.there.Offer(nil); err != nil {
			t.Errorf("nothing: %v", err)
		}
		checkPlaces(t, collect(t, p.there, 0, 1), 1)
	})
}

// TestOffersDoNoHarm: two nodes write, and what they tell each other is lost, doubled, late and out of order. Whoever
// follows gets every event once, in order, all the same.
func TestOffersDoNoHarm(t *testing.T) {
	dbtest.EachDSN(t, func(t *testing.T, dsn string) {
		for seed := range uint64(3) {
			mischief(t, dsn, seed)
		}
	})
}

func mischief(t *testing.T, dsn string, seed uint64) {
	t.Helper()
	const writers, each = 4, 40
	var nodes []*events.Log
	for range 2 {
		nodes = append(nodes, eventstest.New(t, dbtest.Open(t, dsn), vocabulary()))
	}
	start, err := nodes[0].Head(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	var wires sync.WaitGroup
	for i, l := range nodes {
		to := nodes[1-i]
		wire := make(chan []events.Event, 1000)
		stop := l.Carry(func(evs []events.Event) bool { wire <- travelled(evs); return true })
		defer func() { stop(); close(wire) }()
		wires.Go(func() { badWire(t, rand.New(rand.NewPCG(seed, uint64(i))), wire, to) })
	}
	ids := newTickets(t, nodes[0], 3)
	total := len(ids) + 2*writers*each
	var wg sync.WaitGroup
	for i, l := range nodes {
		for w := range writers {
			wg.Go(func() {
				for n := range each {
					if err := say(l, ids[(w+n)%len(ids)], n); err != nil {
						t.Errorf("node %d: %v", i, err)
					}
				}
			})
		}
		for range 2 {
			wg.Go(func() { checkFollowed(t, nodes[1], collect(t, l, start, total), start) })
		}
	}
	wg.Wait()
	eventstest.Check(t, nodes[0], nil)
}

// checkFollowed compares what was followed with what is stored.
func checkFollowed(t *testing.T, l *events.Log, got []events.Event, start int64) {
	checkPlaces(t, got, start+1)
	stored, err := l.Events(context.Background(), start, len(got))
	if err != nil || len(stored) != len(got) {
		t.Errorf("%d events are stored, %v; want %d", len(stored), err, len(got))
		return
	}
	for i := range got {
		a, errA := l.Decode(&got[i])
		b, errB := l.Decode(&stored[i])
		if err := errors.Join(errA, errB); err != nil || !reflect.DeepEqual(a, b) || got[i].Seq != stored[i].Seq || got[i].Prev != stored[i].Prev {
			t.Errorf("followed %+v, stored %+v, %v", got[i], stored[i], err)
		}
	}
}

// badWire passes batches on as badly as it may.
func badWire(t *testing.T, r *rand.Rand, from <-chan []events.Event, to *events.Log) {
	var held [][]events.Event
	offer := func(evs []events.Event) {
		if err := to.Offer(slices.Clone(evs)); err != nil {
			t.Errorf("offer: %v", err)
		}
	}
	for evs := range from {
		switch r.IntN(6) {
		case 0: // lost
		case 1: // doubled
			offer(evs)
			offer(evs)
		case 2: // later
			held = append(held, evs)
		case 3: // late
			time.Sleep(time.Duration(r.IntN(12)) * time.Millisecond)
			offer(evs)
		case 4: // in parts, the wrong way round
			n := r.IntN(len(evs) + 1)
			offer(evs[n:])
			offer(evs[:n])
		default:
			offer(evs)
		}
		if len(held) > 0 && r.IntN(3) == 0 {
			i := r.IntN(len(held))
			offer(held[i])
			if r.IntN(2) == 0 {
				held = slices.Delete(held, i, i+1)
			}
		}
	}
}

// TestCarriedCommitsAreNotNotified: NOTIFY is for nodes that cannot be reached otherwise.
func TestCarriedCommitsAreNotNotified(t *testing.T) {
	dsn := dbtest.PostgresDSN(t)
	l := eventstest.New(t, dbtest.Open(t, dsn), vocabulary())
	listener := pq.NewListener(dsn, time.Second, time.Second, nil)
	defer listener.Close()
	if err := listener.Listen(l.Channel()); err != nil {
		t.Fatal(err)
	}
	reached := true
	stop := l.Carry(func([]events.Event) bool { return reached })
	newTickets(t, l, 2)
	reached = false
	newTickets(t, l, 1)
	if n := <-listener.Notify; n == nil || n.Extra != "3" {
		t.Errorf("first notice: %+v, want that of the third event", n)
	}
	stop()
	newTickets(t, l, 1)
	if n := <-listener.Notify; n == nil || n.Extra != "4" {
		t.Errorf("next notice: %+v, want that of the fourth event", n)
	}
}
