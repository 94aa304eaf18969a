package tickets

import (
	"context"
	"database/sql"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"

	"heard/tickets/events"
	"heard/tickets/fault"
	"heard/tickets/jobs"

	"github.com/google/uuid"
)

// ReleaseJob is the kind of job that sends a held message when its time has come.
const ReleaseJob = "outgoing.release"

// OutgoingState is where a held message is.
type OutgoingState string

const (
	OutHeld    OutgoingState = "held"
	OutSent    OutgoingState = "sent"
	OutRefused OutgoingState = "refused" // it keeps its words until its author takes it back or throws it away
	OutUndone  OutgoingState = "undone"
)

// ThenKind is what follows once a held message is stored.
type ThenKind string

const (
	ThenResolve ThenKind = "resolve"
	ThenSnooze  ThenKind = "snooze"
)

// Limits of held messages.
const (
	maxHeld   = 200                 // of one agent at a time
	maxSendIn = 30 * 24 * time.Hour // from now
	shortHold = time.Minute         // until then a message is held for its author to think again, after that to go out later
)

// Then is what follows once a message is stored. The zero Then is nothing.
type Then struct {
	Kind  ThenKind
	Until events.Time // of a snooze

	Macro   events.ID     // that the text came from: its use is counted
	Actions []MacroAction // what is done with the message
}

// Outgoing is a message or note that was sent and is held until its time.
type Outgoing struct {
	ID      events.ID
	Ticket  events.ID
	Agent   events.ID
	By      events.Actor
	Sender  string
	Kind    WritingKind
	LastSeq *int64 // for the send guard, which judges when it goes out
	NewMessage
	Then
	KeepPlaceholders bool   // its placeholders are meant as they stand
	DraftRev         *int64 // the newest rev of the draft that it was; nil for whatever is stored

	State     OutgoingState
	Code      fault.Kind // why it was refused; of one that was sent: why something that was to follow was not done
	Seq       int64
	Restored  bool // it was refused, and its words are its author's draft again
	ReleaseAt events.Time
	CreatedAt events.Time

	contentHash string
}

// placeholder is a name that a macro's text left open.
var placeholder = regexp.MustCompile(`\{\{[^{}\n]{1,80}\}\}`)

// OpenPlaceholders are those of a text, each once, in order.
func OpenPlaceholders(text string) []string {
	if !strings.Contains(text, "{{") {
		return nil
	}
	var out []string
	for _, name := range placeholder.FindAllString(text, -1) {
		if !slices.Contains(out, name) {
			out = append(out, name)
		}
	}
	return out
}

func (o *Outgoing) validate(now events.Time) error {
	if id, err := uuid.Parse(o.ClientID); err == nil {
		o.ClientID = id.String()
	}
	if err := o.NewMessage.validate(""); err != nil {
		return err
	}
	o.contentHash = o.hash(o.Kind == WritingNote)
	var wrong checker
	oneOf(&wrong, "kind", o.Kind, WritingReply, WritingNote)
	wrong.actions("actions", o.Actions)
	if o.ReleaseAt > now.Add(maxSendIn) {
		wrong.wrong.Add("send_at", "must be within 30 days")
	}
	switch o.Then.Kind {
	case "", ThenResolve:
	case ThenSnooze:
		if o.Until <= max(now, o.ReleaseAt) || o.Until > now.Add(maxSnooze) {
			wrong.wrong.Add("then.until", "must be later than the message and within a year")
		}
	default:
		wrong.wrong.Add("then.kind", "must be resolve or snooze")
	}
	if open := OpenPlaceholders(o.Body); o.Kind == WritingReply && len(open) > 0 && !o.KeepPlaceholders {
		wrong.wrong.Add("body", "has placeholders that are not filled: "+strings.Join(open[:min(len(open), 5)], ", ")+
			`; with "placeholders": "keep" it is sent as it stands`)
	}
	return wrong.wrong.Err()
}

// Hold keeps a message until its time, and enqueues its release; the draft that it was is gone. A repeat of its client
// id is answered with what became of the first.
func (s *Store) Hold(ctx context.Context, in Outgoing) (out *Outgoing, repeated bool, err error) {
	if err := in.validate(s.log.Now()); err != nil {
		return nil, false, err
	}
	u := unit(in.By, in.Ticket)
	u.Agents = []events.ID{in.Agent}
	err = s.log.Write(ctx, u, func(ctx context.Context, tx *events.Tx) error {
		w := newWork(tx)
		out, err = w.outgoing(ctx, `sender = ? AND client_id = ?`, in.Sender, in.ClientID)
		if repeated = out != nil; err != nil || repeated {
			if repeated && (out.Ticket != in.Ticket || out.Kind != in.Kind || !(posted{hash: out.contentHash}).sameAs(in.contentHash)) {
				return errReused
			}
			return err
		}
		if err := w.load(ctx, in.Ticket); err != nil {
			return err
		}
		if t := w.tickets[in.Ticket]; t == nil {
			return errNoTicket
		} else if t.Status == Closed {
			return errClosed
		}
		if err := w.sayable(ctx, &in); err != nil {
			return err
		}
		held := in
		out = &held
		return w.hold(ctx, out)
	})
	return out, repeated, err
}

// sayable refuses at once what would be refused when it goes out, whatever happens until then.
func (w *work) sayable(ctx context.Context, o *Outgoing) error {
	known, err := w.posted(ctx, o.Sender, o.ClientID)
	switch {
	case err != nil:
		return err
	case known.seq > 0 && !known.sameAs(o.contentHash):
		return errReused
	case o.Kind == WritingNote:
		_, err = w.mentions(ctx, w.tickets[o.Ticket], o.Body, "")
	}
	return err
}

