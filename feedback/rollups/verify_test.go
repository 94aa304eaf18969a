package rollups_test

import (
	"context"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"heard/migrations"
	"heard/migrations/dbtest"
	"heard/tickets"
	"heard/tickets/events"
)

// What is stored is what the log says; a row that is not is found and named, and made again.
func TestAStoredRowThatTheLogDoesNotSayIsFound(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *migrations.DB) {
		d := newDesk(t, db, "2026-04-12 12:00")
		rng := rand.New(rand.NewPCG(4, 4))
		random(d, rng, 30, local(t, "2026-03-20 00:00"), local(t, "2026-04-10 00:00"))
		d.be(1, tickets.Offline, tickets.Online)
		d.chat(1, 1)
		d.later(40 * time.Minute)
		d.be(1, tickets.Online, tickets.Away)
		d.chat(2, 2)
		themed(d, rng)
		d.run()
		d.later(3 * time.Hour)
		d.run()
		clean := func(when string) {
			t.Helper()
			v, err := d.Verify(t.Context())
			d.must(err)
			if v.Differences > 0 || v.Skipped > 0 || v.Tickets < 20 || v.Periods < 20 || v.Observations < 200 || v.Rows < 1000 {
				t.Fatalf("%s: %+v", when, v)
			}
		}
		clean("as it was made")
		for _, tt := range []struct{ breaks, names string }{
			{`UPDATE observations SET calendar_ms = calendar_ms + 1 WHERE figure = 'first_response' AND ticket_id = (SELECT MIN(ticket_id) FROM observations WHERE figure = 'first_response')`, "first_response"},
			{`DELETE FROM observations WHERE figure = 'volume' AND ticket_id = (SELECT MAX(ticket_id) FROM observations)`, "volume 1 is missing"},
			{`UPDATE ticket_facts SET handoffs = handoffs + 1 WHERE ticket_id = (SELECT MAX(ticket_id) FROM ticket_facts)`, "its facts are"},
			{`UPDATE period_facts SET n = n + 1 WHERE figure = 'volume' AND dim = 'team' AND period = '2026-03-25'`, `2026-03-25: volume by "team"`},
			{`UPDATE period_facts SET hits = hits + 1 WHERE figure = 'reopen' AND dim = '' AND period = '2026-03'`, `2026-03: reopen by ""`},
			{`UPDATE period_facts SET calendar = business WHERE figure = 'volume' AND dim = 'page' AND period = '2026-03-26'`, "the page of volume"},
			{`DELETE FROM period_facts WHERE figure = 'online' AND dim = 'agent'`, `online by "agent" of "1" is missing`},
			{`UPDATE handling_days SET ms = ms + 1 WHERE ms > 0`, "handling of ticket"},
			{`UPDATE online_spans SET to_at = to_at + 1 WHERE to_at > 0`, "agent 1: online from"},
			{`INSERT INTO ticket_facts (ticket_id, seq, definition_version, inbox_id, team_id, channel, customer_id, opened_at) VALUES (99999, 1, 1, 1, 1, 'chat', 1, 1)`, "there is no ticket 99999"},
		} {
			d.must(d.log.Write(t.Context(), events.Unit{By: events.SystemActor}, func(ctx context.Context, tx *events.Tx) error {
				_, err := tx.NewRaw(tt.breaks).Exec(ctx)
				return err
			}))
			v, err := d.Verify(t.Context())
			d.must(err)
			if v.Differences == 0 || !strings.Contains(strings.Join(v.Named, "\n"), tt.names) {
				t.Errorf("%s: %+v", tt.breaks, v)
			}
			d.must(d.Recompute(t.Context()))
			clean("after " + tt.breaks)
		}
	})
}
