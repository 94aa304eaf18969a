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
	"heard/tickets"
	"heard/tickets/events"
	"heard/tickets/events/eventstest"

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

func (d *shop) post(customer events.ID, body string) events.ID {
	d.t.Helper()
	out, err := d.tickets.Post(d.t.Context(), tickets.PostIn{By: events.Actor{Kind: events.Customer, ID: customer}, Sender: tickets.VisitorSender(customer),
		Open:       &tickets.OpenIn{Inbox: 1, Customer: customer, Visitor: customer, Channel: tickets.Chat},
		NewMessage: tickets.NewMessage{ClientID: uuid.NewString(), Body: body}})
	d.must(err)
	return out.Ticket
}
