package chat_test

import (
	"testing"
	"time"

	"heard/chat"
	"heard/chat/routing"
	"heard/migrations"
	"heard/migrations/dbtest"
	"heard/tickets"
	"heard/tickets/events"

	"github.com/google/uuid"
)

// owner waits until a ticket has an owner other than none and returns it.
func (r *rig) owner(conv string, fits func(*tickets.Listed) bool) *tickets.Listed {
	r.t.Helper()
	id, err := events.ParseID(conv)
	r.must(err)
	for end := time.Now().Add(patience); time.Now().Before(end); time.Sleep(5 * time.Millisecond) {
		tk, err := r.store.Ticket(r.t.Context(), id)
		r.must(err)
		if fits(tk) {
			return tk
		}
	}
	r.t.Fatalf("ticket %s did not get there", conv)
	return nil
}

func owned(tk *tickets.Listed) bool { return tk.AssigneeID != 0 }

func TestLeastLoadedThenLongestIdle(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *migrations.DB) {
		r := newRig(t, db, nil)
		ada, ben := r.agent("ada", 4), r.agent("ben", 2)
		r.console(ada)
		r.console(ben)
		got := map[events.ID]int{}
		for range 6 { // everything that both can hold
			conv, _ := r.widget(r.visitor(), nil).send("", "help")
			got[r.owner(conv, owned).AssigneeID]++
		}
		if got[ada.ID] != 4 || got[ben.ID] != 2 {
			t.Errorf("ada has %d, ben has %d; want 4 and 2", got[ada.ID], got[ben.ID])
		}
		waits := r.widget(r.visitor(), nil)
		conv, _ := waits.send("", "me too")
		q := waits.kind("queue")
		if q["position"] != float64(1) || len(q["wait_s"].([]any)) != 2 {
			t.Errorf("queue = %v", q)
		}
		// Somebody gets free: the next one is taken at once.
		list, _, err := r.store.Tickets(t.Context(), tickets.Filter{View: tickets.ViewMine, Agent: ben.ID})
		r.must(err)
		_, err = r.store.Resolve(t.Context(), events.Actor{Kind: events.Agent, ID: ben.ID}, list[0].ID)
		r.must(err)
		if tk := r.owner(conv, owned); tk.AssigneeID != ben.ID {
			t.Errorf("the free agent is ben, but %d got it", tk.AssigneeID)
		}
		r.check()
	})
}

func TestLettersDoNotKeepChatsWaiting(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *migrations.DB) {
		r := newRig(t, db, nil)
		r.route(tickets.RoutingPatch{Weights: &tickets.Weights{Chat: 1, Letter: 1}})
		ada := r.agent("ada", 2)
		var letters []events.ID
		for range 3 {
			letters = append(letters, r.letter())
		}
		r.console(ada)
		for _, id := range letters[:2] { // as many as ada can hold
			r.owner(id.String(), owned)
		}
		chat, _ := r.widget(r.visitor(), nil).send("", "quick question")
		if tk := r.owner(chat, owned); tk.AssigneeID != ada.ID {
			t.Errorf("the chat went to %d", tk.AssigneeID)
		}
		queue, err := r.store.Queue(t.Context())
		if err != nil || len(queue) != 1 || queue[0].Ticket != letters[2] {
			t.Errorf("the queue is %v (%v), want the third letter", queue, err)
		}
	})
}

// route changes how the default team's queue is handed out.
func (r *rig) route(in tickets.RoutingPatch) {
	r.t.Helper()
	_, err := r.people.ChangeTeam(r.t.Context(), events.SystemActor, r.team, tickets.TeamPatch{Routing: in})
	r.must(err)
}

// letter opens a ticket that is no chat.
func (r *rig) letter() events.ID {
	r.t.Helper()
	c, err := r.people.EnsureCustomer(r.t.Context(), events.SystemActor, tickets.CustomerIn{Email: "letter@example.com"})
	r.must(err)
	out, err := r.store.Post(r.t.Context(), tickets.PostIn{By: events.Actor{Kind: events.Customer, ID: c.ID}, Sender: "t1",
		Open:       &tickets.OpenIn{Inbox: r.inbox.ID, Customer: c.ID, Channel: tickets.API},
		NewMessage: tickets.NewMessage{ClientID: uuid.NewString(), Body: "no hurry"}})
	r.must(err)
	return out.Ticket
}

