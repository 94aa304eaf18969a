package web

import (
	"context"

	"heard/chat"
	"heard/feedback/surveys"
	"heard/tickets/events"
)

type surveyKept struct {
	Score   int               `json:"score"`
	Comment string            `json:"comment"`
	Reasons []string          `json:"reasons,omitempty"`
	Answers map[string]string `json:"answers,omitempty"`
}

// answerSurveyAPI is the widget's answer. The token is the proof: it came over the visitor's own connection.
func (s *Server) answerSurveyAPI(ctx context.Context, in *struct {
	Token string `path:"token"`
	Body  struct {
		Score   int               `json:"score"`
		Comment *string           `json:"comment,omitempty"`
		Reasons *[]string         `json:"reasons,omitempty" doc:"Keys of the survey's list"`
		Answers map[string]string `json:"answers,omitempty" doc:"To the survey's own questions, by their keys"`
	}
}) (*answer[surveyKept], error) {
	b := in.Body
	out, err := s.surveys.Answer(ctx, in.Token, surveys.AnswerIn{Score: b.Score, Comment: b.Comment, Reasons: b.Reasons, Answers: b.Answers,
		Via: surveys.ByWidget})
	if err != nil {
		return nil, err
	}
	return ok(surveyKept{out.Score, out.Comment, out.Reasons, out.Answers}, nil)
}

type wireSurvey struct {
	Token     string           `json:"token"`
	Kind      string           `json:"kind"`
	Question  string           `json:"question"`
	Scale     [2]int           `json:"scale"`
	Ends      *[2]string       `json:"ends,omitempty" doc:"What the worst and the best score mean"`
	Reason    string           `json:"reason,omitempty" doc:"The question before the reasons"`
	Reasons   []surveys.Option `json:"reasons,omitempty"`
	Questions []surveys.Asking `json:"questions,omitempty"`
}

// surveyWire is a waiting survey in the person's language. What every inbox asks stays as short as it ever was.
func (p *pages) surveyWire(w *surveys.Waiting) *wireSurvey {
	_, t := p.surveyTexts("", w.Language, "", "")
	shown := inWords(w.Shown, t)
	out := &wireSurvey{Token: w.Token, Kind: w.Kind, Question: shown.Question, Scale: w.Scale, Reasons: shown.Reasons, Questions: shown.Questions}
	if w.Kind != surveys.CSAT || w.Scale[1] != surveys.HighScore {
		out.Ends = &[2]string{shown.Low, shown.High}
	}
	if len(out.Reasons) > 0 {
		out.Reason = shown.Reason
	}
	return out
}

// waitingSurveys are the unanswered surveys of conversations that a visitor's panel lists.
func (s *Server) waitingSurveys(ctx context.Context, ids []events.ID) (map[events.ID]*wireSurvey, error) {
	waiting, err := s.surveys.WaitingOf(ctx, ids...)
	if err != nil || len(waiting) == 0 {
		return nil, err
	}
	out := map[events.ID]*wireSurvey{}
	var seen []events.ID
	for id, w := range waiting {
		out[id] = s.pages.surveyWire(&w)
		if !w.Noted {
			seen = append(seen, w.Invitation)
		}
	}
	return out, s.surveys.NoteShown(ctx, seen...)
}

// SurveyFrame finds the unanswered survey of a ticket for the customer's socket, which shows it at once.
func SurveyFrame(store *surveys.Store) (func(context.Context, events.ID) (*chat.Survey, error), error) {
	p, err := newPages()
	if err != nil {
		return nil, err
	}
	return func(ctx context.Context, ticket events.ID) (*chat.Survey, error) {
		waiting, err := store.WaitingOf(ctx, ticket)
		if err != nil {
			return nil, err
		}
		w, found := waiting[ticket]
		if !found {
			return nil, nil
		}
		wire := p.surveyWire(&w)
		out := &chat.Survey{Type: "survey", Conversation: ticket, Token: w.Token, Kind: w.Kind, Question: wire.Question, Scale: w.Scale,
			Ends: wire.Ends, Reason: wire.Reason}
		if len(wire.Reasons) > 0 {
			out.Reasons = wire.Reasons
		}
		if len(wire.Questions) > 0 {
			out.Questions = wire.Questions
		}
		return out, store.NoteShown(ctx, w.Invitation)
	}, nil
}
