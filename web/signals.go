package web

import (
	"context"

	"heard/feedback/signals"
	"heard/tickets/events"
)

type wireSignal struct {
	Name  string            `json:"name" doc:"page for a page view, else what the site tracks"`
	Props map[string]string `json:"props,omitempty"`
	Page  string            `json:"page,omitempty" doc:"Address of the page"`
	At    events.Time       `json:"at,omitempty" doc:"By the visitor's clock; now unless given"`
}

// keepSignals stores what a page tells of its visitor.
func (s *Server) keepSignals(ctx context.Context, in *struct {
	Body struct {
		Items []wireSignal `json:"items"`
	}
}) (*struct{}, error) {
	list := make([]signals.Signal, len(in.Body.Items))
	for i, w := range in.Body.Items {
		list[i] = signals.Signal(w)
	}
	return nil, s.signals.Keep(ctx, callerOf(ctx).visitor, list)
}
