package surveys_test

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"heard/feedback"
	"heard/feedback/surveys"
	"heard/migrations/dbtest"
	"heard/tickets"
	"heard/tickets/events"
	"heard/tickets/events/eventstest"
)

// rounds are the reasons of a survey's decisions by round.
func (h *house) rounds(id events.ID) map[int64]map[surveys.Reason]int {
	h.t.Helper()
	list, err := h.s.RoundDecisions(h.t.Context(), id, surveys.RoundDecision{}, 10_000)
	h.must(err)
	out := map[int64]map[surveys.Reason]int{}
	for _, d := range list {
		if out[d.Round] == nil {
			out[d.Round] = map[surveys.Reason]int{}
		}
		out[d.Round][d.Reason]++
	}
	return out
}

// to moves the clock to the next such weekday and hour (UTC, the zone of the desk).
func (h *house) to(day time.Weekday, hour int) {
	now := h.log.Now().Std().UTC()
	next := time.Date(now.Year(), now.Month(), now.Day(), hour, 0, 0, 0, time.UTC)
	for !next.After(now) || next.Weekday() != day {
		next = next.AddDate(0, 0, 1)
	}
	h.clock.Advance(next.Sub(now))
}

func TestARoundIsSpreadOverWeekdays(t *testing.T) {
	eachHouse(t, func(t *testing.T, h *house) {
		ctx := t.Context()
		h.must(h.s.SayMail(ctx, true))
		h.to(time.Monday, 8)
		for i := range 20 {
			h.customer(fmt.Sprint("u", i), fmt.Sprintf("u%d@x.test", i))
		}
		// Buckets go by the id: ids far apart are asked on different days.
		h.must(h.log.Write(ctx, events.Unit{By: events.SystemActor}, func(ctx context.Context, tx *events.Tx) error {
			_, err := tx.NewRaw(`UPDATE customers SET id = id * 49`).Exec(ctx)
			return err
		}))
		nps := h.survey(surveys.Survey{Name: "NPS", Kind: surveys.NPS, Trigger: surveys.OnSchedule, EveryDays: 14, LowScore: 6})
		asked := func() int { return h.rounds(nps.ID)[1][surveys.Asked] }
		h.must(h.s.AskDue(ctx))
		if asked() != 0 {
			t.Errorf("%d were asked before nine o'clock", asked())
		}
		var days []int
		for i := range 14 {
			if i == 0 {
				h.to(time.Monday, 9)
			} else {
				h.clock.Advance(24 * time.Hour)
			}
			for range 2 {
				h.must(h.s.AskDue(ctx))
			}
			days = append(days, asked())
		}
		for i, n := range days {
			before := 0
			if i > 0 {
				before = days[i-1]
			}
			if weekend := i%7 > 4; weekend && n != before || !weekend && (n-before < 1 || n-before > 3) {
				t.Errorf("asked by day: %v; day %d has %d", days, i, n-before)
			}
		}
		if days[13] != 20 {
			t.Errorf("%d were asked in the first round, want 20", days[13])
		}
		h.clock.Advance(24 * time.Hour)
		h.must(h.s.AskDue(ctx))
		if second := h.rounds(nps.ID)[2]; second[surveys.AlreadyOpen] == 0 {
			t.Errorf("the second round began with %v", second)
		}
		eventstest.Check(t, h.log, nil)
	})
}

