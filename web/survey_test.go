package web

import (
	"context"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"heard/feedback/surveys"
	"heard/migrations"
	"heard/migrations/dbtest"
	"heard/tickets"
	"heard/tickets/events"

	"github.com/google/uuid"
)

// surveyed is a desk with one chat that was answered and resolved, and the survey that followed.
func surveyed(t *testing.T) (d *testDesk, visitor, token string) {
	return surveyedOn(t, dbtest.SQLite(t))
}

func surveyedOn(t *testing.T, db *migrations.DB) (d *testDesk, visitor, token string) {
	d = newDesk(t, db)
	visitor = d.visitor()
	var out struct{ Conversation string }
	d.do(testCall{method: "POST", path: "/api/widget/conversations", token: visitor,
		body: `{"message":{"client_id":"` + uuid.NewString() + `","body":"Hello"}}`}).must(t, 201, &out)
	conversation := out.Conversation
	d.as(tickets.RoleAgent, "POST", "/api/v1/tickets/"+conversation+"/messages", `{"client_id":"`+uuid.NewString()+`","body":"Done"}`).must(t, 201, nil)
	d.as(tickets.RoleAgent, "POST", "/api/v1/tickets/"+conversation+"/resolve", ``).must(t, 200, nil)
	if _, err := d.log.CatchUp(t.Context(), d.surveys.Consumer()); err != nil {
		t.Fatal(err)
	}
	var list struct {
		Items []struct {
			Survey *struct {
				Token string
				Scale [2]int
			}
		}
	}
	d.do(testCall{method: "GET", path: "/api/widget/conversations", token: visitor}).must(t, 200, &list)
	if len(list.Items) != 1 || list.Items[0].Survey == nil || list.Items[0].Survey.Scale != [2]int{1, 5} {
		t.Fatalf("conversations = %+v, want one with a survey", list)
	}
	d.kinds()
	return d, visitor, list.Items[0].Survey.Token
}

// submit sends the survey's form as a browser does.
func (d *testDesk) submit(token string, form url.Values) testAnswer {
	d.t.Helper()
	return d.do(testCall{method: "POST", path: "/survey/" + token, body: form.Encode(),
		header: map[string]string{"Content-Type": "application/x-www-form-urlencoded", "Origin": "null"}})
}

func TestSurveyPage(t *testing.T) {
	d, _, token := surveyed(t)
	for _, method := range []string{"GET", "HEAD", "GET"} {
		page := d.do(testCall{method: method, path: "/survey/" + token})
		if page.status != 200 || len(page.body) > 15<<10 || page.header.Get("Cache-Control") != "no-store" {
			t.Fatalf("%s = %d, %d bytes, %v", method, page.status, len(page.body), page.header)
		}
		if method == "GET" && (strings.Contains(page.body, "<script") || strings.Count(page.body, `type="radio"`) != 5 ||
			!strings.Contains(page.body, "<legend>") || strings.Contains(page.body, "Hello")) {
			t.Errorf("page = %s", page.body)
		}
	}
	if kinds := d.kinds(); len(kinds) != 0 {
		t.Fatalf("looking left %v", kinds)
	}
	none := d.submit(token, url.Values{"comment": {`<b>"hi"`}})
	if none.status != 422 || !strings.Contains(none.body, `role="alert"`) || !strings.Contains(none.body, `href="#score-1"`) ||
		!strings.Contains(none.body, `&lt;b&gt;&#34;hi&#34;`) {
		t.Errorf("without a score = %d %s", none.status, none.body)
	}
	for _, score := range []string{"0", "6", "five", "1.5", "-1"} {
		if got := d.submit(token, url.Values{"score": {score}}); got.status != 422 {
			t.Errorf("score %s = %d", score, got.status)
		}
	}
	if got := d.submit(token, url.Values{"score": {"5"}, "comment": {strings.Repeat("é", 2001)}}); got.status != 422 || !strings.Contains(got.body, "#comment") {
		t.Errorf("a long comment = %d", got.status)
	}
	if kinds := d.kinds(); len(kinds) != 0 {
		t.Fatalf("refused answers left %v", kinds)
	}
	good := d.submit(token, url.Values{"score": {"5"}, "comment": {"Great"}})
	if good.status != http.StatusSeeOther || good.header.Get("Location") != "/survey/"+token {
		t.Fatalf("answer = %d %v", good.status, good.header)
	}
	if kinds := d.kinds(); len(kinds) != 1 || kinds[0] != "survey.answered" {
		t.Errorf("answer left %v", kinds)
	}
	thanks := d.do(testCall{method: "GET", path: "/survey/" + token, header: map[string]string{"Accept-Language": "de"}})
	if !strings.Contains(thanks.body, "Danke.") || !strings.Contains(thanks.body, `id="score-5" checked`) || strings.Contains(thanks.body, "Great") {
		t.Errorf("afterwards = %s", thanks.body)
	}
}

