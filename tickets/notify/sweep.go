package notify

import (
	"context"
	"fmt"
	"slices"
	"time"

	"heard/tickets"
	"heard/tickets/events"

	"github.com/uptrace/bun"
)

const (
	waitsAfter = 20 * time.Second // how long a chat waits before everybody of its team hears of it
	waitsNews  = time.Hour        // what waits for longer is no news
	maxTold    = 50               // members of a team

	keepFor  = 60 * 24 * time.Hour
	keepRows = 500 // of an agent
	forgetAt = 1000
)

// waitingOf is which chats nobody has, by team, since a moment. Those whose customer has left wait for the customer.
const waitingOf = ` FROM tickets AS t WHERE t.queued_at > ? AND t.queued_at <= ? AND t.assignee_id = 0 AND t.offered_to = 0
	AND t.status = 'open' AND t.channel = 'chat' AND NOT t.spam AND t.waiting_since > 0 AND NOT (t.ended_at > 0 AND t.closes_at > 0)`

// Waiting tells the agents of a team who are there that chats wait which nobody has; the router mostly gives them to
// somebody before. One notification stands for all that wait in a team. It goes when none does.
func (s *Store) Waiting(ctx context.Context) error {
	now := s.log.Now()
	var rows []struct {
		TeamID events.ID
		Newest events.Time
	}
	err := s.log.Read().NewRaw(`SELECT t.team_id, MAX(t.queued_at) AS newest`+waitingOf+` GROUP BY t.team_id`, now.Add(-waitsNews), now.Add(-waitsAfter)).Scan(ctx, &rows)
	if err != nil {
		return fmt.Errorf("find chats that wait: %w", err)
	}
	told, err := s.toldOfTeams(ctx)
	if err != nil || len(rows) == 0 && !slices.ContainsFunc(told, func(r row) bool { return r.ReadAt == 0 }) {
		return err
	}
	desk, err := s.people.Directory().Snapshot(ctx)
	if err != nil {
		return err
	}
	r, teams := &reading{desk: desk}, []events.ID{-1}
	for _, w := range rows {
		teams = append(teams, w.TeamID)
		there := r.members(w.TeamID, func(a *tickets.Agent) bool { return a.DisabledAt == 0 && a.Availability == tickets.Online })
		for _, agent := range there[:min(len(there), maxTold)] {
			knows := slices.ContainsFunc(told, func(n row) bool {
				return n.AgentID == agent && n.AboutID == w.TeamID && (n.ReadAt == 0 || n.ReadAt >= w.Newest)
			})
			if !knows {
				r.due = append(r.due, Due{Agent: agent, Kind: UnassignedWaiting, About: w.TeamID, By: events.SystemActor, At: now})
			}
		}
	}
	return s.log.Write(ctx, events.Unit{By: events.SystemActor, Background: true}, func(ctx context.Context, tx *events.Tx) error {
		if err := end(ctx, tx, `kind = ? AND about_id NOT IN (?)`, UnassignedWaiting, bun.List(teams)); err != nil {
			return err
		}
		return s.put(ctx, tx, r.due)
	})
}

// toldOfTeams are the notifications of chats that wait which are news still.
func (s *Store) toldOfTeams(ctx context.Context) (rows []row, err error) {
	err = s.log.Read().NewRaw(`SELECT n.agent_id, n.about_id, n.read_at, n.at FROM notifications AS n WHERE n.ticket_id = 0 AND n.kind = ? AND (n.read_at = 0 OR n.at > ?)`,
		UnassignedWaiting, s.log.Now().Add(-waitsNews)).Scan(ctx, &rows)
	if err != nil {
		return nil, fmt.Errorf("read who knows of chats that wait: %w", err)
	}
	return rows, nil
}

// Forget deletes what is old, and what an agent has too much of.
func (s *Store) Forget(ctx context.Context) error {
	var many []events.ID
	err := s.log.Read().NewRaw(`SELECT agent_id FROM notifications GROUP BY agent_id HAVING count(*) > ?`, keepRows).Scan(ctx, &many)
	if err != nil {
		return fmt.Errorf("count notifications: %w", err)
	}
	if err := s.forget(ctx, `SELECT id FROM notifications WHERE at < ? LIMIT ?`, s.log.Now().Add(-keepFor), forgetAt); err != nil {
		return err
	}
	// Devices of those who signed out are pushed to no more; sessions that run out are found at the next push.
	err = s.log.Write(ctx, events.Unit{By: events.SystemActor, Background: true}, func(ctx context.Context, tx *events.Tx) error {
		_, err := tx.NewRaw(`DELETE FROM push_subscriptions WHERE session_hash NOT IN (SELECT token_hash FROM sessions)`).Exec(ctx)
		return err
	})
	if err != nil {
		return fmt.Errorf("forget devices: %w", err)
	}
	for _, m := range many {
		err := s.forget(ctx, `SELECT id FROM notifications WHERE agent_id = ? ORDER BY at DESC, id DESC LIMIT ? OFFSET ?`, m, forgetAt, keepRows)
		if err != nil {
			return err
		}
	}
	return nil
}

func (s *Store) forget(ctx context.Context, which string, args ...any) error {
	for {
		var ids []events.ID
		if err := s.log.Read().NewRaw(which, args...).Scan(ctx, &ids); err != nil || len(ids) == 0 {
			return err
		}
		for part := range slices.Chunk(ids, 200) {
			err := s.log.Write(ctx, events.Unit{By: events.SystemActor, Background: true}, func(ctx context.Context, tx *events.Tx) error {
				_, err := tx.NewRaw(`DELETE FROM notifications WHERE id IN (?)`, bun.List(part)).Exec(ctx)
				return err
			})
			if err != nil {
				return fmt.Errorf("forget notifications: %w", err)
			}
		}
	}
}
