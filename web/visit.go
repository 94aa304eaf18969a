package web

import (
	"context"

	"heard/tickets"
	"heard/tickets/events"
)

type wirePage struct {
	URL   string      `json:"url"`
	Title string      `json:"title"`
	At    events.Time `json:"at"`
}

// wireVisit is what a site told of the visitor who opened a chat.
type wireVisit struct {
	Page     string     `json:"page" doc:"The newest"`
	Referrer string     `json:"referrer"`
	Language string     `json:"language"`
	Pages    []wirePage `json:"pages" doc:"Newest first"`
}

// visit shows it while the inbox agrees to that; nil for nothing.
func (s *Server) visit(ctx context.Context, t *tickets.Listed) (*wireVisit, error) {
	snap, err := s.people.Directory().Snapshot(ctx)
	if err != nil {
		return nil, err
	}
	if in := snap.Inboxes[t.InboxID]; in == nil || !in.Settings.Consent {
		return nil, nil
	}
	v, err := s.people.VisitOf(ctx, t.VisitorID)
	if err != nil || v == nil {
		return nil, err
	}
	w := &wireVisit{Referrer: v.Referrer, Language: v.Language,
		Pages: each(v.Pages, func(p *tickets.Page) wirePage { return wirePage(*p) })}
	if len(w.Pages) > 0 {
		w.Page = w.Pages[0].URL
	}
	return w, nil
}
