package main

import (
	"bytes"
	"log/slog"
	"strconv"
	"strings"
	"testing"
	"time"

	"heard/feedback/surveys"
	"heard/migrations/dbtest"
	"heard/tickets/events"
)

// demoApp opens an app on a database of the test.
func demoApp(t *testing.T, dsn string) *app {
	t.Helper()
	a, err := openApp(t.Context(), storeFlags{Data: t.TempDir(), Database: dsn}, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := a.close(); err != nil {
			t.Error(err)
		}
	})
	return a
}

func prepareDemo(t *testing.T, a *app) (*demo, string) {
	t.Helper()
	var said bytes.Buffer
	d := &demo{weeks: 1, seed: 3, until: demoNoon(t).AddDate(0, 0, -4)}
	if err := d.prepare(t.Context(), a, &output{&said, &said}); err != nil {
		t.Fatal(err)
	}
	return d, said.String()
}

func count(t *testing.T, a *app, query string) (n int) {
	t.Helper()
	if err := a.log.Read().NewRaw(query).Scan(t.Context(), &n); err != nil {
		t.Fatal(err)
	}
	return n
}

func TestDemoWritesThePlanOnce(t *testing.T) {
	dbtest.EachDSN(t, func(t *testing.T, dsn string) {
		a := demoApp(t, dsn)
		first, said := prepareDemo(t, a)
		p, err := newPlan(first.weeks, first.seed, first.until)
		if err != nil {
			t.Fatal(err)
		}
		asked, answered := 0, 0
		for _, s := range p.Stories {
			if s.Rating != nil {
				asked++
				if s.Rating.AnsweredAt != 0 {
					answered++
				}
			}
		}
		for _, want := range []struct {
			what, query string
			n           int
		}{
			{"tickets", `SELECT count(*) FROM tickets`, len(p.Stories)},
			{"customers", `SELECT count(*) FROM customers`, len(p.Customers)},
			{"agents", `SELECT count(*) FROM agents`, len(demoAgents())},
			{"macros", `SELECT count(*) FROM macros`, len(demoMacros(first.desk.teams))},
			{"agents that are online", `SELECT count(*) FROM agents WHERE availability <> 'offline'`, 0},
			{"surveys", `SELECT count(*) FROM survey_invitations WHERE ticket_id > 0 AND withdrawn_at = 0`, asked},
			{"ratings", `SELECT count(*) FROM survey_responses AS r JOIN survey_invitations AS i ON i.id = r.invitation_id WHERE i.ticket_id > 0`, answered},
			{"resolves without a decision", `SELECT count(*) FROM events AS e WHERE e.kind = 'ticket.status_changed' AND e.data LIKE '%"to":"resolved"%'
				AND NOT EXISTS (SELECT 1 FROM survey_decisions AS d WHERE d.ticket_id = e.ticket_id AND d.seq = e.seq)`, 0},
			{"decisions of history from elsewhere", `SELECT count(*) FROM survey_decisions WHERE reason = 'imported'`, 0},
			{"people who were asked twice within thirty days", `SELECT count(*) FROM survey_invitations AS a JOIN survey_invitations AS b
				ON b.customer_id = a.customer_id AND b.id <> a.id AND a.withdrawn_at = 0 AND b.withdrawn_at = 0
				AND b.asked_at >= a.asked_at AND b.asked_at - a.asked_at < 2592000000`, 0},
			{"people of the round without a decision", `SELECT count(*) FROM customers AS c WHERE c.email <> '' AND
				NOT EXISTS (SELECT 1 FROM survey_round_decisions AS d WHERE d.customer_id = c.id)`, 0},
			{"stretches that never end", `SELECT count(*) FROM online_spans WHERE to_at = 0`, 0},
			{"tickets without facts", `SELECT count(*) FROM stale_tickets`, 0},
			{"tickets of other times", `SELECT count(*) FROM tickets WHERE created_at > ` + strconv.FormatInt(int64(events.TimeOf(first.until)), 10), 0},
		} {
			if got := count(t, a, want.query); got != want.n {
				t.Errorf("%d %s, want %d", got, want.what, want.n)
			}
		}
		for _, kind := range []string{surveys.CSAT, surveys.NPS, surveys.CES} {
			of := ` FROM survey_invitations WHERE kind = '` + kind + `' AND withdrawn_at = 0 AND asked_at > 0`
			if n, silent := count(t, a, `SELECT count(*)`+of), count(t, a, `SELECT count(*)`+of+` AND answered_at = 0`); n < 5 || silent == 0 || silent == n {
				t.Errorf("%s: %d asked, %d of them silent: want a rate to look at", kind, n, silent)
			}
		}
		if count(t, a, `SELECT count(*) FROM online_spans`) < len(demoAgents()) {
			t.Error("hardly anybody was ever online")
		}
		if !strings.Contains(said, "Done in") {
			t.Errorf("the first start said %q", said)
		}
		before := count(t, a, `SELECT count(*) FROM events`)
		again, said := prepareDemo(t, a)
		if got := count(t, a, `SELECT count(*) FROM events`); got != before || said != "" {
			t.Errorf("the second start recorded %d events and said %q", got-before, said)
		}
		if again.desk.site.Key != first.desk.site.Key || again.desk.agents[1] != first.desk.agents[1] {
			t.Error("the second start found another desk")
		}
	})
}

