package main

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"time"

	"heard/feedback/issues"
	"heard/feedback/surveys"
	"heard/tickets/events"
)

const (
	seedEaseInbox = 2 // of seedInboxes: its customers are asked how easy it was
	seedRoundDays = 90
	seedRoundAgo  = 14 // the round began so many days before the end
	seedWrote     = 21 // for whoever had written in so many days before it
	seedReleases  = 28 // days between two releases
)

// makeSurveys finds the surveys by their names, or makes them.
func (d *seedDesk) makeSurveys(ctx context.Context, a *app) error {
	known, err := a.surveys.Surveys(ctx)
	if err != nil {
		return err
	}
	for _, want := range []struct {
		def surveys.Survey
		id  *events.ID
	}{
		{surveys.Survey{Name: "Ease", Kind: surveys.CES, Trigger: surveys.OnResolve, InboxID: d.inboxes[seedEaseInbox], Touchpoint: seedInboxes()[seedEaseInbox].Touchpoint,
			MailDelayS: surveys.UsualDelay}, &d.ease},
		{surveys.Survey{Name: "Recommendation", Kind: surveys.NPS, Trigger: surveys.OnSchedule, EveryDays: seedRoundDays, LowScore: surveys.UsualLow(surveys.NPS, 10),
			Touchpoint: "product", Segment: surveys.Segment{ContactWithinDays: seedWrote + 7}}, &d.recommend},
	} {
		for _, k := range known {
			if k.Name == want.def.Name {
				*want.id = k.ID
			}
		}
		if *want.id == 0 {
			made, err := a.surveys.Create(ctx, events.SystemActor, want.def)
			if err != nil {
				return err
			}
			*want.id = made.ID
		}
	}
	return nil
}

// rounds counts the decisions of the round that are there.
func (s *seeder) rounds(ctx context.Context) (n int, err error) {
	if err := s.app.log.Read().NewRaw(`SELECT COUNT(*) FROM survey_round_decisions`).Scan(ctx, &n); err != nil {
		return 0, fmt.Errorf("count decisions: %w", err)
	}
	return n, nil
}

// recommends writes a round of the scheduled survey: everybody of its segment was asked on a weekday, or the budget spoke
// against it. Who was asked after a ticket since is passed over, so that nobody was asked twice in a month.
func (s *seeder) recommends(ctx context.Context) error {
	began := time.Date(s.plan.until.Year(), s.plan.until.Month(), s.plan.until.Day()-seedRoundAgo, 0, 0, 0, 0, s.plan.until.Location())
	var wrote []events.ID
	err := s.app.log.Read().NewRaw(`SELECT DISTINCT customer_id FROM tickets WHERE created_at >= ? AND created_at < ? ORDER BY customer_id`,
		events.TimeOf(began.AddDate(0, 0, -seedWrote)), events.TimeOf(began)).Scan(ctx, &wrote)
	if err != nil {
		return fmt.Errorf("read who wrote: %w", err)
	}
	var list []surveys.PastRound
	for _, id := range wrote {
		who, found := slices.BinarySearch(s.plan.who, id)
		if !found || guest(who) {
			continue
		}
		rng := rand.New(rand.NewPCG(s.plan.seed, 1<<32|uint64(who)))
		at := began.AddDate(0, 0, rng.IntN(7)).Add(9*time.Hour + time.Duration(rng.IntN(600))*time.Second)
		for at.Weekday() == time.Saturday || at.Weekday() == time.Sunday {
			at = at.AddDate(0, 0, 1)
		}
		p := surveys.PastRound{Customer: id, PublicID: "seedround" + id.String(), At: events.TimeOf(at), Language: "en", Reason: s.plan.mayRecommend(who, events.TimeOf(at))}
		if p.Reason == surveys.Asked && itOrNot(rng, .2) {
			p.AnsweredAt = p.At.Add(time.Duration((.2 + 30*rng.Float64()) * float64(time.Hour)))
			if p.Score = min(10, max(0, int(8.3+2*rng.NormFloat64()))); p.AnsweredAt > s.plan.end {
				p.AnsweredAt, p.Score = 0, 0
			}
		}
		list = append(list, p)
	}
	return s.app.surveys.ImportRound(ctx, s.plan.desk.recommend, events.TimeOf(began), list)
}

// mayRecommend is the decision about somebody of the round, who was asked last after a ticket at a known time.
func (p *seedPlan) mayRecommend(who int, at events.Time) surveys.Reason {
	switch last := p.asked[who]; {
	case last > at:
		return surveys.SampledOut
	case last == 0 || last <= at-seedCooldown:
		return surveys.Asked
	case p.waits[who] > at:
		return surveys.AlreadyOpen
	}
	return surveys.Cooldown
}

// releases marks one every four weeks, and an incident in the middle of each quarter.
func (s *seeder) releases(ctx context.Context) error {
	n := 0
	for at := s.plan.from.AddDate(0, 0, seedReleases/2).Add(11 * time.Hour); at.Before(s.plan.until); at = at.AddDate(0, 0, seedReleases) {
		n++
		if _, _, err := s.app.issues.AddRelease(ctx, events.SystemActor, issues.Release{Version: fmt.Sprintf("%d.%d", 2+n/12, n%12), At: events.TimeOf(at)}); err != nil {
			return err
		}
		if down := at.AddDate(0, 0, 3); n%3 == 2 && down.Add(2*time.Hour).Before(s.plan.until) {
			in := issues.Incident{Name: fmt.Sprintf("Payments slow %d", n/3+1), From: events.TimeOf(down), To: events.TimeOf(down.Add(2 * time.Hour))}
			if _, _, err := s.app.issues.AddIncident(ctx, events.SystemActor, in); err != nil {
				return err
			}
		}
	}
	return nil
}
