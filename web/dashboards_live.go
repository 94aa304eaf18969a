package web

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strconv"

	"heard/chat"
	"heard/feedback/rollups"
	"heard/tickets"
	"heard/tickets/events"
)

// now is what goes on at this moment, in the part of the desk that a caller sees.
type now struct {
	at     events.Time
	snap   *tickets.Snapshot
	rights tickets.Caller
	counts []tickets.StandingCount
	loads  map[events.ID]tickets.AgentLoad
	taken  map[events.ID]int // places for chats
	agents []tickets.Agent
}

// live is the page of this moment: who waits, what is open, who is there.
func (s *Server) live(ctx context.Context) (*rollups.Dashboard, error) {
	n := now{at: s.events.Now(), rights: callerOf(ctx).rights}
	var err error
	if n.snap, err = s.people.Directory().Snapshot(ctx); err != nil {
		return nil, err
	}
	if n.counts, err = s.store.StandingCounts(ctx, tickets.TicketScope(n.rights)); err != nil {
		return nil, err
	}
	if n.loads, err = s.store.Loads(ctx); err != nil {
		return nil, err
	}
	n.taken = chat.Taken(n.snap, n.loads)
	if n.agents, err = s.people.Agents(ctx); err != nil {
		return nil, err
	}
	n.agents = slices.DeleteFunc(n.agents, func(a tickets.Agent) bool { return a.DisabledAt != 0 || !n.seesAgent(&a) })
	cal, err := s.rollups.Calendar(ctx)
	if err != nil {
		return nil, err
	}
	day := cal.DayOf(n.at)
	return &rollups.Dashboard{Page: livePage, From: day, To: day, Time: "calendar", AsOf: n.at, TimeZone: cal.Zone(cal.WeekOf(n.at)).String(),
		DefinitionVersion: tickets.DefinitionVersion, Tiles: n.tiles(), Panels: []rollups.Panel{n.byStatus(), n.byTeam(), n.byAgent()},
		Markers: []rollups.Marker{}, Notes: []string{}}, nil
}

// seesAgent is for whom the caller shares a team with, or the whole desk.
func (n *now) seesAgent(a *tickets.Agent) bool {
	return tickets.Can(n.rights, tickets.FigureRead, tickets.AtDesk) || bool(a.AllTeams) || n.rights.ToAgent(a.ID, a.Teams) < tickets.AtDesk
}

// sum adds up what some of the counts say.
func (n *now) sum(of func(c *tickets.StandingCount) bool) (t tickets.StandingCount) {
	for i := range n.counts {
		c := &n.counts[i]
		if !of(c) {
			continue
		}
		t.N, t.Waiting, t.Queued, t.Offered = t.N+c.N, t.Waiting+c.Waiting, t.Queued+c.Queued, t.Offered+c.Offered
		t.WaitingSince, t.QueuedSince = older(t.WaitingSince, c.WaitingSince), older(t.QueuedSince, c.QueuedSince)
	}
	return t
}

func older(a, b events.Time) events.Time {
	if a == 0 || b != 0 && b < a {
		return b
	}
	return a
}

// since tells how long something has lasted, in seconds; nil when it has not begun.
func (n *now) since(at events.Time) *rollups.Number {
	if at == 0 {
		return nil
	}
	v := rollups.Number(float64(max(0, n.at-at)) / 1000)
	return &v
}

