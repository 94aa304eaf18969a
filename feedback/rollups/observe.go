package rollups

import (
	"slices"

	"heard/tickets"
	"heard/tickets/events"
)

// Observation is one dated number of a ticket. It stands from At until Until (0: still). Where it is a yes or no, it
// is yes from Hit until Miss (0: never).
type Observation struct {
	Ticket               events.ID
	Figure               Key
	N                    int64
	At, Until, Hit, Miss events.Time
	Inbox, Team, Agent   events.ID
	Channel              tickets.Channel
	Calendar, Business   int64 // milliseconds
	Word                 string
	Touchpoint           string // of an answer that no ticket led to; all others have their ticket's
}

// standsAt tells whether the observation was known and true just before a moment.
func (o *Observation) standsAt(t events.Time) bool { return o.At < t && (o.Until == 0 || o.Until >= t) }

// hitAt tells whether the answer was yes just before a moment.
func (o *Observation) hitAt(t events.Time) bool {
	return o.Hit != 0 && o.Hit < t && (o.Miss == 0 || o.Miss >= t)
}

// ticketFacts is the row of one ticket.
type ticketFacts struct {
	tickets.Facts
	ticket, customer, team events.ID
	seq                    int64
	firstResolve           events.Time
}

// observer folds the events of one ticket into its facts and observations. The definitions are those of
// tickets.Facts; the observer notes when each of them changed.
type observer struct {
	ticketFacts
	hours func(inbox, team events.ID, at events.Time) *tickets.Hours
	out   []Observation
	count map[Key]int64

	backlog, waiting                                   int // index in out of the stretch that lasts, plus one
	firstHuman, secondHuman, secondOwner, reopen, back events.Time
	atResolve                                          int // moves before the first resolve

	promises []promise // of the wait that lasts
}

// promise is a range of waiting time that the customer was shown.
type promise struct {
	at        events.Time
	low, high float64 // seconds
}

// kept tells whether the wait ended within the range.
func (p promise) kept(end events.Time) bool {
	wait := end.Sub(p.at).Seconds()
	return p.low <= wait && wait <= p.high
}

func newObserver(ticket events.ID, hours func(inbox, team events.ID, at events.Time) *tickets.Hours) *observer {
	return &observer{ticketFacts: ticketFacts{ticket: ticket}, hours: hours, count: map[Key]int64{}}
}

// note adds an observation and returns its place.
func (o *observer) note(figure Key, at events.Time, agent, team events.ID) *Observation {
	o.count[figure]++
	o.out = append(o.out, Observation{Ticket: o.ticket, Figure: figure, N: o.count[figure], At: at,
		Inbox: o.Opened.Inbox, Team: team, Agent: agent, Channel: o.Opened.Channel})
	return &o.out[len(o.out)-1]
}

// timed notes a duration that ended at its span's end.
func (o *observer) timed(figure Key, at events.Time, s tickets.Span) *Observation {
	ob := o.note(figure, at, s.Agent, s.Team)
	ob.Calendar = s.Length(nil).Milliseconds()
	ob.Business = s.Length(o.hours(o.Opened.Inbox, s.Team, s.From)).Milliseconds()
	return ob
}

// fold adds the next event.
func (o *observer) fold(e events.Event) {
	before := o.Facts
	o.Fold(e)
	o.seq = e.Seq
	o.place(e)
	o.responses(&before, e)
	o.ownership(&before, e)
	if len(o.Reopens) > len(before.Reopens) && o.reopen == 0 {
		o.reopen = e.At
	}
	if o.CameBack && !before.CameBack {
		o.back = e.At
	}
	if len(o.Resolves) > len(before.Resolves) {
		o.resolve(e)
	}
	o.stretches(e)
}

// place keeps where the ticket is, and what the opening says.
func (o *observer) place(e events.Event) {
	switch c := e.Change.(type) {
	case tickets.TicketOpened:
		o.team, o.customer = c.Team, c.Customer
		if o.note(Volume, e.At, 0, c.Team); c.Imported {
			o.out[len(o.out)-1].Word = "imported"
		}
		o.note(Backlog, e.At, 0, c.Team)
		o.backlog = len(o.out)
	case tickets.CustomerIdentified:
		o.customer = c.Customer
	case tickets.WaitPromised:
		o.promises = append(o.promises, promise{e.At, c.LowS, c.HighS})
	case tickets.TicketAssigned:
		o.team = c.Team
	case tickets.TicketHandedOff:
		o.team = c.ToTeam
	case tickets.TicketQueued:
		o.team = c.Team
	case tickets.TicketTeamChanged:
		o.team, o.promises = c.To, nil // the other queue makes its own
	case tickets.StatusChanged:
		if c.To != tickets.Open {
			o.promises = nil
		}
	}
}

func (o *observer) responses(before *tickets.Facts, e events.Event) {
	if o.FirstResponse.To != 0 && before.FirstResponse.To == 0 {
		o.timed(FirstResponse, e.At, o.FirstResponse)
	}
	if n := len(o.Responses); n > len(before.Responses) {
		o.timed(NextResponse, e.At, o.Responses[n-1])
	}
	if o.HumanMessages == before.HumanMessages {
		return
	}
	switch o.HumanMessages {
	case 1:
		o.firstHuman = e.At
	case 2:
		o.secondHuman = e.At
	}
	if o.Imported {
		o.note(message, e.At, e.By.ID, o.team)
	}
}

