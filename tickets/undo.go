package tickets

import (
	"context"
	"slices"
	"time"

	"heard/tickets/events"
	"heard/tickets/fault"
)

// undoWindow is how soon an act has to be taken back to be as though it had never been done. Later on, giving a ticket
// what it had is an act of its own.
const undoWindow = 10 * time.Minute

// maxActEvents bounds what one act may have recorded on a ticket.
const maxActEvents = 200

// Act names what one act recorded on a ticket: the events From to Through.
type Act struct{ From, Through int64 }

var (
	errNotTheirs = fault.On("from", "and through must be those of an act of your own")
	errTooLate   = fault.New(fault.Conflict, "this is too long ago to be taken back")
	errUnread    = fault.New(fault.Unavailable, "something is happening to the ticket at this moment")
)

// past is what an undo reads of a ticket's log beforehand: events do not change any more.
type past struct {
	Act
	author     events.Actor // whose act it has to be
	before     Ticket       // as it was before the act
	act, since []events.Event
	seen       int64 // the newest that was read
}

func (s *Store) past(ctx context.Context, author events.Actor, id events.ID, a Act) (*past, error) {
	p := &past{Act: a, author: author, before: Ticket{ID: id}}
	for {
		list, err := s.log.Of(ctx, id, p.seen, 1000, false)
		if err != nil || len(list) == 0 {
			return p, err
		}
		for _, e := range list {
			if _, err := s.log.Decode(&e); err != nil {
				return nil, err
			}
			switch p.seen = e.Seq; {
			case e.Seq < a.From:
				p.before.Apply(e)
			case e.Seq <= a.Through:
				p.act = append(p.act, e)
			default:
				p.since = append(p.since, e)
			}
		}
	}
}

// UndoAct takes back what an agent has just done to a ticket: the ticket gets what it had, and the act is left out of what
// people read and of figures. What somebody changed since stays, and refuses it. Taken back twice it is taken back once.
func (s *Store) UndoAct(ctx context.Context, c Caller, by events.Actor, id events.ID, a Act) (*Ticket, error) {
	if a.From < 1 || a.Through < a.From || a.Through-a.From >= maxActEvents {
		return nil, errNotTheirs
	}
	for range 5 { // what others write to it meanwhile has to be read first
		p, err := s.past(ctx, by, id, a)
		if err != nil {
			return nil, err
		}
		t, err := s.change(ctx, by, id, func(ctx context.Context, w *work, t *Ticket) error {
			if err := p.permit(c, t); err != nil {
				return err
			}
			if w.tx.Now.Sub(p.at()) > undoWindow {
				return errTooLate
			}
			return w.undo(ctx, by, t, p)
		})
		if fault.Of(err) != errUnread {
			return t, err
		}
	}
	return nil, errChanged
}

// permit lets an agent take back what moved a ticket out of its sight.
func (p *past) permit(c Caller, t *Ticket) error {
	if Permit(c, TicketUndo, c.ToTicket(t)) == nil || Permit(c, TicketUndo, c.ToTicket(&p.before)) == nil {
		return nil
	}
	return errNoTicket
}

// at is when the act was done.
func (p *past) at() events.Time {
	if len(p.act) == 0 {
		return 0
	}
	return p.act[0].RecordedAt
}

// undo gives a locked ticket what the act took from it, and marks the act as undone.
func (w *work) undo(ctx context.Context, by events.Actor, t *Ticket, p *past) error {
	if t.LastSeq != p.seen {
		return errUnread
	}
	if err := p.check(); err != nil {
		return err
	}
	if slices.ContainsFunc(p.since, p.undone) {
		return nil
	}
	what := touchedBy(p.act)
	since := WithoutUndone(p.since)
	if what.overlaps(touchedBy(since)) {
		return errChanged
	}
	want, back := p.target(t, what), t.LastSeq+1
	if err := w.putBack(ctx, by, t, want); err != nil {
		return err
	}
	if what.spam && t.Spam != p.before.Spam {
		w.record(by, t, SpamMarked{Spam: p.before.Spam})
	}
	exact := t.has().same(want) // not when the owner has left, or the time to wake has passed
	if exact && t.LastSeq >= back && w.tx.Now.Sub(p.at()) <= undoWindow {
		w.record(by, t, p.mark(what, since, back))
	}
	return nil
}

