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

const (
	staleAtOnce = 500 // stale tickets that one look finds, and whose events are read together
	factsAUnit  = 60  // tickets written in one unit, to keep it short
)

// ticketKinds lists the events that facts are folded from.
func ticketKinds() []string {
	var out []string
	for _, c := range []events.Change{tickets.TicketOpened{}, tickets.TicketQueued{}, tickets.TicketAssigned{}, tickets.TicketHandedOff{},
		tickets.TicketUnassigned{}, tickets.TicketTeamChanged{}, tickets.StatusChanged{}, tickets.SpamMarked{}, tickets.MessagePosted{},
		tickets.ConversationEnded{}, tickets.CustomerLeft{}, tickets.CustomerIdentified{}, tickets.WaitPromised{},
		tickets.ActUndone{}} {
		out = append(out, c.EventKind())
	}
	return out
}

// Consumer notes which tickets changed, and when agents were online. It does little, because every write waits for it;
// the work is Refresh's.
func (r *Rollups) Consumer() events.Consumer {
	kinds := append(ticketKinds(), tickets.AvailabilityChanged{}.EventKind(), feedback.SurveyAsked{}.EventKind(), feedback.SurveyAnswered{}.EventKind(),
		feedback.SurveyWithdrawn{}.EventKind(), feedback.IssueFlagged{}.EventKind(), feedback.IssueStatusChanged{}.EventKind())
	for _, kind := range movingKinds() {
		if !slices.Contains(kinds, kind) {
			kinds = append(kinds, kind)
		}
	}
	return events.Consumer{Name: "rollups", Kinds: kinds, Handle: r.notice, Stops: true}
}

func (r *Rollups) notice(ctx context.Context, tx *events.Tx, evs []events.Event) error {
	newest := map[events.ID]int64{}
	var surveyed surveyedIDs
	var turns []*events.Event
	var late []events.Time
	for i := range evs {
		switch e := &evs[i]; e.Kind {
		case tickets.AvailabilityChanged{}.EventKind():
			turns = append(turns, e)
		case feedback.SurveyAsked{}.EventKind(), feedback.SurveyAnswered{}.EventKind(), feedback.SurveyWithdrawn{}.EventKind():
			if err := surveyed.add(r.log, *e); err != nil {
				return err
			}
		case tickets.TicketTagged{}.EventKind(), tickets.TicketUntagged{}.EventKind(), feedback.TopicAssigned{}.EventKind(), feedback.TopicCorrected{}.EventKind():
			// its numbers stay the same: noticeMoved
		case feedback.IssueFlagged{}.EventKind(), feedback.IssueStatusChanged{}.EventKind():
			if e.At < e.RecordedAt { // found in history; what happens in its own time belongs to the running week
				late = append(late, e.At)
			}
		default:
			newest[e.TicketID] = e.Pos
		}
	}
	if err := r.online(ctx, tx, turns); err != nil {
		return err
	}
	if err := r.surveyed(ctx, tx, surveyed); err != nil {
		return err
	}
	if err := r.movedLate(ctx, tx, late); err != nil {
		return err
	}
	if err := noticeMoved(ctx, tx, evs); err != nil {
		return err
	}
	if len(newest) == 0 {
		return nil
	}
	rows, args := make([]string, 0, len(newest)), make([]any, 0, 2*len(newest))
	for ticket, pos := range newest {
		rows, args = append(rows, "(?, ?)"), append(args, int64(ticket), pos)
	}
	_, err := tx.NewRaw(`INSERT INTO stale_tickets (ticket_id, pos) VALUES `+strings.Join(rows, ", ")+
		` ON CONFLICT (ticket_id) DO UPDATE SET pos = excluded.pos`, args...).Exec(ctx)
	if err != nil {
		return fmt.Errorf("note stale tickets: %w", err)
	}
	return nil
}

// surveyedIDs are the tickets whose surveys changed, and the surveys that no ticket led to.
type surveyedIDs struct{ tickets, invitations []events.ID }

func (s *surveyedIDs) add(log *events.Log, e events.Event) error {
	if e.TicketID != 0 {
		s.tickets = append(s.tickets, e.TicketID)
		return nil
	}
	change, err := log.Decode(&e)
	switch c := change.(type) {
	case feedback.SurveyAsked:
		s.invitations = append(s.invitations, c.Invitation)
	case feedback.SurveyAnswered:
		s.invitations = append(s.invitations, c.Invitation)
	case feedback.SurveyWithdrawn:
		s.invitations = append(s.invitations, c.Invitation)
	}
	return err
}

// surveyed marks the days, and the finished weeks, that these surveys belong to. What was asked or answered in its own
// time belongs to the running week.
func (r *Rollups) surveyed(ctx context.Context, tx *events.Tx, list surveyedIDs) error {
	if len(list.tickets)+len(list.invitations) == 0 {
		return nil
	}
	cal, err := r.Calendar(ctx)
	if err != nil {
		return err
	}
	var rows []struct{ AskedAt, AnsweredAt events.Time }
	err = tx.NewRaw(`SELECT asked_at, answered_at FROM survey_invitations WHERE ticket_id > 0 AND ticket_id IN (?)
		UNION ALL SELECT asked_at, answered_at FROM survey_invitations WHERE id IN (?)`,
		bun.List(append(list.tickets, 0)), bun.List(append(list.invitations, 0))).Scan(ctx, &rows)
	if err != nil {
		return fmt.Errorf("read surveys: %w", err)
	}
	m := newMarks(cal, tx.Now)
	for _, row := range rows {
		for _, at := range []events.Time{row.AskedAt, row.AnsweredAt} {
			if m.retellFrom(at); at != 0 {
				m.days[cal.DayOf(at)] = true
			}
		}
	}
	return m.write(ctx, tx)
}

