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
	staleAtOnce = 200 // stale tickets that one look finds
	factsAUnit  = 10  // tickets written in one unit, to keep it short
)

// ticketKinds lists the events that facts are folded from.
func ticketKinds() []string {
	var out []string
	for _, c := range []events.Change{tickets.TicketOpened{}, tickets.TicketQueued{}, tickets.TicketAssigned{}, tickets.TicketHandedOff{},
		tickets.TicketUnassigned{}, tickets.TicketTeamChanged{}, tickets.StatusChanged{}, tickets.SpamMarked{}, tickets.MessagePosted{},
		tickets.ConversationEnded{}, tickets.CustomerLeft{}, tickets.CustomerIdentified{}, tickets.WaitPromised{}} {
		out = append(out, c.EventKind())
	}
	return out
}

// Consumer notes which tickets changed, and when agents were online. It does little, because every write waits for it;
// the work is Refresh's.
func (r *Rollups) Consumer() events.Consumer {
	kinds := append(ticketKinds(), tickets.AvailabilityChanged{}.EventKind(), feedback.SurveyAsked{}.EventKind(), feedback.SurveyAnswered{}.EventKind())
	return events.Consumer{Name: "rollups", Kinds: kinds, Handle: r.notice, Stops: true}
}

func (r *Rollups) notice(ctx context.Context, tx *events.Tx, evs []events.Event) error {
	newest := map[events.ID]int64{}
	var surveyed []events.ID
	for i := range evs {
		switch e := &evs[i]; e.Kind {
		case tickets.AvailabilityChanged{}.EventKind():
			if err := r.online(ctx, tx, e); err != nil {
				return err
			}
		case feedback.SurveyAsked{}.EventKind(), feedback.SurveyAnswered{}.EventKind():
			surveyed = append(surveyed, e.TicketID)
		default:
			newest[e.TicketID] = e.Pos
		}
	}
	if err := r.surveyed(ctx, tx, surveyed); err != nil {
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

// surveyed marks the finished weeks that surveys of these tickets belong to. What was asked or answered in its own time
// belongs to the running one.
func (r *Rollups) surveyed(ctx context.Context, tx *events.Tx, list []events.ID) error {
	if len(list) == 0 {
		return nil
	}
	cal, err := r.Calendar(ctx)
	if err != nil {
		return err
	}
	var rows []struct{ AskedAt, AnsweredAt events.Time }
	err = tx.NewRaw(`SELECT asked_at, answered_at FROM survey_invitations WHERE ticket_id IN (?)`, bun.List(list)).Scan(ctx, &rows)
	if err != nil {
		return fmt.Errorf("read surveys: %w", err)
	}
	m := newMarks(cal, tx.Now)
	for _, row := range rows {
		m.retellFrom(row.AskedAt)
		m.retellFrom(row.AnsweredAt)
	}
	return m.write(ctx, tx)
}

// online keeps an agent's stretches online.
func (r *Rollups) online(ctx context.Context, tx *events.Tx, e *events.Event) error {
	change, err := r.log.Decode(e)
	if err != nil {
		return err
	}
	c, ok := change.(tickets.AvailabilityChanged)
	if !ok {
		return nil
	}
	if _, err = tx.NewRaw(`UPDATE online_spans SET to_at = ? WHERE agent_id = ? AND to_at = 0`, e.At, c.Agent).Exec(ctx); err != nil {
		return fmt.Errorf("end time online: %w", err)
	}
	if c.To == tickets.Online {
		_, err = tx.NewRaw(`INSERT INTO online_spans (agent_id, from_at) VALUES (?, ?)
			ON CONFLICT (agent_id, from_at) DO UPDATE SET to_at = 0`, c.Agent, e.At).Exec(ctx)
		if err != nil {
			return fmt.Errorf("begin time online: %w", err)
		}
	}
	cal, err := r.Calendar(ctx)
	if err != nil {
		return err
	}
	m := newMarks(cal, tx.Now)
	m.days[cal.DayOf(e.At)] = true
	return m.write(ctx, tx)
}

// folded is one ticket ready to be written.
type folded struct {
	ticketFacts
	pos int64 // of the note that it answers
	out []Observation

	openBusiness, waitBusiness int64
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
	for {
		var stale []struct {
			TicketID events.ID
			Pos      int64
		}
		err := r.log.Read().NewRaw(`SELECT ticket_id, pos FROM stale_tickets WHERE pos <= ? ORDER BY ticket_id LIMIT ?`, upTo, staleAtOnce).Scan(ctx, &stale)
		if err != nil {
			return fmt.Errorf("list stale tickets: %w", err)
		}
		if len(stale) == 0 {
			return nil
		}
		for some := range slices.Chunk(stale, factsAUnit) {
			list := make([]folded, len(some))
			for i, s := range some {
				if list[i], err = r.foldTicket(ctx, snap, s.TicketID); err != nil {
					return err
				}
				list[i].pos = s.Pos
			}
			if err := r.writeFacts(ctx, NewCalendar(snap.Settings), list); err != nil {
				return err
			}
		}
	}
}

func (r *Rollups) foldTicket(ctx context.Context, snap *tickets.Snapshot, ticket events.ID) (folded, error) {
	o, kinds := newObserver(ticket, snap.HoursOf), ticketKinds()
	for after := int64(0); ; {
		evs, err := r.log.Of(ctx, ticket, after, 1000, false)
		if err != nil {
			return folded{}, err
		}
		for i := range evs {
			after = evs[i].Seq
			if !slices.Contains(kinds, evs[i].Kind) {
				continue
			}
			if _, err := r.log.Decode(&evs[i]); err != nil {
				return folded{}, err
			}
			o.fold(evs[i])
		}
		if len(evs) < 1000 {
			break
		}
	}
	f := folded{out: o.done(), ticketFacts: o.ticketFacts}
	for _, s := range f.OpenSpans {
		f.openBusiness += s.Length(snap.HoursOf(f.Opened.Inbox, s.Team, s.From)).Milliseconds()
	}
	for _, s := range f.Waits {
		f.waitBusiness += s.Length(snap.HoursOf(f.Opened.Inbox, s.Team, s.From)).Milliseconds()
	}
	return f, nil
}

// writeFacts replaces the rows of some tickets, and marks the days on which something changed.
func (r *Rollups) writeFacts(ctx context.Context, cal Calendar, list []folded) error {
	u := events.Unit{By: events.SystemActor, Background: true}
	err := r.log.Write(ctx, u, func(ctx context.Context, tx *events.Tx) error {
		m := newMarks(cal, tx.Now)
		for i := range list {
			if err := replaceFacts(ctx, tx, &list[i], m.changed); err != nil {
				return err
			}
		}
		return m.write(ctx, tx)
	})
	if err != nil {
		return fmt.Errorf("write facts: %w", err)
	}
	return nil
}

func replaceFacts(ctx context.Context, tx *events.Tx, f *folded, changed func(was, is *Observation)) error {
	lock := ""
	if tx.Dialect() == "postgres" {
		lock = " FOR UPDATE" // two nodes may fold the same ticket
	}
	var pos, seq []int64
	if err := tx.NewRaw(`SELECT pos FROM stale_tickets WHERE ticket_id = ?`+lock, f.ticket).Scan(ctx, &pos); err != nil {
		return err
	}
	if len(pos) == 0 {
		return nil // another node was faster
	}
	if err := tx.NewRaw(`SELECT seq FROM ticket_facts WHERE ticket_id = ?`, f.ticket).Scan(ctx, &seq); err != nil {
		return err
	}
	if len(seq) == 1 && seq[0] > f.seq {
		return nil
	}
	if _, err := tx.NewRaw(`DELETE FROM stale_tickets WHERE ticket_id = ? AND pos = ?`, f.ticket, f.pos).Exec(ctx); err != nil {
		return err
	}
	if f.OpenedAt == 0 {
		return nil
	}
	if err := replaceObservations(ctx, tx, f, changed); err != nil {
		return err
	}
	if _, err := tx.NewRaw(`DELETE FROM ticket_facts WHERE ticket_id = ?`, f.ticket).Exec(ctx); err != nil {
		return err
	}
	return tx.Insert(ctx, "ticket_facts", factColumns(), [][]any{f.row()})
}

func factColumns() []string {
	return []string{"ticket_id", "seq", "definition_version", "inbox_id", "team_id", "agent_id", "channel", "customer_id",
		"opened_at", "first_customer_at", "first_response_at", "first_resolved_at", "last_resolved_at", "left_at", "resolves",
		"reopens", "handoffs", "owners", "human_messages", "open_ms", "open_business_ms", "wait_ms", "wait_business_ms",
		"imported", "excluded"}
}

func (f *folded) row() []any {
	var last events.Time
	var agent events.ID
	if n := len(f.Resolves); n > 0 {
		last, agent = f.Resolves[n-1].At, f.Resolves[n-1].Owner
	} else if n := len(f.Owners); n > 0 {
		agent = f.Owners[n-1]
	}
	return []any{f.ticket, f.seq, tickets.DefinitionVersion, f.Opened.Inbox, f.team, agent, string(f.Opened.Channel), f.customer,
		f.OpenedAt, f.FirstCustomerAt, f.FirstResponse.To, f.firstResolve, last, f.LeftAt, len(f.Resolves),
		len(f.Reopens), len(f.Moves), len(f.Owners), f.HumanMessages, tickets.Total(f.OpenSpans, nil).Milliseconds(), f.openBusiness,
		tickets.Total(f.Waits, nil).Milliseconds(), f.waitBusiness, f.Imported, f.Spam || f.Merged}
}

func replaceObservations(ctx context.Context, tx *events.Tx, f *folded, changed func(was, is *Observation)) error {
	var rows []observationRow
	if err := tx.NewRaw(`SELECT `+observationList+` FROM observations WHERE ticket_id = ?`, f.ticket).Scan(ctx, &rows); err != nil {
		return err
	}
	type key struct {
		figure Key
		n      int64
	}
	old := map[key]Observation{}
	for i := range rows {
		old[key{rows[i].Figure, rows[i].N}] = rows[i].observation()
	}
	same := len(old) == len(f.out)
	for i := range f.out {
		is := &f.out[i]
		was, ok := old[key{is.Figure, is.N}]
		delete(old, key{is.Figure, is.N})
		switch {
		case !ok:
			changed(nil, is)
		case was != *is:
			changed(&was, is)
		default:
			continue
		}
		same = false
	}
	for _, was := range old {
		changed(&was, nil)
	}
	if same {
		return nil
	}
	if _, err := tx.NewRaw(`DELETE FROM observations WHERE ticket_id = ?`, f.ticket).Exec(ctx); err != nil {
		return err
	}
	values := make([][]any, len(f.out))
	for i := range f.out {
		values[i] = f.out[i].row()
	}
	return tx.Insert(ctx, "observations", strings.Split(observationList, ", "), values)
}
