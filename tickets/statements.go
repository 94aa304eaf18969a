package tickets

import (
	"context"
	"database/sql"
	"fmt"
	"strconv"
	"strings"
	"sync"

	"heard/migrations"
	"heard/tickets/events"

	"github.com/lib/pq"
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

// rebind numbers the placeholders for PostgreSQL. No query here has a question mark in a literal.
func (s *statements) rebind(text string) string {
	if s.dialect != migrations.Postgres {
		return text
	}
	var b strings.Builder
	n := 0
	for i := range len(text) {
		if text[i] != '?' {
			b.WriteByte(text[i])
			continue
		}
		n++
		b.WriteByte('$')
		b.WriteString(strconv.Itoa(n))
	}
	return b.String()
}

// among is the condition that column is one of a bound list of ids.
func (s *statements) among(column string) string {
	if s.dialect == migrations.Postgres {
		return column + " = ANY(?::bigint[])"
	}
	return column + " IN (SELECT value FROM json_each(?))"
}

// list binds ids for among.
func (s *statements) list(ids []events.ID) any {
	if s.dialect == migrations.Postgres {
		plain := make([]int64, len(ids))
		for i, id := range ids {
			plain[i] = int64(id)
		}
		return pq.Array(plain)
	}
	var b strings.Builder
	b.WriteByte('[')
	for i, id := range ids {
		if i > 0 {
			b.WriteByte(',')
		}
		b.WriteString(strconv.FormatInt(int64(id), 10))
	}
	b.WriteByte(']')
	return b.String()
}
