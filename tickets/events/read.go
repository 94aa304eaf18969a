package events

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"reflect"

	"github.com/uptrace/bun"
)

const maxRead = 1000 // events that one query returns

const selectEvents = `SELECT pos, ticket_id, seq, prev, public, kind, at, recorded_at, by_kind, by_id, by_token, imported, data FROM events `

// Head is the place of the newest event.
func (l *Log) Head(ctx context.Context) (int64, error) {
	var pos int64
	if err := l.db.Read.QueryRowContext(ctx, `SELECT pos FROM log_head WHERE id = 1`).Scan(&pos); err != nil {
		return 0, fmt.Errorf("read head of the log: %w", err)
	}
	return pos, nil
}

// Events returns the events after a place, at most limit and at most 1000.
func (l *Log) Events(ctx context.Context, after int64, limit int) ([]Event, error) {
	return l.query(ctx, selectEvents+`WHERE pos > ? ORDER BY pos LIMIT ?`, after, bounded(limit))
}

// Of returns the events of one ticket after a seq, at most limit and at most 1000.
func (l *Log) Of(ctx context.Context, ticket ID, after int64, limit int, publicOnly bool) ([]Event, error) {
	if ticket == 0 {
		return nil, nil
	}
	where := `WHERE ticket_id = ? AND ticket_id <> 0 AND seq > ? `
	if publicOnly {
		where += `AND public `
	}
	return l.query(ctx, selectEvents+where+`ORDER BY seq LIMIT ?`, int64(ticket), after, bounded(limit))
}

// OfEach gives the events of some tickets that are of these kinds to fn, ticket by ticket in ascending id and each in
// order: one query for all. The events are fn's to keep.
func (l *Log) OfEach(ctx context.Context, tickets []ID, kinds []string, fn func(e *Event) error) error {
	if len(tickets) == 0 {
		return nil
	}
	return eachEvent(ctx, l.db.Read, fn, selectEvents+`WHERE ticket_id IN (?) AND ticket_id <> 0 AND kind IN (?) ORDER BY ticket_id, seq`,
		bun.List(tickets), bun.List(kinds))
}

func bounded(limit int) int { return max(0, min(limit, maxRead)) }

func (l *Log) query(ctx context.Context, query string, args ...any) ([]Event, error) {
	return queryEvents(ctx, l.db.Read, query, args...)
}

func queryEvents(ctx context.Context, db bun.IConn, query string, args ...any) ([]Event, error) {
	var evs []Event
	err := eachEvent(ctx, db, func(e *Event) error {
		evs = append(evs, *e)
		return nil
	}, query, args...)
	return evs, err
}

func eachEvent(ctx context.Context, db bun.IConn, fn func(e *Event) error, query string, args ...any) (err error) {
	rows, err := db.QueryContext(ctx, query, args...)
	if err != nil {
		return fmt.Errorf("read events: %w", err)
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	for rows.Next() {
		var e Event
		var data string
		if err := rows.Scan(&e.Pos, &e.TicketID, &e.Seq, &e.Prev, &e.Public, &e.Kind, &e.At, &e.RecordedAt, &e.By.Kind,
			&e.By.ID, &e.By.Token, &e.Imported, &data); err != nil {
			return fmt.Errorf("read events: %w", err)
		}
		e.Data = json.RawMessage(data)
		if err := fn(&e); err != nil {
			return err
		}
	}
	if err := rows.Err(); err != nil {
		return fmt.Errorf("read events: %w", err)
	}
	return nil
}

// Decode fills e.Change from e.Data, unless it is there already, and returns it. It is a value, not a pointer, of
// the type that the vocabulary has for the kind.
func (l *Log) Decode(e *Event) (Change, error) {
	if e.Change != nil {
		return e.Change, nil
	}
	typ, ok := l.kinds[e.Kind]
	if !ok {
		return nil, fmt.Errorf("event %d has the unknown kind %q", e.Pos, e.Kind)
	}
	v := reflect.New(typ)
	if err := json.Unmarshal(e.Data, v.Interface()); err != nil {
		return nil, fmt.Errorf("decode event %d, %s: %w", e.Pos, e.Kind, err)
	}
	e.Change = v.Elem().Interface().(Change)
	return e.Change, nil
}

// knows says whether the vocabulary holds exactly this change.
func (l *Log) knows(c Change) bool { return l.kinds[c.EventKind()] == reflect.TypeOf(c) }
