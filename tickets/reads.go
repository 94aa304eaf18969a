package tickets

import (
	"context"
	"database/sql"
	"fmt"
	"slices"

	"heard/tickets/events"
	"heard/tickets/fault"
	"heard/tickets/sabotage"
)

// Ticket returns one ticket.
func (s *Store) Ticket(ctx context.Context, id events.ID) (*Listed, error) {
	rows, err := s.stmts.query(ctx, "SELECT "+ticketColumns+`, COALESCE(c.name, ''), COALESCE(c.email, ''), COALESCE(a.name, ''), COALESCE(m.name, '')
		FROM tickets t LEFT JOIN customers c ON c.id = t.customer_id LEFT JOIN agents a ON a.id = t.assignee_id
		LEFT JOIN teams m ON m.id = t.team_id WHERE t.id = ?`, int64(id))
	if err != nil {
		return nil, fmt.Errorf("read ticket: %w", err)
	}
	list, err := scanListed(rows)
	if err != nil {
		return nil, err
	}
	if len(list) == 0 {
		return nil, errNoTicket
	}
	if err := s.nameTags(ctx, list); err != nil {
		return nil, err
	}
	if err := s.titleOld(ctx, list); err != nil {
		return nil, err
	}
	return &list[0], s.nameWords(ctx, list)
}

// maxThread is how many events one read gives.
const maxThread = 500

// Thread returns the events of a ticket behind after, oldest first, with what people wrote. Only public ones for a
// customer.
func (s *Store) Thread(ctx context.Context, id events.ID, v Viewer, after int64, limit int) ([]ThreadItem, error) {
	if limit < 1 || limit > maxThread {
		return nil, fault.On("limit", fmt.Sprintf("must be 1 to %d", maxThread))
	}
	public := ""
	if v == ForCustomer {
		public = " AND e.public"
	}
	rows, err := s.stmts.query(ctx, "SELECT "+itemColumns+` FROM events e
		LEFT JOIN messages m ON m.ticket_id = e.ticket_id AND m.seq = e.seq
		WHERE e.ticket_id = ? AND e.ticket_id <> 0 AND e.seq > ?`+public+" ORDER BY e.seq LIMIT ?", int64(id), after, limit)
	if err != nil {
		return nil, fmt.Errorf("read thread: %w", err)
	}
	items, err := scanItems(rows)
	if err != nil {
		return nil, err
	}
	for i := range items {
		if _, err := s.log.Decode(&items[i].Event); err != nil {
			return nil, fmt.Errorf("read thread: %w", err)
		}
	}
	return items, s.findTargets(ctx, id, items)
}

// Events returns a page of a ticket's events as the wire shows them; more says that there are later ones.
func (s *Store) Events(ctx context.Context, id events.ID, v Viewer, after int64, limit int) (list []WireEvent, more bool, err error) {
	if limit < 1 || limit >= maxThread {
		return nil, false, fault.On("limit", fmt.Sprintf("must be 1 to %d", maxThread-1))
	}
	items, err := s.Thread(ctx, id, v, after, limit+1)
	if err != nil {
		return nil, false, err
	}
	if more = len(items) > limit; more {
		items = items[:limit]
	}
	if n := len(items); n > 0 && !more && sabotage.Here(sabotage.Hide) {
		items = items[:n-1]
	}
	list, err = s.Present(ctx, v, items)
	return list, more, err
}

// Present gives items their wire form, with names read for all of them at once.
func (s *Store) Present(ctx context.Context, v Viewer, items []ThreadItem) ([]WireEvent, error) {
	names, err := s.names(ctx, items)
	if err != nil {
		return nil, err
	}
	out := make([]WireEvent, len(items))
	for i, it := range items {
		out[i] = Present(it.Event, it.Message, names, v)
	}
	return out, nil
}

// names reads the names that items speak of.
func (s *Store) names(ctx context.Context, items []ThreadItem) (Names, error) {
	wanted := map[string][]events.ID{"agents": nil, "teams": nil, "customers": nil, "tags": nil}
	for _, it := range items {
		it.mentions(func(table string, id events.ID) {
			if id != 0 {
				wanted[table] = append(wanted[table], id)
			}
		})
	}
	found := map[string]map[events.ID]string{}
	for table, ids := range wanted {
		if len(ids) == 0 {
			continue
		}
		names, err := s.namesIn(ctx, table, ids)
		if err != nil {
			return Names{}, err
		}
		found[table] = names
	}
	in := func(table string) func(events.ID) string {
		return func(id events.ID) string { return found[table][id] }
	}
	return Names{Agent: in("agents"), Team: in("teams"), Customer: in("customers"), Tag: in("tags"), Files: s.links}, nil
}

// namesIn reads names by id from a table of this package's choice.
func (s *Store) namesIn(ctx context.Context, table string, ids []events.ID) (map[events.ID]string, error) {
	rows, err := s.stmts.query(ctx, "SELECT id, name FROM "+table+" WHERE "+s.stmts.among("id"), s.stmts.list(ids))
	if err != nil {
		return nil, fmt.Errorf("read names: %w", err)
	}
	out := make(map[events.ID]string, len(ids))
	err = each(rows, func(rows *sql.Rows) error {
		var id events.ID
		var name string
		if err := rows.Scan(&id, &name); err != nil {
			return fmt.Errorf("read names: %w", err)
		}
		out[id] = name
		return nil
	})
	return out, err
}

// nameTags fills the names of the tags of listed tickets: one query for all of them, none without tags.
func (s *Store) nameTags(ctx context.Context, list []Listed) error {
	var ids []events.ID
	for _, t := range list {
		ids = append(ids, t.Tags...)
	}
	names := map[events.ID]string{}
	if len(ids) > 0 {
		var err error
		if names, err = s.namesIn(ctx, "tags", slices.Compact(slices.Sorted(slices.Values(ids)))); err != nil {
			return err
		}
	}
	for i := range list {
		list[i].TagNames = []string{}
		for _, id := range list[i].Tags {
			list[i].TagNames = append(list[i].TagNames, names[id])
		}
		slices.Sort(list[i].TagNames)
	}
	return nil
}

// Ownership returns who had the ticket when, oldest first.
func (s *Store) Ownership(ctx context.Context, id events.ID) (Segments, error) {
	rows, err := s.stmts.query(ctx, "SELECT "+segmentColumns+" FROM segments WHERE ticket_id = ? ORDER BY n", int64(id))
	if err != nil {
		return nil, fmt.Errorf("read ownership: %w", err)
	}
	out := Segments{}
	err = each(rows, func(rows *sql.Rows) error {
		var g Segment
		if err := rows.Scan(g.targets()...); err != nil {
			return fmt.Errorf("read ownership: %w", err)
		}
		out = append(out, g)
		return nil
	})
	return out, err
}

// ids runs a query for ids.
func (s *Store) ids(ctx context.Context, text string, args ...any) ([]events.ID, error) {
	rows, err := s.stmts.query(ctx, text, args...)
	if err != nil {
		return nil, fmt.Errorf("read tickets: %w", err)
	}
	var out []events.ID
	err = each(rows, func(rows *sql.Rows) error {
		var id events.ID
		if err := rows.Scan(&id); err != nil {
			return fmt.Errorf("read tickets: %w", err)
		}
		out = append(out, id)
		return nil
	})
	return out, err
}
