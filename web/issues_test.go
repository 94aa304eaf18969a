package web

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"heard/feedback/issues"
	"heard/migrations"
	"heard/migrations/dbtest"
	"heard/tickets"
	"heard/tickets/events"
)

// trouble imports ten quiet weeks and a burst of one matter, and runs the night.
func (d *testDesk) trouble() {
	d.t.Helper()
	ctx := d.t.Context()
	agent := events.Actor{Kind: events.Agent, ID: d.agents[tickets.RoleAgent].ID}
	var customers []events.ID
	for i := range 30 {
		c, err := d.people.EnsureCustomer(ctx, events.SystemActor, tickets.CustomerIn{Email: fmt.Sprintf("c%d@example.net", i)})
		if err != nil {
			d.t.Fatal(err)
		}
		customers = append(customers, c.ID)
	}
	var list []tickets.History
	tell := func(day int, text string) {
		at := d.log.Now().Add(-time.Duration(day)*24*time.Hour - time.Hour)
		list = append(list, tickets.History{ExternalID: fmt.Sprint("h", len(list)), Inbox: d.inbox.ID, Customer: customers[len(list)%len(customers)],
			Channel: tickets.Chat, Steps: []tickets.Step{
				{At: at, Kind: tickets.StepMessage, By: events.Actor{Kind: events.Customer}, Body: text},
				{At: at.Add(time.Minute), Kind: tickets.StepMessage, By: agent, Body: "I am looking into it"},
				{At: at.Add(2 * time.Minute), Kind: tickets.StepResolve, By: agent}}})
	}
	for day := 70; day >= 1; day-- {
		tell(day, []string{"My parcel did not arrive, where is the delivery", "The delivery of my parcel is late"}[day%2])
		tell(day, []string{"The invoice shows a wrong tax number", "Please correct the tax number on my invoice"}[day%2])
	}
	for i := range 12 {
		tell(1+i%2, []string{"The payment page freezes, mail bob@example.net", "I cannot pay, the payment page freezes"}[i%2])
	}
	store := tickets.NewStore(d.log)
	out, err := store.Import(ctx, list)
	if err != nil {
		d.t.Fatal(err)
	}
	for _, o := range out {
		if o.Err != nil {
			d.t.Fatal(o.Err)
		}
	}
	if err := d.issues.Night(ctx); err != nil {
		d.t.Fatal(err)
	}
	d.kinds()
}

// issueAbout is the id of the issue with that term.
func (d *testDesk) issueAbout(term string) string {
	d.t.Helper()
	var list struct{ Items []issues.Issue }
	d.do(testCall{method: "GET", path: "/api/v1/issues", token: d.tokens[tickets.RoleAdmin]}).must(d.t, 200, &list)
	var names []string
	for _, x := range list.Items {
		if names = append(names, x.Name); strings.Contains(strings.ToLower(x.Name), term) {
			return x.ID.String()
		}
	}
	d.t.Fatalf("no issue is about %s: %q", term, names)
	return ""
}

