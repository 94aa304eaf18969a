package rollups_test

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"heard/feedback"
	"heard/feedback/rollups"
	"heard/feedback/surveys"
	"heard/migrations"
	"heard/tickets"
	"heard/tickets/events"
	"heard/tickets/events/eventstest"
)

// desk is a helpdesk in Berlin with two teams, agents 1 to 3, customers 1 to 9 without an address, and an inbox that is
// open Monday to Friday from nine to five.
type desk struct {
	*rollups.Rollups
	t       testing.TB
	log     *events.Log
	store   *tickets.Store
	surveys *answers

	mu  sync.Mutex
	now time.Time
	n   int
}

// answers are surveys by hand.
type answers struct {
	list, ease []surveys.Answer
	revised    map[string][]surveys.Revised // by kind
	during     func()                       // called once, while somebody reads
}

func (a *answers) CSAT(ctx context.Context, from, to events.Time) ([]surveys.Answer, error) {
	return a.Answers(ctx, surveys.CSAT, from, to)
}

func (a *answers) Answers(_ context.Context, kind string, from, to events.Time) ([]surveys.Answer, error) {
	if f := a.during; f != nil {
		a.during = nil
		f()
	}
	var out []surveys.Answer
	for _, x := range map[string][]surveys.Answer{surveys.CSAT: a.list, "ces": a.ease}[kind] {
		if x.AskedAt >= from && x.AskedAt < to || x.AnsweredAt >= from && x.AnsweredAt < to {
			out = append(out, x)
		}
	}
	return out, nil
}

func (a *answers) Revised(_ context.Context, kind string, from, to events.Time) ([]surveys.Revised, error) {
	return slices.DeleteFunc(slices.Clone(a.revised[kind]), func(x surveys.Revised) bool {
		return (x.AskedAt < from || x.AskedAt >= to) && (x.AnsweredAt < from || x.AnsweredAt >= to)
	}), nil
}

// berlin is where the desk is.
var berlin = func() *time.Location {
	loc, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		panic(err)
	}
	return loc
}()

// local is a moment in Berlin: "2026-03-16 10:00".
func local(t testing.TB, text string) events.Time {
	t.Helper()
	at, err := time.ParseInLocation("2006-01-02 15:04", text, berlin)
	if err != nil {
		t.Fatal(err)
	}
	return events.TimeOf(at)
}

func newDesk(t testing.TB, db *migrations.DB, now string) *desk {
	t.Helper()
	d := &desk{t: t, now: local(t, now).Std(), surveys: &answers{}}
	clock := func() time.Time {
		d.mu.Lock()
		defer d.mu.Unlock()
		return d.now
	}
	d.log = eventstest.Open(t, db, events.Options{Now: clock, Vocabulary: slices.Concat(tickets.Changes(), feedback.Changes()), Settle: tickets.Settle})
	d.store = tickets.NewStore(d.log)
	d.Rollups = rollups.New(d.log, tickets.NewDirectory(d.log), d.surveys, nil)
	week, err := json.Marshal([]tickets.Interval{{Day: 1, From: "09:00", To: "17:00"}, {Day: 2, From: "09:00", To: "17:00"},
		{Day: 3, From: "09:00", To: "17:00"}, {Day: 4, From: "09:00", To: "17:00"}, {Day: 5, From: "09:00", To: "17:00"}})
	d.must(err)
	var customers, agents [][]any
	for i := 1; i <= 9; i++ {
		customers = append(customers, []any{i, 1, 1})
	}
	for i, name := range []string{"Ann", "Ben", "Cho"} {
		agents = append(agents, []any{i + 1, name, name + "@x.test", "agent", 1})
	}
	d.must(d.log.Write(t.Context(), events.Unit{By: events.SystemActor}, func(ctx context.Context, tx *events.Tx) error {
		for _, in := range []struct {
			table   string
			columns []string
			rows    [][]any
		}{
			{"settings", []string{"key", "value", "updated_at"}, [][]any{{"time_zone", `"Europe/Berlin"`, 1}, {"desk_name", `"Acme"`, 1}}},
			{"schedules", []string{"id", "name", "time_zone", "intervals", "created_at"}, [][]any{{1, "Office", "Europe/Berlin", string(week), 1}}},
			{"schedule_versions", []string{"schedule_id", "from_at", "time_zone", "intervals", "holidays"}, [][]any{{1, 0, "Europe/Berlin", string(week), "[]"}}},
			{"teams", []string{"id", "name", "is_default", "created_at"}, [][]any{{1, "Support", true, 1}, {2, "Billing", false, 1}}},
			{"agents", []string{"id", "name", "email", "role", "created_at"}, agents},
			{"customers", []string{"id", "created_at", "updated_at"}, customers},
			{"inboxes", []string{"id", "name", "kind", "public_key", "schedule_id", "created_at"}, [][]any{{1, "Shop", "website", "k1", 1, 1}}},
		} {
			if err := tx.Insert(ctx, in.table, in.columns, in.rows); err != nil {
				return fmt.Errorf("%s: %w", in.table, err)
			}
		}
		return nil
	}))
	return d
}

