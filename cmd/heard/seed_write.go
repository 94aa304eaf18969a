package main

import (
	"context"
	"fmt"
	"io"
	"iter"
	"slices"
	"strings"
	"sync/atomic"
	"time"

	"heard/feedback/surveys"
	"heard/tickets"
	"heard/tickets/events"
)

// seeder writes a made-up desk.
type seeder struct {
	app    *app
	opts   seedOptions
	plan   *seedPlan
	out    io.Writer
	begun  time.Time
	shown  time.Time
	head   int64
	after  func(written int) // of each unit, for tests
	untold bool              // facts are left to Refresh
	clock  atomic.Pointer[time.Time]
}

// newSeeder returns one whose clock stands still at the end of what it tells: what it writes depends on nothing else.
func newSeeder(opts seedOptions, out io.Writer) *seeder {
	s := &seeder{opts: opts, out: out, begun: time.Now()}
	s.clock.Store(&opts.until)
	return s
}

func (s *seeder) now() time.Time { return *s.clock.Load() }

const (
	seedUnit       = 400  // tickets written in one unit
	seedPeopleUnit = 4000 // customers, or agents' changes of availability
)

var seedWriting = events.Unit{By: events.SystemActor, Imported: true, Background: true}

// run does all of it, or what is left of it.
func (s *seeder) run(ctx context.Context) error {
	marks, err := s.prepare(ctx)
	if err != nil {
		return err
	}
	if !marks.people {
		if err := s.people(ctx); err != nil {
			return err
		}
		if err := s.catchUp(ctx); err != nil { // what was there before the tickets
			return err
		}
		if err := seedMark(ctx, s.app, seedPeople); err != nil {
			return err
		}
	}
	if s.plan.who, err = s.readCustomers(ctx); err != nil {
		return err
	}
	s.say("%d customers, %d agents", len(s.plan.who), len(s.plan.desk.agents))
	if err := s.stories(ctx); err != nil {
		return err
	}
	s.say("%d tickets are written; figures, topics and reports follow", s.plan.tickets)
	if err := s.derive(ctx); err != nil {
		return err
	}
	if err := seedMark(ctx, s.app, seedDone); err != nil {
		return err
	}
	s.head, err = s.app.log.Head(ctx)
	return err
}

// say tells how far it is.
func (s *seeder) say(format string, args ...any) {
	fmt.Fprintf(s.out, "%6.1f s  %s\n", time.Since(s.begun).Seconds(), fmt.Sprintf(format, args...))
}

// people writes customers, and when agents were there. A start that was cut off finds those that it wrote.
func (s *seeder) people(ctx context.Context) error {
	known, err := s.readCustomers(ctx)
	if err != nil {
		return err
	}
	for from := len(known); from < s.plan.customers; from += seedPeopleUnit {
		to := min(from+seedPeopleUnit, s.plan.customers)
		if err := s.app.log.Write(ctx, seedWriting, func(ctx context.Context, tx *events.Tx) error { return s.insertCustomers(ctx, tx, from, to) }); err != nil {
			return fmt.Errorf("write customers: %w", err)
		}
	}
	return s.turns(ctx)
}

// insertCustomers writes customers as a trusted program describes them: with proven identities.
func (s *seeder) insertCustomers(ctx context.Context, tx *events.Tx, from, to int) error {
	ids, err := tx.NextIDs(ctx, "customers", to-from)
	if err != nil {
		return err
	}
	var rows, proofs [][]any
	at := events.TimeOf(s.plan.from)
	for i, id := range ids {
		c := s.plan.customerAt(from + i)
		rows = append(rows, []any{id, c.name, c.email, c.external, true, at, at})
		proofs = append(proofs, []any{id, 0, string(tickets.ByExternalID), c.external, string(tickets.ProvedByAPI), at})
		if c.email != "" {
			proofs = append(proofs, []any{id, 0, string(tickets.ByEmail), c.email, string(tickets.ProvedByAPI), at})
		}
	}
	if err := tx.Insert(ctx, "customers", []string{"id", "name", "email", "external_id", "verified", "created_at", "updated_at"}, rows); err != nil {
		return err
	}
	return tx.Insert(ctx, "identities", []string{"customer_id", "realm", "kind", "value", "proof", "created_at"}, proofs)
}

