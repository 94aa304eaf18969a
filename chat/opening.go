package chat

import (
	"context"
	"maps"

	"heard/tickets"
	"heard/tickets/fault"
)

// Beginning is what a visitor's client says of a conversation that is about to begin.
type Beginning struct {
	Fields    map[string]string // answers given before the chat
	Proactive string            // the message on the page that it answers; one that is gone begins nothing
}

// offline tells whether a conversation that begins now is a letter: the desk is closed and nobody on line, but there
// is an address to answer to. What the inbox does not take while it is closed is refused. A mode that nobody chose
// refuses nothing.
func (o Options) offline(ctx context.Context, v tickets.Visitor, snap *tickets.Snapshot, inbox *tickets.Inbox) (bool, error) {
	if AvailabilityOf(snap, inbox, o.Log.Now()) != tickets.Offline {
		return false, nil
	}
	mode := inbox.Settings.OfflineForm.Mode
	if mode == tickets.OfflineHidden {
		return false, fault.New(fault.Forbidden, "the desk is closed and takes no messages now")
	}
	customer, err := o.People.Customer(ctx, v.CustomerID)
	if err != nil {
		return false, err
	}
	reachable := customer.Email != "" || customer.Phone != ""
	if mode == tickets.OfflineByForm && !reachable {
		return false, fault.On("fields.email", "must be given: the desk is closed and answers by e-mail")
	}
	return reachable, nil
}

// agreement takes the answer to the inbox's notice from those to its questions. What was agreed to is kept in its words,
// which the inbox may change later. Whoever has to agree and did not, begins nothing.
func agreement(inbox *tickets.Inbox, answers map[string]string) (fields map[string]string, agreed string, err error) {
	fields = maps.Clone(answers)
	delete(fields, tickets.NoticeField)
	switch n := inbox.Settings.Notice; {
	case !n.Required:
		return fields, "", nil
	case answers[tickets.NoticeField] == "":
		return nil, "", fault.Coded("fields."+tickets.NoticeField, "must be given: the notice has to be agreed to", "notice")
	default:
		return fields, n.Text, nil
	}
}

// pagePace is how often a connection may tell a page; more is dropped.
const pagePace = 500 // milliseconds

// page notes which page the visitor sees, where the inbox allows that.
func (s *WidgetSession) page(ctx context.Context, data []byte) error {
	var f pageFrame
	if err := decode(data, &f); err != nil {
		return err
	}
	now := s.sub.lastSeen.Load()
	if !s.settings(ctx).Consent || now-s.pageAt < pagePace {
		return nil
	}
	s.pageAt = now
	return s.hub.o.People.SawPage(ctx, s.visitor, tickets.PageIn{URL: f.URL, Title: f.Title, Referrer: f.Referrer})
}
