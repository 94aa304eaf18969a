package tickets

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"heard/tickets/events"
	"heard/tickets/fault"
)

// Strategy is how a team's queue finds its agents; package chat/routing says what each does.
type Strategy string

const (
	Balanced   Strategy = "balanced"
	RoundRobin Strategy = "round_robin"
	Manual     Strategy = "manual"
)

// Routing is how a team's queue is handed out. Durations are whole seconds.
type Routing struct {
	Strategy        Strategy
	StickyDays      int         // for how long the customer's last agent comes first; 0: never
	RelaxAfterS     int         `bun:"relax_after_s"` // wait after which skills stop to bind; 0: never
	OfferS          int         `bun:"offer_s"`       // time to accept what is offered; 0: assigned at once
	MaxNewPerMinute int         // new chats for one agent; 0: no limit
	AgeEveryS       int         `bun:"age_every_s"` // wait that is worth one step of priority
	Overflow        []Overflow  `bun:"overflow,type:text"`
	Weights         Weights     `bun:"weights,type:text"`
	SkillRules      []SkillRule `bun:"skill_rules,type:text"`
}

// DefaultRouting is how a new team's queue is handed out.
func DefaultRouting() Routing {
	return Routing{Strategy: Balanced, StickyDays: 7, RelaxAfterS: 60, AgeEveryS: 900, Overflow: []Overflow{},
		Weights: Weights{Chat: 1, Letter: 0.2}, SkillRules: []SkillRule{}}
}

// Overflow is a team that helps out when a ticket has waited for a while.
type Overflow struct {
	Team   events.ID `json:"team"`
	AfterS int       `json:"after_s"`
}

// Weights are how much of an agent's capacity one open ticket takes.
type Weights struct {
	Chat   float64 `json:"chat"`
	Letter float64 `json:"letter"`
}

// Of is the weight of a ticket of a channel.
func (w Weights) Of(c Channel) float64 {
	if c == Chat {
		return w.Chat
	}
	return w.Letter
}

// Sources of skill rules: what of a ticket they look at.
const (
	FromLanguage = "language" // of the customer's browser: de also means de-AT
	FromField    = "field"    // an answer before the chat; Key names it
	FromTopic    = "topic"    // the id of the topic
	FromTag      = "tag"      // a tag's name
	FromPage     = "page"     // where the chat was begun; * stands for anything
)

// SkillRule asks for a skill where a ticket looks like this.
type SkillRule struct {
	Source   string `json:"source"`
	Key      string `json:"key,omitempty"`
	Value    string `json:"value"`
	Skill    string `json:"skill"`
	Required bool   `json:"required"`
}

// Limits of what a team's routing may say.
const (
	maxSkills     = 50
	maxSkill      = 40
	maxSkillRules = 100
	maxOverflow   = 5
	maxStickyDays = 365
	maxOfferS     = 600
	maxRelaxS     = 24 * 3600
	maxRuleValue  = 300
)

// RoutingPatch changes a team's routing; nil leaves a field.
type RoutingPatch struct {
	Strategy        *Strategy
	StickyDays      *int
	RelaxAfterS     *int
	OfferS          *int
	MaxNewPerMinute *int
	AgeEveryS       *int
	Overflow        *[]Overflow
	Weights         *Weights
	SkillRules      *[]SkillRule
}

// patch applies what is given and returns the names of what was.
func (r *Routing) patch(c *checker, in RoutingPatch) (changed []string) {
	if in.Strategy != nil {
		oneOf(c, "strategy", *in.Strategy, Balanced, RoundRobin, Manual)
		r.Strategy, changed = *in.Strategy, append(changed, "strategy")
	}
	for _, n := range []struct {
		name        string
		to          *int
		in          *int
		least, most int
	}{
		{"sticky_days", &r.StickyDays, in.StickyDays, 0, maxStickyDays},
		{"relax_after_s", &r.RelaxAfterS, in.RelaxAfterS, 0, maxRelaxS},
		{"offer_s", &r.OfferS, in.OfferS, 0, maxOfferS},
		{"max_new_per_minute", &r.MaxNewPerMinute, in.MaxNewPerMinute, 0, maxCapacity},
		{"age_every_s", &r.AgeEveryS, in.AgeEveryS, 10, maxRelaxS},
	} {
		if n.in != nil {
			c.between(n.name, *n.in, n.least, n.most)
			*n.to, changed = *n.in, append(changed, n.name)
		}
	}
	if in.Overflow != nil {
		r.Overflow, changed = c.overflow(*in.Overflow), append(changed, "overflow")
	}
	if in.Weights != nil {
		for name, w := range map[string]float64{"weights.chat": in.Weights.Chat, "weights.letter": in.Weights.Letter} {
			if !(w >= 0.01 && w <= maxCapacity) { // NaN too
				c.wrong.Add(name, fmt.Sprintf("must be between 0.01 and %d", maxCapacity))
			}
		}
		r.Weights, changed = *in.Weights, append(changed, "weights")
	}
	if in.SkillRules != nil {
		r.SkillRules, changed = c.skillRules(*in.SkillRules), append(changed, "skill_rules")
	}
	return changed
}