// hold writes a new held message.
func (w *work) hold(ctx context.Context, o *Outgoing) error {
	var n int
	err := w.tx.NewRaw(`SELECT COUNT(*) FROM outgoing WHERE agent_id = ? AND state = 'held'`, o.Agent).Scan(ctx, &n)
	if err != nil {
		return fmt.Errorf("count held messages: %w", err)
	}
	if n >= maxHeld {
		return fault.Newf(fault.Conflict, "%d messages wait to be sent: that is as many as are held", maxHeld)
	}
	if err := w.readFiles(ctx, &o.NewMessage); err != nil {
		return err
	}
	if o.Attachments, err = w.filesOf(&o.NewMessage); err != nil {
		return err
	}
	if err = w.draftSent(ctx, o.Agent, o.Ticket, o.Kind, o.DraftRev); err == nil {
		err = w.holdFiles(ctx, nil, o.Attachments, max(o.ReleaseAt, w.tx.Now).Add(keepWriting))
	}
	if err != nil {
		return err
	}
	lastSeq := int64(-1)
	if o.LastSeq != nil {
		lastSeq = *o.LastSeq
	}
	o.State, o.CreatedAt, o.ReleaseAt = OutHeld, w.tx.Now, max(o.ReleaseAt, w.tx.Now)
	err = w.tx.NewRaw(`INSERT INTO outgoing (ticket_id, agent_id, token_id, by_kind, by_id, sender, client_id, kind, body, attachments,
		content_hash, last_seq, then_kind, then_until, macro_id, actions, state, release_at, created_at, updated_at)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 'held', ?, ?, ?) RETURNING id`,
		o.Ticket, o.Agent, o.By.Token, string(o.By.Kind), o.By.ID, o.Sender, o.ClientID, string(o.Kind), o.Body, jsonOf(o.Attachments, "[]"),
		o.contentHash, lastSeq, string(o.Then.Kind), o.Until, o.Macro, jsonOf(o.Actions, "[]"), o.ReleaseAt, w.tx.Now, w.tx.Now).Scan(ctx, &o.ID)
	if err != nil {
		return fmt.Errorf("hold message: %w", err)
	}
	return jobs.Enqueue(ctx, w.tx, jobs.New{Kind: ReleaseJob, Key: o.ID.String(), At: o.ReleaseAt})
}

const outgoingColumns = `id, ticket_id, agent_id, token_id, by_kind, by_id, sender, client_id, kind, body, attachments, content_hash, last_seq,
	then_kind, then_until, macro_id, COALESCE(NULLIF(actions, ''), '[]'), state, code, seq, restored, release_at, created_at`

func (o *Outgoing) scan(rows *sql.Rows) error {
	var lastSeq int64
	err := rows.Scan(&o.ID, &o.Ticket, &o.Agent, &o.By.Token, &o.By.Kind, &o.By.ID, &o.Sender, &o.ClientID, &o.Kind, &o.Body,
		jsonText{&o.Attachments}, &o.contentHash, &lastSeq, &o.Then.Kind, &o.Until, &o.Macro, jsonText{&o.Actions}, &o.State, &o.Code, &o.Seq,
		&o.Restored, &o.ReleaseAt, &o.CreatedAt)
	if lastSeq >= 0 {
		o.LastSeq = &lastSeq
	}
	o.Uploader = AgentSender(o.Agent)
	return err
}

// outgoing reads one held message; nil for none.
func (w *work) outgoing(ctx context.Context, where string, args ...any) (*Outgoing, error) {
	rows, err := w.tx.QueryContext(ctx, `SELECT `+outgoingColumns+` FROM outgoing WHERE `+where, args...)
	if err != nil {
		return nil, fmt.Errorf("read held message: %w", err)
	}
	var out *Outgoing
	err = each(rows, func(rows *sql.Rows) error {
		out = &Outgoing{}
		return out.scan(rows)
	})
	if err != nil {
		return nil, fmt.Errorf("read held message: %w", err)
	}
	return out, nil
}

// Outgoing lists what an agent sent to a ticket and what is not settled: held, or refused and not taken back.
func (s *Store) Outgoing(ctx context.Context, agent, ticket events.ID) ([]Outgoing, error) {
	rows, err := s.stmts.query(ctx, `SELECT `+outgoingColumns+` FROM outgoing WHERE ticket_id = ? AND agent_id = ? AND
		state IN ('held', 'refused') ORDER BY id LIMIT 200`, int64(ticket), int64(agent))
	if err != nil {
		return nil, fmt.Errorf("list held messages: %w", err)
	}
	out := []Outgoing{}
	return out, each(rows, func(rows *sql.Rows) error {
		var o Outgoing
		err := o.scan(rows)
		out = append(out, o)
		return err
	})
}

// OutgoingOf returns one held message, whatever became of it; nil for none.
func (s *Store) OutgoingOf(ctx context.Context, id events.ID) (*Outgoing, error) {
	rows, err := s.stmts.query(ctx, `SELECT `+outgoingColumns+` FROM outgoing WHERE id = ?`, int64(id))
	if err != nil {
		return nil, fmt.Errorf("read held message: %w", err)
	}
	var out *Outgoing
	err = each(rows, func(rows *sql.Rows) error {
		out = &Outgoing{}
		return out.scan(rows)
	})
	return out, err
}