func TestWhoComesIsToldThePlaceAndNobodyElse(t *testing.T) {
	r := newRig(t, dbtest.SQLite(t), nil)
	token := r.visitor()
	first := r.widget(token, nil)
	first.send("", "anybody?")
	first.kind("queue")
	var tabs []*client
	for range 20 {
		c := r.widget(token, nil)
		c.kind("queue")
		tabs = append(tabs, c)
	}
	for n, c := range append(tabs, first) {
		c.say(map[string]any{"type": "ping"})
		c.kind("pong")
		for _, m := range c.list {
			if m["type"] == "queue" && m["taken"] == nil {
				t.Errorf("connection %d was told again: %v", n, m)
			}
		}
	}
}

func TestARoutedTicketSaysWhy(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *migrations.DB) {
		r := newRig(t, db, nil)
		console := r.console(r.agent("ada", 4))
		conv, _ := r.widget(r.visitor(), nil).send("", "help")
		r.owner(conv, owned)
		console.say(map[string]any{"type": "watch", "ticket": conv, "after": 0})
		why := console.event("ticket.routed")["data"].(map[string]any)
		if why["rule"] != string(routing.ByBalance) || len(why["candidates"].([]any)) != 1 {
			t.Errorf("routed = %v", why)
		}
	})
}

func TestAnAbsentAgentsTicketsGoBack(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *migrations.DB) {
		r := newRig(t, db, func(o *chat.Options) { o.Grace = 50 * time.Millisecond })
		ada, ben := r.agent("ada", 4), r.agent("ben", 4)
		console := r.console(ada)
		w := r.widget(r.visitor(), nil)
		conv, _ := w.send("", "help")
		r.owner(conv, owned)
		r.console(ben)
		console.end()
		tk := r.owner(conv, func(tk *tickets.Listed) bool { return tk.AssigneeID == ben.ID })
		if tk.Handoffs != 1 {
			t.Errorf("handoffs = %d, want 1", tk.Handoffs)
		}
		a, err := r.people.Agent(t.Context(), ada.ID)
		r.must(err)
		if a.Availability != tickets.Offline || a.Chosen != tickets.Online {
			t.Errorf("ada is %s and chose %s", a.Availability, a.Chosen)
		}
		r.console(ada) // what was chosen holds again
		a, err = r.people.Agent(t.Context(), ada.ID)
		r.must(err)
		if a.Availability != tickets.Online {
			t.Errorf("back, ada is %s", a.Availability)
		}
		r.check()
	})
}

// TestAProgramThatAnswersIsMissedToo: a program's socket that said its agent is there counts like a person's; one that
// only reads along does not, and a call over HTTP needs no connection at all.
func TestAProgramThatAnswersIsMissedToo(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *migrations.DB) {
		r := newRig(t, db, func(o *chat.Options) { o.Grace = 50 * time.Millisecond })
		ada, reader := r.agent("ada", 4), r.agent("reader", 4)
		r.must(r.people.SetAvailability(t.Context(), events.SystemActor, reader.ID, tickets.Online, tickets.Chosen))
		r.program(reader).end()
		first := r.program(ada)
		first.say(map[string]any{"type": "availability", "state": "online"})
		second := r.program(ada) // comes while the agent is there
		first.end()
		w := r.widget(r.visitor(), nil)
		conv, _ := w.send("", "help")
		r.owner(conv, func(tk *tickets.Listed) bool { return tk.AssigneeID == ada.ID || tk.AssigneeID == reader.ID })
		second.end()
		r.until("ada to go offline", func() bool { return r.availability(ada) == tickets.Offline })
		if got := r.availability(reader); got != tickets.Online {
			t.Errorf("an agent whom nobody's console stood for is %s", got)
		}
	})
}

// program connects with an API token of an agent.
func (r *rig) program(a *tickets.Agent) *client {
	r.t.Helper()
	_, secret, err := r.people.CreateToken(r.t.Context(), events.SystemActor, tickets.TokenIn{Agent: a.ID, Name: "bot"})
	r.must(err)
	f := newFrames(r.t)
	s := r.hub.Console(f, 0, "")
	c := &client{f, s.Handle, s.Closed}
	c.say(map[string]any{"type": "hello", "token": secret})
	c.kind("welcome")
	return c
}

