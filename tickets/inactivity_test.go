package tickets_test

import (
	"testing"
	"time"

	"heard/tickets"
	"heard/tickets/events"
)

func TestInactivityDue(t *testing.T) {
	const m = events.Time(60_000)
	both, closes, warns := tickets.Inactivity{WarnAfterMin: 5, CloseAfterMin: 8}, tickets.Inactivity{CloseAfterMin: 8}, tickets.Inactivity{WarnAfterMin: 5}
	for _, tt := range []struct {
		name       string
		policy     tickets.Inactivity
		warned     events.Time // since is 100 minutes
		now        events.Time
		want       tickets.SilentStep
		wantMinute events.Time
	}{
		{"off", tickets.Inactivity{}, 0, 1000, tickets.NoStep, 0},
		{"not yet", both, 0, 104, tickets.NoStep, 0},
		{"warn", both, 0, 105, tickets.WarnStep, 105},
		{"warn late, before any end", both, 0, 500, tickets.WarnStep, 105},
		{"warned, not over", both, 105, 107, tickets.NoStep, 0},
		{"over", both, 105, 108, tickets.CloseStep, 108},
		{"noticed late, dated when it was due", both, 105, 900, tickets.CloseStep, 108},
		{"the late warning leaves its time", both, 200, 202, tickets.NoStep, 0},
		{"and then it is over", both, 200, 203, tickets.CloseStep, 203},
		{"no warning", closes, 0, 108, tickets.CloseStep, 108},
		{"only a warning", warns, 105, 900, tickets.NoStep, 0},
	} {
		got, at := tt.policy.Due(tickets.SilentChat{Since: 100 * m, Warned: tt.warned * m}, tt.now*m)
		if got != tt.want || at != tt.wantMinute*m {
			t.Errorf("%s: %q at minute %d, want %q at %d", tt.name, got, at/m, tt.want, tt.wantMinute)
		}
	}
}

func TestSilentChatsAreWarnedOnceAndEnd(t *testing.T) {
	eachDesk(t, func(t *testing.T, d *desk) {
		policy := tickets.Inactivity{WarnAfterMin: 5, CloseAfterMin: 8, Text: "Hello?"}
		listed := func() []tickets.SilentChat {
			t.Helper()
			list, err := d.SilentChats(t.Context(), inbox, d.log.Now().Add(-5*time.Minute))
			d.must(err)
			return list
		}
		step := func(name string, id events.ID, want tickets.SilentStep, kinds ...string) {
			t.Helper()
			before := d.row(id).LastSeq
			got, err := d.BreakSilence(t.Context(), id, policy)
			d.must(err)
			if got != want {
				t.Errorf("%s: %q, want %q", name, got, want)
			}
			wantKinds(t, d.newKinds(id, before), kinds...)
		}
		id := d.start(cus)
		unanswered, owes := d.start(cus), d.start(sam)
		d.say(ann, id, "Which order is it?")
		d.say(ann, owes, "Which order is it?")
		d.say(sam, owes, "Number 7")
		asked := d.log.Now()
		d.clock.Advance(time.Hour)
		if list := listed(); len(list) != 1 || list[0].Ticket != id || list[0].Since != asked {
			t.Errorf("silent are %+v", list)
		}
		step("the agent owes", owes, tickets.NoStep)
		step("nobody has answered", unanswered, tickets.NoStep)
		step("warn", id, tickets.WarnStep, "message.posted", "inactivity.warned")
		step("warn twice", id, tickets.NoStep)
		row := d.row(id)
		if w := d.wire(id, tickets.ForCustomer)[row.PublicSeq]; w.Body != "Hello?" || w.By.Kind != events.Automation {
			t.Errorf("the warning = %+v", w)
		}
		if row.AgentMessages != 1 || row.WaitingSince != 0 || row.Unread != 0 {
			t.Errorf("the warning counts: %+v", row.Ticket)
		}
		d.clock.Advance(2 * time.Minute)
		d.say(cus, id, "Sorry, number 8") // in time
		d.clock.Advance(time.Hour)
		step("the agent owes again", id, tickets.NoStep)
		d.say(ann, id, "Thank you. Anything else?")
		d.clock.Advance(4 * time.Minute)
		step("too early", id, tickets.NoStep)
		d.clock.Advance(2 * time.Minute)
		step("warn anew", id, tickets.WarnStep, "message.posted", "inactivity.warned")
		warned := d.log.Now()
		d.clock.Advance(time.Hour)
		step("end", id, tickets.CloseStep, "ticket.status_changed", "ticket.unassigned")
		step("end twice", id, tickets.NoStep)
		row = d.row(id)
		if row.Status != tickets.Resolved || row.ResolvedAt != warned.Add(3*time.Minute) || row.LastOwnerID != ann.ID {
			t.Errorf("ended: %+v", row.Ticket)
		}
		if len(listed()) != 0 {
			t.Errorf("still silent: %+v", listed())
		}
		d.say(cus, id, "One more thing")
		if got := d.row(id); got.Status != tickets.Open || got.Reopens != 1 {
			t.Errorf("after a late word: %s, %d reopens", got.Status, got.Reopens)
		}
		d.check()
	})
}

func TestLettersOfAClosedDesk(t *testing.T) {
	eachDesk(t, func(t *testing.T, d *desk) {
		open := chatOf(withEmail)
		open.Offline, open.Says = true, "We are closed, but you can write"
		in := tickets.PostIn{By: sam, Sender: tickets.VisitorSender(sam.ID), Open: open, NewMessage: tickets.NewMessage{ClientID: newID(), Body: "Where is it?"}}
		out, err := d.Post(t.Context(), in)
		d.must(err)
		again, err := d.Post(t.Context(), in)
		d.must(err)
		if again.Ticket != out.Ticket || !again.Repeated || out.Seq != 3 {
			t.Errorf("first %+v, repeated %+v", out, again)
		}
		wantKinds(t, d.kinds(out.Ticket), "ticket.opened", "message.posted", "message.posted")
		row := d.row(out.Ticket)
		if !row.Offline || row.CustomerMessages != 1 || row.CustomerSeenSeq != 2 || row.Preview != "Where is it?" {
			t.Errorf("row = %+v", row.Ticket)
		}
		d.clock.Advance(time.Hour)
		left, err := d.LeftChats(t.Context(), d.log.Now())
		d.must(err)
		_, err = d.Abandon(t.Context(), out.Ticket, 1)
		d.must(err)
		if len(left) != 0 || len(d.kinds(out.Ticket)) != 3 {
			t.Errorf("a letter counts as left: %+v, %v", left, d.kinds(out.Ticket))
		}
		_, err = d.End(t.Context(), sam, out.Ticket)
		d.must(err)
		var facts tickets.Facts
		evs, err := d.log.Of(t.Context(), out.Ticket, 0, 100, false)
		d.must(err)
		for _, e := range evs {
			facts.Fold(e)
		}
		if abandoned, _ := facts.AbandonedChat(d.log.Now().Add(days(1))); abandoned {
			t.Error("a letter counts as an abandoned chat")
		}
		d.say(ann, out.Ticket, "Tomorrow")
		d.clock.Advance(days(1))
		if step, err := d.BreakSilence(t.Context(), out.Ticket, tickets.Inactivity{CloseAfterMin: 5}); err != nil || step != tickets.NoStep {
			t.Errorf("a letter is hurried: %q, %v", step, err)
		}
		d.check()
	})
}
