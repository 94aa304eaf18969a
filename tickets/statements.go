package tickets

import (
	"context"
	"database/sql"
	"fmt"
	"sync"

	"heard/tickets/events"
)

// maxStatements bounds how many shapes of queries are kept prepared.
const maxStatements = 400

// statements keeps the queries of lists prepared on the reader pool. The text of a query is made of this package's
// own words only; whatever comes from outside is bound.
type statements struct {
	db      *sql.DB
	dialect string

	mu    sync.Mutex
	known map[string]*sql.Stmt
}

func newStatements(log *events.Log) *statements {
	return &statements{db: log.Read().DB, dialect: log.Dialect(), known: map[string]*sql.Stmt{}}
}

// query runs a query with ? placeholders.
func (s *statements) query(ctx context.Context, text string, args ...any) (*sql.Rows, error) {
	stmt, err := s.prepared(ctx, text)
	if err != nil {
		return nil, err
	}
	if stmt == nil {
		return s.db.QueryContext(ctx, s.rebind(text), args...)
	}
	return stmt.QueryContext(ctx, args...)
}

// prepared returns nil when there are enough statements already.
func (s *statements) prepared(ctx context.Context, text string) (*sql.Stmt, error) {
	s.mu.Lock()
	stmt, full := s.known[text], len(s.known) >= maxStatements
	s.mu.Unlock()
	if stmt != nil || full {
		return stmt, nil
	}
	stmt, err := s.db.PrepareContext(ctx, s.rebind(text))
	if err != nil {
		return nil, fmt.Errorf("prepare: %w", err)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if other := s.known[text]; other != nil {
		_ = stmt.Close() // a twin was faster
		return other, nil
	}
	s.known[text] = stmt
	return stmt, nil
}

func (s *statements) rebind(text string) string { return events.Rebind(s.dialect, text) }

// among is the condition that column is one of a bound list of ids.
func (s *statements) among(column string) string { return events.Among(s.dialect, column) }

// list binds ids for among.
func (s *statements) list(ids []events.ID) any { return events.IDs(s.dialect, ids) }
