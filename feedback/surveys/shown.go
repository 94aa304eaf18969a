package surveys

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	"heard/tickets/events"
)

// Shown is a survey in one language, as a page, a widget or a letter asks it. Words that the survey does not bring
// are "": the edge that shows it has Heard's own in ten languages.
type Shown struct {
	Kind      string
	Question  string
	Low, High string // at the ends of the scale
	Scale     [2]int
	Reason    string // before the list of reasons
	Reasons   []Option
	Questions []Asking
}

// Option is one of several answers.
type Option struct {
	Key  string `json:"key"`
	Text string `json:"text"`
}

// Asking is a question of a survey's own.
type Asking struct {
	Key     string   `json:"key"`
	Type    string   `json:"type"`
	Text    string   `json:"text"`
	Choices []Option `json:"choices,omitempty"`
	High    int      `json:"high,omitempty"`
}

// In picks the words of a language: the tag itself, the language without its region, then English, then whichever
// comes first. "" without any words.
func (t Text) In(tag string) string {
	tag = strings.ToLower(tag)
	base, _, _ := strings.Cut(tag, "-")
	for _, want := range []string{tag, base} {
		if s := t[want]; s != "" {
			return s
		}
		for _, have := range slices.Sorted(maps.Keys(t)) { // pt is answered by pt-br
			if want != "" && strings.HasPrefix(have, want+"-") {
				return t[have]
			}
		}
	}
	if s := t["en"]; s != "" {
		return s
	}
	for _, have := range slices.Sorted(maps.Keys(t)) {
		return t[have]
	}
	return ""
}

// Show is the survey in a language.
func (s *Survey) Show(language string) Shown {
	out := Shown{Kind: s.Kind, Question: s.Texts.Question.In(language), Low: s.Texts.Low.In(language), High: s.Texts.High.In(language),
		Scale: [2]int{low(s.Kind), s.High}, Reason: s.Texts.Reason.In(language), Reasons: options(s.Texts.Reasons, language)}
	for _, q := range s.Texts.Questions {
		out.Questions = append(out.Questions, Asking{Key: q.Key, Type: q.Type, Text: q.Text.In(language),
			Choices: options(q.Choices, language), High: q.High})
	}
	return out
}

func options(list []Choice, language string) []Option {
	var out []Option
	for _, c := range list {
		out = append(out, Option{c.Key, c.Text.In(language)})
	}
	return out
}

// shown is the survey of an invitation, in its language. The scale is the invitation's own.
func (s *Store) shown(ctx context.Context, inv *Invitation) (Shown, error) {
	out := Shown{Kind: inv.Kind}
	if inv.SurveyID != 0 {
		def, err := s.Survey(ctx, inv.SurveyID)
		if err != nil {
			return Shown{}, err
		}
		out = def.Show(inv.Language)
	}
	out.Scale = [2]int{low(inv.Kind), inv.High}
	return out, nil
}

// Survey returns one definition.
func (s *Store) Survey(ctx context.Context, id events.ID) (*Survey, error) {
	var found []Survey
	if err := s.log.Read().NewSelect().Model(&found).Where("id = ?", id).Scan(ctx); err != nil {
		return nil, fmt.Errorf("read survey %s: %w", id, err)
	}
	if len(found) == 0 {
		return nil, noSurvey()
	}
	return &found[0], nil
}
