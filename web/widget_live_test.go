package web

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"heard/migrations"
	"heard/migrations/dbtest"
	"heard/tickets"

	"github.com/golang-jwt/jwt/v5"
	"github.com/google/uuid"
)

// liveInbox sets the settings of the desk's inbox.
func (d *testDesk) liveInbox(settings string) {
	d.t.Helper()
	d.as(tickets.RoleAdmin, "PATCH", "/api/v1/inboxes/"+d.inbox.ID.String(), `{"settings":`+settings+`}`).must(d.t, 200, nil)
	d.kinds()
}

// berlin gives the inbox hours: Monday to Friday 09:00 to 17:00, closed on one Thursday.
func (d *testDesk) berlin() {
	d.t.Helper()
	var made struct{ ID string }
	d.as(tickets.RoleAdmin, "POST", "/api/v1/schedules", `{"name":"Berlin","time_zone":"Europe/Berlin","holidays":["2026-03-05"],"intervals":[
		{"day":1,"from":"09:00","to":"17:00"},{"day":2,"from":"09:00","to":"17:00"},{"day":3,"from":"09:00","to":"17:00"},
		{"day":4,"from":"09:00","to":"17:00"},{"day":5,"from":"09:00","to":"17:00"}]}`).must(d.t, 201, &made)
	d.as(tickets.RoleAdmin, "PATCH", "/api/v1/inboxes/"+d.inbox.ID.String(), `{"schedule":"`+made.ID+`"}`).must(d.t, 200, nil)
	d.kinds()
}

// at moves the clock forward to a moment.
func (d *testDesk) at(moment string) {
	d.t.Helper()
	to, err := time.Parse(time.RFC3339, moment)
	if err != nil || to.Before(d.clock.Now()) {
		d.t.Fatalf("cannot go to %s from %s: %v", moment, d.clock.Now(), err)
	}
	d.clock.Advance(to.Sub(d.clock.Now()))
}

func (d *testDesk) sessionSettings() wireWidgetSettings {
	d.t.Helper()
	var out struct{ Settings wireWidgetSettings }
	d.do(testCall{method: "POST", path: "/api/widget/session", body: `{"inbox":"` + d.inbox.Key + `"}`}).must(d.t, 200, &out)
	return out.Settings
}

func TestLiveSettings(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *migrations.DB) {
		d := newDesk(t, db)
		path := "/api/v1/inboxes/" + d.inbox.ID.String()
		bad := func(settings, field string) step {
			return step{name: settings, method: "PATCH", path: path, body: `{"settings":` + settings + `}`, status: 422, fragment: `"field":"settings.` + field}
		}
		rule := `{"id":"help","url":"/checkout*","seconds":30,"text":"Any questions?"}`
		d.tell([]step{
			{name: "defaults", method: "GET", path: path, status: 200, fragment: `"typing_preview":false,"consent":false,"offline_form":{"mode":"","text":""},` +
				`"inactivity":{"warn_after_min":0,"close_after_min":0,"text":""},"proactive":[]`},
			{name: "all of it", method: "PATCH", path: path, status: 200, kinds: []string{"setting.changed"},
				body: `{"settings":{"typing_preview":true,"consent":true,"offline_form":{"mode":"form","text":"Write us"},"inactivity":{"warn_after_min":5,"close_after_min":10,"text":"Still there?"},"proactive":[` + rule + `]}}`,
				fragment: `"offline":true,"typing_preview":true,"consent":true,"offline_form":{"mode":"form","text":"Write us"},"inactivity":{"warn_after_min":5,"close_after_min":10,"text":"Still there?"},` +
					`"proactive":[{"id":"help","url":"/checkout*","seconds":30,"returning":false,"hours_only":false,"text":"Any questions?"}]`},
			bad(`{"offline_form":{"mode":"maybe"}}`, ""),
			bad(`{"inactivity":{"warn_after_min":10,"close_after_min":5}}`, "inactivity.close_after_min"),
			bad(`{"inactivity":{"warn_after_min":-1}}`, "inactivity.warn_after_min"),
			bad(`{"proactive":[`+rule+`,`+rule+`]}`, "proactive[1].id"),
			bad(`{"proactive":[{"id":"Help me","url":"/","text":"x"}]}`, "proactive[0].id"),
			bad(`{"proactive":[{"id":"a","url":"https://shop.example/","text":"x"}]}`, "proactive[0].url"),
			bad(`{"proactive":[{"id":"a","url":"/","text":" "}]}`, "proactive[0].text"),
			bad(`{"proactive":[{"id":"a","url":"/","seconds":99999,"text":"x"}]}`, "proactive[0].seconds"),
		})
	})
}

