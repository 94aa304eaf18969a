package web

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"heard/feedback/issues"
	"heard/migrations"
	"heard/migrations/dbtest"
	"heard/tickets"
	"heard/tickets/events"

	"github.com/google/uuid"
)

// taught imports tagged tickets, and lets the desk learn from them.
func (d *testDesk) taught() {
	d.t.Helper()
	ctx := d.t.Context()
	var list []tickets.History
	for i := range 60 {
		c, err := d.people.EnsureCustomer(ctx, events.SystemActor, tickets.CustomerIn{Email: fmt.Sprintf("t%d@example.net", i)})
		if err != nil {
			d.t.Fatal(err)
		}
		text, tag := "My parcel did not arrive, where is the delivery", "delivery"
		if i%2 == 0 {
			text, tag = "The invoice shows a wrong tax number", "invoice"
		}
		list = append(list, tickets.History{ExternalID: fmt.Sprint("t", i), Inbox: d.inbox.ID, Customer: c.ID, Channel: tickets.Chat, Tags: []string{tag},
			Steps: []tickets.Step{{At: d.log.Now().Add(-time.Hour), Kind: tickets.StepMessage, By: events.Actor{Kind: events.Customer}, Body: text}}})
	}
	out, err := tickets.NewStore(d.log).Import(ctx, list)
	for _, o := range out {
		if err == nil {
			err = o.Err
		}
	}
	if err == nil {
		err = d.tagging.Train(ctx)
	}
	if err != nil {
		d.t.Fatal(err)
	}
}

func TestSuggestedTagsAPI(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *migrations.DB) {
		d := newDesk(t, db)
		quality := "/api/v1/tags/suggestions/quality"
		if got := d.as(tickets.RoleAgent, "GET", quality, ""); got.body != `{"trained_at":null,"tickets":0,"tags_offered":0,"days":90,`+
			`"taken":0,"dismissed":0,"waiting":0,"precision":null,"held_out":null,"tags":[]}`+"\n" {
			t.Errorf("a new desk has %s", got.body)
		}
		d.taught()
		open := func(text string) string {
			var made struct{ ID string }
			d.as(tickets.RoleAdmin, "POST", "/api/v1/tickets", fmt.Sprintf(`{"inbox":%q,"customer":{"email":"new@example.net"},
				"message":{"client_id":%q,"body":%q}}`, d.inbox.ID, uuid.NewString(), text)).must(t, 201, &made)
			if _, err := d.log.CatchUp(t.Context(), d.tagging.Consumer()); err != nil {
				t.Fatal(err)
			}
			return "/api/v1/tickets/" + made.ID
		}
		late, bill := open("Where is the delivery of my parcel, it did not arrive"), open("A wrong tax number is on the invoice")
		var ticket struct {
			Tags          []string               `json:"tags"`
			SuggestedTags []issues.TagSuggestion `json:"suggested_tags"`
		}
		d.as(tickets.RoleAgent, "GET", late, "").must(t, 200, &ticket)
		if len(ticket.SuggestedTags) != 1 || ticket.SuggestedTags[0].Tag != "delivery" || ticket.SuggestedTags[0].Confidence < 0.5 {
			t.Errorf("suggested %+v", ticket.SuggestedTags)
		}
		for _, bad := range []struct{ name, body, fragment string }{
			{"a tag that is not suggested", `{"tag":"invoice"}`, `"field":"tag"`},
			{"no tag", `{}`, `"tag"`},
			{"an empty tag", `{"tag":" "}`, `"field":"tag"`},
			{"a tag that is no text", `{"tag":7}`, `tag`},
			{"an unknown field", `{"tag":"delivery","why":"x"}`, `why`},
		} {
			got := d.as(tickets.RoleAgent, "POST", late+"/suggested-tags/dismiss", bad.body)
			if got.status != 400 && got.status != 422 || !strings.Contains(got.body, bad.fragment) {
				t.Errorf("%s: %d %s", bad.name, got.status, got.body)
			}
		}
		if got := d.as(tickets.RoleAgent, "POST", "/api/v1/tickets/99999/suggested-tags/dismiss", `{"tag":"delivery"}`); got.status != 404 {
			t.Errorf("a ticket that is not there: %d %s", got.status, got.body)
		}
		d.as(tickets.RoleAgent, "POST", late+"/suggested-tags/dismiss", `{"tag":"delivery"}`).must(t, 200, &ticket)
		if len(ticket.SuggestedTags) != 0 || len(ticket.Tags) != 0 {
			t.Errorf("after a no: tags %q, suggested %+v", ticket.Tags, ticket.SuggestedTags)
		}
		d.as(tickets.RoleAgent, "POST", bill+"/tags", `{"add":["invoice"]}`).must(t, 200, &ticket)
		if len(ticket.SuggestedTags) != 0 || len(ticket.Tags) != 1 {
			t.Errorf("after a yes: tags %q, suggested %+v", ticket.Tags, ticket.SuggestedTags)
		}
		if _, err := d.log.CatchUp(t.Context(), d.tagging.Consumer()); err != nil {
			t.Fatal(err)
		}
		var q issues.SuggestionQuality
		d.as(tickets.RoleAgent, "GET", quality, "").must(t, 200, &q)
		if q.Taken != 1 || q.Dismissed != 1 || q.Precision == nil || q.Precision.N != 2 || q.Offered != 2 || q.Tickets != 60 {
			t.Errorf("quality %+v", q)
		}
	})
}
