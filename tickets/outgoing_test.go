package tickets_test

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"heard/migrations/dbtest"
	"heard/tickets"
	"heard/tickets/events"
	"heard/tickets/fault"
	"heard/tickets/jobs"
)

// sender is a node that sends held messages.
type sender struct {
	*desk
	*tickets.Releaser
	runner *jobs.Runner
	mu     sync.Mutex
	told   []string // "client state code"
}

func newSender(d *desk) *sender {
	s := &sender{desk: d}
	people := tickets.NewPeople(d.log, nil)
	s.Releaser = &tickets.Releaser{Store: d.Store, Directory: people.Directory(), Tell: func(o *tickets.Outgoing, _ tickets.Draft) {
		s.mu.Lock()
		defer s.mu.Unlock()
		s.told = append(s.told, fmt.Sprintf("%s %s", o.State, o.Code))
	}}
	s.runner = jobs.NewRunner(d.log, map[string]jobs.Handler{tickets.ReleaseJob: s.Job}, jobs.Options{})
	return s
}

// pass sends what is due.
func (s *sender) pass() {
	s.t.Helper()
	_, err := s.runner.Pass(s.t.Context())
	s.must(err)
}

func (d *desk) reply(by events.Actor, id events.ID, body string) tickets.Outgoing {
	return tickets.Outgoing{Ticket: id, Agent: by.ID, By: by, Sender: tickets.AgentSender(by.ID), Kind: tickets.WritingReply,
		NewMessage: tickets.NewMessage{ClientID: newID(), Body: body, Uploader: tickets.AgentSender(by.ID)}, ReleaseAt: d.log.Now().Add(5 * time.Second)}
}

func (d *desk) hold(in tickets.Outgoing) *tickets.Outgoing {
	d.t.Helper()
	o, _, err := d.Hold(d.t.Context(), in)
	d.must(err)
	return o
}

// said are the agents' messages and notes of a ticket.
func (d *desk) said(id events.ID) (out []string) {
	d.t.Helper()
	for _, w := range d.wireList(id) {
		if w.By.Kind == events.Agent && w.Body != "" {
			out = append(out, w.Body)
		}
	}
	return out
}

func (d *desk) wireList(id events.ID) []tickets.WireEvent {
	d.t.Helper()
	list, _, err := d.Events(d.t.Context(), id, tickets.ForAgent, 0, 400)
	d.must(err)
	return list
}

func eachSender(t *testing.T, fn func(t *testing.T, s *sender)) {
	eachDesk(t, func(t *testing.T, d *desk) { fn(t, newSender(d)) })
}

func TestAHeldMessageGoesOutAtItsTime(t *testing.T) {
	eachSender(t, func(t *testing.T, s *sender) {
		id := s.start(cus)
		_, err := s.draft(ann, id, "On its way", 0)
		s.must(err)
		in := s.reply(ann, id, "On its way")
		in.Then = tickets.Then{Kind: tickets.ThenResolve}
		s.hold(in)
		if got := s.drafts(ann, id); len(got) > 0 {
			t.Errorf("what was sent is a draft still: %+v", got)
		}
		s.pass()
		if got := s.said(id); len(got) > 0 || s.row(id).Status != tickets.Open {
			t.Errorf("before its time: %v, %s", got, s.row(id).Status)
		}
		if list, err := s.Outgoing(t.Context(), ann.ID, id); err != nil || len(list) != 1 || list[0].Body != "On its way" {
			t.Errorf("held: %+v, %v", list, err)
		}
		s.clock.Advance(5 * time.Second)
		s.pass()
		if got := s.said(id); !slices.Equal(got, []string{"On its way"}) || s.row(id).Status != tickets.Resolved {
			t.Errorf("at its time: %v, %s", got, s.row(id).Status)
		}
		if _, _, err := s.Undo(t.Context(), ann.ID, id, 1); fault.KindOf(err) != fault.TooLate {
			t.Errorf("taking it back then: %v, want too late", err)
		}
		if o, repeated, err := s.Hold(t.Context(), in); err != nil || !repeated || o.State != tickets.OutSent || o.Seq == 0 || o.Body != "" {
			t.Errorf("the same again: %+v, %v, %v", o, repeated, err)
		}
		if want := []string{"sent "}; !slices.Equal(s.told, want) {
			t.Errorf("told %v, want %v", s.told, want)
		}
		s.check()
	})
}

func TestUndoGivesWordsAndFilesBack(t *testing.T) {
	eachFiler(t, func(t *testing.T, f *filer) {
		s := newSender(f.desk)
		id := f.start(cus)
		file := f.up("a1", "label.txt", "a label")
		in := f.reply(ann, id, "Here is the label")
		in.Attachments = []tickets.Attachment{{ID: file.ID}}
		o := f.hold(in)
		_, err := f.draft(ann, id, "And one more thing", 0)
		f.must(err)
		if _, _, err := f.Undo(t.Context(), ben.ID, id, o.ID); fault.KindOf(err) != fault.NotFound {
			t.Errorf("another agent takes it back: %v", err)
		}
		back, draft, err := f.Undo(t.Context(), ann.ID, id, o.ID)
		f.must(err)
		if back.State != tickets.OutUndone || back.Body != "Here is the label" || draft.Body != "Here is the label\n\nAnd one more thing" ||
			len(draft.Attachments) != 1 || draft.Attachments[0].Name != "label.txt" || draft.Rev < 2 {
			t.Errorf("taken back: %+v, draft %+v", back, draft)
		}
		if _, again, err := f.Undo(t.Context(), ann.ID, id, o.ID); err != nil || again.Body != draft.Body {
			t.Errorf("once more: %+v, %v", again, err)
		}
		f.clock.Advance(26 * time.Hour)
		f.must(f.Sweep(t.Context()))
		s.pass()
		if got := f.said(id); len(got) > 0 {
			t.Errorf("it went out all the same: %v", got)
		}
		in = f.reply(ann, id, "Here is the label")
		in.Attachments = draft.Attachments
		f.hold(in)
		f.clock.Advance(5 * time.Second)
		s.pass()
		if got := f.wireList(id); len(got) == 0 || got[len(got)-1].Data["attachments"] == nil {
			t.Errorf("the second try: %+v", got)
		}
	})
}

