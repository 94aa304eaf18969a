package rollups

// Key names a figure, in the API, in the tables and in links. Keys are stable for ever.
type Key string

// The figures of version 1.
const (
	Volume          Key = "volume"
	Resolved        Key = "resolved"
	FirstResponse   Key = "first_response"
	NextResponse    Key = "next_response"
	FirstResolution Key = "first_resolution"
	LastResolution  Key = "last_resolution"
	OpenTime        Key = "open_time"
	CustomerWait    Key = "customer_wait"
	QueueWait       Key = "queue_wait"
	PromiseAccuracy Key = "promise_accuracy"
	Handoffs        Key = "handoffs"
	HandoffShare    Key = "handoff_share"
	PingPong        Key = "ping_pong"
	Reopen          Key = "reopen"
	FirstContact    Key = "first_contact_resolution"
	OneTouch        Key = "one_touch"
	Abandoned       Key = "abandoned"
	CSAT            Key = "csat"
	Responses       Key = "survey_response"
	CSATMean        Key = "csat_mean"
	NPS             Key = "nps"
	CES             Key = "ces"
	CESEasy         Key = "ces_easy"
	Handling        Key = "handling"
	Ownership       Key = "ownership_time"
	Online          Key = "online"
	Occupancy       Key = "occupancy"
	ReopenHandoff   Key = "reopen_after_handoff"
	Backlog         Key = "backlog"
	Waiting         Key = "waiting"

	// What handling time is made from, and no figure by itself.
	work    Key = "work"    // a stretch in which an agent owned an open ticket
	message Key = "message" // a public agent message of an imported ticket

	// What days keep beside the figures, and no figures by themselves.
	route   Key = "handoff_route"  // a handoff, by the teams that it left and reached
	entered Key = "backlog_opened" // what came into the backlog on a day
	left    Key = "backlog_done"   // what left it
)

// Unit is what a figure's value counts.
type Unit string

// Values are counts, seconds, shares between 0 and 1, points from −100 to 100, or mean scores.
const (
	Count   Unit = "count"
	Seconds Unit = "seconds"
	Share   Unit = "share"
	Points  Unit = "points"
	Score   Unit = "score"
)

// kind is how a figure is summed up.
type kind int

const (
	counted  kind = iota // how many in the period
	timed                // durations that end in the period
	shared               // hits among those of the period
	standing             // how many stand at the end of the period
	summed               // time spent in the period
	divided              // time spent, as a share of time there was
	scored               // the mean of answers on a scale
	promoted             // those who would recommend without those who would not, in points
)

// Better says which way a figure should go; empty for neither.
type Better string

// The ways.
const (
	Lower  Better = "lower"
	Higher Better = "higher"
)

// spec is what is fixed about a figure.
type spec struct {
	key        Key
	label      string
	kind       kind
	better     Better
	source     Key    // whose observations it reads; its own unless set
	what       string // what one of its tickets is, in the plural: behind links
	definition string // {period} stands for what is asked for; see definitionOf
}

func (s spec) unit() Unit {
	switch s.kind {
	case timed, summed:
		return Seconds
	case shared, divided:
		return Share
	case scored:
		return Score
	case promoted:
		return Points
	}
	return Count
}

// highest is the top of the scale of a score; all begin at one.
func (s spec) highest() float64 {
	if s.key == CES {
		return 7
	}
	return 5
}

func (s spec) observed() Key {
	if s.source != "" {
		return s.source
	}
	return s.key
}

