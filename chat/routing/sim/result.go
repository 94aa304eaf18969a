package sim

import (
	"slices"
	"time"

	"heard/tickets/events"
)

// Result is one finished run.
type Result struct {
	Records   []Record // of tickets that came after the warm-up, in order of arrival
	Queue     float64  // mean number that waited
	Longest   int      // queue
	Occupancy float64  // share of the time on line in which an agent held something
	Use       float64  // share of the capacity on line that was held, in units
}

// counters add up what lasts, between Warmup and Length.
type counters struct {
	queue, seconds     float64
	busy, online       float64
	units, unitsOnline float64
	longest            int
}

// advance moves the clock and counts what held until then.
func (d *desk) advance(to events.Time) {
	if slices.ContainsFunc(d.since, func(t events.Time) bool { return t != 0 }) {
		d.staffed += to.Sub(d.now)
	}
	from := max(d.now, epoch.Add(d.c.Warmup))
	until := to
	if d.c.Length > 0 {
		until = min(to, epoch.Add(d.c.Length))
	}
	d.now = to
	if until <= from {
		return
	}
	dt, n := until.Sub(from).Seconds(), &d.count
	n.seconds += dt
	n.queue += dt * float64(len(d.waiting))
	n.longest = max(n.longest, len(d.waiting))
	for i := range d.agents {
		if d.since[i] == 0 {
			continue
		}
		a := &d.agents[i]
		n.online += dt
		n.unitsOnline += dt * a.Capacity
		n.units += dt * (a.Load.Chat + a.Load.Letters)
		if len(d.held[i]) > 0 {
			n.busy += dt
		}
	}
}

func ratio(a, b float64) float64 {
	if b == 0 {
		return 0
	}
	return a / b
}

func (d *desk) result() Result {
	for _, t := range d.waiting {
		d.records[t.ID-1].Open = true
	}
	first, _ := slices.BinarySearchFunc(d.records, d.c.Warmup, func(r Record, w time.Duration) int { return int(r.At - w) })
	n := d.count
	return Result{Records: d.records[first:], Queue: ratio(n.queue, n.seconds), Longest: n.longest,
		Occupancy: ratio(n.busy, n.online), Use: ratio(n.units, n.unitsOnline)}
}
