package tickets

import (
	"slices"
	"time"

	"heard/tickets/events"
)

// DefinitionVersion numbers the definitions of the figures below. It is stored with everything made from them, and
// rises when a definition changes.
const DefinitionVersion = 1

// Span is a stretch of time [From, To). Agent is who it is about, where that has a meaning.
type Span struct {
	From, To events.Time
	Agent    events.ID
	Team     events.ID
}

// Move is one handoff.
type Move struct {
	At       events.Time
	From, To events.ID // agents; To 0 is a queue
	FromTeam events.ID
	ToTeam   events.ID
	Reason   string
}

// Resolve is one move to resolved, with the owner who made it.
type Resolve struct {
	At    events.Time
	Owner events.ID
	Seq   int64
}

// Facts are what the figures need to know of one ticket: a fold of its events, in order. Durations are kept as
// spans, so that calendar time and business time come from the same facts.
type Facts struct {
	Opened                 TicketOpened
	OpenedAt               events.Time
	FirstCustomerAt        events.Time
	FirstResponse          Span   // first customer message → first human answer; To is 0 while it is awaited
	Responses              []Span // every run of unanswered customer messages that was answered; the first included
	WaitingSince           events.Time
	Resolves               []Resolve
	Reopens                []events.Time
	OpenSpans, OwnedSpans  []Span // stretches in status open; stretches owned by an agent
	QueueSpans             []Span // stretches in a team's queue, ended by an owner
	Waits                  []Span // stretches in which a customer message stands unanswered
	Moves                  []Move
	Owners                 []events.ID // human owners in order; one who owns it again stands again
	HumanMessages          int         // public messages by human agents
	LeftAt                 events.Time // the customer left before the first human message
	CameBack               bool        // and wrote again within an hour of it
	Spam, Merged, Imported bool

	status     Status
	openSince  events.Time
	owner      events.ID
	team       events.ID
	ownedSince events.Time
	queueSince events.Time
}

// Fold adds the next event of the ticket. Kinds that no figure needs are passed over.
func (f *Facts) Fold(e events.Event) {
	switch c := e.Change.(type) {
	case TicketOpened:
		f.Opened, f.OpenedAt, f.Imported = c, e.At, c.Imported
		f.status, f.openSince, f.team, f.queueSince = Open, e.At, c.Team, e.At
	case MessagePosted:
		f.message(e)
	case StatusChanged:
		f.move(e, c)
	case TicketAssigned:
		f.take(c.Agent, c.Team, e.At)
	case TicketHandedOff:
		f.handoff(c, e.At)
	case TicketUnassigned:
		f.release(e.At)
	case TicketQueued:
		f.team, f.queueSince = c.Team, e.At
	case TicketTeamChanged:
		f.team = c.To
	case SpamMarked:
		f.Spam = c.Spam
	case ConversationEnded:
		f.left(e.At)
	case CustomerLeft:
		f.left(c.LastSeen)
	}
}

func (f *Facts) message(e events.Event) {
	switch e.By.Kind {
	case events.Customer:
		if f.FirstCustomerAt == 0 {
			f.FirstCustomerAt, f.FirstResponse = e.At, Span{From: e.At}
		}
		if f.WaitingSince == 0 {
			f.WaitingSince = e.At
		}
		if f.LeftAt != 0 && e.At.Sub(f.LeftAt) <= time.Hour {
			f.CameBack = true
		}
	case events.Agent:
		f.HumanMessages++
		if f.FirstResponse.From != 0 && f.FirstResponse.To == 0 {
			f.FirstResponse.To, f.FirstResponse.Agent, f.FirstResponse.Team = e.At, e.By.ID, f.team
		}
		if f.WaitingSince != 0 {
			f.Responses = append(f.Responses, Span{f.WaitingSince, e.At, e.By.ID, f.team})
			f.endWait(e.At)
		}
	}
}

func (f *Facts) endWait(at events.Time) {
	if f.WaitingSince != 0 {
		f.Waits = append(f.Waits, Span{From: f.WaitingSince, To: at, Team: f.team})
		f.WaitingSince = 0
	}
}

