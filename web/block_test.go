package web

import (
	"strings"
	"testing"

	"heard/feedback/rollups"
	"heard/migrations"
	"heard/migrations/dbtest"
	"heard/tickets"

	"github.com/golang-jwt/jwt/v5"
	"github.com/google/uuid"
)

// chat opens a conversation from a visitor and returns its id.
func (d *testDesk) chat(visitor, text string) string {
	d.t.Helper()
	var out struct{ Conversation string }
	d.do(testCall{method: "POST", path: "/api/widget/conversations", token: visitor,
		body: `{"message":{"client_id":"` + uuid.NewString() + `","body":"` + text + `"}}`}).must(d.t, 201, &out)
	return out.Conversation
}

func TestBlockedCustomersAreNotHeard(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *migrations.DB) {
		d := newDesk(t, db)
		visitor := d.visitor()
		conv := d.chat(visitor, "Hello")
		other := d.chat(d.visitor(), "Hi")
		_ = other
		d.kinds()
		write := func() testAnswer {
			return d.do(testCall{method: "POST", path: "/api/widget/conversations/" + conv + "/messages", token: visitor,
				body: `{"client_id":"` + uuid.NewString() + `","body":"again"}`})
		}
		open := func(body string) testAnswer {
			return d.do(testCall{method: "POST", path: "/api/widget/conversations", token: visitor, body: body})
		}
		block, changed := "/api/v1/customers/1/block", []string{"setting.changed"}
		d.tell([]step{
			{name: "block", role: tickets.RoleAgent, method: "POST", path: block, body: `{"reason":"threats"}`, status: 200,
				fragment: `"blocked":true,"blocked_at":"2026-03-04T12:00:00.000Z","block_reason":"threats"`, kinds: changed},
			{name: "block again", role: tickets.RoleLead, method: "POST", path: block, status: 200, fragment: `"block_reason":"threats"`},
			{name: "a long reason", method: "POST", path: block, body: `{"reason":"` + strings.Repeat("x", 501) + `"}`, status: 422, fragment: `"field":"reason"`},
			{name: "block nobody", method: "POST", path: "/api/v1/customers/99/block", status: 404, fragment: `"code":"not_found"`},
		})
		boundary := "--x\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.txt\"\r\n\r\nhello\r\n--x--\r\n"
		upload := d.do(testCall{method: "POST", path: "/api/widget/attachments", token: visitor, body: boundary,
			header: map[string]string{"Content-Type": "multipart/form-data; boundary=x"}})
		address := d.do(testCall{method: "POST", path: "/api/widget/conversations/" + conv + "/contact", token: visitor, body: `{"email":"a@example.net"}`})
		for name, got := range map[string]testAnswer{"a file": upload, "an address": address, "a message": write(), "an empty conversation": open(`{}`),
			"a new conversation": open(`{"message":{"client_id":"` + uuid.NewString() + `","body":"x"}}`)} {
			if got.status != 403 || got.code() != "forbidden" || len(d.kinds()) > 0 {
				t.Errorf("%s of a blocked visitor = %d %s", name, got.status, got.body)
			}
		}
		if got := d.do(testCall{method: "GET", path: "/api/widget/conversations/" + conv + "/events", token: visitor}); got.status != 200 {
			t.Errorf("what was said = %d", got.status)
		}
		var session struct{ Blocked bool }
		d.do(testCall{method: "POST", path: "/api/widget/session", body: `{"inbox":"` + d.inbox.Key + `","visitor":"` + visitor + `"}`}).must(t, 200, &session)
		if !session.Blocked {
			t.Error("the widget is not told")
		}
		d.tell([]step{{name: "unblock", role: tickets.RoleAgent, method: "POST", path: "/api/v1/customers/1/unblock", body: `{}`, status: 200,
			fragment: `"blocked":false,"blocked_at":null,"block_reason":""`, kinds: changed}})
		if got := write(); got.status != 201 {
			t.Errorf("a message after the unblock = %d %s", got.status, got.body)
		}
	})
}

