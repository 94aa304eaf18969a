package chat

import (
	"context"
	"slices"
	"strings"

	"heard/tickets"
	"heard/tickets/events"
	"heard/tickets/fault"
)

// Lists knows what a list is of.
type Lists interface {
	// List refuses a list that means nothing to the caller.
	List(ctx context.Context, c tickets.Caller, l tickets.List) (tickets.Filter, error)
	// Belongs tells which of some tickets, at most a hundred, are in the caller's list now.
	Belongs(ctx context.Context, c tickets.Caller, l tickets.List, rows []tickets.Listed) (map[events.ID]bool, error)
}

// checkList refuses a list that cannot be shown.
func (h *Hub) checkList(ctx context.Context, c tickets.Caller, l tickets.List) error {
	if l.View == "" {
		return fault.On("view", "must be mine, unassigned, all, mentions, team:ID or saved:ID")
	}
	if h.o.Lists != nil {
		_, err := h.o.Lists.List(ctx, c, l)
		return err
	}
	if l.Query != "" || !isBuiltIn(l.View) {
		return fault.New(fault.Unsupported, "this node shows the built-in views only")
	}
	return tickets.CheckStatuses(l.Statuses)
}

func isBuiltIn(view string) bool {
	team, is := strings.CutPrefix(view, "team:")
	_, err := events.ParseID(team)
	return view == "all" || view == "mine" || view == "unassigned" || (is && err == nil)
}

// standing is how a changed ticket stands to the list that a console shows.
type standing int

const (
	isNews   standing = iota // it may be in it: the console judges
	isIn                     // it is in it
	isOut                    // it is not, or not any more
	isHidden                 // and the caller may not see it any more
)

// verdict is what a console is to hear about a ticket.
type verdict struct {
	session  *ConsoleSession
	standing standing
}

// shows is a list that some consoles of one agent show.
type shows struct {
	agent    events.ID
	view     string
	query    string
	statuses string
}

// judge finds who is to hear of which changed tickets. Consoles that show the same list of the same agent cost one
// question together.
func (l *lists) judge(ctx context.Context, list []tickets.Listed, dirty map[events.ID]*touched, sessions []*ConsoleSession) map[events.ID][]verdict {
	out := make(map[events.ID][]verdict, len(list))
	judged := map[shows]map[events.ID]bool{}
	for _, s := range sessions {
		who, shown := s.showing()
		if shown.View == "" {
			continue
		}
		key := shows{who.Agent, shown.View, shown.Query, statusKey(shown.Statuses)}
		in, known := judged[key]
		if !known && l.hub.o.Lists != nil {
			var err error
			if in, err = l.hub.o.Lists.Belongs(ctx, who, shown, list); err != nil && fault.KindOf(err) == fault.Internal {
				l.hub.o.Report("judge changed tickets of a list", err)
			} else if err != nil {
				in = map[events.ID]bool{} // of a view that is gone, nothing is in it
			}
			judged[key] = in
		}
		scope := tickets.TicketScope(who)
		for i := range list {
			t := &list[i]
			if how, hears := stands(t, dirty[t.ID], who, shown, scope, in); hears {
				out[t.ID] = append(out[t.ID], verdict{s, how})
			}
		}
	}
	return out
}

func statusKey(list []tickets.Status) string {
	var b strings.Builder
	for _, s := range slices.Sorted(slices.Values(list)) {
		b.WriteString(string(s) + " ")
	}
	return b.String()
}

// stands tells how a changed ticket stands to a list; hears is false when the list had nothing to do with it, before
// or now. in is nil where nobody judged.
func stands(t *tickets.Listed, why *touched, who tickets.Caller, shown tickets.List, scope tickets.Scope, in map[events.ID]bool) (how standing, hears bool) {
	switch {
	case !scope.Holds(&t.Ticket):
		return isHidden, why.lostBy(who)
	case !wasNear(t, why, who, shown.View):
		return isOut, false
	case in == nil:
		return isNews, true
	case in[t.ID]:
		return isIn, true
	}
	return isOut, true
}

// wasNear tells whether a ticket is of a view, or may have been before it changed.
func wasNear(t *tickets.Listed, why *touched, me tickets.Caller, view string) bool {
	switch {
	case view == "mine":
		return t.AssigneeID == me.Agent || t.LastOwnerID == me.Agent || why.agents[me.Agent]
	case view == "unassigned":
		return t.AssigneeID == 0 || why.moved
	case strings.HasPrefix(view, "team:"):
		team, err := events.ParseID(view[len("team:"):])
		return err == nil && (t.TeamID == team || why.teams[team])
	}
	return true
}

func (s *ConsoleSession) showing() (tickets.Caller, tickets.List) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.who, s.shown
}
