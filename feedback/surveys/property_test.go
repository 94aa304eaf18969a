package surveys_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"heard/feedback"
	"heard/feedback/surveys"
	"heard/tickets"
	"heard/tickets/events"
	"heard/tickets/events/eventstest"
	"heard/tickets/fault"
	"heard/tickets/jobs"
)

// On random histories (tickets resolved and reopened, customers merged, blocked and known by one address, spam, letters,
// answers, rounds, a consumer that comes late, dies and begins again): every resolve has exactly one decision, everybody
// of a segment exactly one in each round, and nobody is asked more often than the budget allows.
func TestBudgetAndDecisionsOnRandomHistories(t *testing.T) {
	eachHouse(t, func(t *testing.T, h *house) {
		h.must(h.s.SayMail(t.Context(), true))
		most := 2
		_, err := h.people.ChangeSettings(t.Context(), h.agent, tickets.SettingsPatch{SurveyMost90Days: &most})
		h.must(err)
		nps := h.survey(surveys.Survey{Name: "NPS", Kind: surveys.NPS, Trigger: surveys.OnSchedule, EveryDays: 21, Share: 40, LowScore: 6})
		h.survey(surveys.Survey{Name: "Ease", Kind: surveys.CES, Trigger: surveys.OnResolve, Channel: tickets.Chat, Share: 90, LowScore: 3, RemindDays: 3})
		var known []events.ID
		for seed := range uint64(3) {
			known = append(known, wander(h, rand.New(rand.NewPCG(seed, 1)))...)
		}
		h.clock.Advance(30 * 24 * time.Hour)
		h.must(h.s.AskDue(t.Context()))
		h.run()
		checkDecisions(h)
		checkRounds(h, nps.ID, known)
		checkBudget(h, most)
		eventstest.Check(t, h.log, nil)
	})
}

func (h *house) survey(in surveys.Survey) *surveys.Survey {
	h.t.Helper()
	s, err := h.s.Create(h.t.Context(), h.agent, in)
	h.must(err)
	return s
}

// customer is somebody with an address, known from the beginning.
func (h *house) customer(name, email string) *tickets.Customer {
	h.t.Helper()
	c, err := h.people.EnsureCustomer(h.t.Context(), h.agent, tickets.CustomerIn{ExternalID: name, Email: email})
	h.must(err)
	return c
}

// wander does 120 random things to tickets of 8 people, and returns those of them that have an address.
func wander(h *house, rnd *rand.Rand) []events.ID {
	h.t.Helper()
	w := &wanderer{h: h, rnd: rnd, tag: fmt.Sprint(rnd.Uint32())}
	for range 4 {
		v := h.visitor()
		h.must(h.people.FillUnverified(h.t.Context(), v.CustomerID, "", fmt.Sprintf("v%d@x.test", rnd.IntN(5)))) // some type the same
		w.visitors = append(w.visitors, v)
		w.rows = append(w.rows, v.CustomerID)
	}
	var known []events.ID
	for i := range 4 {
		known = append(known, h.customer(w.tag+fmt.Sprint(i), fmt.Sprintf("c%d.%s@x.test", i, w.tag)).ID)
	}
	w.rows = append(w.rows, known...)
	for range 120 {
		w.step()
	}
	return known
}

type wanderer struct {
	h        *house
	rnd      *rand.Rand
	tag      string
	visitors []tickets.Visitor
	rows     []events.ID // customers
	ids      []events.ID // tickets
}

// fine takes refusals that random acts meet.
func (w *wanderer) fine(err error) {
	w.h.t.Helper()
	if k := fault.KindOf(err); k != "" && k != fault.Closed && k != fault.Conflict && k != fault.Invalid && k != fault.NotFound {
		w.h.t.Fatal(err)
	}
}

func (w *wanderer) step() {
	h, rnd, ctx := w.h, w.rnd, w.h.t.Context()
	if len(w.ids) == 0 || rnd.IntN(6) == 0 {
		id := h.chat(w.visitors[rnd.IntN(len(w.visitors))])
		if rnd.IntN(5) > 0 {
			h.reply(h.agent, id)
		}
		w.ids = append(w.ids, id)
	}
	id := w.ids[rnd.IntN(len(w.ids))]
	row, other := w.rows[rnd.IntN(len(w.rows))], w.rows[rnd.IntN(len(w.rows))]
	switch rnd.IntN(16) {
	case 0, 1, 2, 3:
		_, err := h.store.Resolve(ctx, h.agent, id)
		w.fine(err)
	case 4:
		_, err := h.store.Reopen(ctx, h.agent, id)
		w.fine(err)
	case 5:
		if token := h.token(id); token != "" {
			_, err := h.s.Answer(ctx, token, surveys.AnswerIn{Score: 1 + rnd.IntN(5)})
			w.fine(err)
		}
	case 6:
		h.clock.Advance(time.Duration(rnd.IntN(200)) * time.Hour)
	case 7, 8:
		h.run()
	case 9:
		_, err := h.people.MergeCustomers(ctx, h.agent, row, other)
		w.fine(err)
	case 10:
		blocked := rnd.IntN(3) == 0
		_, err := h.people.ChangeCustomer(ctx, h.agent, row, tickets.CustomerPatch{Blocked: &blocked})
		w.fine(err)
	case 11:
		_, err := h.store.MarkSpam(ctx, h.agent, id, rnd.IntN(3) == 0)
		w.fine(err)
	case 12, 13:
		h.must(h.s.AskDue(ctx))
	case 14: // the consumer died, and its cursor is older than what it did
		h.must(h.log.Write(ctx, events.Unit{By: events.SystemActor}, func(ctx context.Context, tx *events.Tx) error {
			_, err := tx.NewRaw(`UPDATE cursors SET pos = pos / 2 WHERE name = 'surveys'`).Exec(ctx)
			return err
		}))
	case 15:
		h.letters()
	}
}

