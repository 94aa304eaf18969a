package tickets

import (
	"context"
	"database/sql"
	"fmt"
	"strings"
	"time"

	"heard/tickets/events"
	"heard/tickets/fault"

	"github.com/uptrace/bun"
)

// WritingKind is what is being written: a reply, or a note.
type WritingKind string

const (
	WritingReply WritingKind = "reply"
	WritingNote  WritingKind = "note"
)

// keepWriting is how long what was not sent is kept.
const keepWriting = 30 * 24 * time.Hour

// maxDrafts is how many tickets one agent may have drafts in: past it the oldest go.
const maxDrafts = 500

// Draft is what an agent has written to a ticket and not sent.
type Draft struct {
	Ticket      events.ID
	Kind        WritingKind
	Body        string
	Attachments []Attachment
	Rev         int64
	UpdatedAt   events.Time
}

// DraftIn is a draft to keep, made from the one of Rev (0: from none).
type DraftIn struct {
	Ticket      events.ID
	Kind        WritingKind
	Body        string
	Attachments []Attachment // only ids count
	Rev         int64
	Uploader    string
}

func (in *DraftIn) empty() bool { return strings.TrimSpace(in.Body) == "" && len(in.Attachments) == 0 }

func (in *DraftIn) validate() error {
	if in.Kind != WritingReply && in.Kind != WritingNote {
		return fault.On("kind", "must be reply or note")
	}
	m := NewMessage{Body: in.Body, Attachments: in.Attachments}
	if strings.TrimSpace(m.Body) == "" {
		m.Body = "." // a draft may hold files alone
	}
	return m.validateContent("")
}

// Drafts are what an agent has written to one ticket, or to all when it is 0: then newest first, without texts.
func (s *Store) Drafts(ctx context.Context, agent, ticket events.ID) ([]Draft, error) {
	query, args := `SELECT ticket_id, kind, body, attachments, rev, updated_at FROM drafts WHERE agent_id = ? AND ticket_id = ?
		ORDER BY kind`, []any{int64(agent), int64(ticket)}
	if ticket == 0 {
		query, args = `SELECT ticket_id, kind, '', '[]', rev, updated_at FROM drafts WHERE agent_id = ?
			ORDER BY updated_at DESC, ticket_id DESC LIMIT 500`, args[:1]
	}
	rows, err := s.stmts.query(ctx, query, args...)
	if err != nil {
		return nil, fmt.Errorf("read drafts: %w", err)
	}
	out := []Draft{}
	return out, each(rows, func(rows *sql.Rows) error {
		var d Draft
		if err := rows.Scan(&d.Ticket, &d.Kind, &d.Body, jsonText{&d.Attachments}, &d.Rev, &d.UpdatedAt); err != nil {
			return fmt.Errorf("read drafts: %w", err)
		}
		out = append(out, d)
		return nil
	})
}

// KeepDraft stores a draft and returns its rev; an empty one is removed, and its rev is 0. One that was made from an
// older text than the stored one is refused, with the stored one as the fault's Extra: no window overwrites another's
// words unseen.
func (s *Store) KeepDraft(ctx context.Context, agent events.ID, in DraftIn) (rev int64, err error) {
	if err := in.validate(); err != nil {
		return 0, err
	}
	by := events.Actor{Kind: events.Agent, ID: agent}
	err = s.log.Write(ctx, events.Unit{By: by, Locks: events.Locks{Agents: []events.ID{agent}}}, func(ctx context.Context, tx *events.Tx) error {
		w := newWork(tx)
		old, err := w.draft(ctx, agent, in.Ticket, in.Kind)
		if err != nil {
			return err
		}
		switch {
		case old.Rev > in.Rev && old.Body == in.Body && sameFiles(old.Attachments, in.Attachments):
			rev = old.Rev
			return nil
		case old.Rev > in.Rev:
			stale := fault.New(fault.StaleDraft, "this draft was changed in another window")
			stale.Extra = old
			return stale
		case in.empty():
			rev = 0
			return w.dropDraft(ctx, agent, &old)
		}
		rev, err = w.putDraft(ctx, agent, &in, &old)
		return err
	})
	return rev, err
}

func sameFiles(a, b []Attachment) bool {
	if len(a) != len(b) {
		return false
	}
	for i := range a {
		if a[i].ID != b[i].ID {
			return false
		}
	}
	return true
}

// draft reads one draft; its Rev is 0 when there is none.
func (w *work) draft(ctx context.Context, agent, ticket events.ID, kind WritingKind) (Draft, error) {
	d := Draft{Ticket: ticket, Kind: kind}
	rows, err := w.tx.QueryContext(ctx, `SELECT body, attachments, rev, updated_at FROM drafts
		WHERE ticket_id = ? AND agent_id = ? AND kind = ?`, int64(ticket), int64(agent), string(kind))
	if err == nil {
		_, err = one(rows, &d.Body, jsonText{&d.Attachments}, &d.Rev, &d.UpdatedAt)
	}
	if err != nil {
		return d, fmt.Errorf("read draft: %w", err)
	}
	return d, nil
}

