package faults

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"
	"sync"
	"time"

	"heard/migrations/pgtemp"
)

// Database is what can be done to a database. A nil function says that it cannot be had there.
type Database interface {
	Kill(ctx context.Context) error // and start it again
	Freeze() error
	Thaw() error
	// ReadOnly refuses writes from now on, or no more.
	ReadOnly(ctx context.Context, on bool) error
	// Fill takes what others need (connections), until release.
	Fill(ctx context.Context) (release func() error, err error)
	// Lock keeps everybody from writing, until release.
	Lock(ctx context.Context) (release func() error, err error)
}

// ErrNotHere says that this database does not know such a fault.
var ErrNotHere = errors.New("this database has no such fault")

// Postgres is a private PostgreSQL server.
type Postgres struct{ Server *pgtemp.Server }

// Kill ends all its processes at once; the next start recovers.
func (p Postgres) Kill(ctx context.Context) error {
	if err := p.Server.Crash(); err != nil {
		return err
	}
	if err := pause(ctx, 500*time.Millisecond); err != nil {
		return err
	}
	return p.Server.Restart(ctx)
}

// Freeze stops all its processes.
func (p Postgres) Freeze() error { return p.Server.Freeze() }

// Thaw lets them go on.
func (p Postgres) Thaw() error { return p.Server.Thaw() }

// ReadOnly is a primary that becomes a standby, and the way back. Connections that are open are ended, as in a failover.
func (p Postgres) ReadOnly(ctx context.Context, on bool) error {
	value := "off"
	if on {
		value = "on"
	}
	return p.admin(ctx, "ALTER SYSTEM SET default_transaction_read_only = "+value, "SELECT pg_reload_conf()",
		`SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid() AND application_name LIKE 'heard%'`)
}

// admins is an address whose sessions are known from the servers' and may always write.
func (p Postgres) admins() string {
	return p.Server.DSN() + "&application_name=fault&default_transaction_read_only=off"
}

func (p Postgres) admin(ctx context.Context, statements ...string) error {
	db, err := sql.Open("postgres", p.admins())
	if err != nil {
		return err
	}
	defer db.Close()
	for _, s := range statements {
		if _, err := db.ExecContext(ctx, s); err != nil {
			return fmt.Errorf("%s: %w", s, err)
		}
	}
	return nil
}

// Fill ends the servers' connections and takes all that there are, faster than they come back.
func (p Postgres) Fill(ctx context.Context) (func() error, error) {
	db, err := sql.Open("postgres", p.admins())
	if err != nil {
		return nil, err
	}
	var mu sync.Mutex
	var held []*sql.Conn
	var full bool
	fctx, stop := context.WithCancel(ctx)
	var takers sync.WaitGroup
	for range 8 {
		takers.Go(func() {
			for fctx.Err() == nil {
				c, err := db.Conn(fctx)
				mu.Lock()
				if full = err != nil; !full {
					held = append(held, c)
				}
				mu.Unlock()
				if err != nil {
					_ = pause(fctx, 5*time.Millisecond)
				}
			}
		})
	}
	release := func() error {
		stop()
		takers.Wait()
		var err error
		for _, c := range held {
			err = errors.Join(err, c.Close())
		}
		return errors.Join(err, db.Close())
	}
	for deadline := time.Now().Add(20 * time.Second); ; {
		mu.Lock()
		var c *sql.Conn
		if full && len(held) > 0 {
			c = held[0]
		}
		mu.Unlock()
		if c != nil {
			var left int
			err := c.QueryRowContext(ctx, `SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE application_name LIKE 'heard%'`).Scan(&left)
			if err != nil || left == 0 {
				return release, err
			}
		}
		if time.Now().After(deadline) {
			return nil, errors.Join(errors.New("the servers keep their connections"), release())
		}
		if err := pause(ctx, 20*time.Millisecond); err != nil {
			return nil, errors.Join(err, release())
		}
	}
}

// Lock takes the head of the log, which every commit needs.
func (p Postgres) Lock(ctx context.Context) (func() error, error) {
	db, err := sql.Open("postgres", p.admins())
	if err != nil {
		return nil, err
	}
	return locked(ctx, db, "BEGIN", "LOCK TABLE log_head IN EXCLUSIVE MODE")
}

// locked keeps a transaction open.
func locked(ctx context.Context, db *sql.DB, statements ...string) (func() error, error) {
	c, err := db.Conn(ctx)
	if err != nil {
		return nil, errors.Join(err, db.Close())
	}
	for _, s := range statements {
		if _, err := c.ExecContext(ctx, s); err != nil {
			return nil, errors.Join(fmt.Errorf("%s: %w", s, err), c.Close(), db.Close())
		}
	}
	return func() error {
		_, err := c.ExecContext(context.WithoutCancel(ctx), "ROLLBACK")
		return errors.Join(err, c.Close(), db.Close())
	}, nil
}

// SQLite is a database file.
type SQLite struct{ DSN string }

// Kill is not to be had: a file has no process.
func (SQLite) Kill(context.Context) error { return ErrNotHere }

// Freeze is not to be had.
func (SQLite) Freeze() error { return ErrNotHere }

// Thaw is not to be had.
func (SQLite) Thaw() error { return ErrNotHere }

// ReadOnly is not to be had.
func (SQLite) ReadOnly(context.Context, bool) error { return ErrNotHere }

// Fill is not to be had.
func (SQLite) Fill(context.Context) (func() error, error) { return nil, ErrNotHere }

// Lock holds the file's write lock, from another process than the servers'.
func (s SQLite) Lock(ctx context.Context) (func() error, error) {
	db, err := sql.Open("sqlite", "file:"+strings.TrimPrefix(s.DSN, "sqlite:")+"?_pragma=busy_timeout(10000)")
	if err != nil {
		return nil, err
	}
	return locked(ctx, db, "BEGIN IMMEDIATE")
}

func (e *Env) outage() time.Duration {
	if e.Long {
		return e.between(10_000, 30_000)
	}
	return e.between(2500, 4000)
}

func dbKill(ctx context.Context, e *Env) error { return e.Database.Kill(ctx) }

func dbStop(ctx context.Context, e *Env) error {
	if err := e.Database.Freeze(); err != nil {
		return err
	}
	err := pause(ctx, e.outage())
	return errors.Join(err, e.Database.Thaw())
}

func dbReadOnly(ctx context.Context, e *Env) error {
	if err := e.Database.ReadOnly(ctx, true); err != nil {
		return err
	}
	err := pause(ctx, e.outage())
	return errors.Join(err, e.Database.ReadOnly(ctx, false))
}

func dbFull(ctx context.Context, e *Env) error { return e.hold(ctx, e.Database.Fill) }

func dbLock(ctx context.Context, e *Env) error { return e.hold(ctx, e.Database.Lock) }

func (e *Env) hold(ctx context.Context, take func(context.Context) (func() error, error)) error {
	release, err := take(ctx)
	if err != nil {
		return err
	}
	err = pause(ctx, e.outage())
	return errors.Join(err, release())
}
