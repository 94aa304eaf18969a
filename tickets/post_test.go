package tickets_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"heard/migrations"
	"heard/migrations/dbtest"
	"heard/tickets"
	"heard/tickets/events"
	"heard/tickets/fault"
)

func TestARepeatIsAnsweredWithTheFirstResult(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *migrations.DB) {
		d := newDesk(t, db)
		id := d.start(cus)
		in := d.postIn(cus, id, "once")
		first, err := d.Post(t.Context(), in)
		d.must(err)
		before := len(d.kinds(id))

		in.ClientID = strings.ToUpper(in.ClientID) // the same UUID
		d.clock.Advance(time.Hour)
		again, err := d.Post(t.Context(), in)
		d.must(err)
		want := first
		want.Repeated = true
		if again != want {
			t.Errorf("repeat = %+v, want %+v", again, want)
		}

		other := in
		other.Body = "something else"
		if _, err := d.Post(t.Context(), other); fault.KindOf(err) != fault.ClientIDReused {
			t.Errorf("other content under the same id: %v", err)
		}
		note := tickets.NoteIn{Sender: in.Sender, NewMessage: in.NewMessage}
		if _, err := d.Note(t.Context(), ann, id, note); fault.KindOf(err) != fault.ClientIDReused {
			t.Errorf("a note under the id of a message: %v", err)
		}
		elsewhere := in
		elsewhere.Sender = tickets.AgentSender(1)
		elsewhere.By = ann
		if out, err := d.Post(t.Context(), elsewhere); err != nil || out.Repeated {
			t.Errorf("the same id of another sender: %+v, %v", out, err)
		}
		if got := len(d.kinds(id)); got != before+2 { // assigned and posted, by the other sender
			t.Errorf("%d events, want %d", got, before+2)
		}
		d.check()
	})
}

func TestARepeatedNoteIsWrittenOnce(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *migrations.DB) {
		d := newDesk(t, db)
		id := d.start(cus)
		in := tickets.NoteIn{Sender: tickets.AgentSender(1), NewMessage: tickets.NewMessage{ClientID: newID(), Body: "psst"}}
		first, err := d.Note(t.Context(), ann, id, in)
		d.must(err)
		again, err := d.Note(t.Context(), ann, id, in)
		d.must(err)
		if first.Repeated || !again.Repeated || again.Seq != first.Seq {
			t.Errorf("first %+v, again %+v", first, again)
		}
		wantKinds(t, d.kinds(id), "ticket.opened", "message.posted", "note.posted")
		d.check()
	})
}

// A first message may be sent several times: one after the other, at once, and beside each other in one batch.
func TestARepeatedFirstMessageOpensOneTicket(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *migrations.DB) {
		d := newDesk(t, db)
		in := tickets.PostIn{By: cus, Sender: tickets.VisitorSender(1), Open: chatOf(nameless),
			NewMessage: tickets.NewMessage{ClientID: newID(), Body: "first"}}
		const senders = 24
		outs := make([]tickets.PostOut, senders)
		var wg sync.WaitGroup
		for i := range senders {
			wg.Go(func() {
				var err error
				if outs[i], err = d.Post(context.Background(), in); err != nil {
					t.Error(err)
				}
			})
		}
		wg.Wait()
		opened := 0
		for _, out := range outs {
			if out.Opened {
				opened++
			}
			if out.Ticket != outs[0].Ticket || out.Seq != outs[0].Seq || out.At != outs[0].At {
				t.Errorf("%+v and %+v answer the same message", out, outs[0])
			}
		}
		if opened != 1 {
			t.Errorf("%d of %d opened a ticket", opened, senders)
		}
		wantKinds(t, d.kinds(outs[0].Ticket), "ticket.opened", "message.posted")
		d.check()
	})
}

