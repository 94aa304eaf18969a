package issues

import (
	"math"

	"heard/feedback/stats"
)

// Kind is what a flag says about a topic.
type Kind string

const (
	KindNew       Kind = "new"
	KindRising    Kind = "rising"
	KindBurst     Kind = "burst"
	KindRegressed Kind = "regressed"
	KindRecurring Kind = "recurring"
)

// Detector finds the topics that changed. Its figures were chosen on simulated streams with known
// incidents; only Q and Kappa are meant to be set per site.
type Detector struct {
	Q     float64 // false discovery rate of one night: .10 on found clusters, .02 on true topics
	Kappa float64 // over-dispersion of daily counts, EstimateKappa
}

// DefaultDetector is the detector for found clusters at a site not yet measured.
func DefaultDetector() Detector { return Detector{Q: 0.10, Kappa: 0.10} }

const (
	baselineDays = 56 // days that the usual level is read from
	gapDays      = 7  // between the baseline and tonight
	slowWindow   = 14 // the window that finds slow growth, with its own baseline
	slowBaseline = 42
	slowGap      = 28
	slowFrom     = slowBaseline + slowGap // first night of the slow window
	warmUp       = 42                     // days before which no change is tested
	newBelow     = 2.5                    // baseline count under which a topic is new
	dampedKappa  = 0.4                    // share of the over-dispersion that long windows do not average out
)

// Test is the test behind a flag: what was seen in a window, what was to be expected, and how likely the
// like is by chance.
type Test struct {
	Window   int     `json:"window"`          // days
	Hours    int     `json:"hours,omitempty"` // instead of days, of a burst between two nights
	Quiet    int     `json:"-"`               // days that it had been quiet for, if it is back
	Observed int     `json:"observed"`
	Expected float64 `json:"expected"`
	P        float64 `json:"p"`
	Q        float64 `json:"q"` // the smallest false discovery rate that would have flagged it
}

// Flag says that a topic needs a look, and why.
type Flag struct {
	Topic         int64   `json:"topic"`
	Topics        []int64 `json:"topics,omitempty"` // of a card that was tested as a whole, Topic leading
	Word          string  `json:"word,omitempty"`   // of a topic that stands out only in its conversations with it
	Kind          Kind    `json:"kind"`
	Day           int     `json:"day"`
	Test          Test    `json:"test"`
	Conversations int     `json:"conversations"` // in the window, at most three of one customer
	Customers     int     `json:"customers"`
	Sentence      string  `json:"sentence"`

	within []int64 // the conversations with the word
}

// Detect returns the flags of a night: changes among all topics at false discovery rate Q, regressions of
// fixed ones, and recurring ones. History gives the days each topic was flagged on, which leave its
// baseline; fixes gives the day on which the team marked a topic fixed.
func (d Detector) Detect(t *Table, day int, history History, fixes map[int64]int) []Flag {
	if day >= t.Days || day < 0 {
		return nil
	}
	exposure := t.exposure(day)
	tests, ps := make([]outcome, len(t.topics)), make([]float64, len(t.topics))
	for i, s := range t.topics {
		tests[i] = d.change(s, exposure, day, history.flagged(s.topic), windows(day))
		ps[i] = tests[i].P
	}
	qs := stats.BenjaminiHochberg(ps)
	var flags []Flag
	for i, s := range t.topics {
		tests[i].Q = qs[i]
		if fix, ok := fixes[s.topic]; ok {
			if f, ok := d.regressed(s, exposure, day, fix); ok {
				flags = append(flags, f)
				continue
			}
		}
		if f, ok := d.changed(s, tests[i], day); ok {
			flags = append(flags, f)
		} else if f, ok := newborn(s, day); ok {
			flags = append(flags, f)
		} else if f, ok := recurring(s, day); ok {
			flags = append(flags, f)
		}
	}
	return flags
}