// readCustomers returns the ids of the plan's customers that are there, in its order.
func (s *seeder) readCustomers(ctx context.Context) ([]events.ID, error) {
	var rows []struct {
		CustomerID events.ID
		Value      string
	}
	err := s.app.log.Read().NewRaw(`SELECT customer_id, value FROM identities WHERE realm = 0 AND kind = ? AND value LIKE 'seed-%' ORDER BY customer_id`,
		string(tickets.ByExternalID)).Scan(ctx, &rows)
	if err != nil {
		return nil, fmt.Errorf("read customers: %w", err)
	}
	out := make([]events.ID, len(rows))
	for i, r := range rows {
		if r.Value != s.plan.customerAt(i).external {
			return nil, fmt.Errorf("customer %s is not the seed's", r.CustomerID)
		}
		out[i] = r.CustomerID
	}
	return out, nil
}

// turns writes when agents came and went. All of an agent's are in one unit: a start that was cut off passes over whom
// the log has.
func (s *seeder) turns(ctx context.Context) error {
	var known []events.ID
	err := s.app.log.Read().NewRaw(`SELECT DISTINCT by_id FROM events WHERE kind = ? AND imported`, tickets.AvailabilityChanged{}.EventKind()).Scan(ctx, &known)
	if err != nil {
		return fmt.Errorf("look for agents' times: %w", err)
	}
	for i, id := range s.plan.desk.agents {
		if slices.Contains(known, id) {
			continue
		}
		list := s.plan.roster.turns(i, s.plan.end)
		err := s.app.log.Write(ctx, seedWriting, func(_ context.Context, tx *events.Tx) error {
			was := tickets.Offline
			for _, t := range list {
				tx.RecordAt(t.at, events.Actor{Kind: events.Agent, ID: id}, 0,
					tickets.AvailabilityChanged{Agent: id, From: was, To: t.to, Cause: tickets.Chosen})
				was = t.to
			}
			return nil
		})
		if err != nil {
			return fmt.Errorf("write agents' times: %w", err)
		}
	}
	return nil
}

// stories writes the tickets that are not there yet. They are told while others are written.
func (s *seeder) stories(ctx context.Context) error {
	var have int
	if err := s.app.log.Read().NewRaw(`SELECT COUNT(*) FROM tickets WHERE external_id LIKE ?`, s.plan.prefix+"%").Scan(ctx, &have); err != nil {
		return fmt.Errorf("count tickets: %w", err)
	}
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	units := make(chan []*seedStory, 2)
	go func() {
		defer close(units)
		for some := range inUnits(s.plan.stories, have, seedUnit) {
			for _, story := range some {
				if err := story.history.Validate(s.plan.end); err != nil {
					cancel(err)
					return
				}
			}
			select {
			case units <- some:
			case <-ctx.Done():
				return
			}
		}
	}()
	for some := range units {
		if err := s.write(ctx, some); err != nil {
			return err
		}
		have += len(some)
		if s.after != nil {
			s.after(have)
		}
		if time.Since(s.shown) > 5*time.Second {
			s.shown = time.Now()
			s.say("%d of %d tickets", have, s.plan.tickets)
		}
	}
	return context.Cause(ctx)
}

// inUnits passes over the first ones, and gathers the others.
func inUnits(stories iter.Seq[*seedStory], first, size int) iter.Seq[[]*seedStory] {
	return func(yield func([]*seedStory) bool) {
		var some []*seedStory
		for story := range stories {
			if first > 0 {
				first--
				continue
			}
			if some = append(some, story); len(some) == size {
				if !yield(some) {
					return
				}
				some = nil
			}
		}
		if len(some) > 0 {
			yield(some)
		}
	}
}

