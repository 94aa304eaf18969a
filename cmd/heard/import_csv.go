package main

import (
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"time"

	"heard/tickets"
	"heard/tickets/events"
	"heard/tickets/fault"
)

// A table has one row a conversation and knows less than JSON Lines: one message, and marks instead of events. What
// it says is told as events between agents who stand for the unknown ones.
const (
	importAgent = "imported-agent@import.invalid"
	otherAgent  = "imported-second-agent@import.invalid"
)

// csvFields are what a column can be.
func csvFields() []string {
	return []string{"id", "at", "text", "customer", "email", "name", "channel", "subject", "tags", "csat", "comment",
		"handling_minutes", "resolved_at", "reopened", "handoff"}
}

// csvConversations reads a table. fields maps ours to its columns; without a mapping columns are taken by our names.
func csvConversations(r io.Reader, fields map[string]string) (conversations, error) {
	in := csv.NewReader(r)
	in.ReuseRecord = true
	head, err := in.Read()
	if err != nil {
		return nil, usageError{fmt.Errorf("read the header of the table: %w", err)}
	}
	columns, err := csvColumns(slices.Clone(head), fields)
	if err != nil {
		return nil, err
	}
	return func() (*conversation, int, error) {
		record, err := in.Read()
		var bad *csv.ParseError
		switch {
		case errors.As(err, &bad):
			return nil, bad.Line, fault.Newf(fault.Invalid, "is not a row of this table: %v", bad.Err)
		case err != nil:
			return nil, 0, err
		}
		line, _ := in.FieldPos(0)
		row := csvRow{columns, record, nil}
		conv := row.conversation()
		if err := row.wrong.Err(); err != nil {
			return nil, line, err
		}
		return conv, line, conv.validate()
	}, nil
}

// csvColumns finds the place of each field.
func csvColumns(head []string, fields map[string]string) (map[string]int, error) {
	columns := map[string]int{}
	if len(fields) == 0 {
		fields = map[string]string{}
		for _, f := range csvFields() {
			if slices.Contains(head, f) {
				fields[f] = f
			}
		}
	}
	for field, column := range fields {
		if !slices.Contains(csvFields(), field) {
			return nil, usageError{fmt.Errorf("--map: %s is no field; the fields are %s", field, strings.Join(csvFields(), ", "))}
		}
		place := slices.Index(head, column)
		if place < 0 {
			return nil, usageError{fmt.Errorf("--map: the table has no column %s; it has %s", column, strings.Join(head, ", "))}
		}
		columns[field] = place
	}
	for _, must := range []string{"id", "at", "text"} {
		if _, ok := columns[must]; !ok {
			return nil, usageError{fmt.Errorf("--map: the field %s needs a column; the table has %s", must, strings.Join(head, ", "))}
		}
	}
	return columns, nil
}

type csvRow struct {
	columns map[string]int
	record  []string
	wrong   fault.Fields
}

func (r *csvRow) text(field string) string {
	i, ok := r.columns[field]
	if !ok || i >= len(r.record) {
		return ""
	}
	return strings.TrimSpace(strings.Clone(r.record[i]))
}

// time reads RFC 3339, or a date with a time in UTC.
func (r *csvRow) time(field string) events.Time {
	text := r.text(field)
	if text == "" {
		return 0
	}
	for _, layout := range []string{time.RFC3339Nano, "2006-01-02T15:04:05", time.DateTime, "2006-01-02 15:04", "2006-01-02T15:04", time.DateOnly} {
		if t, err := time.Parse(layout, text); err == nil {
			return events.TimeOf(t)
		}
	}
	r.wrong.Add(field, "must be a time like 2026-11-02T09:30:00Z")
	return 0
}

func (r *csvRow) number(field string) float64 {
	text := r.text(field)
	if text == "" {
		return 0
	}
	n, err := strconv.ParseFloat(text, 64)
	if err != nil {
		r.wrong.Add(field, "must be a number")
	}
	return n
}

func (r *csvRow) flag(field string) bool {
	switch strings.ToLower(r.text(field)) {
	case "", "0", "false", "no":
		return false
	case "1", "true", "yes":
		return true
	}
	r.wrong.Add(field, "must be 0 or 1")
	return false
}

// channel reads a channel in the words that tables use.
func (r *csvRow) channel() tickets.Channel {
	switch name := strings.ToLower(r.text("channel")); name {
	case "", "api", "form", "web", "phone", "other":
		return tickets.API
	case "chat", "email":
		return tickets.Channel(name)
	case "mail", "e-mail":
		return tickets.Email
	}
	r.wrong.Add("channel", "must be chat, email, form, web, phone, api or other")
	return tickets.API
}

// conversation tells a row as events: asked, taken, perhaps handed on, resolved, perhaps asked again and resolved.
// Without resolved_at, a row with handling minutes counts as resolved after them.
func (r *csvRow) conversation() *conversation {
	c := &conversation{ID: r.text("id"), Channel: r.channel(), Subject: r.text("subject"),
		Customer:        importCustomer{ID: r.text("customer"), Email: r.text("email"), Name: r.text("name")},
		HandlingMinutes: r.number("handling_minutes")}
	for tag := range strings.SplitSeq(r.text("tags"), ",") {
		if tag = strings.TrimSpace(tag); tag != "" {
			c.Tags = append(c.Tags, tag)
		}
	}
	for _, must := range []string{"id", "at", "text"} {
		if r.text(must) == "" {
			r.wrong.Add(must, "must not be empty")
		}
	}
	at := r.time("at")
	c.Events = []importEvent{{At: at, Type: tickets.StepMessage, By: "customer", Body: r.text("text")}}
	done := r.time("resolved_at")
	if done == 0 && c.HandlingMinutes > 0 {
		done = at.Add(time.Duration(c.HandlingMinutes * float64(time.Minute)))
	}
	if done != 0 {
		c.Events = append(c.Events, r.course(at, max(at, done))...)
	}
	if score := r.number("csat"); score != 0 {
		c.CSAT = &importCSAT{Score: int(score), Comment: r.text("comment"), At: max(at, done)}
		if score != float64(int(score)) {
			r.wrong.Add("csat", "must be 1 to 5")
		}
	}
	return c
}

func (r *csvRow) course(at, done events.Time) []importEvent {
	owner := importAgent
	out := []importEvent{{At: at, Type: tickets.StepAssign, By: "system", Agent: owner}}
	if r.flag("handoff") {
		out = append(out, importEvent{At: at + (done-at)/2, Type: tickets.StepHandoff, By: owner, Agent: otherAgent, Reason: "other"})
		owner = otherAgent
	}
	out = append(out, importEvent{At: done, Type: tickets.StepResolve, By: owner})
	if r.flag("reopened") {
		out = append(out, importEvent{At: done, Type: tickets.StepReopen, By: "customer"},
			importEvent{At: done, Type: tickets.StepAssign, By: "system", Agent: owner},
			importEvent{At: done, Type: tickets.StepResolve, By: owner})
	}
	return out
}
