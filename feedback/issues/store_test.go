package issues

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"heard/feedback"
	"heard/migrations"
	"heard/migrations/dbtest"
	"heard/tickets"
	"heard/tickets/events"
	"heard/tickets/events/eventstest"
	"heard/tickets/fault"

	"github.com/google/uuid"
)

// shop is a store over tickets that its tests import or post. Agents 1 and 2, customers 1 to 80, inbox 1.
type shop struct {
	*Store
	t       testing.TB
	tickets *tickets.Store
	clock   *eventstest.Clock
	rng     *rand.Rand
	n       int
}

var (
	system = events.SystemActor
	ann    = events.Actor{Kind: events.Agent, ID: 1}
)

const people = 80

func newShop(t testing.TB, db *migrations.DB) *shop {
	t.Helper()
	clock := eventstest.NewClock()
	log := eventstest.Open(t, db, events.Options{Now: clock.Now, Vocabulary: slices.Concat(tickets.Changes(), feedback.IssueChanges()),
		Settle: tickets.Settle})
	d := &shop{NewStore(log, tickets.NewDirectory(log)), t, tickets.NewStore(log), clock, newRand(3), 0}
	customers := make([][]any, people)
	for i := range customers {
		customers[i] = []any{i + 1, fmt.Sprintf("C%d", i+1), fmt.Sprintf("c%d@x.test", i+1), 1, 1}
	}
	d.must(log.Write(t.Context(), events.Unit{By: system}, func(ctx context.Context, tx *events.Tx) error {
		for _, in := range []struct {
			table   string
			columns []string
			rows    [][]any
		}{
			{"teams", []string{"id", "name", "is_default", "created_at"}, [][]any{{1, "Support", true, 1}}},
			{"agents", []string{"id", "name", "email", "role", "created_at"}, [][]any{{1, "Ann", "ann@x.test", "lead", 1}, {2, "Ben", "ben@x.test", "agent", 1}}},
			{"customers", []string{"id", "name", "email", "created_at", "updated_at"}, customers},
			{"visitors", []string{"id", "customer_id", "inbox_id", "created_at", "last_seen_at"}, [][]any{{1, 1, 1, 1, 1}, {2, 2, 1, 1, 1}}},
			{"inboxes", []string{"id", "name", "kind", "public_key", "reopen_days", "created_at"}, [][]any{{1, "Shop", "website", "k1", 7, 1}}},
		} {
			if err := tx.Insert(ctx, in.table, in.columns, in.rows); err != nil {
				return err
			}
		}
		return nil
	}))
	return d
}

func (d *shop) must(err error) {
	d.t.Helper()
	if err != nil {
		d.t.Fatal(err)
	}
}

// matters are what customers of the tests write about: sentences with a choice of words.
var matters = map[string][]string{
	"card":    {"my new card|the credit card|my bank card", "has not arrived|did not arrive in the mail|is still on its way", "when will the card be delivered|how long does delivery of a card take"},
	"refund":  {"I want a refund|please refund my order|where is my refund", "the shoes do not fit|the jacket is too small|wrong size shoes", "I sent the parcel back|return parcel was sent last week"},
	"invoice": {"the invoice is wrong|invoice shows the wrong amount|need a corrected invoice", "tax number is missing|company address is missing", "for our accounting department|our accountant refuses it"},
	"crash":   {"the app crashes|app closes itself|app freezes", "when I open the camera|as soon as the camera starts|taking a photo", "on my android phone|since the android update"},
	"login":   {"the login code never comes|I get no login code", "cannot sign in|unable to sign in", "resend code does nothing|tried resend code ten times"},
}

func (d *shop) say(matter string) string {
	var parts []string
	for _, choice := range matters[matter] {
		words := strings.Split(choice, "|")
		parts = append(parts, words[d.rng.IntN(len(words))])
	}
	return strings.Join(parts, ", ") + "."
}

// told is an imported ticket of so many days ago; agents answered as often as messages says.
func (d *shop) told(matter string, daysAgo, messages int) tickets.History {
	d.n++
	at := d.log.Now().Add(-time.Duration(daysAgo) * 24 * time.Hour).Add(-time.Duration(10+d.rng.IntN(180)) * time.Minute)
	h := tickets.History{ExternalID: fmt.Sprint("h", d.n), Inbox: 1, Customer: events.ID(1 + d.rng.IntN(people)), Channel: tickets.Chat,
		Steps: []tickets.Step{{At: at, Kind: tickets.StepMessage, By: events.Actor{Kind: events.Customer}, Body: d.say(matter)}}}
	for range messages {
		at = at.Add(time.Minute)
		h.Steps = append(h.Steps, tickets.Step{At: at, Kind: tickets.StepMessage, By: ann, Body: "We look into it."})
	}
	h.Steps = append(h.Steps, tickets.Step{At: at.Add(time.Minute), Kind: tickets.StepResolve, By: ann})
	return h
}

