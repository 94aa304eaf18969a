package web

import (
	"fmt"
	"net/http"
	"net/netip"
	"strings"
	"testing"

	"heard/migrations/dbtest"
	"heard/tickets"
	"heard/tickets/events"
)

func TestHeadersByKindOfPage(t *testing.T) {
	d := newDesk(t, dbtest.SQLite(t))
	panel := "/widget/" + d.inbox.Key
	everywhere := map[string]string{"X-Content-Type-Options": "nosniff", "Referrer-Policy": "no-referrer",
		"Strict-Transport-Security": "max-age=63072000; includeSubDomains"}
	tests := []struct {
		name, path string
		status     int
		csp        []string // parts that must stand in the policy
		header     map[string]string
	}{
		{"console", "/", 200, []string{"script-src 'self'", "frame-ancestors 'none'", "connect-src 'self' wss://help.example"},
			map[string]string{"X-Frame-Options": "DENY", "Cross-Origin-Opener-Policy": "same-origin", "Content-Type": "text/html; charset=utf-8"}},
		{"console path", "/tickets/7", 200, []string{"frame-ancestors 'none'"}, map[string]string{"X-Frame-Options": "DENY"}},
		{"join", "/join", 200, []string{"frame-ancestors 'none'"}, map[string]string{"X-Frame-Options": "DENY"}},
		{"panel", panel, 200, []string{"script-src 'self'", "frame-ancestors 'self' https://shop.example"},
			map[string]string{"X-Frame-Options": "", "Content-Type": "text/html; charset=utf-8"}},
		{"no such panel", "/widget/nothing", 404, []string{"frame-ancestors 'none'"}, map[string]string{"X-Frame-Options": "DENY", "Cache-Control": "no-store"}},
		{"docs", "/api/docs", 200, []string{"style-src 'self' 'sha256-", "frame-ancestors 'none'"}, map[string]string{"X-Frame-Options": "DENY"}},
		{"loader", "/widget.js", 200, []string{"sandbox"}, map[string]string{"Cache-Control": "public, max-age=300, stale-while-revalidate=86400",
			"Cross-Origin-Resource-Policy": "cross-origin", "Content-Type": "text/javascript; charset=utf-8"}},
		{"hashed asset", "/assets/widget/panel-0123456789.js", 200, []string{"sandbox"}, map[string]string{"Cache-Control": "public, max-age=31536000, immutable"}},
		{"API", "/api/v1/me", 401, []string{"default-src 'none'", "frame-ancestors 'none'"},
			map[string]string{"Cache-Control": "no-store", "Content-Type": "application/problem+json"}},
		{"lost page", "/nowhere", 404, []string{"frame-ancestors 'none'"}, map[string]string{"Content-Type": "text/html; charset=utf-8"}},
	}
	for _, tt := range tests {
		got := d.do(testCall{method: "GET", path: tt.path, header: map[string]string{"Accept": "text/html"}})
		if got.status != tt.status {
			t.Errorf("%s: status = %d, want %d: %s", tt.name, got.status, tt.status, got.body)
		}
		csp := got.header.Get("Content-Security-Policy")
		for _, part := range append(tt.csp, "object-src 'none'", "base-uri 'none'", "default-src 'none'") {
			if !strings.Contains(csp, part) {
				t.Errorf("%s: policy %q lacks %q", tt.name, csp, part)
			}
		}
		if strings.Contains(csp, "unsafe") || len(got.header.Values("Content-Security-Policy")) != 1 {
			t.Errorf("%s: policy %q", tt.name, got.header.Values("Content-Security-Policy"))
		}
		for _, want := range []map[string]string{everywhere, tt.header} {
			for k, v := range want {
				if got.header.Get(k) != v {
					t.Errorf("%s: %s = %q, want %q", tt.name, k, got.header.Get(k), v)
				}
			}
		}
	}
}

