package web

import (
	"strings"
	"testing"

	"heard/migrations"
	"heard/migrations/dbtest"
	"heard/tickets"
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
				status: 200, fragment: `{"rev":1}`},
			{name: "it is there", role: tickets.RoleAgent, method: "GET", path: path, status: 200,
				fragment: `"kind":"reply","body":"Dear Ana","attachments":[{"id":"` + file.ID + `"`},
			{name: "nobody else's", role: tickets.RoleAdmin, method: "GET", path: path, status: 200, fragment: `{"items":[]}`},
			{name: "a list of mine", role: tickets.RoleAgent, method: "GET", path: "/api/v1/me/drafts", status: 200, fragment: `"ticket":"` + id + `","kind":"reply"`},
			{name: "from an older window", role: tickets.RoleAgent, method: "PUT", path: path + "/reply", body: `{"body":"Dear","rev":0}`, status: 409,
				fragment: `"code":"stale_draft","draft":{"ticket":"` + id + `","kind":"reply","body":"Dear Ana"`},
			{name: "a kind of its own", role: tickets.RoleAgent, method: "PUT", path: path + "/poem", body: `{"body":"x","rev":0}`, status: 404},
			{name: "another's file", role: tickets.RoleLead, method: "PUT", path: path + "/note", body: `{"body":"x","rev":0,"attachments":["` + file.ID + `"]}`, status: 404},
			{name: "too long", role: tickets.RoleAgent, method: "PUT", path: path + "/note", body: `{"body":"` + strings.Repeat("x", 16_001) + `","rev":0}`, status: 413},
			{name: "in no ticket", role: tickets.RoleAgent, method: "PUT", path: "/api/v1/tickets/999/drafts/reply", body: `{"body":"x","rev":0}`, status: 404},
			{name: "away with it", role: tickets.RoleAgent, method: "PUT", path: path + "/reply", body: `{"body":"","rev":1}`, status: 200, fragment: `{"rev":0}`},
			{name: "gone", role: tickets.RoleAgent, method: "GET", path: "/api/v1/me/drafts", status: 200, fragment: `{"items":[]}`},
		})
	})
}
