package events

import (
	"context"
	"sync/atomic"
)

// request is one call of Write or Bulk.Write on its way through the writer.
//
// Its state keeps the caller and the writer from touching the caller's variables at the same time: a caller may
// leave while the request waits or when its closure has run, but not while it runs.
type request struct {
	unit     Unit
	consumer bool // one of these a batch
	fn       func(ctx context.Context, tx *Tx) error
	bulk     bulker // set for the requests of a Bulk, which run together
	arg      any    // what bulk works on

	locks Locks // the unit's, and those it asked for since; the writer's alone
	asked int

	state   atomic.Int32
	leaving atomic.Bool
	done    chan error // one answer
}

const (
	waiting int32 = iota
	running
	ran
	left
	answered
)

// leave takes the caller out; false means that the closure runs and an answer comes at once after it.
func (r *request) leave() bool {
	r.leaving.Store(true)
	return r.state.CompareAndSwap(waiting, left) || r.state.CompareAndSwap(ran, left)
}

// start claims the request for a run; false means that nobody wants it any more.
func (r *request) start() bool {
	return r.state.CompareAndSwap(waiting, running) || r.state.CompareAndSwap(ran, running)
}

// stop ends a run that is not answered yet.
func (r *request) stop() {
	r.state.Store(ran)
	if r.leaving.Load() && r.state.CompareAndSwap(ran, left) {
		r.done <- errGone
	}
}

// answer tells the caller the outcome, if it still waits and was not told before.
func (r *request) answer(err error) {
	if r.state.CompareAndSwap(ran, answered) || r.state.CompareAndSwap(waiting, answered) {
		r.done <- err
	}
}

// pending says whether the request still needs a run.
func (r *request) pending() bool {
	s := r.state.Load()
	return s == waiting || s == ran
}

// bulker is a Bulk of any type.
type bulker interface {
	do(ctx context.Context, tx *Tx, args []any) error
}

// Bulk gathers many small writes of one kind (chat messages), so that a whole batch costs a few statements under one
// savepoint.
type Bulk[T any] struct {
	log *Log
	o   BulkOptions[T]
}

// BulkOptions say what a Bulk does.
type BulkOptions[T any] struct {
	// Locks names what one request changes.
	Locks func(req *T) Locks
	// Do writes them all, in order. What it refuses to one request it notes in that request; an error means that
	// nothing of all was done, and the requests are run again one by one. It may be run more than once.
	Do func(ctx context.Context, tx *Tx, reqs []*T) error
}

// NewBulk returns a Bulk on the log.
func NewBulk[T any](l *Log, o BulkOptions[T]) *Bulk[T] { return &Bulk[T]{log: l, o: o} }

// Write does one request together with what waits beside it. Events need RecordBy: a bulk has no actor of its own.
// When Write returns an error, req belongs to nobody any more and its fields mean nothing.
func (b *Bulk[T]) Write(ctx context.Context, req *T) error {
	return b.log.submit(ctx, &request{locks: b.o.Locks(req), bulk: b, arg: req, done: make(chan error, 1)})
}

func (b *Bulk[T]) do(ctx context.Context, tx *Tx, args []any) error {
	reqs := make([]*T, len(args))
	for i, a := range args {
		reqs[i] = a.(*T)
	}
	return b.o.Do(ctx, tx, reqs)
}
