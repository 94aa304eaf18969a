package tickets

import (
	"cmp"
	"context"
	"database/sql"
	"fmt"
	"slices"
	"strings"
	"time"

	"heard/tickets/events"
)

// How far a list is walked for one page that has no patience of its own. A page that ends before it is full has a cursor,
// and the next one goes on.
const (
	firstStride = 60
	maxStride   = 1000
	amongStride = 4000 // where tickets are only looked up and not tried
	maxWalked   = 5000
)

// walk lists tickets of which most are likely to hold: it goes down the list in strides, tries each ticket, and stops
// when the page is full, or the time is over.
func (s *Store) walk(ctx context.Context, f Filter, until time.Time) (items []Listed, next string, err error) {
	w := s.walker(f, until)
	var found []cursor
	for len(found) <= f.Limit && !w.over {
		held, err := w.stride(ctx)
		if err != nil {
			return nil, "", err
		}
		found = append(found, held...)
	}
	if next = w.next; len(found) > f.Limit {
		found = found[:f.Limit]
		next = found[f.Limit-1].String()
	}
	items, err = s.listedAt(ctx, found)
	return items, next, err
}

// walker goes down a list.
type walker struct {
	s      *Store
	f      Filter // of the list that is walked
	tried  []Cond
	among  []events.ID
	until  time.Time // zero: maxWalked bounds
	size   int
	walked int

	over bool   // the list is, or the time
	next string // where one may go on, "" at the end of the list
}

func (s *Store) walker(f Filter, until time.Time) *walker {
	w := &walker{s: s, f: f, tried: f.Walk, among: f.Among, until: until, size: firstStride}
	w.f.Walk, w.f.Among, w.f.Limit = nil, nil, 1
	return w
}

// stride takes the next step and returns what holds of it.
func (w *walker) stride(ctx context.Context) (held []cursor, err error) {
	step, err := w.step(ctx)
	if err != nil {
		return nil, err
	}
	most := maxStride
	if held = step; w.among != nil {
		most, held = amongStride, nil
		for _, c := range step {
			if _, in := slices.BinarySearch(w.among, c.id); in {
				held = append(held, c)
			}
		}
	}
	if len(w.tried) > 0 {
		if held, err = w.s.holding(ctx, held, w.tried); err != nil {
			return nil, err
		}
	}
	w.walked += len(step)
	if len(step) < w.size {
		w.over, w.next = true, ""
		return held, nil
	}
	w.f.Cursor = step[len(step)-1].String()
	w.next, w.size = w.f.Cursor, min(2*w.size, most)
	w.over = w.until.IsZero() && w.walked >= maxWalked || !w.until.IsZero() && !time.Now().Before(w.until)
	return held, nil
}

// step reads the next places. Conditions that keep it waiting are tried on one ticket after the other from there on.
func (w *walker) step(ctx context.Context) ([]cursor, error) {
	if len(w.f.Conds) > 0 && !w.until.IsZero() {
		step, late, err := inTime(ctx, time.Until(w.until)/2, func(ctx context.Context) ([]cursor, error) { return w.s.places(ctx, w.f, w.size) })
		if !late {
			return step, err
		}
		w.f, w.size = w.f.tried(), firstStride
		w.tried, w.f.Walk = append(w.tried[:len(w.tried):len(w.tried)], w.f.Walk...), nil
	}
	return w.s.places(ctx, w.f, w.size)
}

// places finds the next n tickets of a list: of one leg after the other, as far as it takes.
func (s *Store) places(ctx context.Context, f Filter, n int) (out []cursor, err error) {
	l, err := s.listing(f)
	if err != nil {
		return nil, err
	}
	for _, g := range l.legs {
		if len(out) == n {
			break
		}
		text, args := l.page(f, g, n-len(out))
		rows, err := s.stmts.query(ctx, text, args...)
		if err != nil {
			return nil, fmt.Errorf("list tickets: %w", err)
		}
		err = each(rows, func(rows *sql.Rows) error {
			c := cursor{mark: g.mark}
			if err := rows.Scan(&c.id, &c.at); err != nil {
				return fmt.Errorf("list tickets: %w", err)
			}
			out = append(out, c)
			return nil
		})
		if err != nil {
			return nil, err
		}
	}
	return out, nil
}

// listedByLegs lists tickets in an order of more than one leg.
func (s *Store) listedByLegs(ctx context.Context, f Filter) (items []Listed, next string, err error) {
	found, err := s.places(ctx, f, f.Limit+1)
	if err != nil {
		return nil, "", err
	}
	if len(found) > f.Limit {
		found = found[:f.Limit]
		next = found[f.Limit-1].String()
	}
	items, err = s.listedAt(ctx, found)
	return items, next, err
}

// holding keeps the tickets for which all conditions hold, in order.
func (s *Store) holding(ctx context.Context, list []cursor, conds []Cond) ([]cursor, error) {
	if len(list) == 0 {
		return nil, nil
	}
	text := []string{s.stmts.among("t.id")}
	args := []any{s.stmts.list(idsAt(list))}
	for _, c := range conds {
		text, args = append(text, cmp.Or(c.Each, c.SQL)), append(args, c.Args...)
	}
	held, err := s.ids(ctx, "SELECT t.id FROM tickets t WHERE "+strings.Join(text, " AND "), args...)
	if err != nil {
		return nil, err
	}
	holds := make(map[events.ID]bool, len(held))
	for _, id := range held {
		holds[id] = true
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
	for w := s.walker(f, time.Time{}); ; {
		held, err := w.stride(ctx)
		if err != nil {
			return err
		}
		for _, c := range held {
			if err := fn(c.id); err != nil {
				return err
			}
		}
		if w.next == "" {
			return nil
		}
	}
}