func TestManySendersAtOnce(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *migrations.DB) {
		d := newDesk(t, db)
		ids := []events.ID{d.start(cus), d.start(sam), d.start(cus)}
		const senders, each = 12, 15
		var wg sync.WaitGroup
		for n := range senders {
			wg.Go(func() {
				for i := range each {
					id := ids[n%len(ids)]
					by := []events.Actor{cus, sam, cus}[n%len(ids)]
					if n >= senders/2 {
						by = ann
					}
					in := d.postIn(by, id, fmt.Sprint("m", i))
					for range 2 {
						if _, err := d.Post(context.Background(), in); err != nil {
							t.Errorf("post: %v", err)
						}
					}
				}
			})
		}
		wg.Wait()
		total := 0
		for _, id := range ids {
			items, err := d.Thread(t.Context(), id, tickets.ForCustomer, 0, 500)
			d.must(err)
			for _, it := range items {
				if it.Event.Kind == "message.posted" {
					total++
				}
			}
		}
		if want := len(ids) + senders*each; total != want {
			t.Errorf("%d messages, want %d", total, want)
		}
		d.check()
	})
}

func TestFollowUp(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *migrations.DB) {
		d := newDesk(t, db)
		first := d.start(cus)
		_, err := d.SetSubject(t.Context(), ann, first, "Broken lamp")
		d.must(err)
		_, err = d.Assign(t.Context(), ann, first, tickets.To{Team: team2})
		d.must(err)
		_, err = d.SetStatus(t.Context(), ann, first, tickets.Closed)
		d.must(err)

		in := d.postIn(cus, first, "it broke again")
		out, err := d.Post(t.Context(), in)
		d.must(err)
		if out.Ticket == first || !out.Opened {
			t.Fatalf("answer to a message to a closed ticket: %+v", out)
		}
		old, follow := d.row(first), d.row(out.Ticket)
		if old.FollowedBy != follow.ID || follow.FollowUpOf != first || follow.Subject != "Broken lamp" ||
			follow.TeamID != team2 || follow.VisitorID != old.VisitorID || old.Status != tickets.Closed {
			t.Errorf("old %s\nfollow-up %s", dump(old), dump(follow))
		}
		wantKinds(t, d.kinds(follow.ID), "ticket.opened", "ticket.linked", "message.posted")

		again, err := d.Post(t.Context(), in)
		d.must(err)
		if !again.Repeated || again.Ticket != follow.ID || again.Seq != out.Seq {
			t.Errorf("the repeat goes to %+v, the first went to %+v", again, out)
		}
		if next := d.say(cus, first, "hello?"); next.Ticket != follow.ID || next.Opened {
			t.Errorf("the next message to the old ticket: %+v", next)
		}

		// A chain of closed follow-ups, and several messages that need it in one batch.
		for range 5 {
			_, err = d.SetStatus(t.Context(), ann, d.say(cus, first, "more").Ticket, tickets.Closed)
			d.must(err)
		}
		var wg sync.WaitGroup
		outs := make([]tickets.PostOut, 6)
		for i := range outs {
			wg.Go(func() {
				var err error
				if outs[i], err = d.Post(context.Background(), d.postIn(cus, []events.ID{first, follow.ID}[i%2], fmt.Sprint(i))); err != nil {
					t.Errorf("post %d: %v", i, err)
				}
			})
		}
		wg.Wait()
		for _, out := range outs {
			if out.Ticket != outs[0].Ticket {
				t.Errorf("messages went to tickets %s and %s", out.Ticket, outs[0].Ticket)
			}
		}
		d.check()
	})
}

func TestSendGuard(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *migrations.DB) {
		d := newDesk(t, db)
		id := d.start(cus)
		seen := d.row(id).LastSeq
		own := d.say(ann, id, "I look into it").Seq
		guarded := d.postIn(ann, id, "answer")
		guarded.LastSeq = &seen
		if _, err := d.Post(t.Context(), guarded); err != nil {
			t.Errorf("one's own newer message: %v", err)
		}
		d.say(cus, id, "never mind")
		d.say(ben, id, "me too")
		before := d.kinds(id)

		guarded = d.postIn(ann, id, "answer two")
		guarded.LastSeq = ptr(own)
		_, err := d.Post(t.Context(), guarded)
		if fault.KindOf(err) != fault.NewerMessages {
			t.Fatalf("a newer message of somebody else: %v", err)
		}
		items := fault.Of(err).Extra.([]tickets.ThreadItem)
		bodies := []string{}
		wire, err := d.Present(t.Context(), tickets.ForAgent, items)
		d.must(err)
		for _, e := range wire {
			bodies = append(bodies, e.Body)
		}
		if want := []string{"never mind", "me too"}; !slices.Equal(bodies, want) {
			t.Errorf("missing messages = %v, want %v", bodies, want)
		}
		wantKinds(t, d.kinds(id), before...)

		guarded.LastSeq = &items[1].Event.Seq
		if _, err := d.Post(t.Context(), guarded); err != nil {
			t.Errorf("with the newest seq: %v", err)
		}
		_, err = d.Note(t.Context(), ben, id, tickets.NoteIn{Sender: "a2", NewMessage: tickets.NewMessage{ClientID: newID(), Body: "n"}})
		d.must(err)
		guarded = d.postIn(ann, id, "answer three")
		guarded.LastSeq = ptr(d.row(id).PublicSeq)
		if _, err := d.Post(t.Context(), guarded); err != nil {
			t.Errorf("a newer note is nobody's message: %v", err)
		}
		d.check()
	})
}

