package web

import (
	"net/url"
	"strings"
	"testing"

	"heard/migrations"
	"heard/migrations/dbtest"
	"heard/tickets"
)

func TestDecisionsByAPI(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, db *migrations.DB) {
		d, _, runner := posted(t, db, npsByMail)
		first, second := d.letterFor("ana@x.example", runner), d.letterFor("ana@x.example", runner)
		d.as(tickets.RoleAgent, "POST", "/api/v1/tickets/"+first+"/reopen", ``).must(t, 200, nil)
		d.decide()
		day := d.clock.Now().UTC().Format("2006-01-02")
		path := "/api/v1/surveys/decisions?from=" + day + "&to=" + day
		var out wireDecisions
		d.as(tickets.RoleLead, "GET", path, "").must(t, 200, &out)
		if out.Decided != 2 || out.Asked != 1 || len(out.Items) != 2 || out.Items[0].Ticket.String() != second || out.Items[0].Reason != "already_open" ||
			out.Items[1].WithdrawnReason != "reopened" || out.Items[1].WithdrawnAt == 0 || out.Items[1].CustomerName != "Ana" {
			t.Errorf("decisions = %+v", out)
		}
		d.as(tickets.RoleLead, "GET", path+"&limit=1", "").must(t, 200, &out)
		next := out.Next
		out = wireDecisions{}
		d.as(tickets.RoleLead, "GET", path+"&limit=1&cursor="+url.QueryEscape(next), "").must(t, 200, &out)
		if len(out.Items) != 1 || out.Items[0].Ticket.String() != first || out.Next != "" || out.Decided != 2 {
			t.Errorf("second page = %+v", out)
		}
		out = wireDecisions{}
		d.as(tickets.RoleLead, "GET", path+"&reason=cooldown", "").must(t, 200, &out)
		if len(out.Items) != 0 || len(out.Reasons) != 2 {
			t.Errorf("of a reason that nothing had = %+v", out)
		}
		for more, field := range map[string]string{"&reason=luck": "reason", "&cursor=x": "cursor", "&cursor=1-2-3-4-5-6": "cursor", "&limit=0": "limit", "&colour=red": "colour"} {
			if got := d.as(tickets.RoleLead, "GET", path+more, ""); got.status != 422 || !strings.Contains(got.body, `"field":"`+field+`"`) {
				t.Errorf("%s = %d %s, want %s named", more, got.status, got.body, field)
			}
		}
		if got := d.as(tickets.RoleAgent, "GET", path, ""); got.status != 403 {
			t.Errorf("an agent = %d", got.status)
		}
	})
}

func TestTagsByAPI(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, db *migrations.DB) {
		d, _, runner := posted(t, db, "")
		ticket := d.letterFor("ana@x.example", runner)
		d.as(tickets.RoleAgent, "POST", "/api/v1/tickets/"+ticket+"/tags", `{"add":["late","Broken cup"]}`).must(t, 200, nil)
		if got := d.as(tickets.RoleAgent, "GET", "/api/v1/tags", ""); got.status != 200 || !strings.Contains(got.body, `"items":[{"name":"broken cup"},{"name":"late"}]`) {
			t.Errorf("tags = %d %s", got.status, got.body)
		}
		if got := d.as(tickets.RoleManager, "GET", "/api/v1/reports/dashboards/speed?tag=LATE", ""); got.status != 200 {
			t.Errorf("a page of a tag = %d %s", got.status, got.body)
		}
	})
}

func TestQuietHoursAreWhole(t *testing.T) {
	t.Parallel()
	d := newDesk(t, dbtest.SQLite(t))
	for _, tt := range []struct{ body, field string }{
		{`{"survey_quiet_from":"21:00"}`, "survey_quiet_from"}, {`{"survey_quiet_to":"08:00"}`, "survey_quiet_to"},
		{`{"survey_quiet_from":"","survey_quiet_to":"08:00"}`, "survey_quiet_from"}, {`{"survey_quiet_from":"08:00","survey_quiet_to":"08:00"}`, "survey_quiet_to"},
		{`{"survey_quiet_from":"9 pm","survey_quiet_to":"08:00"}`, "survey_quiet_from"}, {`{"survey_cooldown_days":0}`, "survey_cooldown_days"},
		{`{"survey_most_90_days":91}`, "survey_most_90_days"},
	} {
		if got := d.as(tickets.RoleAdmin, "PATCH", "/api/v1/settings", tt.body); got.status != 422 || strings.Count(got.body, `"field"`) != 1 || !strings.Contains(got.body, `"field":"`+tt.field+`"`) {
			t.Errorf("%s = %d %s, want %s named", tt.body, got.status, got.body, tt.field)
		}
	}
	d.as(tickets.RoleAdmin, "PATCH", "/api/v1/settings", `{"survey_quiet_from":"21:00","survey_quiet_to":"08:00"}`).must(t, 200, nil)
	d.as(tickets.RoleAdmin, "PATCH", "/api/v1/settings", `{"survey_quiet_to":"07:30"}`).must(t, 200, nil)
	if got := d.as(tickets.RoleAdmin, "PATCH", "/api/v1/settings", `{"survey_quiet_from":""}`); got.status != 422 {
		t.Errorf("half of them taken away = %d %s", got.status, got.body)
	}
	if got := d.as(tickets.RoleManager, "PATCH", "/api/v1/settings", `{"survey_cooldown_days":10}`); got.status != 403 {
		t.Errorf("a manager = %d", got.status)
	}
}
