package tickets

import (
	"context"
	"database/sql"
	"fmt"

	"heard/tickets/events"
)

// RouterLease is the name of the lease under which one node of a cluster routes.
const RouterLease = "router"

// Dispatcher writes what the router decides. Each write is refused when the lease has gone to another node.
type Dispatcher struct {
	store *Store
	fence int64
}

// Dispatcher returns the router's door; fence is that of its lease.
func (s *Store) Dispatcher(fence int64) *Dispatcher { return &Dispatcher{s, fence} }

// Choice is what the router wants for a ticket.
type Choice struct {
	Ticket events.ID
	Team   events.ID // after the assignment; the ticket's, or the one that helps out
	Why    TicketRouted
	Until  events.Time // offered until then; 0: assigned at once
	// Fits decides, with what the agent has to do under its lock, whether it still can take the ticket.
	Fits func(AgentLoad) bool
}

// Carry assigns or offers a ticket, unless it has left the queue or the agent can take no more. The agent is locked,
// so that two who route at once never give it more than it has room for.
func (d *Dispatcher) Carry(ctx context.Context, c Choice) (done bool, err error) {
	locks := events.Locks{Agents: []events.ID{c.Why.Agent}, Tickets: []events.ID{c.Ticket}}
	err = d.write(ctx, locks, func(ctx context.Context, w *work) error {
		done = false
		t := w.tickets[c.Ticket]
		if t == nil || t.Status != Open || t.AssigneeID != 0 || t.QueuedAt == 0 || t.OfferedTo != 0 {
			return nil
		}
		load, here, err := w.agentLoad(ctx, c.Why.Agent, c.Ticket)
		if err != nil || !here || !c.Fits(load) {
			return err
		}
		if c.Until != 0 {
			w.record(events.SystemActor, t, c.Why, TicketOffered{Agent: c.Why.Agent, Until: c.Until})
		} else {
			w.record(events.SystemActor, t, c.Why, TicketAssigned{Agent: c.Why.Agent, Team: c.Team})
		}
		done = true
		return nil
	})
	return done, err
}

// agentLoad reads what an agent has to do, but for one ticket; here is false when it takes nothing now.
func (w *work) agentLoad(ctx context.Context, agent, but events.ID) (load AgentLoad, here bool, err error) {
	rows, err := w.tx.QueryContext(ctx, `SELECT 1 FROM agents WHERE id = ? AND disabled_at = 0 AND availability = 'online'`, int64(agent))
	if err != nil {
		return load, false, fmt.Errorf("read agent: %w", err)
	}
	var n int64
	if here, err = one(rows, &n); err != nil || !here {
		return load, false, err
	}
	id := int64(agent)
	text := loadsSQL(func(column string) string { return column + " = ?" })
	if rows, err = w.tx.QueryContext(ctx, text, id, int64(but), id, id, int64(w.tx.Now)-rateSpan, id); err != nil {
		return load, false, fmt.Errorf("read load: %w", err)
	}
	loads, err := scanLoads(rows)
	return loads[agent], true, err
}

// EndOffer ends the offer of a ticket to an agent: it expired, or the agent is not there any more.
func (d *Dispatcher) EndOffer(ctx context.Context, ticket, agent events.ID) error {
	return d.write(ctx, events.Locks{Tickets: []events.ID{ticket}}, func(_ context.Context, w *work) error {
		if t := w.tickets[ticket]; t != nil && t.OfferedTo == agent && agent != 0 {
			w.endOffer(t)
		}
		return nil
	})
}

// write runs fn on the locked tickets while the lease is ours.
func (d *Dispatcher) write(ctx context.Context, locks events.Locks, fn func(ctx context.Context, w *work) error) error {
	return d.store.log.Write(ctx, events.Unit{By: events.SystemActor, Locks: locks}, func(ctx context.Context, tx *events.Tx) error {
		if err := tx.Fence(ctx, RouterLease, d.fence); err != nil {
			return err
		}
		w := newWork(tx)
		if err := w.load(ctx, locks.Tickets...); err != nil {
			return err
		}
		if err := fn(ctx, w); err != nil {
			return err
		}
		return w.flush(ctx)
	})
}

// scanInto appends each row to a list.
func scanInto[T any](list *[]T, targets func(*T) []any) func(*sql.Rows) error {
	return func(rows *sql.Rows) error {
		var v T
		if err := rows.Scan(targets(&v)...); err != nil {
			return fmt.Errorf("read row: %w", err)
		}
		*list = append(*list, v)
		return nil
	}
}
