package web

import (
	"slices"
	"strings"
	"testing"

	"heard/migrations"
	"heard/migrations/dbtest"
	"heard/tickets"

	"github.com/google/uuid"
)

// step is one call of a story: what it answers, and which events followed. A refused call leaves none.
type step struct {
	name     string
	role     tickets.Role
	method   string
	path     string
	body     string
	status   int
	fragment string
	kinds    []string
}

func (d *testDesk) tell(steps []step) {
	d.t.Helper()
	for _, s := range steps {
		if s.role == "" {
			s.role = tickets.RoleAdmin
		}
		got := d.as(s.role, s.method, s.path, s.body)
		if got.status != s.status {
			d.t.Errorf("%s: status = %d, want %d: %s", s.name, got.status, s.status, got.body)
		}
		if !strings.Contains(got.body, s.fragment) {
			d.t.Errorf("%s: answer %s lacks %s", s.name, got.body, s.fragment)
		}
		if kinds := d.kinds(); !slices.Equal(kinds, s.kinds) {
			d.t.Errorf("%s: events = %v, want %v", s.name, kinds, s.kinds)
		}
	}
}

func TestTicketAPI(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *migrations.DB) {
		d := newDesk(t, db)
		first, note := uuid.NewString(), uuid.NewString()
		say := func(id, text string) string { return `{"client_id":"` + id + `","body":"` + text + `"}` }
		opening := `{"inbox":"` + d.inbox.Key + `","customer":{"email":"cara@example.net"},"subject":"Parcel","message":` +
			say(first, "Where is it?") + `}`
		me := d.agents[tickets.RoleAdmin].ID.String()
		d.tell([]step{
			{name: "open", method: "POST", path: "/api/v1/tickets", body: opening, status: 201, fragment: `"subject":"Parcel","status":"open"`,
				kinds: []string{"ticket.opened", "message.posted"}},
			{name: "open again", method: "POST", path: "/api/v1/tickets", body: opening, status: 200, fragment: `"id":"1"`},
			{name: "open with another text", method: "POST", path: "/api/v1/tickets", body: strings.Replace(opening, "Where", "Why", 1),
				status: 409, fragment: `"code":"client_id_reused"`},
			{name: "unknown inbox", method: "POST", path: "/api/v1/tickets", body: strings.Replace(opening, d.inbox.Key, "999", 1),
				status: 422, fragment: `"field":"inbox"`},
			{name: "list", method: "GET", path: "/api/v1/tickets?view=unassigned", status: 200, fragment: `"items":[{"id":"1"`},
			{name: "nobody's", method: "GET", path: "/api/v1/tickets?view=mine", status: 200, fragment: `{"items":[]}`},
			{name: "unknown view", method: "GET", path: "/api/v1/tickets?view=yours", status: 422, fragment: `"field":"view"`},
			{name: "unknown status", method: "GET", path: "/api/v1/tickets?status=odd", status: 422, fragment: `"field":"status"`},
			{name: "guarded answer", method: "POST", path: "/api/v1/tickets/1/messages", status: 409, fragment: `"events":[{"seq":2`,
				body: `{"client_id":"` + uuid.NewString() + `","body":"Hello","last_seq":1}`},
			{name: "note", method: "POST", path: "/api/v1/tickets/1/notes", body: say(note, "VIP"), status: 201, fragment: `"seq":3`,
				kinds: []string{"note.posted"}},
			{name: "note again", method: "POST", path: "/api/v1/tickets/1/notes", body: say(note, "VIP"), status: 200, fragment: `"seq":3`},
			{name: "answer claims", method: "POST", path: "/api/v1/tickets/1/messages", body: say(uuid.NewString(), "On its way"),
				status: 201, fragment: `"ticket":"1","seq":5`, kinds: []string{"ticket.assigned", "message.posted"}},
			{name: "empty answer", method: "POST", path: "/api/v1/tickets/1/messages", body: say(uuid.NewString(), ""), status: 422,
				fragment: `"field":"body"`},
			{name: "long answer", method: "POST", path: "/api/v1/tickets/1/messages", status: 413, fragment: `"code":"too_large"`,
				body: say(uuid.NewString(), strings.Repeat("a", 16_001))},
			{name: "change", method: "PATCH", path: "/api/v1/tickets/1", body: `{"priority":"high","subject":"Lost parcel","fields":{"order":"7"}}`,
				status: 200, fragment: `"priority":"high"`, kinds: []string{"ticket.field_changed", "ticket.field_changed", "ticket.priority_changed"}},
			{name: "snoozed by patch", method: "PATCH", path: "/api/v1/tickets/1", body: `{"status":"snoozed"}`, status: 422, fragment: `"field":"status"`},
			{name: "tags", method: "POST", path: "/api/v1/tickets/1/tags", body: `{"add":["VIP","late"],"remove":["none"]}`, status: 200,
				fragment: `"tags":["late","vip"]`, kinds: []string{"ticket.tagged", "ticket.tagged"}},
			{name: "snooze", method: "POST", path: "/api/v1/tickets/1/snooze", body: `{"until":"2026-03-05T09:00:00Z"}`, status: 200,
				fragment: `"snoozed_until":"2026-03-05T09:00:00.000Z"`, kinds: []string{"ticket.status_changed", "ticket.snoozed"}},
			{name: "snooze into the past", method: "POST", path: "/api/v1/tickets/1/snooze", body: `{"until":"2020-03-05T09:00:00Z"}`,
				status: 422, fragment: `"field":"until"`},
			{name: "unread", method: "POST", path: "/api/v1/tickets/1/unread", body: `{}`, status: 200, fragment: `"unread":1`},
			{name: "resolve", method: "POST", path: "/api/v1/tickets/1/resolve", status: 200, fragment: `"last_owner":"` + me,
				kinds: []string{"ticket.status_changed", "ticket.unassigned"}},
			{name: "reopen", method: "POST", path: "/api/v1/tickets/1/reopen", body: `{}`, status: 200, fragment: `"assignee":"` + me,
				kinds: []string{"ticket.status_changed", "ticket.queued", "ticket.assigned"}},
			{name: "hand off without a reason", method: "POST", path: "/api/v1/tickets/1/handoff", body: `{"team":"1","reason":"whim"}`,
				status: 422, fragment: `"field":"reason"`},
			{name: "hand off", method: "POST", path: "/api/v1/tickets/1/handoff", body: `{"team":"1","reason":"skill","note":"Yours"}`,
				status: 200, fragment: `"handoffs":1`, kinds: []string{"note.posted", "ticket.handed_off"}},
			{name: "assign to two", method: "POST", path: "/api/v1/tickets/1/assign", body: `{"team":"1","agent":"1"}`, status: 422},
			{name: "assign", method: "POST", path: "/api/v1/tickets/1/assign", body: `{"agent":"` + me + `"}`, status: 200,
				fragment: `"assignee":"` + me, kinds: []string{"ticket.assigned"}},
			{name: "ownership", method: "GET", path: "/api/v1/tickets/1/ownership", status: 200, fragment: `"left_by":"ticket.handed_off"`},
			{name: "events", method: "GET", path: "/api/v1/tickets/1/events?after=2&limit=1", status: 200,
				fragment: `"kind":"note.posted"`},
			{name: "no such ticket", method: "GET", path: "/api/v1/tickets/77", status: 404, fragment: `"code":"not_found"`},
			{name: "no such id", method: "GET", path: "/api/v1/tickets/seven", status: 404, fragment: `"code":"not_found"`},
			{name: "a file that is none", method: "POST", path: "/api/v1/tickets/1/messages", status: 404, fragment: `"code":"not_found"`,
				body: `{"client_id":"` + uuid.NewString() + `","body":"x","attachments":["1"]}`},
		})
	})
}

