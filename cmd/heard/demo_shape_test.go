package main

import (
	"testing"
	"time"

	"heard/tickets"
)

// tally is what some stories come to.
type tally struct{ n, rated, asked, stars, happy, handed, steps int }

func (a *tally) add(s *story) {
	a.n++
	a.steps += len(s.Steps)
	for _, step := range s.Steps {
		if step.Kind == tickets.StepHandoff {
			a.handed++
		}
	}
	if s.Rating == nil {
		return
	}
	a.asked++
	if s.Rating.AnsweredAt != 0 {
		a.rated++
		a.stars += s.Rating.Score
		if s.Rating.Score >= 4 {
			a.happy++
		}
	}
}

func (a *tally) mean() float64  { return float64(a.stars) / float64(a.rated) }
func (a *tally) moves() float64 { return float64(a.handed) / float64(a.n) }

func within(t *testing.T, what string, got, low, high float64) {
	t.Helper()
	t.Logf("%s = %.3f", what, got)
	if !(got >= low && got <= high) {
		t.Errorf("%s = %.3f, want %.3f to %.3f", what, got, low, high)
	}
}

func TestDemoShape(t *testing.T) {
	p := demoPlan(t, 8, 1)
	var all, bug, rest, chronic tally
	var weekdays [7]int
	rising := map[bool]int{}
	var left, chats int
	for i := range p.Stories {
		s := &p.Stories[i]
		at := s.Steps[0].At.Std().In(p.From.Location())
		if at.Before(p.From) || at.After(p.Until) {
			t.Errorf("%s begins %s, outside the plan", s.ExternalID, at)
		}
		if at.Before(p.From.AddDate(0, 0, 56)) {
			weekdays[at.Weekday()]++
		}
		all.add(s)
		switch s.Intent {
		case bugIntent:
			bug.add(s)
			if at.Before(p.BugFrom) || at.After(p.BugFixed) {
				t.Errorf("%s tells of the bug on %s", s.ExternalID, at)
			}
		case stuckIntent:
			chronic.add(s)
			rest.add(s)
		case risingIntent:
			rising[at.After(p.From.AddDate(0, 0, 35))]++
			rest.add(s)
		default:
			rest.add(s)
		}
		if s.Channel == tickets.Chat {
			if chats++; s.Steps[len(s.Steps)-1].Kind == tickets.StepLeave {
				left++
			}
		}
	}
	week := 7 * 24 * time.Hour
	if from, to := p.BugFrom.Sub(p.From), p.BugFixed.Sub(p.From); from < 4*week || from > 5*week || to < 6*week || to > 7*week {
		t.Errorf("the bug lasts from %s to %s, want from week 5 to week 7", p.BugFrom, p.BugFixed)
	}
	within(t, "tickets a day", float64(all.n)/61.5, 35, 60)
	within(t, "a Monday against a Sunday", float64(weekdays[time.Monday])/float64(weekdays[time.Sunday]), 1.35, 2.2)
	within(t, "share of chats that are left", float64(left)/float64(chats), .02, .1)
	within(t, "response rate", float64(all.rated)/float64(all.asked), .3, .4)
	within(t, "CSAT without the bug", float64(rest.happy)/float64(rest.rated), .72, .92)
	within(t, "stars that the bug costs", rest.mean()-bug.mean(), .8, 2.2)
	within(t, "handoffs of the bug", bug.moves(), .6, 1.6)
	within(t, "handoffs of the rest", rest.moves(), .08, .35)
	within(t, "steps of the bug against the rest", float64(bug.steps)/float64(bug.n)/(float64(rest.steps)/float64(rest.n)), 1.25, 3)
	within(t, "share of late tracking", float64(chronic.n)/float64(all.n), .07, .13)
	within(t, "the rising issue, late against early", float64(rising[true])/float64(rising[false]), 4, 40)
}

// TestDemoRatingsFollowTheService holds that a long wait and each handoff cost stars.
func TestDemoRatingsFollowTheService(t *testing.T) {
	p := demoPlan(t, 8, 2)
	var quick, slow, moved tally
	for i := range p.Stories {
		s := &p.Stories[i]
		if s.Channel != tickets.Chat || s.Intent == bugIntent {
			continue
		}
		var one tally
		one.add(s)
		var wait time.Duration
		for _, step := range s.Steps {
			if step.Kind == tickets.StepMessage && step.By.Kind == "agent" {
				wait = step.At.Sub(s.Steps[0].At)
				break
			}
		}
		switch {
		case one.handed > 0:
			moved.add(s)
		case wait > 10*time.Minute:
			slow.add(s)
		default:
			quick.add(s)
		}
	}
	t.Logf("quick %+v, slow %+v, handed over %+v", quick, slow, moved)
	within(t, "stars that a wait costs", quick.mean()-slow.mean(), .3, 2.5)
	within(t, "stars that a handoff costs", quick.mean()-moved.mean(), .2, 2.5)
}
