package main

import (
	"fmt"
	"hash/fnv"
	"math"
	"math/rand/v2"
	"time"

	"heard/tickets"
	"heard/tickets/events"
)

// story is one conversation of the demo. Its history names people by their place in the plan, counted from 1; the
// writer puts the ids of the desk in.
type story struct {
	tickets.History
	Intent string
	Rating *rating
}

// waits tells whether the story ends with nobody in charge of it.
func (s *story) waits() bool {
	waiting, resolved := true, false
	for _, step := range s.Steps {
		switch step.Kind {
		case tickets.StepAssign:
			waiting = false
		case tickets.StepHandoff:
			waiting = step.To.Agent == 0
		case tickets.StepResolve, tickets.StepEnd, tickets.StepLeave:
			waiting, resolved = false, true
		case tickets.StepMessage:
			if resolved && step.By.Kind == events.Customer {
				waiting, resolved = true, false
			}
		}
	}
	return waiting
}

// rating is what a customer was asked, and perhaps answered.
type rating struct {
	AskedAt, AnsweredAt events.Time
	Score               int
	Comment             string
	Agent               events.ID
}

// demoCustomer is one who buys in the demo's shop. A guest left no address.
type demoCustomer struct {
	Name, Email string
	asked       time.Time
}

func (c *demoCustomer) guest() bool { return c.Email == "" }

// plan is the whole of a demo: what happened, to whom, and when. The same seed and end make the same plan, to the byte.
type plan struct {
	From, Until time.Time
	BugFrom     time.Time // the checkout breaks
	BugFixed    time.Time
	NewPage     time.Time // returns are explained on a page of their own
	LockersFail time.Time // the doors of the parcel lockers stay shut
	Customers   []demoCustomer
	Shifts      []shift
	Stories     []story
}

const (
	siteInbox events.ID = 1
	apiInbox  events.ID = 2

	bugIntent    = "checkout_charged"
	risingIntent = "lamp_flicker"
	stuckIntent  = "tracking_stuck"
	returnIntent = "return_how"
	lockerIntent = "locker_shut"
)

// planner draws a plan.
type planner struct {
	plan
	seed    uint64
	weeks   int
	intents []intent
	crew    *crew
	days    *rand.Rand
}

// newPlan tells the given number of whole weeks before the one of until, and that one up to until.
func newPlan(weeks int, seed uint64, until time.Time) (*plan, error) {
	intents, err := readIntents(demoTexts)
	if err != nil {
		return nil, err
	}
	monday := time.Date(until.Year(), until.Month(), until.Day(), 0, 0, 0, 0, until.Location())
	for monday.Weekday() != time.Monday {
		monday = monday.AddDate(0, 0, -1)
	}
	p := &planner{seed: seed, weeks: weeks, intents: intents, plan: plan{From: monday.AddDate(0, 0, -7*weeks), Until: until}}
	// With eight weeks: from Tuesday of the fifth to Thursday of the seventh.
	p.BugFrom = p.From.AddDate(0, 0, 7*(weeks/2)+1).Add(10*time.Hour + 40*time.Minute)
	p.BugFixed = p.From.AddDate(0, 0, 7*max(weeks-2, weeks/2)+3).Add(15*time.Hour + 20*time.Minute)
	p.NewPage = time.Date(until.Year(), until.Month(), until.Day()-25, 16, 0, 0, 0, until.Location())
	p.LockersFail = time.Date(until.Year(), until.Month(), until.Day()-1, 9, 30, 0, 0, until.Location())
	p.days = p.random("days")
	p.crew = newCrew(p.random("shifts"), p.From, monday.AddDate(0, 0, 14))
	for day := p.From; !day.After(until); day = day.AddDate(0, 0, 1) {
		p.day(day)
	}
	p.cut()
	return &p.plan, nil
}

// random is a source of chance for one purpose, so that a change in one place moves nothing in another.
func (p *planner) random(purpose string) *rand.Rand {
	h := fnv.New64a()
	h.Write([]byte(purpose))
	return rand.New(rand.NewPCG(p.seed, h.Sum64()))
}

