package events

import (
	"context"
	"fmt"
	"strings"

	"heard/migrations"
)

// sqliteDialect writes with prepared statements. BEGIN IMMEDIATE has locked the whole database already.
type sqliteDialect struct{}

func (sqliteDialect) forUpdate() string     { return "" }
func (sqliteDialect) forUpdateSkip() string { return "" }
func (sqliteDialect) now() string           { return "" }

const selectHeads = `SELECT id, last_seq, public_seq, last_at, closes_at, snoozed_until FROM tickets `

func (sqliteDialect) lock(ctx context.Context, b *batch, rows Locks) error {
	bump, err := b.w.stmt(ctx, `UPDATE writers SET batch = ?, updated_at = ? WHERE name = ?`)
	if err != nil {
		return err
	}
	if _, err := bump.ExecContext(ctx, b.number, int64(b.now), b.w.name); err != nil {
		return err
	}
	if len(rows.Tickets) == 0 {
		return nil
	}
	stmt, err := b.w.stmt(ctx, selectHeads+"WHERE "+Among(migrations.SQLite, "id"))
	if err != nil {
		return err
	}
	found, err := stmt.QueryContext(ctx, IDs(migrations.SQLite, rows.Tickets))
	if err != nil {
		return err
	}
	return b.scanHeads(found)
}

func (d sqliteDialect) finish(ctx context.Context, b *batch) (pos int64, err error) {
	w := b.w
	flush, err := w.stmt(ctx, `UPDATE tickets SET last_seq = ?, public_seq = ?, last_at = ? WHERE id = ?`)
	if err != nil {
		return 0, err
	}
	for _, id := range b.touched() {
		h := b.heads[id]
		res, err := flush.ExecContext(ctx, h.Seq, h.Public, int64(h.At), int64(id))
		if err != nil {
			return 0, fmt.Errorf("move head of ticket %s: %w", id, err)
		}
		if n, err := res.RowsAffected(); err != nil || n != 1 {
			return 0, fmt.Errorf("ticket %s has events but no row", id)
		}
	}
	head, err := w.stmt(ctx, `UPDATE log_head SET pos = pos + ? WHERE id = 1 RETURNING pos`)
	if err != nil {
		return 0, err
	}
	if err := head.QueryRowContext(ctx, len(b.events)).Scan(&pos); err != nil {
		return 0, fmt.Errorf("move head of the log: %w", err)
	}
	rows := make([][]any, len(b.events))
	for i, e := range b.events {
		rows[i] = []any{
			pos - int64(len(b.events)-i-1), e.TicketID, e.Seq, e.Prev, e.Public, e.Kind, e.At, e.RecordedAt,
			string(e.By.Kind), e.By.ID, e.By.Token, e.Imported, e.Data,
		}
	}
	return pos, d.insert(ctx, w, insertion{"events", eventColumns, rows})
}

// chunks are the numbers of rows that one statement inserts; more sizes would only fill the statement cache.
var chunks = [...]int{64, 16, 4, 1}

func (sqliteDialect) insert(ctx context.Context, w *writer, in insertion) error {
	args := make([]any, 0, chunks[0]*len(in.columns))
	for _, size := range chunks {
		for len(in.rows) >= size {
			stmt, err := w.stmt(ctx, insertInto(in)+valuesOf(size, len(in.columns)))
			if err != nil {
				return err
			}
			args = args[:0]
			for _, row := range in.rows[:size] {
				for _, v := range row {
					p, err := plain(v)
					if err != nil {
						return err
					}
					args = append(args, p)
				}
			}
			if _, err := stmt.ExecContext(ctx, args...); err != nil {
				return err
			}
			in.rows = in.rows[size:]
		}
	}
	return nil
}

func valuesOf(rows, columns int) string {
	row := "(?" + strings.Repeat(",?", columns-1) + ")"
	return "VALUES " + row + strings.Repeat(","+row, rows-1)
}
