package main

import (
	"cmp"
	"math"
	"slices"
	"strings"
	"time"

	"heard/tickets"
	"heard/tickets/events"
)

func sortArrivals(list []arrival) {
	slices.SortStableFunc(list, func(a, b arrival) int { return cmp.Or(a.at.Compare(b.at), cmp.Compare(a.in.Name, b.in.Name)) })
}

// teller tells one conversation from the first word to the rating.
type teller struct {
	*planner
	voice
	story
	in    *intent
	who   int
	chat  bool
	team  int
	owner int
	at    time.Time // now, in the story
	since time.Time // the owner has it since

	firstWait time.Duration
	closed    bool // nobody was there when the customer came
	handoffs  int
	reopened  bool
	told      bool // the customer has given the details
	brief     bool // the first answer solves it
}

// tell tells what follows from an arrival.
func (p *planner) tell(id string, a arrival) story {
	rng := p.random(id)
	s := &teller{planner: p, in: a.in, chat: rng.Float64() < a.in.Chat, at: a.at, team: a.in.Team}
	s.who = p.customer(s.chat, rng)
	s.voice = newVoice(rng, p.Customers[s.who].Name)
	s.story = story{Intent: a.in.Name, History: tickets.History{ExternalID: id, Inbox: siteInbox, Channel: tickets.Chat,
		Customer: events.ID(s.who + 1), Priority: s.priority(), Tags: s.tags()}}
	if !s.chat {
		s.Inbox, s.Channel, s.Subject = apiInbox, tickets.API, s.say(a.in.Subjects)
	}
	if strayed := .08; a.in.Name == bugIntent && s.chance(.4) || s.chance(strayed) {
		s.team = (s.team + 1 + rng.IntN(2)) % 3
	}
	s.Team = events.ID(s.team + 1)
	s.opens()
	if s.begins() {
		s.works()
		s.ends()
		s.rates()
	}
	return s.story
}

func (s *teller) priority() tickets.Priority {
	switch {
	case s.in.Name == bugIntent && s.chance(.45):
		return tickets.High
	case s.in.Hard > .5 && s.chance(.15):
		return tickets.High
	case s.chance(.04):
		return tickets.Low
	}
	return tickets.Normal
}

// tags are set on about a third, and some of them are wrong.
func (s *teller) tags() []string {
	if !s.chance(.36) {
		return nil
	}
	if s.chance(.1) {
		return s.intents[s.rng.IntN(len(s.intents))].Tags
	}
	return s.in.Tags
}

func (s *teller) step(kind tickets.StepKind, by events.Actor, body string) *tickets.Step {
	s.Steps = append(s.Steps, tickets.Step{At: events.TimeOf(s.at), Kind: kind, By: by, Body: body})
	return &s.Steps[len(s.Steps)-1]
}

func (s *teller) agent() events.Actor {
	return events.Actor{Kind: events.Agent, ID: events.ID(s.owner + 1)}
}

func (s *teller) customerSays(body string) {
	s.step(tickets.StepMessage, events.Actor{Kind: events.Customer}, body)
}

// pass lets time go by: a median for chats and one for letters.
func (s *teller) pass(chat, letter time.Duration) {
	median := letter
	if s.chat {
		median = chat
	}
	s.at = s.at.Add(around(s.rng, median, .6))
}

// customerTime lets time go by until the customer writes; nobody does at night.
func (s *teller) customerTime() {
	s.pass(50*time.Second, 150*time.Minute)
	if hour := s.at.Hour(); hour < 6 {
		s.at = time.Date(s.at.Year(), s.at.Month(), s.at.Day(), 7, s.rng.IntN(60), s.rng.IntN(60), 0, s.at.Location())
	}
}

func (s *teller) opens() {
	if s.chat && s.chance(.2) {
		s.customerSays(s.say(smallTalk()))
		s.at = s.at.Add(time.Duration(12+s.rng.IntN(30)) * time.Second)
	}
	s.customerSays(s.opening(s.in, s.chat))
	if s.chat && s.chance(.25) {
		s.at = s.at.Add(time.Duration(15+s.rng.IntN(40)) * time.Second)
		s.customerSays(s.say(s.in.Details))
		s.told = true
	}
}

// begins waits for an agent; false when the customer had gone by then.
func (s *teller) begins() bool {
	came := s.at
	there := s.crew.open(s.team, came)
	agent, when := s.crew.free(s.team, came, -1)
	guest := s.Customers[s.who].guest()
	if s.chat && guest {
		patience := around(s.rng, 9*time.Minute, .5)
		if !there || when.Sub(came) > patience || s.chance(.05) {
			s.at = came.Add(min(patience, 40*time.Minute))
			s.step(tickets.StepLeave, events.Actor{Kind: events.Customer}, "")
			return false
		}
	}
	s.owner, s.at, s.since = agent, when, when
	if !s.chat {
		s.pass(0, 35*time.Minute)
		s.at = s.crew.next(s.owner, s.at)
		s.since = s.at
	}
	s.step(tickets.StepAssign, events.SystemActor, "").To = tickets.To{Agent: s.agent().ID}
	s.attend()
	s.firstWait = s.at.Sub(came)
	if s.closed = !there; s.closed { // who comes at night expects to wait for the morning
		s.firstWait = s.at.Sub(when)
	}
	return true
}

