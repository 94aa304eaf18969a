package events

import (
	"context"
	"fmt"
)

// Skip moves a consumer past everything that is in the log now, for whoever has done by itself what would follow.
func (l *Log) Skip(ctx context.Context, consumer string) error {
	err := l.Write(ctx, Unit{By: SystemActor, Background: true}, func(ctx context.Context, tx *Tx) error {
		_, err := tx.NewRaw(`INSERT INTO cursors (name, pos, updated_at) SELECT ?, pos, ? FROM log_head WHERE id = 1
			ON CONFLICT (name) DO UPDATE SET pos = excluded.pos, failures = 0, last_error = '', updated_at = excluded.updated_at`, consumer, tx.Now).Exec(ctx)
		return err
	})
	if err != nil {
		return fmt.Errorf("move cursor of %s: %w", consumer, err)
	}
	return nil
}
