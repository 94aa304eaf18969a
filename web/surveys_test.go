package web

import (
	"net/url"
	"regexp"
	"strings"
	"testing"

	"heard/feedback/surveys"
	"heard/migrations"
	"heard/migrations/dbtest"
	"heard/tickets"
)

func TestSurveyDefinitionsByAPI(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, db *migrations.DB) {
		d := newDesk(t, db)
		for _, tt := range []struct {
			role   tickets.Role
			body   string
			status int
			field  string
		}{
			{tickets.RoleManager, npsByMail, 403, ""},
			{tickets.RoleAdmin, `{"name":"","kind":"nps","trigger":"resolved"}`, 422, "name"},
			{tickets.RoleAdmin, `{"name":"A","kind":"stars","trigger":"resolved"}`, 422, "kind"},
			{tickets.RoleAdmin, `{"name":"A","kind":"csat","high":7,"trigger":"resolved"}`, 422, "high"},
			{tickets.RoleAdmin, `{"name":"A","kind":"nps","trigger":"schedule"}`, 422, "every_days"},
			{tickets.RoleAdmin, `{"name":"A","kind":"nps","trigger":"resolved","share":0}`, 422, "share"},
			{tickets.RoleAdmin, `{"name":"A","kind":"nps","trigger":"schedule","every_days":30,"segment":{"tag":"nosuchtag"}}`, 422, "segment.tag"},
			{tickets.RoleAdmin, `{"name":"A","kind":"nps","trigger":"schedule","every_days":30,"segment":{"attribute":"a"}}`, 422, "segment.value"},
			{tickets.RoleAdmin, `{"name":"A","kind":"nps","trigger":"resolved","texts":{"question":{"en":""}}}`, 422, "texts.question.en"},
			{tickets.RoleAdmin, `{"name":"A","kind":"nps","trigger":"resolved","inbox":"99"}`, 422, "inbox"},
			{tickets.RoleAdmin, `{"name":"A","kind":"nps","trigger":"link","brand":"nobrand"}`, 422, "brand"},
			{tickets.RoleAdmin, `{"name":"A","kind":"nps","trigger":"schedule","every_days":30,"brand":"nobrand"}`, 422, "brand"},
			{tickets.RoleAdmin, `{"name":"A","kind":"nps","trigger":"resolved","colour":"red"}`, 422, "colour"},
		} {
			got := d.as(tt.role, "POST", "/api/v1/surveys", tt.body)
			if got.status != tt.status || !strings.Contains(got.body, tt.field) {
				t.Errorf("%s = %d %s, want %d about %s", tt.body, got.status, got.body, tt.status, tt.field)
			}
		}
		if kinds := d.kinds(); len(kinds) != 0 {
			t.Fatalf("refused surveys left %v", kinds)
		}
		d.as(tickets.RoleAdmin, "PATCH", "/api/v1/inboxes/"+d.inbox.ID.String(), `{"brand":"Acme"}`).must(t, 200, nil)
		d.kinds()
		var made wireSurveyDefinition
		d.as(tickets.RoleAdmin, "POST", "/api/v1/surveys", `{"name":"Counter","kind":"ces","trigger":"link","brand":"Acme","texts":{"question":{"de":"Wie leicht?"}}}`).must(t, 201, &made)
		if made.High != 7 || made.LowScore != 3 || made.Share != 100 || made.MailDelayS != 3600 || !strings.HasPrefix(made.Link, testBase+"/s/") {
			t.Errorf("made = %+v", made)
		}
		one := "/api/v1/surveys/" + made.ID.String()
		if got := d.as(tickets.RoleAdmin, "PATCH", one, `{"kind":"nps"}`); got.status != 422 {
			t.Errorf("another kind = %d", got.status)
		}
		d.as(tickets.RoleAdmin, "PATCH", one, `{"share":50,"low_score":-1,"disabled":true}`).must(t, 200, &made)
		if made.Share != 50 || made.LowScore != -1 || !made.Disabled || made.Brand != "Acme" {
			t.Errorf("patched = %+v", made)
		}
		if kinds := strings.Join(d.kinds(), " "); kinds != "setting.changed setting.changed" {
			t.Errorf("left %v", kinds)
		}
		var list struct{ Items []wireSurveyDefinition }
		d.as(tickets.RoleLead, "GET", "/api/v1/surveys", "").must(t, 200, &list)
		if got := d.as(tickets.RoleAgent, "GET", "/api/v1/surveys", ""); len(list.Items) != 1 || got.status != 403 {
			t.Errorf("lead sees %d, agent %d", len(list.Items), got.status)
		}
		qr := d.as(tickets.RoleLead, "GET", one+"/qr.svg", "")
		if qr.status != 200 || qr.header.Get("Content-Type") != "image/svg+xml" || !strings.HasPrefix(qr.body, "<svg ") {
			t.Errorf("qr = %d %v", qr.status, qr.header)
		}
		if got := d.as(tickets.RoleAdmin, "GET", "/api/v1/surveys/99", ""); got.status != 404 {
			t.Errorf("unknown = %d", got.status)
		}
	})
}