// TestDemoGoesOnAfterACut ends the first start in the middle and starts again.
func TestDemoGoesOnAfterACut(t *testing.T) {
	a := demoApp(t, dbtest.SQLiteDSN(t))
	d := &demo{weeks: 1, seed: 3, until: demoNoon(t).AddDate(0, 0, -4)}
	if err := d.begin(t.Context(), a); err != nil {
		t.Fatal(err)
	}
	if err := d.desk.make(t.Context(), a); err != nil {
		t.Fatal(err)
	}
	p, err := newPlan(d.weeks, d.seed, d.until)
	if err != nil {
		t.Fatal(err)
	}
	w := &demoWriter{app: a, desk: &d.desk, plan: p, out: new(bytes.Buffer)}
	if err := w.writeCustomers(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := w.makeSurveys(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := w.writeStories(t.Context(), p.Stories[:60]); err != nil {
		t.Fatal(err)
	}
	other := &demo{weeks: 5, seed: 9, until: demoNoon(t)}
	if err := other.prepare(t.Context(), a, &output{new(bytes.Buffer), new(bytes.Buffer)}); err != nil {
		t.Fatal(err)
	}
	if got := count(t, a, `SELECT count(*) FROM tickets`); got != len(p.Stories) {
		t.Errorf("%d tickets, want the %d of the plan that was begun", got, len(p.Stories))
	}
}

func TestDemoLeavesRealDesksAlone(t *testing.T) {
	a := demoApp(t, dbtest.SQLiteDSN(t))
	if _, err := a.people.Bootstrap(t.Context()); err != nil {
		t.Fatal(err)
	}
	d := &demo{weeks: 1, seed: 1, until: demoNoon(t)}
	err := d.prepare(t.Context(), a, &output{new(bytes.Buffer), new(bytes.Buffer)})
	if err == nil || !strings.Contains(err.Error(), "empty folder") {
		t.Errorf("prepare on a real desk = %v", err)
	}
	if n := count(t, a, `SELECT count(*) FROM inboxes`); n != 0 {
		t.Errorf("it left %d inboxes", n)
	}
}

func TestDemoEnd(t *testing.T) {
	now := demoNoon(t)
	for _, c := range []struct {
		day  string
		want time.Time
	}{
		{"", now},
		{"2026-11-21", now},
		{"2026-11-20", time.Date(2026, 11, 20, 23, 59, 59, 0, now.Location())},
		{"2026-11-22", time.Time{}},
		{"yesterday", time.Time{}},
	} {
		got, err := demoEnd(c.day, now)
		if !got.Equal(c.want) || (err != nil) != c.want.IsZero() {
			t.Errorf("demoEnd(%q) = %v, %v, want %v", c.day, got, err, c.want)
		}
	}
}
