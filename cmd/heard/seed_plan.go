package main

import (
	"math"
	"math/rand/v2"
	"slices"
	"strconv"
	"time"

	"heard/tickets/events"
)

func itoa(n int) string { return strconv.Itoa(n) }

// seedPlan is a made-up desk: who works there, who writes, and when. It names rows by their ids, which desk and
// customers tell; all else follows from size, seed and end, to the byte.
type seedPlan struct {
	tickets, customers int
	prefix             string // of tickets' external ids
	seed               uint64
	from, until        time.Time
	end                events.Time

	desk    *seedDesk
	who     []events.ID // customers' ids
	matters []matter
	words   seedVocabulary
	names   [2][]string // first and last
	roster  *roster

	rng    *rand.Rand
	asked  []events.Time // when each customer was asked last
	waits  []events.Time // until when that survey waits for an answer
	known  int           // customers that have written
	told   int           // tickets
	burden []float64     // scratch: how often each matter comes now
}

// Sizes of a desk.
const (
	seedRosterAhead = 21 // days of shifts after the end, for whom conversations go on
	ticketsAPerson  = 4
	mostAgents      = 60
	leastAgents     = 16
	ticketsAnAgent  = 45 // a day
)

// newSeedPlan draws the desk's people; its tickets are told by stories.
func newSeedPlan(o seedOptions) (*seedPlan, error) {
	matters, err := readMatters(seedTexts)
	if err != nil {
		return nil, err
	}
	from := time.Date(o.until.Year(), o.until.Month(), o.until.Day(), 0, 0, 0, 0, o.until.Location()).AddDate(0, 0, 1-o.days)
	p := &seedPlan{prefix: "seed-", tickets: o.tickets, customers: max(8, o.tickets/ticketsAPerson), seed: o.seed, from: from, until: o.until,
		end: events.TimeOf(o.until), matters: matters, names: [2][]string{firstNames(), lastNames()}, words: seedWords(), burden: make([]float64, len(matters))}
	agents := min(mostAgents, max(leastAgents, o.tickets/o.days/ticketsAnAgent))
	p.roster = newRoster(p.random(1), agents, from, o.days+seedRosterAhead)
	p.rng = p.random(2)
	p.asked, p.waits = make([]events.Time, p.customers), make([]events.Time, p.customers)
	return p, nil
}

func (p *seedPlan) random(purpose uint64) *rand.Rand { return rand.New(rand.NewPCG(p.seed, purpose)) }

// days are how many tickets each day brings: weekdays, growth, chance, and now and then a wild day.
func (p *seedPlan) days() []int {
	rng := p.random(3)
	weekday := [...]float64{1.2, 1.12, 1.05, 1.03, 1, 0.85, 0.75} // from Monday
	var weights []float64
	sum := 0.0
	last := time.Date(p.until.Year(), p.until.Month(), p.until.Day(), 0, 0, 0, 0, p.until.Location())
	n := 0
	for day := p.from; !day.After(last); day = day.AddDate(0, 0, 1) {
		n++
	}
	for d := range n {
		day := p.from.AddDate(0, 0, d)
		w := weekday[(int(day.Weekday())+6)%7] * (0.8 + 0.4*float64(d)/float64(n)) * math.Exp(0.07*rng.NormFloat64())
		if rng.Float64() < 0.02 {
			w *= 1.5
		}
		if day.Equal(last) {
			w *= p.until.Sub(day).Hours() / 24
		}
		weights, sum = append(weights, w), sum+w
	}
	out, done, share := make([]int, n), 0, 0.0
	for d, w := range weights {
		share += w / sum
		out[d] = int(math.Round(share*float64(p.tickets))) - done
		done += out[d]
	}
	return out
}

// stories tells every ticket, in the order of their opening.
func (p *seedPlan) stories(yield func(*seedStory) bool) {
	hours := []float64{.5, .3, .2, .2, .2, .4, 1, 2.4, 4.6, 6.4, 7, 6.8, 5.6, 5.8, 6.2, 6, 5.4, 4.8, 4.4, 4.2, 3.6, 2.6, 1.6, .9}
	for d, n := range p.days() {
		day := p.from.AddDate(0, 0, d)
		at := make([]events.Time, n)
		for i := range at {
			moment := time.Date(day.Year(), day.Month(), day.Day(), weighted(p.rng, hours), 0, 0, 0, day.Location())
			at[i] = min(events.TimeOf(moment)+events.Time(p.rng.IntN(3_600_000)), p.end)
		}
		slices.Sort(at)
		for _, t := range at {
			if !yield(p.tell(t)) {
				return
			}
		}
	}
}

// matter draws what a ticket at a moment is about. Some matters have a history of their own.
func (p *seedPlan) matter(at events.Time) *matter {
	x := float64(at-p.roster.start) / float64(p.end-p.roster.start)
	within := func(from, to float64) bool { return x >= from && x < to }
	for i := range p.matters {
		w := p.matters[i].weight
		switch name := p.matters[i].name; {
		case name == "double_charge" && within(.62, .66): // broke, was fixed
			w *= 9
		case name == "double_charge" && x >= .66:
			w *= .4
		case name == "login_loop" && within(.35, .36):
			w *= 8
		case name == "parcel_late" && within(.78, .84):
			w *= 2.2
		case name == "sync_slow" && within(.7, 1): // creeps up
			w *= 1 + 12*(x-.7)
		case name == "app_crash" && within(.965, .98):
			w *= 6
		case name == "partner_export" && x < .88: // is new
			w = 0
		}
		p.burden[i] = w
	}
	return &p.matters[weighted(p.rng, p.burden)]
}

// customer draws who writes: somebody new as long as there are any, in step with the tickets, or one of the known,
// rather of the last weeks. It is a place in who.
func (p *seedPlan) customer() int {
	due := int(float64(p.told) / float64(p.tickets) * float64(p.customers))
	if p.known == 0 || p.known < p.customers && p.known <= due && p.rng.Float64() < .6 {
		p.known++
		return p.known - 1
	}
	back := int(math.Abs(p.rng.NormFloat64()) * float64(p.known) / 3)
	if back >= p.known {
		back = p.rng.IntN(p.known)
	}
	return p.known - 1 - back
}

// seedCustomer is one of them. Every twelfth left no address.
type seedCustomer struct {
	external, name, email string
}

// customerAt is the customer of a place: the same for ever.
func (p *seedPlan) customerAt(i int) seedCustomer {
	first, last := p.names[0], p.names[1]
	domains := []string{"example.com", "mail.example", "post.example", "example.org", "home.example", "firm.example"}
	h := uint64(i)*0x9E3779B97F4A7C15 + p.seed
	h ^= h >> 29
	c := seedCustomer{external: "seed-" + itoa(i+1), name: first[h%uint64(len(first))] + " " + last[h>>8%uint64(len(last))]}
	if !guest(i) {
		c.email = address(c.name) + itoa(i+1) + "@" + domains[h>>20%uint64(len(domains))]
	}
	return c
}

func guest(i int) bool { return i%12 == 11 }
