package main

import (
	"fmt"
	"math/rand/v2"
	"time"

	"heard/tickets"
	"heard/tickets/events"
)

// seedStory is one ticket of a made-up desk.
type seedStory struct {
	history tickets.History
	person  int          // place of the customer
	surveys []*seedAsked // what was decided of each resolve, in order
}

// seedTeller tells one ticket: it goes through the time that the ticket takes.
type seedTeller struct {
	*seedPlan
	*seedStory
	m        *matter
	language string
	chat     bool
	team     int
	agent    int // place; −1: nobody
	now      events.Time
	waited   time.Duration // for the first answer
	handoffs int
	reopened bool
}

// tell makes up the next ticket.
func (p *seedPlan) tell(at events.Time) *seedStory {
	t := &seedTeller{seedPlan: p, seedStory: &seedStory{person: p.customer()}, m: p.matter(at), agent: -1, now: at}
	p.told++
	t.team, t.language = t.m.team, "en"
	if x := p.rng.Float64(); x > .7 {
		t.language = []string{"de", "fr", "es"}[weighted(p.rng, []float64{15, 8, 7})]
	}
	t.place()
	t.opens()
	switch x := p.rng.Float64(); {
	case !t.chat && x < .03:
		t.spam()
	case x < .998: // two of a thousand are left lying about
		t.answered()
	}
	t.cut()
	return t.seedStory
}

// place says where the ticket comes in: chats are rare while nobody is there.
func (t *seedTeller) place() {
	hour := t.now.Std().In(t.from.Location()).Hour()
	share := []float64{55, 30, 15}
	if hour < 7 || hour >= 20 {
		share = []float64{10, 70, 20}
	}
	if guest(t.person) {
		share = []float64{1, 0, 0}
	}
	in := []int{0, 1, 2}[weighted(t.rng, share)]
	channel := []tickets.Channel{tickets.Chat, tickets.Email, tickets.API}[in]
	t.chat = channel == tickets.Chat
	if t.chat && t.m.team >= 4 && t.m.team <= 5 { // the app has a chat of its own
		in = 3
	}
	t.history = tickets.History{ExternalID: fmt.Sprintf("%s%08d", t.prefix, t.told), Inbox: t.desk.inboxes[in], Customer: t.who[t.person], Channel: channel,
		Team: t.desk.teams[t.team], Here: true}
	if !t.chat {
		t.history.Subject = t.words.fill(t.rng, pick(t.rng, t.m.says["en"]))
	}
	if t.rng.Float64() < .06 {
		t.history.Priority = []tickets.Priority{tickets.Low, tickets.High, tickets.Urgent}[t.rng.IntN(3)]
	}
	if t.rng.Float64() < .5 {
		tag := t.m.tag
		if t.rng.Float64() < .1 {
			tag = t.matters[t.rng.IntN(len(t.matters))].tag
		}
		t.history.Tags = []string{tag}
	}
}

func (t *seedTeller) step(s tickets.Step) {
	s.At = t.now
	t.history.Steps = append(t.history.Steps, s)
}

func (t *seedTeller) says(body string) {
	t.step(tickets.Step{Kind: tickets.StepMessage, By: events.Actor{Kind: events.Customer}, Body: body})
}

// actor is the agent who has the ticket.
func (t *seedTeller) actor() events.Actor {
	return events.Actor{Kind: events.Agent, ID: t.desk.agents[t.agent]}
}

func (t *seedTeller) replies(body string) {
	t.step(tickets.Step{Kind: tickets.StepMessage, By: t.actor(), Body: body})
}

// pass lets between a and b seconds go by, shorter times more often.
func (t *seedTeller) pass(a, b int) {
	x := t.rng.Float64()
	t.now += events.Time(float64(a)*1000 + x*x*float64(b-a)*1000)
}

func (t *seedTeller) opens() {
	t.says(t.words.opening(t.rng, t.m, t.language))
	if t.chat && t.rng.Float64() < .2 {
		t.pass(8, 50)
		t.says(t.words.fill(t.rng, pick(t.rng, t.words.follow)))
	}
}

// taken waits in the queue until somebody takes it; false means that nobody did, or that the customer left before.
func (t *seedTeller) taken() bool {
	var agent int
	var when events.Time
	if t.handoffs == 0 && !t.reopened {
		agent, when = t.roster.take(t.team, t.now+2000, time.Duration(5+t.rng.IntN(13))*time.Minute)
	} else {
		agent, when = t.roster.later(t.rng, t.team, t.now+2000+events.Time(t.rng.ExpFloat64()*240_000))
	}
	if agent < 0 {
		return false
	}
	if patience := events.Time((4 + t.rng.ExpFloat64()*40) * 60_000); t.chat && t.handoffs == 0 && !t.reopened && when > t.now+patience+60_000 {
		t.now += patience
		t.step(tickets.Step{Kind: tickets.StepLeave, By: events.Actor{Kind: events.Customer}})
		if guest(t.person) {
			return false
		}
	}
	t.agent, t.now = agent, when
	t.step(tickets.Step{Kind: tickets.StepAssign, By: events.SystemActor, To: tickets.To{Agent: t.desk.agents[agent]}})
	return true
}