// The loser of a race between two answers in one batch is refused as well.
func TestSendGuardHoldsWithinABatch(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *migrations.DB) {
		d := newDesk(t, db)
		for range 10 {
			id := d.start(cus)
			seq := d.row(id).LastSeq
			var wg sync.WaitGroup
			kinds := make([]fault.Kind, 6)
			for i := range kinds {
				wg.Go(func() {
					in := d.postIn([]events.Actor{ann, ben}[i%2], id, fmt.Sprint(i))
					in.LastSeq = &seq
					_, err := d.Post(context.Background(), in)
					kinds[i] = fault.KindOf(err)
				})
			}
			wg.Wait()
			for who := range 2 {
				a, b := kinds[who], kinds[1-who]
				_ = b
				for i := who; i < len(kinds); i += 2 {
					if kinds[i] != a {
						t.Errorf("agent %d: answers %v", who, kinds)
					}
				}
			}
			if (kinds[0] == "") == (kinds[1] == "") {
				t.Errorf("answers of two agents: %v, want one agent's only", kinds)
			}
		}
		d.check()
	})
}

func TestRefusedPosts(t *testing.T) {
	ok := tickets.NewMessage{ClientID: newID(), Body: "x"}
	long := tickets.NewMessage{ClientID: newID(), Body: strings.Repeat("x", tickets.MaxBody+1)}
	tests := []struct {
		name string
		in   tickets.PostIn
		want fault.Kind
	}{
		{"no ticket", tickets.PostIn{By: cus, Sender: "v1", NewMessage: ok}, fault.Invalid},
		{"unknown ticket", tickets.PostIn{By: cus, Sender: "v1", Ticket: 999, NewMessage: ok}, fault.NotFound},
		{"negative ticket", tickets.PostIn{By: cus, Sender: "v1", Ticket: -1, NewMessage: ok}, fault.NotFound},
		{"no sender", tickets.PostIn{By: cus, Open: chatOf(1), NewMessage: ok}, fault.Invalid},
		{"no client id", tickets.PostIn{By: cus, Sender: "v1", Open: chatOf(1), NewMessage: tickets.NewMessage{Body: "x"}}, fault.Invalid},
		{"odd client id", tickets.PostIn{By: cus, Sender: "v1", Open: chatOf(1), NewMessage: tickets.NewMessage{ClientID: "{" + newID() + "}", Body: "x"}}, fault.Invalid},
		{"empty", tickets.PostIn{By: cus, Sender: "v1", Open: chatOf(1), NewMessage: tickets.NewMessage{ClientID: newID(), Body: " \n"}}, fault.Invalid},
		{"too long", tickets.PostIn{By: cus, Sender: "v1", Open: chatOf(1), NewMessage: long}, fault.TooLarge},
		{"broken UTF-8", tickets.PostIn{By: cus, Sender: "v1", Open: chatOf(1), NewMessage: tickets.NewMessage{ClientID: newID(), Body: "a\xff"}}, fault.Invalid},
		{"a NUL", tickets.PostIn{By: cus, Sender: "v1", Open: chatOf(1), NewMessage: tickets.NewMessage{ClientID: newID(), Body: "a\x00"}}, fault.Invalid},
		{"unknown inbox", tickets.PostIn{By: cus, Sender: "v1", Open: &tickets.OpenIn{Inbox: 9, Customer: 1, Channel: tickets.Chat}, NewMessage: ok}, fault.Invalid},
		{"unknown customer", tickets.PostIn{By: cus, Sender: "v1", Open: &tickets.OpenIn{Inbox: 1, Customer: 9, Channel: tickets.Chat}, NewMessage: ok}, fault.Invalid},
		{"no channel", tickets.PostIn{By: cus, Sender: "v1", Open: &tickets.OpenIn{Inbox: 1, Customer: 1}, NewMessage: ok}, fault.Invalid},
		{"long subject", tickets.PostIn{By: cus, Sender: "v1", Open: &tickets.OpenIn{Inbox: 1, Customer: 1, Channel: tickets.API, Subject: strings.Repeat("s", 201)}, NewMessage: ok}, fault.Invalid},
	}
	dbtest.Each(t, func(t *testing.T, db *migrations.DB) {
		d := newDesk(t, db)
		for _, tt := range tests {
			if _, err := d.Post(t.Context(), tt.in); fault.KindOf(err) != tt.want {
				t.Errorf("%s: kind = %q, want %q (%v)", tt.name, fault.KindOf(err), tt.want, err)
			}
		}
		if head, err := d.log.Head(t.Context()); err != nil || head != 0 {
			t.Errorf("the log has %d events, %v; want none", head, err)
		}
		d.check()
	})
}

