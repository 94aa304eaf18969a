package routing

import (
	"math/rand/v2"
	"reflect"
	"slices"
	"testing"
	"time"

	"heard/tickets"
	"heard/tickets/events"
)

// scene is a random desk at one moment.
type scene struct {
	now     events.Time
	teams   map[events.ID]*Team
	agents  []Agent
	waiting []Ticket
}

func some[T any](dice *rand.Rand, list []T) []T {
	var out []T
	for _, x := range list {
		if dice.IntN(3) == 0 {
			out = append(out, x)
		}
	}
	return out
}

func newScene(seed uint64) *scene {
	dice := rand.New(rand.NewPCG(seed, 3))
	s := &scene{now: noon, teams: map[events.ID]*Team{}}
	ids := []events.ID{1, 2, 3}
	words := []string{"lang:de", "lang:fr", "billing", "vip"}
	for _, id := range ids {
		t := &Team{ID: id, Strategy: []Strategy{Balanced, RoundRobin, ""}[dice.IntN(3)], StickyDays: dice.IntN(3),
			RelaxAfter: time.Duration(dice.IntN(4)) * time.Minute, MaxNewPerMinute: dice.IntN(4), AgeEvery: time.Duration(dice.IntN(20)) * time.Minute}
		for _, to := range some(dice, ids) {
			if to != id {
				t.Overflow = append(t.Overflow, Overflow{to, time.Duration(dice.IntN(10)) * time.Minute})
			}
		}
		if dice.IntN(2) == 0 {
			t.Weights = map[tickets.Channel]float64{tickets.Chat: .5 + dice.Float64()}
		}
		s.teams[id] = t
	}
	for i := range dice.IntN(12) {
		a := Agent{ID: events.ID(i + 1), Teams: append(some(dice, ids), ids[dice.IntN(3)]), Capacity: float64(1 + dice.IntN(6)),
			Skills: some(dice, words), LastAssigned: noon - events.Time(dice.IntN(100_000)), Turn: dice.Int64N(50), Away: dice.IntN(8) == 0}
		a.Load = Load{float64(dice.IntN(int(a.Capacity) + 1)), float64(dice.IntN(20)) * .2}
		for range dice.IntN(4) {
			a.Recent = append(a.Recent, noon-events.Time(dice.IntN(90_000)))
		}
		s.agents = append(s.agents, a)
	}
	for i := range dice.IntN(40) {
		t := Ticket{ID: events.ID(100 + i), Team: ids[dice.IntN(3)], Channel: []tickets.Channel{tickets.Chat, tickets.Email}[dice.IntN(2)],
			Priority: []tickets.Priority{tickets.Low, tickets.Normal, tickets.High, tickets.Urgent}[dice.IntN(4)],
			QueuedAt: noon - events.Time(dice.IntN(900_000)), LastOwner: events.ID(dice.IntN(8)), LastOwnedAt: noon.Add(-time.Duration(dice.IntN(72)) * time.Hour)}
		t.Required, t.Preferred = some(dice, words[:2]), some(dice, words[2:])
		if dice.IntN(6) == 0 {
			t.Passed = []events.ID{events.ID(1 + dice.IntN(12))}
		}
		s.waiting = append(s.waiting, t)
	}
	return s
}

// pass gives out what can be given and returns what still waits.
func (s *scene) pass(check func(t *Ticket, d *Decision, a *Agent)) []Ticket {
	var left []Ticket
	for _, t := range Order(s.waiting, s.teams) {
		d := Decide(s.now, &t, s.teams[t.Team], s.agents)
		if d.Agent == 0 {
			left = append(left, t)
			continue
		}
		a := &s.agents[slices.IndexFunc(s.agents, func(a Agent) bool { return a.ID == d.Agent })]
		check(&t, &d, a)
		a.Hold(s.now, s.teams[t.Team], t.Channel)
	}
	return left
}

