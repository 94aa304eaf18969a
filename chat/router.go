package chat

import (
	"context"
	"slices"
	"sync"
	"time"

	"heard/tickets"
	"heard/tickets/events"
)

// Router gives waiting tickets to free agents, whenever the log says that it may find something to do.
type Router struct {
	hub   *Hub
	wakes chan struct{}

	mu    sync.Mutex
	idle  map[events.ID]events.Time      // last assignment of each agent
	show  map[events.ID][]*WidgetSession // who just came and wants to know its ticket's place
	told  map[events.ID]place            // what customers were told last
	waits map[events.ID][]float64        // newest queue waits of a team in seconds, shortest first
}

// place is what a waiting customer was told.
type place struct {
	position int
	at       time.Time
}

const (
	queuePace  = 10 * time.Second // a customer hears of its place at most this often, unless it moves forward
	waitSample = 50               // queue waits that a range is made from
	minSample  = 5
)

func newRouter(h *Hub) *Router {
	return &Router{hub: h, wakes: make(chan struct{}, 1), idle: map[events.ID]events.Time{},
		show: map[events.ID][]*WidgetSession{}, told: map[events.ID]place{}, waits: map[events.ID][]float64{}}
}

func (r *Router) wake() {
	select {
	case r.wakes <- struct{}{}:
	default:
	}
}

// note wakes the router when an event puts a ticket into a queue or frees an agent.
func (r *Router) note(e *events.Event) {
	switch c := e.Change.(type) {
	case tickets.TicketAssigned:
		r.assigned(c.Agent, e.At)
		r.mu.Lock()
		delete(r.waits, c.Team) // read again when somebody needs it
		delete(r.told, e.TicketID)
		r.mu.Unlock()
	case tickets.TicketHandedOff:
		r.assigned(c.ToAgent, e.At)
	case tickets.TicketOpened, tickets.TicketQueued, tickets.TicketUnassigned, tickets.TicketTeamChanged, tickets.StatusChanged:
	default:
		return
	}
	r.wake()
}

func (r *Router) assigned(agent events.ID, at events.Time) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if agent != 0 {
		r.idle[agent] = at
	}
}

// showQueue has a customer who just came told its place, if its ticket waits.
func (r *Router) showQueue(ticket events.ID, s *WidgetSession) {
	r.mu.Lock()
	r.show[ticket] = append(r.show[ticket], s)
	r.mu.Unlock()
	r.wake()
}

func (r *Router) run(ctx context.Context) {
	r.wake()
	for {
		select {
		case <-ctx.Done():
			return
		case <-r.wakes:
		}
		if err := r.pass(ctx); err != nil && ctx.Err() == nil {
			r.hub.o.Report("route tickets", err)
			r.hub.noteOutage(err)
		}
	}
}

// loads are the open tickets that agents have. A letter goes to who has room for one more of anything; a chat is not
// kept waiting by letters.
type loads struct{ all, chats map[events.ID]int }

func (l *loads) of(c tickets.Channel) map[events.ID]int {
	if c == tickets.Chat {
		return l.chats
	}
	return l.all
}

func (l *loads) add(agent events.ID, c tickets.Channel) {
	l.all[agent]++
	if c == tickets.Chat {
		l.chats[agent]++
	}
}

// pass goes through all queues once, next ticket first.
func (r *Router) pass(ctx context.Context) error {
	asked := r.askers()
	waiting, err := r.hub.o.Tickets.Queue(ctx, 0)
	if err != nil || len(waiting) == 0 {
		return err
	}
	snap, err := r.hub.o.People.Directory().Snapshot(ctx)
	if err != nil {
		return err
	}
	var held loads
	if held.all, err = r.hub.o.Tickets.Loads(ctx); err != nil {
		return err
	}
	if held.chats, err = r.hub.o.Tickets.ChatLoads(ctx); err != nil {
		return err
	}
	left := waiting[:0]
	for _, w := range waiting {
		got, err := r.route(ctx, snap, &held, w)
		if err != nil {
			return err
		}
		if !got {
			left = append(left, w)
		}
	}
	return r.tellPlaces(ctx, left, asked)
}

// route tries to give one ticket to an agent.
func (r *Router) route(ctx context.Context, snap *tickets.Snapshot, held *loads, w tickets.Waiting) (bool, error) {
	team := snap.Teams[w.Team]
	if team == nil || !bool(team.AutoAssign) || r.hub.isDraining() {
		return false, nil
	}
	list := r.candidates(snap, team, held.of(w.Channel))
	agent, rule := choose(list, w.LastOwner)
	if agent == 0 {
		return false, nil
	}
	got, err := r.hub.o.Tickets.AssignRouted(ctx, w.Ticket, explain(list, agent, rule, r.hub.o.Log.Now()))
	if err != nil {
		return false, err
	}
	if got {
		held.add(agent, w.Channel)
		r.assigned(agent, r.hub.o.Log.Now())
	}
	return true, nil // somebody has it: this pass is done with it
}

