package chat

import (
	"context"
	"math"
	"slices"
	"time"

	"heard/chat/routing"
	"heard/tickets"
	"heard/tickets/events"
)

const (
	promisePace = time.Minute      // a ticket is promised anew at most this often
	historyAge  = 10 * time.Second // how long what was read of a queue's history serves
	historySize = 200
	expectedAge = 5 * time.Second // the same for what a widget that opens is told
	promiseLot  = 100             // promises written at once

	nobodyHere = time.Hour // what a place costs at most while nobody is there and the hours do not say more
)

// outlook is what a team's history tells of its waits, as of a moment.
type outlook struct {
	at          time.Time
	finished    []time.Duration
	leaving     float64
	calibration routing.Calibration
}

// history reads a team's outlook, or returns what was read lately.
func (r *Router) history(ctx context.Context, team events.ID) (*outlook, error) {
	r.mu.Lock()
	known := r.known[team]
	r.mu.Unlock()
	if known != nil && time.Since(known.at) < historyAge {
		return known, nil
	}
	h, err := r.hub.o.Tickets.QueueHistory(ctx, team, historySize)
	if err != nil {
		return nil, err
	}
	kept, err := r.hub.o.Tickets.KeptPromises(ctx, team, routing.Memory)
	if err != nil {
		return nil, err
	}
	o := &outlook{at: time.Now(), leaving: h.Leaving}
	for _, s := range h.Finished {
		o.finished = append(o.finished, s.To.Sub(s.From))
	}
	outcomes := make([]routing.Outcome, len(kept))
	for i, k := range kept {
		outcomes[i] = routing.Outcome{Promise: given(k.Promise), Waited: millis(k.Real), Left: k.Left}
	}
	o.calibration = routing.Calibrate(outcomes)
	r.mu.Lock()
	r.known[team] = o
	r.mu.Unlock()
	return o, nil
}

func millis(n int64) time.Duration { return time.Duration(n) * time.Millisecond }

func given(p tickets.Promise) routing.Promise {
	return routing.Promise{Low: millis(p.Low), High: millis(p.High), Mid: millis(p.Mid), Spread: p.Spread, Skew: p.Skew, Measured: p.Measured}
}

// forecast says what the waits of one team look like from here.
type forecast struct {
	calibration routing.Calibration
	outlook     routing.Outlook
	nobody      time.Duration // set while nobody of the team is there: the wait at most
	places      []routing.Promise
}

func (r *Router) forecast(ctx context.Context, s *scene, team events.ID, running map[events.ID][]events.Time) (*forecast, error) {
	h, err := r.history(ctx, team)
	if err != nil {
		return nil, err
	}
	f := &forecast{calibration: h.calibration, outlook: routing.Outlook{Finished: h.finished, Leaving: h.leaving}}
	free := 0.0
	here := 0
	for i := range s.agents {
		a := &s.agents[i]
		if a.Away || !slices.Contains(a.Teams, team) {
			continue
		}
		here++
		for _, since := range running[a.ID] {
			f.outlook.Running = append(f.outlook.Running, max(0, s.now.Sub(since)))
		}
		if a.Room(s.team(team), tickets.Chat) {
			free += max(1, math.Floor((a.Capacity-a.Load.Chat)/s.team(team).Weight(tickets.Chat)))
		}
	}
	if f.outlook.Free = int(free); here == 0 {
		f.nobody = nobodyHere
		if opens := s.snap.HoursOf(0, team, s.now).NextOpening(s.now); opens > s.now {
			f.nobody += opens.Sub(s.now)
		}
	}
	return f, nil
}

func (f *forecast) promise(place int) routing.Promise {
	if f.nobody > 0 {
		high := f.nobody + time.Duration(place-1)*5*time.Minute
		return routing.Promise{High: high, Mid: high / 2}
	}
	if place > len(f.places) { // all of a queue at the price of its last place
		f.places = f.calibration.Promises(f.outlook, max(place, 2*len(f.places)))
	}
	return f.places[place-1]
}

