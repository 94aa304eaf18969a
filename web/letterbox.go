package web

import (
	"net/http"
	"regexp"
	"slices"
	"strings"

	"heard/chat"
	"heard/tickets"
	"heard/tickets/fault"

	"github.com/google/uuid"
)

// The letterbox is the chat for browsers without JavaScript: a form that becomes a ticket, answered by mail. The panel's
// page leads there by itself. It knows nobody, shows nothing that was said before, and needs no cookie.

// letterField is one of its questions.
type letterField struct {
	Name, Label, Kind, Value, Wrong string
	Required                        bool
	Options                         []string
	Words                           []noticeWords // of a notice to be agreed to, instead of a label
}

// noticeWords are some words of a notice, with where they lead, if anywhere.
type noticeWords struct{ Text, Href string }

var noticeLink = regexp.MustCompile(`\[([^\[\]\n]{1,300})\]\((https?://[^\s()]{1,500})\)`)

// noticeOf splits a notice at its links, which are all of Markdown that this page knows.
func noticeOf(text string) (words []noticeWords) {
	done := 0
	for _, at := range noticeLink.FindAllStringSubmatchIndex(text, -1) {
		words = append(words, noticeWords{Text: text[done:at[0]]}, noticeWords{text[at[2]:at[3]], text[at[4]:at[5]]})
		done = at[1]
	}
	return append(words, noticeWords{Text: text[done:]})
}

// addNotice puts the inbox's notice below the message: to be agreed to, or to be read.
func (p *letterboxPage) addNotice(n tickets.Notice) {
	words := noticeOf(n.Text)
	switch {
	case n.Text == "":
	case n.Required:
		label := ""
		for _, w := range words {
			label += w.Text
		}
		p.Fields = append(p.Fields, letterField{Name: tickets.NoticeField, Label: label, Kind: "checkbox", Required: true, Words: words})
	default:
		p.Notice = words
	}
}

// letterboxPage is what the template shows.
type letterboxPage struct {
	Action, Locale, Dir, Title, Brand string
	T                                 map[string]string
	Fields                            []letterField
	Notice                            []noticeWords
	Wrong, Sent                       bool
}

// showLetterbox answers GET /widget/{key}/write.
func (s *Server) showLetterbox(w http.ResponseWriter, r *http.Request) {
	p, _, err := s.letterbox(r)
	if err != nil {
		s.pageProblem(w, r, err)
		return
	}
	p.Sent = r.URL.Query().Has("sent")
	s.letterboxAnswer(w, r, http.StatusOK, p)
}

// takeLetter takes POST /widget/{key}/write and leads back to the page, so that a reload sends nothing again.
func (s *Server) takeLetter(w http.ResponseWriter, r *http.Request) {
	p, inbox, err := s.letterbox(r)
	if err == nil {
		err = readForm(w, r)
	}
	if err != nil {
		s.pageProblem(w, r, err)
		return
	}
	p.refill(r.PostForm)
	// Nobody sees the last field: what fills it in is a machine, which need not learn that it was noticed.
	if !p.Wrong && r.PostForm.Get("website") == "" {
		err = s.postLetter(r, inbox, p)
	}
	if p.explain(err); p.Wrong {
		s.letterboxAnswer(w, r, http.StatusUnprocessableEntity, p)
		return
	}
	if err != nil {
		s.pageProblem(w, r, err)
		return
	}
	http.Redirect(w, r, p.Action+"&sent=1", http.StatusSeeOther)
}

func (s *Server) letterboxAnswer(w http.ResponseWriter, r *http.Request, status int, p *letterboxPage) {
	w.Header().Set("Referrer-Policy", "same-origin") // with no-referrer, browsers would call the form's origin null
	s.render(w, r, status, "letterbox.html", p)
}

