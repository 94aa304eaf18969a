package main

import (
	"context"
	"math/rand/v2"
	"net"
	"strconv"
	"testing"
	"time"

	"heard/chat/check"
	"heard/chat/check/faults"
	"heard/migrations"

	natsd "github.com/nats-io/nats-server/v2/server"
	"github.com/nats-io/nats.go"
)

// TestFaultBus: what carries between the nodes is a hint. Whatever becomes of it, viewers are shown what is stored, and
// in time: the log is asked every few seconds whatever the bus says.
func TestFaultBus(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name string
		play func(ctx context.Context, t *testing.T, b *natsServer) error
	}{
		{"lost", func(ctx context.Context, t *testing.T, b *natsServer) error {
			b.stop()
			_ = sleepFor(ctx, 2*time.Second)
			return b.start(t)
		}},
		{"flapping", func(ctx context.Context, t *testing.T, b *natsServer) error {
			for range 3 {
				b.stop()
				_ = sleepFor(ctx, 400*time.Millisecond)
				if err := b.start(t); err != nil {
					return err
				}
				_ = sleepFor(ctx, 400*time.Millisecond)
			}
			return nil
		}},
		{"double, late, out of order and garbage", func(ctx context.Context, t *testing.T, b *natsServer) error {
			return b.meddle(ctx, t, 2*time.Second)
		}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			carrier := newNATSServer(t)
			a := attack{db: migrations.Postgres, nodes: 3, args: []string{"--bus", "nats://127.0.0.1:" + strconv.Itoa(carrier.port)},
				config: check.Config{For: 2 * time.Second}}
			a.play = func(ctx context.Context, e *faults.Env) error {
				e.Mark(tt.name)
				if d, is := long(t); is {
					for end := time.Now().Add(d); time.Now().Before(end); {
						if err := tt.play(ctx, t, carrier); err != nil {
							return err
						}
					}
					return nil
				}
				return tt.play(ctx, t, carrier)
			}
			r, _ := a.run(t)
			holds(t, r)
			if most := 5*time.Second + busy; r.MaxGapS > most.Seconds() {
				t.Errorf("a viewer waited %.1f s for an event, want at most 5", r.MaxGapS)
			}
		})
	}
}

// natsServer is a NATS server in this process, again and again at one port.
type natsServer struct {
	port int
	s    *natsd.Server
}

func newNATSServer(t *testing.T) *natsServer {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	b := &natsServer{port: l.Addr().(*net.TCPAddr).Port}
	_ = l.Close()
	if err := b.start(t); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(b.stop)
	return b
}

func (b *natsServer) start(t *testing.T) error {
	t.Helper()
	s, err := natsd.NewServer(&natsd.Options{Host: "127.0.0.1", Port: b.port, NoLog: true, NoSigs: true})
	if err != nil {
		return err
	}
	b.s = s
	go s.Start()
	if !s.ReadyForConnections(20 * time.Second) {
		t.Error("the NATS server does not start")
	}
	return nil
}

func (b *natsServer) stop() {
	b.s.Shutdown()
	b.s.WaitForShutdown()
}

// meddle sends what passes once more, later and in another order, whole and broken, and noise besides.
func (b *natsServer) meddle(ctx context.Context, t *testing.T, for_ time.Duration) error {
	t.Helper()
	conn, err := nats.Connect(b.s.ClientURL())
	if err != nil {
		return err
	}
	defer conn.Close()
	heard := make(chan *nats.Msg, 10_000)
	sub, err := conn.Subscribe(">", func(m *nats.Msg) {
		if m.Header.Get(copied) != "" {
			return // ours
		}
		select {
		case heard <- m:
		default:
		}
	})
	if err != nil {
		return err
	}
	defer func() { _ = sub.Unsubscribe() }()
	send := func(subject string, data []byte) {
		_ = conn.PublishMsg(&nats.Msg{Subject: subject, Data: data, Header: nats.Header{copied: {"1"}}})
		_ = conn.Publish(subject, data) // and one without a mark, which comes back to us as if it were news
	}
	meddled := 0
	var kept []*nats.Msg
	for end := time.Now().Add(for_); time.Now().Before(end) && ctx.Err() == nil; {
		select {
		case m := <-heard:
			if kept = append(kept, m); len(kept) < 20 {
				continue
			}
		case <-time.After(50 * time.Millisecond):
		}
		rand.Shuffle(len(kept), func(i, j int) { kept[i], kept[j] = kept[j], kept[i] })
		for _, m := range kept[:len(kept)/2] {
			meddled++
			send(m.Subject, m.Data)
			broken := append([]byte(nil), m.Data...)
			if len(broken) > 0 {
				broken[rand.IntN(len(broken))] ^= 1 << rand.IntN(8)
				send(m.Subject, broken)
				send(m.Subject, broken[:rand.IntN(len(broken))])
			}
			noise := make([]byte, rand.IntN(2000))
			for i := range noise {
				noise[i] = byte(rand.Uint32())
			}
			send(m.Subject, noise)
		}
		if kept = kept[len(kept)/2:]; len(kept) > 500 {
			kept = nil
		}
		for len(heard) > 1000 { // our own come back too: no storm of storms
			<-heard
		}
	}
	if meddled == 0 {
		t.Error("nothing passed over the bus: the run shows nothing")
	}
	t.Logf("%d frames were sent once more, broken, cut and with noise", meddled)
	return conn.FlushTimeout(5 * time.Second)
}

// copied marks what meddle sends.
const copied = "Copied"

func sleepFor(ctx context.Context, d time.Duration) error {
	select {
	case <-time.After(d):
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
