package tickets

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"heard/tickets/events"
	"heard/tickets/fault"
)

// Store keeps tickets. Who may call what is decided by the callers with policy.go; what is possible is decided here.
type Store struct {
	log   *events.Log
	posts *events.Bulk[post]
	stmts *statements
	links *FileLinks

	refused func(ctx context.Context, tx *events.Tx, o *Outgoing) error // see OnRefused
}

// NewStore returns the store of the log's database.
func NewStore(log *events.Log) *Store {
	s := &Store{log: log, stmts: newStatements(log)}
	s.posts = events.NewBulk(log, events.BulkOptions[post]{
		Locks: func(p *post) events.Locks { return p.locks },
		Do:    s.postAll,
	})
	return s
}

func unit(by events.Actor, tickets ...events.ID) events.Unit {
	return events.Unit{By: by, Locks: events.Locks{Tickets: tickets}}
}

// change is the shape of every write but posting: lock the ticket, let fn decide and record, write the row back.
func (s *Store) change(ctx context.Context, by events.Actor, id events.ID, fn func(ctx context.Context, w *work, t *Ticket) error) (*Ticket, error) {
	var out *Ticket
	err := s.log.Write(ctx, unit(by, id), func(ctx context.Context, tx *events.Tx) error {
		w := newWork(tx)
		if err := w.load(ctx, id); err != nil {
			return err
		}
		t := w.tickets[id]
		if t == nil {
			return errNoTicket
		}
		before := t.LastSeq
		if err := fn(ctx, w, t); err != nil {
			return err
		}
		if out = t; t.LastSeq > before {
			t.ActFrom = before + 1
		}
		return w.flush(ctx)
	})
	if err != nil {
		return nil, err
	}
	return out, nil
}

// decide is change for acts that need nothing but the ticket.
func (s *Store) decide(ctx context.Context, by events.Actor, id events.ID, fn func(t *Ticket) ([]events.Change, error)) (*Ticket, error) {
	return s.change(ctx, by, id, func(_ context.Context, w *work, t *Ticket) error {
		changes, err := fn(t)
		if err != nil {
			return err
		}
		w.record(by, t, changes...)
		return nil
	})
}

var errNoTicket = fault.New(fault.NotFound, "there is no such ticket")

// work is one unit of work on tickets: rows are loaded under their locks, changed in memory by the fold of what is
// recorded, and written back together.
type work struct {
	tx       *events.Tx
	tickets  map[events.ID]*Ticket
	dirty    []events.ID
	isDirty  map[events.ID]bool
	messages [][]any
	files    map[string]*pending          // uploads that the unit's messages name
	sentOff  []sentFiles                  // those that go with a message
	moves    []events.Event               // that may begin or end an ownership segment, in order
	trace    map[events.ID][]events.Event // everything recorded, by ticket; nil unless somebody asks
}

func newWork(tx *events.Tx) *work {
	return &work{tx: tx, tickets: map[events.ID]*Ticket{}, isDirty: map[events.ID]bool{}}
}

// load reads the rows of tickets that the unit holds locked. Ids without a row stay absent.
func (w *work) load(ctx context.Context, ids ...events.ID) error {
	var missing []events.ID
	for _, id := range ids {
		if id != 0 && w.tickets[id] == nil {
			missing = append(missing, id)
		}
	}
	if len(missing) == 0 {
		return nil
	}
	dialect := w.tx.Dialect()
	rows, err := w.tx.Query(ctx, "SELECT "+ticketColumns+" FROM tickets t WHERE "+events.Among(dialect, "t.id"), events.IDs(dialect, missing))
	if err != nil {
		return fmt.Errorf("load tickets: %w", err)
	}
	return each(rows, func(rows *sql.Rows) error {
		t := new(Ticket)
		if err := rows.Scan(t.targets()...); err != nil {
			return fmt.Errorf("load tickets: %w", err)
		}
		h := w.tx.Head(t.ID) // the log may write the row's copy later in the same transaction
		t.LastSeq, t.PublicSeq, t.LastAt = h.Seq, h.Public, h.At
		w.tickets[t.ID] = t
		return nil
	})
}

