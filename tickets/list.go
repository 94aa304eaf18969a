package tickets

import (
	"context"
	"database/sql"
	"fmt"
	"slices"

	"heard/tickets/events"
)

// List is what a list on a screen is to show, as its address says it.
type List struct {
	View     string // "", all, mine, unassigned, mentions, team:ID or saved:ID
	Statuses []Status
	Query    string
	Narrowed bool // by something else, so that a view's usual statuses do not hold
}

// Holds tells whether a ticket is in the list of a filter that has nothing but a scope, a built-in view and statuses.
func (f Filter) Holds(t *Ticket) bool {
	done := t.Status == Resolved || t.Status == Closed
	if !f.Scope.Holds(t) || (len(f.Statuses) > 0 && !slices.Contains(f.Statuses, t.Status)) {
		return false
	}
	switch f.View {
	case ViewMine:
		if len(f.Statuses) == 0 && done {
			return false
		}
		return (!done && t.AssigneeID == f.Agent) || (done && t.LastOwnerID == f.Agent)
	case ViewUnassigned:
		return t.AssigneeID == 0
	case ViewTeam:
		return t.TeamID == f.Team
	}
	return true
}

// Plain tells whether Holds can judge the filter.
func (f Filter) Plain() bool {
	return len(f.Conds) == 0 && len(f.Walk) == 0 && f.Among == nil && f.Customer == 0 && f.Topic == 0 && f.Topics == nil && f.Tag == "" && f.Channel == "" &&
		f.Standing == "" && f.IDs == nil
}

// Drafted tells on which of some tickets an agent has a draft.
func (s *Store) Drafted(ctx context.Context, agent events.ID, list []Listed) (map[events.ID]bool, error) {
	ids := make([]events.ID, len(list))
	for i := range list {
		ids[i] = list[i].ID
	}
	rows, err := s.stmts.query(ctx, "SELECT ticket_id FROM drafts WHERE agent_id = ? AND NOT gone AND "+s.stmts.among("ticket_id"), int64(agent), s.stmts.list(ids))
	if err != nil {
		return nil, fmt.Errorf("find drafts: %w", err)
	}
	out := map[events.ID]bool{}
	return out, each(rows, func(rows *sql.Rows) error {
		var id events.ID
		err := rows.Scan(&id)
		out[id] = true
		return err
	})
}
