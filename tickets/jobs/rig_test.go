package jobs_test

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"heard/migrations"
	"heard/migrations/dbtest"
	"heard/tickets/events"
	"heard/tickets/events/eventstest"
	"heard/tickets/jobs"
)

const kind = "test.send"

// noted is what the units of these tests record.
type noted struct{}

func (noted) EventKind() string { return "test.noted" }
func (noted) EventPublic() bool { return false }

func vocabulary() []events.Change { return append(jobs.Changes(), noted{}) }

// each runs fn on both databases with a clock that stands still.
func each(t *testing.T, fn func(t *testing.T, l *events.Log, clock *eventstest.Clock)) {
	t.Helper()
	dbtest.Each(t, func(t *testing.T, db *migrations.DB) {
		clock := eventstest.NewClock()
		l := eventstest.NewAt(t, db, vocabulary(), clock)
		fn(t, l, clock)
		eventstest.Check(t, l, nil)
	})
}

func write(t *testing.T, l *events.Log, fn func(ctx context.Context, tx *events.Tx) error) {
	t.Helper()
	err := l.Write(context.Background(), events.Unit{By: events.SystemActor}, func(ctx context.Context, tx *events.Tx) error {
		tx.Record(0, noted{})
		return fn(ctx, tx)
	})
	if err != nil {
		t.Fatal(err)
	}
}

func enqueue(t *testing.T, l *events.Log, list ...jobs.New) {
	t.Helper()
	write(t, l, func(ctx context.Context, tx *events.Tx) error {
		for _, j := range list {
			if j.Kind == "" {
				j.Kind = kind
			}
			if err := jobs.Enqueue(ctx, tx, j); err != nil {
				return err
			}
		}
		return nil
	})
}

// sink remembers what was done.
type sink struct {
	mu   sync.Mutex
	jobs []jobs.Job
}

func (s *sink) add(j jobs.Job) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.jobs = append(s.jobs, j)
}

func (s *sink) keys() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	var out []string
	for _, j := range s.jobs {
		out = append(out, j.Key)
	}
	return strings.Join(out, " ")
}

// handler does a job by noting it and returning what the test says.
func (s *sink) handler(result func(jobs.Job) error) map[string]jobs.Handler {
	return map[string]jobs.Handler{kind: func(_ context.Context, j jobs.Job) error {
		s.add(j)
		return result(j)
	}}
}

func pass(t *testing.T, r *jobs.Runner, want int) {
	t.Helper()
	n, err := r.Pass(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	if n != want {
		t.Errorf("tried %d jobs, want %d", n, want)
	}
}

// open lists the jobs that are not over as "state tries".
func open(t *testing.T, l *events.Log) string {
	t.Helper()
	rows, err := jobs.List(context.Background(), l, jobs.Filter{Limit: 100})
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for _, r := range rows {
		out = append(out, fmt.Sprintf("%s %d", r.State, r.Tries))
	}
	return strings.Join(out, ", ")
}

func waitFor(t *testing.T, what string, done func() bool) {
	t.Helper()
	for deadline := time.Now().Add(time.Minute); !done(); time.Sleep(10 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("waited a minute for %s", what)
		}
	}
}
