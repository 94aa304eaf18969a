package pgtemp

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	_ "github.com/lib/pq"
)

func TestPostgresServesAndLeavesNothing(t *testing.T) {
	p, err := Start(t.Context(), serverBin(t))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { p.Stop() })
	dir, pid, port := p.dir, p.server.Process.Pid, p.port
	db, err := sql.Open("postgres", p.DSN())
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	for setting, want := range map[string]string{"fsync": "on", "synchronous_commit": "on", "max_connections": "300",
		"TimeZone": "UTC", "server_encoding": "UTF8", "listen_addresses": "127.0.0.1"} {
		var got string
		if err := db.QueryRowContext(t.Context(), "SELECT current_setting($1)", setting).Scan(&got); err != nil {
			t.Fatalf("read %s: %v", setting, err)
		}
		if got != want {
			t.Errorf("%s = %s, want %s", setting, got, want)
		}
	}
	if err := refused(t, p); err == nil {
		t.Error("a wrong password is let in")
	}
	if err := p.Stop(); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(dir); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("%s is left behind (%v)", dir, err)
	}
	if alive(pid) {
		t.Errorf("server %d still runs", pid)
	}
	if conn, err := net.Dial("tcp", fmt.Sprintf("127.0.0.1:%d", port)); err == nil {
		conn.Close()
		t.Errorf("port %d still answers", port)
	}
	if err := p.Stop(); err != nil {
		t.Errorf("stopped again: %v", err)
	}
}

func refused(t *testing.T, p *Server) error {
	t.Helper()
	db, err := sql.Open("postgres", strings.Replace(p.DSN(), p.secret, "guess", 1))
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	return db.PingContext(t.Context())
}

func TestPostgresStopsWithOpenConnections(t *testing.T) {
	p, err := Start(t.Context(), serverBin(t))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { p.Stop() })
	db, err := sql.Open("postgres", p.DSN())
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	tx, err := db.BeginTx(t.Context(), nil) // a test that hangs in a transaction must not keep the server up
	if err != nil {
		t.Fatal(err)
	}
	defer tx.Rollback()
	begun := time.Now()
	if err := p.Stop(); err != nil {
		t.Fatal(err)
	}
	if took := time.Since(begun); took >= stopGrace {
		t.Errorf("stopping took %v, want a fast shutdown", took)
	}
}

func TestPostgresThatDoesNotStartTellsWhy(t *testing.T) {
	real := serverBin(t)
	tests := []struct{ name, initdb, server, want string }{
		{"no cluster", "echo the disk is full; exit 1", "", "the disk is full"},
		{"no server", `exec "` + real + `/initdb" "$@"`, "echo the memory is full; exit 1", "the memory is full"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			bin := reachableDir(t)
			program(t, filepath.Join(bin, "initdb"))
			program(t, filepath.Join(bin, "postgres"))
			write(t, filepath.Join(bin, "initdb"), "#!/bin/sh\n"+tt.initdb+"\n")
			write(t, filepath.Join(bin, "postgres"), "#!/bin/sh\n"+tt.server+"\n")
			owner, err := serverUser()
			if err != nil {
				t.Fatal(err)
			}
			p := &Server{bin: bin, owner: owner, secret: "secret"}
			if err := p.up(t.Context()); err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("error = %v, want %q in it", err, tt.want)
			}
			if err := p.Stop(); err != nil {
				t.Errorf("stop: %v", err)
			}
			if _, err := os.Stat(p.dir); p.dir == "" || !errors.Is(err, os.ErrNotExist) {
				t.Errorf("%q is left behind (%v)", p.dir, err)
			}
		})
	}
}

// reachableDir is a temporary folder that the server's user can read too, when we are root.
func reachableDir(t *testing.T) string {
	t.Helper()
	dir, err := os.MkdirTemp("/tmp", "heard-test-")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	if err := os.Chmod(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	return dir
}

func TestPostgresStartIsInterrupted(t *testing.T) {
	bin := serverBin(t)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if p, err := Start(ctx, bin); !errors.Is(err, context.Canceled) {
		if err == nil {
			p.Stop()
		}
		t.Errorf("error = %v, want %v", err, context.Canceled)
	}
}

// serverBin returns the server's programs. Without them there is nothing to test; `dev test` installs them first.
func serverBin(t *testing.T) string {
	t.Helper()
	bin, err := Find(Debian, os.Getenv("PATH"))
	if err != nil {
		t.Skip(err)
	}
	return bin
}
