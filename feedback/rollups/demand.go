package rollups

import (
	"context"
	"fmt"
	"time"

	"heard/tickets"
	"heard/tickets/events"
)

// Demand is what customers brought in a stretch of time, and which agents were there for it: what a simulation plays
// again.
type Demand struct {
	Tickets []Demanded
	Online  map[events.ID][]tickets.Span // of each agent, cut to the stretch
}

// Demanded is one ticket.
type Demanded struct {
	Team     events.ID
	Channel  tickets.Channel
	Priority tickets.Priority
	At       events.Time
	Waited   time.Duration // in its first queue; only if an agent had it
	Held     time.Duration // while it was open and some agent's; 0: never was, or imported
	Patience time.Duration // after which the customer left unanswered; 0: did not
}

// DemandOf reads the tickets that were opened in [from, to), the oldest first, without spam and merged ones. The
// figures must have caught up with the log.
func (r *Rollups) DemandOf(ctx context.Context, from, to events.Time) (*Demand, error) {
	var rows []struct {
		TeamID                  events.ID
		Channel                 tickets.Channel
		Priority                tickets.Priority
		OpenedAt, LeftAt        events.Time
		HeldMs, WaitedMs, Owned int64
	}
	err := r.log.Read().NewRaw(`SELECT f.team_id, f.channel, t.priority, f.opened_at, f.left_at,
		COALESCE((SELECT SUM(CASE WHEN o.until_at = 0 THEN ? ELSE o.until_at END - o.at) FROM observations o WHERE o.ticket_id = f.ticket_id AND o.figure = ?), 0) AS held_ms,
		COALESCE((SELECT SUM(q.calendar_ms) FROM observations q WHERE q.ticket_id = f.ticket_id AND q.figure = ? AND q.n = 1), 0) AS waited_ms,
		(SELECT COUNT(*) FROM observations q WHERE q.ticket_id = f.ticket_id AND q.figure = ?) AS owned
		FROM ticket_facts f JOIN tickets t ON t.id = f.ticket_id
		WHERE f.opened_at >= ? AND f.opened_at < ? AND NOT f.excluded ORDER BY f.opened_at, f.ticket_id`,
		to, string(work), string(QueueWait), string(QueueWait), from, to).Scan(ctx, &rows)
	if err != nil {
		return nil, fmt.Errorf("read what customers brought: %w", err)
	}
	d := &Demand{Online: map[events.ID][]tickets.Span{}}
	for _, row := range rows {
		t := Demanded{Team: row.TeamID, Channel: row.Channel, Priority: row.Priority, At: row.OpenedAt,
			Waited: time.Duration(row.WaitedMs) * time.Millisecond, Held: time.Duration(max(0, row.HeldMs)) * time.Millisecond}
		if row.LeftAt > row.OpenedAt && (row.Owned == 0 || row.OpenedAt.Add(t.Waited) > row.LeftAt) {
			t.Patience = row.LeftAt.Sub(row.OpenedAt)
		}
		d.Tickets = append(d.Tickets, t)
	}
	return d, r.whoWasThere(ctx, d, from, to)
}

func (r *Rollups) whoWasThere(ctx context.Context, d *Demand, from, to events.Time) error {
	var spans []struct {
		AgentID      events.ID
		FromAt, ToAt events.Time
	}
	err := r.log.Read().NewRaw(`SELECT agent_id, from_at, to_at FROM online_spans WHERE from_at < ? AND (to_at = 0 OR to_at > ?)
		ORDER BY agent_id, from_at`, to, from).Scan(ctx, &spans)
	if err != nil {
		return fmt.Errorf("read time online: %w", err)
	}
	for _, s := range spans {
		end := to
		if s.ToAt != 0 {
			end = min(to, s.ToAt)
		}
		d.Online[s.AgentID] = append(d.Online[s.AgentID], tickets.Span{From: max(from, s.FromAt), To: end, Agent: s.AgentID})
	}
	return nil
}
