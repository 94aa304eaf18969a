package tickets

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"heard/tickets/events"
	"heard/tickets/fault"
)

const (
	editFor     = 24 * time.Hour // how long an author may change its own words
	maxVersions = 100            // of one message
)

// EditIn names a message or note of a ticket, and how far the caller's rights go.
type EditIn struct {
	Ticket events.ID
	Seq    int64
	// Anybody says that the caller may change what anybody wrote, at any time (TicketEditAny). Without it an author may
	// change its own words for a day.
	Anybody bool
}

// EditOut is the event that says so. Seq is 0 when there was nothing to change.
type EditOut struct {
	Seq int64
	At  events.Time
}

// Version is an earlier text of a message, and who replaced it when.
type Version struct {
	N    int64
	Body string
	By   events.Actor
	At   events.Time
}

// EditMessage gives a message or note another text. What it was stays as a version. A customer's words are theirs:
// they can be redacted, and never changed.
func (s *Store) EditMessage(ctx context.Context, by events.Actor, in EditIn, body string) (EditOut, error) {
	return s.alter(ctx, by, in, func(ctx context.Context, w *work, t *Ticket, m *Message) (events.Change, error) {
		switch {
		case t.Status == Closed:
			return nil, errClosed
		case m.ByKind == events.Customer:
			return nil, fault.New(fault.Forbidden, "a customer's words cannot be changed, only redacted")
		case m.RedactedAt != 0:
			return nil, fault.New(fault.Conflict, "this message was redacted")
		case m.Body == body:
			return nil, nil
		}
		next := NewMessage{Body: body, Attachments: m.Attachments}
		if err := next.validateContent(""); err != nil {
			return nil, err
		}
		if err := w.keepVersion(ctx, by, m); err != nil {
			return nil, err
		}
		if err := w.mentionAgain(ctx, t, m, body); err != nil {
			return nil, err
		}
		m.Body, m.EditedAt = body, w.tx.Now
		_, err := w.tx.ExecContext(ctx, `UPDATE messages SET body = ?, edited_at = ? WHERE ticket_id = ? AND seq = ?`,
			body, int64(m.EditedAt), int64(m.TicketID), m.Seq)
		if err != nil {
			return nil, fmt.Errorf("edit message: %w", err)
		}
		return MessageEdited{TargetSeq: m.Seq, Note: m.Note, Message: m}, nil
	})
}

// RedactMessage takes the text and the files of a message or note away for good, with all versions, also in a ticket
// that is closed.
func (s *Store) RedactMessage(ctx context.Context, by events.Actor, in EditIn) (EditOut, error) {
	return s.alter(ctx, by, in, func(ctx context.Context, w *work, _ *Ticket, m *Message) (events.Change, error) {
		if m.RedactedAt != 0 {
			return nil, nil
		}
		if err := w.forgetAnswers(ctx, m); err != nil {
			return nil, err
		}
		_, err := w.tx.ExecContext(ctx, `DELETE FROM message_versions WHERE ticket_id = ? AND seq = ?`, int64(m.TicketID), m.Seq)
		if err != nil {
			return nil, fmt.Errorf("erase versions: %w", err)
		}
		if err := w.forgetCopies(ctx, m); err != nil {
			return nil, err
		}
		if err := ReleaseFiles(ctx, w.tx, m.TicketID, m.Seq); err != nil {
			return nil, err
		}
		m.Body, m.Attachments, m.RedactedAt = "", nil, w.tx.Now
		_, err = w.tx.ExecContext(ctx, `UPDATE messages SET body = '', attachments = '[]', content_hash = '', redacted_at = ?
			WHERE ticket_id = ? AND seq = ?`, int64(m.RedactedAt), int64(m.TicketID), m.Seq)
		if err != nil {
			return nil, fmt.Errorf("redact message: %w", err)
		}
		return MessageRedacted{TargetSeq: m.Seq, Note: m.Note}, nil
	})
}

// alter is what both have in common: the right to it, the trace, the list's preview.
func (s *Store) alter(ctx context.Context, by events.Actor, in EditIn,
	fn func(ctx context.Context, w *work, t *Ticket, m *Message) (events.Change, error)) (out EditOut, err error) {
	_, err = s.change(ctx, by, in.Ticket, func(ctx context.Context, w *work, t *Ticket) error {
		out = EditOut{At: w.tx.Now}
		m, newest, err := w.message(ctx, in.Ticket, in.Seq)
		if err != nil {
			return err
		}
		if !in.Anybody && (m.ByKind != by.Kind || m.ByID != by.ID || w.tx.Now.Sub(m.At) > editFor) {
			return fault.New(fault.Forbidden, "only its author may do this, and for a day")
		}
		c, err := fn(ctx, w, t, m)
		if err != nil || c == nil {
			return err
		}
		e := w.record(by, t, c)
		out = EditOut{Seq: e.Seq, At: e.At}
		if !m.Note && m.Seq == newest {
			t.Preview = preview(m)
		}
		if !m.Note && m.ByKind == events.Customer {
			if err := w.retitle(ctx, t); err != nil {
				return err
			}
		}
		return ForgetWords(ctx, w.tx, []events.ID{t.ID})
	})
	return out, err
}

