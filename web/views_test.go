package web

import (
	"context"
	"errors"
	"net/url"
	"testing"
	"time"

	"heard/migrations"
	"heard/migrations/dbtest"
	"heard/tickets"
)

func TestSavedViews(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *migrations.DB) {
		d := newDesk(t, db)
		id := d.open("Where is the parcel?")
		d.open("Hello")
		d.index()
		d.as(tickets.RoleAdmin, "POST", "/api/v1/teams", `{"name":"Others","agents":["`+d.agents[tickets.RoleAgent].ID.String()+`"]}`).must(t, 201, nil)
		d.as(tickets.RoleAdmin, "POST", "/api/v1/teams", `{"name":"Empty"}`).must(t, 201, nil)
		d.kinds()
		changed := []string{"setting.changed"}
		const views = "/api/v1/views"
		d.tell([]step{
			{name: "none", method: "GET", path: views, status: 200, fragment: `{"items":[]}`},
			{name: "a private one", role: tickets.RoleAgent, method: "POST", path: views, body: `{"name":" Parcels ","query":"parcel is:open","visibility":"private"}`, status: 201,
				fragment: `{"id":"1","name":"Parcels","query":"parcel is:open","visibility":"private","owner":"` + d.agents[tickets.RoleAgent].ID.String() + `","owner_name":"The agent","position":1,"editable":true}`, kinds: changed},
			{name: "a query that is none", method: "POST", path: views, body: `{"name":"X","query":"colour:red","visibility":"private"}`, status: 422, fragment: `"field":"query"`},
			{name: "a person who is not there", method: "POST", path: views, body: `{"name":"X","query":"assignee:nobody","visibility":"private"}`, status: 422, fragment: `"field":"query"`},
			{name: "no name", method: "POST", path: views, body: `{"name":" ","query":"is:open","visibility":"private"}`, status: 422, fragment: `"field":"name"`},
			{name: "an agent shares nothing", role: tickets.RoleAgent, method: "POST", path: views, body: `{"name":"X","query":"is:open","visibility":"shared"}`, status: 403},
			{name: "a lead shares", role: tickets.RoleLead, method: "POST", path: views, body: `{"name":"Urgent","query":"priority:urgent","visibility":"shared"}`, status: 201, fragment: `"id":"2"`, kinds: changed},
			{name: "a member's for the team", role: tickets.RoleAgent, method: "POST", path: views, body: `{"name":"Ours","query":"team:Others","visibility":"team","team":"2"}`, status: 201, fragment: `"team":"2"`, kinds: changed},
			{name: "not of a team of others", role: tickets.RoleAgent, method: "POST", path: views, body: `{"name":"X","query":"is:open","visibility":"team","team":"3"}`, status: 422, fragment: `"field":"team"`},
			{name: "of nothing", role: tickets.RoleAgent, method: "POST", path: views, body: `{"name":"X","query":" ","visibility":"private"}`, status: 422, fragment: `"field":"query"`},
			{name: "an order with a stranger", role: tickets.RoleAgent, method: "PUT", path: views + "/order", body: `{"ids":["3","99"]}`, status: 422, fragment: `"field":"ids"`},
			{name: "an order with one twice", role: tickets.RoleAgent, method: "PUT", path: views + "/order", body: `{"ids":["3","3"]}`, status: 422, fragment: `"field":"ids"`},
			{name: "points alone", method: "GET", path: "/api/v1/tickets?q=" + url.QueryEscape("((( %"), status: 422, fragment: `"field":"q"`},
			{name: "beyond the scale", method: "GET", path: "/api/v1/tickets?q=csat:9", status: 422, fragment: `“csat:”: scores go from 1 to 5 here`},
			{name: "in order", role: tickets.RoleAgent, method: "PUT", path: views + "/order", body: `{"ids":["3","1"]}`, status: 200,
				fragment: `{"items":[{"id":"3","name":"Ours","query":"team:Others","visibility":"team","team":"2","owner":"` + d.agents[tickets.RoleAgent].ID.String() + `","owner_name":"The agent","position":1,"editable":true},{"id":"1"`},
			{name: "others see what is shared", method: "GET", path: views, status: 200, fragment: `{"items":[{"id":"2","name":"Urgent"`},
			{name: "an agent changes no shared one", role: tickets.RoleAgent, method: "PATCH", path: views + "/2", body: `{"name":"Mine"}`, status: 403},
			{name: "another's private one", method: "PATCH", path: views + "/1", body: `{"name":"Mine"}`, status: 404},
			{name: "its list", role: tickets.RoleAgent, method: "GET", path: "/api/v1/tickets?view=saved:1", status: 200, fragment: `{"items":[{"id":"` + id + `"`},
			{name: "its list, narrowed", role: tickets.RoleAgent, method: "GET", path: "/api/v1/tickets?view=saved:1&q=-parcel", status: 200, fragment: `{"items":[]}`},
			{name: "another's list", method: "GET", path: "/api/v1/tickets?view=saved:1", status: 404, fragment: `"code":"not_found"`},
			{name: "counts", role: tickets.RoleAgent, method: "GET", path: views + "/counts", status: 200,
				fragment: `{"items":[{"view":"mentions","count":0,"more":false},{"view":"saved:3","count":0,"more":false},{"view":"saved:1","count":1,"more":false},{"view":"saved:2","count":0,"more":false}]}`},
			{name: "change", role: tickets.RoleAgent, method: "PATCH", path: views + "/1", body: `{"query":"is:closed"}`, status: 200, fragment: `"query":"is:closed"`, kinds: changed},
			{name: "change to nonsense", role: tickets.RoleAgent, method: "PATCH", path: views + "/1", body: `{"query":"is:odd"}`, status: 422, fragment: `"field":"query"`},
			{name: "delete another's", method: "DELETE", path: views + "/1", status: 404},
			{name: "delete", role: tickets.RoleAgent, method: "DELETE", path: views + "/1", status: 204, kinds: changed},
			{name: "gone", role: tickets.RoleAgent, method: "GET", path: "/api/v1/tickets?view=saved:1", status: 404},
		})
	})
}

