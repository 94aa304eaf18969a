package jobs_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"heard/migrations"
	"heard/migrations/dbtest"
	"heard/tickets/events"
	"heard/tickets/events/eventstest"
	"heard/tickets/fault"
	"heard/tickets/jobs"
)

func TestAJobIsDoneOnce(t *testing.T) {
	each(t, func(t *testing.T, l *events.Log, clock *eventstest.Clock) {
		var s sink
		r := jobs.NewRunner(l, s.handler(func(jobs.Job) error { return nil }), jobs.Options{})
		enqueue(t, l, jobs.New{Key: "a", Payload: map[string]int{"n": 7}}, jobs.New{Key: "a", Payload: map[string]int{"n": 8}},
			jobs.New{Key: "later", At: l.Now().Add(time.Hour)}, jobs.New{Kind: "nobody.knows", Key: "x"})
		pass(t, r, 1)
		enqueue(t, l, jobs.New{Key: "a"}) // the key stays used
		pass(t, r, 0)
		clock.Advance(time.Hour)
		pass(t, r, 1)
		if got := s.keys(); got != "a later" {
			t.Errorf("done = %s, want a later", got)
		}
		var payload struct{ N int }
		if err := s.jobs[0].Read(&payload); err != nil || payload.N != 7 {
			t.Errorf("payload = %+v, %v; want the first one's", payload, err)
		}
		if got := open(t, l); got != "waiting 0" {
			t.Errorf("left = %s, want the one without a handler", got)
		}
	})
}

func TestNothingIsLeftOfAUnitThatFails(t *testing.T) {
	each(t, func(t *testing.T, l *events.Log, _ *eventstest.Clock) {
		refused := errors.New("refused")
		err := l.Write(context.Background(), events.Unit{By: events.SystemActor}, func(ctx context.Context, tx *events.Tx) error {
			return errors.Join(jobs.Enqueue(ctx, tx, jobs.New{Kind: kind, Key: "a"}), refused)
		})
		if !errors.Is(err, refused) {
			t.Fatal(err)
		}
		if got := open(t, l); got != "" {
			t.Errorf("left = %s", got)
		}
	})
}

func TestOutcomes(t *testing.T) {
	broken := errors.New("the line\x00 is dead \xff")
	tests := []struct {
		name   string
		result func(jobs.Job, events.Time) error
		tries  int    // that a day of passes makes
		left   string // afterwards
	}{
		{"done", func(jobs.Job, events.Time) error { return nil }, 1, ""},
		{"dropped", func(jobs.Job, events.Time) error { return jobs.Drop("the survey was withdrawn") }, 1, ""},
		{"parked at once", func(jobs.Job, events.Time) error { return fmt.Errorf("send: %w", jobs.Park(broken)) }, 1, "parked 1"},
		{"later twice", func(j jobs.Job, now events.Time) error {
			if now.Sub(j.CreatedAt) < 2*time.Hour {
				return jobs.Later(now.Add(time.Hour))
			}
			return nil
		}, 3, ""},
		{"once more", func(j jobs.Job, _ events.Time) error {
			if j.Tries == 0 {
				return broken
			}
			return nil
		}, 2, ""},
		{"a panic", func(j jobs.Job, _ events.Time) error {
			if j.Tries == 0 {
				panic("oh")
			}
			return nil
		}, 2, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			each(t, func(t *testing.T, l *events.Log, clock *eventstest.Clock) {
				var s sink
				r := jobs.NewRunner(l, s.handler(func(j jobs.Job) error { return tt.result(j, l.Now()) }), jobs.Options{})
				enqueue(t, l, jobs.New{Key: "a"})
				total := 0
				for range 24 * 4 {
					n, err := r.Pass(context.Background())
					if err != nil {
						t.Fatal(err)
					}
					total += n
					clock.Advance(15 * time.Minute)
				}
				if got := open(t, l); total != tt.tries || got != tt.left {
					t.Errorf("%d tries and %q left, want %d and %q", total, got, tt.tries, tt.left)
				}
			})
		})
	}
}

