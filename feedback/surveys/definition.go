package surveys

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"heard/tickets"
	"heard/tickets/events"
	"heard/tickets/fault"

	"github.com/uptrace/bun"
	"golang.org/x/text/language"
)

// When a survey is asked.
const (
	OnResolve  = "resolved" // when a ticket was resolved
	OnSchedule = "schedule" // everybody of a segment, again and again
	OnLink     = "link"     // whoever follows the link
)

// Survey is a question set with its policy. Empty conditions match anything.
type Survey struct {
	bun.BaseModel `bun:"table:surveys"`

	ID      events.ID `bun:",pk,autoincrement"`
	Name    string
	Kind    string
	High    int // best score of the scale
	Trigger string

	// Which tickets it is for; for the other triggers, what its answers are credited to.
	InboxID    events.ID
	Brand      string
	Touchpoint string
	Language   string // de also means de-AT
	Channel    tickets.Channel
	Position   int // among equally specific ones, the smallest wins

	Share      int     // of 100 resolves or people, so many are asked
	MailDelayS int64   `bun:"mail_delay_s"` // after the resolve
	RemindDays int     // after the letter; 0: never
	LowScore   int     // scores up to here ask for a follow-up; -1: none does
	EveryDays  int     // a scheduled survey's round
	Segment    Segment `bun:"segment,type:text"`
	Texts      Texts   `bun:"texts,type:text"`
	LinkKey    string

	StartsAt   events.Time // of the first round
	CreatedAt  events.Time
	UpdatedAt  events.Time
	DisabledAt events.Time
}

// Segment is who a scheduled survey is for. All that is given must hold; nothing given means everybody.
type Segment struct {
	OrganizationID    events.ID `json:"organization,omitempty"`
	Tag               string    `json:"tag,omitempty"` // on one of the person's tickets
	Attribute         string    `json:"attribute,omitempty"`
	Value             string    `json:"value,omitempty"`
	ContactWithinDays int       `json:"contact_within_days,omitempty"`
}

// Text is the same words by language tag.
type Text map[string]string

// Texts are the words of a survey. Words that are absent are Heard's own, in the person's language.
type Texts struct {
	Question  Text     `json:"question,omitempty"`
	Low       Text     `json:"low,omitempty"`  // at the worst end of the scale
	High      Text     `json:"high,omitempty"` // at the best end
	Reason    Text     `json:"reason,omitempty"`
	Reasons   []Choice `json:"reasons,omitempty"`
	Questions []Ask    `json:"questions,omitempty"`
}

// Choice is one of several answers.
type Choice struct {
	Key  string `json:"key"`
	Text Text   `json:"text"`
}

// What a question of a survey's own takes.
const (
	AskText   = "text"
	AskChoice = "choice"
	AskScale  = "scale" // 1 to High
)

// Ask is a question of a survey's own. It may always be left out.
type Ask struct {
	Key     string   `json:"key"`
	Type    string   `json:"type"`
	Text    Text     `json:"text"`
	Choices []Choice `json:"choices,omitempty"`
	High    int      `json:"high,omitempty"`
}

// Bounds of a definition.
const (
	maxSurveyName = 80
	maxWords      = 200
	maxLanguages  = 30
	maxReasons    = 12
	maxAsks       = 5
	maxChoices    = 12
	maxDelayS     = 14 * 24 * 3600
	maxPosition   = 1000
	leastEvery    = 7
	mostEvery     = 730
)

// checker collects what is wrong with a definition while it cleans it.
type checker struct{ wrong fault.Fields }

func (c *checker) line(field, s string, least, most int) string {
	s = strings.Join(strings.Fields(s), " ")
	n := utf8.RuneCountInString(s)
	hidden := func(r rune) bool {
		return unicode.IsControl(r) || r >= 0x202A && r <= 0x202E || r >= 0x2066 && r <= 0x2069
	}
	switch {
	case !utf8.ValidString(s):
		c.wrong.Add(field, "is not valid UTF-8")
	case strings.ContainsFunc(s, hidden):
		c.wrong.Add(field, "must not hold control characters")
	case n < least:
		c.wrong.Add(field, "must not be empty")
	case n > most:
		c.wrong.Add(field, fmt.Sprintf("must hold at most %d characters", most))
	}
	return s
}

func (c *checker) between(field string, n, least, most int) {
	if n < least || n > most {
		c.wrong.Add(field, fmt.Sprintf("must be between %d and %d", least, most))
	}
}

func (c *checker) oneOf(field, s string, words ...string) {
	if !slices.Contains(words, s) {
		c.wrong.Add(field, fmt.Sprintf("must be one of %q", words))
	}
}

// tag checks a language tag.
func (c *checker) tag(field, s string) {
	if !languageTag(s) {
		c.wrong.Add(field, "is not a language tag like en or pt-BR")
	}
}

// languageTag tells whether a tag is well formed and names a language that there is.
func languageTag(s string) bool {
	if len(s) > 35 || !regexp.MustCompile(`^[a-zA-Z]{2,3}(-[a-zA-Z0-9]{2,8}){0,3}$`).MatchString(s) {
		return false
	}
	_, err := language.Parse(s)
	return err == nil
}

// words checks a text in its languages; most of them may be absent, but one that is given says something.
func (c *checker) words(field string, in Text, required bool) Text {
	out := Text{}
	if len(in) > maxLanguages {
		c.wrong.Add(field, fmt.Sprintf("must hold at most %d languages", maxLanguages))
		return out
	}
	for _, tag := range slices.Sorted(maps.Keys(in)) {
		if !languageTag(tag) {
			c.wrong.Add(field, "names a language that is no tag like en or pt-BR")
			continue
		}
		out[strings.ToLower(tag)] = c.line(field+"."+tag, in[tag], 1, maxWords)
	}
	if required && len(in) == 0 {
		c.wrong.Add(field, "must be given in one language at least")
	}
	return out
}

