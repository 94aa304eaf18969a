package sim

import (
	"testing"
	"time"

	"heard/chat/routing"
	"heard/tickets/events"
)

// crew is a team of n equal agents who are always there.
func crew(n int, capacity float64) []Agent {
	out := make([]Agent, n)
	for i := range out {
		out[i].Agent = routing.Agent{ID: events.ID(i + 1), Teams: []events.ID{1}, Capacity: capacity}
	}
	return out
}

// replicate plays runs of a steady queue, each with its own customers.
func replicate(runs int, w Workload, agents []Agent, team routing.Team) []Result {
	const warmup, length = 10 * time.Hour, 50 * time.Hour
	out := make([]Result, runs)
	for i := range out {
		out[i] = Run(Config{Arrivals: w.Draw(uint64(100+i), length), Teams: []routing.Team{team}, Agents: agents, Warmup: warmup, Length: length})
	}
	return out
}

// TestTheory holds the simulator against Erlang's formulas: each must lie in the interval of 20 independent runs at a
// confidence of 99.9 %. With agents who hold one chat or several at a time the queue is the same, as long as the
// slots are as many.
func TestTheory(t *testing.T) {
	const level = .999
	tests := []struct {
		name     string
		agents   int
		capacity float64
		perHour  float64
		patience time.Duration
		strategy routing.Strategy
	}{
		{"one agent", 1, 1, 8, 0, routing.Balanced},
		{"five agents, busy", 5, 1, 51, 0, routing.Balanced},
		{"twenty agents", 20, 1, 216, 0, routing.RoundRobin},
		{"four agents with three chats each", 4, 3, 126, 0, routing.Balanced},
		{"pulled", 5, 1, 45, 0, routing.Manual},
		{"patience of two minutes", 5, 1, 58, 2 * time.Minute, routing.Balanced},
		{"more than they can", 10, 1, 150, 10 * time.Minute, routing.RoundRobin},
		{"slots and patience", 4, 3, 150, 3 * time.Minute, routing.Balanced},
	}
	const handling = 5 * time.Minute
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			w := Workload{Rates: []Rate{{0, tt.perHour}}, Handling: Exponential(handling)}
			slots, lambda, mu := tt.agents*int(tt.capacity), tt.perHour/3600, 1/handling.Seconds()
			want, ok := ErlangC(slots, lambda, mu)
			if tt.patience > 0 {
				w.Patience = Exponential(tt.patience)
				want, ok = ErlangA(slots, lambda, mu, 1/tt.patience.Seconds())
			}
			if !ok {
				t.Fatal("no steady state")
			}
			s := Summarize(replicate(20, w, crew(tt.agents, tt.capacity), routing.Team{ID: 1, Strategy: tt.strategy}), 0, level)
			for _, c := range []struct {
				name string
				got  Figure
				want float64
			}{
				{"delayed", s.All.Delayed, want.Delayed}, {"wait", s.All.Offered, want.Wait}, {"queue", s.Queue, want.Queue},
				{"abandoned", s.All.Abandoned, want.Abandoned}, {"use", s.Use, want.Occupancy},
			} {
				if !c.got.Interval.Holds(c.want) {
					t.Errorf("%s = %.4f, between %.4f and %.4f, want %.4f", c.name, c.got.Value, c.got.Interval.Low, c.got.Interval.High, c.want)
				}
				t.Logf("%s %.4f ±%.4f, theory %.4f", c.name, c.got.Value, c.got.Interval.Width()/2, c.want)
			}
		})
	}
}
