package tickets

import (
	"context"
	"database/sql"
	"fmt"
	"maps"
	"slices"
	"strings"

	"heard/tickets/events"
	"heard/tickets/fault"

	"github.com/uptrace/bun"
)

const (
	maxTag  = 50 // characters
	maxTags = 30 // of one ticket
)

// CleanTag returns the form in which a tag is kept: lower case, no outer space, at most 50 characters.
func CleanTag(tag string) (string, error) {
	var c checker
	tag = strings.ToLower(c.line("tags", tag, 1, maxTag))
	return tag, c.wrong.Err()
}

const mostTags = 1000 // of a list

// TagNames lists the tags that stand on a ticket of the scope, by name; to whom all is open, every tag. name asks for
// one of them, in whatever form; "" for all.
func (s *Store) TagNames(ctx context.Context, scope Scope, name string) ([]string, error) {
	text, args := `SELECT g.name FROM tags g WHERE 1 = 1`, []any{}
	if name != "" {
		text += ` AND g.name = ?`
		args = append(args, strings.ToLower(strings.TrimSpace(name)))
	}
	if scope.Restricted {
		text += ` AND EXISTS (SELECT 1 FROM ticket_tags x JOIN tickets t ON t.id = x.ticket_id WHERE x.tag_id = g.id AND (` +
			s.stmts.among("t.team_id") + ` OR (t.assignee_id = ? AND t.assignee_id > 0)))`
		args = append(args, s.stmts.list(scope.Teams), int64(scope.Agent))
	}
	rows, err := s.stmts.query(ctx, text+` ORDER BY g.name LIMIT ?`, append(args, mostTags)...)
	if err != nil {
		return nil, fmt.Errorf("list tags: %w", err)
	}
	out := []string{}
	return out, each(rows, func(rows *sql.Rows) error {
		var tag string
		if err := rows.Scan(&tag); err != nil {
			return fmt.Errorf("list tags: %w", err)
		}
		out = append(out, tag)
		return nil
	})
}

// Tag adds and removes tags.
func (s *Store) Tag(ctx context.Context, by events.Actor, id events.ID, add, remove []string) (*Ticket, error) {
	add, remove, err := cleanTags(add, remove)
	if err != nil {
		return nil, err
	}
	return s.change(ctx, by, id, func(ctx context.Context, w *work, t *Ticket) error { return w.tag(ctx, by, t, add, remove) })
}

// cleanTags returns tags to add and to remove in the form in which they are kept.
func cleanTags(add, remove []string) ([]string, []string, error) {
	if len(add)+len(remove) > 2*maxTags {
		return nil, nil, fault.On("tags", fmt.Sprintf("must be at most %d", maxTags))
	}
	add, remove = slices.Clone(add), slices.Clone(remove)
	for _, list := range [][]string{add, remove} {
		for i, tag := range list {
			clean, err := CleanTag(tag)
			if err != nil {
				return nil, nil, err
			}
			list[i] = clean
		}
	}
	return add, remove, nil
}

func (w *work) tag(ctx context.Context, by events.Actor, t *Ticket, add, remove []string) error {
	drop, err := w.tagIDs(ctx, remove)
	if err != nil {
		return err
	}
	want, err := w.makeTags(ctx, add)
	if err != nil {
		return err
	}
	drop = slices.DeleteFunc(drop, func(tag events.ID) bool { return slices.Contains(want, tag) })
	return w.retag(ctx, by, t, want, drop)
}

// retag adds and removes tags by their ids.
func (w *work) retag(ctx context.Context, by events.Actor, t *Ticket, add, remove []events.ID) error {
	left := slices.DeleteFunc(slices.Clone(t.Tags), func(tag events.ID) bool { return slices.Contains(remove, tag) })
	for _, tag := range add {
		if !slices.Contains(left, tag) {
			left = append(left, tag)
		}
	}
	if len(left) > maxTags { // before anything is recorded: what else is done in this unit stays
		return fault.On("tags", fmt.Sprintf("must be at most %d", maxTags))
	}
	for _, tag := range remove {
		if slices.Contains(t.Tags, tag) {
			w.record(by, t, TicketUntagged{Tag: tag})
		}
	}
	for _, tag := range add {
		if !slices.Contains(t.Tags, tag) {
			w.record(by, t, TicketTagged{Tag: tag})
		}
	}
	return w.writeTags(ctx, t)
}

