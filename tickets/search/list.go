package search

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"heard/tickets"
	"heard/tickets/events"
	"heard/tickets/fault"
)

// CountedTo is how far saved views are counted; a longer one has "more".
const CountedTo = 1000

// List makes the filter of a list, within what the caller may see.
func (s *Searcher) List(ctx context.Context, c tickets.Caller, l tickets.List) (tickets.Filter, error) {
	f, q, err := s.base(ctx, c, l)
	if err != nil || len(q.Terms) == 0 {
		return f, err
	}
	f.Patience = s.patience
	return f, s.Narrow(ctx, c, q, &f)
}

// base makes everything of the filter but the query, which joins that of a saved view with the list's own.
func (s *Searcher) base(ctx context.Context, c tickets.Caller, l tickets.List) (f tickets.Filter, q Query, err error) {
	f = tickets.Filter{Scope: tickets.TicketScope(c), Agent: c.Agent, Statuses: slices.Clone(l.Statuses)}
	if err := tickets.CheckStatuses(f.Statuses); err != nil {
		return f, q, err
	}
	if err := s.view(ctx, c, l.View, &f, &q); err != nil {
		return f, q, err
	}
	own, err := Parse(l.Query)
	if err != nil {
		return f, q, err
	}
	q.Terms = append(q.Terms, own.Terms...)
	if len(f.Statuses) == 0 && len(q.Terms) == 0 && !l.Narrowed {
		switch f.View {
		case tickets.ViewMine, tickets.ViewTeam:
			f.Statuses = []tickets.Status{tickets.Open, tickets.Pending}
		case tickets.ViewUnassigned:
			f.Statuses = []tickets.Status{tickets.Open}
		}
	}
	return f, q, nil
}

// view reads what a list is of.
func (s *Searcher) view(ctx context.Context, c tickets.Caller, name string, f *tickets.Filter, q *Query) (err error) {
	kind, id, has := strings.Cut(name, ":")
	switch {
	case name == "":
		f.View = tickets.ViewAll
		return nil
	case kind == "team":
		return s.ofTeam(ctx, id, f)
	case kind == "saved":
		return s.saved(ctx, c, id, q)
	case !has && kind == "mentions":
		f.Conds = append(f.Conds, s.mentioned(c))
		return nil
	case !has && slices.Contains([]tickets.View{tickets.ViewAll, tickets.ViewMine, tickets.ViewUnassigned}, tickets.View(kind)):
		f.View = tickets.View(kind)
		return nil
	}
	return fault.On("view", "must be mine, unassigned, all, mentions, team:ID or saved:ID")
}

func (s *Searcher) ofTeam(ctx context.Context, id string, f *tickets.Filter) (err error) {
	f.View = tickets.ViewTeam
	if f.Team, err = events.ParseID(id); err != nil {
		return fault.On("view", "names no team")
	}
	snap, err := s.dir.Snapshot(ctx)
	if err != nil {
		return err
	}
	if snap.Teams[f.Team] == nil || (f.Scope.Restricted && !slices.Contains(f.Scope.Teams, f.Team)) {
		return fault.New(fault.NotFound, "there is no such team")
	}
	return nil
}

// saved reads the query of a saved view again: what was right when it was written may name what is gone.
func (s *Searcher) saved(ctx context.Context, c tickets.Caller, id string, q *Query) error {
	n, err := events.ParseID(id)
	if err != nil {
		return fault.On("view", "names no saved view")
	}
	v, err := s.store.SavedView(ctx, c, n)
	if err != nil {
		return err
	}
	if *q, err = Parse(v.Query); err != nil {
		return fault.On("view", "is a saved view whose query is not understood any more")
	}
	return nil
}

// mentioned are the tickets with a note that calls the caller or a team of theirs.
func (s *Searcher) mentioned(c tickets.Caller) tickets.Cond {
	dialect := s.log.Dialect()
	return tickets.Cond{SQL: `t.id IN (SELECT n.ticket_id FROM mentions n WHERE n.agent_id = ? AND n.agent_id > 0
		UNION ALL SELECT n.ticket_id FROM mentions n WHERE ` + events.Among(dialect, "n.team_id") + ` AND n.team_id > 0)`,
		Args: []any{int64(c.Agent), events.IDs(dialect, c.Teams)}}
}

// Belongs tells which of some tickets, at most a hundred, are in a list now. Lists that a row alone decides are judged
// by the rows; all others cost one question to the database.
func (s *Searcher) Belongs(ctx context.Context, c tickets.Caller, l tickets.List, rows []tickets.Listed) (map[events.ID]bool, error) {
	out := make(map[events.ID]bool, len(rows))
	f, q, err := s.base(ctx, c, l)
	if err != nil {
		return nil, err
	}
	if len(q.Terms) == 0 && f.Plain() {
		for i := range rows {
			if f.Holds(&rows[i].Ticket) {
				out[rows[i].ID] = true
			}
		}
		return out, nil
	}
	if err := s.NarrowFew(ctx, c, q, &f); err != nil {
		return nil, err
	}
	f.IDs, f.Limit = each(rows, func(t tickets.Listed) events.ID { return t.ID }), tickets.MaxPage
	found, _, err := s.store.Tickets(ctx, f)
	if err != nil {
		return nil, fmt.Errorf("judge tickets of a list: %w", err)
	}
	for i := range found {
		out[found[i].ID] = true
	}
	return out, nil
}

// Count counts the tickets of a list up to CountedTo.
func (s *Searcher) Count(ctx context.Context, c tickets.Caller, l tickets.List) (n int, more bool, err error) {
	f, err := s.List(ctx, c, l)
	if err != nil {
		return 0, false, err
	}
	return s.store.CountTickets(ctx, f, CountedTo)
}