// attend lets the owner take the time for an answer. Who has gone home by then hands a chat over, and answers a letter
// on the next day.
func (s *teller) attend() {
	a := &s.crew.agents[s.owner]
	busy := a.Pace * (1 + .3*float64(s.crew.load(s.owner, s.at)))
	until := s.crew.online(s.owner, s.at)
	s.pass(time.Duration(busy*float64(55*time.Second)), time.Duration(busy*float64(22*time.Minute)))
	if !until.IsZero() && s.at.Before(until) {
		return
	}
	if s.chat && !until.IsZero() && s.crew.open(s.team, s.at) {
		s.at = until.Add(-20 * time.Second)
		if last := s.Steps[len(s.Steps)-1].At; events.TimeOf(s.at) < last {
			s.at = last.Std().In(s.at.Location())
		}
		s.handOver("shift_end", s.team)
		s.at = s.at.Add(around(s.rng, 2*time.Minute, .4))
		return
	}
	s.at = s.crew.next(s.owner, s.at)
	s.at = s.at.Add(around(s.rng, 4*time.Minute, .5))
}

// holds notes what the owner was busy with. A letter takes its minutes, not the hours until the answer to it.
func (s *teller) holds() {
	most := 2 * time.Hour
	if !s.chat {
		most = 12 * time.Minute
	}
	s.crew.hold(s.owner, s.since, s.at, most)
}

// handOver gives the conversation to somebody else of a team.
func (s *teller) handOver(reason string, team int) {
	agent, when := s.crew.free(team, s.at, s.owner)
	if agent == s.owner {
		return
	}
	s.holds()
	step := s.step(tickets.StepHandoff, s.agent(), s.say(handoffNotes(reason)))
	step.Reason = reason
	direct := when.Sub(s.at) < 3*time.Minute && s.chance(.7)
	if direct {
		step.To = tickets.To{Agent: events.ID(agent + 1)}
	} else {
		step.To = tickets.To{Team: events.ID(team + 1)}
	}
	if when.After(s.at) {
		s.at = when
	}
	s.owner, s.team, s.since = agent, team, s.at
	s.handoffs++
	if !direct {
		s.at = s.at.Add(time.Duration(20+s.rng.IntN(90)) * time.Second)
		s.step(tickets.StepAssign, events.SystemActor, "").To = tickets.To{Agent: events.ID(agent + 1)}
		s.since = s.at
	}
}

// works is what goes to and fro until it is done.
func (s *teller) works() {
	if s.team == s.in.Team && s.in.Hard <= .2 && s.chance(.3) {
		s.brief = true
		return
	}
	s.step(tickets.StepMessage, s.agent(), s.say(greetings())+s.say(s.in.Answers))
	turns := int(s.rng.Float64() * (1.4 + 4.2*s.in.Hard))
	for turn := 0; ; turn++ {
		reason, team := s.moves()
		if reason != "" && s.handoffs < 4 {
			s.at = s.at.Add(time.Duration(25+s.rng.IntN(50)) * time.Second)
			s.handOver(reason, team)
			s.attend()
			s.step(tickets.StepMessage, s.agent(), s.say([]string{"Hi {name}, I have taken over from my colleague. ", "Hello {name}, I am with payments and deliveries here. ", "Hi, I am looking after this now. "})+s.say(moreTalk()))
		}
		if turn >= turns {
			return
		}
		s.turn()
	}
}

// turn is one question and its answer.
func (s *teller) turn() {
	if !s.chat && s.chance(.6) {
		s.at = s.at.Add(2 * time.Second)
		s.step(tickets.StepPending, s.agent(), "")
	}
	s.customerTime()
	if s.told {
		s.customerSays(s.say(moreAsk()))
	} else {
		s.customerSays(s.say(s.in.Details))
		s.told = true
	}
	if s.chance(.1 + .12*s.in.Hard) {
		s.at = s.at.Add(10 * time.Second)
		s.step(tickets.StepNote, s.agent(), s.say(sideNotes()))
	}
	s.attend()
	s.step(tickets.StepMessage, s.agent(), s.say(moreTalk()))
}

// moves decides whether the owner hands over, why and where to.
func (s *teller) moves() (reason string, team int) {
	skill := s.crew.agents[s.owner].Skill
	bug := s.in.Name == bugIntent
	switch {
	case s.team != s.in.Team && bug && s.chance(.9):
		return "billing", s.in.Team
	case s.team != s.in.Team && s.chance(.8):
		return "wrong_team", s.in.Team
	case bug && s.handoffs > 0 && s.chance(.16): // back to where it came from
		return "skill", teamSupport
	case s.handoffs > 0 && s.chance(.02):
		return "wrong_team", teamSupport
	case s.chance((1 - skill) * (.07 + .28*s.in.Hard)):
		return []string{"skill", "skill", "escalation"}[s.rng.IntN(3)], s.in.Team
	case s.crew.load(s.owner, s.at) >= capacity && s.chance(.1):
		return "overload", s.team
	}
	return "", 0
}

