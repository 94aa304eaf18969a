package web

import (
	"errors"
	"net/http"
	"slices"
	"strings"

	"heard/feedback/rollups"
	"heard/feedback/weekly"
	"heard/tickets"
	"heard/tickets/events"
	"heard/tickets/fault"
)

// withForm is what the template of one action reads.
func withForm(row actionRow, form *actionForm) any {
	return struct {
		Row  actionRow
		Form *actionForm
	}{row, form}
}

// reportOf reads the report of a page's path. That no week is called so is no other problem than that there is none.
func (s *Server) reportOf(r *http.Request) (*rollups.Report, error) {
	rep, err := s.report(r.Context(), r.PathValue("week"))
	if f := (*fault.Error)(nil); errors.As(err, &f) && f.Kind == fault.Invalid {
		err = fault.New(fault.NotFound, "there is no such week: weeks are written like 2026-W46")
	}
	return rep, err
}

// serveReport answers the page of a week. Whoever is not signed in is sent to the console, which knows how.
func (s *Server) serveReport(w http.ResponseWriter, r *http.Request) { s.reportPage(w, r, nil) }

// reportPage answers the page of a week, perhaps with a form that was not right.
func (s *Server) reportPage(w http.ResponseWriter, r *http.Request, tried *actionForm) {
	v, err := s.viewPage(r)
	if err == nil {
		err = s.actPart(r, v, tried)
	}
	if err != nil {
		s.pageProblem(w, r, err)
		return
	}
	status := http.StatusOK
	if tried != nil {
		status = http.StatusUnprocessableEntity
	}
	// The form is sent from this page: with no-referrer, browsers would call its origin null.
	w.Header().Set("Referrer-Policy", "same-origin")
	s.render(w, r, status, "report.html", v)
}

func (s *Server) viewPage(r *http.Request) (*reportPage, error) {
	rep, err := s.reportOf(r)
	if err != nil {
		return nil, err
	}
	cal, err := s.rollups.Calendar(r.Context())
	if err != nil {
		return nil, err
	}
	first, err := s.rollups.FirstWeek(r.Context())
	if err != nil {
		return nil, err
	}
	v := viewReport(rep, weekly.Inside())
	v.between(first, cal.WeekOf(s.events.Now()))
	return v, nil
}

// actPart adds what became of the actions since, and the form, to a report that is still talked about: that of the
// running week, and the newest finished one.
func (s *Server) actPart(r *http.Request, v *reportPage, tried *actionForm) error {
	cal, err := s.rollups.Calendar(r.Context())
	if err != nil || v.Empty {
		return err
	}
	if week := cal.WeekOf(s.events.Now()); v.Week != week && v.Week != rollups.AddWeeks(week, -1) {
		return nil
	}
	list, err := s.weekly.Actions(r.Context(), "", mostActions)
	if err != nil {
		return err
	}
	v.now(list)
	c := callerOf(r.Context())
	if c.session == "" || !tickets.Can(c.rights, tickets.ReportAct, tickets.Own) {
		return nil // a program has the API
	}
	if v.Acts = tried; tried == nil {
		v.Acts = &actionForm{}
	}
	v.Acts.Path = reportPath(v.Week) + "/actions"
	snap, err := s.people.Directory().Snapshot(r.Context())
	if err != nil {
		return err
	}
	for id, a := range snap.Agents {
		if a.DisabledAt == 0 {
			v.Acts.Owners = append(v.Acts.Owners, ownerChoice{id, a.Name})
		}
	}
	slices.SortFunc(v.Acts.Owners, byName)
	return nil
}

// mostActions is how many actions a page looks at; those that are open come first.
const mostActions = 200

// takeAction takes the page's forms: another action, or one that is done. It leads back to the page, so that a reload
// sends nothing again.
func (s *Server) takeAction(w http.ResponseWriter, r *http.Request) {
	week, by := r.PathValue("week"), callerOf(r.Context()).actor()
	r.Body = http.MaxBytesReader(w, r.Body, maxForm)
	if kind, _, _ := strings.Cut(r.Header.Get("Content-Type"), ";"); strings.TrimSpace(kind) != "application/x-www-form-urlencoded" {
		s.pageProblem(w, r, newProblem(fault.New(fault.Unsupported, "the answer must come from the form")).with(http.StatusUnsupportedMediaType))
		return
	}
	err := r.ParseForm()
	if err != nil {
		s.pageProblem(w, r, errTooLarge.Because(err))
		return
	}
	if err = rollups.ParseWeek(week); err == nil {
		err = s.actByForm(r, by)
	}
	switch f := fault.Of(err); {
	case err == nil:
		http.Redirect(w, r, reportPath(week)+"#act", http.StatusSeeOther)
	case f.Kind == fault.Invalid && r.PostForm.Get("action") == "":
		s.reportPage(w, r, triedForm(r, f))
	default:
		s.pageProblem(w, r, err)
	}
}

