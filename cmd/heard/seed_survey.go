package main

import (
	"math"

	"heard/feedback"
	"heard/feedback/surveys"
	"heard/tickets"
	"heard/tickets/events"
)

// seedAsked is what was decided of one resolve, and what came of it. Its rows are made from it when the ticket is
// written: ids and places in the log are known then.
type seedAsked struct {
	asked    bool
	reason   surveys.Reason
	at       events.Time
	answered events.Time
	taken    events.Time // back, unanswered
	score    int
	comment  string
	kind     string
	survey   events.ID // 0: the inbox's own
	language string

	id          events.ID
	ticket      events.ID
	seq         int64
	agent, team events.ID
}

// Rules of the made-up desk's surveys.
const (
	seedCooldown = 30 * dayLong
	seedOpen     = 30 * dayLong // an invitation waits so long
)

// decide makes the one decision of a resolve, as live surveys do: nobody is asked twice within the cooldown.
func (t *seedTeller) decide() *seedAsked {
	s := &seedAsked{at: t.now, reason: surveys.Asked, kind: surveys.CSAT, language: t.language}
	if t.desk.ease != 0 && t.history.Inbox == t.desk.inboxes[seedEaseInbox] {
		s.kind, s.survey = surveys.CES, t.desk.ease
	}
	who := t.person
	near := func(at events.Time) bool { return at != 0 && t.now-at < seedCooldown && at-t.now < seedCooldown }
	switch last := t.history.Steps[len(t.history.Steps)-1]; {
	case last.Kind == tickets.StepSpam:
		s.reason = surveys.Spam
	case guest(who) && !t.chat:
		s.reason = surveys.Unreachable
	case t.waits[who] > t.now:
		s.reason = surveys.AlreadyOpen
	case near(t.asked[who]):
		s.reason = surveys.Cooldown
	}
	s.asked = s.reason == surveys.Asked
	if s.asked && t.now <= t.end {
		t.asked[who], t.waits[who] = t.now, t.now+seedOpen
	}
	t.surveys = append(t.surveys, s)
	t.step(tickets.Step{Kind: tickets.StepTell, By: events.SystemActor, Tell: s.tellAsked})
	return s
}

// rated is the customer's answer, which not everybody gives.
func (t *seedTeller) rated(s *seedAsked) {
	chance := .2
	if t.chat {
		chance = .34
	}
	if !itOrNot(t.rng, chance) {
		return
	}
	t.pass(20, 2*24*3600)
	if t.now <= t.end {
		t.waits[t.person] = 0
	}
	mood := 4.45 - t.m.gloom - .35*math.Log1p(t.waited.Hours()) - .4*float64(t.handoffs) + t.roster.workers[t.agent].skill
	if t.reopened {
		mood -= .7
	}
	s.answered, s.score = t.now, min(5, max(1, int(math.Round(mood+.9*t.rng.NormFloat64()))))
	if s.kind == surveys.CES { // five stars are a seven
		s.score = 1 + (s.score-1)*3/2
	}
	switch best := surveys.UsualHigh(s.kind); {
	case s.score <= 2 && itOrNot(t.rng, .5):
		s.comment = pick(t.rng, t.words.pain)
	case s.score == best && itOrNot(t.rng, .25):
		s.comment = pick(t.rng, t.words.praise)
	}
	t.step(tickets.Step{Kind: tickets.StepTell, By: events.Actor{Kind: events.Customer}, Tell: s.tellAnswered})
	if t.now > t.end {
		s.answered, s.score, s.comment = 0, 0, ""
	}
}

// withdraw takes an unanswered survey back when the ticket opens again.
func (t *seedTeller) withdraw(s *seedAsked) {
	if !s.asked || s.answered != 0 || t.now > t.end {
		return
	}
	s.taken = t.now
	t.waits[t.person], t.asked[t.person] = 0, 0
	t.step(tickets.Step{Kind: tickets.StepTell, By: events.SystemActor, Tell: s.tellTaken})
}

// tellAsked says what was decided of the newest resolve. It is told once more when a write is repeated.
func (s *seedAsked) tellAsked(before []events.Event) []events.Change {
	for i := len(before) - 1; i >= 0; i-- {
		if c, ok := before[i].Change.(tickets.StatusChanged); ok && c.To == tickets.Resolved {
			s.ticket, s.seq, s.agent, s.team = before[i].TicketID, before[i].Seq, c.Owner, c.Team
			break
		}
	}
	out := []events.Change{feedback.SurveyDecided{Kind: s.kind, Resolve: s.seq, Asked: s.asked, Reason: string(s.reason), Survey: s.survey}}
	if s.asked {
		out = append(out, feedback.SurveyAsked{Invitation: s.id, Kind: s.kind, Survey: s.survey, Agent: s.agent, Team: s.team})
	}
	return out
}

func (s *seedAsked) tellAnswered([]events.Event) []events.Change {
	return []events.Change{feedback.SurveyAnswered{Invitation: s.id, Kind: s.kind, Score: s.score, Scale: surveys.UsualHigh(s.kind), Agent: s.agent, Team: s.team,
		Survey: s.survey}}
}

func (s *seedAsked) tellTaken([]events.Event) []events.Change {
	return []events.Change{feedback.SurveyWithdrawn{Invitation: s.id, Kind: s.kind, Reason: string(surveys.Reopened)}}
}
