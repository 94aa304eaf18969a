package web

import (
	"fmt"
	"strings"
	"testing"

	"heard/migrations"
	"heard/migrations/dbtest"
	"heard/tickets"
	"heard/tickets/events"

	"github.com/google/uuid"
)

func TestDraftsAPI(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *migrations.DB) {
		d := newDesk(t, db)
		id := d.open("Where is it?")
		file := d.uploaded("/api/v1/attachments", d.tokens[tickets.RoleAgent], "label.txt", "a label")
		d.kinds()
		path := "/api/v1/tickets/" + id + "/drafts"
		d.tell([]step{
			{name: "none", role: tickets.RoleAgent, method: "GET", path: path, status: 200, fragment: `{"items":[]}`},
			{name: "keep one", role: tickets.RoleAgent, method: "PUT", path: path + "/reply", body: `{"body":"Dear Ana","rev":0,"attachments":["` + file.ID + `"]}`,
				status: 200, fragment: `{"rev":`},
			{name: "it is there", role: tickets.RoleAgent, method: "GET", path: path, status: 200,
				fragment: `"kind":"reply","body":"Dear Ana","attachments":[{"id":"` + file.ID + `"`},
			{name: "nobody else's", role: tickets.RoleAdmin, method: "GET", path: path, status: 200, fragment: `{"items":[]}`},
			{name: "a list of mine", role: tickets.RoleAgent, method: "GET", path: "/api/v1/me/drafts", status: 200, fragment: `"ticket":"` + id + `","kind":"reply"`},
			{name: "from an older window", role: tickets.RoleAgent, method: "PUT", path: path + "/reply", body: `{"body":"Dear","rev":0}`, status: 409,
				fragment: `"code":"invalid","errors":[{"field":"rev","detail":"is not that of the stored draft: it was changed in another window, or sent"}],"draft":{"ticket":"` + id + `","kind":"reply","body":"Dear Ana"`},
			{name: "a kind of its own", role: tickets.RoleAgent, method: "PUT", path: path + "/poem", body: `{"body":"x","rev":0}`, status: 404},
			{name: "another's file", role: tickets.RoleLead, method: "PUT", path: path + "/note", body: `{"body":"x","rev":0,"attachments":["` + file.ID + `"]}`, status: 404},
			{name: "too long", role: tickets.RoleAgent, method: "PUT", path: path + "/note", body: `{"body":"` + strings.Repeat("x", 16_001) + `","rev":0}`, status: 413, fragment: `"errors":[{"field":"body"`},
			{name: "in no ticket", role: tickets.RoleAgent, method: "PUT", path: "/api/v1/tickets/999/drafts/reply", body: `{"body":"x","rev":0}`, status: 404},
			{name: "with actions", role: tickets.RoleAgent, method: "PUT", path: path + "/note", body: `{"body":"Refunded","macro":"1","actions":[{"kind":"tag","add":["refund"]}],"rev":0}`, status: 200},
			{name: "they travel", role: tickets.RoleAgent, method: "GET", path: path, status: 200,
				fragment: `"kind":"note","body":"Refunded","attachments":[],"macro":"1","actions":[{"kind":"tag","add":["refund"],"text":"Add refund"}],"rev":`},
			{name: "no such action", role: tickets.RoleAgent, method: "PUT", path: path + "/note", body: `{"body":"x","actions":[{"kind":"burn"}],"rev":0}`, status: 422,
				fragment: `"field":"actions[0].kind"`},
		})
		for _, kind := range []string{"reply", "note"} {
			d.tell([]step{{name: "away with it", role: tickets.RoleAgent, method: "PUT", path: path + "/" + kind, status: 200, fragment: `{"rev":`,
				body: fmt.Sprintf(`{"body":"","rev":%d}`, d.revOf(id, kind))}})
		}
		d.tell([]step{
			{name: "their revs are left", role: tickets.RoleAgent, method: "GET", path: path, status: 200, fragment: `"kind":"reply","body":"","attachments":[],"rev":`},
			{name: "gone", role: tickets.RoleAgent, method: "GET", path: "/api/v1/me/drafts", status: 200, fragment: `{"items":[]}`},
		})
	})
}

// revOf is the rev of the agent's draft.
func (d *testDesk) revOf(ticket, kind string) (rev int64) {
	d.t.Helper()
	n, _ := events.ParseID(ticket)
	rows, err := d.server.store.Drafts(d.t.Context(), d.agents[tickets.RoleAgent].ID, n)
	if err != nil {
		d.t.Fatal(err)
	}
	for _, r := range rows {
		if string(r.Kind) == kind {
			rev = r.Rev
		}
	}
	return rev
}

