package events

import (
	"context"
	"database/sql/driver"
	"encoding/json"
	"fmt"
	"reflect"
	"strings"
)

// dialect is what the two databases do differently in the writer's path.
type dialect interface {
	// lock notes the batch in the writer's row, locks rows (each kind ascending), and reads the heads of the
	// tickets that exist and which of them are due.
	lock(ctx context.Context, b *batch, rows Locks) error
	// finish writes the heads that moved and appends the events. It returns the place of the last one.
	finish(ctx context.Context, b *batch) (pos int64, err error)
	// insert adds rows to a table.
	insert(ctx context.Context, w *writer, in insertion) error
	// update sets columns of rows of a table.
	update(ctx context.Context, w *writer, c change) error
	// forUpdate ends a SELECT that locks its rows; forUpdateSkip one that leaves out rows locked by others.
	forUpdate() string
	forUpdateSkip() string
	// now is the database's clock in milliseconds as SQL, or "" when the log's clock serves.
	now() string
}

type insertion struct {
	table   string
	columns []string
	rows    [][]any
}

var eventColumns = []string{
	"pos", "ticket_id", "seq", "prev", "public", "kind", "at", "recorded_at", "by_kind", "by_id", "by_token",
	"imported", "data",
}

// plain turns a value for a column into nil, int64, float64, string, bool or []byte.
func plain(v any) (any, error) {
	switch v := v.(type) {
	case nil, int64, float64, string, bool, []byte:
		return v, nil
	case int:
		return int64(v), nil
	case ID:
		return int64(v), nil
	case Time:
		return int64(v), nil
	case json.RawMessage:
		return string(v), nil
	case driver.Valuer:
		out, err := v.Value()
		if err != nil {
			return nil, err
		}
		if _, again := out.(driver.Valuer); again {
			return nil, fmt.Errorf("%T gives another valuer", v)
		}
		return plain(out)
	}
	rv := reflect.ValueOf(v)
	switch rv.Kind() {
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		return rv.Int(), nil
	case reflect.String:
		return rv.String(), nil
	case reflect.Bool:
		return rv.Bool(), nil
	case reflect.Float32, reflect.Float64:
		return rv.Float(), nil
	case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32:
		return int64(rv.Uint()), nil
	}
	return nil, fmt.Errorf("a column cannot hold %T", v)
}

func insertInto(in insertion) string {
	return "INSERT INTO " + in.table + " (" + strings.Join(in.columns, ", ") + ") "
}
