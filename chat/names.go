package chat

import (
	"context"
	"sync"

	"heard/tickets"
	"heard/tickets/events"
)

// maxNames bounds each kind of remembered names; past it, all are forgotten and read again as they are needed.
const maxNames = 10_000

// names remembers the names that live events show, so that a message costs no read: agents and teams are in the
// directory; customers and tags are kept here until an event says that one changed.
type names struct {
	hub *Hub

	mu        sync.Mutex
	customers map[events.ID]string
	tags      map[events.ID]string
}

func (n *names) forgetCustomer(id events.ID) {
	n.mu.Lock()
	defer n.mu.Unlock()
	delete(n.customers, id)
}

// find returns a remembered name, or reads it. A read that fails costs the name, not the event.
func (n *names) find(ctx context.Context, kept *map[events.ID]string, id events.ID, read func(context.Context, events.ID) (string, error)) string {
	n.mu.Lock()
	name, ok := (*kept)[id]
	n.mu.Unlock()
	if ok || id == 0 {
		return name
	}
	name, err := read(ctx, id)
	if err != nil {
		n.hub.o.Report("read a name", err)
		return ""
	}
	n.mu.Lock()
	defer n.mu.Unlock()
	if *kept == nil || len(*kept) >= maxNames {
		*kept = map[events.ID]string{}
	}
	(*kept)[id] = name
	return name
}

// forEvent finds the names of one event.
func (n *names) forEvent(ctx context.Context) tickets.Names {
	out := tickets.Names{
		Customer: func(id events.ID) string { return n.find(ctx, &n.customers, id, n.hub.o.Tickets.CustomerName) },
		Tag:      func(id events.ID) string { return n.find(ctx, &n.tags, id, n.hub.o.Tickets.TagName) },
		Files:    n.hub.o.Tickets.FileLinks(),
	}
	if snap, err := n.hub.o.People.Directory().Snapshot(ctx); err == nil {
		out.Agent, out.Team = snap.AgentName, snap.TeamName
	}
	return out
}