func TestPanelBoot(t *testing.T) {
	d := newDesk(t, dbtest.SQLite(t))
	path := "/widget/" + d.inbox.Key
	get := func(query string, header map[string]string) string {
		return d.do(testCall{method: "GET", path: path + query, header: header}).body
	}
	if got := get("?v=1", nil); !strings.Contains(got, `id="heard-boot">{"inbox":"`+d.inbox.Key+`","locale":"en","messages":{"hello":"Hello \u003c/script\u003e"},"allowed_origins":["https://help.example","https://shop.example"],"color":"`+d.inbox.Settings.Color+`"}</script>`) {
		t.Errorf("boot = %s", got)
	}
	if got := get("", map[string]string{"Accept-Language": "de-AT,en;q=0.5"}); !strings.Contains(got, `"locale":"de"`) {
		t.Errorf("German, stand-alone = %s", got)
	}
	if got := get("?v=1&locale=ar", nil); !strings.Contains(got, `<html lang="ar" dir="rtl">`) {
		t.Errorf("Arabic = %s", got)
	}
	if got := get("?v=1&locale=%22%3E%3Cscript%3E", nil); strings.Contains(got, `"><script>`) {
		t.Errorf("a locale of markup = %s", got)
	}
}

func TestAssets(t *testing.T) {
	d := newDesk(t, dbtest.SQLite(t))
	path := "/assets/widget/panel-0123456789.js"
	zipped := d.do(testCall{method: "GET", path: path, header: map[string]string{"Accept-Encoding": "br, gzip;q=0.8"}})
	if zipped.header.Get("Content-Encoding") != "gzip" || !strings.Contains(zipped.header.Get("Vary"), "Accept-Encoding") {
		t.Errorf("headers = %v", zipped.header)
	}
	plain := d.do(testCall{method: "GET", path: path, header: map[string]string{"Accept-Encoding": "gzip;q=0"}})
	if plain.header.Get("Content-Encoding") != "" || !strings.HasPrefix(plain.body, "let b") {
		t.Errorf("plain = %v %.20s", plain.header, plain.body)
	}
	if plain.header.Get("ETag") == zipped.header.Get("ETag") {
		t.Error("both forms have one ETag")
	}
	again := d.do(testCall{method: "GET", path: path, header: map[string]string{"If-None-Match": plain.header.Get("ETag")}})
	if again.status != http.StatusNotModified || again.body != "" {
		t.Errorf("asked again = %d %q", again.status, again.body)
	}
	if got := d.do(testCall{method: "GET", path: "/assets/.keep"}); got.status != 404 {
		t.Errorf("a dotfile = %d", got.status)
	}
}

// cookieOf signs in and returns the Cookie header that a browser would send.
func (d *testDesk) cookieOf(role tickets.Role) string {
	d.t.Helper()
	token, err := d.people.Invite(d.t.Context(), events.SystemActor, tickets.InviteIn{Agent: d.agents[role].ID, Kind: tickets.SignInLink})
	if err != nil {
		d.t.Fatal(err)
	}
	got := d.do(testCall{method: "POST", path: "/api/v1/invitations/open", body: `{"token":"` + token + `"}`})
	got.must(d.t, 200, nil)
	set := got.header.Get("Set-Cookie")
	for _, part := range []string{"__Host-heard=", "Path=/", "Secure", "HttpOnly", "SameSite=Lax"} {
		if !strings.Contains(set, part) {
			d.t.Errorf("cookie %q lacks %q", set, part)
		}
	}
	if strings.Contains(set, "Domain") {
		d.t.Errorf("cookie %q has a domain", set)
	}
	cookie, _, _ := strings.Cut(set, ";")
	return cookie
}

