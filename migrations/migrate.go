package migrations

import (
	"context"
	"crypto/rand"
	"database/sql"
	"embed"
	"fmt"
	"io/fs"
	"strconv"
	"strings"
	"time"

	"github.com/uptrace/bun"
	"github.com/uptrace/bun/dialect/pgdialect"
)

//go:embed sqlite/*.sql postgres/*.sql
var files embed.FS

type migration struct {
	number int
	name   string
	sql    string
}

// all returns the migrations of a dialect in the order of their numbers.
func all(dialect string) ([]migration, error) {
	entries, err := fs.ReadDir(files, dialect) // sorted by name
	if err != nil {
		return nil, err
	}
	var list []migration
	for _, e := range entries {
		number, name, ok := strings.Cut(strings.TrimSuffix(e.Name(), ".up.sql"), "_")
		n, err := strconv.Atoi(number)
		if !ok || err != nil || len(number) != 4 {
			return nil, fmt.Errorf("migration %s/%s is not named NNNN_name.up.sql", dialect, e.Name())
		}
		text, err := fs.ReadFile(files, dialect+"/"+e.Name())
		if err != nil {
			return nil, err
		}
		list = append(list, migration{n, name, string(text)})
	}
	return list, nil
}

// Migrate runs all pending migrations in one transaction. Several programs may call it at once.
func (db *DB) Migrate(ctx context.Context) error {
	list, err := all(db.Dialect)
	if err != nil {
		return err
	}
	if db.migrated(ctx, list) {
		return nil // without the lock of a writer, which another process may hold for long
	}
	pool := db.Write
	if db.Dialect == Postgres {
		// A big table may take minutes, and so may another node that migrates: no impatient connection here.
		patient, err := postgresPool(db.DSN, time.Hour, nil)
		if err != nil {
			return err
		}
		pool = bun.NewDB(patient, pgdialect.New())
		defer pool.Close()
	}
	tx, err := pool.BeginTx(ctx, nil)
	if err != nil {
		return fmt.Errorf("begin migrations: %w", err)
	}
	if err := migrate(ctx, tx, db.Dialect, list); err != nil {
		_ = tx.Rollback() // the connection may be gone; the first error is the one to tell
		return err
	}
	if err := tx.Commit(); err != nil {
		return fmt.Errorf("commit migrations: %w", err)
	}
	return nil
}

// migrated reports whether nothing is left to do. What cannot be read may be a table that is not there yet.
func (db *DB) migrated(ctx context.Context, list []migration) bool {
	var applied, logs int64
	err := db.Read.QueryRowContext(ctx, `SELECT max(number), (SELECT count(*) FROM log_head) FROM migrations`).Scan(&applied, &logs)
	return err == nil && logs > 0 && applied >= int64(list[len(list)-1].number)
}

func migrate(ctx context.Context, tx bun.Tx, dialect string, list []migration) error {
	if dialect == Postgres {
		if _, err := tx.ExecContext(ctx, `SELECT pg_advisory_xact_lock(hashtext('heard migrations ' || current_schema()))`); err != nil {
			return fmt.Errorf("wait for other migrations: %w", err)
		}
	}
	_, err := tx.ExecContext(ctx, `CREATE TABLE IF NOT EXISTS migrations (
		number BIGINT NOT NULL PRIMARY KEY, name TEXT NOT NULL, applied_at BIGINT NOT NULL)`)
	if err != nil {
		return fmt.Errorf("create table of migrations: %w", err)
	}
	var applied sql.NullInt64
	if err := tx.QueryRowContext(ctx, `SELECT max(number) FROM migrations`).Scan(&applied); err != nil {
		return fmt.Errorf("read table of migrations: %w", err)
	}
	for _, m := range list {
		if int64(m.number) <= applied.Int64 {
			continue
		}
		if _, err := tx.Tx.ExecContext(ctx, m.sql); err != nil { // past bun, which would read a ? in it
			return fmt.Errorf("migration %04d %s: %w", m.number, m.name, err)
		}
		if _, err := tx.ExecContext(ctx, `INSERT INTO migrations (number, name, applied_at) VALUES (?, ?, ?)`,
			m.number, m.name, time.Now().UnixMilli()); err != nil {
			return fmt.Errorf("note migration %04d: %w", m.number, err)
		}
	}
	if _, err := tx.ExecContext(ctx, `INSERT INTO log_head (id, pos, epoch) VALUES (1, 0, ?) ON CONFLICT (id) DO NOTHING`,
		rand.Text()); err != nil {
		return fmt.Errorf("begin the log: %w", err)
	}
	return nil
}