func (c *checker) overflow(in []Overflow) []Overflow {
	if len(in) > maxOverflow {
		c.wrong.Add("overflow", fmt.Sprintf("must hold at most %d entries", maxOverflow))
		return nil
	}
	seen := map[events.ID]bool{}
	for i, o := range in {
		if o.Team == 0 || seen[o.Team] {
			c.wrong.Add(fmt.Sprintf("overflow[%d].team", i), "must name a team that is not named before")
		}
		seen[o.Team] = true
		c.between(fmt.Sprintf("overflow[%d].after_s", i), o.AfterS, 0, maxRelaxS)
	}
	return slices.Clone(in)
}

func (c *checker) skillRules(in []SkillRule) []SkillRule {
	out := []SkillRule{}
	if len(in) > maxSkillRules {
		c.wrong.Add("skill_rules", fmt.Sprintf("must hold at most %d entries", maxSkillRules))
		return out
	}
	for i, r := range in {
		at := fmt.Sprintf("skill_rules[%d].", i)
		oneOf(c, at+"source", r.Source, FromLanguage, FromField, FromTopic, FromTag, FromPage)
		r.Value = c.line(at+"value", r.Value, 1, maxRuleValue)
		if r.Key = c.line(at+"key", r.Key, 0, maxKey); (r.Source == FromField) != (r.Key != "") {
			c.wrong.Add(at+"key", "belongs to rules about a field, and only to them")
		}
		r.Skill = c.skill(at+"skill", r.Skill)
		out = append(out, r)
	}
	return out
}

// skill checks one lower case word.
func (c *checker) skill(field, s string) string {
	s = strings.ToLower(strings.TrimSpace(s))
	ok := s != "" && utf8.RuneCountInString(s) <= maxSkill && !hasControl(s) && !strings.ContainsAny(s, " \t,")
	if !ok {
		c.wrong.Add(field, fmt.Sprintf("must be one word of at most %d characters, like billing or lang:de", maxSkill))
	}
	return s
}

// skills checks what an agent can do; the result is sorted, without doubles, never nil.
func (c *checker) skills(in []string) []string {
	out := []string{}
	if len(in) > maxSkills {
		c.wrong.Add("skills", fmt.Sprintf("must hold at most %d entries", maxSkills))
		return out
	}
	for i, s := range in {
		out = append(out, c.skill(fmt.Sprintf("skills[%d]", i), s))
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// checkOverflow refuses teams that do not exist, and a team's own.
func checkOverflow(ctx context.Context, tx *events.Tx, team events.ID, list []Overflow) error {
	for i, o := range list {
		field := fmt.Sprintf("overflow[%d].team", i)
		if o.Team == team {
			return fault.On(field, "must be another team")
		}
		if err := checkRef(ctx, tx, "teams", field, o.Team); err != nil {
			return err
		}
	}
	return nil
}

// Asks returns the skills that the rules ask for in a waiting ticket, required and preferred. What is required is
// not said to be preferred too.
func (r *Routing) Asks(w *Waiting) (required, preferred []string) {
	for _, rule := range r.SkillRules {
		if !rule.matches(w) {
			continue
		}
		if rule.Required {
			required = append(required, rule.Skill)
		} else {
			preferred = append(preferred, rule.Skill)
		}
	}
	slices.Sort(required)
	required = slices.Compact(required)
	slices.Sort(preferred)
	preferred = slices.Compact(preferred)
	return required, slices.DeleteFunc(preferred, func(s string) bool { return slices.Contains(required, s) })
}

func (r *SkillRule) matches(w *Waiting) bool {
	switch r.Source {
	case FromLanguage:
		return speaks(w.Language, r.Value)
	case FromField:
		return w.Fields[r.Key] != "" && like(r.Value, w.Fields[r.Key])
	case FromTopic:
		return w.Topic != 0 && w.Topic.String() == r.Value
	case FromTag:
		return slices.ContainsFunc(w.TagNames, func(name string) bool { return strings.EqualFold(name, r.Value) })
	case FromPage:
		return w.Page != "" && like(r.Value, w.Page)
	}
	return false
}

// speaks tells whether a language tag is the wanted one or a form of it.
func speaks(tag, wanted string) bool {
	tag, wanted = strings.ToLower(strings.ReplaceAll(tag, "_", "-")), strings.ToLower(strings.ReplaceAll(wanted, "_", "-"))
	return tag != "" && (tag == wanted || strings.HasPrefix(tag, wanted+"-"))
}

// like compares without regard to case; * in the pattern stands for anything.
func like(pattern, s string) bool {
	parts := strings.Split(strings.ToLower(pattern), "*")
	s = strings.ToLower(s)
	if len(parts) == 1 {
		return s == parts[0]
	}
	if !strings.HasPrefix(s, parts[0]) {
		return false
	}
	s = s[len(parts[0]):]
	for _, p := range parts[1 : len(parts)-1] {
		i := strings.Index(s, p)
		if i < 0 {
			return false
		}
		s = s[i+len(p):]
	}
	return strings.HasSuffix(s, parts[len(parts)-1])
}

// OfferFor is how long an agent has to accept.
func (r *Routing) OfferFor() time.Duration { return time.Duration(r.OfferS) * time.Second }