func TestCrossSiteRequests(t *testing.T) {
	d := newDesk(t, dbtest.SQLite(t))
	cookie := d.cookieOf(tickets.RoleAdmin)
	d.kinds()
	write := func(header map[string]string) testAnswer {
		return d.do(testCall{method: "PATCH", path: "/api/v1/settings", body: `{"desk_name":"x"}`, header: header})
	}
	for name, header := range map[string]map[string]string{
		"another origin":          {"Cookie": cookie, "Origin": "https://evil.example"},
		"a prefix of ours":        {"Cookie": cookie, "Origin": "https://help.example.evil.example"},
		"our name without TLS":    {"Cookie": cookie, "Origin": "http://help.example:81"},
		"null":                    {"Cookie": cookie, "Origin": "null"},
		"another site":            {"Cookie": cookie, "Sec-Fetch-Site": "cross-site"},
		"a sibling of our domain": {"Cookie": cookie, "Sec-Fetch-Site": "same-site"},
	} {
		if got := write(header); got.status != 403 || got.code() != "forbidden" {
			t.Errorf("%s: %d %s, want 403", name, got.status, got.body)
		}
	}
	if kinds := d.kinds(); len(kinds) > 0 {
		t.Fatalf("cross-site requests left %v", kinds)
	}
	if got := write(map[string]string{"Cookie": cookie, "Origin": testBase, "Sec-Fetch-Site": "same-origin"}); got.status != 200 {
		t.Errorf("our own page: %d %s", got.status, got.body)
	}
	if got := write(map[string]string{"Origin": "https://evil.example", "Authorization": "Bearer " + d.tokens[tickets.RoleAdmin]}); got.status != 200 {
		t.Errorf("a program's token from elsewhere: %d %s", got.status, got.body)
	}
	if got := write(map[string]string{"Cookie": cookie, "Authorization": "Bearer nonsense"}); got.status != 401 {
		t.Errorf("a bad token beside a good cookie: %d, want 401", got.status)
	}
	if got := write(map[string]string{"Cookie": cookie + "; __Host-heard=planted"}); got.status != 401 {
		t.Errorf("two session cookies: %d, want 401", got.status)
	}
	signIn := testCall{method: "POST", path: "/api/v1/session", body: `{"email":"a@b.example","password":"x"}`,
		header: map[string]string{"Origin": "https://evil.example"}}
	if got := d.do(signIn); got.status != 403 {
		t.Errorf("signing in from another site: %d, want 403", got.status)
	}
}

func TestSigningOutEndsTheSession(t *testing.T) {
	d := newDesk(t, dbtest.SQLite(t))
	cookie := d.cookieOf(tickets.RoleLead)
	me := testCall{method: "GET", path: "/api/v1/me", header: map[string]string{"Cookie": cookie}}
	d.do(me).must(t, 200, nil)
	out := d.do(testCall{method: "DELETE", path: "/api/v1/session", header: map[string]string{"Cookie": cookie}})
	if out.status != 204 || !strings.Contains(out.header.Get("Set-Cookie"), "Max-Age=0") {
		t.Errorf("sign out = %d %v", out.status, out.header)
	}
	if got := d.do(me); got.status != 401 {
		t.Errorf("after signing out: %d, want 401", got.status)
	}
}

func TestOneTimeLinksWorkOnce(t *testing.T) {
	d := newDesk(t, dbtest.SQLite(t))
	var out struct{ Link string }
	d.as(tickets.RoleAdmin, "POST", "/api/v1/agents", `{"email":"new@desk.example","name":"New","role":"agent"}`).must(t, 201, &out)
	_, token, _ := strings.Cut(out.Link, "#")
	post := func(path, body string) testAnswer { return d.do(testCall{method: "POST", path: path, body: body}) }
	if got := post("/api/v1/invitations/open", `{"token":"`+token+`"}`); !strings.Contains(got.body, `"signed_in":false,"email":"new@desk.example"`) {
		t.Errorf("open = %d %s", got.status, got.body)
	}
	accept := `{"token":"` + token + `","name":"Nina","password":"correct horse battery"}`
	if got := post("/api/v1/invitations/accept", strings.Replace(accept, "correct horse battery", "short", 1)); got.status != 422 {
		t.Errorf("a short password = %d %s", got.status, got.body)
	}
	post("/api/v1/invitations/accept", accept).must(t, 200, nil)
	for _, body := range []string{accept, `{"token":"","password":"correct horse battery"}`, `{"token":"x","password":"correct horse battery"}`} {
		if got := post("/api/v1/invitations/accept", body); got.status != 401 || got.code() != "unauthenticated" {
			t.Errorf("again with %s = %d %s, want 401", body, got.status, got.body)
		}
	}
	post("/api/v1/session", `{"email":"New@desk.example","password":"correct horse battery"}`).must(t, 200, nil)
	if got := post("/api/v1/session", `{"email":"new@desk.example","password":"correct horse battery!"}`); got.status != 401 {
		t.Errorf("a wrong password = %d", got.status)
	}
}