// message reads one message of a locked ticket, and the seq of its newest public one.
func (w *work) message(ctx context.Context, ticket events.ID, seq int64) (*Message, int64, error) {
	m := &Message{TicketID: ticket, Seq: seq}
	var newest int64
	rows, err := w.tx.QueryContext(ctx, `SELECT note, by_kind, by_id, body, attachments, at, edited_at, redacted_at,
		COALESCE((SELECT MAX(n.seq) FROM messages n WHERE n.ticket_id = m.ticket_id AND NOT n.note), 0)
		FROM messages m WHERE m.ticket_id = ? AND m.seq = ?`, int64(ticket), seq)
	if err != nil {
		return nil, 0, fmt.Errorf("read message: %w", err)
	}
	found, err := one(rows, &m.Note, &m.ByKind, &m.ByID, &m.Body, jsonText{&m.Attachments}, &m.At, &m.EditedAt, &m.RedactedAt, &newest)
	if err != nil {
		return nil, 0, fmt.Errorf("read message: %w", err)
	}
	if !found {
		return nil, 0, fault.New(fault.NotFound, "there is no such message")
	}
	return m, newest, nil
}

// keepVersion stores the text that is about to be replaced.
func (w *work) keepVersion(ctx context.Context, by events.Actor, m *Message) error {
	var n int64
	rows, err := w.tx.QueryContext(ctx, `SELECT COALESCE(MAX(n), 0) FROM message_versions WHERE ticket_id = ? AND seq = ?`,
		int64(m.TicketID), m.Seq)
	if err == nil {
		_, err = one(rows, &n)
	}
	if err != nil {
		return fmt.Errorf("count versions: %w", err)
	}
	if n >= maxVersions {
		return fault.New(fault.Conflict, "this message was changed too often")
	}
	err = w.tx.Insert(ctx, "message_versions", []string{"ticket_id", "seq", "n", "body", "by_kind", "by_id", "at"},
		[][]any{{int64(m.TicketID), m.Seq, n + 1, m.Body, string(by.Kind), int64(by.ID), int64(w.tx.Now)}})
	if err != nil {
		return fmt.Errorf("keep version: %w", err)
	}
	return nil
}

// forgetAnswers takes the beginning of a message out of the answers that are kept for repeated calls: they hold the
// preview and the title of a ticket.
func (w *work) forgetAnswers(ctx context.Context, m *Message) error {
	texts := []string{m.Body}
	rows, err := w.tx.QueryContext(ctx, `SELECT body FROM message_versions WHERE ticket_id = ? AND seq = ?`, int64(m.TicketID), m.Seq)
	if err != nil {
		return fmt.Errorf("read versions: %w", err)
	}
	err = each(rows, func(rows *sql.Rows) error {
		var body string
		err := rows.Scan(&body)
		texts = append(texts, body)
		return err
	})
	if err != nil {
		return fmt.Errorf("read versions: %w", err)
	}
	for _, text := range texts {
		for member, line := range map[string]string{"preview": preview(&Message{Body: text, Attachments: m.Attachments}), "title": titleOf(text)} {
			if line == "" {
				continue
			}
			was := `"` + member + `":` + jsonLine(line)
			_, err := w.tx.ExecContext(ctx, `UPDATE idempotency SET answer = REPLACE(answer, ?, ?)
				WHERE created_at >= ? AND answer <> REPLACE(answer, ?, '')`, was, `"`+member+`":""`, int64(m.At), was)
			if err != nil {
				return fmt.Errorf("forget kept answers: %w", err)
			}
		}
	}
	return nil
}

// jsonLine is a string as the API's answers write it.
func jsonLine(s string) string {
	var b strings.Builder
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	_ = enc.Encode(s) // a string always can
	return strings.TrimSuffix(b.String(), "\n")
}

// Versions returns the earlier texts of a message, oldest first.
func (s *Store) Versions(ctx context.Context, ticket events.ID, seq int64) ([]Version, error) {
	rows, err := s.stmts.query(ctx, `SELECT n, body, by_kind, by_id, at FROM message_versions WHERE ticket_id = ? AND seq = ?
		ORDER BY n`, int64(ticket), seq)
	if err != nil {
		return nil, fmt.Errorf("read versions: %w", err)
	}
	out := []Version{}
	return out, each(rows, func(rows *sql.Rows) error {
		var v Version
		if err := rows.Scan(&v.N, &v.Body, &v.By.Kind, &v.By.ID, &v.At); err != nil {
			return fmt.Errorf("read versions: %w", err)
		}
		out = append(out, v)
		return nil
	})
}

// findTargets gives edits the message that they changed, as it is now.
func (s *Store) findTargets(ctx context.Context, ticket events.ID, items []ThreadItem) error {
	edits := map[int64][]int{} // places in items, by target
	var seqs []events.ID
	for i := range items {
		if c, ok := items[i].Event.Change.(MessageEdited); ok {
			if edits[c.TargetSeq] == nil {
				seqs = append(seqs, events.ID(c.TargetSeq))
			}
			edits[c.TargetSeq] = append(edits[c.TargetSeq], i)
		}
	}
	if len(seqs) == 0 {
		return nil
	}
	slices.Sort(seqs)
	rows, err := s.stmts.query(ctx, `SELECT seq, note, by_kind, by_id, body, at, edited_at, redacted_at FROM messages
		WHERE ticket_id = ? AND `+s.stmts.among("seq"), int64(ticket), s.stmts.list(seqs))
	if err != nil {
		return fmt.Errorf("read edited messages: %w", err)
	}
	return each(rows, func(rows *sql.Rows) error {
		m := &Message{TicketID: ticket}
		if err := rows.Scan(&m.Seq, &m.Note, &m.ByKind, &m.ByID, &m.Body, &m.At, &m.EditedAt, &m.RedactedAt); err != nil {
			return fmt.Errorf("read edited messages: %w", err)
		}
		for _, i := range edits[m.Seq] {
			items[i].Message = m
		}
		return nil
	})
}
