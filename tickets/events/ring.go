package events

import (
	"cmp"
	"slices"
	"sync"
)

// ring holds the newest events that this process wrote or was offered, so that followers need not ask the database for
// them.
type ring struct {
	mu     sync.Mutex
	head   int64         // newest known place, written here or elsewhere
	events []Event       // gap-free, ends at or before head
	early  [][]Event     // batches that came before what precedes them, by place
	wake   chan struct{} // closed when head moves
}

const ringSize = 4096

func (r *ring) start(pos int64) {
	r.head, r.wake = pos, make(chan struct{})
}

// add appends a batch that was just committed. When what precedes it is not known and it may wait, it is kept until
// that comes; add then reports true.
func (r *ring) add(evs []Event, mayWait bool) (waits bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if mayWait && evs[0].Pos > r.head+1 {
		r.keep(evs)
		return true
	}
	r.append(evs)
	r.join()
	return len(r.early) > 0
}

// append takes what is new of a batch.
func (r *ring) append(evs []Event) {
	if n := len(r.events); n > 0 {
		end := r.events[n-1].Pos
		if evs = evs[max(0, min(end+1-evs[0].Pos, int64(len(evs)))):]; len(evs) == 0 {
			return
		}
		if evs[0].Pos != end+1 {
			r.events = nil // another process wrote between
		}
	}
	if n := len(r.events); n+len(evs) > 2*ringSize {
		r.events = append([]Event(nil), r.events[max(0, n-ringSize):]...)
	}
	r.events = append(r.events, evs...)
	r.moved(evs[len(evs)-1].Pos)
}

// keep puts a batch where it belongs among the early ones. When they are too many they are all left to the database.
func (r *ring) keep(evs []Event) {
	n := len(evs)
	for _, other := range r.early {
		n += len(other)
	}
	if n > ringSize {
		r.early = nil
	}
	i, _ := slices.BinarySearchFunc(r.early, evs[0].Pos, func(b []Event, pos int64) int { return cmp.Compare(b[0].Pos, pos) })
	r.early = slices.Insert(r.early, i, evs)
}

// join appends the early batches that do not lie behind a gap any more.
func (r *ring) join() {
	for len(r.early) > 0 && r.early[0][0].Pos <= r.head+1 {
		evs := r.early[0]
		r.early = r.early[1:]
		r.append(evs)
	}
}

// waits tells whether something came before what precedes it.
func (r *ring) waits() bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return len(r.early) > 0
}

// advance notes that the log goes at least to pos.
func (r *ring) advance(pos int64) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.moved(pos)
	r.join()
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
