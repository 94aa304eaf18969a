package tickets

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"heard/tickets/events"
	"heard/tickets/fault"
)

// change is a unit of work on the desk itself; the directory forgets what it knew once it is committed.
func (p *People) change(ctx context.Context, by events.Actor, fn func(ctx context.Context, tx *events.Tx) error) error {
	return p.changeAgents(ctx, by, nil, fn)
}

// changeAgents is change with agents locked.
func (p *People) changeAgents(ctx context.Context, by events.Actor, agents []events.ID, fn func(ctx context.Context, tx *events.Tx) error) error {
	err := p.log.Write(ctx, events.Unit{By: by, Locks: events.Locks{Agents: agents}}, fn)
	p.dir.Forget() // also after an error: whether a lost connection committed is not known
	return err
}

// one reads the row of a model by its id.
func (p *People) one(ctx context.Context, model any, id events.ID, noun string) error {
	err := p.log.Read().NewSelect().Model(model).Where("id = ?", id).Scan(ctx)
	if errors.Is(err, sql.ErrNoRows) {
		return fault.New(fault.NotFound, "there is no such "+noun)
	}
	if err != nil {
		return fmt.Errorf("read %s %d: %w", noun, id, err)
	}
	return nil
}

// readRow reads a row in a transaction. Customers, visitors and agents that are going to change are locked by the
// unit of work; the other rows are changed by one admin at a time, and the newest change wins.
func readRow(ctx context.Context, tx *events.Tx, model any, id events.ID, noun string) error {
	err := tx.NewSelect().Model(model).Where("id = ?", id).Scan(ctx)
	if errors.Is(err, sql.ErrNoRows) {
		return fault.New(fault.NotFound, "there is no such "+noun)
	}
	if err != nil {
		return fmt.Errorf("read %s %d: %w", noun, id, err)
	}
	return nil
}
