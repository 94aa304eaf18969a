package events

import (
	"context"
	"crypto/rand"
	"database/sql"
	"errors"
	"fmt"
	"time"
)

// Lease runs fn while this process alone holds a name, for work that one node of a cluster does. It waits for the
// name until ctx ends, and tries again when it is lost while fn runs. fn's context ends when the lease may have gone
// to another; as that can come late, every write of fn checks tx.Fence. When fn returns by itself, so does Lease,
// with what fn returned, and the name is free.
func (l *Log) Lease(ctx context.Context, name string, ttl time.Duration, fn func(ctx context.Context, fence int64) error) error {
	if ttl < time.Second {
		return fmt.Errorf("a lease of %s is too short", ttl)
	}
	h := &lease{log: l, name: name, holder: rand.Text(), ttl: ttl}
	for {
		got, err := h.acquire(ctx)
		if err == nil && got {
			var lost bool
			if lost, err = h.hold(ctx, fn); !lost {
				return err
			}
		}
		if err := pauseFor(ctx, l.closing, ttl/3); err != nil {
			return err
		}
	}
}

type lease struct {
	log    *Log
	name   string
	holder string
	ttl    time.Duration
	fence  int64
}

// nowSQL is the clock that leases go by, with its arguments: the database's where nodes may disagree.
func (h *lease) nowSQL() (string, []any) {
	if now := h.log.dia.now(); now != "" {
		return now, nil
	}
	return "?", []any{int64(h.log.Now())}
}

// acquire takes the name if it is free. While another holds it, this only reads.
func (h *lease) acquire(ctx context.Context) (bool, error) {
	now, args := h.nowSQL()
	var held bool
	err := h.log.db.Read.NewRaw(`SELECT until > `+now+` FROM leases WHERE name = ?`, append(args, h.name)...).Scan(ctx, &held)
	if err != nil && !errors.Is(err, sql.ErrNoRows) || held {
		return false, err
	}
	var got bool
	err = h.log.Write(ctx, Unit{By: SystemActor}, func(ctx context.Context, tx *Tx) error {
		now, args := h.nowSQL()
		values := append([]any{h.name, h.holder}, args...)
		values = append(append(values, h.ttl.Milliseconds()), args...)
		err := tx.NewRaw(`INSERT INTO leases (name, holder, fence, until) VALUES (?, ?, 1, `+now+` + ?)
			ON CONFLICT (name) DO UPDATE SET holder = excluded.holder, fence = leases.fence + 1, until = excluded.until
			WHERE leases.until <= `+now+` RETURNING fence`, values...).Scan(ctx, &h.fence)
		got = err == nil
		if errors.Is(err, sql.ErrNoRows) {
			return nil
		}
		return err
	})
	if err != nil {
		return false, fmt.Errorf("take lease %s: %w", h.name, err)
	}
	return got, nil
}

// hold runs fn and renews the lease beside it. lost means that fn ended because the lease did.
func (h *lease) hold(ctx context.Context, fn func(ctx context.Context, fence int64) error) (lost bool, err error) {
	inner, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	done := make(chan error, 1)
	fence := h.fence
	go func() { done <- contained(func() error { return fn(inner, fence) }) }()
	renewed := time.Now()
	tick := time.NewTicker(h.ttl / 3)
	defer tick.Stop()
	for {
		select {
		case err := <-done:
			h.release()
			return context.Cause(inner) == ErrFenced, err
		case <-tick.C:
			err := h.renew(ctx)
			if err == nil {
				renewed = time.Now()
			} else if errors.Is(err, ErrFenced) || time.Since(renewed) > h.ttl*2/3 {
				cancel(ErrFenced)
			}
		}
	}
}

func (h *lease) renew(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, h.ttl/3)
	defer cancel()
	return h.log.Write(ctx, Unit{By: SystemActor}, func(ctx context.Context, tx *Tx) error {
		now, args := h.nowSQL()
		args = append(args, h.ttl.Milliseconds(), h.name, h.fence)
		res, err := tx.NewRaw(`UPDATE leases SET until = `+now+` + ? WHERE name = ? AND fence = ?`, args...).Exec(ctx)
		if err != nil {
			return fmt.Errorf("renew lease: %w", err)
		}
		if n, err := res.RowsAffected(); err != nil || n == 0 {
			return errors.Join(ErrFenced, err)
		}
		return nil
	})
}

// release frees the name at once. When it fails, the lease runs out by itself.
func (h *lease) release() {
	ctx, cancel := context.WithTimeout(context.Background(), time.Second)
	defer cancel()
	err := h.log.Write(ctx, Unit{By: SystemActor}, func(ctx context.Context, tx *Tx) error {
		_, err := tx.NewRaw(`UPDATE leases SET until = 0 WHERE name = ? AND fence = ?`, h.name, h.fence).Exec(ctx)
		return err
	})
	if err != nil {
		h.log.logger.Warn("a lease was not given back and runs out", "lease", h.name, "err", err)
	}
}
