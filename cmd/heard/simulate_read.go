package main

import (
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"slices"
	"strconv"
	"strings"
	"time"

	"heard/chat/routing"
	"heard/chat/routing/sim"
	"heard/tickets"
	"heard/tickets/events"
)

func arrivalKind(text string) (kind, rest string) {
	if text == "last-month" {
		return text, ""
	}
	if rest, is := strings.CutPrefix(text, "poisson:"); is {
		return "poisson", rest
	}
	return "file", text
}

func perHour(text string) (float64, error) {
	number, hourly := strings.CutSuffix(text, "/h")
	rate, err := strconv.ParseFloat(number, 64)
	if err != nil || !hourly || !(rate > 0 && rate <= 100_000) { // not the other way round: NaN is neither
		return 0, flagError("arrivals", "must be poisson:RATE/h with a rate above 0, like poisson:40/h")
	}
	return rate, nil
}

// workload reads --handling and --patience; what is not set stays nil.
func (c *simulateCmd) workload() (*sim.Workload, error) {
	w := &sim.Workload{}
	kind, rest, _ := strings.Cut(c.Handling, ":")
	switch kind {
	case "":
	case "exponential":
		mean, ok := length(rest)
		if !ok {
			return nil, flagError("handling", "must be exponential:MEAN, like exponential:8m")
		}
		w.Handling = sim.Exponential(mean)
	case "lognormal":
		a, b, _ := strings.Cut(rest, ",")
		mean, ok := length(a)
		sd, too := length(b)
		if !ok || !too {
			return nil, flagError("handling", "must be lognormal:MEAN,SD, like lognormal:8m,6m")
		}
		w.Handling = sim.Lognormal{Mean: mean, SD: sd}
	default:
		return nil, flagError("handling", "must be exponential:MEAN or lognormal:MEAN,SD, like exponential:8m")
	}
	if c.Patience == "" || c.Patience == "none" {
		return w, nil
	}
	mean, ok := length(c.Patience)
	if !ok {
		return nil, flagError("patience", "must be a mean time like 10m, or none")
	}
	w.Patience = sim.Exponential(mean)
	return w, nil
}

func length(text string) (time.Duration, bool) {
	d, err := time.ParseDuration(text)
	return d, err == nil && d >= time.Second && d <= 30*24*time.Hour
}

// crew reads --agents for the teams given, with --capacity and --hours, and begins the title.
func (c *simulateCmd) crew(p *simulation, teams []routing.Team) error {
	p.teams = teams
	capacity := c.Capacity
	if capacity == 0 {
		capacity = defaultCapacity
	}
	shift, err := c.shift()
	if err != nil {
		return err
	}
	n := defaultCrew
	if c.Agents != "" {
		if n, err = strconv.Atoi(c.Agents); err != nil {
			return c.crewFile(p, capacity)
		}
	}
	if n < 1 || n > 1000 {
		return flagError("agents", "must be 1 to 1000, or a file")
	}
	for i := range n {
		a := sim.Agent{Agent: routing.Agent{ID: events.ID(i + 1), Teams: idsOf(teams), Capacity: capacity}}
		if c.Hours != "" {
			a.Shifts = daily(shift, p.length)
		}
		p.agents = append(p.agents, a)
	}
	p.title = fmt.Sprintf("%d agents with %g chats each, %s", n, capacity, c.Strategy)
	return nil
}

func idsOf(teams []routing.Team) []events.ID {
	out := make([]events.ID, len(teams))
	for i := range teams {
		out[i] = teams[i].ID
	}
	return out
}

func (c *simulateCmd) shift() (sim.Shift, error) {
	if c.Hours == "" {
		return sim.Shift{}, nil
	}
	from, to, _ := strings.Cut(c.Hours, "-")
	s, err := shiftOf(from, to)
	if err != nil {
		return s, flagError("hours", err.Error())
	}
	return s, nil
}

// shiftOf reads two times of day.
func shiftOf(from, to string) (sim.Shift, error) {
	a, okA := clock(from)
	b, okB := clock(to)
	if !okA || !okB || b <= a {
		return sim.Shift{}, errors.New("must be two times of day, the later one last, like 09:00-18:00")
	}
	return sim.Shift{From: a, To: b}, nil
}

func clock(text string) (time.Duration, bool) {
	if text == "24:00" {
		return 24 * time.Hour, true
	}
	t, err := time.Parse("15:04", text)
	return time.Duration(t.Hour())*time.Hour + time.Duration(t.Minute())*time.Minute, err == nil
}

// daily repeats a shift on every day of a stretch, and on one more for those who still wait at its end.
func daily(s sim.Shift, length time.Duration) []sim.Shift {
	const day = 24 * time.Hour
	var out []sim.Shift
	for at := time.Duration(0); at < length+day; at += day {
		out = append(out, sim.Shift{From: at + s.From, To: at + s.To})
	}
	return out
}

func (c *simulateCmd) crewFile(p *simulation, capacity float64) error {
	err := table("agents", c.Agents, []string{"agent"}, []string{"capacity", "skills", "from", "to"}, func(row map[string]string) error {
		a := sim.Agent{Agent: routing.Agent{ID: events.ID(len(p.agents) + 1), Teams: idsOf(p.teams), Capacity: capacity, Skills: words(row["skills"])}}
		if text := row["capacity"]; text != "" && c.Capacity == 0 {
			n, err := strconv.ParseFloat(text, 64)
			if err != nil || !(n > 0) || n > 100 {
				return errors.New("capacity must be above 0 and at most 100")
			}
			a.Capacity = n
		}
		if row["from"] != "" || row["to"] != "" {
			s, err := shiftOf(row["from"], row["to"])
			if err != nil {
				return fmt.Errorf("from and to %w", err)
			}
			a.Shifts = daily(s, p.length)
		}
		p.agents = append(p.agents, a)
		return nil
	})
	if err == nil && len(p.agents) == 0 {
		err = flagError("agents", c.Agents+" has no rows")
	}
	p.title = fmt.Sprintf("%d agents of %s, %s", len(p.agents), c.Agents, c.Strategy)
	return err
}

