package tickets

import (
	"context"
	"database/sql"
	"fmt"
	"slices"

	"heard/tickets/events"
)

// Waiting is a ticket in a team's queue, with all that its routing looks at.
type Waiting struct {
	Ticket   events.ID
	Team     events.ID
	Customer events.ID
	Channel  Channel
	Priority Priority
	QueuedAt events.Time

	// LastOwner is the newest agent of the ticket or, for a new one, of the customer's last conversation; LastOwnedAt
	// is when that ended. 0 for none.
	LastOwner   events.ID
	LastOwnedAt events.Time

	Passed       []events.ID // agents who passed it on since it entered the queue
	OfferedTo    events.ID
	OfferedUntil events.Time
	Left         bool // the customer went away and cannot be answered elsewhere
	Offline      bool // a chat in which nobody waits: it was opened while the desk was closed

	Fields   map[string]string
	Topic    events.ID
	TagNames []string
	Language string // of the customer's browser, a language tag
	Page     string // the newest that the customer's site told of

	Promised Promise // the newest one; zero for none
}

// maxQueue is how much of the queues is read at once.
const maxQueue = 1000

const queueSQL = `WITH q AS (
		SELECT t.*, CASE WHEN t.last_owner_id <> 0 THEN t.id ELSE COALESCE((SELECT p.id FROM tickets p
			WHERE p.customer_id = t.customer_id AND p.last_owner_id <> 0 AND p.id <> t.id ORDER BY p.id DESC LIMIT 1), 0) END AS known
		FROM tickets t WHERE t.queued_at > 0 AND t.status = 'open'
		ORDER BY CASE WHEN t.channel = 'chat' THEN 0 ELSE 1 END, t.queued_at, t.id LIMIT ?)
	SELECT q.id, q.team_id, q.customer_id, q.channel, q.priority, q.queued_at, COALESCE(p.last_owner_id, 0),
		COALESCE((SELECT CASE WHEN MIN(g.to_at) = 0 THEN -1 ELSE MAX(g.to_at) END FROM segments g
			WHERE g.ticket_id = p.id AND g.agent_id = p.last_owner_id), 0),
		q.passed, q.offered_to, q.offered_until, q.ended_at > 0 AND q.closes_at > 0, q.offline, q.fields, q.topic_id, q.tags,
		COALESCE(v.language, ''), COALESCE((SELECT x.url FROM page_visits x WHERE x.visitor_id = q.visitor_id ORDER BY x.id DESC LIMIT 1), ''),
		COALESCE(w.at, 0), COALESCE(w.position, 0), COALESCE(w.low_ms, 0), COALESCE(w.high_ms, 0)
	FROM q LEFT JOIN tickets p ON p.id = q.known LEFT JOIN visitors v ON v.id = q.visitor_id
	LEFT JOIN promises w ON w.ticket_id = q.id AND w.seq = (SELECT MAX(x.seq) FROM promises x WHERE x.ticket_id = q.id AND x.at >= q.queued_at)
	ORDER BY CASE WHEN q.channel = 'chat' THEN 0 ELSE 1 END, q.queued_at, q.id`

// Queue returns the open tickets that wait for an agent, of all teams: chats first, then by their place.
func (s *Store) Queue(ctx context.Context) ([]Waiting, error) {
	rows, err := s.stmts.query(ctx, queueSQL, maxQueue)
	if err != nil {
		return nil, fmt.Errorf("read queue: %w", err)
	}
	now := s.log.Now()
	var out []Waiting
	var tags [][]events.ID
	err = each(rows, func(rows *sql.Rows) error {
		var w Waiting
		var tagged []events.ID
		if err := rows.Scan(&w.Ticket, &w.Team, &w.Customer, &w.Channel, &w.Priority, &w.QueuedAt, &w.LastOwner, &w.LastOwnedAt,
			jsonText{&w.Passed}, &w.OfferedTo, &w.OfferedUntil, &w.Left, &w.Offline, jsonText{&w.Fields}, &w.Topic, jsonText{&tagged},
			&w.Language, &w.Page, &w.Promised.At, &w.Promised.Position, &w.Promised.Low, &w.Promised.High); err != nil {
			return fmt.Errorf("read queue: %w", err)
		}
		if w.LastOwnedAt < 0 { // of a conversation that goes on
			w.LastOwnedAt = now
		}
		out, tags = append(out, w), append(tags, tagged)
		return nil
	})
	if err != nil {
		return nil, err
	}
	return out, s.nameWaitingTags(ctx, out, tags)
}

