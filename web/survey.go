package web

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"unicode/utf8"

	"heard/chat"
	"heard/feedback/surveys"
	"heard/tickets/events"
	"heard/tickets/fault"
)

// The survey's page works without JavaScript. Looking records nothing, since scanners follow every link; only the
// form's POST does. What protects it is the link itself, so that no cookie and no origin matters.

// faces stand beside the words, never for them.
func faces() []string { return []string{"😞", "🙁", "😐", "🙂", "😀"} }

type surveyChoice struct {
	Value      int
	Face, Word string
	Checked    bool
}

// surveyPage is what the template shows.
type surveyPage struct {
	Token, Locale, Dir, Desk, Question string
	T                                  map[string]string
	Open, Thanks                       bool
	Choices                            []surveyChoice
	Comment, Wrong, WrongAt, Closed    string
}

// showSurvey answers GET /survey/{token}.
func (s *Server) showSurvey(w http.ResponseWriter, r *http.Request) {
	form, err := s.surveys.Look(r.Context(), r.PathValue("token"))
	if err != nil {
		s.surveyProblem(w, r, err)
		return
	}
	s.surveyAnswer(w, r, http.StatusOK, s.surveyPage(r, form))
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
	locale, t := s.pages.surveyTexts(r.URL.Query().Get("locale"), form.Locale, r.Header.Get("Accept-Language"))
	p := surveyPage{Token: r.PathValue("token"), Locale: locale, Dir: direction(locale), Desk: form.Desk, Question: t["question"], T: t,
		Thanks: form.State == surveys.StateAnswered}
	switch form.State {
	case surveys.StateOpen, surveys.StateAnswered:
		p.Open = true
	case surveys.StateFinal, surveys.StateWithdrawn, surveys.StateEnded:
		p.Closed = t[string(form.State)]
	}
	for i, face := range faces() {
		value := form.Scale[0] + i
		p.Choices = append(p.Choices, surveyChoice{value, face, t["w"+strconv.Itoa(i+1)], value == form.Score})
	}
	return p
}

// maxForm is the largest survey form: 2,000 characters of any script, percent-encoded.
const maxForm = 32 << 10

// answerSurvey takes POST /survey/{token} and leads back to the page, so that a reload sends nothing again.
func (s *Server) answerSurvey(w http.ResponseWriter, r *http.Request) {
	token := r.PathValue("token")
	form, err := s.surveys.Look(r.Context(), token)
	if err != nil {
		s.surveyProblem(w, r, err)
		return
	}
	score, comment, err := surveyForm(w, r, form.Scale)
	if err == nil {
		in := surveys.AnswerIn{Score: score, Comment: &comment, Via: surveys.ByPage}
		if comment == "" {
			in.Comment = nil // the page does not show what was written before: an empty field does not mean to erase it
		}
		_, err = s.surveys.Answer(r.Context(), token, in)
	}
	switch kind := fault.KindOf(err); {
	case err == nil:
		http.Redirect(w, r, "/survey/"+token, http.StatusSeeOther)
	case kind == fault.Invalid:
		p := s.surveyPage(r, form)
		p.Wrong, p.WrongAt, p.Comment, p.Thanks = p.T["missing"], "score-"+strconv.Itoa(form.Scale[0]), comment, false
		if score != 0 {
			p.Wrong, p.WrongAt = p.T["long"], "comment"
		}
		s.surveyAnswer(w, r, http.StatusUnprocessableEntity, p)
	case kind == fault.Closed || kind == fault.Conflict:
		http.Redirect(w, r, "/survey/"+token, http.StatusSeeOther) // the page says why
	default:
		s.surveyProblem(w, r, err)
	}
}

