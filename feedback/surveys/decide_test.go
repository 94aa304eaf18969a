package surveys_test

import (
	"context"
	"testing"
	"time"

	"heard/feedback/surveys"
	"heard/tickets"
	"heard/tickets/events"
	"heard/tickets/fault"

	"github.com/google/uuid"
)

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
		if revised, err := h.s.Revised(t.Context(), surveys.CSAT, 0, h.log.Now()+1); err != nil || len(revised) != 1 || revised[0].WithdrawnAt == 0 || revised[0].AnsweredAt != 0 {
			t.Errorf("revised = %+v, %v; want the survey that was taken back", revised, err)
		}
		h.resolve(id)
		h.run()
		h.wantReasons("rated before", id, surveys.Asked, surveys.Asked, surveys.Answered)
		list, err := h.s.Decisions(t.Context(), id)
		h.must(err)
		if list[0].WithdrawnAt == 0 || list[0].WithdrawnWhy != surveys.Reopened || list[1].WithdrawnAt != 0 || list[1].WithdrawnWhy != "" || list[2].WithdrawnAt != 0 {
			t.Errorf("what became of them = %+v, want the first one taken back", list)
		}
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
