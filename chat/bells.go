package chat

import (
	"slices"

	"heard/tickets/events"
)

// HasConsole tells whether an agent has a console open on this node, in a browser.
func (h *Hub) HasConsole(agent events.ID) bool {
	h.mu.RLock()
	defer h.mu.RUnlock()
	return slices.ContainsFunc(h.byAgent[agent], func(s *ConsoleSession) bool { return s.signIn != "" })
}

// TellConsoles sends a frame to the consoles that an agent has open on this node in browsers. Programs that follow the
// protocol do not get what it did not have when they were written.
func (h *Hub) TellConsoles(agent events.ID, frame any) {
	h.mu.RLock()
	defer h.mu.RUnlock()
	var f *Frame
	for _, s := range h.byAgent[agent] {
		if s.signIn == "" {
			continue
		}
		if f == nil {
			encoded := encode(frame)
			f = &encoded
		}
		s.sub.Send(*f)
	}
}

// tellAgent sends a frame to all connections of an agent on this node.
func (h *Hub) tellAgent(agent events.ID, frame any) {
	h.mu.RLock()
	defer h.mu.RUnlock()
	if len(h.byAgent[agent]) == 0 {
		return
	}
	f := encode(frame)
	for _, s := range h.byAgent[agent] {
		s.sub.Send(f)
	}
}
