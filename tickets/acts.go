package tickets

import (
	"context"
	"fmt"
	"time"

	"heard/tickets/events"
	"heard/tickets/fault"
)

// Resolve ends the work on a ticket; an agent who resolves what nobody owns takes it first. It closes for good when
// its inbox's reopen window is over.
func (s *Store) Resolve(ctx context.Context, by events.Actor, id events.ID) (*Ticket, error) {
	return s.change(ctx, by, id, func(ctx context.Context, w *work, t *Ticket) error { return w.resolve(ctx, by, t) })
}

func (w *work) resolve(ctx context.Context, by events.Actor, t *Ticket) error {
	until, err := w.reopenUntil(ctx, t, w.tx.Now)
	if err != nil {
		return err
	}
	return w.decided(by, t)(t.resolve(by, ByAgent, until))
}

// decided records what a decision came to.
func (w *work) decided(by events.Actor, t *Ticket) func([]events.Change, error) error {
	return func(changes []events.Change, err error) error {
		if err != nil {
			return err
		}
		w.record(by, t, changes...)
		return nil
	}
}

// Reopen takes a resolved ticket back to work: for whoever had it, whoever asks, and for its team's queue when nobody had
// it or that agent has left.
func (s *Store) Reopen(ctx context.Context, by events.Actor, id events.ID) (*Ticket, error) {
	return s.change(ctx, by, id, func(ctx context.Context, w *work, t *Ticket) error { return w.reopen(ctx, by, t) })
}

// reopen records that a ticket is taken back. Whoever waited for an answer when it was resolved waits on.
func (w *work) reopen(ctx context.Context, by events.Actor, t *Ticket) error {
	since, err := w.unanswered(ctx, t)
	if err != nil {
		return err
	}
	owner := t.LastOwnerID
	if here, err := w.works(ctx, owner); err != nil {
		return err
	} else if !here {
		owner = 0
	}
	changes, err := t.reopen(by, owner, since)
	if err != nil {
		return err
	}
	w.record(by, t, changes...)
	return nil
}

// unanswered is when the oldest message of the customer came that no agent has written after; 0 when there is none, or
// the ticket is not resolved and knows it itself.
func (w *work) unanswered(ctx context.Context, t *Ticket) (events.Time, error) {
	if t.Status != Resolved {
		return 0, nil
	}
	rows, err := w.tx.QueryContext(ctx, `SELECT COALESCE(MIN(at), 0) FROM messages WHERE ticket_id = ? AND by_kind = 'customer'
		AND seq > COALESCE((SELECT MAX(a.seq) FROM messages a WHERE a.ticket_id = ? AND a.by_kind = 'agent' AND NOT a.note), 0)`,
		int64(t.ID), int64(t.ID))
	if err != nil {
		return 0, fmt.Errorf("look for what nobody answered: %w", err)
	}
	var at events.Time
	if _, err := one(rows, &at); err != nil {
		return 0, fmt.Errorf("look for what nobody answered: %w", err)
	}
	return at, nil
}

// SetStatus is the door for programs, through the same decisions as the acts it stands for. Snoozing needs a time:
// see Snooze.
func (s *Store) SetStatus(ctx context.Context, by events.Actor, id events.ID, to Status) (*Ticket, error) {
	switch to {
	case Resolved:
		return s.Resolve(ctx, by, id)
	case Open:
		return s.Reopen(ctx, by, id)
	case Closed:
		return s.change(ctx, by, id, func(_ context.Context, w *work, t *Ticket) error {
			changes, err := t.close(by, w.tx.Now)
			if err != nil {
				return err
			}
			w.record(by, t, changes...)
			return nil
		})
	}
	return s.decide(ctx, by, id, func(t *Ticket) ([]events.Change, error) { return t.toStatus(to) })
}

// maxSnooze is how far a ticket can be put away.
const maxSnooze = 366 * 24 * time.Hour

// Snooze puts a ticket away until a time or a customer's message.
func (s *Store) Snooze(ctx context.Context, by events.Actor, id events.ID, until events.Time) (*Ticket, error) {
	if now := s.log.Now(); until <= now || until > now.Add(maxSnooze) {
		return nil, fault.On("until", "must be later than now and within a year")
	}
	return s.decide(ctx, by, id, func(t *Ticket) ([]events.Change, error) { return t.snooze(until) })
}

// SetPriority orders the work.
func (s *Store) SetPriority(ctx context.Context, by events.Actor, id events.ID, to Priority) (*Ticket, error) {
	var wrong checker
	oneOf(&wrong, "priority", to, Low, Normal, High, Urgent)
	if err := wrong.wrong.Err(); err != nil {
		return nil, err
	}
	return s.change(ctx, by, id, func(_ context.Context, w *work, t *Ticket) error { return w.prioritize(by, t, to) })
}

func (w *work) prioritize(by events.Actor, t *Ticket, to Priority) error {
	switch {
	case t.Priority == to:
		return nil
	case t.Status == Closed:
		return errClosed
	}
	w.record(by, t, PriorityChanged{From: t.Priority, To: to})
	return nil
}

