package tickets

import (
	"time"

	"heard/tickets/events"
	"heard/tickets/fault"
)

// The decisions below look at a ticket and an act and return the changes to record. They touch nothing, so that a
// table of cases tests them; nil changes and no error means that there is nothing to do.

var errClosed = fault.New(fault.Closed, "this ticket is closed for good")

// resolve ends the work on t. until is when it closes for good.
func (t *Ticket) resolve(by events.Actor, cause Cause, until events.Time) ([]events.Change, error) {
	switch t.Status {
	case Closed:
		return nil, errClosed
	case Resolved:
		return nil, nil
	}
	var out []events.Change
	owner := t.AssigneeID
	if owner == 0 && by.Kind == events.Agent {
		owner = by.ID
		out = append(out, TicketAssigned{Agent: owner, Team: t.TeamID})
	}
	out = append(out, t.resolved(cause, until, owner))
	if owner != 0 {
		out = append(out, TicketUnassigned{Agent: owner})
	}
	return out, nil
}

// resolved credits the owner, or the newest one when nobody has the ticket.
func (t *Ticket) resolved(cause Cause, until events.Time, owner events.ID) events.Change {
	if owner == 0 {
		owner = t.LastOwnerID
	}
	return StatusChanged{From: t.Status, To: Resolved, Cause: cause, Until: until, Owner: owner, Team: t.TeamID}
}

// close resolves t unless that is done, and closes it for good.
func (t *Ticket) close(by events.Actor, now events.Time) ([]events.Change, error) {
	if t.Status == Closed {
		return nil, nil
	}
	out, err := t.resolve(by, ByAgent, now)
	if err != nil {
		return nil, err
	}
	return append(out, StatusChanged{From: Resolved, To: Closed, Cause: ByAgent}), nil
}

// reopen takes a resolved ticket back to work: to the agent that is given, else to its team's queue. A customer has been
// waiting since then, 0 for nobody.
func (t *Ticket) reopen(by events.Actor, owner events.ID, waiting events.Time) ([]events.Change, error) {
	switch t.Status {
	case Closed:
		return nil, errClosed
	case Resolved:
	default:
		return t.toStatus(Open)
	}
	cause := ByAgent
	if by.Kind == events.Customer { // in histories whose messages are not known one by one
		cause = ByCustomerMessage
	}
	out := []events.Change{
		StatusChanged{From: Resolved, To: Open, Cause: cause, WaitingSince: waiting},
		TicketQueued{Team: t.TeamID},
	}
	if owner != 0 {
		out = append(out, TicketAssigned{Agent: owner, Team: t.TeamID})
	}
	return out, nil
}

// toStatus moves an unresolved ticket between open and pending, and out of snoozed.
func (t *Ticket) toStatus(to Status) ([]events.Change, error) {
	switch {
	case t.Status == Closed:
		return nil, errClosed
	case t.Status == to:
		return nil, nil
	case to != Open && to != Pending:
		return nil, fault.On("status", "must be open, pending, resolved or closed")
	case t.Status == Resolved:
		return nil, fault.New(fault.Conflict, "the ticket is resolved: reopen it first")
	}
	return []events.Change{StatusChanged{From: t.Status, To: to, Cause: ByAgent}}, nil
}

// snooze puts t away until a time or a customer message.
func (t *Ticket) snooze(until events.Time) ([]events.Change, error) {
	switch {
	case t.Status == Closed:
		return nil, errClosed
	case t.Status == Resolved:
		return nil, fault.New(fault.Conflict, "the ticket is resolved: reopen it first")
	case t.Status == Snoozed && t.SnoozedUntil == until:
		return nil, nil
	}
	var out []events.Change
	if t.Status != Snoozed {
		out = append(out, StatusChanged{From: t.Status, To: Snoozed, Cause: ByAgent})
	}
	return append(out, TicketSnoozed{Until: until}), nil
}

// end is the customer's own end of a chat. until is when it closes for good if it counts as resolved.
func (t *Ticket) end(hasAddress bool, until events.Time) []events.Change {
	answered := t.AgentMessages > 0
	switch {
	case t.Status == Closed || t.Status == Resolved:
		return nil
	case answered:
		out := []events.Change{
			ConversationEnded{Answered: true},
			t.resolved(ByEnd, until, t.AssigneeID),
		}
		return append(out, t.release()...)
	case !hasAddress:
		return append([]events.Change{ConversationEnded{}}, t.closeAbandoned()...)
	case t.EndedAt != 0:
		return nil
	}
	return []events.Change{ConversationEnded{}} // somebody can still be answered: it waits on
}

// graceOfAbsence is how long a chat stays for a customer who went away without a word.
const graceOfAbsence = time.Hour

