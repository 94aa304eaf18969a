package tickets

import "heard/tickets/events"

// The vocabulary of a ticket's life. Kinds are stable for ever and fields only ever added; chat/changes.go and
// feedback/changes.go hold the rest. No change copies what a person wrote: it names the row that does.

// Changes lists a zero value of every kind in this file, for the log's vocabulary and the TypeScript types.
func Changes() []events.Change {
	return []events.Change{
		TicketOpened{}, TicketQueued{}, TicketRouted{}, TicketAssigned{}, TicketHandedOff{}, TicketUnassigned{},
		TicketTeamChanged{}, StatusChanged{}, PriorityChanged{}, TicketTagged{}, TicketUntagged{}, FieldChanged{},
		TicketSnoozed{}, TicketLinked{}, SpamMarked{}, MessagePosted{}, NotePosted{},
		MessageEdited{}, MessageRedacted{}, InactivityWarned{}, ConversationEnded{}, CustomerLeft{}, CustomerReturned{},
		CustomerIdentified{}, CustomerMerged{}, AvailabilityChanged{}, SettingChanged{}, TicketOffered{}, TicketOfferEnded{},
		WaitPromised{}, ContactGiven{}, ActUndone{},
	}
}

// TicketOpened begins every ticket. The ticket starts open, in the queue of Team.
type TicketOpened struct {
	Channel    Channel   `json:"channel"`
	Inbox      events.ID `json:"inbox"`
	Customer   events.ID `json:"customer"`
	Team       events.ID `json:"team"`
	Touchpoint string    `json:"touchpoint"`
	FollowUpOf events.ID `json:"follow_up_of,omitempty"`
	Imported   bool      `json:"imported,omitempty"`
	// Visitor is the browser that opened a chat.
	Visitor events.ID `json:"visitor,omitempty"`
	// Organization is the customer's at the opening.
	Organization events.ID `json:"organization,omitempty"`
	// Priority is normal unless set.
	Priority Priority `json:"priority,omitempty"`
	// Offline: it was written while the desk was closed, with an address to answer to. Nobody waits in it.
	Offline bool `json:"offline,omitempty"`
	// Agreed is the inbox's notice in the words that the customer agreed to.
	Agreed string `json:"agreed,omitempty"`
}

// ActUndone ends the unit that took an act back soon after it was done: the events From to Through, and those from Back up
// to this one, which give the ticket what it had, are as though they had never been. They stay in the log; what people
// read, ownership and figures leave them out.
type ActUndone struct {
	From    int64 `json:"from"`
	Through int64 `json:"through"`
	Back    int64 `json:"back"`
	// What the events that give the ticket back cannot say: set where the act touched it.
	Owner     *OwnerBefore  `json:"owner,omitempty"`
	Status    *StatusBefore `json:"status,omitempty"`
	UpdatedAt events.Time   `json:"updated_at,omitempty"`
}

// OwnerBefore is how a ticket was owned, or waited, before an act that is undone.
type OwnerBefore struct {
	QueuedAt  events.Time `json:"queued_at,omitempty"`
	LastOwner events.ID   `json:"last_owner,omitempty"`
	Handoffs  int64       `json:"handoffs,omitempty"`
	Passed    []events.ID `json:"passed,omitempty"`
}

// StatusBefore is what goes with the status that a ticket had before an act that is undone.
type StatusBefore struct {
	ResolvedAt events.Time `json:"resolved_at,omitempty"`
	ClosesAt   events.Time `json:"closes_at,omitempty"`
	EndedAt    events.Time `json:"ended_at,omitempty"`
}

// TicketQueued puts an ownerless ticket back into a team's queue (a resolved one that opened again).
type TicketQueued struct {
	Team events.ID `json:"team"`
}

// TicketRouted explains what the router decided; the TicketAssigned or TicketOffered that carries it out follows.
type TicketRouted struct {
	Agent      events.ID   `json:"agent"`
	Rule       string      `json:"rule"`
	Candidates []Candidate `json:"candidates"`
	// Team is where the agent was found, if that is not the ticket's: it helps out.
	Team     events.ID `json:"team,omitempty"`
	Strategy Strategy  `json:"strategy,omitempty"`
	Relaxed  bool      `json:"relaxed,omitempty"` // skills that were required are not any more
}

