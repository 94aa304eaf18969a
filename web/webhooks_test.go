package web

import (
	"context"
	"errors"
	"testing"

	"heard/migrations"
	"heard/migrations/dbtest"
	"heard/tickets"
	"heard/tickets/events"
	"heard/tickets/jobs"
)

func TestWebhooksAPI(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *migrations.DB) {
		d := newDesk(t, db)
		admin, manager := tickets.RoleAdmin, tickets.RoleManager
		api := "/api/v1/webhooks"
		set := []string{"setting.changed"}
		d.kinds()
		d.tell([]step{
			{name: "none", role: admin, method: "GET", path: api, status: 200, fragment: `"items":[],"kinds":["ticket.opened"`},
			{name: "not for managers", role: manager, method: "GET", path: api, status: 403},
			{name: "nor to add", role: manager, method: "POST", path: api, body: `{"url":"https://x.test","kinds":["*"]}`, status: 403},
			{name: "inside", role: admin, method: "POST", path: api, body: `{"url":"https://127.0.0.1/","kinds":["*"]}`, status: 422, fragment: `"field":"url"`},
			{name: "unknown kind", role: admin, method: "POST", path: api, body: `{"url":"https://x.test","kinds":["message.posted"]}`, status: 422, fragment: `"field":"kinds[0]"`},
			{name: "unknown field", role: admin, method: "POST", path: api, body: `{"url":"https://x.test","kinds":["*"],"secret":"x"}`, status: 422},
			{name: "add", role: admin, method: "POST", path: api, body: `{"url":"https://x.test/in","kinds":["issue.*"]}`, status: 201, fragment: `"secret":"heard_hook_`, kinds: set},
			{name: "not again", role: admin, method: "GET", path: api, status: 200, fragment: `{"items":[{"id":"1","url":"https://x.test/in","kinds":["issue.*"],"disabled_at":null`},
			{name: "change", role: admin, method: "PATCH", path: api + "/1", body: `{"kinds":["release.marked"]}`, status: 200, fragment: `"kinds":["release.marked"]`, kinds: set},
			{name: "change to nothing", role: admin, method: "PATCH", path: api + "/1", body: `{"kinds":[]}`, status: 422, fragment: `"field":"kinds"`},
			{name: "test", role: admin, method: "POST", path: api + "/1/test", status: 201, fragment: `"kind":"webhook.test"`, kinds: set},
			{name: "log", role: admin, method: "GET", path: api + "/1/deliveries", status: 200, fragment: `"state":"waiting","tries":0`},
			{name: "retry of what waits", role: admin, method: "POST", path: api + "/1/deliveries/1/retry", status: 404},
			{name: "it is a job", role: admin, method: "GET", path: "/api/v1/jobs?state=waiting", status: 200, fragment: `"kind":"webhook","state":"waiting"`},
			{name: "off", role: admin, method: "PATCH", path: api + "/1", body: `{"disabled":true}`, status: 200, fragment: `"disabled_at":"2026`, kinds: set},
			{name: "test of one that is off", role: admin, method: "POST", path: api + "/1/test", status: 409},
			{name: "unknown", role: admin, method: "GET", path: api + "/9/deliveries", status: 404},
			{name: "delete", role: admin, method: "DELETE", path: api + "/1", status: 204, kinds: set},
			{name: "gone", role: admin, method: "GET", path: api + "/1", status: 404},
		})
		if got := d.as(admin, "GET", api, ""); got.body == "" || got.status != 200 {
			t.Errorf("list = %d %s", got.status, got.body)
		}
	})
}

