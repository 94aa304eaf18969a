package notify

import (
	"context"
	"encoding/json"
	"testing"
	"time"

	"heard/feedback"
	"heard/tickets"
	"heard/tickets/events"

	"github.com/google/uuid"
)

func TestWhoHears(t *testing.T) {
	eachRig(t, func(t *testing.T, r *rig) {
		one := r.chat()
		r.wantBell("a chat that nobody has", "ann")
		r.assign("ben", "ann", one)
		r.wantBell("given by another", "ann", "assigned")
		r.wantBell("own acts", "ben")
		r.says(one, "Are you there?")
		r.says(one, "It is urgent.")
		r.wantBell("two messages", "ann", "customer_replied", "assigned")
		_, err := r.store.Note(t.Context(), r.by("ann"), one, tickets.NoteIn{NewMessage: tickets.NewMessage{ClientID: "7e2c7be2-8b0f-4c39-9f7b-5a4f8fb16f01", Body: "a note"}})
		r.must(err)
		r.wantBell("a note that calls nobody", "ben")
		_, err = r.store.Handoff(t.Context(), r.by("ann"), one, tickets.HandoffIn{To: tickets.To{Agent: r.agents["ben"].ID}, Reason: "skill"})
		r.must(err)
		r.wantBell("handed over", "ben", "handed_off")
		two := r.chat()
		r.assign("ann", "ann", two)
		r.wantBell("taken oneself", "ann", "customer_replied", "assigned")
		_, err = r.store.Resolve(t.Context(), r.by("ann"), two)
		r.must(err)
		r.says(two, "It is broken again")
		r.wantBell("reopened by the customer", "ann", "reopened", "customer_replied", "assigned")
	})
}

func TestTextsAreLookedUp(t *testing.T) {
	eachRig(t, func(t *testing.T, r *rig) {
		one := r.chat()
		r.assign("ben", "ann", one)
		r.says(one, "My card is\n 4111 1111")
		r.consume()
		n := r.newest("ann")
		if n.Text != "My card is 4111 1111" || n.Ticket != one || n.By.Kind != events.Customer {
			t.Errorf("notification = %+v", n)
		}
		_, err := r.store.RedactMessage(t.Context(), r.by("lea"), tickets.EditIn{Ticket: one, Seq: n.Seq, Anybody: true})
		r.must(err)
		if n = r.newest("ann"); n.Text != "" {
			t.Errorf("what was taken back is still told: %q", n.Text)
		}
	})
}

func TestScopeIsAskedAgain(t *testing.T) {
	eachRig(t, func(t *testing.T, r *rig) {
		one := r.chat()
		r.assign("ben", "ann", one)
		r.wantBell("assigned", "ann", "assigned")
		ticket, err := r.store.Ticket(t.Context(), one)
		r.must(err)
		_, err = r.store.Handoff(t.Context(), r.by("ann"), one, tickets.HandoffIn{To: tickets.To{Team: r.teams["Billing"]}, Reason: "billing"})
		r.must(err)
		if ticket.TeamID != r.teams["Support"] {
			t.Fatalf("team = %s", ticket.TeamID)
		}
		r.wantBell("of a team that one does not see any more", "ann")
		if n, err := r.Unread(t.Context(), r.caller("ann")); err != nil || n != 0 {
			t.Errorf("unread = %d, %v", n, err)
		}
	})
}

