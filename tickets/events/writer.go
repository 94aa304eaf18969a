package events

import (
	"context"
	"crypto/rand"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"slices"
	"time"

	"heard/migrations"

	"github.com/uptrace/bun"
	"heard/tickets/sabotage"
)

const (
	maxBulk     = 512                    // requests of Bulks in a batch
	maxClosures = 60                     // other closures in a batch: PostgreSQL caches 64 subtransactions
	backBudget  = 20 * time.Millisecond  // of background closures at a time
	backShare   = 100 * time.Millisecond // background work waits no longer than this behind a busy front
	batchLimit  = 5 * time.Second        // for the closures of one batch
	singleTries = 5                      // for a unit that runs alone
)

// writer is the one goroutine that writes, with the one connection that does.
type writer struct {
	log *Log
	db  *migrations.DB

	name      string               // of this process's row in writers
	number    int64                // of the newest batch
	conn      *bun.Conn            // nil while there is none
	stmts     map[string]*sql.Stmt // prepared on conn
	impatient bool                 // do not let one locked row hold up all others
	carry     []*request           // background requests that did not fit into the last budget
	lastBack  time.Time
}

func newWriter(l *Log) *writer {
	return &writer{log: l, db: l.db, name: rand.Text()}
}

// run takes what waits, writes it, and starts again at once, until the log is closed and both lanes are empty.
func (w *writer) run() {
	defer close(w.log.writerDone)
	defer w.disconnect()
	for {
		reqs, background := w.take()
		if reqs == nil {
			return
		}
		w.write(gather(reqs), background)
	}
}

// take waits for a request and drains what else is there. The front lane goes first, but does not starve the back.
func (w *writer) take() (reqs []*request, background bool) {
	l := w.log
	if w.waitsBehind() && time.Since(w.lastBack) > backShare {
		return w.drainBack(nil), true
	}
	select {
	case r := <-l.front:
		return drain(l.front, r), false
	default:
	}
	if len(w.carry) > 0 {
		return w.drainBack(nil), true
	}
	select {
	case r := <-l.front:
		return drain(l.front, r), false
	case r := <-l.back:
		return w.drainBack(r), true
	case <-l.closing: // nothing is added after this
		select {
		case r := <-l.front:
			return drain(l.front, r), false
		case r := <-l.back:
			return w.drainBack(r), true
		default:
			return nil, false
		}
	}
}

func (w *writer) waitsBehind() bool { return len(w.carry) > 0 || len(w.log.back) > 0 }

func (w *writer) drainBack(first *request) []*request {
	reqs := w.carry
	w.carry = nil
	if first != nil {
		reqs = append(reqs, first)
	}
	for len(reqs) < maxClosures {
		select {
		case r := <-w.log.back:
			reqs = append(reqs, r)
			continue
		default:
		}
		break
	}
	// One consumer a batch: two nodes whose batches hold several could wait for each other's rows.
	consumer := false
	return slices.DeleteFunc(reqs, func(r *request) bool {
		if r.consumer && consumer {
			w.carry = append(w.carry, r)
			return true
		}
		consumer = consumer || r.consumer
		return false
	})
}

func drain(lane chan *request, first *request) []*request {
	reqs := []*request{first}
	bulk, closures := 0, 0
	for r := first; ; {
		if r.bulk != nil {
			bulk++
		} else {
			closures++
		}
		if bulk >= maxBulk || closures >= maxClosures {
			return reqs
		}
		select {
		case r = <-lane:
			reqs = append(reqs, r)
		default:
			return reqs
		}
	}
}

// write brings units to their end: in one transaction, or one by one when that is lost.
func (w *writer) write(units []*unit, background bool) {
	if background {
		defer func() { w.lastBack = time.Now() }()
	}
	err := w.attempt(units, background)
	if err == nil {
		return
	}
	if classify(err) == unknown {
		for _, u := range units {
			u.answer(unavailable("the database does not answer", err))
		}
		return
	}
	if len(units) == 1 {
		w.again(units[0], err)
		return
	}
	w.log.logger.Warn("a shared write was lost and is run again one by one", "units", len(units), "err", err)
	w.impatient = true
	defer func() { w.impatient = false }()
	for _, u := range units {
		if !u.pending() {
			continue
		}
		if err := w.connect(); err != nil { // the database is away: tell everybody at once
			u.answer(unavailable("the database does not answer", err))
			continue
		}
		if err := w.attempt([]*unit{u}, false); err != nil {
			w.again(u, err)
		}
	}
}

