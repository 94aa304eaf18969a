package web

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"heard/feedback/surveys"
	"heard/tickets/fault"
)

// The survey's page works without JavaScript. Looking records nothing, since scanners follow every link; only the
// form's POST does. What protects it is the link itself, so that no cookie and no origin matters.

// mouth is the path of a face's mouth on 32 by 32, from 1 (unhappy) to 5. Drawn, because not every machine has a font
// with these faces; and a face stands above its word, never for it.
func mouth(score int) string {
	bend := 2.2 * float64(score-3)
	return fmt.Sprintf("M10.5 %.1fq5.5 %.1f 11 0", 20.5-bend/3, bend)
}

// surveyChoice is a score, a reason or a choice, as a native control.
type surveyChoice struct {
	Value             int
	Key               string
	Mouth, Word, Hint string
	Checked           bool
}

type surveyQuestion struct {
	Key, Text, Value string
	Options          []surveyChoice // none for text
}

// surveyWrong is one line of the summary of what is wrong, and where it leads.
type surveyWrong struct{ At, Text string }

// surveyPage is what the template shows.
type surveyPage struct {
	Action, Proof, Via          string
	Locale, Dir, Desk, Question string
	Brand                       string // file name of the sheet with the brand's colours
	T                           map[string]string
	Open, Thanks, Faces         bool
	Choose, Low, High, Reason   string
	Choices, Reasons            []surveyChoice
	Questions                   []surveyQuestion
	Comment, Closed, ScoreWrong string
	Wrong                       []surveyWrong
}

// showSurvey answers GET /survey/{token}. The score of a link in a letter is chosen beforehand, and not more.
func (s *Server) showSurvey(w http.ResponseWriter, r *http.Request) {
	form, err := s.surveys.LookIn(r.Context(), r.PathValue("token"), s.localeAsked(r))
	if err != nil {
		s.surveyProblem(w, r, err)
		return
	}
	p := s.surveyPage(r, form)
	p.Action = "/survey/" + r.PathValue("token")
	if asked := r.URL.Query().Get("score"); asked != "" {
		if n, err := strconv.Atoi(asked); err == nil && p.Open {
			p.choose(n)
		}
		p.Via = surveys.ByMail
	}
	s.surveyAnswer(w, r, statusOfForm(form), p)
}

// choose marks a score; one that the scale does not have changes nothing.
func (p *surveyPage) choose(score int) {
	if !slices.ContainsFunc(p.Choices, func(c surveyChoice) bool { return c.Value == score }) {
		return
	}
	for i := range p.Choices {
		p.Choices[i].Checked = p.Choices[i].Value == score
	}
}

// statusOfForm says of a survey that has ended that it is gone, for programs; the page says it to people.
func statusOfForm(form *surveys.Form) int {
	if form.State == surveys.StateEnded {
		return http.StatusGone
	}
	return http.StatusOK
}

// surveyProblem answers a link that leads nowhere.
func (s *Server) surveyProblem(w http.ResponseWriter, r *http.Request, err error) {
	if k := fault.KindOf(err); k == fault.Unauthenticated || k == fault.Invalid || k == fault.Forbidden {
		err = errNothing // which part of a link is wrong is nobody's business
	}
	s.pageProblem(w, r, err)
}

func (s *Server) surveyAnswer(w http.ResponseWriter, r *http.Request, status int, p surveyPage) {
	// The form is sent from this page: with no-referrer, browsers would call its origin null.
	w.Header().Set("Referrer-Policy", "same-origin")
	s.render(w, r, status, "survey.html", p)
}

