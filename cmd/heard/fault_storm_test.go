package main

import (
	"context"
	"sync"
	"testing"
	"time"

	"heard/chat/check"
	"heard/chat/check/faults"
	"heard/migrations"
)

// TestFaultStorm: everybody comes back at the same moment, again and again, while others write. All are let in or told
// when to come, and nobody who writes is lost.
func TestFaultStorm(t *testing.T) {
	t.Parallel()
	size, times := 500, 3
	if _, is := long(t); is {
		size, times = 2000, 10
	}
	a := attack{db: migrations.SQLite, config: check.Config{For: time.Second}}
	b := a.field(t)
	visitor, _ := b.visitor(t)
	a.play = func(ctx context.Context, e *faults.Env) error {
		for range times {
			e.Mark("storm")
			var all sync.WaitGroup
			for range size {
				all.Go(func() {
					for ctx.Err() == nil {
						ws, err := enter(ctx, b.Nodes[0].URL, visitor)
						if err == nil {
							_ = ws.CloseNow()
							return
						}
						_ = sleepFor(ctx, 100*time.Millisecond) // it was turned away
					}
				})
			}
			all.Wait()
		}
		return ctx.Err()
	}
	r := a.fight(t, b)
	holds(t, r)
	recovers(t, r, 30*time.Second)
}
