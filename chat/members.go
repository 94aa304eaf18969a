package chat

import (
	"context"
	"math/rand/v2"
	"slices"
	"sync"
	"time"

	"heard/tickets"
	"heard/tickets/events"
	"heard/tickets/fault"
)

// readPatience bounds reads that no caller waits for.
const readPatience = 10 * time.Second

// typing tells one side that the other one writes.
type typing struct {
	Type         string    `json:"type"`
	Conversation events.ID `json:"conversation,omitempty"`
	Ticket       events.ID `json:"ticket,omitempty"`
	By           wireBy    `json:"by"`
	On           bool      `json:"on"`
	Preview      string    `json:"preview,omitempty"`
}

// seenMark is a read mark that moved.
type seenMark struct {
	Type         string    `json:"type"`
	Conversation events.ID `json:"conversation,omitempty"`
	Ticket       events.ID `json:"ticket,omitempty"`
	By           wireBy    `json:"by"`
	Seq          int64     `json:"seq"`
}

type wireBy struct {
	Kind events.ActorKind `json:"kind"`
	ID   events.ID        `json:"id,omitempty"`
	Name string           `json:"name,omitempty"`
}

func byOf(a events.Actor) wireBy { return wireBy{Kind: a.Kind, ID: a.ID} }

// cut shortens a text to n characters.
func cut(s string, n int) string {
	for i := range s {
		if n == 0 {
			return s[:i]
		}
		n--
	}
	return s
}

// addWidget lets a visitor's session hear its conversations from now on. Those that the client resumes stand at the
// place that it named, and wait for the caller to read from there: no live event may come before what is read. It
// returns which ones do.
func (h *Hub) addWidget(s *WidgetSession, list []tickets.Conversation, resume map[events.ID]int64) (claimed map[events.ID]bool) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.turnAway(&s.sub)
	add(h.byVisitor, s.visitor.ID, s)
	if s.visitor.Proven {
		add(h.byCustomer, s.visitor.CustomerID, s)
	}
	for _, c := range list {
		if after, ok := resume[c.ID]; ok && s.flows.beginReading(c.ID, min(after, c.LastSeq)) {
			if claimed == nil {
				claimed = map[events.ID]bool{}
			}
			claimed[c.ID] = true
			t := h.topic(c.ID)
			t.widgets = put(t.widgets, s)
			continue
		}
		h.listen(s, c.ID, c.LastSeq)
	}
	h.pres.visitorCame(s.visitor.ID)
	return claimed
}

// turnAway closes a connection that came while the draining began: Drain has not seen it. The hub's lock is held.
func (h *Hub) turnAway(sub *Subscriber) {
	if h.draining {
		sub.Close(CloseDraining, "draining")
	}
}

func (h *Hub) removeWidget(s *WidgetSession) {
	h.mu.Lock()
	defer h.mu.Unlock()
	remove(h.byVisitor, s.visitor.ID, s)
	remove(h.byCustomer, s.visitor.CustomerID, s)
	for _, id := range s.flows.tickets() {
		h.unlisten(s, id)
	}
	h.pres.visitorLeft(s.visitor.ID)
}

func add[S comparable](m map[events.ID][]S, id events.ID, s S) { m[id] = put(m[id], s) }

func remove[S comparable](m map[events.ID][]S, id events.ID, s S) {
	if rest := take(m[id], s); len(rest) > 0 {
		m[id] = rest
	} else {
		delete(m, id)
	}
}

// put adds to a list without order; the first one gets no room that may never be used.
func put[S any](list []S, s S) []S {
	if list == nil {
		return []S{s}
	}
	return append(list, s)
}

// take removes from a list without order.
func take[S comparable](list []S, s S) []S {
	i, last := slices.Index(list, s), len(list)-1
	if i < 0 {
		return list
	}
	list[i] = list[last]
	clear(list[last:])
	return list[:last]
}

// Seen moves a read mark and tells the other side. HTTP calls use it too.
func (h *Hub) Seen(ctx context.Context, by events.Actor, ticket events.ID, seq int64) error {
	if seq < 0 {
		return fault.On("seq", "must not be negative")
	}
	stands, err := h.o.Tickets.MarkSeen(ctx, by, ticket, seq)
	if err != nil {
		return err
	}
	h.seenByOthers(by, ticket, stands)
	return nil
}

// Unread has lists show a ticket as unread again, on every node.
func (h *Hub) Unread(ctx context.Context, by events.Actor, ticket events.ID) error {
	if err := h.o.Tickets.MarkUnread(ctx, by, ticket); err != nil {
		return err
	}
	h.lists.touch(ticket)
	h.cluster.tell(liveNote{Kind: noteTouch, Ticket: ticket})
	return nil
}

// each calls fn for every session of this node.
func (h *Hub) each(fn func(sub *Subscriber)) {
	h.mu.RLock()
	defer h.mu.RUnlock()
	for _, set := range h.byVisitor {
		for _, s := range set {
			fn(&s.sub)
		}
	}
	for _, set := range h.byAgent {
		for _, s := range set {
			fn(&s.sub)
		}
	}
}

// consoles returns every console session of this node.
func (h *Hub) consoles() []*ConsoleSession {
	h.mu.RLock()
	defer h.mu.RUnlock()
	var out []*ConsoleSession
	for _, set := range h.byAgent {
		out = append(out, set...)
	}
	return out
}

func (h *Hub) isDraining() bool {
	h.mu.RLock()
	defer h.mu.RUnlock()
	return h.draining
}

type drain struct {
	Type    string  `json:"type"`
	WithinS float64 `json:"within_s"`
}

// Drain tells every client to go elsewhere and closes their connections, spread over the given time. New ones are
// turned away from now on. It returns when all are closed or ctx has ended.
func (h *Hub) Drain(ctx context.Context, within time.Duration) {
	h.mu.Lock()
	h.draining = true
	h.mu.Unlock()
	h.router.stop()
	frame := encode(drain{"drain", within.Seconds()})
	var wg sync.WaitGroup
	h.each(func(sub *Subscriber) {
		sub.Send(frame)
		wait := time.Duration(rand.Int64N(int64(within) + 1))
		wg.Go(func() {
			select {
			case <-time.After(wait):
			case <-ctx.Done():
			}
			sub.Close(CloseDraining, "draining")
		})
	})
	wg.Wait()
}

// Sockets counts the connections that said hello.
func (h *Hub) Sockets() (widgets, consoles int) {
	h.mu.RLock()
	defer h.mu.RUnlock()
	for _, set := range h.byVisitor {
		widgets += len(set)
	}
	for _, set := range h.byAgent {
		consoles += len(set)
	}
	return widgets, consoles
}
