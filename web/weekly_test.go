package web

import (
	"strings"
	"testing"

	"heard/feedback/weekly"
	"heard/migrations"
	"heard/migrations/dbtest"
	"heard/tickets"
)

func TestActionsOverTheAPI(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *migrations.DB) {
		d := newDesk(t, db)
		manager := d.agents[tickets.RoleManager].ID.String()
		var made weekly.ReportAction
		d.as(tickets.RoleManager, "POST", "/api/v1/reports/actions", `{"text":"Call the carrier","owner":"`+manager+`","due":"2026-03-12"}`).must(t, 201, &made)
		if made.Owner.String() != manager || made.Due != "2026-03-12" || made.WeekMade != thisWeek || made.State != weekly.Open {
			t.Errorf("made = %+v", made)
		}
		path := "/api/v1/reports/actions/" + made.ID.String()
		d.kinds()
		d.tell([]step{
			{name: "nothing said", method: "POST", path: "/api/v1/reports/actions", body: `{"text":""}`, status: 422, fragment: `"field":"text"`},
			{name: "an odd day", method: "POST", path: "/api/v1/reports/actions", body: `{"text":"x","due":"soon"}`, status: 422, fragment: `"field":"due"`},
			{name: "an unknown field", method: "POST", path: "/api/v1/reports/actions", body: `{"text":"x","done":true}`, status: 422},
			{name: "an odd state", method: "PATCH", path: path, body: `{"state":"later"}`, status: 422, fragment: `"field":"state"`},
			{name: "an agent", role: tickets.RoleAgent, method: "POST", path: "/api/v1/reports/actions", body: `{"text":"x"}`, status: 403},
			{name: "an agent reads", role: tickets.RoleAgent, method: "GET", path: "/api/v1/reports/actions", status: 403},
			{name: "a lead finishes it", role: tickets.RoleLead, method: "PATCH", path: path, body: `{"state":"done"}`, status: 200, fragment: `"done_week":"2026-W10"`,
				kinds: []string{"setting.changed"}},
			{name: "nobody's from now on", method: "PATCH", path: path, body: `{"owner":null,"due":null}`, status: 200, fragment: `"owner":null`, kinds: []string{"setting.changed"}},
			{name: "none is open", method: "GET", path: "/api/v1/reports/actions?state=open", status: 200, fragment: `{"items":[]}`},
			{name: "one is done", method: "GET", path: "/api/v1/reports/actions?state=done", status: 200, fragment: `"text":"Call the carrier"`},
		})
	})
}

func TestSubscribersOverTheAPI(t *testing.T) {
	d := newDesk(t, dbtest.SQLite(t))
	api := "/api/v1/reports/subscribers"
	lead, manager := d.agents[tickets.RoleLead].ID.String(), d.agents[tickets.RoleManager].ID.String()
	var own, boss weekly.Subscriber
	d.as(tickets.RoleLead, "POST", api, `{}`).must(t, 201, &own)
	d.as(tickets.RoleManager, "POST", api, `{"address":"boss@example.test","weekday":2,"hour":9}`).must(t, 201, &boss)
	if own.Agent.String() != lead || own.Weekday != 1 || own.Hour != 8 || boss.Weekday != 2 || boss.Address != "boss@example.test" {
		t.Errorf("own %+v, boss %+v", own, boss)
	}
	d.kinds()
	d.tell([]step{
		{name: "a lead for an address", role: tickets.RoleLead, method: "POST", path: api, body: `{"address":"x@example.test"}`, status: 403},
		{name: "a lead for a manager", role: tickets.RoleLead, method: "POST", path: api, body: `{"agent":"` + manager + `"}`, status: 403},
		{name: "an agent", role: tickets.RoleAgent, method: "POST", path: api, body: `{}`, status: 403},
		{name: "no address", method: "POST", path: api, body: `{"address":"nobody"}`, status: 422, fragment: `"field":"address"`},
		{name: "an odd hour", method: "POST", path: api, body: `{"hour":24}`, status: 422, fragment: `"field":"hour"`},
		{name: "the same again", method: "POST", path: api, body: `{"address":"boss@example.test"}`, status: 200, fragment: `"weekday":2`},
		{name: "a lead ends another's", role: tickets.RoleLead, method: "DELETE", path: api + "/" + boss.ID.String(), status: 404},
		{name: "a manager ends it", role: tickets.RoleManager, method: "DELETE", path: api + "/" + boss.ID.String(), status: 204, kinds: []string{"setting.changed"}},
		{name: "twice", role: tickets.RoleManager, method: "DELETE", path: api + "/" + boss.ID.String(), status: 404},
	})
	if list := d.as(tickets.RoleLead, "GET", api, "").body; !strings.Contains(list, `"agent":"`+lead+`"`) || strings.Contains(list, "boss") {
		t.Errorf("a lead's list: %s", list)
	}
}