func (n *now) tiles() []rollups.Tile {
	all := n.sum(func(*tickets.StandingCount) bool { return true })
	open := n.sum(func(c *tickets.StandingCount) bool { return c.Status == tickets.Open })
	online := 0
	for i := range n.agents {
		if n.agents[i].Availability == tickets.Online {
			online++
		}
	}
	waiting := liveHref("live", string(tickets.WaitingStanding))
	tile := func(key, label string, count int, href, note string) rollups.Tile {
		v := rollups.Number(count)
		return rollups.Tile{Figure: rollups.Key("live_" + key), Label: label, Unit: rollups.Count, Definition: liveMeanings()[key], Value: &v, N: count,
			Spark: []rollups.Spark{}, Href: href, Note: note}
	}
	longest := tile("longest", "Longest wait", all.Waiting, waiting, "nobody waits")
	longest.Unit, longest.Value = rollups.Seconds, n.since(all.WaitingSince)
	if longest.Value != nil {
		longest.Note = "of " + strconv.Itoa(all.Waiting) + " who wait"
	}
	queued := "nothing waits for an owner"
	if since := n.since(all.QueuedSince); since != nil {
		queued = "the oldest for " + rollups.TextOf(rollups.Seconds, since)
	}
	offered := map[bool]string{true: "nobody is asked", false: "an agent is asked"}[all.Offered == 0]
	return []rollups.Tile{
		tile("waiting", "Waiting now", all.Waiting, waiting, fmt.Sprintf("of %d open", open.N)),
		longest,
		tile("queued", "In a queue", all.Queued, liveHref("live", string(tickets.QueuedStanding)), queued),
		tile("offered", "Offered", all.Offered, liveHref("live", string(tickets.OfferedStanding)), offered),
		tile("open", "Open", open.N, liveHref("live", string(tickets.AnyStanding), "status", "open"), fmt.Sprintf("of %d unresolved", all.N)),
		tile("online", "Agents online", online, "", fmt.Sprintf("of %d", len(n.agents))),
	}
}

// liveMeanings says what the figures of this moment mean, by their tile or column.
func liveMeanings() map[string]string {
	return map[string]string{
		"waiting":  "Open tickets with a message of the customer that nobody has answered. Chats that came while nobody was there are left out.",
		"longest":  "How long the customer has waited who has waited longest for an answer.",
		"queued":   "Open tickets that nobody has.",
		"offered":  "Open tickets that an agent is asked to accept at this moment.",
		"open":     "Tickets in which you owe the next move.",
		"pending":  "Tickets in which the customer owes the next move.",
		"snoozed":  "Tickets that rest until a time, or until the customer writes.",
		"online":   "Agents who take tickets now.",
		"load":     "Open tickets that the agent owns.",
		"capacity": "How many chats the agent takes at the same time.",
		"free":     "How many more chats the agent can take now; none while away or offline.",
	}
}

// liveHref is the list of tickets that stand so, as the console shows it. words are names and values in turn.
func liveHref(words ...string) string {
	href := "/tickets"
	for i := 0; i+1 < len(words); i += 2 {
		href += map[bool]string{true: "?", false: "&"}[i == 0] + words[i] + "=" + words[i+1]
	}
	return href
}

func (n *now) byStatus() rollups.Panel {
	p := rollups.Panel{ID: "standing", Definitions: liveMeanings(), Chart: rollups.Stack, Unit: rollups.Count, Rows: []rollups.Row{}, Columns: []rollups.Column{
		{Key: "channel", Label: "Channel", Role: "x"}, {Key: "open", Label: "Open", Unit: rollups.Count, Role: "y"},
		{Key: "pending", Label: "Pending", Unit: rollups.Count, Role: "y"}, {Key: "snoozed", Label: "Snoozed", Unit: rollups.Count, Role: "y"}}}
	total := map[tickets.Status]int{}
	names := map[tickets.Channel]string{tickets.Chat: "Chat", tickets.Email: "E-mail", tickets.API: "API"}
	for _, ch := range []tickets.Channel{tickets.Chat, tickets.Email, tickets.API} {
		row := rollups.Row{Cells: []any{names[ch]}, Href: liveHref("live", string(tickets.AnyStanding), "channel", string(ch))}
		sum := 0
		for _, st := range []tickets.Status{tickets.Open, tickets.Pending, tickets.Snoozed} {
			c := n.sum(func(c *tickets.StandingCount) bool { return c.Channel == ch && c.Status == st })
			row.Cells = append(row.Cells, c.N)
			total[st] += c.N
			sum += c.N
		}
		if sum > 0 {
			p.Rows = append(p.Rows, row)
		}
	}
	p.Title = fmt.Sprintf("%d open, %d pending, %d snoozed", total[tickets.Open], total[tickets.Pending], total[tickets.Snoozed])
	p.Summary = "Open: you owe the next move. Pending: the customer does. Snoozed: until a time or a message."
	if len(p.Rows) == 0 {
		p.Empty = "Nothing is open."
	}
	return p
}

