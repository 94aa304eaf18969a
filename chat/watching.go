package chat

import (
	"context"
	"slices"

	"heard/tickets"
	"heard/tickets/events"
	"heard/tickets/fault"
)

func (h *Hub) addConsole(s *ConsoleSession) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.turnAway(&s.sub)
	add(h.byAgent, s.caller().Agent, s)
}

func (h *Hub) removeConsole(s *ConsoleSession) {
	agent := s.caller().Agent
	watched := s.flows.tickets()
	h.mu.Lock()
	remove(h.byAgent, agent, s)
	h.mu.Unlock()
	for _, id := range watched {
		h.unwatch(s, id)
		h.lists.look(id)
	}
	s.mu.Lock()
	counted := s.counted
	s.mu.Unlock()
	if counted {
		h.pres.agentWent(agent)
	}
}

// watch adds a console to a ticket, after the newest seq that is known now. With after, a new flow stands there instead
// and is claimed for reading, which it tells: no live event may come before what is read.
func (h *Hub) watch(s *ConsoleSession, ticket events.ID, newest int64, after *int64) (claimed bool) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if after != nil {
		claimed = s.flows.beginReading(ticket, min(*after, newest))
	}
	if claimed || s.flows.begin(ticket, newest) {
		t := h.topic(ticket)
		if len(t.consoles) == 0 {
			h.cluster.tell(liveNote{Kind: noteAsk, Ticket: ticket})
		}
		t.consoles = put(t.consoles, s)
	}
	return claimed
}

func (h *Hub) unwatch(s *ConsoleSession, ticket events.ID) {
	h.mu.Lock()
	defer h.mu.Unlock()
	s.flows.end(ticket)
	t := h.topics[ticket]
	if t == nil {
		return
	}
	t.consoles = take(t.consoles, s)
	agent := s.caller().Agent
	if !slices.Contains(agentsOf(t), agent) {
		delete(t.composing, agent)
	}
	h.sweepTopic(ticket, t)
}

func (h *Hub) compose(ticket, agent events.ID, on bool) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if t := h.topics[ticket]; t != nil {
		if on {
			if t.composing == nil {
				t.composing = map[events.ID]bool{}
			}
			t.composing[agent] = true
		} else {
			delete(t.composing, agent)
		}
	}
}

func agentsOf(t *topic) []events.ID {
	out := []events.ID{}
	for _, s := range t.consoles {
		out = append(out, s.caller().Agent)
	}
	return distinct(out)
}

type viewersFrame struct {
	Type      string      `json:"type"`
	Ticket    events.ID   `json:"ticket"`
	Agents    []events.ID `json:"agents"`
	Composing []events.ID `json:"composing"`
}

// tellViewers tells those who look at a ticket who else does, here and on other nodes.
func (h *Hub) tellViewers(ticket events.ID) {
	h.mu.RLock()
	defer h.mu.RUnlock()
	t := h.topics[ticket]
	f := viewersFrame{Type: "viewers", Ticket: ticket, Composing: []events.ID{}}
	agents, composing := h.cluster.merge(ticket, h.hereAt(ticket))
	if t == nil || len(t.consoles) == 0 {
		return
	}
	f.Agents, f.Composing = agents, append(f.Composing, composing...)
	frame := encode(f)
	for _, s := range t.consoles {
		s.sub.Send(frame)
	}
}

func (h *Hub) agentName(id events.ID) string {
	snap, err := h.o.People.Directory().Snapshot(context.Background())
	if err != nil {
		return ""
	}
	return snap.AgentName(id)
}

// recheckTicket drops the consoles that may not see a ticket any more, after it changed hands.
func (h *Hub) recheckTicket(ctx context.Context, ticket events.ID, consoles []*ConsoleSession) {
	t, err := h.o.Tickets.Ticket(ctx, ticket)
	if err != nil {
		h.o.Report("check who may see a ticket", err)
		return
	}
	for _, s := range consoles {
		c := s.caller()
		if tickets.Can(c, tickets.TicketRead, c.ToTicket(&t.Ticket)) {
			continue
		}
		h.unwatch(s, ticket)
		h.lists.look(ticket)
		s.sub.SendValue(errorOf(fault.Newf(fault.NotFound, "ticket %s is not yours to see any more", ticket), ""))
	}
}

// recheck asks the policy again for every console, after the desk changed: people lose sight within moments, not at
// their next sign-in.
func (h *Hub) recheck(ctx context.Context) {
	snap, err := h.o.People.Directory().Snapshot(ctx)
	if err != nil {
		h.o.Report("check what consoles may see", err)
		return
	}
	for _, s := range h.consoles() {
		agent := s.caller().Agent
		if snap.Agents[agent] == nil {
			continue // invited since the desk was read; nobody is ever deleted
		}
		who := snap.Caller(agent)
		if !tickets.Can(who, tickets.ConsoleSocket, tickets.Own) {
			s.sub.Close(CloseUnauthenticated, "signed out")
			continue
		}
		s.mu.Lock()
		narrower := s.who.AllTeams != who.AllTeams || s.who.Role != who.Role || !slices.Equal(s.who.Teams, who.Teams)
		s.who = who
		s.mu.Unlock()
		if !narrower {
			continue
		}
		for _, id := range s.flows.tickets() {
			h.recheckTicket(ctx, id, []*ConsoleSession{s})
		}
	}
}

// endSessions has the consoles of an agent connect again after a new password or role: a sign-in that was ended by it
// is refused then, one that goes on is welcome.
func (h *Hub) endSessions(agent events.ID) {
	for _, s := range h.consoles() {
		if s.caller().Agent == agent {
			s.sub.Close(CloseDraining, "come back")
		}
	}
}
