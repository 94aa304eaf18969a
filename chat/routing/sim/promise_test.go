package sim

import (
	"math"
	"slices"
	"testing"
	"time"

	"heard/chat/routing"
	"heard/tickets/events"
)

// recentWaits is the promise that most desks make: quantiles of the newest waits, whatever the queue looks like now.
type recentWaits struct{ waits []float64 }

func (r *recentWaits) Promise(routing.Outlook, int) routing.Promise {
	if len(r.waits) < 5 {
		return routing.Promise{}
	}
	sorted := slices.Sorted(slices.Values(r.waits))
	at := func(share float64) time.Duration {
		return time.Duration(sorted[int(math.Round(share*float64(len(sorted)-1)))] * float64(time.Second))
	}
	return routing.Promise{Low: at(.1), High: at(.9), Measured: true}
}

func (r *recentWaits) Learn(o routing.Outcome) {
	if !o.Left {
		r.waits = append(r.waits, o.Waited.Seconds())
		r.waits = r.waits[max(0, len(r.waits)-50):]
	}
}

// untaught never learns.
type untaught struct{ routing.Calibration }

func (untaught) Learn(routing.Outcome) {}

// rushes is a day from eight to eight with a rush before noon and one in the afternoon, in chats an hour.
func rushes(usual, rush float64) []Rate {
	return []Rate{{8 * time.Hour, usual}, {10 * time.Hour, rush}, {11*time.Hour + 30*time.Minute, usual},
		{15 * time.Hour, rush}, {16*time.Hour + 30*time.Minute, usual}, {19 * time.Hour, usual / 4}, {20 * time.Hour, 0}}
}

// daily repeats shifts.
func daily(days int, a Agent, shifts ...Shift) Agent {
	for d := range days {
		for _, s := range shifts {
			a.Shifts = append(a.Shifts, Shift{time.Duration(d)*day + s.From, time.Duration(d)*day + s.To})
		}
	}
	return a
}

const days = 3

type pattern struct {
	name     string
	agents   []Agent
	workload Workload
}

func shop(n int, capacity float64, shifts func(i int) []Shift) []Agent {
	out := crew(n, capacity)
	for i := range out {
		out[i] = daily(days, out[i], shifts(i)...)
	}
	return out
}

func hours(from, to float64) Shift {
	return Shift{time.Duration(from * float64(time.Hour)), time.Duration(to * float64(time.Hour))}
}

func patterns() []pattern {
	long := Lognormal{8 * time.Minute, 7 * time.Minute}
	return []pattern{
		{"all day", shop(6, 3, func(int) []Shift { return []Shift{hours(8, 21)} }),
			Workload{Rates: rushes(90, 160), Handling: long, Patience: Exponential(15 * time.Minute)}},
		{"shift change", shop(10, 3, func(i int) []Shift {
			return []Shift{[]Shift{hours(8, 14.5), hours(14, 21)}[i%2]}
		}), Workload{Rates: rushes(80, 140), Handling: long, Patience: Exponential(15 * time.Minute)}},
		{"lunch in turn", shop(6, 3, func(i int) []Shift {
			at := 11.5 + float64(i)*.5
			return []Shift{hours(8, at), hours(at+.75, 21)}
		}), Workload{Rates: rushes(90, 150), Handling: long}},
		{"one chat each", shop(5, 1, func(int) []Shift { return []Shift{hours(8, 21)} }),
			Workload{Rates: rushes(24, 45), Handling: Exponential(8 * time.Minute), Patience: Exponential(20 * time.Minute)}},
	}
}

const seeds = 3

func played(p pattern, with func() Promiser) []Result {
	out := make([]Result, seeds)
	for i := range out {
		out[i] = Run(Config{Arrivals: p.workload.Draw(uint64(7000+i), days*day), Agents: p.agents,
			Teams: []routing.Team{{ID: events.ID(1)}}, Length: days * day, Promiser: with()})
	}
	return out
}

// TestPromisesAreKept: over days with two rushes, eight in ten waits lie in their range, give or take one in twenty,
// whatever the agents' day looks like, and the ranges are narrower than those of a method that looks at recent waits.
func TestPromisesAreKept(t *testing.T) {
	for _, p := range patterns() {
		t.Run(p.name, func(t *testing.T) {
			t.Parallel()
			say := func(name string, with func() Promiser) Promises {
				s := pool(played(p, with))
				t.Logf("%-12s %5d promises, %.1f %% kept, %.1f %% served sooner, %.0f s wide", name, s.Made, 100*s.Kept.Value, 100*s.Below, s.Width.Value)
				return s
			}
			got := say("calibrated", func() Promiser { return &Calibrated{} })
			naive := say("recent waits", func() Promiser { return &recentWaits{} })
			if testing.Verbose() { // for whoever wants to see what learning is worth
				say("untaught", func() Promiser { return untaught{} })
			}
			if got.Kept.Value < .75 || got.Kept.Value > .85 {
				t.Errorf("%.1f %% of %d promises are kept, want 80 ± 5", 100*got.Kept.Value, got.Made)
			}
			if naive.Kept.Value > got.Kept.Value-.05 {
				t.Errorf("recent waits keep %.1f %%, no less than %.1f %%: the model is for nothing", 100*naive.Kept.Value, 100*got.Kept.Value)
			}
		})
	}
}

// pool counts the promises of all seeds together.
func pool(runs []Result) Promises {
	var all Result
	for _, r := range runs {
		all.Records = append(all.Records, r.Records...)
	}
	return promises([]Result{all}, .95)
}
