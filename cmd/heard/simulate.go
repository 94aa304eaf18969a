package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"time"

	"heard/chat/routing"
	"heard/chat/routing/sim"
	"heard/feedback/stats"
)

type simulateCmd struct {
	storeFlags
	Arrivals string        `name:"arrivals" default:"poisson:40/h" placeholder:"WHAT" help:"poisson:RATE/h; FILE.csv with the columns at, and if wanted channel, priority, skills, handling_s, patience_s; or last-month, what came to this desk."`
	Agents   string        `name:"agents" placeholder:"N|FILE" help:"How many, or FILE.csv with the columns agent, and if wanted capacity, skills, from, to. For last-month the desk's own agents as they were on line, else 5."`
	Hours    string        `name:"hours" placeholder:"HH:MM-HH:MM" help:"When N agents are there each day; around the clock unless set."`
	Capacity float64       `name:"capacity" placeholder:"N" help:"Chats that an agent holds at once; 4, or for last-month what each agent has, unless set."`
	Strategy string        `name:"strategy" default:"balanced" placeholder:"NAME" help:"balanced, round_robin or manual."`
	Handling string        `name:"handling" placeholder:"HOW" help:"How long a ticket is held: exponential:MEAN, lognormal:MEAN,SD, like exponential:8m. For last-month and files what they say, else exponential:8m."`
	Patience string        `name:"patience" placeholder:"MEAN" help:"Mean time after which who waits gives up (exponential), like 10m, or none. For last-month as measured, else none."`
	Within   time.Duration `name:"within" default:"1m" placeholder:"TIME" help:"The wait that counts as soon enough."`
	Days     int           `name:"days" placeholder:"N" help:"Days a run; 30 for last-month, 5 for poisson, what the file holds for a file."`
	Runs     int           `name:"runs" default:"10" placeholder:"N" help:"Independent runs, from which the intervals are made."`
	Seed     uint64        `name:"seed" default:"1" placeholder:"N" help:"The same seed gives the same customers."`
	JSON     bool          `name:"json" help:"Answer as JSON."`
}

// simulation is what the flags ask for, ready to run.
type simulation struct {
	title    string
	arrivals func(seed uint64) []sim.Arrival
	teams    []routing.Team
	agents   []sim.Agent
	warmup   time.Duration
	length   time.Duration
	theory   *theory
}

// theory is what a formula says of the same desk, where one applies.
type theory struct {
	name   string
	figure sim.Erlang
}

// Run implements heard simulate.
func (c *simulateCmd) Run(ctx context.Context, o *output) error {
	p, err := c.simulation(ctx, o)
	if err != nil {
		return err
	}
	runs := make([]sim.Result, c.Runs)
	for i := range runs {
		if err := ctx.Err(); err != nil {
			return err
		}
		runs[i] = sim.Run(sim.Config{Arrivals: p.arrivals(c.Seed + uint64(i)), Teams: p.teams, Agents: p.agents,
			Warmup: p.warmup, Length: p.length, Promiser: &sim.Calibrated{}})
	}
	s := sim.Summarize(runs, c.Within, stats.Level)
	if c.JSON {
		return json.NewEncoder(o.out).Encode(answer(p, &s))
	}
	f, isFile := o.out.(*os.File)
	out := paper{w: o.out, colour: isFile && isTerminal(f) && os.Getenv("NO_COLOR") == ""}
	out.simulation(p, &s, c.Within)
	return out.err
}

// simulation checks the flags one by one and puts the simulation together.
func (c *simulateCmd) simulation(ctx context.Context, o *output) (*simulation, error) {
	switch routing.Strategy(c.Strategy) {
	case routing.Balanced, routing.RoundRobin, routing.Manual:
	default:
		return nil, flagError("strategy", "must be balanced, round_robin or manual")
	}
	switch {
	case c.Days < 0 || c.Days > 366:
		return nil, flagError("days", "must be 1 to 366")
	case c.Runs < 1 || c.Runs > 1000:
		return nil, flagError("runs", "must be 1 to 1000")
	case c.Capacity < 0 || c.Capacity > 100:
		return nil, flagError("capacity", "must be above 0 and at most 100")
	case c.Within < 0:
		return nil, flagError("within", "must not be negative")
	}
	load, err := c.workload()
	if err != nil {
		return nil, err
	}
	p := &simulation{}
	switch kind, rest := arrivalKind(c.Arrivals); kind {
	case "poisson":
		err = c.poisson(p, load, rest)
	case "last-month":
		err = c.lastMonth(ctx, o, p, load)
	default:
		err = c.file(p, load, rest)
	}
	if err != nil {
		return nil, err
	}
	for i := range p.teams {
		p.teams[i].Strategy = routing.Strategy(c.Strategy)
	}
	return p, nil
}

func flagError(flag, what string) error { return usageError{fmt.Errorf("--%s %s", flag, what)} }

// poisson plans a steady stream. Where the desk is one that Erlang's formulas know, their figures stand beside.
func (c *simulateCmd) poisson(p *simulation, load *sim.Workload, text string) error {
	rate, err := perHour(text)
	if err != nil {
		return err
	}
	days := c.Days
	if days == 0 {
		days = 5
	}
	p.length = time.Duration(days) * 24 * time.Hour
	if load.Handling == nil {
		load.Handling = sim.Exponential(defaultHandling)
	}
	load.Rates = []sim.Rate{{PerHour: rate}}
	if rate*24*float64(days)*float64(c.Runs) > maxTickets {
		return flagError("arrivals", fmt.Sprintf("times --days and --runs make more than %d tickets", maxTickets))
	}
	p.arrivals = func(seed uint64) []sim.Arrival { return load.Draw(seed, p.length) }
	if err := c.crew(p, []routing.Team{{ID: 1}}); err != nil {
		return err
	}
	if c.Hours == "" {
		p.warmup = min(p.length/10, 12*time.Hour)
	}
	p.title = fmt.Sprintf("%s, %s", c.Arrivals, p.title)
	p.theory = erlang(p.agents, rate, load)
	return nil
}

const (
	defaultHandling = 8 * time.Minute
	defaultCapacity = 4
	defaultCrew     = 5
	maxTickets      = 5_000_000
)

// erlang is the formula that fits: equal slots that are always there, and nothing but exponential lengths.
func erlang(agents []sim.Agent, perHour float64, load *sim.Workload) *theory {
	mean, exponential := load.Handling.(sim.Exponential)
	slots := 0
	for _, a := range agents {
		if len(a.Shifts) > 0 || len(a.Skills) > 0 {
			return nil
		}
		slots += int(a.Capacity)
	}
	if !exponential {
		return nil
	}
	lambda, mu := perHour/3600, 1/time.Duration(mean).Seconds()
	if load.Patience == nil {
		if e, ok := sim.ErlangC(slots, lambda, mu); ok {
			return &theory{"Erlang C", e}
		}
		return nil
	}
	patience, _ := load.Patience.(sim.Exponential)
	if e, ok := sim.ErlangA(slots, lambda, mu, 1/time.Duration(patience).Seconds()); ok {
		return &theory{"Erlang A", e}
	}
	return nil
}
