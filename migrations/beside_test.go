package migrations_test

import (
	"path/filepath"
	"testing"
	"time"

	"heard/migrations"
)

// TestBesideAWriter: while another process writes, a migrated file is opened without waiting for it, and a command's
// writes wait as long as they were told to.
func TestBesideAWriter(t *testing.T) {
	path := filepath.Join(t.TempDir(), "heard.db")
	server, err := migrations.Open(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	defer server.Close()
	if err := server.Migrate(t.Context()); err != nil {
		t.Fatal(err)
	}
	tx, err := server.Write.BeginTx(t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	defer tx.Rollback()
	if _, err := tx.ExecContext(t.Context(), `UPDATE log_head SET pos = pos`); err != nil {
		t.Fatal(err)
	}

	command, err := migrations.OpenPatient(t.Context(), path, 17*time.Second)
	if err != nil {
		t.Fatal(err)
	}
	defer command.Close()
	if err := command.Migrate(t.Context()); err != nil {
		t.Errorf("migrate what is migrated, while somebody writes: %v", err)
	}
	var patience int
	if err := command.Write.QueryRowContext(t.Context(), `PRAGMA busy_timeout`).Scan(&patience); err != nil || patience != 17_000 {
		t.Errorf("the command waits %d ms, %v; want 17000", patience, err)
	}
}
