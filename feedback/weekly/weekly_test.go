package weekly_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"heard/feedback"
	"heard/feedback/weekly"
	"heard/migrations"
	"heard/migrations/dbtest"
	"heard/tickets"
	"heard/tickets/events"
	"heard/tickets/events/eventstest"
	"heard/tickets/fault"
	"heard/tickets/jobs"
)

// desk is a desk with one manager, on a Wednesday of week 10 of 2026, in UTC.
type desk struct {
	*weekly.Store
	t      testing.TB
	log    *events.Log
	people *tickets.People
	clock  *eventstest.Clock
	mia    *tickets.Agent
	by     events.Actor
}

func newDesk(t testing.TB, db *migrations.DB) *desk {
	t.Helper()
	d := &desk{t: t, clock: eventstest.NewClock()}
	d.log = eventstest.Open(t, db, events.Options{Now: d.clock.Now, Settle: tickets.Settle, Vocabulary: slices.Concat(tickets.Changes(), feedback.Changes(), jobs.Changes())})
	secrets, err := tickets.NewSecrets([32]byte{1})
	d.must(err)
	d.people = tickets.NewPeople(d.log, secrets)
	zone := "UTC"
	_, err = d.people.ChangeSettings(t.Context(), events.SystemActor, tickets.SettingsPatch{TimeZone: &zone})
	d.must(err)
	d.mia, err = d.people.CreateAgent(t.Context(), events.SystemActor, tickets.AgentIn{Email: "mia@example.test", Name: "Mia", Role: tickets.RoleManager})
	d.must(err)
	d.by = events.Actor{Kind: events.Agent, ID: d.mia.ID}
	d.Store, err = weekly.New(t.Context(), d.log, d.people)
	d.must(err)
	return d
}

func (d *desk) must(err error) {
	d.t.Helper()
	if err != nil {
		d.t.Fatal(err)
	}
}

// fields names what an error complains about.
func fields(err error) string {
	var out []string
	if err != nil {
		for _, f := range fault.Of(err).Fields {
			out = append(out, f.Field)
		}
	}
	return strings.Join(out, " ")
}

func TestActionsAreCarriedUntilDone(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *migrations.DB) {
		d := newDesk(t, db)
		made, err := d.AddAction(t.Context(), d.by, weekly.ActionIn{Text: "  Ask the carrier \t about parcels ", Owner: d.mia.ID, Due: "2026-03-12"})
		d.must(err)
		if made.Text != "Ask the carrier about parcels" || made.OwnerName != "Mia" || made.State != weekly.Open || made.WeekMade != "2026-W10" || made.DoneWeek != "" {
			t.Errorf("made = %+v", made)
		}
		other, err := d.AddAction(t.Context(), d.by, weekly.ActionIn{Text: "Write it down"})
		d.must(err)
		week := events.TimeOf(d.clock.Now())
		d.clock.Advance(8 * 24 * time.Hour)
		before := events.TimeOf(d.clock.Now())
		d.clock.Advance(time.Minute)
		done, dropped := weekly.Done, weekly.Dropped
		got, err := d.ChangeAction(t.Context(), d.by, made.ID, weekly.ActionPatch{State: &done})
		d.must(err)
		if got.DoneWeek != "2026-W11" || got.DoneAt == 0 {
			t.Errorf("done = %+v", got)
		}
		_, err = d.ChangeAction(t.Context(), d.by, other.ID, weekly.ActionPatch{State: &dropped})
		d.must(err)
		log := len(eventstest.Kinds(t, d.log))
		_, err = d.ChangeAction(t.Context(), d.by, other.ID, weekly.ActionPatch{State: &dropped})
		d.must(err)
		if n := len(eventstest.Kinds(t, d.log)); n != log {
			t.Error("the same again left a trace")
		}
		after := events.TimeOf(d.clock.Now()) + 1

		// What was so then stays so, whatever came after.
		for _, tt := range []struct {
			from, to events.Time
			want     string
		}{{week, week, ""}, {week, before, "open 2026-03-12;open"}, {before, after, "done 2026-03-12"}, {after, after + 1, ""}} {
			list, err := d.ActionsAt(t.Context(), tt.from, tt.to)
			d.must(err)
			var said []string
			for _, a := range list {
				said = append(said, strings.TrimSpace(a.State+" "+a.Due))
				if a.Text != "" || a.Owner != "" {
					t.Errorf("a frozen action holds words: %+v", a)
				}
			}
			if got := strings.Join(said, ";"); got != tt.want {
				t.Errorf("[%s, %s) = %q, want %q", tt.from, tt.to, got, tt.want)
			}
		}
		open, err := d.Actions(t.Context(), weekly.Open, 10)
		d.must(err)
		all, err := d.Actions(t.Context(), "", 10)
		d.must(err)
		if len(open) != 0 || len(all) != 2 {
			t.Errorf("open %v, all %v", open, all)
		}
		reopened := weekly.Open
		if got, err = d.ChangeAction(t.Context(), d.by, made.ID, weekly.ActionPatch{State: &reopened}); err != nil || got.DoneAt != 0 || got.DoneWeek != "" {
			t.Errorf("opened again = %+v, %v", got, err)
		}
	})
}

