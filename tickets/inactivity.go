package tickets

import (
	"context"
	"database/sql"
	"fmt"
	"time"

	"heard/tickets/events"
)

// SilentChat is a chat whose customer owes an answer: since when, and when it was told so after that (0: not yet).
type SilentChat struct {
	Ticket events.ID
	Since  events.Time
	Warned events.Time
}

// usualWarning is what a silent customer reads where the inbox has no words of its own.
const usualWarning = "Are you still there? If we do not hear from you, this chat will end. You can write again at any time."

// silentState reads since when the desk's last word stands unanswered, and a warning after it.
const silentState = `(SELECT COALESCE(MAX(m.at), 0) FROM messages m WHERE m.ticket_id = t.id AND NOT m.note AND m.by_kind = 'agent') AS since,
	(SELECT COALESCE(MAX(e.at), 0) FROM events e WHERE e.ticket_id = t.id AND e.ticket_id <> 0 AND e.kind = 'inactivity.warned'
		AND e.seq > (SELECT COALESCE(MAX(m.seq), 0) FROM messages m WHERE m.ticket_id = t.id AND NOT m.note AND m.by_kind = 'agent')) AS warned`

// silent are the chats in which the customer owes the next word: an agent has answered, and nothing of the customer
// stands unanswered. Snoozed ones wait on purpose, and letters wait for days. Nor is a chat silent in which an agent has
// spoken and can still take it back.
const silent = `t.channel = 'chat' AND t.status IN ('open', 'pending') AND t.agent_messages > 0 AND t.waiting_since = 0
	AND NOT t.imported AND NOT t.offline
	AND NOT EXISTS (SELECT 1 FROM outgoing o WHERE o.ticket_id = t.id AND o.state = 'held' AND o.kind = 'reply')`

const maxSilent = 5000 // chats that one look finds

// SilentChats lists the chats of an inbox whose customers owe an answer, since before a moment.
func (s *Store) SilentChats(ctx context.Context, inbox events.ID, before events.Time) ([]SilentChat, error) {
	rows, err := s.stmts.query(ctx, `SELECT id, since, warned FROM (SELECT t.id, `+silentState+` FROM tickets t
		WHERE t.inbox_id = ? AND `+silent+`) q WHERE since > 0 AND since <= ? ORDER BY id LIMIT ?`, int64(inbox), int64(before), maxSilent)
	if err != nil {
		return nil, fmt.Errorf("list silent chats: %w", err)
	}
	var out []SilentChat
	return out, each(rows, func(rows *sql.Rows) error {
		var c SilentChat
		if err := rows.Scan(&c.Ticket, &c.Since, &c.Warned); err != nil {
			return fmt.Errorf("list silent chats: %w", err)
		}
		out = append(out, c)
		return nil
	})
}

// SilentStep is what is due of a silent chat.
type SilentStep string

const (
	NoStep    SilentStep = ""
	WarnStep  SilentStep = "warn"
	CloseStep SilentStep = "close"
)

// Due says what is to be done to a silent chat by now, and since when. A warning always leaves the customer the time
// between the two settings, however late it was given.
func (p Inactivity) Due(c SilentChat, now events.Time) (SilentStep, events.Time) {
	warn, end := minutesOf(p.WarnAfterMin), minutesOf(p.CloseAfterMin)
	if warn > 0 && c.Warned == 0 {
		if at := c.Since.Add(warn); at <= now {
			return WarnStep, at
		}
		return NoStep, 0
	}
	if end == 0 {
		return NoStep, 0
	}
	at := c.Since.Add(end)
	if warn > 0 {
		at = max(at, c.Warned.Add(end-warn))
	}
	if at <= now {
		return CloseStep, at
	}
	return NoStep, 0
}

func minutesOf(n int) time.Duration { return time.Duration(n) * time.Minute }

// BreakSilence does what is due of a silent chat, looked at again under its lock: it warns once, and ends it when the
// time is over. Doing it twice, or beside a message that has just come, changes nothing.
func (s *Store) BreakSilence(ctx context.Context, id events.ID, p Inactivity) (done SilentStep, err error) {
	by := events.Actor{Kind: events.Automation}
	_, err = s.change(ctx, by, id, func(ctx context.Context, w *work, t *Ticket) error {
		done = NoStep
		c, is, err := w.silence(ctx, id)
		if err != nil || !is {
			return err
		}
		step, at := p.Due(c, w.tx.Now)
		switch done = step; step {
		case WarnStep:
			text := p.Text
			if text == "" {
				text = usualWarning
			}
			e := w.say(by, t, &Message{Body: text})
			w.record(by, t, InactivityWarned{MessageSeq: e.Seq})
		case CloseStep:
			until, err := w.reopenUntil(ctx, t, at)
			if err != nil {
				return err
			}
			w.recordAt(at, by, t, append([]events.Change{t.resolved(ByInactivity, until, t.AssigneeID)}, t.release()...)...)
		}
		return nil
	})
	return done, err
}

// silence reads a locked ticket as SilentChats does; false when nobody waits for its customer.
func (w *work) silence(ctx context.Context, id events.ID) (c SilentChat, is bool, err error) {
	c.Ticket = id
	rows, err := w.tx.QueryContext(ctx, `SELECT `+silentState+` FROM tickets t WHERE t.id = ? AND `+silent, int64(id))
	if err == nil {
		is, err = one(rows, &c.Since, &c.Warned)
	}
	if err != nil {
		return c, false, fmt.Errorf("read silent chat: %w", err)
	}
	return c, is && c.Since > 0, nil
}
