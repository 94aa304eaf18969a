package issues

import (
	"math"
	"strings"
	"testing"
)

// fixTable has a topic whose rate changes by ratio at day 60, beside others that keep the desk busy.
func fixTable(seed uint64, days int, perDay, ratio float64) *Table {
	rng := newRand(seed)
	return counted(21, days, func(topic, day int) int {
		switch {
		case topic > 1:
			return 5
		case day >= 60:
			return poisson(rng, perDay*ratio)
		}
		return poisson(rng, perDay)
	}, 0)
}

func TestVerifyFixSaysWhatItRestsOn(t *testing.T) {
	table := counted(21, 90, func(topic, day int) int {
		return 5 * b2i(topic > 1 || day < 60)
	}, 0)
	v := VerifyFix(table, 1, 60, 80, 0.1)
	if v.Outcome != Fixed || v.Before != 140 || v.After != 0 || v.Dispersion != 1.5 || v.Ratio != 0 {
		t.Errorf("got %+v", v)
	}
	if !strings.HasPrefix(v.Sentence, "Fixed: 140 conversations in the four weeks before, 0 since; 0 % of the old rate is left") {
		t.Errorf("sentence = %q", v.Sentence)
	}
	// Exact: with none after, the upper limit of the share is 1 − .025^(1/n).
	n := 140 / 1.5
	share := 1 - math.Pow(0.025, 1/n)
	want := share / (1 - share) * v.BeforeExposure / v.AfterExposure
	if math.Abs(v.Interval.High-want) > 1e-9 {
		t.Errorf("upper limit %v, want %v", v.Interval.High, want)
	}
}

func TestVerifyFixOutcomes(t *testing.T) {
	worse := func(topic, day int) int { return 5 + 10*b2i(topic == 1 && day >= 60) }
	quiet := func(topic, day int) int { return 6 - 5*b2i(day >= 60) } // the whole desk is quiet
	tests := []struct {
		name    string
		table   *Table
		day     int
		want    Outcome
		says    string
		inSight bool
	}{
		{"no effect", counted(21, 90, worse, 0), 80, NoEffect, "No effect: ", false},
		{"a quiet desk is no fix", counted(21, 90, quiet, 0), 70, TooEarly, "Too early to say: ", true},
		{"nothing moved", counted(21, 110, func(topic, day int) int { return 3 }, 0), 95, TooEarly, "No clear change so far: 84 conversations in the four weeks before, 99 since; 100 % of the old rate is left (95 % interval ", false},
		{"a half of it", counted(21, 110, func(topic, day int) int { return 6 - 3*b2i(topic == 1 && day >= 60) }, 0), 90, TooEarly, "Fewer than before, but not clearly fixed: ", false},
		{"just fixed", counted(21, 90, func(topic, day int) int { return 5 * b2i(topic > 1 || day < 60) }, 0), 61, TooEarly, "Too early to say: ", true},
		{"nothing before", counted(21, 90, func(topic, day int) int { return 5 * b2i(topic > 1) }, 0), 80, TooEarly, "Too early to say: there was nothing", false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			v := VerifyFix(tt.table, 1, 60, tt.day, 0.1)
			if v.Outcome != tt.want || !strings.HasPrefix(v.Sentence, tt.says) || (v.ReadyDay > tt.day) != tt.inSight {
				t.Errorf("got %+v", v)
			}
		})
	}
}

// TestVerifyFixPower repeats the design's power table with independent draws: 28 days before, 14 counted
// after. The verdict must be useful for real fixes and must not be given to half-fixes.
func TestVerifyFixPower(t *testing.T) {
	const runs = 200
	tests := []struct {
		perDay, ratio float64
		least, most   float64
	}{
		{1, 0.02, 0.80, 1}, {2, 0.02, 0.97, 1}, {2, 0.10, 0.75, 1}, {5, 0.10, 0.97, 1},
		{2, 0.5, 0, 0.04}, {5, 0.5, 0, 0.04}, {5, 0.7, 0, 0.005},
	}
	for _, tt := range tests {
		fixed := 0
		for run := range runs {
			table := fixTable(uint64(run), 80, tt.perDay, tt.ratio)
			if VerifyFix(table, 1, 60, 60+fixSettles+13, 0.0).Outcome == Fixed {
				fixed++
			}
		}
		share := float64(fixed) / runs
		t.Logf("%v a day, true ratio %v: %.2f said to be fixed", tt.perDay, tt.ratio, share)
		if share < tt.least || share > tt.most {
			t.Errorf("%v a day, true ratio %v: %.3f said to be fixed, want %v to %v", tt.perDay, tt.ratio, share, tt.least, tt.most)
		}
	}
}

func TestProjectionComesTrue(t *testing.T) {
	table := counted(21, 120, func(topic, day int) int { return 3 * b2i(topic > 1 || day < 60) }, 0)
	v := VerifyFix(table, 1, 60, 62, 0.1)
	if v.ReadyDay < 0 {
		t.Fatalf("no date: %+v", v)
	}
	if early, due := VerifyFix(table, 1, 60, v.ReadyDay-2, 0.1), VerifyFix(table, 1, 60, v.ReadyDay+1, 0.1); early.Outcome != TooEarly || due.Outcome != Fixed {
		t.Errorf("said day %d: %s before, %s after", v.ReadyDay, early.Outcome, due.Outcome)
	}
}

// TestWhatAFixStillNeedsComesTrue: the counts that a sentence asks for give the verdict that it foretells.
func TestWhatAFixStillNeedsComesTrue(t *testing.T) {
	for _, left := range []int{1, 2, 3} {
		next := -1
		table := func() *Table {
			return counted(21, 130, func(topic, day int) int {
				switch {
				case topic > 1 || day < 60:
					return 3
				case day <= 85:
					return left
				case day == 86:
					return max(next, 0)
				}
				return 0
			}, 0)
		}
		v := VerifyFix(table(), 1, 60, 85, 0.1)
		if v.Outcome != TooEarly || v.Change == "" {
			t.Fatalf("%d a day left: %+v", left, v)
		}
		fixed, none := v.needs()
		for _, tt := range []struct {
			n    int
			want Outcome
		}{{fixed, Fixed}, {fixed + 1, TooEarly}, {none - 1, TooEarly}, {none, NoEffect}} {
			if tt.n < 0 {
				continue
			}
			if next = tt.n; fixed < 0 && tt.want != NoEffect || none < 0 && tt.n > fixed {
				continue
			}
			got, _ := v.judge(float64(v.After+tt.n), v.AfterExposure+nextDays*v.BeforeExposure/fixBefore)
			if got != tt.want {
				t.Errorf("%d a day left and %d more: %s, want %s", left, tt.n, got, tt.want)
			}
		}
		if !strings.Contains(v.Sentence, "in the next four weeks") {
			t.Errorf("the sentence says not what it takes: %q", v.Sentence)
		}
	}
}
