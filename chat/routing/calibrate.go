package routing

import (
	"math"
	"slices"
	"time"
)

// Coverage is the share of waits that a promise means to hold.
const Coverage = 0.8

// Memory is how many outcomes a calibration remembers: to make one from a log, that many of the newest will do.
const Memory = 400

const (
	miss  = (1 - Coverage) / 2 // on either side
	pace  = 0.005              // step of the level after one outcome (Gibbs and Candès call it γ)
	taste = 20                 // outcomes as the model would have them, with which a new team begins
)

// Outcome is a promise and what came of it.
type Outcome struct {
	Promise Promise
	Waited  time.Duration
	Left    bool // the customer gave up after Waited
}

// Calibration is what kept and broken promises of one team have taught. The zero value has learned nothing. It is a
// fold of the newest outcomes, so every node makes the same from the same.
//
// Its method is adaptive conformal inference (Gibbs and Candès 2021, "Adaptive Conformal Inference Under Distribution
// Shift"), for each end by itself: an end lies at a quantile of the remembered scores, and the level of that quantile
// moves a step outwards after every miss and a ninth of a step inwards after every hit.
type Calibration struct {
	scores    []float64 // in order of outcome, at most Memory
	low, high float64   // levels, less miss
}

// Calibrate learns from outcomes, the oldest end first.
func Calibrate(outcomes []Outcome) Calibration {
	var c Calibration
	for _, o := range outcomes {
		c.learn(o)
	}
	return c
}

// Learn returns the calibration after one more outcome.
func (c Calibration) Learn(o Outcome) Calibration {
	c.scores = slices.Clone(c.scores)
	c.learn(o)
	return c
}

// learn passes over who left within the range or before it: it has not shown how long the wait would have been.
func (c *Calibration) learn(o Outcome) {
	if !o.Promise.Measured || o.Left && o.Waited <= o.Promise.High {
		return
	}
	c.low += pace * (miss - truth(o.Waited < o.Promise.Low))
	c.high += pace * (miss - truth(o.Waited > o.Promise.High))
	c.low, c.high = min(max(c.low, -2*miss), miss), min(max(c.high, -2*miss), miss)
	if len(c.scores) >= Memory {
		c.scores = append(c.scores[:0], c.scores[len(c.scores)-Memory+1:]...)
	}
	c.scores = append(c.scores, o.Promise.score(o.Waited))
}

func truth(b bool) float64 {
	if b {
		return 1
	}
	return 0
}

// ends are the two ends of a range in spreads from the middle.
func (c *Calibration) ends() (low, high float64) {
	all := append(make([]float64, 0, Memory+taste), c.scores...)
	for i := range max(0, taste-len(c.scores)/4) {
		n := float64(max(0, taste-len(c.scores)/4))
		all = append(all, math.Sqrt2*math.Erfinv(2*(float64(i)+.5)/n-1))
	}
	slices.Sort(all)
	return quantile(all, miss+c.low), quantile(all, 1-miss-c.high)
}

// quantile is of a sorted list, straight between its members. A level below 0 or above 1, where a whole run of
// promises was broken, goes on outwards.
func quantile(sorted []float64, level float64) float64 {
	const beyond = 5 // spreads per level: .1 further is half a spread wider
	at, last := level*float64(len(sorted))-.5, len(sorted)-1
	if at <= 0 || at >= float64(last) {
		end := sorted[0]
		if at > 0 {
			end = sorted[last]
		}
		return end + beyond*(level-min(max(level, 0), 1))
	}
	i := int(at)
	return sorted[i] + (sorted[i+1]-sorted[i])*(at-float64(i))
}
