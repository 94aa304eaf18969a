package web

import (
	"fmt"
	"strings"
	"testing"

	"heard/migrations/dbtest"
	"heard/tickets"
)

// canary stands in hostile bodies; no answer may show it.
const canary = "hunter2-canary"

func TestHostileBodies(t *testing.T) {
	d := newDesk(t, dbtest.SQLite(t))
	good := `{"inbox":"1","customer":{"email":"a@example.net"},"message":{"client_id":"7c9e6679-7425-40de-944b-e07fc1f90ae7","body":"Hi"}}`
	change := func(old, new string) string { return strings.Replace(good, old, new, 1) }
	tests := []struct{ name, body, code string }{
		{"no body", "", "invalid"},
		{"no JSON", canary, "invalid"},
		{"half an object", good[:40], "invalid"},
		{"an array", "[" + good + "]", "invalid"},
		{"a string", `"` + canary + `"`, "invalid"},
		{"null", "null", "invalid"},
		{"something after it", good + good, "invalid"},
		{"an unknown field", change(`"inbox"`, `"role":"`+canary+`","inbox"`), "invalid"},
		{"an unknown nested field", change(`"email"`, `"verified":true,"email"`), "invalid"},
		{"wrong case", change(`"inbox"`, `"Inbox"`), "invalid"},
		{"wrong nested case", change(`"client_id"`, `"Client_ID"`), "invalid"},
		{"the same name twice", change(`"inbox":"1"`, `"inbox":"`+canary+`","inbox":"1"`), "invalid"},
		{"the same name twice, escaped", change(`"inbox":"1"`, `"\u0069nbox":"1","inbox":"1"`), "invalid"},
		{"the same nested name twice", change(`"email":"a@example.net"`, `"email":"a@example.net","email":"b@example.net"`), "invalid"},
		{"invalid UTF-8", change("Hi", "\xff"+canary), "invalid"},
		{"half a surrogate pair", change("Hi", `\ud800`+canary), "invalid"},
		{"NUL", change("Hi", `\u0000`), "invalid"},
		{"deep", change(`"Hi"`, strings.Repeat("[", 100)+strings.Repeat("]", 100)), "invalid"},
		{"too large", change("Hi", strings.Repeat("a", maxJSON)), "too_large"},
		{"a thousand unknown fields", change(`"inbox"`, many(1000)+`"inbox"`), "invalid"},
		{"an operator object", change(`"a@example.net"`, `{"$ne":"`+canary+`"}`), "invalid"},
		{"an id with a sign", change(`"1"`, `"+1"`), "invalid"},
		{"an id as a number", change(`"1"`, `1`), "invalid"},
	}
	for _, tt := range tests {
		got := d.do(testCall{method: "POST", path: "/api/v1/tickets", body: tt.body, token: d.tokens[tickets.RoleAdmin],
			header: map[string]string{"Content-Type": "application/json"}})
		if got.code() != tt.code {
			t.Errorf("%s: %d %s, want code %s", tt.name, got.status, got.body, tt.code)
		}
		if strings.Contains(got.body, canary) || len(got.body) > 4096 {
			t.Errorf("%s: the answer shows the body: %s", tt.name, got.body)
		}
	}
	if kinds := d.kinds(); len(kinds) > 0 {
		t.Errorf("hostile bodies left events %v", kinds)
	}
}

// many is the beginning of an object with n fields that nobody knows.
func many(n int) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, `"f%d":1,`, i)
	}
	return b.String()
}

