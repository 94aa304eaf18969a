package web

import (
	"context"
	"fmt"
	"strings"
	"time"
	"unicode/utf8"

	"heard/tickets"
	"heard/tickets/events"
	"heard/tickets/fault"
)

// wireMacro is a text with placeholders, and what is done to a ticket with it.
type wireMacro struct {
	ID         events.ID             `json:"id"`
	Name       string                `json:"name"`
	Body       string                `json:"body"`
	Actions    []tickets.MacroAction `json:"actions"`
	Visibility tickets.Visibility    `json:"visibility" enum:"private,team,shared"`
	Team       events.ID             `json:"team"`
	TeamName   string                `json:"team_name"`
	Owner      events.ID             `json:"owner"`
	OwnerName  string                `json:"owner_name"`
	When       tickets.GoesWith      `json:"when" enum:"reply,note,both"`
	Uses       int64                 `json:"uses"`
	UsedAt     events.Time           `json:"used_at"`
	UpdatedAt  events.Time           `json:"updated_at"`
	Editable   bool                  `json:"editable"`
}

func (s *Server) macroWire(ctx context.Context, snap *tickets.Snapshot) func(m *tickets.Macro) wireMacro {
	v := callerOf(ctx).rights
	return func(m *tickets.Macro) wireMacro {
		return wireMacro{m.ID, m.Name, m.Body, filled(m.Actions), m.Visibility, m.Team, snap.TeamName(m.Team), m.Owner, snap.AgentName(m.Owner),
			m.GoesWith, m.Uses, m.UsedAt, m.UpdatedAt, m.Editable(v)}
	}
}

func (s *Server) oneMacro(ctx context.Context, m *tickets.Macro, err error) (wireMacro, error) {
	if err != nil {
		return wireMacro{}, err
	}
	snap, err := s.people.Directory().Snapshot(ctx)
	if err != nil {
		return wireMacro{}, err
	}
	return s.macroWire(ctx, snap)(m), nil
}

func (s *Server) listMacros(ctx context.Context, in *struct {
	Ticket string `query:"ticket" doc:"Only to one who may write to this ticket"`
}) (*answer[list[wireMacro]], error) {
	ticket, err := optionalID("ticket", in.Ticket)
	if err != nil {
		return nil, err
	}
	if ticket != 0 {
		if _, err := s.ticket(ctx, ticket, tickets.TicketDraft); err != nil {
			return nil, err
		}
	}
	rows, err := s.store.Macros(ctx, callerOf(ctx).rights)
	if err != nil {
		return nil, err
	}
	snap, err := s.people.Directory().Snapshot(ctx)
	if err != nil {
		return nil, err
	}
	return ok(items(each(rows, s.macroWire(ctx, snap)), ""), nil)
}

func (s *Server) createMacro(ctx context.Context, in *struct {
	Body struct {
		Name       string                `json:"name" doc:"1 to 80 characters"`
		Body       string                `json:"body,omitempty" doc:"Markdown with placeholders, up to 8,000 bytes"`
		Actions    []tickets.MacroAction `json:"actions,omitempty" maxItems:"8"`
		Visibility tickets.Visibility    `json:"visibility" enum:"private,team,shared"`
		Team       events.ID             `json:"team,omitempty"`
		When       tickets.GoesWith      `json:"when,omitempty" enum:"reply,note,both" doc:"Absent: both"`
	}
}) (*made[wireMacro], error) {
	b := in.Body
	m := tickets.Macro{Name: b.Name, Body: b.Body, Actions: b.Actions, Visibility: b.Visibility, Team: b.Team, GoesWith: b.When}
	if m.GoesWith == "" {
		m.GoesWith = tickets.WithBoth
	}
	out, err := s.store.CreateMacro(ctx, callerOf(ctx).rights, m)
	return created(s.oneMacro(ctx, out, err))
}

