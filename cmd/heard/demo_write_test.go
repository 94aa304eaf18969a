package main

import (
	"bytes"
	"log/slog"
	"strconv"
	"strings"
	"testing"
	"time"

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
			{"agents that are online", `SELECT count(*) FROM agents WHERE availability <> 'offline'`, 0},
			{"surveys", `SELECT count(*) FROM survey_invitations`, asked},
			{"ratings", `SELECT count(*) FROM survey_responses`, answered},
			{"stretches that never end", `SELECT count(*) FROM online_spans WHERE to_at = 0`, 0},
			{"tickets without facts", `SELECT count(*) FROM stale_tickets`, 0},
			{"tickets of other times", `SELECT count(*) FROM tickets WHERE created_at > ` + strconv.FormatInt(int64(events.TimeOf(first.until)), 10), 0},
		} {
			if got := count(t, a, want.query); got != want.n {
				t.Errorf("%d %s, want %d", got, want.what, want.n)
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