func TestMentions(t *testing.T) {
	eachRig(t, func(t *testing.T, r *rig) {
		one := r.chat()
		desk, err := r.people.Directory().Snapshot(t.Context())
		r.must(err)
		list, err := ticketsOf(t.Context(), r.log.Read(), []events.Event{{TicketID: one}})
		r.must(err)
		call := func(kind string, id events.ID) map[string]any { return map[string]any{"kind": kind, "id": id} }
		data, err := json.Marshal(map[string]any{"mentions": []any{call("team", r.teams["Support"]), call("agent", r.agents["ben"].ID), call("agent", r.agents["cho"].ID), call("agent", 999)}})
		r.must(err)
		see := &reading{desk: desk, tickets: list}
		see.look(&events.Event{Kind: "note.posted", TicketID: one, By: r.by("ann"), Data: data, Change: tickets.NotePosted{}})
		got := map[events.ID]Kind{}
		for _, d := range see.due {
			got[d.Agent] = d.Kind
		}
		// The author does not, whoever may not see the ticket neither, and nobody twice.
		if len(see.due) != 2 || got[r.agents["ben"].ID] != Mentioned || got[r.agents["lea"].ID] != Mentioned {
			t.Errorf("told = %+v", see.due)
		}
	})
}

// TestMentionsFollowTheNote: whom a note does not call any more has it unread no longer, and who is called since hears.
func TestMentionsFollowTheNote(t *testing.T) {
	eachRig(t, func(t *testing.T, r *rig) {
		r.must(r.begin(t.Context()))
		one, ctx := r.chat(), t.Context()
		name := func(whom string) string { return "@[" + whom + "](agent:" + r.agents[whom].ID.String() + ")" }
		out, err := r.store.Note(ctx, r.by("ann"), one, tickets.NoteIn{Sender: "a1", NewMessage: tickets.NewMessage{ClientID: uuid.NewString(), Body: name("ben") + " please"}})
		r.must(err)
		r.wantBell("called", "ben", "mentioned")
		in := tickets.EditIn{Ticket: one, Seq: out.Seq}
		_, err = r.store.EditMessage(ctx, r.by("ann"), in, name("ben")+" or "+name("lea"))
		r.must(err)
		r.wantBell("called still", "ben", "mentioned")
		r.wantBell("called since", "lea", "mentioned")
		if got := r.newest("lea"); got.Seq != out.Seq {
			t.Errorf("the notification leads to %d, want the note %d", got.Seq, out.Seq)
		}
		_, err = r.store.EditMessage(ctx, r.by("ann"), in, name("lea"))
		r.must(err)
		r.wantBell("called no more", "ben")
		_, err = r.store.RedactMessage(ctx, r.by("ann"), in)
		r.must(err)
		r.wantBell("by a note that is gone", "lea")
	})
}

func TestReading(t *testing.T) {
	eachRig(t, func(t *testing.T, r *rig) {
		one, two := r.chat(), r.chat()
		r.assign("ben", "ann", one)
		r.consume()
		r.assign("ben", "ann", two)
		r.consume()
		r.says(one, "again")
		r.wantBell("three", "ann", "customer_replied", "assigned", "assigned")
		ann := r.agents["ann"].ID
		list, err := r.List(t.Context(), r.caller("ann"), false, Place{}, 100)
		r.must(err)
		r.must(r.Read(t.Context(), r.agents["ben"].ID, Marks{IDs: []events.ID{list[0].ID}}))
		r.must(r.Read(t.Context(), r.agents["ben"].ID, Marks{Through: list[0].ID}))
		r.wantBell("others cannot", "ann", "customer_replied", "assigned", "assigned")
		r.must(r.Read(t.Context(), ann, Marks{Through: list[1].ID}))
		r.wantBell("through", "ann", "customer_replied", "assigned read", "assigned read")
		r.must(r.Read(t.Context(), ann, Marks{Ticket: one}))
		r.wantBell("a ticket", "ann", "customer_replied read", "assigned read", "assigned read")
		r.says(one, "and again")
		r.wantBell("news begin anew", "ann", "customer_replied", "customer_replied read", "assigned read", "assigned read")
		if err := r.Read(t.Context(), ann, Marks{}); err == nil {
			t.Error("marks of nothing are taken")
		}
		page, err := r.List(t.Context(), r.caller("ann"), false, Place{list[0].At, list[0].ID}, 1)
		r.must(err)
		if len(page) != 2 || page[0].ID != list[1].ID {
			t.Errorf("the page after %s begins with %+v", list[0].ID, page)
		}
	})
}

