package issues

import (
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"heard/feedback/stats"
)

// poisson draws a Poisson number (Knuth 1969, 3.4.1 Q).
func poisson(rng *rand.Rand, mean float64) int {
	limit, n, p := math.Exp(-mean), 0, 1.0
	for {
		if p *= rng.Float64(); p <= limit {
			return n
		}
		n++
	}
}

// counted builds a table from the count of each topic and day; every conversation has its own customer
// unless oneCustomer names the topic.
func counted(topics, days int, count func(topic, day int) int, oneCustomer int) *Table {
	customer := int64(0)
	return NewTable(days, func(yield func(Observation) bool) {
		for topic := 1; topic <= topics; topic++ {
			for day := range days {
				for range count(topic, day) {
					customer++
					o := Observation{int64(topic), customer, day}
					if topic == oneCustomer {
						o.Customer = -1
					}
					if !yield(o) {
						return
					}
				}
			}
		}
	})
}

// plan is the count of topic 1; the 29 others have about four a day.
func plan(seed uint64, days int, one func(day int) int) *Table {
	rng := newRand(seed)
	return counted(30, days, func(topic, day int) int {
		if topic == 1 {
			return one(day)
		}
		return poisson(rng, 4)
	}, 0)
}

func flagsOn(flags []Flag, topic int64) (kinds []Kind) {
	for _, f := range flags {
		if f.Topic == topic {
			kinds = append(kinds, f.Kind)
		}
	}
	return kinds
}

func TestDetectKinds(t *testing.T) {
	steady := func(day int) int { return 2 + day%2 }
	tests := []struct {
		name  string
		fixes map[int64]int
		one   func(day int) int
		want  Kind
		says  string
	}{
		{"burst", nil, func(d int) int { return steady(d) + 9*b2i(d >= 97) }, KindBurst, "Unusually many: "},
		{"new", nil, func(d int) int { return 3 * b2i(d >= 97) }, KindNew, "New: 9 conversations in the last "},
		{"rising", nil, func(d int) int { return steady(d) + (d-72)/4*b2i(d >= 72) }, KindRising, "Rising for weeks: "},
		{"regressed", map[int64]int{1: 60}, func(d int) int { return 4 * b2i(d < 60 || d >= 97) }, KindRegressed, "Back after the fix: "},
		{"back after a quiet spell", nil, func(d int) int { return 3 * b2i(d < 66 || d >= 97) }, KindBurst, "Back after 3 quiet weeks at least: "},
		{"recurring", nil, steady, KindRecurring, "Comes back week after week: "},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			table := plan(1, 100, tt.one)
			for _, f := range DefaultDetector().Detect(table, 99, nil, tt.fixes) {
				if f.Topic != 1 {
					continue
				}
				if f.Kind != tt.want || !strings.HasPrefix(f.Sentence, tt.says) {
					t.Errorf("flag = %+v, want %s %q", f, tt.want, tt.says)
				}
				if seen := table.Count(1, 99-f.Test.Window+1, 99); f.Test.Observed != seen {
					t.Errorf("observed %d, counted %d", f.Test.Observed, seen)
				}
				return
			}
			t.Errorf("no flag, want %s", tt.want)
		})
	}
}

func b2i(b bool) int {
	if b {
		return 1
	}
	return 0
}

func TestYoungDeskReportsNewBySupport(t *testing.T) {
	tests := []struct {
		name     string
		day      int
		from, to int // days with two conversations each
		want     []Kind
	}{
		{"new", 22, 20, 22, []Kind{KindNew}},
		{"too few", 21, 20, 21, nil},
		{"seen before", 14, 7, 14, nil},
		{"everything is new", 10, 8, 10, nil},
	}
	for _, tt := range tests {
		table := plan(4, tt.day+1, func(d int) int { return 2 * b2i(d >= tt.from && d <= tt.to) })
		if got := flagsOn(DefaultDetector().Detect(table, tt.day, nil, nil), 1); !slices.Equal(got, tt.want) {
			t.Errorf("%s: %v, want %v", tt.name, got, tt.want)
		}
	}
}

func TestDetectStaysQuiet(t *testing.T) {
	burst := func(d int) int { return 2 + 9*b2i(d >= 97) }
	busy := newRand(9)
	tests := []struct {
		name  string
		table *Table
		day   int
	}{
		{"before the warm-up", plan(1, 40, func(d int) int { return 2 + 9*b2i(d >= 37) }), 39},
		{"a day of the future", plan(1, 50, burst), 50},
		{"monthly billing", plan(1, 100, func(d int) int { return 2 + 9*b2i(d%30 >= 7 && d%30 <= 9) }), 99},
		{"one loud customer", counted(30, 100, func(topic, day int) int {
			if topic == 1 {
				return burst(day)
			}
			return 4
		}, 1), 99},
		{"a busy desk", counted(30, 100, func(topic, day int) int { return poisson(busy, 4+4*float64(b2i(day >= 98))) }, 0), 99},
		{"too few to tell", plan(1, 100, func(d int) int { return b2i(d >= 96) }), 99},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			flags := slices.DeleteFunc(DefaultDetector().Detect(tt.table, tt.day, nil, nil), func(f Flag) bool {
				return f.Kind == KindRecurring
			})
			if len(flags) > 0 {
				t.Errorf("flags: %+v", flags)
			}
		})
	}
}

