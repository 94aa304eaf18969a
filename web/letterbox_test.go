package web

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"heard/migrations"
	"heard/migrations/dbtest"
	"heard/tickets"
)

// A browser without JavaScript is led from the chat's page to a form, and what is written there is a ticket.
func TestLetterbox(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *migrations.DB) {
		d := newDesk(t, db)
		d.liveInbox(`{"title":"Lamps & Co","prechat":[{"key":"order","label":"Order number","type":"text","required":true},{"key":"about","label":"About","type":"select","options":["A lamp","<b>"]}]}`)
		path := "/widget/" + d.inbox.Key + "/write"
		send := func(lang string, form url.Values) testAnswer {
			return d.do(testCall{method: "POST", path: path, body: form.Encode(),
				header: map[string]string{"Content-Type": "application/x-www-form-urlencoded", "Origin": "null", "Accept-Language": lang}})
		}
		if got := d.do(testCall{method: "GET", path: "/widget/" + d.inbox.Key}); !strings.Contains(got.body, `<noscript><meta http-equiv="refresh" content="0;url=`+path+`?locale=en"></noscript>`) {
			t.Errorf("the chat's page = %s", got.body)
		}
		page := d.do(testCall{method: "GET", path: path + "?locale=de"})
		for _, want := range []string{`<html lang="de" dir="ltr">`, "Schreiben Sie uns – Lamps &amp; Co", `name="email" type="email"`, "Order number", "<option>&lt;b&gt;</option>"} {
			if !strings.Contains(page.body, want) {
				t.Errorf("the form lacks %s: %s", want, page.body)
			}
		}
		if page.status != 200 || strings.Contains(page.body, "<script") || !strings.Contains(page.header.Get("Content-Security-Policy"), "frame-ancestors 'none'") {
			t.Errorf("the form = %d, %v", page.status, page.header)
		}
		whole := url.Values{"name": {"Ana"}, "email": {"ana@example.com"}, "order": {"LM-7"}, "about": {""}, "Message": {"It is broken.\r\n<script>1</script>"}}
		for _, tt := range []struct{ field, value, want string }{
			{"email", "", "#f1\">E-mail: Please fill in this field."},
			{"email", "nobody", "#f1\">E-mail: Please enter an e-mail address"},
			{"order", " ", "#f2\">Order number: Please fill in this field."},
			{"about", "A tree", "#f3\">About: We cannot take this answer."},
			{"Message", strings.Repeat("x", 20_000), "This message is too long."},
		} {
			form := url.Values{}
			for k, v := range whole {
				form[k] = v
			}
			form.Set(tt.field, tt.value)
			got := send("en", form)
			if got.status != http.StatusUnprocessableEntity || !strings.Contains(got.body, tt.want) || !strings.Contains(got.body, `value="Ana"`) || strings.Contains(got.body, "<script") {
				t.Errorf("%s %.20q = %d %s", tt.field, tt.value, got.status, got.body)
			}
		}
		count := func() int {
			var list struct{ Items []struct{ ID string } }
			d.as(tickets.RoleAdmin, "GET", "/api/v1/tickets?view=all", "").must(t, 200, &list)
			return len(list.Items)
		}
		before := count()
		machine := url.Values{"website": {"https://spam.example"}, "email": {"a@b.example"}, "order": {"1"}, "Message": {"Buy"}}
		for want, form := range map[int]url.Values{before: machine, before + 1: whole} {
			got := send("ar", form)
			if got.status != http.StatusSeeOther || got.header.Get("Location") != path+"?locale=ar&sent=1" {
				t.Fatalf("sent = %d %v %s", got.status, got.header, got.body)
			}
			if want > before && count() < want {
				t.Errorf("%d tickets, want %d", count(), want)
			}
		}
		if got := count(); got != before+1 {
			t.Errorf("%d new tickets, want the one of a person", got-before)
		}
		if got := d.do(testCall{method: "GET", path: path + "?locale=ar&sent=1"}); !strings.Contains(got.body, "شكرًا لك") || strings.Contains(got.body, "<form") {
			t.Errorf("thanks = %s", got.body)
		}
		if got := d.do(testCall{method: "GET", path: "/widget/nothing/write"}); got.status != 404 {
			t.Errorf("no inbox = %d", got.status)
		}
	})
}

func TestLetterboxTexts(t *testing.T) {
	texts, err := readTexts("letterbox")
	if err != nil {
		t.Fatal(err)
	}
	for lang, own := range texts {
		for key := range texts["en"] {
			if strings.TrimSpace(own[key]) == "" {
				t.Errorf("%s has no %s", lang, key)
			}
		}
		if len(own) != len(texts["en"]) {
			t.Errorf("%s has %d texts, want %d", lang, len(own), len(texts["en"]))
		}
	}
	if len(texts) != 10 {
		t.Errorf("%d languages, want 10", len(texts))
	}
}
