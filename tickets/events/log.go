package events

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"reflect"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"heard/migrations"
	"heard/tickets/fault"

	"github.com/uptrace/bun"
)

const (
	frontLane = 4096 // requests that may wait; more are refused
	backLane  = 1024

	frontPatience = 1900 * time.Millisecond // how long a caller waits at most, when people wait for it
	backPatience  = 30 * time.Second        // the same for background work
)

// Options say how a log is opened.
type Options struct {
	Now        func() time.Time // time.Now unless set
	Vocabulary []Change         // zero values of every kind this program knows
	// Settle does to locked tickets what was due before now (closing, waking) and was not noticed yet. It runs
	// before the units that locked them, so that no later event hides a due date. None unless set.
	Settle func(ctx context.Context, tx *Tx, due []ID) error
	Logger *slog.Logger // for what the writer meets that no caller hears of; discarded unless set
	// Patience is how long a caller waits at most; less than two seconds unless set, since people wait for a server.
	Patience time.Duration
}

// Log is the event log of one database, and the only door for writing to it.
type Log struct {
	db     *migrations.DB
	dia    dialect
	clock  func() time.Time
	settle func(ctx context.Context, tx *Tx, due []ID) error
	logger *slog.Logger
	kinds  map[string]reflect.Type
	epoch  string

	patience time.Duration

	front, back chan *request
	mu          sync.RWMutex // held for reading while a request is queued, so that Close misses none
	closed      bool
	closing     chan struct{}
	writerDone  chan struct{}

	recent  ring
	watch   watcher
	table   consumers
	carrier atomic.Pointer[carrier]
	asked   chan struct{} // has one element when the database is to be asked how far the log goes
	asking  atomic.Bool   // it soon will be

	committing sync.Mutex // from the commit to its publication
	notices    notifier
	helpers    sync.WaitGroup
}

// Open returns the log of a migrated database and starts its writer.
func Open(ctx context.Context, db *migrations.DB, o Options) (*Log, error) {
	l := &Log{
		db: db, clock: o.Now, settle: o.Settle, logger: o.Logger, kinds: make(map[string]reflect.Type),
		front: make(chan *request, frontLane), back: make(chan *request, backLane),
		closing: make(chan struct{}), writerDone: make(chan struct{}), asked: make(chan struct{}, 1),
	}
	if l.clock == nil {
		l.clock = time.Now
	}
	if l.logger == nil {
		l.logger = slog.New(slog.DiscardHandler)
	}
	if l.patience = o.Patience; l.patience == 0 {
		l.patience = frontPatience
	}
	for _, c := range o.Vocabulary {
		if other, ok := l.kinds[c.EventKind()]; ok && other != reflect.TypeOf(c) {
			return nil, fmt.Errorf("two changes are named %s", c.EventKind())
		}
		l.kinds[c.EventKind()] = reflect.TypeOf(c)
	}
	switch db.Dialect {
	case migrations.SQLite:
		l.dia = sqliteDialect{}
	case migrations.Postgres:
		l.dia = postgresDialect{}
	default:
		return nil, fmt.Errorf("unknown dialect %q", db.Dialect)
	}
	var pos int64
	err := db.Read.QueryRowContext(ctx, `SELECT pos, epoch FROM log_head WHERE id = 1`).Scan(&pos, &l.epoch)
	if err != nil {
		return nil, fmt.Errorf("read head of the log: %w", err)
	}
	l.recent.start(pos)
	w := newWriter(l)
	go w.run()
	return l, nil
}

// Close refuses new writes, finishes those that wait, and stops the log's goroutines. The database stays open.
func (l *Log) Close(ctx context.Context) error {
	l.mu.Lock()
	first := !l.closed
	l.closed = true
	l.mu.Unlock()
	if first {
		close(l.closing)
	}
	select {
	case <-l.writerDone:
		l.watch.stop()
		l.helpers.Wait()
		return nil
	case <-ctx.Done():
		return fmt.Errorf("close the log: %w", ctx.Err())
	}
}

// Epoch is the random name of this log: another one means another history.
func (l *Log) Epoch() string { return l.epoch }

// Now is the log's clock.
func (l *Log) Now() Time { return TimeOf(l.clock()) }

// Read is the pool for queries. It refuses to write.
func (l *Log) Read() *bun.DB { return l.db.Read }

// Dialect is migrations.SQLite or migrations.Postgres.
func (l *Log) Dialect() string { return l.db.Dialect }

// Locks names rows that a unit of work changes. They are locked before it starts, always in this order and each
// kind in ascending id, so that two nodes never wait for each other.
type Locks struct {
	Customers, Visitors, Agents []ID
	Tickets                     []ID // only these, and those that the unit opens, may get events
}

// And returns the union.
func (l Locks) And(m Locks) Locks {
	return Locks{
		Customers: slices.Concat(l.Customers, m.Customers),
		Visitors:  slices.Concat(l.Visitors, m.Visitors),
		Agents:    slices.Concat(l.Agents, m.Agents),
		Tickets:   slices.Concat(l.Tickets, m.Tickets),
	}
}

// NeedLocks is an error by which a closure says that it found out to need more: it is undone and runs again with
// these too, three times at most.
type NeedLocks struct{ Locks Locks }

// Error says so.
func (NeedLocks) Error() string { return "the write needs more locks than it named" }

// Unit is one unit of work: who acts, and on what.
type Unit struct {
	By Actor
	Locks
	// Imported marks its events as history from elsewhere.
	Imported bool
	// Background marks long work (import, recompute, retention): it runs when nobody waits in front, in closures of
	// at most 20 ms each.
	Background bool
}

// Write runs fn in a transaction that other writes share. Its row changes and its events are kept or lost together;
// nil means that they are on disk. fn may be run more than once and by another goroutine, so it touches nothing
// outside tx but variables that the caller reads after Write, and sets those anew each time. An error of fn undoes
// what fn did and nothing else, and comes back as it is.
//
// The end of ctx ends the waiting only: what was written may stay. fn gets the context of the transaction instead.
func (l *Log) Write(ctx context.Context, u Unit, fn func(ctx context.Context, tx *Tx) error) error {
	return l.submit(ctx, &request{unit: u, locks: u.Locks, fn: withAlso(ctx, fn), done: make(chan error, 1)})
}

type insideKey struct{}

var (
	errNested = errors.New("a write inside a write would wait for itself")
	errGone   = errors.New("the caller stopped waiting")
)

func (l *Log) submit(ctx context.Context, r *request) error {
	if ctx.Value(insideKey{}) != nil {
		return errNested
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	if err := l.enqueue(r); err != nil {
		return err
	}
	patience := l.patience
	if r.unit.Background {
		patience = max(patience, backPatience)
	}
	timer := time.NewTimer(patience)
	defer timer.Stop()
	late := func() error { return ctx.Err() }
	select {
	case err := <-r.done:
		return err
	case <-ctx.Done():
	case <-timer.C:
		late = func() error { return unavailable("the database does not answer", nil) }
	}
	if r.leave() {
		return late()
	}
	if err := <-r.done; err != errGone {
		return err
	}
	return late()
}

func (l *Log) enqueue(r *request) error {
	l.mu.RLock()
	defer l.mu.RUnlock()
	if l.closed {
		return unavailable("the server is shutting down", nil)
	}
	lane := l.front
	if r.unit.Background {
		lane = l.back
	}
	select {
	case lane <- r:
		return nil
	default:
		return unavailable("too many writes are waiting", nil)
	}
}

func unavailable(detail string, cause error) error {
	return fault.New(fault.Unavailable, detail).After(time.Second).Because(cause)
}