// Under nothing but chance the detector must be nearly silent: 30 topics, 60 nights, over-dispersed counts.
func TestDetectHoldsFalseAlarms(t *testing.T) {
	rng := newRand(11)
	table := counted(30, 120, func(int, int) int {
		gamma := 0.0 // Gamma(12, 1/12) as the sum of twelve exponentials
		for range 12 {
			gamma += rng.ExpFloat64() / 12
		}
		return poisson(rng, 4*gamma)
	}, 0)
	history, opened := make(History), 0
	for day := 60; day < 120; day++ {
		opened += len(history.Record(DefaultDetector().Detect(table, day, history, nil)))
	}
	if opened > 4 {
		t.Errorf("%d false episodes in 60 nights, want at most 4 (half a flag a week)", opened)
	}
}

func TestFlaggedDaysLeaveTheBaseline(t *testing.T) {
	one := func(d int) int { return 2 + 10*b2i(d >= 60 && d < 70) + 7*b2i(d >= 97) }
	table, history := plan(2, 100, one), make(History)
	expected := func() float64 {
		return DefaultDetector().change(table.topics[0], table.exposure(99), 99, history.flagged(1), windows(99)).Expected
	}
	before := expected()
	for d := 60; d < 70; d++ {
		history[1] = append(history[1], d)
	}
	if after := expected(); after > 0.7*before {
		t.Errorf("expected %v with the old burst in, %v without", before, after)
	}
}

func TestHistory(t *testing.T) {
	h := make(History)
	flag := func(day int, kind Kind) []Flag { return []Flag{{Topic: 5, Day: day, Kind: kind}} }
	steps := []struct {
		day   int
		kind  Kind
		opens int
	}{{10, KindBurst, 1}, {11, KindBurst, 0}, {18, KindNew, 0}, {20, KindRecurring, 0}, {26, KindBurst, 1}}
	for _, s := range steps {
		if got := len(h.Record(flag(s.day, s.kind))); got != s.opens {
			t.Errorf("day %d opened %d episodes, want %d", s.day, got, s.opens)
		}
	}
	if !h.Open(5, 33) || h.Open(5, 34) || h.Open(6, 26) {
		t.Error("an episode is open for seven days after its last flag")
	}
	h.Redirect(Redirect{From: 5, Into: 7})
	h.Shift(15)
	if got := h[7]; !slices.Equal(got, []int{3, 11}) || len(h) != 1 {
		t.Errorf("history = %v, want days 3 and 11 of topic 7", h)
	}
}

func TestTableCountsAndSupport(t *testing.T) {
	table := NewTable(10, slices.Values([]Observation{
		{1, 7, 0}, {1, 7, 1}, {1, 7, 1}, {1, 7, 2}, {1, 8, 2}, {0, 9, 2}, {1, 9, 10}, {1, 9, -1}, {2, 9, 3},
	}))
	if got := table.Count(1, 0, 9); got != 5 {
		t.Errorf("count = %d, want 5", got)
	}
	if got := table.Count(1, -5, 0) + table.Count(3, 0, 9); got != 1 {
		t.Errorf("count = %d, want 1", got)
	}
	if n, c := table.topics[0].support(0, 9); n != 4 || c != 2 {
		t.Errorf("support = %d of %d customers, want 4 of 2", n, c)
	}
}

func TestEstimateKappa(t *testing.T) {
	for _, tt := range []struct{ shape, low, high float64 }{{8, 0.08, 0.18}, {1e9, 0.03, 0.05}, {2, 0.29, 0.31}} {
		rng := newRand(13)
		table := counted(40, 98, func(int, int) int {
			return poisson(rng, 6*gamma(rng, tt.shape)/tt.shape)
		}, 0)
		if got := EstimateKappa(table, 97, nil); got < tt.low || got > tt.high {
			t.Errorf("kappa = %.3f for a true %.3f, want %v to %v", got, 1/tt.shape, tt.low, tt.high)
		}
		if got := EstimateKappa(table, 30, nil); got != DefaultDetector().Kappa {
			t.Errorf("kappa = %v before the warm-up, want the default", got)
		}
	}
}

// gamma draws a gamma number of whole shape as a sum of exponentials; beyond 100 its mean is close enough.
func gamma(rng *rand.Rand, shape float64) (sum float64) {
	if shape > 100 {
		return shape
	}
	for range int(shape) {
		sum += rng.ExpFloat64()
	}
	return sum
}

func TestExceedIsTheNegativeBinomialTail(t *testing.T) {
	s := &series{counts: []int{0, 0, 0, 0, 0, 0, 12}}
	exposure := []float64{1, 1, 1, 1, 1, 1, 1.5}
	got := Detector{Kappa: 0.1}.exceed(s, exposure, 6, 1, level{40, 20})
	mu := 40.0 / 20 * 1.5
	if want := stats.NegBinTail(12, mu, 1/(1.0/40+0.1)); got.P != want || got.Expected != mu || got.Observed != 12 {
		t.Errorf("got %+v, want p %v and mu %v", got, want, mu)
	}
}

func TestChanceReadsWell(t *testing.T) {
	for p, want := range map[float64]string{
		0.6: "", 1e-9: " Chance alone would do this less than once in a million nights.",
		0.05: " Chance alone would do this about once in 20 nights.", 1.186e-4: " Chance alone would do this about once in 8,400 nights.",
	} {
		if got := chance(p); got != want {
			t.Errorf("chance(%v) = %q, want %q", p, got, want)
		}
	}
}
