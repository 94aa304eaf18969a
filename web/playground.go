package web

import (
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"

	"heard/tickets"
	"heard/tickets/fault"
)

// playgroundRoutes are the page on which site owners try the widget, and the site that stands in for theirs. Anybody
// may open them: they hold no secret, list nothing to strangers, and know an inbox by the public key that its site shows
// anyway; what the widget in them may do is what it may do on any page, with the same limits.
func (s *Server) playgroundRoutes() []route {
	open := public(tickets.PublicRead)
	return []route{
		{"GET", "/widget/playground", open, perPage, plain(s.servePlayground).as(pagePlayground)},
		{"GET", "/widget/playground/page", open, perPage, plain(s.serveTried).as(pageTried)},
	}
}

// language names are those of the people who speak them.
type namedLocale struct{ Tag, Name string }

// namedInbox is what a website is called, and its public key.
type namedInbox struct{ Name, Key string }

func widgetLocales() []namedLocale {
	return []namedLocale{{"en", "English"}, {"de", "Deutsch"}, {"es", "Español"}, {"fr", "Français"}, {"it", "Italiano"},
		{"nl", "Nederlands"}, {"pt-BR", "Português (Brasil)"}, {"ja", "日本語"}, {"ar", "العربية"}, {"he", "עברית"}}
}

func (s *Server) servePlayground(w http.ResponseWriter, r *http.Request) {
	files, err := s.panelFiles()
	if err != nil {
		s.pageProblem(w, r, err)
		return
	}
	inboxes, err := s.offered(r)
	if err != nil {
		s.pageProblem(w, r, err)
		return
	}
	s.render(w, r, http.StatusOK, "playground.html", map[string]any{"JS": files.Playground, "Origin": s.site.origin(), "Locales": widgetLocales(), "Inboxes": inboxes})
}

// offered are the desk's websites by name, for its own people who are signed in; strangers are told of none.
func (s *Server) offered(r *http.Request) ([]namedInbox, error) {
	agent, _, err := s.signedIn(r)
	if err != nil || agent == 0 {
		return nil, err
	}
	snap, err := s.people.Directory().Snapshot(r.Context())
	if err != nil || !tickets.Can(snap.Caller(agent), tickets.InboxList, tickets.AtDesk) {
		return nil, err
	}
	rows, err := s.people.Inboxes(r.Context())
	if err != nil {
		return nil, err
	}
	var out []namedInbox
	for i := range rows {
		if rows[i].Kind == tickets.Website && rows[i].DisabledAt == 0 {
			out = append(out, namedInbox{rows[i].Name, rows[i].Key})
		}
	}
	return out, nil
}

// tried is the stand-in's page: what its tag says, and what kind of page it is.
type tried struct {
	Inbox, Color, Side, Theme, Locale, Launcher, Label, Consent string
	Proactive, RTL                                              bool
	Page                                                        string
	Known                                                       bool // there is such an inbox
}

var inboxKey = regexp.MustCompile(`^[A-Za-z0-9_-]{1,64}$`)

const mostLabel = 60 // characters of a launcher's name

// triedOf reads the settings from an address. What is none of the offered values is left out.
func triedOf(q url.Values) tried {
	one := func(name string, of ...string) string {
		if v := q.Get(name); slices.Contains(of, v) {
			return v
		}
		return ""
	}
	t := tried{Side: one("side", "start", "end"), Theme: one("theme", "light", "dark"), Launcher: one("launcher", "none"),
		Consent: one("consent", "wait", "yes"), Proactive: q.Has("proactive"), RTL: q.Has("rtl"),
		Page: one("page", "article", "app", "busy")}
	if v := q.Get("inbox"); inboxKey.MatchString(v) {
		t.Inbox = v
	}
	if _, ok := parseColor(q.Get("color")); ok {
		t.Color = q.Get("color")
	}
	if v := strings.TrimSpace(q.Get("label")); len([]rune(v)) <= mostLabel {
		t.Label = v
	}
	for _, l := range widgetLocales() {
		if l.Tag == q.Get("locale") {
			t.Locale = l.Tag
		}
	}
	return t
}

func (s *Server) serveTried(w http.ResponseWriter, r *http.Request) {
	t := triedOf(r.URL.Query())
	if t.Inbox != "" {
		inbox, err := s.people.InboxByKey(r.Context(), t.Inbox)
		if err != nil && fault.KindOf(err) != fault.NotFound {
			s.pageProblem(w, r, err)
			return
		}
		t.Known = err == nil && inbox.Kind == tickets.Website
	}
	s.render(w, r, http.StatusOK, "tried.html", t)
}
