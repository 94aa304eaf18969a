package surveys_test

import (
	"context"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

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

func TestAskAnswerEdit(t *testing.T) {
	eachHouse(t, func(t *testing.T, h *house) {
		id := h.solved(h.visitor())
		h.wantKinds(id, "decided", "asked")
		h.wantReasons("resolved", id, surveys.Asked)
		token := h.token(id)
		before, err := h.log.Head(t.Context())
		h.must(err)
		for range 3 {
			if got := h.state(token); got != surveys.StateOpen {
				t.Errorf("state = %s", got)
			}
		}
		if now, err := h.log.Head(t.Context()); err != nil || now != before {
			t.Errorf("looking recorded %d events, %v", now-before, err)
		}
		h.answer(token, 4, " fine \r\nthanks ", "")
		h.wantKinds(id, "decided", "asked", "answered")
		if out := h.answer(token, 4, "fine \nthanks", ""); !out.Repeated {
			t.Error("the same answer was written twice")
		}
		h.wantKinds(id, "decided", "asked", "answered")
		h.clock.Advance(6 * 24 * time.Hour)
		h.answer(token, 2, "", "")
		h.wantKinds(id, "decided", "asked", "answered", "answered", "follow_up_opened")
		if h.token(id) != "" {
			t.Error("an answered survey still waits")
		}
		h.clock.Advance(25 * time.Hour)
		h.answer(token, 5, "", fault.Closed)
		if out := h.answer(token, 2, "", ""); !out.Repeated { // a late retry of what is kept
			t.Error("a repeat was refused or written")
		}
		if f, err := h.s.Look(t.Context(), token); err != nil || f.State != surveys.StateFinal || f.Score != 2 {
			t.Errorf("form = %+v, %v", f, err)
		}
		list, err := h.s.CSAT(t.Context(), 0, h.log.Now()+1)
		h.must(err)
		if len(list) != 1 || list[0].Score != 2 || list[0].Scale != 5 || list[0].Agent != h.agent.ID || list[0].Team != h.team ||
			list[0].Channel != tickets.Chat || list[0].AnsweredAt == 0 || list[0].Ticket != id {
			t.Errorf("answers = %+v", list)
		}
		for _, e := range eventstest.All(t, h.log) {
			if strings.Contains(string(e.Data), "thanks") {
				t.Errorf("event %d copies what the customer wrote: %s", e.Pos, e.Data)
			}
		}
		eventstest.Check(t, h.log, nil)
	})
}

func TestAnswerIsChecked(t *testing.T) {
	eachHouse(t, func(t *testing.T, h *house) {
		v1, v2 := h.visitor(), h.visitor()
		id, other := h.solved(v1), h.solved(v2)
		token, foreign := h.token(id), h.token(other)
		for _, tt := range []struct {
			score   int
			comment string
		}{{0, ""}, {6, ""}, {-1, ""}, {3, strings.Repeat("ü", 2001)}, {3, "a\x00b"}, {3, "\xff"}} {
			h.answer(token, tt.score, tt.comment, fault.Invalid)
		}
		idPart, sig, _ := strings.Cut(token, ".")
		_, foreignSig, _ := strings.Cut(foreign, ".")
		for i := range token {
			flipped := []byte(token)
			flipped[i] ^= 1
			h.answer(string(flipped), 5, "", fault.NotFound)
		}
		for _, bad := range []string{"", ".", idPart, idPart + ".", "." + sig, idPart + "." + foreignSig, sig + "." + idPart, token + "A", token + "=",
			idPart + "." + strings.Repeat("A", 43), strings.Repeat("A", 5000), id.String()} {
			h.answer(bad, 5, "", fault.NotFound)
			if _, err := h.s.Look(t.Context(), bad); fault.KindOf(err) != fault.NotFound {
				t.Errorf("look at %q: %v", bad, err)
			}
		}
		h.wantKinds(id, "decided", "asked")
		h.clock.Advance(31 * 24 * time.Hour)
		h.answer(token, 5, "", fault.Closed)
		if h.state(token) != surveys.StateEnded {
			t.Errorf("state = %s", h.state(token))
		}
	})
}

func TestReopenTakesTheSurveyBack(t *testing.T) {
	eachHouse(t, func(t *testing.T, h *house) {
		id := h.solved(h.visitor())
		token := h.token(id)
		h.reopen(id)
		h.answer(token, 5, "", fault.Closed) // before the consumer has seen it
		if h.token(id) != "" {
			t.Error("the survey of an open ticket still waits")
		}
		h.run()
		h.wantKinds(id, "decided", "asked", "withdrawn")
		if h.state(token) != surveys.StateWithdrawn {
			t.Errorf("state = %s", h.state(token))
		}
		h.clock.Advance(time.Hour)
		h.resolve(id)
		h.run()
		h.wantReasons("resolved again", id, surveys.Asked, surveys.Asked)
		second := h.token(id)
		h.answer(token, 5, "", fault.Closed)
		h.answer(second, 5, "", "")
		h.reopen(id)
		h.run()
		h.wantKinds(id, "decided", "asked", "withdrawn", "decided", "asked", "answered")
		h.resolve(id)
		h.run()
		h.wantReasons("rated before", id, surveys.Asked, surveys.Asked, surveys.Answered)
	})
}

func TestReasonsNotToAsk(t *testing.T) {
	eachHouse(t, func(t *testing.T, h *house) {
		ctx := t.Context()
		silent := h.chat(h.visitor())
		h.resolve(silent)
		h.run()
		h.wantReasons("no human reply", silent, surveys.NoHumanReply)

		v := h.visitor()
		first, second := h.solved(v), h.solved(v)
		h.wantReasons("first", first, surveys.Asked)
		h.wantReasons("while one is open", second, surveys.AlreadyOpen)
		h.answer(h.token(first), 5, "", "")
		third := h.solved(v)
		h.wantReasons("within the cooldown", third, surveys.Cooldown)
		h.clock.Advance(30*24*time.Hour - time.Second)
		h.wantReasons("a second early", h.solved(v), surveys.Cooldown)
		h.clock.Advance(time.Second)
		h.wantReasons("after the cooldown", h.solved(v), surveys.Asked)

		v = h.visitor()
		yes := true
		_, err := h.people.ChangeCustomer(ctx, h.agent, v.CustomerID, tickets.CustomerPatch{Blocked: &yes})
		h.must(err)
		h.wantReasons("blocked", h.solved(v), surveys.Blocked)

		late := h.chat(h.visitor())
		h.reply(h.agent, late)
		h.resolve(late)
		h.clock.Advance(time.Second)
		h.reopen(late)
		h.run()
		h.wantReasons("reopened before anybody looked", late, surveys.Reopened)
		h.wantKinds(late, "decided")

		nobody, err := h.people.EnsureCustomer(ctx, h.agent, tickets.CustomerIn{ExternalID: "u9"})
		h.must(err)
		program := events.Actor{Kind: events.Customer, ID: nobody.ID, Token: 1}
		out, err := h.store.Post(ctx, tickets.PostIn{By: program, Sender: tickets.TokenSender(1),
			Open:       &tickets.OpenIn{Inbox: h.inbox.ID, Customer: nobody.ID, Channel: tickets.API},
			NewMessage: tickets.NewMessage{ClientID: uuid.NewString(), Body: "Hello"}})
		h.must(err)
		h.reply(h.agent, out.Ticket)
		h.resolve(out.Ticket)
		h.run()
		h.wantReasons("neither browser nor address", out.Ticket, surveys.Unreachable)

		_, err = h.people.ChangeInbox(ctx, h.agent, h.inbox.ID, tickets.InboxPatch{CSAT: &tickets.CSATPolicy{}})
		h.must(err)
		h.wantReasons("disabled", h.solved(h.visitor()), surveys.Disabled)
		_, err = h.people.ChangeInbox(ctx, h.agent, h.inbox.ID, tickets.InboxPatch{CSAT: &tickets.CSATPolicy{Enabled: true, CooldownDays: 2}})
		h.must(err)
		v = h.visitor()
		h.answer(h.token(h.solved(v)), 1, "", "")
		h.clock.Advance(48 * time.Hour)
		h.wantReasons("the inbox's own cooldown", h.solved(v), surveys.Asked)
	})
}

func TestBudgetFollowsThePerson(t *testing.T) {
	eachHouse(t, func(t *testing.T, h *house) {
		a, b := h.visitor(), h.visitor()
		first := h.solved(a)
		h.answer(h.token(first), 5, "", "")
		_, err := h.people.MergeCustomers(t.Context(), h.agent, b.CustomerID, a.CustomerID)
		h.must(err)
		h.wantReasons("asked under the other row", h.solved(b), surveys.Cooldown)
	})
}

func TestDecisionsSurviveAReplay(t *testing.T) {
	eachHouse(t, func(t *testing.T, h *house) {
		id := h.solved(h.visitor())
		h.must(h.log.Write(t.Context(), events.Unit{By: events.SystemActor}, func(ctx context.Context, tx *events.Tx) error {
			_, err := tx.NewRaw(`UPDATE cursors SET pos = 0 WHERE name = 'surveys'`).Exec(ctx)
			return err
		}))
		h.run()
		h.wantKinds(id, "decided", "asked")
	})
}

func TestImportedSurveys(t *testing.T) {
	eachHouse(t, func(t *testing.T, h *house) {
		id := h.chat(h.visitor())
		h.reply(h.agent, id)
		h.resolve(id)
		asked := h.log.Now()
		h.clock.Advance(time.Hour)
		past := []surveys.Past{{Ticket: id, AskedAt: asked, AnsweredAt: asked.Add(time.Minute), Score: 3, Comment: "ok"}}
		for range 2 {
			h.must(h.s.Import(t.Context(), past))
		}
		h.wantKinds(id, "asked", "answered")
		list, err := h.s.Of(t.Context(), id)
		h.must(err)
		if len(list) != 1 || list[0].Score != 3 || list[0].Comment != "ok" || list[0].AnsweredAt != asked.Add(time.Minute) || list[0].Agent != h.agent.ID {
			t.Errorf("surveys = %+v", list)
		}
		h.run()
		h.wantReasons("rated elsewhere", id, surveys.Answered)
		bad := []surveys.Past{{Ticket: h.chat(h.visitor()), AskedAt: 1, AnsweredAt: 2, Score: 9}}
		if err := h.s.Import(t.Context(), bad); fault.KindOf(err) != fault.Invalid {
			t.Errorf("score 9: %v", err)
		}
	})
}

func TestOneFirstAnswer(t *testing.T) {
	eachHouse(t, func(t *testing.T, h *house) {
		id := h.solved(h.visitor())
		token := h.token(id)
		var wg sync.WaitGroup
		for i := range 10 {
			wg.Go(func() { h.answer(token, 1+i%5, "", "") })
		}
		wg.Wait()
		first := 0
		for _, e := range eventstest.All(t, h.log) {
			c, err := h.log.Decode(&e)
			h.must(err)
			if a, ok := c.(feedback.SurveyAnswered); ok && !a.Changed {
				first++
			}
		}
		list, err := h.s.Of(t.Context(), id)
		h.must(err)
		if first != 1 || len(list) != 1 {
			t.Errorf("%d first answers and %d rows, want one each", first, len(list))
		}
	})
}