func TestSessionTellsHoursAcrossAHolidayAndASwitchOfClocks(t *testing.T) {
	d := newDesk(t, dbtest.SQLite(t))
	if got := d.sessionSettings(); !got.Hours.Open || got.Hours.BackAt != nil || got.OfflineForm.Mode != tickets.OfflineMessages {
		t.Errorf("around the clock: %+v, %+v", got.Hours, got.OfflineForm)
	}
	d.berlin()
	for _, tt := range []struct{ name, at, back string }{
		{"on Wednesday", "2026-03-04T13:00:00Z", ""},
		{"on Wednesday evening, before a holiday", "2026-03-04T18:00:00Z", "2026-03-06T08:00:00.000Z"},
		{"on the holiday", "2026-03-05T10:00:00Z", "2026-03-06T08:00:00.000Z"},
		{"on Friday evening", "2026-03-06T16:00:00Z", "2026-03-09T08:00:00.000Z"},
		{"over the weekend on which the clocks change", "2026-03-27T16:00:00Z", "2026-03-30T07:00:00.000Z"},
	} {
		d.at(tt.at)
		got := d.sessionSettings().Hours
		back := ""
		if got.BackAt != nil {
			back = got.BackAt.String()
		}
		if got.Open != (tt.back == "") || back != tt.back {
			t.Errorf("%s: open %v, back at %q; want %q", tt.name, got.Open, back, tt.back)
		}
	}
}

func TestProactiveRulesArePublicAndCached(t *testing.T) {
	d := newDesk(t, dbtest.SQLite(t))
	d.berlin()
	d.liveInbox(`{"inactivity":{"text":"SECRET"},"proactive":[{"id":"always","url":"/*","text":"Hi"},{"id":"staffed","url":"/*","hours_only":true,"text":"We are here"}]}`)
	read := func(origin string) testAnswer {
		return d.do(testCall{method: "GET", path: "/api/widget/rules/" + d.inbox.Key, header: map[string]string{"Origin": origin}})
	}
	d.at("2026-03-04T13:00:00Z")
	got := read("https://shop.example")
	if got.status != 200 || strings.Count(got.body, `"id"`) != 2 || strings.Contains(got.body, "SECRET") {
		t.Errorf("while open: %d %s", got.status, got.body)
	}
	for name, want := range map[string]string{"Cache-Control": "public, max-age=300", "Access-Control-Allow-Origin": "https://shop.example"} {
		if have := got.header.Get(name); have != want {
			t.Errorf("%s = %q, want %q", name, have, want)
		}
	}
	if vary := strings.Join(got.header.Values("Vary"), ","); !strings.Contains(vary, "Origin") || got.header.Get("Set-Cookie") != "" {
		t.Errorf("vary = %q", vary)
	}
	d.at("2026-03-05T10:00:00Z")
	if got := read("https://shop.example"); strings.Contains(got.body, "staffed") || !strings.Contains(got.body, "always") {
		t.Errorf("on a holiday: %s", got.body)
	}
	if got := read("https://evil.example"); got.status != http.StatusForbidden {
		t.Errorf("from a site that is not listed: %d", got.status)
	}
	if got := d.do(testCall{method: "GET", path: "/api/widget/rules/nothing"}); got.status != 404 {
		t.Errorf("of no inbox: %d", got.status)
	}
}

func TestRulesModule(t *testing.T) {
	d := newDesk(t, dbtest.SQLite(t))
	d.berlin()
	d.liveInbox(`{"proactive":[{"id":"always","url":"/*","text":"</script>"}],"offline_form":{"mode":"hidden","text":""}}`)
	read := func(origin string) testAnswer {
		return d.do(testCall{method: "GET", path: "/widget/" + d.inbox.Key + "/rules.js?v=1&locale=en", header: map[string]string{"Origin": origin}})
	}
	d.at("2026-03-04T20:00:00Z")
	got := read("https://shop.example")
	want := `export default {"items":[{"id":"always","url":"/*","seconds":0,"returning":false,"hours_only":false,"text":"\u003c/script\u003e"}],"hidden":true};` + "\n"
	if got.status != 200 || got.body != want {
		t.Errorf("while closed = %d %s, want %s", got.status, got.body, want)
	}
	for name, want := range map[string]string{"Content-Type": "text/javascript; charset=utf-8", "Access-Control-Allow-Origin": "https://shop.example",
		"Cross-Origin-Resource-Policy": "cross-origin", "Cache-Control": "public, max-age=300"} {
		if have := got.header.Get(name); have != want {
			t.Errorf("%s = %q, want %q", name, have, want)
		}
	}
	if got := read("https://evil.example"); got.status != http.StatusForbidden {
		t.Errorf("from a site that is not listed: %d", got.status)
	}
}

// begin opens a conversation with a message and whatever else the body says.
func (d *testDesk) begin(visitor, more string) testAnswer {
	d.t.Helper()
	return d.do(testCall{method: "POST", path: "/api/widget/conversations", token: visitor,
		body: `{` + more + `"message":{"client_id":"` + uuid.NewString() + `","body":"Where is it?"}}`})
}

