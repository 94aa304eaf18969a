package issues

import (
	"context"
	"slices"
	"strings"
	"testing"
	"time"

	"heard/migrations"
	"heard/migrations/dbtest"
	"heard/tickets"
	"heard/tickets/events"
	"heard/tickets/fault"
)

func TestNightFindsThePlantedBurst(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *migrations.DB) {
		d := newShop(t, db)
		d.weeks()
		d.burst("login", 7, 2, 1)
		d.night()
		x := d.about("code")
		if x.Kind != KindNew || x.Status != Flagged || x.Test.Observed < 12 || !strings.HasPrefix(x.Test.Sentence, "New: ") {
			t.Errorf("issue = %s %s, test %+v", x.Kind, x.Status, x.Test)
		}
		if x.Tickets < 12 || x.Customers < 8 || x.Share.N < 100 || x.Share.Low >= x.Share.Value || x.Hours < 1 || x.Estimated != 1 {
			t.Errorf("figures = %+v", x.Figures)
		}
		if n := len(x.Trend); n != trendDays || x.FirstSeen == 0 || x.LastSeen < x.FirstSeen {
			t.Errorf("%d days of trend, seen %s to %s", n, x.FirstSeen, x.LastSeen)
		}
		detail, err := d.Issue(t.Context(), x.ID)
		d.must(err)
		quotes := Newest(detail.Quotes)
		if len(quotes) != quotesShown || !slices.IsSortedFunc(quotes, func(a, b QuoteView) int { return int(b.At - a.At) }) {
			t.Errorf("quotes = %+v", quotes)
		}
		who := map[events.ID]bool{}
		for _, q := range quotes {
			row, err := d.tickets.Ticket(t.Context(), q.Ticket)
			d.must(err)
			if who[row.CustomerID] || !strings.Contains(q.Text, "code") {
				t.Errorf("quote %+v of customer %s", q, row.CustomerID)
			}
			who[row.CustomerID] = true
		}
		if len(detail.History) != 1 || detail.History[0].To != string(Flagged) || detail.History[0].By.Kind != events.System {
			t.Errorf("history = %+v", detail.History)
		}
		d.check()

		// The next night brings no news, and nothing is said twice.
		before := d.kinds()
		d.clock.Advance(24 * time.Hour)
		d.burst("login", 4, 0)
		d.night()
		again := d.about("code")
		if again.ID != x.ID || d.kinds()["issue.flagged"] != before["issue.flagged"] || again.Test.Observed <= x.Test.Observed {
			t.Errorf("one episode became %+v (flagged %d, then %d times)", again.Test, before["issue.flagged"], d.kinds()["issue.flagged"])
		}
		d.check()
	})
}

func TestTopicsSurviveARestartAndALostState(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *migrations.DB) {
		d := newShop(t, db)
		d.weeks()
		d.burst("login", 7, 2, 1)
		d.night()
		x := d.about("code")
		for _, lost := range []bool{false, true} {
			if lost {
				d.must(d.log.Write(t.Context(), events.Unit{By: system}, func(ctx context.Context, tx *events.Tx) error {
					_, err := tx.NewRaw(`UPDATE topic_state SET model = ?`, []byte("scrap")).Exec(ctx)
					return err
				}))
			}
			before := d.kinds()["topic.assigned"]
			d.clock.Advance(24 * time.Hour)
			other := &shop{NewStore(d.log, tickets.NewDirectory(d.log)), t, d.tickets, d.clock, d.rng, d.n + 1000}
			other.night()
			if y := other.about("code"); y.ID != x.ID || y.Name != x.Name {
				t.Errorf("lost %v: issue %s %q became %s %q", lost, x.ID, x.Name, y.ID, y.Name)
			}
			if moved := d.kinds()["topic.assigned"] - before; moved > 60 {
				t.Errorf("lost %v: %d tickets changed their topic without news", lost, moved)
			}
		}
		d.check()
	})
}

func TestNightsComeWhenTheyAreDue(t *testing.T) {
	d := newShop(t, dbtest.SQLite(t)) // it is noon
	nights := func() int64 {
		t.Helper()
		d.must(d.NightIfDue(t.Context()))
		st, err := d.readMark(t.Context())
		d.must(err)
		return st.Version
	}
	for _, tt := range []struct {
		name    string
		tickets int
		later   time.Duration
		want    int64
	}{
		{"an empty desk", 0, 0, 0}, {"the first ticket", 1, 0, 1}, {"a few more", 20, 0, 1}, {"an import", 120, 0, 2}, {"nothing new", 0, 0, 2},
		{"one in the night", 0, 13 * time.Hour, 2}, {"two in the night", 0, time.Hour, 3}, {"three in the night", 0, time.Hour, 3},
	} {
		d.clock.Advance(tt.later)
		d.burst("card", tt.tickets, 0)
		if got := nights(); got != tt.want {
			t.Errorf("%s: %d nights, want %d", tt.name, got, tt.want)
		}
	}
	// A state that another version of the program wrote is made anew at once, not only in the small hours.
	d.must(d.log.Write(t.Context(), events.Unit{By: system}, func(ctx context.Context, tx *events.Tx) error {
		_, err := tx.NewRaw(`UPDATE topic_state SET model = ?`, []byte("scrap")).Exec(ctx)
		return err
	}))
	d.must(d.Load(t.Context()))
	for range 2 {
		if got := nights(); got != 4 {
			t.Errorf("after a state that cannot be read: %d nights, want 4", got)
		}
	}
}