// putDraft writes a draft in place of the old one. Its uploads are kept as long as it is.
func (w *work) putDraft(ctx context.Context, agent events.ID, in *DraftIn, old *Draft) (rev int64, err error) {
	m := NewMessage{Attachments: in.Attachments, Uploader: in.Uploader}
	if err := w.readFiles(ctx, &m); err != nil {
		return 0, err
	}
	files, err := w.filesOf(&m)
	if err != nil {
		return 0, err
	}
	d := Draft{Ticket: in.Ticket, Kind: in.Kind, Body: in.Body, Attachments: files, Rev: max(old.Rev, in.Rev) + 1}
	if err := w.holdFiles(ctx, old.Attachments, files, w.tx.Now.Add(keepWriting)); err != nil {
		return 0, err
	}
	if err := w.storeDraft(ctx, agent, &d); err != nil || old.Rev > 0 {
		return d.Rev, err
	}
	_, err = w.tx.ExecContext(ctx, `DELETE FROM drafts WHERE agent_id = ? AND updated_at < (SELECT COALESCE(MIN(n.updated_at), 0)
		FROM (SELECT updated_at FROM drafts WHERE agent_id = ? ORDER BY updated_at DESC LIMIT ?) n)`, int64(agent), int64(agent), maxDrafts)
	if err != nil {
		return 0, fmt.Errorf("bound drafts: %w", err)
	}
	return d.Rev, nil
}

// storeDraft writes the row of a draft.
func (w *work) storeDraft(ctx context.Context, agent events.ID, d *Draft) error {
	_, err := w.tx.ExecContext(ctx, `INSERT INTO drafts (ticket_id, agent_id, kind, body, attachments, rev, updated_at)
		VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT (ticket_id, agent_id, kind) DO UPDATE SET body = excluded.body,
		attachments = excluded.attachments, rev = excluded.rev, updated_at = excluded.updated_at`,
		int64(d.Ticket), int64(agent), string(d.Kind), d.Body, jsonOf(d.Attachments, "[]"), d.Rev, int64(w.tx.Now))
	if err != nil {
		return fmt.Errorf("keep draft: %w", err)
	}
	return nil
}

// dropDraft removes a draft; its uploads wait for the sweep like any that was never sent.
func (w *work) dropDraft(ctx context.Context, agent events.ID, d *Draft) error {
	if d.Rev == 0 {
		return nil
	}
	if err := w.holdFiles(ctx, d.Attachments, nil, 0); err != nil {
		return err
	}
	_, err := w.tx.ExecContext(ctx, `DELETE FROM drafts WHERE ticket_id = ? AND agent_id = ? AND kind = ?`,
		int64(d.Ticket), int64(agent), string(d.Kind))
	if err != nil {
		return fmt.Errorf("drop draft: %w", err)
	}
	return nil
}

// holdFiles keeps uploads for as long as what names them is kept, and a day more, and lets those go that it names no more.
func (w *work) holdFiles(ctx context.Context, was, now []Attachment, until events.Time) error {
	for _, step := range []struct {
		list  []Attachment
		until events.Time
	}{{was, w.tx.Now.Add(pendingFor)}, {now, until.Add(pendingFor)}} {
		if len(step.list) == 0 {
			continue
		}
		ids := make([]string, len(step.list))
		for i, a := range step.list {
			ids[i] = a.ID
		}
		_, err := w.tx.NewRaw(`UPDATE files SET held_until = ? WHERE id IN (?) AND ticket_id = 0`, int64(step.until), bun.List(ids)).Exec(ctx)
		if err != nil {
			return fmt.Errorf("hold uploads: %w", err)
		}
	}
	return nil
}

// minCopy is how long a text must be to be looked for in what others write: a shorter one says nothing alone.
const minCopy = 12

// forgetCopies takes a text that is redacted out of what was written and not sent in its ticket, and forgets whom it
// called.
func (w *work) forgetCopies(ctx context.Context, m *Message) error {
	if _, err := w.tx.ExecContext(ctx, `DELETE FROM mentions WHERE ticket_id = ? AND seq = ?`, int64(m.TicketID), m.Seq); err != nil {
		return fmt.Errorf("forget mentions: %w", err)
	}
	if len(m.Body) < minCopy {
		return nil
	}
	for _, table := range []string{"drafts", "outgoing"} {
		_, err := w.tx.ExecContext(ctx, `UPDATE `+table+` SET body = REPLACE(body, ?, '') WHERE ticket_id = ? AND body <> REPLACE(body, ?, '')`,
			m.Body, int64(m.TicketID), m.Body)
		if err != nil {
			return fmt.Errorf("forget copies: %w", err)
		}
	}
	return nil
}

// ForgetWriting drops what was not sent for so long that nobody will. It is a job.
func (s *Store) ForgetWriting(ctx context.Context) error {
	u := events.Unit{By: events.SystemActor, Background: true}
	return s.log.Write(ctx, u, func(ctx context.Context, tx *events.Tx) error {
		for _, q := range []string{`DELETE FROM drafts WHERE updated_at <= ?`,
			`DELETE FROM outgoing WHERE updated_at <= ? AND state <> 'held' AND state <> 'releasing'`} {
			if _, err := tx.ExecContext(ctx, q, int64(tx.Now.Add(-keepWriting))); err != nil {
				return fmt.Errorf("forget what was not sent: %w", err)
			}
		}
		return nil
	})
}