func TestMessagesToAClosedDesk(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *migrations.DB) {
		d := newDesk(t, db)
		d.berlin()
		d.at("2026-03-05T10:00:00Z")
		address := `"fields":{"email":"cara@example.net"},`
		for _, tt := range []struct {
			mode, more string
			status     int
			fragment   string
			offline    bool
		}{
			{"", "", 201, "", false},
			{"", address, 201, "", true},
			{"messages", "", 201, "", false},
			{"messages", address, 201, "", true},
			{"form", "", 422, `"field":"fields.email"`, false},
			{"form", `"fields":{"email":"nonsense"},`, 422, `"field":"fields.email"`, false},
			{"form", address, 201, "", true},
			{"hidden", address, 403, `"code":"forbidden"`, false},
		} {
			d.liveInbox(`{"offline_form":{"mode":"` + tt.mode + `"}}`)
			got := d.begin(d.visitor(), tt.more)
			if got.status != tt.status || !strings.Contains(got.body, tt.fragment) {
				t.Errorf("mode %q with %q = %d %s, want %d", tt.mode, tt.more, got.status, got.body, tt.status)
			}
			if got.status != 201 {
				continue
			}
			var out struct{ Conversation string }
			got.must(t, 201, &out)
			var row struct {
				Offline bool
				Channel string
			}
			d.as(tickets.RoleAgent, "GET", "/api/v1/tickets/"+out.Conversation, "").must(t, 200, &row)
			if row.Offline != tt.offline || row.Channel != "chat" {
				t.Errorf("mode %q with %q: ticket %+v, want offline %v", tt.mode, tt.more, row, tt.offline)
			}
		}
		d.at("2026-03-06T10:00:00Z") // open again
		if got := d.begin(d.visitor(), ""); got.status != 201 {
			t.Errorf("while open = %d %s", got.status, got.body)
		}
	})
}

func TestAnAnswerToAProactiveMessageBeginsWithIt(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *migrations.DB) {
		d := newDesk(t, db)
		d.liveInbox(`{"proactive":[{"id":"help","url":"/*","text":"Can I help you?"}]}`)
		visitor := d.visitor()
		body := `{"proactive":"help","message":{"client_id":"` + uuid.NewString() + `","body":"Yes"}}`
		var out struct {
			Conversation string
			Seq          int64
		}
		d.do(testCall{method: "POST", path: "/api/widget/conversations", token: visitor, body: body}).must(t, 201, &out)
		d.do(testCall{method: "POST", path: "/api/widget/conversations", token: visitor, body: body}).must(t, 200, &out)
		events := d.do(testCall{method: "GET", path: "/api/widget/conversations/" + out.Conversation + "/events", token: visitor}).body
		if strings.Count(events, "Can I help you?") != 1 || !strings.Contains(events, `"seq":2,"prev":1,"kind":"message.posted","at":"2026-03-04T12:00:00.000Z","by":{"kind":"automation"},"body":"Can I help you?"`) || out.Seq != 3 {
			t.Errorf("seq %d, events = %s", out.Seq, events)
		}
		list := d.do(testCall{method: "GET", path: "/api/widget/conversations", token: visitor}).body
		if !strings.Contains(list, `"unread":0`) {
			t.Errorf("what was read on the page is unread: %s", list)
		}
		if got := d.begin(visitor, `"proactive":"gone",`); got.status != 201 {
			t.Errorf("an answer to a rule that is gone = %d %s", got.status, got.body)
		}
	})
}

func TestVisitIsShownWithConsentOnly(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *migrations.DB) {
		d := newDesk(t, db)
		start := func(more string) string {
			t.Helper()
			var out struct{ Visitor string }
			d.do(testCall{method: "POST", path: "/api/widget/session", header: map[string]string{"Accept-Language": "pt-BR,pt;q=0.8"},
				body: `{"inbox":"` + d.inbox.Key + `","page":"https://shop.example/cart?token=SECRET","title":"Cart","referrer":"https://search.example/?q=SECRET"` + more + `}`}).must(t, 200, &out)
			return out.Visitor
		}
		seen := func(visitor string) string {
			t.Helper()
			got := d.as(tickets.RoleAgent, "GET", "/api/v1/tickets/"+d.chat(visitor, "Hello"), "")
			_, after, _ := strings.Cut(got.body, `"visit":`)
			before, _, _ := strings.Cut(after, `,"spam"`)
			return before
		}
		if got := seen(start(`,"consent":true`)); got != "null" {
			t.Errorf("the inbox does not agree: %s", got)
		}
		d.liveInbox(`{"consent":true}`)
		if got := seen(start("")); got != "null" {
			t.Errorf("the site does not agree: %s", got)
		}
		agreed := start(`,"consent":true`)
		want := `{"page":"https://shop.example/cart","referrer":"https://search.example/","language":"pt-BR","pages":[{"url":"https://shop.example/cart","title":"Cart","at":"2026-03-04T12:00:00.000Z"}]}`
		if got := seen(agreed); got != want {
			t.Errorf("visit = %s, want %s", got, want)
		}
		d.liveInbox(`{"consent":false}`)
		if got := seen(agreed); got != "null" {
			t.Errorf("the inbox agrees no more: %s", got)
		}
	})
}

