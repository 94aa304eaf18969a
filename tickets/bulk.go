package tickets

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"time"

	"heard/tickets/events"
	"heard/tickets/fault"
)

// MaxBulk is how many tickets one act may be done to.
const MaxBulk = 5000

// keepBulks is how long one can be looked at and taken back.
const keepBulks = 7 * 24 * time.Hour

// Bulk is one act on many tickets.
type Bulk struct {
	ID        events.ID
	Agent     events.ID // whose it is, and whose rights hold
	By        events.Actor
	Act       BulkAct
	UndoOf    events.ID
	UndoneBy  events.ID
	Total     int
	Done      int
	Failed    int
	Running   bool
	Stopped   bool // by its agent, before it was through
	LeftOut   int  // tickets that came or changed after it was asked for
	CreatedAt events.Time
}

// Undoable tells whether it can be taken back.
func (b *Bulk) Undoable() bool {
	return !b.Running && b.UndoOf == 0 && b.UndoneBy == 0 && b.Done > 0
}

// BulkFailure is a ticket that the act was not done to, and why; there is no reason for what was left out. What the reader
// may not see has a number only.
type BulkFailure struct {
	Ticket  events.ID
	Subject string // else how its customer began
	Code    string
	Detail  string
}

var errNoBulk = fault.New(fault.NotFound, "there is no such act")

const bulkColumns = "id, agent_id, token_id, by_kind, by_id, act, undo_of, undone_by, total, done, failed, running, stopped, left_out, created_at"

func (b *Bulk) targets() []any {
	return []any{&b.ID, &b.Agent, &b.By.Token, &b.By.Kind, &b.By.ID, jsonText{&b.Act}, &b.UndoOf, &b.UndoneBy, &b.Total, &b.Done, &b.Failed,
		&b.Running, &b.Stopped, &b.LeftOut, &b.CreatedAt}
}

// NewBulk is an act on tickets that an agent asks for.
type NewBulk struct {
	Agent   events.ID
	Act     BulkAct
	Tickets []events.ID
	LeftOut []events.ID // of those that are meant, what came or changed since they were counted
	Once    Once
}

// StartBulk notes an act on tickets, to be done by RunBulk. known tells that it is the one of an earlier call, which that
// call sees to.
func (s *Store) StartBulk(ctx context.Context, by events.Actor, in NewBulk) (b *Bulk, known bool, err error) {
	if err := in.Act.check(s.log.Now()); err != nil {
		return nil, false, err
	}
	if in.Act.Kind == bulkUndo || len(in.Tickets) > MaxBulk {
		return nil, false, fault.On("ids", fmt.Sprintf("must be at most %d", MaxBulk))
	}
	return s.oneBulk(ctx, by, in.Agent, in.Once, func(ctx context.Context, tx *events.Tx) (*Bulk, error) {
		b := &Bulk{Agent: in.Agent, By: by, Act: in.Act, Total: len(in.Tickets), LeftOut: len(in.LeftOut), Running: len(in.Tickets) > 0}
		var err error
		if b.Act.DropIDs, err = newWork(tx).tagIDs(ctx, in.Act.Remove); err != nil {
			return nil, err
		}
		var rows [][]any
		add := func(state string, ids []events.ID) {
			for _, id := range ids {
				rows = append(rows, []any{int64(len(rows) + 1), int64(id), state, "{}"})
			}
		}
		add(stateTodo, in.Tickets)
		add(stateLeft, in.LeftOut[:min(len(in.LeftOut), maxFailures)])
		return b, b.insert(ctx, tx, in.Once, rows)
	})
}

// oneBulk makes an act in one unit, unless an earlier call of that name has.
func (s *Store) oneBulk(ctx context.Context, by events.Actor, agent events.ID, once Once,
	start func(ctx context.Context, tx *events.Tx) (*Bulk, error)) (b *Bulk, known bool, err error) {
	u := events.Unit{By: by}
	if once.client != "" {
		u.Agents = []events.ID{agent} // a repeat at the same time waits, and finds it
	}
	err = s.log.Write(ctx, u, func(ctx context.Context, tx *events.Tx) error {
		b, err = once.bulk(agent, func(text string, args ...any) (*sql.Rows, error) { return tx.QueryContext(ctx, text, args...) })
		if known = b != nil; known || err != nil {
			return err
		}
		b, err = start(ctx, tx)
		return err
	})
	return b, known, err
}

