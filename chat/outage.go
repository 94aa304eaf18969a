package chat

import (
	"context"
	"time"

	"heard/tickets/events"
	"heard/tickets/fault"
)

const (
	outagePause = 500 * time.Millisecond // between tries to write while the database is away
	outageTry   = 3 * time.Second
	askPace     = 2 * time.Second // how often the database is asked when nobody else does
)

// NoteOutage hears of an error and finds out whether the database is away. If it is, every client is told, and again
// when it is back. Callers need not judge the error, nor wait.
func (h *Hub) NoteOutage(err error) {
	if fault.KindOf(err) != fault.Unavailable && !events.IsAway(err) {
		return
	}
	h.mu.Lock()
	known := h.doubting || h.draining
	h.doubting = true
	h.mu.Unlock()
	if !known {
		go h.outage()
	}
}

// outage lasts from the first doubt until a write is kept. An error alone tells nobody: a full queue or a reader whose
// time was over is no outage.
func (h *Hub) outage() {
	told := false
	for h.tryWrite() != nil && !h.isDraining() {
		if !told {
			told = true
			h.setDegraded(true)
		}
		time.Sleep(outagePause)
	}
	h.mu.Lock()
	h.doubting = false
	h.mu.Unlock()
	if told {
		h.setDegraded(false)
		h.router.wake()
	}
}

func (h *Hub) tryWrite() error {
	ctx, cancel := context.WithTimeout(context.Background(), outageTry)
	defer cancel()
	return h.o.Log.Write(ctx, events.Unit{By: events.SystemActor}, func(context.Context, *events.Tx) error { return nil })
}

// askDatabase notices that the database is away when nobody asks it for anything: clients are told all the same.
func (h *Hub) askDatabase(ctx context.Context) {
	for ctx.Err() == nil {
		pause(ctx, askPace)
		if err := h.o.Log.Ping(ctx); err != nil && ctx.Err() == nil {
			h.NoteOutage(err)
		}
	}
}

type state struct {
	Type     string `json:"type"`
	Degraded bool   `json:"degraded"`
}

func (h *Hub) setDegraded(degraded bool) {
	h.mu.Lock()
	h.degraded = degraded
	h.mu.Unlock()
	frame := encode(state{"state", degraded})
	h.each(func(sub *Subscriber) { sub.Send(frame) })
}

func (h *Hub) isDegraded() bool {
	h.mu.RLock()
	defer h.mu.RUnlock()
	return h.degraded
}
