package tickets_test

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"heard/migrations"
	"heard/migrations/dbtest"
	"heard/tickets"
	"heard/tickets/events"
	"heard/tickets/fault"
)

// TestWhatMayNotGoOutAnyMore: what was allowed when it was written is judged again when it goes out.
func TestWhatMayNotGoOutAnyMore(t *testing.T) {
	eachSender(t, func(t *testing.T, s *sender) {
		for _, tt := range []struct {
			name    string
			between func(id events.ID)
			want    string
		}{
			{"nothing", func(events.ID) {}, "sent "},
			{"its author is gone", func(events.ID) { s.exec(`UPDATE agents SET disabled_at = 1 WHERE id = 1`) }, "refused forbidden"},
			{"its author does not see it any more", func(id events.ID) {
				s.exec(`UPDATE agents SET role = 'agent', all_teams = FALSE WHERE id = 1`)
				s.exec(`DELETE FROM team_members WHERE agent_id = 1`)
				s.exec(`UPDATE tickets SET team_id = 2, assignee_id = 2 WHERE id = ?`, int64(id))
			}, "refused not_found"},
			{"the token was revoked", func(events.ID) { s.exec(`UPDATE outgoing SET token_id = 77 WHERE state = 'held'`) }, "refused forbidden"},
			{"the customer was blocked", func(events.ID) {
				s.exec(`UPDATE customers SET blocked = TRUE, blocked_at = ? WHERE id = 1`, int64(s.log.Now()))
			}, "refused forbidden"},
			{"the ticket was closed", func(id events.ID) { _, err := s.SetStatus(t.Context(), ben, id, tickets.Closed); s.must(err) }, "refused closed"},
			{"the customer has ended the chat", func(id events.ID) { _, err := s.End(t.Context(), cus, id); s.must(err) }, "refused closed"},
			{"its author has resolved it", func(id events.ID) { _, err := s.Resolve(t.Context(), ann, id); s.must(err) }, "sent "},
		} {
			id := s.start(cus)
			s.say(ann, id, "I look into it")
			o := s.hold(s.reply(ann, id, "Hello"))
			s.clock.Advance(time.Second)
			tt.between(id)
			n := len(s.said(id))
			s.told = nil
			s.must(s.Release(t.Context(), o.ID))
			if !slices.Equal(s.told, []string{tt.want}) {
				t.Errorf("%s: told %v, want %s", tt.name, s.told, tt.want)
			}
			if sent := len(s.said(id)) > n; sent != (tt.want == "sent ") {
				t.Errorf("%s: on the thread %v", tt.name, s.said(id))
			}
			s.exec(`UPDATE agents SET disabled_at = 0, role = 'admin', all_teams = TRUE WHERE id = 1`)
			s.exec(`UPDATE customers SET blocked = FALSE, blocked_at = 0 WHERE id = 1`)
		}
	})
}

// TestNothingOvertakesWhatIsHeld: two that an agent sends to one ticket go out in the order in which they were sent.
func TestNothingOvertakesWhatIsHeld(t *testing.T) {
	eachSender(t, func(t *testing.T, s *sender) {
		id := s.start(cus)
		slow, later, note := s.reply(ann, id, "First"), s.reply(ann, id, "Tomorrow"), s.reply(ann, id, "A note")
		slow.ReleaseAt, later.ReleaseAt = s.log.Now().Add(30*time.Second), s.log.Now().Add(24*time.Hour)
		note.Kind = tickets.WritingNote
		for _, in := range []tickets.Outgoing{slow, later, note} {
			s.hold(in)
		}
		s.hold(s.reply(ann, id, "Second"))
		s.clock.Advance(5 * time.Second)
		s.pass()
		s.hold(s.reply(ann, id, "Third"))
		s.must(s.Ahead(t.Context(), ann.ID, id, tickets.WritingReply, 0))
		s.say(ann, id, "Fourth")
		want := []string{"A note", "First", "Second", "Third", "Fourth"}
		got := s.said(id)
		if !slices.Equal(slices.DeleteFunc(got, func(b string) bool { return b == "A note" }), want[1:]) {
			t.Errorf("on the thread: %v, want %v", got, want)
		}
	})
}

// never makes the database refuse that a message is marked as sent, as a node does that dies before it; the returned
// func mends that.
func (d *desk) never() func() {
	if d.log.Dialect() == migrations.Postgres {
		d.exec(`ALTER TABLE outgoing ADD CONSTRAINT never CHECK (state <> 'sent')`)
		return func() { d.exec(`ALTER TABLE outgoing DROP CONSTRAINT never`) }
	}
	d.exec(`CREATE TRIGGER never BEFORE UPDATE ON outgoing WHEN NEW.state = 'sent' BEGIN SELECT RAISE(ABORT, 'killed'); END`)
	return func() { d.exec(`DROP TRIGGER never`) }
}