// specs lists the figures of the weekly report, in its order. It is a function, so that nothing can change it.
func specs() []spec {
	return []spec{
		{CSAT, "Customer satisfaction", shared, Higher, "", "rated tickets",
			"Answers of 4 or 5 on the scale of 5 (9 or 10 on a scale of 10), divided by all answers given in the {period}. Credited to the owner at the resolve that asked."},
		{FirstContact, "Solved at first contact", shared, Higher, "", "tickets solved at first contact",
			"Of tickets first resolved in the {period}: those that one human owner resolved, that were not reopened, and after which the same customer opened no new ticket on the same topic within 7 days; while a topic is not known, any new ticket counts against it."},
		{FirstResponse, "First response", timed, Lower, "", "answered tickets",
			"From the customer's first message to the first public message by a human agent after it, counted when that answer was given. Bots, automations and notes do not count. Tickets still waiting are counted beside it."},
		{FirstResolution, "Time to resolve", timed, Lower, "", "tickets resolved for the first time",
			"From opening to the first move to resolved, counted at that resolve."},
		{Volume, "New tickets", counted, "", "", "new tickets",
			"Tickets opened in the {period}. Merged duplicates and spam are left out."},
		{Backlog, "Backlog", standing, Lower, "", "unresolved tickets",
			"Tickets neither resolved nor closed when the {period} ended, and the age of the oldest."},
		{Resolved, "Resolved tickets", counted, "", LastResolution, "tickets resolved for the first time or again",
			"Tickets whose newest move to resolved fell into the {period}."},
		{NextResponse, "Every response", timed, Lower, "", "answered tickets",
			"Each run of unanswered customer messages: from its first message to the next public message by a human agent."},
		{LastResolution, "Time to final resolve", timed, Lower, "", "tickets resolved for the first time or again",
			"From opening to the newest move to resolved, counted at that move."},
		{CustomerWait, "Customer wait", timed, Lower, "", "tickets resolved for the first time or again",
			"The sum of all stretches in which a customer message stood unanswered, counted at the newest resolve."},
		{QueueWait, "Time in queue", timed, Lower, "", "tickets that left a queue",
			"From entering a team's queue to getting an owner."},
		{PromiseAccuracy, "Promised waits kept", shared, Higher, "", "chats whose promised wait was kept",
			"Of all ranges of waiting time that customers of chats were shown: those that held the real wait from that moment until an agent took the chat, counted when the wait ended. Ranges are made to hold eight in ten."},
		{OneTouch, "Solved with one message", shared, Higher, "", "tickets solved with one message",
			"Of tickets first resolved in the {period}: those with exactly one public human message and no reopen."},
		{Reopen, "Reopened", shared, Lower, "", "reopened tickets",
			"Of tickets first resolved in the {period}: those that a customer message opened again."},
		{Abandoned, "Abandoned chats", shared, Lower, "", "abandoned chats",
			"Of chats opened in the {period}: the customer left before the first human message (ended the chat, or gave no sign of life for 10 minutes) and sent nothing more within an hour."},
		{HandoffShare, "Handed off before resolve", shared, Lower, "", "tickets that were handed off",
			"Of tickets first resolved in the {period}: those that an agent had handed on at least once by then."},
		{Handoffs, "Handoffs", counted, Lower, "", "handed off tickets",
			"Moves of responsibility away from an agent who had it, to another agent or back to a queue."},
		{PingPong, "Ping-pong", counted, Lower, "", "tickets that came back",
			"Times a ticket came back to an agent who had owned it before, with another owner between."},
		{Responses, "Survey response rate", shared, Higher, "", "surveyed tickets",
			"Of the surveys sent in the {period}: those answered."},
	}
}

// others lists the figures that the weekly report does not tell.
func others() []spec {
	return []spec{
		{CSATMean, "Mean satisfaction", scored, Higher, CSAT, "rated tickets",
			"The mean of all answers, from 1 to 5. Answers on a scale of 10 are brought onto it."},
		{NPS, "Net promoter score", promoted, Higher, "", "answers to how likely a recommendation is",
			"On the scale from 0 to 10: the share of 9 and 10 without the share of 0 to 6, in points from −100 to 100."},
		{CES, "Ease", scored, Higher, "", "answers to how easy it was",
			"The mean of all answers to “made it easy”, from 1 to 7. More is easier."},
		{CESEasy, "Found it easy", shared, Higher, CES, "answers to how easy it was",
			"Answers of 5 to 7 on the scale from 1 to 7, divided by all answers."},
		{Handling, "Handling time", summed, "", "", "tickets that were worked on",
			"The time in which agents were online and owned open tickets, each moment divided by the number of tickets the agent held. For imported tickets it is estimated from the agents' messages."},
		{Ownership, "Ownership time", summed, "", "", "tickets that were worked on",
			"The time in which agents owned open tickets, online or not, not divided by the number of tickets held."},
		{Online, "Time online", summed, "", "", "",
			"The time in which agents were available."},
		{Occupancy, "Occupancy", divided, "", "", "tickets that were worked on",
			"Handling time divided by time online. Estimates for imported tickets are left out."},
		{ReopenHandoff, "Reopened after a handoff", shared, Lower, "", "reopened tickets",
			"Of tickets first resolved in the {period} that an agent had handed on before: those that a customer message opened again."},
	}
}

// specOf finds a figure by its key.
func specOf(key Key) (spec, bool) {
	for _, s := range append(specs(), others()...) {
		if s.key == key {
			return s, true
		}
	}
	return spec{}, false
}

// IsShare tells whether a figure is a share: how many of those that it counts make it.
func IsShare(key Key) bool {
	s, ok := specOf(key)
	return ok && s.kind == shared
}

// Keys lists the figures that the API knows, those of the report first.
func Keys() []Key {
	list := append(specs(), others()...)
	out := make([]Key, len(list))
	for i, s := range list {
		out[i] = s.key
	}
	return out
}
