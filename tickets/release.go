package tickets

import (
	"context"
	"fmt"
	"strings"

	"heard/tickets/events"
	"heard/tickets/fault"
	"heard/tickets/jobs"
)

// A held message goes out exactly once. Taking it back and sending it are two changes of the same row, of which one
// finds the row as it was. Who sends marks the row first, then posts under the client id that the author's window made,
// and marks the end; whoever dies in between leaves a job that another does again, and the post of a known client id is
// the answer to the first.

// Undo takes a held message back: its words and files are a draft again, in front of what was written since. Too late
// is told as such; a repeat is answered like the first.
func (s *Store) Undo(ctx context.Context, agent, ticket, id events.ID) (o *Outgoing, draft Draft, err error) {
	by := events.Actor{Kind: events.Agent, ID: agent}
	err = s.log.Write(ctx, events.Unit{By: by, Locks: events.Locks{Agents: []events.ID{agent}}}, func(ctx context.Context, tx *events.Tx) error {
		w := newWork(tx)
		o, err = w.outgoing(ctx, `id = ? AND ticket_id = ? AND agent_id = ?`, int64(id), int64(ticket), int64(agent))
		switch {
		case err != nil:
			return err
		case o == nil:
			return fault.New(fault.NotFound, "there is no such message")
		case o.State == OutUndone || o.State == OutRefused:
			draft, err = w.draft(ctx, agent, ticket, o.Kind)
			return err
		}
		taken, err := w.settle(ctx, o, OutHeld, OutUndone, "", 0)
		if err != nil {
			return err
		}
		if !taken {
			late := fault.On("id", "is that of a message that has gone out")
			late.Kind, late.Extra = fault.TooLate, o.State
			return late
		}
		if err := jobs.Cancel(ctx, tx, ReleaseJob, id.String()); err != nil {
			return err
		}
		draft, err = w.draftAgain(ctx, o)
		return err
	})
	return o, draft, err
}

// BeginRelease marks a held message as being sent, and returns it; nil when that is done, or it was taken back.
func (s *Store) BeginRelease(ctx context.Context, id events.ID) (o *Outgoing, err error) {
	err = s.log.Write(ctx, events.Unit{By: events.SystemActor}, func(ctx context.Context, tx *events.Tx) error {
		w := newWork(tx)
		if o, err = w.outgoing(ctx, `id = ?`, int64(id)); err != nil || o == nil {
			return err
		}
		if o.State == OutReleasing {
			return nil // another try of the same job
		}
		taken, err := w.settle(ctx, o, OutHeld, OutReleasing, "", 0)
		if !taken {
			o = nil
		}
		return err
	})
	return o, err
}

// EndRelease notes how the sending of a message ended. The words of one that was refused are a draft again; it is
// returned.
func (s *Store) EndRelease(ctx context.Context, o *Outgoing, out PostOut, refusal error) (draft Draft, err error) {
	by := events.Actor{Kind: events.Agent, ID: o.Agent}
	err = s.log.Write(ctx, events.Unit{By: by, Locks: events.Locks{Agents: []events.ID{o.Agent}}}, func(ctx context.Context, tx *events.Tx) error {
		w := newWork(tx)
		draft = Draft{}
		if refusal == nil {
			_, err := w.settle(ctx, o, OutReleasing, OutSent, "", out.Seq)
			return err
		}
		taken, err := w.settle(ctx, o, OutReleasing, OutRefused, fault.KindOf(refusal).Code(), 0)
		if err != nil || !taken {
			return err
		}
		draft, err = w.draftAgain(ctx, o)
		return err
	})
	return draft, err
}

// settle moves a message from one state to another, unless it is not in the first any more. What left it holds no words.
func (w *work) settle(ctx context.Context, o *Outgoing, from, to OutgoingState, code fault.Kind, seq int64) (bool, error) {
	words := ""
	if to != OutReleasing {
		words = ", body = '', attachments = '[]'"
	}
	res, err := w.tx.ExecContext(ctx, `UPDATE outgoing SET state = ?, code = ?, seq = ?, updated_at = ?`+words+` WHERE id = ? AND state = ?`,
		string(to), string(code), seq, int64(w.tx.Now), int64(o.ID), string(from))
	if err != nil {
		return false, fmt.Errorf("settle held message: %w", err)
	}
	n, err := res.RowsAffected()
	if n > 0 {
		o.State, o.Code, o.Seq = to, code, seq
	}
	return n > 0, err
}

