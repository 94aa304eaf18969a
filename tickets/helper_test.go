package tickets_test

import (
	"context"
	"encoding/json"
	"fmt"
	"reflect"
	"slices"
	"testing"
	"time"

	"heard/migrations"
	"heard/tickets"
	"heard/tickets/events"
	"heard/tickets/events/eventstest"

	"github.com/google/uuid"
)

// desk is a store with the people that its tests need. Ids are small and known: inbox 1, teams 1 (the default) and 2,
// agents 1 to 3, customers 1 (no address) and 2 (with one), visitors 1 and 2 of customers 1 and 2.
type desk struct {
	*tickets.Store
	t     testing.TB
	log   *events.Log
	clock *eventstest.Clock
}

const (
	inbox      events.ID = 1
	team1      events.ID = 1
	team2      events.ID = 2
	nameless   events.ID = 1
	withEmail  events.ID = 2
	reopenDays           = 7
)

var (
	ann = events.Actor{Kind: events.Agent, ID: 1}
	ben = events.Actor{Kind: events.Agent, ID: 2}
	cho = events.Actor{Kind: events.Agent, ID: 3}
	cus = events.Actor{Kind: events.Customer, ID: nameless}
	sam = events.Actor{Kind: events.Customer, ID: withEmail}
	bot = events.Actor{Kind: events.Bot, ID: 9}
	sys = events.SystemActor
)

