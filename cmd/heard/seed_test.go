package main

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"slices"
	"strings"
	"testing"
	"time"

	"heard/migrations/dbtest"
	"heard/tickets"
	"heard/tickets/events"
	"heard/tickets/events/eventstest"
)

// seedDumps are what two seeds must have in common: all but the clock's times and what is random.
func seedDumps() map[string]string {
	return map[string]string{
		"events":             `SELECT pos, ticket_id, seq, prev, public, kind, at, by_kind, by_id, imported, data FROM events WHERE ticket_id <> 0 ORDER BY pos`,
		"tickets":            `SELECT id, last_seq, public_seq, last_at, subject, status, priority, channel, inbox_id, customer_id, team_id, assignee_id, last_owner_id, tags, preview, external_id, customer_messages, agent_messages, unread, handoffs, reopens, spam, waiting_since, first_response_at, resolved_at, closes_at, created_at, updated_at FROM tickets ORDER BY id`,
		"messages":           `SELECT ticket_id, seq, note, by_kind, by_id, body, at FROM messages ORDER BY ticket_id, seq`,
		"segments":           `SELECT ticket_id, n, from_at, to_at, from_seq, agent_id, team_id, entered_by, left_by, reason FROM segments ORDER BY ticket_id, n`,
		"customers":          `SELECT id, name, email, external_id, verified, created_at FROM customers ORDER BY id`,
		"identities":         `SELECT customer_id, kind, value FROM identities ORDER BY id`,
		"ticket_tags":        `SELECT ticket_id, tag_id FROM ticket_tags ORDER BY ticket_id, tag_id`,
		"survey_decisions":   `SELECT ticket_id, seq, customer_id, inbox_id, survey_id, kind, asked, reason, invitation_id, at FROM survey_decisions ORDER BY ticket_id, seq`,
		"survey_rounds":      `SELECT survey_id, round, customer_id, asked, reason, invitation_id, at FROM survey_round_decisions ORDER BY survey_id, round, customer_id`,
		"markers":            `SELECT version, at, 0 FROM releases UNION ALL SELECT name, from_at, to_at FROM incidents`,
		"survey_invitations": `SELECT id, public_id, kind, survey_id, high, language, ticket_id, seq, customer_id, agent_id, team_id, asked_at, withdrawn_at, answered_at FROM survey_invitations ORDER BY id`,
		"survey_responses":   `SELECT invitation_id, score, comment, changed_at FROM survey_responses ORDER BY invitation_id`,
		"ticket_facts":       `SELECT * FROM ticket_facts ORDER BY ticket_id`,
		"observations":       `SELECT * FROM observations ORDER BY ticket_id, n, at, until_at, hit_at, agent_id, calendar_ms, word`,
		"online_spans":       `SELECT * FROM online_spans ORDER BY agent_id, from_at`,
		"topic_members":      `SELECT ticket_id, topic_id, sure, at FROM topic_members ORDER BY ticket_id`,
		"weekly_reports":     `SELECT week, revision, body FROM weekly_reports ORDER BY week, revision`,
		"stale":              `SELECT 'ticket', COUNT(*) FROM stale_tickets UNION ALL SELECT 'week', COUNT(*) FROM stale_weeks`,
	}
}

