package events_test

import (
	"context"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"

	"heard/migrations"
	"heard/migrations/dbtest"
	"heard/tickets/events"
	"heard/tickets/events/eventstest"
)

func benchEach(b *testing.B, fn func(b *testing.B, l *events.Log)) {
	for name, open := range map[string]func(testing.TB) *migrations.DB{
		migrations.SQLite: dbtest.SQLite, migrations.Postgres: dbtest.Postgres,
	} {
		b.Run(name, func(b *testing.B) { fn(b, eventstest.New(b, open(b), vocabulary())) })
	}
}

// share runs b.N writes by so many senders, each of which waits for its answer.
func share(b *testing.B, senders int, write func(sender int) error) {
	var next atomic.Int64
	var wg sync.WaitGroup
	b.ResetTimer()
	for s := range senders {
		wg.Go(func() {
			for next.Add(1) <= int64(b.N) {
				if err := write(s); err != nil {
					b.Error(err)
					return
				}
			}
		})
	}
	wg.Wait()
	b.StopTimer()
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "writes/s")
}

func BenchmarkWrite(b *testing.B) {
	for _, senders := range []int{1, 100} {
		b.Run(fmt.Sprint(senders), func(b *testing.B) {
			benchEach(b, func(b *testing.B, l *events.Log) {
				ids := newTickets(b, l, 100)
				share(b, senders, func(s int) error { return say(l, ids[s%len(ids)], s) })
			})
		})
	}
}

// BenchmarkBulk writes what a chat message costs in this package: a row, an event, the head of its ticket.
func BenchmarkBulk(b *testing.B) {
	for _, senders := range []int{1, 100, 1000} {
		b.Run(fmt.Sprint(senders), func(b *testing.B) {
			benchEach(b, func(b *testing.B, l *events.Log) {
				ids := newTickets(b, l, 100)
				posts := newPosts(l)
				share(b, senders, func(s int) error {
					return posts.Write(context.Background(), &post{ticket: ids[s%len(ids)], n: s})
				})
			})
		})
	}
}

func BenchmarkFollow(b *testing.B) {
	benchEach(b, func(b *testing.B, l *events.Log) {
		id := newTickets(b, l, 1)[0]
		ctx, cancel := context.WithCancel(context.Background())
		defer cancel()
		seen := make(chan int64, 1)
		go l.Follow(ctx, 1, func(evs []events.Event) error { seen <- evs[len(evs)-1].Pos; return nil })
		b.ResetTimer()
		for range b.N {
			if err := say(l, id, 1); err != nil {
				b.Fatal(err)
			}
			<-seen
		}
	})
}
