package events

import (
	"context"
	"fmt"

	"heard/migrations"
)

// NextIDs takes n new ids of a table, ascending, for rows that this unit inserts with them: who writes thousands of rows
// that name one another cannot ask for each of them. The name is code, never input. Ids of a unit that fails are lost.
func (tx *Tx) NextIDs(ctx context.Context, table string, n int) ([]ID, error) {
	if n <= 0 {
		return nil, nil
	}
	ids := make([]ID, 0, n)
	err := tx.nextIDs(ctx, table, n, &ids)
	if err == nil && len(ids) != n {
		err = fmt.Errorf("got %d of %d", len(ids), n)
	}
	if err != nil {
		return nil, fmt.Errorf("take ids of %s: %w", table, err)
	}
	return ids, nil
}

func (tx *Tx) nextIDs(ctx context.Context, table string, n int, ids *[]ID) error {
	if tx.Dialect() == migrations.Postgres {
		return tx.NewRaw(`SELECT nextval(pg_get_serial_sequence(?, 'id')) FROM generate_series(1, ?) AS id ORDER BY 1`, table, n).Scan(ctx, ids)
	}
	// SQLite makes the row with the table's first one.
	_, err := tx.NewRaw(`INSERT INTO sqlite_sequence (name, seq) SELECT ?, 0 WHERE NOT EXISTS (SELECT 1 FROM sqlite_sequence WHERE name = ?)`, table, table).Exec(ctx)
	if err != nil {
		return err
	}
	var last ID
	if err := tx.NewRaw(`UPDATE sqlite_sequence SET seq = seq + ? WHERE name = ? RETURNING seq`, n, table).Scan(ctx, &last); err != nil {
		return err
	}
	for id := last - ID(n) + 1; id <= last; id++ {
		*ids = append(*ids, id)
	}
	return nil
}