// promise tells customers of chats that wait what to expect: at their first place, and when that has moved so far
// that the old word misleads. It returns when the next word may be due.
func (r *Router) promise(ctx context.Context, door *tickets.Dispatcher, s *scene) (events.Time, error) {
	var list []tickets.Promised
	var next due
	var running map[events.ID][]events.Time
	teams := map[events.ID]*forecast{}
	positions := map[events.ID]int{}
	for _, t := range s.order {
		positions[t.Team]++
		w := s.waiting[t.ID]
		if t.Channel != tickets.Chat {
			continue
		}
		if at := lateEnough(w.Promised.At); w.Promised.At != 0 && at > s.now {
			next.at(at)
			continue
		}
		if running == nil {
			var err error
			if running, err = r.hub.o.Tickets.RunningChats(ctx); err != nil {
				return 0, err
			}
		}
		f := teams[t.Team]
		if f == nil {
			var err error
			if f, err = r.forecast(ctx, s, t.Team, running); err != nil {
				return 0, err
			}
			teams[t.Team] = f
		}
		p := f.promise(positions[t.Team])
		if !moved(&w.Promised, positions[t.Team], p, s.now) {
			next.at(s.now.Add(promisePace))
			continue
		}
		list = append(list, tickets.Promised{Ticket: t.ID,
			WaitPromised: tickets.WaitPromised{Team: t.Team, Position: positions[t.Team], LowS: math.Floor(p.Low.Seconds()), HighS: seconds(p.High)},
			Basis:        tickets.Basis{Mid: p.Mid.Milliseconds(), Spread: p.Spread, Skew: p.Skew, Measured: p.Measured}})
		next.at(s.now.Add(promisePace))
	}
	for lot := range slices.Chunk(list, promiseLot) {
		if err := door.Promise(ctx, lot); err != nil {
			return 0, err
		}
	}
	return events.Time(next), nil
}

// lateEnough is when a ticket may be promised anew: all of a stretch of five seconds together.
func lateEnough(last events.Time) events.Time {
	const lot = events.Time(5000)
	return (last.Add(promisePace) + lot - 1) / lot * lot
}

// seconds is a length as people are told it: whole ones, rather too many.
func seconds(d time.Duration) float64 { return math.Ceil(d.Seconds()) }

// moved tells whether a new promise says something materially different from what is left of the old one.
func moved(old *tickets.Promise, position int, p routing.Promise, now events.Time) bool {
	if old.At == 0 {
		return true
	}
	left := millis(old.High) - now.Sub(old.At)
	change := (p.High - left).Abs()
	return left <= 0 || change > max(30*time.Second, left/4) || (position-old.Position) != 0 && change > left/8
}

// ExpectedWait is the range in seconds that a visitor of a team may expect before the chat begins; known is false for
// a team without enough history. What was found out serves for some seconds: every widget that opens asks.
func (h *Hub) ExpectedWait(ctx context.Context, team events.ID) (low, high float64, known bool, err error) {
	r := h.router
	r.mu.Lock()
	e, is := r.expected[team]
	r.mu.Unlock()
	if !is || time.Since(e.at) >= expectedAge {
		if e, err = r.expect(ctx, team); err != nil {
			return 0, 0, false, err
		}
		r.mu.Lock()
		r.expected[team] = e
		r.mu.Unlock()
	}
	return seconds(e.promise.Low), seconds(e.promise.High), e.promise.Measured, nil
}

// expectation is what who comes next may expect, as of a moment.
type expectation struct {
	at      time.Time
	promise routing.Promise
}

func (r *Router) expect(ctx context.Context, team events.ID) (expectation, error) {
	e := expectation{at: time.Now()}
	s, err := r.look(ctx)
	if err != nil {
		return e, err
	}
	running, err := r.hub.o.Tickets.RunningChats(ctx)
	if err != nil {
		return e, err
	}
	f, err := r.forecast(ctx, s, team, running)
	if err != nil {
		return e, err
	}
	ahead := 0
	for _, t := range s.order {
		if t.Team == team && t.Channel == tickets.Chat {
			ahead++
		}
	}
	e.promise = f.promise(ahead + 1)
	return e, nil
}