// day tells all conversations that begin on a day, in order of time.
func (p *planner) day(day time.Time) {
	weekday := [...]float64{.66, 1.17, 1.08, 1.02, 1.0, .97, .8}[day.Weekday()]
	age := day.Sub(p.From).Hours() / 24 / 7
	mean := weekday * 45 * (1 + .022*age)
	n := max(1, int(math.Round(mean+1.15*math.Sqrt(mean)*p.days.NormFloat64())))
	bugs := 0
	if day.AddDate(0, 0, 1).After(p.BugFrom) && day.Before(p.BugFixed) {
		bugs = max(2, int(math.Round(weekday*7.5+2*p.days.NormFloat64())))
	}
	at := make([]arrival, 0, n+bugs)
	weights := p.weights(age)
	for range n {
		at = append(at, arrival{p.moment(p.days, day), &p.intents[weighted(p.days, weights)]})
	}
	if day.AddDate(0, 0, 1).After(p.LockersFail) {
		rng := p.random("lockers " + day.Format(time.DateOnly))
		for range 11 + rng.IntN(5) {
			if when := p.moment(rng, day); when.After(p.LockersFail) {
				at = append(at, arrival{when, p.intent(lockerIntent)})
			}
		}
	}
	for range bugs {
		if when := p.moment(p.days, day); when.After(p.BugFrom) && when.Before(p.BugFixed) {
			at = append(at, arrival{when, p.intent(bugIntent)})
		}
	}
	sortArrivals(at)
	for i, a := range at {
		id := fmt.Sprintf("demo-%s-%03d", day.Format("20060102"), i+1)
		p.Stories = append(p.Stories, p.tell(id, a))
	}
}

// arrival is somebody who comes with a matter.
type arrival struct {
	at time.Time
	in *intent
}

func (p *planner) intent(name string) *intent {
	for i := range p.intents {
		if p.intents[i].Name == name {
			return &p.intents[i]
		}
	}
	return &p.intents[0]
}

// weights are how often each intent comes in a week. One of them rises.
func (p *planner) weights(age float64) []float64 {
	out := make([]float64, len(p.intents))
	for i := range p.intents {
		out[i] = p.intents[i].Weight
		if p.intents[i].Name == risingIntent {
			out[i] *= min(6, max(.3, .3*math.Exp(.75*(age-float64(p.weeks)/2))))
		}
	}
	return out
}

func weighted(rng *rand.Rand, weights []float64) int {
	var sum float64
	for _, w := range weights {
		sum += w
	}
	x := rng.Float64() * sum
	for i, w := range weights {
		if x -= w; x < 0 {
			return i
		}
	}
	return len(weights) - 1
}

// moment draws a time of day: most people write before noon, after lunch and in the evening.
func (p *planner) moment(rng *rand.Rand, day time.Time) time.Time {
	hours := []float64{.2, .1, .05, .05, .05, .1, .3, 1, 3.2, 5.6, 6.6, 6.4, 5.2, 5.4, 5.8, 5.4, 4.8, 4.2, 3.6, 3.2, 1.9, 1.3, .8, .4}
	hour := weighted(rng, hours)
	return time.Date(day.Year(), day.Month(), day.Day(), hour, rng.IntN(60), rng.IntN(60), 0, day.Location())
}

// customer is somebody new, or somebody who was here before.
func (p *planner) customer(chat bool, rng *rand.Rand) int {
	if n := len(p.Customers); n > 40 && rng.Float64() < .34 {
		for range 8 { // rather one of the last weeks
			i := n - 1 - int(math.Abs(rng.NormFloat64())*float64(n)/2)
			if i >= 0 && !p.Customers[i].guest() {
				return i
			}
		}
	}
	c := demoCustomer{}
	if !chat || rng.Float64() > .17 {
		first, last := firstNames(), lastNames()
		c.Name = first[rng.IntN(len(first))] + " " + last[rng.IntN(len(last))]
		domains := []string{"example.com", "mail.example", "post.example", "example.org", "home.example"}
		c.Email = fmt.Sprintf("%s%d@%s", address(c.Name), len(p.Customers)+1, domains[rng.IntN(len(domains))])
	}
	p.Customers = append(p.Customers, c)
	return len(p.Customers) - 1
}

// cut takes away what lies after the end: whole conversations, and the later part of those that go on.
func (p *planner) cut() {
	end := events.TimeOf(p.Until)
	kept := p.Stories[:0]
	for _, s := range p.Stories {
		if s.Steps[0].At > end {
			continue
		}
		for i := range s.Steps {
			if s.Steps[i].At > end {
				s.Steps = s.Steps[:i]
				break
			}
		}
		if s.Channel == tickets.Chat && s.waits() {
			continue // whoever opens the demo is to meet their own chat first, not last night's
		}
		if s.Rating != nil && s.Rating.AskedAt > end {
			s.Rating = nil
		} else if s.Rating != nil && s.Rating.AnsweredAt > end {
			s.Rating.AnsweredAt, s.Rating.Score, s.Rating.Comment = 0, 0, ""
		}
		kept = append(kept, s)
	}
	p.Stories = kept
	for _, s := range p.crew.shifts {
		if s.From.After(p.Until) {
			continue
		}
		if s.To.After(p.Until) {
			s.To = p.Until
		}
		p.Shifts = append(p.Shifts, s)
	}
}
