package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"unicode/utf8"

	"heard/tickets"
	"heard/tickets/events"
	"heard/tickets/fault"
)

// conversation is one line of an import (the README has the schema).
type conversation struct {
	ID              string            `json:"id"`
	Channel         tickets.Channel   `json:"channel"`
	Subject         string            `json:"subject"`
	Priority        tickets.Priority  `json:"priority"`
	Team            string            `json:"team"`
	Tags            []string          `json:"tags"`
	Fields          map[string]string `json:"fields"`
	Customer        importCustomer    `json:"customer"`
	Events          []importEvent     `json:"events"`
	CSAT            *importCSAT       `json:"csat"`
	HandlingMinutes float64           `json:"handling_minutes"`
}

type importCustomer struct {
	ID    string `json:"id"`
	Email string `json:"email"`
	Name  string `json:"name"`
}

type importEvent struct {
	At     events.Time      `json:"at"`
	Type   tickets.StepKind `json:"type"`
	By     string           `json:"by"`    // customer, bot, system, or an agent's e-mail address
	Body   string           `json:"body"`  // message, note, handoff
	Agent  string           `json:"agent"` // assign, handoff: e-mail address
	Team   string           `json:"team"`  // assign, handoff: name
	Reason string           `json:"reason"`
}

type importCSAT struct {
	Score   int         `json:"score"`
	Comment string      `json:"comment"`
	At      events.Time `json:"at"`
}

// maxLine bounds one line of an import, in bytes.
const maxLine = 4 << 20

// jsonConversations reads JSON Lines. Empty lines count, and are passed over.
func jsonConversations(r io.Reader) conversations {
	in := bufio.NewReaderSize(r, 64<<10)
	line := 0
	return func() (*conversation, int, error) {
		for {
			line++
			text, err := readLine(in)
			if err != nil {
				return nil, line, err
			}
			if len(bytes.TrimSpace(text)) == 0 {
				continue
			}
			conv, err := parseConversation(text)
			return conv, line, err
		}
	}
}

// readLine reads one line of any length, and keeps no more than maxLine of it.
func readLine(in *bufio.Reader) ([]byte, error) {
	var out []byte
	long := false
	for {
		part, err := in.ReadSlice('\n')
		if long = long || len(out)+len(part) > maxLine; !long {
			out = append(out, part...)
		}
		switch {
		case errors.Is(err, bufio.ErrBufferFull):
			continue
		case errors.Is(err, io.EOF) && (len(out) > 0 || long):
		case err != nil:
			return nil, err
		}
		if long {
			return nil, fault.Newf(fault.TooLarge, "is longer than %d bytes", maxLine)
		}
		return out, nil
	}
}

// parseConversation decodes a line strictly: one object, known fields only, right types, UTF-8.
func parseConversation(text []byte) (*conversation, error) {
	if !utf8.Valid(text) {
		return nil, fault.New(fault.Invalid, "is not UTF-8")
	}
	dec := json.NewDecoder(bytes.NewReader(text))
	dec.DisallowUnknownFields()
	conv := &conversation{}
	if err := dec.Decode(conv); err != nil {
		var typ *json.UnmarshalTypeError
		if errors.As(err, &typ) && typ.Field != "" {
			return nil, fault.On(typ.Field, "has the wrong type")
		}
		return nil, fault.Newf(fault.Invalid, "is no conversation: %v", err)
	}
	if dec.More() {
		return nil, fault.New(fault.Invalid, "holds more than one object")
	}
	return conv, conv.validate()
}

// validate checks what the stores cannot know; they check the rest, under the same names.
func (c *conversation) validate() error {
	var wrong fault.Fields
	if c.ID == "" {
		wrong.Add("id", "must not be empty")
	}
	if c.Customer == (importCustomer{Name: c.Customer.Name}) {
		wrong.Add("customer", "must have an id or an email")
	}
	if c.Channel == "" {
		c.Channel = tickets.API
	}
	if len(c.Events) == 0 {
		wrong.Add("events", "must not be empty")
	}
	for i, e := range c.Events {
		if e.At == 0 {
			wrong.Add(fmt.Sprintf("events[%d].at", i), "must be a time")
		}
		if e.By == "" {
			wrong.Add(fmt.Sprintf("events[%d].by", i), "must be customer, bot, system or an agent's e-mail address")
		}
	}
	if c.HandlingMinutes < 0 || c.HandlingMinutes > 100_000 {
		wrong.Add("handling_minutes", "must be 0 to 100000")
	}
	if c.CSAT != nil && (c.CSAT.Score < 1 || c.CSAT.Score > 5) {
		wrong.Add("csat.score", "must be 1 to 5")
	}
	return wrong.Err()
}

// agents lists the addresses of the agents who took part, each once.
func (c *conversation) agents() []string {
	var out []string
	for _, e := range c.Events {
		for _, address := range []string{e.By, e.Agent} {
			switch address {
			case "", "customer", "bot", "system":
			default:
				out = append(out, address)
			}
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}