func TestTheMatrixDecides(t *testing.T) {
	eachRig(t, func(t *testing.T, r *rig) {
		set, err := r.Settings(t.Context(), r.agents["ann"].ID)
		r.must(err)
		set.Matrix[Assigned] = Ways{}
		set.Matrix[CustomerReplied] = Ways{Sound: true}
		_, err = r.Change(t.Context(), r.agents["ann"].ID, set)
		r.must(err)
		one := r.chat()
		r.assign("ben", "ann", one)
		r.says(one, "hm")
		r.wantBell("both off", "ann")
		told := &ear{here: r.agents["ann"].ID}
		_, err = r.tell(t.Context(), 0, told)
		r.must(err)
		if len(told.frames) != 1 || told.frames[0].Reason != CustomerReplied || told.frames[0].Bell || told.frames[0].Unread != 0 {
			t.Errorf("told = %+v", told.frames)
		}
	})
}

// ear is a console that writes down what it is told.
type ear struct {
	here   events.ID
	frames []Frame
}

func (e *ear) HasConsole(a events.ID) bool { return a == e.here }
func (e *ear) TellConsoles(_ events.ID, f any) {
	e.frames = append(e.frames, f.(Frame))
}

func TestConsolesAreTold(t *testing.T) {
	eachRig(t, func(t *testing.T, r *rig) {
		one := r.chat()
		r.assign("ben", "ann", one)
		r.says(one, "hm")
		r.consume()
		told := &ear{here: r.agents["ann"].ID}
		seen, err := r.tell(t.Context(), 0, told)
		r.must(err)
		if len(told.frames) != 2 || told.frames[1].Body != "hm" || told.frames[1].Unread != 2 || !told.frames[1].Bell {
			t.Fatalf("told = %+v", told.frames)
		}
		told.frames = nil
		r.must(r.Read(t.Context(), r.agents["ann"].ID, Marks{Ticket: one}))
		_, err = r.tell(t.Context(), seen, told)
		r.must(err)
		if len(told.frames) != 1 || len(told.frames[0].Read) != 2 || told.frames[0].Unread != 0 {
			t.Errorf("told = %+v", told.frames)
		}
	})
}

func TestAChatWhoseCustomerLeftCallsNobody(t *testing.T) {
	eachRig(t, func(t *testing.T, r *rig) {
		r.must(r.people.SetAvailability(t.Context(), r.by("ann"), r.agents["ann"].ID, tickets.Online, tickets.Chosen))
		r.people.Directory().Forget()
		one := r.chat()
		r.clock.Advance(waitsAfter)
		r.must(r.Waiting(t.Context()))
		r.wantBell("while the customer waits", "ann", "unassigned_waiting")
		_, err := r.store.Abandon(t.Context(), one, r.log.Now())
		r.must(err)
		r.must(r.Waiting(t.Context()))
		r.wantBell("nobody can be helped", "ann")
	})
}

func TestChatsThatWait(t *testing.T) {
	eachRig(t, func(t *testing.T, r *rig) {
		for _, name := range []string{"ann", "cho"} {
			r.must(r.people.SetAvailability(t.Context(), r.by(name), r.agents[name].ID, tickets.Online, tickets.Chosen))
		}
		r.people.Directory().Forget()
		one := r.chat()
		r.must(r.Waiting(t.Context()))
		r.wantBell("not at once", "ann")
		r.clock.Advance(waitsAfter)
		r.must(r.Waiting(t.Context()))
		r.must(r.Waiting(t.Context()))
		r.wantBell("once, to those who are there", "ann", "unassigned_waiting")
		r.wantBell("of the team", "cho")
		r.wantBell("and are there", "ben")
		two := r.chat()
		r.clock.Advance(waitsAfter)
		r.must(r.Waiting(t.Context()))
		r.wantBell("one for all", "ann", "unassigned_waiting×2")
		r.must(r.Read(t.Context(), r.agents["ann"].ID, Marks{Through: r.newest("ann").ID}))
		r.must(r.Waiting(t.Context()))
		r.wantBell("who read it is not told of the same again", "ann", "unassigned_waiting×2 read")
		three := r.chat()
		r.clock.Advance(waitsAfter)
		r.must(r.Waiting(t.Context()))
		r.wantBell("but of others", "ann", "unassigned_waiting×3", "unassigned_waiting×3 read")
		for _, id := range []events.ID{one, two, three} {
			r.assign("ben", "ben", id)
		}
		r.must(r.Waiting(t.Context()))
		r.wantBell("taken", "ann", "unassigned_waiting read")
	})
}