// TestSignInIsLimited tries one account and one address again and again; forwarded addresses change nothing.
func TestSignInIsLimited(t *testing.T) {
	d := newDeskAt(t, dbtest.SQLite(t), Config{RateFactor: 1})
	try := func(i int, email string) testAnswer {
		return d.do(testCall{method: "POST", path: "/api/v1/session", body: `{"email":"` + email + `","password":"guess"}`,
			header: map[string]string{"X-Forwarded-For": fmt.Sprintf("203.0.113.%d", i%250), "CF-Connecting-IP": fmt.Sprint("198.51.100.", i%250)}})
	}
	refused := 0
	for i := range 100 {
		got := try(i, fmt.Sprintf("a%d@desk.example", i))
		if got.status == 429 {
			refused++
			if got.header.Get("Retry-After") == "" || got.code() != "rate_limited" {
				t.Fatalf("429 without Retry-After or code: %v %s", got.header, got.body)
			}
		}
	}
	if refused < 60 {
		t.Errorf("%d of 100 guesses from one address were refused", refused)
	}
}

func TestBehindAProxy(t *testing.T) {
	s := &Server{}
	s.proxies = []netip.Prefix{netip.MustParsePrefix("192.0.2.0/24"), netip.MustParsePrefix("10.0.0.1/32")}
	for _, tt := range []struct{ peer, forwarded, want string }{
		{"198.51.100.9:1", "203.0.113.5", "198.51.100.9"},                // nobody whom we trust
		{"192.0.2.7:1", "203.0.113.5", "203.0.113.5"},                    // our proxy
		{"192.0.2.7:1", "1.1.1.1, 203.0.113.5, 10.0.0.1", "203.0.113.5"}, // the rightmost that is not ours
		{"192.0.2.7:1", "nonsense", "192.0.2.7"},
		{"192.0.2.7:1", "203.0.113.5, nonsense", "192.0.2.7"},
		{"[2001:db8:1:2:3::4]:1", "", "2001:db8:1:2:3::4"},
	} {
		r := &http.Request{RemoteAddr: tt.peer, Header: http.Header{}}
		if tt.forwarded != "" {
			r.Header.Set("X-Forwarded-For", tt.forwarded)
		}
		if got := s.clientAddr(r).String(); got != tt.want {
			t.Errorf("%s with %q = %s, want %s", tt.peer, tt.forwarded, got, tt.want)
		}
	}
}

func TestIPv6NeighboursShareABucket(t *testing.T) {
	r := &http.Request{Header: http.Header{}}
	s := &Server{}
	key := func(peer string) string {
		r.RemoteAddr = peer
		return addressKey(s.clientAddr(r))
	}
	if a, b := key("[2001:db8:1:2::1]:1"), key("[2001:db8:1:2:ffff::9]:1"); a != b {
		t.Errorf("%s and %s differ", a, b)
	}
	if a, b := key("[2001:db8:1:2::1]:1"), key("[2001:db8:1:3::1]:1"); a == b {
		t.Errorf("two networks share %s", a)
	}
	if a, b := key("[::ffff:192.0.2.1]:1"), key("192.0.2.1:1"); a != b {
		t.Errorf("%s and %s differ", a, b)
	}
}

