package rollups

import (
	"context"
	"sync"

	"heard/tickets/events"
)

// mostKept is how many days of figures are kept in memory, computed because they are not made yet.
const mostKept = 128

// liveFacts keeps what was computed for days that are not made, as long as they do not change again.
type liveFacts struct {
	mu   sync.Mutex
	kept map[liveKey]map[factKey]*cell
}

type liveKey struct {
	day    string
	figure Key
	mark   int64
	madeAt events.Time
}

// liveDay computes a figure of a day whose facts are not made. Nobody changes what comes out.
func (r *Rollups) liveDay(ctx context.Context, rd *reader, name string, figure Key) (map[factKey]*cell, error) {
	key := liveKey{name, figure, rd.stale[name].Mark, rd.made[name].MadeAt}
	r.live.mu.Lock()
	cells, ok := r.live.kept[key]
	r.live.mu.Unlock()
	if ok {
		return cells, nil
	}
	figures := []Key{figure}
	switch figure {
	case entered, left:
		figures = []Key{entered, left}
	case Handling, Ownership, Online:
		figures = []Key{Handling, Ownership, Online}
	}
	d, err := r.newDay(rd.cal, name, rd.now, figures...)
	if err != nil {
		return nil, err
	}
	if err := d.fill(ctx); err != nil {
		return nil, err
	}
	if rd.stale[name].Mark == 0 {
		return d.cells, nil // nothing tells when it changes
	}
	r.live.mu.Lock()
	defer r.live.mu.Unlock()
	if len(r.live.kept) >= mostKept || r.live.kept == nil {
		r.live.kept = map[liveKey]map[factKey]*cell{}
	}
	r.live.kept[key] = d.cells
	return d.cells, nil
}
