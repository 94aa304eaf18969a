package chat

import (
	"context"
	"sync"
	"time"

	"heard/tickets"
	"heard/tickets/events"
)

const (
	listPace  = 250 * time.Millisecond // a ticket is told at most four times a second
	countPace = time.Second
)

// touched is what the events since the last telling say about one ticket.
type touched struct {
	agents map[events.ID]bool // who lost or got it
	teams  map[events.ID]bool
	moved  bool // ownership or status changed: it may have left the list of unassigned ones
	said   bool // the customer wrote
	got    events.ID
}

// lists tells the consoles about tickets of the list that they have on screen, and the counters of their views.
type lists struct {
	hub *Hub

	mu      sync.Mutex
	dirty   map[events.ID]*touched
	viewers map[events.ID]bool // tickets whose viewers changed
	counts  bool
	fresh   bool // a list shows other rows
	wakes   chan struct{}
}

func newLists(h *Hub) *lists {
	return &lists{hub: h, dirty: map[events.ID]*touched{}, viewers: map[events.ID]bool{}, wakes: make(chan struct{}, 1)}
}

// note remembers what an event changes in lists.
func (l *lists) note(e *events.Event) {
	l.mu.Lock()
	defer l.mu.Unlock()
	t := l.at(e.TicketID)
	switch c := e.Change.(type) {
	case tickets.TicketOpened:
		t.teams[c.Team], t.moved = true, true
	case tickets.TicketAssigned:
		t.agents[c.Agent], t.moved, t.got = true, true, c.Agent
	case tickets.TicketHandedOff:
		t.agents[c.FromAgent], t.agents[c.ToAgent], t.moved = true, true, true
		t.teams[c.FromTeam], t.teams[c.ToTeam], t.got = true, true, c.ToAgent
	case tickets.TicketUnassigned:
		t.agents[c.Agent], t.moved = true, true
	case tickets.TicketTeamChanged:
		t.teams[c.From], t.teams[c.To], t.moved = true, true, true
	case tickets.StatusChanged, tickets.TicketQueued:
		t.moved = true
	case tickets.MessagePosted:
		t.said = t.said || e.By.Kind == events.Customer
	}
	l.counts = l.counts || t.moved
	l.wake()
}

// touch has a ticket told again although no event changed it.
func (l *lists) touch(ticket events.ID) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.at(ticket)
	l.wake()
}

// look has the viewers of a ticket told to each other: gathered too, so that a thousand who come at once are told a
// few times and not a million.
func (l *lists) look(ticket events.ID) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.viewers[ticket] = true
	l.wake()
}

func (l *lists) at(ticket events.ID) *touched {
	t := l.dirty[ticket]
	if t == nil {
		t = &touched{agents: map[events.ID]bool{}, teams: map[events.ID]bool{}}
		l.dirty[ticket] = t
	}
	return t
}

func (l *lists) wake() {
	select {
	case l.wakes <- struct{}{}:
	default:
	}
}

func (l *lists) run(ctx context.Context) {
	var counted, looked, viewed time.Time
	marks := map[events.ID]bool{} // tickets whose viewers changed since lists were told
	for {
		select {
		case <-ctx.Done():
			return
		case <-l.wakes:
		}
		// Gather for a moment: latest wins.
		select {
		case <-ctx.Done():
			return
		case <-time.After(listPace):
		}
		l.mu.Lock()
		dirty, viewers, counts, fresh := l.dirty, l.viewers, l.counts, l.fresh
		l.dirty, l.viewers = map[events.ID]*touched{}, map[events.ID]bool{}
		l.mu.Unlock()
		for ticket := range viewers {
			l.hub.tellViewers(ticket)
			marks[ticket] = true
		}
		sessions := l.hub.consoles()
		if len(sessions) == 0 {
			clear(marks)
			continue
		}
		if counts && time.Since(counted) < countPace {
			l.wake() // the flag stays up
		} else if counts { // before what may be thousands of tickets, after an act on many
			counted = time.Now()
			l.tellCounts(ctx, sessions)
		}
		l.tell(ctx, dirty, sessions)
		viewed = l.tellViews(viewed, sessions)
		switch {
		case !fresh && len(marks) == 0:
		case time.Since(looked) < lookPace:
			l.wake() // what is marked stays so
		default:
			looked = time.Now()
			l.tellLooking(ctx, marks, sessions)
			clear(marks)
		}
	}
}

type changed struct {
	Type    string `json:"type"`
	Ticket  any    `json:"ticket"`
	Belongs *bool  `json:"belongs,omitempty"`
}

type notify struct {
	Type   string    `json:"type"`
	Kind   string    `json:"kind"` // assigned, message
	Ticket events.ID `json:"ticket"`
	Title  string    `json:"title"`
	Body   string    `json:"body"`
}

