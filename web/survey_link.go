package web

import (
	"net/http"
	"net/url"

	"heard/feedback/surveys"
)

// showLink answers GET /s/{key}: a survey for whoever has the link or its QR code. It records nothing; each showing of
// the form has a name, so that a form that is sent twice is one answer.
func (s *Server) showLink(w http.ResponseWriter, r *http.Request) {
	f, err := s.linkForm(r)
	if err != nil {
		s.surveyProblem(w, r, err)
		return
	}
	if f.Token != "" {
		http.Redirect(w, r, "/survey/"+f.Token, http.StatusSeeOther)
		return
	}
	p := s.surveyPage(r, &f.Form)
	p.Action, p.Proof = linkAction(r), f.Proof
	s.surveyAnswer(w, r, statusOfForm(&f.Form), p)
}

func (s *Server) linkForm(r *http.Request) (*surveys.LinkForm, error) {
	locale, _ := s.pages.surveyTexts(r.URL.Query().Get("locale"), "", "", r.Header.Get("Accept-Language"))
	return s.surveys.LookLink(r.Context(), r.PathValue("key"), r.URL.Query().Get("p"), locale)
}

// linkAction is where the form goes: with the person that the link names, if it names one.
func linkAction(r *http.Request) string {
	out := "/s/" + url.PathEscape(r.PathValue("key"))
	if ref := r.URL.Query().Get("p"); ref != "" {
		out += "?p=" + url.QueryEscape(ref)
	}
	return out
}

// answerLink takes POST /s/{key} and leads to the page of the answer, where it can be changed.
func (s *Server) answerLink(w http.ResponseWriter, r *http.Request) {
	f, err := s.linkForm(r)
	if err != nil {
		s.surveyProblem(w, r, err)
		return
	}
	if f.State == surveys.StateEnded {
		s.surveyAnswer(w, r, http.StatusGone, s.surveyPage(r, &f.Form))
		return
	}
	in, err := surveyForm(w, r)
	var out surveys.AnswerOut
	if err == nil {
		out, err = s.surveys.AnswerLink(r.Context(), r.PathValue("key"), r.URL.Query().Get("p"), r.PostForm.Get("form"), in)
	}
	if err != nil && out.Token == "" {
		s.linkRefused(w, r, f, err)
		return
	}
	s.surveyAnswered(w, r, &f.Form, out.Token, err)
}

// linkRefused shows the form again, with a new name if the old one was the trouble.
func (s *Server) linkRefused(w http.ResponseWriter, r *http.Request, f *surveys.LinkForm, err error) {
	p := s.surveyPage(r, &f.Form)
	if !p.Open || !isInvalid(err) {
		s.surveyProblem(w, r, err)
		return
	}
	p.refill(r.PostForm)
	p.Action, p.Proof = linkAction(r), f.Proof
	p.explain(err)
	s.surveyAnswer(w, r, http.StatusUnprocessableEntity, p)
}

// stopPage is what the unsubscribe page shows.
type stopPage struct {
	Token, Locale, Dir, Desk, Title string
	T                               map[string]string
	Stopped                         bool
}

// showStop answers GET /survey/stop/{token}: a button, since looking must not unsubscribe anybody.
func (s *Server) showStop(w http.ResponseWriter, r *http.Request) {
	found, err := s.surveys.LookStop(r.Context(), r.PathValue("token"))
	if err != nil {
		s.surveyProblem(w, r, err)
		return
	}
	locale, t := s.pages.surveyTexts(r.URL.Query().Get("locale"), found.Language, found.Locale, r.Header.Get("Accept-Language"))
	w.Header().Set("Referrer-Policy", "same-origin")
	s.render(w, r, http.StatusOK, "stop.html", stopPage{Token: r.PathValue("token"), Locale: locale, Dir: direction(locale), Desk: found.Desk,
		Title: named(t["stop_title"], found.Desk), T: t, Stopped: found.Stopped})
}

// stopSurveys takes POST /survey/stop/{token}: the button, or a mail program's one click (RFC 8058), which brings no
// cookie and follows nothing.
func (s *Server) stopSurveys(w http.ResponseWriter, r *http.Request) {
	if err := readForm(w, r); err != nil {
		s.surveyProblem(w, r, err)
		return
	}
	if err := s.surveys.Stop(r.Context(), r.PathValue("token"), r.PostForm.Get("back") == "1"); err != nil {
		s.surveyProblem(w, r, err)
		return
	}
	if r.PostForm.Get("List-Unsubscribe") == "One-Click" {
		w.WriteHeader(http.StatusNoContent)
		return
	}
	http.Redirect(w, r, "/survey/stop/"+r.PathValue("token"), http.StatusSeeOther)
}
