package tickets

import (
	"context"
	"database/sql"
	"fmt"

	"heard/tickets/events"
)

// Conversation is a ticket as its customer sees it in a list: nothing here tells of notes or internal moves.
type Conversation struct {
	ID        events.ID
	Status    Status
	LastSeq   int64 // newest public event
	SeenSeq   int64 // the customer's read mark
	AgentSeen int64 // the desk's, as far as the customer can read
	Unread    int64 // public messages of the desk past the mark
	Agent     events.ID
	UpdatedAt events.Time // of the newest public event
	Left      bool        // it counts as left by the customer, who has not been back
}

// Conversations lists what a visitor sees of the customer's tickets (Visitor.Sees), newest first.
func (s *Store) Conversations(ctx context.Context, v Visitor, limit int) ([]Conversation, error) {
	return s.ConversationsBefore(ctx, v, 0, limit)
}

// ConversationsBefore lists those that are older than one of them; than none for 0.
func (s *Store) ConversationsBefore(ctx context.Context, v Visitor, before events.ID, limit int) ([]Conversation, error) {
	where, args := "t.visitor_id = ? AND t.customer_id = ?", []any{int64(v.ID), int64(v.CustomerID)}
	if v.Proven {
		where, args = "t.customer_id = ?", []any{int64(v.CustomerID)}
	}
	if before != 0 {
		where, args = where+" AND t.id < ?", append(args, int64(before))
	}
	rows, err := s.stmts.query(ctx, `SELECT t.id, t.status, t.public_seq, t.customer_seen_seq,
			CASE WHEN t.agent_seen_seq < t.public_seq THEN t.agent_seen_seq ELSE t.public_seq END,
			(SELECT COUNT(*) FROM messages m WHERE m.ticket_id = t.id AND m.seq > t.customer_seen_seq
				AND NOT m.note AND m.by_kind <> 'customer' AND m.redacted_at = 0),
			t.assignee_id, COALESCE((SELECT e.at FROM events e WHERE e.ticket_id = t.id AND e.seq = t.public_seq AND e.ticket_id <> 0), t.created_at), t.ended_at > 0
		FROM tickets t WHERE `+where+` ORDER BY t.id DESC LIMIT ?`, append(args, limit)...)
	if err != nil {
		return nil, fmt.Errorf("list conversations: %w", err)
	}
	out := []Conversation{}
	err = each(rows, func(rows *sql.Rows) error {
		var c Conversation
		if err := rows.Scan(&c.ID, &c.Status, &c.LastSeq, &c.SeenSeq, &c.AgentSeen, &c.Unread, &c.Agent, &c.UpdatedAt, &c.Left); err != nil {
			return fmt.Errorf("list conversations: %w", err)
		}
		out = append(out, c)
		return nil
	})
	return out, err
}

// OpenCount is how many open tickets a team has with one owner (0: in its queue).
type OpenCount struct {
	Team, Agent events.ID
	N           int64
}

// OpenCounts counts the open tickets by team and owner: what the counters of the built-in views are added up from.
// It reads an index of the open tickets only, and no list asks for it.
func (s *Store) OpenCounts(ctx context.Context) ([]OpenCount, error) {
	rows, err := s.stmts.query(ctx, `SELECT team_id, assignee_id, COUNT(*) FROM tickets WHERE status = ? GROUP BY team_id, assignee_id`, string(Open))
	if err != nil {
		return nil, fmt.Errorf("count open tickets: %w", err)
	}
	var out []OpenCount
	return out, each(rows, func(rows *sql.Rows) error {
		var c OpenCount
		if err := rows.Scan(&c.Team, &c.Agent, &c.N); err != nil {
			return fmt.Errorf("count open tickets: %w", err)
		}
		out = append(out, c)
		return nil
	})
}

// LeftChat is an open chat that no human has answered, whose visitor has shown no sign of life since LastSeen.
type LeftChat struct {
	Ticket   events.ID
	LastSeen events.Time
}

// LeftChats lists the chats whose visitors were last seen before a moment, for Abandon.
func (s *Store) LeftChats(ctx context.Context, before events.Time) ([]LeftChat, error) {
	rows, err := s.stmts.query(ctx, `SELECT t.id, v.last_seen_at FROM tickets t JOIN visitors v ON v.id = t.visitor_id
		WHERE t.status = ? AND t.channel = ? AND t.agent_messages = 0 AND t.ended_at = 0 AND t.contact_at = 0 AND NOT t.imported AND NOT t.offline
		AND v.last_seen_at < ? AND t.last_at < ? ORDER BY t.id LIMIT 500`, string(Open), string(Chat), int64(before), int64(before))
	if err != nil {
		return nil, fmt.Errorf("list chats that were left: %w", err)
	}
	var out []LeftChat
	return out, each(rows, func(rows *sql.Rows) error {
		var c LeftChat
		if err := rows.Scan(&c.Ticket, &c.LastSeen); err != nil {
			return fmt.Errorf("list chats that were left: %w", err)
		}
		out = append(out, c)
		return nil
	})
}

// CustomerName returns the name that a customer's row shows now, "" for none.
func (s *Store) CustomerName(ctx context.Context, id events.ID) (string, error) {
	return s.nameIn(ctx, "customers", id)
}

// TagName returns the text of a tag, "" for none.
func (s *Store) TagName(ctx context.Context, id events.ID) (string, error) {
	return s.nameIn(ctx, "tags", id)
}

func (s *Store) nameIn(ctx context.Context, table string, id events.ID) (string, error) {
	names, err := s.namesIn(ctx, table, []events.ID{id})
	return names[id], err
}
