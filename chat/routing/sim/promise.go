package sim

import (
	"slices"
	"time"

	"heard/chat/routing"
	"heard/tickets"
	"heard/tickets/events"
)

// memory is what a team knows of its newest past.
type memory struct {
	held  []time.Duration // finished chats
	waits []ended
	came  []came
}

type ended struct {
	length time.Duration
	left   bool
}

type came struct {
	at       events.Time
	priority tickets.Priority
}

const (
	remembered = 200
	lately     = 30 * time.Minute // the stretch from which the rate of arrivals is told
)

func (d *desk) of(team events.ID) *memory {
	m := d.memory[team]
	if m == nil {
		m = &memory{}
		d.memory[team] = m
	}
	return m
}

func newest[T any](list []T, x T) []T {
	if len(list) >= remembered {
		list = slices.Delete(list, 0, len(list)-remembered+1)
	}
	return append(list, x)
}

// leaving is the rate at which who waits gives up: how many did over how long everybody waited, which is the estimate
// for exponential patience when the served ones are taken as censored.
func (m *memory) leaving() float64 {
	var n, seconds float64
	for _, w := range m.waits {
		seconds += w.length.Seconds()
		if w.left {
			n++
		}
	}
	if n == 0 {
		return 0
	}
	return n / seconds
}

// passing is the rate at which tickets come that go before one of a priority.
func (m *memory) passing(now events.Time, p tickets.Priority) float64 {
	n := 0
	mine := routing.Place(&routing.Ticket{Channel: tickets.Chat, Priority: p}, nil)
	for _, c := range m.came {
		if now.Sub(c.at) <= lately && routing.Place(&routing.Ticket{Channel: tickets.Chat, Priority: c.priority}, nil) < mine {
			n++
		}
	}
	return float64(n) / lately.Seconds()
}

// promise tells those who just came, and still wait, how long it will take.
func (d *desk) promise() {
	fresh := d.fresh
	d.fresh = d.fresh[:0]
	for _, i := range fresh {
		r := &d.records[i]
		place := d.place(i)
		if place == 0 || r.Channel != tickets.Chat {
			continue
		}
		if r.Place = place; d.c.Promiser != nil {
			r.Promise, r.Promised = d.c.Promiser.Promise(d.outlook(r), place), true
		}
	}
}

// place is where a ticket stands among the chats of its team; 0: it does not wait.
func (d *desk) place(i int) int {
	place := 0
	if !d.sorted {
		d.waiting, d.sorted = routing.Order(d.waiting, d.teams), true
	}
	for _, t := range d.waiting {
		if t.Team == d.records[i].Team && t.Channel == d.records[i].Channel {
			place++
		}
		if t.ID == ticketID(i) {
			return place
		}
	}
	return 0
}

func (d *desk) outlook(r *Record) routing.Outlook {
	m := d.of(r.Team)
	o := routing.Outlook{Finished: m.held, Leaving: m.leaving(), Passing: m.passing(d.now, r.Priority)}
	for i := range d.agents {
		if d.since[i] == 0 || !slices.Contains(d.agents[i].Teams, r.Team) {
			continue
		}
		for _, t := range d.held[i] {
			if d.records[t].Channel == tickets.Chat {
				o.Running = append(o.Running, d.now.Sub(d.started[t]))
			}
		}
	}
	return o
}
