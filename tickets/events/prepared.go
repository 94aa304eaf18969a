package events

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"

	"heard/migrations"
)

// Query runs a query whose statement stays prepared on the writer's connection, with ? for its arguments. The text is
// code and one of a few: never made from input or from the length of a list. A list is one argument (IDs, Texts).
func (tx *Tx) Query(ctx context.Context, text string, args ...any) (*sql.Rows, error) {
	stmt, err := tx.b.w.stmt(ctx, Rebind(tx.Dialect(), text))
	if err != nil {
		return nil, err
	}
	return stmt.QueryContext(ctx, args...)
}

// Rebind numbers the placeholders of a query for PostgreSQL. It must have no question mark in a literal.
func Rebind(dialect, text string) string {
	if dialect != migrations.Postgres || !strings.Contains(text, "?") {
		return text
	}
	var b strings.Builder
	n := 0
	for i := range len(text) {
		if text[i] != '?' {
			b.WriteByte(text[i])
			continue
		}
		n++
		b.WriteByte('$')
		b.WriteString(strconv.Itoa(n))
	}
	return b.String()
}

// Among is the condition that a column is one of a bound list of ids.
func Among(dialect, column string) string {
	if dialect == migrations.Postgres {
		return column + " = ANY(?::bigint[])"
	}
	return column + " IN (SELECT value FROM json_each(?))"
}

// IDs binds the list for Among.
func IDs(dialect string, ids []ID) any {
	if dialect == migrations.Postgres {
		return idArray(ids)
	}
	list := make([]byte, 0, 2+8*len(ids))
	list = append(list, '[')
	for i, id := range ids {
		if i > 0 {
			list = append(list, ',')
		}
		list = strconv.AppendInt(list, int64(id), 10)
	}
	return string(append(list, ']'))
}

// Update sets columns of many rows of a table, each found by its keys: a row holds the values of the keys, then those
// of the columns, in the kinds that Insert takes. The names are code, never input. Rows that are not there are passed
// over.
func (tx *Tx) Update(ctx context.Context, table string, keys, columns []string, rows [][]any) error {
	if len(rows) == 0 {
		return nil
	}
	if err := tx.b.w.log.dia.update(ctx, tx.b.w, change{table, keys, columns, rows}); err != nil {
		return fmt.Errorf("update %s: %w", table, err)
	}
	return nil
}

// change is what Update does.
type change struct {
	table         string
	keys, columns []string
	rows          [][]any
}

// update runs one prepared statement for every row: in process that is cheaper than to parse one for all.
func (sqliteDialect) update(ctx context.Context, w *writer, c change) error {
	stmt, err := w.stmt(ctx, "UPDATE "+c.table+" SET "+strings.Join(c.columns, " = ?, ")+" = ? WHERE "+strings.Join(c.keys, " = ? AND ")+" = ?")
	if err != nil {
		return err
	}
	args := make([]any, 0, len(c.keys)+len(c.columns))
	for _, row := range c.rows {
		args = args[:0]
		for _, v := range append(row[len(c.keys):len(row):len(row)], row[:len(c.keys)]...) {
			p, err := plain(v)
			if err != nil {
				return err
			}
			args = append(args, p)
		}
		if _, err := stmt.ExecContext(ctx, args...); err != nil {
			return err
		}
	}
	return nil
}

// update sends all rows as arrays to one statement.
func (postgresDialect) update(ctx context.Context, w *writer, c change) error {
	names := append(c.keys[:len(c.keys):len(c.keys)], c.columns...)
	source, args, err := unnested(names, c.rows)
	if err != nil {
		return err
	}
	set, where := make([]string, len(c.columns)), make([]string, len(c.keys))
	for i, n := range c.columns {
		set[i] = n + " = u." + n
	}
	for i, n := range c.keys {
		where[i] = c.table + "." + n + " = u." + n
	}
	stmt, err := w.stmt(ctx, "UPDATE "+c.table+" SET "+strings.Join(set, ", ")+" FROM "+source+" AS u ("+strings.Join(names, ", ")+
		") WHERE "+strings.Join(where, " AND "))
	if err != nil {
		return err
	}
	_, err = stmt.ExecContext(ctx, args...)
	return err
}

// unnested turns rows into arrays, one a column, and the call that takes them.
func unnested(names []string, rows [][]any) (call string, args []any, err error) {
	arrays := make([]array, len(names))
	types := make([]string, len(names))
	for _, row := range rows {
		for i, v := range row {
			p, err := plain(v)
			if err != nil {
				return "", nil, fmt.Errorf("column %s: %w", names[i], err)
			}
			typ := arrays[i].add(p)
			if types[i] == "" {
				types[i] = typ
			} else if typ != "" && typ != types[i] {
				return "", nil, fmt.Errorf("column %s has values of several types", names[i])
			}
		}
	}
	args = make([]any, len(arrays))
	casts := make([]string, len(arrays))
	for i := range arrays {
		if types[i] == "" {
			types[i] = "text"
		}
		casts[i] = "$" + strconv.Itoa(i+1) + "::" + types[i] + "[]"
		args[i] = arrays[i].String()
	}
	return "unnest(" + strings.Join(casts, ", ") + ")", args, nil
}

// Pairs is a table k of two text columns, a and b, whose rows PairsOf binds.
func Pairs(dialect string) string {
	if dialect == migrations.Postgres {
		return "unnest(?::text[], ?::text[]) AS k (a, b)"
	}
	return "(SELECT value ->> 0 AS a, value ->> 1 AS b FROM json_each(?)) AS k"
}

// PairsOf binds the rows of Pairs.
func PairsOf(dialect string, rows [][2]string) ([]any, error) {
	if dialect == migrations.Postgres {
		var a, b array
		for _, r := range rows {
			a.text(r[0])
			b.text(r[1])
		}
		return []any{a.String(), b.String()}, nil
	}
	list, err := json.Marshal(rows)
	if err != nil {
		return nil, fmt.Errorf("bind pairs: %w", err)
	}
	return []any{string(list)}, nil
}
