package events

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"heard/tickets/fault"
)

const (
	maxTries     = 10                     // then an event is parked, or its consumer counts as stopped
	maxHandled   = 256                    // events in one call of Handle
	handleTarget = 10 * time.Millisecond  // what a call of Handle should take
	busyPause    = 200 * time.Millisecond // while another node has the cursor
	lazyCursor   = 10_000                 // unwanted events that may lie between the stored and the real cursor
)

// Consumer is something that follows from events: figures, search, surveys, webhooks.
type Consumer struct {
	Name  string   // of its cursor, stable for ever
	Kinds []string // what it handles; empty for all
	Locks bool     // Handle records events on the tickets of the events it gets, so lock them
	// Handle does what follows, in the transaction that moves the cursor, so in the database exactly once. The events
	// are shared; Change may be nil (see Log.Decode). It may run more than once, like every closure of Write.
	Handle func(ctx context.Context, tx *Tx, evs []Event) error
	// Ready waits until Handle can work, when it needs something first; an error is that of ctx. None: at once.
	Ready func(ctx context.Context) error
	// Stops: an event that fails for good stops the consumer, for results that must not miss one. Otherwise the event
	// is parked after ten tries, and shown.
	Stops bool
}

// Consume runs a consumer until ctx ends, from where its cursor stands. Several nodes may run the same one.
func (l *Log) Consume(ctx context.Context, c Consumer) error {
	l.watch.start(l)
	l.table.add(c)
	if c.Ready != nil {
		if err := c.Ready(ctx); err != nil {
			return err
		}
	}
	r := newConsumption(l, c)
	var pause backoff
	for {
		moved, wake, err := r.step(ctx)
		switch {
		case ctx.Err() != nil:
			return ctx.Err()
		case err != nil:
			l.logger.Warn("a consumer failed and tries again", "consumer", c.Name, "tries", r.tries, "err", err)
			if err := pause.wait(ctx, l.closing); err != nil {
				return err
			}
		case moved:
			pause = backoff{}
		case wake == nil:
			if err := pauseFor(ctx, l.closing, busyPause); err != nil {
				return err
			}
		default:
			select {
			case <-wake:
			case <-ctx.Done():
				return ctx.Err()
			case <-l.closing:
				return ErrClosed
			}
		}
	}
}

// CatchUp runs a consumer until nothing is left for it, and returns how many events it handled. It does not try
// again after a failure.
func (l *Log) CatchUp(ctx context.Context, c Consumer) (int, error) {
	if err := l.poll(ctx); err != nil {
		return 0, err
	}
	r := newConsumption(l, c)
	for {
		moved, wake, err := r.step(ctx)
		if err != nil {
			return r.handled, err
		}
		if !moved && wake != nil {
			return r.handled, nil
		}
		if !moved {
			if err := pauseFor(ctx, l.closing, busyPause); err != nil {
				return r.handled, err
			}
		}
	}
}

// consumption is one consumer at work.
type consumption struct {
	log     *Log
	c       Consumer
	loaded  bool
	stored  int64 // the cursor in the database, as far as known
	pos     int64 // the real one: events up to here need nothing
	size    int   // events for the next Handle
	alone   int64 // up to here events are handled one by one, to find the one that fails
	tries   int   // failures of the next event
	handled int
	held    []Event // read, and waiting for a later step
}

func newConsumption(l *Log, c Consumer) *consumption {
	return &consumption{log: l, c: c, size: maxHandled}
}

// step gets one batch done. Without a move, wake tells when to come back; a nil wake means: soon.
func (r *consumption) step(ctx context.Context) (moved bool, wake <-chan struct{}, err error) {
	if !r.loaded {
		if err := r.load(ctx); err != nil {
			return false, nil, err
		}
	}
	all, wake, err := r.next(ctx)
	if err != nil || len(all) == 0 {
		return false, wake, err
	}
	evs, last := r.wanted(all)
	r.held = all[last-all[0].Pos+1:]
	if len(evs) == 0 && last-r.stored < lazyCursor {
		r.pos = last
		return true, nil, nil
	}
	moved, took, err := r.handle(ctx, evs, last)
	if err != nil {
		return r.failed(ctx, evs, err)
	}
	if moved {
		r.pos, r.stored, r.tries = last, last, 0
		r.handled += len(evs)
		r.resize(took, len(evs))
	}
	return moved, nil, nil
}

// next returns the events behind the cursor: those that were read and not handled yet, before others are read.
func (r *consumption) next(ctx context.Context) ([]Event, <-chan struct{}, error) {
	if len(r.held) > 0 && r.held[0].Pos == r.pos+1 {
		return r.held, nil, nil
	}
	return r.log.next(ctx, r.pos, maxRead)
}

// wanted picks what the next Handle gets, and says how far the cursor goes with it.
func (r *consumption) wanted(all []Event) (evs []Event, last int64) {
	limit := r.size
	if r.tries > 0 || all[0].Pos <= r.alone {
		limit = 1
	}
	for _, e := range all {
		if len(r.c.Kinds) == 0 || slices.Contains(r.c.Kinds, e.Kind) {
			if len(evs) == limit {
				return evs, last
			}
			evs = append(evs, e)
		}
		last = e.Pos
	}
	return evs, last
}

