package main

import (
	"math"
	"math/rand/v2"
	"slices"
	"time"
)

// demoZone is where the demo's desk stands.
const demoZone = "Europe/Copenhagen"

// demoTeams are the teams of the demo; the first is the default one.
func demoTeams() []string { return []string{"Support", "Orders", "Payments"} }

const (
	teamSupport = iota
	teamOrders
	teamPayments
)

// demoAgent is one who answers in the demo.
type demoAgent struct {
	Name, Email string
	Teams       []int
	Skill       float64 // 0 … 1: how often it is right at once
	Pace        float64 // how long an answer takes, against the others
	Off         time.Weekday
	Sole        bool // does no Saturdays
}

// demoAgents are all of them. The first two get a link at the start.
func demoAgents() []demoAgent {
	return []demoAgent{
		{"Ada Lindqvist", "ada@wrenfold.example", []int{teamSupport}, .92, 1.0, time.Friday, true},
		{"Ben Okafor", "ben@wrenfold.example", []int{teamSupport, teamOrders}, .84, .75, time.Sunday, false},
		{"Carla Moreno", "carla@wrenfold.example", []int{teamOrders}, .8, 1.0, time.Sunday, false},
		{"Deniz Aydin", "deniz@wrenfold.example", []int{teamOrders}, .52, 1.5, time.Wednesday, false},
		{"Emi Sato", "emi@wrenfold.example", []int{teamPayments}, .93, .9, time.Sunday, false},
		{"Farid Haddad", "farid@wrenfold.example", []int{teamPayments, teamSupport}, .62, 1.25, time.Sunday, false},
		{"Greta Nowak", "greta@wrenfold.example", []int{teamSupport, teamOrders}, .74, 1.05, time.Monday, false},
	}
}

// shift is a stretch in which an agent is online.
type shift struct {
	Agent    int
	From, To time.Time
	Lunch    bool // another stretch follows: in between the agent is away, not offline
}

// crew knows who is online when, and how busy.
type crew struct {
	agents []demoAgent
	shifts []shift // in order of time
	busy   [][]span
}

// span is a chat that an agent has in hand.
type span struct{ from, to time.Time }

// newCrew draws the shifts of every day in [from, to).
func newCrew(rng *rand.Rand, from, to time.Time) *crew {
	c := &crew{agents: demoAgents()}
	c.busy = make([][]span, len(c.agents))
	for day := from; day.Before(to); day = day.AddDate(0, 0, 1) {
		_, week := day.ISOWeek()
		for i, a := range c.agents {
			c.plan(rng, day, i, &a, week)
		}
	}
	slices.SortStableFunc(c.shifts, func(a, b shift) int { return a.From.Compare(b.From) })
	return c
}

// plan gives an agent a day: early or late by turns, every third Saturday, and now and then a day in bed.
func (c *crew) plan(rng *rand.Rand, day time.Time, i int, a *demoAgent, week int) {
	ill, jitter := rng.Float64() < .03, rng.IntN(9)-4
	at := func(hour, minute int) time.Time {
		return time.Date(day.Year(), day.Month(), day.Day(), hour, minute, rng.IntN(60), 0, day.Location())
	}
	begin := 8
	switch day.Weekday() {
	case time.Sunday:
		return
	case time.Saturday:
		if a.Sole || (i+week)%2 == 0 {
			return
		}
		c.shifts = append(c.shifts, shift{i, at(10, max(0, jitter)), at(16, 5+jitter), false})
		return
	case a.Off:
		return
	}
	if (i+week)%2 == 0 {
		begin = 12
	}
	if ill && i != 0 {
		return
	}
	lunch := 15*(i%3) + rng.IntN(10)
	c.shifts = append(c.shifts,
		shift{i, at(begin, 4+jitter), at(begin+4, lunch), true},
		shift{i, at(begin+4, lunch+35+rng.IntN(15)), at(begin+8, 4+rng.IntN(10)), false})
}

// online tells until when an agent is there at a moment; the zero time when not.
func (c *crew) online(agent int, at time.Time) time.Time {
	for i := c.near(at); i < len(c.shifts) && !c.shifts[i].From.After(at); i++ {
		if s := &c.shifts[i]; s.Agent == agent && s.To.After(at) {
			return s.To
		}
	}
	return time.Time{}
}

// near is the first shift that can still go on at a moment: none lasts longer than a day.
func (c *crew) near(at time.Time) int {
	lo, hi, early := 0, len(c.shifts), at.Add(-36*time.Hour)
	for lo < hi {
		if mid := (lo + hi) / 2; c.shifts[mid].From.Before(early) {
			lo = mid + 1
		} else {
			hi = mid
		}
	}
	return lo
}

// next is when an agent is there again: now, or at the begin of the next shift.
func (c *crew) next(agent int, at time.Time) time.Time {
	if !c.online(agent, at).IsZero() {
		return at
	}
	for i := c.near(at); i < len(c.shifts); i++ {
		if s := &c.shifts[i]; s.Agent == agent && s.From.After(at) {
			return s.From.Add(2 * time.Minute)
		}
	}
	return at.Add(14 * time.Hour)
}

func (c *crew) load(agent int, at time.Time) int {
	n := 0
	for i := len(c.busy[agent]) - 1; i >= 0 && i >= len(c.busy[agent])-60; i-- {
		if s := c.busy[agent][i]; !s.from.After(at) && s.to.After(at) {
			n++
		}
	}
	return n
}

// hold notes that an agent had a conversation in hand, at most for so long: the rest of the time the customer is the
// one who is awaited.
func (c *crew) hold(agent int, from, to time.Time, most time.Duration) {
	if to.Sub(from) > most {
		to = from.Add(most)
	}
	c.busy[agent] = append(c.busy[agent], span{from, to})
}

// lastCall is how long before the end of a shift nothing new is given to an agent.
const lastCall = 10 * time.Minute

// capacity is how many conversations an agent has in hand at once.
const capacity = 3

// free finds who takes a team's next conversation, and when: the least busy one who is there and has room.
func (c *crew) free(team int, at time.Time, but int) (agent int, when time.Time) {
	for when = at; when.Sub(at) < 100*time.Hour; when = when.Add(90 * time.Second) {
		best, least := -1, capacity
		for i := range c.agents {
			if i == but || !c.in(i, team) || c.online(i, when).Sub(when) < lastCall {
				continue // not there, or about to go
			}
			if n := c.load(i, when); n < least {
				best, least = i, n
			}
		}
		if best >= 0 {
			return best, when
		}
	}
	return c.anyOf(team, but), when
}

func (c *crew) in(agent, team int) bool {
	for _, t := range c.agents[agent].Teams {
		if t == team {
			return true
		}
	}
	return false
}

func (c *crew) anyOf(team, but int) int {
	for i := range c.agents {
		if i != but && c.in(i, team) {
			return i
		}
	}
	return 0
}

// open tells whether anybody of a team is there.
func (c *crew) open(team int, at time.Time) bool {
	for i := range c.agents {
		if c.in(i, team) && !c.online(i, at).IsZero() {
			return true
		}
	}
	return false
}

// around draws a time about a median, now and then much longer.
func around(rng *rand.Rand, median time.Duration, spread float64) time.Duration {
	return time.Duration(float64(median) * math.Exp(spread*rng.NormFloat64())).Round(time.Second)
}
