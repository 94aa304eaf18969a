package web

import (
	"context"

	"heard/feedback/issues"
	"heard/tickets"
	"heard/tickets/events"
)

type dismissTagIn struct {
	ID   pathID `path:"id"`
	Body struct {
		Tag string `json:"tag" doc:"One of the ticket's suggested_tags"`
	}
}

func (s *Server) dismissTag(ctx context.Context, in *dismissTagIn) (*answer[wireTicketDetail], error) {
	return s.act(ctx, in.ID.ID, tickets.TicketTag, func(by events.Actor) (*tickets.Ticket, error) {
		return nil, s.tagging.Dismiss(ctx, by, in.ID.ID, in.Body.Tag)
	})
}

func (s *Server) tagQuality(ctx context.Context, _ *struct{}) (*answer[*issues.SuggestionQuality], error) {
	return ok(s.tagging.Quality(ctx))
}

type wireTag struct {
	Name string `json:"name"`
}

func (s *Server) listTags(ctx context.Context, _ *struct{}) (*answer[list[wireTag]], error) {
	names, err := s.store.TagNames(ctx, tickets.TicketScope(callerOf(ctx).rights), "")
	return ok(items(each(names, func(n *string) wireTag { return wireTag{*n} }), ""), err)
}
