package notify

import (
	"context"
	"fmt"
	"slices"

	"heard/tickets"
	"heard/tickets/events"

	"github.com/uptrace/bun"
)

// ofOwning are the kinds that tell whose a ticket is.
func ofOwning() []Kind { return []Kind{Assigned, HandedOff} }

// takenBack makes the bells what they would be had the acts that are undone not been done: who got a ticket by one has
// it no more, and what one kept from somebody is told.
func (s *Store) takenBack(ctx context.Context, tx *events.Tx, r *reading) error {
	if len(r.undone) == 0 {
		return nil
	}
	for _, e := range r.undone {
		c := e.Change.(tickets.ActUndone)
		err := end(ctx, tx, `kind IN (?) AND ticket_id = ? AND (seq BETWEEN ? AND ? OR seq BETWEEN ? AND ?)`,
			bun.List(ofOwning()), e.TicketID, c.From, c.Through, c.Back, e.Seq)
		if err != nil {
			return err
		}
		if err := s.waitsAgain(ctx, tx, r.tickets[e.TicketID], e); err != nil {
			return err
		}
	}
	return r.missed(ctx, tx)
}

// waitsAgain brings back that chats wait in a team, when it went because of an act on one that waits again: nobody would
// hear of that chat otherwise, since its wait is no news.
func (s *Store) waitsAgain(ctx context.Context, tx *events.Tx, t *ticket, mark events.Event) error {
	if t == nil || t.AssigneeID != 0 || t.QueuedAt == 0 {
		return nil
	}
	var rows []row
	err := tx.NewRaw(`SELECT n.agent_id, MAX(n.id) AS id FROM notifications AS n WHERE n.ticket_id = 0 AND n.kind = ? AND n.about_id = ? AND NOT n.bell
		AND n.read_at >= (SELECT e.recorded_at FROM events AS e WHERE e.ticket_id = ? AND e.ticket_id <> 0 AND e.seq = ?)
		AND EXISTS (SELECT 1`+waitingOf+` AND t.id = ?)
		AND NOT EXISTS (SELECT 1 FROM notifications AS o WHERE o.agent_id = n.agent_id AND o.kind = n.kind AND o.ticket_id = 0 AND o.about_id = n.about_id AND o.read_at = 0)
		GROUP BY n.agent_id`, UnassignedWaiting, t.TeamID, t.ID, mark.Change.(tickets.ActUndone).From, tx.Now.Add(-waitsNews), tx.Now, t.ID).Scan(ctx, &rows)
	if err != nil {
		return fmt.Errorf("find who knew that a chat waits: %w", err)
	}
	if len(rows) == 0 {
		return nil
	}
	var agents, ids []events.ID
	for _, n := range rows {
		agents = append(agents, n.AgentID)
	}
	settings, err := s.settings(ctx, tx, agents)
	if err != nil {
		return err
	}
	for _, n := range rows {
		if settings[n.AgentID].ways(UnassignedWaiting).Bell {
			ids = append(ids, n.ID)
		}
	}
	if len(ids) == 0 {
		return nil
	}
	rev, err := nextRevs(ctx, tx, 1)
	if err != nil {
		return err
	}
	if _, err := tx.NewRaw(`UPDATE notifications SET read_at = 0, bell = TRUE, rev = ? WHERE id IN (?)`, rev, bun.List(ids)).Exec(ctx); err != nil {
		return fmt.Errorf("tell again that a chat waits: %w", err)
	}
	return nil
}

// missed tells whoever has a ticket again of the message that nobody has answered, unless it heard of it: who had no
// ticket when a message was looked at was not told.
func (r *reading) missed(ctx context.Context, tx *events.Tx) error {
	var ids []events.ID
	for _, e := range r.undone {
		if t := r.tickets[e.TicketID]; t != nil && t.AssigneeID != 0 && !t.Spam {
			ids = append(ids, t.ID)
		}
	}
	if len(ids) == 0 {
		return nil
	}
	var last []struct {
		TicketID, ByID events.ID
		Seq, Pos       int64
		At, RecordedAt events.Time
	}
	err := tx.NewRaw(`SELECT e.ticket_id, e.by_id, e.seq, e.pos, e.at, e.recorded_at FROM events AS e JOIN (SELECT m.ticket_id, MAX(m.seq) AS seq FROM messages AS m
		WHERE m.ticket_id IN (?) AND m.by_kind = 'customer' GROUP BY m.ticket_id) AS m ON e.ticket_id = m.ticket_id AND e.seq = m.seq
		WHERE e.ticket_id <> 0 AND NOT EXISTS (SELECT 1 FROM messages AS a WHERE a.ticket_id = e.ticket_id AND a.seq > e.seq AND a.by_kind = 'agent' AND NOT a.note)`,
		bun.List(ids)).Scan(ctx, &last)
	if err != nil {
		return fmt.Errorf("read what nobody has answered: %w", err)
	}
	var heard []row
	err = tx.NewRaw(`SELECT n.agent_id, n.ticket_id, n.read_at, n.pos FROM notifications AS n WHERE n.ticket_id IN (?) AND n.kind = ?`, bun.List(ids), CustomerReplied).Scan(ctx, &heard)
	if err != nil {
		return fmt.Errorf("read who heard of it: %w", err)
	}
	for _, m := range last {
		t := r.tickets[m.TicketID]
		knows := slices.ContainsFunc(heard, func(n row) bool {
			return n.TicketID == t.ID && n.AgentID == t.AssigneeID && (n.ReadAt == 0 || n.ReadAt >= m.At || n.Pos >= m.Pos)
		})
		if !knows && m.Seq > t.since && tx.Now.Sub(m.RecordedAt) <= tooOld {
			r.tell(&events.Event{Pos: m.Pos, TicketID: m.TicketID, Seq: m.Seq, At: m.At, By: events.Actor{Kind: events.Customer, ID: m.ByID}}, CustomerReplied, t.AssigneeID)
		}
	}
	return nil
}
