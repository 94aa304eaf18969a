package tickets

import (
	"fmt"
	"regexp"
	"strings"

	"heard/tickets/events"
)

// OfflineForm is what a widget offers while nobody is on line outside business hours.
type OfflineForm struct {
	Mode string `json:"mode"` // one of the words below; "" leaves it to InboxSettings.Offline
	Text string `json:"text"` // the inbox's words above it; "" for the widget's own
}

// What an inbox takes while it is closed.
const (
	OfflineByForm   = "form"     // messages with an address to answer to
	OfflineMessages = "messages" // messages, with an address or without
	OfflineHidden   = "hidden"   // no new conversation
)

// Notice is what a site has to say before a chat, such as where its privacy policy is.
type Notice struct {
	Text     string `json:"text"` // Markdown: links as [privacy policy](https://…); "" for none
	Required bool   `json:"required"`
}

// NoticeField is the key of the answer to it, among those to the inbox's questions.
const NoticeField = "agreed"

// Inactivity is what becomes of a chat whose customer owes an answer. Both count from the desk's last word; 0 is off.
type Inactivity struct {
	WarnAfterMin  int    `json:"warn_after_min"`
	CloseAfterMin int    `json:"close_after_min"`
	Text          string `json:"text"` // of the warning; "" for ours
}

// ProactiveRule is a message that a site's visitors are shown before they ask: at most once a visitor, and never over
// an open conversation, which the widget sees to.
type ProactiveRule struct {
	ID        string `json:"id"`
	URL       string `json:"url"` // a pattern of the path: * is any run of characters
	Seconds   int    `json:"seconds"`
	Returning bool   `json:"returning"`  // only visitors who were here before
	HoursOnly bool   `json:"hours_only"` // only while the inbox is open
	Text      string `json:"text"`
}

// Limits of what an inbox says by itself.
const (
	maxProactive    = 10
	maxSaid         = 1000 // characters
	maxNotice       = 500
	maxPattern      = 200
	maxSilentMin    = 24 * 60
	maxProactiveS   = 3600
	proactiveIDForm = `^[a-z][a-z0-9_-]{0,39}$`
)

// OfflineMode is what the inbox takes while it is closed, in one word.
func (s *InboxSettings) OfflineMode() string {
	switch {
	case s.OfflineForm.Mode != "":
		return s.OfflineForm.Mode
	case s.Offline:
		return OfflineByForm
	}
	return OfflineMessages
}

// ProactiveNow are the rules that hold at a moment, given the hours of the inbox.
func (s *InboxSettings) ProactiveNow(hours *Hours, now events.Time) []ProactiveRule {
	open := hours.OpenAt(now)
	out := []ProactiveRule{}
	for _, r := range s.Proactive {
		if open || !r.HoursOnly {
			out = append(out, r)
		}
	}
	return out
}

// ProactiveText is the text of a rule, "" for one that is not there (any more).
func (s *InboxSettings) ProactiveText(id string) string {
	for _, r := range s.Proactive {
		if r.ID == id {
			return r.Text
		}
	}
	return ""
}

// checkLive cleans what the inbox does during a chat and around it.
func (s *InboxSettings) checkLive(c *checker) {
	oneOf(c, "settings.offline_form.mode", s.OfflineForm.Mode, "", OfflineByForm, OfflineMessages, OfflineHidden)
	s.OfflineForm.Text = c.text("settings.offline_form.text", s.OfflineForm.Text, 500)
	if s.OfflineForm.Mode != "" {
		s.Offline = s.OfflineForm.Mode == OfflineByForm
	}
	if s.Notice.Text = c.text("settings.notice.text", s.Notice.Text, maxNotice); s.Notice.Text == "" && s.Notice.Required {
		c.wrong.Add("settings.notice.text", "must not be empty where it has to be agreed to")
	}
	silent := &s.Inactivity
	c.between("settings.inactivity.warn_after_min", silent.WarnAfterMin, 0, maxSilentMin)
	c.between("settings.inactivity.close_after_min", silent.CloseAfterMin, 0, maxSilentMin)
	if silent.WarnAfterMin > 0 && silent.CloseAfterMin > 0 && silent.CloseAfterMin <= silent.WarnAfterMin {
		c.wrong.Add("settings.inactivity.close_after_min", "must be greater than warn_after_min")
	}
	silent.Text = c.text("settings.inactivity.text", silent.Text, maxSaid)
	if len(s.Proactive) > maxProactive {
		c.wrong.Add("settings.proactive", fmt.Sprintf("must hold at most %d rules", maxProactive))
		return
	}
	rules, seen := make([]ProactiveRule, len(s.Proactive)), map[string]bool{}
	for i, r := range s.Proactive {
		name := fmt.Sprintf("settings.proactive[%d]", i)
		rules[i] = r.check(c, name)
		if seen[r.ID] {
			c.wrong.Add(name+".id", "is used twice")
		}
		seen[r.ID] = true
	}
	s.Proactive = rules
}

func (r ProactiveRule) check(c *checker, name string) ProactiveRule {
	if !regexp.MustCompile(proactiveIDForm).MatchString(r.ID) {
		c.wrong.Add(name+".id", "must be a lower-case word")
	}
	r.URL = c.line(name+".url", r.URL, 1, maxPattern)
	if !strings.HasPrefix(r.URL, "/") && !strings.HasPrefix(r.URL, "*") {
		c.wrong.Add(name+".url", "must be a pattern of a path, like /checkout*")
	}
	c.between(name+".seconds", r.Seconds, 0, maxProactiveS)
	if r.Text = c.text(name+".text", r.Text, maxSaid); r.Text == "" {
		c.wrong.Add(name+".text", "must not be empty")
	}
	return r
}