func TestBadInputIsNamedAndNotKept(t *testing.T) {
	d := newDesk(t, dbtest.SQLite(t))
	no, eight, far := "maybe", 8, 24
	made, err := d.AddAction(t.Context(), d.by, weekly.ActionIn{Text: "Fine"})
	d.must(err)
	log := len(eventstest.Kinds(t, d.log))
	add := func(in weekly.ActionIn) func() error {
		return func() error { _, err := d.AddAction(t.Context(), d.by, in); return err }
	}
	subscribe := func(in weekly.SubscriberIn) func() error {
		return func() error { _, _, err := d.Subscribe(t.Context(), d.by, in); return err }
	}
	share := func(in weekly.ShareIn) func() error {
		return func() error { _, err := d.Share(t.Context(), d.by, in); return err }
	}
	for want, call := range map[string]func() error{
		"text":       add(weekly.ActionIn{Text: " "}),
		"text due":   add(weekly.ActionIn{Text: strings.Repeat("x", 201), Due: "tomorrow"}),
		"owner":      add(weekly.ActionIn{Text: "a", Owner: 999}),
		"issue":      add(weekly.ActionIn{Text: "a", Issue: 999}),
		"text owner": add(weekly.ActionIn{Text: "a\u202eb", Owner: 999}),
		"due":        add(weekly.ActionIn{Text: "a", Due: "2026-03-01"}), // the Sunday before
		"state": func() error {
			_, err := d.ChangeAction(t.Context(), d.by, made.ID, weekly.ActionPatch{State: &no})
			return err
		},
		"address":      subscribe(weekly.SubscriberIn{Address: "Mia <mia@example.test>"}),
		"agent":        subscribe(weekly.SubscriberIn{Agent: 999}),
		"language":     subscribe(weekly.SubscriberIn{Address: "a@b.test", Language: &no}),
		"weekday":      subscribe(weekly.SubscriberIn{Address: "a@b.test", Weekday: &eight}),
		"hour":         subscribe(weekly.SubscriberIn{Address: "a@b.test", Hour: &far}),
		"address hour": subscribe(weekly.SubscriberIn{Hour: &far}),
		"days":         share(weekly.ShareIn{Week: "2026-W09", Days: 366}),
		"week":         share(weekly.ShareIn{Week: "2026-W11"}),
	} {
		if got := fields(call()); got != want {
			t.Errorf("complains about %q, want %q", got, want)
		}
	}
	if fields(share(weekly.ShareIn{Week: "2026-W54"})()) != "week" {
		t.Error("an odd week passes")
	}
	if _, err := d.ChangeAction(t.Context(), d.by, 999, weekly.ActionPatch{}); fault.KindOf(err) != fault.NotFound {
		t.Errorf("an unknown action: %v", err)
	}
	gone, monday := "2026-03-01", "2026-03-02"
	_, err = d.ChangeAction(t.Context(), d.by, made.ID, weekly.ActionPatch{Due: &gone})
	if got := fields(err); got != "due" {
		t.Errorf("a day before its week: complains about %q, want due", got)
	}
	if n := len(eventstest.Kinds(t, d.log)); n != log {
		t.Errorf("refused input left %d events", n-log)
	}
	d.clock.Advance(14 * 24 * time.Hour) // the week in which it was made counts, not the running one
	if got, err := d.ChangeAction(t.Context(), d.by, made.ID, weekly.ActionPatch{Due: &monday}); err != nil || got.Due != monday {
		t.Errorf("the Monday of its week: %+v, %v", got, err)
	}
}

