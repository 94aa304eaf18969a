package events

import (
	"context"
	"fmt"
	"slices"
)

// lastError is the failure of a unit that was alone in its transaction, which is rolled back whole.
type lastError struct{ cause error }

func (e *lastError) Error() string { return e.cause.Error() }
func (e *lastError) Unwrap() error { return e.cause }

// cause returns what the unit itself failed with.
func cause(err error) error {
	if last, ok := err.(*lastError); ok {
		return last.cause
	}
	return err
}

// finish writes heads and events, commits and publishes.
func (b *batch) finish(units []*unit) error {
	ctx := context.Background() // the connection has its own limit
	w := b.w
	var pos int64
	var err error
	if len(b.events) > 0 {
		pos, err = w.log.dia.finish(ctx, b)
		if err != nil {
			b.rollback()
			w.disconnectAfter(err)
			return fmt.Errorf("append to the log: %w", err)
		}
	}
	if err := b.tx.Commit(); err != nil {
		b.rollback()
		w.disconnectAfter(err)
		return fmt.Errorf("commit: %w", err)
	}
	if len(b.events) > 0 {
		w.log.publish(b.place(pos))
	}
	return nil
}

// place gives the events their places, the last of which is pos.
func (b *batch) place(pos int64) []Event {
	evs := make([]Event, len(b.events))
	for i, e := range b.events {
		e.Pos = pos - int64(len(b.events)) + int64(i) + 1
		evs[i] = *e
	}
	return evs
}

// touched returns the tickets whose head moved, ascending.
func (b *batch) touched() []ID {
	ids := make([]ID, 0, len(b.dirty))
	for id := range b.dirty {
		ids = append(ids, id)
	}
	slices.Sort(ids)
	return ids
}
