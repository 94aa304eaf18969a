package tickets

import (
	"context"
	"database/sql"
	"fmt"

	"heard/tickets/events"
)

// newestWords reads who wrote the newest public message of some tickets: it walks back from the end of each.
func newestWords(dialect string) string {
	return `SELECT m.ticket_id, m.by_kind, m.by_id, COALESCE(a.name, '') FROM tickets t
		JOIN messages m ON m.ticket_id = t.id AND m.seq = (SELECT n.seq FROM messages n
			WHERE n.ticket_id = t.id AND NOT n.note AND n.redacted_at = 0 ORDER BY n.seq DESC LIMIT 1)
		LEFT JOIN agents a ON a.id = m.by_id AND m.by_kind = 'agent' WHERE ` + events.Among(dialect, "t.id")
}

// nameWords tells of listed tickets who wrote the words that stand as their preview: one query for a page.
func (s *Store) nameWords(ctx context.Context, list []Listed) error {
	if len(list) == 0 {
		return nil
	}
	ids := make([]events.ID, len(list))
	at := make(map[events.ID]*Listed, len(list))
	for i := range list {
		ids[i], at[list[i].ID] = list[i].ID, &list[i]
	}
	rows, err := s.stmts.query(ctx, newestWords(s.log.Dialect()), s.stmts.list(ids))
	if err != nil {
		return fmt.Errorf("read newest messages: %w", err)
	}
	return each(rows, func(rows *sql.Rows) error {
		var id, by events.ID
		var kind events.ActorKind
		var name string
		if err := rows.Scan(&id, &kind, &by, &name); err != nil {
			return fmt.Errorf("read newest messages: %w", err)
		}
		if t := at[id]; t != nil {
			t.SaidName = name
			if kind == events.Agent {
				t.SaidBy = by
			}
		}
		return nil
	})
}
