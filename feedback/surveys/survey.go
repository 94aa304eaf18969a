package surveys

import (
	"context"
	"fmt"
	"time"

	"heard/tickets"
	"heard/tickets/events"

	"github.com/uptrace/bun"
)

// What a survey asks for.
const (
	CSAT = "csat" // satisfaction, 1 to 5 or 1 to 10
	NPS  = "nps"  // recommendation, 0 to 10
	CES  = "ces"  // ease, 1 to 7
)

// How an answer came, and how a person is reached.
const (
	ByWidget = "widget"
	ByMail   = "mail"
	ByPage   = "page" // of a link that was not in a letter
	ByLink   = "link" // the public link or its QR code
)

// Bounds of the satisfaction survey that every inbox has.
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

// low is the least score of a kind.
func low(kind string) int {
	if kind == NPS {
		return 0
	}
	return LowScore
}

// UsualHigh is the best score of a kind, unless a survey says another one; 0 for no kind.
func UsualHigh(kind string) int { return map[string]int{CSAT: HighScore, NPS: 10, CES: 7}[kind] }

// UsualLow is the best score of a scale that counts as low, unless the survey says another one.
func UsualLow(kind string, high int) int {
	switch kind {
	case NPS:
		return 6
	case CES:
		return 3
	}
	return high * 2 / 5
}

// Invitation is one asking of one person.
type Invitation struct {
	bun.BaseModel `bun:"table:survey_invitations"`

	ID         events.ID `bun:",pk,autoincrement"`
	PublicID   string
	Kind       string
	SurveyID   events.ID // 0: the inbox's own satisfaction survey
	High       int       // best score of the scale
	LowScore   int       // scores up to here ask for a follow-up; -1: none does
	Round      int64     // of a scheduled survey
	TicketID   events.ID // 0: it is not about a ticket
	Seq        int64     // of the resolve that asked
	CustomerID events.ID // 0: somebody who came by the public link
	InboxID    events.ID
	AgentID    events.ID // whose work the resolve was
	TeamID     events.ID
	Channel    tickets.Channel // of the ticket
	Touchpoint string
	Language   string
	Brand      string

	AskedAt      events.Time
	ExpiresAt    events.Time
	AddressHash  string      // of the address that was known when asking
	ShownAt      events.Time // first seen in the widget
	MailAt       events.Time // when the letter may go; 0: none does
	MailedAt     events.Time
	RemindedAt   events.Time
	WithdrawnAt  events.Time
	WithdrawnWhy string
	AnsweredAt   events.Time // first answer
}

// Response is what the person said.
type Response struct {
	bun.BaseModel `bun:"table:survey_responses"`

	InvitationID events.ID `bun:",pk"`
	Score        int
	Comment      string
	Via          string            // how it came: widget, mail, page, link
	Reasons      []string          `bun:"reasons,type:text"` // keys of the survey's list
	Answers      map[string]string `bun:"answers,type:text"` // to its own questions, by their keys
	ChangedAt    events.Time
}

// Decision is why a resolve led to a survey, or did not.
type Decision struct {
	bun.BaseModel `bun:"table:survey_decisions"`

	TicketID     events.ID
	Seq          int64 // of the resolve
	CustomerID   events.ID
	InboxID      events.ID
	SurveyID     events.ID // that was chosen; 0: the inbox's own
	Kind         string
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