func TestSurveyLinksCannotBeGuessed(t *testing.T) {
	d, _, token := surveyed(t)
	flipped := []byte(token)
	flipped[len(flipped)-2] ^= 1
	id, _, _ := strings.Cut(token, ".")
	for _, bad := range []string{"x", string(flipped), id, id + ".", "." + token, token + "A", "1", "%00"} {
		if got := d.do(testCall{method: "GET", path: "/survey/" + bad}); got.status != 404 {
			t.Errorf("GET /survey/%s = %d, want 404", bad, got.status)
		}
		if got := d.submit(bad, url.Values{"score": {"1"}}); got.status != 404 {
			t.Errorf("POST /survey/%s = %d, want 404", bad, got.status)
		}
		if got := d.do(testCall{method: "POST", path: "/api/widget/surveys/" + bad, body: `{"score":1}`}); got.status/100 != 4 {
			t.Errorf("POST /api/widget/surveys/%s = %d", bad, got.status)
		}
	}
	if kinds := d.kinds(); len(kinds) != 0 {
		t.Errorf("guesses left %v", kinds)
	}
}

// TestASurveyHasEnded: whoever follows an old link reads that it is over, and what they send is not kept.
func TestASurveyHasEnded(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, db *migrations.DB) {
		d, _, token := surveyedOn(t, db)
		var def struct{ ID, URL string }
		d.as(tickets.RoleAdmin, "POST", "/api/v1/surveys", `{"name":"By hand","kind":"nps","trigger":"link"}`).must(t, 201, &def)
		var link struct{ URL string }
		d.as(tickets.RoleAdmin, "POST", "/api/v1/surveys/"+def.ID+"/links", `{"customer":"1"}`).must(t, 201, &link)
		personal := strings.TrimPrefix(link.URL, testBase)
		d.kinds()
		ended := func(path string) {
			t.Helper()
			for locale, want := range map[string]string{"en": "This survey has ended.", "de": "Diese Umfrage ist beendet.", "ar": "انتهى هذا الاستبيان."} {
				for _, method := range []string{"GET", "POST"} {
					got := d.do(testCall{method: method, path: path, body: "score=5&form=x", header: map[string]string{
						"Content-Type": "application/x-www-form-urlencoded", "Accept-Language": locale}})
					if got.status != http.StatusGone || !strings.Contains(got.body, want) || strings.Contains(got.body, "<form") {
						t.Errorf("%s %s in %s = %d %s", method, path, locale, got.status, got.body)
					}
				}
			}
			if kinds := d.kinds(); len(kinds) != 0 {
				t.Errorf("an ended survey left %v", kinds)
			}
		}
		// Ended early, by hand, it says the same as after its time.
		expires := func(after time.Duration) {
			t.Helper()
			err := d.log.Write(t.Context(), events.Unit{}, func(ctx context.Context, tx *events.Tx) error {
				_, err := tx.NewRaw(`UPDATE survey_invitations SET expires_at = asked_at + ?`, after.Milliseconds()).Exec(ctx)
				return err
			})
			if err != nil {
				t.Fatal(err)
			}
		}
		expires(0)
		ended("/survey/" + token)
		expires(surveys.Lasts)
		if got := d.do(testCall{method: "GET", path: "/survey/" + token}); got.status != 200 || !strings.Contains(got.body, "<form") {
			t.Errorf("in time = %d %s", got.status, got.body)
		}
		d.clock.Advance(91 * 24 * time.Hour)
		ended("/survey/" + token)
		ended(personal)
		if got := d.do(testCall{method: "GET", path: personal + "x"}); got.status != 404 {
			t.Errorf("a forged link that has ended = %d", got.status)
		}
	})
}

func TestSurveyInTheWidget(t *testing.T) {
	d, visitor, token := surveyed(t)
	call := testCall{method: "POST", path: "/api/widget/surveys/" + token, token: visitor, body: `{"score":4,"comment":"Fine"}`}
	if got := d.do(call); got.status != 200 || got.body != "{\"score\":4,\"comment\":\"Fine\"}\n" {
		t.Errorf("answer = %d %s", got.status, got.body)
	}
	if got := d.do(call); got.status != 200 {
		t.Errorf("the same again = %d %s", got.status, got.body)
	}
	if kinds := d.kinds(); len(kinds) != 1 {
		t.Errorf("two equal answers left %v", kinds)
	}
	for _, body := range []string{`{"score":"4"}`, `{"score":9}`, `{}`, `{"score":4,"agent":"1"}`, `{"score":null}`} {
		call.body = body
		if got := d.do(call); got.status != 422 {
			t.Errorf("%s = %d %s, want 422", body, got.status, got.body)
		}
	}
	if got := d.do(testCall{method: "GET", path: "/api/widget/conversations", token: visitor}); strings.Contains(got.body, "survey") {
		t.Errorf("an answered survey is still asked: %s", got.body)
	}
}
