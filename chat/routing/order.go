package routing

import (
	"cmp"
	"slices"
	"time"

	"heard/tickets"
	"heard/tickets/events"
)

const (
	// DefaultAge is the wait that is worth one step of priority, unless a team says otherwise.
	DefaultAge = 15 * time.Minute

	// letterHandicap is how many steps a letter stands behind a chat that came at the same time: four hours by
	// default. Who looks at a chat window waits otherwise than who wrote a letter.
	letterHandicap = 16
)

// level is a priority in steps.
func level(p tickets.Priority) int64 {
	switch p {
	case tickets.Urgent:
		return 3
	case tickets.High:
		return 2
	case tickets.Low:
		return 0
	default:
		return 1
	}
}

// Order returns the waiting tickets, the next one first. The teams are those of the tickets; one that is missing
// counts as the zero Team.
//
// A ticket stands as if it had come earlier by AgeEvery for each step of its priority, and later by sixteen steps if
// it is a letter. So a wait of AgeEvery is worth one step, the order of two tickets never changes while they wait,
// and nobody starves: who comes more than (3 − own priority) steps after a chat can no longer pass it, and no chat
// that comes nineteen steps after a letter can pass that.
func Order(waiting []Ticket, teams map[events.ID]*Team) []Ticket {
	type placed struct {
		at     events.Time
		ticket Ticket
	}
	list := make([]placed, len(waiting))
	for i, t := range waiting {
		list[i] = placed{Place(&t, teams[t.Team]), t}
	}
	slices.SortFunc(list, func(a, b placed) int {
		return cmp.Or(cmp.Compare(a.at, b.at), cmp.Compare(a.ticket.QueuedAt, b.ticket.QueuedAt), cmp.Compare(a.ticket.ID, b.ticket.ID))
	})
	out := make([]Ticket, len(list))
	for i := range list {
		out[i] = list[i].ticket
	}
	return out
}

// Place is the moment at which a ticket stands in its queue: the earlier, the sooner it is its turn. team may be nil.
func Place(t *Ticket, team *Team) events.Time {
	age := DefaultAge
	if team != nil && team.AgeEvery > 0 {
		age = team.AgeEvery
	}
	steps := -level(t.Priority)
	if t.Channel != tickets.Chat {
		steps += letterHandicap
	}
	return t.QueuedAt.Add(time.Duration(steps) * age)
}
