package notify

import (
	"context"
	"fmt"
	"slices"
	"time"

	"heard/tickets/events"
)

// Frame tells a console what changed in its bell: one notification, or that some were read.
type Frame struct {
	Type   string        `json:"type"` // notify
	Kind   string        `json:"kind"` // bell
	Reason Kind          `json:"reason,omitempty"`
	ID     events.ID     `json:"id,omitempty"`
	Ticket events.ID     `json:"ticket,omitempty"`
	Title  string        `json:"title"`
	Body   string        `json:"body"`
	Unread int           `json:"unread"`
	Bell   bool          `json:"bell"` // it stands in the list
	Item   *Notification `json:"item,omitempty"`
	Read   []events.ID   `json:"read,omitempty"`
}

// Consoles are those of people that are open on this node. Programs have none: they read what they need.
type Consoles interface {
	HasConsole(agent events.ID) bool
	TellConsoles(agent events.ID, frame any)
}

// How often a node looks for changes: quickly for a while after something happened that may tell somebody something,
// since the consumer may run on another node.
const (
	lookBusy  = 150 * time.Millisecond
	lookIdle  = 5 * time.Second
	busyFor   = 2 * time.Second
	followMax = 500 // rows at once
)

// Follow tells the consoles of this node what changes, until ctx ends. What changed before is for them to list.
func (s *Store) Follow(ctx context.Context, consoles Consoles) error {
	seen, err := s.head(ctx)
	if err != nil {
		return err
	}
	wake := make(chan struct{}, 1)
	go s.wakes(ctx, wake)
	busy := time.Now()
	for {
		pause := lookIdle
		if time.Since(busy) < busyFor {
			pause = lookBusy
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-wake:
			busy = time.Now()
			continue
		case <-time.After(pause):
		}
		if seen, err = s.tell(ctx, seen, consoles); err != nil {
			return err
		}
	}
}

// wakes tells of events that may have changed something.
func (s *Store) wakes(ctx context.Context, wake chan<- struct{}) {
	kinds := s.Consumer().Kinds
	head, err := s.log.Head(ctx)
	if err != nil {
		return // it is looked for now and then all the same
	}
	_ = s.log.Follow(ctx, head, func(evs []events.Event) error {
		if slices.ContainsFunc(evs, func(e events.Event) bool { return slices.Contains(kinds, e.Kind) }) {
			select {
			case wake <- struct{}{}:
			default:
			}
		}
		return nil
	})
}

func (s *Store) head(ctx context.Context) (rev int64, err error) {
	if err := s.log.Read().NewRaw(`SELECT rev FROM notification_head WHERE id = 1`).Scan(ctx, &rev); err != nil {
		return 0, fmt.Errorf("read head of notifications: %w", err)
	}
	return rev, nil
}

// tell reads what changed and gives it to whom it concerns. It returns how far it got.
func (s *Store) tell(ctx context.Context, seen int64, consoles Consoles) (int64, error) {
	head, err := s.head(ctx)
	if err != nil || head <= seen {
		return seen, err
	}
	var rows []row
	err = s.log.Read().NewRaw(`SELECT `+rowColumns+` FROM notifications AS n WHERE n.rev > ? AND n.rev <= ? ORDER BY n.rev DESC, n.id DESC LIMIT ?`, seen, head, followMax).Scan(ctx, &rows)
	if err != nil {
		return seen, fmt.Errorf("read changes of notifications: %w", err)
	}
	slices.Reverse(rows)
	mine := map[events.ID][]row{}
	for _, r := range rows {
		if consoles.HasConsole(r.AgentID) {
			mine[r.AgentID] = append(mine[r.AgentID], r)
		}
	}
	for agent, list := range mine {
		if err := s.tellAgent(ctx, agent, list, consoles); err != nil {
			return seen, err
		}
	}
	return head, nil
}

func (s *Store) tellAgent(ctx context.Context, agent events.ID, rows []row, consoles Consoles) error {
	desk, err := s.people.Directory().Snapshot(ctx)
	if err != nil {
		return err
	}
	caller := desk.Caller(agent)
	unread, err := s.Unread(ctx, caller)
	if err != nil {
		return err
	}
	rows, read, err := s.visible(ctx, agent, rows)
	if err != nil {
		return err
	}
	items, err := s.present(ctx, rows)
	if err != nil {
		return err
	}
	for i := range items {
		it := &items[i]
		consoles.TellConsoles(agent, Frame{Type: "notify", Kind: "bell", Reason: it.Kind, ID: it.ID, Ticket: it.Ticket, Title: it.Title, Body: it.Text, Unread: unread, Bell: rows[i].Bell, Item: it})
	}
	if len(read) > 0 {
		consoles.TellConsoles(agent, Frame{Type: "notify", Kind: "bell", Read: read, Unread: unread})
	}
	return nil
}

// visible leaves the unread rows that the agent may see, and names those that were read.
func (s *Store) visible(ctx context.Context, agent events.ID, rows []row) (out []row, read []events.ID, err error) {
	desk, err := s.people.Directory().Snapshot(ctx)
	if err != nil {
		return nil, nil, err
	}
	var about []events.Event
	for _, r := range rows {
		about = append(about, events.Event{TicketID: r.TicketID})
	}
	list, err := ticketsOf(ctx, s.log.Read(), about)
	if err != nil {
		return nil, nil, err
	}
	for _, r := range rows {
		switch t := list[r.TicketID]; {
		case r.ReadAt != 0:
			read = append(read, r.ID)
		case r.TicketID == 0 || t != nil && sees(desk.Caller(agent), &t.Ticket):
			out = append(out, r)
		}
	}
	return out, read, nil
}