func TestFailuresAreParkedAfterTheBoundAndMayBeSentAgain(t *testing.T) {
	each(t, func(t *testing.T, l *events.Log, clock *eventstest.Clock) {
		ctx := context.Background()
		fails := true
		var told []string
		var s sink
		r := jobs.NewRunner(l, s.handler(func(jobs.Job) error {
			if fails {
				return errors.New("no")
			}
			return nil
		}), jobs.Options{Report: func(doing string, err error) { told = append(told, doing+": "+err.Error()) }})
		enqueue(t, l, jobs.New{Key: "a"})
		for began := l.Now(); l.Now().Sub(began) < 71*time.Hour; clock.Advance(30 * time.Minute) {
			if _, err := r.Pass(ctx); err != nil {
				t.Fatal(err)
			}
		}
		if got := open(t, l); !strings.HasPrefix(got, "waiting") {
			t.Fatalf("after 71 hours: %s, want waiting", got)
		}
		clock.Advance(3 * time.Hour)
		pass(t, r, 1)
		if got := open(t, l); !strings.HasPrefix(got, "parked") || len(told) != 1 {
			t.Fatalf("after 74 hours: %s, told %v; want parked, told once", got, told)
		}
		if n := len(s.jobs); n < 50 || n > 150 {
			t.Errorf("%d tries in three days", n)
		}
		rows, err := jobs.List(ctx, l, jobs.Filter{State: "parked", Limit: 10})
		if err != nil || len(rows) != 1 || rows[0].Error != "no" {
			t.Fatalf("parked = %+v, %v", rows, err)
		}
		fails = false
		if err := jobs.Retry(ctx, l, events.Actor{Kind: events.Agent, ID: 1}, rows[0].ID); err != nil {
			t.Fatal(err)
		}
		pass(t, r, 1)
		if got := open(t, l); got != "" {
			t.Errorf("left = %s", got)
		}
		if err := jobs.Retry(ctx, l, events.SystemActor, rows[0].ID); fault.KindOf(err) != fault.NotFound {
			t.Errorf("retry of one that is done = %v, want not found", err)
		}
		if _, err := jobs.List(ctx, l, jobs.Filter{State: "lost", Limit: 1}); fault.KindOf(err) != fault.Invalid {
			t.Errorf("list of an unknown state = %v, want invalid", err)
		}
	})
}

func TestCancelledJobsDoNotGoOut(t *testing.T) {
	each(t, func(t *testing.T, l *events.Log, clock *eventstest.Clock) {
		var s sink
		r := jobs.NewRunner(l, s.handler(func(jobs.Job) error { return nil }), jobs.Options{})
		enqueue(t, l, jobs.New{Key: "a", At: l.Now().Add(time.Hour)}, jobs.New{Key: "b", At: l.Now().Add(time.Hour)})
		write(t, l, func(ctx context.Context, tx *events.Tx) error { return jobs.Cancel(ctx, tx, kind, "a") })
		clock.Advance(2 * time.Hour)
		pass(t, r, 1)
		if got := s.keys(); got != "b" {
			t.Errorf("done = %s, want b", got)
		}
		write(t, l, func(ctx context.Context, tx *events.Tx) error { return jobs.Cancel(ctx, tx, kind, "b") })
		if got := open(t, l); got != "" {
			t.Errorf("left = %s", got)
		}
	})
}

// TestACrashBetweenEffectAndMark: a node dies after its effect. Its job is done again, with the same id, when its
// claim is over, and not before; and a mark of the dead one that arrives late does nothing.
func TestACrashBetweenEffectAndMark(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *migrations.DB) {
		l := eventstest.Open(t, db, events.Options{Vocabulary: vocabulary()})
		var s sink
		o := jobs.Options{Most: 300 * time.Millisecond, Grace: 200 * time.Millisecond}
		dead := jobs.NewRunner(l, s.handler(func(jobs.Job) error { return nil }), o)
		enqueue(t, l, jobs.New{Key: "a"})
		lateMark := dead.DieBeforeMark(t, kind)
		alive := jobs.NewRunner(l, s.handler(func(j jobs.Job) error {
			lateMark()
			return nil
		}), o)
		pass(t, alive, 0)
		if got := s.keys(); got != "a" {
			t.Fatalf("done = %s while the claim holds, want a once", got)
		}
		waitFor(t, "the claim to end", func() bool {
			_, err := alive.Pass(context.Background())
			return err != nil || len(s.jobs) == 2
		})
		if s.jobs[0].ID != s.jobs[1].ID {
			t.Errorf("ids = %s and %s, want the same", s.jobs[0].ID, s.jobs[1].ID)
		}
		if got := open(t, l); got != "" {
			t.Errorf("left = %s", got)
		}
	})
}

// TestRunnersShareTheWork: two nodes on one database do every job once, and never one at the same time.
func TestRunnersShareTheWork(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *migrations.DB) {
		const n = 120
		ctx, stop := context.WithCancel(context.Background())
		var running [n]atomic.Int32
		var done [n]atomic.Int32
		var total atomic.Int32
		var wg sync.WaitGroup
		var first *events.Log
		for node := range 2 {
			l := eventstest.Open(t, db, events.Options{Vocabulary: vocabulary()})
			if node == 0 {
				first = l
			}
			handlers := map[string]jobs.Handler{kind: func(_ context.Context, j jobs.Job) error {
				var i int
				if err := j.Read(&i); err != nil {
					return err
				}
				if running[i].Add(1) != 1 {
					t.Errorf("job %d runs twice at once", i)
				}
				defer running[i].Add(-1)
				if i%7 == 0 && j.Tries == 0 {
					return errors.New("the first try fails")
				}
				done[i].Add(1)
				total.Add(1)
				return nil
			}}
			r := jobs.NewRunner(l, handlers, jobs.Options{First: 10 * time.Millisecond, Last: 20 * time.Millisecond, Look: 200 * time.Millisecond})
			wg.Go(func() {
				if err := r.Run(ctx); !errors.Is(err, context.Canceled) {
					t.Errorf("run = %v", err)
				}
			})
		}
		for i := range n {
			enqueue(t, first, jobs.New{Key: fmt.Sprint(i), Payload: i})
		}
		waitFor(t, "all jobs", func() bool { return total.Load() >= n })
		waitFor(t, "all marks", func() bool { return open(t, first) == "" })
		stop()
		wg.Wait()
		for i := range done {
			if got := done[i].Load(); got != 1 {
				t.Errorf("job %d was done %d times", i, got)
			}
		}
	})
}

