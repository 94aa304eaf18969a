package web

import (
	"bytes"
	"context"
	"fmt"
	"strconv"
	"strings"

	"heard/feedback/surveys"
	"heard/tickets/fault"
	"heard/tickets/jobs"
	"heard/tickets/mail"
)

// letterScore is one score of a letter: a link that only chooses it on the page.
type letterScore struct{ URL, Text string }

// letterPage is what the letter's template shows.
type letterPage struct {
	Locale, Dir, Subject, Intro, Question string
	Scores                                []letterScore
	Ends, Desk, Why, Color, URL, StopURL  string
	T                                     map[string]string
}

// SurveyLetter writes a letter with a survey, when it goes out.
func (s *Server) SurveyLetter(ctx context.Context, j jobs.Job) (mail.Message, error) {
	var post surveys.Post
	if err := j.Read(&post); err != nil {
		return mail.Message{}, err
	}
	l, err := s.surveys.Letter(ctx, post)
	if err != nil {
		return mail.Message{}, err
	}
	p := s.letterPage(l)
	var html bytes.Buffer
	if err := s.pages.set.ExecuteTemplate(&html, "letter.html", p); err != nil {
		return mail.Message{}, jobs.Park(fmt.Errorf("write a letter: %w", err))
	}
	m := mail.Message{To: l.To, ToName: l.ToName, FromName: l.Desk, Subject: p.Subject, Text: p.text(), HTML: html.String(), Unsubscribe: p.StopURL}
	if l.Reminder {
		m.Headers = map[string]string{"X-Heard-Reminder": "1"}
	}
	return m, nil
}

func (s *Server) letterPage(l *surveys.Letter) letterPage {
	locale, t := s.pages.surveyTexts("", l.Language, l.Locale, "")
	shown := inWords(l.Shown, t)
	p := letterPage{Locale: locale, Dir: direction(locale), Question: shown.Question, Desk: l.Desk, Color: letterColor(l.Color), T: t,
		URL: s.site.url("/survey/" + l.Token), StopURL: s.site.url("/survey/stop/" + l.Stop)}
	p.Subject, p.Intro, p.Why = letterWords(l, t)
	for n := l.Scale[0]; n <= l.Scale[1]; n++ {
		p.Scores = append(p.Scores, letterScore{p.URL + "?score=" + strconv.Itoa(n), strconv.Itoa(n)})
	}
	p.Ends = fmt.Sprintf("%d = %s, %d = %s", l.Scale[0], shown.Low, l.Scale[1], shown.High)
	return p
}

// letterWords are the words around the question. One that comes by the calendar does not thank for a contact.
func letterWords(l *surveys.Letter, t map[string]string) (subject, intro, why string) {
	again := ""
	if l.Reminder {
		again = "_again"
	}
	if l.Round {
		subject, intro, why = named(t["round_subject"+again], l.Desk), t["round_text"], t["round_why"]
	} else {
		subject, intro, why = t["mail_subject"+again]+" – "+l.Desk, t["mail_text"], t["mail_why"]
	}
	if l.Reminder {
		intro = t["mail_again"]
	}
	return subject, intro, named(why, l.Desk)
}

// text is the letter for those who read no HTML.
func (p *letterPage) text() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s\n\n%s\n(%s)\n\n", p.Intro, p.Question, p.Ends)
	for _, score := range p.Scores {
		fmt.Fprintf(&b, "%s: %s\n", score.Text, score.URL)
	}
	fmt.Fprintf(&b, "\n%s: %s\n\n%s\n\n--\n%s\n%s: %s\n", p.T["mail_open"], p.URL, p.Desk, p.Why, p.T["mail_stop"], p.StopURL)
	return b.String()
}

// named puts the desk's name into a text.
func named(text, desk string) string { return strings.ReplaceAll(text, "{desk}", desk) }

func isInvalid(err error) bool { return fault.KindOf(err) == fault.Invalid }
