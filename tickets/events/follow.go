package events

import (
	"context"
	"errors"
	"fmt"
	"time"
)

// ErrClosed ends what follows the log when it is closed.
var ErrClosed = errors.New("the log is closed")

// Follow calls fn with every event after a place, in order, each once, until ctx ends or fn fails, and returns why.
// It keeps nobody waiting: a slow fn finds more events at its next call. The events are shared with other followers,
// so fn changes nothing in them; those that this process wrote carry their Change.
func (l *Log) Follow(ctx context.Context, after int64, fn func([]Event) error) error {
	l.watch.start(l)
	var pause backoff
	for pos := after; ; {
		evs, wake, err := l.next(ctx, pos, maxRead)
		switch {
		case err != nil:
			if err := pause.wait(ctx, l.closing); err != nil {
				return err
			}
		case len(evs) > 0:
			pause = backoff{}
			if err := fn(evs); err != nil {
				return err
			}
			pos = evs[len(evs)-1].Pos
		default:
			select {
			case <-wake:
			case <-ctx.Done():
				return ctx.Err()
			case <-l.closing:
				return ErrClosed
			}
		}
	}
}

// next returns events after pos, from memory or else from the database, without gap. When there are none, wake ends
// the wait for more.
func (l *Log) next(ctx context.Context, pos int64, limit int) ([]Event, <-chan struct{}, error) {
	evs, until, wake := l.recent.after(pos, limit)
	if len(evs) > 0 || until <= pos+1 {
		return evs, wake, nil
	}
	evs, err := l.query(ctx, selectEvents+`WHERE pos > ? AND pos < ? ORDER BY pos LIMIT ?`, pos, until, limit)
	if err != nil {
		return nil, wake, err
	}
	for i, e := range evs {
		if e.Pos != pos+int64(i)+1 {
			return nil, wake, fmt.Errorf("the log has a gap before %d", e.Pos)
		}
	}
	if len(evs) == 0 {
		return nil, wake, fmt.Errorf("the log ends before %d", until)
	}
	return evs, wake, nil
}

// backoff waits longer each time, up to a minute.
type backoff struct{ tries int }

const (
	firstPause = 100 * time.Millisecond
	lastPause  = time.Minute
)

func (b *backoff) wait(ctx context.Context, closing <-chan struct{}) error {
	d := lastPause
	if b.tries < 10 {
		d = min(d, firstPause<<b.tries)
	}
	b.tries++
	return pauseFor(ctx, closing, d)
}

func pauseFor(ctx context.Context, closing <-chan struct{}, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	case <-closing:
		return ErrClosed
	}
}