// A browser that has proved nothing uses the conversations that it began; with a proof all of the customer's.
func TestVisitorsUseTheirOwnConversations(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *migrations.DB) {
		d := newDesk(t, db)
		id := d.start(cus) // by visitor 1
		for _, tt := range []struct {
			visitor events.ID
			proved  bool
			want    fault.Kind
		}{{1, false, ""}, {7, false, fault.NotFound}, {7, true, ""}, {0, false, ""}} {
			in := d.postIn(cus, id, "hi")
			in.Visitor, in.Proved = tt.visitor, tt.proved
			if _, err := d.Post(t.Context(), in); fault.KindOf(err) != tt.want {
				t.Errorf("visitor %s, proved %t: %v, want %q", tt.visitor, tt.proved, err, tt.want)
			}
		}
		d.check()
	})
}

func TestReadMarksOnlyMoveForward(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *migrations.DB) {
		d := newDesk(t, db)
		id := d.start(cus)
		d.say(cus, id, "two")
		last := d.say(cus, id, "three").Seq
		if got := d.row(id).Unread; got != 3 {
			t.Errorf("unread = %d, want 3", got)
		}
		for _, tt := range []struct{ seq, want, unread int64 }{{last - 1, last - 1, 1}, {1, last - 1, 1}, {last + 100, last, 0}} {
			seen, err := d.MarkSeen(t.Context(), ann, id, tt.seq)
			d.must(err)
			if row := d.row(id); seen != tt.want || row.AgentSeenSeq != tt.want || row.Unread != tt.unread {
				t.Errorf("seen %d: mark %d, row %d, unread %d; want %d, unread %d", tt.seq, seen, row.AgentSeenSeq, row.Unread, tt.want, tt.unread)
			}
		}
		if _, err := d.MarkSeen(t.Context(), sam, id, 1); fault.KindOf(err) != fault.NotFound {
			t.Errorf("another customer's mark: %v", err)
		}
		if seen, err := d.MarkSeen(t.Context(), cus, id, 2); err != nil || seen != 2 {
			t.Errorf("customer's mark = %d, %v", seen, err)
		}
		d.say(cus, id, "four")
		d.say(ann, id, "an answer has read it all")
		if got := d.row(id).Unread; got != 0 {
			t.Errorf("unread after an answer = %d", got)
		}
		d.must(d.MarkUnread(t.Context(), ann, id))
		d.must(d.MarkUnread(t.Context(), ann, id))
		if row := d.row(id); row.Unread != 1 || row.AgentSeenSeq != row.LastSeq {
			t.Errorf("marked as unread: %d unread, mark %d of %d; want 1 and the mark where it was", row.Unread, row.AgentSeenSeq, row.LastSeq)
		}
		if _, err := d.MarkSeen(t.Context(), ben, id, 1); err != nil || d.row(id).Unread != 0 {
			t.Errorf("seen again: %d unread, %v", d.row(id).Unread, err)
		}
		if err := d.MarkUnread(t.Context(), ann, 999); fault.KindOf(err) != fault.NotFound {
			t.Errorf("no ticket: %v", err)
		}
		d.check()
	})
}
