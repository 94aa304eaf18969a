package chat

import (
	"context"

	"heard/tickets"
	"heard/tickets/fault"
)

var errBlockedHere = fault.New(fault.Forbidden, "this conversation is closed to you")

// dropBlocked tells the connections of blocked customers so, and ends them. They may not come back while it lasts.
func (h *Hub) dropBlocked(ctx context.Context) {
	snap, err := h.o.People.Directory().Snapshot(ctx)
	if err != nil {
		h.o.Report("read who is blocked", err)
		return
	}
	for _, s := range h.widgetsOf(snap) {
		s.sub.SendValue(errorOf(errBlockedHere, ""))
		s.sub.Close(CloseForbidden, "forbidden")
	}
}

// widgetsOf lists the connections of those who are blocked.
func (h *Hub) widgetsOf(snap *tickets.Snapshot) (out []*WidgetSession) {
	h.mu.RLock()
	defer h.mu.RUnlock()
	for _, set := range h.byVisitor {
		for _, s := range set {
			if snap.Blocked(s.visitor.CustomerID) {
				out = append(out, s)
			}
		}
	}
	return out
}
