package chat

import (
	"context"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"heard/chat/bus"
	"heard/migrations/dbtest"
	"heard/tickets"
	"heard/tickets/events"
	"heard/tickets/events/eventstest"

	"github.com/nats-io/nats-server/v2/server"
)

// BenchmarkHop is the way of a committed message from one node to a follower on another, at 2,000 messages of 200
// bytes a second: p50 and p99 from the commit, as a follower on the first node sees it, to the follower on the second.
func BenchmarkHop(b *testing.B) {
	for _, kind := range []string{"local", "postgres", "nats"} {
		b.Run(kind, func(b *testing.B) {
			dsn := dbtest.PostgresDSN(b)
			var logs [2]*events.Log
			buses := benchBuses(b, kind, dsn)
			ctx, cancel := context.WithCancel(context.Background())
			var running sync.WaitGroup
			for i := range logs {
				logs[i] = eventstest.Open(b, dbtest.Open(b, dsn), events.Options{Vocabulary: tickets.Changes()})
				running.Go(func() { newRelay(logs[i], buses[i]).run(ctx) })
			}
			defer running.Wait()
			defer cancel()
			hop(b, ctx, logs[0], logs[1])
		})
	}
}

func benchBuses(b *testing.B, kind, dsn string) (list [2]bus.Bus) {
	o := bus.Options{URL: kind, DSN: dsn, Desk: "bench" + strings.ReplaceAll(time.Now().Format("150405.000"), ".", "")}
	if kind == "nats" {
		s, err := server.NewServer(&server.Options{Host: "127.0.0.1", Port: -1, NoLog: true, NoSigs: true})
		if err != nil {
			b.Fatal(err)
		}
		go s.Start()
		if !s.ReadyForConnections(10 * time.Second) {
			b.Fatal("the NATS server does not start")
		}
		b.Cleanup(s.Shutdown)
		o.URL = s.ClientURL()
	}
	hub := bus.NewSwitch()
	for i := range list {
		if kind == "local" {
			list[i] = hub.Join(o)
		} else {
			var err error
			if list[i], err = bus.Open(o); err != nil {
				b.Fatal(err)
			}
		}
		b.Cleanup(func() { _ = list[i].Close(context.Background()) })
	}
	for !list[0].Healthy() || !list[1].Healthy() {
		time.Sleep(time.Millisecond)
	}
	return list
}

// times notes when a follower saw each place.
type times struct {
	mu   sync.Mutex
	seen []time.Time
}

func (s *times) follow(ctx context.Context, l *events.Log) {
	_ = l.Follow(ctx, 0, func(evs []events.Event) error {
		now := time.Now()
		s.mu.Lock()
		defer s.mu.Unlock()
		for range evs {
			s.seen = append(s.seen, now)
		}
		return nil
	})
}

func (s *times) count() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.seen)
}

func hop(b *testing.B, ctx context.Context, here, there *events.Log) {
	var sides [2]times
	following, stop := context.WithCancel(ctx)
	var wg sync.WaitGroup
	wg.Go(func() { sides[0].follow(following, here) })
	wg.Go(func() { sides[1].follow(following, there) })
	post := func() {
		err := here.Write(ctx, events.Unit{By: events.SystemActor}, func(_ context.Context, tx *events.Tx) error {
			tx.Record(0, tickets.MessagePosted{Message: &tickets.Message{Body: strings.Repeat("x", 200)}})
			return nil
		})
		if err != nil {
			b.Error(err)
		}
	}
	for range 10 { // what is prepared at the first time
		post()
	}
	const each, every = 4, 2 * time.Millisecond // 2,000 a second
	n := max(b.N, 10000)
	var writers sync.WaitGroup
	begun := time.Now()
	for i := 0; i < n; i += each {
		time.Sleep(time.Until(begun.Add(time.Duration(i/each) * every)))
		for range each {
			writers.Go(post)
		}
	}
	writers.Wait()
	rate := float64(n) / time.Since(begun).Seconds()
	for sides[1].count() < n+10 || sides[0].count() < n+10 {
		time.Sleep(time.Millisecond)
	}
	stop()
	wg.Wait()
	hops := make([]float64, n)
	for i := range hops {
		hops[i] = float64(sides[1].seen[i+10].Sub(sides[0].seen[i+10])) / 1e6
	}
	slices.Sort(hops)
	b.ReportMetric(rate, "messages/s")
	b.ReportMetric(hops[n/2], "p50-ms")
	b.ReportMetric(hops[n*99/100], "p99-ms")
	b.ReportMetric(hops[n-1], "max-ms")
	b.ReportMetric(0, "ns/op")
}
