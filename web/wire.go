package web

import (
	"slices"

	"heard/feedback/issues"
	"heard/tickets"
	"heard/tickets/events"
)

// The JSON forms of the API, written out by hand: a column never reaches the wire because somebody added it to a row.
// web/gen makes the TypeScript types from these.

type WireTicket struct {
	ID              events.ID        `json:"id"`
	Number          int64            `json:"number"`
	Subject         string           `json:"subject"`
	Status          tickets.Status   `json:"status"`
	Priority        tickets.Priority `json:"priority"`
	Channel         tickets.Channel  `json:"channel"`
	Inbox           events.ID        `json:"inbox"`
	Customer        events.ID        `json:"customer"`
	Organization    events.ID        `json:"organization"`
	Assignee        events.ID        `json:"assignee"`
	Team            events.ID        `json:"team"`
	Tags            []string         `json:"tags"`
	LastSeq         int64            `json:"last_seq"`
	CreatedAt       events.Time      `json:"created_at"`
	UpdatedAt       events.Time      `json:"updated_at"`
	WaitingSince    events.Time      `json:"waiting_since"`
	FirstResponseAt events.Time      `json:"first_response_at"`
	ResolvedAt      events.Time      `json:"resolved_at"`
	SnoozedUntil    events.Time      `json:"snoozed_until"`
	Handoffs        int64            `json:"handoffs"`
	Reopens         int64            `json:"reopens"`
	Touchpoint      string           `json:"touchpoint"`
	Topic           events.ID        `json:"topic"`
	TopicName       string           `json:"topic_name"`
	CustomerName    string           `json:"customer_name" doc:"Else the address; empty for who gave neither"`
	AssigneeName    string           `json:"assignee_name"`
	TeamName        string           `json:"team_name"`
	Preview         string           `json:"preview"`
	PreviewBy       events.ActorKind `json:"preview_by"`
	PreviewAgent    events.ID        `json:"preview_agent" doc:"The agent who wrote the preview, if one did"`
	PreviewName     string           `json:"preview_name" doc:"Their name"`
	SaidAt          events.Time      `json:"said_at" doc:"When the newest public message was written, or the ticket opened: lists are in this order"`
	Unread          int64            `json:"unread"`
	Title           string           `json:"title" doc:"The subject, else how the customer began; empty when nobody has written"`
	OfferedTo       events.ID        `json:"offered_to,omitempty" doc:"The agent who may accept it now"`
	OfferedUntil    events.Time      `json:"offered_until,omitempty"`
	Draft           bool             `json:"draft,omitempty" doc:"In lists: the caller has a draft on it"`
	Found           *WireFound       `json:"found,omitempty" doc:"In lists with q: where its words stand, when title and preview do not show them"`
}

// WireFound is where the words of a search stand in a conversation.
type WireFound struct {
	Seq  int64  `json:"seq"`
	Note bool   `json:"note"`
	Text string `json:"text" doc:"A line of the message, around them"`
}

// wireTicketDetail is one ticket with what its pane shows.
type wireTicketDetail struct {
	WireTicket
	Fields          map[string]string      `json:"fields"`
	CustomerSeenSeq int64                  `json:"customer_seen_seq"`
	LastOwner       events.ID              `json:"last_owner"`
	Visit           *wireVisit             `json:"visit" doc:"What the site told of the visitor, if it agrees to that"`
	Spam            bool                   `json:"spam"`
	Offline         bool                   `json:"offline" doc:"It was opened while the desk was closed, with an address to answer to"`
	CustomerDetail  *wireCustomer          `json:"customer_detail"`
	FollowUpOf      events.ID              `json:"follow_up_of"`
	FollowedBy      []events.ID            `json:"followed_by"`
	Permissions     []tickets.Action       `json:"permissions"`
	Passed          []events.ID            `json:"passed,omitempty" doc:"Agents who passed it on since it entered the queue"`
	SuggestedTags   []issues.TagSuggestion `json:"suggested_tags" doc:"Tags that it should probably have, the likeliest first"`
	Warnings        []string               `json:"warnings,omitempty" doc:"Of assign and handoff: agent_offline, agent_away, agent_full"`
	Act             *wireAct               `json:"act,omitempty" doc:"Of an act that changed something: what POST /tickets/{id}/undo takes"`
}

// wireAct names the events that one act recorded on a ticket.
type wireAct struct {
	From    int64 `json:"from"`
	Through int64 `json:"through"`
}

// add takes in what one more step of the act recorded.
func (a *wireAct) add(t *tickets.Ticket) *wireAct {
	switch {
	case t == nil || t.ActFrom == 0:
		return a
	case a == nil:
		return &wireAct{t.ActFrom, t.LastSeq}
	}
	return &wireAct{a.From, t.LastSeq}
}

