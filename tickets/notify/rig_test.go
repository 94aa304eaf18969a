package notify

import (
	"slices"
	"testing"
	"time"

	"heard/feedback"
	"heard/migrations"
	"heard/migrations/dbtest"
	"heard/tickets"
	"heard/tickets/events"
	"heard/tickets/events/eventstest"
	"heard/tickets/jobs"

	"github.com/google/uuid"
)

// rig is a desk with two teams: ann and ben are of Support, cho of Billing alone, lea leads Support.
type rig struct {
	*Store
	t      *testing.T
	clock  *eventstest.Clock
	store  *tickets.Store
	site   *tickets.Inbox
	agents map[string]*tickets.Agent
	teams  map[string]events.ID
	guest  tickets.Visitor
	sealer *tickets.Secrets
}

func eachRig(t *testing.T, fn func(t *testing.T, r *rig)) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, db *migrations.DB) { fn(t, newRig(t, db, Options{})) })
}

func newRig(t *testing.T, db *migrations.DB, o Options) *rig {
	t.Helper()
	r := &rig{t: t, clock: eventstest.NewClock(), agents: map[string]*tickets.Agent{}, teams: map[string]events.ID{}}
	log := eventstest.Open(t, db, events.Options{Now: r.clock.Now, Settle: tickets.Settle,
		Vocabulary: slices.Concat(tickets.Changes(), feedback.Changes(), jobs.Changes())})
	secrets, err := tickets.NewSecrets([32]byte{7})
	r.must(err)
	r.sealer = secrets
	people := tickets.NewPeople(log, secrets)
	r.store, r.Store = tickets.NewStore(log), New(log, people, o)
	ctx, sys := t.Context(), events.SystemActor
	_, err = people.Bootstrap(ctx)
	r.must(err)
	for _, name := range []string{"Support", "Billing"} {
		off := false
		team, err := people.CreateTeam(ctx, sys, tickets.TeamIn{Name: name, AutoAssign: &off})
		r.must(err)
		r.teams[name] = team.ID
	}
	restricted := false
	for name, of := range map[string]string{"ann": "Support", "ben": "Support", "cho": "Billing", "lea": "Support"} {
		role := tickets.RoleAgent
		if name == "lea" {
			role = tickets.RoleLead
		}
		a, err := people.CreateAgent(ctx, sys, tickets.AgentIn{Email: name + "@desk.example", Name: name, Role: role, AllTeams: &restricted, Teams: []events.ID{r.teams[of]}})
		r.must(err)
		r.agents[name] = a
	}
	r.site, err = people.CreateInbox(ctx, sys, tickets.InboxIn{Name: "Shop", Kind: tickets.Website, TeamID: r.teams["Support"]})
	r.must(err)
	started, err := people.StartVisitor(ctx, tickets.StartIn{Inbox: r.site.Key})
	r.must(err)
	r.guest = started.Visitor
	return r
}

func (r *rig) must(err error) {
	r.t.Helper()
	if err != nil {
		r.t.Fatal(err)
	}
}

func (r *rig) by(name string) events.Actor {
	return events.Actor{Kind: events.Agent, ID: r.agents[name].ID}
}

// chat opens a chat with a first message.
func (r *rig) chat() events.ID {
	r.t.Helper()
	v := r.guest
	out, err := r.store.Post(r.t.Context(), tickets.PostIn{By: events.Actor{Kind: events.Customer, ID: v.CustomerID}, Sender: tickets.VisitorSender(v.ID), Visitor: v.ID,
		Open:       &tickets.OpenIn{Inbox: v.InboxID, Customer: v.CustomerID, Visitor: v.ID, Channel: tickets.Chat},
		NewMessage: tickets.NewMessage{ClientID: uuid.NewString(), Body: "Hello"}})
	r.must(err)
	return out.Ticket
}

// says has the customer write in a chat.
func (r *rig) says(ticket events.ID, body string) {
	r.t.Helper()
	v := r.guest
	_, err := r.store.Post(r.t.Context(), tickets.PostIn{By: events.Actor{Kind: events.Customer, ID: v.CustomerID}, Sender: tickets.VisitorSender(v.ID), Visitor: v.ID,
		Ticket: ticket, NewMessage: tickets.NewMessage{ClientID: uuid.NewString(), Body: body}})
	r.must(err)
}

func (r *rig) assign(by, to string, ticket events.ID) {
	r.t.Helper()
	_, err := r.store.Assign(r.t.Context(), r.by(by), ticket, tickets.To{Agent: r.agents[to].ID})
	r.must(err)
}

func (r *rig) consume() {
	r.t.Helper()
	_, err := r.log.CatchUp(r.t.Context(), r.Consumer())
	r.must(err)
	r.clock.Advance(time.Second)
}

// caller is an agent as policy sees it now.
func (r *rig) caller(name string) tickets.Caller {
	r.t.Helper()
	r.people.Directory().Forget()
	desk, err := r.people.Directory().Snapshot(r.t.Context())
	r.must(err)
	return desk.Caller(r.agents[name].ID)
}

// bell is what stands in an agent's bell, newest first: kind, × how often, and whether it was read.
func (r *rig) bell(name string) []string {
	r.t.Helper()
	list, err := r.List(r.t.Context(), r.caller(name), false, Place{}, 100)
	r.must(err)
	out := []string{}
	for _, n := range list {
		s := string(n.Kind)
		if n.Count > 1 {
			s += "×" + string(rune('0'+n.Count))
		}
		if n.Read {
			s += " read"
		}
		out = append(out, s)
	}
	return out
}

func (r *rig) wantBell(what, name string, want ...string) {
	r.t.Helper()
	r.consume()
	if got := r.bell(name); !slices.Equal(got, want) {
		r.t.Errorf("%s: the bell of %s has %q, want %q", what, name, got, want)
	}
}

// newest is the first in the bell of an agent.
func (r *rig) newest(name string) Notification {
	r.t.Helper()
	list, err := r.List(r.t.Context(), r.caller(name), false, Place{}, 1)
	r.must(err)
	if len(list) == 0 {
		r.t.Fatalf("nothing in the bell of %s", name)
	}
	return list[0]
}
