package tickets

import (
	"context"
	"fmt"
)

// CountTickets counts the tickets of a list up to most. more says that there are more than that, or may be: a list that
// is walked is not walked to its end.
func (s *Store) CountTickets(ctx context.Context, f Filter, most int) (n int, more bool, err error) {
	if len(f.Walk) > 0 {
		return s.countWalking(ctx, f, most)
	}
	f.Limit = 1 // of pages; what is counted is bound below
	l, err := s.listing(f)
	if err != nil {
		return 0, false, err
	}
	page, args := l.page(f, most+1)
	rows, err := s.stmts.query(ctx, "SELECT COUNT(*) FROM ("+page+") n", args...)
	if err != nil {
		return 0, false, fmt.Errorf("count tickets: %w", err)
	}
	if _, err := one(rows, &n); err != nil {
		return 0, false, fmt.Errorf("count tickets: %w", err)
	}
	return min(n, most), n > most, nil
}

func (s *Store) countWalking(ctx context.Context, f Filter, most int) (n int, more bool, err error) {
	tried := f.Walk
	f.Walk, f.Limit = nil, 1
	for walked := 0; walked < maxWalked; walked += maxStride {
		step, err := s.places(ctx, f, maxStride)
		if err != nil {
			return 0, false, err
		}
		held, err := s.holding(ctx, step, tried)
		if err != nil {
			return 0, false, err
		}
		if n += len(held); n > most || len(step) < maxStride {
			return min(n, most), n > most, nil
		}
		f.Cursor = step[len(step)-1].String()
	}
	return n, true, nil
}