func (s *Server) surveyPage(r *http.Request, form *surveys.Form) surveyPage {
	locale, t := s.pages.surveyTexts(r.URL.Query().Get("locale"), form.Language, form.Locale, r.Header.Get("Accept-Language"))
	shown := inWords(form.Shown, t)
	p := surveyPage{Locale: locale, Dir: direction(locale), Desk: form.Desk, Question: shown.Question, T: t, Reason: shown.Reason,
		Low: shown.Low, High: shown.High, Choose: t["choose_number"], Thanks: form.State == surveys.StateAnswered,
		Faces: form.Kind == surveys.CSAT && form.Scale[1] == surveys.HighScore}
	if form.Color != "" {
		p.Brand = strings.TrimPrefix(form.Color, "#") + ".css"
	}
	switch form.State {
	case surveys.StateOpen, surveys.StateAnswered:
		p.Open = true
	case surveys.StateFinal, surveys.StateWithdrawn, surveys.StateEnded:
		p.Closed = t[string(form.State)]
	}
	if p.Faces {
		p.Choose = t["choose"]
	}
	for n := form.Scale[0]; n <= form.Scale[1]; n++ {
		c := surveyChoice{Value: n, Word: strconv.Itoa(n), Checked: n == form.Score}
		switch {
		case p.Faces:
			c.Mouth, c.Word = mouth(n), t["w"+strconv.Itoa(n)]
		case n == form.Scale[0]:
			c.Hint = shown.Low
		case n == form.Scale[1]:
			c.Hint = shown.High
		}
		p.Choices = append(p.Choices, c)
	}
	for _, o := range shown.Reasons {
		p.Reasons = append(p.Reasons, surveyChoice{Key: o.Key, Word: o.Text, Checked: slices.Contains(form.Ticked, o.Key)})
	}
	for _, q := range shown.Questions {
		p.Questions = append(p.Questions, questionOf(q, form.Chosen[q.Key]))
	}
	return p
}

func questionOf(q surveys.Asking, said string) surveyQuestion {
	out := surveyQuestion{Key: q.Key, Text: q.Text, Value: said}
	for _, c := range q.Choices {
		out.Options = append(out.Options, surveyChoice{Key: c.Key, Word: c.Text, Checked: c.Key == said})
	}
	for n := 1; n <= q.High; n++ {
		key := strconv.Itoa(n)
		out.Options = append(out.Options, surveyChoice{Key: key, Word: key, Checked: key == said})
	}
	return out
}

// inWords fills in Heard's own words where a survey brings none.
func inWords(in surveys.Shown, t map[string]string) surveys.Shown {
	own := func(s, key string) string {
		if s != "" {
			return s
		}
		return t[key]
	}
	switch in.Kind {
	case surveys.NPS:
		in.Question, in.Low, in.High = own(in.Question, "question_nps"), own(in.Low, "nps_low"), own(in.High, "nps_high")
	case surveys.CES:
		in.Question, in.Low, in.High = own(in.Question, "question_ces"), own(in.Low, "ces_low"), own(in.High, "ces_high")
	default:
		in.Question, in.Low, in.High = own(in.Question, "question"), own(in.Low, "w1"), own(in.High, "w5")
	}
	in.Reason = own(in.Reason, "reason")
	return in
}

// maxForm is the largest survey form: comments of 2,000 characters of any script, percent-encoded.
const maxForm = 128 << 10

// answerSurvey takes POST /survey/{token} and leads back to the page, so that a reload sends nothing again.
func (s *Server) answerSurvey(w http.ResponseWriter, r *http.Request) {
	token := r.PathValue("token")
	form, err := s.surveys.LookIn(r.Context(), token, s.localeAsked(r))
	if err != nil {
		s.surveyProblem(w, r, err)
		return
	}
	if form.State == surveys.StateEnded {
		s.surveyAnswer(w, r, http.StatusGone, s.surveyPage(r, form))
		return
	}
	in, err := surveyForm(w, r)
	if err == nil {
		_, err = s.surveys.Answer(r.Context(), token, in)
	}
	s.surveyAnswered(w, r, form, token, err)
}

// surveyAnswered leads on after a form was sent, or shows it again with what is wrong.
func (s *Server) surveyAnswered(w http.ResponseWriter, r *http.Request, form *surveys.Form, token string, err error) {
	switch kind := fault.KindOf(err); {
	case err == nil, kind == fault.Closed, kind == fault.Conflict: // the page says why
		http.Redirect(w, r, "/survey/"+token, http.StatusSeeOther)
	case kind == fault.Invalid:
		p := s.surveyPage(r, form)
		p.Action = r.URL.Path
		p.refill(r.PostForm)
		p.explain(err)
		s.surveyAnswer(w, r, http.StatusUnprocessableEntity, p)
	default:
		s.surveyProblem(w, r, err)
	}
}