func TestOutgoingAPI(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *migrations.DB) {
		d := newDesk(t, db)
		id := d.open("Where is it?")
		d.kinds()
		path := "/api/v1/tickets/" + id + "/outgoing"
		first, second := `"client_id":"`+uuid.NewString()+`"`, `"client_id":"`+uuid.NewString()+`"`
		d.tell([]step{
			{name: "hold", role: tickets.RoleAgent, method: "POST", path: path, body: `{` + first + `,"kind":"reply","body":"On its way","delay_s":5}`, status: 201,
				fragment: `"state":"held"`},
			{name: "again", role: tickets.RoleAgent, method: "POST", path: path, body: `{` + first + `,"kind":"reply","body":"On its way","delay_s":5}`, status: 200,
				fragment: `"id":"1"`},
			{name: "mine", role: tickets.RoleAgent, method: "GET", path: path, status: 200, fragment: `"body":"On its way"`},
			{name: "nobody else's", role: tickets.RoleAdmin, method: "GET", path: path, status: 200, fragment: `{"items":[]}`},
			{name: "nobody else takes it back", role: tickets.RoleAdmin, method: "DELETE", path: path + "/1", status: 404},
			{name: "take it back", role: tickets.RoleAgent, method: "DELETE", path: path + "/1", status: 200,
				fragment: `"draft":{"ticket":"` + id + `","kind":"reply","body":"On its way"`},
			{name: "at once, and resolve", role: tickets.RoleAgent, method: "POST", path: path,
				body: `{` + second + `,"kind":"reply","body":"It is there","then":{"kind":"resolve"}}`, status: 201, fragment: `"state":"sent"`,
				kinds: []string{"ticket.assigned", "message.posted", "ticket.status_changed", "ticket.unassigned"}},
			{name: "too late", role: tickets.RoleAgent, method: "DELETE", path: path + "/2", status: 409, fragment: `"code":"invalid","errors":[{"field":"id","detail":"is that of a message that has gone out"}],"state":"sent"`},
			{name: "a placeholder", role: tickets.RoleAgent, method: "POST", path: path, body: `{"client_id":"` + uuid.NewString() + `","kind":"reply","body":"Dear {{customer.name}}"}`,
				status: 422, fragment: `"field":"body"`},
			{name: "meant as it stands", role: tickets.RoleAgent, method: "POST", path: path, body: `{"client_id":"` + uuid.NewString() + `","kind":"reply","body":"Write {{name}}","placeholders":"keep","delay_s":60}`,
				status: 201, fragment: `"state":"held"`},
			{name: "calls somebody who is not there", role: tickets.RoleAgent, method: "POST", path: path, body: `{"client_id":"` + uuid.NewString() + `","kind":"note","body":"@[Zed](agent:999)"}`,
				status: 422, fragment: `"field":"body"`},
			{name: "with actions of its own", role: tickets.RoleAgent, method: "POST", path: path, status: 201, fragment: `"actions":[{"kind":"tag","add":["late"],"text":"Add late"}]`,
				body: `{"client_id":"` + uuid.NewString() + `","kind":"note","body":"Later","delay_s":60,"actions":[{"kind":"tag","add":["late"]}]}`},
			{name: "throw it away", role: tickets.RoleAgent, method: "DELETE", path: path + "/4?discard=true", status: 200, fragment: `"draft":{"ticket":"` + id + `","kind":"note","body":""`},
			{name: "too patient", role: tickets.RoleAgent, method: "POST", path: path, body: `{"client_id":"` + uuid.NewString() + `","kind":"reply","body":"x","delay_s":61}`,
				status: 422, fragment: `"field":"delay_s"`},
			{name: "in no ticket", role: tickets.RoleAgent, method: "POST", path: "/api/v1/tickets/999/outgoing", body: `{"client_id":"` + uuid.NewString() + `","kind":"reply","body":"x"}`, status: 404},
		})
	})
}