// check refuses what is not an act of its author, or nothing that can be given back.
func (p *past) check() error {
	if int64(len(p.act)) != p.Through-p.From+1 {
		return errNotTheirs
	}
	for _, e := range p.act {
		switch e.Change.(type) {
		case TicketOfferEnded: // by the desk, because of the act
			continue
		case TicketQueued, TicketAssigned, TicketHandedOff, TicketUnassigned, TicketTeamChanged, StatusChanged, TicketSnoozed,
			PriorityChanged, TicketTagged, TicketUntagged, SpamMarked, NotePosted:
		default:
			return errNotTheirs
		}
		if e.By.Kind != p.author.Kind || e.By.ID != p.author.ID {
			return errNotTheirs
		}
	}
	return nil
}

// undone tells whether an event says that the act was taken back.
func (p *past) undone(e events.Event) bool {
	c, is := e.Change.(ActUndone)
	return is && c.From <= p.Through && c.Through >= p.From
}

// target is what a ticket has once the act is taken back: as before where the act touched it, as now elsewhere.
func (p *past) target(t *Ticket, what touched) had {
	h, was := t.has(), p.before.has()
	if what.status {
		h.Status, h.Until = was.Status, was.Until
	}
	if what.owner {
		h.Agent, h.Team = was.Agent, was.Team
	}
	if what.priority {
		h.Priority = was.Priority
	}
	for _, tag := range what.tags {
		if h.Tags = withoutID(h.Tags, tag); slices.Contains(was.Tags, tag) {
			h.Tags = withID(h.Tags, tag)
		}
	}
	return h
}

// mark says what is undone, with what the events that give the ticket back cannot say of it.
func (p *past) mark(what touched, since []events.Event, back int64) ActUndone {
	c, b := ActUndone{From: p.From, Through: p.Through, Back: back}, &p.before
	if what.owner {
		c.Owner = &OwnerBefore{QueuedAt: b.QueuedAt, LastOwner: b.LastOwnerID, Handoffs: b.Handoffs, Passed: b.Passed}
	}
	if what.status {
		c.Status = &StatusBefore{ResolvedAt: b.ResolvedAt, ClosesAt: b.ClosesAt, EndedAt: b.EndedAt}
	}
	if !slices.ContainsFunc(since, func(e events.Event) bool { return renews(e.Change) }) {
		c.UpdatedAt = b.UpdatedAt
	}
	return c
}

// touched is what of a ticket some events changed.
type touched struct {
	status, owner, priority, spam bool
	tags                          []events.ID
}

func touchedBy(list []events.Event) (out touched) {
	for _, e := range list {
		switch c := e.Change.(type) {
		case TicketQueued, TicketAssigned, TicketHandedOff, TicketUnassigned, TicketTeamChanged:
			out.owner = true
		case StatusChanged:
			out.status = true
			for _, s := range []Status{c.From, c.To} {
				out.owner = out.owner || s == Resolved || s == Closed
			}
		case TicketSnoozed:
			out.status = true
		case PriorityChanged:
			out.priority = true
		case SpamMarked:
			out.spam = true
		case TicketTagged:
			out.tags = withID(out.tags, c.Tag)
		case TicketUntagged:
			out.tags = withID(out.tags, c.Tag)
		}
	}
	return out
}

func (a touched) overlaps(b touched) bool {
	return a.status && b.status || a.owner && b.owner || a.priority && b.priority || a.spam && b.spam ||
		slices.ContainsFunc(a.tags, func(tag events.ID) bool { return slices.Contains(b.tags, tag) })
}

// WithoutUndone is a ticket's history, or the end of one, as people read it: without what was taken back soon after it
// was done. That it was stays, and so does what people wrote.
func WithoutUndone(list []events.Event) []events.Event {
	var gone []events.Event
	for _, e := range list {
		if _, is := e.Change.(ActUndone); is {
			gone = append(gone, e)
		}
	}
	if len(gone) == 0 {
		return list
	}
	return slices.DeleteFunc(slices.Clone(list), func(e events.Event) bool {
		if _, wrote := e.Change.(NotePosted); wrote {
			return false
		}
		return slices.ContainsFunc(gone, func(u events.Event) bool { return u.Change.(ActUndone).Covers(e.Seq, u.Seq) })
	})
}

// Covers tells whether the event with a seq is undone by the mark that has the seq at.
func (c ActUndone) Covers(seq, at int64) bool {
	return seq >= c.From && seq <= c.Through || seq >= c.Back && seq < at
}
