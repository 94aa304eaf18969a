package tickets

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"slices"

	"heard/tickets/events"
)

// ticketColumns and targets belong together: the same fields in the same order.
const ticketColumns = `t.id, t.last_seq, t.public_seq, t.last_at, t.subject, t.status, t.priority, t.channel, t.inbox_id,
	t.customer_id, t.visitor_id, t.organization_id, t.team_id, t.assignee_id, t.last_owner_id, t.topic_id, t.touchpoint,
	t.tags, t.fields, t.preview, t.preview_by, t.external_id, t.customer_messages, t.agent_messages, t.unread,
	t.handoffs, t.reopens, t.agent_seen_seq, t.customer_seen_seq, t.follow_up_of, t.followed_by, t.merged_into,
	t.spam, t.imported, t.offline, t.queued_at, t.waiting_since, t.first_response_at, t.resolved_at, t.ended_at, t.closes_at,
	t.snoozed_until, t.created_at, t.updated_at, t.offered_to, t.offered_until, t.passed, t.contact_at, t.title, t.said_at`

func (t *Ticket) targets() []any {
	return []any{&t.ID, &t.LastSeq, &t.PublicSeq, &t.LastAt, &t.Subject, &t.Status, &t.Priority, &t.Channel, &t.InboxID,
		&t.CustomerID, &t.VisitorID, &t.OrganizationID, &t.TeamID, &t.AssigneeID, &t.LastOwnerID, &t.TopicID, &t.Touchpoint,
		jsonText{&t.Tags}, jsonText{&t.Fields}, &t.Preview, &t.PreviewBy, &t.ExternalID, &t.CustomerMessages, &t.AgentMessages, &t.Unread,
		&t.Handoffs, &t.Reopens, &t.AgentSeenSeq, &t.CustomerSeenSeq, &t.FollowUpOf, &t.FollowedBy, &t.MergedInto,
		&t.Spam, &t.Imported, &t.Offline, &t.QueuedAt, &t.WaitingSince, &t.FirstResponseAt, &t.ResolvedAt, &t.EndedAt, &t.ClosesAt,
		&t.SnoozedUntil, &t.CreatedAt, &t.UpdatedAt, &t.OfferedTo, &t.OfferedUntil, jsonText{&t.Passed}, &t.ContactAt, &t.Title, &t.SaidAt}
}

// jsonText scans a TEXT column that holds JSON.
type jsonText struct{ to any }

// Scan implements sql.Scanner.
func (j jsonText) Scan(src any) error {
	switch s := src.(type) {
	case string:
		if s == "[]" || s == "{}" {
			return nil
		}
		return json.Unmarshal([]byte(s), j.to)
	case []byte:
		if len(s) == 2 {
			return nil
		}
		return json.Unmarshal(s, j.to)
	}
	return fmt.Errorf("scan JSON text from %T", src)
}

// jsonOf is the text of a slice or map for a TEXT column; empty is what absent looks like.
func jsonOf(v any, empty string) string {
	b, err := json.Marshal(v)
	if err != nil || string(b) == "null" {
		return empty // slices and maps of strings always marshal
	}
	return string(b)
}

// foldedColumns are the columns that the fold changes after the opening, with the log's own.
var foldedColumns = []string{"status", "priority", "spam", "customer_id", "team_id", "assignee_id", "last_owner_id", "tags", "preview",
	"preview_by", "customer_messages", "agent_messages", "unread", "handoffs", "reopens", "agent_seen_seq", "follow_up_of",
	"followed_by", "queued_at", "waiting_since", "first_response_at", "resolved_at", "ended_at", "closes_at",
	"snoozed_until", "updated_at", "said_at", "offered_to", "offered_until", "passed", "contact_at", "title", "last_seq", "public_seq", "last_at"}

// folded are the id and the values of foldedColumns.
func (t *Ticket) folded() []any {
	return []any{int64(t.ID), string(t.Status), string(t.Priority), t.Spam, int64(t.CustomerID), int64(t.TeamID),
		int64(t.AssigneeID), int64(t.LastOwnerID), jsonOf(t.Tags, "[]"), t.Preview, string(t.PreviewBy),
		t.CustomerMessages, t.AgentMessages, t.Unread, t.Handoffs, t.Reopens, t.AgentSeenSeq, int64(t.FollowUpOf),
		int64(t.FollowedBy), int64(t.QueuedAt), int64(t.WaitingSince), int64(t.FirstResponseAt), int64(t.ResolvedAt),
		int64(t.EndedAt), int64(t.ClosesAt), int64(t.SnoozedUntil), int64(t.UpdatedAt), int64(t.SaidAt),
		int64(t.OfferedTo), int64(t.OfferedUntil), jsonOf(t.Passed, "[]"), int64(t.ContactAt), t.Title, t.LastSeq, t.PublicSeq, int64(t.LastAt)}
}

// writeTickets writes the folded columns of all changed tickets.
func (w *work) writeTickets(ctx context.Context) error {
	if len(w.dirty) == 0 {
		return nil
	}
	rows := make([][]any, len(w.dirty))
	for i, id := range w.dirty {
		rows[i] = w.tickets[id].folded()
	}
	if err := w.tx.Update(ctx, "tickets", []string{"id"}, foldedColumns, rows); err != nil {
		return err
	}
	w.tx.Flushed(w.dirty...)
	w.dirty = nil
	clear(w.isDirty)
	return nil
}

const segmentColumns = "ticket_id, n, from_at, to_at, from_seq, agent_id, team_id, entered_by, left_by, reason"