func (s *Server) patchMacro(ctx context.Context, in *struct {
	ID   pathID `path:"id"`
	Body struct {
		Name       *string                `json:"name,omitempty"`
		Body       *string                `json:"body,omitempty"`
		Actions    *[]tickets.MacroAction `json:"actions,omitempty" maxItems:"8"`
		Visibility *tickets.Visibility    `json:"visibility,omitempty" enum:"private,team,shared"`
		Team       *events.ID             `json:"team,omitempty"`
		When       *tickets.GoesWith      `json:"when,omitempty" enum:"reply,note,both"`
	}
}) (*answer[wireMacro], error) {
	b := in.Body
	out, err := s.store.ChangeMacro(ctx, callerOf(ctx).rights, in.ID.ID, tickets.MacroPatch{Name: b.Name, Body: b.Body, Actions: b.Actions,
		Visibility: b.Visibility, Team: b.Team, GoesWith: b.When})
	return ok(s.oneMacro(ctx, out, err))
}

func (s *Server) deleteMacro(ctx context.Context, in *onID) (*struct{}, error) {
	return nil, s.store.DeleteMacro(ctx, callerOf(ctx).rights, in.ID.ID)
}

// wireAction is an action with its words.
type wireAction struct {
	tickets.MacroAction
	Text string `json:"text" doc:"What it does, in words"`
}

// wireRendered is a macro as it reads for one ticket.
type wireRendered struct {
	Body       string       `json:"body"`
	Unresolved []string     `json:"unresolved" doc:"Placeholders without a value: they are to be filled before it goes out"`
	Actions    []wireAction `json:"actions"`
}

func (s *Server) renderMacro(ctx context.Context, in *struct {
	ID   pathID `path:"id"`
	Body struct {
		Ticket events.ID `json:"ticket"`
	}
}) (*answer[wireRendered], error) {
	t, err := s.ticket(ctx, in.Body.Ticket, tickets.TicketDraft)
	if err != nil {
		return nil, err
	}
	m, err := s.store.Macro(ctx, callerOf(ctx).rights, in.ID.ID)
	if err != nil {
		return nil, err
	}
	snap, err := s.people.Directory().Snapshot(ctx)
	if err != nil {
		return nil, err
	}
	var w wireRendered
	w.Body, w.Unresolved = tickets.Fill(m.Body, s.macroValues(ctx, snap, t))
	w.Unresolved = filled(w.Unresolved)
	w.Actions = actionsWire(snap, m.Actions)
	return ok(w, nil)
}

// renderText fills in a text that is being written: what the preview of a macro shows is what would be sent.
func (s *Server) renderText(ctx context.Context, in *struct {
	Body struct {
		Body   string    `json:"body" doc:"Markdown with placeholders, up to 8,000 bytes"`
		Ticket events.ID `json:"ticket,omitempty" doc:"Absent: as it reads for an invented customer"`
	}
}) (*answer[wireRendered], error) {
	if len(in.Body.Body) > tickets.MaxMacroBody || !utf8.ValidString(in.Body.Body) {
		return nil, fault.On("body", fmt.Sprintf("must be text of at most %d bytes", tickets.MaxMacroBody))
	}
	snap, err := s.people.Directory().Snapshot(ctx)
	if err != nil {
		return nil, err
	}
	t := inventedTicket(callerOf(ctx).agent)
	if in.Body.Ticket != 0 {
		if t, err = s.ticket(ctx, in.Body.Ticket, tickets.TicketDraft); err != nil {
			return nil, err
		}
	}
	values := s.macroValues(ctx, snap, t)
	if t.ID == 0 {
		values["ticket.number"] = "1042"
	}
	w := wireRendered{Actions: []wireAction{}}
	w.Body, w.Unresolved = tickets.Fill(in.Body.Body, values)
	w.Unresolved = filled(w.Unresolved)
	return ok(w, nil)
}

// inventedTicket is somebody to try a text on, in a team of whoever writes it.
func inventedTicket(by *tickets.Agent) *tickets.Listed {
	t := &tickets.Listed{CustomerName: "Ana Diaz"}
	t.Subject = "Parcel not arrived"
	if len(by.Teams) > 0 {
		t.TeamID = by.Teams[0]
	}
	return t
}

