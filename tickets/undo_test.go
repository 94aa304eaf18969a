package tickets_test

import (
	"reflect"
	"slices"
	"testing"
	"time"

	"heard/migrations"
	"heard/migrations/dbtest"
	"heard/tickets"
	"heard/tickets/events"
	"heard/tickets/events/eventstest"
	"heard/tickets/fault"
)

func tags(add, remove []string) step {
	return func(d *desk, id events.ID) error { _, err := d.Tag(d.t.Context(), ann, id, add, remove); return err }
}

func prioritizes(to tickets.Priority) step {
	return func(d *desk, id events.ID) error { _, err := d.SetPriority(d.t.Context(), ann, id, to); return err }
}

func marksSpam(is bool) step {
	return func(d *desk, id events.ID) error { _, err := d.MarkSpam(d.t.Context(), ann, id, is); return err }
}

// caller is an agent who sees everything.
func caller(by events.Actor) tickets.Caller {
	return tickets.Caller{Agent: by.ID, Role: tickets.RoleAgent, AllTeams: true}
}

// acts does one thing and returns what it recorded.
func (d *desk) acts(id events.ID, s step) tickets.Act {
	d.t.Helper()
	from := d.row(id).LastSeq + 1
	d.must(s(d, id))
	return tickets.Act{From: from, Through: d.row(id).LastSeq}
}

func (d *desk) undo(by events.Actor, id events.ID, a tickets.Act) error {
	_, err := d.UndoAct(d.t.Context(), caller(by), by, id, a)
	return err
}

// told is a ticket's log.
func (d *desk) told(id events.ID) []events.Event {
	return slices.DeleteFunc(slices.Clone(eventstest.All(d.t, d.log)), func(e events.Event) bool { return e.TicketID != id })
}

func (d *desk) facts(id events.ID) (f tickets.Facts) {
	for _, e := range tickets.WithoutUndone(d.told(id)) {
		f.Fold(e)
	}
	return f
}

func TestAnUndoLeavesATicketAsThoughNothingHadBeenDone(t *testing.T) {
	mine, hers := assigns(ann, tickets.To{Agent: 1}), assigns(ann, tickets.To{Agent: 2})
	for _, tt := range []struct {
		name   string
		before []step
		act    step
	}{
		{"resolve what waits", nil, resolves(ann)},
		{"resolve one's own", []step{mine}, resolves(ann)},
		{"resolve another's", []step{hers}, resolves(ann)},
		{"resolve what was handed on", []step{mine, handsOff(ann, tickets.To{Agent: 2}, "skill", "knows lamps")}, resolves(ann)},
		{"resolve what sleeps", []step{mine, snoozes(time.Hour)}, resolves(ann)},
		{"resolve what is answered", []step{says(ann), sets(tickets.Pending)}, resolves(ann)},
		{"resolve what its customer left", []step{ends(sam)}, resolves(ann)},
		{"reopen", []step{hers, resolves(ben), waits(time.Hour)}, reopens(ann)},
		{"take", nil, mine},
		{"give", []step{mine}, hers},
		{"give to a queue", []step{mine}, assigns(ann, tickets.To{Team: 2})},
		{"move between queues", nil, assigns(ann, tickets.To{Team: 2})},
		{"hand over", []step{mine}, handsOff(ann, tickets.To{Agent: 2}, "skill", "knows lamps")},
		{"snooze", []step{mine}, snoozes(time.Hour)},
		{"snooze again", []step{snoozes(time.Hour)}, snoozes(2 * time.Hour)},
		{"set to pending", []step{mine}, sets(tickets.Pending)},
		{"tag", []step{tags([]string{"kept", "gone"}, nil)}, tags([]string{"new"}, []string{"gone"})},
		{"priority", nil, prioritizes(tickets.Urgent)},
		{"spam", []step{hers}, marksSpam(true)},
		{"not spam", []step{marksSpam(true)}, marksSpam(false)},
	} {
		t.Run(tt.name, func(t *testing.T) {
			dbtest.Each(t, func(t *testing.T, db *migrations.DB) {
				d := newDesk(t, db)
				id := d.start(sam)
				for _, s := range tt.before {
					d.clock.Advance(time.Minute)
					d.must(s(d, id))
				}
				d.clock.Advance(time.Minute)
				row, owned, facts := d.row(id).Ticket, d.owned(id), d.facts(id)
				act := d.acts(id, tt.act)
				d.clock.Advance(5 * time.Second)
				d.must(d.undo(ann, id, act))
				got := d.row(id).Ticket
				got.LastSeq, got.PublicSeq, got.LastAt = row.LastSeq, row.PublicSeq, row.LastAt
				if !reflect.DeepEqual(got, row) {
					t.Errorf("the ticket is\n%s\nwant\n%s", dump(got), dump(row))
				}
				if now := d.owned(id); !slices.Equal(now, owned) {
					t.Errorf("ownership is\n%+v\nwant\n%+v", now, owned)
				}
				if now := d.facts(id); !reflect.DeepEqual(now, facts) {
					t.Errorf("facts are\n%+v\nwant\n%+v", now, facts)
				}
				seq := d.row(id).LastSeq
				if d.must(d.undo(ann, id, act)); d.row(id).LastSeq != seq {
					t.Error("taken back a second time it is done again")
				}
				d.check()
			})
		})
	}
}

