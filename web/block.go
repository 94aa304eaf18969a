package web

import (
	"context"

	"heard/tickets"
	"heard/tickets/events"
)

// blockCustomer refuses what a customer writes from now on, from all its browsers, and ends their connections.
func (s *Server) blockCustomer(ctx context.Context, in *struct {
	ID   pathID `path:"id"`
	Body *struct {
		Reason string `json:"reason,omitempty" doc:"For colleagues"`
	} `required:"false"`
}) (*answer[wireCustomer], error) {
	reason := ""
	if in.Body != nil {
		reason = in.Body.Reason
	}
	return s.setBlocked(ctx, in.ID.ID, true, reason)
}

func (s *Server) unblockCustomer(ctx context.Context, in *onID) (*answer[wireCustomer], error) {
	return s.setBlocked(ctx, in.ID.ID, false, "")
}

func (s *Server) setBlocked(ctx context.Context, id events.ID, to bool, reason string) (*answer[wireCustomer], error) {
	found, err := s.customer(ctx, id, tickets.CustomerBlock)
	if err != nil {
		return nil, err
	}
	c, err := s.people.ChangeCustomer(ctx, callerOf(ctx).actor(), found.ID, tickets.CustomerPatch{Blocked: &to, BlockReason: reason})
	if err != nil {
		return nil, err
	}
	return ok(customerWire(c), nil)
}
