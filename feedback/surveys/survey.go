package surveys

import (
	"context"
	"fmt"
	"time"

	"heard/tickets"
	"heard/tickets/events"

	"github.com/uptrace/bun"
)

// CSAT is the kind of the satisfaction survey.
const CSAT = "csat"

// Bounds of the satisfaction survey.
const (
	LowScore   = 1
	HighScore  = 5
	MaxComment = 2000 // characters

	// Lasts is how long an invitation may be answered, and Editable for how long a given answer may be changed.
	Lasts    = 30 * 24 * time.Hour
	Editable = 7 * 24 * time.Hour
)

// Question is what the satisfaction survey asks.
const Question = "How satisfied are you with the help you received?"

// Invitation is one asking of one person.
type Invitation struct {
	bun.BaseModel `bun:"table:survey_invitations"`

	ID          events.ID `bun:",pk,autoincrement"`
	PublicID    string
	Kind        string
	TicketID    events.ID
	Seq         int64 // of the resolve that asked
	CustomerID  events.ID
	InboxID     events.ID
	AgentID     events.ID // whose work the resolve was
	TeamID      events.ID
	AskedAt     events.Time
	ExpiresAt   events.Time
	WithdrawnAt events.Time
	AnsweredAt  events.Time // first answer
}

// Response is what the person said.
type Response struct {
	bun.BaseModel `bun:"table:survey_responses"`

	InvitationID events.ID `bun:",pk"`
	Score        int
	Comment      string
	ChangedAt    events.Time
}

// Decision is why a resolve led to a survey, or did not.
type Decision struct {
	bun.BaseModel `bun:"table:survey_decisions"`

	TicketID     events.ID
	Seq          int64 // of the resolve
	CustomerID   events.ID
	InboxID      events.ID
	Asked        bool
	Reason       Reason
	InvitationID events.ID
	At           events.Time
}

// Store asks and listens.
type Store struct {
	log *events.Log
	dir *tickets.Directory
	key []byte
}

// keyName is the desk's key for survey links.
const keyName = "survey"

// New returns the store. It makes the desk's key for survey links at its first start.
func New(ctx context.Context, log *events.Log, people *tickets.People) (*Store, error) {
	key, err := people.SigningKey(ctx, keyName)
	if err != nil {
		return nil, fmt.Errorf("open surveys: %w", err)
	}
	return &Store{log: log, dir: people.Directory(), key: key}, nil
}
