package web

import (
	"context"
	"encoding/json"
	"net/http"
	"slices"
	"strconv"
	"time"

	"heard/tickets"
	"heard/tickets/events"
	"heard/tickets/fault"
)

// wireOpenHours says whether business hours are on, and when the desk is back if not.
type wireOpenHours struct {
	Open   bool         `json:"open"`
	BackAt *events.Time `json:"back_at,omitempty" doc:"Absent while open, and when no opening is planned"`
}

type wireOfflineForm struct {
	Mode string `json:"mode" required:"false" enum:",form,messages,hidden" doc:"What is taken while closed. Empty: as offline says"`
	Text string `json:"text" required:"false"`
}

type wireNotice struct {
	Text     string `json:"text" required:"false" doc:"Markdown, shown before a chat; links as [words](https://…)"`
	Required bool   `json:"required" required:"false" doc:"A chat begins with the answer agreed among its fields, and keeps the text that was agreed to"`
}

type wireInactivity struct {
	WarnAfterMin  int    `json:"warn_after_min" required:"false" doc:"Minutes after the desk's last word; 0 never"`
	CloseAfterMin int    `json:"close_after_min" required:"false" doc:"Minutes after the desk's last word; 0 never"`
	Text          string `json:"text" required:"false" doc:"Of the warning; empty for the usual one"`
}

type wireProactive struct {
	ID        string `json:"id"`
	URL       string `json:"url" doc:"A pattern of the page's path: * is any run of characters"`
	Seconds   int    `json:"seconds" required:"false" doc:"On the page"`
	Returning bool   `json:"returning" required:"false" doc:"Only visitors who were here before"`
	HoursOnly bool   `json:"hours_only" required:"false" doc:"Only while the inbox is open"`
	Text      string `json:"text"`
}

func proactiveWire(in []tickets.ProactiveRule) []wireProactive {
	return each(in, func(r *tickets.ProactiveRule) wireProactive { return wireProactive(*r) })
}

// liveSettings fills what a widget may do, and what it offers now.
func (s *Server) liveSettings(w *wireWidgetSettings, inbox *tickets.Inbox, snap *tickets.Snapshot) {
	set, now := &inbox.Settings, s.events.Now()
	hours := snap.HoursOf(inbox.ID, snap.TeamOf(inbox.ID), now)
	w.TypingPreview, w.Consent = set.TypingPreview, set.Consent
	w.OfflineForm = wireOfflineForm{Mode: set.OfflineMode(), Text: set.OfflineForm.Text}
	if set.Notice.Text != "" {
		w.Notice = new(wireNotice(set.Notice))
	}
	w.Proactive = proactiveWire(set.ProactiveNow(hours, now))
	if w.Hours.Open = hours.OpenAt(now); w.Hours.Open {
		return
	}
	if next := hours.NextOpening(now); next != 0 {
		w.Hours.BackAt = &next
	}
}

// blocked tells a visitor that the desk does not take its messages.
func (s *Server) blocked(ctx context.Context, customer events.ID) bool {
	return fault.KindOf(s.people.RefuseBlocked(ctx, customer)) == fault.Forbidden
}

// rulesFor is how long the rules of proactive messages may be kept by a browser.
const rulesFor = 5 * time.Minute

// wireRules are an inbox's proactive messages, as the loader's page judges them.
type wireRules struct {
	Items  []wireProactive `json:"items"`
	Hidden bool            `json:"hidden,omitempty"` // the desk is closed, and then the site shows no chat
}

// serveRules answers the proactive messages of an inbox. It is the one call that a page with a closed widget may make,
// and only where its snippet asks for such messages (data-proactive): everybody gets the same answer, so browsers and
// proxies keep it, and it tells nothing of a visitor. It is not part of /widget.js, which is the same for all inboxes.
func (s *Server) serveRules(w http.ResponseWriter, r *http.Request) {
	rules, err := s.rules(r.Context(), w, r)
	if err != nil {
		s.refuse(w, r, err)
		return
	}
	body, err := json.Marshal(items(rules.Items, ""))
	if err != nil {
		s.refuse(w, r, err)
		return
	}
	s.keepRules(w, "application/json", append(body, '\n'))
}

// serveRulesModule answers the same as a module, for the loader: a site's content policy that allows our scripts allows
// it, where a call would need a rule of its own.
func (s *Server) serveRulesModule(w http.ResponseWriter, r *http.Request) {
	rules, err := s.rules(r.Context(), w, r)
	if err != nil {
		s.refuse(w, r, err)
		return
	}
	body, err := json.Marshal(rules) // in which <, > and the line separators are escaped: an expression of the language
	if err != nil {
		s.refuse(w, r, err)
		return
	}
	s.keepRules(w, "text/javascript; charset=utf-8", slices.Concat([]byte("export default "), body, []byte(";\n")))
}

func (s *Server) keepRules(w http.ResponseWriter, kind string, body []byte) {
	h := w.Header()
	h.Set("Content-Type", kind)
	h.Set("Vary", "Origin")
	h.Set("Cache-Control", "public, max-age="+strconv.Itoa(int(rulesFor.Seconds())))
	_, _ = w.Write(body) // the caller is gone: nobody is left to tell
}

func (s *Server) rules(ctx context.Context, w http.ResponseWriter, r *http.Request) (*wireRules, error) {
	inbox, err := s.people.InboxByKey(ctx, r.PathValue("key"))
	if err != nil {
		return nil, err
	}
	if inbox.Kind != tickets.Website {
		return nil, fault.New(fault.NotFound, "there is no such inbox")
	}
	if err := s.allowInboxOrigin(w, r, inbox); err != nil {
		return nil, err
	}
	snap, err := s.people.Directory().Snapshot(ctx)
	if err != nil {
		return nil, err
	}
	now := s.events.Now()
	hours := snap.HoursOf(inbox.ID, snap.TeamOf(inbox.ID), now)
	hidden, err := s.hidesChat(r, inbox)
	return &wireRules{Items: proactiveWire(inbox.Settings.ProactiveNow(hours, now)), Hidden: hidden}, err
}
