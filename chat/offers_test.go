package chat_test

import (
	"context"
	"slices"
	"sync"
	"testing"
	"time"

	"heard/migrations"
	"heard/migrations/dbtest"
	"heard/tickets"
	"heard/tickets/events"
	"heard/tickets/fault"
)

func ptr[T any](v T) *T { return &v }

func by(a *tickets.Agent) events.Actor { return events.Actor{Kind: events.Agent, ID: a.ID} }

// notice waits for a notice about a ticket.
func (c *client) notice(kind, ticket string) map[string]any {
	c.t.Helper()
	return c.next("notice "+kind, func(m map[string]any) bool {
		return m["type"] == "notify" && m["kind"] == kind && m["ticket"] == ticket
	})
}

// outcomes are what became of a ticket's offers.
func (r *rig) outcomes(conv string) (out []string) {
	r.t.Helper()
	id, err := events.ParseID(conv)
	r.must(err)
	list, err := r.log.Of(r.t.Context(), id, 0, 200, false)
	r.must(err)
	for i := range list {
		change, err := r.log.Decode(&list[i])
		r.must(err)
		if c, is := change.(tickets.TicketOfferEnded); is {
			out = append(out, c.Outcome)
		}
	}
	return out
}

func ticketID(t *testing.T, conv string) events.ID {
	t.Helper()
	id, err := events.ParseID(conv)
	if err != nil {
		t.Fatal(err)
	}
	return id
}

func TestAnOfferGoesRoundUntilSomebodyAccepts(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *migrations.DB) {
		r := newRig(t, db, nil)
		r.route(tickets.RoutingPatch{OfferS: ptr(600)})
		ada, ben := r.agent("ada", 4), r.agent("ben", 4)
		atAda, atBen := r.console(ada), r.console(ben)
		conv, _ := r.widget(r.visitor(), nil).send("", "help")
		id := ticketID(t, conv)
		if f := atAda.notice("offer", conv); f["until"] == nil {
			t.Errorf("offer = %v", f)
		}
		loads, err := r.store.Loads(t.Context())
		r.must(err)
		if l := loads[ada.ID]; len(l.Held) != 1 || !l.Held[0].Offered || l.Owned() != 0 {
			t.Errorf("while the offer stands ada's load is %+v", l)
		}
		if _, err := r.store.Accept(t.Context(), by(ben), id); fault.KindOf(err) != fault.Conflict {
			t.Errorf("ben accepts what is offered to ada: %v", err)
		}
		if _, err := r.store.Decline(t.Context(), by(ada), id, "because"); fault.KindOf(err) != fault.Invalid {
			t.Errorf("a made-up reason: %v", err)
		}
		_, err = r.store.Decline(t.Context(), by(ada), id, "skill")
		r.must(err)
		if f := atAda.notice("offer_ended", conv); f["outcome"] != tickets.OfferDeclined {
			t.Errorf("offer ended = %v", f)
		}
		atBen.notice("offer", conv)
		late := r.console(ben) // another window of ben's learns of it too
		late.notice("offer", conv)
		_, err = r.store.Accept(t.Context(), by(ben), id)
		r.must(err)
		if _, err := r.store.Accept(t.Context(), by(ben), id); err != nil {
			t.Errorf("accepting again: %v", err)
		}
		if tk := r.owner(conv, owned); tk.AssigneeID != ben.ID || tk.OfferedTo != 0 || len(tk.Passed) != 0 {
			t.Errorf("the ticket is %s's, offered to %s, passed by %v", tk.AssigneeID, tk.OfferedTo, tk.Passed)
		}
		if got, want := r.outcomes(conv), []string{tickets.OfferDeclined, tickets.OfferAccepted}; !slices.Equal(got, want) {
			t.Errorf("outcomes = %q, want %q", got, want)
		}
		r.check()
	})
}

