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

// MacroRun asks for a macro's actions on a ticket. A repeat of a client id does nothing again; "" is none.
type MacroRun struct {
	Ticket   events.ID
	Macro    events.ID
	ClientID string
}

// RunMacro does the actions of a macro in one unit, in order, each as an act of the caller and with its right to it. One
// that is refused keeps none of the others from being done.
func (s *Store) RunMacro(ctx context.Context, v Caller, by events.Actor, in MacroRun) (out []ActionOut, err error) {
	if in.ClientID != "" {
		if in.ClientID, err = parseClientID("client_id", in.ClientID); err != nil {
			return nil, err
		}
	}
	u := unit(by, in.Ticket)
	u.Agents = []events.ID{v.Agent}
	err = s.log.Write(ctx, u, func(ctx context.Context, tx *events.Tx) error {
		w := newWork(tx)
		var known bool
		if out, known, err = w.knownRun(ctx, v.Agent, in); err != nil || known {
			return err
		}
		m, err := w.macro(ctx, v, in.Macro)
		if err != nil {
			return err
		}
		if err := w.load(ctx, in.Ticket); err != nil {
			return err
		}
		t := w.tickets[in.Ticket]
		if t == nil {
			return errNoTicket
		}
		out = make([]ActionOut, len(m.Actions))
		for i, a := range m.Actions {
			out[i] = ActionOut{a, w.do(ctx, v, by, t, a)}
			if err := out[i].Err; err != nil && !isRefusal(err) {
				return err
			}
		}
		if err := w.flush(ctx); err != nil {
			return err
		}
		if err := w.countUse(ctx, v.Agent, in.Macro); err != nil {
			return err
		}
		return w.noteRun(ctx, v.Agent, in, out)
	})
	return out, err
}

// ranAction is an action and what became of it, as a repeat is answered with.
type ranAction struct {
	Action MacroAction `json:"action"`
	Kind   fault.Kind  `json:"kind,omitempty"`
	Detail string      `json:"detail,omitempty"`
}

// knownRun is the outcome of an earlier run under the same client id.
func (w *work) knownRun(ctx context.Context, agent events.ID, in MacroRun) (out []ActionOut, known bool, err error) {
	if in.ClientID == "" {
		return nil, false, nil
	}
	was := in
	var list []ranAction
	rows, err := w.tx.QueryContext(ctx, `SELECT ticket_id, macro_id, outcome FROM macro_runs WHERE agent_id = ? AND client_id = ?`, int64(agent), in.ClientID)
	if err == nil {
		known, err = one(rows, &was.Ticket, &was.Macro, jsonText{&list})
	}
	switch {
	case err != nil:
		return nil, false, fmt.Errorf("look for an earlier run: %w", err)
	case was != in:
		return nil, true, fault.New(fault.ClientIDReused, "this client_id was used for another macro or ticket")
	}
	for _, r := range list {
		a := ActionOut{MacroAction: r.Action}
		if r.Kind != "" {
			a.Err = fault.New(r.Kind, r.Detail)
		}
		out = append(out, a)
	}
	return out, known, nil
}

func (w *work) noteRun(ctx context.Context, agent events.ID, in MacroRun, out []ActionOut) error {
	if in.ClientID == "" {
		return nil
	}
	list := make([]ranAction, len(out))
	for i, a := range out {
		list[i].Action = a.MacroAction
		if f := fault.Of(a.Err); f != nil {
			list[i].Kind, list[i].Detail = f.Kind, f.Detail
		}
	}
	_, err := w.tx.ExecContext(ctx, `INSERT INTO macro_runs (agent_id, client_id, ticket_id, macro_id, outcome, at) VALUES (?, ?, ?, ?, ?, ?)`,
		int64(agent), in.ClientID, int64(in.Ticket), int64(in.Macro), jsonOf(list, "[]"), int64(w.tx.Now))
	if err != nil {
		return fmt.Errorf("note a run: %w", err)
	}
	return nil
}

