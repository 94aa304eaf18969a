package surveys_test

import (
	"slices"
	"strings"
	"testing"

	"heard/feedback"
	"heard/feedback/surveys"
	"heard/migrations"
	"heard/migrations/dbtest"
	"heard/tickets"
	"heard/tickets/events"
	"heard/tickets/events/eventstest"
	"heard/tickets/fault"

	"github.com/google/uuid"
)

// house is a desk with one agent, one website inbox and surveys.
type house struct {
	t      testing.TB
	log    *events.Log
	clock  *eventstest.Clock
	people *tickets.People
	store  *tickets.Store
	s      *surveys.Store
	inbox  *tickets.Inbox
	team   events.ID
	agent  events.Actor
}

func newHouse(t testing.TB, db *migrations.DB) *house {
	t.Helper()
	clock := eventstest.NewClock()
	log := eventstest.Open(t, db, events.Options{Now: clock.Now, Settle: tickets.Settle,
		Vocabulary: slices.Concat(tickets.Changes(), feedback.Changes())})
	secrets, err := tickets.NewSecrets([32]byte{7})
	h := &house{t: t, log: log, clock: clock, people: tickets.NewPeople(log, secrets), store: tickets.NewStore(log)}
	h.must(err)
	boot, err := h.people.Bootstrap(t.Context())
	h.must(err)
	h.team = boot.Team
	h.inbox, err = h.people.CreateInbox(t.Context(), events.SystemActor, tickets.InboxIn{Name: "Shop", Kind: tickets.Website})
	h.must(err)
	h.agent = h.newAgent("ann@x.test")
	h.s, err = surveys.New(t.Context(), log, h.people)
	h.must(err)
	return h
}

func eachHouse(t *testing.T, fn func(t *testing.T, h *house)) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, db *migrations.DB) { fn(t, newHouse(t, db)) })
}

func (h *house) must(err error) {
	h.t.Helper()
	if err != nil {
		h.t.Fatal(err)
	}
}

func (h *house) newAgent(email string) events.Actor {
	h.t.Helper()
	a, err := h.people.CreateAgent(h.t.Context(), events.SystemActor, tickets.AgentIn{Email: email, Name: "Ann", Role: tickets.RoleAgent})
	h.must(err)
	return events.Actor{Kind: events.Agent, ID: a.ID}
}

func (h *house) visitor() tickets.Visitor {
	h.t.Helper()
	out, err := h.people.StartVisitor(h.t.Context(), tickets.StartIn{Inbox: h.inbox.Key})
	h.must(err)
	return out.Visitor
}

// chat opens a ticket from a visitor.
func (h *house) chat(v tickets.Visitor) events.ID {
	h.t.Helper()
	out, err := h.store.Post(h.t.Context(), tickets.PostIn{By: events.Actor{Kind: events.Customer, ID: v.CustomerID},
		Sender: tickets.VisitorSender(v.ID), Visitor: v.ID,
		Open:       &tickets.OpenIn{Inbox: v.InboxID, Customer: v.CustomerID, Visitor: v.ID, Channel: tickets.Chat},
		NewMessage: tickets.NewMessage{ClientID: uuid.NewString(), Body: "Hello"}})
	h.must(err)
	return out.Ticket
}

func (h *house) reply(by events.Actor, id events.ID) {
	h.t.Helper()
	_, err := h.store.Post(h.t.Context(), tickets.PostIn{By: by, Sender: tickets.AgentSender(by.ID), Ticket: id,
		NewMessage: tickets.NewMessage{ClientID: uuid.NewString(), Body: "Hi"}})
	h.must(err)
}

func (h *house) resolve(id events.ID) {
	h.t.Helper()
	_, err := h.store.Resolve(h.t.Context(), h.agent, id)
	h.must(err)
}

func (h *house) reopen(id events.ID) {
	h.t.Helper()
	_, err := h.store.Reopen(h.t.Context(), h.agent, id)
	h.must(err)
}

// run lets the consumer handle all there is.
func (h *house) run() {
	h.t.Helper()
	_, err := h.log.CatchUp(h.t.Context(), h.s.Consumer())
	h.must(err)
}

// solved is a chat of v with a reply, resolved and decided on.
func (h *house) solved(v tickets.Visitor) events.ID {
	h.t.Helper()
	id := h.chat(v)
	h.reply(h.agent, id)
	h.resolve(id)
	h.run()
	return id
}

func (h *house) token(id events.ID) string {
	h.t.Helper()
	m, err := h.s.WaitingOf(h.t.Context(), id)
	h.must(err)
	return m[id].Token
}

// kinds are the survey events of a ticket.
func (h *house) kinds(id events.ID) []string {
	h.t.Helper()
	evs, err := h.log.Of(h.t.Context(), id, 0, 1000, false)
	h.must(err)
	out := []string{}
	for _, e := range evs {
		if what, ok := strings.CutPrefix(e.Kind, "survey."); ok {
			out = append(out, what)
		}
	}
	return out
}

func (h *house) wantKinds(id events.ID, want ...string) {
	h.t.Helper()
	if got := h.kinds(id); !slices.Equal(got, want) {
		h.t.Errorf("survey events of %s = %v, want %v", id, got, want)
	}
}

// wantReasons wants these decisions for the resolves of a ticket.
func (h *house) wantReasons(what string, id events.ID, want ...surveys.Reason) {
	h.t.Helper()
	list, err := h.s.Decisions(h.t.Context(), id)
	h.must(err)
	got := []surveys.Reason{}
	for _, d := range list {
		got = append(got, d.Reason)
		if d.Asked != (d.Reason == surveys.Asked) || d.Asked != (d.InvitationID != 0) {
			h.t.Errorf("%s: decision %+v contradicts itself", what, d)
		}
	}
	if !slices.Equal(got, want) {
		h.t.Errorf("%s: decisions = %v, want %v", what, got, want)
	}
}

func (h *house) answer(token string, score int, comment string, want fault.Kind) surveys.AnswerOut {
	h.t.Helper()
	out, err := h.s.Answer(h.t.Context(), token, surveys.AnswerIn{Score: score, Comment: &comment})
	if got := fault.KindOf(err); got != want {
		h.t.Errorf("answer %d: kind = %q, want %q (%v)", score, got, want, err)
	}
	return out
}

func (h *house) state(token string) surveys.State {
	h.t.Helper()
	f, err := h.s.Look(h.t.Context(), token)
	h.must(err)
	return f.State
}
