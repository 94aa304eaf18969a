// Package dbtest gives tests an empty migrated database of each kind.
//
// # Why
//
// A store is right when it is right on both databases, so every store test runs on both: a SQLite file in the
// test's folder and a fresh schema on the PostgreSQL server that TEST_POSTGRES names (skipped without it). Nothing
// is shared, so all of them may run in parallel.
package dbtest

import (
	"context"
	"os"
	"path/filepath"
	"testing"

	"heard/migrations"
)

// Each runs fn as a parallel subtest on an empty migrated database of each dialect.
func Each(t *testing.T, fn func(t *testing.T, db *migrations.DB)) {
	t.Helper()
	t.Run(migrations.SQLite, func(t *testing.T) {
		t.Parallel()
		fn(t, SQLite(t))
	})
	t.Run(migrations.Postgres, func(t *testing.T) {
		t.Parallel()
		fn(t, Postgres(t))
	})
}

// EachDSN is Each with the address of the empty database, not opened and without tables.
func EachDSN(t *testing.T, fn func(t *testing.T, dsn string)) {
	t.Helper()
	t.Run(migrations.SQLite, func(t *testing.T) {
		t.Parallel()
		fn(t, SQLiteDSN(t))
	})
	t.Run(migrations.Postgres, func(t *testing.T) {
		t.Parallel()
		fn(t, PostgresDSN(t))
	})
}

// SQLite returns an empty migrated SQLite database.
func SQLite(t testing.TB) *migrations.DB { return Open(t, SQLiteDSN(t)) }

// Postgres returns an empty migrated schema, or skips the test without TEST_POSTGRES.
func Postgres(t testing.TB) *migrations.DB { return Open(t, PostgresDSN(t)) }

// SQLiteDSN names a file that does not exist yet.
func SQLiteDSN(t testing.TB) string {
	return "sqlite:" + filepath.Join(t.TempDir(), "heard.db")
}

// PostgresDSN makes an empty schema, which is dropped with the test.
func PostgresDSN(t testing.TB) string {
	t.Helper()
	server := os.Getenv("TEST_POSTGRES")
	if server == "" {
		t.Skip("TEST_POSTGRES is not set")
	}
	dsn, drop, err := migrations.Scratch(context.Background(), server)
	if err != nil {
		t.Fatalf("TEST_POSTGRES: %v", err)
	}
	t.Cleanup(func() {
		if err := drop(); err != nil {
			t.Error(err)
		}
	})
	return dsn
}

// Open opens and migrates the database, and closes it with the test.
func Open(t testing.TB, dsn string) *migrations.DB {
	t.Helper()
	ctx := context.Background()
	db, err := migrations.Open(ctx, dsn)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := db.Close(); err != nil {
			t.Errorf("close database: %v", err)
		}
	})
	if err := db.Migrate(ctx); err != nil {
		t.Fatal(err)
	}
	return db
}