// outcome is a topic's best test of a night.
type outcome struct {
	Test
	usual float64 // baseline count
}

// changed turns a test into a flag if it is significant and has the support to be shown.
func (d Detector) changed(s *series, o outcome, day int) (Flag, bool) {
	if day < warmUp || o.Window == 0 || o.Q > d.Q {
		return Flag{}, false
	}
	f := Flag{Topic: s.topic, Kind: KindBurst, Day: day, Test: o.Test}
	leastConversations, leastCustomers := 5, 3
	switch {
	case o.Quiet > 0:
	case o.usual < newBelow:
		f.Kind = KindNew
	case o.Window == slowWindow:
		f.Kind = KindRising
		leastConversations, leastCustomers = 8, 5
	}
	f.Conversations, f.Customers = s.support(day-o.Window+1, day)
	if f.Conversations < leastConversations || f.Customers < leastCustomers {
		return Flag{}, false
	}
	f.Sentence = sentence(f)
	return f, true
}

// newborn finds new topics of a young desk, which has no baseline to test against yet: nothing at all until
// a week ago, and now enough conversations of enough customers. Its p is 1: nothing was tested.
func newborn(s *series, day int) (Flag, bool) {
	if day >= warmUp || day < 2*gapDays || s.sum(0, day-gapDays) > 0 {
		return Flag{}, false
	}
	f := Flag{Topic: s.topic, Kind: KindNew, Day: day}
	f.Test = Test{Window: gapDays, Observed: s.sum(day-gapDays+1, day), P: 1, Q: 1}
	f.Conversations, f.Customers = s.support(day-gapDays+1, day)
	if f.Conversations < 5 || f.Customers < 3 {
		return Flag{}, false
	}
	f.Sentence = sentence(f)
	return f, true
}

// windows are those of a night.
func windows(day int) []int {
	if day >= slowFrom {
		return []int{1, 3, 7, slowWindow}
	}
	return []int{1, 3, 7}
}

// change runs the windows of a night and keeps the most telling one, its p corrected for their number. After a quiet
// spell the short ones are compared with it alone.
func (d Detector) change(s *series, exposure []float64, day int, flagged map[int]bool, windows []int) outcome {
	spell, quiet := d.quietSince(s, exposure, day)
	top := outcome{Test: Test{P: 1}}
	for _, w := range windows {
		from, to := day-gapDays-baselineDays+1, day-gapDays
		switch {
		case w == slowWindow:
			from, to = day-slowGap-slowBaseline+1, day-slowGap
		case quiet:
			from = spell
		}
		base := baseline(s, exposure, from, to, flagged)
		o := d.exceed(s, exposure, day, w, base)
		if quiet && w != slowWindow {
			o.Quiet = day - gapDays - spell + 1
		}
		if o.P < top.P {
			top = o
		}
	}
	top.P = math.Min(1, top.P*float64(len(windows)))
	if !quiet && usualForTheMonth(s, day) { // a month ago it may not have been mended yet
		top.P = 1
	}
	return top
}

// level is a topic's usual count and the exposure it was counted over, each with a weak prior.
type level struct{ count, exposure float64 }

// baseline sums the days from..to without those on which the topic was flagged and the two before each.
func baseline(s *series, exposure []float64, from, to int, flagged map[int]bool) level {
	l := level{0.3, 2}
	for day := max(s.first, from); day <= to; day++ {
		if flagged[day] || flagged[day+1] || flagged[day+2] {
			continue
		}
		l.count += float64(s.counts[day])
		l.exposure += exposure[day]
	}
	return l
}

