package rollups

import (
	"context"
	"fmt"
	"strings"

	"heard/tickets"
	"heard/tickets/events"

	"github.com/uptrace/bun"
)

// folded is one ticket ready to be written.
type folded struct {
	ticketFacts
	pos int64 // of the note that it answers
	out []Observation

	openBusiness, waitBusiness int64
}

// foldTickets reads the events of tickets together and folds them. The list ascends.
func (r *Rollups) foldTickets(ctx context.Context, snap *tickets.Snapshot, list []stale) ([]folded, error) {
	ids, histories := make([]events.ID, len(list)), make(map[events.ID][]events.Event, len(list))
	for i, s := range list {
		ids[i] = s.TicketID
	}
	err := r.log.OfEach(ctx, ids, ticketKinds(), func(e *events.Event) error {
		if _, err := r.log.Decode(e); err != nil {
			return err
		}
		histories[e.TicketID] = append(histories[e.TicketID], *e)
		return nil
	})
	if err != nil {
		return nil, err
	}
	out := make([]folded, len(list))
	for i, s := range list {
		o := newObserver(s.TicketID, snap.HoursOf)
		for _, e := range tickets.WithoutUndone(histories[s.TicketID]) {
			o.fold(e)
		}
		out[i] = finished(snap, o)
		out[i].pos = s.Pos
	}
	return out, nil
}

// finished is what an observer found in the whole history of a ticket.
func finished(snap *tickets.Snapshot, o *observer) folded {
	f := folded{out: o.done(), ticketFacts: o.ticketFacts}
	for _, s := range f.OpenSpans {
		f.openBusiness += s.Length(snap.HoursOf(f.Opened.Inbox, s.Team, s.From)).Milliseconds()
	}
	for _, s := range f.Waits {
		f.waitBusiness += s.Length(snap.HoursOf(f.Opened.Inbox, s.Team, s.From)).Milliseconds()
	}
	return f
}

// Told writes the facts of tickets whose whole histories the unit has recorded just now: nobody needs to read them
// again. Whoever calls it sees to it that the consumer passes over these events.
func (r *Rollups) Told(ctx context.Context, tx *events.Tx, histories [][]events.Event) error {
	snap, err := r.dir.Snapshot(ctx)
	if err != nil {
		return err
	}
	kinds := map[string]bool{}
	for _, kind := range ticketKinds() {
		kinds[kind] = true
	}
	m := newMarks(NewCalendar(snap.Settings), tx.Now)
	list := make([]folded, 0, len(histories))
	for _, evs := range histories {
		if len(evs) == 0 {
			continue
		}
		o := newObserver(evs[0].TicketID, snap.HoursOf)
		for _, e := range evs {
			if kinds[e.Kind] {
				o.fold(e)
			}
		}
		list = append(list, finished(snap, o))
	}
	for i := range list {
		for j := range list[i].out {
			m.changed(nil, &list[i].out[j])
		}
	}
	if err := insertFacts(ctx, tx, list); err != nil {
		return err
	}
	return m.write(ctx, tx)
}

// writeFacts replaces the rows of some tickets, and marks the days on which something changed.
func (r *Rollups) writeFacts(ctx context.Context, cal Calendar, list []folded) error {
	u := events.Unit{By: events.SystemActor, Background: true}
	err := r.log.Write(ctx, u, func(ctx context.Context, tx *events.Tx) error {
		m := newMarks(cal, tx.Now)
		if err := replaceFacts(ctx, tx, list, m.changed); err != nil {
			return err
		}
		return m.write(ctx, tx)
	})
	if err != nil {
		return fmt.Errorf("write facts: %w", err)
	}
	return nil
}

func replaceFacts(ctx context.Context, tx *events.Tx, list []folded, changed func(was, is *Observation)) error {
	list, err := claimStale(ctx, tx, list)
	if err != nil || len(list) == 0 {
		return err
	}
	ids := make([]events.ID, len(list))
	for i := range list {
		ids[i] = list[i].ticket
	}
	differ, err := compareObservations(ctx, tx, list, ids, changed)
	if err != nil {
		return err
	}
	gone := append([]events.ID{0}, differ...)
	if _, err := tx.NewRaw(`DELETE FROM observations WHERE ticket_id IN (?)`, bun.List(gone)).Exec(ctx); err != nil {
		return err
	}
	if _, err := tx.NewRaw(`DELETE FROM ticket_facts WHERE ticket_id IN (?)`, bun.List(ids)).Exec(ctx); err != nil {
		return err
	}
	stays := map[events.ID]bool{}
	for _, id := range ids {
		stays[id] = true
	}
	for _, id := range differ {
		delete(stays, id)
	}
	for i := range list {
		if stays[list[i].ticket] {
			list[i].out = nil // they stand as they are
		}
	}
	return insertFacts(ctx, tx, list)
}

