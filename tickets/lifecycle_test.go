package tickets_test

import (
	"context"
	"testing"
	"time"

	"heard/migrations"
	"heard/migrations/dbtest"
	"heard/tickets"
	"heard/tickets/events"
	"heard/tickets/fault"
)

// step is one act on a ticket in a table of cases.
type step func(d *desk, id events.ID) error

func says(by events.Actor) step {
	return func(d *desk, id events.ID) error {
		_, err := d.Post(d.t.Context(), d.postIn(by, id, "words"))
		return err
	}
}

func resolves(by events.Actor) step {
	return func(d *desk, id events.ID) error { _, err := d.Resolve(d.t.Context(), by, id); return err }
}

func reopens(by events.Actor) step {
	return func(d *desk, id events.ID) error { _, err := d.Reopen(d.t.Context(), by, id); return err }
}

func sets(to tickets.Status) step {
	return func(d *desk, id events.ID) error { _, err := d.SetStatus(d.t.Context(), ann, id, to); return err }
}

func assigns(by events.Actor, to tickets.To) step {
	return func(d *desk, id events.ID) error { _, err := d.Assign(d.t.Context(), by, id, to); return err }
}

func handsOff(by events.Actor, to tickets.To, reason, note string) step {
	return func(d *desk, id events.ID) error {
		_, err := d.Handoff(d.t.Context(), by, id, tickets.HandoffIn{To: to, Reason: reason, Note: note, Sender: tickets.AgentSender(by.ID)})
		return err
	}
}

func snoozes(by time.Duration) step {
	return func(d *desk, id events.ID) error {
		_, err := d.Snooze(d.t.Context(), ann, id, d.log.Now().Add(by))
		return err
	}
}

func ends(by events.Actor) step {
	return func(d *desk, id events.ID) error { _, err := d.End(d.t.Context(), by, id); return err }
}

func waits(by time.Duration) step {
	return func(d *desk, _ events.ID) error { d.clock.Advance(by); return nil }
}

func requeues(agent events.ID) step {
	return func(d *desk, _ events.ID) error {
		d.away(agent, tickets.Offline)
		_, err := d.Requeue(d.t.Context(), sys, agent)
		return err
	}
}

// leaves disables an agent.
func leaves(agent events.ID) step {
	return func(d *desk, _ events.ID) error {
		return d.log.Write(d.t.Context(), events.Unit{By: sys}, func(ctx context.Context, tx *events.Tx) error {
			_, err := tx.NewRaw(`UPDATE agents SET disabled_at = ? WHERE id = ?`, tx.Now, agent).Exec(ctx)
			return err
		})
	}
}

func sweeps() step {
	return func(d *desk, _ events.ID) error {
		if _, err := d.WakeDue(d.t.Context()); err != nil {
			return err
		}
		_, err := d.CloseDue(d.t.Context())
		return err
	}
}