func (s *Store) nameWaitingTags(ctx context.Context, list []Waiting, tags [][]events.ID) error {
	all := slices.Compact(slices.Sorted(slices.Values(slices.Concat(tags...))))
	if len(all) == 0 {
		return nil
	}
	names, err := s.namesIn(ctx, "tags", all)
	if err != nil {
		return err
	}
	for i := range list {
		for _, id := range tags[i] {
			list[i].TagNames = append(list[i].TagNames, names[id])
		}
	}
	return nil
}

// AgentLoad is what an agent has to do.
type AgentLoad struct {
	Held         []Held
	LastAssigned events.Time   // when it last got a ticket; 0 for never
	Recent       []events.Time // when it got the chats of the last minute
}

// Held is how many open tickets of a team and kind an agent has, or stands to get.
type Held struct {
	Team    events.ID
	Chat    bool
	Offered bool
	N       int
}

// Owned is how many open tickets the agent has; offers are not counted.
func (l AgentLoad) Owned() int {
	n := 0
	for _, h := range l.Held {
		if !h.Offered {
			n += h.N
		}
	}
	return n
}

// rateSpan is what the limit of new chats looks at; package chat/routing says so.
const rateSpan = 60_000 // milliseconds

// loadsSQL reads all that is held, offered and was assigned of late, in one go. agents is a condition on agent ids.
func loadsSQL(agents func(column string) string) string {
	return `SELECT t.assignee_id, t.team_id, t.channel = 'chat', FALSE, COUNT(*), 0 FROM tickets t
		WHERE t.assignee_id > 0 AND t.status = 'open' AND ` + agents("t.assignee_id") + ` GROUP BY 1, 2, 3
	UNION ALL SELECT t.offered_to, t.team_id, t.channel = 'chat', TRUE, COUNT(*), 0 FROM tickets t
		WHERE t.offered_to > 0 AND t.id <> ? AND ` + agents("t.offered_to") + ` GROUP BY 1, 2, 3
	UNION ALL SELECT a.id, 0, FALSE, FALSE, 0, COALESCE((SELECT MAX(g.from_at) FROM segments g WHERE g.agent_id = a.id), 0)
		FROM agents a WHERE a.disabled_at = 0 AND ` + agents("a.id") + `
	UNION ALL SELECT a.id, 0, TRUE, FALSE, 0, g.from_at FROM agents a
		JOIN segments g ON g.agent_id = a.id AND g.from_at > ? JOIN tickets t ON t.id = g.ticket_id AND t.channel = 'chat'
		WHERE a.disabled_at = 0 AND ` + agents("a.id")
}

// Loads returns what every agent has to do.
func (s *Store) Loads(ctx context.Context) (map[events.ID]AgentLoad, error) {
	text := loadsSQL(func(column string) string { return column + " > 0" })
	rows, err := s.stmts.query(ctx, text, 0, int64(s.log.Now())-rateSpan)
	if err != nil {
		return nil, fmt.Errorf("read loads: %w", err)
	}
	return scanLoads(rows)
}

func scanLoads(rows *sql.Rows) (map[events.ID]AgentLoad, error) {
	out := map[events.ID]AgentLoad{}
	return out, each(rows, func(rows *sql.Rows) error {
		var agent events.ID
		var h Held
		var at events.Time
		if err := rows.Scan(&agent, &h.Team, &h.Chat, &h.Offered, &h.N, &at); err != nil {
			return fmt.Errorf("read loads: %w", err)
		}
		l := out[agent]
		switch {
		case h.N > 0:
			l.Held = append(l.Held, h)
		case h.Chat:
			l.Recent = append(l.Recent, at)
		default:
			l.LastAssigned = at
		}
		out[agent] = l
		return nil
	})
}
