package tickets

import (
	"context"
	"database/sql"
	"fmt"

	"heard/migrations"
	"heard/tickets/events"
)

// WordBits is how many bits of a document's number in SQLite's index of words count the stretches of one ticket.
const WordBits = 10

// ForgetWords takes tickets out of the index of words, in the unit of work that erases what they say: whoever asks for
// something to be erased need not trust a consumer that may lag. The consumer makes what is left again.
func ForgetWords(ctx context.Context, tx *events.Tx, ids []events.ID) error {
	dialect := tx.Dialect()
	among, list := events.Among(dialect, "ticket_id"), events.IDs(dialect, ids)
	if dialect == migrations.Postgres {
		if err := runQuery(ctx, tx, "DELETE FROM search_texts WHERE "+among, list); err != nil {
			return err
		}
	} else {
		for _, id := range ids { // the index finds what to remove by its number alone
			first := int64(id) << WordBits
			err := runQuery(ctx, tx, `DELETE FROM search_texts WHERE rowid BETWEEN ? AND
				? + COALESCE((SELECT MAX(p.part) FROM search_parts p WHERE p.ticket_id = ?), 0)`, first, first, int64(id))
			if err != nil {
				return err
			}
		}
	}
	return runQuery(ctx, tx, "DELETE FROM search_parts WHERE "+among, list)
}

// runQuery executes a statement that stays prepared.
func runQuery(ctx context.Context, tx *events.Tx, text string, args ...any) error {
	rows, err := tx.Query(ctx, text, args...)
	if err == nil {
		err = each(rows, func(*sql.Rows) error { return nil })
	}
	if err != nil {
		return fmt.Errorf("forget words: %w", err)
	}
	return nil
}
