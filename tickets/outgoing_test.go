package tickets_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

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
	s.Releaser = &tickets.Releaser{Store: d.Store, Tell: func(o *tickets.Outgoing, _ tickets.Draft) {
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
		if _, _, err := s.Undo(t.Context(), ann.ID, id, 1, false); fault.KindOf(err) != fault.TooLate {
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
		if _, _, err := f.Undo(t.Context(), ben.ID, id, o.ID, false); fault.KindOf(err) != fault.NotFound {
			t.Errorf("another agent takes it back: %v", err)
		}
		back, draft, err := f.Undo(t.Context(), ann.ID, id, o.ID, false)
		f.must(err)
		if back.State != tickets.OutUndone || back.Body != "Here is the label" || draft.Body != "Here is the label\n\nAnd one more thing" ||
			len(draft.Attachments) != 1 || draft.Attachments[0].Name != "label.txt" || draft.Rev < 2 {
			t.Errorf("taken back: %+v, draft %+v", back, draft)
		}
		if _, again, err := f.Undo(t.Context(), ann.ID, id, o.ID, false); err != nil || again.Body != draft.Body {
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

// outs are what an agent sent to a ticket and what is not settled.
func (d *desk) outs(agent events.Actor, id events.ID) []tickets.Outgoing {
	d.t.Helper()
	list, err := d.Outgoing(d.t.Context(), agent.ID, id)
	d.must(err)
	return list
}

func TestWhatIsRefusedKeepsItsWords(t *testing.T) {
	eachSender(t, func(t *testing.T, s *sender) {
		id := s.start(cus)
		seen := s.row(id).LastSeq
		in := s.reply(ann, id, "It is on its way")
		in.LastSeq = &seen
		in.Then = tickets.Then{Kind: tickets.ThenResolve, Macro: 7, Actions: []tickets.MacroAction{{Kind: tickets.DoPriority, Priority: tickets.High}}}
		first := s.hold(in)
		rev, err := s.draft(ann, id, "And something else", s.revOf(ann, id))
		s.must(err)
		s.hold(s.reply(ben, id, "Ben's words"))
		var bell []string
		s.OnRefused(func(_ context.Context, _ *events.Tx, o *tickets.Outgoing) error {
			bell = append(bell, o.Agent.String())
			return nil
		})
		s.say(cus, id, "It has arrived!")
		s.exec(`UPDATE agents SET disabled_at = 1 WHERE id = 2`)
		s.clock.Advance(5 * time.Second)
		s.pass()
		s.must(s.Release(t.Context(), first.ID)) // what was refused is not tried again
		if got := s.said(id); len(got) > 0 || s.row(id).Status != tickets.Open || s.row(id).Priority == tickets.High {
			t.Errorf("refused messages went out: %v, %s", got, s.row(id).Status)
		}
		s.clock.Advance(20 * 24 * time.Hour)
		s.must(s.ForgetWriting(t.Context()))
		if list := s.outs(ann, id); len(list) != 1 || list[0].State != tickets.OutRefused || list[0].Code != fault.NewerMessages ||
			list[0].Body != "It is on its way" || list[0].Restored {
			t.Errorf("beside another draft: %+v", list)
		}
		if got := s.drafts(ann, id)[tickets.WritingReply]; got.Body != "And something else" || got.Rev != rev {
			t.Errorf("the other draft is %+v", got)
		}
		if list := s.outs(ben, id); len(list) != 1 || list[0].Code != fault.Forbidden || !list[0].Restored || s.drafts(ben, id)[tickets.WritingReply].Body != "Ben's words" {
			t.Errorf("without another draft: %+v, %+v", list, s.drafts(ben, id))
		}
		slices.Sort(bell)
		if got := strings.Join(bell, " "); got != "1 2" {
			t.Errorf("the bell rang for %s, want 1 2", got)
		}
		if _, _, err := s.Hold(t.Context(), in); err != nil {
			t.Errorf("a repeat of what was refused: %v", err)
		}
		back, draft, err := s.Undo(t.Context(), ann.ID, id, first.ID, false)
		s.must(err)
		if back.State != tickets.OutUndone || draft.Body != "It is on its way\n\nAnd something else" || draft.Macro != 7 || len(draft.Actions) != 1 {
			t.Errorf("taken back: %+v, %+v", back, draft)
		}
		_, draft, err = s.Undo(t.Context(), ben.ID, id, s.outs(ben, id)[0].ID, false)
		if err != nil || draft.Body != "Ben's words" || len(s.outs(ben, id)) > 0 {
			t.Errorf("one that was a draft again already: %+v, %v, left %+v", draft, err, s.outs(ben, id))
		}
		slices.Sort(s.told)
		if want := []string{"refused forbidden", "refused newer_messages"}; !slices.Equal(s.told, want) {
			t.Errorf("told %v, want %v", s.told, want)
		}
	})
}

// revOf is the rev of an agent's reply.
func (d *desk) revOf(agent events.Actor, id events.ID) (rev int64) {
	d.t.Helper()
	rows, err := d.Drafts(d.t.Context(), agent.ID, id)
	d.must(err)
	for _, r := range rows {
		if r.Kind == tickets.WritingReply {
			rev = r.Rev
		}
	}
	return rev
}

// hidden is a ticket that agent 3 may not see.
func (s *sender) hidden() events.ID {
	id := s.start(cus)
	s.exec(`UPDATE agents SET role = 'agent', all_teams = FALSE WHERE id = 3`)
	s.exec(`DELETE FROM team_members WHERE agent_id = 3`)
	return id
}

func TestWhatIsThrownAwayIsNoDraft(t *testing.T) {
	eachSender(t, func(t *testing.T, s *sender) {
		id := s.start(cus)
		o := s.hold(s.reply(ann, id, "Never mind"))
		_, draft, err := s.Undo(t.Context(), ann.ID, id, o.ID, true)
		if err != nil || draft.Body != "" || len(s.drafts(ann, id))+len(s.outs(ann, id)) > 0 {
			t.Errorf("thrown away: %+v, %v, left %+v, %+v", draft, err, s.drafts(ann, id), s.outs(ann, id))
		}
		s.clock.Advance(time.Minute)
		s.pass()
		if got := s.said(id); len(got) > 0 {
			t.Errorf("it went out: %v", got)
		}
	})
}

func TestTheClientIDOfWhatWasTakenBackIsUsed(t *testing.T) {
	eachSender(t, func(t *testing.T, s *sender) {
		ctx := t.Context()
		id := s.start(cus)
		in := s.reply(ann, id, "Wrong")
		o := s.hold(in)
		other := in
		other.Body = "Something else"
		_, _, err := s.Hold(ctx, other)
		wantKind(t, "another text under it", err, fault.ClientIDReused)
		_, _, err = s.Undo(ctx, ann.ID, id, o.ID, false)
		s.must(err)
		if again, repeated, err := s.Hold(ctx, in); err != nil || !repeated || again.State != tickets.OutUndone {
			t.Errorf("held again: %+v, %v, %v", again, repeated, err)
		}
		post := tickets.PostIn{By: ann, Sender: in.Sender, Ticket: id, NewMessage: in.NewMessage}
		_, err = s.Post(ctx, post)
		wantKind(t, "sent at once", err, fault.ClientIDReused)
		_, err = s.Note(ctx, ann, id, tickets.NoteIn{Sender: in.Sender, NewMessage: in.NewMessage})
		wantKind(t, "as a note", err, fault.ClientIDReused)

		next := s.reply(ann, id, "Right")
		o = s.hold(next)
		post.NewMessage = next.NewMessage
		_, err = s.Post(ctx, post)
		s.must(err)
		_, _, err = s.Undo(ctx, ann.ID, id, o.ID, false)
		wantKind(t, "taking back what was sent under the same id", err, fault.TooLate)
		s.clock.Advance(5 * time.Second)
		s.pass()
		if got := s.said(id); !slices.Equal(got, []string{"Right"}) {
			t.Errorf("on the thread: %v", got)
		}
		_, _, err = s.Hold(ctx, s.reuse(next, "Else"))
		wantKind(t, "holding another text under it", err, fault.ClientIDReused)
	})
}

// reuse is another message under the same client id.
func (s *sender) reuse(o tickets.Outgoing, body string) tickets.Outgoing {
	o.Body = body
	return o
}

func TestAMessageTakesItsDraftWithIt(t *testing.T) {
	eachSender(t, func(t *testing.T, s *sender) {
		ctx := t.Context()
		id := s.start(cus)
		send := func(rev int64) {
			m := s.reply(ann, id, "Hello").NewMessage
			m.DraftRev = &rev
			_, err := s.Post(ctx, tickets.PostIn{By: ann, Sender: "a1", Ticket: id, NewMessage: m})
			s.must(err)
		}
		rev, err := s.draft(ann, id, "Hello", 0)
		s.must(err)
		send(rev)
		_, err = s.draft(ann, id, "Hello", rev)
		wantKind(t, "a late copy of what was sent", err, fault.StaleDraft)
		if len(s.drafts(ann, id)) > 0 {
			t.Errorf("left: %+v", s.drafts(ann, id))
		}
		rev, err = s.draft(ann, id, "And", rev+1)
		s.must(err)
		newer, err := s.draft(ann, id, "And more", rev)
		s.must(err)
		send(rev)
		if got := s.drafts(ann, id)[tickets.WritingReply]; got.Body != "And more" || got.Rev != newer {
			t.Errorf("what was written on meanwhile: %+v", got)
		}
		held := s.reply(ann, id, "And")
		held.DraftRev = &rev
		s.hold(held)
		if got := s.drafts(ann, id)[tickets.WritingReply]; got.Body != "And more" {
			t.Errorf("what was written on beside one that is held: %+v", got)
		}
		note := s.reply(ann, id, "A note").NewMessage
		noted, err := s.KeepDraft(ctx, ann.ID, tickets.DraftIn{Ticket: id, Kind: tickets.WritingNote, Body: "A note"})
		s.must(err)
		note.DraftRev = &noted
		_, err = s.Note(ctx, ann, id, tickets.NoteIn{Sender: "a1", NewMessage: note})
		s.must(err)
		if _, left := s.drafts(ann, id)[tickets.WritingNote]; left {
			t.Error("the draft of a note is left")
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
		in := s.reply(ann, id, "Write {{name}}, and the page puts yours there")
		in.KeepPlaceholders = true
		s.hold(in)
		for _, body := range []string{"@[Zed](agent:999) please", "@[Cho](agent:3) please"} {
			in = s.reply(ann, s.hidden(), body)
			in.Kind = tickets.WritingNote
			_, _, err := s.Hold(t.Context(), in)
			wantFields(t, body, err, "body")
		}
		in = s.reply(ann, id, "Hello")
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
