package jobs

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"heard/tickets/events"
)

// Options say how a runner works. The zero Options are those of a server.
type Options struct {
	Workers int                           // jobs of a kind at once on this node; 4
	Most    time.Duration                 // what a job may take; 30 s
	Kinds   map[string]Kind               // exceptions
	First   time.Duration                 // the pause after the first failure; 10 s
	Last    time.Duration                 // the longest pause; an hour
	Grace   time.Duration                 // how long a claim outlives its handler's time; 15 s
	Look    time.Duration                 // the database is asked this often, whatever the log says; 5 s
	Report  func(doing string, err error) // tells what failed for good; may be nil
}

// Kind is what one kind of job needs otherwise.
type Kind struct {
	Workers int
	Most    time.Duration
	Keep    time.Duration // done ones are forgotten after it, and their keys with them; 0: never
}

// Runner does the jobs that this node has handlers for.
type Runner struct {
	Options
	log      *events.Log
	handlers map[string]Handler
	kinds    []string
	wake     chan struct{} // has one element when something may be due
	leaving  atomic.Bool

	mu    sync.Mutex
	busy  map[string]int   // workers by kind
	lanes map[waiting]bool // lanes in which a job is being done
	work  sync.WaitGroup
}

const lookPause = 100 * time.Millisecond // between two looks, however often the log moves

// NewRunner returns a runner. Several nodes may run the same kinds.
func NewRunner(log *events.Log, handlers map[string]Handler, o Options) *Runner {
	set := func(d *time.Duration, to time.Duration) {
		if *d <= 0 {
			*d = to
		}
	}
	set(&o.Most, 30*time.Second)
	set(&o.First, 10*time.Second)
	set(&o.Last, time.Hour)
	set(&o.Grace, 15*time.Second)
	set(&o.Look, 5*time.Second)
	if o.Workers <= 0 {
		o.Workers = 4
	}
	return &Runner{Options: o, log: log, handlers: handlers, kinds: slices.Sorted(maps.Keys(handlers)),
		wake: make(chan struct{}, 1), busy: map[string]int{}, lanes: map[waiting]bool{}}
}

func (r *Runner) most(kind string) time.Duration {
	if d := r.Kinds[kind].Most; d > 0 {
		return d
	}
	return r.Most
}

func (r *Runner) workers(kind string) int {
	if n := r.Kinds[kind].Workers; n > 0 {
		return n
	}
	return r.Workers
}

// Run does jobs until ctx ends. What is being done then is given back, so that another node may begin at once.
func (r *Runner) Run(ctx context.Context) error {
	head, err := r.log.Head(ctx)
	if err != nil {
		return fmt.Errorf("run jobs: %w", err)
	}
	var following sync.WaitGroup
	r.leaving.Store(false)
	inner, stop := context.WithCancel(ctx)
	following.Go(func() {
		_ = r.log.Follow(inner, head, func([]events.Event) error { r.nudge(); return nil }) // a look finds what is missed
	})
	defer func() {
		stop()
		r.leaving.Store(true)
		following.Wait()
		r.work.Wait()
	}()
	timer := time.NewTimer(0)
	defer timer.Stop()
	for {
		_, next, err := r.start(inner)
		wait := r.Look
		if err == nil && next > 0 {
			wait = min(wait, max(next.Sub(r.log.Now()), lookPause))
		}
		timer.Reset(wait)
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-timer.C:
		case <-r.wake:
			if !pause(ctx, lookPause) {
				return ctx.Err()
			}
		}
	}
}

// Pass does what is due now and what becomes due by it, and returns how many jobs were tried. It is for commands that
// end, and for tests.
func (r *Runner) Pass(ctx context.Context) (int, error) {
	total := 0
	for {
		n, _, err := r.start(ctx)
		r.work.Wait()
		total += n
		if err != nil || n == 0 {
			return total, err
		}
	}
}

func (r *Runner) nudge() {
	select {
	case r.wake <- struct{}{}:
	default:
	}
}

// start sets free workers to what is due, and says how many, and when to come back.
func (r *Runner) start(ctx context.Context) (started int, next events.Time, err error) {
	lanes, next, err := r.due(ctx, r.log.Now())
	if err != nil {
		return 0, 0, err
	}
	for _, w := range lanes {
		n := r.room(w)
		if n == 0 {
			continue
		}
		list, err := r.claim(ctx, w, n)
		r.take(w, n, len(list))
		if err != nil {
			return started, next, err
		}
		for _, c := range list {
			r.work.Go(func() {
				r.do(ctx, c)
				r.free(w)
			})
		}
		started += len(list)
	}
	return started, next, nil
}

// room reserves the workers that a lane may have now.
func (r *Runner) room(w waiting) int {
	r.mu.Lock()
	defer r.mu.Unlock()
	n := r.workers(w.Kind) - r.busy[w.Kind]
	if n <= 0 || r.lanes[w] {
		return 0
	}
	if w.Lane != "" {
		n = 1
		r.lanes[w] = true
	}
	r.busy[w.Kind] += n
	return n
}

// take gives back what was reserved in vain.
func (r *Runner) take(w waiting, reserved, used int) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.busy[w.Kind] -= reserved - used
	if used == 0 {
		delete(r.lanes, w)
	}
}

func (r *Runner) free(w waiting) {
	r.mu.Lock()
	r.busy[w.Kind]--
	delete(r.lanes, w)
	r.mu.Unlock()
	r.nudge()
}

// do runs the handler of a claimed job and marks how it ended.
func (r *Runner) do(ctx context.Context, c claim) {
	inner, cancel := context.WithDeadline(ctx, c.over)
	defer cancel()
	err := r.call(inner, c)
	o := r.judge(c, err)
	if err != nil && ctx.Err() != nil && o.state == "waiting" { // this node is leaving, which is nobody's failure
		o = outcome{state: "waiting", due: r.log.Now(), tries: c.Tries}
	}
	if o.state == "parked" {
		r.report(fmt.Sprintf("job %s %s, which is parked", c.Kind, c.ID), err)
	}
	if err := r.mark(c, o); err != nil {
		r.report("job "+c.Kind, err)
	}
}

// call runs the handler. A panic is a failure of that job alone.
func (r *Runner) call(ctx context.Context, c claim) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("panic: %v", p)
		}
	}()
	err = r.handlers[c.Kind](ctx, c.Job)
	if err != nil && errors.Is(ctx.Err(), context.DeadlineExceeded) {
		return fmt.Errorf("it took longer than %s: %w", r.most(c.Kind), err)
	}
	return err
}

func (r *Runner) report(doing string, err error) {
	if r.Report != nil {
		r.Report(doing, err)
	}
}

func pause(ctx context.Context, d time.Duration) bool {
	select {
	case <-ctx.Done():
		return false
	case <-time.After(d):
		return true
	}
}