func TestAnOfferEndsByItself(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *migrations.DB) {
		r := newRig(t, db, nil)
		r.route(tickets.RoutingPatch{OfferS: ptr(1)})
		ada, ben := r.agent("ada", 4), r.agent("ben", 4)
		atAda, atBen := r.console(ada), r.console(ben)
		conv, _ := r.widget(r.visitor(), nil).send("", "help")
		atAda.notice("offer", conv)
		if f := atAda.notice("offer_ended", conv); f["outcome"] != tickets.OfferExpired {
			t.Errorf("unanswered, the offer ended by %v", f["outcome"])
		}
		atBen.notice("offer", conv)
		if _, err := r.store.Accept(t.Context(), by(ada), ticketID(t, conv)); fault.KindOf(err) != fault.Conflict {
			t.Errorf("ada accepts too late: %v", err)
		}
		r.check()
	})
}

func TestAnOfferIsTakenBack(t *testing.T) {
	for name, do := range map[string]func(r *rig, ada, ben *tickets.Agent, w *client, conv string) error{
		"the agent goes away": func(r *rig, ada, _ *tickets.Agent, _ *client, _ string) error {
			return r.people.SetAvailability(r.t.Context(), by(ada), ada.ID, tickets.Away, tickets.Chosen)
		},
		"the customer ends the chat": func(r *rig, _, _ *tickets.Agent, w *client, conv string) error {
			w.say(map[string]any{"type": "end", "conversation": conv})
			return nil
		},
		"a colleague takes it": func(r *rig, _, ben *tickets.Agent, _ *client, conv string) error {
			_, err := r.store.Claim(r.t.Context(), by(ben), ticketID(r.t, conv))
			return err
		},
		"it goes to another team": func(r *rig, _, ben *tickets.Agent, _ *client, conv string) error {
			team, err := r.people.CreateTeam(r.t.Context(), events.SystemActor, tickets.TeamIn{Name: "Others"})
			if err == nil {
				_, err = r.store.Assign(r.t.Context(), by(ben), ticketID(r.t, conv), tickets.To{Team: team.ID})
			}
			return err
		},
	} {
		t.Run(name, func(t *testing.T) {
			r := newRig(t, dbtest.SQLite(t), nil)
			r.route(tickets.RoutingPatch{OfferS: ptr(600)})
			ada, ben := r.agent("ada", 4), r.agent("ben", 4)
			atAda := r.console(ada)
			w := r.widget(r.visitor(), nil)
			conv, _ := w.send("", "help")
			atAda.notice("offer", conv)
			r.must(do(r, ada, ben, w, conv))
			if f := atAda.notice("offer_ended", conv); f["outcome"] != tickets.OfferWithdrawn {
				t.Errorf("the offer ended by %v", f["outcome"])
			}
			r.check()
		})
	}
}

func TestWhoAsksForTheNextOneGetsOneEach(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *migrations.DB) {
		r := newRig(t, db, nil)
		r.route(tickets.RoutingPatch{Strategy: ptr(tickets.Manual)})
		ada, ben := r.agent("ada", 1), r.agent("ben", 1)
		r.console(ada)
		r.console(ben)
		const waiting = 12
		for range waiting {
			r.widget(r.visitor(), nil).send("", "help")
		}
		var wg sync.WaitGroup
		var mu sync.Mutex
		got := map[events.ID]int{}
		refused := 0
		for i := range waiting + 2 { // two ask for what is not there
			wg.Go(func() {
				id, err := r.hub.Next(context.Background(), by([]*tickets.Agent{ada, ben}[i%2]), r.team)
				mu.Lock()
				defer mu.Unlock()
				switch fault.KindOf(err) {
				case "":
					got[id]++
				case fault.NotFound:
					refused++
				default:
					t.Errorf("next: %v", err)
				}
			})
		}
		wg.Wait()
		if len(got) != waiting || refused != 2 {
			t.Errorf("%d tickets were given out and %d refused, want %d and 2: %v", len(got), refused, waiting, got)
		}
		r.check()
	})
}