func TestJobsAPI(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *migrations.DB) {
		d := newDesk(t, db)
		err := d.log.Write(t.Context(), events.Unit{By: events.SystemActor}, func(ctx context.Context, tx *events.Tx) error {
			return jobs.Enqueue(ctx, tx, jobs.New{Kind: "mail.test", Key: "a"})
		})
		if err != nil {
			t.Fatal(err)
		}
		runner := jobs.NewRunner(d.log, map[string]jobs.Handler{"mail.test": func(context.Context, jobs.Job) error {
			return jobs.Park(errors.New("the mail server refuses the letter"))
		}}, jobs.Options{})
		if _, err := runner.Pass(t.Context()); err != nil {
			t.Fatal(err)
		}
		d.kinds()
		admin := tickets.RoleAdmin
		d.tell([]step{
			{name: "parked", role: admin, method: "GET", path: "/api/v1/jobs?state=parked", status: 200, fragment: `"error":"the mail server refuses the letter"`},
			{name: "none waits", role: admin, method: "GET", path: "/api/v1/jobs?state=waiting", status: 200, fragment: `{"items":[]}`},
			{name: "unknown state", role: admin, method: "GET", path: "/api/v1/jobs?state=lost", status: 422, fragment: `"field":"state"`},
			{name: "not for agents", role: tickets.RoleAgent, method: "GET", path: "/api/v1/jobs", status: 403},
			{name: "again", role: admin, method: "POST", path: "/api/v1/jobs/1/retry", status: 204, kinds: []string{"job.retried"}},
			{name: "not twice", role: admin, method: "POST", path: "/api/v1/jobs/1/retry", status: 404},
			{name: "the trail shows it", role: admin, method: "GET", path: "/api/v1/events?after=0&limit=200", status: 200, fragment: `"kind":"job.retried"`},
		})
	})
}

func TestMarkersAPI(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *migrations.DB) {
		d := newDesk(t, db)
		d.kinds()
		lead, agent := tickets.RoleLead, tickets.RoleAgent
		release, incident := "/api/v1/releases", "/api/v1/incidents"
		d.tell([]step{
			{name: "agents may not", role: agent, method: "POST", path: release, body: `{"version":"1"}`, status: 403},
			{name: "release", role: lead, method: "POST", path: release, body: `{"version":"2.4.1","at":"2026-03-03T08:00:00Z","url":"https://shop.test/2.4.1"}`, status: 201,
				fragment: `"version":"2.4.1","at":"2026-03-03T08:00:00.000Z","url":"https://shop.test/2.4.1","notes":""`, kinds: []string{"release.marked"}},
			{name: "the same", role: lead, method: "POST", path: release, body: `{"version":"2.4.1","at":"2026-03-03T08:00:00Z","url":"https://shop.test/2.4.1"}`, status: 200},
			{name: "another", role: lead, method: "POST", path: release, body: `{"version":"2.4.1","at":"2026-03-01T08:00:00Z"}`, status: 409, fragment: `"field":"version"`},
			{name: "no version", role: lead, method: "POST", path: release, body: `{"version":" "}`, status: 422, fragment: `"field":"version"`},
			{name: "script", role: lead, method: "POST", path: release, body: `{"version":"3","url":"javascript:alert(1)"}`, status: 422, fragment: `"field":"url"`},
			{name: "to come", role: lead, method: "POST", path: release, body: `{"version":"3","at":"2027-01-01T00:00:00Z"}`, status: 422, fragment: `"field":"at"`},
			{name: "agents read", role: agent, method: "GET", path: release, status: 200, fragment: `{"items":[{"id":"1","version":"2.4.1"`},
			{name: "incident", role: lead, method: "POST", path: incident, body: `{"name":"Checkout down","from":"2026-03-03T08:00:00Z"}`, status: 201, fragment: `"to":null`, kinds: []string{"incident.marked"}},
			{name: "its end", role: lead, method: "POST", path: incident, body: `{"name":"Checkout down","from":"2026-03-03T08:00:00Z","to":"2026-03-03T09:00:00Z"}`, status: 200,
				fragment: `"to":"2026-03-03T09:00:00.000Z"`, kinds: []string{"incident.marked"}},
			{name: "end before the beginning", role: lead, method: "POST", path: incident, body: `{"name":"X","from":"2026-03-03T08:00:00Z","to":"2026-03-02T09:00:00Z"}`, status: 422, fragment: `"field":"to"`},
			{name: "no beginning", role: lead, method: "POST", path: incident, body: `{"name":"X"}`, status: 422, fragment: `from`},
			{name: "list", role: agent, method: "GET", path: incident, status: 200, fragment: `"name":"Checkout down"`},
		})
	})
}