func TestIssuesAPI(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *migrations.DB) {
		d := newDesk(t, db)
		none := d.as(tickets.RoleAdmin, "GET", "/api/v1/issues", "")
		if none.body != `{"items":[],"as_of":null,"topics":[],"checked":null}`+"\n" {
			t.Errorf("a new desk has %s", none.body)
		}
		d.trouble()
		pay := d.issueAbout("freezes")
		one := "/api/v1/issues/" + pay
		var detail struct {
			issues.Issue
			Quotes  []issues.QuoteView `json:"quotes"`
			Tickets []WireTicket       `json:"tickets_sample"`
			History []issues.Step      `json:"history"`
			Alike   []issues.Candidate `json:"merge_candidates"`
		}
		d.do(testCall{method: "GET", path: one, token: d.tokens[tickets.RoleAgent]}).must(t, 200, &detail)
		if detail.Kind != issues.KindNew || detail.Tickets == nil || len(detail.Quotes) == 0 || len(detail.Trend) != 56 || detail.Issue.Tickets != 12 {
			t.Errorf("issue = %+v", detail)
		}
		for _, q := range detail.Quotes {
			if strings.Contains(q.Text, "@") {
				t.Errorf("a quote is not masked: %s", q.Text)
			}
		}
		var sample []string
		for _, x := range detail.Tickets {
			sample = append(sample, x.ID.String())
			if x.Topic == 0 || x.TopicName == "" {
				t.Errorf("ticket %s has topic %s %q", x.ID, x.Topic, x.TopicName)
			}
		}
		lead, agent := tickets.RoleLead, tickets.RoleAgent
		owner := d.agents[lead].ID.String()
		split, err := json.Marshal(map[string]any{"tickets": sample[:2]})
		if err != nil {
			t.Fatal(err)
		}
		changed, moved := []string{"issue.changed"}, []string{"issue.status_changed"}
		d.tell([]step{
			{name: "by status", method: "GET", path: "/api/v1/issues?status=fixed", status: 200, fragment: `{"items":[],`},
			{name: "by kind", method: "GET", path: "/api/v1/issues?kind=new,burst", status: 200, fragment: `"id":"` + pay + `"`},
			{name: "unknown status", method: "GET", path: "/api/v1/issues?status=odd", status: 422, fragment: `"field":"status"`},
			{name: "unknown issue", method: "GET", path: "/api/v1/issues/999", status: 404, fragment: `"code":"not_found"`},
			{name: "its tickets", method: "GET", path: "/api/v1/tickets?issue=" + pay, status: 200, fragment: `"id":"` + sample[0] + `"`},
			{name: "what a ticket is about", method: "GET", path: "/api/v1/tickets/" + sample[0] + "/events", status: 200, fragment: `"name":"`},
			{name: "tickets of no issue", method: "GET", path: "/api/v1/tickets?issue=999", status: 404},
			{name: "an agent may not", role: agent, method: "PATCH", path: one, body: `{"status":"wont_fix"}`, status: 403, fragment: `"code":"forbidden"`},
			{name: "acknowledge", role: lead, method: "PATCH", path: one, body: `{"status":"acknowledged"}`, status: 200,
				fragment: `"status":"acknowledged"`, kinds: moved},
			{name: "again", role: lead, method: "PATCH", path: one, body: `{"status":"acknowledged"}`, status: 200},
			{name: "verified is not for people", role: lead, method: "PATCH", path: one, body: `{"status":"verified"}`, status: 422, fragment: `"field":"status"`},
			{name: "rename", role: lead, method: "PATCH", path: one, body: `{"name":" Payment  page freezes "}`, status: 200,
				fragment: `"name":"Payment page freezes"`, kinds: changed},
			{name: "no name", role: lead, method: "PATCH", path: one, body: `{"name":""}`, status: 422, fragment: `"field":"name"`},
			{name: "own", role: lead, method: "PATCH", path: one, body: `{"owner":"` + owner + `"}`, status: 200, fragment: `"owner":"` + owner + `"`, kinds: changed},
			{name: "owned by nobody there", role: lead, method: "PATCH", path: one, body: `{"owner":"999"}`, status: 422, fragment: `"field":"owner"`},
			{name: "disown", role: lead, method: "PATCH", path: one, body: `{"owner":null}`, status: 200, fragment: `"owner":null`, kinds: changed},
			{name: "fixed in the future", role: lead, method: "PATCH", path: one, body: `{"status":"fixed","fixed_at":"2027-01-01T00:00:00Z"}`, status: 422,
				fragment: `"field":"fixed_at"`},
			{name: "fixed in no release", role: lead, method: "PATCH", path: one, body: `{"status":"fixed","fixed_in":"9.9"}`, status: 422, fragment: `"field":"fixed_in"`},
			{name: "a release", role: lead, method: "POST", path: "/api/v1/releases", body: `{"version":"2.4.1","at":"2026-03-04T07:00:00Z"}`, status: 201, kinds: []string{"release.marked"}},
			{name: "fixed in it", role: lead, method: "PATCH", path: one, body: `{"status":"fixed","fixed_in":"2.4.1"}`, status: 200,
				fragment: `"fixed_at":"2026-03-04T07:00:00.000Z","fixed_in":"2.4.1","verdict":{"state":"too_early"`, kinds: moved},
			{name: "beside it", method: "GET", path: one, status: 200, fragment: `"markers":[{"kind":"release","name":"2.4.1"`},
			{name: "an agent moves it", role: tickets.RoleAgent, method: "PATCH", path: "/api/v1/releases/1", body: `{"notes":"x"}`, status: 403},
			{name: "an agent deletes it", role: tickets.RoleAgent, method: "DELETE", path: "/api/v1/releases/1", status: 403},
			{name: "a note", role: lead, method: "PATCH", path: "/api/v1/releases/1", body: `{"notes":"Codes again"}`, status: 200, fragment: `"notes":"Codes again"`, kinds: []string{"release.changed"}},
			{name: "the same note", role: lead, method: "PATCH", path: "/api/v1/releases/1", body: `{"notes":"Codes again"}`, status: 200, fragment: `"version":"2.4.1"`},
			{name: "no version", role: lead, method: "PATCH", path: "/api/v1/releases/1", body: `{"version":" "}`, status: 422, fragment: `"field":"version"`},
			{name: "none such", role: lead, method: "PATCH", path: "/api/v1/releases/99", body: `{"notes":"x"}`, status: 404},
			{name: "tracker", role: lead, method: "PATCH", path: one, body: `{"tracker":{"url":"https://tracker.test/browse/SHOP-1","key":"SHOP-1"}}`, status: 200,
				fragment: `"tracker":{"url":"https://tracker.test/browse/SHOP-1","key":"SHOP-1"}`, kinds: changed},
			{name: "a script", role: lead, method: "PATCH", path: one, body: `{"tracker":{"url":"javascript:alert(1)"}}`, status: 422, fragment: `"field":"tracker.url"`},
			{name: "no tracker", role: lead, method: "PATCH", path: one, body: `{"tracker":null}`, status: 200, fragment: `"tracker":null`, kinds: changed},
			{name: "fixed", role: lead, method: "PATCH", path: one, body: `{"status":"fixed","fixed_at":"2026-03-04T08:00:00Z"}`, status: 200,
				fragment: `"fixed_at":"2026-03-04T08:00:00.000Z","fixed_in":"","verdict":{"state":"too_early"`, kinds: moved},
			{name: "keep", role: lead, method: "POST", path: one + "/keep", body: string(split), status: 200, fragment: `"kept":2,"moved":0,`,
				kinds: []string{"topic.corrected", "topic.corrected"}},
			{name: "keep what is not there", role: lead, method: "POST", path: one + "/keep", body: `{"tickets":["999999"]}`, status: 422, fragment: `"field":"tickets[0]"`},
			{name: "keep nothing", role: lead, method: "POST", path: one + "/keep", body: `{"tickets":[]}`, status: 422},
			{name: "split", role: lead, method: "POST", path: one + "/split", body: string(split), status: 201, fragment: `"tickets":2,`,
				kinds: []string{"issue.split", "topic.corrected", "topic.corrected"}},
			{name: "split again", role: lead, method: "POST", path: one + "/split", body: string(split), status: 422, fragment: `"field":"tickets[0]"`},
			{name: "split nothing", role: lead, method: "POST", path: one + "/split", body: `{"tickets":[]}`, status: 422},
			{name: "merge into itself", role: lead, method: "POST", path: one + "/merge", body: `{"into":"` + pay + `"}`, status: 422, fragment: `"field":"into"`},
			{name: "merge into nothing", role: lead, method: "POST", path: one + "/merge", body: `{"into":"999"}`, status: 422, fragment: `"field":"into"`},
		})
		part := d.issueWith(t, 2)
		d.tell([]step{{name: "merge back", role: lead, method: "POST", path: "/api/v1/issues/" + part + "/merge", body: `{"into":"` + pay + `"}`, status: 200,
			fragment: `"name":"Payment page freezes"`, kinds: []string{"issue.merged", "topic.corrected", "topic.corrected"}},
			{name: "the part leads to the whole", method: "GET", path: "/api/v1/issues/" + part, status: 200, fragment: `"id":"` + pay + `"`}})
	})
}