func TestLinksOpenUntilTheyAreOverOrTakenBack(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *migrations.DB) {
		d := newDesk(t, db)
		share := func() *weekly.ReportLink {
			x, err := d.Share(t.Context(), d.by, weekly.ShareIn{Week: "2026-W09", Quotes: true, Days: 2})
			d.must(err)
			return x
		}
		first, second := share(), share()
		token := d.Token(first)
		if x, err := d.Opened(t.Context(), token); err != nil || x.Week != "2026-W09" || !x.Quotes || x.Tickets {
			t.Errorf("opened = %+v, %v", x, err)
		}
		flip := func(i int) string {
			b := []byte(token)
			b[i] ^= 1
			return string(b)
		}
		for _, bad := range []string{"", ".", token[:len(token)-1], flip(0), flip(len(token) - 2), first.PublicID + "." + strings.Split(d.Token(second), ".")[1]} {
			if _, err := d.Opened(t.Context(), bad); fault.KindOf(err) != fault.NotFound {
				t.Errorf("%q opens: %v", bad, err)
			}
		}
		d.must(d.Revoke(t.Context(), d.by, first.ID))
		if _, err := d.Opened(t.Context(), token); fault.KindOf(err) != fault.NotFound {
			t.Errorf("a link that was taken back opens: %v", err)
		}
		if err := d.Revoke(t.Context(), d.by, first.ID); fault.KindOf(err) != fault.NotFound {
			t.Errorf("taken back twice: %v", err)
		}
		list, err := d.Shares(t.Context())
		if err != nil || len(list) != 1 || list[0].ID != second.ID || list[0].ByName != "Mia" {
			t.Errorf("list = %+v, %v", list, err)
		}
		d.clock.Advance(49 * time.Hour)
		if _, err := d.Opened(t.Context(), d.Token(second)); fault.KindOf(err) != fault.NotFound {
			t.Errorf("a link that is over opens: %v", err)
		}
	})
}

func TestSubscribersAreOnePersonOnce(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *migrations.DB) {
		d := newDesk(t, db)
		sub, fresh, err := d.Subscribe(t.Context(), d.by, weekly.SubscriberIn{Address: "Boss@Example.test"})
		d.must(err)
		if want := time.Date(2026, 3, 9, 8, 0, 0, 0, time.UTC); !fresh || sub.Address != "boss@example.test" || !sub.NextAt.Std().Equal(want) {
			t.Errorf("sub = %+v, want the next at %s", sub, want)
		}
		again, fresh, err := d.Subscribe(t.Context(), d.by, weekly.SubscriberIn{Address: "boss@example.test", Quotes: true})
		if err != nil || fresh || again.ID != sub.ID || again.Quotes {
			t.Errorf("again = %+v, %v, %v", again, fresh, err)
		}
		_, _, err = d.Subscribe(t.Context(), d.by, weekly.SubscriberIn{Agent: d.mia.ID})
		d.must(err)
		if own, err := d.Subscribers(t.Context(), d.mia.ID); err != nil || len(own) != 1 || own[0].AgentName != "Mia" {
			t.Errorf("own = %+v, %v", own, err)
		}
		id, err := d.Leaving(d.Leave(sub.ID))
		if err != nil || id != sub.ID {
			t.Errorf("leaving = %v, %v", id, err)
		}
		if _, err := d.Leaving("2" + d.Leave(sub.ID)[1:]); sub.ID == 1 && err == nil {
			t.Error("another's signature ends a subscription")
		}
		d.must(d.Unsubscribe(t.Context(), events.SystemActor, sub.ID))
		d.must(d.Unsubscribe(t.Context(), events.SystemActor, sub.ID))
		if all, err := d.Subscribers(t.Context(), 0); err != nil || len(all) != 1 {
			t.Errorf("all = %+v, %v", all, err)
		}
		if _, fresh, err := d.Subscribe(t.Context(), d.by, weekly.SubscriberIn{Address: "boss@example.test"}); err != nil || !fresh {
			t.Errorf("whoever left may come back: %v, %v", fresh, err)
		}
	})
}