// makeTags returns the ids of tags by name, making those that are new.
func (w *work) makeTags(ctx context.Context, names []string) ([]events.ID, error) {
	if len(names) == 0 {
		return nil, nil
	}
	names = slices.Compact(slices.Sorted(slices.Values(names)))
	var args []any
	for _, name := range names {
		args = append(args, name, int64(w.tx.Now))
	}
	_, err := w.tx.ExecContext(ctx, "INSERT INTO tags (name, created_at) VALUES "+tuples(len(names), 2)+
		" ON CONFLICT (name) DO NOTHING", args...)
	if err != nil {
		return nil, fmt.Errorf("make tags: %w", err)
	}
	return w.tagIDs(ctx, names)
}

// tagIDs returns the ids of the tags that exist, ascending.
func (w *work) tagIDs(ctx context.Context, names []string) ([]events.ID, error) {
	if len(names) == 0 {
		return nil, nil
	}
	rows, err := w.tx.QueryContext(ctx, "SELECT id FROM tags WHERE name IN (?) ORDER BY id", bun.List(names))
	if err != nil {
		return nil, fmt.Errorf("read tags: %w", err)
	}
	var out []events.ID
	err = each(rows, func(rows *sql.Rows) error {
		var id events.ID
		if err := rows.Scan(&id); err != nil {
			return fmt.Errorf("read tags: %w", err)
		}
		out = append(out, id)
		return nil
	})
	return out, err
}

// writeTags makes the rows that find tickets by tag agree with the ticket.
func (w *work) writeTags(ctx context.Context, t *Ticket) error {
	if !w.isDirty[t.ID] {
		return nil
	}
	if _, err := w.tx.ExecContext(ctx, "DELETE FROM ticket_tags WHERE ticket_id = ?", int64(t.ID)); err != nil {
		return fmt.Errorf("write tags: %w", err)
	}
	rows := make([][]any, len(t.Tags))
	for i, tag := range t.Tags {
		rows[i] = []any{int64(t.ID), int64(tag)}
	}
	if err := w.tx.Insert(ctx, "ticket_tags", []string{"ticket_id", "tag_id"}, rows); err != nil {
		return fmt.Errorf("write tags: %w", err)
	}
	return nil
}

// SetSubject names the ticket. The words stand on its row only, so that they can be erased.
func (s *Store) SetSubject(ctx context.Context, by events.Actor, id events.ID, subject string) (*Ticket, error) {
	var c checker
	subject = c.line("subject", subject, 0, maxSubject)
	if err := c.wrong.Err(); err != nil {
		return nil, err
	}
	return s.change(ctx, by, id, func(ctx context.Context, w *work, t *Ticket) error {
		if t.Subject == subject {
			return nil
		}
		if _, err := w.tx.ExecContext(ctx, "UPDATE tickets SET subject = ? WHERE id = ?", subject, int64(id)); err != nil {
			return fmt.Errorf("set subject: %w", err)
		}
		t.Subject = subject
		w.record(by, t, FieldChanged{Field: "subject"})
		return nil
	})
}

// SetFields sets custom fields; an empty value removes one, and fields not named stay.
func (s *Store) SetFields(ctx context.Context, by events.Actor, id events.ID, fields map[string]string) (*Ticket, error) {
	var c checker
	fields = c.ticketFields(fields)
	if err := c.wrong.Err(); err != nil {
		return nil, err
	}
	return s.change(ctx, by, id, func(ctx context.Context, w *work, t *Ticket) error {
		next := maps.Clone(t.Fields)
		if next == nil {
			next = map[string]string{}
		}
		var changed []string
		for _, key := range slices.Sorted(maps.Keys(fields)) {
			value := fields[key]
			if next[key] == value {
				continue
			}
			changed = append(changed, key)
			if next[key] = value; value == "" {
				delete(next, key)
			}
		}
		if len(changed) == 0 {
			return nil
		}
		if len(next) > maxFields {
			return fault.On("fields", fmt.Sprintf("must be at most %d", maxFields))
		}
		if _, err := w.tx.ExecContext(ctx, "UPDATE tickets SET fields = ? WHERE id = ?", jsonOf(next, "{}"), int64(id)); err != nil {
			return fmt.Errorf("set fields: %w", err)
		}
		t.Fields = next
		for _, key := range changed {
			w.record(by, t, FieldChanged{Field: "fields." + key})
		}
		return nil
	})
}