func (g *Segment) targets() []any {
	return []any{&g.TicketID, &g.N, &g.FromAt, &g.ToAt, &g.FromSeq, &g.AgentID, &g.TeamID, &g.EnteredBy, &g.LeftBy, &g.Reason}
}

// writeSegments ends and begins the ownership segments of what was recorded.
func (w *work) writeSegments(ctx context.Context) error {
	if len(w.moves) == 0 {
		return nil
	}
	if err := w.rewriteSegments(ctx); err != nil {
		return err
	}
	open, err := w.openSegments(ctx)
	if err != nil {
		return err
	}
	ended := map[events.ID]Segment{} // stored rows that end here
	var begun []Segment
	last := map[events.ID]int{} // place of a ticket's lasting segment in begun
	for _, e := range w.moves {
		cur := open[e.TicketID]
		next, moves := cur.after(e)
		if !moves {
			continue
		}
		next.N = cur.N + 1
		cur.ToAt, cur.LeftBy = e.At, e.Kind
		if i, ok := last[e.TicketID]; ok {
			begun[i] = cur
		} else if cur.N > 0 {
			ended[e.TicketID] = cur
		}
		last[e.TicketID] = len(begun)
		begun = append(begun, next)
		open[e.TicketID] = next
	}
	w.moves = nil
	if err := w.endSegments(ctx, ended); err != nil || len(begun) == 0 {
		return err
	}
	return w.insertSegments(ctx, begun)
}

func (w *work) insertSegments(ctx context.Context, list []Segment) error {
	rows := make([][]any, len(list))
	for i, g := range list {
		rows[i] = []any{int64(g.TicketID), g.N, int64(g.FromAt), int64(g.ToAt), g.FromSeq, int64(g.AgentID),
			int64(g.TeamID), g.EnteredBy, g.LeftBy, g.Reason}
	}
	columns := []string{"ticket_id", "n", "from_at", "to_at", "from_seq", "agent_id", "team_id", "entered_by", "left_by", "reason"}
	if err := w.tx.Insert(ctx, "segments", columns, rows); err != nil {
		return fmt.Errorf("insert segments: %w", err)
	}
	return nil
}

// rewriteSegments writes the segments of tickets of which an act was undone, and takes their moves off the list.
func (w *work) rewriteSegments(ctx context.Context) error {
	undone := map[events.ID]bool{}
	for _, e := range w.moves {
		if _, is := e.Change.(ActUndone); is {
			undone[e.TicketID] = true
		}
	}
	for id := range undone {
		rows, err := w.tx.QueryContext(ctx, "SELECT "+segmentColumns+" FROM segments WHERE ticket_id = ? ORDER BY n", int64(id))
		if err != nil {
			return fmt.Errorf("load segments: %w", err)
		}
		var was Segments
		if err := each(rows, func(rows *sql.Rows) error {
			var g Segment
			err := rows.Scan(g.targets()...)
			was = append(was, g)
			return err
		}); err != nil {
			return fmt.Errorf("load segments: %w", err)
		}
		is := slices.Clone(was)
		for _, e := range w.moves {
			if e.TicketID == id {
				is = is.Apply(e)
			}
		}
		if err := w.replaceSegments(ctx, id, was, is); err != nil {
			return err
		}
	}
	w.moves = slices.DeleteFunc(w.moves, func(e events.Event) bool { return undone[e.TicketID] })
	return nil
}

// replaceSegments writes those of a ticket that differ from the stored ones.
func (w *work) replaceSegments(ctx context.Context, id events.ID, was, is Segments) error {
	same := 0
	for same < min(len(was), len(is)) && was[same] == is[same] {
		same++
	}
	if _, err := w.tx.ExecContext(ctx, "DELETE FROM segments WHERE ticket_id = ? AND n > ?", int64(id), int64(same)); err != nil {
		return fmt.Errorf("take back segments: %w", err)
	}
	return w.insertSegments(ctx, is[same:])
}

// openSegments reads the lasting segment of every ticket that moved; new tickets have none.
func (w *work) openSegments(ctx context.Context) (map[events.ID]Segment, error) {
	out := map[events.ID]Segment{}
	var ids []events.ID
	fresh := map[events.ID]bool{}
	for _, e := range w.moves {
		if _, opened := e.Change.(TicketOpened); opened {
			fresh[e.TicketID] = true
		}
		if !fresh[e.TicketID] {
			ids = append(ids, e.TicketID)
		}
	}
	if len(ids) == 0 {
		return out, nil
	}
	dialect := w.tx.Dialect()
	rows, err := w.tx.Query(ctx, "SELECT "+segmentColumns+" FROM segments WHERE to_at = 0 AND "+events.Among(dialect, "ticket_id"), events.IDs(dialect, ids))
	if err != nil {
		return nil, fmt.Errorf("load segments: %w", err)
	}
	return out, each(rows, func(rows *sql.Rows) error {
		var g Segment
		if err := rows.Scan(g.targets()...); err != nil {
			return fmt.Errorf("load segments: %w", err)
		}
		out[g.TicketID] = g
		return nil
	})
}

func (w *work) endSegments(ctx context.Context, ended map[events.ID]Segment) error {
	if len(ended) == 0 {
		return nil
	}
	rows := make([][]any, 0, len(ended))
	for _, g := range ended {
		rows = append(rows, []any{int64(g.TicketID), g.N, int64(g.ToAt), g.LeftBy})
	}
	if err := w.tx.Update(ctx, "segments", []string{"ticket_id", "n"}, []string{"to_at", "left_by"}, rows); err != nil {
		return fmt.Errorf("end segments: %w", err)
	}
	return nil
}
