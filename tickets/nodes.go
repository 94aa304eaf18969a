package tickets

import (
	"context"
	"fmt"
	"slices"
	"time"

	"heard/tickets/events"

	"github.com/uptrace/bun"
)

// NodeLease is how long a node that was not heard of still counts as alive, by the database's clock. A node shows
// itself at a third of it.
const NodeLease = 12 * time.Second

// NodeSeen shows that a node lives. missed tells that it was given up meanwhile, or is new: if it slept for longer than
// its lease, its agents were taken offline. dead tells that another node has not shown itself for too long.
func (p *People) NodeSeen(ctx context.Context, node string) (missed, dead bool, err error) {
	err = p.log.Write(ctx, events.Unit{By: events.SystemActor}, func(ctx context.Context, tx *events.Tx) error {
		if missed, err = seen(ctx, tx, node); err != nil {
			return err
		}
		list, err := deadNodes(ctx, tx)
		dead = len(list) > 0
		return err
	})
	return missed, dead, err
}

func seen(ctx context.Context, tx *events.Tx, node string) (fresh bool, err error) {
	now, err := tx.Clock(ctx)
	if err != nil {
		return false, err
	}
	res, err := tx.NewRaw(`UPDATE nodes SET seen_at = ? WHERE name = ?`, now, node).Exec(ctx)
	if err != nil {
		return false, fmt.Errorf("show node: %w", err)
	}
	if n, err := res.RowsAffected(); err != nil || n > 0 {
		return false, err
	}
	_, err = tx.NewRaw(`INSERT INTO nodes (name, started_at, seen_at) VALUES (?, ?, ?) ON CONFLICT (name) DO NOTHING`, node, now, now).Exec(ctx)
	if err != nil {
		return false, fmt.Errorf("show node: %w", err)
	}
	return true, nil
}

// AgentCame notes that an agent has a console on a node, and makes it available as it chose to be. missed is as in
// NodeSeen, which then does not tell it again.
func (p *People) AgentCame(ctx context.Context, node string, agent events.ID) (missed bool, err error) {
	by := events.Actor{Kind: events.Agent, ID: agent}
	unit := events.Unit{By: by, Locks: events.Locks{Agents: []events.ID{agent}}}
	err = p.log.Write(ctx, unit, func(ctx context.Context, tx *events.Tx) error {
		a := &Agent{}
		if err := readRow(ctx, tx, a, agent, "agent"); err != nil {
			return err
		}
		if missed, err = seen(ctx, tx, node); err != nil {
			return err
		}
		_, err := tx.NewRaw(`INSERT INTO node_agents (node, agent_id) VALUES (?, ?) ON CONFLICT (node, agent_id) DO NOTHING`, node, agent).Exec(ctx)
		if err != nil {
			return fmt.Errorf("note where agent %s is: %w", agent, err)
		}
		if _, err = tx.NewRaw(`UPDATE agents SET last_seen_at = ? WHERE id = ?`, tx.Now, agent).Exec(ctx); err != nil {
			return fmt.Errorf("note a sign of life of agent %s: %w", agent, err)
		}
		if a.DisabledAt != 0 {
			return nil
		}
		return setAvailability(ctx, tx, a, a.Chosen, ConnectionBack)
	})
	p.dir.Forget()
	return missed, err
}

// AgentGone notes that an agent has no console on a node any more, and takes it offline unless another node has one.
// An agent whom a program set online, without any console, stays so. It returns what the agent is now.
func (p *People) AgentGone(ctx context.Context, node string, agent events.ID) (Availability, error) {
	var now Availability
	unit := events.Unit{By: events.SystemActor, Locks: events.Locks{Agents: []events.ID{agent}}}
	err := p.log.Write(ctx, unit, func(ctx context.Context, tx *events.Tx) error {
		res, err := tx.NewRaw(`DELETE FROM node_agents WHERE node = ? AND agent_id = ?`, node, agent).Exec(ctx)
		if err != nil {
			return fmt.Errorf("note that agent %s is gone: %w", agent, err)
		}
		was, err := res.RowsAffected()
		if err != nil {
			return err
		}
		if was > 0 {
			now, err = offlineUnlessElsewhere(ctx, tx, agent)
			return err
		}
		a := &Agent{}
		err = readRow(ctx, tx, a, agent, "agent")
		now = a.Availability
		return err
	})
	p.dir.Forget()
	return now, err
}

// offlineUnlessElsewhere takes an agent offline when no node has a console of it. The agent is locked, so that a
// console that comes meanwhile is either seen here or makes the agent available afterwards.
func offlineUnlessElsewhere(ctx context.Context, tx *events.Tx, agent events.ID) (Availability, error) {
	a := &Agent{}
	if err := readRow(ctx, tx, a, agent, "agent"); err != nil {
		return "", err
	}
	var elsewhere int
	if err := tx.NewRaw(`SELECT COUNT(*) FROM node_agents WHERE agent_id = ?`, agent).Scan(ctx, &elsewhere); err != nil {
		return "", fmt.Errorf("look for agent %s: %w", agent, err)
	}
	if elsewhere > 0 {
		return a.Availability, nil
	}
	return Offline, setAvailability(ctx, tx, a, Offline, ConnectionLost)
}

