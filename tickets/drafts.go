package tickets

import (
	"context"
	"database/sql"
	"fmt"
	"slices"
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

// Draft is what an agent has written to a ticket and not sent, and what is to be done with it.
type Draft struct {
	Ticket      events.ID
	Kind        WritingKind
	Body        string
	Attachments []Attachment
	Macro       events.ID     // that the text came from; 0 for none
	Actions     []MacroAction // what is to be done when it is sent
	Rev         int64         // only rises; 0: there never was one
	Gone        bool          // it was emptied or sent: only its rev is left
	UpdatedAt   events.Time
}

// DraftIn is a draft to keep, made from the one of Rev (0: from none).
type DraftIn struct {
	Ticket      events.ID
	Kind        WritingKind
	Body        string
	Attachments []Attachment // only ids count
	Macro       events.ID
	Actions     []MacroAction
	Rev         int64
	Uploader    string
}

// Empty tells whether nothing is left of it but its rev.
func (in *DraftIn) Empty() bool {
	return strings.TrimSpace(in.Body) == "" && len(in.Attachments) == 0 && in.Macro == 0 && len(in.Actions) == 0
}

func (in *DraftIn) validate() error {
	if in.Kind != WritingReply && in.Kind != WritingNote {
		return fault.On("kind", "must be reply or note")
	}
	var c checker
	c.actions("actions", in.Actions)
	if err := c.wrong.Err(); err != nil {
		return err
	}
	m := NewMessage{Body: in.Body, Attachments: in.Attachments}
	if strings.TrimSpace(m.Body) == "" {
		m.Body = "." // a draft may hold files alone
	}
	return m.validateContent("")
}

// same says whether a draft holds what is to be kept.
func (d *Draft) same(in *DraftIn) bool {
	return d.Body == in.Body && sameFiles(d.Attachments, in.Attachments) && d.Macro == in.Macro &&
		jsonOf(d.Actions, "[]") == jsonOf(in.Actions, "[]")
}

const draftColumns = `body, attachments, macro_id, actions, rev, gone, updated_at`

func (d *Draft) targets() []any {
	return []any{&d.Body, jsonText{&d.Attachments}, &d.Macro, jsonText{&d.Actions}, &d.Rev, &d.Gone, &d.UpdatedAt}
}

// Drafts are what an agent has written to one ticket, with those that were emptied: whoever writes the next names their
// rev. For ticket 0 they are where something is written in all tickets, newest first and without texts.
func (s *Store) Drafts(ctx context.Context, agent, ticket events.ID) ([]Draft, error) {
	query, args := `SELECT ticket_id, kind, `+draftColumns+` FROM drafts WHERE agent_id = ? AND ticket_id = ?
		ORDER BY kind`, []any{int64(agent), int64(ticket)}
	if ticket == 0 {
		query, args = `SELECT ticket_id, kind, '', '[]', 0, '[]', rev, gone, updated_at FROM drafts WHERE agent_id = ? AND NOT gone
			ORDER BY updated_at DESC, ticket_id DESC LIMIT 500`, args[:1]
	}
	rows, err := s.stmts.query(ctx, query, args...)
	if err != nil {
		return nil, fmt.Errorf("read drafts: %w", err)
	}
	out := []Draft{}
	return out, each(rows, func(rows *sql.Rows) error {
		var d Draft
		if err := rows.Scan(append([]any{&d.Ticket, &d.Kind}, d.targets()...)...); err != nil {
			return fmt.Errorf("read drafts: %w", err)
		}
		out = append(out, d)
		return nil
	})
}

// KeepDraft stores a draft and returns its rev. One that was made from another text than the stored one is refused,
// with the stored one as the fault's Extra: no window overwrites another's words unseen. What is stored already is
// kept again without a write.
func (s *Store) KeepDraft(ctx context.Context, agent events.ID, in DraftIn) (rev int64, err error) {
	if err := in.validate(); err != nil {
		return 0, err
	}
	if in.Empty() {
		in.Body = ""
	}
	by := events.Actor{Kind: events.Agent, ID: agent}
	err = s.log.Write(ctx, events.Unit{By: by, Locks: events.Locks{Agents: []events.ID{agent}}}, func(ctx context.Context, tx *events.Tx) error {
		w := newWork(tx)
		old, err := w.draft(ctx, agent, in.Ticket, in.Kind)
		switch {
		case err != nil:
			return err
		case old.same(&in) && (old.Rev == 0 || old.Gone == in.Empty()):
			rev = old.Rev
			return nil
		case old.Rev != in.Rev:
			stale := fault.On("rev", "is not that of the stored draft: it was changed in another window, or sent")
			stale.Kind, stale.Extra = fault.StaleDraft, old
			return stale
		}
		rev, err = w.putDraft(ctx, agent, &in, &old)
		return err
	})
	return rev, err
}

func sameFiles(a, b []Attachment) bool {
	return slices.EqualFunc(a, b, func(a, b Attachment) bool { return a.ID == b.ID })
}

// draft reads one draft; its Rev is 0 when there never was one.
func (w *work) draft(ctx context.Context, agent, ticket events.ID, kind WritingKind) (Draft, error) {
	d := Draft{Ticket: ticket, Kind: kind}
	rows, err := w.tx.QueryContext(ctx, `SELECT `+draftColumns+` FROM drafts WHERE ticket_id = ? AND agent_id = ? AND kind = ?`,
		int64(ticket), int64(agent), string(kind))
	if err == nil {
		_, err = one(rows, d.targets()...)
	}
	if err != nil {
		return d, fmt.Errorf("read draft: %w", err)
	}
	return d, nil
}

// putDraft writes a draft in place of the old one. Its uploads are kept as long as it is.
func (w *work) putDraft(ctx context.Context, agent events.ID, in *DraftIn, old *Draft) (rev int64, err error) {
	if in.Empty() {
		return w.emptyDraft(ctx, agent, old)
	}
	m := NewMessage{Attachments: in.Attachments, Uploader: in.Uploader}
	if err := w.readFiles(ctx, &m); err != nil {
		return 0, err
	}
	files, err := w.filesOf(&m)
	if err != nil {
		return 0, err
	}
	d := Draft{Ticket: in.Ticket, Kind: in.Kind, Body: in.Body, Attachments: files, Macro: in.Macro, Actions: in.Actions}
	if err := w.storeDraft(ctx, agent, &d, old); err != nil || (old.Rev > 0 && !old.Gone) {
		return d.Rev, err
	}
	_, err = w.tx.ExecContext(ctx, `DELETE FROM drafts WHERE agent_id = ? AND NOT gone AND updated_at < (SELECT COALESCE(MIN(n.updated_at), 0)
		FROM (SELECT updated_at FROM drafts WHERE agent_id = ? AND NOT gone ORDER BY updated_at DESC LIMIT ?) n)`,
		int64(agent), int64(agent), maxDrafts)
	if err != nil {
		return 0, fmt.Errorf("bound drafts: %w", err)
	}
	return d.Rev, nil
}

// storeDraft writes the row of a draft in place of the old one. Its rev is the next one; that of a first one is the time,
// so that it is higher than all that ever were, also when the row was forgotten meanwhile.
func (w *work) storeDraft(ctx context.Context, agent events.ID, d, old *Draft) error {
	d.Rev, d.UpdatedAt = old.Rev+1, w.tx.Now
	if old.Rev == 0 {
		d.Rev = int64(w.tx.Now)
	}
	if err := w.holdFiles(ctx, old.Attachments, d.Attachments, w.tx.Now.Add(keepWriting)); err != nil {
		return err
	}
	_, err := w.tx.ExecContext(ctx, `INSERT INTO drafts (ticket_id, agent_id, kind, body, attachments, macro_id, actions, rev, gone, updated_at)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (ticket_id, agent_id, kind) DO UPDATE SET body = excluded.body,
		attachments = excluded.attachments, macro_id = excluded.macro_id, actions = excluded.actions, rev = excluded.rev,
		gone = excluded.gone, updated_at = excluded.updated_at`,
		int64(d.Ticket), int64(agent), string(d.Kind), d.Body, jsonOf(d.Attachments, "[]"), int64(d.Macro), jsonOf(d.Actions, "[]"),
		d.Rev, d.Gone, int64(d.UpdatedAt))
	if err != nil {
		return fmt.Errorf("keep draft: %w", err)
	}
	return nil
}

// emptyDraft takes the words of a draft away and leaves its rev, so that a window that comes late brings nothing back.
// Its uploads wait for the sweep like any that was never sent.
func (w *work) emptyDraft(ctx context.Context, agent events.ID, old *Draft) (rev int64, err error) {
	if old.Rev == 0 || old.Gone {
		return old.Rev, nil
	}
	d := Draft{Ticket: old.Ticket, Kind: old.Kind, Gone: true}
	return d.Rev, w.storeDraft(ctx, agent, &d, old)
}

// draftSent empties the draft that became a message. One that was written on since the rev which its author knew stays.
func (w *work) draftSent(ctx context.Context, agent, ticket events.ID, kind WritingKind, rev *int64) error {
	old, err := w.draft(ctx, agent, ticket, kind)
	if err != nil || old.Rev == 0 || old.Gone || (rev != nil && old.Rev > *rev) {
		return err
	}
	// Its author may be writing in another window, whose lock is another: the row says who was first.
	res, err := w.tx.ExecContext(ctx, `UPDATE drafts SET body = '', attachments = '[]', macro_id = 0, actions = '[]', gone = TRUE, rev = rev + 1,
		updated_at = ? WHERE ticket_id = ? AND agent_id = ? AND kind = ? AND rev = ?`, int64(w.tx.Now), int64(ticket), int64(agent), string(kind), old.Rev)
	if err != nil {
		return fmt.Errorf("empty the draft that was sent: %w", err)
	}
	if n, err := res.RowsAffected(); err != nil || n == 0 {
		return err
	}
	return w.holdFiles(ctx, old.Attachments, nil, 0)
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
		for _, q := range []string{`DELETE FROM drafts WHERE updated_at <= ?`, `DELETE FROM macro_runs WHERE at <= ?`,
			`DELETE FROM outgoing WHERE updated_at <= ? AND state <> 'held'`} {
			if _, err := tx.ExecContext(ctx, q, int64(tx.Now.Add(-keepWriting))); err != nil {
				return fmt.Errorf("forget what was not sent: %w", err)
			}
		}
		return nil
	})
}