// TestPassOverRandomDesks holds what every decision promises: who gets a ticket is there, has room, has been asked
// seldom enough, may have it and can do it; and nobody who could is left idle beside a ticket that waits.
func TestPassOverRandomDesks(t *testing.T) {
	given, relaxed, waiting := 0, 0, 0
	for seed := range uint64(3000) {
		s := newScene(seed)
		left := s.pass(func(w *Ticket, d *Decision, a *Agent) {
			given++
			team := s.teams[w.Team]
			weight := team.Weight(w.Channel)
			alone := a.Load.Chat == 0 && (w.Channel == tickets.Chat || a.Load.Letters == 0)
			count := a.Load.Letters
			if w.Channel == tickets.Chat {
				count = min(count, a.Capacity/2)
			}
			if !alone && a.Load.Chat+count+weight > a.Capacity+1e-6 {
				t.Errorf("seed %d: %d gets %+v over its capacity: %+v", seed, a.ID, w, a)
			}
			if wait := s.now.Sub(w.QueuedAt); team.RelaxAfter == 0 || wait < team.RelaxAfter {
				for _, skill := range w.Required {
					if !slices.Contains(a.Skills, skill) {
						t.Errorf("seed %d: %d gets %d without %s", seed, a.ID, w.ID, skill)
					}
				}
			} else if len(w.Required) > 0 {
				relaxed++
				if !d.Relaxed {
					t.Errorf("seed %d: nothing says that %d was relaxed", seed, w.ID)
				}
			}
			if a.Away || slices.Contains(w.Passed, a.ID) || !slices.Contains(a.Teams, d.Team) {
				t.Errorf("seed %d: %d gets %d", seed, a.ID, w.ID)
			}
			lately := 0
			for _, at := range a.Recent {
				if s.now.Sub(at) < time.Minute {
					lately++
				}
			}
			if n := team.MaxNewPerMinute; n > 0 && w.Channel == tickets.Chat && lately >= n {
				t.Errorf("seed %d: %d gets its chat number %d of the minute", seed, a.ID, lately+1)
			}
		})
		for _, w := range left {
			waiting++
			for _, c := range Decide(s.now, &w, s.teams[w.Team], s.agents).Candidates {
				if c.Out == "" {
					t.Errorf("seed %d: %d waits and %d could take it", seed, w.ID, c.Agent)
				}
			}
		}
	}
	if given < 1000 || relaxed < 100 || waiting < 1000 {
		t.Errorf("the random desks show too little: %d given, %d relaxed, %d waiting", given, relaxed, waiting)
	}
}

// TestSameInputSameOutput: whatever the order in which agents and tickets are given, and inputs stay as they were.
func TestSameInputSameOutput(t *testing.T) {
	for seed := range uint64(500) {
		s, same := newScene(seed), newScene(seed)
		dice := rand.New(rand.NewPCG(seed, 4))
		dice.Shuffle(len(same.agents), func(i, j int) { same.agents[i], same.agents[j] = same.agents[j], same.agents[i] })
		dice.Shuffle(len(same.waiting), func(i, j int) { same.waiting[i], same.waiting[j] = same.waiting[j], same.waiting[i] })
		a, b := Order(s.waiting, s.teams), Order(same.waiting, same.teams)
		if !reflect.DeepEqual(a, b) {
			t.Fatalf("seed %d: two orders", seed)
		}
		for _, w := range a {
			x, y := Decide(s.now, &w, s.teams[w.Team], s.agents), Decide(same.now, &w, same.teams[w.Team], same.agents)
			if !reflect.DeepEqual(x, y) {
				t.Fatalf("seed %d: %+v and %+v", seed, x, y)
			}
		}
		if !reflect.DeepEqual(s, newScene(seed)) {
			t.Fatalf("seed %d: deciding changed what it looked at", seed)
		}
	}
}

// TestAgainTellsTheMoment: nothing changes before it by time alone. The moment is asked every second.
func TestAgainTellsTheMoment(t *testing.T) {
	seen := 0
	for seed := range uint64(400) {
		s := newScene(seed)
		for _, w := range s.waiting {
			team := s.teams[w.Team]
			d := Decide(s.now, &w, team, s.agents)
			if d.Agent != 0 {
				continue
			}
			for at := s.now.Add(time.Second); at < s.now.Add(15*time.Minute); at = at.Add(time.Second) {
				if Decide(at, &w, team, s.agents).Agent == 0 {
					continue
				}
				seen++
				if first := d.Again; first == 0 || first > at {
					t.Fatalf("seed %d: %d finds somebody at +%s, but Again says %d", seed, w.ID, at.Sub(s.now), first-s.now)
				}
				break
			}
		}
	}
	if seen < 100 {
		t.Errorf("only %d tickets found somebody by waiting", seen)
	}
}

