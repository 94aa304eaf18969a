package surveys_test

import (
	"math/rand/v2"
	"testing"
	"time"

	"heard/feedback/surveys"
	"heard/tickets"
	"heard/tickets/events"
	"heard/tickets/fault"
)

// On random histories, with the consumer now close behind and now far behind: every resolve has exactly one decision,
// and nobody holds two surveys that were sent within the budget's days.
func TestBudgetAndDecisionsOnRandomHistories(t *testing.T) {
	eachHouse(t, func(t *testing.T, h *house) {
		for seed := range uint64(4) {
			wander(h, rand.New(rand.NewPCG(seed, 1)))
		}
		h.run()
		checkDecisions(h)
		checkBudget(h)
	})
}

// wander does 120 random things to tickets of 5 people.
func wander(h *house, rnd *rand.Rand) {
	h.t.Helper()
	var people []tickets.Visitor
	for range 5 {
		people = append(people, h.visitor())
	}
	var ids []events.ID
	fine := func(err error) {
		h.t.Helper()
		if k := fault.KindOf(err); k != "" && k != fault.Closed && k != fault.Conflict {
			h.t.Fatal(err)
		}
	}
	for range 120 {
		if len(ids) == 0 || rnd.IntN(6) == 0 {
			id := h.chat(people[rnd.IntN(len(people))])
			if rnd.IntN(5) > 0 {
				h.reply(h.agent, id)
			}
			ids = append(ids, id)
		}
		id := ids[rnd.IntN(len(ids))]
		switch rnd.IntN(7) {
		case 0, 1, 2:
			_, err := h.store.Resolve(h.t.Context(), h.agent, id)
			fine(err)
		case 3:
			_, err := h.store.Reopen(h.t.Context(), h.agent, id)
			fine(err)
		case 4:
			if token := h.token(id); token != "" {
				h.answer(token, 1+rnd.IntN(5), "", "")
			}
		case 5:
			h.clock.Advance(time.Duration(rnd.IntN(200)) * time.Hour)
		case 6:
			h.run()
		}
	}
}

func checkDecisions(h *house) {
	h.t.Helper()
	resolves := map[[2]int64]int{}
	var pos int64
	for {
		list, err := h.log.Events(h.t.Context(), pos, 500)
		h.must(err)
		if len(list) == 0 {
			break
		}
		for i := range list {
			pos = list[i].Pos
			c, err := h.log.Decode(&list[i])
			h.must(err)
			if sc, ok := c.(tickets.StatusChanged); ok && sc.To == tickets.Resolved {
				resolves[[2]int64{int64(list[i].TicketID), list[i].Seq}] = 0
			}
		}
	}
	var rows []surveys.Decision
	h.must(h.log.Read().NewSelect().Model(&rows).Scan(h.t.Context()))
	for _, d := range rows {
		k := [2]int64{int64(d.TicketID), d.Seq}
		if _, ok := resolves[k]; !ok {
			h.t.Errorf("a decision without a resolve: %+v", d)
		}
		resolves[k]++
	}
	if len(resolves) < 50 {
		h.t.Errorf("only %d resolves: the histories test nothing", len(resolves))
	}
	for k, n := range resolves {
		if n != 1 {
			h.t.Errorf("resolve %v has %d decisions, want 1", k, n)
		}
	}
}

func checkBudget(h *house) {
	h.t.Helper()
	var sent []surveys.Invitation
	h.must(h.log.Read().NewSelect().Model(&sent).Where("withdrawn_at = 0").OrderExpr("customer_id, asked_at").Scan(h.t.Context()))
	if len(sent) < 5 {
		h.t.Errorf("only %d surveys were sent: the histories test nothing", len(sent))
	}
	for i := 1; i < len(sent); i++ {
		a, b := sent[i-1], sent[i]
		if a.CustomerID == b.CustomerID && b.AskedAt.Sub(a.AskedAt) < 30*24*time.Hour {
			h.t.Errorf("customer %s was asked at %s and again at %s", a.CustomerID, a.AskedAt, b.AskedAt)
		}
	}
}