func TestForgetting(t *testing.T) {
	eachRig(t, func(t *testing.T, r *rig) {
		one := r.chat()
		r.assign("ben", "ann", one)
		r.wantBell("assigned", "ann", "assigned")
		r.must(r.Forget(t.Context()))
		r.wantBell("kept", "ann", "assigned")
		r.clock.Advance(keepFor)
		r.must(r.Forget(t.Context()))
		r.wantBell("forgotten", "ann")
	})
}

func TestQuietHours(t *testing.T) {
	vienna, err := time.LoadLocation("Europe/Vienna")
	if err != nil {
		t.Fatal(err)
	}
	night := QuietHours{On: true, From: "22:00", To: "07:00", Days: []int{1, 2, 3, 4, 5}}
	for _, tt := range []struct {
		name string
		q    QuietHours
		at   string // in Vienna
		want bool
	}{
		{"evening", night, "2026-11-20 22:00", true},
		{"before", night, "2026-11-20 21:59", false},
		{"past midnight belongs to Friday", night, "2026-11-21 06:59", true},
		{"over", night, "2026-11-21 07:00", false},
		{"Saturday does not begin one", night, "2026-11-21 23:00", false},
		{"nor goes on", night, "2026-11-22 03:00", false},
		{"off", QuietHours{From: "22:00", To: "07:00", Days: []int{5}}, "2026-11-20 23:00", false},
		{"within a day", QuietHours{On: true, From: "12:00", To: "13:00", Days: []int{5}}, "2026-11-20 12:30", true},
		{"elsewhere it is early", QuietHours{On: true, From: "22:00", To: "07:00", Days: []int{5}, Zone: "America/New_York"}, "2026-11-20 23:00", false},
		{"elsewhere it is night", QuietHours{On: true, From: "22:00", To: "07:00", Days: []int{5}, Zone: "America/New_York"}, "2026-11-21 05:00", true},
	} {
		at, err := time.ParseInLocation("2006-01-02 15:04", tt.at, vienna)
		if err != nil {
			t.Fatal(err)
		}
		if got := tt.q.At(at.UTC(), vienna); got != tt.want {
			t.Errorf("%s: quiet at %s = %v, want %v", tt.name, tt.at, got, tt.want)
		}
	}
}

func TestSettingsAreChecked(t *testing.T) {
	for field, spoil := range map[string]func(*Wishes){
		"matrix":       func(s *Wishes) { s.Matrix["birthday"] = Ways{} },
		"quiet.from":   func(s *Wishes) { s.Quiet.From = "7:00" },
		"quiet.to":     func(s *Wishes) { s.Quiet.To = "24:00" },
		"quiet.days":   func(s *Wishes) { s.Quiet.Days = []int{1, 1} },
		"quiet.zone":   func(s *Wishes) { s.Quiet.Zone = "Mars/Olympus" },
		"sound.name":   func(s *Wishes) { s.Sound.Name = "scream" },
		"sound.volume": func(s *Wishes) { s.Sound.Volume = 101 },
	} {
		set := Usual()
		if err := set.check(); err != nil {
			t.Fatal(err)
		}
		spoil(&set)
		if err := set.check(); err == nil {
			t.Errorf("a wrong %s is taken", field)
		}
	}
}