// movedLate marks the finished weeks since moments at which issues moved, as became known only now: reports tell how
// issues stood at a week's end.
func (r *Rollups) movedLate(ctx context.Context, tx *events.Tx, list []events.Time) error {
	if len(list) == 0 {
		return nil
	}
	cal, err := r.Calendar(ctx)
	if err != nil {
		return err
	}
	m := newMarks(cal, tx.Now)
	for week := cal.WeekOf(slices.Min(list)); ; week = AddWeeks(week, 1) {
		if _, end := cal.Week(week); end > tx.Now {
			return m.write(ctx, tx)
		}
		m.weeks[week] = true
	}
}

// onlineSpan is a stretch online; ToAt is 0 while it lasts.
type onlineSpan struct {
	AgentID      events.ID
	FromAt, ToAt events.Time
}

// online keeps agents' stretches online.
func (r *Rollups) online(ctx context.Context, tx *events.Tx, turns []*events.Event) error {
	if len(turns) == 0 {
		return nil
	}
	cal, err := r.Calendar(ctx)
	if err != nil {
		return err
	}
	m, now := newMarks(cal, tx.Now), onlineNow{open: map[events.ID]events.Time{}}
	var lasts []onlineSpan
	if err := tx.NewRaw(`SELECT agent_id, from_at, to_at FROM online_spans WHERE to_at = 0 ORDER BY agent_id, from_at`).Scan(ctx, &lasts); err != nil {
		return fmt.Errorf("read time online: %w", err)
	}
	for _, s := range lasts {
		now.open[s.AgentID] = s.FromAt
	}
	for _, e := range turns {
		copied := *e // decoding keeps its result in the event, and these are shared
		change, err := r.log.Decode(&copied)
		if err != nil {
			return err
		}
		if c, ok := change.(tickets.AvailabilityChanged); ok {
			now.turn(c.Agent, e.At, c.To == tickets.Online)
			m.days[cal.DayOf(e.At)] = true
		}
	}
	if err := now.write(ctx, tx); err != nil {
		return err
	}
	return m.write(ctx, tx)
}

// onlineNow is who is online since when, and what changed of it.
type onlineNow struct {
	open    map[events.ID]events.Time
	changed []onlineSpan
}

// turn ends the agent's stretch, if one lasts, and begins another.
func (o *onlineNow) turn(agent events.ID, at events.Time, online bool) {
	if since, ok := o.open[agent]; ok {
		o.changed = append(o.changed, onlineSpan{agent, since, at})
		delete(o.open, agent)
	}
	if online {
		o.changed = append(o.changed, onlineSpan{agent, at, 0})
		o.open[agent] = at
	}
}

// write keeps the newest form of each stretch.
func (o *onlineNow) write(ctx context.Context, tx *events.Tx) error {
	last := map[[2]int64]int{}
	for i, s := range o.changed {
		last[[2]int64{int64(s.AgentID), int64(s.FromAt)}] = i
	}
	rows, args := []string{}, []any{}
	for i, s := range o.changed {
		if last[[2]int64{int64(s.AgentID), int64(s.FromAt)}] == i {
			rows, args = append(rows, "(?, ?, ?)"), append(args, s.AgentID, s.FromAt, s.ToAt)
		}
	}
	if len(rows) == 0 {
		return nil
	}
	_, err := tx.NewRaw(`INSERT INTO online_spans (agent_id, from_at, to_at) VALUES `+strings.Join(rows, ", ")+
		` ON CONFLICT (agent_id, from_at) DO UPDATE SET to_at = excluded.to_at`, args...).Exec(ctx)
	if err != nil {
		return fmt.Errorf("write time online: %w", err)
	}
	return nil
}

// stale is a ticket whose facts are older than its log.
type stale struct {
	TicketID events.ID
	Pos      int64 // of the note
}

// Refresh folds every ticket that changed since its facts were made, as far as is noticed when it begins: on a busy
// desk there is always another one.
func (r *Rollups) Refresh(ctx context.Context) error {
	snap, err := r.dir.Snapshot(ctx)
	if err != nil {
		return err
	}
	var upTo int64
	if err := r.log.Read().NewRaw(`SELECT COALESCE(MAX(pos), 0) FROM stale_tickets`).Scan(ctx, &upTo); err != nil {
		return fmt.Errorf("look for stale tickets: %w", err)
	}
	cal := NewCalendar(snap.Settings)
	for {
		var list []stale
		err := r.log.Read().NewRaw(`SELECT ticket_id, pos FROM stale_tickets WHERE pos <= ? ORDER BY ticket_id LIMIT ?`, upTo, staleAtOnce).Scan(ctx, &list)
		if err != nil {
			return fmt.Errorf("list stale tickets: %w", err)
		}
		if len(list) == 0 {
			return r.settleMoved(ctx, cal)
		}
		folds, err := r.foldTickets(ctx, snap, list)
		if err != nil {
			return err
		}
		for some := range slices.Chunk(folds, factsAUnit) {
			if err := r.writeFacts(ctx, cal, some); err != nil {
				return err
			}
		}
	}
}
