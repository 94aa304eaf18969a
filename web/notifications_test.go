package web

import (
	"testing"

	"heard/migrations"
	"heard/migrations/dbtest"
	"heard/tickets"
)

func TestNotificationsAPI(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *migrations.DB) {
		d := newDesk(t, db)
		me, other, api := tickets.RoleAgent, tickets.RoleLead, "/api/v1"
		opened := d.as(other, "POST", api+"/tickets", `{"inbox":"1","customer":{"name":"Ana"},"subject":"A parcel","message":{"body":"Where is it?","client_id":"7e2c7be2-8b0f-4c39-9f7b-5a4f8fb16f01"}}`)
		opened.must(t, 201, nil)
		d.as(other, "POST", api+"/tickets/1/assign", `{"agent":"`+d.agents[me].ID.String()+`"}`).must(t, 200, nil)
		if _, err := d.log.CatchUp(t.Context(), d.server.notify.Consumer()); err != nil {
			t.Fatal(err)
		}
		d.kinds()
		d.tell([]step{
			{name: "list", role: me, method: "GET", path: api + "/notifications", status: 200, fragment: `"kind":"assigned","ticket":"1","seq":`},
			{name: "it counts", role: me, method: "GET", path: api + "/notifications?unread=true&limit=1", status: 200, fragment: `"unread":1}`},
			{name: "not for others", role: other, method: "GET", path: api + "/notifications", status: 200, fragment: `{"items":[],"unread":0}`},
			{name: "a cursor of nothing", role: me, method: "GET", path: api + "/notifications?cursor=x", status: 422, fragment: `"field":"cursor"`},
			{name: "marks of nothing", role: me, method: "POST", path: api + "/notifications/read", body: `{}`, status: 422, fragment: `"field":"ids"`},
			{name: "others cannot mark", role: other, method: "POST", path: api + "/notifications/read", body: `{"ids":["1"]}`, status: 200, fragment: `{"unread":0}`},
			{name: "still unread", role: me, method: "GET", path: api + "/notifications?unread=true", status: 200, fragment: `"unread":1}`},
			{name: "mark", role: me, method: "POST", path: api + "/notifications/read", body: `{"ticket":"1"}`, status: 200, fragment: `{"unread":0}`},
			{name: "none unread", role: me, method: "GET", path: api + "/notifications?unread=true", status: 200, fragment: `{"items":[],"unread":0}`},
			{name: "settings", role: me, method: "GET", path: api + "/me/notifications", status: 200, fragment: `"assigned":{"bell":true,"desktop":true,"sound":true,"push":true}`},
			{name: "an unknown sound", role: me, method: "PUT", path: api + "/me/notifications", status: 422, fragment: `"field":"sound.name"`,
				body: `{"matrix":{},"quiet":{"on":false,"from":"22:00","to":"07:00","days":[1],"zone":""},"sound":{"name":"scream","volume":1,"repeat_unassigned":false},"preview":false}`},
			{name: "an unknown kind", role: me, method: "PUT", path: api + "/me/notifications", status: 422, fragment: `"field":"matrix"`,
				body: `{"matrix":{"birthday":{"bell":true,"desktop":true,"sound":true,"push":true}},"quiet":{"on":false,"from":"22:00","to":"07:00","days":[1],"zone":""},"sound":{"name":"drop","volume":1,"repeat_unassigned":false},"preview":false}`},
			{name: "change", role: me, method: "PUT", path: api + "/me/notifications", status: 200, fragment: `"sound":{"name":"drop","volume":10,"repeat_unassigned":true},"preview":true}`,
				body: `{"matrix":{},"quiet":{"on":true,"from":"22:00","to":"07:00","days":[1],"zone":"Europe/Vienna"},"sound":{"name":"drop","volume":10,"repeat_unassigned":true},"preview":true}`},
			{name: "others keep theirs", role: other, method: "GET", path: api + "/me/notifications", status: 200, fragment: `"sound":{"name":"chime","volume":60`},
		})
	})
}
