package tickets

import (
	"context"
	"database/sql"
	"fmt"

	"heard/tickets/events"
	"heard/tickets/fault"

	"github.com/uptrace/bun"
)

var errNoFile = fault.New(fault.NotFound, "there is no such file, or it was sent before")

// pending is an upload that a message may name.
type pending struct {
	Attachment
	uploader string
	sent     bool
}

// sentFiles are the uploads that go with one message.
type sentFiles struct {
	ids         []string
	uploader    string
	ticket, seq int64
	note        bool
}

// messagesOf are the messages of posts that have attachments.
func messagesOf(posts []*post) []*NewMessage {
	var out []*NewMessage
	for _, p := range posts {
		if len(p.in.Attachments) > 0 {
			out = append(out, &p.in.NewMessage)
		}
	}
	return out
}

// readFiles reads the uploads that messages name: one query for the whole unit, none without attachments.
func (w *work) readFiles(ctx context.Context, messages ...*NewMessage) error {
	w.files = nil
	var ids []string
	for _, m := range messages {
		for _, a := range m.Attachments {
			ids = append(ids, a.ID)
		}
	}
	if len(ids) == 0 {
		return nil
	}
	w.files = make(map[string]*pending, len(ids))
	rows, err := w.tx.QueryContext(ctx, `SELECT id, uploader, name, type, size, width, height, thumb_hash <> '', ticket_id > 0
		FROM files WHERE id IN (?)`, bun.List(ids))
	if err != nil {
		return fmt.Errorf("read uploads: %w", err)
	}
	return each(rows, func(rows *sql.Rows) error {
		p := &pending{}
		if err := rows.Scan(&p.ID, &p.uploader, &p.Name, &p.Type, &p.Size, &p.Width, &p.Height, &p.Thumb, &p.sent); err != nil {
			return fmt.Errorf("read uploads: %w", err)
		}
		w.files[p.ID] = p
		return nil
	})
}

// filesOf are the uploads of a message as its row keeps them. One that is another's, was sent before or is not there is
// refused alike.
func (w *work) filesOf(m *NewMessage) ([]Attachment, error) {
	if len(m.Attachments) == 0 {
		return nil, nil
	}
	out := make([]Attachment, len(m.Attachments))
	for i, a := range m.Attachments {
		p := w.files[a.ID]
		if p == nil || p.sent || p.uploader != m.Uploader {
			return nil, errNoFile
		}
		out[i] = p.Attachment
	}
	return out, nil
}

// sent notes that a message's uploads are used.
func (w *work) sent(e *events.Event, m *NewMessage, note bool) {
	if len(m.Attachments) == 0 {
		return
	}
	s := sentFiles{uploader: m.Uploader, ticket: int64(e.TicketID), seq: e.Seq, note: note}
	for _, a := range m.Attachments {
		w.files[a.ID].sent = true
		s.ids = append(s.ids, a.ID)
	}
	w.sentOff = append(w.sentOff, s)
}

// writeFiles binds uploads to their messages. One that went with another message meanwhile fails the unit, which then
// reads it again.
func (w *work) writeFiles(ctx context.Context) error {
	for _, s := range w.sentOff {
		res, err := w.tx.NewRaw(`UPDATE files SET ticket_id = ?, seq = ?, note = ? WHERE id IN (?) AND uploader = ? AND ticket_id = 0`,
			s.ticket, s.seq, s.note, bun.List(s.ids), s.uploader).Exec(ctx)
		if err != nil {
			return fmt.Errorf("bind uploads: %w", err)
		}
		n, err := res.RowsAffected()
		if err != nil {
			return fmt.Errorf("bind uploads: %w", err)
		}
		if n != int64(len(s.ids)) {
			return errNoFile
		}
	}
	return nil
}

// ReleaseFiles takes the files off a message that is redacted or erased, in the unit of work that does so: from its
// commit on nobody can fetch them, and contents that no other message has are removed by the next sweep.
func ReleaseFiles(ctx context.Context, tx *events.Tx, ticket events.ID, seq int64) error {
	if ticket == 0 {
		return nil
	}
	rows, err := tx.QueryContext(ctx, `DELETE FROM files WHERE ticket_id = ? AND seq = ? RETURNING hash, thumb_hash`, int64(ticket), seq)
	if err == nil {
		err = release(ctx, tx, rows)
	}
	if err != nil {
		return fmt.Errorf("release files: %w", err)
	}
	_, err = tx.NewRaw(`UPDATE messages SET attachments = '[]' WHERE ticket_id = ? AND seq = ? AND attachments <> '[]'`, int64(ticket), seq).Exec(ctx)
	if err != nil {
		return fmt.Errorf("release files: %w", err)
	}
	return nil
}

// release counts down the contents of deleted files.
func release(ctx context.Context, tx *events.Tx, rows *sql.Rows) error {
	uses := map[string]int64{}
	err := each(rows, func(rows *sql.Rows) error {
		var hash, thumb string
		if err := rows.Scan(&hash, &thumb); err != nil {
			return err
		}
		uses[hash]++
		if thumb != "" {
			uses[thumb]++
		}
		return nil
	})
	if err != nil {
		return err
	}
	for _, hash := range sortedKeys(uses) {
		if _, err := tx.NewRaw(`UPDATE blobs SET refs = refs - ? WHERE hash = ?`, uses[hash], hash).Exec(ctx); err != nil {
			return err
		}
	}
	return nil
}
