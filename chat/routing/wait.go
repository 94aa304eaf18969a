package routing

import (
	"math"
	"math/rand/v2"
	"slices"
	"time"
)

// Outlook is what is known of a team's queue at one moment: what a promise is made from. All lengths are in the time
// in which agents work; a night in which nobody is there is nobody's wait.
type Outlook struct {
	Finished []time.Duration // how long agents held the newest finished chats, some 200 at most
	Running  []time.Duration // how long the agents on line have held each chat that they hold now
	Free     int             // chats that they could be given at once; 0 as a rule, as somebody waits
	Leaving  float64         // who waits gives up at this rate, per second of waiting
	Passing  float64         // tickets per second that come later and go before
}

// Promise is the range in which a wait is expected to end, for eight in ten. To learn from it later, keep all of it.
type Promise struct {
	Low, High time.Duration
	Mid       time.Duration // half of the waits are expected to be shorter, before calibration
	Spread    float64       // of the logarithm of the shorter waits, before calibration
	Skew      float64       // how many times wider the longer waits spread; 0 counts as 1
	Measured  bool          // false: there is too little history, and the range says so by its width
}

const (
	minFinished = 5
	maxPlace    = 200 // further places are in proportion
	futures     = 200

	// fallback is what a place costs at most as long as nothing has been measured.
	fallback = 5 * time.Minute

	z80 = 1.2815515655446004 // the normal quantile of .9

	// least is added to every wait before its logarithm is taken: nobody minds a second, and log 0 is no number.
	least = 1.0
)

// Promises are the ranges for the places 1 to n of a queue: 1 is next. Everybody ahead counts whom the same agents may
// be given first, also of other teams.
func (c Calibration) Promises(o Outlook, n int) []Promise {
	out := make([]Promise, n)
	slots := len(o.Running) + o.Free
	if len(o.Finished) < minFinished || slots == 0 {
		for i := range out {
			out[i] = Promise{High: time.Duration(i+1) * fallback, Mid: time.Duration(i+1) * fallback / 2}
		}
		return out
	}
	waits := o.futures(min(n, maxPlace))
	low, high := c.ends()
	for i := range out {
		from := min(i, maxPlace-1)
		out[i] = promise(waits[from], float64(i+1)/float64(from+1), low, high)
	}
	return out
}

// Promise is the range for one place.
func (c Calibration) Promise(o Outlook, place int) Promise {
	place = max(place, 1)
	return c.Promises(o, place)[place-1]
}

// promise makes a range from the waits of all futures, shortest first: the logarithm of a wait is taken as normal on
// either side of its median, each with its own spread, and the ends lie low and high spreads away.
func promise(waits []float64, stretch, low, high float64) Promise {
	at := func(share float64) float64 { return math.Log(waits[int(share*float64(len(waits)-1))]*stretch + least) }
	mid := at(.5)
	down, up := max((mid-at(.1))/z80, .02), max((at(.9)-mid)/z80, .02)
	length := func(log float64) time.Duration {
		return time.Duration(max(0, math.Exp(min(log, 15))-least) * float64(time.Second))
	}
	side := func(z float64) time.Duration {
		if z < 0 {
			return length(mid + down*z)
		}
		return length(mid + up*z)
	}
	return Promise{Low: side(low), High: side(high), Mid: length(mid), Spread: down, Skew: up / down, Measured: true}
}

// score is how far a wait came out from the middle of its promise, in spreads.
func (p *Promise) score(waited time.Duration) float64 {
	off := math.Log(max(0, waited.Seconds())+least) - math.Log(p.Mid.Seconds()+least)
	spread := p.Spread
	if off > 0 && p.Skew > 0 {
		spread *= p.Skew
	}
	return off / max(spread, .02)
}

// futures plays the next hours many times over and returns, for each place, when its turn came, shortest first:
// every running chat ends at a length drawn from those that outlasted it, and the slot takes the next who still
// waits. Each future has dice of its own that always fall the same way, so equal outlooks make equal promises, and a
// place's does not depend on how many places were asked for.
func (o *Outlook) futures(places int) [][]float64 {
	s := newSurvival(o.Finished, o.Running)
	fate := &rand.PCG{}
	dice := rand.New(fate)
	waits := make([][]float64, places)
	for i := range waits {
		waits[i] = make([]float64, futures)
	}
	running := make([]held, len(o.Running))
	for i, age := range o.Running {
		running[i] = s.held(age)
	}
	slots := make(ends, 0, len(o.Running)+o.Free)
	for f := range futures {
		fate.Seed(uint64(f), 20)
		o.future(s, running, slots, dice, func(place int, at float64) bool {
			waits[place][f] = at
			return place+1 < places
		})
	}
	for i := range waits {
		slices.Sort(waits[i])
	}
	return waits
}

// future plays once. turn hears of each place when it would be its turn, and tells whether to go on; whether the one
// who stands there gave up meanwhile matters to those behind only.
func (o *Outlook) future(s *survival, running []held, slots ends, dice *rand.Rand, turn func(place int, at float64) bool) {
	for _, h := range running {
		slots = append(slots, s.left(h, 1-dice.Float64()))
	}
	for range o.Free {
		slots = append(slots, 0)
	}
	slots.order()
	passer := math.Inf(1)
	if o.Passing > 0 {
		passer = dice.ExpFloat64() / o.Passing
	}
	for place := 0; ; {
		now := slots[0]
		if passer <= now {
			passer += dice.ExpFloat64() / o.Passing
		} else {
			if !turn(place, now) {
				return
			}
			place++
			if o.Leaving > 0 && dice.ExpFloat64()/o.Leaving < now {
				continue // gave up before: the slot is still free
			}
		}
		slots[0] = now + s.length(1-dice.Float64())
		slots.down(0)
	}
}

// ends are when slots become free, as a heap: the soonest on top.
type ends []float64

func (e ends) order() {
	for i := len(e)/2 - 1; i >= 0; i-- {
		e.down(i)
	}
}

// down puts one that has become later in its place.
func (e ends) down(i int) {
	for {
		child := 2*i + 1
		if child >= len(e) {
			return
		}
		if child+1 < len(e) && e[child+1] < e[child] {
			child++
		}
		if e[i] <= e[child] {
			return
		}
		e[i], e[child] = e[child], e[i]
		i = child
	}
}
