package events

import (
	"context"
	"fmt"
	"strings"
	"sync"
)

// ConsumerStatus says how a consumer does.
type ConsumerStatus struct {
	Name      string
	Pos       int64 // its stored cursor; events that it does not want may lie between it and the head
	Behind    int64 // places from the cursor to the head
	Failures  int   // in a row, of the event after the cursor
	LastError string
	Parked    int  // events put aside
	Stopped   bool // it cannot go on without help
}

// consumers are those that this process runs.
type consumers struct {
	mu    sync.Mutex
	stops map[string]bool
}

func (t *consumers) add(c Consumer) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.stops == nil {
		t.stops = make(map[string]bool)
	}
	t.stops[c.Name] = c.Stops
}

func (t *consumers) stopsAt(name string) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.stops[name]
}

// Status returns all consumers that ever ran, by name.
func (l *Log) Status(ctx context.Context) ([]ConsumerStatus, error) {
	rows, err := l.db.Read.QueryContext(ctx, `SELECT c.name, c.pos, h.pos - c.pos, c.failures, c.last_error,
		(SELECT count(*) FROM parked p WHERE p.consumer = c.name)
		FROM cursors c CROSS JOIN log_head h ORDER BY c.name`)
	if err != nil {
		return nil, fmt.Errorf("read cursors: %w", err)
	}
	defer rows.Close()
	var list []ConsumerStatus
	for rows.Next() {
		var s ConsumerStatus
		if err := rows.Scan(&s.Name, &s.Pos, &s.Behind, &s.Failures, &s.LastError, &s.Parked); err != nil {
			return nil, fmt.Errorf("read cursors: %w", err)
		}
		s.Stopped = s.Failures >= maxTries && l.table.stopsAt(s.Name)
		list = append(list, s)
	}
	if err := rows.Err(); err != nil {
		return nil, fmt.Errorf("read cursors: %w", err)
	}
	return list, nil
}

// Rewind sends a consumer back to the start of the log, for when what it derived is dropped in the same transaction.
func (tx *Tx) Rewind(ctx context.Context, consumer string) error {
	_, err := tx.NewRaw(`UPDATE cursors SET pos = 0, failures = 0, last_error = '', updated_at = ? WHERE name = ?`,
		tx.Now, consumer).Exec(ctx)
	if err != nil {
		return fmt.Errorf("rewind %s: %w", consumer, err)
	}
	return nil
}

const maxTold = 500

// told is an error as the database keeps it: short, and text that both databases take.
func told(err error) string {
	s := strings.ToValidUTF8(strings.ReplaceAll(err.Error(), "\x00", ""), "")
	if len(s) > maxTold {
		s = strings.ToValidUTF8(s[:maxTold], "")
	}
	return s
}