// again repeats a unit that ran alone and met err, unless that is hopeless.
func (w *writer) again(u *unit, err error) {
	for try := 1; u.pending(); try++ {
		kind := classify(err)
		switch {
		case kind == refused:
			u.answer(cause(err))
			return
		case kind == unknown, try == singleTries, kind == away && w.connect() != nil:
			u.answer(unavailable("the database does not answer", err))
			return
		case len(u.reqs) > 1 && !errors.Is(err, errAgain): // the requests of a bulk
			w.write(split(u), false)
			return
		}
		if err = w.attempt([]*unit{u}, false); err == nil {
			return
		}
	}
}

// attempt runs units in one transaction and answers those that are done. An error means that the transaction is
// lost, and that the units without an answer changed nothing.
func (w *writer) attempt(units []*unit, background bool) error {
	ctx, cancel := context.WithTimeout(context.WithValue(context.Background(), insideKey{}, true), batchLimit+w.log.patience)
	defer cancel()
	b, err := w.begin(ctx, units)
	if err != nil {
		return err
	}
	began := time.Now()
	for i, u := range units {
		if background && i > 0 && time.Since(began) > backBudget {
			for _, later := range units[i:] {
				w.carry = append(w.carry, later.reqs...)
			}
			units = units[:i]
			break
		}
		if err := b.run(ctx, u, len(units) > 1); err != nil {
			b.rollback() // first: a connection with an open transaction cannot be closed
			w.disconnectAfter(err)
			return err
		}
	}
	if err := b.finish(units); err != nil {
		return err
	}
	if len(b.events) > 0 {
		sabotage.Die(sabotage.Answer)
	}
	for _, u := range units {
		for _, r := range u.reqs {
			if !slices.Contains(b.more, r) {
				r.answer(nil)
			}
		}
	}
	if len(b.more) > 0 {
		w.write(gather(b.more), background)
	}
	return nil
}

// begin opens a transaction and locks what the units work on.
func (w *writer) begin(ctx context.Context, units []*unit) (*batch, error) {
	if err := w.connect(); err != nil {
		return nil, err
	}
	// Not ctx: its end would roll back behind our back.
	tx, err := w.conn.BeginTx(context.Background(), nil)
	if err != nil {
		w.disconnectAfter(err)
		return nil, fmt.Errorf("begin: %w", err)
	}
	w.number++
	b := &batch{w: w, tx: tx, number: w.number, now: w.log.Now(), heads: map[ID]Head{}, dirty: map[ID]bool{}}
	if err := b.lock(ctx, units); err != nil {
		b.rollback()
		w.disconnectAfter(err)
		return nil, err
	}
	return b, nil
}

func (w *writer) connect() error {
	if w.conn != nil {
		return nil
	}
	ctx, cancel := context.WithTimeout(context.Background(), w.log.patience)
	defer cancel()
	c, err := w.db.Write.Conn(ctx)
	if err != nil {
		return fmt.Errorf("connect: %w", err)
	}
	w.conn, w.stmts = &c, make(map[string]*sql.Stmt)
	if err := w.register(ctx); err != nil {
		w.disconnect()
		return fmt.Errorf("register writer: %w", err)
	}
	return nil
}

const forgetWriters = 30 * 24 * time.Hour

// register makes this process's row, once, and clears away those of processes long gone.
func (w *writer) register(ctx context.Context) error {
	now := w.log.Now()
	_, err := w.conn.NewRaw(`INSERT INTO writers (name, batch, updated_at) VALUES (?, 0, ?) ON CONFLICT (name) DO NOTHING`,
		w.name, now).Exec(ctx)
	if err != nil {
		return err
	}
	_, err = w.conn.NewRaw(`DELETE FROM writers WHERE updated_at < ?`, now.Add(-forgetWriters)).Exec(ctx)
	return err
}

// disconnectAfter drops the connection when err says that it is no good.
func (w *writer) disconnectAfter(err error) {
	if classify(err) == away {
		w.disconnect()
	}
}

func (w *writer) disconnect() {
	if w.conn == nil {
		return
	}
	// Returning ErrBadConn makes the pool forget the connection; closing alone would hand it back.
	_ = w.conn.Conn.Raw(func(any) error { return driver.ErrBadConn })
	_ = w.conn.Close()
	w.conn, w.stmts = nil, nil
}

// stmt returns a statement that stays prepared on the connection.
func (w *writer) stmt(ctx context.Context, query string) (*sql.Stmt, error) {
	if s, ok := w.stmts[query]; ok {
		return s, nil
	}
	s, err := w.conn.PrepareContext(ctx, query)
	if err != nil {
		return nil, fmt.Errorf("prepare: %w", err)
	}
	w.stmts[query] = s
	return s, nil
}
