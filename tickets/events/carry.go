package events

import (
	"fmt"
	"time"

	"heard/migrations"
)

// gapPatience is how long a batch waits for those before it, which other nodes may have on their way, until the
// database is asked for them.
const gapPatience = 5 * time.Millisecond

// carrier takes what this process commits to the other nodes.
type carrier struct{ take func([]Event) bool }

// Carry gives each batch that this process commits to take, in order, until stop is called; the other nodes Offer it
// to their logs. take must not block, and tells whether they can be reached: only if not, the log wakes them by
// itself.
func (l *Log) Carry(take func([]Event) bool) (stop func()) {
	c := &carrier{take}
	l.carrier.Store(c)
	return func() { l.carrier.CompareAndSwap(c, nil) }
}

// publish shows a committed batch to the followers here and tells the other nodes.
func (l *Log) publish(evs []Event) {
	c := l.carrier.Load()
	if l.recent.add(evs, c != nil) {
		l.askSoon()
	}
	if c != nil && c.take(evs) {
		return
	}
	if l.db.Dialect == migrations.Postgres {
		l.notices.notify(l, evs[len(evs)-1].Pos)
	}
}

// Offer shows the log a batch that another node has committed, as Carry gave it there. Followers then have it from
// memory, in its place; what precedes it and does not come is read from the database. The log owns the events from
// then on. An offer that is doubled, late or early does no harm; one that is not true would.
func (l *Log) Offer(evs []Event) error {
	for i := range evs {
		e := &evs[i]
		if e.Pos <= 0 || e.Pos != evs[0].Pos+int64(i) {
			return fmt.Errorf("the batch has place %d after %d", e.Pos, evs[0].Pos)
		}
		if _, err := l.Decode(e); err != nil { // now, since followers share them
			return err
		}
	}
	if len(evs) > 0 && l.recent.add(evs, true) {
		l.askSoon()
	}
	return nil
}

// Wake makes followers ask the database how far the log goes: something was lost on the way from another node.
func (l *Log) Wake() {
	select {
	case l.asked <- struct{}{}:
	default:
	}
}

// askSoon is Wake after a little patience, if something still waits then.
func (l *Log) askSoon() {
	if !l.asking.CompareAndSwap(false, true) {
		return
	}
	time.AfterFunc(gapPatience, func() {
		l.asking.Store(false)
		if l.recent.waits() {
			l.Wake()
		}
	})
}
