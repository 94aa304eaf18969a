package chat_test

import (
	"strings"
	"testing"

	"heard/chat"
	"heard/migrations"
	"heard/migrations/dbtest"
	"heard/tickets"
	"heard/tickets/events"
	"heard/tickets/search"
)

// changedAs waits until the console is told how a ticket stands to its list.
func (c *client) changedAs(ticket string, belongs bool) map[string]any {
	c.t.Helper()
	return c.next("changed", func(m map[string]any) bool {
		row, _ := m["ticket"].(map[string]any)
		return m["type"] == "changed" && row["id"] == ticket && m["belongs"] == belongs
	})
}

func TestTheServerJudgesLists(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *migrations.DB) {
		r := newRig(t, db, func(o *chat.Options) { o.Lists = search.New(o.Log, o.Tickets, o.People.Directory(), nil) })
		ada, bob := r.agent("ada", 4), r.agent("bob", 4)
		by := events.Actor{Kind: events.Agent, ID: ada.ID}
		tagged, mine, open := r.console(ada), r.console(ada), r.console(bob)
		tagged.say(map[string]any{"type": "list", "view": "all", "filter": map[string]any{"q": "tag:vip -is:resolved"}})
		mine.say(map[string]any{"type": "list", "view": "mine"})
		open.say(map[string]any{"type": "list", "view": "all", "filter": map[string]any{"status": []string{"open"}}})
		for _, c := range []*client{tagged, mine, open} {
			c.kind("counts")
		}
		conv, _ := r.widget(r.visitor(), nil).send("", "hello")
		id, err := events.ParseID(conv)
		r.must(err)
		tagged.changedAs(conv, false)
		open.changedAs(conv, true)
		_, err = r.store.Tag(t.Context(), by, id, []string{"vip"}, nil)
		r.must(err)
		tagged.changedAs(conv, true)
		_, err = r.store.Assign(t.Context(), by, id, tickets.To{Agent: ada.ID})
		r.must(err)
		mine.changedAs(conv, true)
		_, err = r.store.Assign(t.Context(), by, id, tickets.To{Agent: bob.ID})
		r.must(err)
		mine.changedAs(conv, false)
		_, err = r.store.Resolve(t.Context(), by, id)
		r.must(err)
		tagged.changedAs(conv, false)
		open.changedAs(conv, false)
		for _, bad := range []map[string]any{
			{"type": "list", "view": "all", "filter": map[string]any{"q": "colour:red"}}, {"type": "list", "view": "saved:77"}, {"type": "list", "view": "team:77"},
		} {
			open.say(bad)
			if e := open.kind("error"); e["code"] != "invalid" && e["code"] != "not_found" {
				t.Errorf("%v: %v", bad, e)
			}
		}
		r.check()
	})
}

func TestWhoMayNotSeeATicketAnyMoreLearnsThatAlone(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *migrations.DB) {
		r := newRig(t, db, func(o *chat.Options) { o.Lists = search.New(o.Log, o.Tickets, o.People.Directory(), nil) })
		ada := r.agent("ada", 4)
		other, err := r.people.CreateTeam(t.Context(), events.SystemActor, tickets.TeamIn{Name: "Others"})
		r.must(err)
		no := false
		_, err = r.people.ChangeAgent(t.Context(), events.SystemActor, ada.ID, tickets.AgentPatch{AllTeams: &no})
		r.must(err)
		console := r.console(ada)
		console.say(map[string]any{"type": "list", "view": "all"})
		console.kind("counts")
		conv, _ := r.widget(r.visitor(), nil).send("", "the word canary")
		id, err := events.ParseID(conv)
		r.must(err)
		console.changedAs(conv, true)
		_, err = r.store.Assign(t.Context(), events.SystemActor, id, tickets.To{Team: other.ID})
		r.must(err)
		row := console.changedAs(conv, false)["ticket"].(map[string]any)
		if row["assignee"] != nil || strings.Contains(row["id"].(string), "canary") {
			t.Errorf("it is told %v", row)
		}
	})
}

// TestViewsAreStirredByWhatTheirAgentsSee: a console hears that its counts may be others when a ticket changed that it may
// see, and not when it may not. Nothing is told while nothing happens.
func TestViewsAreStirredByWhatTheirAgentsSee(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *migrations.DB) {
		r := newRig(t, db, func(o *chat.Options) { o.Lists = search.New(o.Log, o.Tickets, o.People.Directory(), nil) })
		ada, bob := r.agent("ada", 4), r.agent("bob", 4)
		other, err := r.people.CreateTeam(t.Context(), events.SystemActor, tickets.TeamIn{Name: "Others"})
		r.must(err)
		no := false
		_, err = r.people.ChangeAgent(t.Context(), events.SystemActor, bob.ID, tickets.AgentPatch{AllTeams: &no, Teams: &[]events.ID{other.ID}})
		r.must(err)
		sees, blind := r.console(ada), r.console(bob)
		sees.say(map[string]any{"type": "list", "view": "mine"}) // the ticket is not in the list on screen
		sees.kind("counts")
		conv, _ := r.widget(r.visitor(), nil).send("", "hello")
		sees.kind("views")
		for _, f := range blind.all() {
			if f["type"] == "views" {
				t.Error("bob is told of a ticket that he may not see")
			}
		}
		id, err := events.ParseID(conv)
		r.must(err)
		_, err = r.store.Assign(t.Context(), events.SystemActor, id, tickets.To{Team: other.ID})
		r.must(err)
		blind.kind("views")
		sees.kind("views")
	})
}
