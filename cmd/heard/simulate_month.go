package main

import (
	"context"
	"fmt"
	"slices"
	"time"

	"heard/chat/routing"
	"heard/chat/routing/sim"
	"heard/feedback/rollups"
	"heard/tickets"
	"heard/tickets/events"
)

// lastMonth plans what came to this desk: the tickets at their times and held as long as they were. Who left at the
// time leaves after as long a wait again; everybody else would have stayed at least as long as they did, and from
// then on is as patient as all are by the measured rate.
func (c *simulateCmd) lastMonth(ctx context.Context, o *output, p *simulation, load *sim.Workload) error {
	days := c.Days
	if days == 0 {
		days = 30
	}
	p.length = time.Duration(days) * 24 * time.Hour
	return withApp(ctx, c.storeFlags, o, func(a *app) error {
		if _, err := a.log.CatchUp(ctx, a.rollups.Consumer()); err != nil {
			return err
		}
		to := a.log.Now()
		from := events.TimeOf(to.Std().Add(-p.length))
		d, err := a.rollups.DemandOf(ctx, from, to)
		if err != nil {
			return err
		}
		if len(d.Tickets) == 0 {
			return fmt.Errorf("nothing came to this desk in the last %d days; try --arrivals poisson:40/h", days)
		}
		if load.Handling == nil {
			load.Handling = measured(d)
		}
		rate := leaving(d)
		p.arrivals = func(seed uint64) []sim.Arrival { return c.replayed(d, from, rate, load, seed) }
		teams := teamsOf(d)
		if c.Agents != "" {
			err = c.crew(p, teams)
		} else {
			err = c.own(ctx, a, p, d, from, teams)
		}
		p.title = fmt.Sprintf("%d tickets of the last %d days, %s", len(d.Tickets), days, p.title)
		return err
	})
}

// measured are the lengths that chats were held; without any, what is usual.
func measured(d *rollups.Demand) sim.Lengths {
	var seen sim.Empirical
	for _, t := range d.Tickets {
		if t.Held > 0 && t.Channel == tickets.Chat {
			seen = append(seen, t.Held)
		}
	}
	if len(seen) == 0 {
		return sim.Exponential(defaultHandling)
	}
	return seen
}

// leaving is the mean patience: how long all chats waited over how many gave up, which is the estimate for
// exponential patience with the served ones censored. 0: nobody gave up.
func leaving(d *rollups.Demand) sim.Exponential {
	var waited time.Duration
	left := 0
	for _, t := range d.Tickets {
		if t.Channel != tickets.Chat {
			continue
		}
		if t.Patience > 0 {
			left++
			waited += t.Patience
		} else {
			waited += t.Waited
		}
	}
	if left == 0 {
		return 0
	}
	return sim.Exponential(waited / time.Duration(left))
}

// replayed makes the arrivals of one run.
func (c *simulateCmd) replayed(d *rollups.Demand, from events.Time, patience sim.Exponential, load *sim.Workload, seed uint64) []sim.Arrival {
	list := make([]sim.Arrival, len(d.Tickets))
	more := (&sim.Workload{Patience: patience}).Fill(seed+1<<32, make([]sim.Arrival, len(list)))
	for i, t := range d.Tickets {
		a := sim.Arrival{At: t.At.Sub(from), Team: t.Team, Channel: t.Channel, Priority: t.Priority}
		if c.Handling == "" {
			a.Handling = t.Held
		}
		switch {
		case c.Patience != "" || t.Channel != tickets.Chat:
		case t.Patience > 0:
			a.Patience = t.Patience
		case patience > 0:
			a.Patience = t.Waited + more[i].Patience
		}
		list[i] = a
	}
	chats := *load
	out := chats.Fill(seed, list)
	for i := range out {
		if out[i].Channel != tickets.Chat {
			out[i].Patience = 0 // who wrote a letter does not leave
		}
	}
	return out
}

func teamsOf(d *rollups.Demand) []routing.Team {
	var ids []events.ID
	for _, t := range d.Tickets {
		if !slices.Contains(ids, t.Team) {
			ids = append(ids, t.Team)
		}
	}
	slices.Sort(ids)
	out := make([]routing.Team, len(ids))
	for i, id := range ids {
		out[i].ID = id
	}
	return out
}

// own are the desk's agents, on line when they were.
func (c *simulateCmd) own(ctx context.Context, a *app, p *simulation, d *rollups.Demand, from events.Time, teams []routing.Team) error {
	snap, err := a.people.Directory().Snapshot(ctx)
	if err != nil {
		return err
	}
	for id, spans := range d.Online {
		agent := snap.Agents[id]
		if agent == nil {
			continue
		}
		one := sim.Agent{Agent: routing.Agent{ID: id, Capacity: float64(agent.Capacity)}}
		if c.Capacity > 0 {
			one.Capacity = c.Capacity
		}
		for _, t := range teams {
			if team := snap.Teams[t.ID]; team != nil && slices.Contains(team.Agents, id) {
				one.Teams = append(one.Teams, t.ID)
			}
		}
		for _, s := range spans {
			one.Shifts = append(one.Shifts, sim.Shift{From: s.From.Sub(from), To: s.To.Sub(from)})
		}
		p.agents = append(p.agents, one)
	}
	slices.SortFunc(p.agents, func(a, b sim.Agent) int { return int(a.ID - b.ID) })
	p.teams = teams
	p.title = fmt.Sprintf("the desk's own %d agents, %s", len(p.agents), c.Strategy)
	if len(p.agents) == 0 {
		return flagError("agents", "is needed: no agent of this desk was on line in that time")
	}
	return nil
}
