package web

import (
	"context"
	"strings"

	"heard/tickets"
	"heard/tickets/events"
	"heard/tickets/fault"
)

// viewRoutes are the lists that people keep.
func (s *Server) viewRoutes() []route {
	views := "/api/v1/views"
	return []route{
		{"GET", views, agent(tickets.ViewList), perRead, op("List saved views, in one's own order", s.listViews)},
		{"POST", views, agent(tickets.ViewWrite), perWrite, op("Save a view", s.createView).repeatable()},
		{"GET", views + "/counts", agent(tickets.ViewList), perRead, op("How many tickets are in one's saved views and mentions, up to 1,000", s.viewCounts)},
		{"PUT", views + "/order", agent(tickets.ViewWrite), perWrite, op("Put one's views in order", s.orderViews).repeatable()},
		{"PATCH", views + "/{id}", agent(tickets.ViewWrite), perWrite, op("Change a saved view", s.patchView).repeatable()},
		{"DELETE", views + "/{id}", agent(tickets.ViewWrite), perWrite, op("Delete a saved view", s.deleteView)},
	}
}

// wireView is a list under a name.
type wireView struct {
	ID         events.ID          `json:"id"`
	Name       string             `json:"name"`
	Query      string             `json:"query"`
	Visibility tickets.Visibility `json:"visibility"`
	Team       events.ID          `json:"team,omitempty"`
	Owner      events.ID          `json:"owner"`
	OwnerName  string             `json:"owner_name"`
	Position   int                `json:"position" doc:"Its place in the caller's own order, from 1"`
	Editable   bool               `json:"editable"`
}

// viewsOf are the caller's views, in its order.
func (s *Server) viewsOf(ctx context.Context) ([]wireView, error) {
	rights := callerOf(ctx).rights
	rows, err := s.store.SavedViews(ctx, rights)
	if err != nil {
		return nil, err
	}
	snap, err := s.people.Directory().Snapshot(ctx)
	if err != nil {
		return nil, err
	}
	out := make([]wireView, len(rows))
	for i := range rows {
		out[i] = viewWire(&rows[i], rights, snap, i+1)
	}
	return out, nil
}

func viewWire(v *tickets.SavedView, c tickets.Caller, snap *tickets.Snapshot, position int) wireView {
	return wireView{ID: v.ID, Name: v.Name, Query: v.Query, Visibility: v.Visibility, Team: v.TeamID, Owner: v.OwnerID,
		OwnerName: snap.AgentName(v.OwnerID), Position: position, Editable: v.MayEdit(c)}
}

// oneView is a view with its place among the caller's.
func (s *Server) oneView(ctx context.Context, v *tickets.SavedView) (wireView, error) {
	all, err := s.viewsOf(ctx)
	if err != nil {
		return wireView{}, err
	}
	for _, w := range all {
		if w.ID == v.ID {
			return w, nil
		}
	}
	return wireView{}, fault.New(fault.NotFound, "there is no such view")
}

func (s *Server) listViews(ctx context.Context, _ *struct{}) (*answer[list[wireView]], error) {
	rows, err := s.viewsOf(ctx)
	return ok(items(rows, ""), err)
}

// checkViewQuery refuses a query that could not be asked.
func (s *Server) checkViewQuery(ctx context.Context, text string) error {
	if strings.TrimSpace(text) == "" {
		return fault.On("query", "must say what the view shows")
	}
	return s.search.CheckText(ctx, callerOf(ctx).rights, text, "query")
}

func (s *Server) createView(ctx context.Context, in *struct {
	Body struct {
		Name       string             `json:"name" doc:"1 to 60 characters"`
		Query      string             `json:"query" doc:"As q of GET /tickets"`
		Visibility tickets.Visibility `json:"visibility" enum:"private,team,shared" doc:"shared needs a lead; team a member of it, or a lead"`
		Team       events.ID          `json:"team,omitempty"`
	}
}) (*made[wireView], error) {
	b, c := in.Body, callerOf(ctx)
	if err := s.checkViewQuery(ctx, b.Query); err != nil {
		return nil, err
	}
	v, err := s.store.CreateView(ctx, c.actor(), c.rights, tickets.SavedViewIn{Name: b.Name, Query: b.Query, Visibility: b.Visibility, Team: b.Team})
	if err != nil {
		return nil, err
	}
	return created(s.oneView(ctx, v))
}

func (s *Server) patchView(ctx context.Context, in *struct {
	ID   pathID `path:"id"`
	Body struct {
		Name       *string             `json:"name,omitempty"`
		Query      *string             `json:"query,omitempty"`
		Visibility *tickets.Visibility `json:"visibility,omitempty" enum:"private,team,shared"`
		Team       *events.ID          `json:"team,omitempty"`
	}
}) (*answer[wireView], error) {
	b, c := in.Body, callerOf(ctx)
	if b.Query != nil {
		if err := s.checkViewQuery(ctx, *b.Query); err != nil {
			return nil, err
		}
	}
	v, err := s.store.ChangeView(ctx, c.actor(), c.rights, in.ID.ID, tickets.SavedViewPatch{Name: b.Name, Query: b.Query, Visibility: b.Visibility, Team: b.Team})
	if err != nil {
		return nil, err
	}
	return ok(s.oneView(ctx, v))
}

func (s *Server) deleteView(ctx context.Context, in *onID) (*struct{}, error) {
	c := callerOf(ctx)
	return nil, s.store.DeleteView(ctx, c.actor(), c.rights, in.ID.ID)
}

func (s *Server) orderViews(ctx context.Context, in *struct {
	Body struct {
		IDs []events.ID `json:"ids" maxItems:"300"`
	}
}) (*answer[list[wireView]], error) {
	c := callerOf(ctx)
	if err := s.store.OrderViews(ctx, c.actor(), c.rights, in.Body.IDs); err != nil {
		return nil, err
	}
	return s.listViews(ctx, nil)
}

// wireViewCount is how many tickets are in a view, counted to 1,000.
type wireViewCount struct {
	View  string `json:"view" doc:"saved:ID or mentions"`
	Count int    `json:"count"`
	More  bool   `json:"more"`
}

// maxCounted bounds how many views one call counts: the first of the caller's order.
const maxCounted = 50

// countedAtOnce bounds how many views a node counts at the same time, for whomever: each may walk thousands of tickets,
// and conversations wait for no badge.
const countedAtOnce = 2

// countView counts one view once there is a place: others come in turn between the views of one caller.
func (s *Server) countView(ctx context.Context, c tickets.Caller, name string) (n int, more bool, err error) {
	select {
	case s.counting <- struct{}{}:
	case <-ctx.Done():
		return 0, false, ctx.Err()
	}
	defer func() { <-s.counting }()
	return s.search.Count(ctx, c, tickets.List{View: name})
}

func (s *Server) viewCounts(ctx context.Context, _ *struct{}) (*answer[list[wireViewCount]], error) {
	rights := callerOf(ctx).rights
	rows, err := s.store.SavedViews(ctx, rights)
	if err != nil {
		return nil, err
	}
	names := []string{"mentions"}
	for _, v := range rows[:min(len(rows), maxCounted)] {
		names = append(names, "saved:"+v.ID.String())
	}
	out := []wireViewCount{}
	for _, name := range names {
		n, more, err := s.countView(ctx, rights, name)
		if fault.KindOf(err) == fault.Invalid || fault.KindOf(err) == fault.NotFound {
			continue // it names what is gone: the list itself says so
		}
		if err != nil {
			return nil, err
		}
		out = append(out, wireViewCount{name, n, more})
	}
	return ok(items(out, ""), nil)
}
