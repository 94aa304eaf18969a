package chat

import (
	"slices"
	"time"

	"heard/tickets"
	"heard/tickets/events"
)

// viewPace is how often a console is told at most that tickets changed that its views may hold.
const viewPace = 2 * time.Second

// viewsFrame tells a console that counts of its views may be others now. What it counts, and when, is up to it: nobody
// counts for a console that is hidden.
type viewsFrame struct {
	Type string `json:"type"` // views
}

// stir marks the consoles that may see one of the changed tickets, or could until now. Programs have no views on screen.
func (l *lists) stir(list []tickets.Listed, dirty map[events.ID]*touched, sessions []*ConsoleSession) {
	for _, s := range sessions {
		if s.signIn == "" {
			continue
		}
		s.mu.Lock()
		if !s.stirred {
			scope := tickets.TicketScope(s.who)
			s.stirred = slices.ContainsFunc(list, func(t tickets.Listed) bool {
				return scope.Holds(&t.Ticket) || dirty[t.ID].lostBy(s.who)
			})
		}
		s.mu.Unlock()
	}
}

// lostBy tells whether a ticket that a caller may not see may have been theirs before.
func (t *touched) lostBy(c tickets.Caller) bool {
	return t.agents[c.Agent] || slices.ContainsFunc(c.Teams, func(team events.ID) bool { return t.teams[team] })
}

// tellViews tells the marked consoles, and answers when that was; those that were told a moment ago hear of it later.
func (l *lists) tellViews(told time.Time, sessions []*ConsoleSession) time.Time {
	var some []*ConsoleSession
	for _, s := range sessions {
		s.mu.Lock()
		if s.stirred {
			some = append(some, s)
		}
		s.mu.Unlock()
	}
	switch {
	case len(some) == 0:
		return told
	case time.Since(told) < viewPace:
		l.wake() // the marks stay
		return told
	}
	frame := encode(viewsFrame{"views"})
	for _, s := range some {
		s.mu.Lock()
		s.stirred = false
		s.mu.Unlock()
		s.sub.Send(frame)
	}
	return time.Now()
}
