package tickets

import (
	"context"
	"fmt"

	"heard/tickets/events"
	"heard/tickets/fault"
	"heard/tickets/jobs"
)

// Releaser sends held messages as their authors, with the rights that these have by then.
type Releaser struct {
	Store *Store
	// Tell is told how it ended; the draft has a rev when a message was refused.
	Tell func(o *Outgoing, draft Draft)
}

// triesOfRelease is how often sending may fail, which takes about an hour, before its author is told that it did.
const triesOfRelease = 6

// Job is the handler of ReleaseJob.
func (r *Releaser) Job(ctx context.Context, j jobs.Job) error {
	id, err := events.ParseID(j.Key)
	if err != nil {
		return jobs.Drop("it names no message")
	}
	if err = r.Release(ctx, id); err != nil && j.Tries >= triesOfRelease {
		return r.one(ctx, id, fault.Unavailable)
	}
	return err
}

// Release sends a held message, and before it what its author sent there earlier and could still take back.
func (r *Releaser) Release(ctx context.Context, id events.ID) error {
	o, err := r.Store.OutgoingOf(ctx, id)
	if err != nil || o == nil || o.State != OutHeld {
		return err
	}
	if err := r.Ahead(ctx, o.Agent, o.Ticket, o.Kind, id); err != nil {
		return err
	}
	return r.one(ctx, id, "")
}

// Ahead sends what an agent sent to a ticket and could still take back, up to a message or, for 0, all of it: nothing
// that is sent later comes earlier.
func (r *Releaser) Ahead(ctx context.Context, agent, ticket events.ID, kind WritingKind, before events.ID) error {
	text, args := `SELECT id FROM outgoing WHERE ticket_id = ? AND agent_id = ? AND state = 'held' AND kind = ? AND release_at - created_at <= ?`,
		[]any{int64(ticket), int64(agent), string(kind), shortHold.Milliseconds()}
	if before != 0 {
		text, args = text+` AND id < ?`, append(args, int64(before))
	}
	ids, err := r.Store.ids(ctx, text+` ORDER BY id`, args...)
	if err != nil {
		return fmt.Errorf("find what was sent before: %w", err)
	}
	for _, id := range ids {
		if err := r.one(ctx, id, ""); err != nil {
			return err
		}
	}
	return nil
}

func (r *Releaser) one(ctx context.Context, id events.ID, giveUp fault.Kind) error {
	o, draft, err := r.Store.release(ctx, id, giveUp)
	if err == nil && o != nil && r.Tell != nil {
		r.Tell(o, draft)
	}
	return err
}

// OnRefused sets what is done in the unit in which a held message is refused, so that its author hears of it.
func (s *Store) OnRefused(fn func(ctx context.Context, tx *events.Tx, o *Outgoing) error) {
	s.refused = fn
}

// release sends a held message or refuses it, for giveUp without trying; nil when that was done before.
func (s *Store) release(ctx context.Context, id events.ID, giveUp fault.Kind) (o *Outgoing, draft Draft, err error) {
	row, err := s.OutgoingOf(ctx, id)
	if err != nil || row == nil {
		return nil, Draft{}, err
	}
	u := unit(events.SystemActor, row.Ticket)
	u.Agents = []events.ID{row.Agent}
	err = s.log.Write(ctx, u, func(ctx context.Context, tx *events.Tx) error {
		o, draft = nil, Draft{}
		w := newWork(tx)
		held, err := w.outgoing(ctx, `id = ? AND state = 'held'`, int64(id))
		if err != nil || held == nil {
			return err
		}
		o = held
		if giveUp != "" {
			draft, err = s.refuse(ctx, w, o, giveUp)
			return err
		}
		seq, code, err := w.goOut(ctx, o)
		switch {
		case isRefusal(err):
			draft, err = s.refuse(ctx, w, o, fault.KindOf(err).Code())
			return err
		case err != nil:
			return err
		}
		if err := w.flush(ctx); err != nil {
			return err
		}
		return w.settle(ctx, o, OutSent, code, seq)
	})
	if err != nil {
		return nil, Draft{}, err
	}
	return o, draft, nil
}

// isRefusal tells what no other try would change.
func isRefusal(err error) bool {
	k := fault.KindOf(err)
	return err != nil && k != fault.Internal && k != fault.Unavailable
}

