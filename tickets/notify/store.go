package notify

import (
	"cmp"
	"context"
	"fmt"
	"net/http"
	"slices"

	"heard/tickets"
	"heard/tickets/events"

	"github.com/uptrace/bun"
)

// Options are what the notifications stand on beside the log.
type Options struct {
	// IssueNames finds what issues are called; nil knows none.
	IssueNames func(ctx context.Context, ids []events.ID) (map[events.ID]string, error)
	// NewestReport is the newest weekly report that is finished; nil knows none.
	NewestReport func(ctx context.Context) (Report, error)
	Secrets      *tickets.Secrets // seals the addresses of devices
	// Client posts pushes; it must not connect to what is not on the public internet. nil: there is no push.
	Client *http.Client
	// Subject is where a push service finds who sends: the desk's address.
	Subject string
}

// Store keeps the notifications of a desk.
type Store struct {
	Options
	log    *events.Log
	people *tickets.People
}

// New returns the notifications over a log.
func New(log *events.Log, people *tickets.People, o Options) *Store {
	return &Store{Options: o, log: log, people: people}
}

// Due is something that an agent is to hear of.
type Due struct {
	Agent  events.ID
	Kind   Kind
	Ticket events.ID // or none
	About  events.ID // an issue, or the team that is waited for; or none
	Seq    int64     // of the event in the ticket
	By     events.Actor
	At     events.Time
	n      int
	pos    int64 // of the event; 0 where time did it
}

type key struct {
	agent, ticket, about events.ID
	kind                 Kind
}

func (d *Due) key() key { return key{d.Agent, d.Ticket, d.About, d.Kind} }

// gather makes one of several that are about the same: the newest, which counts the others.
func gather(list []Due) []Due {
	at := map[key]int{}
	var out []Due
	for _, d := range list {
		d.n = max(d.n, 1)
		if i, is := at[d.key()]; is {
			if d.Kind != CustomerReplied { // one stands for all that follow, see news
				d.n += out[i].n
			}
			out[i] = d
			continue
		}
		at[d.key()] = len(out)
		out = append(out, d)
	}
	return out
}

// several is from how many tickets on they are told as one: somebody gave away a whole list.
const several = 5

// together makes one notification of what one person does with many tickets at once.
func together(list []Due) []Due {
	type act struct {
		agent events.ID
		kind  Kind
		by    events.Actor
	}
	n := map[act]int{}
	for _, d := range list {
		n[act{d.Agent, d.Kind, d.By}]++
	}
	for i, d := range list {
		if d.By.Kind == events.Agent && n[act{d.Agent, d.Kind, d.By}] > several {
			list[i].Ticket, list[i].Seq = 0, 0
		}
	}
	return gather(list)
}

// put writes what is due, and the pushes that follow from it. Whoever wants to hear of a kind in no way does not.
func (s *Store) put(ctx context.Context, tx *events.Tx, list []Due) error {
	list = together(list)
	agents := agentsOf(list)
	if len(agents) == 0 {
		return nil
	}
	settings, err := s.settings(ctx, tx, agents)
	if err != nil {
		return err
	}
	list = slices.DeleteFunc(list, func(d Due) bool { return settings[d.Agent].ways(d.Kind).none() })
	if list, err = s.news(ctx, tx, list); err != nil || len(list) == 0 {
		return err
	}
	rev, err := nextRevs(ctx, tx, len(list))
	if err != nil {
		return err
	}
	var push []pushed
	for i, d := range list {
		ways := settings[d.Agent].ways(d.Kind)
		id, err := upsert(ctx, tx, d, ways.Bell, rev+int64(i))
		if err != nil {
			return err
		}
		if ways.Push {
			push = append(push, pushed{id, d.Agent, d.Kind, rev + int64(i)})
		}
	}
	return s.enqueue(ctx, tx, push)
}

