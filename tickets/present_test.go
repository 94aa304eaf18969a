package tickets_test

import (
	"encoding/json"
	"strings"
	"testing"

	"heard/migrations"
	"heard/migrations/dbtest"
	"heard/tickets"
	"heard/tickets/events"
)

func TestPresent(t *testing.T) {
	name := func(prefix string) func(events.ID) string {
		return func(id events.ID) string { return prefix + id.String() }
	}
	names := tickets.Names{Agent: name("A"), Team: name("T"), Customer: name("C"), Tag: name("G")}
	tests := []struct {
		change   events.Change
		agent    string
		customer string // "" for what customers are not given
	}{
		{tickets.TicketOpened{Channel: tickets.Chat, Inbox: 3, Customer: 4, Team: 5, Touchpoint: "support"}, `{"channel":"chat","customer":"4","inbox":"3","team":"5","team_name":"T5"}`, `{}`},
		{tickets.TicketQueued{Team: 5}, `{"team":"5","team_name":"T5"}`, ""},
		{tickets.TicketRouted{Agent: 1, Rule: "idle", Candidates: []tickets.Candidate{{Agent: 1, Load: 2, Capacity: 3, IdleS: 4.5}}}, `{"agent":"1","agent_name":"A1","candidates":[{"agent":"1","capacity":3,"idle_s":4.5,"load":2,"name":"A1"}],"rule":"idle"}`, ""},
		{tickets.TicketAssigned{Agent: 1, Team: 5}, `{"agent":"1","agent_name":"A1","team":"5","team_name":"T5"}`, `{"agent":"1","agent_name":"A1"}`},
		{tickets.TicketHandedOff{FromAgent: 1, ToAgent: 2, FromTeam: 5, ToTeam: 5, Reason: "skill", NoteSeq: 9}, `{"from_agent":"1","from_name":"A1","note_seq":9,"reason":"skill","to_agent":"2","to_name":"A2","to_team":"5","to_team_name":"T5"}`, `{"agent":"2","agent_name":"A2"}`},
		{tickets.TicketHandedOff{FromAgent: 1, ToTeam: 6, Reason: "agent_away", Requeued: true, QueuedAt: 5}, `{"from_agent":"1","from_name":"A1","reason":"agent_away","requeued":true,"to_team":"6","to_team_name":"T6"}`, `{}`},
		{tickets.TicketUnassigned{Agent: 1}, `{"agent":"1","agent_name":"A1"}`, ""},
		{tickets.TicketTeamChanged{From: 5, To: 6}, `{"from":"5","from_name":"T5","to":"6","to_name":"T6"}`, ""},
		{tickets.StatusChanged{From: tickets.Open, To: tickets.Resolved, Cause: tickets.ByAgent, Until: 9, Owner: 1}, `{"cause":"agent","from":"open","to":"resolved"}`, `{"from":"open","to":"resolved"}`},
		{tickets.PriorityChanged{From: tickets.Low, To: tickets.High}, `{"from":"low","to":"high"}`, ""},
		{tickets.TicketTagged{Tag: 8}, `{"tag":"G8"}`, ""},
		{tickets.TicketTagged{Tag: 8, Imported: true}, `{"imported":true,"tag":"G8"}`, ""},
		{tickets.TicketUntagged{Tag: 8}, `{"tag":"G8"}`, ""},
		{tickets.FieldChanged{Field: "subject"}, `{"field":"subject"}`, ""},
		{tickets.TicketSnoozed{Until: 1767225600000}, `{"until":"2026-01-01T00:00:00.000Z"}`, ""},
		{tickets.TicketLinked{Ticket: 7, Relation: "followed_by"}, `{"relation":"followed_by","ticket":"7"}`, ""},
		{tickets.ConversationEnded{Answered: true}, `{"by":"agent"}`, `{}`},
		{tickets.MessagePosted{Message: &tickets.Message{Body: "hi"}}, `{}`, `{}`},
	}
	for _, tt := range tests {
		e := events.Event{Seq: 7, Prev: 4, Kind: tt.change.EventKind(), Public: tt.change.EventPublic(), At: 1767225600000,
			By: events.Actor{Kind: events.Agent, ID: 1, Token: 99}, Change: tt.change}
		agent := tickets.Present(e, nil, names, tickets.ForAgent)
		if agent.Prev != 6 || data(t, agent) != tt.agent {
			t.Errorf("%s for agents: prev %d, data %s, want 6, %s", e.Kind, agent.Prev, data(t, agent), tt.agent)
		}
		if (tt.customer == "") == e.Public {
			t.Errorf("%s: public is %t", e.Kind, e.Public)
		}
		if tt.customer == "" {
			continue
		}
		customer := tickets.Present(e, nil, names, tickets.ForCustomer)
		if customer.Prev != 4 || data(t, customer) != tt.customer {
			t.Errorf("%s for customers: prev %d, data %s, want 4, %s", e.Kind, customer.Prev, data(t, customer), tt.customer)
		}
	}
}

// data is the data member of the wire form, {} when there is none.
func data(t *testing.T, w tickets.WireEvent) string {
	t.Helper()
	b, err := json.Marshal(w)
	if err != nil {
		t.Fatal(err)
	}
	var parts map[string]json.RawMessage
	if err := json.Unmarshal(b, &parts); err != nil {
		t.Fatal(err)
	}
	if parts["data"] == nil {
		return "{}"
	}
	return string(parts["data"])
}

func TestCustomersAreShownWhatConcernsThem(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *migrations.DB) {
		d := newDesk(t, db)
		id := d.start(sam)
		for _, s := range []step{
			says(ann), handsOff(ann, tickets.To{Agent: 2}, "skill", "secret words"), resolves(ben), says(sam),
		} {
			d.must(s(d, id))
		}
		_, err := d.Tag(t.Context(), ann, id, []string{"difficult"}, nil)
		d.must(err)
		list, more, err := d.Events(t.Context(), id, tickets.ForCustomer, 0, 100)
		d.must(err)
		if more {
			t.Error("there is more than all")
		}
		prev := int64(0)
		for _, e := range list {
			if e.Prev != prev {
				t.Errorf("event %d follows %d, says %d", e.Seq, prev, e.Prev)
			}
			prev = e.Seq
		}
		text := dump(list)
		for _, secret := range []string{"secret words", "difficult", "skill", "queued", "cause", "Support"} {
			if strings.Contains(text, secret) {
				t.Errorf("customers are shown %q: %s", secret, text)
			}
		}
		all, _, err := d.Events(t.Context(), id, tickets.ForAgent, 0, 100)
		d.must(err)
		if len(all) != len(d.kinds(id)) || all[0].By.Name != "Sam Sample" {
			t.Errorf("agents are shown %d of %d events, by %q", len(all), len(d.kinds(id)), all[0].By.Name)
		}
		first, more, err := d.Events(t.Context(), id, tickets.ForAgent, 2, 3)
		d.must(err)
		if len(first) != 3 || first[0].Seq != 3 || !more {
			t.Errorf("a page of 3 behind 2 = %s, more %t", dump(first), more)
		}
	})
}
