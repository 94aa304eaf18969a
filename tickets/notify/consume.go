package notify

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"heard/feedback"
	"heard/tickets"
	"heard/tickets/events"

	"github.com/uptrace/bun"
)

// tooOld is how old an event may be that still tells somebody something: after a long stop nobody wants to hear of
// last week.
const tooOld = 24 * time.Hour

// Consumer writes down who is to hear of events.
func (s *Store) Consumer() events.Consumer {
	return events.Consumer{Name: cursor, Handle: s.handle, Ready: s.begin, Kinds: []string{
		"ticket.assigned", "ticket.handed_off", "ticket.offered", "ticket.offer_ended", "ticket.status_changed",
		"ticket.spam_marked", "message.posted", "note.posted", "message.edited", "message.redacted", "survey.follow_up_opened", "issue.flagged", "ticket.act_undone"}}
}

const cursor = "notify"

// begin has a desk that was there before its bells hear of what comes, not of all that ever happened.
func (s *Store) begin(ctx context.Context) error {
	return s.log.Write(ctx, events.Unit{By: events.SystemActor, Background: true}, func(ctx context.Context, tx *events.Tx) error {
		_, err := tx.NewRaw(`INSERT INTO cursors (name, pos, updated_at) SELECT ?, pos, ? FROM log_head WHERE id = 1 ON CONFLICT (name) DO NOTHING`, cursor, tx.Now).Exec(ctx)
		if err != nil {
			return fmt.Errorf("begin to notify: %w", err)
		}
		return nil
	})
}

// reading is what a batch of events needs to know of the desk.
type reading struct {
	tickets map[events.ID]*ticket
	desk    *tickets.Snapshot
	due     []Due
	done    []events.ID // tickets that are offered to nobody any more
	notes   []noteChange
	undone  []events.Event // marks of acts that were taken back
}

// ticket is what of a ticket decides who hears of it.
type ticket struct {
	tickets.Ticket
	since int64 // the event from which on the owner has it
}

func (s *Store) handle(ctx context.Context, tx *events.Tx, evs []events.Event) error {
	evs = slices.DeleteFunc(slices.Clone(evs), func(e events.Event) bool { return e.Imported || tx.Now.Sub(toldOf(e)) > tooOld })
	if len(evs) == 0 {
		return nil
	}
	r := &reading{}
	var err error
	if r.desk, err = s.people.Directory().Snapshot(ctx); err != nil {
		return err
	}
	if r.tickets, err = ticketsOf(ctx, tx, evs); err != nil {
		return err
	}
	for i := range evs {
		if _, err := s.log.Decode(&evs[i]); err != nil {
			return err
		}
		r.look(&evs[i])
	}
	if err := s.over(ctx, tx, r.done); err != nil {
		return err
	}
	if err := s.takenBack(ctx, tx, r); err != nil {
		return err
	}
	if err := s.put(ctx, tx, r.due); err != nil {
		return err
	}
	return s.changed(ctx, tx, r)
}

// toldOf is when something was news. Who finds an issue in the letters of last month finds history: it stands in its
// list, and rings for nobody.
func toldOf(e events.Event) events.Time {
	if e.Kind == "issue.flagged" {
		return e.At
	}
	return e.RecordedAt
}

// ticketsOf reads the tickets of events as they are now.
func ticketsOf(ctx context.Context, from db, evs []events.Event) (map[events.ID]*ticket, error) {
	ids := []events.ID{}
	for _, e := range evs {
		if e.TicketID != 0 && !slices.Contains(ids, e.TicketID) {
			ids = append(ids, e.TicketID)
		}
	}
	out := map[events.ID]*ticket{}
	if len(ids) == 0 {
		return out, nil
	}
	var rows []struct {
		ID, TeamID, AssigneeID, LastOwnerID, OfferedTo events.ID
		Spam                                           bool
		QueuedAt                                       events.Time
		Since                                          int64
	}
	err := from.NewRaw(`SELECT t.id, t.team_id, t.assignee_id, t.last_owner_id, t.offered_to, t.spam, t.queued_at,
		COALESCE((SELECT MAX(s.from_seq) FROM segments AS s WHERE s.ticket_id = t.id AND s.to_at = 0), 0) AS since
		FROM tickets AS t WHERE t.id IN (?)`, bun.List(ids)).Scan(ctx, &rows)
	if err != nil {
		return nil, fmt.Errorf("read tickets of notifications: %w", err)
	}
	for _, r := range rows {
		out[r.ID] = &ticket{tickets.Ticket{ID: r.ID, TeamID: r.TeamID, AssigneeID: r.AssigneeID, LastOwnerID: r.LastOwnerID, OfferedTo: r.OfferedTo,
			QueuedAt: r.QueuedAt, Spam: r.Spam}, r.Since}
	}
	return out, nil
}

