package web

import (
	"strings"
	"testing"

	"heard/migrations"
	"heard/migrations/dbtest"
	"heard/tickets"
)

func TestRoutingAPI(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *migrations.DB) {
		d := newDesk(t, db)
		changed := []string{"setting.changed"}
		team := func(name, body string, status int, fragment string) step {
			s := step{name: name, method: "PATCH", path: "/api/v1/teams/1", body: body, status: status, fragment: fragment}
			if status == 200 {
				s.kinds = changed
			}
			return s
		}
		d.tell([]step{
			{name: "a team as it is made", method: "POST", path: "/api/v1/teams", body: `{"name":"Second line","strategy":"round_robin"}`, status: 201, kinds: changed,
				fragment: `"strategy":"round_robin","sticky_days":7,"relax_after_s":60,"offer_s":0,"max_new_per_minute":0,"age_every_s":900,"overflow":[],"weights":{"chat":1,"letter":0.2},"skill_rules":[]`},
			team("numbers", `{"strategy":"manual","sticky_days":30,"offer_s":20,"max_new_per_minute":3,"age_every_s":60,"relax_after_s":0}`, 200,
				`"strategy":"manual","sticky_days":30,"relax_after_s":0,"offer_s":20,"max_new_per_minute":3,"age_every_s":60`),
			team("lists", `{"overflow":[{"team":"2","after_s":90}],"weights":{"chat":1,"letter":0.5},"skill_rules":[{"source":"language","value":"de","skill":"Lang:DE","required":true}]}`, 200,
				`"overflow":[{"team":"2","after_s":90}],"weights":{"chat":1,"letter":0.5},"skill_rules":[{"source":"language","value":"de","skill":"lang:de","required":true}]`),
			team("an unknown strategy", `{"strategy":"magic"}`, 422, `"field":"strategy"`),
			team("too sticky", `{"sticky_days":366}`, 422, `"field":"sticky_days"`),
			team("an endless offer", `{"offer_s":601}`, 422, `"field":"offer_s"`),
			team("overflow to itself", `{"overflow":[{"team":"1","after_s":1}]}`, 422, `"field":"overflow[0].team"`),
			team("overflow to nobody", `{"overflow":[{"team":"99","after_s":1}]}`, 422, `"field":"overflow[0].team"`),
			team("weightless", `{"weights":{"chat":0,"letter":1}}`, 422, `"field":"weights.chat"`),
			team("a rule without its field", `{"skill_rules":[{"source":"field","value":"x","skill":"y"}]}`, 422, `"field":"skill_rules[0].key"`),
			team("a skill of two words", `{"skill_rules":[{"source":"tag","value":"x","skill":"y z"}]}`, 422, `"field":"skill_rules[0].skill"`),
			team("what was refused changed nothing", `{"name":"Support"}`, 200, `"offer_s":20`),
			{name: "an agent's skills", method: "PATCH", path: "/api/v1/agents/1", body: `{"skills":["Billing","lang:de","billing"]}`, status: 200,
				fragment: `"skills":["billing","lang:de"]`, kinds: changed},
			{name: "no skill", method: "PATCH", path: "/api/v1/agents/1", body: `{"skills":[""]}`, status: 422, fragment: `"field":"skills[0]"`},
			{name: "agents do not set routing", role: tickets.RoleAgent, method: "PATCH", path: "/api/v1/teams/1", body: `{"offer_s":1}`, status: 403,
				fragment: `"code":"forbidden"`},
		})
	})
}

func TestPullingAndWarnings(t *testing.T) {
	d := newDesk(t, dbtest.SQLite(t))
	id := d.open("Where is it?")
	d.kinds()
	other := d.agents[tickets.RoleLead].ID.String()
	d.tell([]step{
		{name: "no such team", role: tickets.RoleAgent, method: "POST", path: "/api/v1/teams/99/next", body: `{}`, status: 404, fragment: `"code":"not_found"`},
		{name: "accept what is not offered", role: tickets.RoleAgent, method: "POST", path: "/api/v1/tickets/" + id + "/accept", body: `{}`, status: 409,
			fragment: `"detail":"the ticket is not offered`},
		{name: "decline what is not offered", role: tickets.RoleAgent, method: "POST", path: "/api/v1/tickets/" + id + "/decline", body: `{"reason":"skill"}`, status: 409,
			fragment: `"detail":"the ticket is not offered`},
		{name: "next", role: tickets.RoleAgent, method: "POST", path: "/api/v1/teams/1/next", body: `{}`, status: 200, fragment: `"id":"` + id + `"`,
			kinds: []string{"ticket.routed", "ticket.assigned"}},
		{name: "nothing left", role: tickets.RoleAgent, method: "POST", path: "/api/v1/teams/1/next", body: `{}`, status: 404, fragment: `"code":"not_found"`},
		{name: "to somebody who is not there", role: tickets.RoleAgent, method: "POST", path: "/api/v1/tickets/" + id + "/handoff",
			body: `{"agent":"` + other + `","reason":"skill"}`, status: 200, fragment: `"warnings":["agent_offline"]`, kinds: []string{"ticket.handed_off"}},
	})
	d.tell([]step{{name: "why", method: "GET", path: "/api/v1/tickets/" + id + "/events", status: 200, fragment: `"rule":"pulled"`}})
}

func TestLeavingAnAddress(t *testing.T) {
	d := newDesk(t, dbtest.SQLite(t))
	mine, other := d.visitor(), d.visitor()
	var out struct{ Conversation string }
	d.do(testCall{method: "POST", path: "/api/widget/conversations", token: mine,
		body: `{"message":{"client_id":"7c9e6679-7425-40de-944b-e07fc1f90ae7","body":"Hello"}}`}).must(t, 201, &out)
	path := "/api/widget/conversations/" + out.Conversation + "/contact"
	for _, c := range []struct {
		token, body string
		status      int
		fragment    string
	}{
		{other, `{"email":"me@example.com"}`, 404, "not_found"},
		{mine, `{"email":"nobody"}`, 422, `"field":"email"`},
		{mine, `{"email":"` + strings.Repeat("x", 400) + `@example.com"}`, 422, `"field":"email"`},
		{mine, `{}`, 422, `"field":"email"`},
		{mine, `{"email":"me@example.com"}`, 204, ""},
		{mine, `{"email":"other@example.com"}`, 204, ""},
	} {
		got := d.do(testCall{method: "POST", path: path, token: c.token, body: c.body})
		if got.status != c.status || !strings.Contains(got.body, c.fragment) {
			t.Errorf("%s = %d %s, want %d with %s", c.body, got.status, got.body, c.status, c.fragment)
		}
	}
}
