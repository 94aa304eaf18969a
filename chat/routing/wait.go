package routing

import (
	"math"
	"time"
)

// Outlook is what is known of a team's queue at one moment: what a promise is made from. All lengths are in the time
// in which agents work; a night in which nobody is there is nobody's wait.
type Outlook struct {
	Finished []time.Duration // how long agents held the newest finished chats, some 200 at most
	Running  []time.Duration // how long the agents on line have held each chat that they hold now
	Free     int             // chats that they could be given at once; 0 as a rule, as somebody waits
	Leaving  float64         // share of who waits that gives up, per second of waiting
	Passing  float64         // tickets per second that come later and go before
}

// Promise is the range in which a wait is expected to end, for eight in ten.
type Promise struct {
	Low, High time.Duration
	Mid       time.Duration // half of the waits are expected to be shorter
	Spread    float64       // of the logarithm of the wait, before calibration; kept so that outcomes can be weighed
	Measured  bool          // false: there is too little history, the range says so by its width
}

// Outcome is a promise and what came of it.
type Outcome struct {
	Promise Promise
	Waited  time.Duration
	Left    bool // the customer gave up after Waited
}

// Calibration is what kept and broken promises of one team have taught. The zero value has learned nothing. It is a
// fold of outcomes, so every node makes the same from the same.
type Calibration struct {
	low, high float64 // how many spreads the ends lie from the middle, less the untaught ±1.28
}

// Coverage is the share of waits that a promise means to hold.
const Coverage = 0.8

const (
	z80     = 1.2815515655446004 // the normal quantile of .9
	pace    = 0.05
	minKept = 5
)

// Calibrate learns from outcomes, the oldest end first.
func Calibrate(outcomes []Outcome) Calibration {
	var c Calibration
	for _, o := range outcomes {
		c = c.Learn(o)
	}
	return c
}

// Learn returns the calibration after one more outcome. Who left before the range began or within it has not shown
// how long the wait would have been.
func (c Calibration) Learn(o Outcome) Calibration {
	const miss = (1 - Coverage) / 2
	if !o.Promise.Measured || o.Left && o.Waited <= o.Promise.High {
		return c
	}
	c.low -= pace * (truth(o.Waited < o.Promise.Low) - miss)
	c.high += pace * (truth(o.Waited > o.Promise.High) - miss)
	return c
}

func truth(b bool) float64 {
	if b {
		return 1
	}
	return 0
}

// Promise is the range for a place: 1 is next. Everybody ahead counts whom the same agents may be given first, also
// of other teams.
func (c Calibration) Promise(o Outlook, place int) Promise {
	if len(o.Finished) < minKept || len(o.Running)+o.Free == 0 {
		return Promise{High: time.Duration(place) * 5 * time.Minute, Mid: time.Duration(place) * time.Minute}
	}
	var sum float64
	for _, d := range o.Finished {
		sum += d.Seconds()
	}
	mean := sum / float64(len(o.Finished)) / float64(len(o.Running)+o.Free) * float64(place)
	spread := math.Sqrt(math.Log1p(1 / float64(place)))
	at := func(k float64) time.Duration {
		return time.Duration(mean * math.Exp(spread*k-spread*spread/2) * float64(time.Second))
	}
	return Promise{Low: at(min(-z80+c.low, 0)), High: at(max(z80+c.high, 0)), Mid: at(0), Spread: spread, Measured: true}
}
