package chat

import (
	"bytes"
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"time"

	"heard/tickets"
	"heard/tickets/events"
	"heard/tickets/fault"
)

// MaxFrame is the largest frame that a client may send, in bytes.
const MaxFrame = 64 << 10

// Close codes of the protocol.
const (
	CloseDone            = 1000
	CloseProtocol        = 1002
	CloseInvalidText     = 1007
	CloseTooBig          = 1009
	CloseUnauthenticated = 4001 // do not come back with this token
	CloseForbidden       = 4003
	CloseTooSlow         = 4008 // come back and resume
	CloseNoHello         = 4009
	CloseTooMany         = 4029 // wait
	CloseDraining        = 4503 // come back elsewhere
)

// Resume asks for what was missed in one conversation (widget) or ticket (console).
type Resume struct {
	Conversation events.ID `json:"conversation"`
	Ticket       events.ID `json:"ticket"`
	After        int64     `json:"after"`
}

// Hello is the first frame of a client.
type Hello struct {
	Type    string   `json:"type"`
	Visitor string   `json:"visitor"`
	Token   string   `json:"token"`
	Epoch   string   `json:"epoch"`
	Resume  []Resume `json:"resume"`
}

func (f *Hello) check() error {
	if len(f.Resume) > maxResume {
		return fault.On("resume", "has too many entries")
	}
	for _, r := range f.Resume {
		if r.After < 0 {
			return fault.On("resume.after", "must not be negative")
		}
	}
	return nil
}

type sendFrame struct {
	Type         string            `json:"type"`
	ClientID     string            `json:"client_id"`
	Conversation events.ID         `json:"conversation"`
	Ticket       events.ID         `json:"ticket"`
	Body         string            `json:"body"`
	Attachments  []FileRef         `json:"attachments"`
	Fields       map[string]string `json:"fields"`
	LastSeq      *int64            `json:"last_seq"`
	DraftRev     *int64            `json:"draft_rev"` // of a console: the draft that this was
	Proactive    string            `json:"proactive"` // which message on the page a new conversation answers
}

type pageFrame struct {
	Type     string `json:"type"`
	URL      string `json:"url"`
	Title    string `json:"title"`
	Referrer string `json:"referrer"`
}

type typingFrame struct {
	Type         string    `json:"type"`
	Conversation events.ID `json:"conversation"`
	Ticket       events.ID `json:"ticket"`
	On           bool      `json:"on"`
	Preview      string    `json:"preview"`
}

type seenFrame struct {
	Type         string    `json:"type"`
	Conversation events.ID `json:"conversation"`
	Ticket       events.ID `json:"ticket"`
	Seq          int64     `json:"seq"`
}

// check refuses a place before the first event, and a frame that names neither conversation nor ticket.
func (f *ticketFrame) check() error {
	if f.Conversation == 0 && f.Ticket == 0 {
		return fault.On("ticket", "must be given")
	}
	if f.After != nil && *f.After < 0 {
		return fault.On("after", "must not be negative")
	}
	return nil
}

type ticketFrame struct {
	Type         string    `json:"type"`
	Conversation events.ID `json:"conversation"`
	Ticket       events.ID `json:"ticket"`
	After        *int64    `json:"after"`
	On           bool      `json:"on"`
}

type listFrame struct {
	Type   string     `json:"type"`
	View   string     `json:"view"`
	Filter listFilter `json:"filter"`
}

type listFilter struct {
	Status []tickets.Status `json:"status"`
	Query  string           `json:"q"`
}

type availabilityFrame struct {
	Type  string               `json:"type"`
	State tickets.Availability `json:"state"`
}

// The fields that each client frame may carry, besides type, and after a dot those of the objects in them. Anything
// else is refused; `fields` alone has keys of the inbox's own.
var (
	widgetFields = map[string][]string{
		"hello":  {"visitor", "epoch", "resume", "resume.conversation", "resume.after"},
		"send":   attached("client_id", "conversation", "body", "fields", "proactive"),
		"typing": {"conversation", "on", "preview"},
		"seen":   {"conversation", "seq"},
		"end":    {"conversation"},
		"page":   {"url", "title", "referrer"},
		"ping":   {},
	}
	consoleFields = map[string][]string{
		"hello":        {"token", "epoch", "resume", "resume.ticket", "resume.after"},
		"list":         {"view", "filter", "filter.status", "filter.q"},
		"rows":         {"tickets"},
		"watch":        {"ticket", "after"},
		"unwatch":      {"ticket", "after"},
		"send":         attached("client_id", "ticket", "body", "last_seq", "draft_rev"),
		"note":         attached("client_id", "ticket", "body", "last_seq", "draft_rev"),
		"typing":       {"ticket", "on"},
		"composing":    {"ticket", "on"},
		"seen":         {"ticket", "seq"},
		"availability": {"state"},
		"ping":         {},
	}
)