func (o *observer) ownership(before *tickets.Facts, e events.Event) {
	if n := len(o.QueueSpans); n > len(before.QueueSpans) {
		o.timed(QueueWait, e.At, o.QueueSpans[n-1])
		o.keep(e.At, o.QueueSpans[n-1])
	}
	if n := len(o.Moves); n > len(before.Moves) {
		m := o.Moves[n-1]
		o.note(Handoffs, e.At, m.From, m.FromTeam).Word = m.Reason
		o.note(route, e.At, m.From, m.FromTeam).Word = m.FromTeam.String() + ">" + m.ToTeam.String()
	}
	n := len(o.Owners)
	if n == len(before.Owners) {
		return
	}
	if n == 2 {
		o.secondOwner = e.At
	}
	if slices.Contains(o.Owners[:n-1], o.Owners[n-1]) {
		o.note(PingPong, e.At, o.Owners[n-1], o.team)
	}
}

// keep notes of each promise of a wait that has ended whether it was kept.
func (o *observer) keep(end events.Time, wait tickets.Span) {
	for _, p := range o.promises {
		o.note(PromiseAccuracy, end, wait.Agent, wait.Team).Hit = when(p.kept(end), end)
	}
	o.promises = nil
}

// resolve notes what is told at a move to resolved. The numbers of the resolve before end to be the newest.
func (o *observer) resolve(e events.Event) {
	r := o.Resolves[len(o.Resolves)-1]
	life := tickets.Span{From: o.OpenedAt, To: e.At, Agent: r.Owner, Team: o.team}
	for i := range o.out {
		switch ob := &o.out[i]; ob.Figure {
		case LastResolution, OpenTime, CustomerWait:
			if ob.Until == 0 {
				ob.Until = e.At
			}
		}
	}
	o.timed(LastResolution, e.At, life)
	o.sum(OpenTime, life, o.OpenSpans)
	o.sum(CustomerWait, life, o.Waits)
	if len(o.Resolves) > 1 {
		return
	}
	o.firstResolve, o.atResolve = e.At, len(o.Moves)
	o.timed(FirstResolution, e.At, life)
	for _, figure := range []Key{Reopen, FirstContact, OneTouch, HandoffShare} {
		o.note(figure, e.At, r.Owner, o.team)
	}
	if o.atResolve > 0 {
		o.note(ReopenHandoff, e.At, r.Owner, o.team)
	}
}

func (o *observer) sum(figure Key, life tickets.Span, parts []tickets.Span) {
	ob := o.note(figure, life.To, life.Agent, life.Team)
	for _, s := range parts {
		ob.Calendar += s.Length(nil).Milliseconds()
		ob.Business += s.Length(o.hours(o.Opened.Inbox, s.Team, s.From)).Milliseconds()
	}
}

// stretches keeps what lasts: the ticket unresolved, the customer waiting for a first answer.
func (o *observer) stretches(e events.Event) {
	if c, ok := e.Change.(tickets.StatusChanged); ok {
		done := c.To == tickets.Resolved || c.To == tickets.Closed
		switch {
		case done && o.backlog > 0:
			o.out[o.backlog-1].Until = e.At
			o.backlog = 0
		case !done && o.backlog == 0:
			o.note(Backlog, e.At, 0, o.team).Word = "again"
			o.backlog = len(o.out)
		}
	}
	waits := o.WaitingSince != 0 && o.HumanMessages == 0
	switch {
	case waits && o.waiting == 0:
		o.note(Waiting, o.WaitingSince, 0, o.team)
		o.waiting = len(o.out)
	case !waits && o.waiting > 0:
		o.out[o.waiting-1].Until = e.At
		o.waiting = 0
	}
}

// done settles what only the whole history tells, and returns everything observed.
func (o *observer) done() []Observation {
	for i := range o.out {
		ob := &o.out[i]
		switch ob.Figure {
		case Reopen, ReopenHandoff:
			ob.Hit = o.reopen
		case HandoffShare:
			ob.Hit = when(o.atResolve > 0, ob.At)
		case FirstContact:
			ob.Hit = when(len(o.Owners) > 0 && (o.secondOwner == 0 || o.secondOwner > ob.At), ob.At)
			ob.Miss = first(o.secondOwner, o.reopen)
		case OneTouch:
			ob.Hit = when(o.firstHuman != 0 && (o.secondHuman == 0 || o.secondHuman > ob.At), max(ob.At, o.firstHuman))
			ob.Miss = first(o.secondHuman, o.reopen)
		}
	}
	if o.Opened.Channel == tickets.Chat && !o.Opened.Offline {
		ob := o.note(Abandoned, o.OpenedAt, 0, o.Opened.Team)
		ob.Hit, ob.Miss = o.LeftAt, o.back
	}
	if o.excluded() {
		o.out = slices.DeleteFunc(o.out, func(ob Observation) bool { return ob.Figure != message })
	}
	o.work()
	return o.out
}

func (o *observer) excluded() bool { return o.Spam || o.Merged }

// work notes when an agent owned the open ticket, for handling time.
func (o *observer) work() {
	if o.Imported {
		return
	}
	owned, open := slices.Clone(o.OwnedSpans), slices.Clone(o.OpenSpans)
	if owner, since := o.OwnedSince(); owner != 0 {
		owned = append(owned, tickets.Span{From: since, Agent: owner, Team: o.team})
	}
	if since, is := o.OpenSince(); is {
		open = append(open, tickets.Span{From: since})
	}
	for _, a := range owned {
		for _, b := range open {
			from, to := max(a.From, b.From), first(a.To, b.To)
			if to == 0 || from < to {
				o.note(work, from, a.Agent, a.Team).Until = to
			}
		}
	}
}

func when(is bool, t events.Time) events.Time {
	if is {
		return t
	}
	return 0
}

// first returns the earlier of two moments, where 0 is never.
func first(a, b events.Time) events.Time {
	if a == 0 || b != 0 && b < a {
		return b
	}
	return a
}
