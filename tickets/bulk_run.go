package tickets

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"sync"
	"time"

	"heard/tickets/events"
	"heard/tickets/fault"
)

const (
	bulkStep  = 50 // tickets between two reports of progress
	bulkHands = 8  // at once: they share commits
)

// What becomes of a ticket of an act.
const (
	stateTodo   = "todo"
	stateFailed = "failed"
	stateLeft   = "left" // alone from the start
)

// bulkItem is one ticket of an act.
type bulkItem struct {
	n           int64
	ticket      events.ID
	was, became had
}

// RunBulk does the next step of an act, at most bulkStep tickets, with the rights that its agent has now. It returns the
// act as it then stands. Several nodes may run one act: a ticket is done by the first that locks it.
func (s *Store) RunBulk(ctx context.Context, c Caller, b *Bulk) (*Bulk, error) {
	items, err := s.todo(ctx, b.ID)
	if err != nil {
		return nil, err
	}
	var wg sync.WaitGroup
	work, failed := make(chan bulkItem), make(chan error, bulkHands)
	for range min(bulkHands, len(items)) {
		wg.Go(func() {
			for item := range work {
				if err := s.bulkOne(ctx, c, b, item); err != nil {
					select {
					case failed <- err:
					default:
					}
				}
			}
		})
	}
	for _, item := range items {
		work <- item
	}
	close(work)
	wg.Wait()
	select {
	case err := <-failed:
		return nil, err
	default:
	}
	return s.noteProgress(ctx, b)
}

func (s *Store) todo(ctx context.Context, id events.ID) ([]bulkItem, error) {
	rows, err := s.stmts.query(ctx, "SELECT n, ticket_id, was, became FROM bulk_items WHERE bulk_id = ? AND state = 'todo' ORDER BY n LIMIT ?", int64(id), bulkStep)
	if err != nil {
		return nil, fmt.Errorf("read what is to do: %w", err)
	}
	var out []bulkItem
	return out, each(rows, func(rows *sql.Rows) error {
		var i bulkItem
		if err := rows.Scan(&i.n, &i.ticket, jsonText{&i.was}, jsonText{&i.became}); err != nil {
			return fmt.Errorf("read what is to do: %w", err)
		}
		out = append(out, i)
		return nil
	})
}

// bulkOne does the act to one ticket and notes it in the same transaction. That the ticket refuses is noted too; an
// error is of the database, and the item stays to do.
func (s *Store) bulkOne(ctx context.Context, c Caller, b *Bulk, item bulkItem) error {
	u := unit(b.By, item.ticket)
	p, err := s.pastOf(ctx, b, item)
	if err != nil {
		return err
	}
	err = s.log.Write(ctx, u, func(ctx context.Context, tx *events.Tx) error {
		w := newWork(tx)
		if err := w.load(ctx, item.ticket); err != nil {
			return err
		}
		t := w.tickets[item.ticket]
		if t == nil {
			return errNoTicket
		}
		was, err := w.doItem(ctx, c, b, t, item, p)
		if err != nil {
			return err
		}
		if err := w.flush(ctx); err != nil {
			return err
		}
		return noteItem(ctx, tx, b.ID, item.n, was, t.has())
	})
	f := fault.Of(err)
	if f == errTaken || f == errUnread { // done by another node; or the next step reads what happened meanwhile
		return nil
	}
	if f == nil || f.Kind == fault.Internal || f.Kind == fault.Unavailable || ctx.Err() != nil {
		return err
	}
	code := string(f.Kind.Code())
	if f == errChanged {
		code = "changed"
	}
	return s.log.Write(ctx, events.Unit{By: b.By}, func(ctx context.Context, tx *events.Tx) error {
		_, err := tx.NewRaw("UPDATE bulk_items SET state = 'failed', code = ?, detail = ? WHERE bulk_id = ? AND n = ? AND state = 'todo'",
			code, f.Detail, b.ID, item.n).Exec(ctx)
		if err != nil {
			return fmt.Errorf("note a refusal: %w", err)
		}
		return nil
	})
}

// pastOf reads what an undo has to know of a ticket; nil where there is nothing of that kind.
func (s *Store) pastOf(ctx context.Context, b *Bulk, item bulkItem) (*past, error) {
	if b.Act.Kind != bulkUndo || item.became.Seq <= item.was.Seq {
		return nil, nil
	}
	was, err := s.Bulk(ctx, b.Agent, b.UndoOf)
	if err != nil {
		return nil, err
	}
	return s.past(ctx, was.By, item.ticket, Act{item.was.Seq + 1, item.became.Seq})
}

