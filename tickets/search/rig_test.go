package search

import (
	"context"
	"fmt"
	"slices"
	"testing"

	"heard/migrations"
	"heard/tickets"
	"heard/tickets/events"
	"heard/tickets/events/eventstest"

	"github.com/google/uuid"
)

// desk is a desk with a searcher: teams Support and Billing, the agents Ann, Ben and Cho, the customers Ana Silva and
// Bob Stone.
type desk struct {
	*tickets.Store
	*Searcher
	t         testing.TB
	clock     *eventstest.Clock
	people    *tickets.People
	inbox     *tickets.Inbox
	teams     []events.ID
	agents    []events.Actor
	customers []events.Actor
}

func newDesk(t testing.TB, db *migrations.DB) *desk {
	t.Helper()
	d := &desk{t: t, clock: eventstest.NewClock()}
	log := eventstest.Open(t, db, events.Options{Now: d.clock.Now, Vocabulary: tickets.Changes(), Settle: tickets.Settle})
	secrets, err := tickets.NewSecrets([32]byte{1})
	d.must(err)
	d.Store, d.people = tickets.NewStore(log), tickets.NewPeople(log, secrets)
	d.Searcher = New(log, d.Store, d.people.Directory(), func(context.Context, string) ([]events.ID, error) { return []events.ID{7}, nil })
	ctx := t.Context()
	_, err = d.people.Bootstrap(ctx)
	d.must(err)
	d.inbox, err = d.people.CreateInbox(ctx, events.SystemActor, tickets.InboxIn{Name: "Shop", Kind: tickets.Website})
	d.must(err)
	billing, err := d.people.CreateTeam(ctx, events.SystemActor, tickets.TeamIn{Name: "Billing"})
	d.must(err)
	snap, err := d.people.Directory().Snapshot(ctx)
	d.must(err)
	d.teams = []events.ID{snap.DefaultTeam, billing.ID}
	for _, name := range []string{"Ann", "Ben", "Cho"} {
		a, err := d.people.CreateAgent(ctx, events.SystemActor, tickets.AgentIn{Email: name + "@desk.example", Name: name + " Agent", Role: tickets.RoleAgent})
		d.must(err)
		d.agents = append(d.agents, events.Actor{Kind: events.Agent, ID: a.ID})
	}
	for _, name := range []string{"Ana Silva", "Bob Stone"} {
		c, err := d.people.EnsureCustomer(ctx, events.SystemActor, tickets.CustomerIn{Name: name, Email: name[:3] + "@mail.example"})
		d.must(err)
		d.customers = append(d.customers, events.Actor{Kind: events.Customer, ID: c.ID})
	}
	return d
}

func (d *desk) must(err error) {
	d.t.Helper()
	if err != nil {
		d.t.Fatal(err)
	}
}

// open opens a ticket with a customer's message.
func (d *desk) open(by events.Actor, subject, body string) events.ID {
	d.t.Helper()
	out, err := d.Post(d.t.Context(), tickets.PostIn{By: by, Sender: "v" + by.ID.String(), NewMessage: tickets.NewMessage{ClientID: uuid.NewString(), Body: body},
		Open: &tickets.OpenIn{Inbox: d.inbox.ID, Customer: by.ID, Channel: tickets.API, Subject: subject}})
	d.must(err)
	return out.Ticket
}

func (d *desk) say(by events.Actor, id events.ID, body string) int64 {
	d.t.Helper()
	sender := tickets.AgentSender(by.ID)
	if by.Kind == events.Customer {
		sender = "v" + by.ID.String()
	}
	out, err := d.Post(d.t.Context(), tickets.PostIn{By: by, Sender: sender, Ticket: id, NewMessage: tickets.NewMessage{ClientID: uuid.NewString(), Body: body}})
	d.must(err)
	return out.Seq
}

func (d *desk) note(by events.Actor, id events.ID, body string) int64 {
	d.t.Helper()
	out, err := d.Note(d.t.Context(), by, id, tickets.NoteIn{Sender: tickets.AgentSender(by.ID), NewMessage: tickets.NewMessage{ClientID: uuid.NewString(), Body: body}})
	d.must(err)
	return out.Seq
}

// index brings the index up to the log.
func (d *desk) index() {
	d.t.Helper()
	_, err := d.log.CatchUp(d.t.Context(), d.Consumer())
	d.must(err)
}

// caller is an agent who sees everything.
func (d *desk) caller(agent int) tickets.Caller {
	return tickets.Caller{Agent: d.agents[agent].ID, Role: tickets.RoleAgent, AllTeams: true}
}

// find lists what a query finds for the first agent, newest message first.
func (d *desk) find(text string) []events.ID {
	d.t.Helper()
	got, err := d.ask(text, tickets.Filter{})
	if err != nil {
		d.t.Errorf("%s: %v", text, err)
	}
	return got
}

func (d *desk) ask(text string, f tickets.Filter) ([]events.ID, error) {
	q, err := Parse(text)
	if err != nil {
		return nil, err
	}
	if err := d.Narrow(d.t.Context(), d.caller(0), q, &f); err != nil {
		return nil, err
	}
	out := []events.ID{}
	for f.Limit, f.Patience = 7, d.patience; ; {
		page, next, err := d.Tickets(d.t.Context(), f)
		if err != nil {
			return nil, err
		}
		for _, t := range page {
			out = append(out, t.ID)
		}
		if f.Cursor = next; next == "" {
			return out, nil
		}
		if len(out) > 1000 {
			return nil, fmt.Errorf("the list does not end")
		}
	}
}

func (d *desk) wantFound(text string, want ...events.ID) {
	d.t.Helper()
	got := slices.Sorted(slices.Values(d.find(text)))
	slices.Sort(want)
	if !slices.Equal(got, want) {
		d.t.Errorf("%s finds %v, want %v", text, got, want)
	}
}