func newDesk(t testing.TB, db *migrations.DB) *desk {
	t.Helper()
	clock := eventstest.NewClock()
	log, err := events.Open(t.Context(), db, events.Options{Now: clock.Now, Vocabulary: tickets.Changes(), Settle: tickets.Settle})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
		defer cancel()
		if err := log.Close(ctx); err != nil {
			t.Errorf("close log: %v", err)
		}
	})
	d := &desk{tickets.NewStore(log), t, log, clock}
	d.must(log.Write(t.Context(), events.Unit{By: sys}, func(ctx context.Context, tx *events.Tx) error {
		for _, in := range []struct {
			table   string
			columns []string
			rows    [][]any
		}{
			{"teams", []string{"id", "name", "is_default", "created_at"}, [][]any{{1, "Support", true, 1}, {2, "Billing", false, 1}}},
			{"agents", []string{"id", "name", "email", "role", "availability", "capacity", "created_at"}, [][]any{
				{1, "Ann", "ann@x.test", "agent", "online", 4, 1}, {2, "Ben", "ben@x.test", "agent", "online", 1, 1},
				{3, "Cho", "cho@x.test", "agent", "offline", 4, 1}}},
			{"customers", []string{"id", "name", "email", "created_at", "updated_at"}, [][]any{{1, "", "", 1, 1}, {2, "Sam Sample", "sam@y.test", 1, 1}}},
			{"visitors", []string{"id", "customer_id", "inbox_id", "created_at", "last_seen_at"}, [][]any{{1, 1, 1, 1, 1}, {2, 2, 1, 1, 1}}},
			{"inboxes", []string{"id", "name", "kind", "public_key", "reopen_days", "created_at"}, [][]any{{1, "Shop", "website", "k1", reopenDays, 1}}},
		} {
			if err := tx.Insert(ctx, in.table, in.columns, in.rows); err != nil {
				return err
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

// door is the router's, under a lease that nobody takes away.
func (d *desk) door() *tickets.Dispatcher {
	d.t.Helper()
	d.must(d.log.Write(d.t.Context(), events.Unit{By: sys}, func(ctx context.Context, tx *events.Tx) error {
		return tx.Insert(ctx, "leases", []string{"name", "holder", "fence", "until"}, [][]any{{tickets.RouterLease, "test", 1, 0}})
	}))
	return d.Dispatcher(1)
}

func newID() string { return uuid.NewString() }

func chatOf(customer events.ID) *tickets.OpenIn {
	return &tickets.OpenIn{Inbox: inbox, Customer: customer, Visitor: customer, Channel: tickets.Chat}
}

// start opens a chat with a first message and returns its ticket.
func (d *desk) start(by events.Actor) events.ID {
	d.t.Helper()
	out, err := d.Post(d.t.Context(), tickets.PostIn{By: by, Sender: tickets.VisitorSender(by.ID), Open: chatOf(by.ID),
		NewMessage: tickets.NewMessage{ClientID: newID(), Body: "Hello"}})
	d.must(err)
	return out.Ticket
}

func (d *desk) postIn(by events.Actor, id events.ID, body string) tickets.PostIn {
	sender := tickets.AgentSender(by.ID)
	if by.Kind == events.Customer {
		sender = tickets.VisitorSender(by.ID)
	}
	return tickets.PostIn{By: by, Sender: sender, Ticket: id, NewMessage: tickets.NewMessage{ClientID: newID(), Body: body}}
}

func (d *desk) say(by events.Actor, id events.ID, body string) tickets.PostOut {
	d.t.Helper()
	out, err := d.Post(d.t.Context(), d.postIn(by, id, body))
	d.must(err)
	return out
}

func (d *desk) row(id events.ID) *tickets.Listed {
	d.t.Helper()
	t, err := d.Ticket(d.t.Context(), id)
	d.must(err)
	return t
}

// kinds are the events of one ticket.
func (d *desk) kinds(id events.ID) []string {
	d.t.Helper()
	evs, err := d.log.Of(d.t.Context(), id, 0, 1000, false)
	d.must(err)
	out := []string{}
	for _, e := range evs {
		out = append(out, e.Kind)
	}
	return out
}

// newKinds are the events of one ticket behind seq.
func (d *desk) newKinds(id events.ID, seq int64) []string { return d.kinds(id)[seq:] }

// check folds the log and compares it with the rows of tickets and segments.
func (d *desk) check() {
	d.t.Helper()
	eventstest.Check(d.t, d.log, func(t testing.TB, id events.ID, evs []events.Event) {
		if id == 0 {
			return
		}
		var want tickets.Ticket
		var segs tickets.Segments
		for _, e := range evs {
			want.Apply(e)
			segs = segs.Apply(e)
		}
		got := d.row(id).Ticket
		// What people may erase, read marks and the topic are not of the fold.
		want.ID, want.Subject, want.Fields, want.Preview, want.Title, want.ExternalID = id, got.Subject, got.Fields, got.Preview, got.Title, got.ExternalID
		want.Unread, want.AgentSeenSeq, want.CustomerSeenSeq, want.TopicID = got.Unread, got.AgentSeenSeq, got.CustomerSeenSeq, got.TopicID
		if len(want.Tags)+len(got.Tags) == 0 {
			want.Tags, got.Tags = nil, nil
		}
		if !reflect.DeepEqual(got, want) {
			t.Errorf("ticket %s: row and fold differ\nrow  %s\nfold %s", id, dump(got), dump(want))
		}
		stored, err := d.Ownership(context.Background(), id)
		d.must(err)
		if !slices.Equal(stored, segs) {
			t.Errorf("ticket %s: segments differ\nrows %+v\nfold %+v", id, stored, segs)
		}
		checkTiles(t, got, segs)
	})
}

func dump(v any) string {
	b, err := json.Marshal(v)
	if err != nil {
		return err.Error()
	}
	return string(b)
}

// checkTiles says where segments leave a gap, overlap or disagree with the ticket.
func checkTiles(t testing.TB, row tickets.Ticket, segs tickets.Segments) {
	t.Helper()
	if len(segs) == 0 || segs[0].FromAt != row.CreatedAt || segs[0].FromSeq != 1 {
		t.Errorf("ticket %s: the first segment does not begin with the ticket: %+v", row.ID, segs)
		return
	}
	for i, g := range segs {
		last := i == len(segs)-1
		if g.N != int64(i+1) || last != (g.ToAt == 0) || last != (g.LeftBy == "") || (!last && g.ToAt < g.FromAt) {
			t.Errorf("ticket %s: segment %d of %d is %+v", row.ID, i+1, len(segs), g)
		}
		if !last && segs[i+1].FromAt != g.ToAt {
			t.Errorf("ticket %s: a gap after segment %d", row.ID, g.N)
		}
	}
	if last := segs[len(segs)-1]; last.AgentID != row.AssigneeID {
		t.Errorf("ticket %s: the last segment is of agent %s, the ticket of %s", row.ID, last.AgentID, row.AssigneeID)
	}
}

func wantKinds(t testing.TB, got []string, want ...string) {
	t.Helper()
	if !slices.Equal(got, want) {
		t.Errorf("events = %v, want %v", got, want)
	}
}

func ptr[T any](v T) *T { return &v }

func days(n int) time.Duration { return time.Duration(n) * 24 * time.Hour }

func label(parts ...any) string { return fmt.Sprint(parts...) }

// away sets what an agent is, as its connections and its own choice do.
func (d *desk) away(agent events.ID, to tickets.Availability) {
	d.t.Helper()
	d.must(d.log.Write(d.t.Context(), events.Unit{By: sys}, func(ctx context.Context, tx *events.Tx) error {
		_, err := tx.NewRaw(`UPDATE agents SET availability = ? WHERE id = ?`, to, agent).Exec(ctx)
		return err
	}))
}
