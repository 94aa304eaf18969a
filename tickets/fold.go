package tickets

import (
	"cmp"
	"slices"
	"strings"
	"unicode/utf8"

	"heard/tickets/events"
)

// maxPreview is how many characters of the newest message a list shows.
const maxPreview = 140

// Apply folds one event into the ticket. It is the only place where history becomes state: every write goes through
// it, and eventstest.Check replays the log through it. Kinds of other packages leave the row as it is.
//
// The event's Change must be set (see events.Log.Decode).
func (t *Ticket) Apply(e events.Event) {
	t.LastSeq, t.LastAt = e.Seq, e.At
	if e.Public {
		t.PublicSeq = e.Seq
	}
	switch c := e.Change.(type) {
	case TicketOpened:
		t.opened(e, c)
	case TicketQueued:
		t.TeamID, t.AssigneeID, t.QueuedAt, t.Passed = c.Team, 0, e.At, nil
	case TicketAssigned:
		t.TeamID, t.QueuedAt = c.Team, 0
		t.AssigneeID, t.LastOwnerID, t.Passed = c.Agent, c.Agent, nil
	case TicketOffered:
		t.offered(c)
	case TicketOfferEnded:
		t.offerEnded(c)
	case TicketHandedOff:
		t.handedOff(e, c)
	case TicketUnassigned:
		t.AssigneeID = 0
	case TicketTeamChanged:
		t.TeamID, t.Passed = c.To, nil
		if t.QueuedAt != 0 {
			t.QueuedAt = e.At
		}
	case StatusChanged:
		t.statusChanged(e, c)
	case TicketSnoozed:
		t.SnoozedUntil = c.Until
	case PriorityChanged:
		t.Priority = c.To
	case TicketTagged:
		t.Tags = withID(t.Tags, c.Tag)
	case TicketUntagged:
		t.Tags = withoutID(t.Tags, c.Tag)
	case TicketLinked:
		t.linked(c)
	case SpamMarked:
		t.Spam = c.Spam
	case MessagePosted:
		t.posted(e, c)
	case ActUndone:
		t.undone(c)
	default:
		t.ofCustomer(e)
	}
	if renews(e.Change) {
		t.UpdatedAt = e.At
	}
}

// ofCustomer folds what the customer did, and who that is.
func (t *Ticket) ofCustomer(e events.Event) {
	switch c := e.Change.(type) {
	case ConversationEnded:
		t.EndedAt = e.At
	case CustomerLeft:
		t.EndedAt, t.ClosesAt = c.LastSeen, c.ClosesAt
	case CustomerReturned:
		t.EndedAt, t.ClosesAt = 0, 0
	case ContactGiven:
		t.ContactAt = e.At
	case CustomerIdentified:
		t.CustomerID = c.Customer
	case CustomerMerged:
		if t.CustomerID == c.From {
			t.CustomerID = c.Into
		}
	}
}

// renews says whether a change is one of the ticket's: what people do is, what is found out is not.
func renews(c events.Change) bool {
	switch c.(type) {
	case TicketOpened, TicketQueued, TicketAssigned, TicketHandedOff, TicketUnassigned, TicketTeamChanged,
		StatusChanged, TicketSnoozed, PriorityChanged, TicketTagged, TicketUntagged, SpamMarked, FieldChanged, MessagePosted,
		NotePosted:
		return true
	}
	return false
}

func (t *Ticket) opened(e events.Event, c TicketOpened) {
	t.Status, t.Priority, t.Channel = Open, c.Priority, c.Channel
	if t.Priority == "" {
		t.Priority = Normal
	}
	t.InboxID, t.CustomerID, t.TeamID = c.Inbox, c.Customer, c.Team
	t.VisitorID, t.OrganizationID = c.Visitor, c.Organization
	t.Touchpoint, t.FollowUpOf, t.Imported = c.Touchpoint, c.FollowUpOf, c.Imported
	t.Offline = c.Offline
	t.CreatedAt, t.QueuedAt, t.SaidAt = e.At, e.At, e.At
}

func (t *Ticket) handedOff(e events.Event, c TicketHandedOff) {
	t.Handoffs++
	t.AssigneeID, t.TeamID, t.Passed = c.ToAgent, c.ToTeam, nil
	if c.ToAgent == 0 && !c.Requeued { // it does not come straight back to who handed it on
		t.Passed = []events.ID{c.FromAgent}
	}
	switch {
	case c.ToAgent != 0:
		t.LastOwnerID, t.QueuedAt = c.ToAgent, 0
	case c.QueuedAt != 0:
		t.QueuedAt = c.QueuedAt
	default:
		t.QueuedAt = e.At
	}
}

