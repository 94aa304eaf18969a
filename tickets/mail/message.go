package mail

import (
	"errors"
	"fmt"
	"net/mail"
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	gomail "github.com/wneessen/go-mail"
)

// Message is one letter to one person.
type Message struct {
	To, ToName     string
	From, FromName string // the desk's own address unless set
	ReplyTo        string
	Subject        string
	Text, HTML     string // a letter with both is one of two alternatives
	MessageID      string // without brackets; from the job unless set
	InReplyTo      string
	References     []string
	Unsubscribe    string            // address that ends such letters; one click where it is https
	Headers        map[string]string // others than those that follow from the fields
}

const (
	maxHeader = 2000    // bytes of one value
	maxBody   = 2 << 20 // bytes of text or HTML
	maxRefs   = 50
)

// headerName is what another header may be called; forms that the library or a server sets are refused.
var headerName = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9-]{0,60}$`)

// owned tells whether a header follows from the fields of Message or from sending it.
func owned(name string) bool {
	name = strings.ToLower(name)
	return strings.HasPrefix(name, "content-") || slices.Contains([]string{"from", "to", "cc", "bcc", "sender", "reply-to", "subject",
		"date", "message-id", "in-reply-to", "references", "mime-version", "return-path", "received", "auto-submitted",
		"list-unsubscribe", "list-unsubscribe-post", "dkim-signature", "user-agent", "x-mailer"}, name)
}

// check says what of a letter cannot be sent.
func (m Message) check() error {
	var wrong []error
	value := func(name, s string) {
		switch {
		case len(s) > maxHeader:
			wrong = append(wrong, fmt.Errorf("%s is longer than %d bytes", name, maxHeader))
		case !utf8.ValidString(s):
			wrong = append(wrong, fmt.Errorf("%s is not UTF-8", name))
		case strings.ContainsFunc(s, unicode.IsControl), strings.ContainsAny(s, "\u2028\u2029"):
			wrong = append(wrong, fmt.Errorf("%s holds a control character", name))
		}
	}
	value("subject", m.Subject)
	value("to_name", m.ToName)
	value("from_name", m.FromName)
	for _, id := range append([]string{m.MessageID, m.InReplyTo}, m.References...) {
		if value("a message id", id); strings.ContainsAny(id, "<> ") {
			wrong = append(wrong, errors.New("a message id holds a bracket or a space"))
		}
	}
	if len(m.References) > maxRefs {
		wrong = append(wrong, fmt.Errorf("references are more than %d", maxRefs))
	}
	if value("unsubscribe", m.Unsubscribe); strings.ContainsAny(m.Unsubscribe, "<>, ") {
		wrong = append(wrong, errors.New("unsubscribe is not an address"))
	}
	for name, v := range m.Headers {
		if !headerName.MatchString(name) || owned(name) {
			wrong = append(wrong, fmt.Errorf("%.60q cannot be another header", name))
		}
		value(name, v)
	}
	for name, a := range map[string]string{"to": m.To, "from": m.From, "reply_to": m.ReplyTo} {
		if a == "" && name == "reply_to" {
			continue
		}
		if !address(a) {
			wrong = append(wrong, fmt.Errorf("%s is not an address", name))
		}
	}
	switch {
	case m.Text == "" && m.HTML == "":
		wrong = append(wrong, errors.New("there is nothing to say"))
	case len(m.Text) > maxBody || len(m.HTML) > maxBody:
		wrong = append(wrong, fmt.Errorf("the text is longer than %d bytes", maxBody))
	}
	return errors.Join(wrong...)
}

// address tells whether s is a bare address.
func address(s string) bool {
	a, err := mail.ParseAddress(s)
	return err == nil && a.Name == "" && a.Address == s && len(s) <= 320 && !strings.ContainsFunc(s, unicode.IsControl)
}

// literal keeps a value that looks like an encoded word from being decoded into something else.
func literal(s string) string { return strings.ReplaceAll(s, "=?", "=\u200b?") }

// form is the letter as the library writes it.
func (m Message) form() (*gomail.Msg, error) {
	if err := m.check(); err != nil {
		return nil, err
	}
	out := gomail.NewMsg(gomail.WithNoDefaultUserAgent())
	out.FromMailAddress(&mail.Address{Name: literal(m.FromName), Address: m.From})
	out.ToMailAddress(&mail.Address{Name: literal(m.ToName), Address: m.To})
	if m.ReplyTo != "" {
		out.ReplyToMailAddress(&mail.Address{Address: m.ReplyTo})
	}
	out.Subject(literal(m.Subject))
	out.SetDate()
	out.SetMessageIDWithValue(m.MessageID)
	if m.InReplyTo != "" {
		out.SetGenHeaderPreformatted(gomail.HeaderInReplyTo, "<"+m.InReplyTo+">")
	}
	if len(m.References) > 0 {
		out.SetGenHeaderPreformatted(gomail.HeaderReferences, "<"+strings.Join(m.References, ">\r\n <")+">")
	}
	out.SetGenHeader("Auto-Submitted", "auto-generated")
	out.SetGenHeader(gomail.HeaderXAutoResponseSuppress, "All")
	if m.Unsubscribe != "" {
		out.SetGenHeaderPreformatted(gomail.HeaderListUnsubscribe, "<"+m.Unsubscribe+">")
		if strings.HasPrefix(m.Unsubscribe, "https://") {
			out.SetListUnsubscribePost()
		}
	}
	for name, v := range m.Headers {
		out.SetGenHeader(gomail.Header(name), literal(v))
	}
	switch {
	case m.Text == "":
		out.SetBodyString(gomail.TypeTextHTML, m.HTML)
	case m.HTML == "":
		out.SetBodyString(gomail.TypeTextPlain, m.Text)
	default:
		out.SetBodyString(gomail.TypeTextPlain, m.Text)
		out.AddAlternativeString(gomail.TypeTextHTML, m.HTML)
	}
	return out, nil
}