func (d *desk) owned(id events.ID) tickets.Segments {
	d.t.Helper()
	out, err := d.Ownership(d.t.Context(), id)
	d.must(err)
	return out
}

func TestAnUndoIsRefused(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *migrations.DB) {
		d := newDesk(t, db)
		for _, tt := range []struct {
			name  string
			by    events.Actor
			since []step
			act   func(a tickets.Act) tickets.Act
			want  fault.Kind
		}{
			{"for what another did", ben, nil, nil, fault.Invalid},
			{"for what is no act", ann, nil, func(a tickets.Act) tickets.Act { return tickets.Act{From: 1, Through: 1} }, fault.Invalid},
			{"for what was not yet", ann, nil, func(a tickets.Act) tickets.Act { return tickets.Act{From: a.From, Through: a.Through + 1} }, fault.Invalid},
			{"when it is long ago", ann, []step{waits(11 * time.Minute)}, nil, fault.Conflict},
			{"when the customer has written", ann, []step{says(sam)}, nil, fault.Conflict},
			{"when somebody else went on", ann, []step{reopens(ben)}, nil, fault.Conflict},
			{"when it went to and fro", ann, []step{reopens(ben), resolves(ben)}, nil, fault.Conflict},
		} {
			id := d.start(sam)
			d.must(assigns(ann, tickets.To{Agent: 1})(d, id))
			act := d.acts(id, resolves(ann))
			for _, s := range tt.since {
				d.must(s(d, id))
			}
			if tt.act != nil {
				act = tt.act(act)
			}
			seq := d.row(id).LastSeq
			if err := d.undo(tt.by, id, act); fault.KindOf(err) != tt.want {
				t.Errorf("%s: %v, want %s", tt.name, err, tt.want)
			}
			if d.row(id).LastSeq != seq {
				t.Errorf("%s it is done in part", tt.name)
			}
		}
		d.check()
	})
}

func TestAnUndoLeavesWhatElseWasDone(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *migrations.DB) {
		d := newDesk(t, db)
		id := d.start(sam)
		given := d.acts(id, assigns(ann, tickets.To{Agent: 2}))
		tagged := d.acts(id, tags([]string{"mine"}, nil))
		d.must(prioritizes(tickets.High)(d, id))
		d.must(tags([]string{"hers"}, nil)(d, id))
		d.must(says(ben)(d, id))
		d.must(d.undo(ann, id, given))
		d.must(d.undo(ann, id, tagged))
		if row := d.row(id); row.AssigneeID != 0 || row.QueuedAt == 0 || row.Priority != tickets.High || !slices.Equal(row.TagNames, []string{"hers"}) {
			t.Errorf("row = %s", dump(row))
		}
		d.check()
	})
}

func TestAnUndoMayBringBackWhatOneGaveOutOfSight(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *migrations.DB) {
		d := newDesk(t, db)
		id := d.start(sam)
		only := tickets.Caller{Agent: ann.ID, Role: tickets.RoleAgent, Teams: []events.ID{team1}}
		act := d.acts(id, assigns(ann, tickets.To{Team: team2}))
		if _, err := d.UndoAct(t.Context(), only, ann, id, act); err != nil || d.row(id).TeamID != team1 {
			t.Errorf("given to another team it comes back: %v", err)
		}
		d.must(assigns(ben, tickets.To{Team: team2})(d, id))
		hidden := d.acts(id, prioritizes(tickets.High))
		if _, err := d.UndoAct(t.Context(), only, ann, id, hidden); fault.KindOf(err) != fault.NotFound {
			t.Errorf("what one does not see: %v", err)
		}
		d.check()
	})
}
