package chat

import (
	"context"
	"errors"
	"slices"
	"sync"
	"time"

	"heard/tickets"
	"heard/tickets/events"
)

const (
	signPace  = time.Minute      // how often signs of life are written down
	leftAfter = 10 * time.Minute // without one, a visitor has left (model.md, abandoned chat)
	sweepPace = 5 * time.Second  // how often silent connections are looked for

	signAtOnce = 1000 // visitors of one statement
)

// AvailabilityOf is what a visitor of an inbox sees: online when an agent of its team is, away inside business hours,
// else offline.
func AvailabilityOf(snap *tickets.Snapshot, inbox *tickets.Inbox, now events.Time) tickets.Availability {
	team := snap.TeamOf(inbox.ID)
	for _, a := range snap.Agents {
		if a.DisabledAt == 0 && a.Availability == tickets.Online && serves(a, team) {
			return tickets.Online
		}
	}
	if snap.HoursOf(inbox.ID, team, now).OpenAt(now) {
		return tickets.Away
	}
	return tickets.Offline
}

func serves(a *tickets.Agent, team events.ID) bool {
	for _, t := range a.Teams {
		if t == team {
			return true
		}
	}
	return false
}

// presence turns connections into availability: an agent is there while a console of it is connected to any node, and
// for a grace period after. It also keeps the signs of life of visitors.
type presence struct {
	hub *Hub

	born     time.Time
	mu       sync.Mutex
	agents   map[events.ID]int         // console connections to this node
	said     map[events.ID]bool        // agents whom the database knows to be on this node
	gone     map[events.ID]*time.Timer // agents within their grace period
	visitors map[events.ID]int         // widget connections
	fresh    map[events.ID]bool        // visitors that came or left since signs of life were written
}

func newPresence(h *Hub) *presence {
	return &presence{hub: h, born: time.Now(), agents: map[events.ID]int{}, said: map[events.ID]bool{}, gone: map[events.ID]*time.Timer{},
		visitors: map[events.ID]int{}, fresh: map[events.ID]bool{}}
}

func (p *presence) node() string { return p.hub.o.Bus.Node() }

func (p *presence) visitorCame(id events.ID) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.visitors[id]++
	p.fresh[id] = true
}

func (p *presence) visitorLeft(id events.ID) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.visitors[id]--; p.visitors[id] <= 0 {
		delete(p.visitors, id)
	}
	p.fresh[id] = true
}

// agentCame makes an agent available as it chose to be, now that a console of it is connected.
func (p *presence) agentCame(ctx context.Context, agent events.ID) error {
	p.mu.Lock()
	p.agents[agent]++
	first := p.agents[agent] == 1
	if t := p.gone[agent]; t != nil {
		t.Stop()
		delete(p.gone, agent)
	}
	p.mu.Unlock()
	if !first {
		return nil
	}
	return p.say(ctx, agent)
}

// say writes down that an agent is on this node. What fails is said again at the next beat, and so are all others when
// this node was given up meanwhile.
func (p *presence) say(ctx context.Context, agent events.ID) error {
	missed, err := p.hub.o.People.AgentCame(ctx, p.node(), agent)
	if err != nil {
		return err
	}
	p.mu.Lock()
	if missed {
		clear(p.said)
	}
	p.said[agent] = true
	p.mu.Unlock()
	return nil
}

// agentWent begins the grace period when the last console of an agent is gone.
func (p *presence) agentWent(agent events.ID) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.agents[agent]--; p.agents[agent] > 0 {
		return
	}
	delete(p.agents, agent)
	p.arm(agent)
}

func (p *presence) arm(agent events.ID) {
	if p.gone[agent] == nil {
		p.gone[agent] = time.AfterFunc(p.hub.o.Grace, func() { p.graceOver(agent) })
	}
}

// graceOver takes an agent who did not come back offline, and gives its waiting conversations back to their queues.
func (p *presence) graceOver(agent events.ID) {
	p.mu.Lock()
	_, waits := p.gone[agent]
	delete(p.gone, agent)
	back := p.agents[agent] > 0
	p.mu.Unlock()
	if !waits || p.hub.isDraining() {
		return
	}
	ctx, cancel := context.WithTimeout(context.Background(), readPatience)
	defer cancel()
	err := p.leave(ctx, agent, back)
	if err != nil {
		p.hub.o.Report("take an agent offline", err)
		p.mu.Lock()
		p.arm(agent)
		p.mu.Unlock()
	}
}

// leave ends the grace of an agent: without a console here it is gone from this node, and offline it gives its chats
// back.
func (p *presence) leave(ctx context.Context, agent events.ID, back bool) error {
	now := tickets.Offline
	if back {
		a, err := p.hub.o.People.Agent(ctx, agent)
		if err != nil {
			return err
		}
		now = a.Availability
	} else {
		p.mu.Lock()
		delete(p.said, agent)
		p.mu.Unlock()
		var err error
		if now, err = p.hub.o.People.AgentGone(ctx, p.node(), agent); err != nil {
			return err
		}
	}
	if now != tickets.Offline {
		return nil
	}
	_, err := p.hub.o.Tickets.Requeue(ctx, events.SystemActor, agent)
	return err
}

// changed hears that an agent's availability changed: visitors are told what concerns them, and one who chose to go
// offline keeps its conversations for a grace period.
func (p *presence) changed(ctx context.Context, c tickets.AvailabilityChanged) {
	p.mu.Lock()
	if c.To == tickets.Offline {
		p.arm(c.Agent)
	} else if t := p.gone[c.Agent]; t != nil && p.agents[c.Agent] > 0 {
		t.Stop()
		delete(p.gone, c.Agent)
	}
	p.mu.Unlock()
	if c.To == tickets.Offline && c.Cause == tickets.ConnectionLost {
		p.hub.cluster.lost(c.Agent)
	}
	go p.hub.tellAvailability(context.WithoutCancel(ctx), c)
}

