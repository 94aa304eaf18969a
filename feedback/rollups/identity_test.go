package rollups_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"heard/feedback/issues"
	"heard/feedback/rollups"
	"heard/feedback/surveys"
	"heard/migrations"
	"heard/migrations/dbtest"
	"heard/tickets"
	"heard/tickets/events"
)

// agreed are actions by hand.
type agreed []rollups.Action

func (a agreed) ActionsAt(context.Context, events.Time, events.Time) ([]rollups.Action, error) {
	return append([]rollups.Action{}, a...), nil
}

func (a agreed) ActionTexts(_ context.Context, ids []events.ID) (map[events.ID]string, error) {
	return map[events.ID]string{1: "Ring up canary-customer"}, nil
}

// The same history with the same ids is the same bytes, on every database and however often it is told; and no byte of
// it is a name or a word that somebody may want erased.
func TestAStoredReportIsTheSameBytesEverywhere(t *testing.T) {
	told := map[string]string{}
	dbtest.Each(t, func(t *testing.T, db *migrations.DB) {
		d := newDesk(t, db, "2026-04-01 12:00")
		solved, reopened, _, _ := aWeek(d)
		d.surveys.list = []surveys.Answer{
			{Ticket: solved, Customer: 1, Inbox: 1, Team: 1, Agent: 1, AskedAt: local(t, "2026-03-16 11:00"), AnsweredAt: local(t, "2026-03-17 11:00"), Score: 5, Scale: 5,
				Comment: "The canary-quote of somebody happy"},
			{Ticket: reopened, Customer: 2, Inbox: 1, Team: 1, Agent: 2, AskedAt: local(t, "2026-03-20 18:00"), AnsweredAt: local(t, "2026-03-21 11:00"), Score: 1, Scale: 5,
				Comment: "The canary-quote of somebody sad"},
		}
		known := byHand{{ID: 7, Name: "canary-issue", Kind: issues.KindBurst, Status: issues.Flagged, OwnerID: 1, Owner: "canary-owner", Tickets: 22, Customers: 18, Expected: usually(8.5)}}
		d.Rollups = rollups.New(d.log, tickets.NewDirectory(d.log), d.surveys, known)
		d.Tell(rollups.Beside{Actions: agreed{{ID: 1, OwnerID: 2, Due: "2026-03-20", State: "open", WeekMade: "2026-W11"}}})
		d.later(5 * time.Minute)
		d.run()
		first, err := d.Stored(t.Context(), "2026-W12")
		d.must(err)
		d.must(d.log.Write(t.Context(), events.Unit{By: events.SystemActor}, rebuild))
		d.run()
		again, err := d.Stored(t.Context(), "2026-W12")
		d.must(err)
		if len(first) < 1000 || string(first) != string(again) {
			t.Errorf("told twice:\n%s\n%s", first, again)
		}
		for _, word := range []string{"canary", "Acme", "Ann", "Ben", "words"} {
			if strings.Contains(string(first), word) {
				t.Errorf("the stored report holds %q", word)
			}
		}
		rep := d.report("2026-W12")
		if rep.Desk != "Acme" || len(rep.Issues) != 1 || rep.Issues[0].Name != "canary-issue" || rep.Issues[0].Owner != "Ann" ||
			!strings.Contains(rep.Headline.Text, "“canary-issue”") || len(rep.Praise) != 1 ||
			len(rep.Done) != 1 || rep.Done[0].Owner != "Ben" || rep.Done[0].Text != "Ring up canary-customer" {
			t.Errorf("as it is read: %q, %+v, %+v, %+v", rep.Headline.Text, rep.Issues, rep.Praise, rep.Done)
		}
		told[db.Dialect] = string(first)
	})
	for a, x := range told {
		for b, y := range told {
			if x != y {
				t.Errorf("%s and %s differ:\n%s\n%s", a, b, x, y)
			}
		}
	}
}