// postLetter opens a conversation for somebody whom nobody knows yet.
func (s *Server) postLetter(r *http.Request, inbox *tickets.Inbox, p *letterboxPage) error {
	ctx := r.Context()
	out, err := s.people.StartVisitor(ctx, tickets.StartIn{Inbox: inbox.Key, Language: r.Header.Get("Accept-Language")})
	if err != nil {
		return err
	}
	m, begin := tickets.NewMessage{ClientID: uuid.NewString()}, chat.Beginning{Fields: map[string]string{}}
	for _, f := range p.Fields {
		switch {
		case f.Name == letterText:
			m.Body = f.Value
		case f.Value != "":
			begin.Fields[f.Name] = f.Value
		}
	}
	_, err = s.chat.SendAs(ctx, out.Visitor, 0, m, begin)
	return err
}

// letterText is the name of the field with the message; the keys of an inbox's questions have no capitals.
const letterText = "Message"

// letterbox is the empty form of an inbox: who it is, the inbox's own questions, what it is about.
func (s *Server) letterbox(r *http.Request) (*letterboxPage, *tickets.Inbox, error) {
	inbox, err := s.people.InboxByKey(r.Context(), r.PathValue("key"))
	if err != nil {
		return nil, nil, err
	}
	if inbox.Kind != tickets.Website {
		return nil, nil, errNothing
	}
	locale, t := textsFor(s.pages.letterbox, append([]string{r.URL.Query().Get("locale"), inbox.Settings.Locale}, languages(r.Header.Get("Accept-Language"))...)...)
	p := &letterboxPage{Action: "/widget/" + inbox.Key + "/write?locale=" + locale, Locale: locale, Dir: direction(locale), T: t, Title: inbox.ShownTitle()}
	if c := inbox.Settings.Color; c != "" {
		p.Brand = strings.TrimPrefix(c, "#") + ".css"
	}
	p.Fields = []letterField{{Name: "name", Label: t["name"], Kind: "text"}, {Name: "email", Label: t["email"], Kind: "email", Required: true}}
	for _, q := range inbox.Settings.Prechat {
		switch q.Key {
		case "name":
			p.Fields[0].Required, p.Fields[0].Label = q.Required, q.Label
		case "email":
			p.Fields[1].Label = q.Label
		default:
			p.Fields = append(p.Fields, letterField{Name: q.Key, Label: q.Label, Kind: q.Type, Required: q.Required, Options: q.Options})
		}
	}
	p.Fields = append(p.Fields, letterField{Name: letterText, Label: t["message"], Kind: "letter", Required: true})
	p.addNotice(inbox.Settings.Notice)
	return p, inbox, nil
}

// refill keeps what a person entered, and says what is missing.
func (p *letterboxPage) refill(sent map[string][]string) {
	for i := range p.Fields {
		f := &p.Fields[i]
		if v := sent[f.Name]; len(v) > 0 {
			f.Value = strings.TrimSpace(strings.ReplaceAll(v[0], "\r\n", "\n"))
		}
		switch {
		case f.Required && f.Value == "":
			f.Wrong = p.T["required"]
		case f.Options != nil && f.Value != "" && !slices.Contains(f.Options, f.Value):
			f.Wrong = p.T["wrong"]
		}
		p.Wrong = p.Wrong || f.Wrong != ""
	}
}

// explain says what the desk does not take, where it is one of the fields.
func (p *letterboxPage) explain(err error) {
	switch fault.KindOf(err) {
	case fault.TooLarge:
		i := slices.IndexFunc(p.Fields, func(f letterField) bool { return f.Name == letterText })
		p.Fields[i].Wrong, p.Wrong = p.T["long"], true
		return
	case fault.Invalid:
	default:
		return
	}
	for _, wrong := range fault.Of(err).Wrong() {
		name := strings.TrimPrefix(wrong.Field, "fields.")
		for i := range p.Fields {
			f := &p.Fields[i]
			switch {
			case f.Name == name && name == "email":
				f.Wrong = p.T["email_wrong"]
			case f.Name == name:
				f.Wrong = p.T["wrong"]
			default:
				continue
			}
			p.Wrong = true
		}
	}
}