// surveyForm reads the form. A score that is not one of the scale is 0.
func surveyForm(w http.ResponseWriter, r *http.Request, scale [2]int) (score int, comment string, err error) {
	if kind, _, _ := strings.Cut(r.Header.Get("Content-Type"), ";"); strings.TrimSpace(kind) != "application/x-www-form-urlencoded" {
		return 0, "", newProblem(fault.New(fault.Unsupported, "the answer must come from the form")).with(http.StatusUnsupportedMediaType)
	}
	r.Body = http.MaxBytesReader(w, r.Body, maxForm)
	if err := r.ParseForm(); err != nil {
		return 0, "", errTooLarge.Because(err)
	}
	comment = strings.TrimSpace(strings.ReplaceAll(r.PostForm.Get("comment"), "\r\n", "\n"))
	if !cleanText(comment) {
		return 0, "", fault.On("comment", "must be text")
	}
	score, err = strconv.Atoi(r.PostForm.Get("score"))
	if err != nil || score < scale[0] || score > scale[1] {
		return 0, comment, fault.On("score", "must be given")
	}
	if utf8.RuneCountInString(comment) > surveys.MaxComment {
		return score, "", fault.On("comment", "is too long")
	}
	return score, comment, nil
}

type surveyKept struct {
	Score   int    `json:"score"`
	Comment string `json:"comment"`
}

// answerSurveyAPI is the widget's answer. The token is the proof: it came over the visitor's own connection.
func (s *Server) answerSurveyAPI(ctx context.Context, in *struct {
	Token string `path:"token"`
	Body  struct {
		Score   int     `json:"score"`
		Comment *string `json:"comment,omitempty"`
	}
}) (*answer[surveyKept], error) {
	out, err := s.surveys.Answer(ctx, in.Token, surveys.AnswerIn{Score: in.Body.Score, Comment: in.Body.Comment, Via: surveys.ByWidget})
	if err != nil {
		return nil, err
	}
	return ok(surveyKept{out.Score, out.Comment}, nil)
}

type wireSurvey struct {
	Token    string `json:"token"`
	Kind     string `json:"kind"`
	Question string `json:"question"`
	Scale    [2]int `json:"scale"`
}

// waitingSurveys are the unanswered surveys of conversations.
func (s *Server) waitingSurveys(ctx context.Context, ids []events.ID) (map[events.ID]*wireSurvey, error) {
	if len(ids) == 0 {
		return nil, nil
	}
	waiting, err := s.surveys.WaitingOf(ctx, ids...)
	if err != nil {
		return nil, err
	}
	out := map[events.ID]*wireSurvey{}
	for id, w := range waiting {
		out[id] = &wireSurvey{w.Token, w.Kind, cmp.Or(w.Question, surveys.Question), w.Scale}
	}
	return out, nil
}

// SurveyFrame finds the unanswered survey of a ticket for the customer's socket.
func SurveyFrame(store *surveys.Store) func(context.Context, events.ID) (*chat.Survey, error) {
	return func(ctx context.Context, ticket events.ID) (*chat.Survey, error) {
		waiting, err := store.WaitingOf(ctx, ticket)
		if err != nil {
			return nil, err
		}
		w, found := waiting[ticket]
		if !found {
			return nil, nil
		}
		return &chat.Survey{Type: "survey", Conversation: ticket, Token: w.Token, Kind: w.Kind, Question: cmp.Or(w.Question, surveys.Question), Scale: w.Scale}, nil
	}
}

// surveyTexts picks a language in which the page speaks: as asked, as the inbox, as the browser, else English.
func (p *pages) surveyTexts(asked, inbox, accepted string) (string, map[string]string) {
	wanted := []string{asked, inbox}
	for part := range strings.SplitSeq(accepted, ",") {
		tag, _, _ := strings.Cut(part, ";")
		wanted = append(wanted, strings.TrimSpace(tag))
	}
	for _, tag := range wanted {
		if t := p.survey[strings.ToLower(language(tag))]; t != nil {
			return strings.ToLower(language(tag)), t
		}
	}
	return "en", p.survey["en"]
}

func readSurveyTexts(b []byte) (map[string]map[string]string, error) {
	var out map[string]map[string]string
	if err := json.Unmarshal(b, &out); err != nil {
		return nil, fmt.Errorf("read the survey's texts: %w", err)
	}
	return out, nil
}