func TestLifecycle(t *testing.T) {
	const (
		opened, posted, note   = "ticket.opened", "message.posted", "note.posted"
		assigned, handed       = "ticket.assigned", "ticket.handed_off"
		unassigned, queued     = "ticket.unassigned", "ticket.queued"
		changed, snoozed       = "ticket.status_changed", "ticket.snoozed"
		moved, ended, linked   = "ticket.team_changed", "conversation.ended", "ticket.linked"
		open, pending          = tickets.Open, tickets.Pending
		resolved, closed, away = tickets.Resolved, tickets.Closed, tickets.Snoozed
	)
	begin := []string{opened, posted}
	tests := []struct {
		name     string
		by       events.Actor
		steps    []step
		want     []string // behind the opening and the first message
		status   tickets.Status
		owner    events.ID
		wantKind fault.Kind // of the last step
	}{
		{"an answer claims the ticket", cus, []step{says(ann)}, []string{assigned, posted}, open, 1, ""},
		{"a second answer does not", cus, []step{says(ann), says(ben)}, []string{assigned, posted, posted}, open, 1, ""},
		{"a bot's answer does not", cus, []step{says(bot)}, []string{posted}, open, 0, ""},
		{"resolve by who has it", cus, []step{says(ann), resolves(ann)}, []string{assigned, posted, changed, unassigned}, resolved, 0, ""},
		{"resolve takes it first", cus, []step{resolves(ann)}, []string{assigned, changed, unassigned}, resolved, 0, ""},
		{"resolve twice", cus, []step{resolves(ann), resolves(ann)}, []string{assigned, changed, unassigned}, resolved, 0, ""},
		{"resolve by a program of nobody", cus, []step{resolves(sys)}, []string{changed}, resolved, 0, ""},
		{"a message opens it again", cus, []step{resolves(ann), says(cus)}, []string{assigned, changed, unassigned, posted, changed, queued}, open, 0, ""},
		{"an agent's message does not", cus, []step{resolves(ann), says(ann)}, []string{assigned, changed, unassigned, posted}, resolved, 0, ""},
		{"reopen gives it to who had it", cus, []step{resolves(ann), reopens(ben)}, []string{assigned, changed, unassigned, changed, queued, assigned}, open, 1, ""},
		{"reopen what nobody had", cus, []step{resolves(sys), reopens(ben)}, []string{changed, changed, queued}, open, 0, ""},
		{"reopen what one had who left", cus, []step{resolves(cho), leaves(3), reopens(ben)}, []string{assigned, changed, unassigned, changed, queued}, open, 0, ""},
		{"reopen what is open", cus, []step{reopens(ben)}, nil, open, 0, ""},
		{"pending until the customer writes", cus, []step{sets(pending), says(cus)}, []string{changed, posted, changed}, open, 0, ""},
		{"pending twice", cus, []step{sets(pending), sets(pending)}, []string{changed}, pending, 0, ""},
		{"status resolved is a resolve", cus, []step{sets(resolved)}, []string{assigned, changed, unassigned}, resolved, 0, ""},
		{"status open is a reopen", cus, []step{sets(resolved), sets(open)}, []string{assigned, changed, unassigned, changed, queued, assigned}, open, 1, ""},
		{"status closed resolves first", cus, []step{sets(closed)}, []string{assigned, changed, unassigned, changed}, closed, 0, ""},
		{"status snoozed needs a time", cus, []step{sets(away)}, nil, open, 0, fault.Invalid},
		{"pending from resolved", cus, []step{resolves(ann), sets(pending)}, []string{assigned, changed, unassigned}, resolved, 0, fault.Conflict},
		{"snooze", cus, []step{snoozes(time.Hour)}, []string{changed, snoozed}, away, 0, ""},
		{"snooze again", cus, []step{snoozes(time.Hour), snoozes(2 * time.Hour)}, []string{changed, snoozed, snoozed}, away, 0, ""},
		{"snooze into the past", cus, []step{snoozes(-time.Hour)}, nil, open, 0, fault.Invalid},
		{"snooze for ever", cus, []step{snoozes(days(400))}, nil, open, 0, fault.Invalid},
		{"snooze what is resolved", cus, []step{resolves(ann), snoozes(time.Hour)}, []string{assigned, changed, unassigned}, resolved, 0, fault.Conflict},
		{"snoozed until due", cus, []step{snoozes(time.Hour), waits(2 * time.Hour), sweeps()}, []string{changed, snoozed, changed}, open, 0, ""},
		{"snoozed until a message", cus, []step{snoozes(time.Hour), says(cus)}, []string{changed, snoozed, posted, changed}, open, 0, ""},
		{"closed when the window ends", cus, []step{resolves(ann), waits(days(8)), sweeps()}, []string{assigned, changed, unassigned, changed}, closed, 0, ""},
		{"not before", cus, []step{resolves(ann), waits(days(6)), sweeps()}, []string{assigned, changed, unassigned}, resolved, 0, ""},
		{"closed before a late act", cus, []step{resolves(ann), waits(days(8)), reopens(ann)}, []string{assigned, changed, unassigned}, resolved, 0, fault.Closed},
		{"closed is for good", cus, []step{sets(closed), says(ann)}, []string{assigned, changed, unassigned, changed}, closed, 0, fault.Closed},
		{"assign", cus, []step{assigns(ann, tickets.To{Agent: 2})}, []string{assigned}, open, 2, ""},
		{"assign twice", cus, []step{assigns(ann, tickets.To{Agent: 2}), assigns(ann, tickets.To{Agent: 2})}, []string{assigned}, open, 2, ""},
		{"assign from an agent", cus, []step{says(ann), assigns(ann, tickets.To{Agent: 2})}, []string{assigned, posted, handed}, open, 2, ""},
		{"assign to a team from the queue", cus, []step{assigns(ann, tickets.To{Team: 2})}, []string{moved}, open, 0, ""},
		{"assign to its own team", cus, []step{assigns(ann, tickets.To{Team: 1})}, nil, open, 0, ""},
		{"assign to a team from an agent", cus, []step{says(ann), assigns(ann, tickets.To{Team: 2})}, []string{assigned, posted, handed}, open, 0, ""},
		{"assign to both", cus, []step{assigns(ann, tickets.To{Agent: 1, Team: 2})}, nil, open, 0, fault.Invalid},
		{"assign to nobody", cus, []step{assigns(ann, tickets.To{})}, nil, open, 0, fault.Invalid},
		{"assign to a stranger", cus, []step{assigns(ann, tickets.To{Agent: 77})}, nil, open, 0, fault.Invalid},
		{"assign what is resolved", cus, []step{resolves(ann), assigns(ann, tickets.To{Agent: 2})}, []string{assigned, changed, unassigned}, resolved, 0, fault.Conflict},
		{"handoff with a note", cus, []step{says(ann), handsOff(ann, tickets.To{Agent: 2}, "skill", "please")}, []string{assigned, posted, note, handed}, open, 2, ""},
		{"handoff to a team", cus, []step{says(ann), handsOff(ann, tickets.To{Team: 2}, "billing", "")}, []string{assigned, posted, handed}, open, 0, ""},
		{"handoff without a reason", cus, []step{says(ann), handsOff(ann, tickets.To{Team: 2}, "", "")}, []string{assigned, posted}, open, 1, fault.Invalid},
		{"handoff to oneself", cus, []step{says(ann), handsOff(ann, tickets.To{Agent: 1}, "skill", "x")}, []string{assigned, posted}, open, 1, fault.Invalid},
		{"handoff of what nobody has", cus, []step{handsOff(ann, tickets.To{Agent: 2}, "skill", "")}, nil, open, 0, fault.Conflict},
		{"requeue", cus, []step{says(ann), waits(time.Minute), requeues(1)}, []string{assigned, posted, handed}, open, 0, ""},
		{"end after an answer resolves", cus, []step{says(ann), ends(cus)}, []string{assigned, posted, ended, changed, unassigned}, resolved, 0, ""},
		{"end before one abandons", cus, []step{ends(cus)}, []string{ended, changed}, closed, 0, ""},
		{"end before one, owned", cus, []step{assigns(ann, tickets.To{Agent: 1}), ends(cus)}, []string{assigned, ended, changed, unassigned}, closed, 0, ""},
		{"end with an address waits on", sam, []step{ends(sam), ends(sam)}, []string{ended}, open, 0, ""},
		{"end by another customer", cus, []step{ends(sam)}, nil, open, 0, fault.NotFound},
		{"another customer's words", cus, []step{says(sam)}, nil, open, 0, fault.NotFound},
		{"a message to what is closed", cus, []step{sets(closed), says(cus)}, []string{assigned, changed, unassigned, changed, linked}, closed, 0, ""},
	}
	dbtest.Each(t, func(t *testing.T, db *migrations.DB) {
		d := newDesk(t, db)
		for _, tt := range tests {
			d.t = t
			id := d.start(tt.by)
			var err error
			for i, step := range tt.steps {
				d.clock.Advance(time.Second)
				if err = step(d, id); err != nil && i < len(tt.steps)-1 {
					t.Fatalf("%s: step %d: %v", tt.name, i, err)
				}
			}
			if got := fault.KindOf(err); got != tt.wantKind {
				t.Errorf("%s: kind = %q, want %q (%v)", tt.name, got, tt.wantKind, err)
			}
			t.Run(tt.name, func(t *testing.T) { wantKinds(t, d.kinds(id), append(begin[:2:2], tt.want...)...) })
			if row := d.row(id); row.Status != tt.status || row.AssigneeID != tt.owner {
				t.Errorf("%s: ticket is %s of %q, want %s of %q", tt.name, row.Status, row.AssigneeID, tt.status, tt.owner)
			}
		}
		d.check()
	})
}

// TestWhoWaitedWaitsOn: a ticket that is taken back waits since the message that nobody answered, and the time while it
// was resolved is nobody's wait.
func TestWhoWaitedWaitsOn(t *testing.T) {
	eachDesk(t, func(t *testing.T, d *desk) {
		id := d.start(cus)
		d.clock.Advance(time.Minute)
		d.say(cus, id, "Where is it?")
		since := d.row(id).WaitingSince
		d.clock.Advance(time.Minute)
		d.must(resolves(ann)(d, id))
		if got := d.row(id).WaitingSince; got != 0 {
			t.Errorf("resolved, it waits since %v", got)
		}
		d.clock.Advance(time.Hour)
		d.must(reopens(ann)(d, id))
		if got := d.row(id).WaitingSince; since == 0 || got != since {
			t.Errorf("taken back, it waits since %v, want %v", got, since)
		}
		d.say(ann, id, "On its way")
		d.must(resolves(ann)(d, id))
		d.must(reopens(ann)(d, id))
		if got := d.row(id).WaitingSince; got != 0 {
			t.Errorf("answered, it waits since %v", got)
		}
		d.check()
	})
}
