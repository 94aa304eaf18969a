package tickets

import (
	"context"
	"fmt"
	"slices"

	"heard/tickets/events"
	"heard/tickets/fault"
)

// maxReason is how much an agent may note about a block, in characters.
const maxReason = 500

var errBlocked = fault.New(fault.Forbidden, "you cannot write to this desk")

// Blocked tells whether a customer was blocked.
func (s *Snapshot) Blocked(customer events.ID) bool { return s.blocked[customer] }

// RefuseBlocked is Forbidden for a customer who was blocked: whoever lets one write asks it first. It reads the
// directory, so that a message costs no query.
func (p *People) RefuseBlocked(ctx context.Context, customer events.ID) error {
	snap, err := p.dir.Snapshot(ctx)
	if err != nil {
		return err
	}
	if snap.Blocked(customer) {
		return errBlocked
	}
	return nil
}

// blockedCustomers lists everybody who is blocked; an index holds just them.
func (p *People) blockedCustomers(ctx context.Context) (map[events.ID]bool, error) {
	var ids []events.ID
	if err := p.log.Read().NewRaw(`SELECT id FROM customers WHERE blocked`).Scan(ctx, &ids); err != nil {
		return nil, fmt.Errorf("list blocked customers: %w", err)
	}
	out := make(map[events.ID]bool, len(ids))
	for _, id := range ids {
		out[id] = true
	}
	return out, nil
}

// block blocks a customer or ends that, and says what changed. Nobody is blocked twice: the first moment stays.
func (c *Customer) block(wrong *checker, in CustomerPatch, now events.Time) (changed []string) {
	reason := wrong.text("reason", in.BlockReason, maxReason)
	if *in.Blocked != c.Blocked {
		c.Blocked, c.BlockedAt, changed = *in.Blocked, 0, []string{"blocked"}
		if c.Blocked {
			c.BlockedAt = now
		}
	}
	if !c.Blocked {
		reason = ""
	} else if reason == "" {
		reason = c.BlockReason
	}
	if reason != c.BlockReason {
		c.BlockReason, changed = reason, append(changed, "block_reason")
	}
	return changed
}

// inherit makes a block hold for whom a blocked browser or customer turns out to be. The row of source is not blocked
// any more: one customer has one block.
func (c *Customer) inherit(ctx context.Context, tx *events.Tx, source *Customer) error {
	if !source.Blocked {
		return nil
	}
	if !c.Blocked {
		c.Blocked, c.BlockedAt, c.BlockReason = true, source.BlockedAt, source.BlockReason
		tx.Record(0, SettingChanged{Noun: "customer", ID: c.ID, Action: "changed", Fields: []string{"blocked"}})
	}
	source.Blocked, source.BlockedAt, source.BlockReason = false, 0, ""
	for _, row := range []*Customer{c, source} {
		_, err := tx.NewUpdate().Model(row).WherePK().Column("blocked", "blocked_at", "block_reason").Exec(ctx)
		if err != nil {
			return fmt.Errorf("carry a block over to customer %d: %w", c.ID, err)
		}
	}
	return nil
}

// TouchesBlocks tells whether an event may have changed who is blocked.
func (c SettingChanged) TouchesBlocks() bool {
	return c.Noun == "customer" && slices.Contains(c.Fields, "blocked")
}

// MarkSpam says that a ticket is spam, or that it is not. Spam leaves volume, figures and surveys; it is resolved by
// that, without anybody taking it first, so that it waits in no queue and can still be taken back.
func (s *Store) MarkSpam(ctx context.Context, by events.Actor, id events.ID, spam bool) (*Ticket, error) {
	return s.change(ctx, by, id, func(ctx context.Context, w *work, t *Ticket) error {
		if t.Spam == spam {
			return nil
		}
		if !spam {
			w.record(by, t, SpamMarked{})
			return nil
		}
		until, err := w.reopenUntil(ctx, t, w.tx.Now)
		if err != nil {
			return err
		}
		w.record(by, t, t.markSpam(until)...)
		return nil
	})
}

// markSpam is what happens to t when it is spam. until is when it closes for good.
func (t *Ticket) markSpam(until events.Time) []events.Change {
	out := []events.Change{SpamMarked{Spam: true}}
	if t.Status == Resolved || t.Status == Closed {
		return out
	}
	return append(append(out, t.resolved(BySpam, until, t.AssigneeID)), t.release()...)
}
