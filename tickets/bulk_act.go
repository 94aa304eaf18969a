package tickets

import (
	"context"
	"slices"

	"heard/tickets/events"
	"heard/tickets/fault"
)

// BulkKind is what can be done to many tickets at once.
type BulkKind string

const (
	BulkResolve  BulkKind = "resolve"
	BulkReopen   BulkKind = "reopen"
	BulkAssign   BulkKind = "assign"
	BulkPriority BulkKind = "priority"
	BulkTag      BulkKind = "tag"
	BulkSnooze   BulkKind = "snooze"
	BulkStatus   BulkKind = "status"
	bulkUndo     BulkKind = "undo" // of another bulk
)

// BulkAct is the act itself. Tags to add stand here by their names, and are made with the first ticket that takes them:
// an act that no ticket takes leaves nothing. Those to remove are named by ids once the bulk is made.
type BulkAct struct {
	Kind     BulkKind    `json:"kind"`
	Agent    events.ID   `json:"agent,omitempty"`
	Team     events.ID   `json:"team,omitempty"`
	Priority Priority    `json:"priority,omitempty"`
	Until    events.Time `json:"until,omitempty"`
	Status   Status      `json:"status,omitempty"`
	Add      []string    `json:"add,omitempty"`
	Remove   []string    `json:"-"`
	DropIDs  []events.ID `json:"remove,omitempty"`
	Undoes   BulkKind    `json:"undoes,omitempty"` // of an undo: the kind of what it takes back
}

// check refuses an act that no ticket could take.
func (a *BulkAct) check(now events.Time) (err error) {
	var c checker
	switch a.Kind {
	case BulkResolve, BulkReopen, bulkUndo:
	case BulkAssign:
		if err := (To{a.Agent, a.Team}).validate(); err != nil {
			return fault.On("do.agent", "or team must be given, and only one of them")
		}
	case BulkPriority:
		oneOf(&c, "do.priority", a.Priority, Low, Normal, High, Urgent)
	case BulkStatus:
		oneOf(&c, "do.status", a.Status, Open, Pending, Resolved)
	case BulkSnooze:
		if a.Until <= now || a.Until > now.Add(maxSnooze) {
			return fault.On("do.until", "must be later than now and within a year")
		}
	case BulkTag:
		if len(a.Add)+len(a.Remove) == 0 {
			return fault.On("do.add", "or remove must name a tag")
		}
		if a.Add, a.Remove, err = cleanTags(a.Add, a.Remove); err != nil {
			return fault.On("do.add", "and remove must hold at most 60 tags of 1 to 50 characters")
		}
	default:
		return fault.On("do.kind", "must be resolve, reopen, assign, priority, tag, snooze or status")
	}
	return c.wrong.Err()
}

// action is the right that the act needs on each ticket.
func (a *BulkAct) action() Action {
	kind := a.Kind
	if kind == bulkUndo {
		kind = a.Undoes
	}
	switch kind {
	case BulkResolve:
		return TicketResolve
	case BulkReopen:
		return TicketReopen
	case BulkAssign:
		return TicketAssign
	case BulkTag:
		return TicketTag
	case BulkSnooze:
		return TicketSnooze
	}
	return TicketUpdate
}

// do does the act to one locked ticket, by the decisions of the same act on one.
func (a *BulkAct) do(ctx context.Context, w *work, by events.Actor, t *Ticket) error {
	switch a.Kind {
	case BulkResolve:
		return w.resolve(ctx, by, t)
	case BulkReopen:
		return w.reopen(ctx, by, t)
	case BulkAssign:
		return w.assign(ctx, by, t, To{a.Agent, a.Team})
	case BulkPriority:
		return w.prioritize(by, t, a.Priority)
	case BulkSnooze:
		return w.decided(by, t)(t.snooze(a.Until))
	case BulkTag:
		add, err := w.makeTags(ctx, a.Add)
		if err != nil {
			return err
		}
		return w.retag(ctx, by, t, add, a.DropIDs)
	}
	switch a.Status {
	case Resolved:
		return w.resolve(ctx, by, t)
	case Open:
		return w.reopen(ctx, by, t)
	}
	return w.decided(by, t)(t.toStatus(a.Status))
}