// write keeps tickets, their surveys and their facts together.
func (s *seeder) write(ctx context.Context, some []*seedStory) error {
	histories := make([]tickets.History, len(some))
	var asked []*seedAsked
	for i, story := range some {
		histories[i] = story.history
		for _, a := range story.surveys {
			if a.at <= s.plan.end {
				asked = append(asked, a)
			}
		}
	}
	err := s.app.log.Write(ctx, seedWriting, func(ctx context.Context, tx *events.Tx) error {
		ids, err := tx.NextIDs(ctx, "survey_invitations", len(asked))
		if err != nil {
			return err
		}
		for i, a := range asked {
			a.id = ids[i]
		}
		out, err := tickets.ImportTx(ctx, tx, histories)
		if err != nil {
			return err
		}
		told := make([][]events.Event, len(out))
		for i, o := range out {
			told[i] = o.Events
		}
		if err := s.insertSurveys(ctx, tx, some); err != nil {
			return err
		}
		if s.untold {
			return nil
		}
		return s.app.rollups.Told(ctx, tx, told)
	})
	if err != nil {
		return fmt.Errorf("write tickets: %w", err)
	}
	return nil
}

// insertSurveys writes the rows of what was decided, asked and answered.
func (s *seeder) insertSurveys(ctx context.Context, tx *events.Tx, some []*seedStory) error {
	var decided, invited, answers [][]any
	for _, story := range some {
		for _, a := range story.surveys {
			if a.at > s.plan.end {
				continue
			}
			id, who, in := a.id, story.history.Customer, story.history.Inbox
			if !a.asked {
				id = 0
			}
			decided = append(decided, []any{a.ticket, a.seq, who, in, a.survey, a.kind, a.asked, string(a.reason), id, a.at})
			if !a.asked {
				continue
			}
			invited = append(invited, []any{id, "seed" + strings.ToLower(a.id.String()), a.kind, a.survey, surveys.UsualHigh(a.kind), a.language, a.ticket, a.seq, who, in, a.agent, a.team, a.at,
				a.at.Add(surveys.Lasts), a.taken, a.answered})
			if a.answered != 0 {
				answers = append(answers, []any{id, a.score, a.comment, a.answered})
			}
		}
	}
	err := tx.Insert(ctx, "survey_decisions", []string{"ticket_id", "seq", "customer_id", "inbox_id", "survey_id", "kind", "asked", "reason", "invitation_id", "at"}, decided)
	if err == nil {
		err = tx.Insert(ctx, "survey_invitations", []string{"id", "public_id", "kind", "survey_id", "high", "language", "ticket_id", "seq", "customer_id", "inbox_id", "agent_id",
			"team_id", "asked_at", "expires_at", "withdrawn_at", "answered_at"}, invited)
	}
	if err == nil {
		err = tx.Insert(ctx, "survey_responses", []string{"invitation_id", "score", "comment", "changed_at"}, answers)
	}
	return err
}

// catchUp lets consumers see what is in the log.
func (s *seeder) catchUp(ctx context.Context) error {
	if err := s.app.issues.Load(ctx); err != nil {
		return err
	}
	for _, c := range s.app.consumers() {
		if _, err := s.app.log.CatchUp(ctx, c); err != nil {
			return fmt.Errorf("consumer %s: %w", c.Name, err)
		}
	}
	return nil
}

// derive moves consumers past the tickets, whose effects were written with them, and makes all else that follows.
func (s *seeder) derive(ctx context.Context) error {
	rounds, err := s.rounds(ctx)
	if err != nil {
		return err
	}
	for _, c := range s.app.consumers() {
		if rounds > 0 { // a start that was cut off: what came after the tickets is still to be seen
			break
		}
		if err := s.app.log.Skip(ctx, c.Name); err != nil {
			return err
		}
	}
	for _, step := range []struct {
		what string
		do   func(context.Context) error
	}{{"topics", s.app.issues.Night}, {"round of a survey", s.recommends}, {"releases", s.releases}, {"consumers", s.catchUp}, {"days", s.app.rollups.Days}, {"issues", s.app.issues.Night}, {"consumers", s.catchUp}, {"weekly reports", s.app.rollups.CatchUp}} {
		if err := step.do(ctx); err != nil {
			return fmt.Errorf("%s: %w", step.what, err)
		}
		s.say("%s", step.what)
	}
	return nil
}
