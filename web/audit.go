package web

import (
	"context"
	"strconv"

	"heard/tickets"
	"heard/tickets/events"
)

// wireEntry is an event with its place in the whole log. The audit trail is a reading of the log, so what people
// wrote is not in it.
type wireEntry struct {
	Pos    int64     `json:"pos"`
	Ticket events.ID `json:"ticket"`
	tickets.WireEvent
}

// auditTrail lists everything that happened at the desk, oldest first.
func (s *Server) auditTrail(ctx context.Context, in *struct {
	After int64 `query:"after" minimum:"0" doc:"Only entries with a greater pos"`
	Limit int   `query:"limit" minimum:"1" maximum:"200"`
}) (*answer[list[wireEntry]], error) {
	limit := in.Limit
	if limit == 0 {
		limit = 100
	}
	rows, err := s.events.Events(ctx, in.After, limit+1)
	if err != nil {
		return nil, err
	}
	snap, err := s.people.Directory().Snapshot(ctx)
	if err != nil {
		return nil, err
	}
	next := ""
	if len(rows) > limit {
		rows = rows[:limit]
		next = strconv.FormatInt(rows[limit-1].Pos, 10)
	}
	names := tickets.Names{Agent: snap.AgentName, Team: snap.TeamName}
	out := make([]wireEntry, len(rows))
	for i, e := range rows {
		if _, err := s.events.Decode(&e); err != nil {
			return nil, err
		}
		out[i] = wireEntry{e.Pos, e.TicketID, tickets.Present(e, nil, names, tickets.ForAgent)}
	}
	return ok(items(out, next), nil)
}
