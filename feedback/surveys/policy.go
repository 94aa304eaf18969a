package surveys

import (
	"heard/tickets"
	"heard/tickets/events"
)

// Reason is why a customer was asked, or was not: one word, stable for ever.
type Reason string

const (
	Asked        Reason = "asked"
	Imported     Reason = "imported"       // history from elsewhere
	Merged       Reason = "merged"         // the ticket went into another one
	Spam         Reason = "spam"           //
	Reopened     Reason = "reopened"       // taken back before anybody looked
	Disabled     Reason = "disabled"       // the inbox does not ask
	Blocked      Reason = "blocked"        // the customer is blocked
	NoHumanReply Reason = "no_human_reply" // nobody of us had said anything
	Unreachable  Reason = "unreachable"    // neither a browser nor an address
	Answered     Reason = "answered"       // this ticket was rated before
	AlreadyOpen  Reason = "already_open"   // another survey waits for the person's answer
	Cooldown     Reason = "cooldown"       // the person was asked not long ago
)

// facts are all that the decision depends on.
type facts struct {
	ticket       *tickets.Ticket
	imported     bool
	resolved     events.Time // of the resolve that is decided on
	enabled      bool
	cooldownDays int
	blocked      bool
	address      bool
	answered     bool // a survey of this ticket was answered
	open         bool // a survey of this person waits for an answer
	last         events.Time
	now          events.Time
}

// decide says whether to ask. The first reason against it is the one that is logged.
func (f *facts) decide() Reason {
	t := f.ticket
	switch {
	case f.imported || t.Imported:
		return Imported
	case t.MergedInto != 0:
		return Merged
	case t.Spam:
		return Spam
	case t.ResolvedAt != f.resolved:
		return Reopened
	case !f.enabled:
		return Disabled
	case f.blocked:
		return Blocked
	case t.AgentMessages == 0:
		return NoHumanReply
	case t.VisitorID == 0 && !f.address:
		return Unreachable
	case f.answered:
		return Answered
	case f.open:
		return AlreadyOpen
	case f.last != 0 && f.now < f.last+days(f.cooldownDays):
		return Cooldown
	}
	return Asked
}

func days(n int) events.Time { return events.Time(n) * 24 * 60 * 60 * 1000 }