// NodesGone gives up the nodes whose lease has run out and takes their agents offline, but for those who have a
// console on another node. It returns whom it took. Any node may do it at any time: of two, one finds nothing.
func (p *People) NodesGone(ctx context.Context) ([]events.ID, error) {
	lost, err := p.lostAgents(ctx)
	if err != nil || len(lost) == 0 {
		return nil, err
	}
	var gone []events.ID
	unit := events.Unit{By: events.SystemActor, Locks: events.Locks{Agents: lost}}
	err = p.log.Write(ctx, unit, func(ctx context.Context, tx *events.Tx) error {
		gone = nil
		dead, err := giveUp(ctx, tx, lost)
		if err != nil || len(dead) == 0 {
			return err
		}
		var whom []events.ID
		err = tx.NewRaw(`DELETE FROM node_agents WHERE node IN (?) RETURNING agent_id`, bun.List(dead)).Scan(ctx, &whom)
		if err != nil {
			return fmt.Errorf("forget agents of dead nodes: %w", err)
		}
		slices.Sort(whom)
		whom = slices.Compact(whom)
		for _, agent := range whom {
			now, err := offlineUnlessElsewhere(ctx, tx, agent)
			if err != nil {
				return err
			}
			if now == Offline {
				gone = append(gone, agent)
			}
		}
		return nil
	})
	p.dir.Forget()
	return gone, err
}

// lostAgents lists whom dead nodes had, and forgets dead nodes that had nobody.
func (p *People) lostAgents(ctx context.Context) (lost []events.ID, err error) {
	err = p.log.Write(ctx, events.Unit{By: events.SystemActor}, func(ctx context.Context, tx *events.Tx) error {
		lost = nil
		dead, err := deadNodes(ctx, tx)
		if err != nil || len(dead) == 0 {
			return err
		}
		err = tx.NewRaw(`SELECT DISTINCT agent_id FROM node_agents WHERE node IN (?) ORDER BY agent_id`, bun.List(dead)).Scan(ctx, &lost)
		if err != nil {
			return fmt.Errorf("list agents of dead nodes: %w", err)
		}
		if len(lost) == 0 {
			_, err = giveUp(ctx, tx, []events.ID{0})
		}
		return err
	})
	return lost, err
}

func deadNodes(ctx context.Context, tx *events.Tx) (names []string, err error) {
	now, err := tx.Clock(ctx)
	if err != nil {
		return nil, err
	}
	if err := tx.NewRaw(`SELECT name FROM nodes WHERE seen_at < ? ORDER BY name`, now.Add(-NodeLease)).Scan(ctx, &names); err != nil {
		return nil, fmt.Errorf("list dead nodes: %w", err)
	}
	return names, nil
}

// giveUp removes the dead nodes that have none but these agents, and names them. A node that shows itself in the same
// moment either keeps its row, and is not dead, or waits for us and finds its row gone: it never believes that its agents
// are known when they are not.
func giveUp(ctx context.Context, tx *events.Tx, agents []events.ID) (names []string, err error) {
	now, err := tx.Clock(ctx)
	if err != nil {
		return nil, err
	}
	err = tx.NewRaw(`DELETE FROM nodes WHERE seen_at < ? AND NOT EXISTS
		(SELECT 1 FROM node_agents n WHERE n.node = nodes.name AND n.agent_id NOT IN (?)) RETURNING name`,
		now.Add(-NodeLease), bun.List(agents)).Scan(ctx, &names)
	if err != nil {
		return nil, fmt.Errorf("give up dead nodes: %w", err)
	}
	return names, nil
}

// SignInsGood tells of sign-ins, named by their session tokens, which are good still.
func (p *People) SignInsGood(ctx context.Context, tokens []string) (map[string]bool, error) {
	if len(tokens) == 0 {
		return nil, nil
	}
	byHash := make(map[string]string, len(tokens))
	hashes := make([]string, len(tokens))
	good := make(map[string]bool, len(tokens))
	for i, t := range tokens {
		hashes[i], good[t] = hashToken(t), false
		byHash[hashes[i]] = t
	}
	now := p.log.Now()
	var found []string
	err := p.log.Read().NewRaw(`SELECT token_hash FROM sessions WHERE token_hash IN (?) AND expires_at > ? AND last_seen_at > ?`,
		bun.List(hashes), now, now.Add(-SessionIdle)).Scan(ctx, &found)
	if err != nil {
		return nil, fmt.Errorf("look which sign-ins are good: %w", err)
	}
	for _, h := range found {
		good[byHash[h]] = true
	}
	return good, nil
}

// VisitorsGood finds those of the visitors who have a good token still, and tells whether an identity was proved with
// one of them that holds.
func (p *People) VisitorsGood(ctx context.Context, visitors []events.ID) (proved map[events.ID]bool, err error) {
	proved = map[events.ID]bool{}
	if len(visitors) == 0 {
		return proved, nil
	}
	now := p.log.Now()
	var found []struct {
		VisitorID   events.ID
		ProvedUntil events.Time
	}
	err = p.log.Read().NewRaw(`SELECT visitor_id, MAX(proved_until) AS proved_until FROM visitor_tokens
		WHERE visitor_id IN (?) AND expires_at > ? GROUP BY visitor_id`, bun.List(visitors), now).Scan(ctx, &found)
	if err != nil {
		return nil, fmt.Errorf("look which visitors are good: %w", err)
	}
	for _, f := range found {
		proved[f.VisitorID] = f.ProvedUntil > now
	}
	return proved, nil
}

// AgentPresent tells whether an agent is known to have a console on some node.
func (p *People) AgentPresent(ctx context.Context, agent events.ID) (bool, error) {
	var n int
	if err := p.log.Read().NewRaw(`SELECT COUNT(*) FROM node_agents WHERE agent_id = ?`, agent).Scan(ctx, &n); err != nil {
		return false, fmt.Errorf("look for agent %s: %w", agent, err)
	}
	return n > 0, nil
}