func TestMacrosAPI(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *migrations.DB) {
		d := newDesk(t, db)
		id := d.open("Where is it?")
		d.kinds()
		d.tell([]step{
			{name: "add", role: tickets.RoleLead, method: "POST", path: "/api/v1/macros", status: 201, fragment: `"when":"both","uses":0`,
				body: `{"name":"Late","body":"Hi {{customer.first_name|there}}, order {{order}}","visibility":"shared","actions":[{"kind":"tag","add":["late"]},{"kind":"snooze","for_s":7200}]}`},
			{name: "an agent may not for all", role: tickets.RoleAgent, method: "POST", path: "/api/v1/macros", status: 403, body: `{"name":"Mine","body":"x","visibility":"shared"}`},
			{name: "of somebody who is not there", role: tickets.RoleAgent, method: "POST", path: "/api/v1/macros", status: 422, fragment: `"field":"actions[0].agent"`,
				body: `{"name":"Mine","body":"x","visibility":"private","actions":[{"kind":"assign","agent":"999"}]}`},
			{name: "a name of nothing", role: tickets.RoleAgent, method: "POST", path: "/api/v1/macros", status: 422, fragment: `"field":"body"`,
				body: `{"name":"Mine","body":"Dear {{customer.frob}}","visibility":"private"}`},
			{name: "an agent uses it", role: tickets.RoleAgent, method: "GET", path: "/api/v1/macros?ticket=" + id, status: 200, fragment: `"editable":false`},
			{name: "it reads", role: tickets.RoleAgent, method: "POST", path: "/api/v1/macros/1/render", body: `{"ticket":"` + id + `"}`, status: 200,
				fragment: `order {{order}}","unresolved":["{{order}}"],"actions":[{"kind":"tag","add":["late"],"text":"Add late"},{"kind":"snooze","for_s":7200,"text":"Snooze for 2 hours"}]`},
			{name: "unsaved, for nobody", role: tickets.RoleAgent, method: "POST", path: "/api/v1/macros/render", body: `{"body":"Hi {{customer.first_name|there}}, {{customer.frob}}"}`, status: 200,
				fragment: `"body":"Hi Ana, {{customer.frob}}","unresolved":["{{customer.frob}}"],"actions":[]`},
			{name: "unsaved, for a ticket", role: tickets.RoleAgent, method: "POST", path: "/api/v1/macros/render", body: `{"ticket":"` + id + `","body":"About {{ticket.number}}"}`, status: 200,
				fragment: `"body":"About ` + id + `"`},
			{name: "unsaved, for a ticket that is not there", role: tickets.RoleAgent, method: "POST", path: "/api/v1/macros/render", body: `{"ticket":"999","body":"x"}`, status: 404},
			{name: "unsaved, too long", role: tickets.RoleAgent, method: "POST", path: "/api/v1/macros/render", body: `{"body":"` + strings.Repeat("x", 8001) + `"}`, status: 422, fragment: `"field":"body"`},
			{name: "for a ticket that is not there", role: tickets.RoleAgent, method: "POST", path: "/api/v1/macros/1/render", body: `{"ticket":"999"}`, status: 404},
			{name: "it does", role: tickets.RoleAgent, method: "POST", path: "/api/v1/tickets/" + id + "/macro", body: `{"macro":"1"}`, status: 200,
				fragment: `"failed":[]`, kinds: []string{"ticket.tagged", "ticket.status_changed", "ticket.snoozed"}},
			{name: "again", role: tickets.RoleAgent, method: "POST", path: "/api/v1/tickets/" + id + "/macro", body: `{"macro":"1","client_id":"018f7a52-9d7c-4b1e-8f2a-0a5f6f1c2d3e"}`, status: 200,
				fragment: `"failed":[]`},
			{name: "the same once more", role: tickets.RoleAgent, method: "POST", path: "/api/v1/tickets/" + id + "/macro", body: `{"macro":"1","client_id":"018F7A52-9D7C-4B1E-8F2A-0A5F6F1C2D3E"}`, status: 200,
				fragment: `"failed":[]`},
			{name: "used twice", role: tickets.RoleAgent, method: "GET", path: "/api/v1/macros", status: 200, fragment: `"uses":2`},
			{name: "an unknown field of an action", role: tickets.RoleLead, method: "PATCH", path: "/api/v1/macros/1", body: `{"actions":[{"kind":"tag","add":["x"],"run":"rm"}]}`, status: 422},
			{name: "not by an agent", role: tickets.RoleAgent, method: "PATCH", path: "/api/v1/macros/1", body: `{"name":"x"}`, status: 403},
			{name: "away", role: tickets.RoleLead, method: "DELETE", path: "/api/v1/macros/1", status: 204},
			{name: "gone", role: tickets.RoleAgent, method: "GET", path: "/api/v1/macros", status: 200, fragment: `{"items":[]}`},
		})
	})
}