// present waits for the agent's next time online.
func (t *seedTeller) present() bool {
	when := t.roster.next(t.agent, t.now)
	if when == 0 {
		return false
	}
	t.now = when
	return true
}

func (t *seedTeller) answered() {
	if !t.taken() {
		return
	}
	t.pass(15, 240)
	t.waited = t.now.Sub(t.history.Steps[0].At)
	t.replies(pick(t.rng, t.words.answers))
	if t.rng.Float64() < .03+t.m.hard*.45 && !t.handedOn() {
		return
	}
	for rounds := weighted(t.rng, []float64{58, 30, 12}); rounds > 0; rounds-- {
		if !t.round() {
			return
		}
	}
	t.pass(20, 200)
	t.done()
	t.after()
}

// round is a word of the customer and an answer.
func (t *seedTeller) round() bool {
	if t.chat {
		t.pass(15, 180)
	} else {
		t.step(tickets.Step{Kind: tickets.StepPending, By: t.actor()})
		t.pass(900, 26*3600)
	}
	t.says(t.words.fill(t.rng, pick(t.rng, t.words.follow)))
	if !t.present() {
		return false
	}
	if t.chat {
		t.pass(10, 150)
	} else {
		t.pass(120, 5400)
	}
	if !t.present() {
		return false
	}
	t.replies(pick(t.rng, t.words.answers))
	return true
}

// handedOn gives the ticket to another team's queue, or to a colleague.
func (t *seedTeller) handedOn() bool {
	reasons := []string{"skill", "wrong_team", "billing", "shift_end", "overload", "escalation", "other"}
	reason := reasons[weighted(t.rng, []float64{6, 5, 3, 2, 1, 2, 1})]
	t.pass(30, 400)
	by := t.actor()
	t.handoffs++
	if reason == "shift_end" || reason == "overload" {
		return t.colleague(by, reason)
	}
	if reason == "billing" {
		t.team = 3
	} else {
		t.team = (t.team + 1 + t.rng.IntN(len(t.desk.teams)-1)) % len(t.desk.teams)
	}
	t.step(tickets.Step{Kind: tickets.StepHandoff, By: by, To: tickets.To{Team: t.desk.teams[t.team]}, Reason: reason})
	if !t.taken() {
		return false
	}
	t.pass(20, 300)
	t.replies(pick(t.rng, t.words.answers))
	return true
}

func (t *seedTeller) colleague(by events.Actor, reason string) bool {
	agent, when := t.roster.later(t.rng, t.team, t.now)
	if agent < 0 || agent == t.agent {
		t.handoffs--
		return true
	}
	t.agent, t.now = agent, when
	t.step(tickets.Step{Kind: tickets.StepHandoff, By: by, To: tickets.To{Agent: t.desk.agents[agent]}, Reason: reason})
	t.pass(20, 300)
	t.replies(pick(t.rng, t.words.answers))
	return true
}

// done is the last answer and the end of the work.
func (t *seedTeller) done() {
	t.replies(pick(t.rng, t.words.closing))
	t.pass(5, 90)
	if t.chat && t.rng.Float64() < .2 {
		t.step(tickets.Step{Kind: tickets.StepEnd, By: events.Actor{Kind: events.Customer}})
	} else {
		t.step(tickets.Step{Kind: tickets.StepResolve, By: t.actor()})
	}
}

// after is what follows a resolve: a survey, and perhaps the customer again.
func (t *seedTeller) after() {
	s := t.decide()
	again := t.rng.Float64() < .035+.05*t.m.gloom
	if s.asked && !(again && t.rng.Float64() < .7) {
		t.rated(s)
	}
	if !again || t.reopened {
		return
	}
	t.reopened = true
	t.pass(1800, 4*24*3600)
	t.says(t.words.fill(t.rng, "Unfortunately it is not solved: "+pick(t.rng, t.words.follow)))
	t.withdraw(s)
	if !t.taken() {
		return
	}
	t.pass(60, 900)
	t.done()
	t.after()
}

// spam is what somebody finds and throws out.
func (t *seedTeller) spam() {
	t.history.Steps[0].Body = pick(t.rng, []string{"Cheap followers for your shop, click now", "You have won a voucher, confirm your account",
		"We can bring you to page one of every search engine", "Investment with ten percent a week"})
	t.history.Tags = nil
	agent, when := t.roster.take(t.team, t.now, time.Minute)
	if agent < 0 {
		return
	}
	t.agent, t.now = agent, when
	t.step(tickets.Step{Kind: tickets.StepSpam, By: t.actor()})
	t.decide()
}

// cut takes away what would lie in the future.
func (t *seedTeller) cut() {
	steps := t.history.Steps
	for i := range steps {
		if steps[i].At > t.end {
			t.history.Steps = steps[:i]
			return
		}
	}
}

// itOrNot is a chance.
func itOrNot(rng *rand.Rand, p float64) bool { return rng.Float64() < p }
