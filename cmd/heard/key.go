package main

import (
	"context"
	"crypto/rand"
	"database/sql"
	"encoding/base64"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"heard/migrations"
	"heard/tickets"
	"heard/tickets/events"
)

// Rows of the table keys that are about the key itself.
const (
	keyRow     = "desk"    // the key, where no file holds it
	keyNameRow = "desk-id" // the name of the key that seals this database's secrets
)

// secrets returns the sealer of this desk. All its processes must seal with one key, so the database remembers the
// key's name, and a process with another one is refused at its start, not at its first secret.
//
// A node of a cluster needs nothing but the database: without a file the key lies in the database too. It then keeps
// secrets from whoever sees a log or a dump of single tables, not from whoever has the whole database; --secret-key
// keeps the key apart.
func (f storeFlags) secrets(ctx context.Context, log *events.Log) (*tickets.Secrets, error) {
	key, err := f.key(ctx, log)
	if err != nil {
		return nil, err
	}
	s, err := tickets.NewSecrets(key)
	if err != nil {
		return nil, err
	}
	name, err := keptValue(ctx, log, keyNameRow, s.KeyName())
	if err != nil {
		return nil, err
	}
	if name != s.KeyName() {
		return nil, fmt.Errorf("the secrets in this database are sealed with key %s, this is key %s: give --secret-key the file of the first one", name, s.KeyName())
	}
	return s, nil
}

// key returns the 32 bytes that seal secrets, making them at the first start.
func (f storeFlags) key(ctx context.Context, log *events.Log) (key [32]byte, err error) {
	path := f.SecretKey
	if path == "" && log.Dialect() == migrations.Postgres {
		fresh, err := keptValue(ctx, log, keyRow, newKey())
		if err != nil {
			return key, err
		}
		return parseKey(fresh, "the database")
	}
	if path == "" {
		if path, err = f.inData("secret.key"); err != nil {
			return key, err
		}
		if err := makeKey(path); err != nil {
			return key, err
		}
	}
	text, err := os.ReadFile(path)
	if err != nil {
		return key, fmt.Errorf("read the secret key: %w", err)
	}
	return parseKey(string(text), path)
}

func newKey() string {
	raw := make([]byte, 32)
	rand.Read(raw)
	return base64.StdEncoding.EncodeToString(raw)
}

func parseKey(text, place string) (key [32]byte, err error) {
	raw, err := base64.StdEncoding.DecodeString(strings.TrimSpace(text))
	if err != nil || len(raw) != len(key) {
		return key, fmt.Errorf("the secret key in %s is not 32 bytes in base64", place)
	}
	return [32]byte(raw), nil
}

// keptValue returns a row of the table keys, made with a value when it is not there. Of several processes that start
// at once one makes it, and all get that one's.
func keptValue(ctx context.Context, log *events.Log, name, fresh string) (value string, err error) {
	read := func() error {
		err := log.Read().NewRaw(`SELECT value FROM keys WHERE name = ?`, name).Scan(ctx, &value)
		if err != nil && !errors.Is(err, sql.ErrNoRows) {
			return fmt.Errorf("read key %s: %w", name, err)
		}
		return err
	}
	if err := read(); err == nil || !errors.Is(err, sql.ErrNoRows) {
		return value, err
	}
	err = log.Write(ctx, events.Unit{By: events.SystemActor}, func(ctx context.Context, tx *events.Tx) error {
		_, err := tx.NewRaw(`INSERT INTO keys (name, value, created_at) VALUES (?, ?, ?) ON CONFLICT (name) DO NOTHING`,
			name, fresh, tx.Now).Exec(ctx)
		return err
	})
	if err != nil {
		return "", fmt.Errorf("keep key %s: %w", name, err)
	}
	return value, read()
}

// makeKey writes a fresh key unless there is one. The file appears whole or not at all, and of two processes that
// start at once one wins.
func makeKey(path string) error {
	if _, err := os.Stat(path); !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	tmp, err := os.CreateTemp(filepath.Dir(path), ".secret.key-*")
	if err != nil {
		return fmt.Errorf("make the secret key: %w", err)
	}
	defer os.Remove(tmp.Name())
	_, err = tmp.WriteString(newKey() + "\n")
	if err = errors.Join(err, tmp.Sync(), tmp.Close()); err != nil {
		return fmt.Errorf("make the secret key: %w", err)
	}
	if err := os.Link(tmp.Name(), path); err != nil && !errors.Is(err, fs.ErrExist) {
		return fmt.Errorf("make the secret key: %w", err)
	}
	return nil
}
