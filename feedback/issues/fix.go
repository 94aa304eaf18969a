package issues

import (
	"fmt"
	"math"

	"heard/feedback/stats"
)

// Outcome is what may be said of a fix.
type Outcome string

const (
	Fixed    Outcome = "fixed"
	NoEffect Outcome = "no_effect"
	TooEarly Outcome = "too_early"
)

// Change says what a fix that is not judged yet did so far.
type Change string

const (
	Fewer   Change = "fewer"    // surely fewer than before, but not few enough to be called fixed
	NoClear Change = "no_clear" // the rate may be what it was
)

const (
	fixBefore    = 28  // days before a fix that it is judged against
	fixedUnder   = 0.5 // fixed: surely less than half of the old rate is left
	noEffectOver = 0.8 // no effect: surely more than this share is left
	projectDays  = 180 // how far ahead a verdict is foretold
	fixSeen      = 14  // usual days after a fix from which no verdict is news too
	nextDays     = 28  // what it would take is told for these days
)

// Verification is the verdict on a fix and all that it rests on.
type Verification struct {
	Outcome        Outcome        `json:"outcome"`
	Before         int            `json:"before"`
	After          int            `json:"after"`
	BeforeExposure float64        `json:"before_exposure"` // in usual days
	AfterExposure  float64        `json:"after_exposure"`
	Ratio          float64        `json:"ratio"`    // rate after ÷ rate before
	Interval       stats.Interval `json:"interval"` // of the ratio
	Dispersion     float64        `json:"dispersion"`
	ReadyDay       int            `json:"ready_day"` // day on which a verdict is to be expected; −1: not in sight
	Change         Change         `json:"change"`    // of what is too early to judge although it was watched for two weeks; "" before
	Sentence       string         `json:"sentence"`
}

// VerifyFix judges on a day whether the topic's fix worked: the 28 days before the fix against the days
// from three days after it, both in exposure, so that a quiet week is not taken for a fix. The ratio of the
// rates has the exact conditional interval, with both counts divided by the over-dispersion 1 + κ·daily
// mean. Days that were flagged stay in: they are what was to be fixed.
func VerifyFix(t *Table, topic int64, fix, day int, kappa float64) Verification {
	exposure := t.exposure(min(day, t.Days-1))
	v := Verification{ReadyDay: -1}
	v.Before, v.BeforeExposure = t.Count(topic, fix-fixBefore, fix-1), total(exposure, fix-fixBefore, fix-1)
	v.After, v.AfterExposure = t.Count(topic, fix+fixSettles, day), total(exposure, fix+fixSettles, day)
	v.Dispersion = math.Max(1, 1+kappa*float64(v.Before)/fixBefore)
	v.Outcome, v.Interval = v.judge(float64(v.After), v.AfterExposure)
	if v.Before > 0 && v.AfterExposure > 0 {
		v.Ratio = float64(v.After) / v.AfterExposure / (float64(v.Before) / v.BeforeExposure)
	}
	if v.Outcome == TooEarly {
		v.ReadyDay = v.project(max(day, fix+fixSettles-1))
		v.Change = v.soFar()
	}
	v.Sentence = v.sentence(day)
	return v
}

// judge gives verdict and interval for a count after the fix.
func (v Verification) judge(after, exposure float64) (Outcome, stats.Interval) {
	ci := stats.RateRatio(after/v.Dispersion, exposure, float64(v.Before)/v.Dispersion, v.BeforeExposure, stats.Level)
	switch {
	case ci.High < fixedUnder:
		return Fixed, ci
	case ci.Low > noEffectOver:
		return NoEffect, ci
	}
	return TooEarly, ci
}

// project finds the day on which the verdict comes if days stay as busy and the rate stays as seen.
func (v Verification) project(day int) int {
	usual := v.BeforeExposure / fixBefore
	if v.Before == 0 || usual <= 0 {
		return -1
	}
	perExposure := v.Ratio * float64(v.Before) / v.BeforeExposure
	for ahead := 1; ahead <= projectDays; ahead++ {
		more := float64(ahead) * usual
		outcome, _ := v.judge(float64(v.After)+perExposure*more, v.AfterExposure+more)
		if outcome != TooEarly {
			return day + ahead
		}
	}
	return -1
}

// soFar says what is seen of a fix that cannot be judged, once it was watched for two usual weeks.
func (v Verification) soFar() Change {
	switch {
	case v.Before == 0 || v.BeforeExposure <= 0 || v.AfterExposure < fixSeen*v.BeforeExposure/fixBefore:
		return ""
	case v.Interval.High < 1:
		return Fewer
	}
	return NoClear
}

// needs are the most conversations of the next four weeks with which the fix would be called fixed, and the least with
// which it would be called without effect. −1: none.
func (v Verification) needs() (fixed, none int) {
	fixed, none = -1, -1
	exposure := v.AfterExposure + nextDays*v.BeforeExposure/fixBefore
	for n := 0; n <= 4*(v.Before+v.After)+100; n++ {
		switch outcome, _ := v.judge(float64(v.After+n), exposure); outcome {
		case Fixed:
			fixed = n
		case NoEffect:
			return fixed, n
		}
	}
	return fixed, none
}

// needed puts it into words.
func (v Verification) needed() string {
	fixed, none := v.needs()
	switch {
	case fixed < 0 && none < 0:
		return ""
	case fixed < 0:
		return fmt.Sprintf(" With %d or more in the next four weeks it would count as without effect; too many came to call it fixed by then.", none)
	case none < 0:
		return fmt.Sprintf(" With at most %d in the next four weeks it would count as fixed.", fixed)
	}
	return fmt.Sprintf(" With at most %d in the next four weeks it would count as fixed, with %d or more as without effect.", fixed, none)
}

func (v Verification) sentence(day int) string {
	seen := fmt.Sprintf("%s in the four weeks before, %d since", plural(v.Before, "conversation"), v.After)
	left := fmt.Sprintf("%.0f %% of the old rate is left (95 %% interval %.0f–%s %%)", 100*v.Ratio, 100*v.Interval.Low, percent(v.Interval.High))
	switch v.Outcome {
	case Fixed:
		return fmt.Sprintf("Fixed: %s; %s.", seen, left)
	case NoEffect:
		return fmt.Sprintf("No effect: %s; %s.", seen, left)
	}
	if v.Before == 0 {
		return "Too early to say: there was nothing before the fix to compare with."
	}
	switch v.Change {
	case Fewer:
		return fmt.Sprintf("Fewer than before, but not clearly fixed: %s; %s.%s", seen, left, v.needed())
	case NoClear:
		return fmt.Sprintf("No clear change so far: %s; %s.%s", seen, left, v.needed())
	}
	if v.ReadyDay < 0 {
		return fmt.Sprintf("Too early to say: %s. At this rate no verdict is in sight.", seen)
	}
	return fmt.Sprintf("Too early to say: %s. At this rate a verdict takes about %s more.", seen, plural(v.ReadyDay-day, "day"))
}

func percent(x float64) string {
	if math.IsInf(x, 1) {
		return "∞"
	}
	return fmt.Sprintf("%.0f", 100*x)
}

func total(xs []float64, from, to int) (sum float64) {
	for i := max(0, from); i <= min(to, len(xs)-1); i++ {
		sum += xs[i]
	}
	return sum
}
