package web

import (
	"context"

	"heard/tickets"
	"heard/tickets/events"
)

type wireSecret struct {
	ID        events.ID   `json:"id"`
	CreatedAt events.Time `json:"created_at"`
}

// listInboxSecrets names the active secrets; what they are was shown once.
func (s *Server) listInboxSecrets(ctx context.Context, in *getID) (*answer[list[wireSecret]], error) {
	rows, err := s.people.InboxSecrets(ctx, in.ID.ID)
	return ok(items(each(rows, func(x *tickets.SigningSecret) wireSecret { return wireSecret(*x) }), ""), err)
}

func (s *Server) revokeInboxSecret(ctx context.Context, in *struct {
	ID     pathID `path:"id"`
	Secret pathID `path:"secret"`
}) (*struct{}, error) {
	return nil, s.people.RevokeInboxSecret(ctx, callerOf(ctx).actor(), in.ID.ID, in.Secret.ID)
}
