package rollups

import (
	"context"
	"encoding/json"
	"fmt"

	"heard/tickets"
	"heard/tickets/events"
)

// Recompute makes everything that is derived from the log again: facts and observations of every ticket, stretches
// online, days and months. It may run beside a server. Rows change only where they differ, and finished weeks are told
// again only where something did.
func (r *Rollups) Recompute(ctx context.Context) error {
	if err := r.restateOnline(ctx); err != nil {
		return fmt.Errorf("time online: %w", err)
	}
	err := r.eachTicket(ctx, func(ids []events.ID) error {
		return r.background(ctx, func(ctx context.Context, tx *events.Tx) error {
			_, err := tx.NewRaw(`INSERT INTO stale_tickets (ticket_id, pos) SELECT id, 1 FROM tickets WHERE id >= ? AND id <= ?
				ON CONFLICT (ticket_id) DO NOTHING`, ids[0], ids[len(ids)-1]).Exec(ctx)
			return err
		})
	})
	if err != nil {
		return fmt.Errorf("note all tickets: %w", err)
	}
	err = r.background(ctx, func(ctx context.Context, tx *events.Tx) error {
		for _, table := range []string{"observations", "ticket_facts", "handling_days"} {
			if _, err := tx.NewRaw(`DELETE FROM ` + table + ` WHERE ticket_id NOT IN (SELECT id FROM tickets)`).Exec(ctx); err != nil {
				return err
			}
		}
		_, err := tx.NewRaw(`UPDATE fact_periods SET definition_version = 0`).Exec(ctx)
		return err
	})
	if err != nil {
		return fmt.Errorf("forget the days: %w", err)
	}
	if err := r.Refresh(ctx); err != nil {
		return err
	}
	return r.Days(ctx)
}

func (r *Rollups) background(ctx context.Context, fn func(ctx context.Context, tx *events.Tx) error) error {
	return r.log.Write(ctx, events.Unit{By: events.SystemActor, Background: true}, fn)
}

// eachTicket calls fn with the ids of all tickets, some at a time, in order.
func (r *Rollups) eachTicket(ctx context.Context, fn func(ids []events.ID) error) error {
	for after := events.ID(0); ; {
		var ids []events.ID
		if err := r.log.Read().NewRaw(`SELECT id FROM tickets WHERE id > ? ORDER BY id LIMIT ?`, after, staleAtOnce).Scan(ctx, &ids); err != nil {
			return err
		}
		if len(ids) == 0 {
			return nil
		}
		if err := fn(ids); err != nil {
			return err
		}
		after = ids[len(ids)-1]
	}
}

// onlineInLog folds the stretches online from the log, as far as the consumer has read it.
func (r *Rollups) onlineInLog(ctx context.Context) (map[onlineSpan]bool, error) {
	var rows []struct {
		At   events.Time
		Data string
	}
	err := r.log.Read().NewRaw(`SELECT at, data FROM events WHERE kind = ? AND pos <= (SELECT pos FROM cursors WHERE name = 'rollups') ORDER BY pos`,
		tickets.AvailabilityChanged{}.EventKind()).Scan(ctx, &rows)
	if err != nil {
		return nil, fmt.Errorf("read who was online: %w", err)
	}
	now := onlineNow{open: map[events.ID]events.Time{}}
	for _, row := range rows {
		var c tickets.AvailabilityChanged
		if err := json.Unmarshal([]byte(row.Data), &c); err != nil {
			return nil, fmt.Errorf("read who was online: %w", err)
		}
		now.turn(c.Agent, row.At, c.To == tickets.Online)
	}
	newest := map[[2]int64]onlineSpan{}
	for _, s := range now.changed {
		newest[[2]int64{int64(s.AgentID), int64(s.FromAt)}] = s
	}
	out := make(map[onlineSpan]bool, len(newest))
	for _, s := range newest {
		out[s] = true
	}
	return out, nil
}

func (r *Rollups) onlineStored(ctx context.Context) (map[onlineSpan]bool, error) {
	var rows []onlineSpan
	if err := r.log.Read().NewRaw(`SELECT agent_id, from_at, to_at FROM online_spans`).Scan(ctx, &rows); err != nil {
		return nil, fmt.Errorf("read time online: %w", err)
	}
	out := make(map[onlineSpan]bool, len(rows))
	for _, s := range rows {
		out[s] = true
	}
	return out, nil
}

// restateOnline puts right the stretches that the log tells otherwise.
func (r *Rollups) restateOnline(ctx context.Context) error {
	want, err := r.onlineInLog(ctx)
	if err != nil {
		return err
	}
	have, err := r.onlineStored(ctx)
	if err != nil {
		return err
	}
	return r.background(ctx, func(ctx context.Context, tx *events.Tx) error {
		for s := range have {
			if !want[s] {
				_, err := tx.NewRaw(`DELETE FROM online_spans WHERE agent_id = ? AND from_at = ? AND to_at = ?`, s.AgentID, s.FromAt, s.ToAt).Exec(ctx)
				if err != nil {
					return err
				}
			}
		}
		for s := range want {
			if !have[s] {
				_, err := tx.NewRaw(`INSERT INTO online_spans (agent_id, from_at, to_at) VALUES (?, ?, ?) ON CONFLICT (agent_id, from_at) DO NOTHING`,
					s.AgentID, s.FromAt, s.ToAt).Exec(ctx)
				if err != nil {
					return err
				}
			}
		}
		return nil
	})
}