// KnownBulk is the act that an earlier call of that name began, or nil.
func (s *Store) KnownBulk(ctx context.Context, agent events.ID, once Once) (*Bulk, error) {
	return once.bulk(agent, func(text string, args ...any) (*sql.Rows, error) { return s.stmts.query(ctx, text, args...) })
}

// bulk finds the act that bears the name.
func (o Once) bulk(agent events.ID, query func(text string, args ...any) (*sql.Rows, error)) (*Bulk, error) {
	if o.client == "" {
		return nil, nil
	}
	rows, err := query("SELECT request_hash, "+bulkColumns+" FROM bulks WHERE agent_id = ? AND client_id = ? AND client_id <> ''", int64(agent), o.client)
	if err != nil {
		return nil, fmt.Errorf("look for an earlier act: %w", err)
	}
	b, hash := &Bulk{}, ""
	found, err := one(rows, append([]any{&hash}, b.targets()...)...)
	switch {
	case err != nil:
		return nil, fmt.Errorf("look for an earlier act: %w", err)
	case !found:
		return nil, nil
	case hash != o.hash:
		return nil, fault.New(fault.ClientIDReused, "this client_id was used for another act")
	}
	return b, nil
}

// insert writes the act and its tickets: n, ticket, its state, what it was before what is taken back.
func (b *Bulk) insert(ctx context.Context, tx *events.Tx, once Once, rows [][]any) error {
	act, err := json.Marshal(b.Act)
	if err != nil {
		return fmt.Errorf("write act: %w", err)
	}
	b.CreatedAt = tx.Now
	err = tx.NewRaw(`INSERT INTO bulks (agent_id, token_id, by_kind, by_id, act, undo_of, total, running, left_out, created_at, updated_at, client_id, request_hash)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) RETURNING id`, b.Agent, b.By.Token, string(b.By.Kind), b.By.ID, string(act), b.UndoOf, b.Total, b.Running, b.LeftOut,
		tx.Now, tx.Now, once.client, once.hash).Scan(ctx, &b.ID)
	if err != nil {
		return fmt.Errorf("insert act: %w", err)
	}
	for i := range rows {
		rows[i] = append([]any{int64(b.ID)}, rows[i]...)
	}
	if len(rows) == 0 {
		return nil
	}
	return tx.Insert(ctx, "bulk_items", []string{"bulk_id", "n", "ticket_id", "state", "was"}, rows)
}

// UndoBulk notes that an act is taken back: each ticket gets what it had, unless that was changed since. known is that of
// StartBulk.
func (s *Store) UndoBulk(ctx context.Context, by events.Actor, agent, id events.ID, once Once) (b *Bulk, known bool, err error) {
	was, err := s.Bulk(ctx, agent, id)
	if err != nil {
		return nil, false, err
	}
	return s.oneBulk(ctx, by, agent, once, func(ctx context.Context, tx *events.Tx) (*Bulk, error) {
		b := &Bulk{Agent: agent, By: by, Act: BulkAct{Kind: bulkUndo, Undoes: was.Act.Kind}, UndoOf: id, Total: was.Done, Running: was.Done > 0}
		return b, b.insertUndo(ctx, tx, once)
	})
}

// insertUndo writes an act that takes back another, with the tickets that were done.
func (b *Bulk) insertUndo(ctx context.Context, tx *events.Tx, once Once) error {
	res, err := tx.NewRaw(`UPDATE bulks SET undone_by = -1 WHERE id = ? AND undone_by = 0 AND undo_of = 0 AND running = FALSE AND done > 0`, b.UndoOf).Exec(ctx)
	if err != nil {
		return fmt.Errorf("take back: %w", err)
	}
	if n, err := res.RowsAffected(); err != nil || n == 0 {
		return fault.New(fault.Conflict, "this cannot be taken back, or was already")
	}
	if err := b.insert(ctx, tx, once, nil); err != nil {
		return err
	}
	_, err = tx.NewRaw(`INSERT INTO bulk_items (bulk_id, n, ticket_id, was, became) SELECT ?, n, ticket_id, was, became FROM bulk_items
		WHERE bulk_id = ? AND state = 'done'`, b.ID, b.UndoOf).Exec(ctx)
	if err != nil {
		return fmt.Errorf("take back: %w", err)
	}
	if _, err := tx.NewRaw(`UPDATE bulks SET undone_by = ? WHERE id = ?`, b.ID, b.UndoOf).Exec(ctx); err != nil {
		return fmt.Errorf("take back: %w", err)
	}
	return nil
}