func TestAReconnectWithinTheGracePeriodKeepsEverything(t *testing.T) {
	r := newRig(t, dbtest.SQLite(t), func(o *chat.Options) { o.Grace = time.Hour })
	ada := r.agent("ada", 4)
	console := r.console(ada)
	conv, _ := r.widget(r.visitor(), nil).send("", "help")
	r.owner(conv, owned)
	console.end()
	r.console(ada)
	if tk := r.owner(conv, owned); tk.AssigneeID != ada.ID || tk.Handoffs != 0 {
		t.Errorf("assignee %d, handoffs %d", tk.AssigneeID, tk.Handoffs)
	}
}

func TestTheLastOwnerGetsItAgain(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *migrations.DB) {
		r := newRig(t, db, nil)
		ada, ben := r.agent("ada", 4), r.agent("ben", 4)
		r.console(ada)
		w := r.widget(r.visitor(), nil)
		conv, _ := w.send("", "help")
		tk := r.owner(conv, owned)
		_, err := r.store.Post(t.Context(), tickets.PostIn{By: events.Actor{Kind: events.Agent, ID: ada.ID}, Sender: tickets.AgentSender(ada.ID),
			Ticket: tk.ID, NewMessage: tickets.NewMessage{ClientID: uuid.NewString(), Body: "done"}})
		r.must(err)
		_, err = r.store.Resolve(t.Context(), events.Actor{Kind: events.Agent, ID: ada.ID}, tk.ID)
		r.must(err)
		r.console(ben)
		another, _ := r.widget(r.visitor(), nil).send("", "load for ada or ben")
		r.owner(another, owned)
		w.send(conv, "it is not done")
		if tk := r.owner(conv, owned); tk.AssigneeID != ada.ID || tk.Reopens != 1 {
			t.Errorf("assignee %d, reopens %d", tk.AssigneeID, tk.Reopens)
		}
	})
}

func TestAChatThatWasLeftIsNoted(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *migrations.DB) {
		r := newRig(t, db, nil)
		w := r.widget(r.visitor(), nil)
		conv, _ := w.send("", "anybody there?")
		r.must(r.hub.AbandonLeft(t.Context()))
		if tk := r.owner(conv, func(*tickets.Listed) bool { return true }); tk.EndedAt != 0 {
			t.Error("a customer who was just here counts as gone")
		}
	})
}

func TestRestrictedAgentsLoseSight(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *migrations.DB) {
		r := newRig(t, db, nil)
		only := false
		team, err := r.people.CreateTeam(t.Context(), events.SystemActor, tickets.TeamIn{Name: "Billing"})
		r.must(err)
		eve, err := r.people.CreateAgent(t.Context(), events.SystemActor, tickets.AgentIn{Email: "eve@desk.test", Name: "eve",
			Role: tickets.RoleAgent, AllTeams: &only, Teams: []events.ID{r.team}})
		r.must(err)
		ada := r.agent("ada", 4)
		conv, _ := r.widget(r.visitor(), nil).send("", "a secret for billing")
		console := r.console(eve)
		r.owner(conv, owned)
		console.say(map[string]any{"type": "watch", "ticket": conv, "after": 0})
		console.kind("resumed")
		id, err := events.ParseID(conv)
		r.must(err)
		by := events.Actor{Kind: events.Agent, ID: ada.ID}
		_, err = r.store.Handoff(t.Context(), by, id, tickets.HandoffIn{To: tickets.To{Team: team.ID}, Reason: "billing"})
		r.must(err)
		if got := console.kind("error"); got["code"] != "not_found" {
			t.Errorf("told %v", got)
		}
		before := len(console.log(conv))
		_, err = r.store.Note(t.Context(), by, id, tickets.NoteIn{Sender: tickets.AgentSender(ada.ID),
			NewMessage: tickets.NewMessage{ClientID: uuid.NewString(), Body: "nothing for eve"}})
		r.must(err)
		console.say(map[string]any{"type": "watch", "ticket": conv})
		if got := console.kind("error"); got["code"] != "not_found" {
			t.Errorf("watch = %v", got)
		}
		if after := len(console.log(conv)); after != before {
			t.Errorf("eve was told %d events after losing sight", after-before)
		}
	})
}
