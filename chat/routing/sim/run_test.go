package sim

import (
	"reflect"
	"testing"
	"time"

	"heard/chat/routing"
	"heard/tickets"
	"heard/tickets/events"
)

// chat comes at a second and takes an agent a minute.
func chat(second int, change ...func(*Arrival)) Arrival {
	a := Arrival{At: time.Duration(second) * time.Second, Team: 1, Channel: tickets.Chat, Priority: tickets.Normal, Handling: time.Minute}
	for _, fn := range change {
		fn(&a)
	}
	return a
}

// TestRun follows single tickets: for each the agent and the seconds that it waited, 0 and -1 for who left.
func TestRun(t *testing.T) {
	type served struct {
		agent events.ID
		waitS float64
	}
	one := crew(1, 1)
	shifts := crew(2, 1)
	shifts[0].Shifts, shifts[1].Shifts = []Shift{{0, 30 * time.Second}}, []Shift{{100 * time.Second, time.Hour}}
	helpers := crew(2, 1)
	helpers[1].Teams = []events.ID{2}
	german := crew(2, 1)
	german[1].Skills = []string{"lang:de"}
	speaks := func(a *Arrival) { a.Required = []string{"lang:de"} }
	tests := []struct {
		name     string
		agents   []Agent
		team     routing.Team
		arrivals []Arrival
		want     []served
	}{
		{"one after the other", one, routing.Team{}, []Arrival{chat(0), chat(10), chat(20)}, []served{{1, 0}, {1, 50}, {1, 100}}},
		{"urgent first", one, routing.Team{}, []Arrival{chat(0), chat(10), chat(20, func(a *Arrival) { a.Priority = tickets.Urgent })}, []served{{1, 0}, {1, 110}, {1, 40}}},
		{"no patience", one, routing.Team{}, []Arrival{chat(0), chat(10, func(a *Arrival) { a.Patience = 20 * time.Second }), chat(20)}, []served{{1, 0}, {0, 20}, {1, 40}}},
		{"a shift ends, what runs is finished", shifts, routing.Team{}, []Arrival{chat(0), chat(40)}, []served{{1, 0}, {2, 60}}},
		{"nobody comes any more", shifts[:1], routing.Team{}, []Arrival{chat(0), chat(40)}, []served{{1, 0}, {0, 0}}},
		{"another team helps out by the clock alone", helpers, routing.Team{Overflow: []routing.Overflow{{Team: 2, After: 15 * time.Second}}},
			[]Arrival{chat(0), chat(10)}, []served{{1, 0}, {2, 15}}},
		{"a skill relaxes by the clock alone", german, routing.Team{RelaxAfter: 20 * time.Second}, []Arrival{chat(0, speaks), chat(10, speaks)}, []served{{2, 0}, {1, 20}}},
		{"one new chat a minute", crew(1, 5), routing.Team{MaxNewPerMinute: 1}, []Arrival{chat(0), chat(10)}, []served{{1, 0}, {1, 50}}},
		{"the last owner", crew(2, 5), routing.Team{StickyDays: 1}, []Arrival{chat(0), chat(10, func(a *Arrival) { a.LastOwner = 1 })}, []served{{1, 0}, {1, 0}}},
		{"pulled in order", crew(1, 1), routing.Team{Strategy: routing.Manual}, []Arrival{chat(0), chat(10), chat(20)}, []served{{1, 0}, {1, 50}, {1, 100}}},
		{"letters beside a chat", crew(1, 1), routing.Team{}, []Arrival{chat(0, func(a *Arrival) { a.Channel = tickets.Email }), chat(10)}, []served{{1, 0}, {1, 0}}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			tt.team.ID = 1
			c := Config{Arrivals: tt.arrivals, Agents: tt.agents, Teams: []routing.Team{tt.team, {ID: 2}}, Length: time.Hour}
			got := Run(c)
			for i, r := range got.Records {
				if w := (served{r.Agent, r.Wait.Seconds()}); w != tt.want[i] {
					t.Errorf("ticket %d: %+v, want %+v", i, w, tt.want[i])
				}
				if r.Open != (r.Agent == 0 && !r.Left) {
					t.Errorf("ticket %d: open %v", i, r.Open)
				}
			}
			if again := Run(c); !reflect.DeepEqual(got, again) {
				t.Error("the same desk came out in two ways")
			}
		})
	}
}