func TestManyAtOnceAreOne(t *testing.T) {
	eachRig(t, func(t *testing.T, r *rig) {
		for range several + 1 {
			r.assign("ben", "ann", r.chat())
		}
		r.wantBell("a whole list", "ann", "assigned×6")
	})
}

func TestAgainTellsNothingTwice(t *testing.T) {
	eachRig(t, func(t *testing.T, r *rig) {
		one := r.chat()
		r.assign("ben", "ann", one)
		r.wantBell("assigned", "ann", "assigned")
		again := func() {
			r.must(r.log.Write(t.Context(), events.Unit{By: events.SystemActor}, func(ctx context.Context, tx *events.Tx) error {
				_, err := tx.NewRaw(`UPDATE cursors SET pos = 0 WHERE name = ?`, cursor).Exec(ctx)
				return err
			}))
		}
		again()
		r.wantBell("from the beginning", "ann", "assigned")
		r.must(r.Read(t.Context(), r.agents["ann"].ID, Marks{Ticket: one}))
		again()
		r.wantBell("read meanwhile", "ann", "assigned read")
	})
}

func TestADeskThatWasThereBefore(t *testing.T) {
	eachRig(t, func(t *testing.T, r *rig) {
		one := r.chat()
		r.assign("ben", "ann", one)
		r.must(r.begin(t.Context()))
		r.wantBell("what was before", "ann")
		r.says(one, "And now?")
		r.must(r.begin(t.Context()))
		r.wantBell("what comes", "ann", "customer_replied")
	})
}

func TestStatesThatHaveNoEvent(t *testing.T) {
	eachRig(t, func(t *testing.T, r *rig) {
		one := r.chat()
		r.assign("ann", "ann", one)
		r.must(r.log.Write(t.Context(), events.Unit{By: events.SystemActor}, func(ctx context.Context, tx *events.Tx) error {
			return r.Refused(ctx, tx, &tickets.Outgoing{Agent: r.agents["ann"].ID, Ticket: one})
		}))
		r.wantBell("a reply that was refused", "ann", "outgoing_refused")
		r.NewestReport = func(context.Context) (Report, error) { return Report{"2026-W47", r.log.Now()}, nil }
		set := true
		_, err := r.people.ChangeAgent(t.Context(), events.SystemActor, r.agents["lea"].ID, tickets.AgentPatch{AllTeams: &set})
		r.must(err)
		r.people.Directory().Forget()
		r.must(r.Look(t.Context()))
		r.must(r.Look(t.Context()))
		r.wantBell("a report, once", "lea", "report_ready")
		r.wantBell("for those who may read it", "ann", "outgoing_refused")
	})
}

func TestIssuesOfThePastRingForNobody(t *testing.T) {
	eachRig(t, func(t *testing.T, r *rig) {
		boss, err := r.people.CreateAgent(t.Context(), events.SystemActor, tickets.AgentIn{Email: "boss@desk.example", Name: "boss", Role: tickets.RoleAdmin})
		r.must(err)
		r.agents["boss"] = boss
		flag := func(issue events.ID, ago time.Duration) {
			r.must(r.log.Write(t.Context(), events.Unit{By: events.SystemActor}, func(_ context.Context, tx *events.Tx) error {
				tx.RecordAt(tx.Now.Add(-ago), tx.By, 0, feedback.IssueFlagged{Issue: issue, Topic: 1, Type: "new"})
				return nil
			}))
		}
		flag(1, 27*24*time.Hour) // found now, in the letters of last month
		r.wantBell("an issue of last month", "boss")
		flag(2, time.Hour)
		r.wantBell("an issue of today", "boss", "issue_flagged")
		r.wantBell("an issue of today", "ann")
	})
}
