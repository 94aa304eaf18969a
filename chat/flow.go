package chat

import (
	"context"
	"slices"
	"sync"

	"heard/tickets"
	"heard/tickets/events"
	"heard/tickets/sabotage"
)

// flow is how far one session has been told of one ticket.
type flow struct {
	ticket  events.ID
	sent    int64 // newest seq of this viewer's events that was queued
	reading bool  // a gap is being read from the log; live events wait for it
	again   bool  // something came meanwhile
}

// flows keeps a session's places. It lets events through in order, each once, and asks for a read where one is
// missing. Most sessions follow one ticket and none more than 200, so it is a list.
type flows struct {
	mu   sync.Mutex
	list []flow
	idle *sync.Cond // told when a flow is not read any more; made when somebody waits
}

// at finds a flow. The lock is held, and the flow is good for as long.
func (f *flows) at(ticket events.ID) *flow {
	for i := range f.list {
		if f.list[i].ticket == ticket {
			return &f.list[i]
		}
	}
	return nil
}

// done ends the reading of a flow. The lock is held.
func (f *flows) done(fl *flow) {
	fl.reading = false
	f.tell()
}

func (f *flows) tell() {
	if f.idle != nil {
		f.idle.Broadcast()
	}
}

// beginReading starts a flow after a seq, claimed for reading; false says that there is one already.
func (f *flows) beginReading(ticket events.ID, after int64) bool {
	if !f.begin(ticket, max(after, 0)) {
		return false
	}
	return f.claim(ticket)
}

// begin starts a flow after a seq; an existing one stays as it is. It tells whether the flow is new.
func (f *flows) begin(ticket events.ID, after int64) bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.at(ticket) != nil {
		return false
	}
	if f.list == nil {
		f.list = make([]flow, 0, 1)
	}
	f.list = append(f.list, flow{ticket: ticket, sent: after})
	return true
}

func (f *flows) end(ticket events.ID) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.list = slices.DeleteFunc(f.list, func(fl flow) bool { return fl.ticket == ticket })
	f.tell()
}

// has tells whether the session is told of a ticket.
func (f *flows) has(ticket events.ID) bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.at(ticket) != nil
}

// tickets lists what the session is told of.
func (f *flows) tickets() []events.ID {
	f.mu.Lock()
	defer f.mu.Unlock()
	out := make([]events.ID, 0, len(f.list))
	for i := range f.list {
		out = append(out, f.list[i].ticket)
	}
	return out
}

// pass queues a live event's frame when it is the next one. When something is missing before it, pass returns true
// and the caller must catch up.
func (f *flows) pass(ticket events.ID, prev, seq int64, frame Frame, sub *Subscriber) (gap bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	fl := f.at(ticket)
	switch {
	case fl == nil || seq <= fl.sent:
		return false
	case fl.reading:
		fl.again = true
		return false
	case prev > fl.sent:
		fl.reading = true
		return true
	}
	fl.sent = seq
	sub.Send(frame)
	return false
}

// claim takes a flow for reading; false says that there is none, or that it is being read, in which case the reader
// will find what came meanwhile.
func (f *flows) claim(ticket events.ID) bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	fl := f.at(ticket)
	if fl == nil {
		return false
	}
	if fl.reading {
		fl.again = true
		return false
	}
	fl.reading = true
	return true
}

// rewind moves a flow to a place that the client named, and claims it for reading, when nobody else reads it. Nobody
// has what was never written: a place beyond the newest event would keep all that follows from the client.
func (f *flows) rewind(ticket events.ID, after int64) bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.idle == nil {
		f.idle = sync.NewCond(&f.mu)
	}
	fl := f.at(ticket)
	for ; fl != nil && fl.reading; fl = f.at(ticket) {
		f.idle.Wait()
	}
	if fl == nil {
		return false
	}
	fl.sent, fl.reading = min(max(after, 0), fl.sent), true
	return true
}

// look notes that everything up to now is about to be read, and returns after what.
func (f *flows) look(ticket events.ID) (after int64, ok bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	fl := f.at(ticket)
	if fl == nil {
		return 0, false
	}
	fl.again = false
	return fl.sent, true
}

// told notes how far a read got, and tells whether there is no more to read; then live events pass again.
func (f *flows) told(ticket events.ID, through int64, more bool) (done bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	fl := f.at(ticket)
	if fl == nil {
		return true
	}
	fl.sent = through
	if done = !more && !fl.again; done {
		f.done(fl)
	}
	return done
}

// catchUp reads from the log what the session lacks, until nothing is missing, and returns how far it got. The flow
// must have been claimed by pass or rewind.
func (f *flows) catchUp(ctx context.Context, s *tickets.Store, ticket events.ID, v tickets.Viewer, sub *Subscriber) (int64, error) {
	for {
		after, ok := f.look(ticket)
		if !ok {
			return 0, nil
		}
		list, more, err := s.Events(ctx, ticket, v, after, 200)
		if err != nil {
			f.giveUp(ticket)
			return after, err
		}
		spoil(list)
		for _, w := range list {
			ef := eventFrame{Type: "event", Event: w}
			if v == tickets.ForCustomer {
				ef.Conversation = ticket
			} else {
				ef.Ticket = ticket
			}
			sub.SendWait(encode(ef)) // live events of this ticket wait, so nothing overtakes it
			after = w.Seq
		}
		if f.told(ticket, after, more) {
			return after, nil
		}
	}
}

// giveUp ends a read that failed; the flow is free for another one.
func (f *flows) giveUp(ticket events.ID) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if fl := f.at(ticket); fl != nil {
		f.done(fl)
	}
}

// spoil is for tests of the checker.
func spoil(list []tickets.WireEvent) {
	if n := len(list); n > 2 {
		if sabotage.Here(sabotage.Skip) {
			list[n-3] = list[n-2]
		}
		if sabotage.Here(sabotage.Reorder) {
			list[n-3], list[n-2] = list[n-2], list[n-3]
		}
	}
}
