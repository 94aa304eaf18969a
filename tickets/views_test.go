package tickets_test

import (
	"cmp"
	"encoding/base64"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"heard/migrations"
	"heard/migrations/dbtest"
	"heard/tickets"
	"heard/tickets/events"
	"heard/tickets/fault"
)

func listed(list []tickets.Listed) []events.ID {
	out := []events.ID{}
	for _, t := range list {
		out = append(out, t.ID)
	}
	return out
}

func TestViews(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *migrations.DB) {
		d := newDesk(t, db)
		var ids []events.ID
		for i, s := range []step{
			says(cus), says(ann), says(ben), resolves(ann), assigns(ann, tickets.To{Team: 2}), snoozes(time.Hour), sets(tickets.Closed),
		} {
			by := []events.Actor{cus, sam}[i%2]
			id := d.start(by)
			ids = append(ids, id)
			d.clock.Advance(time.Second)
			if i == 0 {
				s = says(by)
			}
			d.must(s(d, id))
			d.clock.Advance(time.Second)
		}
		_, err := d.SetSubject(t.Context(), ann, ids[1], "100% of_my Order")
		d.must(err)
		_, err = d.Tag(t.Context(), ann, ids[2], []string{"Refund ", "vip"}, nil)
		d.must(err)
		queue, mine, bens, done, team, asleep, closed := ids[0], ids[1], ids[2], ids[3], ids[4], ids[5], ids[6]
		tests := []struct {
			name string
			f    tickets.Filter
			want []events.ID // newest message first
		}{
			{"all", tickets.Filter{}, []events.ID{closed, asleep, team, done, bens, mine, queue}},
			{"mine", tickets.Filter{View: tickets.ViewMine, Agent: 1}, []events.ID{mine}},
			{"mine and resolved", tickets.Filter{View: tickets.ViewMine, Agent: 1, Statuses: []tickets.Status{tickets.Resolved, tickets.Open}}, []events.ID{done, mine}},
			{"mine and closed", tickets.Filter{View: tickets.ViewMine, Agent: 1, Statuses: []tickets.Status{tickets.Closed}}, []events.ID{closed}},
			{"unassigned", tickets.Filter{View: tickets.ViewUnassigned, Statuses: []tickets.Status{tickets.Open}}, []events.ID{team, queue}},
			{"team", tickets.Filter{View: tickets.ViewTeam, Team: 2}, []events.ID{team}},
			{"two statuses", tickets.Filter{Statuses: []tickets.Status{tickets.Snoozed, tickets.Closed, tickets.Snoozed}}, []events.ID{closed, asleep}},
			{"customer", tickets.Filter{Customer: withEmail}, []events.ID{asleep, done, mine}},
			{"tag", tickets.Filter{Tag: "refund"}, []events.ID{bens}},
			{"unknown tag", tickets.Filter{Tag: "%"}, []events.ID{}},
			{"ids", tickets.Filter{IDs: []events.ID{queue, done, 12345}}, []events.ID{done, queue}},
			{"no ids", tickets.Filter{IDs: []events.ID{}}, []events.ID{}},
			{"topic", tickets.Filter{Topic: 5}, []events.ID{}},
			{"a condition", tickets.Filter{Conds: []tickets.Cond{{SQL: "t.id > ?", Args: []any{int64(done)}}}}, []events.ID{closed, asleep, team}},
			{"walked", tickets.Filter{Walk: []tickets.Cond{{SQL: "t.id > ?", Args: []any{int64(done)}}, {SQL: "t.team_id = 2"}}}, []events.ID{team}},
			{"scope of a team", tickets.Filter{Scope: tickets.Scope{Restricted: true, Teams: []events.ID{2}}}, []events.ID{team}},
			{"scope of a team and one's own", tickets.Filter{Scope: tickets.Scope{Restricted: true, Teams: []events.ID{2}, Agent: 1}}, []events.ID{team, mine}},
			{"scope of nothing", tickets.Filter{Scope: tickets.Scope{Restricted: true}}, []events.ID{}},
		}
		for _, tt := range tests {
			got, next, err := d.Tickets(t.Context(), tt.f)
			if err != nil || next != "" || !slices.Equal(listed(got), tt.want) {
				t.Errorf("%s: %v, %q, %v; want %v", tt.name, listed(got), next, err, tt.want)
			}
		}
		row := d.row(bens)
		if row.AssigneeName != "Ben" || row.TeamName != "Support" || !slices.Equal(row.TagNames, []string{"refund", "vip"}) {
			t.Errorf("names = %q %q %q", row.AssigneeName, row.TeamName, row.TagNames)
		}
		d.check()
	})
}

