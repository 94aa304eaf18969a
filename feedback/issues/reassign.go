package issues

import (
	"context"
	"fmt"
	"slices"

	"heard/tickets/events"

	"github.com/uptrace/bun"
)

// reassign writes moves in units of bounded size. A ticket whose topic was changed meanwhile keeps it.
func (s *Store) reassign(ctx context.Context, by events.Actor, moves []assignment, write func(context.Context, *events.Tx, []assignment) error) error {
	slices.SortFunc(moves, func(a, b assignment) int { return int(a.ticket - b.ticket) })
	for some := range slices.Chunk(moves, movedAUnit) {
		ids := make([]events.ID, len(some))
		for i, a := range some {
			ids[i] = a.ticket
		}
		u := events.Unit{By: by, Locks: events.Locks{Tickets: ids}, Background: true}
		err := s.log.Write(ctx, u, func(ctx context.Context, tx *events.Tx) error {
			have, err := membersOf(ctx, tx, ids)
			if err != nil {
				return err
			}
			var still []assignment
			for _, a := range some {
				if have[a.ticket].TopicID == a.from {
					still = append(still, a)
				}
			}
			return write(ctx, tx, still)
		})
		if err != nil {
			return fmt.Errorf("move tickets to topics: %w", err)
		}
	}
	return nil
}

// trust notes which memberships the model is (not) sure of.
func (s *Store) trust(ctx context.Context, surer, lessSure []events.ID) error {
	for sure, ids := range map[bool][]events.ID{true: surer, false: lessSure} {
		for some := range slices.Chunk(ids, 5*readAtOnce) {
			err := s.log.Write(ctx, events.Unit{By: events.SystemActor, Background: true}, func(ctx context.Context, tx *events.Tx) error {
				_, err := tx.NewRaw(`UPDATE topic_members SET sure = ? WHERE ticket_id IN (?) AND NOT pinned`, sure, bun.List(some)).Exec(ctx)
				return err
			})
			if err != nil {
				return fmt.Errorf("write topics of tickets: %w", err)
			}
		}
	}
	return nil
}
