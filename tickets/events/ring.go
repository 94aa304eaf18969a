package events

import (
	"sync"

	"heard/migrations"
)

// ring holds the newest events that this process wrote, so that followers need not ask the database for them.
type ring struct {
	mu     sync.Mutex
	head   int64         // newest known place, written here or elsewhere
	events []Event       // gap-free, ends at or before head
	wake   chan struct{} // closed when head moves
}

const ringSize = 4096

func (r *ring) start(pos int64) {
	r.head, r.wake = pos, make(chan struct{})
}

// add appends a batch that was just committed.
func (r *ring) add(evs []Event) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if n := len(r.events); n > 0 && r.events[n-1].Pos+1 != evs[0].Pos {
		r.events = nil // another process wrote between
	}
	if n := len(r.events); n+len(evs) > 2*ringSize {
		r.events = append([]Event(nil), r.events[max(0, n-ringSize):]...)
	}
	r.events = append(r.events, evs...)
	r.moved(evs[len(evs)-1].Pos)
}

// advance notes that the log goes at least to pos.
func (r *ring) advance(pos int64) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.moved(pos)
}

func (r *ring) moved(pos int64) {
	if pos <= r.head {
		return
	}
	r.head = pos
	close(r.wake)
	r.wake = make(chan struct{})
}

// after returns the events after pos that are held, at most limit; until is the place before which the database
// is asked when there are none, and wake ends a wait for the log to grow.
func (r *ring) after(pos int64, limit int) (evs []Event, until int64, wake <-chan struct{}) {
	r.mu.Lock()
	defer r.mu.Unlock()
	until, wake = r.head+1, r.wake
	if len(r.events) == 0 {
		return
	}
	first := r.events[0].Pos
	switch i := pos + 1 - first; {
	case i < 0:
		until = min(until, first)
	case i < int64(len(r.events)):
		evs = r.events[i:min(i+int64(limit), int64(len(r.events)))]
		evs = evs[:len(evs):len(evs)]
	}
	return
}

// publish shows a committed batch to the followers here and wakes the other nodes.
func (l *Log) publish(evs []Event) {
	l.recent.add(evs)
	if l.db.Dialect == migrations.Postgres {
		l.notices.notify(l, evs[len(evs)-1].Pos)
	}
}
