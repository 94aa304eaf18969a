package chat

import (
	"cmp"
	"slices"

	"heard/tickets"
	"heard/tickets/events"
)

// Routing rules, as a ticket's history names them.
const (
	RuleLeastLoaded = "least_loaded"
	RuleLastOwner   = "last_owner"
)

// candidate is an agent as the router weighs it.
type candidate struct {
	id       events.ID
	load     int
	capacity int
	idle     events.Time // time of the last assignment; 0 for none
}

func (c candidate) free() bool { return c.load < c.capacity }

// share is how much of its capacity an agent uses.
func (c candidate) share() float64 { return float64(c.load) / float64(max(c.capacity, 1)) }

// choose picks who gets a ticket: the agent who had it before, when that one is free; else the least loaded for its
// capacity; among equals the one longest without a new ticket, then the lower id. It returns 0 when nobody is free.
func choose(list []candidate, lastOwner events.ID) (events.ID, string) {
	free := slices.DeleteFunc(slices.Clone(list), func(c candidate) bool { return !c.free() })
	if len(free) == 0 {
		return 0, ""
	}
	if slices.ContainsFunc(free, func(c candidate) bool { return c.id == lastOwner }) {
		return lastOwner, RuleLastOwner
	}
	best := slices.MinFunc(free, func(a, b candidate) int {
		return cmp.Or(cmp.Compare(a.share(), b.share()), cmp.Compare(a.idle, b.idle), cmp.Compare(a.id, b.id))
	})
	return best.id, RuleLeastLoaded
}

// explain is the decision as the ticket's history keeps it.
func explain(list []candidate, agent events.ID, rule string, now events.Time) tickets.TicketRouted {
	out := tickets.TicketRouted{Agent: agent, Rule: rule, Candidates: make([]tickets.Candidate, len(list))}
	for i, c := range list {
		k := tickets.Candidate{Agent: c.id, Load: c.load, Capacity: c.capacity}
		if c.idle != 0 {
			k.IdleS = now.Sub(c.idle).Seconds()
		}
		out.Candidates[i] = k
	}
	return out
}