// TestNobodyStarves: one agent serves a ticket every minute and customers of higher priority never stop coming, one
// a minute. Every ticket is served before those who came more than its head start after it: within the time that it
// takes to serve who was there or came in (3 − own step) × AgeEvery, and for a letter in sixteen more.
func TestNobodyStarves(t *testing.T) {
	const age = 5 * time.Minute
	for seed := range uint64(200) {
		dice := rand.New(rand.NewPCG(seed, 5))
		teams := map[events.ID]*Team{1: {ID: 1, AgeEvery: age}}
		var waiting []Ticket
		for i := range 1 + dice.IntN(15) {
			waiting = append(waiting, Ticket{ID: events.ID(i + 1), Team: 1, Channel: []tickets.Channel{tickets.Chat, tickets.Email}[dice.IntN(2)],
				Priority: []tickets.Priority{tickets.Low, tickets.Normal, tickets.High}[dice.IntN(3)], QueuedAt: noon})
		}
		old := len(waiting)
		served := map[events.ID]time.Duration{}
		for minute := 0; len(served) < old; minute++ {
			now := noon.Add(time.Duration(minute) * time.Minute)
			waiting = append(waiting, Ticket{ID: events.ID(1000 + minute), Team: 1, Channel: tickets.Chat, Priority: tickets.Urgent, QueuedAt: now})
			order := Order(waiting, teams)
			next := order[0]
			waiting = order[1:]
			if next.ID <= events.ID(old) {
				served[next.ID] = now.Sub(noon)
				steps := 3 - level(next.Priority)
				if next.Channel != tickets.Chat {
					steps += letterHandicap
				}
				if bound := time.Duration(steps)*age + time.Duration(old+1)*time.Minute; now.Sub(noon) > bound {
					t.Fatalf("seed %d: a %s %s ticket waited %s, want at most %s", seed, next.Priority, next.Channel, now.Sub(noon), bound)
				}
			}
			if minute > 10_000 {
				t.Fatalf("seed %d: %d of %d were never served", seed, old-len(served), old)
			}
		}
	}
}

// TestOrderNeverChangesByTime: two who wait never swap; asked at different times the same list comes out, as the
// clock is no argument. What is left to show is that who stays does not move when others go.
func TestOrderKeepsWhenOthersGo(t *testing.T) {
	for seed := range uint64(200) {
		s := newScene(seed)
		all := Order(s.waiting, s.teams)
		dice := rand.New(rand.NewPCG(seed, 6))
		gone := map[events.ID]bool{}
		for _, w := range some(dice, all) {
			gone[w.ID] = true
		}
		is := func(w Ticket) bool { return gone[w.ID] }
		want := slices.DeleteFunc(slices.Clone(all), is)
		if got := Order(slices.DeleteFunc(slices.Clone(s.waiting), is), s.teams); !reflect.DeepEqual(got, want) && len(want) > 0 {
			t.Fatalf("seed %d: those who stay swapped", seed)
		}
	}
}

func TestPull(t *testing.T) {
	team := &Team{ID: 1, Strategy: Manual}
	german := chat(7)
	german.Required = []string{"lang:de"}
	declined := chat(8)
	declined.Passed = []events.ID{1}
	other := chat(6)
	other.Team = 2
	full := agent(1, 4)
	got, d, ok := Pull(noon, 1, team, []Ticket{other, german, declined, chat(9)}, []Agent{full})
	if !ok || got.ID != 9 || d.Agent != 1 || d.Rule != ByPull || len(d.Candidates) != 1 {
		t.Errorf("got %d %+v %v, want ticket 9 for agent 1, pulled", got.ID, d, ok)
	}
	if _, _, ok := Pull(noon, 1, team, []Ticket{german, declined}, []Agent{full}); ok {
		t.Error("pulled a ticket that needs German or was declined")
	}
}

func BenchmarkDecide(b *testing.B) {
	teams := map[events.ID]*Team{1: {ID: 1, StickyDays: 30, RelaxAfter: time.Hour, MaxNewPerMinute: 3}}
	desk := func(room float64) ([]Agent, []Ticket) {
		agents, waiting := make([]Agent, 200), make([]Ticket, 1000)
		for i := range agents {
			agents[i] = agent(events.ID(i+1), room)
			agents[i].Skills = []string{"billing", "lang:de"}
		}
		for i := range waiting {
			waiting[i] = chat(events.ID(i + 1))
			waiting[i].Required = []string{"lang:de"}
		}
		return agents, waiting
	}
	b.Run("one of 200 agents", func(b *testing.B) {
		agents, waiting := desk(3)
		b.ReportAllocs()
		for b.Loop() {
			Decide(noon, &waiting[0], teams[1], agents)
		}
	})
	b.Run("pass over 1000 waiting", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			agents, waiting := desk(3)
			for _, w := range Order(waiting, teams) {
				if d := Decide(noon, &w, teams[1], agents); d.Agent != 0 {
					agents[d.Agent-1].Hold(noon, teams[1], w.Channel)
				}
			}
		}
	})
	b.Run("promises for 100 places", func(b *testing.B) {
		var o Outlook
		for i := range 200 {
			o.Finished = append(o.Finished, time.Duration(i)*5*time.Second)
		}
		for i := range 60 {
			o.Running = append(o.Running, time.Duration(i)*10*time.Second)
		}
		b.ReportAllocs()
		for b.Loop() {
			Calibration{}.Promises(o, 100)
		}
	})
}