// abandon notes, once, that the customer of a chat was last seen a while ago and no human has answered. An hour
// after that the chat closes, unless there is an address to answer to.
func (t *Ticket) abandon(hasAddress bool, lastSeen events.Time) []events.Change {
	if t.Channel != Chat || t.Status != Open || t.AgentMessages > 0 || t.EndedAt != 0 || t.ContactAt != 0 || t.Offline {
		return nil
	}
	c := CustomerLeft{LastSeen: lastSeen}
	if !hasAddress {
		c.ClosesAt = lastSeen.Add(graceOfAbsence)
	}
	return []events.Change{c}
}

// due is what time has done to t by now, and when. nil: nothing.
func (t *Ticket) due(now events.Time) (events.Time, []events.Change) {
	switch {
	case t.Status == Snoozed && t.SnoozedUntil > 0 && t.SnoozedUntil <= now:
		return t.SnoozedUntil, []events.Change{StatusChanged{From: Snoozed, To: Open, Cause: BySnoozeDue}}
	case t.ClosesAt == 0 || t.ClosesAt > now || t.Status == Closed:
		return 0, nil
	case t.Status == Resolved:
		return t.ClosesAt, []events.Change{StatusChanged{From: Resolved, To: Closed, Cause: ByReopenWindow}}
	}
	return t.ClosesAt, t.closeAbandoned()
}

func (t *Ticket) closeAbandoned() []events.Change {
	out := []events.Change{StatusChanged{From: t.Status, To: Closed, Cause: ByAbandonment}}
	return append(out, t.release()...)
}

// release ends the ownership of t, if there is one.
func (t *Ticket) release() []events.Change {
	if t.AssigneeID == 0 {
		return nil
	}
	return []events.Change{TicketUnassigned{Agent: t.AssigneeID}}
}

// To says where a ticket goes: to an agent or to a team's queue.
type To struct {
	Agent events.ID
	Team  events.ID
}

func (to To) validate() error {
	if (to.Agent == 0) == (to.Team == 0) {
		return fault.On("agent", "or team must be given, and only one of them")
	}
	return nil
}

// reasonOther is the handoff reason of a plain reassignment.
const reasonOther = "other"

// reasonAway is the handoff reason when an agent went away.
const reasonAway = "agent_away"

// assign gives t to an agent or a team.
func (t *Ticket) assign(to To) ([]events.Change, error) {
	switch {
	case t.Status == Closed:
		return nil, errClosed
	case to.Agent != 0 && to.Agent == t.AssigneeID:
		return nil, nil
	case t.AssigneeID != 0:
		return t.handOff(to, reasonOther, 0)
	case to.Team != 0 && to.Team == t.TeamID:
		return nil, nil
	case to.Team != 0:
		return []events.Change{TicketTeamChanged{From: t.TeamID, To: to.Team}}, nil
	case t.Status == Resolved:
		return nil, fault.New(fault.Conflict, "the ticket is resolved: reopen it first")
	}
	return []events.Change{TicketAssigned{Agent: to.Agent, Team: t.TeamID}}, nil
}

// handOff takes t from its owner.
func (t *Ticket) handOff(to To, reason string, noteSeq int64) ([]events.Change, error) {
	switch {
	case t.Status == Closed:
		return nil, errClosed
	case t.AssigneeID == 0:
		return nil, fault.New(fault.Conflict, "nobody owns the ticket: assign it")
	case to.Agent == t.AssigneeID:
		return nil, fault.On("agent", "has the ticket already")
	}
	c := TicketHandedOff{FromAgent: t.AssigneeID, ToAgent: to.Agent, FromTeam: t.TeamID, ToTeam: to.Team,
		Reason: reason, NoteSeq: noteSeq}
	if c.ToTeam == 0 {
		c.ToTeam = t.TeamID
	}
	return []events.Change{c}, nil
}

// requeue gives an owned ticket back to its queue, at the place that it had.
func (t *Ticket) requeue(queuedAt events.Time) events.Change {
	return TicketHandedOff{FromAgent: t.AssigneeID, FromTeam: t.TeamID, ToTeam: t.TeamID,
		Reason: reasonAway, Requeued: true, QueuedAt: queuedAt}
}

// beforeMessage is what a message does to t before it is posted: an agent's claims what nobody has.
func (t *Ticket) beforeMessage(by events.Actor) []events.Change {
	if by.Kind != events.Agent || t.Status != Open || t.AssigneeID != 0 {
		return nil
	}
	return []events.Change{TicketAssigned{Agent: by.ID, Team: t.TeamID}}
}

// afterMessage is what a customer's message does to t after it was posted.
func (t *Ticket) afterMessage(by events.Actor) []events.Change {
	if by.Kind != events.Customer {
		return nil
	}
	switch t.Status {
	case Pending, Snoozed:
		return []events.Change{StatusChanged{From: t.Status, To: Open, Cause: ByCustomerMessage}}
	case Resolved:
		return []events.Change{
			StatusChanged{From: Resolved, To: Open, Cause: ByCustomerMessage},
			TicketQueued{Team: t.TeamID},
		}
	}
	return nil
}