// look decides about one event.
func (r *reading) look(e *events.Event) {
	t := r.tickets[e.TicketID]
	switch c := e.Change.(type) {
	case tickets.TicketAssigned:
		r.pass(e.TicketID)
		r.tell(e, Assigned, c.Agent)
	case tickets.TicketHandedOff:
		r.pass(e.TicketID)
		r.tell(e, HandedOff, c.ToAgent)
		if n := len(r.due) - 1; n >= 0 && c.NoteSeq != 0 && r.due[n].pos == e.Pos { // the story, in the words of who hands over
			r.due[n].Seq = c.NoteSeq
		}
	case tickets.TicketOffered:
		r.tell(e, Offered, c.Agent)
	case tickets.TicketOfferEnded:
		r.pass(e.TicketID)
	case tickets.StatusChanged:
		r.moved(e, t, c)
	case tickets.SpamMarked:
		r.pass(e.TicketID)
	case tickets.MessagePosted:
		// What stood there before somebody got the ticket came with it.
		if t != nil && e.By.Kind == events.Customer && !t.Spam && t.AssigneeID != 0 && e.Seq > t.since {
			r.tell(e, CustomerReplied, t.AssigneeID)
		}
	case tickets.NotePosted:
		r.mentions(e)
	case tickets.MessageEdited:
		if c.Note {
			r.notes = append(r.notes, noteChange{e, c.TargetSeq})
		}
	case tickets.MessageRedacted:
		if c.Note {
			r.notes = append(r.notes, noteChange{e, c.TargetSeq})
		}
	case tickets.ActUndone:
		r.undone = append(r.undone, *e)
		r.due = slices.DeleteFunc(r.due, func(d Due) bool {
			return d.Ticket == e.TicketID && slices.Contains(ofOwning(), d.Kind) && c.Covers(d.Seq, e.Seq)
		})
	case feedback.FollowUpOpened:
		r.lowScore(e, c)
	case feedback.IssueFlagged:
		r.flagged(e, c.Issue)
	}
}

// moved: a ticket that was resolved is back, or one that waited does not any more.
func (r *reading) moved(e *events.Event, t *ticket, c tickets.StatusChanged) {
	if c.To != tickets.Open {
		r.pass(e.TicketID)
		return
	}
	if t != nil && c.From == tickets.Resolved && c.Cause == tickets.ByCustomerMessage {
		r.tell(e, Reopened, t.LastOwnerID)
	}
}

// mentions tells those whom a note calls, and the members of the teams that it calls.
func (r *reading) mentions(e *events.Event) {
	var note struct {
		Mentions []struct {
			Kind string    `json:"kind"`
			ID   events.ID `json:"id"`
		} `json:"mentions"`
	}
	if json.Unmarshal(e.Data, &note) != nil { // ours; a note that does not read calls nobody
		return
	}
	var whom []events.ID
	for _, m := range note.Mentions {
		switch m.Kind {
		case "agent":
			whom = append(whom, m.ID)
		case "team":
			whom = append(whom, r.members(m.ID, func(*tickets.Agent) bool { return true })...)
		}
	}
	slices.Sort(whom)
	for _, agent := range slices.Compact(whom) {
		r.tell(e, Mentioned, agent)
	}
}

// members are the agents of a team.
func (r *reading) members(team events.ID, which func(*tickets.Agent) bool) (out []events.ID) {
	for id, a := range r.desk.Agents {
		if slices.Contains(a.Teams, team) && which(a) {
			out = append(out, id)
		}
	}
	slices.Sort(out)
	return out
}

// lowScore tells who follows up, else the members of the team who may.
func (r *reading) lowScore(e *events.Event, c feedback.FollowUpOpened) {
	may := func(a *tickets.Agent) bool {
		caller := r.desk.Caller(a.ID)
		return tickets.Can(caller, tickets.FollowUpRead, caller.ToTeam(c.Team))
	}
	if a := r.desk.Agents[c.Assignee]; a != nil && may(a) {
		r.tell(e, LowScore, a.ID)
		return
	}
	for _, agent := range r.members(c.Team, may) {
		r.tell(e, LowScore, agent)
	}
}

// flagged tells everybody who may act on issues of the whole desk.
func (r *reading) flagged(e *events.Event, issue events.ID) {
	for id := range r.desk.Agents {
		if c := r.desk.Caller(id); tickets.Can(c, tickets.IssueWrite, c.ToDesk()) {
			r.due = append(r.due, Due{Agent: id, Kind: IssueFlagged, About: issue, By: e.By, At: e.At, pos: e.Pos})
		}
	}
}

// tell notes that an agent is to hear of an event, unless it did it itself or may not see the ticket.
func (r *reading) tell(e *events.Event, k Kind, agent events.ID) {
	if agent == 0 || e.By.Kind == events.Agent && e.By.ID == agent {
		return
	}
	a := r.desk.Agents[agent]
	if a == nil || a.DisabledAt != 0 {
		return
	}
	if t := r.tickets[e.TicketID]; t != nil && !sees(r.desk.Caller(agent), &t.Ticket) {
		return
	}
	r.due = append(r.due, Due{Agent: agent, Kind: k, Ticket: e.TicketID, Seq: e.Seq, By: e.By, At: e.At, pos: e.Pos})
}

// pass notes that a ticket is offered to nobody any more.
func (r *reading) pass(ticket events.ID) {
	r.done = append(r.done, ticket)
	r.due = slices.DeleteFunc(r.due, func(d Due) bool { return d.Kind == Offered && d.Ticket == ticket })
}
