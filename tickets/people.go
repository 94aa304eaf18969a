package tickets

import (
	"time"
	_ "time/tzdata" // schedules name IANA zones on machines that have no zone files

	"heard/tickets/events"

	"github.com/uptrace/bun"
)

// Customer is a person who contacts the business. Name, Email and Phone are proven only where an Identity says so.
type Customer struct {
	bun.BaseModel `bun:"table:customers"`

	ID             events.ID `bun:",pk,autoincrement"`
	Name           string
	Email          string
	Phone          string
	ExternalID     string
	Verified       bool // has at least one proven identity
	OrganizationID events.ID
	Attrs          map[string]string `bun:"attrs,type:text"`
	Blocked        bool
	BlockedAt      events.Time
	BlockReason    string
	MergedInto     events.ID
	CreatedAt      events.Time
	UpdatedAt      events.Time
}

// IdentityKind is a way to know a person.
type IdentityKind string

const (
	ByExternalID IdentityKind = "external" // the business's own id of the person
	ByEmail      IdentityKind = "email"
	ByPhone      IdentityKind = "phone"
)

// Proof is who vouched for an identity.
type Proof string

const (
	ProvedByJWT   Proof = "jwt"   // signed by the website
	ProvedByAPI   Proof = "api"   // said by a program with a token
	ProvedByAgent Proof = "agent" // entered by an agent
)

// Identity is one proven way to know a customer; no two customers share one.
type Identity struct {
	bun.BaseModel `bun:"table:identities"`

	ID         events.ID `bun:",pk,autoincrement"`
	CustomerID events.ID
	Realm      events.ID // 0: of the whole desk
	Kind       IdentityKind
	Value      string
	Proof      Proof
	CreatedAt  events.Time
}

// Organization is the account that customers belong to.
type Organization struct {
	bun.BaseModel `bun:"table:organizations"`

	ID        events.ID `bun:",pk,autoincrement"`
	Name      string
	Domain    string
	Attrs     map[string]string `bun:"attrs,type:text"`
	CreatedAt events.Time
}

// Visitor is a browser that showed a good token. It keeps its id through identify and merge.
type Visitor struct {
	ID         events.ID
	CustomerID events.ID
	InboxID    events.ID
	// Proven: a signed identity that is still good was shown with this token, so that it opens all conversations of
	// the customer. Without it a browser sees only what itself began (Sees).
	Proven bool
}

// Asker is the visitor as tickets see it.
func (v Visitor) Asker() Asker { return Asker{Customer: v.CustomerID, Visitor: v.ID, Proved: v.Proven} }

// Sees tells whether the visitor may read and write a ticket.
func (v Visitor) Sees(t *Ticket) bool { return v.ID != 0 && t.VisibleTo(v.Asker()) }

// visitorRow is what is stored of a visitor.
type visitorRow struct {
	bun.BaseModel `bun:"table:visitors"`

	ID         events.ID `bun:",pk,autoincrement"`
	CustomerID events.ID
	InboxID    events.ID
	CreatedAt  events.Time
	LastSeenAt events.Time
	Language   string
}

// visitorToken is one of a visitor's tokens, hashed.
type visitorToken struct {
	bun.BaseModel `bun:"table:visitor_tokens"`

	TokenHash   string `bun:",pk"`
	VisitorID   events.ID
	ParentHash  string // the token that it replaces
	CreatedAt   events.Time
	FirstUsedAt events.Time
	ExpiresAt   events.Time
	ProvedUntil events.Time // when the signed identity that was shown with it ends
}

// Role is what an agent may do at large; policy.go says what that means.
type Role string

const (
	RoleAgent   Role = "agent"
	RoleLead    Role = "lead"
	RoleManager Role = "manager"
	RoleAdmin   Role = "admin"
)

// AvailabilityCause is why an agent's availability changed.
type AvailabilityCause string

const (
	Chosen         AvailabilityCause = "chosen"
	ConnectionLost AvailabilityCause = "connection_lost"
	ConnectionBack AvailabilityCause = "connection_back" // what was chosen holds again
	NodeLost       AvailabilityCause = "node_lost"
	AgentDisabled  AvailabilityCause = "disabled"
)

// Agent is a person who answers. The password hash stays in the store.
type Agent struct {
	bun.BaseModel `bun:"table:agents"`

	ID             events.ID `bun:",pk,autoincrement"`
	Email          string
	Name           string
	Role           Role
	Capacity       int
	AllTeams       bool         // sees the tickets of every team
	Availability   Availability // as the desk sees it
	AvailabilityAt events.Time
	Chosen         Availability // as the agent said, kept while no connection is there
	LastSeenAt     events.Time  // newest sign of life of a connection
	DisabledAt     events.Time
	CreatedAt      events.Time
	Skills         []string `bun:"skills,type:text"` // lower case, sorted

	Teams       []events.ID `bun:"-"` // whose queues it serves, ascending
	HasPassword bool        `bun:"-"`
}

// Team is agents who share a queue.
type Team struct {
	bun.BaseModel `bun:"table:teams"`

	ID         events.ID `bun:",pk,autoincrement"`
	Name       string
	ScheduleID events.ID
	IsDefault  bool
	AutoAssign bool // the router hands out its queue
	CreatedAt  events.Time
	Routing

	Agents []events.ID `bun:"-"` // ascending
}

// Schedule is business hours with a name.
type Schedule struct {
	bun.BaseModel `bun:"table:schedules"`

	ID        events.ID `bun:",pk,autoincrement"`
	Name      string
	TimeZone  string
	Intervals []Interval `bun:"intervals,type:text"`
	Holidays  []string   `bun:"holidays,type:text"` // local dates, "2026-12-25"
	CreatedAt events.Time
}

