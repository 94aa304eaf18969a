package routing

import (
	"time"

	"heard/tickets"
	"heard/tickets/events"
)

// Strategy is how a team's tickets find their agents.
type Strategy string

const (
	Balanced   Strategy = "balanced"    // the least loaded for its capacity, then the longest idle
	RoundRobin Strategy = "round_robin" // whose last turn is longest ago
	Manual     Strategy = "manual"      // nobody gets one unasked; agents pull
)

// Rule says why an agent got a ticket.
type Rule string

const (
	ByBalance   Rule = "balanced"
	ByTurn      Rule = "round_robin"
	ByLastOwner Rule = "last_owner" // had the customer before
	ByPull      Rule = "pulled"     // asked for the next one
)

// Reasons why a candidate did not get a ticket.
const (
	OutAway     = "away"
	OutDeclined = "declined" // declined it, or let the offer expire
	OutSkill    = "skill"    // lacks a required skill
	OutFull     = "full"     // no room for it
	OutRate     = "rate"     // got as many new chats in the last minute as the team allows
)

// Team is how one team's queue is served. The zero value is balanced, without limits.
type Team struct {
	ID              events.ID
	Strategy        Strategy
	StickyDays      int           // the last owner comes first for this long; 0: never
	RelaxAfter      time.Duration // wait after which a skill counts one step less: required, preferred, nothing; 0: never
	Overflow        []Overflow    // who helps out, in order
	OfferFor        time.Duration // time to accept an offer; 0: assigned at once. Decide does not look at it
	MaxNewPerMinute int           // new chats an agent gets in a minute; 0: no limit
	AgeEvery        time.Duration // wait that is worth one step of priority; 0: DefaultAge
	Weights         map[tickets.Channel]float64
}

// Overflow is a team that helps out when a ticket has waited for After.
type Overflow struct {
	Team  events.ID
	After time.Duration
}

// Load is what an agent has to do, in units: each open ticket with the weight of its team and channel. An open offer
// counts as a ticket.
type Load struct{ Chat, Letters float64 }

// Agent is somebody who may get tickets.
type Agent struct {
	ID           events.ID
	Teams        []events.ID
	Away         bool // on line, but not to be given anything: stands in the decision as that
	Capacity     float64
	Load         Load
	LastAssigned events.Time   // 0: never
	Recent       []events.Time // when the agent got its newest chats, in any order; older than a minute does no harm
	Turn         int64         // rises with every assignment; what LastAssigned holds will do
	Skills       []string      // lower case
}

// Ticket is one that waits.
type Ticket struct {
	ID          events.ID
	Team        events.ID
	Channel     tickets.Channel
	Priority    tickets.Priority
	QueuedAt    events.Time
	LastOwner   events.ID // the newest owner of the ticket or, for a new one, of the customer's last conversation
	LastOwnedAt events.Time
	Required    []string // skills
	Preferred   []string
	Passed      []events.ID // agents who declined it or let their offer expire
}

// Stage says what a ticket's required skills still weigh.
type Stage string

const (
	Strict Stage = "required"  // nobody without them
	Soft   Stage = "preferred" // rather who has them
	Open   Stage = "none"      // anybody
)

// Decision is who gets a ticket and why, or why nobody does.
type Decision struct {
	Agent      events.ID // 0: nobody
	Rule       Rule
	Strategy   Strategy
	Team       events.ID // the team that the agent was found in: the ticket's, or one that helps out
	Stage      Stage
	Relaxed    bool        // required skills have stopped being required
	Candidates []Candidate // all agents of the teams that were asked, in order of id
	// Again is when the passing of time alone may change the answer: skills relax, a team helps out, an agent's
	// minute is over. 0: only something happening can. It is set when nobody was found.
	Again events.Time
}

// Candidate is an agent as the decision saw it.
type Candidate struct {
	Agent    events.ID
	Team     events.ID // through which it was asked
	Load     float64   // units that count for this ticket
	Capacity float64
	IdleS    float64  // seconds since the last assignment; 0 without one
	Score    float64  // the strategy's measure, smaller first: load ÷ capacity, or the turn
	Rate     int      // chats of the last minute
	Skills   []string // of those that the ticket asks for
	Missing  []string
	Out      string // why not, "" for who could

	last events.Time // assignment
}