// macroValues are what placeholders stand for in one ticket.
func (s *Server) macroValues(ctx context.Context, snap *tickets.Snapshot, t *tickets.Listed) map[string]string {
	me := callerOf(ctx).agent.Name
	return map[string]string{
		"customer.name": t.CustomerName, "customer.first_name": tickets.FirstName(t.CustomerName),
		"agent.name": me, "agent.first_name": tickets.FirstName(me),
		"ticket.number": t.ID.String(), "ticket.subject": t.Subject,
		"team.name": snap.TeamName(t.TeamID), "desk.name": snap.Settings.DeskName,
	}
}

func actionsWire(snap *tickets.Snapshot, list []tickets.MacroAction) []wireAction {
	return each(list, func(a *tickets.MacroAction) wireAction { return wireAction{*a, actionText(snap, a)} })
}

// actionText says what an action does.
func actionText(snap *tickets.Snapshot, a *tickets.MacroAction) string {
	switch a.Kind {
	case tickets.DoStatus:
		return "Set status to " + string(a.Status)
	case tickets.DoAssign:
		if a.Assign == tickets.Me {
			return "Assign to me"
		}
		id, _ := events.ParseID(a.Assign) // 0 names nobody
		return "Assign to " + nameOr(snap.AgentName(id), "an agent who is gone")
	case tickets.DoTeam:
		return "Hand to " + nameOr(snap.TeamName(a.Team), "a team that is gone")
	case tickets.DoPriority:
		return "Set priority to " + string(a.Priority)
	case tickets.DoTag:
		var parts []string
		if len(a.Add) > 0 {
			parts = append(parts, "Add "+strings.Join(a.Add, ", "))
		}
		if len(a.Remove) > 0 {
			parts = append(parts, "Remove "+strings.Join(a.Remove, ", "))
		}
		return strings.Join(parts, "; ")
	}
	return "Snooze for " + spokenFor(time.Duration(a.ForS)*time.Second)
}

func nameOr(name, none string) string {
	if name == "" {
		return none
	}
	return name
}

// spokenFor is a length of time in its largest unit that fits.
func spokenFor(d time.Duration) string {
	n, unit := int(d.Minutes()), "minute"
	switch {
	case d >= 24*time.Hour && d%(24*time.Hour) == 0:
		n, unit = int(d.Hours())/24, "day"
	case d >= time.Hour && d%time.Hour == 0:
		n, unit = int(d.Hours()), "hour"
	}
	if n == 1 {
		return "1 " + unit
	}
	return fmt.Sprintf("%d %ss", n, unit)
}

// wireActionFailed is an action that was refused.
type wireActionFailed struct {
	wireAction
	Code   fault.Kind `json:"code"`
	Detail string     `json:"detail"`
}

type wireMacroRun struct {
	Done   []wireAction       `json:"done"`
	Failed []wireActionFailed `json:"failed"`
}

func (s *Server) runMacro(ctx context.Context, in *struct {
	ID   pathID `path:"id"`
	Body struct {
		Macro    events.ID `json:"macro"`
		ClientID string    `json:"client_id,omitempty" doc:"A UUID: a repeat with the same one does nothing again, and is answered like the first"`
	}
}) (*answer[wireMacroRun], error) {
	if _, err := s.ticket(ctx, in.ID.ID, tickets.TicketDraft); err != nil {
		return nil, err
	}
	c := callerOf(ctx)
	list, err := s.store.RunMacro(ctx, c.rights, c.actor(), tickets.MacroRun{Ticket: in.ID.ID, Macro: in.Body.Macro, ClientID: in.Body.ClientID})
	if err != nil {
		return nil, err
	}
	snap, err := s.people.Directory().Snapshot(ctx)
	if err != nil {
		return nil, err
	}
	out := wireMacroRun{[]wireAction{}, []wireActionFailed{}}
	for i := range list {
		a := wireAction{list[i].MacroAction, actionText(snap, &list[i].MacroAction)}
		if f := fault.Of(list[i].Err); f != nil {
			out.Failed = append(out.Failed, wireActionFailed{a, f.Kind.Code(), f.Detail})
			continue
		}
		out.Done = append(out.Done, a)
	}
	return ok(out, nil)
}