// dumped is a table as text, a row a line.
func dumped(t *testing.T, a *app, query string) string {
	t.Helper()
	rows, err := a.log.Read().QueryContext(t.Context(), query)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	columns, err := rows.Columns()
	if err != nil {
		t.Fatal(err)
	}
	var lines []string
	for rows.Next() {
		values := make([]any, len(columns))
		for i := range values {
			values[i] = new(any)
		}
		if err := rows.Scan(values...); err != nil {
			t.Fatal(err)
		}
		var line strings.Builder
		for _, v := range values {
			switch x := (*v.(*any)).(type) {
			case []byte:
				fmt.Fprintf(&line, "%s|", x)
			case bool:
				fmt.Fprintf(&line, "%d|", map[bool]int{true: 1}[x])
			default:
				fmt.Fprintf(&line, "%v|", x)
			}
		}
		lines = append(lines, line.String())
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	if strings.Contains(query, "FROM observations") || strings.Contains(query, "UNION ALL") {
		slices.Sort(lines) // databases order texts in their own ways
	}
	return strings.Join(lines, "\n")
}

func dumpAll(t *testing.T, a *app) map[string]string {
	t.Helper()
	out := map[string]string{}
	for name, query := range seedDumps() {
		out[name] = dumped(t, a, query)
	}
	return out
}

// sameDumps says where two desks differ first.
func sameDumps(t *testing.T, what string, got, want map[string]string) {
	t.Helper()
	for name := range want {
		a, b := strings.Split(got[name], "\n"), strings.Split(want[name], "\n")
		if slices.Equal(a, b) {
			continue
		}
		for i := range min(len(a), len(b)) {
			if a[i] != b[i] {
				t.Errorf("%s: %s: %d and %d rows; row %d is\n%.400s\nwant\n%.400s", what, name, len(a), len(b), i, a[i], b[i])
				break
			}
		}
		if len(a) != len(b) {
			t.Errorf("%s: %s has %d rows, want %d", what, name, len(a), len(b))
		}
	}
}

func testSeeder(t *testing.T, a *app, n int) *seeder {
	t.Helper()
	s := newSeeder(seedOptions{tickets: n, days: 40, seed: 5, until: demoNoon(t).AddDate(0, 0, -20)}, io.Discard)
	s.app = a
	return s
}

// seedApp opens an app on a database of the test, whose clock stands where the seed ends.
func seedApp(t *testing.T, dsn string) *app {
	t.Helper()
	now := func() time.Time { return demoNoon(t).AddDate(0, 0, -20) }
	a, err := openAppAt(t.Context(), storeFlags{Data: t.TempDir(), Database: dsn}, slog.New(slog.DiscardHandler), opening{now: now})
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

const testSeedSize = 500

func seeded(t *testing.T, dsn string) *app {
	t.Helper()
	a := seedApp(t, dsn)
	if err := testSeeder(t, a, testSeedSize).run(t.Context()); err != nil {
		t.Fatal(err)
	}
	return a
}

func TestASeedMakesTheSameDeskOnBothDatabasesAndAfterABreak(t *testing.T) {
	whole := seeded(t, dbtest.SQLiteDSN(t))
	want := dumpAll(t, whole)
	for name, rows := range want {
		if rows == "" {
			t.Errorf("%s is empty", name)
		}
	}
	t.Run("again", func(t *testing.T) {
		if err := testSeeder(t, whole, testSeedSize).run(t.Context()); err == nil || !strings.Contains(err.Error(), "seeded before") {
			t.Errorf("seeding twice: %v", err)
		}
	})
	t.Run("other database", func(t *testing.T) {
		sameDumps(t, "PostgreSQL", dumpAll(t, seeded(t, dbtest.PostgresDSN(t))), want)
	})
	t.Run("break", func(t *testing.T) {
		a := seedApp(t, dbtest.SQLiteDSN(t))
		ctx, cut := context.WithCancel(t.Context())
		broken := testSeeder(t, a, testSeedSize)
		broken.after = func(written int) {
			if written >= seedUnit {
				cut()
			}
		}
		if err := broken.run(ctx); err == nil {
			t.Fatal("the seed was not cut off")
		}
		if n := count(t, a, `SELECT COUNT(*) FROM tickets`); n == 0 || n == testSeedSize {
			t.Fatalf("%d tickets after the break", n)
		}
		if err := testSeeder(t, a, 7).run(t.Context()); err == nil || !strings.Contains(err.Error(), "--tickets 500") {
			t.Errorf("going on with another size: %v", err)
		}
		if err := testSeeder(t, a, testSeedSize).run(t.Context()); err != nil {
			t.Fatal(err)
		}
		sameDumps(t, "after a break", dumpAll(t, a), want)
	})
}

func TestASeededDeskIsAFoldOfItsLog(t *testing.T) {
	dbtest.EachDSN(t, func(t *testing.T, dsn string) {
		a := seeded(t, dsn)
		eventstest.Check(t, a.log, func(t testing.TB, id events.ID, evs []events.Event) {
			if id == 0 {
				return
			}
			var want tickets.Ticket
			for _, e := range evs {
				if _, err := a.log.Decode(&e); err != nil {
					t.Fatal(err)
				}
				want.Apply(e)
			}
			got, err := a.tickets.Ticket(t.Context(), id)
			if err != nil {
				t.Fatal(err)
			}
			if got.Status != want.Status || got.AssigneeID != want.AssigneeID || got.LastOwnerID != want.LastOwnerID || got.TeamID != want.TeamID ||
				got.Reopens != want.Reopens || got.Handoffs != want.Handoffs || got.ClosesAt != want.ClosesAt || got.UpdatedAt != want.UpdatedAt ||
				got.WaitingSince != want.WaitingSince || got.FirstResponseAt != want.FirstResponseAt || got.Spam != want.Spam ||
				got.CustomerMessages != want.CustomerMessages || !slices.Equal(got.Tags, want.Tags) {
				t.Errorf("ticket %s: row %+v, fold %+v", id, got.Ticket, want)
			}
		})
		facts := func() map[string]string {
			return map[string]string{"facts": dumped(t, a, seedDumps()["ticket_facts"]), "observations": dumped(t, a, seedDumps()["observations"])}
		}
		want := facts()
		err := a.log.Write(t.Context(), events.Unit{By: events.SystemActor}, func(ctx context.Context, tx *events.Tx) error {
			for _, do := range []string{`DELETE FROM ticket_facts`, `DELETE FROM observations`, `INSERT INTO stale_tickets (ticket_id, pos) SELECT id, 1 FROM tickets`} {
				if _, err := tx.ExecContext(ctx, do); err != nil {
					return err
				}
			}
			return nil
		})
		if err == nil {
			err = a.rollups.Refresh(t.Context())
		}
		if err != nil {
			t.Fatal(err)
		}
		sameDumps(t, "folded again", facts(), want)
		for what, query := range map[string]string{
			"people who were asked twice within thirty days": `SELECT COUNT(*) FROM survey_invitations AS a JOIN survey_invitations AS b ON b.customer_id = a.customer_id
				AND b.id <> a.id AND a.withdrawn_at = 0 AND b.withdrawn_at = 0 AND b.asked_at >= a.asked_at AND b.asked_at - a.asked_at < 2592000000`,
			"kinds of surveys that nobody was asked": `SELECT 3 - COUNT(DISTINCT kind) FROM survey_invitations WHERE asked_at > 0`,
			"marks that are missing":                 `SELECT CASE WHEN COUNT(*) > 0 THEN 0 ELSE 1 END FROM releases`,
		} {
			if n := count(t, a, query); n != 0 {
				t.Errorf("%d %s", n, what)
			}
		}
		if n := count(t, a, `SELECT COUNT(*) FROM survey_decisions AS d JOIN survey_invitations AS i ON i.id = d.invitation_id WHERE i.asked_at <> d.at`); n != 0 {
			t.Errorf("%d invitations are not of their decision", n)
		}
	})
}