// End is the customer's end of a chat.
func (s *Store) End(ctx context.Context, by events.Actor, id events.ID) (*Ticket, error) {
	return s.change(ctx, by, id, func(ctx context.Context, w *work, t *Ticket) error {
		if by.Kind == events.Customer && by.ID != t.CustomerID {
			return errNoTicket
		}
		address, err := w.hasAddress(ctx, t)
		if err != nil {
			return err
		}
		until, err := w.reopenUntil(ctx, t, w.tx.Now)
		if err != nil {
			return err
		}
		w.record(by, t, t.end(address, until)...)
		return nil
	})
}

// Abandon notes that the customer of a chat was last seen at lastSeen and no human has answered: to be called ten
// minutes after that. The chat closes an hour after lastSeen, unless somebody writes, the customer returns, or there
// is an address to answer to.
func (s *Store) Abandon(ctx context.Context, id events.ID, lastSeen events.Time) (*Ticket, error) {
	by := events.SystemActor
	return s.change(ctx, by, id, func(ctx context.Context, w *work, t *Ticket) error {
		address, err := w.hasAddress(ctx, t)
		if err != nil {
			return err
		}
		w.record(by, t, t.abandon(address, lastSeen)...)
		return nil
	})
}

// Returned notes that a customer who had left is there again. It costs a write only when there is something to note.
func (s *Store) Returned(ctx context.Context, by events.Actor, id events.ID) (*Ticket, error) {
	return s.decide(ctx, by, id, func(t *Ticket) ([]events.Change, error) {
		if t.EndedAt == 0 || t.Status != Open {
			return nil, nil
		}
		return []events.Change{CustomerReturned{}}, nil
	})
}

// reopenUntil is when a ticket resolved at a time closes for good.
func (w *work) reopenUntil(ctx context.Context, t *Ticket, resolved events.Time) (events.Time, error) {
	days := int64(7)
	rows, err := w.tx.QueryContext(ctx, "SELECT reopen_days FROM inboxes WHERE id = ?", int64(t.InboxID))
	if err == nil {
		_, err = one(rows, &days)
	}
	if err != nil {
		return 0, fmt.Errorf("read reopen window: %w", err)
	}
	return resolved.Add(time.Duration(days) * 24 * time.Hour), nil
}

// hasAddress says whether the customer can be answered outside the chat.
func (w *work) hasAddress(ctx context.Context, t *Ticket) (bool, error) {
	rows, err := w.tx.QueryContext(ctx, "SELECT 1 FROM customers WHERE id = ? AND (email <> '' OR phone <> '')", int64(t.CustomerID))
	if err != nil {
		return false, fmt.Errorf("read customer: %w", err)
	}
	var n int64
	found, err := one(rows, &n)
	return found, err
}

// MarkSeen moves the read mark of the ticket's side (agents) or of its customer forward and returns where it stands.
// Read marks are not events.
func (s *Store) MarkSeen(ctx context.Context, by events.Actor, id events.ID, seq int64) (seen int64, err error) {
	err = s.log.Write(ctx, unit(by, id), func(ctx context.Context, tx *events.Tx) error {
		w := newWork(tx)
		if err := w.load(ctx, id); err != nil {
			return err
		}
		t := w.tickets[id]
		if t == nil || (by.Kind == events.Customer && by.ID != t.CustomerID) {
			return errNoTicket
		}
		column, mark := "agent_seen_seq", t.AgentSeenSeq
		if by.Kind == events.Customer {
			column, mark = "customer_seen_seq", t.CustomerSeenSeq
		}
		if seen = max(mark, min(seq, t.LastSeq)); seen == mark && (by.Kind == events.Customer || t.Unread == 0) {
			return nil
		}
		unread := ""
		args := []any{seen}
		if by.Kind != events.Customer {
			unread = `, unread = (SELECT COUNT(*) FROM messages m WHERE m.ticket_id = tickets.id AND m.seq > ?
				AND NOT m.note AND m.by_kind = 'customer')`
			args = append(args, seen)
		}
		if _, err := tx.ExecContext(ctx, "UPDATE tickets SET "+column+" = ?"+unread+" WHERE id = ?", append(args, int64(id))...); err != nil {
			return fmt.Errorf("move read mark: %w", err)
		}
		return nil
	})
	return seen, err
}

// MarkUnread has lists show a ticket as unread until an agent sees it again. The read mark stays where it is: the
// customer was told that it was read, and that is true.
func (s *Store) MarkUnread(ctx context.Context, by events.Actor, id events.ID) error {
	return s.log.Write(ctx, unit(by, id), func(ctx context.Context, tx *events.Tx) error {
		res, err := tx.ExecContext(ctx, `UPDATE tickets SET unread = CASE WHEN unread > 0 THEN unread ELSE 1 END WHERE id = ?`, int64(id))
		if err != nil {
			return fmt.Errorf("mark as unread: %w", err)
		}
		if n, err := res.RowsAffected(); err != nil || n == 0 {
			return errNoTicket
		}
		return nil
	})
}