func TestPagesHoldEveryTicketOnce(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *migrations.DB) {
		d := newDesk(t, db)
		var want []events.ID
		for i := range 23 {
			if i%4 == 0 { // several at the same moment
				d.clock.Advance(time.Second)
			}
			want = append(want, d.start(cus))
		}
		slices.Reverse(want)
		for _, f := range []tickets.Filter{
			{}, {View: tickets.ViewUnassigned}, {View: tickets.ViewTeam, Team: 1}, {Statuses: []tickets.Status{tickets.Open, tickets.Closed}},
		} {
			f.Limit = 5
			var got []events.ID
			for pages := 0; ; pages++ {
				page, next, err := d.Tickets(t.Context(), f)
				d.must(err)
				got = append(got, listed(page)...)
				if next == "" || pages > 10 {
					break
				}
				f.Cursor = next
			}
			if !slices.Equal(got, want) {
				t.Errorf("view %q: %v, want %v", f.View, got, want)
			}
		}
	})
}

func TestListsRefuseWhatTheyDoNotKnow(t *testing.T) {
	d := newDesk(t, dbtest.SQLite(t))
	for _, f := range []tickets.Filter{
		{View: "mine'"}, {Statuses: []tickets.Status{"open' OR 1=1"}}, {Limit: 101}, {Limit: -1}, {Cursor: "x"},
		{Cursor: base64.RawURLEncoding.EncodeToString(make([]byte, 16))}, {Cursor: formerCursor}, {Cursor: base64.RawURLEncoding.EncodeToString(make([]byte, 17))}, {IDs: make([]events.ID, 101)},
		{Tag: "\x01"},
	} {
		if _, _, err := d.Tickets(t.Context(), f); fault.KindOf(err) != fault.Invalid {
			t.Errorf("%+v: %v, want invalid", f, err)
		}
	}
}

// formerCursor was given by a version whose lists were in the order of the newest change.
const formerCursor = "AAABjwAAAAAAAAAAAAAAAQ"

// TestActsMoveNoTicket: lists are in the order of the times that they show, which acts and notes do not change.
func TestActsMoveNoTicket(t *testing.T) {
	eachDesk(t, func(t *testing.T, d *desk) {
		var ids []events.ID
		for range 4 {
			ids = append(ids, d.start(cus))
			d.clock.Advance(time.Second)
		}
		first, second, third, fourth := ids[0], ids[1], ids[2], ids[3]
		d.say(ann, first, "We look at it")
		d.clock.Advance(time.Second)
		want := []events.ID{first, fourth, third, second}
		order := func(what string) {
			t.Helper()
			list, _, err := d.Tickets(t.Context(), tickets.Filter{})
			d.must(err)
			if !slices.Equal(listed(list), want) || !slices.IsSortedFunc(list, func(a, b tickets.Listed) int { return cmp.Compare(b.SaidAt, a.SaidAt) }) {
				t.Errorf("%s: %v, want %v", what, listed(list), want)
			}
		}
		order("an answer brings a ticket to the top")
		for what, act := range map[string]step{
			"assigned": assigns(ann, tickets.To{Team: 2}), "resolved": resolves(ann), "reopened": sets(tickets.Open), "snoozed": snoozes(time.Hour),
			"a note": func(d *desk, id events.ID) error {
				return errOf(d.Note(t.Context(), ann, id, tickets.NoteIn{Sender: tickets.AgentSender(ann.ID), NewMessage: tickets.NewMessage{ClientID: newID(), Body: "Ask Ben"}}))
			},
			"tagged": func(d *desk, id events.ID) error { return errOf(d.Tag(t.Context(), ann, id, []string{"vip"}, nil)) },
		} {
			d.clock.Advance(time.Second)
			if err := act(d, second); err != nil {
				t.Errorf("%s: %v", what, err)
			}
			order(what)
		}
		// What a migration makes of old rows is what the fold makes of new ones.
		var other int
		d.must(d.log.Read().NewRaw(`SELECT COUNT(*) FROM tickets t WHERE t.said_at <> COALESCE((SELECT m.at FROM messages m
			WHERE m.ticket_id = t.id AND NOT m.note ORDER BY m.seq DESC LIMIT 1), t.created_at)`).Scan(t.Context(), &other))
		if other != 0 {
			t.Errorf("%d tickets are not where their messages put them", other)
		}
		d.check()
	})
}

