package events

import "encoding/json"

// ActorKind says what kind of thing did something.
type ActorKind string

const (
	Customer   ActorKind = "customer"
	Agent      ActorKind = "agent"
	Bot        ActorKind = "bot"
	Automation ActorKind = "automation"
	System     ActorKind = "system"
)

// Actor is who did it. Every event has one. A program with an API token acts as the token's agent, or as a bot.
type Actor struct {
	Kind  ActorKind
	ID    ID
	Token ID // the API token it came with; 0 for none
}

// SystemActor is Heard itself.
var SystemActor = Actor{Kind: System}

// Change is the typed content of an event: one struct per kind, in tickets/changes.go, chat/changes.go or
// feedback/changes.go. Its JSON form is what the log keeps, so fields are only ever added, and it never copies
// what a person wrote.
type Change interface {
	// EventKind is the stable name, noun.past_tense.
	EventKind() string
	// EventPublic says whether the customer of the ticket may see the event.
	EventPublic() bool
}

// Event is one immutable fact.
type Event struct {
	Pos        int64           // place in the whole log, gap-free, in commit order
	TicketID   ID              // 0 for facts of the desk itself
	Seq        int64           // place in the ticket: 1, 2, 3 … ; 0 without a ticket
	Prev       int64           // seq of the newest earlier public event of the ticket; 0 for none
	Public     bool            // customers may see it
	Kind       string          // noun.past_tense
	At         Time            // when it happened; never decreases within a ticket
	RecordedAt Time            // when it was written down
	By         Actor           // who did it
	Imported   bool            // history from elsewhere: nobody is told, nothing follows from it
	Data       json.RawMessage // the Change as JSON

	// Change is the typed form. It is set on events that this process recorded, where it may also carry what the
	// log does not keep (fields tagged json:"-", such as a message's text); otherwise Log.Decode makes it from Data.
	Change Change
}
