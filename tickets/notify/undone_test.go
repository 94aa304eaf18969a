package notify

import (
	"testing"
	"time"

	"heard/tickets"
	"heard/tickets/events"
)

// resolves resolves a ticket and returns how that is taken back.
func (r *rig) resolves(by string, ticket events.ID) (undo func()) {
	r.t.Helper()
	before, err := r.store.Ticket(r.t.Context(), ticket)
	r.must(err)
	after, err := r.store.Resolve(r.t.Context(), r.by(by), ticket)
	r.must(err)
	return func() {
		r.t.Helper()
		_, err := r.store.UndoAct(r.t.Context(), r.caller(by), r.by(by), ticket, tickets.Act{From: before.LastSeq + 1, Through: after.LastSeq})
		r.must(err)
	}
}

func TestAMessageThatAResolveKeptFromItsOwnerIsToldOnceThatIsUndone(t *testing.T) {
	eachRig(t, func(t *testing.T, r *rig) {
		one := r.chat()
		r.assign("ben", "ann", one)
		r.wantBell("hers", "ann", "assigned")
		r.says(one, "Are you there?")
		undo := r.resolves("ben", one)
		r.wantBell("resolved before anybody looked", "ann", "assigned")
		undo()
		r.wantBell("undone", "ann", "customer_replied", "assigned")
		if n := r.newest("ann"); n.Text != "Are you there?" || n.By.Kind != events.Customer {
			t.Errorf("the bell tells %+v", n)
		}
		undo = r.resolves("ben", one)
		undo()
		r.wantBell("undone again", "ann", "customer_replied", "assigned")
		r.must(r.Read(t.Context(), r.agents["ann"].ID, Marks{Ticket: one}))
		undo = r.resolves("ben", one)
		r.consume()
		undo()
		r.wantBell("what was read stays read", "ann", "customer_replied read", "assigned read")
	})
}

func TestChatsThatWaitAgain(t *testing.T) {
	eachRig(t, func(t *testing.T, r *rig) {
		for _, name := range []string{"ann", "lea"} {
			r.must(r.people.SetAvailability(t.Context(), r.by(name), r.agents[name].ID, tickets.Online, tickets.Chosen))
		}
		r.people.Directory().Forget()
		one := r.chat()
		r.clock.Advance(waitsAfter)
		r.must(r.Waiting(t.Context()))
		r.wantBell("it waits", "ann", "unassigned_waiting")
		r.must(r.Read(t.Context(), r.agents["lea"].ID, Marks{Through: r.newest("lea").ID}))
		undo := r.resolves("ben", one)
		r.consume()
		r.must(r.Waiting(t.Context()))
		r.wantBell("resolved", "ann")
		r.clock.Advance(time.Minute)
		undo()
		r.wantBell("undone it waits again", "ann", "unassigned_waiting")
		r.wantBell("and stays read where it was", "lea", "unassigned_waiting read")
		r.must(r.Waiting(t.Context()))
		r.wantBell("once", "ann", "unassigned_waiting")
		undo = r.resolves("ben", one)
		r.must(r.Waiting(t.Context()))
		undo()
		r.assign("ben", "ben", one)
		r.wantBell("somebody has it by now", "ann")
	})
}