// letters sends the letters that are due, as far as the store still wants them.
func (h *house) letters() (sent []*surveys.Letter) {
	h.t.Helper()
	handle := func(ctx context.Context, j jobs.Job) error {
		var p surveys.Post
		if err := j.Read(&p); err != nil {
			return err
		}
		l, err := h.s.Letter(ctx, p)
		if err == nil {
			sent = append(sent, l)
		}
		return err
	}
	runner := jobs.NewRunner(h.log, map[string]jobs.Handler{surveys.MailKind: handle}, jobs.Options{Workers: 1})
	_, err := runner.Pass(h.t.Context())
	h.must(err)
	return sent
}

// resolves are the decisions that there must be, by ticket and seq.
func resolves(h *house) map[[2]int64]int {
	h.t.Helper()
	out := map[[2]int64]int{}
	for _, e := range eventstest.All(h.t, h.log) {
		c, err := h.log.Decode(&e)
		h.must(err)
		if sc, ok := c.(tickets.StatusChanged); ok && sc.To == tickets.Resolved {
			out[[2]int64{int64(e.TicketID), e.Seq}] = 0
		}
	}
	return out
}

func checkDecisions(h *house) {
	h.t.Helper()
	want := resolves(h)
	var rows []surveys.Decision
	h.must(h.log.Read().NewSelect().Model(&rows).Scan(h.t.Context()))
	for _, d := range rows {
		k := [2]int64{int64(d.TicketID), d.Seq}
		if _, ok := want[k]; !ok {
			h.t.Errorf("a decision without a resolve: %+v", d)
		}
		want[k]++
	}
	if len(want) < 30 {
		h.t.Errorf("only %d resolves: the histories test nothing", len(want))
	}
	for k, n := range want {
		if n != 1 {
			h.t.Errorf("resolve %v has %d decisions, want 1", k, n)
		}
	}
}

// checkRounds wants one decision for everybody who was there from the beginning and is not merged, in every round but
// those before the person was known.
func checkRounds(h *house, survey events.ID, known []events.ID) {
	h.t.Helper()
	list, err := h.s.RoundDecisions(h.t.Context(), survey, surveys.RoundDecision{}, 100_000)
	h.must(err)
	made := map[events.ID][]int64{}
	var newest int64
	for _, d := range list {
		made[d.CustomerID] = append(made[d.CustomerID], d.Round)
		newest = max(newest, d.Round)
	}
	if newest < 5 {
		h.t.Errorf("only %d rounds: the histories test nothing", newest)
	}
	for _, id := range known {
		c, err := h.people.Customer(h.t.Context(), id)
		h.must(err)
		if c.ID != id || c.MergedInto != 0 {
			continue
		}
		slices.Sort(made[id])
		for i, round := range made[id] {
			if round != made[id][0]+int64(i) {
				h.t.Errorf("customer %s has decisions in rounds %v: one is missing or double", id, made[id])
			}
		}
		if len(made[id]) == 0 || made[id][len(made[id])-1] != newest {
			h.t.Errorf("customer %s has decisions in rounds %v, want the newest %d among them", id, made[id], newest)
		}
	}
}

// checkBudget reads the log from its beginning and holds every asking against the budget, with identities as they
// were known at that moment.
func checkBudget(h *house, most int) {
	h.t.Helper()
	var sent []surveys.Invitation
	h.must(h.log.Read().NewSelect().Model(&sent).Scan(h.t.Context()))
	byID := map[events.ID]surveys.Invitation{}
	for _, inv := range sent {
		byID[inv.ID] = inv
	}
	into := map[events.ID]events.ID{}
	root := func(id events.ID) events.ID {
		for into[id] != 0 {
			id = into[id]
		}
		return id
	}
	var asked []surveys.Invitation
	withdrawn := map[events.ID]bool{}
	kinds := map[string]int{}
	for _, e := range eventstest.All(h.t, h.log) {
		c, err := h.log.Decode(&e)
		h.must(err)
		switch c := c.(type) {
		case tickets.CustomerMerged:
			into[c.From] = c.Into
		case feedback.SurveyWithdrawn:
			withdrawn[c.Invitation] = true
		case feedback.SurveyAsked:
			inv := byID[c.Invitation]
			kinds[inv.Kind]++
			recent := 0
			for _, was := range asked {
				same := root(was.CustomerID) == root(inv.CustomerID) || was.AddressHash != "" && was.AddressHash == inv.AddressHash
				letter := was.MailedAt != 0 && was.MailedAt <= inv.AskedAt
				if !same || withdrawn[was.ID] && !letter {
					continue
				}
				if gap := inv.AskedAt.Sub(was.AskedAt); gap < 30*24*time.Hour {
					h.t.Errorf("customer %s was asked at %s and again, as %s, at %s", was.CustomerID, was.AskedAt, inv.CustomerID, inv.AskedAt)
				} else if gap < 90*24*time.Hour {
					recent++
				}
			}
			if recent >= most {
				h.t.Errorf("customer %s was asked %d times in the 90 days before %s", inv.CustomerID, recent, inv.AskedAt)
			}
			asked = append(asked, inv)
		}
	}
	if kinds[surveys.CES] < 5 || kinds[surveys.NPS] < 5 {
		h.t.Errorf("asked %v: the histories test nothing", kinds)
	}
}
