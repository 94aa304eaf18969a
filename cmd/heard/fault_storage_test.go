package main

import (
	"context"
	"database/sql"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"heard/chat/check"
	"heard/chat/check/faults"
	"heard/migrations"

	"github.com/google/uuid"
)

// TestFaultSQLiteKilledOften kills the server on one file again and again while it writes.
func TestFaultSQLiteKilledOften(t *testing.T) {
	t.Parallel()
	kills := 20
	if _, is := long(t); is {
		kills = 200
	}
	a := attack{db: migrations.SQLite, config: check.Config{For: time.Second}}
	a.play = func(ctx context.Context, e *faults.Env) error {
		for range kills {
			e.Mark("kill")
			if err := e.Nodes[0].Kill(); err != nil {
				return err
			}
			if err := e.Nodes[0].Start(ctx); err != nil {
				return err
			}
			// Long enough for the clients to come back and to be in the middle of something.
			time.Sleep(time.Duration(100+e.Rand.IntN(150)) * time.Millisecond)
		}
		return nil
	}
	r, b := a.run(t)
	holds(t, r)
	db, err := sql.Open("sqlite", "file:"+strings.TrimPrefix(b.dsn, "sqlite:")+"?mode=ro")
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	var verdict string
	if err := db.QueryRowContext(t.Context(), "PRAGMA integrity_check").Scan(&verdict); err != nil || verdict != "ok" {
		t.Errorf("integrity_check = %q, %v", verdict, err)
	}
}

// TestFaultDatabase plays what happens to databases under load.
func TestFaultDatabase(t *testing.T) {
	t.Parallel()
	for _, a := range []attack{
		{db: migrations.SQLite, faults: "dblock"},
		{db: migrations.Postgres, nodes: 2, faults: "dbkill"},
		{db: migrations.Postgres, nodes: 2, faults: "dbstop"},
		{db: migrations.Postgres, nodes: 2, faults: "dbreadonly"},
		{db: migrations.Postgres, nodes: 2, faults: "dbfull"},
		{db: migrations.Postgres, nodes: 2, faults: "dblock"},
	} {
		t.Run(a.faults+" "+a.db, func(t *testing.T) {
			t.Parallel()
			a.config = check.Config{For: time.Second}
			r, _ := a.run(t)
			holds(t, r)
		})
	}
}

// TestFaultDiskFull: what does not fit is refused, what was acked stays, reading goes on, and writing too as soon as
// there is room.
func TestFaultDiskFull(t *testing.T) {
	t.Parallel()
	programs.program(t, "") // skips a short run
	disk := t.TempDir()
	if err := syscall.Mount("tmpfs", disk, "tmpfs", 0, "size=24m"); err != nil {
		t.Skipf("a disk of limited size cannot be mounted here: %v", err)
	}
	t.Cleanup(func() {
		if err := syscall.Unmount(disk, syscall.MNT_DETACH); err != nil {
			t.Error(err)
		}
	})
	a := attack{db: migrations.SQLite, on: disk}
	a.config = check.Config{For: time.Second}
	b := a.field(t)
	visitor, conversation := b.visitor(t)
	path := "/api/widget/conversations/" + conversation
	filler := filepath.Join(disk, "filler")
	a.play = func(ctx context.Context, e *faults.Env) error {
		if err := fill(filler); err != nil {
			return err
		}
		e.Mark("full")
		refused := false
		text := strings.Repeat("This does not fit any more. ", 500)
		for range 400 {
			if answer := b.call(t, "POST", path+"/messages", visitor, map[string]any{"client_id": uuid.NewString(), "body": text}); answer.status/100 != 2 {
				if refused = answer.status == 503 && answer.header.Get("Retry-After") != ""; !refused {
					t.Errorf("a full disk is told as %d: %s", answer.status, answer.body)
				}
				break
			}
		}
		if !refused {
			t.Error("nothing was refused: the disk was not full")
		}
		if answer := b.call(t, "GET", path+"/events", visitor, nil); answer.status != 200 {
			t.Errorf("reading gets %d: %s", answer.status, answer.body)
		}
		if answer := b.call(t, "GET", "/healthz", "", nil); answer.status != 200 {
			t.Errorf("healthz = %d", answer.status)
		}
		time.Sleep(time.Second)
		return os.Remove(filler)
	}
	r := a.fight(t, b)
	holds(t, r)
	recovers(t, r, recoverWithin+busy)
}

// fill takes all room of a disk.
func fill(path string) error {
	f, err := os.Create(path)
	if err != nil {
		return err
	}
	block := make([]byte, 64<<10)
	for err == nil {
		_, err = f.Write(block)
	}
	if !errors.Is(err, syscall.ENOSPC) {
		return errors.Join(err, f.Close())
	}
	return f.Close()
}

// TestFaultHalfOpen: the network between the clients and the node falls silent without a word. They come back and lose
// nothing.
func TestFaultHalfOpen(t *testing.T) {
	t.Parallel()
	line, err := faults.NewProxy("") // nobody goes through before the node is there
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = line.Close() })
	a := attack{db: migrations.SQLite, args: []string{"--base-url", "http://" + line.Addr()},
		config: check.Config{For: 2 * time.Second, Patience: time.Second}}
	b := a.field(t)
	line.To(strings.TrimPrefix(b.Nodes[0].URL, "http://"))
	b.Nodes[0].URL = "http://" + line.Addr()
	a.play = func(ctx context.Context, e *faults.Env) error {
		for range 2 {
			time.Sleep(500 * time.Millisecond)
			e.Mark("silence")
			line.Silence(true)
			time.Sleep(2 * time.Second)
			line.Silence(false)
		}
		return nil
	}
	r := a.fight(t, b)
	holds(t, r)
}
