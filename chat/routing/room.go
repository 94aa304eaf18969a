package routing

import (
	"math"
	"slices"
	"time"

	"heard/tickets"
	"heard/tickets/events"
)

const (
	chatWeight   = 1
	letterWeight = 0.2
)

// slack keeps sums of weights like 0.2 from missing a capacity by rounding.
const slack = 1e-9

// counts is what of an agent's load counts for a ticket of a channel: for a letter all, for a chat at most half of the
// capacity in letters, as letters never shut chats out.
func (a *Agent) counts(c tickets.Channel) float64 {
	if c == tickets.Chat {
		return a.Load.Chat + min(a.Load.Letters, a.Capacity/2)
	}
	return a.Load.Chat + a.Load.Letters
}

// Room tells whether an agent has room for a ticket of a team. Who holds nothing has room for anything, however heavy,
// and who holds no chat has room for one.
func (a *Agent) Room(team *Team, c tickets.Channel) bool {
	if a.Capacity <= 0 {
		return false
	}
	if a.Load.Chat <= slack && (c == tickets.Chat || a.Load.Letters <= slack) {
		return true
	}
	return a.counts(c)+team.Weight(c) <= a.Capacity+slack
}

// Taken is how many of the agent's places for chats are taken, letters counted as routing counts them; what is left of the
// capacity is how many more ordinary chats the agent would get.
func (a *Agent) Taken() int {
	chats := *a
	left := 0
	for ordinary := (&Team{}); chats.Room(ordinary, tickets.Chat); left++ {
		chats.Load.Chat += chatWeight
	}
	return max(int(a.Capacity)-left, int(math.Ceil(a.Load.Chat-slack)))
}

// Weight is how many units of capacity a ticket of a channel takes.
func (t *Team) Weight(c tickets.Channel) float64 {
	if w, set := t.Weights[c]; set && w > 0 {
		return w
	}
	if c == tickets.Chat {
		return chatWeight
	}
	return letterWeight
}

// Hold adds a ticket that the agent has just been given.
func (a *Agent) Hold(now events.Time, team *Team, c tickets.Channel) {
	if c == tickets.Chat {
		a.Load.Chat += team.Weight(c)
		a.Recent = append(slices.DeleteFunc(slices.Clone(a.Recent), func(at events.Time) bool { return at.Add(time.Minute) <= now }), now)
	} else {
		a.Load.Letters += team.Weight(c)
	}
	a.LastAssigned, a.Turn = now, max(a.Turn+1, int64(now))
}