// Candidate is one agent as the router saw it. Load and Capacity are in units; events from before there were weights
// hold numbers of tickets.
type Candidate struct {
	Agent    events.ID `json:"agent"`
	Load     float64   `json:"load"`
	Capacity float64   `json:"capacity"`
	IdleS    float64   `json:"idle_s"`            // seconds since the agent's last assignment
	Score    float64   `json:"score,omitempty"`   // smaller comes first
	Rate     int       `json:"rate,omitempty"`    // chats of the last minute
	Missing  []string  `json:"missing,omitempty"` // skills
	Out      string    `json:"out,omitempty"`     // why it could not be this one
}

// TicketOffered gives an agent the time until Until to accept a ticket, which waits on meanwhile.
type TicketOffered struct {
	Agent events.ID   `json:"agent"`
	Until events.Time `json:"until"`
}

// What becomes of an offer.
const (
	OfferAccepted  = "accepted"
	OfferDeclined  = "declined"
	OfferExpired   = "expired"
	OfferWithdrawn = "withdrawn" // the agent or the customer went away, or somebody else took it
)

// TicketOfferEnded ends an offer. The TicketAssigned of an accepted one follows.
type TicketOfferEnded struct {
	Agent   events.ID `json:"agent"`
	Outcome string    `json:"outcome"`
	Reason  string    `json:"reason,omitempty"` // of declining: a word of the desk's list
}

// WaitPromised tells a customer who waits for its chat's agent: the place in the queue, and the range of seconds from
// now in which the wait should end.
type WaitPromised struct {
	Team     events.ID `json:"team"`
	Position int       `json:"position"`
	LowS     float64   `json:"low_s"`
	HighS    float64   `json:"high_s"`
}

// ContactGiven: a customer who waits left an address, so that the place is kept when the browser is closed.
type ContactGiven struct{}

// TicketAssigned moves a ticket from a queue to an agent.
type TicketAssigned struct {
	Agent events.ID `json:"agent"`
	Team  events.ID `json:"team"`
}

// TicketHandedOff takes a ticket from an agent: to another agent (ToAgent), or to a team's queue (ToAgent none).
// ToTeam is the team after the move in both cases.
type TicketHandedOff struct {
	FromAgent events.ID `json:"from_agent"`
	ToAgent   events.ID `json:"to_agent"`
	FromTeam  events.ID `json:"from_team"`
	ToTeam    events.ID `json:"to_team"`
	Reason    string    `json:"reason"`
	NoteSeq   int64     `json:"note_seq,omitempty"` // the note.posted that tells the story
	// Requeued: the agent went away; the ticket keeps its old place in the queue, which is QueuedAt.
	Requeued bool        `json:"requeued,omitempty"`
	QueuedAt events.Time `json:"queued_at,omitempty"`
}

// TicketUnassigned ends ownership when a ticket is resolved, or closes without having been.
type TicketUnassigned struct {
	Agent events.ID `json:"agent"`
}

// TicketTeamChanged moves an ownerless ticket to another team's queue, or changes the team of an owned one.
type TicketTeamChanged struct {
	From events.ID `json:"from"`
	To   events.ID `json:"to"`
}

// StatusChanged moves a ticket to another status.
type StatusChanged struct {
	From  Status `json:"from"`
	To    Status `json:"to"`
	Cause Cause  `json:"cause"`
	// To resolved only: when it closes for good, and whose work it was.
	Until events.Time `json:"until,omitempty"`
	Owner events.ID   `json:"owner,omitempty"`
	Team  events.ID   `json:"team,omitempty"`
	// From resolved to open only: since when a customer's message stands that nobody answered before.
	WaitingSince events.Time `json:"waiting_since,omitempty"`
}

// PriorityChanged sets another priority.
type PriorityChanged struct {
	From Priority `json:"from"`
	To   Priority `json:"to"`
}

