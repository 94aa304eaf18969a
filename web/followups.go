package web

import (
	"context"
	"slices"

	"heard/feedback/surveys"
	"heard/tickets"
	"heard/tickets/events"
	"heard/tickets/fault"
)

type wireFollowUp struct {
	ID           events.ID   `json:"id"`
	Ticket       events.ID   `json:"ticket"`
	Customer     events.ID   `json:"customer"`
	CustomerName string      `json:"customer_name"`
	Team         events.ID   `json:"team"`
	TeamName     string      `json:"team_name"`
	Assignee     events.ID   `json:"assignee"`
	AssigneeName string      `json:"assignee_name"`
	Kind         string      `json:"kind"`
	Score        int         `json:"score"`
	Scale        int         `json:"scale"`
	Comment      string      `json:"comment"`
	Status       string      `json:"status"`
	Outcome      string      `json:"outcome"`
	Note         string      `json:"note"`
	OpenedAt     events.Time `json:"opened_at"`
	DoneAt       events.Time `json:"done_at"`
}

// followUpWires tells follow-ups with the names that their rows only refer to.
func (s *Server) followUpWires(ctx context.Context, rows []surveys.FollowUp) ([]wireFollowUp, error) {
	snap, err := s.people.Directory().Snapshot(ctx)
	if err != nil {
		return nil, err
	}
	said, err := s.surveys.SaidIn(ctx, rows)
	if err != nil {
		return nil, err
	}
	out := make([]wireFollowUp, len(rows))
	for i, f := range rows {
		out[i] = wireFollowUp{ID: f.ID, Ticket: f.TicketID, Customer: f.CustomerID, CustomerName: said[f.ID].Customer, Team: f.TeamID,
			TeamName: snap.TeamName(f.TeamID), Assignee: f.AssigneeID, AssigneeName: snap.AgentName(f.AssigneeID), Kind: f.Kind, Score: f.Score,
			Scale: f.High, Comment: said[f.ID].Comment, Status: f.Status, Outcome: f.Outcome, Note: f.Note, OpenedAt: f.OpenedAt, DoneAt: f.DoneAt}
	}
	return out, nil
}

func (s *Server) listFollowUps(ctx context.Context, in *struct {
	PageIn
	Status   string `query:"status" enum:"open,done" doc:"Both unless set"`
	Assignee pathID `query:"assignee"`
}) (*answer[list[wireFollowUp]], error) {
	part, err := s.part(ctx, tickets.FollowUpRead)
	if err != nil {
		return nil, err
	}
	before, err := in.after()
	if err != nil {
		return nil, err
	}
	rows, next, err := s.surveys.FollowUps(ctx, surveys.FollowUpFilter{Status: in.Status, Assignee: in.Assignee.ID, Teams: part.Teams,
		Before: before, Limit: in.size()})
	if err != nil {
		return nil, err
	}
	wires, err := s.followUpWires(ctx, rows)
	cursor := ""
	if next != 0 {
		cursor = next.String()
	}
	return ok(items(wires, cursor), err)
}

// followUp finds one that the caller may see; any other is not there.
func (s *Server) followUp(ctx context.Context, id events.ID, a tickets.Action) (*surveys.FollowUp, error) {
	f, err := s.surveys.FollowUp(ctx, id)
	if err != nil {
		return nil, err
	}
	near := tickets.AtDesk
	v := callerOf(ctx).rights
	if v.AllTeams || slices.Contains(v.Teams, f.TeamID) {
		near = tickets.InTeam
	}
	if !tickets.Can(v, a, near) {
		return nil, fault.New(fault.NotFound, "there is no such follow-up")
	}
	return f, nil
}

func (s *Server) getFollowUp(ctx context.Context, in *getID) (*answer[wireFollowUp], error) {
	f, err := s.followUp(ctx, in.ID.ID, tickets.FollowUpRead)
	if err != nil {
		return nil, err
	}
	return s.oneFollowUp(ctx, f)
}

func (s *Server) oneFollowUp(ctx context.Context, f *surveys.FollowUp) (*answer[wireFollowUp], error) {
	wires, err := s.followUpWires(ctx, []surveys.FollowUp{*f})
	if err != nil {
		return nil, err
	}
	return ok(wires[0], nil)
}

func (s *Server) patchFollowUp(ctx context.Context, in *struct {
	ID   pathID `path:"id"`
	Body struct {
		Assignee optional[events.ID] `json:"assignee,omitempty"`
		Status   *string             `json:"status,omitempty" enum:"open,done"`
		Outcome  *string             `json:"outcome,omitempty" doc:"solved, explained, compensated, passed_on, no_answer or nothing_to_do"`
		Note     *string             `json:"note,omitempty"`
	}
}) (*answer[wireFollowUp], error) {
	if _, err := s.followUp(ctx, in.ID.ID, tickets.FollowUpWrite); err != nil {
		return nil, err
	}
	b := in.Body
	f, err := s.surveys.ChangeFollowUp(ctx, callerOf(ctx).actor(), in.ID.ID,
		surveys.FollowUpPatch{Assignee: b.Assignee.given(), Status: b.Status, Outcome: b.Outcome, Note: b.Note})
	if err != nil {
		return nil, err
	}
	return s.oneFollowUp(ctx, f)
}