func ticketWire(t *tickets.Listed) WireTicket {
	return WireTicket{
		ID: t.ID, Number: int64(t.ID), Subject: t.Subject, Title: t.ShownTitle(), Status: t.Status, Priority: t.Priority, Channel: t.Channel,
		Inbox: t.InboxID, Customer: t.CustomerID, Organization: t.OrganizationID, Assignee: t.AssigneeID, Team: t.TeamID,
		Tags: filled(t.TagNames), LastSeq: t.LastSeq, CreatedAt: t.CreatedAt, UpdatedAt: t.UpdatedAt,
		WaitingSince: t.WaitingSince, FirstResponseAt: t.FirstResponseAt, ResolvedAt: t.ResolvedAt,
		SnoozedUntil: t.SnoozedUntil, Handoffs: t.Handoffs, Reopens: t.Reopens, Touchpoint: t.Touchpoint, Topic: t.TopicID,
		CustomerName: t.CalledBy(), AssigneeName: t.AssigneeName, TeamName: t.TeamName, Preview: t.Preview,
		PreviewBy: t.PreviewBy, PreviewAgent: t.SaidBy, PreviewName: t.SaidName, SaidAt: t.SaidAt, Unread: t.Unread, OfferedTo: t.OfferedTo, OfferedUntil: t.OfferedUntil,
	}
}

// Summary is a ticket as lists and the console's socket show it. topic is the name of its topic.
func Summary(t *tickets.Listed, topic string) any {
	w := ticketWire(t)
	w.TopicName = topic
	return w
}

// filled is a list that is never null on the wire.
func filled[T any](list []T) []T {
	if list == nil {
		return []T{}
	}
	return list
}

type wireAgent struct {
	ID           events.ID            `json:"id"`
	Name         string               `json:"name"`
	Email        string               `json:"email"`
	Role         tickets.Role         `json:"role"`
	Availability tickets.Availability `json:"availability"`
	Capacity     int                  `json:"capacity"`
	Load         int                  `json:"load" doc:"Places for chats that are taken, letters counted as routing counts them: not how many tickets are owned"`
	Teams        []events.ID          `json:"teams"`
	AllTeams     bool                 `json:"all_teams"`
	Disabled     bool                 `json:"disabled"`
	CreatedAt    events.Time          `json:"created_at"`
	Skills       []string             `json:"skills"`
}

func agentWire(a *tickets.Agent, load int) wireAgent {
	return wireAgent{ID: a.ID, Name: a.Name, Email: a.Email, Role: a.Role, Availability: a.Availability, Capacity: a.Capacity,
		Load: load, Teams: filled(a.Teams), AllTeams: bool(a.AllTeams), Disabled: a.DisabledAt != 0, CreatedAt: a.CreatedAt,
		Skills: filled(a.Skills)}
}

type wireTeam struct {
	ID         events.ID   `json:"id"`
	Name       string      `json:"name"`
	Schedule   events.ID   `json:"schedule"`
	IsDefault  bool        `json:"is_default"`
	Agents     []events.ID `json:"agents"`
	AutoAssign bool        `json:"auto_assign"`
	WireRouting
}

func teamWire(t *tickets.Team) wireTeam {
	return wireTeam{ID: t.ID, Name: t.Name, Schedule: t.ScheduleID, IsDefault: bool(t.IsDefault), Agents: filled(t.Agents),
		AutoAssign: bool(t.AutoAssign), WireRouting: routingWire(t.Routing)}
}

type wireCSAT struct {
	Enabled      bool `json:"enabled"`
	CooldownDays int  `json:"cooldown_days" required:"false"`
}

type wirePrechat struct {
	Key      string   `json:"key"`
	Label    string   `json:"label"`
	Type     string   `json:"type"`
	Required bool     `json:"required" required:"false"`
	Options  []string `json:"options,omitempty"`
}

type wireInboxSettings struct {
	Title    string        `json:"title" required:"false"`
	Greeting string        `json:"greeting" required:"false"`
	Color    string        `json:"color" required:"false"`
	Side     string        `json:"side" required:"false"`
	Locale   string        `json:"locale" required:"false"`
	Prechat  []wirePrechat `json:"prechat" required:"false"`
	Offline  bool          `json:"offline" required:"false"`

	TypingPreview bool            `json:"typing_preview" required:"false" doc:"Agents see what is being typed"`
	Consent       bool            `json:"consent" required:"false" doc:"The site may tell which pages its visitors see"`
	OfflineForm   wireOfflineForm `json:"offline_form" required:"false"`
	Inactivity    wireInactivity  `json:"inactivity" required:"false"`
	Proactive     []wireProactive `json:"proactive" required:"false"`

	Attachments wireAttachmentSettings `json:"attachments" required:"false"`
	Notice      wireNotice             `json:"notice" required:"false"`
}