// weeks imports 80 days of four usual matters, about one each a day.
func (d *shop) weeks() {
	d.t.Helper()
	var list []tickets.History
	for day := 80; day >= 0; day-- {
		for _, matter := range []string{"card", "refund", "invoice", "crash"} {
			for range d.rng.IntN(3) {
				list = append(list, d.told(matter, day, 2))
			}
		}
	}
	d.load(list)
}

// burst imports n tickets about one matter on each of some days.
func (d *shop) burst(matter string, n int, daysAgo ...int) {
	d.t.Helper()
	var list []tickets.History
	for _, day := range daysAgo {
		for range n {
			list = append(list, d.told(matter, day, 3))
		}
	}
	d.load(list)
}

func (d *shop) load(list []tickets.History) {
	d.t.Helper()
	out, err := d.tickets.Import(d.t.Context(), list)
	d.must(err)
	for i, o := range out {
		if o.Err != nil {
			d.t.Fatalf("import %d: %v", i, o.Err)
		}
	}
}

func (d *shop) night() {
	d.t.Helper()
	d.must(d.Night(d.t.Context()))
}

func (d *shop) list() *List {
	d.t.Helper()
	l, err := d.List(d.t.Context(), Filter{})
	d.must(err)
	return l
}

// about finds the issue that holds most tickets in which customers used a word.
func (d *shop) about(word string) *Issue {
	d.t.Helper()
	var ids []events.ID
	d.must(d.log.Read().NewRaw(`SELECT i.issue_id FROM issue_topics i JOIN topic_members m ON m.topic_id = i.topic_id
		JOIN messages x ON x.ticket_id = m.ticket_id WHERE x.by_kind = 'customer' AND x.body LIKE ? GROUP BY i.issue_id
		ORDER BY COUNT(*) DESC, i.issue_id LIMIT 1`, "%"+word+"%").Scan(d.t.Context(), &ids))
	for _, x := range d.list().Items {
		if slices.Contains(ids, x.ID) {
			return &x
		}
	}
	d.t.Fatalf("no issue is about %q", word)
	return nil
}

func (d *shop) kinds() map[string]int {
	out := map[string]int{}
	for _, k := range eventstest.Kinds(d.t, d.log) {
		out[k]++
	}
	return out
}

// check folds the log and compares it with the rows: tickets, topics of tickets, status of issues.
func (d *shop) check() {
	d.t.Helper()
	status := map[events.ID]Status{}
	eventstest.Check(d.t, d.log, func(t testing.TB, id events.ID, evs []events.Event) {
		var topic events.ID
		pinned := false
		var fold tickets.Ticket
		for _, e := range evs {
			fold.Apply(e)
			switch c := e.Change.(type) {
			case feedback.TopicAssigned:
				if topic != c.From || pinned && c.From == c.Topic {
					t.Errorf("ticket %s: topic.assigned from %s, but it was %s", id, c.From, topic)
				}
				topic = c.Topic
			case feedback.TopicCorrected:
				topic, pinned = c.Topic, true
			case feedback.IssueFlagged:
				if status[c.Issue] == "" {
					status[c.Issue] = Flagged
				}
			case feedback.IssueSplit:
				status[c.Made] = Flagged
			case feedback.IssueStatusChanged:
				if string(status[c.Issue]) != c.From {
					t.Errorf("issue %s: status changed from %s, but it was %s", c.Issue, c.From, status[c.Issue])
				}
				status[c.Issue] = Status(c.To)
			}
		}
		if id == 0 {
			return
		}
		row, err := d.tickets.Ticket(context.Background(), id)
		d.must(err)
		have, err := membersOf(context.Background(), d.log.Read(), []events.ID{id})
		d.must(err)
		if row.TopicID != topic || have[id].TopicID != topic || have[id].Pinned != pinned {
			t.Errorf("ticket %s: topic %s in its row, %+v as a member, %s (pinned %v) in its log", id, row.TopicID, have[id], topic, pinned)
		}
		if row.UpdatedAt != fold.UpdatedAt {
			t.Errorf("ticket %s: a topic moved updated_at to %s, want %s", id, row.UpdatedAt, fold.UpdatedAt)
		}
	})
	all, err := d.issues(context.Background(), `TRUE`)
	d.must(err)
	for _, x := range all {
		if status[x.ID] != x.Status {
			d.t.Errorf("issue %s is %s, its log says %s", x.ID, x.Status, status[x.ID])
		}
	}
}

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

func (d *shop) post(customer events.ID, body string) events.ID {
	d.t.Helper()
	out, err := d.tickets.Post(d.t.Context(), tickets.PostIn{By: events.Actor{Kind: events.Customer, ID: customer}, Sender: tickets.VisitorSender(customer),
		Open:       &tickets.OpenIn{Inbox: 1, Customer: customer, Visitor: customer, Channel: tickets.Chat},
		NewMessage: tickets.NewMessage{ClientID: uuid.NewString(), Body: body}})
	d.must(err)
	return out.Ticket
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
