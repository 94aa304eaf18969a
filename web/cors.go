package web

import (
	"net/http"
	"net/url"
	"strings"

	"heard/tickets"
	"heard/tickets/events"
	"heard/tickets/fault"
)

// Browsers on other sites may call the widget's API when the inbox lists their site. Credentials are never allowed:
// the visitor's token travels in a header, so that no cookie of ours is ever sent along.

// ownOrigin tells whether an origin is one of our own names.
func (s *Server) ownOrigin(origin string) bool {
	u, err := url.Parse(origin)
	return err == nil && u.Scheme == s.site.base.Scheme && s.site.answersTo(u.Host)
}

// allowOrigin lets the browser read the answer, or refuses what comes from a site that the inbox does not list.
func (s *Server) allowOrigin(w http.ResponseWriter, r *http.Request, inbox events.ID) error {
	snap, err := s.people.Directory().Snapshot(r.Context())
	if err != nil {
		return err
	}
	in := snap.Inboxes[inbox]
	if in == nil {
		return fault.New(fault.NotFound, "there is no such inbox")
	}
	return s.allowInboxOrigin(w, r, in)
}

func (s *Server) allowInboxOrigin(w http.ResponseWriter, r *http.Request, in *tickets.Inbox) error {
	if err := s.inboxOrigin(r, in); err != nil {
		return err
	}
	if origin := r.Header.Get("Origin"); origin != "" {
		h := w.Header()
		h.Set("Access-Control-Allow-Origin", origin)
		h.Add("Vary", "Origin")
		h.Set("Access-Control-Expose-Headers", "Retry-After")
	}
	return nil
}

// preflight answers a browser that asks before it calls the widget's API. The inbox is not known yet, so any site
// that some inbox lists may ask; the call itself is held to its own inbox.
func (s *Server) preflight(w http.ResponseWriter, r *http.Request) {
	snap, err := s.people.Directory().Snapshot(r.Context())
	if err != nil {
		s.refuse(w, r, err)
		return
	}
	h := w.Header()
	h.Add("Vary", "Origin")
	origin := strings.ToLower(r.Header.Get("Origin"))
	for _, in := range snap.Inboxes {
		if origin == "" || in.DisabledAt != 0 || !in.AllowsOrigin(origin) {
			continue
		}
		h.Set("Access-Control-Allow-Origin", r.Header.Get("Origin"))
		h.Set("Access-Control-Allow-Methods", "GET, POST")
		h.Set("Access-Control-Allow-Headers", "Authorization, Content-Type, Idempotency-Key")
		h.Set("Access-Control-Max-Age", "600")
		break
	}
	w.WriteHeader(http.StatusNoContent)
}
