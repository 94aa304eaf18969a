package rollups

import (
	"context"
	"fmt"
	"strings"

	"heard/tickets/events"

	"github.com/uptrace/bun"
)

// mostNamed is how many differences are told one by one.
const mostNamed = 20

// Verified is what a comparison of the stored facts with the log found.
type Verified struct {
	Tickets, Observations, Periods, Rows int
	Skipped                              int // changed meanwhile: they will be made again
	Differences                          int
	Named                                []string // the first of them
}

func (v *Verified) differs(format string, args ...any) {
	if v.Differences++; len(v.Named) < mostNamed {
		v.Named = append(v.Named, fmt.Sprintf(format, args...))
	}
}

// Verify folds every ticket from the log again, makes every day and month again in memory, and compares them with what
// is stored. It changes nothing but what is known to be out of date, and may run beside a server: what changes meanwhile
// is passed over and counted.
func (r *Rollups) Verify(ctx context.Context) (*Verified, error) {
	if err := r.Refresh(ctx); err != nil {
		return nil, err
	}
	if err := r.Days(ctx); err != nil {
		return nil, err
	}
	v := &Verified{}
	if err := r.eachTicket(ctx, func(ids []events.ID) error { return r.verifyTickets(ctx, v, ids) }); err != nil {
		return nil, fmt.Errorf("compare tickets: %w", err)
	}
	for _, check := range []func(context.Context, *Verified) error{r.verifyOrphans, r.verifyOnline, r.verifyDays} {
		if err := check(ctx, v); err != nil {
			return nil, err
		}
	}
	return v, nil
}

// verifyTickets compares some tickets with their logs.
func (r *Rollups) verifyTickets(ctx context.Context, v *Verified, ids []events.ID) error {
	snap, err := r.dir.Snapshot(ctx)
	if err != nil {
		return err
	}
	list := make([]stale, len(ids))
	for i, id := range ids {
		list[i] = stale{TicketID: id}
	}
	folds, err := r.foldTickets(ctx, snap, list)
	if err != nil {
		return err
	}
	facts, err := r.storedFacts(ctx, ids)
	if err != nil {
		return err
	}
	rows, err := r.scan(ctx, r.log.Read(), `ticket_id IN (?) ORDER BY ticket_id, figure, n`, bun.List(ids))
	if err != nil {
		return err
	}
	observed := map[events.ID]map[string]Observation{}
	for _, o := range rows {
		if observed[o.Ticket] == nil {
			observed[o.Ticket] = map[string]Observation{}
		}
		observed[o.Ticket][fmt.Sprint(o.Figure, " ", o.N)] = o
	}
	var moving []events.ID // read last: whatever changed since is among them
	if err := r.log.Read().NewRaw(`SELECT ticket_id FROM stale_tickets WHERE ticket_id IN (?)`, bun.List(ids)).Scan(ctx, &moving); err != nil {
		return err
	}
	skip := map[events.ID]bool{}
	for _, id := range moving {
		skip[id] = true
	}
	for i := range folds {
		f := &folds[i]
		if skip[f.ticket] || f.OpenedAt != 0 && facts[f.ticket] != "" && !strings.HasPrefix(facts[f.ticket], fmt.Sprintf("%d %d ", f.ticket, f.seq)) && r.grew(ctx, f) {
			v.Skipped++
			continue
		}
		v.Tickets++
		v.ticket(f, facts[f.ticket], observed[f.ticket])
	}
	return nil
}

// grew tells whether a ticket's log is longer than what was folded, or than what the consumer has noticed.
func (r *Rollups) grew(ctx context.Context, f *folded) bool {
	var pos, read int64
	err := r.log.Read().NewRaw(`SELECT COALESCE(MAX(pos), 0) FROM events WHERE ticket_id = ?`, f.ticket).Scan(ctx, &pos)
	if err == nil {
		err = r.log.Read().NewRaw(`SELECT pos FROM cursors WHERE name = 'rollups'`).Scan(ctx, &read)
	}
	return err == nil && pos > read
}

