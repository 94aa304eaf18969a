package web

import (
	"strconv"
	"strings"
	"testing"

	"heard/migrations"
	"heard/migrations/dbtest"
	"heard/tickets"

	"github.com/google/uuid"
)

func TestEditAPI(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *migrations.DB) {
		d := newDesk(t, db)
		id := d.open("Where is it?")
		d.open("Another")
		var said struct{ Seq int64 }
		d.as(tickets.RoleAgent, "POST", "/api/v1/tickets/"+id+"/messages", `{"client_id":"`+uuid.NewString()+`","body":"On its way"}`).must(t, 201, &said)
		d.kinds()
		path := "/api/v1/tickets/" + id + "/messages/" + strconv.FormatInt(said.Seq, 10)
		foreign := strings.Replace(path, "/tickets/"+id, "/tickets/2", 1)
		d.tell([]step{
			{name: "own words", role: tickets.RoleAgent, method: "PATCH", path: path, body: `{"body":"It arrives tomorrow"}`, status: 200,
				fragment: `"target_seq":` + strconv.FormatInt(said.Seq, 10), kinds: []string{"message.edited"}},
			{name: "what it is now", role: tickets.RoleAgent, method: "GET", path: "/api/v1/tickets/" + id + "/events", status: 200,
				fragment: `"body":"It arrives tomorrow","data":{"edited_at":`},
			{name: "agents see no versions", role: tickets.RoleAgent, method: "GET", path: path + "/versions", status: 403, fragment: `"code":"forbidden"`},
			{name: "leads do", role: tickets.RoleLead, method: "GET", path: path + "/versions", status: 200, fragment: `"items":[{"n":1,"body":"On its way","by":{"kind":"agent"`},
			{name: "a lead changes it", role: tickets.RoleLead, method: "PATCH", path: path, body: `{"body":"It arrives on Monday"}`, status: 200,
				fragment: `"seq":`, kinds: []string{"message.edited"}},
			{name: "under another ticket", method: "PATCH", path: foreign, body: `{"body":"x"}`, status: 404, fragment: `"code":"not_found"`},
			{name: "under another ticket, away", method: "DELETE", path: foreign, status: 404, fragment: `"code":"not_found"`},
			{name: "in no ticket", method: "DELETE", path: "/api/v1/tickets/999/messages/2", status: 404, fragment: `"code":"not_found"`},
			{name: "the customer's, by an agent", role: tickets.RoleAgent, method: "DELETE", path: "/api/v1/tickets/" + id + "/messages/2", status: 403, fragment: `"code":"forbidden"`},
			{name: "no text", method: "PATCH", path: path, body: `{}`, status: 422, fragment: `"field":"body"`},
			{name: "more than a text", method: "PATCH", path: path, body: `{"body":"x","note":true}`, status: 422},
			{name: "away with it", role: tickets.RoleAgent, method: "DELETE", path: path, status: 200, fragment: `"seq":`, kinds: []string{"message.redacted"}},
			{name: "what is left", method: "GET", path: "/api/v1/tickets/" + id + "/events", status: 200, fragment: `"data":{"redacted":true}`},
			{name: "no version is left", method: "GET", path: path + "/versions", status: 200, fragment: `{"items":[]}`},
			{name: "no change of what is gone", role: tickets.RoleLead, method: "PATCH", path: path, body: `{"body":"x"}`, status: 409, fragment: `"code":"`},
		})
	})
}
