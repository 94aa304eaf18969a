package chat

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
	"time"

	"heard/chat/routing"
	"heard/tickets"
	"heard/tickets/events"
)

// Router gives waiting tickets to free agents, whenever the log says that it may find something to do or a moment has
// come at which time alone changes the answer. In a cluster one node routes, under a lease; each tells its own
// customers their places.
type Router struct {
	hub     *Hub
	wakes   chan struct{} // for the one who routes
	places  chan struct{} // for the telling of places
	leading atomic.Bool
	leaving chan struct{} // closed when this node goes: it gives the lease back

	mu       sync.Mutex
	show     map[events.ID][]*WidgetSession // who just came and wants to know its ticket's place
	told     map[events.ID]place            // what customers were told last
	rounds   map[events.ID]events.Time      // when a ticket that all have passed on goes round again
	known    map[events.ID]*outlook         // what a team's queue tells of its waits
	expected map[events.ID]expectation      // what a team's next visitor may expect
}

const (
	routerTTL  = 6 * time.Second // how long a node that died keeps the others from routing
	roundPause = 30 * time.Second
	retryPause = time.Second
)

func newRouter(h *Hub) *Router {
	return &Router{hub: h, wakes: make(chan struct{}, 1), places: make(chan struct{}, 1), leaving: make(chan struct{}),
		show: map[events.ID][]*WidgetSession{}, told: map[events.ID]place{}, rounds: map[events.ID]events.Time{},
		known: map[events.ID]*outlook{}, expected: map[events.ID]expectation{}}
}

func (r *Router) wake() {
	poke(r.wakes)
	poke(r.places)
}

func poke(c chan struct{}) {
	select {
	case c <- struct{}{}:
	default:
	}
}

// note hears every event of a ticket: it wakes the router when one puts a ticket into a queue, changes what a waiting
// one asks for, or frees an agent.
func (r *Router) note(e *events.Event) {
	switch c := e.Change.(type) {
	case tickets.TicketAssigned:
		r.forget(e.TicketID)
	case tickets.TicketOffered:
		r.hub.tellAgent(c.Agent, offerFrame{Type: "notify", Kind: "offer", Ticket: e.TicketID, Until: c.Until})
		return
	case tickets.TicketOfferEnded:
		r.hub.tellAgent(c.Agent, offerFrame{Type: "notify", Kind: "offer_ended", Ticket: e.TicketID, Outcome: c.Outcome})
	case tickets.WaitPromised:
		r.promised(e, c)
		return
	case tickets.TicketOpened, tickets.TicketHandedOff, tickets.TicketQueued, tickets.TicketUnassigned, tickets.TicketTeamChanged,
		tickets.StatusChanged, tickets.PriorityChanged, tickets.TicketTagged, tickets.TicketUntagged, tickets.FieldChanged,
		tickets.CustomerLeft, tickets.CustomerReturned:
	default:
		return
	}
	r.wake()
}

func (r *Router) forget(ticket events.ID) {
	r.mu.Lock()
	defer r.mu.Unlock()
	delete(r.told, ticket)
	delete(r.rounds, ticket)
}

// run routes while this node holds the lease, and tells places while it does not.
func (r *Router) run(ctx context.Context) {
	var wg sync.WaitGroup
	wg.Go(func() { r.follow(ctx) })
	defer wg.Wait()
	for ctx.Err() == nil {
		select {
		case <-r.leaving:
			return
		default:
		}
		err := r.hub.o.Log.Lease(ctx, tickets.RouterLease, routerTTL, r.lead)
		if err != nil && ctx.Err() == nil {
			r.hub.o.Report("route tickets", err)
			pause(ctx, retryPause)
		}
	}
}

func pause(ctx context.Context, d time.Duration) {
	select {
	case <-ctx.Done():
	case <-time.After(d):
	}
}

// lead routes until ctx ends, which is also when the lease is lost, or this node leaves.
func (r *Router) lead(ctx context.Context, fence int64) error {
	r.leading.Store(true)
	defer r.leading.Store(false)
	door := r.hub.o.Tickets.Dispatcher(fence)
	timer := time.NewTimer(0)
	defer timer.Stop()
	for {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-r.leaving:
			return nil
		case <-r.wakes:
		case <-timer.C:
		}
		next, err := r.pass(ctx, door)
		switch {
		case errors.Is(err, events.ErrFenced):
			return err
		case err != nil && ctx.Err() == nil:
			r.hub.o.Report("route tickets", err)
			r.hub.NoteOutage(err)
			timer.Reset(retryPause)
		case next != 0:
			timer.Reset(max(0, next.Sub(r.hub.o.Log.Now())))
		default:
			timer.Stop()
		}
	}
}

// stop gives the lease back at once, so that another node routes.
func (r *Router) stop() {
	r.mu.Lock()
	defer r.mu.Unlock()
	select {
	case <-r.leaving:
	default:
		close(r.leaving)
	}
}

// due is the earliest of some moments; 0 is never.
type due events.Time

func (d *due) at(t events.Time) {
	if t != 0 && (*d == 0 || t < events.Time(*d)) {
		*d = due(t)
	}
}

// pass ends the offers that are over, goes through all queues once, the next ticket first, and tells those who stay
// what to expect. It returns when time alone may have changed something.
func (r *Router) pass(ctx context.Context, door *tickets.Dispatcher) (events.Time, error) {
	s, err := r.look(ctx)
	if err != nil {
		return 0, err
	}
	if ended, err := r.endOffers(ctx, door, s); err != nil {
		return 0, err
	} else if ended {
		if s, err = r.look(ctx); err != nil {
			return 0, err
		}
	}
	var next due
	left := s.order[:0:0]
	for i := range s.order {
		t := &s.order[i]
		if w := s.waiting[t.ID]; w.OfferedTo != 0 {
			next.at(w.OfferedUntil)
		} else {
			served, again, err := r.route(ctx, door, s, t)
			if err != nil {
				return 0, err
			}
			if next.at(again); served {
				continue
			}
		}
		left = append(left, *t)
	}
	s.order = left
	again, err := r.promise(ctx, door, s)
	if err != nil {
		return 0, err
	}
	next.at(again)
	return events.Time(next), r.tellPlaces(s)
}

// route tries to give one ticket to an agent, or to offer it. served means that somebody has it; again is when time
// alone may change that nobody has.
func (r *Router) route(ctx context.Context, door *tickets.Dispatcher, s *scene, t *routing.Ticket) (served bool, again events.Time, err error) {
	team := s.team(t.Team)
	d := routing.Decide(s.now, t, team, s.agents)
	if d.Agent == 0 && len(t.Passed) > 0 && allPassed(d.Candidates) {
		at := r.round(t, team)
		if at > s.now {
			d.Again = earlier(d.Again, at)
		} else {
			t.Passed = nil
			d = routing.Decide(s.now, t, team, s.agents)
		}
	}
	if d.Agent == 0 {
		return false, d.Again, nil
	}
	choice := tickets.Choice{Ticket: t.ID, Team: d.Team, Why: explain(t, &d), Fits: s.fits(t, d.Agent)}
	if team.OfferFor > 0 {
		choice.Until = s.now.Add(team.OfferFor)
	}
	done, err := door.Carry(ctx, choice)
	if err != nil || !done { // what has changed meanwhile wakes us
		return false, 0, err
	}
	s.hold(d.Agent, t)
	r.mu.Lock()
	delete(r.rounds, t.ID)
	r.mu.Unlock()
	return choice.Until == 0, choice.Until, nil
}

func earlier(a, b events.Time) events.Time {
	d := due(a)
	d.at(b)
	return events.Time(d)
}
