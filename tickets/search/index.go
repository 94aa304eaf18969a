package search

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	"heard/migrations"
	"heard/tickets"
	"heard/tickets/events"
)

const (
	// fullPart is how much writing a stretch holds before the next one begins, in bytes. A message makes its ticket's
	// newest stretch again, so this bounds what a message costs: SQLite takes
	// every word of the stretch out of its pages before it writes the new one.
	fullPart = 8 << 10
	// maxParts is how many stretches a ticket has; the last takes what is left, up to fullPart.
	maxParts = 1 << tickets.WordBits
)

// document is one stretch of a ticket.
type document struct {
	ticket            events.ID
	part              int64
	from              int64 // seq of its first message; 0 for the first stretch
	subject, customer string
	bodies            []string
}

// remake writes the documents of tickets again: all of them, or from the newest stretch on.
func (s *Searcher) remake(ctx context.Context, tx *events.Tx, set map[events.ID]bool, whole bool) error {
	if len(set) == 0 {
		return nil
	}
	ids := slices.Sorted(maps.Keys(set))
	docs, err := begin(ctx, tx, ids, whole)
	if err != nil {
		return err
	}
	if docs, err = fill(ctx, tx, docs); err != nil {
		return err
	}
	slices.SortFunc(docs, func(a, b document) int { return cmp.Or(cmp.Compare(a.ticket, b.ticket), cmp.Compare(a.part, b.part)) })
	if whole {
		if err := tickets.ForgetWords(ctx, tx, ids); err != nil {
			return err
		}
	}
	return write(ctx, tx, docs)
}

// begin makes the first document of each ticket that is made again, with what stands above the conversation.
func begin(ctx context.Context, tx *events.Tx, ids []events.ID, whole bool) ([]document, error) {
	newest := "0, 0"
	if !whole {
		newest = `COALESCE((SELECT MAX(p.part) FROM search_parts p WHERE p.ticket_id = t.id), 0),
			COALESCE((SELECT MAX(p.from_seq) FROM search_parts p WHERE p.ticket_id = t.id), 0)`
	}
	rows, err := tx.Query(ctx, `SELECT t.id, t.subject, COALESCE(c.name, ''), COALESCE(c.email, ''), COALESCE(c.external_id, ''), `+newest+`
		FROM tickets t LEFT JOIN customers c ON c.id = t.customer_id WHERE `+events.Among(tx.Dialect(), "t.id"), events.IDs(tx.Dialect(), ids))
	if err != nil {
		return nil, fmt.Errorf("read tickets: %w", err)
	}
	var out []document
	return out, eachRow(rows, func() error {
		var d document
		var name, email, external string
		if err := rows.Scan(&d.ticket, &d.subject, &name, &email, &external, &d.part, &d.from); err != nil {
			return fmt.Errorf("read tickets: %w", err)
		}
		d.customer = name + "\n" + email + "\n" + external
		out = append(out, d)
		return nil
	})
}

// begins are the rows (ticket, its first message) of documents. They are written out, so that each is a step into the index
// of messages, however long its conversation is; a document of a whole ticket begins at 0.
func begins(docs []document) string {
	var text strings.Builder
	for i, d := range docs {
		text.WriteString([]string{"VALUES ", ", "}[min(i, 1)])
		fmt.Fprintf(&text, "(%d, %d)", int64(d.ticket), d.from)
	}
	return text.String()
}