// candidates are the team's agents who are online.
func (r *Router) candidates(snap *tickets.Snapshot, team *tickets.Team, loads map[events.ID]int) []candidate {
	r.mu.Lock()
	defer r.mu.Unlock()
	var list []candidate
	for _, id := range team.Agents {
		a := snap.Agents[id]
		if a != nil && a.DisabledAt == 0 && a.Availability == tickets.Online {
			list = append(list, candidate{id, loads[id], a.Capacity, r.idle[id]})
		}
	}
	return list
}

type queueFrame struct {
	Type         string     `json:"type"`
	Conversation events.ID  `json:"conversation"`
	Position     int        `json:"position"`
	WaitS        [2]float64 `json:"wait_s"`
}

// tellPlaces tells the customers who wait and are connected where they stand: all connections of a ticket when its
// place changed, else only those that just came.
func (r *Router) tellPlaces(ctx context.Context, waiting []tickets.Waiting, asked map[events.ID][]*WidgetSession) error {
	position := map[events.ID]int{}
	for _, w := range waiting {
		position[w.Team]++
		widgets := asked[w.Ticket]
		if r.news(w.Ticket, position[w.Team]) {
			widgets, _ = r.hub.viewers(w.Ticket)
		}
		if len(widgets) == 0 {
			continue
		}
		low, high, err := r.Wait(ctx, w.Team, position[w.Team])
		if err != nil {
			return err
		}
		frame := encode(queueFrame{"queue", w.Ticket, position[w.Team], [2]float64{low, high}})
		for _, s := range widgets {
			s.sub.Send(frame)
		}
	}
	return nil
}

// askers takes the connections that asked for their ticket's place since the last pass. Who asked for one that does
// not wait needs no answer.
func (r *Router) askers() map[events.ID][]*WidgetSession {
	r.mu.Lock()
	defer r.mu.Unlock()
	list := r.show
	r.show = map[events.ID][]*WidgetSession{}
	return list
}

// news tells whether a ticket's customers should hear a changed place now: forward at once, back seldom.
func (r *Router) news(ticket events.ID, position int) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	old := r.told[ticket]
	forward := position < old.position || old.position == 0
	if !forward && (position == old.position || time.Since(old.at) < queuePace) {
		return false
	}
	r.told[ticket] = place{position, time.Now()}
	return true
}

// Wait is the range in seconds in which a chat at a place of a team's queue can expect its agent: the second to the
// eighth decile of the team's newest waits, stretched by the place. A team without a history gets a range that is
// honest about it: from at once to five minutes a place.
func (r *Router) Wait(ctx context.Context, team events.ID, position int) (low, high float64, err error) {
	waits, err := r.recent(ctx, team)
	if err != nil {
		return 0, 0, err
	}
	if len(waits) < minSample {
		return 0, float64(300 * position), nil
	}
	stretch := float64(position+1) / 2
	return waits[len(waits)*2/10], waits[len(waits)*8/10] * stretch, nil
}

// ExpectedWait is the range in seconds that a visitor of a team may expect before the chat begins; known is false for
// a team without enough history.
func (h *Hub) ExpectedWait(ctx context.Context, team events.ID) (low, high float64, known bool, err error) {
	waits, err := h.router.recent(ctx, team)
	if err != nil || len(waits) < minSample {
		return 0, 0, false, err
	}
	low, high, err = h.router.Wait(ctx, team, 1)
	return low, high, err == nil, err
}

// recent returns a team's newest waits, shortest first. They are read again after the next assignment.
func (r *Router) recent(ctx context.Context, team events.ID) ([]float64, error) {
	r.mu.Lock()
	waits, known := r.waits[team]
	r.mu.Unlock()
	if known {
		return waits, nil
	}
	spans, err := r.hub.o.Tickets.QueueWaits(ctx, team, waitSample)
	if err != nil {
		return nil, err
	}
	snap, err := r.hub.o.People.Directory().Snapshot(ctx)
	if err != nil {
		return nil, err
	}
	waits = make([]float64, len(spans)) // in business time: a night is nobody's wait while agents are there
	for i, s := range spans {
		waits[i] = s.Length(snap.HoursOf(0, team, s.From)).Seconds()
	}
	slices.Sort(waits)
	r.mu.Lock()
	r.waits[team] = waits
	r.mu.Unlock()
	return waits, nil
}
