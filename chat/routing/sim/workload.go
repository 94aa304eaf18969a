package sim

import (
	"math"
	"math/rand/v2"
	"slices"
	"time"

	"heard/tickets"
	"heard/tickets/events"
)

// Arrival is a ticket that comes. Its length and patience come with it, not from the agent that it meets, so two
// settings can be compared on the very same customers.
type Arrival struct {
	At        time.Duration // since the start
	Team      events.ID
	Channel   tickets.Channel
	Priority  tickets.Priority
	Required  []string
	Preferred []string
	LastOwner events.ID
	Handling  time.Duration // how long an agent holds it
	Patience  time.Duration // the customer leaves after waiting so long; 0: never
}

// Lengths draws lengths of time.
type Lengths interface {
	Draw(dice *rand.Rand) time.Duration
}

// Exponential has the mean that it is.
type Exponential time.Duration

// Draw is for Lengths.
func (e Exponential) Draw(dice *rand.Rand) time.Duration {
	return time.Duration(dice.ExpFloat64() * float64(e))
}

// Lognormal has a mean and a standard deviation, each above 0. Handling times are close to it (Brown and others 2005,
// "Statistical Analysis of a Telephone Call Center").
type Lognormal struct{ Mean, SD time.Duration }

// Draw is for Lengths.
func (l Lognormal) Draw(dice *rand.Rand) time.Duration {
	ratio := float64(l.SD) / float64(l.Mean)
	v := math.Log1p(ratio * ratio)
	return time.Duration(float64(l.Mean) * math.Exp(math.Sqrt(v)*dice.NormFloat64()-v/2))
}

// Empirical draws one of the lengths that were seen; there is at least one.
type Empirical []time.Duration

// Draw is for Lengths.
func (e Empirical) Draw(dice *rand.Rand) time.Duration { return e[dice.IntN(len(e))] }

// Rate is how many tickets come an hour from a time of the day on, until the next Rate.
type Rate struct {
	From    time.Duration
	PerHour float64
}

// Kind is a sort of ticket and its share among all.
type Kind struct {
	Share float64
	Arrival
}

// Workload is what customers bring: a Poisson process whose rate changes over the day.
type Workload struct {
	Rates    []Rate // of a day, from the first one's From on; the last lasts until the end of the day
	Kinds    []Kind // none: normal chats for team 1
	Handling Lengths
	Patience Lengths // nil: endless
}

const day = 24 * time.Hour

// Draw makes the arrivals of a stretch of time: equal seeds make equal customers. The thinned process of Lewis and
// Shedler 1979 ("Simulation of nonhomogeneous Poisson processes by thinning").
func (w *Workload) Draw(seed uint64, length time.Duration) []Arrival {
	dice := rand.New(rand.NewPCG(seed, 1))
	top := 0.0
	for _, r := range w.Rates {
		top = max(top, r.PerHour)
	}
	var out []Arrival
	if top <= 0 {
		return out
	}
	for at := time.Duration(0); ; {
		at += time.Duration(dice.ExpFloat64() / top * float64(time.Hour))
		if at >= length {
			return out
		}
		if dice.Float64()*top < w.rate(at%day) {
			a := w.kind(dice)
			a.At = at
			out = append(out, a)
		}
	}
}

func (w *Workload) rate(at time.Duration) float64 {
	per := 0.0
	for _, r := range w.Rates {
		if r.From <= at {
			per = r.PerHour
		}
	}
	return per
}

func (w *Workload) kind(dice *rand.Rand) Arrival {
	a := Arrival{Team: 1, Channel: tickets.Chat, Priority: tickets.Normal}
	total := 0.0
	for _, k := range w.Kinds {
		total += k.Share
	}
	left := dice.Float64() * total
	for _, k := range w.Kinds {
		if a = k.Arrival; left < k.Share {
			break
		}
		left -= k.Share
	}
	w.lengths(&a, dice)
	return a
}

func (w *Workload) lengths(a *Arrival, dice *rand.Rand) {
	if a.Handling == 0 && w.Handling != nil {
		a.Handling = max(w.Handling.Draw(dice), time.Millisecond)
	}
	if a.Patience == 0 && w.Patience != nil {
		a.Patience = max(w.Patience.Draw(dice), time.Millisecond)
	}
}

// Fill gives arrivals that were read from elsewhere the lengths that they lack, and puts them in order.
func (w *Workload) Fill(seed uint64, arrivals []Arrival) []Arrival {
	dice := rand.New(rand.NewPCG(seed, 2))
	out := slices.Clone(arrivals)
	slices.SortStableFunc(out, func(a, b Arrival) int { return int(a.At - b.At) })
	for i := range out {
		w.lengths(&out[i], dice)
	}
	return out
}