// goOut posts a held message and does what follows it. A refusal has recorded nothing. What of that which follows is
// refused is told by code; the message stays.
func (w *work) goOut(ctx context.Context, o *Outgoing) (seq int64, code fault.Kind, err error) {
	if err := w.load(ctx, o.Ticket); err != nil {
		return 0, "", err
	}
	t := w.tickets[o.Ticket]
	if t == nil {
		return 0, "", errNoTicket
	}
	v, err := w.author(ctx, o)
	if err == nil {
		err = Permit(v, o.Kind.Action(), v.ToTicket(t))
	}
	if err == nil && o.Kind == WritingReply {
		err = w.stillWanted(ctx, o, t)
	}
	if err != nil {
		return 0, "", err
	}
	out, err := w.postHeld(ctx, o, t)
	if err != nil {
		return 0, "", err
	}
	code, err = w.follow(ctx, v, o, t)
	return out.Seq, code, err
}

// author is who wrote it, with the rights of now.
func (w *work) author(ctx context.Context, o *Outgoing) (Caller, error) {
	agents, _, err := w.whoCanCome(ctx, []called{{Mention: Mention{MentionAgent, o.Agent}}})
	if err != nil {
		return Caller{}, err
	}
	if len(agents[o.Agent]) == 0 {
		return Caller{}, fault.New(fault.Forbidden, "its author does not work here any more")
	}
	if o.By.Token != 0 {
		var n int
		if err := w.tx.NewRaw(`SELECT COUNT(*) FROM tokens WHERE id = ? AND revoked_at = 0`, o.By.Token).Scan(ctx, &n); err != nil {
			return Caller{}, fmt.Errorf("look for token: %w", err)
		}
		if n == 0 {
			return Caller{}, fault.New(fault.Forbidden, "the token that sent it was revoked")
		}
	}
	return agents[o.Agent][0], nil
}

// stillWanted refuses a reply to a customer who was blocked, or ended the conversation, after it was written.
func (w *work) stillWanted(ctx context.Context, o *Outgoing, t *Ticket) error {
	var ended, blocked int
	err := w.tx.NewRaw(`SELECT (SELECT COUNT(*) FROM events e WHERE e.ticket_id = ? AND e.ticket_id <> 0 AND e.kind = 'conversation.ended' AND e.at >= ?),
		(SELECT COUNT(*) FROM customers c WHERE c.id = ? AND c.blocked AND c.blocked_at >= ?)`,
		t.ID, o.CreatedAt, t.CustomerID, o.CreatedAt).Scan(ctx, &ended, &blocked)
	switch {
	case err != nil:
		return fmt.Errorf("look at whom it goes to: %w", err)
	case blocked > 0:
		return fault.New(fault.Forbidden, "the customer was blocked")
	case ended > 0 && (t.EndedAt != 0 || t.Status == Resolved):
		return fault.New(fault.Closed, "the customer has ended the conversation")
	}
	return nil
}

// postHeld writes the message or note itself, under the client id that its author's window made.
func (w *work) postHeld(ctx context.Context, o *Outgoing, t *Ticket) (PostOut, error) {
	if o.Kind == WritingNote {
		return w.postNote(ctx, o.By, t, &NoteIn{Sender: o.Sender, NewMessage: o.NewMessage})
	}
	p := &post{in: PostIn{By: o.By, Sender: o.Sender, Ticket: o.Ticket, NewMessage: o.NewMessage, LastSeq: o.LastSeq}, hash: o.hash(false)}
	b := &batch{work: w, fresh: map[events.ID][]ThreadItem{}}
	if err := b.readKnown(ctx, []*post{p}); err != nil {
		return PostOut{}, err
	}
	if err := w.readFiles(ctx, &p.in.NewMessage); err != nil {
		return PostOut{}, err
	}
	if err := b.post(ctx, p); err != nil {
		return PostOut{}, err
	}
	return p.out, p.err
}

// follow does what was to follow a message, and says what of it was refused first.
func (w *work) follow(ctx context.Context, v Caller, o *Outgoing, t *Ticket) (code fault.Kind, err error) {
	if o.Macro != 0 {
		if err := w.countUse(ctx, v.Agent, o.Macro); err != nil {
			return "", err
		}
	}
	note := func(err error) error {
		if !isRefusal(err) {
			return err
		}
		if code == "" {
			code = fault.KindOf(err).Code()
		}
		return nil
	}
	for _, a := range o.Actions {
		if err := note(w.do(ctx, v, o.By, t, a)); err != nil {
			return "", err
		}
	}
	switch o.Then.Kind {
	case ThenResolve:
		err = note(w.do(ctx, v, o.By, t, MacroAction{Kind: DoStatus, Status: Resolved}))
	case ThenSnooze:
		err = note(w.snooze(v, o.By, t, o.Until))
	}
	return code, err
}