// Bulk returns an act of an agent.
func (s *Store) Bulk(ctx context.Context, agent, id events.ID) (*Bulk, error) {
	rows, err := s.stmts.query(ctx, "SELECT "+bulkColumns+" FROM bulks WHERE id = ? AND agent_id = ?", int64(id), int64(agent))
	if err != nil {
		return nil, fmt.Errorf("read act: %w", err)
	}
	b := &Bulk{}
	found, err := one(rows, b.targets()...)
	if err != nil {
		return nil, fmt.Errorf("read act: %w", err)
	}
	if !found {
		return nil, errNoBulk
	}
	return b, nil
}

// maxFailures is how many an answer lists.
const maxFailures = 200

// BulkFailures lists tickets that an act was not done to. What a ticket is called is shown to whoever may see it.
func (s *Store) BulkFailures(ctx context.Context, c Caller, id events.ID) ([]BulkFailure, error) {
	return s.bulkItems(ctx, c, id, stateFailed)
}

// BulkLeft lists tickets that an act left alone, since they came or changed after it was asked for.
func (s *Store) BulkLeft(ctx context.Context, c Caller, b *Bulk) ([]BulkFailure, error) {
	if b.LeftOut == 0 {
		return nil, nil
	}
	return s.bulkItems(ctx, c, b.ID, stateLeft)
}

func (s *Store) bulkItems(ctx context.Context, c Caller, id events.ID, state string) ([]BulkFailure, error) {
	rows, err := s.stmts.query(ctx, `SELECT i.ticket_id, COALESCE(NULLIF(t.subject, ''), t.title, ''), COALESCE(t.team_id, 0), COALESCE(t.assignee_id, 0), i.code, i.detail
		FROM bulk_items i LEFT JOIN tickets t ON t.id = i.ticket_id WHERE i.bulk_id = ? AND i.state = ? ORDER BY i.n LIMIT ?`, int64(id), state, maxFailures)
	if err != nil {
		return nil, fmt.Errorf("list tickets of an act: %w", err)
	}
	scope, out := TicketScope(c), []BulkFailure{}
	return out, each(rows, func(rows *sql.Rows) error {
		var f BulkFailure
		var t Ticket
		if err := rows.Scan(&f.Ticket, &f.Subject, &t.TeamID, &t.AssigneeID, &f.Code, &f.Detail); err != nil {
			return fmt.Errorf("list tickets of an act: %w", err)
		}
		if !scope.Holds(&t) {
			f.Subject = ""
		}
		out = append(out, f)
		return nil
	})
}

// StalledBulks finds acts that nobody goes on with: their node died or was left.
func (s *Store) StalledBulks(ctx context.Context, quiet time.Duration) ([]Bulk, error) {
	rows, err := s.stmts.query(ctx, "SELECT "+bulkColumns+" FROM bulks WHERE running AND updated_at < ? ORDER BY updated_at LIMIT 20", int64(s.log.Now().Add(-quiet)))
	if err != nil {
		return nil, fmt.Errorf("find acts: %w", err)
	}
	var out []Bulk
	return out, each(rows, func(rows *sql.Rows) error {
		var b Bulk
		if err := rows.Scan(b.targets()...); err != nil {
			return fmt.Errorf("find acts: %w", err)
		}
		out = append(out, b)
		return nil
	})
}

// ForgetBulks drops acts that are too old to be taken back.
func (s *Store) ForgetBulks(ctx context.Context) error {
	return s.log.Write(ctx, events.Unit{By: events.SystemActor, Background: true}, func(ctx context.Context, tx *events.Tx) error {
		old := tx.Now.Add(-keepBulks)
		for _, text := range []string{`DELETE FROM bulk_items WHERE bulk_id IN (SELECT id FROM bulks WHERE created_at < ? ORDER BY created_at LIMIT 20)`,
			`DELETE FROM bulks WHERE created_at < ? AND NOT EXISTS (SELECT 1 FROM bulk_items i WHERE i.bulk_id = bulks.id)`} {
			if _, err := tx.NewRaw(text, old).Exec(ctx); err != nil {
				return fmt.Errorf("forget acts: %w", err)
			}
		}
		return nil
	})
}