func TestSkillsBindAndRelax(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *migrations.DB) {
		r := newRig(t, db, nil)
		r.route(tickets.RoutingPatch{RelaxAfterS: ptr(600), SkillRules: &[]tickets.SkillRule{
			{Source: tickets.FromField, Key: "about", Value: "bill*", Skill: "billing", Required: true}}})
		ada, ben := r.agent("ada", 4), r.agent("ben", 4)
		_, err := r.people.ChangeAgent(t.Context(), events.SystemActor, ben.ID, tickets.AgentPatch{Skills: &[]string{"Billing"}})
		r.must(err)
		r.console(ada)
		open := func(about string) string {
			c, err := r.people.EnsureCustomer(t.Context(), events.SystemActor, tickets.CustomerIn{Email: about + "@example.com"})
			r.must(err)
			out, err := r.store.Open(t.Context(), events.Actor{Kind: events.Customer, ID: c.ID}, tickets.OpenIn{Inbox: r.inbox.ID,
				Customer: c.ID, Channel: tickets.Chat, Fields: map[string]string{"about": about}})
			r.must(err)
			return out.Ticket.String()
		}
		bill, other := open("bills"), open("lamps")
		if tk := r.owner(other, owned); tk.AssigneeID != ada.ID {
			t.Errorf("the lamp went to %s", tk.AssigneeID)
		}
		if tk := r.owner(bill, func(*tickets.Listed) bool { return true }); tk.AssigneeID != 0 {
			t.Errorf("the bill went to %s, who cannot do it", tk.AssigneeID)
		}
		r.route(tickets.RoutingPatch{RelaxAfterS: ptr(1)}) // time alone finds somebody now
		if tk := r.owner(bill, owned); tk.AssigneeID != ada.ID {
			t.Errorf("relaxed, the bill went to %s", tk.AssigneeID)
		}
		r.route(tickets.RoutingPatch{RelaxAfterS: ptr(600)})
		another := open("billing")
		r.console(ben)
		if tk := r.owner(another, owned); tk.AssigneeID != ben.ID {
			t.Errorf("the second bill went to %s", tk.AssigneeID)
		}
		r.check()
	})
}

func TestWhoSpeaksTheLanguage(t *testing.T) {
	r := newRig(t, dbtest.SQLite(t), nil)
	r.route(tickets.RoutingPatch{SkillRules: &[]tickets.SkillRule{{Source: tickets.FromLanguage, Value: "de", Skill: "lang:de"}}})
	ada, ben := r.agent("ada", 4), r.agent("ben", 4)
	_, err := r.people.ChangeAgent(t.Context(), events.SystemActor, ben.ID, tickets.AgentPatch{Skills: &[]string{"lang:de"}})
	r.must(err)
	r.console(ada)
	r.console(ben)
	for _, tt := range []struct {
		list string
		want events.ID
	}{
		{"de-AT,de;q=0.9,en;q=0.8", ben.ID}, // ada would be next
		{"de", ben.ID},
		{"d<e>", ada.ID}, // idle for longer than ben
	} {
		out, err := r.people.StartVisitor(t.Context(), tickets.StartIn{Inbox: r.inbox.Key, Language: tt.list})
		r.must(err)
		conv, _ := r.widget(out.Token, nil).send("", "help")
		tk := r.owner(conv, owned)
		if tk.AssigneeID != tt.want {
			t.Errorf("%q went to %s, want %s", tt.list, tk.AssigneeID, tt.want)
		}
		_, err = r.store.Resolve(t.Context(), events.Actor{Kind: events.Agent, ID: tk.AssigneeID}, tk.ID) // an even start for the next
		r.must(err)
	}
}

func TestAnotherTeamHelpsOut(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *migrations.DB) {
		r := newRig(t, db, nil)
		helpers, err := r.people.CreateTeam(t.Context(), events.SystemActor, tickets.TeamIn{Name: "Second line"})
		r.must(err)
		r.route(tickets.RoutingPatch{Overflow: &[]tickets.Overflow{{Team: helpers.ID, AfterS: 1}}})
		hal, err := r.people.CreateAgent(t.Context(), events.SystemActor, tickets.AgentIn{Email: "hal@desk.test", Name: "hal",
			Role: tickets.RoleAgent, Teams: []events.ID{helpers.ID}})
		r.must(err)
		r.console(hal)
		w := r.widget(r.visitor(), nil)
		conv, _ := w.send("", "help")
		tk := r.owner(conv, owned)
		if tk.AssigneeID != hal.ID || tk.TeamID != helpers.ID || tk.Handoffs != 0 {
			t.Errorf("the ticket is %s's of team %s after %d handoffs", tk.AssigneeID, tk.TeamID, tk.Handoffs)
		}
		segs, err := r.store.Ownership(t.Context(), tk.ID)
		r.must(err)
		if len(segs) != 2 || segs[0].TeamID != r.team || segs[1].AgentID != hal.ID {
			t.Errorf("segments = %+v, want the queue of the team and then hal", segs)
		}
		if e := w.event("ticket.assigned"); e["data"].(map[string]any)["agent_name"] != "hal" {
			t.Errorf("the customer is told %v", e)
		}
		r.check()
	})
}

