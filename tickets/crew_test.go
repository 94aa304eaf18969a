package tickets_test

import (
	"testing"
	"time"

	"heard/migrations"
	"heard/migrations/dbtest"
	"heard/tickets"
	"heard/tickets/events"
	"heard/tickets/events/eventstest"
	"heard/tickets/fault"

	"github.com/golang-jwt/jwt/v5"
)

// crew is a bootstrapped desk with its people: one website inbox with one signing secret.
type crew struct {
	*tickets.People
	t      testing.TB
	log    *events.Log
	clock  *eventstest.Clock
	store  *tickets.Store
	site   *tickets.Inbox
	secret string
	boot   tickets.Bootstrapped
}

func newCrew(t testing.TB, db *migrations.DB) *crew {
	t.Helper()
	clock := eventstest.NewClock()
	log := eventstest.Open(t, db, events.Options{Now: clock.Now, Vocabulary: tickets.Changes(), Settle: tickets.Settle})
	secrets, err := tickets.NewSecrets([32]byte{1, 2, 3})
	c := &crew{People: tickets.NewPeople(log, secrets), t: t, log: log, clock: clock, store: tickets.NewStore(log)}
	c.must(err)
	c.boot, err = c.Bootstrap(t.Context())
	c.must(err)
	c.site, err = c.CreateInbox(t.Context(), sys, tickets.InboxIn{Name: "Shop", Kind: tickets.Website})
	c.must(err)
	c.secret, err = c.AddInboxSecret(t.Context(), sys, c.site.ID)
	c.must(err)
	return c
}

// eachCrew runs fn on both databases.
func eachCrew(t *testing.T, fn func(t *testing.T, c *crew)) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, db *migrations.DB) { fn(t, newCrew(t, db)) })
}

func (c *crew) must(err error) {
	c.t.Helper()
	if err != nil {
		c.t.Fatal(err)
	}
}

// claims are those of a good identity of sub, which tests then spoil.
func (c *crew) claims(sub string) jwt.MapClaims {
	return jwt.MapClaims{"sub": sub, "exp": c.clock.Now().Add(time.Hour).Unix()}
}

// signed is a JWT under the inbox's secret.
func (c *crew) signed(claims jwt.MapClaims) *string {
	c.t.Helper()
	s, err := jwt.NewWithClaims(jwt.SigningMethodHS256, claims).SignedString([]byte(c.secret))
	c.must(err)
	return &s
}

// start begins a session with a token and, unless nil, an identity.
func (c *crew) start(token string, identity *string) tickets.StartOut {
	c.t.Helper()
	out, err := c.StartVisitor(c.t.Context(), tickets.StartIn{Inbox: c.site.Key, Visitor: token, Identity: identity})
	c.must(err)
	return out
}

// chat opens a chat from a visitor.
func (c *crew) chat(v tickets.Visitor) events.ID {
	c.t.Helper()
	out, err := c.store.Post(c.t.Context(), tickets.PostIn{
		By: events.Actor{Kind: events.Customer, ID: v.CustomerID}, Sender: tickets.VisitorSender(v.ID), Visitor: v.ID,
		Open:       &tickets.OpenIn{Inbox: v.InboxID, Customer: v.CustomerID, Visitor: v.ID, Channel: tickets.Chat},
		NewMessage: tickets.NewMessage{ClientID: newID(), Body: "Hello"}})
	c.must(err)
	return out.Ticket
}

func (c *crew) ticket(id events.ID) *tickets.Ticket {
	c.t.Helper()
	t, err := c.store.Ticket(c.t.Context(), id)
	c.must(err)
	return &t.Ticket
}

func (c *crew) agent(email string, role tickets.Role) *tickets.Agent {
	c.t.Helper()
	a, err := c.CreateAgent(c.t.Context(), sys, tickets.AgentIn{Email: email, Name: "Someone", Role: role})
	c.must(err)
	return a
}

// joined is an agent with a password, and its session.
func (c *crew) joined(email string, role tickets.Role, password string) (*tickets.Agent, tickets.SignedIn) {
	c.t.Helper()
	a := c.agent(email, role)
	link, err := c.Invite(c.t.Context(), sys, tickets.InviteIn{Agent: a.ID, Kind: tickets.JoinLink})
	c.must(err)
	in, err := c.AcceptInvitation(c.t.Context(), tickets.AcceptIn{Token: link, Password: password})
	c.must(err)
	return a, in
}

// length is how many events the log holds.
func (c *crew) length() int64 {
	c.t.Helper()
	n, err := c.log.Head(c.t.Context())
	c.must(err)
	return n
}

func (c *crew) check() {
	c.t.Helper()
	(&desk{c.store, c.t, c.log, c.clock}).check()
}

func wantKind(t testing.TB, what string, err error, want fault.Kind) {
	t.Helper()
	if got := fault.KindOf(err); got != want {
		t.Errorf("%s: kind = %q, want %q (%v)", what, got, want, err)
	}
}
