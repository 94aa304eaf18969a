package surveys

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"heard/tickets/fault"
)

// clean checks an answer against the survey that was shown. Nothing is kept of one that is wrong.
func (in *AnswerIn) clean(to Shown) error {
	var wrong fault.Fields
	if in.Score < to.Scale[0] || in.Score > to.Scale[1] {
		wrong.Add("score", fmt.Sprintf("must be between %d and %d", to.Scale[0], to.Scale[1]))
	}
	if in.Comment != nil {
		text := prose(&wrong, "comment", *in.Comment)
		in.Comment = &text
	}
	if in.Reasons != nil {
		kept := []string{}
		for i, key := range *in.Reasons {
			if i > maxReasons || !has(to.Reasons, key) {
				wrong.Add(fmt.Sprintf("reasons[%d]", i), "is not one of this survey's reasons")
				break
			}
			if !slices.Contains(kept, key) {
				kept = append(kept, key)
			}
		}
		slices.Sort(kept)
		in.Reasons = &kept
	}
	in.cleanAnswers(&wrong, to)
	return wrong.Err()
}

// cleanAnswers checks the answers to the survey's own questions.
func (in *AnswerIn) cleanAnswers(wrong *fault.Fields, to Shown) {
	kept := map[string]string{}
	for _, key := range slices.Sorted(maps.Keys(in.Answers)) {
		i := slices.IndexFunc(to.Questions, func(q Asking) bool { return q.Key == key })
		if i < 0 {
			wrong.Add("answers", "holds something that this survey does not ask")
			continue
		}
		q, said, field := to.Questions[i], in.Answers[key], "answers."+key
		switch {
		case said == "":
		case q.Type == AskText:
			said = prose(wrong, field, said)
		case q.Type == AskChoice && !has(q.Choices, said):
			wrong.Add(field, "is not one of the choices")
		case q.Type == AskScale:
			if n, err := strconv.Atoi(said); err != nil || n < 1 || n > q.High {
				wrong.Add(field, fmt.Sprintf("must be between 1 and %d", q.High))
			}
		}
		kept[key] = said
	}
	in.Answers = kept
}

func has(list []Option, key string) bool {
	return slices.ContainsFunc(list, func(o Option) bool { return o.Key == key })
}

// prose cleans what a person wrote.
func prose(wrong *fault.Fields, field, s string) string {
	text := strings.TrimSpace(strings.ReplaceAll(s, "\r\n", "\n"))
	bad := func(r rune) bool { return unicode.IsControl(r) && r != '\n' && r != '\t' }
	switch {
	case !utf8.ValidString(text):
		wrong.Add(field, "is not valid UTF-8")
	case utf8.RuneCountInString(text) > MaxComment:
		wrong.Add(field, fmt.Sprintf("must hold at most %d characters", MaxComment))
	case strings.ContainsFunc(text, bad):
		wrong.Add(field, "must not hold control characters")
	}
	return text
}
