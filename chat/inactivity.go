package chat

import (
	"context"
	"time"

	"heard/tickets"
)

// EndSilent warns customers who owe an answer for long, and ends their chats when no answer comes, as their inboxes
// say. It is a job for a few times a minute, and does nothing twice.
func (h *Hub) EndSilent(ctx context.Context) error {
	snap, err := h.o.People.Directory().Snapshot(ctx)
	if err != nil {
		return err
	}
	for id, inbox := range snap.Inboxes {
		p := inbox.Settings.Inactivity
		first := p.WarnAfterMin
		if first == 0 {
			first = p.CloseAfterMin
		}
		if first == 0 {
			continue
		}
		now := h.o.Log.Now()
		list, err := h.o.Tickets.SilentChats(ctx, id, now.Add(-time.Duration(first)*time.Minute))
		if err != nil {
			return err
		}
		for _, c := range list {
			if step, _ := p.Due(c, now); step == tickets.NoStep {
				continue
			}
			if _, err := h.o.Tickets.BreakSilence(ctx, c.Ticket, p); err != nil {
				return err
			}
		}
	}
	return nil
}