func TestABlockFollowsThePerson(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *migrations.DB) {
		d := newDesk(t, db)
		visitor := d.visitor()
		d.chat(visitor, "Hello")
		var made struct{ Secret string }
		d.as(tickets.RoleAdmin, "POST", "/api/v1/inboxes/1/secrets", "").must(t, 201, &made)
		d.as(tickets.RoleAgent, "POST", "/api/v1/customers/1/block", `{}`).must(t, 200, nil)
		d.kinds()
		identity, err := jwt.NewWithClaims(jwt.SigningMethodHS256, jwt.MapClaims{"sub": "u1", "exp": d.clock.Now().Unix() + 600}).SignedString([]byte(made.Secret))
		if err != nil {
			t.Fatal(err)
		}
		var session struct {
			Visitor  string
			Blocked  bool
			Customer struct{ ID string }
		}
		d.do(testCall{method: "POST", path: "/api/widget/session",
			body: `{"inbox":"` + d.inbox.Key + `","visitor":"` + visitor + `","identity":"` + identity + `"}`}).must(t, 200, &session)
		if !session.Blocked || session.Customer.ID == "1" {
			t.Errorf("who signs in after a block is %+v", session)
		}
		got := d.do(testCall{method: "POST", path: "/api/widget/conversations", token: session.Visitor, body: `{}`})
		if got.status != 403 {
			t.Errorf("a new conversation = %d %s", got.status, got.body)
		}
		program := d.as(tickets.RoleAdmin, "POST", "/api/v1/tickets", `{"inbox":"1","customer":{"external_id":"u1"},"message":{"client_id":"`+uuid.NewString()+`","body":"x"}}`)
		if program.status != 403 {
			t.Errorf("a program that speaks for it = %d %s", program.status, program.body)
		}
	})
}

func TestSpamLeavesTheFigures(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *migrations.DB) {
		d := newDesk(t, db)
		conv := d.chat(d.visitor(), "Buy now")
		d.chat(d.visitor(), "Where is it?")
		d.kinds()
		path := "/api/v1/tickets/" + conv
		d.tell([]step{
			{name: "spam", role: tickets.RoleAgent, method: "PATCH", path: path, body: `{"spam":true}`, status: 200, fragment: `"spam":true`,
				kinds: []string{"ticket.spam_marked", "ticket.status_changed"}},
			{name: "spam again", method: "PATCH", path: path, body: `{"spam":true}`, status: 200, fragment: `"status":"resolved"`},
		})
		opened := func() float64 {
			t.Helper()
			r := rollups.New(d.log, d.people.Directory(), d.surveys, nil)
			if _, err := d.log.CatchUp(t.Context(), r.Consumer()); err != nil {
				t.Fatal(err)
			}
			if err := r.Run(t.Context()); err != nil {
				t.Fatal(err)
			}
			var out struct{ Items []struct{ Value float64 } }
			got := d.as(tickets.RoleAdmin, "GET", "/api/v1/reports/figures?figure=volume&from=2026-03-02&to=2026-03-08", "")
			got.must(t, 200, &out)
			if len(out.Items) != 1 {
				t.Fatalf("volume = %s", got.body)
			}
			return out.Items[0].Value
		}
		if got := opened(); got != 1 {
			t.Errorf("volume = %v, want 1", got)
		}
		if _, err := d.log.CatchUp(t.Context(), d.surveys.Consumer()); err != nil {
			t.Fatal(err)
		}
		d.as(tickets.RoleAdmin, "PATCH", path, `{"spam":false}`).must(t, 200, nil)
		if kinds := strings.Join(d.kinds(), " "); kinds != "survey.decided ticket.spam_marked" {
			t.Errorf("events = %s: spam is decided on, and not asked", kinds)
		}
		if got := opened(); got != 2 {
			t.Errorf("volume of what is no spam = %v, want 2", got)
		}
		d.as(tickets.RoleAgent, "POST", path+"/reopen", `{}`).must(t, 200, nil)
	})
}
