package web

import (
	"net/url"
	"strings"
	"testing"

	"heard/migrations/dbtest"
	"heard/tickets"
)

func TestPlaygroundIsOpenAndStrict(t *testing.T) {
	d := newDesk(t, dbtest.SQLite(t))
	for path, framing := range map[string]string{"/widget/playground": "frame-ancestors 'none'", "/widget/playground/page": "frame-ancestors 'self'"} {
		got := d.do(testCall{method: "GET", path: path})
		policy := got.header.Get("Content-Security-Policy")
		if got.status != 200 || !strings.Contains(policy, framing) || !strings.Contains(policy, "require-trusted-types-for 'script'") || strings.Contains(policy, "unsafe") {
			t.Errorf("GET %s = %d under %q", path, got.status, policy)
		}
		if strings.Contains(got.body, " style=") || strings.Contains(got.body, "onclick") || strings.Contains(got.body, d.inbox.Key) {
			t.Errorf("%s holds inline code, or knows an inbox that nobody named", path)
		}
	}
}

// Whoever of the desk is signed in need not look up a key; strangers are told of no inbox.
func TestPlaygroundOffersTheDesksWebsitesToItsPeople(t *testing.T) {
	d := newDesk(t, dbtest.SQLite(t))
	option := `<option value="` + d.inbox.Key + `">` + d.inbox.Name + `</option>`
	for cookie, want := range map[string]bool{d.cookieOf(tickets.RoleAgent): true, d.cookieOf(tickets.RoleAdmin): true, "__Host-heard=nobodys": false, "": false} {
		got := d.do(testCall{method: "GET", path: "/widget/playground", header: map[string]string{"Cookie": cookie}})
		if got.status != 200 || strings.Contains(got.body, option) != want || strings.Contains(got.body, "Whose chat") != want {
			t.Errorf("with the cookie %.12q: %d, offered %v, want %v", cookie, got.status, strings.Contains(got.body, option), want)
		}
	}
}

func TestTriedPageTakesOfItsAddressOnlyWhatIsOffered(t *testing.T) {
	d := newDesk(t, dbtest.SQLite(t))
	get := func(q url.Values) string {
		return d.do(testCall{method: "GET", path: "/widget/playground/page?" + q.Encode()}).body
	}
	good := url.Values{"inbox": {d.inbox.Key}, "color": {"#2f5947"}, "side": {"start"}, "theme": {"dark"}, "locale": {"pt-BR"}, "launcher": {"none"},
		"label": {`"Ask" <us>`}, "consent": {"wait"}, "proactive": {"1"}, "rtl": {"1"}}
	for _, want := range []string{`data-inbox="` + d.inbox.Key + `"`, `data-color="#2f5947"`, `data-side="start"`, `data-theme="dark"`, `data-locale="pt-BR"`,
		`data-launcher="none"`, `data-label="&#34;Ask&#34; &lt;us&gt;"`, `data-consent="wait"`, ` data-proactive></script>`, `dir="rtl"`} {
		if !strings.Contains(get(good), want) {
			t.Errorf("the page lacks %s", want)
		}
	}
	const evil = `x"><script>alert(1)</script>`
	bad := url.Values{}
	for name := range good {
		bad.Set(name, evil)
	}
	bad.Set("inbox", d.inbox.Key)
	for _, values := range []url.Values{bad, {"inbox": {evil}}, {"page": {evil}}} {
		body := get(values)
		if strings.Contains(body, "alert(1)</script>") || strings.Contains(body, "data-color") || strings.Contains(body, "data-side") {
			t.Errorf("of %v the page took %s", values, body)
		}
	}
	if got := get(url.Values{"inbox": {"nobodyhasit"}}); !strings.Contains(got, `data-inbox="unknown"`) || strings.Contains(got, "widget.js") {
		t.Error("a key that no inbox has is not told from one that exists")
	}
}