type wireInbox struct {
	ID              events.ID         `json:"id"`
	Name            string            `json:"name"`
	Kind            tickets.InboxKind `json:"kind"`
	Key             string            `json:"key"`
	Team            events.ID         `json:"team"`
	Schedule        events.ID         `json:"schedule"`
	Touchpoint      string            `json:"touchpoint"`
	Origins         []string          `json:"origins"`
	ReopenDays      int               `json:"reopen_days"`
	RequireIdentity bool              `json:"require_identity"`
	CSAT            wireCSAT          `json:"csat"`
	Brand           string            `json:"brand"`
	Settings        wireInboxSettings `json:"settings"`
	Disabled        bool              `json:"disabled"`
	Snippet         string            `json:"snippet"`
	Secrets         int               `json:"secrets"`
}

func (s *Server) inboxWire(in *tickets.Inbox) wireInbox {
	w := wireInbox{ID: in.ID, Name: in.Name, Kind: in.Kind, Key: in.Key, Team: in.TeamID, Schedule: in.ScheduleID,
		Touchpoint: in.Touchpoint, Origins: filled(in.Origins), ReopenDays: in.ReopenDays,
		RequireIdentity: bool(in.RequireIdentity), CSAT: wireCSAT(in.CSAT), Brand: in.Brand, Settings: settingsWire(in.Settings),
		Disabled: in.DisabledAt != 0, Secrets: in.Secrets}
	if in.Kind == tickets.Website {
		w.Snippet = `<script async src="` + s.site.url("/widget.js") + `" data-inbox="` + in.Key + `"></script>`
	}
	return w
}

func settingsWire(in tickets.InboxSettings) wireInboxSettings {
	return wireInboxSettings{Title: in.Title, Greeting: in.Greeting, Color: in.Color, Side: in.Side, Locale: in.Locale,
		Prechat: prechatWire(in.Prechat), Offline: in.Offline, TypingPreview: in.TypingPreview, Consent: in.Consent,
		Notice: wireNotice(in.Notice), OfflineForm: wireOfflineForm(in.OfflineForm), Inactivity: wireInactivity(in.Inactivity), Proactive: proactiveWire(in.Proactive),
		Attachments: attachmentSettingsWire(in.Attachments)}
}

func prechatWire(in []tickets.PrechatField) []wirePrechat {
	out := make([]wirePrechat, len(in))
	for i, f := range in {
		out[i] = wirePrechat(f)
	}
	return out
}

func (w wireInboxSettings) settings() tickets.InboxSettings {
	out := tickets.InboxSettings{Title: w.Title, Greeting: w.Greeting, Color: w.Color, Side: w.Side, Locale: w.Locale,
		Prechat: []tickets.PrechatField{}, Offline: w.Offline, TypingPreview: w.TypingPreview, Consent: w.Consent,
		Notice: tickets.Notice(w.Notice), OfflineForm: tickets.OfflineForm(w.OfflineForm), Inactivity: tickets.Inactivity(w.Inactivity),
		Proactive: []tickets.ProactiveRule{}, Attachments: w.Attachments.settings()}
	for _, r := range w.Proactive {
		out.Proactive = append(out.Proactive, tickets.ProactiveRule(r))
	}
	for _, f := range w.Prechat {
		out.Prechat = append(out.Prechat, tickets.PrechatField(f))
	}
	return out
}

type wireInterval struct {
	Day  int    `json:"day" doc:"1 is Monday, 7 is Sunday."`
	From string `json:"from" doc:"Local time, 09:00."`
	To   string `json:"to" doc:"Local time, up to 24:00."`
}

type wireSchedule struct {
	ID        events.ID      `json:"id"`
	Name      string         `json:"name"`
	TimeZone  string         `json:"time_zone"`
	Intervals []wireInterval `json:"intervals"`
	Holidays  []string       `json:"holidays"`
}

func scheduleWire(s *tickets.Schedule) wireSchedule {
	w := wireSchedule{ID: s.ID, Name: s.Name, TimeZone: s.TimeZone, Holidays: filled(s.Holidays), Intervals: []wireInterval{}}
	for _, i := range s.Intervals {
		w.Intervals = append(w.Intervals, wireInterval{Day: i.Day, From: i.From, To: i.To})
	}
	return w
}

func intervals(in []wireInterval) []tickets.Interval {
	out := make([]tickets.Interval, len(in))
	for i, v := range in {
		out[i] = tickets.Interval{Day: v.Day, From: v.From, To: v.To}
	}
	return out
}

