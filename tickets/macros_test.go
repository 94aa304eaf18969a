package tickets_test

import (
	"slices"
	"strings"
	"testing"

	"heard/tickets"
	"heard/tickets/events"
	"heard/tickets/fault"
)

func TestFill(t *testing.T) {
	values := map[string]string{"customer.name": "Ana Diaz", "customer.first_name": "Ana", "ticket.subject": "{{agent.name}} @[x](agent:1)",
		"order": "_bold_ **x** `rm` order_id [a](http://evil)"}
	for _, tt := range []struct {
		in, want string
		open     []string
	}{
		{"Dear {{customer.name}},", "Dear Ana Diaz,", nil},
		{"Hi {{ customer.first_name | there }}!", "Hi Ana!", nil},
		{"Hi {{agent.first_name|there}}!", "Hi there!", nil},
		{"Order {{no}} of {{no}}, {{ team.name }}", "Order {{no}} of {{no}}, {{ team.name }}", []string{"{{no}}", "{{ team.name }}"}},
		{"{{nothing|}}", "{{nothing|}}", []string{"{{nothing|}}"}},
		{"About {{ticket.subject}}", "About { {agent.name} } @ [x] (agent:1)", nil},
		{"About {{order}}", "About \uff3fbold\uff3f \u2217\u2217x\u2217\u2217 \u02cbrm\u02cb order_id [a] (http://evil)", nil},
		{"{ {x} } and {{}}", "{ {x} } and {{}}", nil},
	} {
		got, open := tickets.Fill(tt.in, values)
		if got != tt.want || !slices.Equal(open, tt.open) {
			t.Errorf("%q: %q, open %q, want %q, %q", tt.in, got, open, tt.want, tt.open)
		}
	}
}

func TestWhoseMacrosTheyAre(t *testing.T) {
	eachDesk(t, func(t *testing.T, d *desk) {
		ctx := t.Context()
		agent := tickets.Caller{Agent: 1, Role: tickets.RoleAgent, Teams: []events.ID{team1}}
		other := tickets.Caller{Agent: 2, Role: tickets.RoleAgent, Teams: []events.ID{team2}}
		lead := tickets.Caller{Agent: 3, Role: tickets.RoleLead, AllTeams: true}
		make := func(v tickets.Caller, name string, to tickets.Visibility, team events.ID) (*tickets.Macro, error) {
			return d.CreateMacro(ctx, v, tickets.Macro{Name: name, Body: "Hello", Visibility: to, Team: team, GoesWith: tickets.WithBoth})
		}
		own, err := make(agent, "own", tickets.VisiblePrivate, 0)
		d.must(err)
		teams, err := make(agent, "team", tickets.VisibleTeam, team1)
		d.must(err)
		_, err = make(agent, "of another team", tickets.VisibleTeam, team2)
		wantKind(t, "for another team", err, fault.Forbidden)
		_, err = make(agent, "for all", tickets.VisibleShared, 0)
		wantKind(t, "an agent for the desk", err, fault.Forbidden)
		_, err = make(lead, "of no team", tickets.VisibleTeam, 99)
		wantFields(t, "a team that is not there", err, "team")
		shared, err := make(lead, "for all", tickets.VisibleShared, 0)
		d.must(err)
		names := func(v tickets.Caller) string {
			list, err := d.Macros(ctx, v)
			d.must(err)
			var out []string
			for _, m := range list {
				out = append(out, m.Name)
			}
			slices.Sort(out)
			return strings.Join(out, ", ")
		}
		for _, tt := range []struct {
			v    tickets.Caller
			want string
		}{{agent, "for all, own, team"}, {other, "for all"}, {lead, "for all, team"}} {
			if got := names(tt.v); got != tt.want {
				t.Errorf("agent %s sees %s, want %s", tt.v.Agent, got, tt.want)
			}
		}
		name := "renamed"
		_, err = d.ChangeMacro(ctx, other, own.ID, tickets.MacroPatch{Name: &name})
		wantKind(t, "another's", err, fault.NotFound)
		_, err = d.ChangeMacro(ctx, agent, shared.ID, tickets.MacroPatch{Name: &name})
		wantKind(t, "the desk's, by an agent", err, fault.Forbidden)
		m, err := d.ChangeMacro(ctx, lead, teams.ID, tickets.MacroPatch{Name: &name})
		d.must(err)
		if m.Name != name || m.Body != "Hello" || m.Team != team1 {
			t.Errorf("changed: %+v", m)
		}
		wantKind(t, "removing the desk's", d.DeleteMacro(ctx, agent, shared.ID), fault.Forbidden)
		d.must(d.DeleteMacro(ctx, agent, own.ID))
		if got := names(agent); got != "for all, renamed" {
			t.Errorf("left: %s", got)
		}
	})
}

