package sim

import (
	"container/heap"
	"slices"
	"time"

	"heard/chat/routing"
	"heard/tickets"
	"heard/tickets/events"
)

// Shift is a stretch on line, since the start.
type Shift struct{ From, To time.Duration }

// Agent is an agent and when it works.
type Agent struct {
	routing.Agent
	Shifts []Shift // in order, apart from each other; none: always there
}

// Config is one run.
type Config struct {
	Arrivals []Arrival // in order
	Teams    []routing.Team
	Agents   []Agent
	Warmup   time.Duration // tickets that come and time that passes before it do not count
	Length   time.Duration // nor what passes after it; tickets that came in time are still served
	Promiser Promiser      // makes the wait promises; nil: none are made
}

// Promiser makes wait promises and hears what came of every ticket that had to wait.
type Promiser interface {
	Promise(o routing.Outlook, place int) routing.Promise
	Learn(o routing.Outcome)
}

// Calibrated is the promise that Heard makes.
type Calibrated struct{ c routing.Calibration }

// Promise is for Promiser.
func (c *Calibrated) Promise(o routing.Outlook, place int) routing.Promise {
	return c.c.Promise(o, place)
}

// Learn is for Promiser.
func (c *Calibrated) Learn(o routing.Outcome) { c.c = c.c.Learn(o) }

// Record is what became of one ticket.
type Record struct {
	Arrival
	Wait     time.Duration // until an agent had it, or until the customer left
	Staffed  time.Duration // of that, while anybody was on line: a night is nobody's wait
	Left     bool
	Open     bool      // still waiting at the end: nobody ever came for it
	Agent    events.ID // 0: nobody
	Rule     routing.Rule
	Relaxed  bool
	Place    int // in the queue when it came; 0: had an agent at once
	Promise  routing.Promise
	Promised bool
}

// Run plays a desk. It has no chance in it: the same Config gives the same Result.
func Run(c Config) Result {
	d := newDesk(&c)
	for d.agenda.Len() > 0 {
		now := d.agenda[0].at
		d.advance(now)
		for d.agenda.Len() > 0 && d.agenda[0].at == now {
			d.happen(heap.Pop(&d.agenda).(event))
		}
		d.route()
		d.promise()
	}
	return d.result()
}

// event is something that happens. Of those at the same moment, who comes and goes among the agents is first, then
// ends, then customers who leave, then arrivals.
type event struct {
	at   events.Time
	what int8
	who  int // index of an agent or a ticket
}

const (
	comes int8 = iota
	goes
	ends
	leaves
	arrives
	looks // routing wanted to be asked again
)

type agenda []event

func (a agenda) Len() int { return len(a) }
func (a agenda) Less(i, j int) bool {
	if a[i].at != a[j].at {
		return a[i].at < a[j].at
	}
	if a[i].what != a[j].what {
		return a[i].what < a[j].what
	}
	return a[i].who < a[j].who
}
func (a agenda) Swap(i, j int) { a[i], a[j] = a[j], a[i] }
func (a *agenda) Push(x any)   { *a = append(*a, x.(event)) }
func (a *agenda) Pop() any {
	old := *a
	last := old[len(old)-1]
	*a = old[:len(old)-1]
	return last
}

// epoch is when the virtual clock starts: any moment but 0, which means none.
const epoch = events.Time(1_000_000_000_000)

// desk is a run in progress.
type desk struct {
	c       *Config
	now     events.Time
	agenda  agenda
	teams   map[events.ID]*routing.Team
	agents  []routing.Agent   // of all, in order of Config
	held    [][]int           // their tickets
	since   []events.Time     // since when each is on line; 0: is not
	index   map[events.ID]int // of an agent
	light   *routing.Team
	records []Record
	started []events.Time // of each ticket
	staffed time.Duration // how long anybody has been on line until now
	waiting []routing.Ticket
	sorted  bool
	fresh   []int // came at this moment
	again   events.Time
	memory  map[events.ID]*memory // by team
	count   counters
}