// choices checks a list of answers with their keys.
func (c *checker) choices(field string, in []Choice, least, most int) []Choice {
	if len(in) < least || len(in) > most {
		c.wrong.Add(field, fmt.Sprintf("must hold %d to %d entries", least, most))
		return nil
	}
	out := make([]Choice, 0, len(in))
	seen := map[string]bool{}
	for i, ch := range in {
		at := fmt.Sprintf("%s[%d]", field, i)
		c.key(at+".key", ch.Key, seen)
		out = append(out, Choice{ch.Key, c.words(at+".text", ch.Text, true)})
	}
	return out
}

func (c *checker) key(field, key string, seen map[string]bool) {
	switch {
	case !regexp.MustCompile(`^[a-z][a-z0-9_]{0,39}$`).MatchString(key):
		c.wrong.Add(field, "must be a lower-case word")
	case seen[key]:
		c.wrong.Add(field, "is used twice")
	}
	seen[key] = true
}

// check cleans a whole definition.
func (s *Survey) check() error {
	var c checker
	s.Name = c.line("name", s.Name, 1, maxSurveyName)
	s.checkScale(&c)
	c.oneOf("trigger", s.Trigger, OnResolve, OnSchedule, OnLink)
	s.Brand = c.line("brand", s.Brand, 0, 60)
	if s.Touchpoint != "" {
		c.oneOf("touchpoint", s.Touchpoint, tickets.Touchpoints()...)
	}
	if s.Language != "" {
		c.tag("language", s.Language)
	}
	if s.Channel != "" {
		c.oneOf("channel", string(s.Channel), string(tickets.Chat), string(tickets.Email), string(tickets.API))
	}
	c.between("position", s.Position, 0, maxPosition)
	c.between("share", s.Share, 1, 100)
	c.between("mail_delay_s", int(s.MailDelayS), 0, maxDelayS)
	c.between("remind_days", s.RemindDays, 0, 21)
	s.checkRound(&c)
	s.Texts.check(&c)
	return c.wrong.Err()
}

// checkScale checks kind and scale. Where they are wrong nobody can say what a low score is.
func (s *Survey) checkScale(c *checker) {
	c.oneOf("kind", s.Kind, CSAT, NPS, CES)
	switch {
	case s.Kind == CSAT && s.High != 5 && s.High != 10:
		c.wrong.Add("high", "must be 5 or 10 for csat")
	case s.Kind == NPS && s.High != 10:
		c.wrong.Add("high", "must be 10 for nps")
	case s.Kind == CES && s.High != 7:
		c.wrong.Add("high", "must be 7 for ces")
	case UsualHigh(s.Kind) != 0 && s.LowScore != -1:
		c.between("low_score", s.LowScore, low(s.Kind), s.High-1)
	}
}

func (s *Survey) checkRound(c *checker) {
	if s.Trigger != OnSchedule {
		if s.EveryDays != 0 {
			c.wrong.Add("every_days", "is for scheduled surveys")
		}
		if s.Segment != (Segment{}) {
			c.wrong.Add("segment", "is for scheduled surveys")
		}
		return
	}
	c.between("every_days", s.EveryDays, leastEvery, mostEvery)
	g := &s.Segment
	g.Tag = strings.ToLower(c.line("segment.tag", g.Tag, 0, 60))
	g.Attribute = c.line("segment.attribute", g.Attribute, 0, 64)
	g.Value = c.line("segment.value", g.Value, 0, maxWords)
	switch {
	case g.Attribute == "" && g.Value != "":
		c.wrong.Add("segment.attribute", "must be given with a value")
	case g.Attribute != "" && g.Value == "":
		c.wrong.Add("segment.value", "must be given with an attribute")
	}
	c.between("segment.contact_within_days", g.ContactWithinDays, 0, mostEvery)
}

func (t *Texts) check(c *checker) {
	t.Question = c.words("texts.question", t.Question, false)
	t.Low = c.words("texts.low", t.Low, false)
	t.High = c.words("texts.high", t.High, false)
	t.Reason = c.words("texts.reason", t.Reason, false)
	t.Reasons = c.choices("texts.reasons", t.Reasons, 0, maxReasons)
	if len(t.Questions) > maxAsks {
		c.wrong.Add("texts.questions", fmt.Sprintf("must hold at most %d entries", maxAsks))
		return
	}
	seen := map[string]bool{}
	asks := make([]Ask, 0, len(t.Questions))
	for i, q := range t.Questions {
		at := fmt.Sprintf("texts.questions[%d]", i)
		c.key(at+".key", q.Key, seen)
		c.oneOf(at+".type", q.Type, AskText, AskChoice, AskScale)
		q.Text = c.words(at+".text", q.Text, true)
		if q.Type == AskChoice {
			q.Choices = c.choices(at+".choices", q.Choices, 2, maxChoices)
		} else if len(q.Choices) > 0 {
			c.wrong.Add(at+".choices", "are for questions of type choice")
		}
		if q.Type == AskScale {
			c.between(at+".high", q.High, 2, 10)
		} else if q.High != 0 {
			c.wrong.Add(at+".high", "is for questions of type scale")
		}
		asks = append(asks, q)
	}
	t.Questions = asks
}