// TestWrongTypesForEveryScalar puts every wrong type into every scalar of every kind of body.
func TestWrongTypesForEveryScalar(t *testing.T) {
	d := newDesk(t, dbtest.SQLite(t))
	d.open("Hello")
	d.kinds()
	id := `"7c9e6679-7425-40de-944b-e07fc1f90ae7"`
	bodies := []struct{ method, path, body string }{ // %s is the place of the wrong value
		{"POST", "/api/v1/tickets", `{"inbox":%s,"customer":{},"message":{"client_id":` + id + `,"body":"Hi"}}`},
		{"POST", "/api/v1/tickets", `{"inbox":"1","customer":%s,"message":{"client_id":` + id + `,"body":"Hi"}}`},
		{"POST", "/api/v1/tickets", `{"inbox":"1","customer":{"email":%s},"message":{"client_id":` + id + `,"body":"Hi"}}`},
		{"POST", "/api/v1/tickets", `{"inbox":"1","customer":{},"subject":%s,"message":{"client_id":` + id + `,"body":"Hi"}}`},
		{"POST", "/api/v1/tickets", `{"inbox":"1","customer":{},"message":{"client_id":%s,"body":"Hi"}}`},
		{"POST", "/api/v1/tickets", `{"inbox":"1","customer":{},"message":{"client_id":` + id + `,"body":%s}}`},
		{"POST", "/api/v1/tickets/1/messages", `{"client_id":` + id + `,"body":"x","last_seq":%s}`},
		{"POST", "/api/v1/tickets/1/tags", `{"add":%s}`},
		{"POST", "/api/v1/tickets/1/tags", `{"add":[%s]}`},
		{"POST", "/api/v1/tickets/1/snooze", `{"until":%s}`},
		{"POST", "/api/v1/tickets/1/assign", `{"agent":%s}`},
		{"PATCH", "/api/v1/tickets/1", `{"status":%s}`},
		{"PATCH", "/api/v1/tickets/1", `{"fields":%s}`},
		{"PATCH", "/api/v1/tickets/1", `{"fields":{"a":%s}}`},
		{"PATCH", "/api/v1/agents/1", `{"capacity":%s}`},
		{"PATCH", "/api/v1/agents/1", `{"disabled":%s}`},
		{"PATCH", "/api/v1/agents/1", `{"teams":%s}`},
		{"PATCH", "/api/v1/inboxes/1", `{"csat":{"enabled":%s}}`},
		{"POST", "/api/v1/schedules", `{"name":"x","time_zone":"UTC","intervals":[{"day":%s,"from":"09:00","to":"10:00"}]}`},
		{"PUT", "/api/v1/me/availability", `{"state":%s}`},
		{"POST", "/api/widget/session", `{"inbox":%s}`},
		{"POST", "/api/widget/session", `{"inbox":"` + d.inbox.Key + `","identity":%s}`},
		{"POST", "/api/v1/session", `{"email":"a@example.net","password":%s}`},
		{"POST", "/api/v1/invitations/open", `{"token":%s}`},
	}
	values := []string{`{}`, `{"$gt":""}`, `[]`, `[1]`, `true`, `1.5`, `"` + canary + `"`, `""`, `-1`, `1e400`}
	for _, b := range bodies {
		for _, v := range values {
			if fits(b.body, v) {
				continue
			}
			got := d.do(testCall{method: b.method, path: b.path, body: fmt.Sprintf(b.body, v), token: tokenFor(d, b.path)})
			if got.status/100 != 4 || got.code() == "" {
				t.Errorf("%s %s with %s: %d %s, want a refusal", b.method, b.path, fmt.Sprintf(b.body, v), got.status, got.body)
			}
			if strings.Contains(got.body, canary) {
				t.Errorf("%s %s shows the value: %s", b.method, b.path, got.body)
			}
		}
	}
	if kinds := d.kinds(); len(kinds) > 0 {
		t.Errorf("wrong types left events %v", kinds)
	}
}

func tokenFor(d *testDesk, path string) string {
	if strings.HasPrefix(path, "/api/widget") || strings.HasPrefix(path, "/api/v1/session") || strings.HasPrefix(path, "/api/v1/invitations") {
		return ""
	}
	return d.tokens[tickets.RoleAdmin]
}

// fits tells the values that are no wrong type in their place.
func fits(body, value string) bool {
	text := value == `"`+canary+`"`
	switch {
	case strings.Contains(body, `"body":%s`), strings.Contains(body, `"subject":%s`), strings.Contains(body, `"add":[%s]`):
		return text || value == `""` && strings.Contains(body, `"subject"`)
	case strings.Contains(body, `"a":%s`):
		return text || value == `""`
	case strings.Contains(body, `"customer":%s`), strings.Contains(body, `"fields":%s`):
		return value == `{}` || strings.Contains(value, "$gt")
	case strings.Contains(body, `"email":%s`):
		return value == `""`
	case strings.Contains(body, `"add":%s`):
		return value == `[]`
	case strings.Contains(body, `"teams":%s`):
		return value == `[]`
	case strings.Contains(body, `"disabled":%s`), strings.Contains(body, `"enabled":%s`):
		return value == "true"
	}
	return false
}

