package events

import (
	"context"
	"sync/atomic"
)

type alsoKey struct{}

// also is work that rides along with the next unit of work.
type also struct {
	fn    func(ctx context.Context, tx *Tx) error
	taken atomic.Bool
}

// Also returns a context whose first Write does fn too, in the same unit of work and after its own closure: both are
// kept or lost together. It is for what a caller at the edge must remember of a call (an idempotency key) without
// every store knowing of it. A Bulk takes no notice. taken tells whether some Write took it along.
func Also(ctx context.Context, fn func(ctx context.Context, tx *Tx) error) (_ context.Context, taken func() bool) {
	a := &also{fn: fn}
	return context.WithValue(ctx, alsoKey{}, a), a.taken.Load
}

// withAlso joins what rides along to fn.
func withAlso(ctx context.Context, fn func(ctx context.Context, tx *Tx) error) func(ctx context.Context, tx *Tx) error {
	a, _ := ctx.Value(alsoKey{}).(*also)
	if a == nil || !a.taken.CompareAndSwap(false, true) {
		return fn
	}
	return func(ctx context.Context, tx *Tx) error {
		if err := fn(ctx, tx); err != nil {
			return err
		}
		return a.fn(ctx, tx)
	}
}