func (d *desk) must(err error) {
	d.t.Helper()
	if err != nil {
		d.t.Fatal(err)
	}
}

// later moves the clock.
func (d *desk) later(by time.Duration) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.now = d.now.Add(by)
}

func agent(id events.ID) events.Actor { return events.Actor{Kind: events.Agent, ID: id} }

var customer = events.Actor{Kind: events.Customer}

// says, assigns and so on are the steps of a history.
func (d *desk) says(at string, by events.Actor) tickets.Step {
	return tickets.Step{At: local(d.t, at), Kind: tickets.StepMessage, By: by, Body: "words"}
}

func (d *desk) does(at string, kind tickets.StepKind, by events.Actor) tickets.Step {
	return tickets.Step{At: local(d.t, at), Kind: kind, By: by}
}

func (d *desk) gives(at string, kind tickets.StepKind, by events.Actor, to events.ID, reason string) tickets.Step {
	return tickets.Step{At: local(d.t, at), Kind: kind, By: by, To: tickets.To{Agent: to}, Reason: reason}
}

// lives imports a ticket and returns its id.
func (d *desk) lives(channel tickets.Channel, of events.ID, steps ...tickets.Step) events.ID {
	d.t.Helper()
	d.n++
	out, err := d.store.Import(d.t.Context(), []tickets.History{{ExternalID: fmt.Sprint("h", d.n), Inbox: 1, Customer: of,
		Channel: channel, Subject: "s", Steps: steps}})
	d.must(err)
	return out[0].Ticket
}

// run lets the consumer and the job do their work.
func (d *desk) run() {
	d.t.Helper()
	_, err := d.log.CatchUp(d.t.Context(), d.Consumer())
	d.must(err)
	d.must(d.Run(d.t.Context()))
}

func (d *desk) report(week string) *rollups.Report {
	d.t.Helper()
	_, err := d.log.CatchUp(d.t.Context(), d.Consumer())
	d.must(err)
	rep, err := d.Report(d.t.Context(), week, rollups.Filter{})
	d.must(err)
	return rep
}

// dump is every row of a table, as text.
func (d *desk) dump(table, order string) string {
	d.t.Helper()
	var rows []map[string]any
	d.must(d.log.Read().NewRaw(`SELECT * FROM `+table+` ORDER BY `+order).Scan(d.t.Context(), &rows))
	text, err := json.Marshal(rows)
	d.must(err)
	return string(text)
}

// rebuild forgets everything that was derived but the stored weeks, and reads the log from its beginning.
func rebuild(ctx context.Context, tx *events.Tx) error {
	for _, table := range []string{"ticket_facts", "observations", "stale_tickets", "stale_days", "stale_weeks", "period_facts", "fact_periods",
		"moved_tickets", "handling_days", "online_spans"} {
		if _, err := tx.NewRaw(`DELETE FROM ` + table).Exec(ctx); err != nil {
			return err
		}
	}
	_, err := tx.NewRaw(`DELETE FROM cursors WHERE name = 'rollups'`).Exec(ctx)
	return err
}

// addAddress gives a customer an address, so that a chat that was left stays open.
func (d *desk) addAddress(id events.ID) {
	d.t.Helper()
	d.must(d.log.Write(d.t.Context(), events.Unit{By: events.SystemActor}, func(ctx context.Context, tx *events.Tx) error {
		_, err := tx.NewRaw(`UPDATE customers SET email = 'a@x.test' WHERE id = ?`, id).Exec(ctx)
		return err
	}))
}