type wireCustomer struct {
	ID           events.ID         `json:"id"`
	Name         string            `json:"name"`
	Email        string            `json:"email"`
	Phone        string            `json:"phone"`
	ExternalID   string            `json:"external_id"`
	Verified     bool              `json:"verified"`
	Blocked      bool              `json:"blocked"`
	BlockedAt    events.Time       `json:"blocked_at"`
	BlockReason  string            `json:"block_reason"`
	Organization events.ID         `json:"organization"`
	Attrs        map[string]string `json:"attrs"`
	CreatedAt    events.Time       `json:"created_at"`
}

func customerWire(c *tickets.Customer) wireCustomer {
	w := wireCustomer{ID: c.ID, Name: c.Name, Email: c.Email, Phone: c.Phone, ExternalID: c.ExternalID,
		Verified: bool(c.Verified), Blocked: bool(c.Blocked), BlockedAt: c.BlockedAt, BlockReason: c.BlockReason,
		Organization: c.OrganizationID, Attrs: c.Attrs, CreatedAt: c.CreatedAt}
	if w.Attrs == nil {
		w.Attrs = map[string]string{}
	}
	return w
}

// wireKnownCustomer is a customer with what the caller may know of the tickets.
type wireKnownCustomer struct {
	wireCustomer
	Tickets       int           `json:"tickets" doc:"Of those that the caller may see, as all that follows"`
	OpenTickets   int           `json:"open_tickets" doc:"Open, pending or snoozed"`
	LastContactAt events.Time   `json:"last_contact_at" doc:"The newest message of a ticket, or its opening"`
	CSAT          *wireDayScore `json:"csat" doc:"How satisfied the customer was; null for who may not read surveys"`
}

func knownWire(c *tickets.ListedCustomer) wireKnownCustomer {
	w := wireKnownCustomer{wireCustomer: customerWire(&c.Customer), Tickets: c.Tickets, OpenTickets: c.Open, LastContactAt: c.LastContact}
	if c.Rated {
		w.CSAT = &wireDayScore{c.Answers, c.Satisfied}
	}
	return w
}

type wireOrganization struct {
	ID     events.ID         `json:"id"`
	Name   string            `json:"name"`
	Domain string            `json:"domain"`
	Attrs  map[string]string `json:"attrs"`
}

func organizationWire(o *tickets.Organization) wireOrganization {
	w := wireOrganization{ID: o.ID, Name: o.Name, Domain: o.Domain, Attrs: o.Attrs}
	if w.Attrs == nil {
		w.Attrs = map[string]string{}
	}
	return w
}

type wireToken struct {
	ID         events.ID   `json:"id"`
	Name       string      `json:"name"`
	Agent      events.ID   `json:"agent"`
	Bot        bool        `json:"bot"`
	CreatedAt  events.Time `json:"created_at"`
	LastUsedAt events.Time `json:"last_used_at"`
}

func tokenWire(t *tickets.Token) wireToken {
	return wireToken{ID: t.ID, Name: t.Name, Agent: t.AgentID, Bot: t.Bot, CreatedAt: t.CreatedAt, LastUsedAt: t.LastUsedAt}
}

type wireSegment struct {
	From      events.Time `json:"from"`
	To        events.Time `json:"to"`
	Agent     events.ID   `json:"agent"`
	Team      events.ID   `json:"team"`
	AgentName string      `json:"agent_name"`
	TeamName  string      `json:"team_name"`
	EnteredBy string      `json:"entered_by"`
	LeftBy    string      `json:"left_by,omitempty"`
	Reason    string      `json:"reason,omitempty"`
}

func segmentWire(g tickets.Segment, snap *tickets.Snapshot) wireSegment {
	return wireSegment{From: g.FromAt, To: g.ToAt, Agent: g.AgentID, Team: g.TeamID, AgentName: snap.AgentName(g.AgentID),
		TeamName: snap.TeamName(g.TeamID), EnteredBy: g.EnteredBy, LeftBy: g.LeftBy, Reason: g.Reason}
}

// wirePosted is the answer to a message of an agent or a program.
type wirePosted struct {
	ClientID string      `json:"client_id"`
	Ticket   events.ID   `json:"ticket"`
	Seq      int64       `json:"seq"`
	At       events.Time `json:"at"`
}

// wireAck is the answer to a message of a visitor: the fields of the ack frame.
type wireAck struct {
	ClientID     string      `json:"client_id"`
	Conversation events.ID   `json:"conversation"`
	Seq          int64       `json:"seq"`
	At           events.Time `json:"at"`
}

// each maps rows to their wire form.
func each[T, W any](rows []T, wire func(*T) W) []W {
	out := make([]W, len(rows))
	for i := range rows {
		out[i] = wire(&rows[i])
	}
	return out
}

// hasZero tells whether a list of ids names nothing somewhere (null on the wire).
func hasZero(ids []events.ID) bool { return slices.Contains(ids, 0) }