// ends solves it, and lets the customer come back when it was not solved.
func (s *teller) ends() {
	s.solves()
	skill := s.crew.agents[s.owner].Skill
	again := .02 + (1-skill)*.1*(.4+s.in.Hard)
	if s.in.Name == bugIntent {
		again += .15
	}
	if !s.chance(again) {
		return
	}
	s.reopened = true
	s.at = s.at.Add(min(max(around(s.rng, 20*time.Hour, .7), time.Hour), 130*time.Hour))
	if s.at.Hour() < 7 {
		s.at = s.at.Add(7 * time.Hour)
	}
	s.customerSays(s.say(returnsUnhappy()))
	s.at = s.crew.next(s.owner, s.at).Add(around(s.rng, 3*time.Minute, .4))
	s.since = s.at
	s.step(tickets.StepAssign, events.SystemActor, "").To = tickets.To{Agent: s.agent().ID}
	s.attend()
	s.step(tickets.StepMessage, s.agent(), s.say([]string{"I am sorry, {name}. ", "Apologies for that. ", ""})+s.say(s.in.Answers))
	s.solves()
}

func (s *teller) solves() {
	if s.in.Name == bugIntent { // somebody has to look the charge up first
		s.at = s.at.Add(around(s.rng, 11*time.Minute, .5))
	}
	if s.brief {
		s.brief = false
		s.step(tickets.StepMessage, s.agent(), s.say(greetings())+s.say(s.in.Answers)+" "+s.say(s.in.Fixes))
	} else {
		s.attend()
		s.step(tickets.StepMessage, s.agent(), s.say(s.in.Fixes))
	}
	if s.chat && s.chance(.68) || s.chance(.3) {
		s.customerTime()
		s.customerSays(s.say(thanks()))
	}
	s.at = s.at.Add(time.Duration(15+s.rng.IntN(100)) * time.Second)
	if s.chat && s.chance(.1) {
		s.step(tickets.StepEnd, events.Actor{Kind: events.Customer}, "")
	} else {
		s.step(tickets.StepResolve, s.agent(), "")
	}
	s.holds()
}

// rates asks for a rating, once in thirty days, and answers for about a third. It depends on the wait, on handoffs, on
// the agent and on the matter.
func (s *teller) rates() {
	c := &s.Customers[s.who]
	if s.at.Sub(c.asked) < 30*24*time.Hour {
		return
	}
	c.asked = s.at
	asked := s.at.Add(time.Second)
	s.Rating = &rating{AskedAt: events.TimeOf(asked), Agent: s.agent().ID}
	mood, worst := s.mood()
	score := min(5, max(1, int(math.Round(mood))))
	answers := .33
	if score <= 2 || score == 5 {
		answers = .38
	}
	if !s.chance(answers) {
		return
	}
	answered := asked.Add(around(s.rng, 45*time.Second, .7))
	if !s.chat {
		answered = asked.Add(around(s.rng, 5*time.Hour, .8))
	}
	s.Rating.AnsweredAt, s.Rating.Score = events.TimeOf(answered), score
	if s.chance(.5) {
		first, _, _ := strings.Cut(s.crew.agents[s.owner].Name, " ")
		s.Rating.Comment = strings.ReplaceAll(s.say(comments(score, worst)), "{agent}", first)
	}
}

// mood is a rating before it is rounded, and what took the most off it.
func (s *teller) mood() (mood float64, worst string) {
	unit, bearable := 2*time.Minute, 4*time.Minute
	if !s.chat {
		unit, bearable = 3*time.Hour, 5*time.Hour
	}
	costs := []struct {
		name string
		cost float64
	}{
		{"wait", min(1.5, .34*math.Log1p(float64(max(0, s.firstWait-bearable))/float64(unit)))},
		{"handoffs", .55 * float64(s.handoffs)},
		{"reopened", 0},
		{"", s.in.Gloom},
	}
	if s.closed {
		costs[0].cost += .45
	}
	if s.reopened {
		costs[2].cost = .9
	}
	switch s.in.Name {
	case bugIntent:
		costs[3].name = "bug"
	case stuckIntent:
		costs[3].name = stuckIntent
	}
	mood = 4.75 + 1.3*(s.crew.agents[s.owner].Skill-.8) + .7*s.rng.NormFloat64()
	most := .35
	for _, c := range costs {
		if mood -= c.cost; c.cost > most {
			worst, most = c.name, c.cost
		}
	}
	return mood, worst
}

// address makes the local part of an e-mail address of a name.
func address(name string) string {
	return strings.NewReplacer(" ", ".", "ø", "o", "é", "e", "ö", "o", "ü", "u", "å", "a", "í", "i").Replace(strings.ToLower(name))
}