func TestMentionsAndDraftsInLists(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *migrations.DB) {
		d := newDesk(t, db)
		id := d.open("Where is it?")
		d.open("Hello")
		agent := d.agents[tickets.RoleAgent].ID.String()
		d.as(tickets.RoleAdmin, "POST", "/api/v1/tickets/"+id+"/notes", `{"client_id":"7c9e6679-7425-40de-944b-e07fc1f90ae7","body":"@[The agent](agent:`+agent+`) look"}`).must(t, 201, nil)
		d.as(tickets.RoleAgent, "PUT", "/api/v1/tickets/"+id+"/drafts/reply", `{"body":"Dear","rev":0}`).must(t, 200, nil)
		d.kinds()
		d.tell([]step{
			{name: "called", role: tickets.RoleAgent, method: "GET", path: "/api/v1/tickets?view=mentions", status: 200, fragment: `{"items":[{"id":"` + id + `"`},
			{name: "with a draft", role: tickets.RoleAgent, method: "GET", path: "/api/v1/tickets?q=has:draft", status: 200, fragment: `"draft":true`},
			{name: "another's draft", method: "GET", path: "/api/v1/tickets?q=has:draft", status: 200, fragment: `{"items":[]}`},
			{name: "not called", method: "GET", path: "/api/v1/tickets?view=mentions", status: 200, fragment: `{"items":[]}`},
			{name: "counted", role: tickets.RoleAgent, method: "GET", path: "/api/v1/views/counts", status: 200, fragment: `{"items":[{"view":"mentions","count":1,"more":false}]}`},
		})
	})
}

// TestViewsAreCountedTwoAtATime: who asks while two are counted waits for a place, and gives up when its caller does.
func TestViewsAreCountedTwoAtATime(t *testing.T) {
	d := newDesk(t, dbtest.SQLite(t))
	ctx, leave := context.WithCancel(t.Context())
	rights := tickets.Caller{Agent: d.agents[tickets.RoleAdmin].ID, Role: tickets.RoleAdmin, AllTeams: true}
	for range countedAtOnce {
		d.server.counting <- struct{}{}
	}
	leave()
	if _, _, err := d.server.countView(ctx, rights, "mentions"); !errors.Is(err, context.Canceled) {
		t.Errorf("a count whose caller left = %v, want %v", err, context.Canceled)
	}
	asked := make(chan testAnswer)
	go func() { asked <- d.as(tickets.RoleAdmin, "GET", "/api/v1/views/counts", "") }()
	select {
	case a := <-asked:
		t.Errorf("a third count at once = %d %s", a.status, a.body)
	case <-time.After(100 * time.Millisecond):
		<-d.server.counting
		(<-asked).must(t, 200, nil)
	}
	if got := len(d.server.counting); got != countedAtOnce-1 {
		t.Errorf("%d places are taken after the counts, want %d", got, countedAtOnce-1)
	}
}
