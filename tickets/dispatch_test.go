package tickets_test

import (
	"context"
	"errors"
	"slices"
	"sync"
	"testing"
	"time"

	"heard/migrations"
	"heard/migrations/dbtest"
	"heard/tickets"
	"heard/tickets/events"
	"heard/tickets/events/eventstest"
	"heard/tickets/fault"
)

// Two nodes route the same queue at once, each from a picture that the other makes old: nobody gets more than it has
// room for, and no ticket is given out twice.
func TestTwoRoutersNeverGiveTooMuch(t *testing.T) {
	dbtest.EachDSN(t, func(t *testing.T, dsn string) {
		d := newDesk(t, dbtest.Open(t, dsn))
		other := tickets.NewStore(eventstest.Open(t, dbtest.Open(t, dsn), events.Options{Vocabulary: tickets.Changes(), Settle: tickets.Settle}))
		const capacity = 3
		var ids []events.ID
		for range 20 {
			ids = append(ids, d.start(cus))
		}
		doors := []*tickets.Dispatcher{d.door(), other.Dispatcher(1)}
		given := map[events.ID]int{}
		var mu sync.Mutex
		var wg sync.WaitGroup
		for i := range 8 {
			wg.Go(func() {
				for n := range ids {
					id := ids[(n+5*i)%len(ids)] // each begins elsewhere, so that they do not meet at the tickets
					agent := events.ID(1 + (n+i)%2)
					c := tickets.Choice{Ticket: id, Team: team1, Why: tickets.TicketRouted{Agent: agent, Rule: "balanced"},
						Fits: func(l tickets.AgentLoad) bool { return held(l) < capacity }}
					if n%3 == 0 {
						c.Until = d.log.Now().Add(time.Hour)
					}
					done, err := doors[i%2].Carry(context.Background(), c)
					if err != nil {
						t.Errorf("carry: %v", err)
						return
					}
					if done {
						mu.Lock()
						given[id]++
						mu.Unlock()
					}
				}
			})
		}
		wg.Wait()
		loads, err := d.Loads(t.Context())
		d.must(err)
		if held(loads[1]) != capacity || held(loads[2]) != capacity || len(given) != 2*capacity {
			t.Errorf("loads %+v after %d were given out; want %d for each", loads, len(given), capacity)
		}
		for id, n := range given {
			if n != 1 {
				t.Errorf("ticket %s was given out %d times", id, n)
			}
		}
		d.check()
	})
}

// held is all that counts: what the agent has, and what it is offered.
func held(l tickets.AgentLoad) int {
	n := 0
	for _, h := range l.Held {
		n += h.N
	}
	return n
}

func TestARouterThatLostItsLeaseWritesNothing(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *migrations.DB) {
		d := newDesk(t, db)
		d.door()
		id := d.start(cus)
		late := d.Dispatcher(7)
		fits := func(tickets.AgentLoad) bool { return true }
		_, carried := late.Carry(t.Context(), tickets.Choice{Ticket: id, Team: team1, Why: tickets.TicketRouted{Agent: 1}, Fits: fits})
		for what, err := range map[string]error{
			"carry":   carried,
			"end":     late.EndOffer(t.Context(), id, 1),
			"promise": late.Promise(t.Context(), []tickets.Promised{{Ticket: id, WaitPromised: tickets.WaitPromised{Team: team1, Position: 1}}}),
		} {
			if !errors.Is(err, events.ErrFenced) {
				t.Errorf("%s: %v, want %v", what, err, events.ErrFenced)
			}
		}
		wantKinds(t, d.kinds(id), "ticket.opened", "message.posted")
	})
}

// An offer that is accepted the moment it expires ends once: by the one or by the other.
func TestAcceptingRacesWithExpiry(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *migrations.DB) {
		d := newDesk(t, db)
		door := d.door()
		fits := func(tickets.AgentLoad) bool { return true }
		for range 10 {
			id := d.start(cus)
			until := d.log.Now().Add(time.Minute)
			done, err := door.Carry(t.Context(), tickets.Choice{Ticket: id, Team: team1, Until: until, Fits: fits,
				Why: tickets.TicketRouted{Agent: 1, Rule: "balanced", Strategy: tickets.Balanced}})
			if err != nil || !done {
				t.Fatalf("offer: %t, %v", done, err)
			}
			var wg sync.WaitGroup
			var accepted error
			wg.Go(func() { _, accepted = d.Accept(context.Background(), ann, id) })
			wg.Go(func() { d.clock.Advance(time.Minute) })
			wg.Go(func() {
				if err := door.EndOffer(context.Background(), id, 1); err != nil {
					t.Errorf("end: %v", err)
				}
			})
			wg.Wait()
			row := d.row(id)
			ends := 0
			for _, kind := range d.kinds(id) {
				if kind == "ticket.offer_ended" {
					ends++
				}
			}
			switch fault.KindOf(accepted) {
			case "":
				if row.AssigneeID != 1 {
					t.Errorf("accepted, and %s has it", row.AssigneeID)
				}
			case fault.Conflict:
				if row.AssigneeID != 0 || row.OfferedTo != 0 {
					t.Errorf("refused, and %s has it, offered to %s", row.AssigneeID, row.OfferedTo)
				}
			default:
				t.Errorf("accept: %v", accepted)
			}
			if ends != 1 || row.OfferedTo != 0 {
				t.Errorf("the offer ended %d times: %v", ends, d.kinds(id))
			}
			d.must(resolves(ann)(d, id))
		}
		d.check()
	})
}

