package main

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"heard/chat/check"
	"heard/chat/check/faults"
	"heard/migrations"

	"github.com/coder/websocket"
)

const crowdSize = 1000

// TestFaultRollingRestart restarts three nodes one after the other with SIGTERM, under a thousand sockets and while
// others write: nothing that was acked is lost, each node leaves with 0 in time, and no socket has to come back more
// than once for a node.
func TestFaultRollingRestart(t *testing.T) {
	t.Parallel()
	var crowd *crowd
	a := attack{db: migrations.Postgres, nodes: 3, config: check.Config{For: time.Second}}
	b := a.field(t)
	crowd = gather(t, b, crowdSize)
	a.play = func(ctx context.Context, e *faults.Env) error { return faults.All()["term"](ctx, e) }
	r := a.fight(t, b)
	holds(t, r)
	most, all := crowd.leave()
	if most > len(b.Nodes) {
		t.Errorf("a socket had to come back %d times for %d nodes", most, len(b.Nodes))
	}
	if all < crowdSize {
		t.Errorf("only %d sockets were told to go elsewhere: the run shows nothing", all)
	}
	if odd := crowd.odd.Load(); odd > 0 {
		t.Errorf("%d connections ended without drain and 4503, such as: %v", odd, crowd.example.Load())
	}
	t.Logf("%d sockets came back %d times, each at most %d times", crowdSize, all, most)
}

// crowd is many visitors who are connected and do what the protocol asks when they are sent away.
type crowd struct {
	cancel  context.CancelFunc
	done    sync.WaitGroup
	moved   []atomic.Int64
	odd     atomic.Int64
	example atomic.Value
}

func gather(t *testing.T, b *battle, n int) *crowd {
	t.Helper()
	var session struct{ Visitor string }
	b.call(t, "POST", "/api/widget/session", "", map[string]any{"inbox": b.Inbox}).into(t, 200, &session)
	ctx, cancel := context.WithCancel(context.Background())
	c := &crowd{cancel: cancel, moved: make([]atomic.Int64, n)}
	t.Cleanup(func() { c.leave() })
	var came sync.WaitGroup
	came.Add(n)
	door := make(chan struct{}, 32) // not all at once: this is no storm
	for i := range n {
		c.done.Go(func() {
			first := sync.OnceFunc(came.Done)
			defer first()
			for at := i; ctx.Err() == nil; at++ {
				door <- struct{}{}
				ws, err := enter(ctx, b.Nodes[at%len(b.Nodes)].URL, session.Visitor)
				<-door
				if err != nil {
					continue // a node that is restarted: the next one
				}
				first()
				drained, err := stay(ctx, ws)
				_ = ws.CloseNow()
				if ctx.Err() != nil {
					return
				}
				c.moved[i].Add(1)
				if !drained || websocket.CloseStatus(err) != 4503 {
					c.odd.Add(1)
					c.example.Store(fmt.Sprint(err))
				}
			}
		})
	}
	came.Wait()
	return c
}

// enter says hello at a node.
func enter(ctx context.Context, url, visitor string) (*websocket.Conn, error) {
	ctx, cancel := context.WithTimeout(ctx, 20*time.Second)
	defer cancel()
	ws, _, err := websocket.Dial(ctx, strings.Replace(url, "http", "ws", 1)+"/ws/widget", &websocket.DialOptions{Subprotocols: []string{"heard.v1"}})
	if err != nil {
		return nil, err
	}
	if err = ws.Write(ctx, websocket.MessageText, []byte(`{"type":"hello","visitor":"`+visitor+`"}`)); err == nil {
		_, _, err = ws.Read(ctx)
	}
	if err != nil {
		_ = ws.CloseNow()
	}
	return ws, err
}

// stay reads until the end, and tells whether the server had asked to leave before.
func stay(ctx context.Context, ws *websocket.Conn) (drained bool, err error) {
	ping := time.AfterFunc(20*time.Second, func() { _ = ws.Write(ctx, websocket.MessageText, []byte(`{"type":"ping"}`)) })
	defer ping.Stop()
	for {
		_, b, err := ws.Read(ctx)
		if err != nil {
			return drained, err
		}
		drained = drained || strings.HasPrefix(string(b), `{"type":"drain"`)
	}
}

// leave sends all home, and returns how often the most restless and how often all together had to come back.
func (c *crowd) leave() (most, all int) {
	c.cancel()
	c.done.Wait()
	var each []int
	for i := range c.moved {
		each = append(each, int(c.moved[i].Load()))
		all += each[i]
	}
	return slices.Max(each), all
}
