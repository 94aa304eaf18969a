package jobs

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"heard/tickets/events"
)

// Job is one piece of work as its handler gets it.
type Job struct {
	ID        events.ID // the same at every try: receivers know a repeat by it
	Kind, Key string
	Payload   json.RawMessage
	Tries     int // failed ones before this
	CreatedAt events.Time
}

// Read decodes the payload.
func (j Job) Read(into any) error {
	if err := json.Unmarshal(j.Payload, into); err != nil {
		return Park(fmt.Errorf("read payload of %s %s: %w", j.Kind, j.Key, err))
	}
	return nil
}

// New is work to enqueue.
type New struct {
	Kind    string        // noun.verb, which a handler knows
	Key     string        // unique in its kind for as long as the kind is kept: the same again is nothing
	Lane    string        // a node does one job of a lane at a time; "" for none
	Payload any           // ids, never what a person wrote
	At      events.Time   // not before; 0: at once
	GiveUp  time.Duration // from the first try, then it is parked; 0: 72 hours
}

const giveUp = 72 * time.Hour

// Enqueue adds work to the writing transaction. The runners wake with the event that the same unit records; without
// one they find it within seconds.
func Enqueue(ctx context.Context, tx *events.Tx, j New) error {
	if j.Kind == "" || j.Key == "" {
		return fmt.Errorf("enqueue: a job needs a kind and a key")
	}
	payload, err := json.Marshal(j.Payload)
	if err != nil {
		return fmt.Errorf("enqueue %s: %w", j.Kind, err)
	}
	if j.GiveUp <= 0 {
		j.GiveUp = giveUp
	}
	_, err = tx.NewRaw(`INSERT INTO jobs (kind, key, lane, payload, state, due_at, give_up_ms, created_at)
		VALUES (?, ?, ?, ?, 'waiting', ?, ?, ?) ON CONFLICT (kind, key) DO NOTHING`,
		j.Kind, j.Key, j.Lane, string(payload), max(j.At, tx.Now), j.GiveUp.Milliseconds(), tx.Now).Exec(ctx)
	if err != nil {
		return fmt.Errorf("enqueue %s: %w", j.Kind, err)
	}
	return nil
}

// Cancel ends work that has not gone out yet. The key stays used.
func Cancel(ctx context.Context, tx *events.Tx, kind, key string) error {
	_, err := tx.NewRaw(`UPDATE jobs SET state = 'cancelled', payload = '{}', ended_at = ? WHERE kind = ? AND key = ? AND state IN ('waiting', 'parked')`,
		tx.Now, kind, key).Exec(ctx)
	if err != nil {
		return fmt.Errorf("cancel %s: %w", kind, err)
	}
	return nil
}

// Handler does a job. nil: it is done. Later, Drop and Park say what else; any other error is tried again. What it
// does must be over when ctx is.
type Handler func(ctx context.Context, j Job) error

// Later asks for another try at a time, without this one being a failure.
func Later(at events.Time) error { return later{at} }

// Drop ends a job that nobody needs any more.
func Drop(reason string) error { return drop{reason} }

// Park puts a job aside that no other try helps. Park(nil) is nil.
func Park(err error) error {
	if err == nil {
		return nil
	}
	return parked{err}
}

// Parks tells whether err is of Park.
func Parks(err error) bool {
	var p parked
	return errors.As(err, &p)
}

type later struct{ at events.Time }

func (l later) Error() string { return "later: " + l.at.String() }

type drop struct{ reason string }

func (d drop) Error() string { return "not needed: " + d.reason }

type parked struct{ err error }

func (p parked) Error() string { return p.err.Error() }
func (p parked) Unwrap() error { return p.err }
