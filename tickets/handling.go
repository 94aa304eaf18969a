package tickets

import (
	"cmp"
	"slices"
	"time"

	"heard/tickets/events"
)

// Work is a stretch in which an agent owned one ticket that was open.
type Work struct {
	Ticket, Agent events.ID
	From, To      events.Time
}

// Handling is what HandlingTimes finds.
type Handling struct {
	ByTicket map[events.ID]time.Duration // handling time of each ticket
	ByAgent  map[events.ID]time.Duration // handling time of each agent: time online with at least one open ticket
	Online   map[events.ID]time.Duration // online time of each agent
}

// HandlingTimes gives every moment in which an agent is online to the tickets that the agent owns and that are open,
// in equal parts: definition version 1 of handling time. online holds each agent's stretches online; stretches of
// one agent do not overlap. It takes O(n log n) in the number of stretches.
func HandlingTimes(work []Work, online map[events.ID][]Span) Handling {
	h := Handling{map[events.ID]time.Duration{}, map[events.ID]time.Duration{}, map[events.ID]time.Duration{}}
	byAgent := map[events.ID][]Work{}
	for _, w := range work {
		if w.To > w.From {
			byAgent[w.Agent] = append(byAgent[w.Agent], w)
		}
	}
	for agent, spans := range online {
		for _, s := range spans {
			h.Online[agent] += s.Length(nil)
		}
		h.agent(agent, byAgent[agent], spans)
	}
	return h
}

// edge is a moment at which an agent's situation changes: a ticket comes or goes, or (ticket 0) the agent does.
type edge struct {
	at     events.Time
	ticket events.ID
	begins bool
}

func edges(work []Work, online []Span) []edge {
	out := make([]edge, 0, 2*(len(work)+len(online)))
	for _, w := range work {
		out = append(out, edge{w.From, w.Ticket, true}, edge{w.To, w.Ticket, false})
	}
	for _, s := range online {
		if s.To > s.From {
			out = append(out, edge{s.From, 0, true}, edge{s.To, 0, false})
		}
	}
	slices.SortStableFunc(out, func(a, b edge) int { return cmp.Compare(a.at, b.at) })
	return out
}

// agent sweeps over one agent's edges. Each open ticket remembers how much of the shared clock (time ÷ tickets held)
// had passed when it came; when it goes, the difference is its handling time.
func (h *Handling) agent(agent events.ID, work []Work, online []Span) {
	var (
		clock  float64 // milliseconds ÷ tickets held, summed
		last   events.Time
		here   int
		came   = map[events.ID]float64{}
		copies = map[events.ID]int{} // the same ticket twice at one edge: it goes and comes in one millisecond
		parts  = map[events.ID]float64{}
		busy   events.Time
	)
	for _, e := range edges(work, online) {
		if here > 0 && len(came) > 0 {
			clock += float64(e.at-last) / float64(len(came))
			busy += e.at - last
		}
		last = e.at
		switch {
		case e.ticket == 0 && e.begins:
			here++
		case e.ticket == 0:
			here--
		case e.begins:
			if copies[e.ticket]++; copies[e.ticket] == 1 {
				came[e.ticket] = clock
			}
		default:
			if copies[e.ticket]--; copies[e.ticket] == 0 {
				parts[e.ticket] += clock - came[e.ticket]
				delete(came, e.ticket)
			}
		}
	}
	for ticket, ms := range parts {
		h.ByTicket[ticket] += time.Duration(ms * float64(time.Millisecond))
	}
	h.ByAgent[agent] += time.Duration(busy) * time.Millisecond
}
