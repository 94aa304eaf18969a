package rollups

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"slices"
	"time"

	"heard/feedback/stats"
	"heard/tickets"
	"heard/tickets/events"

	"github.com/uptrace/bun"
)

// place is what handling time of a day is summed by.
type place struct {
	agent, inbox, team events.ID
	channel            tickets.Channel
}

// agentDay is what one agent did on one day.
type agentDay struct {
	work     []tickets.Work
	online   []tickets.Span
	at       map[events.ID]place // of each ticket
	messages map[events.ID]int64 // in imported tickets
}

// agentDays reads what agents did in [from, to), cut to it.
func agentDays(ctx context.Context, db bun.IDB, from, to events.Time) (map[events.ID]*agentDay, error) {
	out := map[events.ID]*agentDay{}
	of := func(agent events.ID) *agentDay {
		if out[agent] == nil {
			out[agent] = &agentDay{at: map[events.ID]place{}, messages: map[events.ID]int64{}}
		}
		return out[agent]
	}
	var rows []observationRow
	err := db.NewRaw(`SELECT `+observationList+` FROM observations WHERE `+stillStanding+` = ? AND at < ?
		UNION ALL SELECT `+observationList+` FROM observations WHERE figure = ? AND until_at > ? AND until_at > 0 AND `+beganBefore(db)+` < ?
		UNION ALL SELECT `+observationList+` FROM observations WHERE figure = ? AND at >= ? AND at < ?`,
		string(work), to, string(work), from, to, string(message), from, to).Scan(ctx, &rows)
	if err != nil {
		return nil, fmt.Errorf("read work: %w", err)
	}
	slices.SortFunc(rows, func(a, b observationRow) int {
		return cmp.Or(cmp.Compare(a.TicketID, b.TicketID), cmp.Compare(a.Figure, b.Figure), cmp.Compare(a.N, b.N))
	})
	for i := range rows {
		row := &rows[i]
		a := of(row.AgentID)
		a.at[row.TicketID] = place{row.AgentID, row.InboxID, row.TeamID, row.Channel}
		if row.Figure == message {
			a.messages[row.TicketID]++
			continue
		}
		end := to
		if row.UntilAt != 0 {
			end = min(to, row.UntilAt)
		}
		a.work = append(a.work, tickets.Work{Ticket: row.TicketID, Agent: row.AgentID, From: max(from, row.At), To: end})
	}
	var spans []struct {
		AgentID      events.ID
		FromAt, ToAt events.Time
	}
	err = db.NewRaw(`SELECT agent_id, from_at, to_at FROM online_spans WHERE from_at < ? AND (to_at = 0 OR to_at > ?) ORDER BY agent_id, from_at`,
		to, from).Scan(ctx, &spans)
	if err != nil {
		return nil, fmt.Errorf("read time online: %w", err)
	}
	for _, s := range spans {
		end := to
		if s.ToAt != 0 {
			end = min(to, s.ToAt)
		}
		a := of(s.AgentID)
		a.online = append(a.online, tickets.Span{From: max(from, s.FromAt), To: end})
	}
	return out, nil
}

// sortedIDs are the keys of a map in order.
func sortedIDs[V any](m map[events.ID]V) []events.ID { return slices.Sorted(maps.Keys(m)) }

// HandlingTime is what agents spent on a ticket.
type HandlingTime struct {
	Time      time.Duration
	Estimated bool // from the number of agent messages: the ticket was imported
}

const (
	rateFrom    = 20              // tickets that a desk's own rate needs
	assumedRate = 3 * time.Minute // a message, where the desk has none yet
)

// MinutesAMessage is the desk's median handling time for one agent message, by which imported tickets are estimated.
func (r *Rollups) MinutesAMessage(ctx context.Context) (time.Duration, error) {
	var rows []struct{ Ms, Messages int64 }
	err := r.log.Read().NewRaw(`SELECT SUM(h.ms) AS ms, MAX(f.human_messages) AS messages FROM handling_days AS h
		JOIN ticket_facts AS f ON f.ticket_id = h.ticket_id
		WHERE f.human_messages > 0 AND f.last_resolved_at > 0 AND h.ms > 0 GROUP BY h.ticket_id ORDER BY h.ticket_id DESC LIMIT 2000`).Scan(ctx, &rows)
	if err != nil {
		return 0, fmt.Errorf("read handling times: %w", err)
	}
	if len(rows) < rateFrom {
		return assumedRate, nil
	}
	rates := make([]float64, len(rows))
	for i, row := range rows {
		rates[i] = float64(row.Ms) / float64(row.Messages)
	}
	return time.Duration(stats.Median(rates)) * time.Millisecond, nil
}

// HandlingOf returns what agents spent on tickets; those that nobody worked on are absent.
func (r *Rollups) HandlingOf(ctx context.Context, list []events.ID) (map[events.ID]HandlingTime, error) {
	rate, err := r.MinutesAMessage(ctx)
	if err != nil {
		return nil, err
	}
	out := map[events.ID]HandlingTime{}
	for some := range slices.Chunk(list, 500) {
		var rows []struct {
			TicketID     events.ID
			Ms, Messages int64
		}
		err := r.log.Read().NewRaw(`SELECT ticket_id, SUM(ms) AS ms, SUM(messages) AS messages FROM handling_days
			WHERE ticket_id IN (?) GROUP BY ticket_id`, bun.List(some)).Scan(ctx, &rows)
		if err != nil {
			return nil, fmt.Errorf("read handling times: %w", err)
		}
		for _, row := range rows {
			t := time.Duration(row.Ms)*time.Millisecond + time.Duration(row.Messages)*rate
			out[row.TicketID] = HandlingTime{t, row.Messages > 0}
		}
	}
	return out, nil
}

// handling computes who spent how much time on what, and who was there.
func (d *dayFacts) handling(ctx context.Context) error {
	agents, err := agentDays(ctx, d.db, d.from, d.now)
	if err != nil {
		return err
	}
	var ids []events.ID
	for _, a := range agents {
		for id := range a.at {
			ids = append(ids, id)
		}
	}
	if err := d.themesOf(ctx, ids); err != nil {
		return err
	}
	for _, agent := range sortedIDs(agents) {
		a := agents[agent]
		h := tickets.HandlingTimes(a.work, map[events.ID][]tickets.Span{agent: a.online})
		owned := map[events.ID]int64{}
		for _, w := range a.work {
			owned[w.Ticket] += max(0, int64(w.To-w.From))
		}
		for _, ticket := range sortedIDs(a.at) {
			d.spent(agent, ticket, a, h.ByTicket[ticket].Milliseconds(), owned[ticket])
		}
		if ms := h.Online[agent].Milliseconds(); ms > 0 {
			d.each(Online, place{agent: agent}, theme{}, func(c *cell) { c.n, c.calendar.ms = c.n+1, c.calendar.ms+ms })
		}
	}
	return nil
}

// spent counts what an agent spent on one ticket.
func (d *dayFacts) spent(agent, ticket events.ID, a *agentDay, ms, owned int64) {
	messages := a.messages[ticket]
	if ms > 0 || messages > 0 {
		d.times = append(d.times, []any{d.cal.DayOf(d.from), agent, ticket, ms, messages})
		d.each(Handling, a.at[ticket], d.themes[ticket], func(c *cell) {
			c.n, c.hits, c.calendar.ms = c.n+1, c.hits+int(messages), c.calendar.ms+ms
		})
	}
	if owned > 0 {
		d.each(Ownership, a.at[ticket], d.themes[ticket], func(c *cell) { c.n, c.calendar.ms = c.n+1, c.calendar.ms+owned })
	}
}
