package tickets

import (
	"context"
	"database/sql"
	"fmt"
	"strings"

	"heard/tickets/events"
)

// How far a list is walked for one page. A page that ends before it is full has a cursor, and the next one goes on.
const (
	firstStride = 60
	maxStride   = 1000
	maxWalked   = 5000
)

// walk lists tickets of which most are likely to hold: it goes down the list in strides, tries each ticket, and stops
// when the page is full.
func (s *Store) walk(ctx context.Context, f Filter) (items []Listed, next string, err error) {
	tried := f.Walk
	f.Walk = nil
	var found []cursor
	for stride, walked := firstStride, 0; ; stride = min(2*stride, maxStride) {
		step, err := s.places(ctx, f, stride)
		if err != nil {
			return nil, "", err
		}
		held, err := s.holding(ctx, step, tried)
		if err != nil {
			return nil, "", err
		}
		found = append(found, held...)
		if walked += len(step); len(step) < stride || len(found) > f.Limit {
			break
		}
		f.Cursor = step[len(step)-1].String()
		if walked >= maxWalked {
			next = f.Cursor
			break
		}
	}
	if len(found) > f.Limit {
		found = found[:f.Limit]
		next = found[f.Limit-1].String()
	}
	items, err = s.listedAt(ctx, found)
	return items, next, err
}

// places finds the next n tickets of a list.
func (s *Store) places(ctx context.Context, f Filter, n int) ([]cursor, error) {
	l, err := s.listing(f)
	if err != nil {
		return nil, err
	}
	text, args := l.page(f, n)
	return s.scanPlaces(ctx, text, args...)
}

func (s *Store) scanPlaces(ctx context.Context, text string, args ...any) (out []cursor, err error) {
	rows, err := s.stmts.query(ctx, text, args...)
	if err != nil {
		return nil, fmt.Errorf("list tickets: %w", err)
	}
	return out, each(rows, func(rows *sql.Rows) error {
		var c cursor
		if err := rows.Scan(&c.id, &c.at); err != nil {
			return fmt.Errorf("list tickets: %w", err)
		}
		out = append(out, c)
		return nil
	})
}

// holding keeps the tickets for which all conditions hold, in order.
func (s *Store) holding(ctx context.Context, list []cursor, conds []Cond) ([]cursor, error) {
	if len(list) == 0 {
		return nil, nil
	}
	text := []string{s.stmts.among("t.id")}
	args := []any{s.stmts.list(idsAt(list))}
	for _, c := range conds {
		text, args = append(text, c.SQL), append(args, c.Args...)
	}
	held, err := s.scanPlaces(ctx, "SELECT t.id, t.said_at FROM tickets t WHERE "+strings.Join(text, " AND "), args...)
	if err != nil {
		return nil, err
	}
	holds := make(map[events.ID]bool, len(held))
	for _, c := range held {
		holds[c.id] = true
	}
	var out []cursor
	for _, c := range list {
		if holds[c.id] {
			out = append(out, c)
		}
	}
	return out, nil
}

// listedAt reads the tickets of a page in its order.
func (s *Store) listedAt(ctx context.Context, list []cursor) ([]Listed, error) {
	if len(list) == 0 {
		return []Listed{}, nil
	}
	items, _, err := s.Tickets(ctx, Filter{IDs: idsAt(list), Limit: min(len(list), MaxPage)})
	if err != nil {
		return nil, err
	}
	byID := make(map[events.ID]Listed, len(items))
	for _, t := range items {
		byID[t.ID] = t
	}
	out := make([]Listed, 0, len(list))
	for _, c := range list {
		if t, still := byID[c.id]; still {
			out = append(out, t)
		}
	}
	return out, nil
}

func idsAt(list []cursor) []events.ID {
	out := make([]events.ID, len(list))
	for i, c := range list {
		out[i] = c.id
	}
	return out
}

// EachTicket goes through all tickets of a list, newest message first, until fn refuses.
func (s *Store) EachTicket(ctx context.Context, f Filter, fn func(id events.ID) error) error {
	tried := f.Walk
	f.Walk, f.Limit = nil, 1
	for {
		step, err := s.places(ctx, f, maxStride)
		if err != nil {
			return err
		}
		held := step
		if len(tried) > 0 {
			if held, err = s.holding(ctx, step, tried); err != nil {
				return err
			}
		}
		for _, c := range held {
			if err := fn(c.id); err != nil {
				return err
			}
		}
		if len(step) < maxStride {
			return nil
		}
		f.Cursor = step[len(step)-1].String()
	}
}
