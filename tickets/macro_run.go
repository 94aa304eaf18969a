package tickets

import (
	"context"
	"fmt"
	"strings"
	"time"
	"unicode"

	"heard/tickets/events"
	"heard/tickets/fault"
)

// ActionKind is what a macro does to a ticket.
type ActionKind string

const (
	DoStatus   ActionKind = "status"
	DoAssign   ActionKind = "assign"
	DoTeam     ActionKind = "team"
	DoPriority ActionKind = "priority"
	DoTag      ActionKind = "tag"
	DoSnooze   ActionKind = "snooze"
)

// Me stands for whoever uses the macro, in Assign.
const Me = "me"

// MacroAction is one thing that a macro does.
type MacroAction struct {
	Kind     ActionKind `json:"kind"`
	Status   Status     `json:"status,omitempty"`   // open, pending or resolved
	Assign   string     `json:"agent,omitempty"`    // "me" or an id
	Team     events.ID  `json:"team,omitempty"`     // whose queue it goes to
	Priority Priority   `json:"priority,omitempty"` // low, normal, high or urgent
	Add      []string   `json:"add,omitempty"`      // tags
	Remove   []string   `json:"remove,omitempty"`
	ForS     int64      `json:"for_s,omitempty"` // how long it is put away
}

// validate cleans an action: only the fields of its kind stay.
func (a *MacroAction) validate(c *checker, field string) {
	clean := MacroAction{Kind: a.Kind}
	switch a.Kind {
	case DoStatus:
		clean.Status = a.Status
		oneOf(c, field+".status", a.Status, Open, Pending, Resolved)
	case DoAssign:
		clean.Assign = a.Assign
		if _, err := events.ParseID(a.Assign); err != nil && a.Assign != Me {
			c.wrong.Add(field+".agent", "must be me or the id of an agent")
		}
	case DoTeam:
		if clean.Team = a.Team; a.Team == 0 {
			c.wrong.Add(field+".team", "must be given")
		}
	case DoPriority:
		clean.Priority = a.Priority
		oneOf(c, field+".priority", a.Priority, Low, Normal, High, Urgent)
	case DoTag:
		clean.Add, clean.Remove = c.tagList(field+".add", a.Add), c.tagList(field+".remove", a.Remove)
		if len(clean.Add)+len(clean.Remove) == 0 {
			c.wrong.Add(field+".add", "must name a tag")
		}
	case DoSnooze:
		if clean.ForS = a.ForS; a.ForS < 60 || a.ForS > int64(maxSnoozeFor.Seconds()) {
			c.wrong.Add(field+".for_s", "must be between a minute and 90 days")
		}
	default:
		c.wrong.Add(field+".kind", "must be status, assign, team, priority, tag or snooze")
	}
	*a = clean
}

// actions cleans the actions of a macro or of a draft.
func (c *checker) actions(field string, list []MacroAction) {
	if len(list) > maxActions {
		c.wrong.Add(field, fmt.Sprintf("must hold at most %d entries", maxActions))
		return
	}
	for i := range list {
		list[i].validate(c, fmt.Sprintf("%s[%d]", field, i))
	}
}

func (c *checker) tagList(field string, in []string) []string {
	if len(in) > maxTags {
		c.wrong.Add(field, fmt.Sprintf("must hold at most %d tags", maxTags))
		return nil
	}
	var out []string
	for i, tag := range in {
		out = append(out, strings.ToLower(c.line(fmt.Sprintf("%s[%d]", field, i), tag, 1, maxTag)))
	}
	return out
}

// ActionOut is what became of one action; Err is nil when it was done.
type ActionOut struct {
	MacroAction
	Err error
}

// RunMacro does the actions of a macro, in order, each as an act of the caller and with its right to it. One that is
// refused keeps none of the others from being done.
func (s *Store) RunMacro(ctx context.Context, v Caller, by events.Actor, ticket, macro events.ID) ([]ActionOut, error) {
	m, err := s.Macro(ctx, v, macro)
	if err != nil {
		return nil, err
	}
	out := make([]ActionOut, len(m.Actions))
	for i, a := range m.Actions {
		err := s.act(ctx, v, by, ticket, a)
		if err != nil && fault.KindOf(err) == fault.Internal {
			return nil, err
		}
		out[i] = ActionOut{a, err}
	}
	return out, s.countUse(ctx, v.Agent, macro)
}

func (s *Store) act(ctx context.Context, v Caller, by events.Actor, id events.ID, a MacroAction) error {
	t, err := s.Ticket(ctx, id)
	if err != nil {
		return err
	}
	action, do := s.deed(ctx, v, by, id, a)
	if err := Permit(v, action, v.ToTicket(&t.Ticket)); err != nil {
		return err
	}
	_, err = do()
	return err
}

// deed is the act of an action, and the right that it needs.
func (s *Store) deed(ctx context.Context, v Caller, by events.Actor, id events.ID, a MacroAction) (Action, func() (*Ticket, error)) {
	switch a.Kind {
	case DoStatus:
		if a.Status == Resolved {
			return TicketResolve, func() (*Ticket, error) { return s.Resolve(ctx, by, id) }
		}
		return TicketUpdate, func() (*Ticket, error) { return s.SetStatus(ctx, by, id, a.Status) }
	case DoAssign:
		agent, err := events.ParseID(a.Assign)
		if a.Assign == Me {
			agent, err = v.Agent, nil
		}
		return TicketAssign, func() (*Ticket, error) {
			if err != nil {
				return nil, fault.On("agent", "does not exist")
			}
			return s.Assign(ctx, by, id, To{Agent: agent})
		}
	case DoTeam:
		return TicketAssign, func() (*Ticket, error) { return s.Assign(ctx, by, id, To{Team: a.Team}) }
	case DoPriority:
		return TicketUpdate, func() (*Ticket, error) { return s.SetPriority(ctx, by, id, a.Priority) }
	case DoTag:
		return TicketTag, func() (*Ticket, error) { return s.Tag(ctx, by, id, a.Add, a.Remove) }
	}
	return TicketSnooze, func() (*Ticket, error) {
		return s.Snooze(ctx, by, id, s.log.Now().Add(time.Duration(a.ForS)*time.Second))
	}
}

// Fill puts values in the place of a text's placeholders. {{name|word}} is the word where there is no value. What has
// neither stays, and is listed.
func Fill(text string, values map[string]string) (filled string, open []string) {
	filled = placeholder.ReplaceAllStringFunc(text, func(p string) string {
		name, fallback, given := strings.Cut(strings.TrimSuffix(strings.TrimPrefix(p, "{{"), "}}"), "|")
		value := values[strings.TrimSpace(name)]
		// A value comes from strangers: it must not be read as a placeholder, nor as a mention.
		value = strings.NewReplacer("{{", "{ {", "}}", "} }", "](", "] (").Replace(value)
		switch {
		case value != "":
			return value
		case given && strings.TrimSpace(fallback) != "":
			return strings.TrimSpace(fallback)
		}
		return p
	})
	return filled, OpenPlaceholders(filled)
}

// FirstName is what one calls a person by.
func FirstName(name string) string {
	first, _, _ := strings.Cut(strings.TrimLeftFunc(name, unicode.IsSpace), " ")
	return first
}
