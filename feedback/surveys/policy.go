package surveys

import (
	"crypto/sha256"
	"encoding/binary"
	"fmt"

	"heard/tickets"
	"heard/tickets/events"
)

// Reason is why a person was asked, or was not: one word, stable for ever.
type Reason string

const (
	Asked        Reason = "asked"
	Imported     Reason = "imported"       // history from elsewhere
	Merged       Reason = "merged"         // the ticket went into another one, or the person into one who is asked already
	Spam         Reason = "spam"           //
	Reopened     Reason = "reopened"       // taken back before anybody looked
	Automatic    Reason = "automatic"      // nobody said that it was solved: the chat had fallen silent
	Disabled     Reason = "disabled"       // the inbox does not ask
	Blocked      Reason = "blocked"        // the customer is blocked
	OptedOut     Reason = "opted_out"      // the person asked not to be asked
	NoHumanReply Reason = "no_human_reply" // nobody of us had said anything
	Unreachable  Reason = "unreachable"    // neither a browser nor an address that mail can go to
	Answered     Reason = "answered"       // this ticket was rated before
	AlreadyOpen  Reason = "already_open"   // another survey waits for the person's answer
	Cooldown     Reason = "cooldown"       // the person was asked not long ago
	Budget       Reason = "budget"         // the person was asked often enough in 90 days
	SampledOut   Reason = "sampled_out"    // not one of the share that is asked
)

// facts are all that the decision about a resolve depends on.
type facts struct {
	ticket   *tickets.Ticket
	imported bool
	cause    tickets.Cause
	resolved events.Time // of the resolve that is decided on
	survey   *Survey     // that was chosen; nil: the inbox's own
	enabled  bool        // of the inbox's own
	mail     bool        // letters can go out
	at       target
	answered bool // a survey of this ticket was answered
	person   person
	budget   budget
	now      events.Time
}

// decide says whether to ask. The first reason against it is the one that is logged.
func (f *facts) decide() Reason {
	t := f.ticket
	switch {
	case f.imported || t.Imported:
		return Imported
	case t.MergedInto != 0:
		return Merged
	case t.Spam || f.cause == tickets.BySpam:
		return Spam
	case t.ResolvedAt != f.resolved:
		return Reopened
	case f.cause == tickets.ByInactivity || f.cause == tickets.ByAbandonment:
		return Automatic
	case f.survey == nil && !f.enabled:
		return Disabled
	case f.person.blocked:
		return Blocked
	case f.person.optedOut:
		return OptedOut
	case t.AgentMessages == 0:
		return NoHumanReply
	case t.VisitorID == 0 && !f.letters():
		return Unreachable
	case f.answered:
		return Answered
	}
	if why := f.budget.refuses(&f.person, f.now); why != "" {
		return why
	}
	if f.survey != nil && !drawn(f.survey, uint64(t.ID)) {
		return SampledOut
	}
	return Asked
}

// letters tells whether mail can reach the person.
func (f *facts) letters() bool { return f.mail && f.person.address != "" }

// drawn tells whether something is in the share of a survey that is asked. It is the same at every look, so that
// resolving a ticket again does not draw again, and evenly spread, whatever the numbers.
func drawn(s *Survey, what uint64, more ...uint64) bool {
	return s.Share >= 100 || int(spread(append([]uint64{uint64(s.ID), what}, more...)...)%100) < s.Share
}

func spread(parts ...uint64) uint64 {
	h := sha256.New()
	for _, p := range parts {
		fmt.Fprintf(h, "%d\x00", p)
	}
	return binary.BigEndian.Uint64(h.Sum(nil))
}

func days(n int) events.Time { return events.Time(n) * 24 * 60 * 60 * 1000 }
