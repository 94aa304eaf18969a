package rollups

import (
	"testing"

	"heard/feedback/stats"
)

// One figure that moved by its own interval is no news among ten that did not, unless it moved much.
func TestFindingsHoldForAllFiguresTogether(t *testing.T) {
	one, yes := Number(1), true
	for p, want := range map[float64]int{0.03: 0, 0.001: 1} {
		rep := &Report{Figures: []Figure{{Key: CSAT, Label: "Customer satisfaction", Unit: Share, Value: &one,
			Change: Change{Verdict: stats.Up, Good: &yes, Interval: &Range{}, p: p, atLeast: 1}}}}
		for _, key := range []Key{Volume, Reopen, OneTouch, Handoffs, PingPong, Abandoned, QueueWait, OpenTime, Backlog} {
			rep.Figures = append(rep.Figures, Figure{Key: key, Change: Change{Verdict: stats.NoClear, Interval: &Range{}, p: 0.5}})
		}
		b := &build{samples: map[Key]measured{}, since: 1}
		if err := b.judge(t.Context(), rep); err != nil {
			t.Fatal(err)
		}
		if len(rep.Findings) != want {
			t.Errorf("p %v among ten: %d findings, want %d", p, len(rep.Findings), want)
		}
		// Arrows and colours follow the same decision as findings.
		if c := rep.Figures[0].Change; (c.Verdict == stats.Up) != (want == 1) || (c.Verdict == Perhaps) != (want == 0) || (c.Good != nil) != (want == 1) {
			t.Errorf("p %v: %+v", p, c)
		}
		if none := rep.Headline.Text == "No clear change this week"; none != (want == 0) {
			t.Errorf("p %v: headline %q", p, rep.Headline.Text)
		}
	}
}

// Weeks that swing by themselves make a busy one nothing special; steady ones do not.
func TestCountsAreHeldAgainstTheirOwnSwing(t *testing.T) {
	s, _ := specOf(Volume)
	weeks := func(counts ...int) []sample {
		out := make([]sample, len(counts))
		for i, n := range counts {
			out[i].counted = n
		}
		return out
	}
	is := &sample{counted: 45}
	if c := compare(s, is, weeks(20, 21, 19, 20)); c.Verdict != stats.Up {
		t.Errorf("after steady weeks: %+v", c)
	}
	if c := compare(s, is, weeks(5, 35, 5, 35)); c.Verdict != stats.NoClear {
		t.Errorf("after weeks that swing: %+v", c)
	}
	backlog, _ := specOf(Backlog)
	for _, tt := range []struct {
		was  []sample
		want stats.Verdict
	}{{weeks(40, 41, 40, 39), stats.Up}, {weeks(40, 70, 20, 60), stats.NoClear}, {weeks(40, 41), stats.TooFew}} {
		if c := compare(backlog, &sample{counted: 90}, tt.was); c.Verdict != tt.want || tt.want == stats.Up && *c.Good {
			t.Errorf("backlog after %v: %+v, want %s", tt.was, c, tt.want)
		}
	}
}

// A sentence agrees with the label that it begins with.
func TestSentencesAgreeInNumber(t *testing.T) {
	value, relative, size := Number(60), Number(0.13), Number(0.031)
	p := &page{now: Days{"2026-03-09", "2026-03-15"}, past: Days{"2026-03-02", "2026-03-08"}}
	for key, want := range map[Key]string{
		Volume:        "New tickets are 13 % higher than the 7 days before",
		Resolved:      "Resolved tickets are 13 % higher than the 7 days before",
		Handoffs:      "Handoffs are 13 % higher than the 7 days before",
		Abandoned:     "Abandoned chats are 3.1 points higher than the 7 days before",
		Backlog:       "Backlog is 13 % higher than the 7 days before",
		FirstResponse: "First response is 13 % slower than the 7 days before",
		CSAT:          "Customer satisfaction is 3.1 points higher than the 7 days before",
	} {
		s, _ := specOf(key)
		if got := p.sentence(s.label, s.unit(), &value, &Change{Verdict: stats.Up, Value: &size, Relative: &relative}); got != want {
			t.Errorf("%s: %q, want %q", key, got, want)
		}
	}
	for want, n := range map[string][3]int{"1 came, 1 was resolved; unresolved at the end: 1": {1, 1, 1}, "0 came, 2 were resolved; unresolved at the end: 1,200": {0, 2, 1200}} {
		if got := cameAndLeft(n[0], n[1], n[2]); got != want {
			t.Errorf("%v: %q, want %q", n, got, want)
		}
	}
}
