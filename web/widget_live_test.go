package web

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"heard/migrations"
	"heard/migrations/dbtest"
	"heard/tickets"
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
