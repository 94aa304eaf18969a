package tickets

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"heard/tickets/events"
	"heard/tickets/fault"
	"heard/tickets/jobs"
)

// A held message goes out exactly once. Taking it back and sending it are two units of work under the lock of its
// ticket. Sending is one unit: the message, what follows it, and the mark that it is sent are kept or lost together, so
// that a node may die anywhere and another does it again.

// Undo takes a held message back: its words and files are a draft again, in front of what was written since. So does
// one that was refused, unless its words are a draft again already. With discard nobody wants its words any more. Too
// late is told as such; a repeat is answered like the first.
func (s *Store) Undo(ctx context.Context, agent, ticket, id events.ID, discard bool) (o *Outgoing, draft Draft, err error) {
	u := unit(events.Actor{Kind: events.Agent, ID: agent}, ticket)
	u.Agents = []events.ID{agent}
	err = s.log.Write(ctx, u, func(ctx context.Context, tx *events.Tx) error {
		w := newWork(tx)
		o, err = w.outgoing(ctx, `id = ? AND ticket_id = ? AND agent_id = ?`, int64(id), int64(ticket), int64(agent))
		switch {
		case err != nil:
			return err
		case o == nil:
			return fault.New(fault.NotFound, "there is no such message")
		}
		draft, err = w.takeBack(ctx, o, discard)
		return err
	})
	return o, draft, err
}

func (w *work) takeBack(ctx context.Context, o *Outgoing, discard bool) (Draft, error) {
	known, err := w.posted(ctx, o.Sender, o.ClientID) // its author may have sent it at once under the same client id
	if err != nil {
		return Draft{}, err
	}
	if o.State == OutSent || known.seq > 0 {
		late := fault.On("id", "is that of a message that has gone out")
		late.Kind = fault.TooLate
		return Draft{}, late
	}
	was := o.State
	if was != OutUndone {
		if err := w.settle(ctx, o, OutUndone, "", 0); err != nil {
			return Draft{}, err
		}
		if err := jobs.Cancel(ctx, w.tx, ReleaseJob, o.ID.String()); err != nil {
			return Draft{}, err
		}
	}
	if was != OutUndone && !o.Restored && !discard {
		return w.draftAgain(ctx, o)
	}
	draft, err := w.draft(ctx, o.Agent, o.Ticket, o.Kind)
	if err != nil {
		return Draft{}, err
	}
	return draft, w.holdFiles(ctx, o.Attachments, draft.Attachments, draft.UpdatedAt.Add(keepWriting))
}

// settle moves a message to another state. Only one that was refused keeps its words: nobody has them otherwise.
func (w *work) settle(ctx context.Context, o *Outgoing, to OutgoingState, code fault.Kind, seq int64) error {
	words := ", body = '', attachments = '[]'"
	if to == OutRefused {
		words = ""
	}
	_, err := w.tx.ExecContext(ctx, `UPDATE outgoing SET state = ?, code = ?, seq = ?, restored = ?, updated_at = ?`+words+` WHERE id = ?`,
		string(to), string(code), seq, o.Restored, int64(w.tx.Now), int64(o.ID))
	if err != nil {
		return fmt.Errorf("settle held message: %w", err)
	}
	o.State, o.Code, o.Seq = to, code, seq
	return nil
}

// draftAgain puts the words and files of a message in front of its author's draft. Where both do not fit into one, what
// was written since goes on below it as far as it fits: a draft may be longer than a message.
func (w *work) draftAgain(ctx context.Context, o *Outgoing) (Draft, error) {
	old, err := w.draft(ctx, o.Agent, o.Ticket, o.Kind)
	if err != nil {
		return Draft{}, err
	}
	d := Draft{Ticket: o.Ticket, Kind: o.Kind, Body: o.Body, Attachments: slices.Clone(o.Attachments), Macro: o.Macro, Actions: o.Actions}
	for _, a := range old.Attachments {
		if !slices.ContainsFunc(d.Attachments, func(b Attachment) bool { return a.ID == b.ID }) {
			d.Attachments = append(d.Attachments, a)
		}
	}
	if strings.TrimSpace(old.Body) != "" && old.Body != o.Body {
		d.Body += "\n\n" + old.Body
	}
	if old.Macro != 0 || len(old.Actions) > 0 {
		d.Macro, d.Actions = old.Macro, old.Actions
	}
	err = w.storeDraft(ctx, o.Agent, &d, &old)
	return d, err
}

// refuse notes that a message does not go out. Its words stay with it; where its author has no other draft they are the
// draft again, too. Whoever is to hear of it hears in the same unit.
func (s *Store) refuse(ctx context.Context, w *work, o *Outgoing, code fault.Kind) (Draft, error) {
	draft, err := w.draft(ctx, o.Agent, o.Ticket, o.Kind)
	if err != nil {
		return Draft{}, err
	}
	if o.Restored = draft.Rev == 0 || draft.Gone; o.Restored {
		if draft, err = w.draftAgain(ctx, o); err != nil {
			return Draft{}, err
		}
	}
	if err := w.settle(ctx, o, OutRefused, code, 0); err != nil || s.refused == nil {
		return draft, err
	}
	return draft, s.refused(ctx, w.tx, o)
}

// Action is what sending it comes to.
func (k WritingKind) Action() Action {
	if k == WritingNote {
		return TicketNote
	}
	return TicketMessage
}
