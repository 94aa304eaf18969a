package tickets

import (
	"context"
	"database/sql"
	"fmt"

	"heard/tickets/events"
)

// A message to a closed conversation opens a follow-up ticket, linked to the first; to a merged one it goes to the
// ticket that took it in. Messages that come later to the old one go to the newest follow-up that is not closed.

// maxFollowUps bounds the walk along a chain of follow-ups in one transaction.
const maxFollowUps = 1000

// followUp returns the ticket in which a closed one goes on, opening one where there is none.
func (b *batch) followUp(ctx context.Context, p *post, closed *Ticket) (*Ticket, error) {
	t, err := b.lastOfChain(ctx, closed)
	if err != nil {
		return nil, err
	}
	if t == nil || t.CustomerID != closed.CustomerID || !t.VisibleTo(p.in.asker()) {
		return nil, errNoTicket
	}
	if t.Status != Closed {
		return t, nil
	}
	in := OpenIn{Inbox: t.InboxID, Customer: t.CustomerID, Visitor: p.in.Visitor, Channel: t.Channel,
		Subject: t.Subject, Team: t.TeamID}
	if in.Visitor == 0 {
		in.Visitor = t.VisitorID
	}
	follow, err := b.open(ctx, p, in, t.ID)
	if err != nil {
		return nil, err
	}
	b.record(events.SystemActor, follow, TicketLinked{Ticket: t.ID, Relation: RelationFollowUpOf})
	b.record(events.SystemActor, t, TicketLinked{Ticket: follow.ID, Relation: RelationFollowedBy})
	return follow, nil
}

func (b *batch) lastOfChain(ctx context.Context, t *Ticket) (*Ticket, error) {
	for range maxFollowUps {
		next := t.FollowedBy
		if t.MergedInto != 0 {
			next = t.MergedInto
		}
		if t.Status != Closed || next == 0 {
			return t, nil
		}
		if b.tickets[next] == nil {
			if b.tx.Head(next).Seq == 0 { // not locked: the batch runs again with it
				return nil, b.needChain(ctx, next)
			}
			if err := b.load(ctx, next); err != nil {
				return nil, err
			}
		}
		if t = b.tickets[next]; t == nil {
			return nil, nil
		}
	}
	return t, nil
}

// needChain asks for the locks of a whole chain at once.
func (b *batch) needChain(ctx context.Context, first events.ID) error {
	rows, err := b.tx.QueryContext(ctx, `WITH RECURSIVE chain (id, next, n) AS (
			SELECT id, CASE WHEN merged_into <> 0 THEN merged_into ELSE followed_by END, 1 FROM tickets WHERE id = ?
			UNION ALL
			SELECT t.id, CASE WHEN t.merged_into <> 0 THEN t.merged_into ELSE t.followed_by END, chain.n + 1
			FROM chain JOIN tickets t ON t.id = chain.next WHERE chain.n < ?)
		SELECT id FROM chain`, int64(first), maxFollowUps)
	if err != nil {
		return fmt.Errorf("read follow-ups: %w", err)
	}
	var need events.NeedLocks
	err = each(rows, func(rows *sql.Rows) error {
		var id events.ID
		if err := rows.Scan(&id); err != nil {
			return fmt.Errorf("read follow-ups: %w", err)
		}
		need.Locks.Tickets = append(need.Locks.Tickets, id)
		return nil
	})
	if err != nil {
		return err
	}
	if len(need.Locks.Tickets) == 0 {
		return errNoTicket
	}
	return need
}