// ticket compares one ticket.
func (v *Verified) ticket(f *folded, stored string, observed map[string]Observation) {
	want := ""
	if f.OpenedAt != 0 {
		want = factsText(f.row())
	} else {
		f.out = nil
	}
	if want != stored {
		v.differs("ticket %d: its facts are %q, the log says %q", f.ticket, stored, want)
	}
	v.Observations += len(f.out)
	for _, o := range f.out {
		name := fmt.Sprint(o.Figure, " ", o.N)
		was, ok := observed[name]
		delete(observed, name)
		switch {
		case !ok:
			v.differs("ticket %d: %s is missing", f.ticket, name)
		case was != o:
			v.differs("ticket %d: %s is %+v, the log says %+v", f.ticket, name, was, o)
		}
	}
	for name := range observed {
		v.differs("ticket %d: %s is in no log", f.ticket, name)
	}
}

// storedFacts reads the rows of tickets as text.
func (r *Rollups) storedFacts(ctx context.Context, ids []events.ID) (map[events.ID]string, error) {
	columns := strings.Join(factColumns(), ", ")
	columns = strings.NewReplacer(", imported", ", CASE WHEN imported THEN 1 ELSE 0 END", ", excluded", ", CASE WHEN excluded THEN 1 ELSE 0 END").Replace(columns)
	rows, err := r.log.Read().QueryContext(ctx, `SELECT `+columns+` FROM ticket_facts WHERE ticket_id IN (?)`, bun.List(ids))
	if err != nil {
		return nil, fmt.Errorf("read facts: %w", err)
	}
	defer rows.Close()
	out := map[events.ID]string{}
	for rows.Next() {
		values, into := make([]any, len(factColumns())), make([]any, len(factColumns()))
		for i := range values {
			into[i] = &values[i]
		}
		if err := rows.Scan(into...); err != nil {
			return nil, fmt.Errorf("read facts: %w", err)
		}
		if id, ok := values[0].(int64); ok {
			out[events.ID(id)] = factsText(values)
		}
	}
	return out, rows.Err()
}

// factsText is a row of facts in one form, whichever database it came from.
func factsText(row []any) string {
	words := make([]string, len(row))
	for i, v := range row {
		switch x := v.(type) {
		case bool:
			words[i] = map[bool]string{true: "1", false: "0"}[x]
		case []byte:
			words[i] = string(x)
		case events.ID:
			words[i] = number(x)
		case events.Time:
			words[i] = number(events.ID(x))
		default:
			words[i] = fmt.Sprint(x)
		}
	}
	return strings.Join(words, " ")
}

// verifyOrphans looks for rows of tickets that there are not.
func (r *Rollups) verifyOrphans(ctx context.Context, v *Verified) error {
	for _, table := range []string{"observations", "ticket_facts", "handling_days"} {
		var ids []events.ID
		err := r.log.Read().NewRaw(`SELECT DISTINCT ticket_id FROM `+table+` WHERE ticket_id NOT IN (SELECT id FROM tickets) LIMIT ?`, mostNamed).Scan(ctx, &ids)
		if err != nil {
			return fmt.Errorf("look for tickets that are not there: %w", err)
		}
		for _, id := range ids {
			v.differs("%s: there is no ticket %d", table, id)
		}
	}
	return nil
}

func (r *Rollups) verifyOnline(ctx context.Context, v *Verified) error {
	want, err := r.onlineInLog(ctx)
	if err != nil {
		return err
	}
	have, err := r.onlineStored(ctx)
	if err != nil {
		return err
	}
	for s := range have {
		if !want[s] {
			v.differs("agent %d: online from %s to %s is in no log", s.AgentID, s.FromAt, s.ToAt)
		}
	}
	for s := range want {
		if !have[s] {
			v.differs("agent %d: online from %s to %s is missing", s.AgentID, s.FromAt, s.ToAt)
		}
	}
	return nil
}
