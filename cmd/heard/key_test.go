package main

import (
	"context"
	"errors"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"heard/migrations/dbtest"
)

// opened opens an app and returns the name of its key.
func opened(ctx context.Context, f storeFlags) (string, error) {
	a, err := openApp(ctx, f, slog.New(slog.DiscardHandler))
	if err != nil {
		return "", err
	}
	s, err := f.secrets(ctx, a.log)
	if err != nil {
		return "", errors.Join(err, a.close())
	}
	return s.KeyName(), a.close()
}

// TestKeyIsMadeOnce: all processes of one desk seal with the same key. On PostgreSQL a node with nothing but the
// database finds it there; in a data folder only its owner may read it.
func TestKeyIsMadeOnce(t *testing.T) {
	dbtest.EachDSN(t, func(t *testing.T, dsn string) {
		folder, shared := t.TempDir(), !strings.HasPrefix(dsn, "sqlite:")
		first, err := opened(t.Context(), storeFlags{Data: folder, Database: dsn})
		if err != nil {
			t.Fatal(err)
		}
		other := folder
		if shared {
			other = t.TempDir()
		}
		for range 2 {
			if again, err := opened(t.Context(), storeFlags{Data: other, Database: dsn}); err != nil || again != first {
				t.Fatalf("key %s became %s, %v", first, again, err)
			}
		}
		info, err := os.Stat(filepath.Join(folder, "secret.key"))
		if shared {
			if err == nil {
				t.Error("a key was made in the data folder beside the database's")
			}
		} else if err != nil || info.Mode().Perm() != 0o600 {
			t.Errorf("secret.key has mode %v, %v", info.Mode(), err)
		}
	})
}

// TestOtherKeyIsRefused: a process that would seal with another key than the desk's does not start.
func TestOtherKeyIsRefused(t *testing.T) {
	dbtest.EachDSN(t, func(t *testing.T, dsn string) {
		if _, err := opened(t.Context(), storeFlags{Data: t.TempDir(), Database: dsn}); err != nil {
			t.Fatal(err)
		}
		path := filepath.Join(t.TempDir(), "key")
		if err := makeKey(path); err != nil {
			t.Fatal(err)
		}
		_, err := opened(t.Context(), storeFlags{Data: t.TempDir(), Database: dsn, SecretKey: path})
		if err == nil || !strings.Contains(err.Error(), "--secret-key") {
			t.Errorf("another key was taken: %v", err)
		}
		if err := os.WriteFile(path, []byte("short"), 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := opened(t.Context(), storeFlags{Data: t.TempDir(), Database: dsn, SecretKey: path}); err == nil || !strings.Contains(err.Error(), "32 bytes") {
			t.Errorf("a damaged key was taken: %v", err)
		}
	})
}

// TestKeyOfManyAtOnce: nodes that start together agree on one key.
func TestKeyOfManyAtOnce(t *testing.T) {
	dbtest.EachDSN(t, func(t *testing.T, dsn string) {
		folder := t.TempDir()
		names := make(chan string, 4)
		for range cap(names) {
			go func() {
				name, err := opened(t.Context(), storeFlags{Data: folder, Database: dsn})
				if err != nil {
					name = err.Error()
				}
				names <- name
			}()
		}
		first := <-names
		for range cap(names) - 1 {
			if n := <-names; n != first {
				t.Errorf("keys %s and %s", first, n)
			}
		}
	})
}