func TestSecretsAreListedAndRevoked(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *migrations.DB) {
		d := newDesk(t, db)
		path, changed := "/api/v1/inboxes/1/secrets", []string{"setting.changed"}
		var made struct{ Secret string }
		d.as(tickets.RoleAdmin, "POST", path, "").must(t, 201, &made)
		d.kinds()
		identity, err := jwt.NewWithClaims(jwt.SigningMethodHS256, jwt.MapClaims{"sub": "u1", "exp": d.clock.Now().Unix() + 600}).SignedString([]byte(made.Secret))
		if err != nil {
			t.Fatal(err)
		}
		session := func() int {
			return d.do(testCall{method: "POST", path: "/api/widget/session", body: `{"inbox":"` + d.inbox.Key + `","identity":"` + identity + `"}`}).status
		}
		if got := session(); got != 200 {
			t.Errorf("with the secret = %d", got)
		}
		d.kinds()
		d.tell([]step{
			{name: "list", method: "GET", path: path, status: 200, fragment: `{"items":[{"id":"1","created_at":"2026-03-04T12:00:00.000Z"}]}`},
			{name: "a manager", role: tickets.RoleManager, method: "GET", path: path, status: 403, fragment: `"code":"forbidden"`},
			{name: "a manager revokes", role: tickets.RoleManager, method: "DELETE", path: path + "/1", status: 403, fragment: `"code":"forbidden"`},
			{name: "of another inbox", method: "DELETE", path: "/api/v1/inboxes/2/secrets/1", status: 404, fragment: `"code":"not_found"`},
			{name: "revoke", method: "DELETE", path: path + "/1", status: 204, kinds: changed},
			{name: "revoke again", method: "DELETE", path: path + "/1", status: 404, fragment: `"code":"not_found"`},
			{name: "none is left", method: "GET", path: path, status: 200, fragment: `{"items":[]}`},
		})
		if got := session(); got != 401 {
			t.Errorf("with a secret that was revoked = %d", got)
		}
	})
}

func TestNothingStaysReadableAfterALogout(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *migrations.DB) {
		d := newDesk(t, db)
		var made struct{ Secret string }
		d.as(tickets.RoleAdmin, "POST", "/api/v1/inboxes/1/secrets", "").must(t, 201, &made)
		identity, err := jwt.NewWithClaims(jwt.SigningMethodHS256, jwt.MapClaims{"sub": "u1", "name": "Cara Private", "email": "cara@example.net",
			"exp": d.clock.Now().Unix() + 600}).SignedString([]byte(made.Secret))
		if err != nil {
			t.Fatal(err)
		}
		start := func(more string) (token, body string) {
			t.Helper()
			got := d.do(testCall{method: "POST", path: "/api/widget/session", body: `{"inbox":"` + d.inbox.Key + `"` + more + `}`})
			var out struct{ Visitor string }
			got.must(t, 200, &out)
			return out.Visitor, got.body
		}
		token, body := start(`,"identity":"` + identity + `"`)
		if !strings.Contains(body, "Cara Private") {
			t.Fatalf("signed in = %s", body)
		}
		conv := d.chat(token, "my private matter")
		d.do(testCall{method: "POST", path: "/api/widget/logout", token: token, body: `{}`}).must(t, 204, nil)
		for _, c := range [][2]string{{"GET", "/api/widget/conversations"}, {"GET", "/api/widget/conversations/" + conv + "/events"},
			{"POST", "/api/widget/conversations/" + conv + "/transcript"}} {
			if got := d.do(testCall{method: c[0], path: c[1], token: token}); got.status != 401 {
				t.Errorf("%s %s with the ended token = %d %s", c[0], c[1], got.status, got.body)
			}
		}
		next, body := start(`,"visitor":"` + token + `"`) // whoever uses the computer next
		list := d.do(testCall{method: "GET", path: "/api/widget/conversations", token: next}).body
		events := d.do(testCall{method: "GET", path: "/api/widget/conversations/" + conv + "/events", token: next})
		if strings.Contains(body+list, "Cara") || strings.Contains(body+list, "cara@") || !strings.Contains(list, `"items":[]`) || events.status != 404 {
			t.Errorf("the next one reads %s, %s and %d", body, list, events.status)
		}
	})
}
