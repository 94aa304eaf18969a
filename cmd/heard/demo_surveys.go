package main

import (
	"context"
	"math/rand/v2"
	"time"

	"heard/feedback/surveys"
	"heard/tickets"
	"heard/tickets/events"
)

// demoSurveys are what the demo's shop asks beside the satisfaction of its inboxes.
type demoSurveys struct {
	ease, recommend events.ID
	asked           map[int][]askedOnce // by customer's place: when they were asked after a ticket
}

// askedOnce is one asking, and when it was answered.
type askedOnce struct{ at, answered events.Time }

const (
	demoEase      = "Ease, in German letters"
	demoRecommend = "Would they recommend us"
	demoRound     = 90
)

// makeSurveys finds the surveys by their names, or makes them.
func (w *demoWriter) makeSurveys(ctx context.Context) error {
	w.asking = demoSurveys{asked: map[int][]askedOnce{}}
	known, err := w.app.surveys.Surveys(ctx)
	if err != nil {
		return err
	}
	for _, want := range []struct {
		def surveys.Survey
		id  *events.ID
	}{
		{surveys.Survey{Name: demoEase, Kind: surveys.CES, Trigger: surveys.OnResolve, InboxID: w.desk.letters.ID, Touchpoint: "support", Language: "de",
			MailDelayS: surveys.UsualDelay, RemindDays: 4}, &w.asking.ease},
		{surveys.Survey{Name: demoRecommend, Kind: surveys.NPS, Trigger: surveys.OnSchedule, EveryDays: demoRound, LowScore: 6, Share: 70, Touchpoint: "product",
			Texts: surveys.Texts{Reasons: []surveys.Choice{{Key: "goods", Text: surveys.Text{"en": "What you sell", "de": "Ihre Waren"}},
				{Key: "delivery", Text: surveys.Text{"en": "The delivery", "de": "Die Lieferung"}}, {Key: "help", Text: surveys.Text{"en": "The help", "de": "Die Hilfe"}}}}}, &w.asking.recommend},
	} {
		for _, k := range known {
			if k.Name == want.def.Name {
				*want.id = k.ID
			}
		}
		if *want.id == 0 {
			made, err := w.app.surveys.Create(ctx, events.SystemActor, want.def)
			if err != nil {
				return err
			}
			*want.id = made.ID
		}
	}
	return nil
}

// german tells whether a customer writes from a German page; a fourth does.
func german(who int) bool { return who%4 == 1 }

func languageOf(who int) string {
	if german(who) {
		return "de"
	}
	return "en"
}

// past is what was asked after a story, in the words of the import, and what was decided of it.
func (w *demoWriter) past(s *story, ticket events.ID) (asked *surveys.Past, decided surveys.PastDecision) {
	who := int(s.Customer) - 1
	decided = surveys.PastDecision{Ticket: ticket, Kind: surveys.CSAT, Reason: surveys.Cooldown}
	if s.Channel == tickets.API && german(who) {
		decided.Kind, decided.Survey = surveys.CES, w.asking.ease
	}
	r := s.Rating
	if r == nil {
		switch had := w.asking.asked[who]; {
		case len(had) == 0:
			decided.Reason = surveys.NoHumanReply
		case had[len(had)-1].answered == 0:
			decided.Reason = surveys.AlreadyOpen
		}
		return nil, decided
	}
	w.asking.asked[who] = append(w.asking.asked[who], askedOnce{r.AskedAt, r.AnsweredAt})
	decided.Reason = surveys.Asked
	out := surveys.Past{Ticket: ticket, AskedAt: r.AskedAt, AnsweredAt: r.AnsweredAt, Score: r.Score, Comment: r.Comment, Agent: w.agent(r.Agent),
		Kind: decided.Kind, Survey: decided.Survey, Language: languageOf(who)}
	if out.Kind == surveys.CES && r.Score > 0 { // five stars are a seven
		out.Score = 1 + (r.Score-1)*3/2
	}
	return &out, decided
}

// recommends tells the one round in which everybody with an address was asked whether they recommend the shop, or was
// not, by the budget of the desk: a share of them on each weekday.
func (w *demoWriter) recommends(ctx context.Context) error {
	rng := rand.New(rand.NewPCG(uint64(w.plan.From.Unix()), 0x6e7073))
	first := w.plan.From
	if w.plan.Until.Sub(first) > 28*24*time.Hour {
		first = first.AddDate(0, 0, 7) // the shop had other cares in its first week
	}
	days := max(1, int(w.plan.Until.Sub(first)/(24*time.Hour))-4)
	var list []surveys.PastRound
	for who := range w.plan.Customers {
		c := &w.plan.Customers[who]
		day := first.AddDate(0, 0, rng.IntN(days))
		at := day.Add(9*time.Hour + time.Duration(rng.IntN(60))*time.Second)
		mood, keen, later := rng.NormFloat64(), rng.Float64(), rng.Float64()
		if c.guest() {
			continue
		}
		for at.Weekday() == time.Saturday || at.Weekday() == time.Sunday {
			at = at.AddDate(0, 0, 1)
		}
		p := surveys.PastRound{Customer: w.customers[who], At: events.TimeOf(at), Language: languageOf(who), Reason: w.mayRecommend(who, events.TimeOf(at), keen)}
		if p.Reason == surveys.Asked && keen < .15 {
			p.Score = min(10, max(0, int(8.1+2.1*mood)))
			p.AnsweredAt = p.At.Add(time.Duration((.5 + 40*later) * float64(time.Hour)))
			if p.AnsweredAt > events.TimeOf(w.plan.Until) {
				p.AnsweredAt, p.Score = 0, 0
			}
		}
		list = append(list, p)
	}
	return w.app.surveys.ImportRound(ctx, w.asking.recommend, events.TimeOf(first), list)
}

// mayRecommend is the decision about somebody of the round: the budget before the draw, and nobody is drawn who would be
// asked after a ticket within the month.
func (w *demoWriter) mayRecommend(who int, at events.Time, drawn float64) surveys.Reason {
	month := 30 * 24 * time.Hour
	soon := false
	for _, a := range w.asking.asked[who] {
		switch {
		case a.at <= at && at < a.at.Add(month) && (a.answered == 0 || a.answered > at):
			return surveys.AlreadyOpen
		case a.at <= at && at < a.at.Add(month):
			return surveys.Cooldown
		case a.at > at && a.at < at.Add(month):
			soon = true
		}
	}
	if soon || drawn > .7 {
		return surveys.SampledOut
	}
	return surveys.Asked
}
