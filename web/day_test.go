package web

import (
	"context"
	"testing"
	"time"

	"heard/migrations"
	"heard/migrations/dbtest"
	"heard/tickets"
	"heard/tickets/events"

	"github.com/google/uuid"
)

func TestMyDay(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *migrations.DB) {
		d := newDesk(t, db)
		say := func(id, text string) {
			t.Helper()
			d.as(tickets.RoleAgent, "POST", "/api/v1/tickets/"+id+"/messages", `{"client_id":"`+uuid.NewString()+`","body":"`+text+`"}`).must(t, 201, nil)
		}
		done, open := d.open("one"), d.open("two")
		d.open("three")
		d.clock.Advance(40 * time.Second)
		say(done, "Hello")
		say(done, "Solved")
		d.clock.Advance(20 * time.Second)
		say(open, "Hello")
		d.as(tickets.RoleAgent, "POST", "/api/v1/tickets/"+done+"/resolve", `{}`).must(t, 200, nil)
		d.clock.Advance(40 * time.Second)
		d.kinds()
		got := d.as(tickets.RoleAgent, "GET", "/api/v1/me/day", "")
		var out struct {
			Resolved, Replies, Open, Load, Capacity int
			P50                                     *int64 `json:"first_response_p50_s"`
			Queues                                  []struct {
				Name    string
				Waiting int
				Longest int64 `json:"longest_wait_s"`
			}
		}
		got.must(t, 200, &out)
		if out.Resolved != 1 || out.Replies != 3 || out.Open != 1 || out.Load != 1 || out.Capacity != 4 || out.P50 == nil || *out.P50 != 50 {
			t.Errorf("the day = %s", got.body)
		}
		for _, q := range out.Queues {
			if q.Waiting != 1 || q.Longest != 100 {
				t.Errorf("a queue = %+v", q)
			}
		}
		d.clock.Advance(48 * time.Hour)
		d.tell([]step{{name: "another day", role: tickets.RoleAgent, method: "GET", path: "/api/v1/me/day", status: 200,
			fragment: `{"resolved":0,"replies":0,"csat":{"n":0,"satisfied":0},"open":1,"snoozed":0,`}})
	})
}

func TestRelatedTickets(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *migrations.DB) {
		d := newDesk(t, db)
		opened := func(email, subject string) string {
			var out struct{ ID string }
			d.as(tickets.RoleAdmin, "POST", "/api/v1/tickets", `{"inbox":"`+d.inbox.Key+`","customer":{"email":"`+email+`"},"subject":"`+subject+
				`","message":{"client_id":"`+uuid.NewString()+`","body":"text"}}`).must(t, 201, &out)
			return out.ID
		}
		one, before := opened("a@x.test", "Voucher refused at checkout"), opened("a@x.test", "Other")
		far, near := opened("b@x.test", "Something else"), opened("c@x.test", "A voucher was refused")
		if err := d.log.Write(t.Context(), events.Unit{By: events.SystemActor}, func(ctx context.Context, tx *events.Tx) error {
			if _, err := tx.NewRaw(`UPDATE tickets SET topic_id = 7`).Exec(ctx); err != nil {
				return err
			}
			if err := tx.Insert(ctx, "topics", []string{"id", "key", "name", "created_at"}, [][]any{{7, 7, "Vouchers", 1}}); err != nil {
				return err
			}
			return tx.Insert(ctx, "issues", []string{"id", "topic_id", "kind", "status", "name", "flagged_at", "created_at", "updated_at"},
				[][]any{{3, 7, "new", "flagged", "Vouchers fail", 1, 1, 1}})
		}); err != nil {
			t.Fatal(err)
		}
		var out struct {
			Previous, Similar []struct{ ID string }
			Issue             *struct {
				ID, Name, State string
				Tickets         int `json:"tickets_week"`
				Customers       int `json:"customers_week"`
			}
		}
		got := d.as(tickets.RoleAdmin, "GET", "/api/v1/tickets/"+one+"/related", "")
		got.must(t, 200, &out)
		if len(out.Previous) != 1 || out.Previous[0].ID != before || len(out.Similar) != 2 || out.Similar[0].ID != near || out.Similar[1].ID != far ||
			out.Issue == nil || out.Issue.Name != "Vouchers fail" || out.Issue.State != "flagged" || out.Issue.Tickets != 4 || out.Issue.Customers != 3 {
			t.Errorf("related = %s", got.body)
		}
		agent := d.agents[tickets.RoleAgent].ID.String()
		d.as(tickets.RoleAdmin, "POST", "/api/v1/teams", `{"name":"Own","agents":["`+agent+`"]}`).must(t, 201, nil)
		d.as(tickets.RoleAdmin, "PATCH", "/api/v1/agents/"+agent, `{"all_teams":false,"teams":["2"]}`).must(t, 200, nil)
		d.as(tickets.RoleAdmin, "POST", "/api/v1/tickets/"+one+"/assign", `{"team":"2"}`).must(t, 200, nil)
		d.kinds()
		d.tell([]step{
			{name: "what one may not see is not there", role: tickets.RoleAgent, method: "GET", path: "/api/v1/tickets/" + one + "/related", status: 200,
				fragment: `{"previous":[],"similar":[],"issue":null}`},
			{name: "of a hidden ticket", role: tickets.RoleAgent, method: "GET", path: "/api/v1/tickets/" + near + "/related", status: 404},
		})
	})
}