func TestDeskAPI(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *migrations.DB) {
		d := newDesk(t, db)
		changed := []string{"setting.changed"}
		d.tell([]step{
			{name: "me", method: "GET", path: "/api/v1/me", status: 200, fragment: `"role":"admin"`},
			{name: "online", role: tickets.RoleAgent, method: "PUT", path: "/api/v1/me/availability", body: `{"state":"online"}`, status: 200,
				fragment: `"availability":"online"`, kinds: []string{"agent.availability_changed"}},
			{name: "asleep", role: tickets.RoleAgent, method: "PUT", path: "/api/v1/me/availability", body: `{"state":"asleep"}`, status: 422,
				fragment: `"field":"state"`},
			{name: "the usual preferences", role: tickets.RoleAgent, method: "GET", path: "/api/v1/me/preferences", status: 200, fragment: `"theme":"system"`},
			{name: "a theme", role: tickets.RoleAgent, method: "PATCH", path: "/api/v1/me/preferences", body: `{"theme":"dark","keys":{"help":"F1"}}`,
				status: 200, fragment: `"keys":{"help":"F1"}`},
			{name: "a theme that is none", role: tickets.RoleAgent, method: "PATCH", path: "/api/v1/me/preferences", body: `{"theme":"pink"}`,
				status: 422, fragment: `"field":"theme"`},
			{name: "a preference that is none", role: tickets.RoleAgent, method: "PATCH", path: "/api/v1/me/preferences", body: `{"font":"serif"}`,
				status: 422, fragment: `"field":"font"`},
			{name: "somebody else's preferences", method: "GET", path: "/api/v1/me/preferences", status: 200, fragment: `"theme":"system"`},
			{name: "add a schedule", method: "POST", path: "/api/v1/schedules", status: 201, fragment: `"time_zone":"Europe/Berlin"`, kinds: changed,
				body: `{"name":"Berlin","time_zone":"Europe/Berlin","intervals":[{"day":1,"from":"09:00","to":"17:00"}],"holidays":["2026-12-25"]}`},
			{name: "a schedule nowhere", method: "POST", path: "/api/v1/schedules", body: `{"name":"X","time_zone":"Mars/Olympus"}`, status: 422,
				fragment: `"field":"time_zone"`},
			{name: "change a schedule", method: "PATCH", path: "/api/v1/schedules/2", body: `{"holidays":[]}`, status: 200, fragment: `"holidays":[]`, kinds: changed},
			{name: "add a team", method: "POST", path: "/api/v1/teams", body: `{"name":"Second line","schedule":"2","agents":["1"]}`, status: 201,
				fragment: `"schedule":"2","is_default":false,"agents":["1"]`, kinds: changed},
			{name: "a team's schedule goes", method: "PATCH", path: "/api/v1/teams/2", body: `{"schedule":null}`, status: 200, fragment: `"schedule":null`, kinds: changed},
			{name: "add an inbox", method: "POST", path: "/api/v1/inboxes", body: `{"name":"API","kind":"api","team":"2"}`, status: 201,
				fragment: `"kind":"api"`, kinds: changed},
			{name: "an origin with a path", method: "POST", path: "/api/v1/inboxes", body: `{"name":"Y","kind":"website","origins":["https://x.example/a"]}`,
				status: 422, fragment: `"field":"origins[0]"`},
			{name: "a secret", method: "POST", path: "/api/v1/inboxes/1/secrets", status: 201, fragment: `"secret":"`, kinds: changed},
			{name: "secrets are counted only", method: "GET", path: "/api/v1/inboxes/1", status: 200, fragment: `"secrets":1`},
			{name: "add an agent", method: "POST", path: "/api/v1/agents", body: `{"email":"new@desk.example","name":"New","role":"agent"}`, status: 201,
				fragment: `"link":"https://help.example/join#`, kinds: []string{"setting.changed", "setting.changed"}},
			{name: "the same address", method: "POST", path: "/api/v1/agents", body: `{"email":"new@desk.example","name":"New","role":"agent"}`, status: 422,
				fragment: `"field":"email"`},
			{name: "agents add nobody", role: tickets.RoleManager, method: "POST", path: "/api/v1/agents",
				body: `{"email":"x@desk.example","name":"X","role":"admin"}`, status: 403, fragment: `"code":"forbidden"`},
			{name: "mass assignment", method: "PATCH", path: "/api/v1/agents/2", body: `{"password_hash":"x"}`, status: 422, fragment: `"code":"invalid"`},
			{name: "own token", role: tickets.RoleAgent, method: "POST", path: "/api/v1/tokens", body: `{"name":"mine"}`, status: 201,
				fragment: `"secret":"heard_`, kinds: changed},
			{name: "another's token", role: tickets.RoleAgent, method: "POST", path: "/api/v1/tokens", body: `{"name":"yours","agent":"1"}`, status: 403,
				fragment: `"code":"forbidden"`},
			{name: "revoking another's", role: tickets.RoleLead, method: "DELETE", path: "/api/v1/tokens/4", status: 404, fragment: `"code":"not_found"`},
			{name: "reading another's", role: tickets.RoleLead, method: "GET", path: "/api/v1/tokens/4", status: 404, fragment: `"code":"not_found"`},
			{name: "renaming another's", role: tickets.RoleLead, method: "PATCH", path: "/api/v1/tokens/4", body: `{"name":"x"}`, status: 404,
				fragment: `"code":"not_found"`},
			{name: "one token", method: "GET", path: "/api/v1/tokens/4", status: 200, fragment: `"id":"4"`},
			{name: "a token's new name", method: "PATCH", path: "/api/v1/tokens/4", body: `{"name":"Night export"}`, status: 200,
				fragment: `"name":"Night export"`, kinds: changed},
			{name: "the same name again", method: "PATCH", path: "/api/v1/tokens/4", body: `{"name":"Night export"}`, status: 200,
				fragment: `"name":"Night export"`},
			{name: "a token without a name", method: "PATCH", path: "/api/v1/tokens/4", body: `{"name":" "}`, status: 422, fragment: `"field":"name"`},
			{name: "what is missing is named", method: "POST", path: "/api/v1/tokens", body: `{}`, status: 422, fragment: `"field":"name"`},
			{name: "add a customer", method: "POST", path: "/api/v1/customers", body: `{"email":"Dan@Example.net","name":"Dan","attrs":{"plan":"pro"}}`, status: 201,
				fragment: `"email":"dan@example.net"`},
			{name: "find a customer", method: "GET", path: "/api/v1/customers?q=da", status: 200, fragment: `"name":"Dan"`},
			{name: "what a lead knows of one", role: tickets.RoleLead, method: "GET", path: "/api/v1/customers/1", status: 200,
				fragment: `"tickets":0,"open_tickets":0,"last_contact_at":null,"csat":{"n":0,"satisfied":0}}`},
			{name: "a customer's tickets", method: "GET", path: "/api/v1/customers/1/tickets", status: 200, fragment: `{"items":[]}`},
			{name: "add an organization", method: "POST", path: "/api/v1/organizations", body: `{"name":"Acme","domain":"acme.example"}`, status: 201,
				fragment: `"domain":"acme.example"`, kinds: changed},
			{name: "change settings", method: "PATCH", path: "/api/v1/settings", body: `{"desk_name":"Acme help"}`, status: 200,
				fragment: `"desk_name":"Acme help"`, kinds: changed},
			{name: "the audit trail", method: "GET", path: "/api/v1/events?limit=2", status: 200, fragment: `"next":"2"`},
			{name: "the audit trail goes on", method: "GET", path: "/api/v1/events?after=2&limit=1", status: 200,
				fragment: `"items":[{"pos":3,"ticket":null,"seq":0`},
			{name: "a page of agents", method: "GET", path: "/api/v1/agents?limit=2", status: 200, fragment: `"next":"2"`},
			{name: "the page after", method: "GET", path: "/api/v1/agents?limit=2&cursor=2", status: 200, fragment: `"items":[{"id":"3"`},
			{name: "the list of no team", method: "GET", path: "/api/v1/tickets?view=team:99", status: 404, fragment: `"code":"not_found"`},
			{name: "an odd cursor", method: "GET", path: "/api/v1/agents?cursor=x", status: 422, fragment: `"field":"cursor"`},
		})
	})
}