// claimStale locks the notes of tickets, takes those away that are answered, and returns the tickets whose facts are to
// be written: not those that another node was faster with.
func claimStale(ctx context.Context, tx *events.Tx, list []folded) ([]folded, error) {
	lock := ""
	if tx.Dialect() == "postgres" {
		lock = " FOR UPDATE" // two nodes may fold the same ticket
	}
	ids := make([]events.ID, len(list))
	for i := range list {
		ids[i] = list[i].ticket
	}
	var noted []stale
	err := tx.NewRaw(`SELECT ticket_id, pos FROM stale_tickets WHERE ticket_id IN (?) ORDER BY ticket_id`+lock, bun.List(ids)).Scan(ctx, &noted)
	if err != nil {
		return nil, err
	}
	var have []struct {
		TicketID events.ID
		Seq      int64
	}
	if err := tx.NewRaw(`SELECT ticket_id, seq FROM ticket_facts WHERE ticket_id IN (?)`, bun.List(ids)).Scan(ctx, &have); err != nil {
		return nil, err
	}
	pos, seq := map[events.ID]int64{}, map[events.ID]int64{}
	for _, n := range noted {
		pos[n.TicketID] = n.Pos
	}
	for _, h := range have {
		seq[h.TicketID] = h.Seq
	}
	var mine []folded
	answered := []events.ID{0}
	for _, f := range list {
		if pos[f.ticket] == 0 || seq[f.ticket] > f.seq {
			continue
		}
		if pos[f.ticket] == f.pos {
			answered = append(answered, f.ticket)
		}
		if f.OpenedAt != 0 {
			mine = append(mine, f)
		}
	}
	_, err = tx.NewRaw(`DELETE FROM stale_tickets WHERE ticket_id IN (?)`, bun.List(answered)).Exec(ctx)
	return mine, err
}

// compareObservations tells what changed, and returns the tickets whose observations are to be written anew.
func compareObservations(ctx context.Context, tx *events.Tx, list []folded, ids []events.ID, changed func(was, is *Observation)) ([]events.ID, error) {
	var rows []observationRow
	if err := tx.NewRaw(`SELECT `+observationList+` FROM observations WHERE ticket_id IN (?)`, bun.List(ids)).Scan(ctx, &rows); err != nil {
		return nil, err
	}
	type key struct {
		figure Key
		n      int64
	}
	old := make(map[events.ID]map[key]Observation, len(list))
	for i := range rows {
		of := old[rows[i].TicketID]
		if of == nil {
			of = map[key]Observation{}
			old[rows[i].TicketID] = of
		}
		of[key{rows[i].Figure, rows[i].N}] = rows[i].observation()
	}
	var differ []events.ID
	for i := range list {
		f, was := &list[i], old[list[i].ticket]
		same := len(was) == len(f.out)
		for j := range f.out {
			is := &f.out[j]
			k := key{is.Figure, is.N}
			before, ok := was[k]
			delete(was, k)
			switch {
			case !ok:
				changed(nil, is)
			case before != *is:
				changed(&before, is)
			default:
				continue
			}
			same = false
		}
		for _, before := range was {
			changed(&before, nil)
		}
		if !same {
			differ = append(differ, f.ticket)
		}
	}
	return differ, nil
}

// insertFacts adds the rows of tickets that have none.
func insertFacts(ctx context.Context, tx *events.Tx, list []folded) error {
	facts, n := make([][]any, len(list)), 0
	for i := range list {
		facts[i], n = list[i].row(), n+len(list[i].out)
	}
	rows := make([][]any, 0, n)
	for i := range list {
		for j := range list[i].out {
			rows = append(rows, list[i].out[j].row())
		}
	}
	if err := tx.Insert(ctx, "observations", strings.Split(observationList, ", "), rows); err != nil {
		return err
	}
	return tx.Insert(ctx, "ticket_facts", factColumns(), facts)
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