func newDesk(c *Config) *desk {
	d := &desk{c: c, now: epoch, teams: map[events.ID]*routing.Team{}, index: map[events.ID]int{}, memory: map[events.ID]*memory{},
		records: make([]Record, len(c.Arrivals)), started: make([]events.Time, len(c.Arrivals))}
	d.light = lightest(c.Teams)
	for i := range c.Teams {
		d.teams[c.Teams[i].ID] = &c.Teams[i]
	}
	for i, a := range c.Agents {
		d.agents, d.held, d.since = append(d.agents, a.Agent), append(d.held, nil), append(d.since, 0)
		d.index[a.ID] = i
		shifts := a.Shifts
		if len(shifts) == 0 {
			shifts = []Shift{{0, 1 << 62}}
		}
		for _, s := range shifts {
			d.plan(epoch.Add(s.From), comes, i)
			if s.To < 1<<62 {
				d.plan(epoch.Add(s.To), goes, i)
			}
		}
	}
	if len(c.Arrivals) > 0 {
		d.plan(epoch.Add(c.Arrivals[0].At), arrives, 0)
	}
	return d
}

func (d *desk) plan(at events.Time, what int8, who int) { heap.Push(&d.agenda, event{at, what, who}) }

func (d *desk) happen(e event) {
	switch e.what {
	case comes:
		d.since[e.who] = d.now
	case goes:
		d.since[e.who] = 0
	case ends:
		d.end(e.who)
	case leaves:
		d.leave(e.who)
	case arrives:
		d.arrive(e.who)
	case looks:
		d.again = 0
	}
}

// ticketID numbers tickets from 1.
func ticketID(i int) events.ID { return events.ID(i + 1) }

func (d *desk) arrive(i int) {
	a := d.c.Arrivals[i]
	d.records[i].Arrival, d.records[i].Staffed = a, -d.staffed
	d.waiting = append(d.waiting, routing.Ticket{ID: ticketID(i), Team: a.Team, Channel: a.Channel, Priority: a.Priority,
		QueuedAt: d.now, LastOwner: a.LastOwner, LastOwnedAt: d.now, Required: a.Required, Preferred: a.Preferred})
	d.sorted, d.fresh = false, append(d.fresh, i)
	m := d.of(a.Team)
	m.came = newest(m.came, came{d.now, a.Priority})
	if a.Patience > 0 {
		d.plan(d.now.Add(max(a.Patience, time.Millisecond)), leaves, i)
	}
	if i+1 < len(d.c.Arrivals) {
		d.plan(max(d.now, epoch.Add(d.c.Arrivals[i+1].At)), arrives, i+1)
	}
}

func (d *desk) leave(i int) {
	at := slices.IndexFunc(d.waiting, func(t routing.Ticket) bool { return t.ID == ticketID(i) })
	if at < 0 {
		return // somebody has it
	}
	d.waiting = slices.Delete(d.waiting, at, at+1)
	d.records[i].Left = true
	d.waited(i)
}

// waited notes the end of a wait.
func (d *desk) waited(i int) {
	r := &d.records[i]
	r.Wait = d.now.Sub(epoch.Add(r.At))
	r.Staffed += d.staffed
	m := d.of(r.Team)
	m.waits = newest(m.waits, ended{r.Staffed, r.Left})
	if d.c.Promiser != nil && r.Promised {
		d.c.Promiser.Learn(routing.Outcome{Promise: r.Promise, Waited: r.Staffed, Left: r.Left})
	}
}

func (d *desk) end(i int) {
	r := &d.records[i]
	at := d.index[r.Agent]
	d.held[at] = slices.DeleteFunc(d.held[at], func(t int) bool { return t == i })
	a, w := &d.agents[at], d.team(r.Team).Weight(r.Channel)
	if r.Channel == tickets.Chat {
		a.Load.Chat = max(0, a.Load.Chat-w)
		m := d.of(r.Team)
		m.held = newest(m.held, d.now.Sub(d.started[i]))
	} else {
		a.Load.Letters = max(0, a.Load.Letters-w)
	}
}

func (d *desk) team(id events.ID) *routing.Team {
	if t := d.teams[id]; t != nil {
		return t
	}
	return &routing.Team{ID: id}
}

func (d *desk) start(t routing.Ticket, to routing.Decision) {
	i := int(t.ID) - 1
	r := &d.records[i]
	r.Agent, r.Rule, r.Relaxed = to.Agent, to.Rule, to.Relaxed
	at := d.index[to.Agent]
	d.agents[at].Hold(d.now, d.team(t.Team), t.Channel)
	d.held[at] = append(d.held[at], i)
	d.started[i] = d.now
	d.waited(i)
	d.plan(d.now.Add(max(r.Handling, time.Millisecond)), ends, i)
}