func TestWhatAMacroMayBe(t *testing.T) {
	eachDesk(t, func(t *testing.T, d *desk) {
		v := tickets.Caller{Agent: 1, Role: tickets.RoleAdmin, AllTeams: true}
		good := tickets.MacroAction{Kind: tickets.DoStatus, Status: tickets.Pending}
		for _, tt := range []struct {
			name  string
			spoil func(m *tickets.Macro)
			want  []string
		}{
			{"good", func(*tickets.Macro) {}, nil},
			{"actions alone", func(m *tickets.Macro) { m.Body = "" }, nil},
			{"nothing", func(m *tickets.Macro) { m.Body, m.Actions = " ", nil }, []string{"body"}},
			{"no name", func(m *tickets.Macro) { m.Name = "" }, []string{"name"}},
			{"too long", func(m *tickets.Macro) { m.Body = strings.Repeat("x", 8001) }, []string{"body"}},
			{"broken text", func(m *tickets.Macro) { m.Body = "a\x00" }, []string{"body"}},
			{"nobody's", func(m *tickets.Macro) { m.Visibility, m.GoesWith = "ours", "always" }, []string{"visibility", "when"}},
			{"no team", func(m *tickets.Macro) { m.Visibility = tickets.VisibleTeam }, []string{"team"}},
			{"too much at once", func(m *tickets.Macro) { m.Actions = slices.Repeat([]tickets.MacroAction{good}, 9) }, []string{"actions"}},
			{"a blank for the agent", func(m *tickets.Macro) { m.Body = "Order {{order number}} of {{customer.first_name | there}}" }, nil},
			{"a name of nothing", func(m *tickets.Macro) { m.Body = "{{customer.frob}} and {{ agent.name }}" }, []string{"body"}},
			{"somebody who is not there", func(m *tickets.Macro) {
				m.Actions = []tickets.MacroAction{{Kind: tickets.DoAssign, Assign: "999"}, {Kind: tickets.DoTeam, Team: 77}, {Kind: tickets.DoAssign, Assign: "2"}, {Kind: tickets.DoTeam, Team: team1}}
			}, []string{"actions[0].agent", "actions[1].team"}},
			{"deeds that are none", func(m *tickets.Macro) {
				m.Actions = []tickets.MacroAction{{Kind: "burn"}, {Kind: tickets.DoStatus, Status: "closed"}, {Kind: tickets.DoAssign, Assign: "x"},
					{Kind: tickets.DoTag}, {Kind: tickets.DoSnooze, ForS: 1}, {Kind: tickets.DoPriority}, {Kind: tickets.DoTeam}}
			}, []string{"actions[0].kind", "actions[1].status", "actions[2].agent", "actions[3].add", "actions[4].for_s", "actions[5].priority", "actions[6].team"}},
		} {
			m := tickets.Macro{Name: "M", Body: "Hello", Visibility: tickets.VisiblePrivate, GoesWith: tickets.WithBoth, Actions: []tickets.MacroAction{good}}
			tt.spoil(&m)
			_, err := d.CreateMacro(t.Context(), v, m)
			wantFields(t, tt.name, err, tt.want...)
		}
	})
}

func TestAMacroDoesWhatItsUserMay(t *testing.T) {
	eachDesk(t, func(t *testing.T, d *desk) {
		ctx := t.Context()
		id := d.start(cus)
		lead := tickets.Caller{Agent: 1, Role: tickets.RoleLead, AllTeams: true}
		m, err := d.CreateMacro(ctx, lead, tickets.Macro{Name: "Parcel", Visibility: tickets.VisibleShared, GoesWith: tickets.WithBoth,
			Actions: []tickets.MacroAction{{Kind: tickets.DoTag, Add: []string{" Parcel "}}, {Kind: tickets.DoAssign, Assign: "3"},
				{Kind: tickets.DoAssign, Assign: tickets.Me}, {Kind: tickets.DoPriority, Priority: tickets.High},
				{Kind: tickets.DoSnooze, ForS: 3600}}})
		d.must(err)
		d.exec(`UPDATE agents SET disabled_at = 1 WHERE id = 3`) // after it was named
		out, err := d.RunMacro(ctx, lead, ann, tickets.MacroRun{Ticket: id, Macro: m.ID})
		d.must(err)
		for i, a := range out {
			if bad := i == 1; (a.Err != nil) != bad {
				t.Errorf("action %d: %v", i, a.Err)
			}
		}
		if row := d.row(id); row.AssigneeID != ann.ID || row.Priority != tickets.High || row.Status != tickets.Snoozed || !slices.Equal(row.TagNames, []string{"parcel"}) {
			t.Errorf("the ticket is %+v", row)
		}
		stranger := tickets.Caller{Agent: 2, Role: tickets.RoleAgent, Teams: []events.ID{team2}}
		before := d.row(id).LastSeq
		out, err = d.RunMacro(ctx, stranger, ben, tickets.MacroRun{Ticket: id, Macro: m.ID})
		d.must(err)
		for i, a := range out {
			wantKind(t, "an agent of another team", a.Err, fault.NotFound)
			if i > 0 && d.row(id).LastSeq != before {
				t.Error("a refused action left events")
			}
		}
		uses := func() int64 {
			list, err := d.Macros(ctx, lead)
			d.must(err)
			return list[0].Uses
		}
		if uses() != 2 {
			t.Errorf("used %d times, want 2", uses())
		}
		run := tickets.MacroRun{Ticket: id, Macro: m.ID, ClientID: newID()}
		_, err = d.Reopen(ctx, ann, id)
		d.must(err)
		first, err := d.RunMacro(ctx, lead, ann, run)
		d.must(err)
		_, err = d.Reopen(ctx, ann, id)
		d.must(err)
		again, err := d.RunMacro(ctx, lead, ann, run)
		d.must(err)
		if len(again) != len(first) || fault.KindOf(again[1].Err) != fault.KindOf(first[1].Err) || again[0].Err != nil || again[0].Kind != tickets.DoTag {
			t.Errorf("a repeat is answered with %+v, want %+v", again, first)
		}
		if got := d.row(id).Status; got != tickets.Open || uses() != 3 {
			t.Errorf("a repeat did something: %s, used %d times", got, uses())
		}
		run.Ticket = d.start(cus)
		_, err = d.RunMacro(ctx, lead, ann, run)
		wantKind(t, "the client id of another run", err, fault.ClientIDReused)
		d.check()
	})
}
