package events

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/uptrace/bun"
)

// Head is how far the log of one ticket goes.
type Head struct {
	Seq    int64 // newest event; 0 for none
	Public int64 // newest public event; 0 for none
	At     Time  // time of the newest event
}

// Tx is the transaction of one unit of work. It must not outlive the closure that got it.
type Tx struct {
	bun.IDB
	Now Time  // the same for all that the unit does
	By  Actor // the unit's actor

	b        *batch
	imported bool
	locked   map[ID]bool // tickets that this unit may write to
	undo     map[ID]undo // heads as they were before this unit touched them
	first    int         // this unit's first event in the batch
	err      error       // the first misuse; it fails the unit
}

type undo struct {
	head  Head
	known bool
	dirty bool
}

// Dialect is migrations.SQLite or migrations.Postgres.
func (tx *Tx) Dialect() string { return tx.b.w.db.Dialect }

// Head returns how far the log of a locked ticket goes, with what this transaction recorded so far.
func (tx *Tx) Head(ticket ID) Head {
	if !tx.locked[ticket] {
		return Head{}
	}
	return tx.b.heads[ticket]
}

// Opened lets a ticket get events whose row this unit inserted.
func (tx *Tx) Opened(ticket ID) {
	if tx.locked[ticket] {
		return
	}
	tx.remember(ticket)
	tx.locked[ticket] = true
	tx.b.heads[ticket] = Head{}
}

// Flushed says that the unit itself wrote last_seq, public_seq and last_at of these tickets, as Head has them, so
// that the log need not do it again.
func (tx *Tx) Flushed(tickets ...ID) {
	for _, id := range tickets {
		if tx.b.dirty[id] {
			tx.remember(id)
			delete(tx.b.dirty, id)
		}
	}
}

// Record notes that the unit's actor did c to a ticket (0: to the desk), now.
func (tx *Tx) Record(ticket ID, c Change) *Event { return tx.record(tx.Now, tx.By, ticket, c) }

// RecordBy is Record for another actor.
func (tx *Tx) RecordBy(by Actor, ticket ID, c Change) *Event { return tx.record(tx.Now, by, ticket, c) }

// RecordAt is Record for another time and actor, for facts that were known late. Time never runs backwards in a
// ticket: a moment before the ticket's newest event becomes that event's.
func (tx *Tx) RecordAt(at Time, by Actor, ticket ID, c Change) *Event {
	return tx.record(at, by, ticket, c)
}

func (tx *Tx) record(at Time, by Actor, ticket ID, c Change) *Event {
	e := &Event{
		TicketID: ticket, Kind: c.EventKind(), Public: c.EventPublic(),
		At: at, RecordedAt: tx.Now, By: by, Imported: tx.imported, Change: c,
	}
	var err error
	if e.Data, err = json.Marshal(c); err != nil {
		tx.fail(fmt.Errorf("record %s: %w", e.Kind, err))
		return e
	}
	if !tx.b.w.log.knows(c) {
		tx.fail(fmt.Errorf("record %s: the vocabulary does not hold %T", e.Kind, c))
		return e
	}
	if ticket != 0 {
		if !tx.locked[ticket] {
			tx.fail(fmt.Errorf("record %s: ticket %s is not locked", e.Kind, ticket))
			return e
		}
		tx.remember(ticket)
		tx.b.dirty[ticket] = true
		h := tx.b.heads[ticket]
		h.Seq++
		e.Seq, e.Prev, e.At = h.Seq, h.Public, max(at, h.At)
		if e.Public {
			h.Public = h.Seq
		}
		h.At = e.At
		tx.b.heads[ticket] = h
	}
	tx.b.events = append(tx.b.events, e)
	return e
}

func (tx *Tx) fail(err error) {
	if tx.err == nil {
		tx.err = err
	}
}

// remember keeps a head as it was before the unit, once.
func (tx *Tx) remember(ticket ID) {
	if _, ok := tx.undo[ticket]; ok {
		return
	}
	if tx.undo == nil {
		tx.undo = make(map[ID]undo)
	}
	head, known := tx.b.heads[ticket]
	tx.undo[ticket] = undo{head, known, tx.b.dirty[ticket]}
}

// restore puts the heads and the events of the batch back to where they were before the unit.
func (tx *Tx) restore() {
	for id, u := range tx.undo {
		if u.known {
			tx.b.heads[id] = u.head
		} else {
			delete(tx.b.heads, id)
		}
		if u.dirty {
			tx.b.dirty[id] = true
		} else {
			delete(tx.b.dirty, id)
		}
	}
	tx.b.events = tx.b.events[:tx.first]
}

// Insert adds rows to a table in as few statements as the database allows. A row holds integers, strings, floats,
// booleans, JSON and nil. The names are code, never input.
func (tx *Tx) Insert(ctx context.Context, table string, columns []string, rows [][]any) error {
	if len(rows) == 0 {
		return nil
	}
	for _, row := range rows {
		if len(row) != len(columns) {
			return fmt.Errorf("insert into %s: a row has %d values for %d columns", table, len(row), len(columns))
		}
	}
	if err := tx.b.w.log.dia.insert(ctx, tx.b.w, insertion{table, columns, rows}); err != nil {
		return fmt.Errorf("insert into %s: %w", table, err)
	}
	return nil
}

// ErrFenced says that a lease went to another holder.
var ErrFenced = errors.New("the lease is held by another")

// Fence fails unless the lease still is the one with this number, and keeps others from taking it before the commit.
func (tx *Tx) Fence(ctx context.Context, name string, fence int64) error {
	var now int64
	err := tx.NewRaw(`SELECT fence FROM leases WHERE name = ?`+tx.b.w.log.dia.forUpdate(), name).Scan(ctx, &now)
	if errors.Is(err, sql.ErrNoRows) || err == nil && now != fence {
		return ErrFenced
	}
	if err != nil {
		return fmt.Errorf("check lease %s: %w", name, err)
	}
	return nil
}

// Clock is the time that all nodes of a cluster agree on: the database's where they may disagree. Leases go by it.
func (tx *Tx) Clock(ctx context.Context) (Time, error) {
	now := tx.b.w.log.dia.now()
	if now == "" {
		return tx.Now, nil
	}
	var at int64
	if err := tx.NewRaw("SELECT "+now).Scan(ctx, &at); err != nil {
		return 0, fmt.Errorf("ask the database for the time: %w", err)
	}
	return Time(at), nil
}
