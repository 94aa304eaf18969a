package migrations

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/uptrace/bun"
)

// The names of the dialects.
const (
	SQLite   = "sqlite"
	Postgres = "postgres"
)

// DB is one open database.
type DB struct {
	Read    *bun.DB // many readers
	Write   *bun.DB // one connection; it belongs to the log's writer
	Dialect string  // SQLite or Postgres
	DSN     string  // what Open was given
	side    *sql.DB
}

// Open connects to "sqlite:PATH", a plain path, or "postgres://…". It makes the file of a new SQLite database, and
// no tables: see Migrate.
func Open(ctx context.Context, dsn string) (*DB, error) {
	return open(ctx, dsn, 1500*time.Millisecond)
}

// OpenPatient is Open for a command that runs beside a server. SQLite lets one process write at a time and keeps no
// line of those that wait: while the server catches up, on a slow disk, somebody else gets in between two of its
// transactions only now and then. A person who typed a command would rather wait than type it again.
func OpenPatient(ctx context.Context, dsn string, patience time.Duration) (*DB, error) {
	return open(ctx, dsn, patience)
}

func open(ctx context.Context, dsn string, patience time.Duration) (*DB, error) {
	dialect := SQLite
	connect := func(dsn string) (*DB, error) { return openSQLite(dsn, patience) }
	if strings.HasPrefix(dsn, "postgres://") || strings.HasPrefix(dsn, "postgresql://") {
		connect, dialect = openPostgres, Postgres
	}
	db, err := connect(dsn)
	if err != nil {
		return nil, err
	}
	db.Dialect, db.DSN = dialect, dsn
	if err := db.reach(ctx); err != nil {
		return nil, errors.Join(fmt.Errorf("open %s database: %w", dialect, err), db.Close())
	}
	return db, nil
}

// reach connects once. Of several processes that open a new SQLite file at the same moment one puts it into WAL mode,
// and SQLite tells the others that it is busy at once, whatever their timeout: they ask again.
func (db *DB) reach(ctx context.Context) error {
	const patience, pause = 10 * time.Second, 10 * time.Millisecond
	for begun := time.Now(); ; {
		err := db.Write.PingContext(ctx)
		if err == nil || !isBusy(err) || time.Since(begun) > patience {
			return err
		}
		select {
		case <-ctx.Done():
			return err
		case <-time.After(pause):
		}
	}
}

// Side returns a small pool beside the readers and the writer: for watching and waking, which must not wait for
// either.
func (db *DB) Side() *sql.DB { return db.side }

// Close closes all connections.
func (db *DB) Close() error {
	return errors.Join(db.Read.Close(), db.side.Close(), db.Write.Close())
}
