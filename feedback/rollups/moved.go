package rollups

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"heard/feedback"
	"heard/tickets"
	"heard/tickets/events"

	"github.com/uptrace/bun"
)

// movingKinds lists the events by which old numbers of a ticket come under another tag or topic, or by which those of the
// customer's other tickets change: whether they were solved at first contact hangs on what came after them.
func movingKinds() []string {
	var out []string
	for _, c := range []events.Change{tickets.TicketTagged{}, tickets.TicketUntagged{}, feedback.TopicAssigned{}, feedback.TopicCorrected{},
		tickets.TicketOpened{}, tickets.SpamMarked{}, tickets.CustomerIdentified{}} {
		out = append(out, c.EventKind())
	}
	return out
}

// noticeMoved notes the tickets whose days have to be looked at.
func noticeMoved(ctx context.Context, tx *events.Tx, evs []events.Event) error {
	type move struct {
		pos        int64
		topic, tag bool
	}
	moves := map[events.ID]move{}
	for i := range evs {
		e := &evs[i]
		if e.TicketID == 0 || !slices.Contains(movingKinds(), e.Kind) {
			continue
		}
		m := moves[e.TicketID]
		m.pos = e.Pos
		switch e.Kind {
		case tickets.TicketTagged{}.EventKind(), tickets.TicketUntagged{}.EventKind():
			m.tag = true
		case feedback.TopicAssigned{}.EventKind(), feedback.TopicCorrected{}.EventKind():
			m.topic = true
		}
		moves[e.TicketID] = m
	}
	if len(moves) == 0 {
		return nil
	}
	var rows []string
	var args []any
	for _, id := range sortedIDs(moves) {
		rows, args = append(rows, "(?, ?, ?, ?)"), append(args, id, moves[id].pos, moves[id].topic, moves[id].tag)
	}
	_, err := tx.NewRaw(`INSERT INTO moved_tickets (ticket_id, pos, topic, tag) VALUES `+strings.Join(rows, ", ")+`
		ON CONFLICT (ticket_id) DO UPDATE SET pos = excluded.pos, topic = moved_tickets.topic OR excluded.topic,
		tag = moved_tickets.tag OR excluded.tag`, args...).Exec(ctx)
	if err != nil {
		return fmt.Errorf("note moved tickets: %w", err)
	}
	return nil
}

// movedTicket is a ticket whose days are to be marked.
type movedTicket struct {
	TicketID   events.ID
	Pos        int64
	Topic, Tag bool
}

// movedAtOnce bounds one look.
const movedAtOnce = 500

// settleMoved marks the days of tickets that moved. The facts of tickets are as new as the notes.
func (r *Rollups) settleMoved(ctx context.Context, cal Calendar) error {
	for {
		var list []movedTicket
		err := r.log.Read().NewRaw(`SELECT ticket_id, pos, topic, tag FROM moved_tickets ORDER BY ticket_id LIMIT ?`, movedAtOnce).Scan(ctx, &list)
		if err != nil || len(list) == 0 {
			return err
		}
		m := newMarks(cal, r.log.Now())
		if err := r.markMoved(ctx, m, list); err != nil {
			return fmt.Errorf("mark the days of moved tickets: %w", err)
		}
		var seen []string
		var args []any
		for _, t := range list {
			seen, args = append(seen, "(?, ?)"), append(args, t.TicketID, t.Pos)
		}
		err = r.log.Write(ctx, events.Unit{By: events.SystemActor, Background: true}, func(ctx context.Context, tx *events.Tx) error {
			_, err := tx.NewRaw(`DELETE FROM moved_tickets WHERE (ticket_id, pos) IN (VALUES `+strings.Join(seen, ", ")+`)`, args...).Exec(ctx)
			if err != nil {
				return err
			}
			return m.write(ctx, tx)
		})
		if err != nil {
			return fmt.Errorf("mark the days of moved tickets: %w", err)
		}
	}
}

// markMoved finds the days: those of the tickets' own numbers, for the tags and topics; those on which other tickets of
// the customer were resolved for the first time in the week before, for first contact.
func (r *Rollups) markMoved(ctx context.Context, m *marks, list []movedTicket) error {
	what := map[events.ID]movedTicket{}
	ids := make([]events.ID, len(list))
	var themed []events.ID
	for i, t := range list {
		if ids[i], what[t.TicketID] = t.TicketID, t; t.Topic || t.Tag {
			themed = append(themed, t.TicketID)
		}
	}
	var own []struct {
		TicketID    events.ID
		At, UntilAt events.Time
		Figure      Key
	}
	err := r.log.Read().NewRaw(`SELECT ticket_id, at, until_at, figure FROM observations WHERE ticket_id IN (?)`,
		bun.List(append(themed, 0))).Scan(ctx, &own)
	if err != nil {
		return err
	}
	for _, o := range own {
		t := what[o.TicketID]
		m.mark(m.cal.DayOf(o.At), t.Topic, t.Tag)
		switch {
		case o.Figure == Backlog && o.UntilAt != 0:
			m.mark(m.cal.DayOf(o.UntilAt), t.Topic, t.Tag)
		case o.Figure == work:
			for _, day := range m.cal.days(o.At, max(o.At, first(o.UntilAt, m.now)), spanDays) {
				m.mark(day, t.Topic, t.Tag)
			}
		}
	}
	var asked []struct {
		TicketID            events.ID
		AskedAt, AnsweredAt events.Time
	}
	err = r.log.Read().NewRaw(`SELECT ticket_id, asked_at, answered_at FROM survey_invitations WHERE ticket_id IN (?) AND ticket_id > 0`,
		bun.List(append(themed, 0))).Scan(ctx, &asked)
	if err != nil {
		return err
	}
	for _, a := range asked {
		t := what[a.TicketID]
		m.mark(m.cal.DayOf(a.AskedAt), t.Topic, t.Tag)
		if a.AnsweredAt != 0 {
			m.mark(m.cal.DayOf(a.AnsweredAt), t.Topic, t.Tag)
		}
	}
	return r.markSiblings(ctx, m, ids)
}

func (r *Rollups) markSiblings(ctx context.Context, m *marks, ids []events.ID) error {
	var resolved []events.Time
	// CROSS JOIN and the plus keep SQLite to this order and to the key of observations; it would begin with every ticket
	// that was ever resolved.
	err := r.log.Read().NewRaw(`SELECT DISTINCT o.at FROM ticket_facts AS b CROSS JOIN ticket_facts AS a CROSS JOIN observations AS o
		WHERE b.ticket_id IN (?) AND b.customer_id > 0 AND a.customer_id = b.customer_id AND a.ticket_id <> b.ticket_id
		AND o.ticket_id = a.ticket_id AND o.figure = ? AND +o.at < b.opened_at AND +o.at >= b.opened_at - ?`,
		bun.List(ids), string(FirstContact), week).Scan(ctx, &resolved)
	if err != nil {
		return err
	}
	for _, at := range resolved {
		m.mark(m.cal.DayOf(at), true, false)
	}
	return nil
}
