package chat

import (
	"context"
	"fmt"
	"slices"
	"time"

	"heard/tickets"
	"heard/tickets/events"
	"heard/tickets/fault"
)

const (
	maxRows      = 100         // rows that one console may have on screen
	lookPace     = time.Second // a console is told at most once in it who looks at its rows
	maxElsewhere = 10_000      // tickets of which a node remembers who looks at them on others
)

// rowsFrame says which tickets a console's list has on screen.
type rowsFrame struct {
	Type    string      `json:"type"`
	Tickets []events.ID `json:"tickets"`
}

// LookingFrame tells a console who else looks at tickets of its list, of those where that changed.
type LookingFrame struct {
	Type    string     `json:"type"`
	Tickets []LookedAt `json:"tickets"`
}

// LookedAt is who looks at a ticket, and who of them writes; nobody any more when both are empty.
type LookedAt struct {
	Ticket    events.ID   `json:"ticket"`
	Agents    []events.ID `json:"agents"`
	Composing []events.ID `json:"composing"`
}

func (a LookedAt) same(b LookedAt) bool {
	return slices.Equal(a.Agents, b.Agents) && slices.Equal(a.Composing, b.Composing)
}

// rows notes which tickets a list has on screen. Programs know no such frame: they are told nothing.
func (s *ConsoleSession) rows(data []byte) error {
	var f rowsFrame
	if err := decode(data, &f); err != nil {
		return err
	}
	if len(f.Tickets) > maxRows || !persons(f.Tickets) {
		return fault.On("tickets", fmt.Sprintf("must be at most %d ids", maxRows))
	}
	if s.signIn == "" {
		return fault.New(fault.Unsupported, "who looks at rows is told to browsers only")
	}
	s.mu.Lock()
	told := make(map[events.ID]LookedAt, len(f.Tickets))
	for _, id := range f.Tickets {
		told[id] = s.looked[id]
	}
	s.looked, s.scrolled = told, true
	s.mu.Unlock()
	s.hub.lists.scrolled()
	return nil
}

// scrolled has a console told of rows that are new on its screen.
func (l *lists) scrolled() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.fresh = true
	l.wake()
}

// hereAt is who looks at a ticket on this node. The hub's lock is held.
func (h *Hub) hereAt(ticket events.ID) (here looking) {
	t := h.topics[ticket]
	if t == nil {
		return here
	}
	here.agents = agentsOf(t)
	for a := range t.composing {
		here.composing = append(here.composing, a)
	}
	slices.Sort(here.composing)
	return here
}

// lookers is who looks at a ticket on all nodes.
func (h *Hub) lookers(ticket events.ID) looking {
	h.mu.RLock()
	here := h.hereAt(ticket)
	h.mu.RUnlock()
	h.cluster.mu.Lock()
	defer h.cluster.mu.Unlock()
	agents, composing := h.cluster.everywhere(ticket, here)
	return looking{agents: agents, composing: composing}
}

// owed is what a console does not know yet of its rows: of those that changed, and of all when it has scrolled.
func (s *ConsoleSession) owed(changed map[events.ID]bool, now func(events.ID) looking) (list []LookedAt) {
	s.mu.Lock()
	me, known := s.who.Agent, map[events.ID]LookedAt{}
	for id, told := range s.looked {
		if s.scrolled || changed[id] {
			known[id] = told
		}
	}
	s.scrolled = false
	s.mu.Unlock() // who looks is asked of the sessions
	not := func(id events.ID) bool { return id == me }
	for id, told := range known {
		l := now(id)
		next := LookedAt{id, slices.DeleteFunc(append([]events.ID{}, l.agents...), not), slices.DeleteFunc(append([]events.ID{}, l.composing...), not)}
		if !next.same(told) {
			list = append(list, next)
		}
	}
	slices.SortFunc(list, func(a, b LookedAt) int { return int(a.Ticket - b.Ticket) })
	return list
}

// tellLooking tells the consoles who looks at tickets that their lists have on screen. Each ticket is judged anew for
// each of them: what one may not see, nobody is named of.
func (l *lists) tellLooking(ctx context.Context, changed map[events.ID]bool, sessions []*ConsoleSession) {
	l.mu.Lock()
	l.fresh = false
	l.mu.Unlock()
	known := map[events.ID]looking{}
	now := func(id events.ID) looking {
		at, is := known[id]
		if !is {
			at = l.hub.lookers(id)
			known[id] = at
		}
		return at
	}
	owed := map[*ConsoleSession][]LookedAt{}
	var ids []events.ID
	for _, s := range sessions {
		list := s.owed(changed, now)
		if len(list) == 0 {
			continue
		}
		owed[s] = list
		for _, at := range list {
			ids = append(ids, at.Ticket)
		}
	}
	rows, err := l.rows(ctx, distinct(ids))
	if err != nil {
		l.hub.o.Report("read tickets on screen", err)
	}
	for s, list := range owed {
		s.tellLooking(list, rows)
	}
}

func (l *lists) rows(ctx context.Context, ids []events.ID) (map[events.ID]*tickets.Ticket, error) {
	out := make(map[events.ID]*tickets.Ticket, len(ids))
	for some := range slices.Chunk(ids, tickets.MaxPage) {
		list, _, err := l.hub.o.Tickets.Tickets(ctx, tickets.Filter{IDs: some, Limit: len(some)})
		if err != nil {
			return out, err
		}
		for i := range list {
			out[list[i].ID] = &list[i].Ticket
		}
	}
	return out, nil
}

// tellLooking sends what may be told, and remembers it.
func (s *ConsoleSession) tellLooking(list []LookedAt, rows map[events.ID]*tickets.Ticket) {
	s.mu.Lock()
	defer s.mu.Unlock()
	list = slices.DeleteFunc(list, func(at LookedAt) bool {
		t := rows[at.Ticket]
		_, shown := s.looked[at.Ticket]
		return t == nil || !shown || !tickets.Can(s.who, tickets.TicketRead, s.who.ToTicket(t))
	})
	for _, at := range list {
		s.looked[at.Ticket] = at
	}
	if len(list) > 0 {
		s.sub.SendValue(LookingFrame{"looking", list})
	}
}