// ParseFrame checks the outer form of a client frame: one JSON object that CheckJSON lets pass, with a known type and
// known fields only. It returns the type, and the client id where one can be read even from a bad frame, so that the
// error can name the message.
func ParseFrame(data []byte, fields map[string][]string) (kind, clientID string, err error) {
	members := make([]member, 0, 8)
	if err := checkJSON(data, &members); err != nil {
		return "", "", err
	}
	if first := bytes.TrimLeft(data, " \t\r\n"); first[0] != '{' {
		return "", "", fault.New(fault.Invalid, "a frame is one JSON object")
	}
	typed := false
	for _, m := range members {
		switch m.name {
		case "client_id":
			_ = json.Unmarshal(m.raw, &clientID) // wrong: decode tells
		case "type":
			typed = json.Unmarshal(m.raw, &kind) == nil
		}
	}
	if !typed {
		return "", clientID, fault.On("type", "must be a string")
	}
	allowed, ok := fields[kind]
	if !ok {
		return "", clientID, fault.New(fault.Unsupported, "this type of frame is not known")
	}
	var wrong fault.Fields
	for _, m := range members {
		switch {
		case m.name == "type":
		case !slices.Contains(allowed, m.name) || strings.Contains(m.name, "."):
			wrong.Add(bound(m.name, 60), "is not a field of this frame")
		default:
			inner(m.name, m.raw, allowed, &wrong)
		}
	}
	return kind, clientID, wrong.Err()
}

// inner checks the names in an object, or in each object of a list: encoding/json takes them in any case.
func inner(field string, raw json.RawMessage, allowed []string, wrong *fault.Fields) {
	below := field + "."
	if !slices.ContainsFunc(allowed, func(a string) bool { return strings.HasPrefix(a, below) }) {
		return
	}
	var list []map[string]json.RawMessage
	if json.Unmarshal(raw, &list) != nil {
		list = make([]map[string]json.RawMessage, 1)
		if json.Unmarshal(raw, &list[0]) != nil {
			return // of the wrong type: decode tells
		}
	}
	for _, object := range list {
		for k := range object {
			if !slices.Contains(allowed, below+k) {
				wrong.Add(bound(below+k, 60), "is not a field of this frame")
				return
			}
		}
	}
}

// decode reads the fields of a frame whose names were checked; wrong types are refused by name.
func decode(data []byte, into any) error {
	if err := json.Unmarshal(data, into); err != nil {
		var typ *json.UnmarshalTypeError
		if errors.As(err, &typ) && typ.Field != "" {
			return fault.On(typ.Field, "has the wrong type")
		}
		return fault.New(fault.Invalid, "a field of the frame has the wrong form")
	}
	return nil
}

func bound(s string, n int) string {
	if len(s) > n {
		return s[:n]
	}
	return s
}

type welcome struct {
	Type         string               `json:"type"`
	Session      string               `json:"session"`
	Time         events.Time          `json:"time"`
	Epoch        string               `json:"epoch"`
	HeartbeatS   int                  `json:"heartbeat_s"`
	Availability tickets.Availability `json:"availability"`
	Agent        events.ID            `json:"agent,omitempty"`
}

type ack struct {
	Type         string      `json:"type"`
	ClientID     string      `json:"client_id"`
	Conversation events.ID   `json:"conversation,omitempty"`
	Ticket       events.ID   `json:"ticket,omitempty"`
	Seq          int64       `json:"seq"`
	At           events.Time `json:"at"`
}

type eventFrame struct {
	Type         string            `json:"type"`
	Conversation events.ID         `json:"conversation,omitempty"`
	Ticket       events.ID         `json:"ticket,omitempty"`
	Event        tickets.WireEvent `json:"event"`
}

type resumedFrame struct {
	Type         string    `json:"type"`
	Conversation events.ID `json:"conversation,omitempty"`
	Ticket       events.ID `json:"ticket,omitempty"`
	Through      int64     `json:"through"`
}

type errorFrame struct {
	Type        string        `json:"type"`
	Code        fault.Kind    `json:"code"`
	Detail      string        `json:"detail"`
	ClientID    string        `json:"client_id,omitempty"`
	RetryAfterS float64       `json:"retry_after_s,omitempty"`
	Errors      []fault.Field `json:"errors,omitempty"`
	Events      any           `json:"events,omitempty"`
}

// errorOf is the frame that tells a client what was wrong. It never repeats what the client sent.
func errorOf(err error, clientID string) errorFrame {
	f := fault.Of(err)
	if f.Kind == fault.Internal && events.IsAway(err) {
		f = fault.New(fault.Unavailable, "the database does not answer").After(time.Second)
	}
	out := errorFrame{Type: "error", Code: f.Kind.Code(), Detail: f.Detail, ClientID: clientID, Errors: f.Wrong()}
	if f.RetryAfter > 0 {
		out.RetryAfterS = f.RetryAfter.Round(time.Millisecond).Seconds()
	}
	return out
}