func TestHostileRequests(t *testing.T) {
	d := newDesk(t, dbtest.SQLite(t))
	admin := d.tokens[tickets.RoleAdmin]
	tests := []struct {
		name   string
		call   testCall
		status int
		code   string
	}{
		{"unknown query", testCall{method: "GET", path: "/api/v1/tickets?colour=red", token: admin}, 422, "invalid"},
		{"wrong case in the query", testCall{method: "GET", path: "/api/v1/tickets?View=all", token: admin}, 422, "invalid"},
		{"a parameter twice", testCall{method: "GET", path: "/api/v1/tickets?view=all&view=mine", token: admin}, 422, "invalid"},
		{"a broken escape", testCall{method: "GET", path: "/api/v1/tickets?q=%zz", token: admin}, 422, "invalid"},
		{"invalid UTF-8 in the query", testCall{method: "GET", path: "/api/v1/tickets?q=%ff", token: admin}, 422, "invalid"},
		{"NUL in the query", testCall{method: "GET", path: "/api/v1/tickets?q=%00", token: admin}, 422, "invalid"},
		{"limit zero", testCall{method: "GET", path: "/api/v1/tickets?limit=0", token: admin}, 422, "invalid"},
		{"limit of words", testCall{method: "GET", path: "/api/v1/tickets?limit=ten", token: admin}, 422, "invalid"},
		{"a form", testCall{method: "POST", path: "/api/v1/nothing", token: admin, body: "a=b",
			header: map[string]string{"Content-Type": "application/x-www-form-urlencoded"}}, 404, "not_found"},
		{"a form to a route", testCall{method: "POST", path: "/api/v1/session", body: "a=b",
			header: map[string]string{"Content-Type": "application/x-www-form-urlencoded"}}, 415, "unsupported"},
		{"JSON as text", testCall{method: "POST", path: "/api/v1/session", body: "{}", header: map[string]string{"Content-Type": "text/plain"}}, 415, "unsupported"},
		{"another charset", testCall{method: "POST", path: "/api/v1/session", body: "{}",
			header: map[string]string{"Content-Type": "application/json; charset=utf-16"}}, 415, "unsupported"},
		{"no such method", testCall{method: "PUT", path: "/api/v1/tickets", token: admin}, 405, "unsupported"},
		{"TRACE", testCall{method: "TRACE", path: "/api/v1/me", token: admin}, 405, "unsupported"},
		{"no such path", testCall{method: "GET", path: "/api/v1/secrets", token: admin}, 404, "not_found"},
		{"traversal", testCall{method: "GET", path: "/assets/../console.html"}, 404, "not_found"},
		{"encoded traversal", testCall{method: "GET", path: "/assets/%2e%2e/%2e%2e/etc/passwd"}, 404, "not_found"},
		{"two slashes", testCall{method: "GET", path: "//evil.example/x"}, 404, "not_found"},
		{"another host", testCall{method: "GET", path: "/api/v1/me", token: admin, header: map[string]string{"Host": "evil.example"}}, 421, "not_found"},
		{"another host for a page", testCall{method: "GET", path: "/", header: map[string]string{"Host": "help.example.evil.example"}}, 421, "not_found"},
		{"a forwarded host", testCall{method: "GET", path: "/api/v1/me", token: admin,
			header: map[string]string{"X-Forwarded-Host": "evil.example", "X-Forwarded-Proto": "http"}}, 200, ""},
		{"basic auth", testCall{method: "GET", path: "/api/v1/me", header: map[string]string{"Authorization": "Basic " + admin}}, 401, "unauthenticated"},
		{"a token in the query", testCall{method: "GET", path: "/api/v1/me?token=" + admin}, 401, "unauthenticated"},
		{"metrics from afar", testCall{method: "GET", path: "/metrics"}, 401, "unauthenticated"},
	}
	for _, tt := range tests {
		got := d.do(tt.call)
		if got.status != tt.status || got.code() != tt.code {
			t.Errorf("%s: %d %s, want %d %s", tt.name, got.status, got.body, tt.status, tt.code)
		}
		if strings.Contains(got.body, "evil.example") || strings.Contains(got.body, admin) {
			t.Errorf("%s: the answer shows what was sent: %s", tt.name, got.body)
		}
	}
}

// TestLinksIgnoreTheRequest makes a link through a request that lies about where it came in.
func TestLinksIgnoreTheRequest(t *testing.T) {
	d := newDesk(t, dbtest.SQLite(t))
	got := d.do(testCall{method: "POST", path: "/api/v1/agents/1/invitation", token: d.tokens[tickets.RoleAdmin],
		header: map[string]string{"X-Forwarded-Host": "evil.example", "Forwarded": "host=evil.example", "X-Forwarded-Proto": "http"}})
	if got.status != 201 || !strings.Contains(got.body, `"link":"https://help.example/join#`) {
		t.Errorf("link = %d %s", got.status, got.body)
	}
}
