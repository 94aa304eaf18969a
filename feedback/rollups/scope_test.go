package rollups_test

import (
	"context"
	"testing"

	"heard/feedback/rollups"
	"heard/feedback/surveys"
	"heard/migrations"
	"heard/migrations/dbtest"
	"heard/tickets/events"
)

// Whoever reads the report of some teams reads no word of another team's customers: neither of answers that others are
// credited with, nor of tickets that others have by now.
func TestQuotesAreOfTheReadersTickets(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *migrations.DB) {
		d := newDesk(t, db, "2026-04-01 12:00")
		solved, reopened, _, _ := aWeek(d)
		answer := func(ticket, team events.ID, text string) surveys.Answer {
			return surveys.Answer{Ticket: ticket, Customer: 1, Inbox: 1, Team: team, Agent: 1, AskedAt: local(t, "2026-03-16 11:00"),
				AnsweredAt: local(t, "2026-03-17 11:00") + events.Time(ticket), Score: 5, Scale: 5, Comment: text}
		}
		d.surveys.list = []surveys.Answer{answer(solved, 1, "Support was very kind to me"), answer(reopened, 2, "Billing was very kind to me")}
		d.run()
		quoted := func(f rollups.Filter) (out []string) {
			t.Helper()
			rep, err := d.Report(t.Context(), "2026-W12", f)
			d.must(err)
			for _, q := range rep.Praise {
				out = append(out, q.Text)
			}
			return out
		}
		if got := quoted(rollups.Filter{}); len(got) != 2 {
			t.Errorf("the desk's report quotes %q", got)
		}
		if got := quoted(rollups.Filter{Teams: []events.ID{1}}); len(got) != 1 || got[0] != "Support was very kind to me" {
			t.Errorf("the report of team 1 quotes %q", got)
		}
		if got := quoted(rollups.Filter{Teams: []events.ID{}}); len(got) != 0 {
			t.Errorf("the report of no team quotes %q", got)
		}
		d.must(d.log.Write(t.Context(), events.Unit{By: events.SystemActor}, func(ctx context.Context, tx *events.Tx) error {
			_, err := tx.NewRaw(`UPDATE tickets SET team_id = 2 WHERE id = ?`, solved).Exec(ctx)
			return err
		}))
		if got := quoted(rollups.Filter{Teams: []events.ID{1}}); len(got) != 0 {
			t.Errorf("the report of team 1 quotes a ticket of team 2: %q", got)
		}
	})
}
