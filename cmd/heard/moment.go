package main

import (
	"context"
	"fmt"
	"time"

	"heard/tickets/events"
)

// wall is a time of a flag: a moment, or what the clock on the desk's wall shows then.
type wall struct {
	t     time.Time
	local bool // its zone is the desk's
}

// moment reads a time of a flag; "" is none.
func moment(flag, s string) (wall, error) {
	if s == "" {
		return wall{}, nil
	}
	if t, err := time.Parse(time.RFC3339Nano, s); err == nil {
		return wall{t: t}, nil
	}
	for _, layout := range []string{time.DateOnly, "2006-01-02T15:04", "2006-01-02T15:04:05", "2006-01-02 15:04", time.DateTime} {
		if t, err := time.Parse(layout, s); err == nil {
			return wall{t, true}, nil
		}
	}
	return wall{}, usageError{fmt.Errorf("%s must be a time like 2026-11-21, 2026-11-21T09:30 or 2026-11-21T09:30:00Z", flag)}
}

// in is the moment, on a desk of this zone.
func (w wall) in(zone *time.Location) events.Time {
	switch {
	case w.t.IsZero():
		return 0
	case w.local:
		y, m, d := w.t.Date()
		return events.TimeOf(time.Date(y, m, d, w.t.Hour(), w.t.Minute(), w.t.Second(), 0, zone))
	}
	return events.TimeOf(w.t)
}

// zone is the desk's, as it is now.
func (a *app) zone(ctx context.Context) (*time.Location, error) {
	snap, err := a.people.Directory().Snapshot(ctx)
	if err != nil {
		return nil, err
	}
	return snap.Zone(), nil
}