// doItem does the act to one locked ticket, or takes it back, and returns what the ticket had before the act.
func (w *work) doItem(ctx context.Context, c Caller, b *Bulk, t *Ticket, item bulkItem, p *past) (had, error) {
	if p != nil {
		if err := p.permit(c, t); err != nil {
			return had{}, err
		}
		return item.was, w.undo(ctx, b.By, t, p)
	}
	if Permit(c, TicketRead, c.ToTicket(t)) != nil {
		return had{}, errNoTicket
	}
	if err := Permit(c, b.Act.action(), c.ToTicket(t)); err != nil {
		return had{}, err
	}
	switch was := t.has(); {
	case b.Act.Kind != bulkUndo:
		return was, b.Act.do(ctx, w, b.By, t)
	case item.became.Seq > 0: // the act changed nothing
		return item.was, nil
	case !was.same(item.became):
		return had{}, errChanged
	}
	return item.was, w.putBack(ctx, b.By, t, item.was)
}

// errTaken takes back what was done to a ticket that another node has done meanwhile.
var errTaken = fault.New(fault.Unavailable, "another node has done it")

func noteItem(ctx context.Context, tx *events.Tx, bulk events.ID, n int64, was, became had) error {
	before, err := json.Marshal(was)
	if err != nil {
		return fmt.Errorf("note what a ticket had: %w", err)
	}
	after, err := json.Marshal(became)
	if err != nil {
		return fmt.Errorf("note what a ticket has: %w", err)
	}
	res, err := tx.NewRaw("UPDATE bulk_items SET state = 'done', was = ?, became = ? WHERE bulk_id = ? AND n = ? AND state = 'todo'",
		string(before), string(after), bulk, n).Exec(ctx)
	if err != nil {
		return fmt.Errorf("note what is done: %w", err)
	}
	if k, err := res.RowsAffected(); err != nil || k == 0 {
		return errTaken
	}
	return nil
}

// noteProgress counts what is done.
func (s *Store) noteProgress(ctx context.Context, b *Bulk) (*Bulk, error) {
	out := *b
	err := s.log.Write(ctx, events.Unit{By: b.By}, func(ctx context.Context, tx *events.Tx) error {
		return out.count(ctx, tx)
	})
	return &out, err
}

// count notes how far an act is, by what became of its tickets.
func (b *Bulk) count(ctx context.Context, tx *events.Tx) error {
	var todo, spared int
	err := tx.NewRaw(`SELECT COALESCE(SUM(CASE WHEN state = 'done' THEN 1 ELSE 0 END), 0), COALESCE(SUM(CASE WHEN state = 'failed' THEN 1 ELSE 0 END), 0),
		COALESCE(SUM(CASE WHEN state = 'todo' THEN 1 ELSE 0 END), 0), COALESCE(SUM(CASE WHEN state = 'stopped' THEN 1 ELSE 0 END), 0)
		FROM bulk_items WHERE bulk_id = ?`, b.ID).Scan(ctx, &b.Done, &b.Failed, &todo, &spared)
	if err != nil {
		return fmt.Errorf("count what is done: %w", err)
	}
	b.Running, b.Stopped = todo > 0, spared > 0
	_, err = tx.NewRaw("UPDATE bulks SET done = ?, failed = ?, running = ?, stopped = ?, updated_at = ? WHERE id = ?",
		b.Done, b.Failed, b.Running, b.Stopped, tx.Now, b.ID).Exec(ctx)
	if err != nil {
		return fmt.Errorf("note progress: %w", err)
	}
	return nil
}

// StopBulk ends an act of an agent before it is through: what is done stays, and can be taken back; the rest is left as it
// is, also what some node is about to do. What takes an act back is not stopped: nothing could take up the rest.
func (s *Store) StopBulk(ctx context.Context, by events.Actor, agent, id events.ID) (*Bulk, error) {
	b, err := s.Bulk(ctx, agent, id)
	if err != nil || !b.Running {
		return b, err
	}
	if b.UndoOf != 0 {
		return nil, fault.New(fault.Conflict, "what takes an act back goes on to its end")
	}
	err = s.log.Write(ctx, events.Unit{By: by}, func(ctx context.Context, tx *events.Tx) error {
		if _, err := tx.NewRaw("UPDATE bulk_items SET state = 'stopped' WHERE bulk_id = ? AND state = 'todo'", id).Exec(ctx); err != nil {
			return fmt.Errorf("stop an act: %w", err)
		}
		return b.count(ctx, tx)
	})
	return b, err
}

// BulkQuiet is after how long without progress another node goes on with an act.
const BulkQuiet = 20 * time.Second
