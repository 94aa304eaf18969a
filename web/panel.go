package web

import (
	"encoding/json"
	"html/template"
	"net/http"
	"path"
	"slices"
	"strings"

	"heard/chat"
	"heard/tickets"
	"heard/tickets/fault"
)

// panelBoot is what the panel finds in its page.
type panelBoot struct {
	Inbox          string          `json:"inbox"`
	Locale         string          `json:"locale"`
	Messages       json.RawMessage `json:"messages"`
	AllowedOrigins []string        `json:"allowed_origins"`
	Color          string          `json:"color"`
	Hidden         bool            `json:"hidden,omitempty"` // the desk is closed, and then the site shows no chat
}

// panelFiles is the manifest that the widget's build writes.
type panelFiles struct {
	JS         string `json:"js"`
	CSS        string `json:"css"`
	Playground string `json:"playground"`
}

// servePanel answers the widget's panel: the page that the loader puts into an iframe, which is also the stand-alone
// chat page. Who may frame it is the inbox's list.
func (s *Server) servePanel(w http.ResponseWriter, r *http.Request) {
	inbox, err := s.people.InboxByKey(r.Context(), r.PathValue("key"))
	if err != nil {
		s.pageProblem(w, r, err)
		return
	}
	if inbox.Kind != tickets.Website {
		s.pageProblem(w, r, errNothing)
		return
	}
	files, err := s.panelFiles()
	if err != nil {
		s.pageProblem(w, r, err)
		return
	}
	locale, messages := s.panelLocale(r, inbox)
	hidden, err := s.hidesChat(r, inbox)
	if err != nil {
		s.pageProblem(w, r, err)
		return
	}
	boot, err := json.Marshal(panelBoot{Inbox: inbox.Key, Locale: locale, Messages: messages,
		AllowedOrigins: s.panelOrigins(inbox), Color: inbox.Settings.Color, Hidden: hidden})
	if err != nil {
		s.pageProblem(w, r, err)
		return
	}
	title := inbox.ShownTitle()
	h := w.Header()
	h.Set("Content-Security-Policy", s.policyOf(pagePanel)+"; "+frameAncestors(inbox.Origins))
	h.Set("Cache-Control", "no-cache")
	h.Add("Vary", "Accept-Language")
	s.render(w, r, http.StatusOK, "panel.html", map[string]any{
		"Title": title, "Locale": locale, "Dir": direction(locale), "CSS": files.CSS, "JS": files.JS,
		"Boot": template.JS(boot), "Letterbox": "/widget/" + inbox.Key + "/write?locale=" + locale,
	})
}

// panelOrigins are the sites that may hold an inbox's panel, and pages of ours; none named means any.
func (s *Server) panelOrigins(inbox *tickets.Inbox) []string {
	if len(inbox.Origins) == 0 {
		return []string{}
	}
	return append([]string{s.site.origin()}, inbox.Origins...)
}

// hidesChat tells whether an inbox wants no chat on its sites now.
func (s *Server) hidesChat(r *http.Request, inbox *tickets.Inbox) (bool, error) {
	if inbox.Settings.OfflineMode() != tickets.OfflineHidden {
		return false, nil
	}
	snap, err := s.people.Directory().Snapshot(r.Context())
	if err != nil {
		return false, err
	}
	return chat.AvailabilityOf(snap, inbox, s.events.Now()) == tickets.Offline, nil
}

// pageProblem answers a person with an error page, which nobody may frame.
func (s *Server) pageProblem(w http.ResponseWriter, r *http.Request, err error) {
	s.protect(w.Header(), pageForm)
	s.errorPage(w, r, s.problemOf(r.Context(), err))
}

func (s *Server) panelFiles() (panelFiles, error) {
	var f panelFiles
	a := s.assets.files["widget.json"]
	if a == nil || json.Unmarshal(a.body, &f) != nil || s.assets.files[f.JS] == nil || s.assets.files[f.CSS] == nil {
		return f, errNotBuilt
	}
	return f, nil
}

const localeDir = "locales/widget/"

// panelLocale picks the language: what the site asked for, what the inbox is set to, what the browser prefers.
func (s *Server) panelLocale(r *http.Request, inbox *tickets.Inbox) (string, json.RawMessage) {
	wanted := append([]string{r.URL.Query().Get("locale"), inbox.Settings.Locale}, languages(r.Header.Get("Accept-Language"))...)
	for _, tag := range append(wanted, "en") {
		for _, name := range []string{tag, language(tag)} {
			if found, a := s.localeFile(name); a != nil {
				return found, a.body
			}
		}
	}
	return "en", json.RawMessage("{}")
}

// localeFile finds the file of a language tag, whatever its letters' case.
func (s *Server) localeFile(tag string) (string, *asset) {
	if tag == "" || len(tag) > 35 {
		return "", nil
	}
	if a := s.assets.files[localeDir+tag+".json"]; a != nil {
		return tag, a
	}
	for name, a := range s.assets.files {
		own, isLocale := strings.CutPrefix(name, localeDir)
		own = strings.TrimSuffix(own, path.Ext(own))
		if isLocale && (strings.EqualFold(own, tag) || strings.EqualFold(language(own), tag)) {
			return own, a
		}
	}
	return "", nil
}

func language(tag string) string {
	lang, _, _ := strings.Cut(tag, "-")
	return lang
}

func direction(locale string) string {
	if slices.Contains([]string{"ar", "fa", "he", "ur"}, language(locale)) {
		return "rtl"
	}
	return "ltr"
}

// inboxOrigins checks a browser's Origin against an inbox's list; our own pages and programs always pass.
func (s *Server) inboxOrigin(r *http.Request, inbox *tickets.Inbox) error {
	origin := r.Header.Get("Origin")
	if origin == "" || strings.EqualFold(origin, s.site.origin()) || s.ownOrigin(origin) || inbox.AllowsOrigin(strings.ToLower(origin)) {
		return nil
	}
	return fault.New(fault.Forbidden, "this site may not use this inbox")
}