// TestAMessageOfADeadNodeGoesOutOnce: a node dies after the message, what follows it and the bell were written, and
// before the end. Nothing of it is left, and another node does all of it, once.
func TestAMessageOfADeadNodeGoesOutOnce(t *testing.T) {
	eachSender(t, func(t *testing.T, s *sender) {
		ctx := t.Context()
		id := s.start(cus)
		lead := tickets.Caller{Agent: 1, Role: tickets.RoleAdmin, AllTeams: true}
		m, err := s.CreateMacro(ctx, lead, tickets.Macro{Name: "M", Body: "Once", Visibility: tickets.VisiblePrivate, GoesWith: tickets.WithBoth})
		s.must(err)
		in := s.reply(ann, id, "Once")
		in.Then = tickets.Then{Kind: tickets.ThenResolve, Macro: m.ID, Actions: []tickets.MacroAction{{Kind: tickets.DoTag, Add: []string{"once"}}, {Kind: tickets.DoPriority, Priority: tickets.High}}}
		held := s.hold(in)
		s.clock.Advance(5 * time.Second)
		before := s.row(id)
		mend := s.never()
		if err := s.Release(ctx, held.ID); err == nil {
			t.Fatal("the node did not die")
		}
		if got := s.row(id); len(s.said(id)) > 0 || got.Status != tickets.Open || got.Priority != before.Priority || len(got.TagNames) > 0 || got.LastSeq != before.LastSeq {
			t.Errorf("the dead node left %v, %+v", s.said(id), got)
		}
		mend()
		fresh := newSender(&desk{tickets.NewStore(s.log), t, s.log, s.clock}) // the program began anew
		fresh.clock.Advance(time.Minute)
		fresh.pass()
		fresh.must(fresh.Release(ctx, held.ID))
		if got := s.row(id); !slices.Equal(s.said(id), []string{"Once"}) || got.Status != tickets.Resolved || got.Priority != tickets.High || !slices.Equal(got.TagNames, []string{"once"}) {
			t.Errorf("after the restart: %v, %+v", s.said(id), got)
		}
		if list, err := s.Macros(ctx, lead); err != nil || list[0].Uses != 1 {
			t.Errorf("the macro: %+v, %v, want one use", list, err)
		}
		if o, err := s.OutgoingOf(ctx, held.ID); err != nil || o.State != tickets.OutSent || o.Body != "" {
			t.Errorf("it is %+v, %v", o, err)
		}
		s.check()
	})
}

// TestWhatCanNotBeSentIsTold: a job that fails again and again does not leave its author waiting for ever.
func TestWhatCanNotBeSentIsTold(t *testing.T) {
	eachSender(t, func(t *testing.T, s *sender) {
		id := s.start(cus)
		s.hold(s.reply(ann, id, "Hello"))
		defer s.never()()
		for range 12 {
			s.clock.Advance(time.Hour)
			s.pass()
		}
		if list := s.outs(ann, id); len(list) != 1 || list[0].State != tickets.OutRefused || list[0].Code != fault.Unavailable || list[0].Body != "Hello" {
			t.Errorf("it is %+v", list)
		}
		if !slices.Equal(s.told, []string{"refused unavailable"}) {
			t.Errorf("told %v", s.told)
		}
	})
}

// TestWhatFollowsMayBeRefused: the message stays, and the rest is done.
func TestWhatFollowsMayBeRefused(t *testing.T) {
	eachSender(t, func(t *testing.T, s *sender) {
		id := s.start(cus)
		in := s.reply(ann, id, "Hello")
		in.Then = tickets.Then{Kind: tickets.ThenSnooze, Until: in.ReleaseAt.Add(time.Hour),
			Actions: []tickets.MacroAction{{Kind: tickets.DoAssign, Assign: "99"}, {Kind: tickets.DoPriority, Priority: tickets.Urgent}}}
		o := s.hold(in)
		s.must(s.Release(t.Context(), o.ID))
		if got := s.row(id); got.Priority != tickets.Urgent || got.Status != tickets.Snoozed || !slices.Equal(s.said(id), []string{"Hello"}) {
			t.Errorf("left %+v, %v", got, s.said(id))
		}
		if !slices.Equal(s.told, []string{"sent invalid"}) {
			t.Errorf("told %v, want sent invalid", s.told)
		}
	})
}

// TestTwoNodesSendOnce: both nodes send what is due while authors take half of it back.
func TestTwoNodesSendOnce(t *testing.T) {
	t.Parallel()
	dsn := dbtest.PostgresDSN(t)
	one := newDesk(t, dbtest.Open(t, dsn))
	log2, err := events.Open(t.Context(), dbtest.Open(t, dsn), events.Options{Now: one.clock.Now, Vocabulary: tickets.Changes(), Settle: tickets.Settle})
	one.must(err)
	defer func() { one.must(log2.Close(context.Background())) }()
	a, b := newSender(one), newSender(&desk{tickets.NewStore(log2), t, log2, one.clock})
	const n = 24
	id := one.start(cus)
	var held []*tickets.Outgoing
	for i := range n {
		held = append(held, one.hold(one.reply(ann, id, fmt.Sprintf("Message %d", i))))
	}
	one.clock.Advance(5 * time.Second)
	undone := make([]bool, n)
	var wg sync.WaitGroup
	for _, s := range []*sender{a, b} {
		for _, o := range held {
			wg.Go(func() {
				if err := s.Release(context.Background(), o.ID); err != nil {
					t.Error(err)
				}
			})
		}
		wg.Go(s.pass)
	}
	for i := 0; i < n; i += 2 {
		wg.Go(func() {
			_, _, err := b.Undo(context.Background(), ann.ID, id, held[i].ID, false)
			undone[i] = err == nil
			if err != nil && fault.KindOf(err) != fault.TooLate {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	count := map[string]int{}
	for _, body := range one.said(id) {
		count[body]++
	}
	for i := range n {
		want := 1
		if undone[i] {
			want = 0
		}
		if got := count[fmt.Sprintf("Message %d", i)]; got != want {
			t.Errorf("message %d went out %d times, want %d", i, got, want)
		}
	}
	one.check()
}