type presenceFrame struct {
	Type         string               `json:"type"`
	Availability tickets.Availability `json:"availability"`
	Agent        events.ID            `json:"agent,omitempty"`
}

// tellAvailability tells every console about the agent, and each widget when its inbox's availability changed.
func (h *Hub) tellAvailability(ctx context.Context, c tickets.AvailabilityChanged) {
	frame := encode(presenceFrame{"presence", c.To, c.Agent})
	for _, s := range h.consoles() {
		s.sub.Send(frame)
	}
	snap, err := h.o.People.Directory().Snapshot(ctx)
	if err != nil {
		h.o.Report("read the desk", err)
		return
	}
	now := map[events.ID]tickets.Availability{}
	for id, inbox := range snap.Inboxes {
		now[id] = AvailabilityOf(snap, inbox, h.o.Log.Now())
	}
	h.mu.RLock()
	defer h.mu.RUnlock()
	for _, set := range h.byVisitor {
		for _, s := range set {
			s.tellAvailability(now[s.inbox])
		}
	}
}

func (s *WidgetSession) tellAvailability(to tickets.Availability) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if to == "" || to == s.avail {
		return
	}
	s.avail = to
	s.sub.SendValue(presenceFrame{Type: "presence", Availability: to})
}

// run shows that this node lives, looks after dead ones, writes signs of life, and closes silent connections.
func (p *presence) run(ctx context.Context) {
	p.tryBeat(ctx)
	beat := time.NewTicker(tickets.NodeLease / 3)
	defer beat.Stop()
	sweep, sign := time.NewTicker(sweepPace), time.NewTicker(signPace)
	defer sweep.Stop()
	defer sign.Stop()
	for {
		select {
		case <-ctx.Done():
			p.stop()
			return
		case <-beat.C:
			p.tryBeat(ctx)
		case <-sweep.C:
			p.hub.closeSilent(time.Now())
		case <-sign.C:
			if err := p.sign(ctx); err != nil && ctx.Err() == nil {
				p.hub.o.Report("write signs of life", err)
			}
		}
	}
}

func (p *presence) stop() {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, t := range p.gone {
		t.Stop()
	}
}

func (p *presence) tryBeat(ctx context.Context) {
	if err := p.beat(ctx); err != nil && ctx.Err() == nil {
		p.hub.o.Report("show that this node lives", err)
		p.hub.NoteOutage(err)
	}
}

// beat shows that this node lives. When it was given up meanwhile, its agents come again. Of nodes that do not show
// themselves any more, the agents go offline and their chats back to the queue.
func (p *presence) beat(ctx context.Context) error {
	if p.hub.isDraining() {
		return nil // who is connected comes to another node before the lease of this one runs out
	}
	missed, dead, err := p.hub.o.People.NodeSeen(ctx, p.node())
	if err != nil {
		return err
	}
	for _, agent := range p.unsaid(missed) {
		if err := p.say(ctx, agent); err != nil {
			return err
		}
	}
	if !dead || time.Since(p.born) < p.hub.o.Grace {
		return nil // who lost its node by our own restart is coming back
	}
	gone, err := p.hub.o.People.NodesGone(ctx)
	for _, agent := range gone {
		if _, requeueErr := p.hub.o.Tickets.Requeue(ctx, events.SystemActor, agent); requeueErr != nil {
			err = errors.Join(err, requeueErr)
		}
	}
	return err
}

// unsaid lists the agents here of whom the database does not know.
func (p *presence) unsaid(all bool) []events.ID {
	p.mu.Lock()
	defer p.mu.Unlock()
	if all {
		clear(p.said)
	}
	var list []events.ID
	for agent := range p.agents {
		if !p.said[agent] {
			list = append(list, agent)
		}
	}
	return list
}

// sign writes down who is there, all in two statements.
func (p *presence) sign(ctx context.Context) error {
	p.mu.Lock()
	var agents, visitors []events.ID
	for id := range p.agents {
		agents = append(agents, id)
	}
	for id := range p.visitors {
		p.fresh[id] = true
	}
	for id := range p.fresh {
		visitors = append(visitors, id)
	}
	p.fresh = map[events.ID]bool{}
	p.mu.Unlock()
	if len(agents) > 0 {
		if err := p.hub.o.People.AgentsSeen(ctx, agents); err != nil {
			return err
		}
	}
	for some := range slices.Chunk(visitors, signAtOnce) {
		if err := p.hub.o.People.VisitorsSeen(ctx, some); err != nil {
			return err
		}
	}
	return p.hub.checkEnds(ctx)
}

// closeSilent closes connections that have not been heard of for two and a half heartbeats.
func (h *Hub) closeSilent(now time.Time) {
	limit := now.Add(-h.o.Heartbeat * 5 / 2).UnixMilli()
	var silent []*Subscriber
	h.each(func(sub *Subscriber) {
		if sub.lastSeen.Load() < limit {
			silent = append(silent, sub)
		}
	})
	for _, sub := range silent {
		sub.Close(CloseDone, "silent")
	}
}

// AbandonLeft notes the chats whose customers have left without an answer. It is a job for about every minute, and
// does nothing twice.
func (h *Hub) AbandonLeft(ctx context.Context) error {
	list, err := h.o.Tickets.LeftChats(ctx, h.o.Log.Now().Add(-leftAfter))
	if err != nil {
		return err
	}
	for _, c := range list {
		if _, err := h.o.Tickets.Abandon(ctx, c.Ticket, c.LastSeen); err != nil {
			return err
		}
	}
	return nil
}