// news leaves out what was told before, when events are handled again, and messages in a chat of which the agent has
// not read an earlier one: they would cost every chat a second write for each message. Consoles hear of those as they
// hear of the message, and the bell shows the newest.
func (s *Store) news(ctx context.Context, tx *events.Tx, list []Due) ([]Due, error) {
	if len(list) == 0 {
		return nil, nil
	}
	var known []row
	err := tx.NewRaw(`SELECT n.agent_id, n.kind, n.ticket_id, n.about_id, n.read_at, n.pos FROM notifications AS n
		WHERE n.agent_id IN (?) AND n.ticket_id IN (?) AND (n.read_at = 0 OR n.pos >= ?)`, bun.List(agentsOf(list)), bun.List(ticketIDs(list)), first(list)).Scan(ctx, &known)
	if err != nil {
		return nil, fmt.Errorf("read notifications: %w", err)
	}
	return slices.DeleteFunc(list, func(d Due) bool {
		return slices.ContainsFunc(known, func(r row) bool {
			same := key{r.AgentID, r.TicketID, r.AboutID, r.Kind} == d.key()
			return same && (d.pos > 0 && r.Pos >= d.pos || r.ReadAt == 0 && d.Kind == CustomerReplied)
		})
	}), nil
}

// first is the place of the oldest event.
func first(list []Due) int64 {
	return slices.MinFunc(list, func(a, b Due) int { return cmp.Compare(a.pos, b.pos) }).pos
}

func ticketIDs(list []Due) []events.ID {
	var out []events.ID
	for _, d := range list {
		out = append(out, d.Ticket)
	}
	slices.Sort(out)
	return slices.Compact(out)
}

func agentsOf(list []Due) []events.ID {
	var out []events.ID
	for _, d := range list {
		out = append(out, d.Agent)
	}
	slices.Sort(out)
	return slices.Compact(out)
}

func upsert(ctx context.Context, tx *events.Tx, d Due, bell bool, rev int64) (id events.ID, err error) {
	err = tx.NewRaw(`INSERT INTO notifications (agent_id, kind, ticket_id, about_id, seq, n, by_kind, by_id, bell, at, pos, rev) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
		ON CONFLICT (agent_id, kind, ticket_id, about_id) WHERE read_at = 0 DO UPDATE SET seq = excluded.seq, n = notifications.n + excluded.n,
		by_kind = excluded.by_kind, by_id = excluded.by_id, bell = excluded.bell, at = excluded.at, pos = excluded.pos, rev = excluded.rev RETURNING id`,
		d.Agent, d.Kind, d.Ticket, d.About, d.Seq, d.n, d.By.Kind, d.By.ID, bell, cmp.Or(d.At, tx.Now), d.pos, rev).Scan(ctx, &id)
	if err != nil {
		return 0, fmt.Errorf("write notification: %w", err)
	}
	return id, nil
}

// nextRevs takes n numbers for changes and returns the first. Others wait until the commit, so that numbers become
// visible in their order.
func nextRevs(ctx context.Context, tx *events.Tx, n int) (first int64, err error) {
	var last int64
	if err := tx.NewRaw(`UPDATE notification_head SET rev = rev + ? WHERE id = 1 RETURNING rev`, n).Scan(ctx, &last); err != nil {
		return 0, fmt.Errorf("count changes of notifications: %w", err)
	}
	return last - int64(n) + 1, nil
}

// over takes away the offers that ended: nobody needs to hear of them any more.
func (s *Store) over(ctx context.Context, tx *events.Tx, tickets []events.ID) error {
	if len(tickets) == 0 {
		return nil
	}
	return end(ctx, tx, `kind = ? AND ticket_id IN (?)`, Offered, bun.List(tickets))
}

// end takes unread notifications out of the bells.
func end(ctx context.Context, tx *events.Tx, where string, args ...any) error {
	where = ` WHERE read_at = 0 AND ` + where
	var n int
	if err := tx.NewRaw(`SELECT count(*) FROM notifications`+where, args...).Scan(ctx, &n); err != nil {
		return fmt.Errorf("find notifications that are over: %w", err)
	}
	if n == 0 {
		return nil
	}
	rev, err := nextRevs(ctx, tx, 1)
	if err != nil {
		return err
	}
	if _, err = tx.NewRaw(`UPDATE notifications SET read_at = ?, bell = FALSE, rev = ?`+where, append([]any{tx.Now, rev}, args...)...).Exec(ctx); err != nil {
		return fmt.Errorf("end notifications: %w", err)
	}
	return nil
}