func TestSomeNewChatsAMinuteAndNoMore(t *testing.T) {
	r := newRig(t, dbtest.SQLite(t), nil)
	r.route(tickets.RoutingPatch{MaxNewPerMinute: ptr(2)})
	ada := r.agent("ada", 50)
	r.console(ada)
	for range 2 {
		conv, _ := r.widget(r.visitor(), nil).send("", "help")
		r.owner(conv, owned)
	}
	w := r.widget(r.visitor(), nil)
	conv, _ := w.send("", "and me")
	w.kind("queue") // the pass that promises has passed it over
	if tk := r.owner(conv, func(*tickets.Listed) bool { return true }); tk.AssigneeID != 0 {
		t.Errorf("a third chat within the minute went to %s", tk.AssigneeID)
	}
}

func TestWhatIsHandedOnDoesNotComeStraightBack(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *migrations.DB) {
		r := newRig(t, db, nil)
		ada, ben := r.agent("ada", 4), r.agent("ben", 4)
		r.console(ada)
		w := r.widget(r.visitor(), nil)
		conv, _ := w.send("", "help")
		r.owner(conv, owned)
		_, err := r.store.Handoff(t.Context(), by(ada), ticketID(t, conv), tickets.HandoffIn{To: tickets.To{Team: r.team}, Reason: "skill"})
		r.must(err)
		w.kind("queue") // routed, and nobody found
		if tk := r.owner(conv, func(*tickets.Listed) bool { return true }); tk.AssigneeID != 0 {
			t.Errorf("it came back to %s", tk.AssigneeID)
		}
		r.console(ben)
		if tk := r.owner(conv, owned); tk.AssigneeID != ben.ID {
			t.Errorf("it went to %s", tk.AssigneeID)
		}
		r.check()
	})
}

// routes waits until a node routes.
func (r *rig) routes() {
	r.t.Helper()
	for end := time.Now().Add(patience); time.Now().Before(end); time.Sleep(5 * time.Millisecond) {
		var until int64
		err := r.log.Read().NewRaw(`SELECT COALESCE(MAX(until), 0) FROM leases WHERE name = ?`, tickets.RouterLease).Scan(r.t.Context(), &until)
		r.must(err)
		if until > 0 {
			return
		}
	}
	r.t.Fatal("no node routes")
}

// Two nodes share a desk: one routes, customers and agents may be on either, and when that node leaves the other
// takes over.
func TestOneNodeOfTwoRoutes(t *testing.T) {
	dbtest.EachDSN(t, func(t *testing.T, dsn string) {
		a := newRig(t, dbtest.Open(t, dsn), nil)
		a.route(tickets.RoutingPatch{OfferS: ptr(600)})
		ada := a.agent("ada", 2)
		a.routes()
		b := a.node(dbtest.Open(t, dsn), nil)
		atB := b.console(ada)
		w := a.widget(a.visitor(), nil)
		first, _ := w.send("", "help")
		atB.notice("offer", first) // whichever node made it
		_, err := b.store.Accept(t.Context(), by(ada), ticketID(t, first))
		a.must(err)
		w.event("ticket.assigned")
		ctx, stop := context.WithTimeout(t.Context(), patience)
		a.hub.Drain(ctx, time.Millisecond)
		stop()
		second, _ := b.widget(b.visitor(), nil).send("", "and me")
		atB.notice("offer", second)
		third := b.widget(b.visitor(), nil)
		third.send("", "me too")
		if q := third.kind("queue"); q["position"] != float64(2) {
			t.Errorf("ada is full, and one is ahead: %v", q)
		}
		b.check()
	})
}