// Hours compiles the schedule for arithmetic.
func (s *Schedule) Hours() (*Hours, error) { return NewHours(s.TimeZone, s.Intervals, s.Holidays) }

// InboxKind is what kind of entry point an inbox is.
type InboxKind string

const (
	Website   InboxKind = "website"
	APISource InboxKind = "api"
)

// Inbox is an entry point: one website or one API source.
type Inbox struct {
	bun.BaseModel `bun:"table:inboxes"`

	ID              events.ID `bun:",pk,autoincrement"`
	Name            string
	Kind            InboxKind
	Key             string    `bun:"public_key"`
	TeamID          events.ID // 0: the default team
	ScheduleID      events.ID // 0: the team's, or around the clock
	Touchpoint      string
	Origins         []string `bun:"origins,type:text"` // scheme://host[:port]; none means any
	ReopenDays      int
	RequireIdentity bool
	CSAT            CSATPolicy    `bun:"csat,type:text"`
	Brand           string        // as the business calls it; several inboxes may share one
	Settings        InboxSettings `bun:"settings,type:text"`
	DisabledAt      events.Time
	CreatedAt       events.Time

	Secrets int `bun:"-"` // how many signing secrets are active
}

// AllowsOrigin tells whether a browser page of this origin may talk to the inbox.
func (in *Inbox) AllowsOrigin(origin string) bool {
	if len(in.Origins) == 0 {
		return true
	}
	for _, o := range in.Origins {
		if o == origin {
			return true
		}
	}
	return false
}

// CSATPolicy says whether an inbox asks for satisfaction after a resolve.
type CSATPolicy struct {
	Enabled      bool `json:"enabled"`
	CooldownDays int  `json:"cooldown_days"` // 0: the desk's
}

// InboxSettings is how the widget of an inbox looks and asks.
type InboxSettings struct {
	Title    string         `json:"title"`
	Greeting string         `json:"greeting"`
	Color    string         `json:"color"`
	Side     string         `json:"side"` // start, end
	Locale   string         `json:"locale"`
	Prechat  []PrechatField `json:"prechat"`
	Offline  bool           `json:"offline"` // take messages outside business hours

	TypingPreview bool            `json:"typing_preview"` // agents see what is being typed
	Consent       bool            `json:"consent"`        // the site may tell which pages its visitors see
	Notice        Notice          `json:"notice"`
	OfflineForm   OfflineForm     `json:"offline_form"`
	Inactivity    Inactivity      `json:"inactivity"`
	Proactive     []ProactiveRule `json:"proactive"`

	Attachments AttachmentSettings `json:"attachments"`
}

// PrechatField is one question before a chat.
type PrechatField struct {
	Key      string   `json:"key"`
	Label    string   `json:"label"`
	Type     string   `json:"type"` // text, email, select
	Required bool     `json:"required"`
	Options  []string `json:"options,omitempty"`
}

// Token is an API token of an agent. The secret was shown once; its hash stays in the store.
type Token struct {
	bun.BaseModel `bun:"table:tokens"`

	ID         events.ID `bun:",pk,autoincrement"`
	AgentID    events.ID
	Name       string
	Bot        bool // what it writes counts as a bot's, not as its agent's
	CreatedAt  events.Time
	LastUsedAt events.Time
	RevokedAt  events.Time
}

// Actor is whom the token acts as.
func (t *Token) Actor() events.Actor {
	kind := events.Agent
	if t.Bot {
		kind = events.Bot
	}
	return events.Actor{Kind: kind, ID: t.AgentID, Token: t.ID}
}

// Session is one signed-in browser of an agent.
type Session struct {
	AgentID    events.ID
	UserAgent  string
	CreatedAt  events.Time
	LastSeenAt events.Time
	ExpiresAt  events.Time
}

// InvitationKind is what a one-time link does.
type InvitationKind string

const (
	JoinLink   InvitationKind = "join"   // choose name and password
	SignInLink InvitationKind = "signin" // signs in at once
)

// How long the things that people hold stay good.
const (
	VisitorIdle     = 90 * 24 * time.Hour
	VisitorGrace    = 10 * time.Minute // of a rotated token, after the first use of the new one
	VisitorRotate   = 24 * time.Hour
	SessionIdle     = 14 * 24 * time.Hour
	SessionAbsolute = 30 * 24 * time.Hour
	JoinFor         = 72 * time.Hour
	SignInFor       = 15 * time.Minute
	SignInAtMost    = 24 * time.Hour

	// seenEvery bounds how often a mere sign of life is written.
	seenEvery = time.Hour
)

// Throttle is asked before a secret is guessed at: key names the account, hashed. It answers a fault to refuse.
type Throttle func(key string) error

// People stores everybody and what they belong to: customers, agents, teams, inboxes, schedules, tokens, settings.
// Every change of the desk records a SettingChanged in the same unit of work.
type People struct {
	log     *events.Log
	secrets *Secrets
	dir     *Directory
	stmts   *statements
	hashing chan struct{} // bounds concurrent password hashing, which is slow and big by intent

	// Throttle, when set, is asked before a password or one-time link is checked.
	Throttle Throttle
}

// NewPeople returns the store. secrets seals what must be readable again: signing secrets and keys.
func NewPeople(log *events.Log, secrets *Secrets) *People {
	return &People{log: log, secrets: secrets, dir: NewDirectory(log), stmts: newStatements(log), hashing: make(chan struct{}, 2)}
}

// Directory returns the snapshot of agents, teams, inboxes, schedules and settings that this store keeps fresh.
func (p *People) Directory() *Directory { return p.dir }
