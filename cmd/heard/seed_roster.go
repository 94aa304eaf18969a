package main

import (
	"math/rand/v2"
	"time"

	"heard/tickets"
	"heard/tickets/events"
)

// seedTeams are the teams of a made-up desk, and how many of sixty agents each has.
func seedTeams() []string {
	return []string{"Orders", "Delivery", "Returns", "Billing", "Technical", "Accounts", "Sales", "Escalations"}
}

// seedShares is the team of each of thirty agents in turn, by how much work the teams have.
func seedShares() []int {
	return []int{2, 3, 4, 5, 6, 0, 1, 7, 2, 3, 4, 2, 3, 4, 6, 5, 0, 1, 2, 3, 4, 2, 3, 4, 5, 6, 0, 1, 3, 2}
}

// stretch is a time that an agent is online.
type stretch struct{ from, to events.Time }

// worker is an agent of a made-up desk.
type worker struct {
	name, email string
	teams       []int          // the first is the main one
	skill       float64        // what it adds to a rating
	pace        float64        // 1: as fast as most
	free        [3]events.Time // when each of three tickets at a time is done
	days        [][]stretch    // by day of the plan
}

// roster is who works when.
type roster struct {
	start   events.Time // of day 0
	workers []worker
	byTeam  [][]int
}

const dayLong = events.Time(24 * time.Hour / time.Millisecond)

// newRoster draws agents and their shifts for some days from the first.
func newRoster(rng *rand.Rand, agents int, from time.Time, days int) *roster {
	r := &roster{start: events.TimeOf(from), byTeam: make([][]int, len(seedTeams()))}
	first, last, shares := firstNames(), lastNames(), seedShares()
	for i := range agents {
		w := worker{skill: rng.NormFloat64() * 0.25, pace: 0.7 + 0.6*rng.Float64(), teams: []int{shares[i%len(shares)]}}
		w.name = first[i%len(first)] + " " + last[(i*7+i/len(first))%len(last)]
		w.email = address(w.name) + "." + itoa(i+1) + "@desk.example"
		if i%3 == 0 {
			w.teams = append(w.teams, (w.teams[0]+1+i)%len(seedTeams()))
		}
		for t, team := range w.teams {
			if t == 0 || w.teams[0] != team {
				r.byTeam[team] = append(r.byTeam[team], i)
			}
		}
		w.days = shifts(rng, i, from, days)
		r.workers = append(r.workers, w)
	}
	for team := range r.byTeam { // a small desk has no specialists
		if len(r.byTeam[team]) == 0 {
			r.byTeam[team] = []int{team % agents}
		}
	}
	return r
}

// shifts draws the stretches of one agent: five days of seven with a break, and some days off.
func shifts(rng *rand.Rand, i int, from time.Time, days int) [][]stretch {
	out := make([][]stretch, days)
	starts := []int{7, 8, 8, 9, 9, 10, 12, 14}
	start := starts[i%len(starts)]
	for d := range days {
		day := from.AddDate(0, 0, d)
		weekday := int(day.Weekday()+6) % 7
		off := weekday >= 5
		if i%4 == 0 { // works at the weekend
			off = weekday == i/4%5 || weekday == (i/4+1)%5
		}
		if off || rng.Float64() < 0.06 {
			continue
		}
		begin := time.Date(day.Year(), day.Month(), day.Day(), start, rng.IntN(12), rng.IntN(60), 0, day.Location())
		lunch := begin.Add(time.Duration(200+rng.IntN(70)) * time.Minute)
		back := lunch.Add(time.Duration(28+rng.IntN(25)) * time.Minute)
		end := begin.Add(time.Duration(500+rng.IntN(25)) * time.Minute)
		out[d] = []stretch{{events.TimeOf(begin), events.TimeOf(lunch)}, {events.TimeOf(back), events.TimeOf(end)}}
	}
	return out
}

// next is the first moment from t on at which an agent is there for at least a few minutes; 0 after the roster's end.
func (r *roster) next(agent int, t events.Time) events.Time {
	days := r.workers[agent].days
	for d := max(0, int((t-r.start)/dayLong)-1); d < len(days); d++ {
		for _, s := range days[d] {
			if s.to > t+4*60_000 {
				return max(t, s.from)
			}
		}
	}
	return 0
}

// take gives a ticket of a team to whoever of it can begin first, and tells when. The agent is busy with it for a while.
func (r *roster) take(team int, at events.Time, busy time.Duration) (agent int, when events.Time) {
	agent, slot := -1, 0
	for _, a := range r.byTeam[team] {
		w := &r.workers[a]
		s := 0
		for i := range w.free {
			if w.free[i] < w.free[s] {
				s = i
			}
		}
		start := r.next(a, max(at, w.free[s]))
		if start != 0 && (agent < 0 || start < when || start == when && w.free[s] < r.workers[agent].free[slot]) {
			agent, slot, when = a, s, start
		}
	}
	if agent >= 0 {
		w := &r.workers[agent]
		w.free[slot] = when.Add(time.Duration(float64(busy) * w.pace))
	}
	return agent, when
}

// later is who of a team can take a ticket that is to go on at a moment to come, and when. It keeps nobody from other work:
// who would be kept from now on until then had nothing to do meanwhile.
func (r *roster) later(rng *rand.Rand, team int, at events.Time) (agent int, when events.Time) {
	list := r.byTeam[team]
	agent = -1
	for i, from := 0, rng.IntN(len(list)); i < len(list); i++ {
		a := list[(from+i)%len(list)]
		if start := r.next(a, at); start != 0 && (agent < 0 || start < when) {
			agent, when = a, start
		}
	}
	return agent, when
}

// turns lists what agents said of their availability until a moment, in the order of time within each.
func (r *roster) turns(agent int, until events.Time) []turn {
	var out []turn
	for _, day := range r.workers[agent].days {
		for i, s := range day {
			if s.from > until {
				return out
			}
			out = append(out, turn{s.from, tickets.Online})
			if s.to > until {
				return out
			}
			if i == 0 && len(day) > 1 {
				out = append(out, turn{s.to, tickets.Away})
			} else {
				out = append(out, turn{s.to, tickets.Offline})
			}
		}
	}
	return out
}

// turn is an agent's change of availability.
type turn struct {
	at events.Time
	to tickets.Availability
}
