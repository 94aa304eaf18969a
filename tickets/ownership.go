package tickets

import "heard/tickets/events"

// Segments is the ownership of one ticket, oldest first. Together the segments tile the ticket's life: each begins
// where the one before it ended, and only the last may last.
type Segments []Segment

// Apply folds one event of the ticket into its segments.
func (s Segments) Apply(e events.Event) Segments {
	if c, is := e.Change.(ActUndone); is {
		return s.without(c, e.Seq)
	}
	next, moves := s.last().after(e)
	if !moves {
		return s
	}
	if n := len(s); n > 0 {
		s[n-1].ToAt, s[n-1].LeftBy = e.At, e.Kind
		next.N = s[n-1].N + 1
	}
	return append(s, next)
}

// without leaves out the steps that an act made which is undone: whoever had the ticket before had it all the time.
func (s Segments) without(c ActUndone, at int64) Segments {
	var out Segments
	for i, g := range s {
		if i > 0 && c.Covers(g.FromSeq, at) {
			continue
		}
		if n := len(out); n > 0 {
			out[n-1].ToAt, out[n-1].LeftBy = g.FromAt, g.EnteredBy
		}
		g.N, g.ToAt, g.LeftBy = int64(len(out)+1), 0, ""
		out = append(out, g)
	}
	return out
}

func (s Segments) last() Segment {
	if len(s) == 0 {
		return Segment{}
	}
	return s[len(s)-1]
}

// waiting says that the segment is a wait in a queue, not ownership and not the rest after a resolve. A rest has
// neither agent nor team; so has the queue of a desk without teams, which begins otherwise.
func (g Segment) waiting() bool {
	return g.AgentID == 0 && (g.TeamID != 0 || g.EnteredBy == kindOpened || g.EnteredBy == kindQueued || g.EnteredBy == kindHandedOff)
}

const (
	kindOpened    = "ticket.opened"
	kindQueued    = "ticket.queued"
	kindHandedOff = "ticket.handed_off"
)

// after returns the segment that e begins while g lasts, and whether it begins one.
func (g Segment) after(e events.Event) (Segment, bool) {
	next := Segment{TicketID: e.TicketID, N: 1, FromAt: e.At, FromSeq: e.Seq, EnteredBy: e.Kind}
	switch c := e.Change.(type) {
	case TicketOpened:
		next.TeamID = c.Team
	case TicketQueued:
		next.TeamID = c.Team
	case TicketAssigned:
		next.AgentID, next.TeamID = c.Agent, c.Team
	case TicketHandedOff:
		next.AgentID, next.TeamID, next.Reason = c.ToAgent, c.ToTeam, c.Reason
	case TicketUnassigned:
		return next, g.AgentID != 0
	case TicketTeamChanged:
		if next.AgentID = g.AgentID; g.AgentID != 0 || g.waiting() {
			next.TeamID = c.To // while resolved nobody holds it, whatever its team
		}
	case StatusChanged:
		// A ticket that waits in a queue leaves it when it is resolved or closed; an owner leaves by unassigned.
		return next, (c.To == Resolved || c.To == Closed) && g.waiting()
	default:
		return g, false
	}
	return next, true
}
