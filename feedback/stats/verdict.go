package stats

import "math"

// Verdict is what may be said about a change.
type Verdict string

const (
	Up      Verdict = "up"
	Down    Verdict = "down"
	NoClear Verdict = "no_clear_change"
	TooFew  Verdict = "not_enough_data"
)

// String is the verdict as people read it.
func (v Verdict) String() string {
	switch v {
	case NoClear:
		return "no clear change"
	case TooFew:
		return "not enough data"
	}
	return string(v)
}

// MinSample is the least number of observations on each side of a comparison.
const MinSample = 10

// Comparison is a change from before to after with its interval. Change is after − before, or after ÷
// before where Ratio is set. Interval is nil when there is not enough data to say anything.
type Comparison struct {
	Verdict  Verdict   `json:"verdict"`
	Change   float64   `json:"change"`
	Ratio    bool      `json:"ratio"`
	Interval *Interval `json:"interval"`
}

// CompareRates compares two proportions by Newcombe's interval.
func CompareRates(before, after Rate) Comparison {
	if before.N < MinSample || after.N < MinSample {
		return Comparison{Verdict: TooFew}
	}
	return judge(after.Value()-before.Value(), Newcombe(after, before, Level), false)
}

// CompareMeans compares two means by Welch's interval.
func CompareMeans(before, after Summary) Comparison {
	if before.N < MinSample || after.N < MinSample {
		return Comparison{Verdict: TooFew}
	}
	return judge(after.Mean-before.Mean, Welch(after, before, Level), false)
}

// Shares are the answers to a question from 0 to 10 in three parts.
type Shares struct{ Promoters, Passives, Detractors int }

// N is how many answered.
func (s Shares) N() int { return s.Promoters + s.Passives + s.Detractors }

// CompareNPS compares two net promoter scores by the sum of their multinomial variances.
func CompareNPS(before, after Shares) Comparison {
	if before.N() < MinSample || after.N() < MinSample {
		return Comparison{Verdict: TooFew}
	}
	is, was := after.score(), before.score()
	half := normal(Level) * math.Sqrt(after.variance()+before.variance())
	return judge(is-was, Interval{is - was - half, is - was + half}, false)
}

// score is in points; variance is the score's, in points squared. Half an answer on every side keeps a sample in which
// all agree from being certain.
func (s Shares) score() float64 { return 100 * float64(s.Promoters-s.Detractors) / float64(s.N()) }

func (s Shares) variance() float64 {
	n := float64(s.N()) + 1.5
	p, d := (float64(s.Promoters)+0.5)/n, (float64(s.Detractors)+0.5)/n
	return 100 * 100 * (p + d - (p-d)*(p-d)) / n
}

// CompareCounts compares two counts over their exposures (days, opened tickets) as a ratio of rates. Counts
// are read as Poisson; phi >= 1 widens the interval for clumped ones (variance ÷ mean, 1 when unknown).
func CompareCounts(before int, exposureBefore float64, after int, exposureAfter, phi float64) Comparison {
	if before+after < MinSample || exposureBefore <= 0 || exposureAfter <= 0 {
		return Comparison{Verdict: TooFew}
	}
	b, a := float64(before)/math.Max(1, phi), float64(after)/math.Max(1, phi)
	ci := RateRatio(a, exposureAfter, b, exposureBefore, Level)
	if before == 0 { // no finite ratio: half a count on both sides (Haldane 1956)
		a, b = a+0.5, b+0.5
	}
	return judge(a/exposureAfter/(b/exposureBefore), ci, true)
}

func judge(change float64, ci Interval, ratio bool) Comparison {
	none := 0.0
	if ratio {
		none = 1
	}
	c := Comparison{Verdict: NoClear, Change: change, Ratio: ratio, Interval: &ci}
	switch {
	case ci.Low > none:
		c.Verdict = Up
	case ci.High < none:
		c.Verdict = Down
	}
	return c
}