// issueWith is the newest issue with so many tickets.
func (d *testDesk) issueWith(t *testing.T, n int) string {
	t.Helper()
	list, err := d.issues.List(t.Context(), issues.Filter{})
	if err != nil {
		t.Fatal(err)
	}
	var id events.ID
	for _, x := range list.Items {
		if x.Tickets == n && x.ID > id {
			id = x.ID
		}
	}
	if id == 0 {
		t.Fatalf("no issue has %d tickets", n)
	}
	return id.String()
}

func TestIssuesAreForWhoSeesTheDesk(t *testing.T) {
	d := newDesk(t, dbtest.SQLite(t))
	d.trouble()
	narrow, other := false, []events.ID{}
	team, err := d.people.CreateTeam(t.Context(), events.SystemActor, tickets.TeamIn{Name: "Billing"})
	if err != nil {
		t.Fatal(err)
	}
	other = append(other, team.ID)
	a, err := d.people.CreateAgent(t.Context(), events.SystemActor, tickets.AgentIn{Email: "narrow@desk.example", Name: "Narrow", Role: tickets.RoleAgent,
		AllTeams: &narrow, Teams: other})
	if err != nil {
		t.Fatal(err)
	}
	_, token, err := d.people.CreateToken(t.Context(), events.SystemActor, tickets.TokenIn{Agent: a.ID, Name: "test"})
	if err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{"/api/v1/issues", "/api/v1/issues/1", "/api/v1/tickets?issue=1"} {
		if got := d.do(testCall{method: "GET", path: path, token: token}); got.status != 404 {
			t.Errorf("%s = %d %s for who sees one team, want 404", path, got.status, got.body)
		}
	}
}