func TestPublicLink(t *testing.T) {
	t.Parallel()
	d := newDesk(t, dbtest.SQLite(t))
	var made wireSurveyDefinition
	d.as(tickets.RoleAdmin, "POST", "/api/v1/surveys", `{"name":"Counter","kind":"csat","high":10,"trigger":"link","texts":{
		"question":{"en":"How was the shop?","de":"Wie war der Laden?"},
		"reasons":[{"key":"slow","text":{"en":"Slow"}}],
		"questions":[{"key":"plan","type":"choice","text":{"en":"Which plan?"},"choices":[{"key":"a","text":{"en":"A"}},{"key":"b","text":{"en":"B"}}]},{"key":"more","type":"text","text":{"en":"More?"}}]}}`).must(t, 201, &made)
	path := strings.TrimPrefix(made.Link, testBase)
	d.kinds()
	page := d.do(testCall{method: "GET", path: path, header: map[string]string{"Accept-Language": "de-AT"}})
	if page.status != 200 || !strings.Contains(page.body, "Wie war der Laden?") || !strings.Contains(page.body, `lang="de"`) || strings.Count(page.body, `name="score"`) != 10 ||
		strings.Count(page.body, `type="checkbox"`) != 1 || strings.Count(page.body, `name="q.plan"`) != 2 || len(page.body) > 15<<10 {
		t.Fatalf("page = %d %s", page.status, page.body)
	}
	proof := regexp.MustCompile(`name="form" value="([^"]+)"`).FindStringSubmatch(page.body)[1]
	send := func(values url.Values) testAnswer {
		return d.do(testCall{method: "POST", path: path, body: values.Encode(), header: map[string]string{"Content-Type": "application/x-www-form-urlencoded"}})
	}
	for what, values := range map[string]url.Values{
		"no score":     {"form": {proof}, "comment": {"kept <b>"}},
		"wrong choice": {"form": {proof}, "score": {"3"}, "q.plan": {"z"}},
		"wrong reason": {"form": {proof}, "score": {"3"}, "reason": {"z"}},
		"old form":     {"form": {"x"}, "score": {"3"}},
		"long":         {"form": {proof}, "score": {"3"}, "q.more": {strings.Repeat("é", 2001)}},
	} {
		if got := send(values); got.status != 422 || !strings.Contains(got.body, `role="alert"`) || what == "no score" && !strings.Contains(got.body, "kept &lt;b&gt;") {
			t.Errorf("%s = %d %s", what, got.status, got.body)
		}
	}
	if kinds := d.kinds(); len(kinds) != 0 {
		t.Fatalf("refused answers left %v", kinds)
	}
	good := url.Values{"form": {proof}, "score": {"2"}, "reason": {"slow"}, "q.plan": {"b"}, "q.more": {"yes"}, "comment": {"hm"}}
	var answered string
	for range 2 {
		got := send(good)
		if got.status != 303 || !strings.HasPrefix(got.header.Get("Location"), "/survey/") {
			t.Fatalf("answer = %d %s", got.status, got.body)
		}
		answered = got.header.Get("Location")
	}
	if kinds := strings.Join(d.kinds(), " "); kinds != "survey.answered survey.follow_up_opened" {
		t.Errorf("two equal forms left %v", kinds)
	}
	if got := d.do(testCall{method: "GET", path: answered}); got.status != 200 || !strings.Contains(got.body, `value="b" checked`) || strings.Contains(got.body, ">yes<") {
		t.Errorf("afterwards = %d %s", got.status, got.body)
	}
	var follow struct{ Items []wireFollowUp }
	d.as(tickets.RoleManager, "GET", "/api/v1/follow-ups?status=open", "").must(t, 200, &follow)
	if len(follow.Items) != 1 || follow.Items[0].Score != 2 || follow.Items[0].Comment != "hm" || follow.Items[0].Ticket != 0 {
		t.Errorf("follow-ups = %+v", follow)
	}
	for _, bad := range []string{"/s/x", path + "x", path + "?p=1.2.3"} {
		if got := d.do(testCall{method: "GET", path: bad}); got.status != 404 {
			t.Errorf("GET %s = %d", bad, got.status)
		}
	}
	d.as(tickets.RoleAdmin, "PATCH", "/api/v1/surveys/"+made.ID.String(), `{"disabled":true}`).must(t, 200, nil)
	if got := d.do(testCall{method: "GET", path: path}); got.status != 410 || strings.Contains(got.body, "<form") {
		t.Errorf("turned off = %d %s", got.status, got.body)
	}
}

