package jobs

import (
	"context"
	"testing"

	"heard/tickets/events"
)

// DieBeforeMark claims a job, does it, and goes no further, as a process does that is killed there. What it returns is
// the mark that arrives after all.
func (r *Runner) DieBeforeMark(t *testing.T, kind string) (mark func()) {
	t.Helper()
	list, err := r.claim(context.Background(), waiting{Kind: kind}, 1)
	if err != nil || len(list) != 1 {
		t.Fatalf("claim = %v, %v", list, err)
	}
	if err := r.call(context.Background(), list[0]); err != nil {
		t.Fatal(err)
	}
	return func() {
		err := r.log.Write(context.Background(), events.Unit{By: events.SystemActor}, func(ctx context.Context, tx *events.Tx) error {
			return list[0].write(ctx, tx, outcome{state: "parked"})
		})
		if err != nil {
			t.Error(err)
		}
	}
}
