package chat

import (
	"context"
	"sync"

	"heard/tickets"
	"heard/tickets/events"
)

// flow is how far one session has been told of one ticket.
type flow struct {
	sent    int64 // newest seq of this viewer's events that was queued
	reading bool  // a gap is being read from the log; live events wait for it
	again   bool  // something came meanwhile
}

// flows keeps a session's places. It lets events through in order, each once, and asks for a read where one is
// missing.
type flows struct {
	mu sync.Mutex
	m  map[events.ID]*flow
}

// begin starts a flow after a seq; an existing one stays as it is. It tells whether the flow is new.
func (f *flows) begin(ticket events.ID, after int64) bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.m == nil {
		f.m = map[events.ID]*flow{}
	}
	if _, ok := f.m[ticket]; ok {
		return false
	}
	f.m[ticket] = &flow{sent: after}
	return true
}

func (f *flows) end(ticket events.ID) {
	f.mu.Lock()
	defer f.mu.Unlock()
	delete(f.m, ticket)
}

// has tells whether the session is told of a ticket.
func (f *flows) has(ticket events.ID) bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	_, ok := f.m[ticket]
	return ok
}

// tickets lists what the session is told of.
func (f *flows) tickets() []events.ID {
	f.mu.Lock()
	defer f.mu.Unlock()
	out := make([]events.ID, 0, len(f.m))
	for id := range f.m {
		out = append(out, id)
	}
	return out
}

// pass queues a live event's frame when it is the next one. When something is missing before it, pass returns true
// and the caller must catch up.
func (f *flows) pass(ticket events.ID, prev, seq int64, frame []byte, sub *Subscriber) (gap bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	fl := f.m[ticket]
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

// rewind moves a flow to a place that the client named, and claims it for reading. Nobody has what was never written:
// a place beyond the newest event would keep all that follows from the client.
func (f *flows) rewind(ticket events.ID, after int64) bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	fl := f.m[ticket]
	if fl == nil || fl.reading {
		return false
	}
	fl.sent, fl.reading = min(max(after, 0), fl.sent), true
	return true
}

// catchUp reads from the log what the session lacks, until nothing is missing, and returns how far it got. The flow
// must have been claimed by pass or rewind.
func (f *flows) catchUp(ctx context.Context, s *tickets.Store, ticket events.ID, v tickets.Viewer, sub *Subscriber) (int64, error) {
	for {
		f.mu.Lock()
		fl := f.m[ticket]
		if fl == nil {
			f.mu.Unlock()
			return 0, nil
		}
		after := fl.sent
		fl.again = false
		f.mu.Unlock()

		list, more, err := s.Events(ctx, ticket, v, after, 200)

		if err != nil {
			f.mu.Lock()
			fl.reading = false
			f.mu.Unlock()
			return after, err
		}
		for _, w := range list {
			ef := eventFrame{Type: "event", Event: w}
			if v == tickets.ForCustomer {
				ef.Conversation = ticket
			} else {
				ef.Ticket = ticket
			}
			sub.SendWait(encode(ef)) // live events of this ticket wait, so nothing overtakes it
		}
		f.mu.Lock()
		if len(list) > 0 {
			fl.sent = list[len(list)-1].Seq
		}
		if !more && !fl.again {
			fl.reading = false
			through := fl.sent
			f.mu.Unlock()
			return through, nil
		}
		f.mu.Unlock()
	}
}