func (n *now) byTeam() rollups.Panel {
	p := rollups.Panel{ID: "teams", Definitions: liveMeanings(), Chart: rollups.Table, Unit: rollups.Count, Rows: []rollups.Row{}, Columns: []rollups.Column{
		{Key: "team", Label: "Team", Role: "x"}, {Key: "waiting", Label: "Waiting", Unit: rollups.Count, Role: "y"},
		{Key: "longest", Label: "Longest wait", Unit: rollups.Seconds, Role: "y"}, {Key: "queued", Label: "In the queue", Unit: rollups.Count, Role: "y"},
		{Key: "open", Label: "Open", Unit: rollups.Count, Role: "y"}}}
	ids := []events.ID{}
	for i := range n.counts {
		if !slices.Contains(ids, n.counts[i].Team) {
			ids = append(ids, n.counts[i].Team)
		}
	}
	busiest, most := "", 0
	slices.SortFunc(ids, func(a, b events.ID) int { return cmp.Compare(n.snap.TeamName(a), n.snap.TeamName(b)) })
	for _, id := range ids {
		open := n.sum(func(c *tickets.StandingCount) bool { return c.Team == id && c.Status == tickets.Open })
		if open.N == 0 {
			continue
		}
		name := n.snap.TeamName(id)
		if open.Waiting > most {
			busiest, most = name, open.Waiting
		}
		p.Rows = append(p.Rows, rollups.Row{Cells: []any{name, open.Waiting, n.since(open.WaitingSince), open.Queued, open.N},
			Href: liveHref("live", string(tickets.AnyStanding), "status", "open", "team", id.String())})
	}
	switch {
	case len(p.Rows) == 0:
		p.Title, p.Empty = "No team has anything open", "No team has an open ticket."
	case most == 0:
		p.Title = "Nobody waits for an answer"
	default:
		p.Title = fmt.Sprintf("Most customers wait for %s: %d", busiest, most)
	}
	return p
}

func (n *now) byAgent() rollups.Panel {
	p := rollups.Panel{ID: "agents", Definitions: liveMeanings(), Chart: rollups.Table, Unit: rollups.Count, Rows: []rollups.Row{}, Columns: []rollups.Column{
		{Key: "agent", Label: "Agent", Role: "x"}, {Key: "availability", Label: "State", Role: "group"},
		{Key: "load", Label: "Open tickets", Unit: rollups.Count, Role: "y"}, {Key: "capacity", Label: "Chats at once", Unit: rollups.Count, Role: "n"},
		{Key: "free", Label: "Free places", Unit: rollups.Count, Role: "y"}, {Key: "offered", Label: "Offered", Unit: rollups.Count, Role: "y"}}}
	order := map[tickets.Availability]int{tickets.Online: 0, tickets.Away: 1, tickets.Offline: 2}
	slices.SortFunc(n.agents, func(a, b tickets.Agent) int {
		return cmp.Or(cmp.Compare(order[a.Availability], order[b.Availability]), cmp.Compare(a.Name, b.Name), cmp.Compare(a.ID, b.ID))
	})
	words := map[tickets.Availability]string{tickets.Online: "Online", tickets.Away: "Away", tickets.Offline: "Offline"}
	offline, online, free := 0, 0, 0
	for i := range n.agents {
		a := &n.agents[i]
		offered := 0
		for _, h := range n.loads[a.ID].Held {
			if h.Offered {
				offered += h.N
			}
		}
		owned, places := n.loads[a.ID].Owned(), max(0, a.Capacity-n.taken[a.ID])
		if a.Availability == tickets.Offline && owned == 0 {
			offline++
			continue
		}
		if a.Availability == tickets.Online {
			online++
			free += places
		} else {
			places = 0
		}
		p.Rows = append(p.Rows, rollups.Row{Cells: []any{a.Name, words[a.Availability], owned, a.Capacity, places, offered}})
	}
	room := strconv.Itoa(free) + " more chats"
	if free == 1 {
		room = "1 more chat"
	}
	p.Title = strconv.Itoa(online) + " online, with room for " + room
	if online == 0 {
		p.Title = "Nobody is online"
	}
	if offline > 0 {
		p.Note = fmt.Sprintf("%d more are offline and have nothing open.", offline)
	}
	if len(p.Rows) == 0 {
		p.Empty = "Nobody is there, and nobody has an open ticket."
	}
	return p
}