func (s *Server) actByForm(r *http.Request, by events.Actor) error {
	if r.PostForm.Get("action") != "" {
		id, err := events.ParseID(r.PostForm.Get("action"))
		if err != nil {
			return fault.New(fault.NotFound, "there is no such action")
		}
		state := r.PostForm.Get("state")
		_, err = s.weekly.ChangeAction(r.Context(), by, id, weekly.ActionPatch{State: &state})
		return err
	}
	owner, err := optionalID("owner", r.PostForm.Get("owner"))
	if err != nil {
		return err
	}
	_, err = s.weekly.AddAction(r.Context(), by, weekly.ActionIn{Text: r.PostForm.Get("text"), Owner: owner, Due: r.PostForm.Get("due")})
	return err
}

// triedForm keeps what was typed, and says what is wrong with it.
func triedForm(r *http.Request, f *fault.Error) *actionForm {
	form := &actionForm{Text: r.PostForm.Get("text"), Due: r.PostForm.Get("due"), Wrong: f.Detail, WrongAt: "text"}
	form.Owner, _ = optionalID("owner", r.PostForm.Get("owner"))
	labels := map[string]string{"text": "What will be done", "due": "The day", "owner": "The owner"}
	for i, field := range f.Wrong() {
		switch field.Field {
		case "text":
			form.WrongText = true
		case "due":
			form.WrongDue = true
		case "owner":
			form.WrongWho = true
		}
		if label := labels[field.Field]; i == 0 && label != "" {
			form.Wrong, form.WrongAt = label+" "+field.Detail+".", field.Field
		}
	}
	return form
}

// serveEveryFigure answers the page of all figures of a week.
func (s *Server) serveEveryFigure(w http.ResponseWriter, r *http.Request) {
	v, err := s.viewPage(r)
	if err != nil {
		s.pageProblem(w, r, err)
		return
	}
	v.everything()
	v.Prev, v.Next = "", ""
	s.render(w, r, http.StatusOK, "figures.html", v)
}

// serveReportMail shows the mail that the report goes out as. Its styles stand in its elements, as mail programs want
// it; nothing else may happen in it.
func (s *Server) serveReportMail(w http.ResponseWriter, r *http.Request) {
	rep, err := s.reportOf(r)
	if err != nil {
		s.pageProblem(w, r, err)
		return
	}
	text, err := weekly.HTML(weekly.Look(rep, weekly.Inside()), reportPath(rep.Week), "")
	if err != nil {
		s.refuse(w, r, err)
		return
	}
	w.Header().Set("Content-Security-Policy", "default-src 'none'; base-uri 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; sandbox allow-top-navigation-by-user-activation")
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	_, _ = w.Write([]byte(text)) // the caller is gone: nobody is left to tell
}

// serveSharedReport answers a link that opens one week without signing in.
func (s *Server) serveSharedReport(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("X-Robots-Tag", "noindex, nofollow, noarchive")
	link, err := s.weekly.Opened(r.Context(), r.PathValue("token"))
	if err != nil {
		s.pageProblem(w, r, err)
		return
	}
	rep, err := s.rollups.Report(r.Context(), link.Week, rollups.Filter{})
	if err != nil {
		s.pageProblem(w, r, err)
		return
	}
	v := viewReport(rep, weekly.Outside(link.Quotes, link.Tickets))
	v.Shared = true
	s.render(w, r, http.StatusOK, "report.html", v)
}

// unsubscribePage is what the template reads.
type unsubscribePage struct {
	Desk string
	Gone bool
}

// askUnsubscribe answers the link in a mail. Looking ends nothing, since scanners follow every link.
func (s *Server) askUnsubscribe(w http.ResponseWriter, r *http.Request) { s.leaving(w, r, false) }

// unsubscribe ends a subscription: by the page's button, or by the one click of a mail program (RFC 8058).
func (s *Server) unsubscribe(w http.ResponseWriter, r *http.Request) { s.leaving(w, r, true) }

func (s *Server) leaving(w http.ResponseWriter, r *http.Request, now bool) {
	w.Header().Set("X-Robots-Tag", "noindex, nofollow, noarchive")
	id, err := s.weekly.Leaving(r.PathValue("token"))
	if err == nil && now {
		err = s.weekly.Unsubscribe(r.Context(), events.SystemActor, id)
	}
	snap, err2 := s.people.Directory().Snapshot(r.Context())
	if err = errors.Join(err, err2); err != nil {
		s.pageProblem(w, r, err)
		return
	}
	w.Header().Set("Referrer-Policy", "same-origin")
	s.render(w, r, http.StatusOK, "unsubscribe.html", unsubscribePage{snap.Settings.DeskName, now})
}