// refill keeps what a person entered in a form that comes back.
func (p *surveyPage) refill(sent url.Values) {
	p.Thanks, p.Via, p.Proof = false, sent.Get("via"), sent.Get("form")
	p.Comment = sent.Get("comment")
	if n, err := strconv.Atoi(sent.Get("score")); err == nil {
		p.choose(n)
	}
	for i := range p.Reasons {
		p.Reasons[i].Checked = slices.Contains(sent["reason"], p.Reasons[i].Key)
	}
	for i := range p.Questions {
		q := &p.Questions[i]
		q.Value = sent.Get("q." + q.Key)
		for j := range q.Options {
			q.Options[j].Checked = q.Options[j].Key == q.Value
		}
	}
}

// explain says what is wrong in the person's language, and where.
func (p *surveyPage) explain(err error) {
	for _, f := range fault.Of(err).Wrong() {
		at, text := f.Field, p.T["wrong_answer"]
		switch {
		case f.Field == "score":
			at, text = "score-"+strconv.Itoa(p.Choices[0].Value), p.T["missing_number"]
			if p.Faces {
				text = p.T["missing"]
			}
			p.ScoreWrong = text
		case f.Field == "comment":
			text = p.T["long"]
		case f.Field == "form":
			at, text = "score-"+strconv.Itoa(p.Choices[0].Value), p.T["old_form"]
		case strings.HasPrefix(f.Field, "answers."):
			at = "q-" + strings.TrimPrefix(f.Field, "answers.")
		default:
			at = "comment"
		}
		p.Wrong = append(p.Wrong, surveyWrong{at, text})
	}
}

// surveyForm reads the form. What it holds is checked against the survey where it is kept; a score that is no number
// is none of any scale. An empty comment does not mean to erase what was written before: the page does not show it.
func surveyForm(w http.ResponseWriter, r *http.Request) (surveys.AnswerIn, error) {
	in := surveys.AnswerIn{Score: -1, Via: surveys.ByPage, Answers: map[string]string{}}
	if err := readForm(w, r); err != nil {
		return in, err
	}
	if n, err := strconv.Atoi(r.PostForm.Get("score")); err == nil {
		in.Score = n
	}
	if r.PostForm.Get("via") == surveys.ByMail {
		in.Via = surveys.ByMail
	}
	if comment := strings.TrimSpace(r.PostForm.Get("comment")); comment != "" {
		in.Comment = &comment
	}
	reasons := r.PostForm["reason"] // the page shows which are ticked, so none means none
	in.Reasons = &reasons
	for name, values := range r.PostForm {
		if key, is := strings.CutPrefix(name, "q."); is && strings.TrimSpace(values[0]) != "" {
			in.Answers[key] = values[0]
		}
	}
	return in, nil
}

// readForm reads a form of ours, and nothing else.
func readForm(w http.ResponseWriter, r *http.Request) error {
	if kind, _, _ := strings.Cut(r.Header.Get("Content-Type"), ";"); strings.TrimSpace(kind) != "application/x-www-form-urlencoded" {
		return newProblem(fault.New(fault.Unsupported, "the answer must come from the form")).with(http.StatusUnsupportedMediaType)
	}
	r.Body = http.MaxBytesReader(w, r.Body, maxForm)
	if err := r.ParseForm(); err != nil {
		return errTooLarge.Because(err)
	}
	return nil
}

// localeAsked is the language that the address asks for, if we speak it.
func (s *Server) localeAsked(r *http.Request) string {
	if tag := r.URL.Query().Get("locale"); s.pages.survey[strings.ToLower(language(tag))] != nil {
		return tag
	}
	return ""
}

// surveyTexts picks a language in which the page speaks: as asked, as the person, as the inbox, as the browser, else
// English.
func (p *pages) surveyTexts(asked, person, inbox, accepted string) (string, map[string]string) {
	return textsFor(p.survey, append([]string{asked, person, inbox}, languages(accepted)...)...)
}
