package events

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"runtime/debug"
	"slices"

	"github.com/uptrace/bun"
)

// unit is what runs under one savepoint: one closure, or all requests of one Bulk in a batch.
type unit struct{ reqs []*request }

// gather makes units of requests: one for each closure and one for each Bulk.
func gather(reqs []*request) []*unit {
	var units []*unit
	var bulks map[bulker]*unit
	for _, r := range reqs {
		if u := bulks[r.bulk]; r.bulk != nil && u != nil {
			u.reqs = append(u.reqs, r)
			continue
		}
		u := &unit{reqs: []*request{r}}
		units = append(units, u)
		if r.bulk != nil {
			if bulks == nil {
				bulks = make(map[bulker]*unit)
			}
			bulks[r.bulk] = u
		}
	}
	return units
}

// split makes a unit of each request that still needs a run.
func split(u *unit) []*unit {
	var units []*unit
	for _, r := range u.reqs {
		if r.pending() {
			units = append(units, &unit{reqs: []*request{r}})
		}
	}
	return units
}

func (u *unit) locks() Locks {
	if len(u.reqs) == 1 {
		return u.reqs[0].locks
	}
	var all Locks
	for _, r := range u.reqs {
		all.Customers = append(all.Customers, r.locks.Customers...)
		all.Visitors = append(all.Visitors, r.locks.Visitors...)
		all.Agents = append(all.Agents, r.locks.Agents...)
		all.Tickets = append(all.Tickets, r.locks.Tickets...)
	}
	return all
}

func (u *unit) answer(err error) {
	for _, r := range u.reqs {
		r.answer(err)
	}
}

func (u *unit) pending() bool {
	return slices.ContainsFunc(u.reqs, (*request).pending)
}

// sortedIDs returns the ids above 0, ascending, each once.
func sortedIDs(ids []ID) []ID {
	ids = slices.DeleteFunc(slices.Clone(ids), func(id ID) bool { return id <= 0 })
	slices.Sort(ids)
	return slices.Compact(ids)
}

// batch is one transaction and what it knows of the log.
type batch struct {
	w      *writer
	number int64 // counts this writer's transactions
	tx     bun.Tx
	now    Time
	heads  map[ID]Head // locked tickets
	due    []ID        // those with a date that has passed
	dirty  map[ID]bool // those whose head moved
	events []*Event
	more   []*request // those that need more locks
}

// lock locks what the units change, notes the batch in the writer's row, and settles what is due.
func (b *batch) lock(ctx context.Context, units []*unit) error {
	var all Locks
	for _, u := range units {
		all = all.And(u.locks())
	}
	all.Customers, all.Visitors = sortedIDs(all.Customers), sortedIDs(all.Visitors)
	all.Agents, all.Tickets = sortedIDs(all.Agents), sortedIDs(all.Tickets)
	if err := b.w.log.dia.lock(ctx, b, all); err != nil {
		return fmt.Errorf("lock: %w", err)
	}
	if len(b.due) == 0 || b.w.log.settle == nil {
		return nil
	}
	tx := &Tx{IDB: b.tx, Now: b.now, By: SystemActor, b: b, locked: make(map[ID]bool)}
	for _, id := range b.due {
		tx.locked[id] = true
	}
	err := contained(func() error { return b.w.log.settle(ctx, tx, b.due) })
	if err == nil {
		err = tx.err
	}
	if err != nil {
		return fmt.Errorf("settle what is due: %w", err)
	}
	return nil
}

// scanHeads notes heads and what is due from rows of selectHeads.
func (b *batch) scanHeads(rows *sql.Rows) error {
	defer rows.Close()
	for rows.Next() {
		var id ID
		var h Head
		var closes, wakes Time
		if err := rows.Scan(&id, &h.Seq, &h.Public, &h.At, &closes, &wakes); err != nil {
			return err
		}
		b.heads[id] = h
		if closes > 0 && closes <= b.now || wakes > 0 && wakes <= b.now {
			b.due = append(b.due, id)
		}
	}
	return rows.Err()
}

const savepoint = "unit"