// had is what a bulk may change of a ticket.
type had struct {
	Status   Status      `json:"status"`
	Agent    events.ID   `json:"agent,omitempty"`
	Team     events.ID   `json:"team,omitempty"`
	Priority Priority    `json:"priority"`
	Tags     []events.ID `json:"tags,omitempty"`
	Until    events.Time `json:"until,omitempty"`
	Seq      int64       `json:"seq,omitempty"` // of its newest event then
}

func (t *Ticket) has() had {
	h := had{Status: t.Status, Agent: t.AssigneeID, Team: t.TeamID, Priority: t.Priority, Tags: slices.Clone(t.Tags), Seq: t.LastSeq}
	if t.Status == Snoozed {
		h.Until = t.SnoozedUntil
	}
	return h
}

func (h had) same(o had) bool {
	return slices.Equal(h.Tags, o.Tags) && h.Status == o.Status && h.Agent == o.Agent && h.Team == o.Team && h.Priority == o.Priority && h.Until == o.Until
}

// errChanged is why an undo leaves a ticket alone.
var errChanged = fault.New(fault.Conflict, "it was changed since")

// putBack gives a locked ticket what it had.
func (w *work) putBack(ctx context.Context, by events.Actor, t *Ticket, was had) error {
	if err := w.statusBack(ctx, by, t, was); err != nil {
		return err
	}
	if was.Status != Resolved && was.Status != Closed {
		if err := w.ownerBack(ctx, by, t, was); err != nil {
			return err
		}
	} else if t.TeamID != was.Team { // nobody has it
		w.record(by, t, TicketTeamChanged{From: t.TeamID, To: was.Team})
	}
	if err := w.prioritize(by, t, was.Priority); err != nil {
		return err
	}
	gone := slices.DeleteFunc(slices.Clone(t.Tags), func(id events.ID) bool { return slices.Contains(was.Tags, id) })
	return w.retag(ctx, by, t, was.Tags, gone)
}

func (w *work) statusBack(ctx context.Context, by events.Actor, t *Ticket, was had) error {
	if t.Status == Closed && was.Status != Closed {
		return errClosed
	}
	if t.Status == Resolved && was.Status != Resolved {
		since, err := w.unanswered(ctx, t)
		if err != nil {
			return err
		}
		w.record(by, t, StatusChanged{From: Resolved, To: Open, Cause: ByAgent, WaitingSince: since}, TicketQueued{Team: t.TeamID})
		if was.Agent != 0 { // before it waits again
			if err := w.ownerBack(ctx, by, t, was); err != nil {
				return err
			}
		}
	}
	switch {
	case t.Status == was.Status && (was.Status != Snoozed || t.SnoozedUntil == was.Until):
		return nil
	case was.Status == Resolved:
		return w.resolve(ctx, by, t)
	case was.Status == Snoozed && was.Until > w.tx.Now:
		return w.decided(by, t)(t.snooze(was.Until))
	case was.Status == Pending:
		return w.decided(by, t)(t.toStatus(Pending))
	}
	return w.decided(by, t)(t.toStatus(Open)) // also what should have woken by now
}

// ownerBack gives an unresolved ticket to whom it belonged, and to its team.
func (w *work) ownerBack(ctx context.Context, by events.Actor, t *Ticket, was had) error {
	if t.AssigneeID == was.Agent && t.TeamID == was.Team {
		return nil
	}
	here, err := w.works(ctx, was.Agent)
	if err != nil {
		return err
	}
	if !here { // whoever had it has left: it waits for somebody else
		was.Agent = 0
	}
	switch {
	case t.AssigneeID != 0 && t.AssigneeID != was.Agent:
		return w.decided(by, t)(t.handOff(To{Agent: was.Agent, Team: was.Team}, reasonOther, 0))
	case t.TeamID != was.Team:
		w.record(by, t, TicketTeamChanged{From: t.TeamID, To: was.Team})
	}
	if t.AssigneeID == 0 && was.Agent != 0 {
		w.record(by, t, TicketAssigned{Agent: was.Agent, Team: was.Team})
	}
	return nil
}