// TicketTagged adds one tag. Tags are rows, so that they can be renamed and erased.
type TicketTagged struct {
	Tag      events.ID `json:"tag"`
	Imported bool      `json:"imported,omitempty"` // it came with a history from elsewhere
}

// TicketUntagged removes one tag.
type TicketUntagged struct {
	Tag events.ID `json:"tag"`
}

// FieldChanged says that the subject or a custom field has a new value; the value stands on the row.
type FieldChanged struct {
	Field string `json:"field"`
}

// TicketSnoozed tells until when; the StatusChanged to snoozed precedes it.
type TicketSnoozed struct {
	Until events.Time `json:"until"`
}

// SpamMarked says that a ticket is spam, or that it is not after all.
type SpamMarked struct {
	Spam bool `json:"spam"`
}

// What a link may say.
const (
	RelationFollowedBy = "followed_by"
	RelationFollowUpOf = "follow_up_of"
)

// TicketLinked relates a ticket to another one.
type TicketLinked struct {
	Ticket   events.ID `json:"ticket"`
	Relation string    `json:"relation"`
}

// MessagePosted is a public message. Who wrote it is the event's actor.
type MessagePosted struct {
	Message *Message `json:"-"` // in memory only, for live readers
}

// NotePosted is an internal note.
type NotePosted struct {
	Message *Message `json:"-"`
	// Mentions are the agents and teams that the note calls.
	Mentions []Mention `json:"mentions,omitempty"`
}

// MessageEdited says that a message or note has another text now; the text stands on its row, earlier ones beside it.
// Of a note only agents hear.
type MessageEdited struct {
	TargetSeq int64    `json:"target_seq"`
	Note      bool     `json:"note,omitempty"`
	Message   *Message `json:"-"` // as it is now; in memory only, for live readers
}

// MessageRedacted says that the text and the files of a message or note are gone for good.
type MessageRedacted struct {
	TargetSeq int64 `json:"target_seq"`
	Note      bool  `json:"note,omitempty"`
}

// InactivityWarned says that the customer of a chat owes an answer for long and was told so, by the message with that seq.
type InactivityWarned struct {
	MessageSeq int64 `json:"message_seq"`
}

// ConversationEnded: the customer ended the chat.
type ConversationEnded struct {
	Answered bool `json:"answered"` // a human agent had answered
}

// CustomerLeft: nobody of the customer's side has been seen for ten minutes, and no human had answered by then.
// The chat stays as it is; whether it counts as abandoned is decided an hour after LastSeen.
type CustomerLeft struct {
	LastSeen events.Time `json:"last_seen"`
	// ClosesAt is when the chat closes as abandoned; 0 when there is an address to answer to.
	ClosesAt events.Time `json:"closes_at,omitempty"`
}

// CustomerReturned: a customer who had left is there again, and has not written.
type CustomerReturned struct{}

// CustomerIdentified: a proof of identity moved a ticket's customer from one row to another, or confirmed it.
type CustomerIdentified struct {
	Customer events.ID `json:"customer"`
	From     events.ID `json:"from,omitempty"`
}

// CustomerMerged joins one customer's history to another's.
type CustomerMerged struct {
	Into events.ID `json:"into"`
	From events.ID `json:"from"`
}

// AvailabilityChanged is an agent going online, away or offline.
type AvailabilityChanged struct {
	Agent events.ID         `json:"agent"`
	From  Availability      `json:"from"`
	To    Availability      `json:"to"`
	Cause AvailabilityCause `json:"cause"`
}

// SettingChanged is the desk's audit trail: what kind of thing, which one, which fields (never their values).
type SettingChanged struct {
	Noun   string    `json:"noun"`
	ID     events.ID `json:"id"`
	Action string    `json:"action"` // created, changed, removed
	Fields []string  `json:"fields,omitempty"`
}