// exceed tests one window: the count is negative binomial around the expected count, its variance made of
// the baseline's uncertainty (gamma–Poisson) and of day-to-day over-dispersion, which long windows
// average out in part. P is 1 below the least count and ratio worth telling anyone about.
func (d Detector) exceed(s *series, exposure []float64, day, w int, base level) outcome {
	busy := 0.0
	for x := max(0, day-w+1); x <= day; x++ {
		busy += exposure[x]
	}
	count, mu := s.sum(day-w+1, day), base.count/base.exposure*busy
	o := outcome{Test: Test{Window: w, Observed: count, Expected: mu, P: 1}, usual: base.count}
	kappa, least, ratio := d.Kappa*(dampedKappa+(1-dampedKappa)/float64(w)), 5, 1.5
	if w == slowWindow {
		kappa, least, ratio = kappa*1.2, 8, 1.4
	}
	if count >= least && float64(count) >= ratio*mu {
		o.P = stats.NegBinTail(count, mu, 1/(1/base.count+kappa))
	}
	return o
}

// usualForTheMonth guards against what comes with the calendar (billing days): the last three days are
// no more than a third above the best three days of both one and two months ago.
func usualForTheMonth(s *series, day int) bool {
	before := bestThreeDays(s, day-32, day-28)
	if day-62 >= s.first {
		before = min(before, bestThreeDays(s, day-62, day-58))
	}
	return float64(s.sum(day-2, day)) <= 1.35*float64(before)+2
}

// bestThreeDays is the greatest count of three days in a row that ended on the days from..to.
func bestThreeDays(s *series, from, to int) int {
	top := 0
	for end := from; end <= to; end++ {
		top = max(top, s.sum(end-2, end))
	}
	return top
}

const (
	fixSettles   = 3    // days after a fix that count neither as before nor as after
	regressAfter = 10   // days after a fix from which its return is tested
	regressP     = 0.01 // one planned test per fixed issue needs no false discovery rate
	regressShare = 0.3  // of the count at the old rate
	regressUntil = 180  // days that the test stays on
)

// regressed tests whether a fixed topic is back: against the days since the fix, and in size against the
// rate before it.
func (d Detector) regressed(s *series, exposure []float64, day, fix int) (Flag, bool) {
	if day <= fix+regressAfter || day > fix+regressUntil || fix < 0 {
		return Flag{}, false
	}
	base := baseline(s, exposure, fix+fixSettles, day-gapDays, nil)
	top := outcome{Test: Test{P: 1}}
	for _, w := range []int{1, 3, 7} {
		o := d.exceed(s, exposure, day, w, base)
		if o.P < top.P {
			top = o
		}
	}
	top.P = math.Min(1, 3*top.P)
	old := baseline(s, exposure, fix-slowGap, fix-1, nil)
	busy := 0.0
	for x := max(0, day-gapDays+1); x <= day; x++ {
		busy += exposure[x]
	}
	least := math.Max(3, regressShare*old.count/old.exposure*busy)
	if top.P >= regressP || float64(s.sum(day-gapDays+1, day)) < least {
		return Flag{}, false
	}
	top.Q = top.P
	f := Flag{Topic: s.topic, Kind: KindRegressed, Day: day, Test: top.Test}
	f.Conversations, f.Customers = s.support(day-top.Window+1, day)
	f.Sentence = sentence(f)
	return f, true
}

// recurring finds what never changes and still costs: enough tickets of enough customers in eight weeks,
// in at least half of them. It needs no test; impact ranks it.
func recurring(s *series, day int) (Flag, bool) {
	conversations, customers := s.support(day-baselineDays+1, day)
	weeks := 0
	for end := day; end > day-baselineDays; end -= 7 {
		if s.sum(end-6, end) > 0 {
			weeks++
		}
	}
	if conversations < 8 || customers < 5 || weeks < 4 {
		return Flag{}, false
	}
	f := Flag{Topic: s.topic, Kind: KindRecurring, Day: day, Conversations: conversations, Customers: customers}
	f.Test = Test{Window: baselineDays, Observed: s.sum(day-baselineDays+1, day), P: 1, Q: 1}
	f.Test.Expected = float64(f.Test.Observed)
	f.Sentence = sentence(f)
	return f, true
}
