package sim

import (
	"slices"

	"heard/chat/routing"
	"heard/tickets"
	"heard/tickets/events"
)

// online are the agents who are there, as they stand.
func (d *desk) online() []routing.Agent {
	out := make([]routing.Agent, 0, len(d.agents))
	for i := range d.agents {
		if d.since[i] != 0 {
			out = append(out, d.agents[i])
		}
	}
	return out
}

// route is one pass over the queue, as the desk makes it when something happened.
func (d *desk) route() {
	if len(d.waiting) == 0 {
		return
	}
	if !d.sorted { // the order of those who wait never changes
		d.waiting, d.sorted = routing.Order(d.waiting, d.teams), true
	}
	online := d.online()
	room := d.rooms(online)
	var again events.Time
	left := d.waiting[:0]
	for _, t := range d.waiting {
		team := d.team(t.Team)
		if !room.of(t.Channel) || team.Strategy == routing.Manual {
			left = append(left, t)
			continue
		}
		got := routing.Decide(d.now, &t, team, online)
		if got.Agent == 0 {
			left = append(left, t)
			if got.Again != 0 && (again == 0 || got.Again < again) {
				again = got.Again
			}
			continue
		}
		d.start(t, got)
		d.renew(online, got.Agent)
		room = d.rooms(online)
	}
	d.waiting = left
	d.pull(online)
	if again != 0 && (d.again == 0 || again < d.again) {
		d.again = again
		d.plan(again, looks, 0)
	}
}

// renew puts an agent's new load into the list that decisions are made from.
func (d *desk) renew(online []routing.Agent, id events.ID) {
	at := slices.IndexFunc(online, func(a routing.Agent) bool { return a.ID == id })
	online[at] = d.agents[d.index[id]]
}

// rooms tells whether anybody has room at all, which saves asking for each of a long queue.
type rooms struct{ chats, letters bool }

func (r rooms) of(c tickets.Channel) bool {
	if c == tickets.Chat {
		return r.chats
	}
	return r.letters
}

func (d *desk) rooms(online []routing.Agent) rooms {
	var r rooms
	for i := range online {
		r.chats = r.chats || online[i].Room(d.light, tickets.Chat)
		r.letters = r.letters || online[i].Room(d.light, tickets.Email)
		if r.chats && r.letters {
			break
		}
	}
	return r
}

// lightest is a team with the least weights of all.
func lightest(teams []routing.Team) *routing.Team {
	least := map[tickets.Channel]float64{}
	for _, c := range []tickets.Channel{tickets.Chat, tickets.Email} {
		least[c] = (&routing.Team{}).Weight(c)
		for i := range teams {
			least[c] = min(least[c], teams[i].Weight(c))
		}
	}
	return &routing.Team{Weights: least}
}

// pull lets the agents of manual teams ask for tickets as long as they have room: the longest idle first.
func (d *desk) pull(online []routing.Agent) {
	for i := range d.c.Teams {
		team := &d.c.Teams[i]
		for team.Strategy == routing.Manual && d.pullOne(team, online) {
		}
	}
}

func (d *desk) pullOne(team *routing.Team, online []routing.Agent) bool {
	by := slices.Clone(online)
	slices.SortStableFunc(by, func(a, b routing.Agent) int { return int(a.LastAssigned - b.LastAssigned) })
	for i := range by {
		if !slices.Contains(by[i].Teams, team.ID) {
			continue
		}
		t, got, ok := routing.Pull(d.now, by[i].ID, team, d.waiting, online)
		if !ok || !by[i].Room(team, t.Channel) {
			continue
		}
		d.waiting = slices.DeleteFunc(d.waiting, func(w routing.Ticket) bool { return w.ID == t.ID })
		d.start(t, got)
		d.renew(online, by[i].ID)
		return true
	}
	return false
}