func TestSegments(t *testing.T) {
	eachHouse(t, func(t *testing.T, h *house) {
		ctx := t.Context()
		org, err := h.people.CreateOrganization(ctx, h.agent, tickets.OrganizationIn{Name: "Acme"})
		h.must(err)
		attrs := map[string]string{"plan": "pro"}
		var ids []events.ID
		for i := range 6 {
			ids = append(ids, h.customer(fmt.Sprint("u", i), fmt.Sprintf("u%d@x.test", i)).ID)
		}
		h.customer("noaddress", "")
		_, err = h.people.ChangeCustomer(ctx, h.agent, ids[0], tickets.CustomerPatch{Organization: &org.ID})
		h.must(err)
		for _, id := range ids[:3] {
			_, err = h.people.ChangeCustomer(ctx, h.agent, id, tickets.CustomerPatch{Attrs: attrs})
			h.must(err)
		}
		yes := true
		_, err = h.people.ChangeCustomer(ctx, h.agent, ids[5], tickets.CustomerPatch{Blocked: &yes})
		h.must(err)
		h.visitor() // nobody knows who that is
		run := func(g surveys.Segment) map[surveys.Reason]int {
			t.Helper()
			s := h.survey(surveys.Survey{Name: "S", Kind: surveys.NPS, Trigger: surveys.OnSchedule, EveryDays: 7, LowScore: 6, Segment: g})
			h.clock.Advance(8 * 24 * time.Hour)
			h.must(h.s.AskDue(ctx))
			_, err := h.s.Change(ctx, h.agent, s.ID, surveys.Patch{Disabled: &yes})
			h.must(err)
			return h.rounds(s.ID)[1]
		}
		check := func(what string, got map[surveys.Reason]int, want map[surveys.Reason]int) {
			t.Helper()
			if fmt.Sprint(got) != fmt.Sprint(want) {
				t.Errorf("%s: %v, want %v", what, got, want)
			}
		}
		check("without mail", run(surveys.Segment{}), map[surveys.Reason]int{surveys.Unreachable: 6, surveys.Blocked: 1})
		h.must(h.s.SayMail(ctx, true))
		check("organization", run(surveys.Segment{OrganizationID: org.ID}), map[surveys.Reason]int{surveys.Asked: 1})
		check("attribute", run(surveys.Segment{Attribute: "plan", Value: "pro"}), map[surveys.Reason]int{surveys.AlreadyOpen: 1, surveys.Asked: 2})
		_, err = h.store.Tag(ctx, h.agent, h.chat(h.visitor()), []string{"vip"}, nil) // somebody's whom nobody knows
		h.must(err)
		check("tag", run(surveys.Segment{Tag: " VIP "}), map[surveys.Reason]int{})
		check("contact", run(surveys.Segment{ContactWithinDays: 3}), map[surveys.Reason]int{})
		check("all; the first one's survey has ended", run(surveys.Segment{}), map[surveys.Reason]int{surveys.AlreadyOpen: 2, surveys.Asked: 3, surveys.Unreachable: 1, surveys.Blocked: 1})
	})
}

// Two nodes ask at once, one by its consumer and one by its clock: the cursor's row is the lock of both.
func TestTwoNodesAskOnce(t *testing.T) {
	t.Parallel()
	dsn := dbtest.PostgresDSN(t)
	h := newHouse(t, dbtest.Open(t, dsn))
	ctx := t.Context()
	h.must(h.s.SayMail(ctx, true))
	h.run()
	log := eventstest.Open(t, dbtest.Open(t, dsn), events.Options{Now: h.clock.Now, Settle: tickets.Settle, Vocabulary: slices.Concat(tickets.Changes(), feedback.Changes())})
	secrets, err := tickets.NewSecrets([32]byte{7})
	h.must(err)
	other, err := surveys.New(ctx, log, tickets.NewPeople(log, secrets))
	h.must(err)
	h.survey(surveys.Survey{Name: "NPS", Kind: surveys.NPS, Trigger: surveys.OnSchedule, EveryDays: 7, LowScore: 6})
	for i := range 40 {
		v := h.visitor()
		h.must(h.people.FillUnverified(ctx, v.CustomerID, "", fmt.Sprintf("v%d@x.test", i)))
		h.must(h.log.Write(ctx, events.Unit{By: events.SystemActor}, func(ctx context.Context, tx *events.Tx) error {
			_, err := tx.NewRaw(`UPDATE customers SET verified = TRUE WHERE id = ?`, v.CustomerID).Exec(ctx)
			return err
		}))
		id := h.chat(v)
		h.reply(h.agent, id)
		h.resolve(id)
	}
	h.clock.Advance(8 * 24 * time.Hour)
	var wg sync.WaitGroup
	wg.Go(func() { h.run() })
	wg.Go(func() {
		if err := other.AskDue(ctx); err != nil {
			t.Error(err)
		}
	})
	wg.Wait()
	h.run()
	var per []struct {
		CustomerID events.ID
		N          int
	}
	h.must(h.log.Read().NewRaw(`SELECT customer_id, count(*) AS n FROM survey_invitations GROUP BY customer_id`).Scan(ctx, &per))
	if len(per) != 40 {
		t.Errorf("%d people were asked, want 40", len(per))
	}
	for _, p := range per {
		if p.N != 1 {
			t.Errorf("customer %s was asked %d times", p.CustomerID, p.N)
		}
	}
}