func TestArrivalSuggestsATopic(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *migrations.DB) {
		d := newShop(t, db)
		if _, err := d.log.CatchUp(t.Context(), d.Consumer()); err != nil {
			t.Fatal(err)
		}
		d.weeks()
		d.night()
		ticket := d.post(1, "Hello, the app crashes when I open the camera on my android phone.")
		quiet := d.post(2, "Hello there")
		if _, err := d.log.CatchUp(t.Context(), d.Consumer()); err != nil {
			t.Fatal(err)
		}
		row, err := d.tickets.Ticket(t.Context(), ticket)
		d.must(err)
		names, err := d.TopicNames(t.Context(), []events.ID{row.TopicID})
		d.must(err)
		if name := strings.ToLower(names[row.TopicID]); !strings.Contains(name, "camera") && !strings.Contains(name, "app") && !strings.Contains(name, "android") {
			t.Errorf("the topic is %s %q", row.TopicID, name)
		}
		evs, err := d.log.Of(t.Context(), ticket, 0, 100, false)
		d.must(err)
		if last := evs[len(evs)-1]; last.Kind != "topic.assigned" || last.By != system {
			t.Errorf("the last event is %s by %+v", last.Kind, last.By)
		}
		if row, err = d.tickets.Ticket(t.Context(), quiet); err != nil || row.TopicID != 0 {
			t.Errorf("a greeting has topic %s, %v", row.TopicID, err)
		}
		d.check()
	})
}

func TestActsOfPeopleLast(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *migrations.DB) {
		d := newShop(t, db)
		d.weeks()
		d.burst("login", 7, 2, 1)
		d.night()
		x := d.about("code")
		name, status := "Codes do not arrive", Acknowledged
		d.must(d.Change(t.Context(), ann, x.ID, Patch{Name: &name, Status: &status, Owner: &[]events.ID{2}[0]}))
		for _, bad := range []Patch{{Status: &[]Status{Verified}[0]}, {Name: &[]string{"  "}[0]}, {Owner: &[]events.ID{99}[0]},
			{FixedAt: &[]events.Time{5}[0]}} {
			if err := d.Change(t.Context(), ann, x.ID, bad); fault.KindOf(err) != fault.Invalid {
				t.Errorf("%+v: %v", bad, err)
			}
		}
		if err := d.Change(t.Context(), ann, 999, Patch{Status: &status}); fault.KindOf(err) != fault.NotFound {
			t.Errorf("an issue that is not there: %v", err)
		}

		// Split three off: they stay where they were put.
		topics, err := d.TopicsOf(t.Context(), x.ID)
		d.must(err)
		var members []events.ID
		d.must(d.log.Read().NewRaw(`SELECT ticket_id FROM topic_members WHERE topic_id = ? ORDER BY ticket_id LIMIT 3`, topics[0]).Scan(t.Context(), &members))
		made, err := d.Split(t.Context(), ann, x.ID, members)
		d.must(err)
		if _, err := d.Split(t.Context(), ann, x.ID, members); fault.KindOf(err) != fault.Invalid {
			t.Errorf("splitting off what is gone: %v", err)
		}
		// Merge another one in: its topic becomes this one's.
		var other *Issue
		for _, y := range d.list().Items {
			if y.ID != x.ID && y.ID != made {
				other = &y
			}
		}
		if other == nil {
			t.Fatal("there is no other issue to merge")
		}
		d.must(d.Merge(t.Context(), ann, other.ID, x.ID))
		if y, err := d.Issue(t.Context(), other.ID); err != nil || y.ID != x.ID {
			t.Errorf("a merged issue leads to %v, %v", y, err)
		}
		d.check()
		for range 3 {
			d.clock.Advance(24 * time.Hour)
			d.night()
		}
		y, err := d.Issue(t.Context(), x.ID)
		d.must(err)
		if y.Name != name || y.Status != Acknowledged || y.Owner != 2 || y.Tickets <= other.Tickets {
			t.Errorf("after three nights: %q %s, owner %s, %d tickets", y.Name, y.Status, y.Owner, y.Tickets)
		}
		if part, err := d.Issue(t.Context(), made); err != nil || part.Tickets < 3 || len(part.Quotes) == 0 || part.ID != made {
			t.Errorf("the split issue: %+v, %v", part, err)
		}
		have, err := membersOf(t.Context(), d.log.Read(), members)
		d.must(err)
		for _, id := range members {
			if have[id].TopicID == topics[0] || !have[id].Pinned {
				t.Errorf("ticket %s went back: %+v", id, have[id])
			}
		}
		if k := d.kinds(); k["issue.merged"] < 1 || k["issue.split"] != 1 || k["issue.changed"] != 1 || k["topic.corrected"] < 10 {
			t.Errorf("events = %v", k)
		}
		d.check()
	})
}

