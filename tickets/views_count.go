package tickets

import (
	"context"
	"fmt"
	"time"
)

// CountTickets counts the tickets of a list up to most. more says that there are more than that, or may be: a list that
// is walked is not walked to its end.
func (s *Store) CountTickets(ctx context.Context, f Filter, most int) (n int, more bool, err error) {
	var until time.Time
	if f.Patience > 0 {
		until = time.Now().Add(f.Patience)
	}
	f.Limit, f.Order, f.FromEnd = 1, NewestFirst, false // of pages; what is counted is bound below
	switch {
	case f.walks() && f.Known > most && f.alone():
		return most, true, nil
	case f.walks():
		return s.countWalking(ctx, f, most, until)
	case f.Patience <= 0:
		return s.countListed(ctx, f, most)
	}
	listed, late, err := inTime(ctx, f.Patience/2, func(ctx context.Context) (int, error) {
		n, more, err = s.countListed(ctx, f, most)
		return n, err
	})
	if !late {
		return listed, more, err
	}
	return s.countWalking(ctx, f.tried(), most, until)
}

// alone tells whether nothing but what is walked makes the list.
func (f Filter) alone() bool {
	f.Walk, f.Among = nil, nil
	return !f.Scope.Restricted && (f.View == "" || f.View == ViewAll) && len(f.Statuses) == 0 && f.Plain()
}

func (s *Store) countListed(ctx context.Context, f Filter, most int) (n int, more bool, err error) {
	l, err := s.listing(f)
	if err != nil {
		return 0, false, err
	}
	page, args := l.page(f, l.legs[0], most+1)
	rows, err := s.stmts.query(ctx, "SELECT COUNT(*) FROM ("+page+") n", args...)
	if err != nil {
		return 0, false, fmt.Errorf("count tickets: %w", err)
	}
	if _, err := one(rows, &n); err != nil {
		return 0, false, fmt.Errorf("count tickets: %w", err)
	}
	return min(n, most), n > most, nil
}

func (s *Store) countWalking(ctx context.Context, f Filter, most int, until time.Time) (n int, more bool, err error) {
	w := s.walker(f, until)
	w.size = maxStride
	for !w.over && n <= most {
		held, err := w.stride(ctx)
		if err != nil {
			return 0, false, err
		}
		n += len(held)
	}
	return min(n, most), n > most || w.next != "", nil
}