// offered begins a new round when the agent has passed the ticket on before: then all have.
func (t *Ticket) offered(c TicketOffered) {
	t.OfferedTo, t.OfferedUntil = c.Agent, c.Until
	if _, again := slices.BinarySearch(t.Passed, c.Agent); again {
		t.Passed = nil
	}
}

func (t *Ticket) offerEnded(c TicketOfferEnded) {
	t.OfferedTo, t.OfferedUntil = 0, 0
	if c.Outcome == OfferDeclined || c.Outcome == OfferExpired {
		t.Passed = withID(t.Passed, c.Agent)
	}
}

func (t *Ticket) statusChanged(e events.Event, c StatusChanged) {
	t.Status = c.To
	t.SnoozedUntil, t.ClosesAt = 0, 0
	switch c.To {
	case Open:
		t.ResolvedAt, t.EndedAt = 0, 0
		t.WaitingSince = cmp.Or(c.WaitingSince, t.WaitingSince)
		if c.From == Resolved && c.Cause == ByCustomerMessage {
			t.Reopens++
		}
	case Resolved:
		t.ResolvedAt, t.ClosesAt = e.At, c.Until
		t.WaitingSince, t.QueuedAt = 0, 0
	case Closed:
		t.WaitingSince, t.QueuedAt = 0, 0
	}
}

// undone gives a ticket what the events before it could not.
func (t *Ticket) undone(c ActUndone) {
	if o := c.Owner; o != nil {
		t.QueuedAt, t.LastOwnerID, t.Handoffs, t.Passed = o.QueuedAt, o.LastOwner, o.Handoffs, o.Passed
	}
	if s := c.Status; s != nil {
		t.ResolvedAt, t.ClosesAt, t.EndedAt = s.ResolvedAt, s.ClosesAt, s.EndedAt
	}
	t.UpdatedAt = cmp.Or(c.UpdatedAt, t.UpdatedAt)
}

func (t *Ticket) linked(c TicketLinked) {
	switch c.Relation {
	case RelationFollowedBy:
		t.FollowedBy = c.Ticket
	case RelationFollowUpOf:
		t.FollowUpOf = c.Ticket
	}
}

func (t *Ticket) posted(e events.Event, c MessagePosted) {
	t.PreviewBy, t.SaidAt = e.By.Kind, e.At
	if c.Message != nil {
		t.Preview = preview(c.Message)
	}
	switch e.By.Kind {
	case events.Customer:
		t.CustomerMessages++
		if t.CustomerMessages == 1 && c.Message != nil {
			t.Title = titleOf(c.Message.Body)
		}
		t.Unread++
		t.EndedAt = 0
		t.heardFrom()
		if t.WaitingSince == 0 {
			t.WaitingSince = e.At
		}
	case events.Agent:
		if t.FirstResponseAt == 0 && t.CustomerMessages > 0 {
			t.FirstResponseAt = e.At
		}
		t.AgentMessages++
		t.heardFrom()
		t.WaitingSince = 0
		t.AgentSeenSeq, t.Unread = max(t.AgentSeenSeq, e.Seq), 0
	}
}

// heardFrom keeps an open chat that was about to close as abandoned.
func (t *Ticket) heardFrom() {
	if t.Status == Open || t.Status == Pending || t.Status == Snoozed {
		t.ClosesAt = 0
	}
}

// preview is the start of a message on one line, or what is attached when there is no text.
func preview(m *Message) string {
	body := m.Body
	if len(body) > 4*maxPreview {
		body = strings.ToValidUTF8(body[:4*maxPreview], "")
	}
	line := strings.Join(strings.Fields(body), " ")
	if line == "" && len(m.Attachments) > 0 {
		line = m.Attachments[0].Name
	}
	return cut(line, maxPreview)
}

// cut shortens s to n characters.
func cut(s string, n int) string {
	if len(s) <= n {
		return s
	}
	for i := range s {
		if n == 0 {
			return s[:i]
		}
		n--
	}
	return s
}

// withID returns ids with one more, ascending; the given slice stays as it is.
func withID(list []events.ID, id events.ID) []events.ID {
	i, found := slices.BinarySearch(list, id)
	if found {
		return list
	}
	return slices.Insert(slices.Clone(list), i, id)
}

func withoutID(list []events.ID, id events.ID) []events.ID {
	i, found := slices.BinarySearch(list, id)
	if !found {
		return list
	}
	return slices.Delete(slices.Clone(list), i, i+1)
}

// validText says whether s may be stored: whole UTF-8 without NUL (which PostgreSQL refuses).
func validText(s string) bool {
	return utf8.ValidString(s) && strings.IndexByte(s, 0) < 0
}
