package web

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"heard/migrations"
	"heard/migrations/dbtest"
	"heard/tickets"

	"github.com/google/uuid"
)

const testNotice = `{"notice":{"text":"By chatting you agree to our [privacy <policy>](https://lamps.example/privacy?a=1&b=2).","required":true}}`

// A notice that has to be agreed to: no chat without it, and what was agreed to is kept in its words.
func TestNoticeBeforeAChat(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *migrations.DB) {
		d := newDesk(t, db)
		inbox := "/api/v1/inboxes/" + d.inbox.ID.String()
		for _, bad := range []string{`{"notice":{"required":true}}`, `{"notice":{"text":"` + strings.Repeat("x", 501) + `"}}`} {
			if got := d.as(tickets.RoleAdmin, "PATCH", inbox, `{"settings":`+bad+`}`); got.status != 422 || !strings.Contains(got.body, `"field":"settings.notice.text"`) {
				t.Errorf("%.60s = %d %s", bad, got.status, got.body)
			}
		}
		if got := d.sessionSettings().Notice; got != nil {
			t.Errorf("no notice = %+v", got)
		}
		d.liveInbox(`{"notice":{"text":"We keep chats for a year."}}`)
		if got := d.sessionSettings().Notice; got == nil || got.Required || got.Text != "We keep chats for a year." {
			t.Errorf("a notice to be read = %+v", got)
		}
		d.liveInbox(testNotice)
		v := d.visitor()
		open := func(fields string) testAnswer {
			return d.do(testCall{method: "POST", path: "/api/widget/conversations", token: v, body: `{"fields":` + fields + `,"message":{"client_id":"` + uuid.NewString() + `","body":"Hi"}}`})
		}
		if got := open(`{}`); got.status != 422 || !strings.Contains(got.body, `"field":"fields.agreed"`) || !strings.Contains(got.body, `"code":"notice"`) {
			t.Errorf("without an agreement = %d %s", got.status, got.body)
		}
		var opened struct{ Conversation string }
		open(`{"agreed":"yes"}`).must(t, http.StatusCreated, &opened)
		d.liveInbox(`{"notice":{"text":"Other words."}}`)
		var thread struct {
			Items []struct {
				Kind string
				Data struct{ Agreed string }
			}
		}
		d.as(tickets.RoleAdmin, "GET", "/api/v1/tickets/"+opened.Conversation+"/events", "").must(t, 200, &thread)
		if e := thread.Items[0]; e.Kind != "ticket.opened" || !strings.HasPrefix(e.Data.Agreed, "By chatting you agree") {
			t.Errorf("the first event = %+v", e)
		}
		ticket := d.as(tickets.RoleAdmin, "GET", "/api/v1/tickets/"+opened.Conversation, "")
		if strings.Contains(ticket.body, `"agreed"`) {
			t.Errorf("the agreement is among the ticket's fields, which agents edit: %s", ticket.body)
		}
	})
}

// The form for browsers without JavaScript asks the same; and whoever gives only an address is called by it.
func TestNoticeInTheLetterbox(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *migrations.DB) {
		d := newDesk(t, db)
		d.liveInbox(testNotice)
		path := "/widget/" + d.inbox.Key + "/write"
		link := `<a href="https://lamps.example/privacy?a=1&amp;b=2" target="_blank" rel="noreferrer">privacy &lt;policy&gt;</a>`
		if got := d.do(testCall{method: "GET", path: path}); !strings.Contains(got.body, link) || !strings.Contains(got.body, `name="agreed" type="checkbox"`) {
			t.Errorf("the form = %s", got.body)
		}
		send := func(more url.Values) testAnswer {
			form := url.Values{"email": {"ana@example.com"}, "Message": {"It flickers."}}
			for k, v := range more {
				form[k] = v
			}
			return d.do(testCall{method: "POST", path: path, body: form.Encode(), header: map[string]string{"Content-Type": "application/x-www-form-urlencoded"}})
		}
		if got := send(nil); got.status != 422 || !strings.Contains(got.body, "agree to our privacy &lt;policy&gt;.: ") {
			t.Errorf("without an agreement = %d %s", got.status, got.body)
		}
		if got := send(url.Values{"Message": {strings.Repeat("x", 20_000)}, "agreed": {"yes"}}); got.status != 422 || !strings.Contains(got.body, "Message: This message is too long.") || !strings.Contains(got.body, " checked") {
			t.Errorf("too long = %d %s", got.status, got.body)
		}
		send(url.Values{"agreed": {"yes"}}).must(t, http.StatusSeeOther, nil)
		var list struct {
			Items []struct {
				Name string `json:"customer_name"`
			}
		}
		d.as(tickets.RoleAdmin, "GET", "/api/v1/tickets?view=all", "").must(t, 200, &list)
		if len(list.Items) != 1 || list.Items[0].Name != "ana@example.com" {
			t.Errorf("the list = %+v", list.Items)
		}
		d.liveInbox(`{"notice":{"text":"We keep letters."}}`)
		if got := d.do(testCall{method: "GET", path: path}); !strings.Contains(got.body, `<p class="fine">We keep letters.</p>`) {
			t.Errorf("a notice to be read = %s", got.body)
		}
	})
}
