package events

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"heard/migrations"

	"github.com/lib/pq"
)

const (
	pollEvery    = 5 * time.Second        // whatever else tells of events, the database is asked this often
	versionEvery = 250 * time.Millisecond // how often SQLite is asked whether another process wrote
	pollLimit    = 2 * time.Second
	notifyPause  = 2 * time.Millisecond  // under load one notice tells of several batches
	askPause     = 10 * time.Millisecond // between two polls that somebody asked for
)

// watcher learns of events that other processes wrote. It runs while somebody follows the log.
type watcher struct {
	mu     sync.Mutex
	cancel context.CancelFunc
	done   chan struct{}
}

func (w *watcher) start(l *Log) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.cancel != nil {
		return
	}
	var ctx context.Context
	ctx, w.cancel = context.WithCancel(context.Background())
	w.done = make(chan struct{})
	go func() {
		defer close(w.done)
		if l.db.Dialect == migrations.Postgres {
			l.listen(ctx)
		} else {
			l.watchFile(ctx)
		}
	}()
}

func (w *watcher) stop() {
	w.mu.Lock()
	cancel, done := w.cancel, w.done
	w.mu.Unlock()
	if cancel != nil {
		cancel()
		<-done
	}
}

// poll asks the database how far the log goes. It keeps the writer from committing meanwhile, so that followers never
// hear of this process's events before they are in memory.
func (l *Log) poll(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, pollLimit)
	defer cancel()
	l.committing.Lock()
	defer l.committing.Unlock()
	var pos int64
	if err := l.db.Side().QueryRowContext(ctx, `SELECT pos FROM log_head WHERE id = 1`).Scan(&pos); err != nil {
		return fmt.Errorf("read head of the log: %w", err)
	}
	l.recent.advance(pos)
	return nil
}

// askNow polls because something is missing. A flood of such causes must not become one of queries.
func (l *Log) askNow(ctx context.Context) {
	if l.poll(ctx) != nil {
		time.AfterFunc(firstPause, l.Wake)
	}
	_ = pauseFor(ctx, l.closing, askPause)
}

// heard notes how far the log goes by another process's word. It waits for a commit of ours as poll does.
func (l *Log) heard(pos int64) {
	l.committing.Lock()
	defer l.committing.Unlock()
	l.recent.advance(pos)
}

// Ping asks the database for a sign of life. It returns in time even when the database is silent.
func (l *Log) Ping(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, pollLimit)
	defer cancel()
	var one int
	return l.db.Side().QueryRowContext(ctx, `SELECT 1`).Scan(&one)
}

// watchFile polls when SQLite says that the file was changed.
func (l *Log) watchFile(ctx context.Context) {
	tick := time.NewTicker(versionEvery)
	defer tick.Stop()
	var version int64
	var polled time.Time
	for {
		v, err := l.fileVersion(ctx)
		if err != nil || v != version || time.Since(polled) > pollEvery {
			if l.poll(ctx) == nil {
				version, polled = v, time.Now()
			}
		}
		select {
		case <-tick.C:
		case <-l.asked:
			l.askNow(ctx)
		case <-ctx.Done():
			return
		}
	}
}

// fileVersion moves with every commit of another connection. The side pool has one connection, so that the numbers
// belong together.
func (l *Log) fileVersion(ctx context.Context) (v int64, err error) {
	ctx, cancel := context.WithTimeout(ctx, pollLimit)
	defer cancel()
	err = l.db.Side().QueryRowContext(ctx, `PRAGMA data_version`).Scan(&v)
	return v, err
}

// channel names this log among all that share the server.
func (l *Log) channel() string { return "heard_" + strings.ToLower(l.epoch) }

// listen waits for what notify sends. The connection is the listener's own and comes back by itself.
func (l *Log) listen(ctx context.Context) {
	listener := pq.NewListener(l.db.DSN, firstPause, pollEvery, nil)
	defer listener.Close()
	go func() { // Listen waits for the first connection
		if err := listener.Listen(l.channel()); err != nil && ctx.Err() == nil {
			l.logger.Warn("cannot listen for other nodes; polling instead", "err", err)
		}
		l.Wake() // what came before was not heard
	}()
	tick := time.NewTicker(pollEvery)
	defer tick.Stop()
	for {
		select {
		case n := <-listener.Notify:
			if n == nil { // connected again: anything may have been missed
				_ = l.poll(ctx) // and the next tick asks again
				continue
			}
			if pos, err := strconv.ParseInt(n.Extra, 10, 64); err == nil {
				l.heard(pos)
			}
		case <-l.asked:
			l.askNow(ctx)
		case <-tick.C:
			_ = l.poll(ctx) // a database that is away is asked again at the next tick
		case <-ctx.Done():
			return
		}
	}
}

// notifier tells other nodes how far the log goes: after the commit, outside its transaction, the newest place only.
type notifier struct {
	pos     atomic.Int64
	running atomic.Bool
}

func (n *notifier) notify(l *Log, pos int64) {
	n.pos.Store(pos)
	if n.running.CompareAndSwap(false, true) {
		l.helpers.Go(func() { n.send(l) })
	}
}

func (n *notifier) send(l *Log) {
	var sent int64
	for {
		for pos := n.pos.Load(); pos != sent; pos = n.pos.Load() {
			sent = pos
			if err := l.tell(pos); err != nil {
				l.logger.Warn("cannot wake other nodes; they poll", "err", err)
				break
			}
			_ = pauseFor(context.Background(), l.closing, notifyPause)
		}
		n.running.Store(false)
		if n.pos.Load() == sent || !n.running.CompareAndSwap(false, true) {
			return
		}
	}
}

func (l *Log) tell(pos int64) error {
	ctx, cancel := context.WithTimeout(context.Background(), pollLimit)
	defer cancel()
	_, err := l.db.Side().ExecContext(ctx, `SELECT pg_notify($1, $2)`, l.channel(), strconv.FormatInt(pos, 10))
	return err
}