// tell reads the summaries of changed tickets, a hundred at once, and gives them to whom they concern.
func (l *lists) tell(ctx context.Context, dirty map[events.ID]*touched, sessions []*ConsoleSession) {
	ids := make([]events.ID, 0, len(dirty))
	for id := range dirty {
		ids = append(ids, id)
	}
	for len(ids) > 0 {
		n := min(len(ids), tickets.MaxPage)
		list, _, err := l.hub.o.Tickets.Tickets(ctx, tickets.Filter{IDs: ids[:n], Limit: n})
		if err != nil {
			l.hub.o.Report("read changed tickets", err)
			return
		}
		ids = ids[n:]
		topics := l.topics(ctx, list)
		told := l.judge(ctx, list, dirty, sessions)
		l.stir(list, dirty, sessions)
		for i := range list {
			t := &list[i]
			l.tellOne(t, topics[t.TopicID], told[t.ID])
			l.notify(t, dirty[t.ID], sessions)
		}
	}
}

// topics names the topics of tickets: one query for all of them. Without it a summary goes out unnamed.
func (l *lists) topics(ctx context.Context, list []tickets.Listed) map[events.ID]string {
	var ids []events.ID
	for i := range list {
		if id := list[i].TopicID; id != 0 {
			ids = append(ids, id)
		}
	}
	if len(ids) == 0 || l.hub.o.TopicNames == nil {
		return nil
	}
	names, err := l.hub.o.TopicNames(ctx, ids)
	if err != nil {
		l.hub.o.Report("read names of topics", err)
	}
	return names
}

// tellOne gives a ticket's summary to the consoles that show a list it is in, or may have been in. One who may not see
// it any more learns that it is gone, and nothing else.
func (l *lists) tellOne(t *tickets.Listed, topic string, told []verdict) {
	frames := map[standing]Frame{}
	for _, v := range told {
		frame, made := frames[v.standing]
		if !made {
			frame = l.changedFrame(t, topic, v.standing)
			frames[v.standing] = frame
		}
		v.session.sub.Send(frame)
	}
}

func (l *lists) changedFrame(t *tickets.Listed, topic string, how standing) Frame {
	out, yes, no := changed{Type: "changed"}, true, false
	switch how {
	case isIn:
		out.Belongs = &yes
	case isOut, isHidden:
		out.Belongs = &no
	}
	if how == isHidden {
		t, topic = &tickets.Listed{Ticket: tickets.Ticket{ID: t.ID, LastSeq: t.LastSeq, Status: t.Status, Priority: t.Priority,
			Channel: t.Channel, CreatedAt: t.CreatedAt, UpdatedAt: t.UpdatedAt}}, ""
	}
	out.Ticket = l.hub.o.Summary(t, topic)
	return encode(out)
}

// notify tells the one who has a ticket that it got it, or that its customer wrote.
func (l *lists) notify(t *tickets.Listed, why *touched, sessions []*ConsoleSession) {
	if t.AssigneeID == 0 {
		return
	}
	n := notify{Type: "notify", Ticket: t.ID, Title: t.CalledBy(), Body: t.Preview}
	switch {
	case why.got == t.AssigneeID:
		n.Kind = "assigned"
	case why.said:
		n.Kind = "message"
	default:
		return
	}
	for _, s := range sessions {
		if s.caller().Agent == t.AssigneeID {
			s.sub.SendValue(n)
		}
	}
}

type countsFrame struct {
	Type   string           `json:"type"`
	Counts map[string]int64 `json:"counts"`
}

func (l *lists) tellCounts(ctx context.Context, sessions []*ConsoleSession) {
	l.mu.Lock()
	l.counts = false
	l.mu.Unlock()
	list, err := l.hub.o.Tickets.OpenCounts(ctx)
	if err != nil {
		l.hub.o.Report("count open tickets", err)
		return
	}
	for _, s := range sessions {
		s.sub.SendValue(countsFrame{"counts", CountsFor(s.caller(), list)})
	}
}

// CountsFor adds up the open tickets in each built-in view of a caller.
func CountsFor(c tickets.Caller, list []tickets.OpenCount) map[string]int64 {
	out := map[string]int64{"mine": 0, "unassigned": 0, "all": 0}
	scope := tickets.TicketScope(c)
	for _, o := range list {
		if !scope.Holds(&tickets.Ticket{TeamID: o.Team, AssigneeID: o.Agent}) {
			continue
		}
		out["all"] += o.N
		out["team:"+o.Team.String()] += o.N
		switch o.Agent {
		case 0:
			out["unassigned"] += o.N
		case c.Agent:
			out["mine"] += o.N
		}
	}
	return out
}