func words(text string) []string {
	return strings.Fields(strings.ToLower(strings.ReplaceAll(text, ",", " ")))
}

// table reads a CSV file with a header, row by row. flag is whose value names it.
func table(flag, name string, needed, known []string, fn func(row map[string]string) error) (err error) {
	f, err := os.Open(name)
	if err != nil {
		return flagError(flag, fmt.Sprintf("is neither a known form nor a file that can be read: %v", err))
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	in := csv.NewReader(f)
	head, err := in.Read()
	if err != nil {
		return flagError(flag, fmt.Sprintf("%s has no header: %v", name, err))
	}
	for _, column := range head {
		if !slices.Contains(needed, column) && !slices.Contains(known, column) {
			return flagError(flag, fmt.Sprintf("%s has a column %q; known are %s", name, column, strings.Join(slices.Concat(needed, known), ", ")))
		}
	}
	for _, column := range needed {
		if !slices.Contains(head, column) {
			return flagError(flag, fmt.Sprintf("%s lacks the column %q", name, column))
		}
	}
	for {
		record, err := in.Read()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return flagError(flag, fmt.Sprintf("%s: %v", name, err))
		}
		row := map[string]string{}
		for i, column := range head {
			row[column] = strings.TrimSpace(record[i])
		}
		line, _ := in.FieldPos(0)
		if err := fn(row); err != nil {
			return flagError(flag, fmt.Sprintf("%s, line %d: %v", name, line, err))
		}
	}
}

// file plans the arrivals of a table. Its first day begins at the midnight before the first arrival.
func (c *simulateCmd) file(p *simulation, load *sim.Workload, name string) error {
	var list []sim.Arrival
	var times []time.Time
	err := table("arrivals", name, []string{"at"}, []string{"channel", "priority", "skills", "handling_s", "patience_s"}, func(row map[string]string) error {
		at, err := time.Parse(time.RFC3339, row["at"])
		if err != nil {
			return errors.New("at must be a time like 2026-11-02T09:30:00+01:00")
		}
		a := sim.Arrival{Team: 1, Channel: tickets.Chat, Priority: tickets.Normal, Required: words(row["skills"])}
		if err := kinds(&a, row); err != nil {
			return err
		}
		if c.Handling != "" {
			a.Handling = 0
		}
		if c.Patience != "" {
			a.Patience = 0
		}
		list, times = append(list, a), append(times, at)
		return nil
	})
	if err != nil {
		return err
	}
	if len(list) == 0 {
		return flagError("arrivals", name+" has no rows")
	}
	first := slices.MinFunc(times, time.Time.Compare)
	midnight := time.Date(first.Year(), first.Month(), first.Day(), 0, 0, 0, 0, first.Location())
	for i := range list {
		list[i].At = times[i].Sub(midnight)
	}
	return c.given(p, load, list, name)
}

// kinds reads what a row says of one ticket beside its time.
func kinds(a *sim.Arrival, row map[string]string) error {
	if text := row["channel"]; text != "" {
		if a.Channel = tickets.Channel(text); !slices.Contains([]tickets.Channel{tickets.Chat, tickets.Email, tickets.API}, a.Channel) {
			return errors.New("channel must be chat, email or api")
		}
	}
	if text := row["priority"]; text != "" {
		if a.Priority = tickets.Priority(text); !slices.Contains([]tickets.Priority{tickets.Low, tickets.Normal, tickets.High, tickets.Urgent}, a.Priority) {
			return errors.New("priority must be low, normal, high or urgent")
		}
	}
	var err error
	if a.Handling, err = secondsOf(row["handling_s"]); err != nil {
		return fmt.Errorf("handling_s %w", err)
	}
	if a.Patience, err = secondsOf(row["patience_s"]); err != nil {
		return fmt.Errorf("patience_s %w", err)
	}
	return nil
}

func secondsOf(text string) (time.Duration, error) {
	if text == "" {
		return 0, nil
	}
	n, err := strconv.ParseFloat(text, 64)
	if err != nil || !(n > 0) || n > 30*24*3600 {
		return 0, errors.New("must be seconds above 0, at most 30 days")
	}
	return time.Duration(math.Ceil(n*1000)) * time.Millisecond, nil
}

// given plans arrivals that are known, from the first on; --days cuts them. Lengths that they lack are drawn.
func (c *simulateCmd) given(p *simulation, load *sim.Workload, list []sim.Arrival, name string) error {
	last := time.Duration(0)
	for _, a := range list {
		last = max(last, a.At)
	}
	days := int(last/(24*time.Hour)) + 1
	if c.Days > 0 {
		days = min(days, c.Days)
	}
	if days > 366 {
		return flagError("arrivals", "spans more than 366 days")
	}
	p.length = time.Duration(days) * 24 * time.Hour
	list = slices.DeleteFunc(list, func(a sim.Arrival) bool { return a.At >= p.length })
	if load.Handling == nil {
		load.Handling = sim.Exponential(defaultHandling)
	}
	p.arrivals = func(seed uint64) []sim.Arrival { return load.Fill(seed, list) }
	err := c.crew(p, []routing.Team{{ID: 1}})
	p.title = fmt.Sprintf("%s, %s", name, p.title)
	return err
}
