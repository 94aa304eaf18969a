package tickets

import (
	"context"
	"time"

	"heard/tickets/events"
)

// Nobody waits for a list longer than its patience. A statement that takes too long is given up, and the list is walked
// from its beginning in its place: what is found until the time is over is a page, and its cursor tells how far one has
// looked. So a page may hold less than it could, but never leaves out what lies before its cursor.

// patiently lists tickets within the filter's patience.
func (s *Store) patiently(ctx context.Context, f Filter) (items []Listed, next string, err error) {
	type page struct {
		items []Listed
		next  string
	}
	var until time.Time
	if f.Patience > 0 {
		until = time.Now().Add(f.Patience)
	}
	switch {
	case f.walks():
		return s.walk(ctx, f, until)
	case f.Patience <= 0 || len(f.Conds) == 0: // built-in lists have an index each
		return s.listed(ctx, f)
	}
	p, late, err := inTime(ctx, f.Patience/2, func(ctx context.Context) (p page, err error) {
		p.items, p.next, err = s.listed(ctx, f)
		return p, err
	})
	if !late {
		return p.items, p.next, err
	}
	return s.walk(ctx, f.tried(), until)
}

// inTime runs a question to the database for so long. late says that it was given up, and is no error.
func inTime[T any](ctx context.Context, most time.Duration, ask func(ctx context.Context) (T, error)) (out T, late bool, err error) {
	limited, cancel := context.WithTimeout(ctx, most)
	defer cancel()
	if out, err = ask(limited); err != nil && limited.Err() != nil && ctx.Err() == nil {
		return out, true, nil
	}
	return out, false, err
}

// walks tells whether a list has to be walked.
func (f Filter) walks() bool { return len(f.Walk) > 0 || f.Among != nil }

// tried is the list with all its conditions asked of one ticket after the other.
func (f Filter) tried() Filter {
	f.Walk, f.Conds = append(f.Walk[:len(f.Walk):len(f.Walk)], f.Conds...), nil
	return f
}

// ReadTo is the moment to which a list was read for the page that gave this cursor, by what its order goes by; 0 for none.
func (f Filter) ReadTo(next string) events.Time {
	legs, err := f.legs()
	if err != nil {
		return 0
	}
	c, _, err := parseCursor(next, legs)
	if err != nil {
		return 0
	}
	return c.at
}