// TestOneLaneHoldsUpNoOther: a receiver that hangs keeps one worker, however much waits for it.
func TestOneLaneHoldsUpNoOther(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *migrations.DB) {
		l := eventstest.Open(t, db, events.Options{Vocabulary: vocabulary()})
		ctx, stop := context.WithCancel(context.Background())
		defer stop()
		var s sink
		var hanging, most atomic.Int32
		r := jobs.NewRunner(l, map[string]jobs.Handler{kind: func(ctx context.Context, j jobs.Job) error {
			if strings.HasPrefix(j.Key, "slow") {
				most.Store(max(most.Load(), hanging.Add(1)))
				<-ctx.Done()
				hanging.Add(-1)
				return ctx.Err()
			}
			s.add(j)
			return nil
		}}, jobs.Options{Workers: 2, Most: time.Minute})
		var list []jobs.New
		for i := range 20 {
			list = append(list, jobs.New{Key: fmt.Sprint("slow", i), Lane: "slow"})
		}
		for i := range 20 {
			list = append(list, jobs.New{Key: fmt.Sprint("fast", i), Lane: "fast"})
		}
		enqueue(t, l, list...)
		finished := make(chan error, 1)
		go func() { finished <- r.Run(ctx) }()
		waitFor(t, "the fast lane", func() bool { s.mu.Lock(); defer s.mu.Unlock(); return len(s.jobs) == 20 })
		if got := most.Load(); got != 1 {
			t.Errorf("%d of the slow lane at once, want 1", got)
		}
		stop()
		<-finished
		rows, err := jobs.List(context.Background(), l, jobs.Filter{Limit: 100})
		if err != nil || len(rows) != 20 {
			t.Fatalf("%d are left, %v; want those of the slow lane", len(rows), err)
		}
		for _, row := range rows { // leaving is nobody's failure, and the claim is given back
			if row.Tries != 0 || row.DueAt > l.Now() {
				t.Errorf("job %s has %d tries and is due at %s", row.ID, row.Tries, row.DueAt)
			}
		}
	})
}

func TestAJobThatTakesTooLongFails(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *migrations.DB) {
		l := eventstest.Open(t, db, events.Options{Vocabulary: vocabulary()})
		r := jobs.NewRunner(l, map[string]jobs.Handler{kind: func(ctx context.Context, _ jobs.Job) error {
			<-ctx.Done()
			return ctx.Err()
		}}, jobs.Options{Kinds: map[string]jobs.Kind{kind: {Most: 20 * time.Millisecond}}})
		enqueue(t, l, jobs.New{Key: "a"})
		pass(t, r, 1)
		rows, err := jobs.List(context.Background(), l, jobs.Filter{Limit: 1})
		if err != nil || len(rows) != 1 || rows[0].Tries != 1 || !strings.Contains(rows[0].Error, "longer than") {
			t.Errorf("rows = %+v, %v", rows, err)
		}
	})
}

func TestForget(t *testing.T) {
	each(t, func(t *testing.T, l *events.Log, clock *eventstest.Clock) {
		var s sink
		r := jobs.NewRunner(l, s.handler(func(j jobs.Job) error {
			if j.Key == "bad" {
				return jobs.Park(errors.New("no"))
			}
			return nil
		}), jobs.Options{Kinds: map[string]jobs.Kind{kind: {Keep: 24 * time.Hour}}})
		enqueue(t, l, jobs.New{Key: "a"}, jobs.New{Key: "bad"}, jobs.New{Key: "far", At: l.Now().Add(1000 * time.Hour)})
		pass(t, r, 2)
		for _, want := range []int{2, 3} { // within the time the key is used, afterwards it is not
			if err := r.Forget(context.Background()); err != nil {
				t.Fatal(err)
			}
			enqueue(t, l, jobs.New{Key: "a"})
			if got := len(strings.Split(open(t, l), ", ")); got != want {
				t.Errorf("%d are not over, want %d", got, want)
			}
			clock.Advance(25 * time.Hour)
		}
		waiting, parked, err := jobs.Counts(context.Background(), l)
		if err != nil || waiting[kind] != 2 || parked[kind] != 1 {
			t.Errorf("counts = %v, %v, %v; want 2 waiting and 1 parked", waiting, parked, err)
		}
	})
}