// fill gives the documents their messages, and makes more where one is full.
func fill(ctx context.Context, tx *events.Tx, docs []document) ([]document, error) {
	if len(docs) == 0 {
		return nil, nil
	}
	place, size := make(map[events.ID]int, len(docs)), make([]int, len(docs))
	for i, d := range docs {
		place[d.ticket] = i
	}
	rows, err := tx.Query(ctx, "WITH doc (ticket_id, from_seq) AS ("+begins(docs)+`) SELECT m.ticket_id, m.seq, m.body
		FROM doc JOIN messages m ON m.ticket_id = doc.ticket_id AND m.seq >= doc.from_seq
		WHERE m.redacted_at = 0 ORDER BY m.ticket_id, m.seq`)
	if err != nil {
		return nil, fmt.Errorf("read messages: %w", err)
	}
	return docs, eachRow(rows, func() error {
		var ticket events.ID
		var seq int64
		var body string
		if err := rows.Scan(&ticket, &seq, &body); err != nil {
			return fmt.Errorf("read messages: %w", err)
		}
		i, known := place[ticket]
		if !known {
			return nil
		}
		if full := size[i] >= fullPart; full && docs[i].part == maxParts-1 {
			return nil
		} else if full {
			d := docs[i]
			d.part, d.from, d.bodies = d.part+1, seq, nil
			docs, size = append(docs, d), append(size, 0)
			i = len(docs) - 1
			place[ticket] = i
		}
		docs[i].bodies, size[i] = append(docs[i].bodies, body), size[i]+len(body)
		return nil
	})
}

func write(ctx context.Context, tx *events.Tx, docs []document) error {
	for _, d := range docs {
		var err error
		if tx.Dialect() == migrations.Postgres {
			err = run(ctx, tx, `INSERT INTO search_texts (ticket_id, part, words) VALUES (?, ?, ?::tsvector)
				ON CONFLICT (ticket_id, part) DO UPDATE SET words = excluded.words`, int64(d.ticket), d.part, d.vector())
		} else {
			err = run(ctx, tx, `INSERT OR REPLACE INTO search_texts (rowid, subject, customer, body) VALUES (?, ?, ?, ?)`,
				int64(d.ticket)<<tickets.WordBits|d.part, strings.Join(cut(d.subject).words, " "), joined(d.customer), d.body())
		}
		if err == nil && d.part > 0 {
			err = run(ctx, tx, "INSERT INTO search_parts (ticket_id, part, from_seq) VALUES (?, ?, ?) ON CONFLICT (ticket_id, part) DO NOTHING",
				int64(d.ticket), d.part, d.from)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// run executes a statement that stays prepared.
func run(ctx context.Context, tx *events.Tx, text string, args ...any) error {
	rows, err := tx.Query(ctx, text, args...)
	if err != nil {
		return fmt.Errorf("write the index: %w", err)
	}
	return eachRow(rows, func() error { return nil })
}

// bound stands between what no phrase goes across.
const bound = "|"

// joined are the words of several lines, with a bound behind each.
func joined(text string) string {
	var out []string
	for part := range strings.SplitSeq(text, "\n") {
		out = append(out, append(cut(part).words, bound)...)
	}
	return strings.Join(out, " ")
}

// body are the words of all messages for SQLite.
func (d *document) body() string {
	var b strings.Builder
	for _, text := range d.bodies {
		for _, word := range cut(text).words {
			b.WriteString(word)
			b.WriteByte(' ')
		}
		b.WriteString(bound + " ")
	}
	return b.String()
}

// Limits of a tsvector: places are counted to 16,383 and a document has a megabyte. What stands behind is not kept.
const (
	maxPlace  = 16_383
	maxVector = 900_000
)

// vector is the document as PostgreSQL reads it: 'word':1,7 with the weight of its field. A place is left out between
// messages, so that no phrase goes across.
func (d *document) vector() string {
	places := map[string][]string{}
	size, at := 0, 0
	add := func(text, weight string) {
		for _, word := range cut(text).words {
			at++
			mark := fmt.Sprint(min(at, maxPlace)) + weight
			if size += len(mark) + 1; places[word] == nil {
				size += len(word) + 8
			}
			if size > maxVector {
				return
			}
			places[word] = append(places[word], mark)
		}
		at++
	}
	add(d.subject, "A")
	for part := range strings.SplitSeq(d.customer, "\n") {
		add(part, "B")
	}
	for _, text := range d.bodies {
		add(text, "")
	}
	var b strings.Builder
	for _, word := range slices.Sorted(maps.Keys(places)) {
		b.WriteString("'" + word + "':" + strings.Join(places[word], ",") + " ")
	}
	return b.String()
}