func TestFollowUpsByAPI(t *testing.T) {
	d, visitor, token := surveyed(t)
	d.do(testCall{method: "POST", path: "/api/widget/surveys/" + token, token: visitor, body: `{"score":1,"comment":"Bad"}`}).must(t, 200, nil)
	var list struct{ Items []wireFollowUp }
	d.as(tickets.RoleLead, "GET", "/api/v1/follow-ups", "").must(t, 200, &list)
	if len(list.Items) != 1 || list.Items[0].Comment != "Bad" || list.Items[0].Status != "open" {
		t.Fatalf("follow-ups = %+v", list)
	}
	one := "/api/v1/follow-ups/" + list.Items[0].ID.String()
	if got := d.as(tickets.RoleAgent, "GET", "/api/v1/follow-ups", ""); got.status != 403 {
		t.Errorf("an agent = %d", got.status)
	}
	d.kinds()
	for body, field := range map[string]string{`{"status":"done"}`: "outcome", `{"status":"gone"}`: "status", `{"status":"done","outcome":"x"}`: "outcome",
		`{"assignee":"` + d.agents[tickets.RoleAgent].ID.String() + `"}`: "assignee", `{"note":"a\u0001"}`: "note"} {
		if got := d.as(tickets.RoleLead, "PATCH", one, body); got.status != 422 || !strings.Contains(got.body, field) {
			t.Errorf("%s = %d %s", body, got.status, got.body)
		}
	}
	if kinds := d.kinds(); len(kinds) != 0 {
		t.Errorf("refusals left %v", kinds)
	}
	var f wireFollowUp
	d.as(tickets.RoleLead, "PATCH", one, `{"assignee":"`+d.agents[tickets.RoleLead].ID.String()+`","status":"done","outcome":"solved","note":"Called."}`).must(t, 200, &f)
	if f.Status != "done" || f.AssigneeName != "The lead" || f.Note != "Called." || f.DoneAt == 0 {
		t.Errorf("done = %+v", f)
	}
	if kinds := strings.Join(d.kinds(), " "); kinds != "survey.follow_up_done" {
		t.Errorf("left %v", kinds)
	}
	var turnout wireTurnout
	d.as(tickets.RoleLead, "GET", "/api/v1/surveys/turnout?from=2020-01-01&to=2099-01-01", "").must(t, 200, &turnout)
	if turnout.Asked != 1 || turnout.Answered != 1 || len(turnout.Groups) != 3 || turnout.Groups[0].Verdict != "not_enough_data" {
		t.Errorf("turnout = %+v", turnout)
	}
}

func TestSurveyPageInEveryLanguage(t *testing.T) {
	d, _, token := surveyed(t)
	for locale := range d.server.pages.survey {
		page := d.do(testCall{method: "GET", path: "/survey/" + token + "?locale=" + locale})
		dir := "ltr"
		if locale == "ar" || locale == "he" {
			dir = "rtl"
		}
		if page.status != 200 || !strings.Contains(page.body, `lang="`+locale+`" dir="`+dir+`"`) || len(page.body) > 15<<10 {
			t.Errorf("%s = %d, %d bytes", locale, page.status, len(page.body))
		}
	}
	if n := len(d.server.pages.survey); n != 10 {
		t.Errorf("%d languages, want 10", n)
	}
	for locale, texts := range d.server.pages.survey {
		for key := range d.server.pages.survey["en"] {
			if texts[key] == "" {
				t.Errorf("%s has no %s", locale, key)
			}
		}
	}
	if surveys.Question != d.server.pages.survey["en"]["question"] {
		t.Error("the widget and the page ask different things")
	}
}
