package chat

import (
	"context"
	"slices"
	"time"

	"heard/chat/routing"
	"heard/tickets"
	"heard/tickets/events"
)

// scene is the desk as routing sees it at one moment.
type scene struct {
	now     events.Time
	snap    *tickets.Snapshot
	teams   map[events.ID]*routing.Team
	agents  []routing.Agent // on line or away, ascending
	waiting map[events.ID]*tickets.Waiting
	order   []routing.Ticket // who waits, the next one first
}

// look reads the scene: the queues, and what everybody has to do.
func (r *Router) look(ctx context.Context) (*scene, error) {
	list, err := r.hub.o.Tickets.Queue(ctx)
	if err != nil {
		return nil, err
	}
	snap, err := r.hub.o.People.Directory().Snapshot(ctx)
	if err != nil {
		return nil, err
	}
	s := newScene(r.hub.o.Log.Now(), snap, list)
	loads, err := r.hub.o.Tickets.Loads(ctx)
	if err != nil {
		return nil, err
	}
	for _, a := range snap.Agents {
		if a.DisabledAt == 0 && a.Availability != tickets.Offline {
			s.agents = append(s.agents, s.agent(a, loads[a.ID]))
		}
	}
	slices.SortFunc(s.agents, func(a, b routing.Agent) int { return int(a.ID - b.ID) })
	return s, nil
}

// newScene has everything but the agents.
func newScene(now events.Time, snap *tickets.Snapshot, list []tickets.Waiting) *scene {
	s := &scene{now: now, snap: snap, teams: make(map[events.ID]*routing.Team, len(snap.Teams)), waiting: make(map[events.ID]*tickets.Waiting, len(list))}
	for id, t := range snap.Teams {
		s.teams[id] = teamOf(t)
	}
	waiting := make([]routing.Ticket, 0, len(list))
	for i := range list {
		w := &list[i]
		s.waiting[w.Ticket] = w
		if !w.Left { // an agent would write to nobody; whoever returns has its old place
			waiting = append(waiting, s.ticket(w))
		}
	}
	s.order = routing.Order(waiting, s.teams)
	return s
}

func teamOf(t *tickets.Team) *routing.Team {
	out := &routing.Team{ID: t.ID, Strategy: routing.Strategy(t.Strategy), StickyDays: t.StickyDays,
		RelaxAfter: time.Duration(t.RelaxAfterS) * time.Second, OfferFor: t.OfferFor(), MaxNewPerMinute: t.MaxNewPerMinute,
		AgeEvery: time.Duration(t.AgeEveryS) * time.Second,
		Weights:  map[tickets.Channel]float64{tickets.Chat: t.Weights.Chat, tickets.API: t.Weights.Letter, tickets.Email: t.Weights.Letter}}
	if !t.AutoAssign {
		out.Strategy = routing.Manual
	}
	for _, o := range t.Overflow {
		out.Overflow = append(out.Overflow, routing.Overflow{Team: o.Team, After: time.Duration(o.AfterS) * time.Second})
	}
	return out
}

func (s *scene) ticket(w *tickets.Waiting) routing.Ticket {
	t := routing.Ticket{ID: w.Ticket, Team: w.Team, Channel: w.Channel, Priority: w.Priority, QueuedAt: w.QueuedAt,
		LastOwner: w.LastOwner, LastOwnedAt: w.LastOwnedAt, Passed: w.Passed}
	if w.Offline {
		t.Channel = tickets.Email // it stands in line as the letter that it is
	}
	if team := s.snap.Teams[w.Team]; team != nil {
		t.Required, t.Preferred = team.Asks(w)
	}
	return t
}

// Taken returns how many places for chats of each agent are taken, as routing counts.
func Taken(snap *tickets.Snapshot, loads map[events.ID]tickets.AgentLoad) map[events.ID]int {
	s := newScene(0, snap, nil)
	out := make(map[events.ID]int, len(snap.Agents))
	for id, a := range snap.Agents {
		who := s.agent(a, loads[id])
		out[id] = who.Taken()
	}
	return out
}

// agent is a person with what it has to do, each ticket with the weight that its own team gives it.
func (s *scene) agent(a *tickets.Agent, load tickets.AgentLoad) routing.Agent {
	out := routing.Agent{ID: a.ID, Teams: a.Teams, Away: a.Availability != tickets.Online, Capacity: float64(a.Capacity),
		LastAssigned: load.LastAssigned, Turn: int64(load.LastAssigned), Recent: load.Recent, Skills: a.Skills}
	for _, h := range load.Held {
		team := s.teams[h.Team]
		if team == nil {
			team = &routing.Team{}
		}
		if h.Chat {
			out.Load.Chat += float64(h.N) * team.Weight(tickets.Chat)
		} else {
			out.Load.Letters += float64(h.N) * team.Weight(tickets.Email)
		}
	}
	return out
}

// team is never nil: a ticket of a team that is gone waits for somebody to notice.
func (s *scene) team(id events.ID) *routing.Team {
	if t := s.teams[id]; t != nil {
		return t
	}
	return &routing.Team{ID: id, Strategy: routing.Manual}
}

// hold notes that an agent has just been given a ticket.
func (s *scene) hold(agent events.ID, t *routing.Ticket) {
	for i := range s.agents {
		if s.agents[i].ID == agent {
			s.agents[i].Hold(s.now, s.team(t.Team), t.Channel)
		}
	}
}

// fits decides again, with what is known under the agent's lock.
func (s *scene) fits(t *routing.Ticket, agent events.ID) func(tickets.AgentLoad) bool {
	return func(load tickets.AgentLoad) bool {
		a := s.snap.Agents[agent]
		if a == nil {
			return false
		}
		here := []routing.Agent{s.agent(a, load)}
		return routing.Decide(s.now, t, s.team(t.Team), here).Agent == agent
	}
}

// explain is a decision as the ticket's history keeps it.
func explain(t *routing.Ticket, d *routing.Decision) tickets.TicketRouted {
	out := tickets.TicketRouted{Agent: d.Agent, Rule: string(d.Rule), Strategy: tickets.Strategy(d.Strategy), Relaxed: d.Relaxed,
		Candidates: make([]tickets.Candidate, len(d.Candidates))}
	if d.Team != t.Team {
		out.Team = d.Team
	}
	for i, c := range d.Candidates {
		out.Candidates[i] = tickets.Candidate{Agent: c.Agent, Load: c.Load, Capacity: c.Capacity, IdleS: c.IdleS, Score: c.Score,
			Rate: c.Rate, Missing: c.Missing, Out: c.Out}
	}
	return out
}
