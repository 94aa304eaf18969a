package chat

import (
	"context"
	"time"

	"heard/tickets"
	"heard/tickets/events"
)

// queuePace is how often a customer hears of its place at most, unless it moves forward.
const queuePace = 10 * time.Second

// place is what a waiting customer was told.
type place struct {
	position int
	at       time.Time
	promise  tickets.Promise
}

type queueFrame struct {
	Type         string     `json:"type"`
	Conversation events.ID  `json:"conversation"`
	Position     int        `json:"position"`
	WaitS        [2]float64 `json:"wait_s"`
}

// frame tells a place with what is left of the promise.
func (p *place) frame(ticket events.ID, now events.Time) Frame {
	gone := now.Sub(p.promise.At)
	left := func(ms int64) float64 { return seconds(max(0, millis(ms)-gone)) }
	return encode(queueFrame{"queue", ticket, p.position, [2]float64{left(p.promise.Low), left(p.promise.High)}})
}

// promised tells a promise to the customer's connections on this node.
func (r *Router) promised(e *events.Event, c tickets.WaitPromised) {
	p := place{position: c.Position, at: time.Now(), promise: tickets.Promise{At: e.At, Position: c.Position,
		Low: int64(c.LowS * 1000), High: int64(c.HighS * 1000)}}
	widgets, _ := r.hub.viewers(e.TicketID)
	if len(widgets) == 0 {
		return
	}
	r.mu.Lock()
	r.told[e.TicketID] = p
	r.mu.Unlock()
	frame := p.frame(e.TicketID, e.At)
	for _, s := range widgets {
		s.sub.Send(frame)
	}
}

// showQueue has a customer who just came told its place, if its ticket waits.
func (r *Router) showQueue(ticket events.ID, s *WidgetSession) {
	r.mu.Lock()
	r.show[ticket] = append(r.show[ticket], s)
	r.mu.Unlock()
	r.wake()
}

// follow tells places while another node routes.
func (r *Router) follow(ctx context.Context) {
	for {
		select {
		case <-ctx.Done():
			return
		case <-r.places:
		}
		if r.leading.Load() || !r.waited() {
			continue
		}
		list, err := r.hub.o.Tickets.Queue(ctx)
		if err == nil {
			var snap *tickets.Snapshot
			if snap, err = r.hub.o.People.Directory().Snapshot(ctx); err == nil {
				err = r.tellPlaces(newScene(r.hub.o.Log.Now(), snap, list))
			}
		}
		if err != nil && ctx.Err() == nil {
			r.hub.o.Report("tell places", err)
			r.hub.NoteOutage(err)
		}
		pause(ctx, retryPause)
	}
}

// waited tells whether anybody who is connected here may wait.
func (r *Router) waited() bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return len(r.show)+len(r.told) > 0
}

// tellPlaces tells the customers who wait and are connected here where they stand: all connections of a ticket when
// its place changed, else only those that just came. Who has not been promised anything yet hears it with the promise.
func (r *Router) tellPlaces(s *scene) error {
	asked := r.askers()
	positions := map[events.ID]int{}
	waits := make(map[events.ID]bool, len(s.order))
	for _, t := range s.order {
		positions[t.Team]++
		waits[t.ID] = true
		w := s.waiting[t.ID]
		if w.Promised.At == 0 {
			continue
		}
		p := place{positions[t.Team], time.Now(), w.Promised}
		widgets := asked[t.ID]
		if r.news(t.ID, p) {
			widgets, _ = r.hub.viewers(t.ID)
		}
		if len(widgets) == 0 {
			continue
		}
		frame := p.frame(t.ID, s.now)
		for _, c := range widgets {
			c.sub.Send(frame)
		}
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	for ticket := range r.told {
		if !waits[ticket] {
			delete(r.told, ticket)
		}
	}
	return nil
}

// askers takes the connections that asked for their ticket's place since the last telling. Who asked for one that
// does not wait needs no answer.
func (r *Router) askers() map[events.ID][]*WidgetSession {
	r.mu.Lock()
	defer r.mu.Unlock()
	list := r.show
	r.show = map[events.ID][]*WidgetSession{}
	return list
}

// news tells whether a ticket's customers should hear a changed place now: forward at once, back seldom.
func (r *Router) news(ticket events.ID, p place) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	old, told := r.told[ticket]
	if told && p.position >= old.position && (p.position == old.position || time.Since(old.at) < queuePace) {
		return false
	}
	r.told[ticket] = p
	return told
}