// run runs one unit. When it fails, what it did is undone and its callers are told; an error means that the whole
// transaction is lost.
func (b *batch) run(ctx context.Context, u *unit, shared bool) error {
	claimed := make([]*request, 0, len(u.reqs))
	for _, r := range u.reqs {
		if r.start() {
			claimed = append(claimed, r)
		}
	}
	if len(claimed) == 0 {
		return nil
	}
	err := b.guarded(ctx, claimed, shared)
	for _, r := range claimed {
		r.stop()
	}
	var failed *unitError
	if !errors.As(err, &failed) {
		return err
	}
	if len(claimed) > 1 && b.wantsMore(claimed[0], failed.cause) {
		b.more = append(b.more, claimed[1:]...) // the bulk runs again whole, with the union
		return nil
	}
	if len(claimed) > 1 { // one of the requests spoils the bulk: find out which
		for _, r := range claimed {
			if err := b.run(ctx, &unit{reqs: []*request{r}}, true); err != nil {
				return err
			}
		}
		return nil
	}
	if !b.wantsMore(claimed[0], failed.cause) {
		claimed[0].answer(failed.cause)
	}
	return nil
}

const maxAsked = 3

// wantsMore says whether a request failed only for want of locks, and then notes it for another run.
func (b *batch) wantsMore(r *request, err error) bool {
	var need NeedLocks
	if !errors.As(err, &need) || r.asked >= maxAsked {
		return false
	}
	r.asked++
	r.locks = r.locks.And(need.Locks)
	b.more = append(b.more, r)
	return true
}

var (
	errAgain = errors.New("the unit runs again with more locks")
	errSplit = errors.New("the requests run again one by one")
)

// unitError is a failure that concerns one unit only; the transaction is as it was before.
type unitError struct{ cause error }

func (e *unitError) Error() string { return e.cause.Error() }

// guarded runs requests, under a savepoint when they share the transaction: alone, they are rolled back with it. Every
// statement runs on a context that no caller can end.
func (b *batch) guarded(ctx context.Context, reqs []*request, shared bool) error {
	if shared {
		if err := b.exec(ctx, "SAVEPOINT "+savepoint); err != nil {
			return err
		}
	}
	tx := b.newTx(reqs)
	err := call(ctx, tx, reqs)
	if err == nil {
		err = tx.err
	}
	if err == nil && shared {
		// Fails too when the unit went on after a failed statement, which PostgreSQL does not forgive.
		if err = b.exec(ctx, "RELEASE SAVEPOINT "+savepoint); classify(err) == refused {
			err = fmt.Errorf("a statement of the closure failed: %w", err)
		}
	}
	if err == nil {
		return nil
	}
	tx.restore()
	if classify(err) != refused {
		return err
	}
	if !shared {
		switch {
		case b.wantsMore(reqs[0], err):
			return errAgain
		case len(reqs) > 1:
			return errSplit
		}
		return &lastError{err}
	}
	if err := b.exec(ctx, "ROLLBACK TO SAVEPOINT "+savepoint); err != nil {
		return err
	}
	if err := b.exec(ctx, "RELEASE SAVEPOINT "+savepoint); err != nil {
		return err
	}
	return &unitError{err}
}

func (b *batch) newTx(reqs []*request) *Tx {
	tx := &Tx{IDB: b.tx, Now: b.now, b: b, locked: make(map[ID]bool), first: len(b.events)}
	if reqs[0].bulk == nil {
		tx.By, tx.imported = reqs[0].unit.By, reqs[0].unit.Imported
	}
	for _, r := range reqs {
		for _, id := range r.locks.Tickets {
			if _, exists := b.heads[id]; exists {
				tx.locked[id] = true
			}
		}
	}
	return tx
}

// call runs the closure, or the bulk with its requests, and turns a panic into an error.
func call(ctx context.Context, tx *Tx, reqs []*request) error {
	if reqs[0].bulk == nil {
		return contained(func() error { return reqs[0].fn(ctx, tx) })
	}
	args := make([]any, len(reqs))
	for i, r := range reqs {
		args[i] = r.arg
	}
	return contained(func() error { return reqs[0].bulk.do(ctx, tx, args) })
}

func contained(fn func() error) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("panic in a write: %v\n%s", p, debug.Stack())
		}
	}()
	return fn()
}

func (b *batch) exec(ctx context.Context, query string) error {
	_, err := b.tx.Tx.ExecContext(ctx, query)
	return err
}

func (b *batch) rollback() {
	_ = b.tx.Rollback() // a broken connection is found out by the next statement
}