// do does one action to a locked ticket. A refusal has recorded nothing.
func (w *work) do(ctx context.Context, v Caller, by events.Actor, t *Ticket, a MacroAction) error {
	if err := Permit(v, a.right(), v.ToTicket(t)); err != nil {
		return err
	}
	switch a.Kind {
	case DoStatus:
		switch a.Status {
		case Resolved:
			return w.resolve(ctx, by, t)
		case Open:
			return w.reopen(ctx, by, t)
		}
		return w.decided(by, t)(t.toStatus(a.Status))
	case DoAssign:
		agent, err := events.ParseID(a.Assign)
		if a.Assign == Me {
			agent, err = v.Agent, nil
		}
		if err != nil {
			return fault.On("agent", "does not exist")
		}
		return w.assign(ctx, by, t, To{Agent: agent})
	case DoTeam:
		return w.assign(ctx, by, t, To{Team: a.Team})
	case DoPriority:
		return w.prioritize(by, t, a.Priority)
	case DoTag:
		return w.tag(ctx, by, t, a.Add, a.Remove)
	}
	return w.snooze(v, by, t, w.tx.Now.Add(time.Duration(a.ForS)*time.Second))
}

// snooze puts a ticket away if the caller may.
func (w *work) snooze(v Caller, by events.Actor, t *Ticket, until events.Time) error {
	if err := Permit(v, TicketSnooze, v.ToTicket(t)); err != nil {
		return err
	}
	if until <= w.tx.Now || until > w.tx.Now.Add(maxSnooze) {
		return fault.On("until", "must be later than now and within a year")
	}
	return w.decided(by, t)(t.snooze(until))
}

// right is what an action needs.
func (a *MacroAction) right() Action {
	switch a.Kind {
	case DoStatus:
		if a.Status == Resolved {
			return TicketResolve
		}
	case DoAssign, DoTeam:
		return TicketAssign
	case DoTag:
		return TicketTag
	case DoSnooze:
		return TicketSnooze
	}
	return TicketUpdate
}

// Fill puts values in the place of a text's placeholders. {{name|word}} is the word where there is no value. What has
// neither stays, and is listed.
func Fill(text string, values map[string]string) (filled string, open []string) {
	filled = placeholder.ReplaceAllStringFunc(text, func(p string) string {
		name, fallback, given := strings.Cut(strings.TrimSuffix(strings.TrimPrefix(p, "{{"), "}}"), "|")
		value := values[strings.TrimSpace(name)]
		switch {
		case value != "":
			return plain(value)
		case given && strings.TrimSpace(fallback) != "":
			return strings.TrimSpace(fallback)
		}
		return p
	})
	return filled, OpenPlaceholders(filled)
}

// plain is a value that comes from strangers as a text that reads like it and has no mark in it: no placeholder, no
// mention, no link, nothing bold. The Markdown of messages knows no escapes, so what would be a mark is a look-alike.
func plain(value string) string {
	value = strings.NewReplacer("{{", "{ {", "}}", "} }", "](", "] (", "@[", "@ [", "*", "\u2217", "`", "\u02cb", "\n", " ").Replace(value)
	inWord := func(i int) bool { return i >= 0 && i < len(value) && (value[i] == '_' || isAlphanumeric(value[i])) }
	var b strings.Builder
	for i := range len(value) {
		if value[i] == '_' && !(inWord(i-1) && inWord(i+1)) { // inside a word it is no mark
			b.WriteRune('\uff3f')
			continue
		}
		b.WriteByte(value[i])
	}
	return b.String()
}

func isAlphanumeric(c byte) bool {
	return c >= '0' && c <= '9' || c >= 'A' && c <= 'Z' || c >= 'a' && c <= 'z'
}

// FirstName is what one calls a person by.
func FirstName(name string) string {
	first, _, _ := strings.Cut(strings.TrimLeftFunc(name, unicode.IsSpace), " ")
	return first
}
