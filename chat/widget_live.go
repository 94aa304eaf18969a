package chat

import (
	"context"

	"heard/tickets"
)

// settings are those of the session's inbox as they are now; those of nothing when the desk cannot be read.
func (s *WidgetSession) settings(ctx context.Context) tickets.InboxSettings {
	snap, err := s.hub.o.People.Directory().Snapshot(ctx)
	if err != nil {
		return tickets.InboxSettings{}
	}
	if inbox := snap.Inboxes[s.inbox]; inbox != nil {
		return inbox.Settings
	}
	return tickets.InboxSettings{}
}
