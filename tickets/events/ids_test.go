package events_test

import (
	"context"
	"errors"
	"slices"
	"testing"

	"heard/migrations"
	"heard/migrations/dbtest"
	"heard/tickets/events"
	"heard/tickets/events/eventstest"
)

func TestNextIDsAreNobodyElses(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *migrations.DB) {
		log := eventstest.New(t, db, nil)
		var first, second []events.ID
		var given events.ID
		unit := events.Unit{By: events.SystemActor}
		err := log.Write(t.Context(), unit, func(ctx context.Context, tx *events.Tx) (err error) {
			if first, err = tx.NextIDs(ctx, "tags", 3); err != nil {
				return err
			}
			if second, err = tx.NextIDs(ctx, "tags", 2); err != nil {
				return err
			}
			if err := tx.NewRaw(`INSERT INTO tags (name, created_at) VALUES ('by itself', 1) RETURNING id`).Scan(ctx, &given); err != nil {
				return err
			}
			return tx.Insert(ctx, "tags", []string{"id", "name", "created_at"}, [][]any{{first[2], "a", 1}, {second[0], "b", 1}})
		})
		if err != nil {
			t.Fatal(err)
		}
		all := slices.Concat(first, second, []events.ID{given})
		if !slices.IsSorted(all) || len(slices.Compact(all)) != 6 {
			t.Errorf("ids = %v, %v and %d, want six that ascend", first, second, given)
		}
		undone := errors.New("undone")
		err = log.Write(t.Context(), unit, func(ctx context.Context, tx *events.Tx) error {
			_, err := tx.NextIDs(ctx, "tags", 1)
			return errors.Join(err, undone)
		})
		if !errors.Is(err, undone) {
			t.Fatalf("err = %v", err)
		}
		err = log.Write(t.Context(), unit, func(ctx context.Context, tx *events.Tx) error {
			return tx.NewRaw(`INSERT INTO tags (name, created_at) VALUES ('later', 1) RETURNING id`).Scan(ctx, &given)
		})
		if err != nil || given <= all[5] {
			t.Errorf("after a unit that failed: id %d, err %v", given, err)
		}
	})
}