func TestWhatIsRefusedIsADraftAgain(t *testing.T) {
	eachSender(t, func(t *testing.T, s *sender) {
		id := s.start(cus)
		seen := s.row(id).LastSeq
		in := s.reply(ann, id, "It is on its way")
		in.LastSeq = &seen
		in.Then = tickets.Then{Kind: tickets.ThenResolve}
		s.hold(in)
		gone := s.reply(ben, id, "Ben's words")
		s.hold(gone)
		s.say(cus, id, "It has arrived!")
		s.exec(`UPDATE agents SET disabled_at = 1 WHERE id = 2`)
		s.clock.Advance(5 * time.Second)
		s.pass()
		if got := s.said(id); len(got) > 0 || s.row(id).Status != tickets.Open {
			t.Errorf("refused messages went out: %v, %s", got, s.row(id).Status)
		}
		for by, want := range map[events.Actor]string{ann: "It is on its way", ben: "Ben's words"} {
			if got := s.drafts(by, id)[tickets.WritingReply].Body; got != want {
				t.Errorf("the draft of agent %s is %q, want %q", by.ID, got, want)
			}
		}
		list, err := s.Outgoing(t.Context(), ann.ID, id)
		s.must(err)
		if len(list) != 1 || list[0].State != tickets.OutRefused || list[0].Code != fault.NewerMessages || list[0].Body != "" {
			t.Errorf("listed: %+v", list)
		}
		slices.Sort(s.told)
		if want := []string{"refused forbidden", "refused newer_messages"}; !slices.Equal(s.told, want) {
			t.Errorf("told %v, want %v", s.told, want)
		}
	})
}

func TestWhatIsNotHeld(t *testing.T) {
	eachSender(t, func(t *testing.T, s *sender) {
		id, other := s.start(cus), s.start(cus)
		for _, tt := range []struct {
			name  string
			spoil func(o *tickets.Outgoing)
			want  []string
		}{
			{"an open placeholder", func(o *tickets.Outgoing) { o.Body = "Dear {{customer.name}}" }, []string{"body"}},
			{"too far away", func(o *tickets.Outgoing) { o.ReleaseAt = s.log.Now().Add(31 * 24 * time.Hour) }, []string{"send_at"}},
			{"a snooze that ends before it", func(o *tickets.Outgoing) { o.Then = tickets.Then{Kind: tickets.ThenSnooze, Until: o.ReleaseAt} }, []string{"then.until"}},
			{"another end", func(o *tickets.Outgoing) { o.Then.Kind = "burn" }, []string{"then.kind"}},
			{"no kind", func(o *tickets.Outgoing) { o.Kind = "" }, []string{"kind"}},
			{"no client id", func(o *tickets.Outgoing) { o.ClientID = "1" }, []string{"client_id"}},
		} {
			in := s.reply(ann, id, "Hello")
			tt.spoil(&in)
			_, _, err := s.Hold(t.Context(), in)
			wantFields(t, tt.name, err, tt.want...)
		}
		in := s.reply(ann, id, "Hello")
		in.Kind, in.Body = tickets.WritingNote, "They wrote {{name}} here"
		s.hold(in)
		in.Ticket = other
		_, _, err := s.Hold(t.Context(), in)
		wantKind(t, "the same client id elsewhere", err, fault.ClientIDReused)
		s.exec(`UPDATE tickets SET status = 'closed' WHERE id = ?`, int64(other))
		in = s.reply(ann, other, "Hello")
		_, _, err = s.Hold(t.Context(), in)
		wantKind(t, "closed", err, fault.Closed)
	})
}

// TestAMessageOfADeadNodeGoesOutOnce: a node posts and dies before it could say so.
func TestAMessageOfADeadNodeGoesOutOnce(t *testing.T) {
	eachSender(t, func(t *testing.T, s *sender) {
		ctx := t.Context()
		id := s.start(cus)
		in := s.reply(ann, id, "Once")
		in.Then = tickets.Then{Kind: tickets.ThenSnooze, Until: in.ReleaseAt.Add(time.Hour)}
		held := s.hold(in)
		s.clock.Advance(5 * time.Second)
		o, err := s.BeginRelease(ctx, held.ID)
		s.must(err)
		_, err = s.Post(ctx, tickets.PostIn{By: o.By, Sender: o.Sender, Ticket: o.Ticket, NewMessage: o.NewMessage})
		s.must(err)
		if _, _, err := s.Undo(ctx, ann.ID, id, held.ID); fault.KindOf(err) != fault.TooLate {
			t.Errorf("taking back what is on its way: %v", err)
		}
		fresh := newSender(&desk{tickets.NewStore(s.log), t, s.log, s.clock}) // the program began anew
		fresh.pass()
		fresh.must(fresh.Release(ctx, held.ID))
		if got := s.said(id); !slices.Equal(got, []string{"Once"}) || s.row(id).Status != tickets.Snoozed {
			t.Errorf("after the restart: %v, %s", got, s.row(id).Status)
		}
		if o, err := s.OutgoingOf(ctx, held.ID); err != nil || o.State != tickets.OutSent || o.Body != "" {
			t.Errorf("it is %+v, %v", o, err)
		}
		s.check()
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
			_, _, err := b.Undo(context.Background(), ann.ID, id, held[i].ID)
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
