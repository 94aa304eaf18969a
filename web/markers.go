package web

import (
	"context"
	"net/http"

	"heard/feedback/issues"
	"heard/tickets"
	"heard/tickets/events"
)

// markerRoutes are what the business shipped and what broke, so that figures and issues can be read beside it.
func (s *Server) markerRoutes() []route {
	releases, incidents := "/api/v1/releases", "/api/v1/incidents"
	return []route{
		{"GET", releases, agent(tickets.MarkerList), perRead, op("List releases, newest first", s.listReleases)},
		{"POST", releases, agent(tickets.MarkerWrite), perWrite, op("Mark a release; the same again is the first", s.addRelease).repeatable()},
		{"PATCH", releases + "/{id}", agent(tickets.MarkerWrite), perWrite, op("Put a release right", s.patchRelease).repeatable()},
		{"DELETE", releases + "/{id}", agent(tickets.MarkerWrite), perWrite, op("Take a release away, unless an issue was fixed in it", s.deleteRelease)},
		{"GET", incidents, agent(tickets.MarkerList), perRead, op("List incidents, newest first", s.listIncidents)},
		{"POST", incidents, agent(tickets.MarkerWrite), perWrite, op("Mark an incident, or its end", s.addIncident).repeatable()},
		{"PATCH", incidents + "/{id}", agent(tickets.MarkerWrite), perWrite, op("Put an incident right", s.patchIncident).repeatable()},
		{"DELETE", incidents + "/{id}", agent(tickets.MarkerWrite), perWrite, op("Take an incident away", s.deleteIncident)},
	}
}

// pageOf cuts a list that was read with one row more than asked for.
func pageOf[T any](rows []T, limit int, id func(T) events.ID) list[T] {
	next := ""
	if len(rows) > limit {
		rows = rows[:limit]
		next = id(rows[limit-1]).String()
	}
	return items(rows, next)
}

// size is how many rows a page has.
func (in PageIn) size() int {
	if in.Limit == 0 {
		return 100
	}
	return in.Limit
}

func (s *Server) listReleases(ctx context.Context, in *PageIn) (*answer[list[issues.Release]], error) {
	if err := issuesFor(ctx, tickets.MarkerList); err != nil {
		return nil, err
	}
	before, err := in.after()
	if err != nil {
		return nil, err
	}
	rows, err := s.issues.Releases(ctx, before, in.size()+1)
	return ok(pageOf(rows, in.size(), func(r issues.Release) events.ID { return r.ID }), err)
}

func (s *Server) listIncidents(ctx context.Context, in *PageIn) (*answer[list[issues.Incident]], error) {
	if err := issuesFor(ctx, tickets.MarkerList); err != nil {
		return nil, err
	}
	before, err := in.after()
	if err != nil {
		return nil, err
	}
	rows, err := s.issues.Incidents(ctx, before, in.size()+1)
	return ok(pageOf(rows, in.size(), func(r issues.Incident) events.ID { return r.ID }), err)
}

// marked answers 201 for something new, 200 for what was there.
func marked[T any](v T, fresh bool, err error) (*made[T], error) {
	out, err := created(v, err)
	if err == nil && !fresh {
		out.Status = http.StatusOK
	}
	return out, err
}

func (s *Server) addRelease(ctx context.Context, in *struct {
	Body struct {
		Version string      `json:"version"`
		At      events.Time `json:"at,omitempty" doc:"Now unless set"`
		URL     string      `json:"url,omitempty"`
		Notes   string      `json:"notes,omitempty"`
	}
}) (*made[issues.Release], error) {
	if err := issuesFor(ctx, tickets.MarkerWrite); err != nil {
		return nil, err
	}
	b := in.Body
	return marked(s.issues.AddRelease(ctx, callerOf(ctx).actor(), issues.Release{Version: b.Version, At: b.At, URL: b.URL, Notes: b.Notes}))
}

func (s *Server) addIncident(ctx context.Context, in *struct {
	Body struct {
		Name string      `json:"name"`
		From events.Time `json:"from"`
		To   events.Time `json:"to,omitempty" doc:"Absent while it goes on; the same name and beginning again may bring it"`
		URL  string      `json:"url,omitempty"`
	}
}) (*made[issues.Incident], error) {
	if err := issuesFor(ctx, tickets.MarkerWrite); err != nil {
		return nil, err
	}
	b := in.Body
	return marked(s.issues.AddIncident(ctx, callerOf(ctx).actor(), issues.Incident{Name: b.Name, From: b.From, To: b.To, URL: b.URL}))
}

func (s *Server) patchRelease(ctx context.Context, in *struct {
	ID   pathID `path:"id"`
	Body struct {
		Version *string      `json:"version,omitempty"`
		At      *events.Time `json:"at,omitempty" doc:"Stays while an issue is marked as fixed in it"`
		URL     *string      `json:"url,omitempty"`
		Notes   *string      `json:"notes,omitempty"`
	}
}) (*answer[issues.Release], error) {
	if err := issuesFor(ctx, tickets.MarkerWrite); err != nil {
		return nil, err
	}
	b := in.Body
	return ok(s.issues.ChangeRelease(ctx, callerOf(ctx).actor(), in.ID.ID, issues.ReleasePatch{Version: b.Version, At: b.At, URL: b.URL, Notes: b.Notes}))
}

func (s *Server) deleteRelease(ctx context.Context, in *onID) (*struct{}, error) {
	if err := issuesFor(ctx, tickets.MarkerWrite); err != nil {
		return nil, err
	}
	return nil, s.issues.DeleteRelease(ctx, callerOf(ctx).actor(), in.ID.ID)
}

func (s *Server) patchIncident(ctx context.Context, in *struct {
	ID   pathID `path:"id"`
	Body struct {
		Name *string               `json:"name,omitempty"`
		From *events.Time          `json:"from,omitempty"`
		To   optional[events.Time] `json:"to,omitempty" doc:"null: it goes on"`
		URL  *string               `json:"url,omitempty"`
	}
}) (*answer[issues.Incident], error) {
	if err := issuesFor(ctx, tickets.MarkerWrite); err != nil {
		return nil, err
	}
	b := in.Body
	return ok(s.issues.ChangeIncident(ctx, callerOf(ctx).actor(), in.ID.ID, issues.IncidentPatch{Name: b.Name, From: b.From, To: b.To.given(), URL: b.URL}))
}

func (s *Server) deleteIncident(ctx context.Context, in *onID) (*struct{}, error) {
	if err := issuesFor(ctx, tickets.MarkerWrite); err != nil {
		return nil, err
	}
	return nil, s.issues.DeleteIncident(ctx, callerOf(ctx).actor(), in.ID.ID)
}