// TestResultCountsWhatLasts: one agent of capacity 2, busy for 60 of 100 seconds with one chat.
func TestResultCountsWhatLasts(t *testing.T) {
	agents := crew(1, 2)
	agents[0].Shifts = []Shift{{0, 100 * time.Second}}
	r := Run(Config{Arrivals: []Arrival{chat(20)}, Agents: agents, Teams: []routing.Team{{ID: 1}}, Length: 100 * time.Second})
	if r.Occupancy != .6 || r.Use != .3 || r.Queue != 0 {
		t.Errorf("occupancy %g, use %g, queue %g; want 0.6, 0.3 and 0", r.Occupancy, r.Use, r.Queue)
	}
	full := Run(Config{Arrivals: []Arrival{chat(0), chat(0), chat(10)}, Agents: agents, Teams: []routing.Team{{ID: 1}}, Length: 100 * time.Second})
	if full.Queue != .5 || full.Longest != 1 {
		t.Errorf("queue %g and %d at most; want 0.5 and 1", full.Queue, full.Longest)
	}
}

// TestNightIsNobodysWait: 40 s after the start nobody is there, from 100 s on somebody is, who is busy with another.
func TestNightIsNobodysWait(t *testing.T) {
	agents := crew(1, 1)
	agents[0].Shifts = []Shift{{0, 30 * time.Second}, {100 * time.Second, time.Hour}}
	r := Run(Config{Arrivals: []Arrival{chat(40), chat(41)}, Agents: agents, Teams: []routing.Team{{ID: 1}}, Length: time.Hour}).Records
	if r[0].Wait != 60*time.Second || r[0].Staffed != 0 || r[1].Wait != 119*time.Second || r[1].Staffed != 60*time.Second {
		t.Errorf("waits %s (%s with somebody there) and %s (%s), want 60s (0s) and 119s (60s)", r[0].Wait, r[0].Staffed, r[1].Wait, r[1].Staffed)
	}
}

// TestWorkloadFollowsItsRates within four standard deviations, and equal seeds make equal customers.
func TestWorkloadFollowsItsRates(t *testing.T) {
	w := Workload{Rates: []Rate{{8 * time.Hour, 100}, {12 * time.Hour, 300}, {14 * time.Hour, 0}}, Handling: Lognormal{6 * time.Minute, 3 * time.Minute},
		Kinds: []Kind{{3, Arrival{Team: 1, Channel: tickets.Chat}}, {1, Arrival{Team: 2, Channel: tickets.Email}}}}
	list := w.Draw(5, 10*day)
	var morning, noon, night, letters, held float64
	for _, a := range list {
		switch at := a.At % day; {
		case at < 8*time.Hour || at >= 14*time.Hour:
			night++
		case at < 12*time.Hour:
			morning++
		default:
			noon++
		}
		if a.Team == 2 {
			letters++
		}
		held += a.Handling.Minutes()
	}
	n := float64(len(list))
	for _, c := range []struct {
		name            string
		got, want, near float64
	}{{"morning", morning, 4000, 4 * 64}, {"noon", noon, 6000, 4 * 78}, {"night", night, 0, 0}, {"letters", letters / n, .25, .018}, {"held", held / n, 6, .12}} {
		if c.got < c.want-c.near || c.got > c.want+c.near {
			t.Errorf("%s: %g, want %g ± %g", c.name, c.got, c.want, c.near)
		}
	}
	if !reflect.DeepEqual(list, w.Draw(5, 10*day)) || reflect.DeepEqual(list, w.Draw(6, 10*day)) {
		t.Error("the seed does not decide the customers")
	}
}
