package web

import (
	"net/url"
	"strings"
	"testing"

	"heard/migrations"
	"heard/migrations/dbtest"
	"heard/tickets"
)

// index brings the index of words up to the log.
func (d *testDesk) index() {
	d.t.Helper()
	if _, err := d.log.CatchUp(d.t.Context(), d.search.Consumer()); err != nil {
		d.t.Fatal(err)
	}
}

func TestSearchAPI(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *migrations.DB) {
		d := newDesk(t, db)
		id := d.open("Where is the blue parcel?")
		d.open("Nothing works")
		d.index()
		d.kinds()
		list := func(q string) string { return "/api/v1/tickets?q=" + url.QueryEscape(q) }
		d.tell([]step{
			{name: "a word of a message", method: "GET", path: list("blue is:open"), status: 200, fragment: `{"items":[{"id":"` + id + `"`},
			{name: "a number", method: "GET", path: list("#" + id), status: 200, fragment: `{"items":[{"id":"` + id + `"`},
			{name: "nothing", method: "GET", path: list("blue -is:open"), status: 200, fragment: `{"items":[]}`},
			{name: "the query's status wins", method: "GET", path: list("blue is:open") + "&status=closed", status: 200, fragment: `{"items":[{"id":"` + id + `"`},
			{name: "the view's default does not hold", method: "GET", path: list("is:resolved,open") + "&view=unassigned", status: 200, fragment: `{"items":[{"id":"`},
			{name: "an unknown key", method: "GET", path: list("blue colour:red"), status: 422, fragment: `"errors":[{"field":"q","detail":"has, at character 6, “colour:”: there is no such key`},
			{name: "service levels", method: "GET", path: list("sla:<1h"), status: 422, fragment: `service levels are not set up yet`},
			{name: "an unknown team", method: "GET", path: list("team:none-such"), status: 422, fragment: `"field":"q"`},
			{name: "too long", method: "GET", path: list(strings.Repeat("a", 501)), status: 422, fragment: `"field":"q"`},
			{name: "as an agent", role: tickets.RoleAgent, method: "GET", path: list("assignee:me"), status: 200, fragment: `{"items":[]}`},
		})
	})
}
