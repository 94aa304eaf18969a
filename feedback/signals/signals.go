// Package signals keeps what the website's script tells of its visitors: a page that was seen, something that was
// tracked.
//
// # Why
//
//   - Signals are rows, not events of the log: they are many, they belong to no ticket, and nothing folds them.
//   - A visitor's clock is not to be trusted: a time in the future, or more than a day back, becomes the time of
//     arrival.
//   - Everything is bounded, since strangers send it: items a call, length of names, number and length of properties.
package signals

import (
	"context"
	"encoding/json"
	"fmt"
	"time"
	"unicode/utf8"

	"heard/tickets"
	"heard/tickets/events"
	"heard/tickets/fault"
)

// Limits of one call.
const (
	MaxItems = 50
	maxName  = 100 // characters
	maxPage  = 2000
	maxProps = 20
	maxValue = 500
	oldest   = 24 * time.Hour
)

// Signal is one thing that a page told.
type Signal struct {
	Name  string            // "page" for a page view, else what the site tracks
	Props map[string]string // what it says of it
	Page  string            // address of the page
	At    events.Time       // by the visitor's clock; 0: now
}

// Store keeps signals.
type Store struct{ log *events.Log }

// New returns the store of the log's database.
func New(log *events.Log) *Store { return &Store{log} }

// Keep stores what a visitor's page told, all or nothing.
func (s *Store) Keep(ctx context.Context, v tickets.Visitor, list []Signal) error {
	if err := check(list); err != nil {
		return err
	}
	now := s.log.Now()
	rows := make([][]any, len(list))
	for i, sig := range list {
		at := sig.At
		if at > now || at < now.Add(-oldest) {
			at = now
		}
		props, err := json.Marshal(sig.Props)
		if err != nil {
			return fmt.Errorf("encode properties: %w", err)
		}
		if sig.Props == nil {
			props = []byte("{}")
		}
		rows[i] = []any{int64(v.ID), int64(v.InboxID), sig.Name, string(props), sig.Page, int64(at), int64(now)}
	}
	return s.log.Write(ctx, events.Unit{By: v.Actor()}, func(ctx context.Context, tx *events.Tx) error {
		return tx.Insert(ctx, "signals", []string{"visitor_id", "inbox_id", "name", "props", "page", "at", "recorded_at"}, rows)
	})
}

func check(list []Signal) error {
	var wrong fault.Fields
	if len(list) == 0 || len(list) > MaxItems {
		wrong.Add("items", fmt.Sprintf("must be 1 to %d", MaxItems))
		return wrong.Err()
	}
	for i, s := range list {
		field := fmt.Sprintf("items[%d].", i)
		if n := utf8.RuneCountInString(s.Name); n == 0 || n > maxName {
			wrong.Add(field+"name", fmt.Sprintf("must be 1 to %d characters", maxName))
		}
		if utf8.RuneCountInString(s.Page) > maxPage {
			wrong.Add(field+"page", "is too long")
		}
		if len(s.Props) > maxProps {
			wrong.Add(field+"props", fmt.Sprintf("must be at most %d", maxProps))
		}
		for k, v := range s.Props {
			if utf8.RuneCountInString(k) > maxName || utf8.RuneCountInString(v) > maxValue {
				wrong.Add(field+"props", "holds a name or a value that is too long")
				break
			}
		}
	}
	return wrong.Err()
}