func TestAnExpiredOfferIsDatedThen(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *migrations.DB) {
		d := newDesk(t, db)
		door := d.door()
		id := d.start(cus)
		until := d.log.Now().Add(20 * time.Second)
		_, err := door.Carry(t.Context(), tickets.Choice{Ticket: id, Team: team1, Until: until, Fits: func(tickets.AgentLoad) bool { return true },
			Why: tickets.TicketRouted{Agent: 1}})
		d.must(err)
		d.clock.Advance(time.Hour)
		d.say(ben, id, "I take it") // nobody had noticed the end
		evs, err := d.log.Of(t.Context(), id, 0, 100, false)
		d.must(err)
		i := slices.IndexFunc(evs, func(e events.Event) bool { return e.Kind == "ticket.offer_ended" })
		if i < 0 || evs[i].At != until || evs[i].By.Kind != events.System {
			t.Errorf("events = %+v, want the end of the offer at %s", evs, until)
		}
		if row := d.row(id); row.AssigneeID != 2 || len(row.Passed) != 0 {
			t.Errorf("row = %s", dump(row.Ticket))
		}
		d.check()
	})
}

func TestTheCustomersLastAgentIsKnown(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *migrations.DB) {
		d := newDesk(t, db)
		first := d.start(sam)
		d.say(ben, first, "hello")
		d.clock.Advance(time.Minute)
		ended := d.log.Now()
		d.must(resolves(ben)(d, first))
		d.clock.Advance(days(2))
		second, stranger := d.start(sam), d.start(cus)
		queue, err := d.Queue(t.Context())
		d.must(err)
		got := map[events.ID]tickets.Waiting{}
		for _, w := range queue {
			got[w.Ticket] = w
		}
		if w := got[second]; w.LastOwner != 2 || w.LastOwnedAt != ended {
			t.Errorf("the customer's last agent is %s until %s, want 2 until %s", w.LastOwner, w.LastOwnedAt, ended)
		}
		if w := got[stranger]; w.LastOwner != 0 || w.LastOwnedAt != 0 {
			t.Errorf("a stranger's last agent is %s", w.LastOwner)
		}
	})
}

func TestSkillRules(t *testing.T) {
	w := &tickets.Waiting{Fields: map[string]string{"plan": "Gold"}, Topic: 7, TagNames: []string{"VIP"}, Language: "de-AT",
		Page: "https://shop.example/checkout/pay"}
	for _, tt := range []struct {
		rule tickets.SkillRule
		want bool
	}{
		{tickets.SkillRule{Source: tickets.FromLanguage, Value: "de"}, true},
		{tickets.SkillRule{Source: tickets.FromLanguage, Value: "de_at"}, true},
		{tickets.SkillRule{Source: tickets.FromLanguage, Value: "d"}, false},
		{tickets.SkillRule{Source: tickets.FromField, Key: "plan", Value: "gold"}, true},
		{tickets.SkillRule{Source: tickets.FromField, Key: "plan", Value: "silver"}, false},
		{tickets.SkillRule{Source: tickets.FromField, Key: "other", Value: "*"}, false},
		{tickets.SkillRule{Source: tickets.FromTopic, Value: "7"}, true},
		{tickets.SkillRule{Source: tickets.FromTag, Value: "vip"}, true},
		{tickets.SkillRule{Source: tickets.FromTag, Value: "vi*"}, false},
		{tickets.SkillRule{Source: tickets.FromPage, Value: "*/checkout/*"}, true},
		{tickets.SkillRule{Source: tickets.FromPage, Value: "*/checkout"}, false},
		{tickets.SkillRule{Source: tickets.FromPage, Value: "https://shop.example/*pay"}, true},
	} {
		tt.rule.Skill, tt.rule.Required = "x", true
		r := tickets.Routing{SkillRules: []tickets.SkillRule{tt.rule, {Source: tickets.FromTag, Value: "vip", Skill: "x"}}}
		required, preferred := r.Asks(w)
		if got := slices.Equal(required, []string{"x"}); got != tt.want || got == slices.Equal(preferred, []string{"x"}) {
			t.Errorf("%+v: required %v, preferred %v; want it to match: %t", tt.rule, required, preferred, tt.want)
		}
	}
}

func TestTheQueueKnowsLanguageAndPage(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *migrations.DB) {
		d := newDesk(t, db)
		d.must(d.log.Write(t.Context(), events.Unit{By: sys}, func(ctx context.Context, tx *events.Tx) error {
			if _, err := tx.NewRaw(`UPDATE visitors SET language = 'de-AT' WHERE id = ?`, nameless).Exec(ctx); err != nil {
				return err
			}
			return tx.Insert(ctx, "page_visits", []string{"visitor_id", "url", "at"}, [][]any{{1, "https://a.example/1", 1}, {1, "https://a.example/2", 2}})
		}))
		told, silent := d.start(cus), d.start(sam)
		queue, err := d.Queue(t.Context())
		d.must(err)
		got := map[events.ID][2]string{}
		for _, w := range queue {
			got[w.Ticket] = [2]string{w.Language, w.Page}
		}
		if got[told] != [2]string{"de-AT", "https://a.example/2"} || got[silent] != [2]string{} {
			t.Errorf("language and page = %v", got)
		}
	})
}
