package web

import (
	"strings"
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
			{name: "the key of pushes", role: me, method: "GET", path: api + "/push/key", status: 200, fragment: `{"key":"B`},
			{name: "no devices", role: me, method: "GET", path: api + "/push/subscriptions", status: 200, fragment: `{"items":[]}`},
			{name: "programs have none", role: me, method: "POST", path: api + "/push/subscriptions", body: `{"endpoint":"https://push.example/x","keys":{"p256dh":"B","auth":"a"}}`, status: 403},
			{name: "nor test any", role: me, method: "POST", path: api + "/me/notifications/test", body: `{"way":"push","device":"1"}`, status: 403},
			{name: "unknown device", role: me, method: "DELETE", path: api + "/push/subscriptions/7", status: 404},
			{name: "others keep theirs", role: other, method: "GET", path: api + "/me/notifications", status: 200, fragment: `"sound":{"name":"chime","volume":60`},
		})
	})
}

func TestDevicesBelongToASignIn(t *testing.T) {
	d := newDesk(t, dbtest.SQLite(t))
	cookie := d.cookieOf(tickets.RoleAgent)
	do := func(method, path, body string) testAnswer {
		return d.do(testCall{method: method, path: "/api/v1" + path, body: body, header: map[string]string{"Cookie": cookie, "Origin": testBase, "User-Agent": "Mozilla/5.0 (Windows NT 10.0) Firefox/140.0"}})
	}
	const good = `{"endpoint":"https://push.example/secret-address","keys":{"p256dh":"BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4","auth":"BTBZMqHH6r4Tts7J_aSIgg"}}`
	added := do("POST", "/push/subscriptions", good)
	added.must(t, 201, nil)
	if strings.Contains(added.body, "secret-address") || !strings.Contains(added.body, `"device":"Firefox, Windows"`) {
		t.Errorf("added = %s", added.body)
	}
	do("POST", "/push/subscriptions", strings.Replace(good, "https:", "http:", 1)).must(t, 422, nil)
	if got := do("GET", "/push/subscriptions", ""); strings.Count(got.body, `"id"`) != 1 || strings.Contains(got.body, "secret-address") {
		t.Errorf("devices = %s", got.body)
	}
	if got := do("POST", "/me/notifications/test", `{"way":"push","device":"1"}`); !strings.Contains(got.body, "sends no pushes") {
		t.Errorf("test = %s", got.body)
	}
	do("DELETE", "/push/subscriptions/1", "").must(t, 204, nil)
}

func TestTheWorkerOfPushes(t *testing.T) {
	d := newDesk(t, dbtest.SQLite(t))
	got := d.do(testCall{method: "GET", path: "/sw.js"})
	for k, want := range map[string]string{"Content-Type": "text/javascript; charset=utf-8", "Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"} {
		if got.header.Get(k) != want {
			t.Errorf("%s = %q, want %q", k, got.header.Get(k), want)
		}
	}
	if got.status != 200 || strings.Contains(got.header.Get("Content-Security-Policy"), "sandbox") || strings.Contains(got.body, `"fetch"`) {
		t.Errorf("worker = %d, %s", got.status, got.header.Get("Content-Security-Policy"))
	}
}
