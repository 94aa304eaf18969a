package weekly

import (
	"context"
	"fmt"

	"heard/feedback/rollups"
	"heard/tickets/events"
)

// Past is an action from elsewhere (an import, demo data): when it was agreed, and when it was done.
type Past struct {
	ActionIn
	At, DoneAt events.Time // DoneAt 0: never
}

// Import keeps actions from elsewhere.
func (s *Store) Import(ctx context.Context, list []Past) error {
	snap, err := s.dir.Snapshot(ctx)
	if err != nil {
		return err
	}
	cal := rollups.NewCalendar(snap.Settings)
	return s.log.Write(ctx, events.Unit{By: events.SystemActor, Imported: true, Background: true}, func(ctx context.Context, tx *events.Tx) error {
		for _, p := range list {
			var id events.ID
			err := tx.NewRaw(`INSERT INTO report_actions (text, issue_id, week_made, created_at) VALUES (?, ?, ?, ?) RETURNING id`,
				p.Text, p.Issue, cal.WeekOf(p.At), p.At).Scan(ctx, &id)
			if err != nil {
				return fmt.Errorf("insert action: %w", err)
			}
			states := [][]any{{id, 1, p.At, Open, p.Owner, p.Due, 0, 0}}
			if p.DoneAt != 0 {
				states = append(states, []any{id, 2, p.DoneAt, Done, p.Owner, p.Due, p.DoneAt, 0})
			}
			if err := tx.Insert(ctx, "report_action_states", []string{"action_id", "n", "at", "state", "owner_id", "due", "done_at", "agent_id"}, states); err != nil {
				return fmt.Errorf("insert the states of an action: %w", err)
			}
		}
		return nil
	})
}