func TestLimiterIsBounded(t *testing.T) {
	l := newLimiter(1)
	for i := range 3 * maxKeys {
		if err := l.take(perGuess, fmt.Sprint(i)); err != nil {
			t.Fatal(err)
		}
	}
	g := l.kinds[perGuess.Name]
	if n := len(g.young) + len(g.old); n > 2*maxKeys {
		t.Errorf("%d keys are remembered", n)
	}
}

func TestWidgetFromOtherSites(t *testing.T) {
	d := newDesk(t, dbtest.SQLite(t))
	start := func(origin string) testAnswer {
		return d.do(testCall{method: "POST", path: "/api/widget/session", body: `{"inbox":"` + d.inbox.Key + `"}`,
			header: map[string]string{"Origin": origin}})
	}
	for _, origin := range []string{"https://evil.example", "http://shop.example", "https://shop.example:8443", "https://shop.example.evil.example", "null"} {
		if got := start(origin); got.status != 403 || got.header.Get("Access-Control-Allow-Origin") != "" {
			t.Errorf("%s: %d %v", origin, got.status, got.header)
		}
	}
	got := start("https://shop.example")
	if got.status != 200 || got.header.Get("Access-Control-Allow-Origin") != "https://shop.example" ||
		got.header.Get("Access-Control-Allow-Credentials") != "" {
		t.Errorf("listed site: %d %v", got.status, got.header)
	}
	if got := start(testBase); got.status != 200 {
		t.Errorf("our own panel: %d %s", got.status, got.body)
	}
	preflight := func(origin string) string {
		return d.do(testCall{method: "OPTIONS", path: "/api/widget/session", header: map[string]string{"Origin": origin}}).
			header.Get("Access-Control-Allow-Origin")
	}
	if got := preflight("https://shop.example"); got != "https://shop.example" {
		t.Errorf("preflight of a listed site allows %q", got)
	}
	if got := preflight("https://evil.example"); got != "" {
		t.Errorf("preflight of another site allows %q", got)
	}
	token := d.visitor()
	stolen := d.do(testCall{method: "GET", path: "/api/widget/conversations", token: token, header: map[string]string{"Origin": "https://evil.example"}})
	if stolen.status != 403 {
		t.Errorf("a visitor's token from another site: %d, want 403", stolen.status)
	}
}

// TestSecretsNeverShow plants secrets and reads every list as an admin.
func TestSecretsNeverShow(t *testing.T) {
	d := newDesk(t, dbtest.SQLite(t))
	var made struct{ Secret string }
	d.as(tickets.RoleAdmin, "POST", "/api/v1/inboxes/1/secrets", "").must(t, 201, &made)
	secrets := []string{made.Secret, d.tokens[tickets.RoleAdmin], d.tokens[tickets.RoleAgent], d.visitor()}
	for _, r := range d.server.routes() {
		if r.Method != http.MethodGet || (r.Policy.who != agents && r.Policy.who != sessions) {
			continue
		}
		got := d.as(tickets.RoleAdmin, "GET", strings.Replace(r.Path, "{id}", "1", 1), "")
		for _, secret := range append(secrets, "argon2", "password_hash", "token_hash") {
			if strings.Contains(got.body, secret) {
				t.Errorf("%s shows a secret", r.Path)
			}
		}
	}
}

func TestDocsNameNoForeignHost(t *testing.T) {
	d := newDesk(t, dbtest.SQLite(t))
	page := d.do(testCall{method: "GET", path: "/api/docs"})
	if strings.Contains(page.body, "://") || !strings.Contains(page.body, "/api/v1/tickets/{id}/messages") {
		t.Errorf("docs = %.400s", page.body)
	}
	var spec struct {
		OpenAPI string
		Paths   map[string]map[string]any
	}
	d.do(testCall{method: "GET", path: "/api/openapi.json"}).must(t, 200, &spec)
	if spec.OpenAPI != "3.1.0" || spec.Paths["/api/v1/tickets/{id}/messages"]["post"] == nil {
		t.Errorf("spec %s has %d paths", spec.OpenAPI, len(spec.Paths))
	}
}