// record writes changes into the log and folds them into the ticket. It returns the last event.
func (w *work) record(by events.Actor, t *Ticket, changes ...events.Change) *events.Event {
	return w.recordAt(w.tx.Now, by, t, changes...)
}

// recordAt is record for what happened earlier than now.
func (w *work) recordAt(at events.Time, by events.Actor, t *Ticket, changes ...events.Change) *events.Event {
	var e *events.Event
	for _, c := range changes {
		if t.endsOffer(c) {
			w.endOffer(t)
		}
		e = w.tx.RecordAt(at, by, t.ID, c)
		w.apply(t, e)
	}
	return e
}

func (w *work) apply(t *Ticket, e *events.Event) {
	t.Apply(*e)
	if w.trace != nil {
		w.trace[t.ID] = append(w.trace[t.ID], *e)
	}
	if !w.isDirty[t.ID] {
		w.isDirty[t.ID] = true
		w.dirty = append(w.dirty, t.ID)
	}
	switch e.Change.(type) {
	case TicketOpened, TicketQueued, TicketAssigned, TicketHandedOff, TicketUnassigned, TicketTeamChanged, StatusChanged, ActUndone:
		w.moves = append(w.moves, *e)
	}
}

var messageColumns = []string{"ticket_id", "seq", "note", "by_kind", "by_id", "sender", "client_id", "content_hash",
	"body", "attachments", "at"}

// write keeps the row of a message whose event was recorded as e.
func (w *work) write(m *Message, e *events.Event) {
	m.TicketID, m.Seq, m.At = e.TicketID, e.Seq, e.At
	attachments := "[]"
	if len(m.Attachments) > 0 {
		b, _ := json.Marshal(m.Attachments) // strings and numbers only: it cannot fail
		attachments = string(b)
	}
	w.messages = append(w.messages, []any{int64(m.TicketID), m.Seq, m.Note, string(m.ByKind), int64(m.ByID),
		m.Sender, m.ClientID, m.ContentHash, m.Body, attachments, int64(m.At)})
}

// say records and writes one message or note.
func (w *work) say(by events.Actor, t *Ticket, m *Message) *events.Event {
	return w.sayAt(w.tx.Now, by, t, m)
}

func (w *work) sayAt(at events.Time, by events.Actor, t *Ticket, m *Message) *events.Event {
	m.ByKind, m.ByID = by.Kind, by.ID
	c := events.Change(MessagePosted{Message: m})
	if m.Note {
		c = NotePosted{Message: m}
	}
	e := w.recordAt(at, by, t, c)
	w.write(m, e)
	return e
}

// flush writes everything that the unit changed: messages, ticket rows, segments.
func (w *work) flush(ctx context.Context) error {
	if len(w.messages) > 0 {
		if err := w.tx.Insert(ctx, "messages", messageColumns, w.messages); err != nil {
			return fmt.Errorf("insert messages: %w", err)
		}
	}
	if err := w.writeFiles(ctx); err != nil {
		return err
	}
	if err := w.writeTickets(ctx); err != nil {
		return err
	}
	return w.writeSegments(ctx)
}

// each runs fn for every row and closes rows.
func each(rows *sql.Rows, fn func(*sql.Rows) error) (err error) {
	defer func() { err = errors.Join(err, rows.Close()) }()
	for rows.Next() {
		if err := fn(rows); err != nil {
			return err
		}
	}
	return rows.Err()
}

// one scans a single row; found is false when there is none.
func one(rows *sql.Rows, dest ...any) (found bool, err error) {
	err = each(rows, func(rows *sql.Rows) error {
		found = true
		return rows.Scan(dest...)
	})
	return found, err
}

// tuples returns n groups of k placeholders: (?,?),(?,?).
func tuples(n, k int) string {
	group := "(" + strings.TrimSuffix(strings.Repeat("?,", k), ",") + ")"
	return strings.TrimSuffix(strings.Repeat(group+",", n), ",")
}