// TestFormerCursors: a page is never a wrong one. Who holds a cursor of the former order is told to begin again.
func TestFormerCursors(t *testing.T) {
	d := newDesk(t, dbtest.SQLite(t))
	_, _, err := d.Tickets(t.Context(), tickets.Filter{Cursor: formerCursor})
	if fault.KindOf(err) != fault.Invalid || !strings.Contains(fault.Of(err).Wrong()[0].Detail, "beginning") {
		t.Errorf("%v, want to be told to begin again", err)
	}
}

func TestTagsAndFields(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *migrations.DB) {
		d := newDesk(t, db)
		id := d.start(cus)
		seq := d.row(id).LastSeq
		_, err := d.Tag(t.Context(), ann, id, []string{"B", "a", "b"}, nil)
		d.must(err)
		_, err = d.Tag(t.Context(), ann, id, []string{"a"}, []string{"b", "never"})
		d.must(err)
		_, err = d.SetFields(t.Context(), ann, id, map[string]string{"order": "77", "size": "L"})
		d.must(err)
		_, err = d.SetFields(t.Context(), ann, id, map[string]string{"order": "78", "size": "", "none": ""})
		d.must(err)
		_, err = d.SetPriority(t.Context(), ann, id, tickets.Urgent)
		d.must(err)
		_, err = d.SetPriority(t.Context(), ann, id, tickets.Urgent)
		d.must(err)
		wantKinds(t, d.newKinds(id, seq), "ticket.tagged", "ticket.tagged", "ticket.untagged", "ticket.field_changed",
			"ticket.field_changed", "ticket.field_changed", "ticket.field_changed", "ticket.priority_changed")
		row := d.row(id)
		if !slices.Equal(row.TagNames, []string{"a"}) || fmt.Sprint(row.Fields) != "map[order:78]" || row.Priority != tickets.Urgent {
			t.Errorf("tags %v, fields %v, priority %s", row.TagNames, row.Fields, row.Priority)
		}
		for name, err := range map[string]error{
			"empty tag":    errOf(d.Tag(t.Context(), ann, id, []string{" "}, nil)),
			"long tag":     errOf(d.Tag(t.Context(), ann, id, []string{fmt.Sprintf("%060d", 1)}, nil)),
			"priority":     errOf(d.SetPriority(t.Context(), ann, id, "highest")),
			"long subject": errOf(d.SetSubject(t.Context(), ann, id, fmt.Sprintf("%0300d", 1))),
			"empty key":    errOf(d.SetFields(t.Context(), ann, id, map[string]string{"": "x"})),
		} {
			if fault.KindOf(err) != fault.Invalid {
				t.Errorf("%s: %v, want invalid", name, err)
			}
		}
		d.check()
	})
}

func errOf[T any](_ T, err error) error { return err }

func FuzzCursor(f *testing.F) {
	for _, s := range []string{"", "AAAAAAAAAAAAAAAAAAAAAQ", "AAAAAAAAAAAAAAAAAAAAAQ==", "x", "AAABjwAAAAAAAAAAAAAAAQ"} {
		f.Add(s)
	}
	d := newDesk(f, dbtest.SQLite(f))
	f.Fuzz(func(t *testing.T, s string) {
		_, _, err := d.Tickets(t.Context(), tickets.Filter{Cursor: s})
		if kind := fault.KindOf(err); kind != "" && kind != fault.Invalid {
			t.Errorf("cursor %q: %v", s, err)
		}
	})
}
