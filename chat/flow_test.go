package chat

import (
	"encoding/json"
	"runtime"
	"slices"
	"sync"
	"testing"
	"time"

	"heard/migrations"
	"heard/migrations/dbtest"
	"heard/tickets"
	"heard/tickets/events"
	"heard/tickets/events/eventstest"

	"github.com/google/uuid"
)

// seqs is a connection that keeps the seq of every event it was sent.
type seqs struct {
	mu   sync.Mutex
	list []int64
}

func (c *seqs) Close(int, string) {}

func (c *seqs) TryWrite(p []byte) (int, error) { return len(p), c.Write(p) }

func (c *seqs) Write(p []byte) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, f := range Texts(p) {
		var e eventFrame
		if err := json.Unmarshal(f, &e); err != nil {
			return err
		}
		c.list = append(c.list, e.Event.Seq)
	}
	return nil
}

func (c *seqs) wait(t *testing.T, want []int64) {
	t.Helper()
	var got []int64
	for end := time.Now().Add(20 * time.Second); time.Now().Before(end); time.Sleep(time.Millisecond) {
		c.mu.Lock()
		got = slices.Clone(c.list)
		c.mu.Unlock()
		if slices.Equal(got, want) {
			return
		}
	}
	t.Fatalf("was told %v, want %v", got, want)
}

// TestALostEventIsReadFromTheLog: live delivery may lose an event; the next one's prev shows it, and the log fills it.
func TestALostEventIsReadFromTheLog(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *migrations.DB) {
		log := eventstest.Open(t, db, events.Options{Vocabulary: tickets.Changes(), Settle: tickets.Settle})
		secrets, err := tickets.NewSecrets([32]byte{1})
		if err != nil {
			t.Fatal(err)
		}
		people, store := tickets.NewPeople(log, secrets), tickets.NewStore(log)
		must := func(err error) {
			t.Helper()
			if err != nil {
				t.Fatal(err)
			}
		}
		_, err = people.Bootstrap(t.Context())
		must(err)
		inbox, err := people.CreateInbox(t.Context(), events.SystemActor, tickets.InboxIn{Name: "Shop", Kind: tickets.Website})
		must(err)
		who, err := people.StartVisitor(t.Context(), tickets.StartIn{Inbox: inbox.Key})
		must(err)
		o := Options{Log: log, Tickets: store, People: people}
		var ticket events.ID
		for _, body := range []string{"one", "two", "three", "four"} {
			out, err := o.SendAs(t.Context(), who.Visitor, ticket, tickets.NewMessage{ClientID: uuid.NewString(), Body: body}, Beginning{})
			must(err)
			ticket = out.Ticket
		}
		stored, _, err := store.Events(t.Context(), ticket, tickets.ForCustomer, 0, 100)
		must(err)
		var want []int64
		for _, e := range stored {
			want = append(want, e.Seq)
		}
		conn := &seqs{}
		sub := &Subscriber{}
		sub.open(conn, &shard{})
		var f flows
		f.begin(ticket, want[0]-1)
		frame := func(i int) Frame {
			return encode(eventFrame{Type: "event", Conversation: ticket, Event: stored[i]})
		}
		if f.pass(ticket, stored[0].Prev, stored[0].Seq, frame(0), sub) {
			t.Fatal("the first event shows no gap")
		}
		if f.pass(ticket, stored[0].Prev, stored[0].Seq, frame(0), sub) {
			t.Fatal("a repeated event shows no gap")
		}
		last := len(stored) - 1
		if !f.pass(ticket, stored[last].Prev, stored[last].Seq, frame(last), sub) {
			t.Fatal("a gap was not seen")
		}
		if f.pass(ticket, stored[last].Prev, stored[last].Seq, frame(last), sub) {
			t.Fatal("one read is enough")
		}
		if _, err := f.catchUp(t.Context(), store, ticket, tickets.ForCustomer, sub); err != nil {
			t.Fatal(err)
		}
		conn.wait(t, want)
	})
}

// TestRewindWaitsForTheReader: a place that a client names while a gap is being read must not be forgotten.
func TestRewindWaitsForTheReader(t *testing.T) {
	var f flows
	if !f.beginReading(1, 5) || f.beginReading(1, 7) || f.claim(1) {
		t.Fatal("a flow was claimed twice")
	}
	rewound := make(chan bool)
	go func() { rewound <- f.rewind(1, 2) }()
	waits := func() bool {
		f.mu.Lock()
		defer f.mu.Unlock()
		return f.idle != nil
	}
	for !waits() {
		runtime.Gosched()
	}
	f.mu.Lock()
	f.done(f.at(1))
	f.mu.Unlock()
	if !<-rewound || f.at(1).sent != 2 || !f.at(1).reading {
		t.Errorf("flow = %+v, want it at 2 and claimed", *f.at(1))
	}
	go func() { rewound <- f.rewind(1, 1) }()
	f.end(1)
	if <-rewound {
		t.Error("a flow that ended was claimed")
	}
}