func TestAFixIsJudgedAndARelapseReopens(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *migrations.DB) {
		d := newShop(t, db)
		d.weeks()
		var before []int
		for day := range 7 {
			before = append(before, day+1)
		}
		d.burst("login", 4, before...)
		d.night()
		x := d.about("code")
		status := Marked
		d.must(d.Change(t.Context(), ann, x.ID, Patch{Status: &status}))
		y, err := d.Issue(t.Context(), x.ID)
		d.must(err)
		if y.Status != Marked || y.FixedAt == 0 || y.Verdict == nil || y.Verdict.State != TooEarly || y.Verdict.Projected == nil {
			t.Fatalf("just fixed: %s %s, verdict %+v", y.Status, y.FixedAt, y.Verdict)
		}
		quiet := func(days int) {
			var list []tickets.History
			for day := days - 1; day >= 0; day-- {
				for _, matter := range []string{"card", "refund", "invoice", "crash"} {
					list = append(list, d.told(matter, day, 2))
				}
			}
			d.load(list)
		}
		d.clock.Advance(21 * 24 * time.Hour)
		quiet(21)
		d.night()
		if y, err = d.Issue(t.Context(), x.ID); err != nil || y.Status != Verified || y.Verdict.State != Fixed {
			t.Fatalf("three quiet weeks later: %s, verdict %+v, %v", y.Status, y.Verdict, err)
		}
		d.clock.Advance(2 * 24 * time.Hour)
		quiet(2)
		d.burst("login", 6, 1, 0)
		flagged := d.kinds()["issue.flagged"]
		d.night()
		if y, err = d.Issue(t.Context(), x.ID); err != nil || y.Status != Regressed || y.Kind != KindRegressed {
			t.Fatalf("after the relapse: %s %s, %v", y.Status, y.Kind, err)
		}
		told := " came back on " + y.Relapse.At.Std().UTC().Format("2 January") + ": "
		if r := y.Relapse; r.At != y.History[0].At || r.Between != 6 || r.Since != 6 || !strings.Contains(y.Verdict.Sentence, told) ||
			!strings.Contains(r.Sentence, "6 conversations in the 23 days between, 6 since then.") {
			t.Errorf("relapse = %+v, verdict %q", r, y.Verdict.Sentence)
		}
		if y.History[0].To != string(Regressed) || y.History[0].Verdict == nil || y.History[0].Verdict.State != Fixed {
			t.Errorf("the history forgot the verdict: %+v", y.History[0])
		}
		if n := d.kinds()["issue.flagged"]; n != flagged+1 {
			t.Errorf("%d flags, want one more than %d", n, flagged)
		}
		d.check()
	})
}

func TestForgetLeavesNoWord(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *migrations.DB) {
		d := newShop(t, db)
		d.weeks()
		d.burst("login", 7, 2, 1)
		var list []tickets.History
		for range 6 {
			h := d.told("login", 1, 1)
			h.Steps[0].Body = "zanzibarquux " + h.Steps[0].Body
			list = append(list, h)
		}
		d.load(list)
		d.night()
		var ids []events.ID
		d.must(d.log.Read().NewRaw(`SELECT ticket_id FROM messages WHERE body LIKE '%zanzibarquux%'`).Scan(t.Context(), &ids))
		holds := func() bool {
			st, err := d.readState(t.Context())
			d.must(err)
			m, err := Restore(st.Model)
			d.must(err)
			for _, f := range m.vocab.features {
				if strings.HasPrefix(f.Stem, "zanzibar") {
					return true
				}
			}
			return false
		}
		if !holds() {
			t.Fatal("the state does not hold the word in the first place")
		}
		d.must(d.Forget(t.Context(), ids...))
		if holds() {
			t.Error("the state holds a forgotten word")
		}
		var left int
		d.must(d.log.Read().NewRaw(`SELECT (SELECT COUNT(*) FROM topics WHERE terms LIKE '%zanzibar%') + (SELECT COUNT(*) FROM exemplars WHERE ticket_id IN (
			SELECT ticket_id FROM messages WHERE body LIKE '%zanzibarquux%'))`).Scan(t.Context(), &left))
		if left != 0 {
			t.Errorf("%d names or quotes are left", left)
		}
	})
}

func TestTopForTheReport(t *testing.T) {
	d := newShop(t, dbtest.SQLite(t))
	d.weeks()
	d.burst("login", 7, 2, 1)
	d.night()
	now := d.log.Now()
	rows, err := d.Top(t.Context(), now.Add(-7*24*time.Hour), now, 3)
	d.must(err)
	if len(rows) == 0 || len(rows) > 3 {
		t.Fatalf("top = %+v", rows)
	}
	i := slices.IndexFunc(rows, func(r ReportIssue) bool { return r.ID == d.about("code").ID })
	if i < 0 || rows[i].Tickets < 12 || rows[i].Before != 0 || rows[i].Expected == nil || *rows[i].Expected > 1 || rows[i].Hours <= 0 {
		t.Errorf("the burst stands at %d: %+v", i, rows)
	}
}
