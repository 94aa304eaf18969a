package web

import (
	"context"
	"fmt"
	"slices"
	"testing"
	"time"

	"heard/chat"
)

// stuck is a session whose hello takes until it is let go.
type stuck struct {
	*chat.WidgetSession
	came chan<- struct{}
	let  <-chan struct{}
}

func (s *stuck) Handle(ctx context.Context, data []byte) {
	s.came <- struct{}{}
	<-s.let
	s.WidgetSession.Handle(ctx, data)
}

// TestTheDoorwayLetsAllInAndSomeAtATime: when many come at once, so many are handled at a time, all get in, and those
// who never finish hold nobody up for longer than a moment.
func TestTheDoorwayLetsAllInAndSomeAtATime(t *testing.T) {
	both(t, func(t *testing.T, r *socketRig) {
		came, let := make(chan struct{}, 100), make(chan struct{})
		r.wrap = func(l *listened) session { return &stuck{l.WidgetSession, came, let} }
		hello := textPart(helloOf(r.visitor()))
		const all = 2*doorwayWide + 5
		clients := make([]*rawSocket, all)
		for i := range clients {
			clients[i] = r.dial(t, nil)
		}
		for _, c := range clients {
			c.write(hello)
		}
		for n := range all {
			select {
			case <-came:
			case <-time.After(socketPatience):
				t.Fatalf("only %d of %d were let in while those before them were stuck", n, all)
			}
		}
		close(let)
		for _, c := range clients {
			c.await(1, "welcome")
		}
		d := &r.server.sockets.doorway
		for end := time.Now().Add(socketPatience); ; time.Sleep(time.Millisecond) {
			d.mu.Lock()
			inside, waiting := d.inside, len(d.waiting)-d.gone
			d.mu.Unlock()
			if inside == 0 && waiting == 0 {
				return
			}
			if time.Now().After(end) {
				t.Fatalf("in the end %d are inside and %d wait", inside, waiting)
			}
		}
	})
}

func TestTheDoorwayKeepsTheOrder(t *testing.T) {
	var d doorway
	var in, out []*socketConn
	for i := range doorwayWide + 3 {
		j := socketJob{c: &socketConn{fd: i}}
		if d.enter(j) != (i < doorwayWide) {
			t.Errorf("the %d. was let in: %v", i+1, i >= doorwayWide)
		}
		if i >= doorwayWide {
			in = append(in, j.c)
			if !j.c.waits.Load() {
				t.Error("one who waits does not know")
			}
		}
	}
	for j, ok := d.next(); ok; j, ok = d.next() {
		out = append(out, j.c)
	}
	if !slices.Equal(in, out) || d.inside != doorwayWide-1 {
		t.Errorf("let in %s, want %s; %d inside", fmt.Sprint(out), fmt.Sprint(in), d.inside)
	}
}
