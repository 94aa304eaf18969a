package events

import (
	"context"
	"errors"
	"fmt"
	"heard/tickets/sabotage"
	"slices"
	"time"
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
	if len(b.events) > 0 && sabotage.Here(sabotage.Lose) {
		b.rollback()
		return nil
	}
	w.log.committing.Lock()
	defer w.log.committing.Unlock()
	if err := b.tx.Commit(); err != nil {
		if err := b.resolve(err); err != nil {
			return err
		}
	}
	if len(b.events) > 0 {
		sabotage.Die(sabotage.Publish)
		w.log.publish(b.place(pos))
	}
	return nil
}

// errUnknown says that nobody can tell whether a batch was committed, so it must not run again.
var errUnknown = errors.New("the outcome of the commit is unknown")

// resolve finds out on a new connection what became of a commit that failed. The lock waits for a transaction that
// the database still works on. nil means that it was committed.
func (b *batch) resolve(failure error) error {
	w := b.w
	b.rollback()
	w.disconnect()
	ctx, cancel := context.WithTimeout(context.Background(), batchLimit)
	defer cancel()
	var err error
	for deadline := time.Now().Add(resolveTime); time.Now().Before(deadline); {
		var committed int64
		if err = w.connect(); err == nil {
			err = w.conn.NewRaw(`SELECT batch FROM writers WHERE name = ?`+w.log.dia.forUpdate(), w.name).Scan(ctx, &committed)
			if err == nil && committed >= b.number {
				return nil
			}
			if err == nil {
				return fmt.Errorf("commit: %w", &lostError{failure})
			}
			w.disconnect()
		}
		if err := pauseFor(ctx, nil, firstPause); err != nil {
			break
		}
	}
	w.log.logger.Error("the outcome of a commit is unknown", "events", len(b.events), "failure", failure, "err", err)
	return fmt.Errorf("%w: %w", errUnknown, failure)
}

const resolveTime = 1500 * time.Millisecond // callers wait little longer

// lostError is a transaction that certainly did not happen.
type lostError struct{ cause error }

func (e *lostError) Error() string { return e.cause.Error() }

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
