package rollups

import (
	"context"
	"fmt"
	"strconv"
	"strings"

	"heard/feedback/surveys"
	"heard/tickets/events"
)

// asking is what a desk with more than one kind of survey answers.
type asking interface {
	// Answers returns the surveys of a kind that were sent or answered in [from, to).
	Answers(ctx context.Context, kind string, from, to events.Time) ([]surveys.Answer, error)
}

// answered reads the surveys of a kind.
func (r *Rollups) answered(ctx context.Context, kind string, from, to events.Time) (list []surveys.Answer, err error) {
	store, all := r.surveys.(asking)
	switch {
	case r.surveys == nil:
		return nil, nil
	case all:
		list, err = store.Answers(ctx, kind, from, to)
	case kind == surveys.CSAT:
		list, err = r.surveys.CSAT(ctx, from, to)
	}
	if err != nil {
		return nil, fmt.Errorf("read surveys: %w", err)
	}
	return list, nil
}

// kindOf is the survey that a figure is made from; empty for figures of tickets.
func kindOf(figure Key) string {
	switch figure {
	case CSAT, Responses:
		return surveys.CSAT
	case NPS:
		return "nps"
	case CES:
		return "ces"
	}
	return ""
}

// observedAnswer is a survey as an observation of a figure: the response rate by the asking, the others by the answer.
// The word is the score and its scale.
func observedAnswer(figure Key, n int, a *surveys.Answer) Observation {
	o := Observation{Ticket: a.Ticket, Figure: figure, N: int64(n), Inbox: a.Inbox, Team: a.Team, Agent: a.Agent, Channel: a.Channel}
	if a.Ticket == 0 {
		o.Touchpoint = a.Touchpoint
	}
	if figure == Responses {
		o.At, o.Hit = a.AskedAt, a.AnsweredAt
		return o
	}
	o.At, o.Word = a.AnsweredAt, strconv.Itoa(a.Score)+"/"+strconv.Itoa(a.Scale)
	is := satisfied(a)
	switch figure {
	case NPS:
		is = a.Score >= 9
	case CES:
		is = a.Score >= 5
	}
	o.Hit = when(is, a.AnsweredAt)
	return o
}

// scoreOf reads the word of an answer.
func scoreOf(word string) (score, scale int) {
	left, right, _ := strings.Cut(word, "/")
	score, _ = strconv.Atoi(left)
	scale, _ = strconv.Atoi(right)
	return score, scale
}

// pointsOf is an answer's score; of a scale from 1 to 10 brought onto 1 to 5.
func pointsOf(word string) float64 {
	score, scale := scoreOf(word)
	if scale == 10 {
		return 1 + float64(score-1)*4/9
	}
	return float64(score)
}