// draftAgain puts the words and files of a message in front of its author's draft. Where both do not fit into one, what
// was written since goes on below it as far as it fits: a draft may be longer than a message.
func (w *work) draftAgain(ctx context.Context, o *Outgoing) (Draft, error) {
	old, err := w.draft(ctx, o.Agent, o.Ticket, o.Kind)
	if err != nil {
		return Draft{}, err
	}
	files := o.Attachments
	for _, a := range old.Attachments {
		if !strings.Contains(jsonOf(files, "[]"), `"`+a.ID+`"`) {
			files = append(files, a)
		}
	}
	d := Draft{Ticket: o.Ticket, Kind: o.Kind, Body: o.Body, Attachments: files}
	if strings.TrimSpace(old.Body) != "" && old.Body != o.Body {
		d.Body += "\n\n" + old.Body
	}
	err = w.storeDraft(ctx, o.Agent, &d, &old)
	return d, err
}

// Action is what sending it comes to.
func (k WritingKind) Action() Action {
	if k == WritingNote {
		return TicketNote
	}
	return TicketMessage
}

// Releaser sends held messages as their authors, with the rights that these have by then.
type Releaser struct {
	Store     *Store
	Directory *Directory
	// Tell is told how it ended; the draft is there when a message was refused.
	Tell func(o *Outgoing, draft Draft)
}

// Job is the handler of ReleaseJob.
func (r *Releaser) Job(ctx context.Context, j jobs.Job) error {
	id, err := events.ParseID(j.Key)
	if err != nil {
		return jobs.Drop("it names no message")
	}
	return r.Release(ctx, id)
}

// Release sends a held message. It may run again after it was cut anywhere. What follows the message comes before the
// end is noted, so that it is not lost with a node; all of it may be done twice without harm.
func (r *Releaser) Release(ctx context.Context, id events.ID) error {
	o, err := r.Store.BeginRelease(ctx, id)
	if err != nil || o == nil {
		return err
	}
	snap, err := r.Directory.Snapshot(ctx)
	if err != nil {
		return err
	}
	v := snap.Caller(o.Agent)
	out, refusal := r.send(ctx, v, o)
	if k := fault.KindOf(refusal); k == fault.Internal || k == fault.Unavailable {
		return refusal
	}
	var code fault.Kind
	if refusal == nil {
		code = r.follow(ctx, v, o)
	}
	draft, err := r.Store.EndRelease(ctx, o, out, refusal)
	if err != nil {
		return err
	}
	if refusal == nil {
		o.Code = code
	}
	if r.Tell != nil {
		r.Tell(o, draft)
	}
	return nil
}

func (r *Releaser) send(ctx context.Context, v Caller, o *Outgoing) (PostOut, error) {
	if err := r.permit(ctx, v, o, o.Kind.Action()); err != nil {
		return PostOut{}, err
	}
	if o.Kind == WritingNote {
		return r.Store.Note(ctx, o.By, o.Ticket, NoteIn{Sender: o.Sender, NewMessage: o.NewMessage})
	}
	return r.Store.Post(ctx, PostIn{By: o.By, Sender: o.Sender, Ticket: o.Ticket, NewMessage: o.NewMessage, LastSeq: o.LastSeq})
}

func (r *Releaser) permit(ctx context.Context, v Caller, o *Outgoing, a Action) error {
	if v.Agent == 0 {
		return fault.New(fault.Forbidden, "its author does not work here any more")
	}
	t, err := r.Store.Ticket(ctx, o.Ticket)
	if err != nil {
		return err
	}
	return Permit(v, a, v.ToTicket(&t.Ticket))
}

// follow does what was to follow a message that is stored, and says what of it was refused: the message stays sent.
func (r *Releaser) follow(ctx context.Context, v Caller, o *Outgoing) (code fault.Kind) {
	note := func(err error) {
		if err != nil && code == "" {
			code = fault.KindOf(err).Code()
		}
	}
	if o.Macro != 0 {
		done, err := r.Store.RunMacro(ctx, v, o.By, o.Ticket, o.Macro)
		note(err)
		for _, a := range done {
			note(a.Err)
		}
	}
	switch o.Then.Kind {
	case ThenResolve:
		err := r.permit(ctx, v, o, TicketResolve)
		if err == nil {
			_, err = r.Store.Resolve(ctx, o.By, o.Ticket)
		}
		note(err)
	case ThenSnooze:
		err := r.permit(ctx, v, o, TicketSnooze)
		if err == nil {
			_, err = r.Store.Snooze(ctx, o.By, o.Ticket, o.Until)
		}
		note(err)
	}
	return code
}
