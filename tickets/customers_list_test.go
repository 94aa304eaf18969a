package tickets_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"heard/tickets"
	"heard/tickets/events"
)

// pages reads a list of customers to its end and returns their names. Every page but the last must be full.
func (c *crew) pages(f tickets.CustomerFilter) (out []string) {
	c.t.Helper()
	for range 50 {
		list, next, err := c.store.Customers(c.t.Context(), f)
		c.must(err)
		for _, one := range list {
			out = append(out, one.Name)
		}
		if next == "" {
			return out
		}
		if len(list) != f.Limit {
			c.t.Errorf("a page of %d has %d customers and says there are more", f.Limit, len(list))
		}
		f.Cursor = next
	}
	c.t.Fatal("the list does not end")
	return nil
}

func TestCustomersByNewestContact(t *testing.T) {
	eachCrew(t, func(t *testing.T, c *crew) {
		other, err := c.CreateTeam(t.Context(), sys, tickets.TeamIn{Name: "Payments"})
		c.must(err)
		people := map[string]events.ID{}
		for _, name := range []string{"Ada Weiß", "Bo Zola", "Cy", "Dee Ada", "Éva", "Silent"} {
			p, err := c.EnsureCustomer(t.Context(), sys, tickets.CustomerIn{Name: name, Email: fmt.Sprintf("p%d@x.test", len(people)), ExternalID: fmt.Sprintf("K-%d", len(people))})
			c.must(err)
			people[name] = p.ID
		}
		open := func(name string, team events.ID) {
			c.clock.Advance(time.Minute)
			_, err := c.store.Post(t.Context(), tickets.PostIn{By: events.Actor{Kind: events.Customer, ID: people[name]}, Sender: tickets.TokenSender(1),
				Open:       &tickets.OpenIn{Inbox: c.site.ID, Customer: people[name], Channel: tickets.API, Team: team},
				NewMessage: tickets.NewMessage{ClientID: newID(), Body: "Hello"}})
			c.must(err)
		}
		for _, name := range []string{"Ada Weiß", "Bo Zola", "Cy", "Dee Ada", "Éva"} {
			open(name, 0)
		}
		open("Bo Zola", other.ID)
		open("Ada Weiß", other.ID)
		open("Ada Weiß", 0)
		all := []string{"Ada Weiß", "Bo Zola", "Éva", "Dee Ada", "Cy", "Silent"}
		payments := tickets.Scope{Restricted: true, Teams: []events.ID{other.ID}}
		for name, tt := range map[string]struct {
			f    tickets.CustomerFilter
			want []string
		}{
			"all":                  {tickets.CustomerFilter{}, all},
			"one team":             {tickets.CustomerFilter{Scope: payments}, []string{"Ada Weiß", "Bo Zola"}},
			"nobody's":             {tickets.CustomerFilter{Scope: tickets.Scope{Restricted: true}}, nil},
			"surname or name":      {tickets.CustomerFilter{Query: "ada"}, []string{"Ada Weiß", "Dee Ada"}},
			"small letters":        {tickets.CustomerFilter{Query: "éva"}, []string{"Éva"}},
			"address":              {tickets.CustomerFilter{Query: "P1@"}, []string{"Bo Zola"}},
			"own id":               {tickets.CustomerFilter{Query: "k-2"}, []string{"Cy"}},
			"without tickets":      {tickets.CustomerFilter{Query: "silent"}, []string{"Silent"}},
			"found in one's scope": {tickets.CustomerFilter{Query: "p", Scope: payments}, []string{"Ada Weiß", "Bo Zola"}},
			"all found":            {tickets.CustomerFilter{Query: "p"}, all},
			"by its address":       {tickets.CustomerFilter{Email: "P2@x.test"}, []string{"Cy"}},
			"by its own id":        {tickets.CustomerFilter{ExternalID: "K-3"}, []string{"Dee Ada"}},
			"nothing is a pattern": {tickets.CustomerFilter{Query: "%"}, nil},
		} {
			for _, limit := range []int{1, 2, 50} {
				tt.f.Limit = limit
				if got := c.pages(tt.f); !slices.Equal(got, tt.want) {
					t.Errorf("%s in pages of %d: %q, want %q", name, limit, got, tt.want)
				}
			}
		}
		list, _, err := c.store.Customers(t.Context(), tickets.CustomerFilter{Scope: payments, Query: "ada", Rated: true})
		c.must(err)
		if len(list) != 1 || list[0].Tickets != 1 || list[0].Open != 1 || list[0].LastContact == 0 || !list[0].Rated || list[0].Answers != 0 {
			t.Errorf("within a scope: %+v, want its one ticket and no answers", list)
		}
		one, err := c.store.CustomerKnown(t.Context(), tickets.CustomerFilter{}, people["Ada Weiß"])
		c.must(err)
		if one.Tickets != 3 || one.Name != "Ada Weiß" || one.Rated {
			t.Errorf("one customer = %+v, want three tickets and no ratings", one)
		}
	})
}