func (f *Facts) move(e events.Event, c StatusChanged) {
	if f.status == Open {
		f.OpenSpans = append(f.OpenSpans, Span{f.openSince, e.At, f.owner, f.team})
	}
	if c.To == Open {
		f.openSince = e.At
		if c.WaitingSince != 0 { // while it was resolved nobody had to answer
			f.WaitingSince = e.At
		}
	}
	if c.To == Resolved {
		f.Resolves = append(f.Resolves, Resolve{At: e.At, Owner: f.owner, Seq: e.Seq})
	}
	if c.To == Resolved || c.To == Closed {
		f.endWait(e.At)
		f.queueSince = 0
	}
	if c.From == Resolved && c.To == Open && c.Cause == ByCustomerMessage {
		f.Reopens = append(f.Reopens, e.At)
	}
	f.status = c.To
}

func (f *Facts) take(agent, team events.ID, at events.Time) {
	if f.queueSince != 0 {
		f.QueueSpans = append(f.QueueSpans, Span{f.queueSince, at, agent, f.team})
		f.queueSince = 0
	}
	f.owner, f.team, f.ownedSince = agent, team, at
	if n := len(f.Owners); n == 0 || f.Owners[n-1] != agent {
		f.Owners = append(f.Owners, agent)
	}
}

func (f *Facts) release(at events.Time) {
	if f.owner != 0 {
		f.OwnedSpans = append(f.OwnedSpans, Span{f.ownedSince, at, f.owner, f.team})
		f.owner = 0
	}
}

func (f *Facts) handoff(c TicketHandedOff, at events.Time) {
	f.Moves = append(f.Moves, Move{at, c.FromAgent, c.ToAgent, c.FromTeam, c.ToTeam, c.Reason})
	f.release(at)
	f.team = c.ToTeam
	if c.ToAgent == 0 {
		f.queueSince = at
		return
	}
	f.take(c.ToAgent, c.ToTeam, at)
}

func (f *Facts) left(at events.Time) {
	if f.LeftAt == 0 && f.HumanMessages == 0 && f.Opened.Channel == Chat && !f.Opened.Offline {
		f.LeftAt = at
	}
}

// AbandonedChat tells whether the chat counts as abandoned, and whether that is final at now: it matures an hour
// after the customer left.
func (f *Facts) AbandonedChat(now events.Time) (abandoned, mature bool) {
	if f.LeftAt == 0 {
		return false, f.HumanMessages > 0 || now.Sub(f.OpenedAt) > time.Hour
	}
	return !f.CameBack, now.Sub(f.LeftAt) > time.Hour
}

// OpenSince tells since when the ticket is in status open, if it is.
func (f *Facts) OpenSince() (events.Time, bool) { return f.openSince, f.status == Open }

// OwnedSince tells who owns the ticket and since when; owner 0 is nobody.
func (f *Facts) OwnedSince() (owner events.ID, since events.Time) { return f.owner, f.ownedSince }

// OneTouch: resolved with exactly one public human message and no reopen.
func (f *Facts) OneTouch() bool {
	return len(f.Resolves) > 0 && f.HumanMessages == 1 && len(f.Reopens) == 0
}

// OneOwner: the ticket's own half of first-contact resolution: resolved, one human owner, no reopen. The other half,
// that the customer did not come back on the topic within 7 days, needs the customer's other tickets.
func (f *Facts) OneOwner() bool {
	return len(f.Resolves) > 0 && len(f.Owners) == 1 && len(f.Reopens) == 0
}

// PingPong: an agent owned it twice with another between.
func (f *Facts) PingPong() bool {
	for i, agent := range f.Owners {
		if slices.Contains(f.Owners[i+1:], agent) {
			return true
		}
	}
	return false
}

// Total adds up the length of spans in calendar time, or in business time when hours are given. A span that has not
// ended is passed over.
func Total(spans []Span, hours *Hours) time.Duration {
	var sum time.Duration
	for _, s := range spans {
		sum += s.Length(hours)
	}
	return sum
}

// Length is the length of a span in calendar time, or in business time when hours are given.
func (s Span) Length(hours *Hours) time.Duration {
	switch {
	case s.To == 0:
		return 0
	case hours == nil:
		return s.To.Sub(s.From)
	default:
		return hours.Between(s.From, s.To)
	}
}
