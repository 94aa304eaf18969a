package web

import (
	"net/http"
	"slices"
	"strings"
	"testing"

	"heard/migrations/dbtest"
	"heard/tickets"
)

func TestEveryRouteIsInTheTableWithAPolicy(t *testing.T) {
	d := newDesk(t, dbtest.SQLite(t))
	var table []string
	for _, r := range d.server.routes() {
		table = append(table, r.pattern())
		p := r.Policy
		if p.who == nobody {
			t.Errorf("%s has no policy", r.pattern())
		}
		if !slices.Contains(tickets.Actions(), p.action) {
			t.Errorf("%s names the unknown action %q", r.pattern(), p.action)
		}
		if got, want := p.who, callers(p.action); !slices.Contains(want, got) {
			t.Errorf("%s takes callers of kind %d, but %s is for %v", r.pattern(), got, p.action, want)
		}
		if r.Limit.Burst == 0 && !p.anyHost {
			t.Errorf("%s has no limit", r.pattern())
		}
		if r.Method == http.MethodGet && strings.HasSuffix(string(p.action), ".write") {
			t.Errorf("%s writes on a GET", r.pattern())
		}
	}
	mounted := slices.Clone(d.server.registering.patterns)
	slices.Sort(table)
	slices.Sort(mounted)
	if !slices.Equal(table, mounted) {
		t.Errorf("the mux has\n%v\nthe table has\n%v", mounted, table)
	}
}

// callers are the kinds of callers that policy.go lets do an action.
func callers(a tickets.Action) []who {
	switch {
	case tickets.Can(tickets.Anyone(), a, tickets.AtDesk):
		return []who{anybody, operators, byItself}
	case tickets.Can(tickets.Caller{Role: tickets.RoleVisitor}, a, tickets.Own):
		return []who{visitors}
	}
	return []who{agents, sessions, byItself}
}

// TestEveryRouteAsEachRole walks the whole table with every kind of caller that a route does not take.
func TestEveryRouteAsEachRole(t *testing.T) {
	d := newDeskAt(t, dbtest.SQLite(t), Config{RateFactor: 0})
	visitor := d.visitor()
	tokens := map[string]string{"nobody": "", "a made-up token": "heard_" + strings.Repeat("x", 43), "a visitor": visitor}
	for role, token := range d.tokens {
		tokens[string(role)] = token
	}
	d.kinds()
	for _, r := range d.server.routes() {
		if r.Policy.who != agents && r.Policy.who != sessions && r.Policy.who != visitors {
			continue
		}
		path := strings.NewReplacer("{id}", "999", "{key}", d.inbox.Key, "{week}", "2026-W10", "{token}", "x", "{rest...}", "x").Replace(r.Path)
		for name, token := range tokens {
			body := ""
			if r.Method != http.MethodGet && r.Method != http.MethodDelete {
				body = `{}`
			}
			got := d.do(testCall{method: r.Method, path: path, token: token, body: body})
			kinds := d.kinds()
			want := refusal(r.Policy, name)
			if want == "" {
				continue
			}
			if got.code() != want || len(kinds) > 0 {
				t.Errorf("%s as %s = %d %s and events %v, want %s and none", r.pattern(), name, got.status, got.body, kinds, want)
			}
		}
	}
}

// refusal is the code that a caller without the right must get; "" for one that may have it.
func refusal(p policy, name string) string {
	role := tickets.Role(name)
	switch {
	case name == "nobody" || name == "a made-up token":
		return refusedToken(p, name)
	case p.who == visitors:
		if name == "a visitor" {
			return ""
		}
		return "unauthenticated"
	case name == "a visitor":
		return refusedToken(p, name)
	case p.who == sessions:
		return "forbidden"
	case !tickets.Can(tickets.Caller{Role: role}, p.action, tickets.Own):
		return "forbidden"
	}
	return ""
}

func refusedToken(p policy, name string) string {
	if p.who == sessions && name != "nobody" {
		return "forbidden" // whatever token it is
	}
	return "unauthenticated"
}

func TestVisitorsSeeTheirOwnOnly(t *testing.T) {
	d := newDesk(t, dbtest.SQLite(t))
	mine, other := d.visitor(), d.visitor()
	var out struct{ Conversation string }
	d.do(testCall{method: "POST", path: "/api/widget/conversations", token: mine,
		body: `{"message":{"client_id":"7c9e6679-7425-40de-944b-e07fc1f90ae7","body":"Hello"}}`}).must(t, 201, &out)
	d.kinds()
	base := "/api/widget/conversations/" + out.Conversation
	for _, c := range [][3]string{
		{"GET", "/events", ""}, {"POST", "/messages", `{"client_id":"7c9e6679-7425-40de-944b-e07fc1f90ae8","body":"x"}`},
		{"POST", "/seen", `{"seq":1}`}, {"POST", "/end", `{}`},
	} {
		if got := d.do(testCall{method: c[0], path: base + c[1], token: other, body: c[2]}); got.status != 404 {
			t.Errorf("another visitor: %s %s = %d %s, want 404", c[0], c[1], got.status, got.body)
		}
	}
	if kinds := d.kinds(); len(kinds) > 0 {
		t.Errorf("another visitor's calls left %v", kinds)
	}
	if got := d.do(testCall{method: "GET", path: base + "/events", token: mine}); !strings.Contains(got.body, `"body":"Hello"`) {
		t.Errorf("own events = %s", got.body)
	}
}
