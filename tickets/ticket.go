package tickets

import (
	"heard/tickets/events"

	"github.com/uptrace/bun"
)

// Status is where a ticket stands: who owes the next move.
type Status string

const (
	Open     Status = "open"     // we owe a move
	Pending  Status = "pending"  // the customer owes one
	Snoozed  Status = "snoozed"  // until a time or a customer message
	Resolved Status = "resolved" // done, opens again on a customer message
	Closed   Status = "closed"   // archived for good
)

// Cause says why a status changed.
type Cause string

const (
	ByAgent           Cause = "agent"
	ByCustomerMessage Cause = "customer_message"
	BySnoozeDue       Cause = "snooze_due"
	ByReopenWindow    Cause = "reopen_window"
	ByEnd             Cause = "ended"
	ByAbandonment     Cause = "abandoned"
	ByImport          Cause = "import"
	BySpam            Cause = "spam"
	ByInactivity      Cause = "inactivity"
)

// Priority orders work.
type Priority string

const (
	Low    Priority = "low"
	Normal Priority = "normal"
	High   Priority = "high"
	Urgent Priority = "urgent"
)

// Channel is how a ticket reached the desk.
type Channel string

const (
	Chat  Channel = "chat"
	API   Channel = "api"
	Email Channel = "email"
)

// Availability is what an agent says of itself, and what the desk sees of its connection.
type Availability string

const (
	Online  Availability = "online"
	Away    Availability = "away"
	Offline Availability = "offline"
)

// Ticket is one customer's case. Its row is a fold of its events (see Apply): nothing else may change it, but for
// the log's own columns, read marks, text that people may erase (subject, fields, preview, title) and the topic.
type Ticket struct {
	bun.BaseModel `bun:"table:tickets"`

	ID        events.ID   `bun:",pk,autoincrement"`
	LastSeq   int64       // seq of the newest event; kept by the log
	PublicSeq int64       // seq of the newest public event; kept by the log
	LastAt    events.Time // time of the newest event; kept by the log

	Subject        string
	Status         Status
	Priority       Priority
	Channel        Channel
	InboxID        events.ID
	CustomerID     events.ID
	VisitorID      events.ID // the visitor that opened it, for chats
	OrganizationID events.ID
	TeamID         events.ID
	AssigneeID     events.ID
	LastOwnerID    events.ID // the newest owner, also after a resolve
	TopicID        events.ID
	Touchpoint     string
	Tags           []events.ID       `bun:"tags,type:text"`   // ascending
	Fields         map[string]string `bun:"fields,type:text"` // custom and pre-chat answers
	Preview        string            // newest public message, cut to 140 characters
	PreviewBy      events.ActorKind
	Title          string // how the customer began, cut to 120 characters; shown where there is no subject
	ExternalID     string // of an import

	CustomerMessages int64
	AgentMessages    int64 // public, by human agents
	Unread           int64 // customer messages past the agents' read mark
	Handoffs         int64
	Reopens          int64
	AgentSeenSeq     int64
	CustomerSeenSeq  int64

	FollowUpOf events.ID
	FollowedBy events.ID
	MergedInto events.ID
	Spam       bool
	Imported   bool
	Offline    bool // opened while the desk was closed, with an address to answer to: nobody waits in it

	QueuedAt        events.Time // since when it waits in its team's queue; 0 while owned or resolved
	WaitingSince    events.Time // oldest unanswered customer message
	FirstResponseAt events.Time
	ResolvedAt      events.Time // newest move to resolved; 0 while open
	EndedAt         events.Time // the customer ended the chat
	ClosesAt        events.Time // when a resolved ticket closes for good
	SnoozedUntil    events.Time
	CreatedAt       events.Time
	UpdatedAt       events.Time
	SaidAt          events.Time // newest public message, the opening before there is one; the order of lists

	OfferedTo    events.ID   // the agent who may accept it until OfferedUntil
	OfferedUntil events.Time // it stands past that until the router notices
	Passed       []events.ID `bun:"passed,type:text"` // agents who passed it on since it entered the queue, ascending
	ContactAt    events.Time // the customer left an address, so that leaving costs no place

	ActFrom int64 `bun:"-"` // of what a write returns: the first event that it recorded; 0 for none
}

// Message is what a person wrote: a public message, or a note that only agents see.
type Message struct {
	bun.BaseModel `bun:"table:messages"`

	ID          int64 `bun:",pk,autoincrement"`
	TicketID    events.ID
	Seq         int64 // the seq of its event
	Note        bool
	ByKind      events.ActorKind
	ByID        events.ID
	Sender      string // v<visitor>, a<agent> or t<token>: scope of ClientID
	ClientID    string // UUID made by the author's client
	ContentHash string // of body and attachments, so that a repeat is told from a reuse
	Body        string
	Attachments []Attachment `bun:"attachments,type:text"`
	At          events.Time
	EditedAt    events.Time // newest change of the text; 0 for none
	RedactedAt  events.Time // the text was taken back and is gone
}

// Segment is a stretch of a ticket's life with one owner: an agent, a team's queue, or nobody while resolved.
// Segments tile the life of a ticket.
type Segment struct {
	bun.BaseModel `bun:"table:segments"`

	TicketID  events.ID `bun:",pk"`
	N         int64     `bun:",pk"` // 1, 2, 3 …
	FromAt    events.Time
	ToAt      events.Time // 0: it lasts
	FromSeq   int64
	AgentID   events.ID
	TeamID    events.ID
	EnteredBy string // kind of the event that began it
	LeftBy    string // kind of the event that ended it
	Reason    string // of a handoff
}