// resize keeps Handle short, because everybody's writes wait for it. Only Handle's own time counts: waiting for its turn
// and for the disk takes as long for one event as for many, and smaller batches would mean to wait more often.
func (r *consumption) resize(took time.Duration, n int) {
	switch {
	case took > 2*handleTarget && n > 1:
		r.size = max(1, n/2)
	case took < handleTarget && n == r.size:
		r.size = min(maxHandled, r.size*2)
	}
}

// load reads the cursor and makes it when it is new.
func (r *consumption) load(ctx context.Context) error {
	err := r.log.Write(ctx, Unit{By: SystemActor, Background: true}, func(ctx context.Context, tx *Tx) error {
		_, err := tx.NewRaw(`INSERT INTO cursors (name, pos) VALUES (?, 0) ON CONFLICT (name) DO NOTHING`, r.c.Name).Exec(ctx)
		if err != nil {
			return err
		}
		return tx.NewRaw(`SELECT pos, failures FROM cursors WHERE name = ?`, r.c.Name).Scan(ctx, &r.stored, &r.tries)
	})
	if err != nil {
		return fmt.Errorf("read cursor of %s: %w", r.c.Name, err)
	}
	r.pos, r.loaded = r.stored, true
	return nil
}

// handle handles events and moves the cursor to last, in one transaction. It does nothing while another node does. took
// is the time of Handle.
func (r *consumption) handle(ctx context.Context, evs []Event, last int64) (moved bool, took time.Duration, err error) {
	u := Unit{By: SystemActor, Background: true}
	if r.c.Locks {
		for _, e := range evs {
			u.Tickets = append(u.Tickets, e.TicketID)
		}
	}
	err = r.log.submit(ctx, &request{
		unit: u, locks: u.Locks, consumer: true, done: make(chan error, 1),
		fn: func(ctx context.Context, tx *Tx) error {
			moved = false
			ok, err := r.claim(ctx, tx)
			if err != nil || !ok {
				return err
			}
			began := time.Now()
			if len(evs) > 0 {
				if err := r.c.Handle(ctx, tx, evs); err != nil {
					return err
				}
			}
			moved, took = true, time.Since(began)
			return r.move(ctx, tx, last)
		},
	})
	return moved && err == nil, took, err
}

// claim locks the cursor; false means that another node has it, or moved it.
func (r *consumption) claim(ctx context.Context, tx *Tx) (bool, error) {
	var found []int64
	err := tx.NewRaw(`SELECT pos FROM cursors WHERE name = ?`+tx.b.w.log.dia.forUpdateSkip(), r.c.Name).Scan(ctx, &found)
	if err != nil {
		return false, fmt.Errorf("lock cursor of %s: %w", r.c.Name, err)
	}
	if len(found) == 0 {
		return false, nil
	}
	if found[0] != r.stored {
		r.stored, r.pos = found[0], found[0]
		return false, nil
	}
	return true, nil
}

func (r *consumption) move(ctx context.Context, tx *Tx, to int64) error {
	_, err := tx.NewRaw(`UPDATE cursors SET pos = ?, failures = 0, last_error = '', updated_at = ? WHERE name = ?`,
		to, tx.Now, r.c.Name).Exec(ctx)
	if err != nil {
		return fmt.Errorf("move cursor of %s: %w", r.c.Name, err)
	}
	return nil
}

// failed notes a failure, and parks an event that failed too often.
func (r *consumption) failed(ctx context.Context, evs []Event, err error) (bool, <-chan struct{}, error) {
	r.loaded = false // whatever happened, ask the database where the cursor is
	if ctx.Err() != nil || fault.KindOf(err) == fault.Unavailable || errors.Is(err, ErrClosed) || len(evs) == 0 {
		return false, nil, err
	}
	if len(evs) > 1 {
		r.alone = evs[len(evs)-1].Pos
	}
	tries := r.tries + 1
	if tries >= maxTries && len(evs) == 1 && !r.c.Stops {
		parkErr := r.park(ctx, evs[0], tries, err)
		return parkErr == nil, nil, parkErr
	}
	noteErr := r.log.Write(ctx, Unit{By: SystemActor, Background: true}, func(ctx context.Context, tx *Tx) error {
		_, err := tx.NewRaw(`UPDATE cursors SET failures = ?, last_error = ?, updated_at = ? WHERE name = ? AND pos = ?`,
			tries, told(err), tx.Now, r.c.Name, r.stored).Exec(ctx)
		return err
	})
	return false, nil, errors.Join(err, noteErr)
}

// park puts an event aside and goes on after it.
func (r *consumption) park(ctx context.Context, e Event, tries int, cause error) error {
	err := r.log.Write(ctx, Unit{By: SystemActor, Background: true}, func(ctx context.Context, tx *Tx) error {
		ok, err := r.claim(ctx, tx)
		if err != nil || !ok {
			return err
		}
		_, err = tx.NewRaw(`INSERT INTO parked (consumer, pos, tries, error, at) VALUES (?, ?, ?, ?, ?)
			ON CONFLICT (consumer, pos) DO NOTHING`, r.c.Name, e.Pos, tries, told(cause), tx.Now).Exec(ctx)
		if err != nil {
			return fmt.Errorf("park event %d: %w", e.Pos, err)
		}
		return r.move(ctx, tx, e.Pos)
	})
	if err == nil {
		r.log.logger.Error("an event was parked", "consumer", r.c.Name, "pos", e.Pos, "err", cause)
	}
	return err
}
