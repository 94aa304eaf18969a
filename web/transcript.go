package web

import (
	"bytes"
	"cmp"
	"context"
	"fmt"
	"html/template"
	"strings"
	"time"

	"heard/tickets"
	"heard/tickets/events"
	"heard/tickets/fault"
)

// transcript is a conversation to take home: the same words as text and as a page that needs nothing else.
type transcript struct {
	Title string
	Zone  string
	Cut   bool // earlier messages were left out
	Lines []transcriptLine
}

type transcriptLine struct {
	At, Who, Body string
	Files         []string
	Edited, Gone  bool
	Ours          bool
}

type wireTranscript struct {
	Text string `json:"text"`
	HTML string `json:"html" doc:"A whole page that stands alone; everything in it is escaped"`
}

// transcriptOf reads the public messages of a ticket. Times are those of the zone, or of the desk without one.
func (s *Server) transcriptOf(ctx context.Context, t *tickets.Listed, zone string) (*transcript, error) {
	snap, err := s.people.Directory().Snapshot(ctx)
	if err != nil {
		return nil, err
	}
	loc := snap.Zone()
	if zone != "" {
		if loc, err = time.LoadLocation(zone); err != nil || zone == "Local" {
			return nil, fault.On("time_zone", "is not an IANA time zone")
		}
	}
	lines, cut, err := s.store.Transcript(ctx, t.ID)
	if err != nil {
		return nil, err
	}
	out := &transcript{Title: fmt.Sprintf("Conversation %d", t.ID), Zone: loc.String(), Cut: cut}
	name := ""
	if in := snap.Inboxes[t.InboxID]; in != nil {
		name = in.ShownTitle()
		out.Title = fmt.Sprintf("%s: conversation %d", name, t.ID)
	}
	for _, l := range lines {
		w := transcriptLine{At: l.At.Std().In(loc).Format("2006-01-02 15:04:05"), Who: speaker(l, name), Body: l.Body, Edited: l.Edited,
			Gone: l.Redacted, Ours: l.By != events.Customer}
		for _, f := range l.Files {
			w.Files = append(w.Files, oneLine(f.Name))
		}
		out.Lines = append(out.Lines, w)
	}
	return out, nil
}

// speaker names who wrote a line: what nobody in particular says, the inbox says, by the name that its chat bears.
// Whoever has no name is called by what it is.
func speaker(l tickets.Line, inbox string) string {
	switch {
	case l.Name != "":
		return oneLine(l.Name)
	case l.By == events.Customer:
		return "Customer"
	case l.By == events.Agent:
		return "Agent"
	}
	return cmp.Or(oneLine(inbox), "Automatic message")
}

func oneLine(s string) string { return strings.Join(strings.Fields(s), " ") }

// text is the transcript as plain text. Lines of a message are indented, so that nobody can write what looks like
// another's message.
func (t *transcript) text() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s\nTimes: %s\n", oneLine(t.Title), t.Zone)
	if t.Cut {
		b.WriteString("Earlier messages are left out.\n")
	}
	for _, l := range t.Lines {
		fmt.Fprintf(&b, "\n[%s] %s%s\n", l.At, l.Who, map[bool]string{true: " (edited)"}[l.Edited])
		if l.Gone {
			b.WriteString("  (this message was removed)\n")
		}
		if l.Body != "" {
			body := strings.NewReplacer("\r\n", "\n", "\r", "\n", "\v", "\n", "\f", "\n", "\u0085", "\n", "\u2028", "\n", "\u2029", "\n").Replace(l.Body)
			b.WriteString("  " + strings.ReplaceAll(body, "\n", "\n  ") + "\n")
		}
		for _, f := range l.Files {
			b.WriteString("  File: " + f + "\n")
		}
	}
	return b.String()
}

const transcriptPage = `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>{{.Title}}</title>
<style>body{font:16px/1.5 system-ui,sans-serif;max-width:44rem;margin:2rem auto;padding:0 1rem;color:#1f2937;background:#fff}
h1{font-size:1.25rem}li{list-style:none;margin:0 0 1rem}ol{padding:0}p{margin:.25rem 0 0;white-space:pre-wrap;overflow-wrap:anywhere}
.who{font-weight:600}time,.note{color:#4b5563;font-size:.875rem}.ours{border-inline-start:3px solid #2563eb;padding-inline-start:.75rem}</style>
</head><body><h1>{{.Title}}</h1><p class="note">Times: {{.Zone}}</p>
{{if .Cut}}<p class="note">Earlier messages are left out.</p>{{end}}
<ol>{{range .Lines}}<li{{if .Ours}} class="ours"{{end}}><span class="who" dir="auto">{{.Who}}</span> <time>{{.At}}</time>{{if .Edited}} <span class="note">(edited)</span>{{end}}
{{if .Gone}}<p class="note">(this message was removed)</p>{{end}}{{if .Body}}<p dir="auto">{{.Body}}</p>{{end}}
{{range .Files}}<p class="note">File: <span dir="auto">{{.}}</span></p>{{end}}</li>
{{end}}</ol></body></html>
`

// page is the transcript as HTML.
func (t *transcript) page() (string, error) {
	page, err := template.New("transcript").Parse(transcriptPage)
	if err != nil {
		return "", fmt.Errorf("read the transcript's template: %w", err)
	}
	var b bytes.Buffer
	if err := page.Execute(&b, t); err != nil {
		return "", fmt.Errorf("write transcript: %w", err)
	}
	return b.String(), nil
}

// conversationTranscript gives a visitor its own conversation.
func (s *Server) conversationTranscript(ctx context.Context, in *struct {
	ID   pathID `path:"id"`
	Body *struct {
		TimeZone string `json:"time_zone,omitempty" maxLength:"60" doc:"An IANA zone for the times; the desk's unless set"`
	} `required:"false"`
}) (*answer[wireTranscript], error) {
	t, err := s.conversation(ctx, in.ID.ID, tickets.TranscriptAsk)
	if err != nil {
		return nil, err
	}
	zone := ""
	if in.Body != nil {
		zone = in.Body.TimeZone
	}
	doc, err := s.transcriptOf(ctx, t, zone)
	if err != nil {
		return nil, err
	}
	page, err := doc.page()
	return ok(wireTranscript{Text: doc.text(), HTML: page}, err)
}

// ticketTranscript gives an agent the public messages of a ticket as a file.
func (s *Server) ticketTranscript(ctx context.Context, in *struct {
	ID       pathID `path:"id"`
	Format   string `query:"format" enum:"text,html" doc:"text unless set"`
	TimeZone string `query:"time_zone" maxLength:"60" doc:"An IANA zone for the times; the desk's unless set"`
}) (*reportOut, error) {
	t, err := s.ticket(ctx, in.ID.ID, tickets.TicketRead)
	if err != nil {
		return nil, err
	}
	doc, err := s.transcriptOf(ctx, t, in.TimeZone)
	if err != nil {
		return nil, err
	}
	name := `attachment; filename="conversation-` + t.ID.String()
	if in.Format == "html" {
		page, err := doc.page()
		if err != nil {
			return nil, err
		}
		return &reportOut{ContentType: "text/html; charset=utf-8", Disposition: name + `.html"`, Body: []byte(page)}, nil
	}
	return &reportOut{ContentType: "text/plain; charset=utf-8", Disposition: name + `.txt"`, Body: []byte(doc.text())}, nil
}