func TestAgentsOfOneTeamSeeItsTicketsOnly(t *testing.T) {
	d := newDesk(t, dbtest.SQLite(t))
	id := d.open("Where is it?")
	lead := d.agents[tickets.RoleLead].ID.String()
	d.as(tickets.RoleAdmin, "POST", "/api/v1/teams", `{"name":"Others","agents":["`+lead+`"]}`).must(t, 201, nil)
	d.as(tickets.RoleAdmin, "PATCH", "/api/v1/agents/"+lead, `{"all_teams":false,"teams":["2"]}`).must(t, 200, nil)
	d.kinds()
	for _, c := range [][3]string{
		{"GET", "/api/v1/tickets/" + id, ""}, {"GET", "/api/v1/tickets/" + id + "/events", ""}, {"GET", "/api/v1/tickets/" + id + "/ownership", ""},
		{"PATCH", "/api/v1/tickets/" + id, `{"priority":"low"}`}, {"POST", "/api/v1/tickets/" + id + "/resolve", `{}`},
		{"POST", "/api/v1/tickets/" + id + "/notes", `{"client_id":"` + uuid.NewString() + `","body":"x"}`},
		{"POST", "/api/v1/tickets/" + id + "/assign", `{"agent":"` + lead + `"}`},
		{"GET", "/api/v1/customers/1", ""}, {"GET", "/api/v1/customers/1/tickets", ""}, {"PATCH", "/api/v1/customers/1", `{"name":"X"}`},
	} {
		if got := d.as(tickets.RoleLead, c[0], c[1], c[2]); got.status != 404 || got.code() != "not_found" {
			t.Errorf("%s %s = %d %s, want 404", c[0], c[1], got.status, got.body)
		}
	}
	for _, path := range []string{"/api/v1/tickets", "/api/v1/tickets?q=where", "/api/v1/tickets?ids=" + id, "/api/v1/customers"} {
		if got := d.as(tickets.RoleLead, "GET", path, ""); got.status != 200 || got.body != "{\"items\":[]}\n" {
			t.Errorf("GET %s = %d %s, want an empty list", path, got.status, got.body)
		}
	}
	if kinds := d.kinds(); len(kinds) > 0 {
		t.Errorf("refused calls left events %v", kinds)
	}
}
