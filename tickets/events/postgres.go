package events

import (
	"context"
	"encoding/hex"
	"fmt"
	"strconv"
	"strings"
)

// postgresDialect sends whole batches as arrays to statements that stay prepared on the writer's connection.
type postgresDialect struct{}

func (postgresDialect) forUpdate() string     { return " FOR UPDATE" }
func (postgresDialect) forUpdateSkip() string { return " FOR UPDATE SKIP LOCKED" }
func (postgresDialect) now() string {
	return "(extract(epoch FROM clock_timestamp()) * 1000)::bigint"
}

// lockTickets also notes the batch, to spare a round trip.
const lockTickets = `WITH noted AS (UPDATE writers SET batch = $2, updated_at = $3 WHERE name = $4)
	SELECT id, last_seq, public_seq, last_at, closes_at, snoozed_until FROM tickets
	WHERE id = ANY($1::bigint[]) ORDER BY id FOR UPDATE`

func (postgresDialect) lock(ctx context.Context, b *batch, rows Locks) error {
	if b.w.impatient {
		if err := b.exec(ctx, `SET LOCAL lock_timeout = 100`); err != nil {
			return err
		}
	}
	for _, people := range []struct {
		table string
		ids   []ID
	}{{"customers", rows.Customers}, {"visitors", rows.Visitors}, {"agents", rows.Agents}} {
		if len(people.ids) == 0 {
			continue
		}
		stmt, err := b.w.stmt(ctx, `SELECT FROM `+people.table+` WHERE id = ANY($1::bigint[]) ORDER BY id FOR UPDATE`)
		if err != nil {
			return err
		}
		if _, err := stmt.ExecContext(ctx, idArray(people.ids)); err != nil {
			return fmt.Errorf("%s: %w", people.table, err)
		}
	}
	stmt, err := b.w.stmt(ctx, lockTickets)
	if err != nil {
		return err
	}
	found, err := stmt.QueryContext(ctx, idArray(rows.Tickets), b.number, int64(b.now), b.w.name)
	if err != nil {
		return fmt.Errorf("tickets: %w", err)
	}
	return b.scanHeads(found)
}

func idArray(ids []ID) string {
	var list array
	for _, id := range ids {
		list.int(int64(id))
	}
	return list.String()
}

// appendEvents does all that ends a batch in one round trip. The tickets are locked already, so the head of the log
// is the last lock taken.
const appendEvents = `
WITH head AS (
	UPDATE log_head SET pos = pos + $1 WHERE id = 1 RETURNING pos
), flush AS (
	UPDATE tickets t SET last_seq = h.last_seq, public_seq = h.public_seq, last_at = h.last_at
	FROM unnest($2::bigint[], $3::bigint[], $4::bigint[], $5::bigint[]) AS h (id, last_seq, public_seq, last_at)
	WHERE t.id = h.id RETURNING 1
), added AS (
	INSERT INTO events (pos, ticket_id, seq, prev, public, kind, at, recorded_at, by_kind, by_id, by_token, imported, data)
	SELECT head.pos - $1 + e.n, e.ticket_id, e.seq, e.prev, e.public, e.kind, e.at, e.recorded_at, e.by_kind, e.by_id,
		e.by_token, e.imported, e.data
	FROM head, unnest($6::bigint[], $7::bigint[], $8::bigint[], $9::boolean[], $10::text[], $11::bigint[],
		$12::bigint[], $13::text[], $14::bigint[], $15::bigint[], $16::boolean[], $17::text[]) WITH ORDINALITY
		AS e (ticket_id, seq, prev, public, kind, at, recorded_at, by_kind, by_id, by_token, imported, data, n)
)
SELECT head.pos, (SELECT count(*) FROM flush) FROM head`

func (postgresDialect) finish(ctx context.Context, b *batch) (pos int64, err error) {
	stmt, err := b.w.stmt(ctx, appendEvents)
	if err != nil {
		return 0, err
	}
	touched := b.touched()
	var a [16]array
	for _, id := range touched {
		h := b.heads[id]
		a[0].int(int64(id))
		a[1].int(h.Seq)
		a[2].int(h.Public)
		a[3].int(int64(h.At))
	}
	for _, e := range b.events {
		a[4].int(int64(e.TicketID))
		a[5].int(e.Seq)
		a[6].int(e.Prev)
		a[7].bool(e.Public)
		a[8].text(e.Kind)
		a[9].int(int64(e.At))
		a[10].int(int64(e.RecordedAt))
		a[11].text(string(e.By.Kind))
		a[12].int(int64(e.By.ID))
		a[13].int(int64(e.By.Token))
		a[14].bool(e.Imported)
		a[15].text(string(e.Data))
	}
	args := make([]any, 0, len(a)+1)
	args = append(args, int64(len(b.events)))
	for i := range a {
		args = append(args, a[i].String())
	}
	var flushed int
	if err := stmt.QueryRowContext(ctx, args...).Scan(&pos, &flushed); err != nil {
		return 0, err
	}
	if flushed != len(touched) {
		return 0, fmt.Errorf("%d tickets have events but no row", len(touched)-flushed)
	}
	return pos, nil
}

func (postgresDialect) insert(ctx context.Context, w *writer, in insertion) error {
	source, args, err := unnested(in.columns, in.rows)
	if err != nil {
		return err
	}
	// Ordered, so that a sequence gives ids in the order of the rows.
	stmt, err := w.stmt(ctx, insertInto(in)+"SELECT "+numbered("c", len(in.columns))+
		" FROM "+source+" WITH ORDINALITY AS r ("+numbered("c", len(in.columns))+", n) ORDER BY r.n")
	if err != nil {
		return err
	}
	_, err = stmt.ExecContext(ctx, args...)
	return err
}

func numbered(prefix string, n int) string {
	names := make([]string, n)
	for i := range names {
		names[i] = prefix + strconv.Itoa(i)
	}
	return strings.Join(names, ", ")
}

// array builds the text form of a PostgreSQL array.
type array struct{ b []byte }

func (a *array) next() {
	if a.b == nil {
		a.b = append(make([]byte, 0, 256), '{')
	} else {
		a.b = append(a.b, ',')
	}
}

func (a *array) int(n int64) {
	a.next()
	a.b = strconv.AppendInt(a.b, n, 10)
}

func (a *array) bool(v bool) {
	a.next()
	a.b = strconv.AppendBool(a.b, v)
}

func (a *array) text(s string) {
	a.next()
	a.b = append(a.b, '"')
	for i := 0; i < len(s); i++ {
		if s[i] == '"' || s[i] == '\\' {
			a.b = append(a.b, '\\')
		}
		a.b = append(a.b, s[i])
	}
	a.b = append(a.b, '"')
}

// add appends a plain value and returns its SQL type, "" for NULL.
func (a *array) add(v any) string {
	switch v := v.(type) {
	case int64:
		a.int(v)
		return "bigint"
	case string:
		a.text(v)
		return "text"
	case bool:
		a.bool(v)
		return "boolean"
	case float64:
		a.text(strconv.FormatFloat(v, 'g', -1, 64))
		return "double precision"
	case []byte:
		a.text(`\x` + hex.EncodeToString(v))
		return "bytea"
	}
	a.next()
	a.b = append(a.b, "NULL"...)
	return ""
}

// String returns the array; without elements it is empty.
func (a *array) String() string {
	if a.b == nil {
		return "{}"
	}
	return string(a.b) + "}"
}