func (TicketOpened) EventKind() string        { return "ticket.opened" }
func (TicketQueued) EventKind() string        { return "ticket.queued" }
func (TicketRouted) EventKind() string        { return "ticket.routed" }
func (TicketAssigned) EventKind() string      { return "ticket.assigned" }
func (TicketHandedOff) EventKind() string     { return "ticket.handed_off" }
func (TicketUnassigned) EventKind() string    { return "ticket.unassigned" }
func (TicketTeamChanged) EventKind() string   { return "ticket.team_changed" }
func (StatusChanged) EventKind() string       { return "ticket.status_changed" }
func (PriorityChanged) EventKind() string     { return "ticket.priority_changed" }
func (TicketTagged) EventKind() string        { return "ticket.tagged" }
func (TicketUntagged) EventKind() string      { return "ticket.untagged" }
func (FieldChanged) EventKind() string        { return "ticket.field_changed" }
func (TicketSnoozed) EventKind() string       { return "ticket.snoozed" }
func (TicketLinked) EventKind() string        { return "ticket.linked" }
func (SpamMarked) EventKind() string          { return "ticket.spam_marked" }
func (MessagePosted) EventKind() string       { return "message.posted" }
func (NotePosted) EventKind() string          { return "note.posted" }
func (MessageEdited) EventKind() string       { return "message.edited" }
func (MessageRedacted) EventKind() string     { return "message.redacted" }
func (InactivityWarned) EventKind() string    { return "inactivity.warned" }
func (ConversationEnded) EventKind() string   { return "conversation.ended" }
func (CustomerLeft) EventKind() string        { return "customer.left" }
func (CustomerReturned) EventKind() string    { return "customer.returned" }
func (CustomerIdentified) EventKind() string  { return "customer.identified" }
func (CustomerMerged) EventKind() string      { return "customer.merged" }
func (AvailabilityChanged) EventKind() string { return "agent.availability_changed" }
func (SettingChanged) EventKind() string      { return "setting.changed" }
func (TicketOffered) EventKind() string       { return "ticket.offered" }
func (TicketOfferEnded) EventKind() string    { return "ticket.offer_ended" }
func (WaitPromised) EventKind() string        { return "wait.promised" }
func (ContactGiven) EventKind() string        { return "customer.contact_given" }
func (ActUndone) EventKind() string           { return "ticket.act_undone" }

func (TicketOpened) EventPublic() bool        { return true }
func (TicketQueued) EventPublic() bool        { return false }
func (TicketRouted) EventPublic() bool        { return false }
func (TicketAssigned) EventPublic() bool      { return true }
func (TicketHandedOff) EventPublic() bool     { return true }
func (TicketUnassigned) EventPublic() bool    { return false }
func (TicketTeamChanged) EventPublic() bool   { return false }
func (StatusChanged) EventPublic() bool       { return true }
func (PriorityChanged) EventPublic() bool     { return false }
func (TicketTagged) EventPublic() bool        { return false }
func (TicketUntagged) EventPublic() bool      { return false }
func (FieldChanged) EventPublic() bool        { return false }
func (TicketSnoozed) EventPublic() bool       { return false }
func (TicketLinked) EventPublic() bool        { return false }
func (SpamMarked) EventPublic() bool          { return false }
func (MessagePosted) EventPublic() bool       { return true }
func (NotePosted) EventPublic() bool          { return false }
func (c MessageEdited) EventPublic() bool     { return !c.Note }
func (c MessageRedacted) EventPublic() bool   { return !c.Note }
func (InactivityWarned) EventPublic() bool    { return false }
func (ConversationEnded) EventPublic() bool   { return true }
func (CustomerLeft) EventPublic() bool        { return false }
func (CustomerReturned) EventPublic() bool    { return false }
func (CustomerIdentified) EventPublic() bool  { return false }
func (CustomerMerged) EventPublic() bool      { return false }
func (AvailabilityChanged) EventPublic() bool { return false }
func (SettingChanged) EventPublic() bool      { return false }
func (TicketOffered) EventPublic() bool       { return false }
func (TicketOfferEnded) EventPublic() bool    { return false }
func (WaitPromised) EventPublic() bool        { return true }
func (ContactGiven) EventPublic() bool        { return false }
func (ActUndone) EventPublic() bool           { return false }
