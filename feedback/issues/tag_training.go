package issues

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"

	"heard/feedback/issues/tagger"
	"heard/tickets"
	"heard/tickets/events"

	"github.com/uptrace/bun"
)

const (
	mostTagged    = 20_000 // newest tagged tickets that a training reads
	tagSeed       = 1
	leastChanges  = 10  // tags given or taken since the last training that make another one worth it
	changesShare  = 50  // or so many of the examples' number, if that is more
	longestRest   = 7   // days after which it is done anyway: who was erased is forgotten by then
	openSuggested = 500 // newest open tickets for which a new model speaks at once
)

// tagState is the stored model.
type tagState struct {
	Version, Pos int64
	TrainedAt    events.Time
	Model        []byte
}

// read reads the state; whole with the model, which is large.
func (s *Tagging) read(ctx context.Context, whole bool) (st tagState, err error) {
	columns, into := "version, pos, trained_at", []any{&st.Version, &st.Pos, &st.TrainedAt}
	if whole {
		columns, into = columns+", model", append(into, &st.Model)
	}
	err = s.log.Read().DB.QueryRowContext(ctx, `SELECT `+columns+` FROM tag_model WHERE id = 1`).Scan(into...)
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return st, fmt.Errorf("read the model of tags: %w", err)
	}
	return st, nil
}

// TrainIfDue trains in the desk's small hours when enough is new, and at once when a desk has its first examples.
func (s *Tagging) TrainIfDue(ctx context.Context) error {
	st, err := s.read(ctx, false)
	if err != nil {
		return err
	}
	due, err := s.first(ctx, st)
	if err == nil && !due {
		due, err = s.nightly(ctx, st)
	}
	if err != nil || !due {
		return err
	}
	return s.Train(ctx)
}

// first tells whether there is something to learn and nothing learned: yet, or by a program that read texts otherwise.
func (s *Tagging) first(ctx context.Context, st tagState) (bool, error) {
	s.mu.Lock()
	lost := s.live == nil && s.version == st.Version
	s.mu.Unlock()
	if st.Version != 0 {
		return lost, nil
	}
	var tags []int64
	err := s.log.Read().NewRaw(`SELECT tag_id FROM ticket_tags GROUP BY tag_id HAVING COUNT(*) >= ? LIMIT 1`, tagger.LeastExamples).Scan(ctx, &tags)
	if err != nil {
		return false, fmt.Errorf("count tags: %w", err)
	}
	return len(tags) > 0, nil
}

// nightly looks once a night whether enough changed. What was taken back must be forgotten in any case.
func (s *Tagging) nightly(ctx context.Context, st tagState) (bool, error) {
	snap, err := s.dir.Snapshot(ctx)
	if err != nil || st.Version == 0 {
		return false, err
	}
	local, today := s.log.Now().Std().In(snap.Zone()), dayOf(s.log.Now(), snap.Zone())
	s.mu.Lock()
	seen, model := s.looked == today, s.live
	s.mu.Unlock()
	trained := dayOf(st.TrainedAt, snap.Zone())
	if seen || local.Hour() < nightHour || trained >= today {
		return false, nil
	}
	var news struct{ Tags, Erased int }
	err = s.log.Read().NewRaw(`SELECT COUNT(CASE WHEN kind IN (?) THEN 1 END) AS tags, COUNT(CASE WHEN kind NOT IN (?) THEN 1 END) AS erased
		FROM events WHERE pos > ? AND kind IN (?)`, bun.List(tagKinds()), bun.List(tagKinds()), st.Pos,
		bun.List(append(tagKinds(), tickets.MessageRedacted{}.EventKind()))).Scan(ctx, &news)
	if err != nil {
		return false, fmt.Errorf("count changed tags: %w", err)
	}
	least := leastChanges
	if model != nil {
		least = max(least, model.Examples()/changesShare)
	}
	if news.Erased > 0 || news.Tags >= least || today-trained >= longestRest {
		return true, nil
	}
	s.mu.Lock()
	s.looked = today
	s.mu.Unlock()
	return false, nil
}

func tagKinds() []string {
	return []string{tickets.TicketTagged{}.EventKind(), tickets.TicketUntagged{}.EventKind()}
}

// Train learns from the newest tagged tickets as they are now, and suggests tags for the tickets that are open.
func (s *Tagging) Train(ctx context.Context) error {
	st, err := s.read(ctx, false)
	if err != nil {
		return err
	}
	if st.Pos, err = s.log.Head(ctx); err != nil {
		return err
	}
	m, err := s.learn(ctx)
	if err != nil {
		return err
	}
	if st.Model, err = m.MarshalBinary(); err != nil {
		return err
	}
	if err := s.write(ctx, st); err != nil {
		return err
	}
	s.use(m, st.Version+1)
	return s.suggestOpen(ctx)
}

// learn fits a model to the newest tagged tickets.
func (s *Tagging) learn(ctx context.Context) (*tagger.Model, error) {
	var ids []events.ID
	err := s.log.Read().NewRaw(`SELECT DISTINCT ticket_id FROM ticket_tags ORDER BY ticket_id DESC LIMIT ?`, mostTagged).Scan(ctx, &ids)
	if err != nil {
		return nil, fmt.Errorf("list tagged tickets: %w", err)
	}
	training := tagger.NewTraining()
	for some := range slices.Chunk(ids, readAtOnce) {
		list, err := tagged(ctx, s.log.Read(), some)
		if err != nil {
			return nil, err
		}
		for _, e := range list {
			training.Add(e)
		}
	}
	return training.Fit(ctx, tagSeed)
}

// write replaces the state that the caller read; another process may have been faster.
func (s *Tagging) write(ctx context.Context, st tagState) error {
	return s.log.Write(ctx, events.Unit{By: events.SystemActor, Background: true}, func(ctx context.Context, tx *events.Tx) error {
		res, err := tx.NewRaw(`DELETE FROM tag_model WHERE id = 1 AND version = ?`, st.Version).Exec(ctx)
		if err != nil {
			return fmt.Errorf("write the model of tags: %w", err)
		}
		if n, err := res.RowsAffected(); err != nil || n == 0 && st.Version != 0 {
			return errors.Join(errOvertaken, err)
		}
		return tx.Insert(ctx, "tag_model", []string{"id", "version", "pos", "trained_at", "model"},
			[][]any{{1, st.Version + 1, st.Pos, tx.Now, st.Model}})
	})
}

// suggestOpen says of the newest open tickets what the new model makes of them.
func (s *Tagging) suggestOpen(ctx context.Context) error {
	var ids []events.ID
	err := s.log.Read().NewRaw(`SELECT id FROM tickets WHERE status IN (?) AND merged_into = 0 AND NOT spam ORDER BY id DESC LIMIT ?`,
		bun.List([]tickets.Status{tickets.Open, tickets.Pending}), openSuggested).Scan(ctx, &ids)
	if err != nil {
		return fmt.Errorf("list open tickets: %w", err)
	}
	for some := range slices.Chunk(ids, movedAUnit) {
		u := events.Unit{By: events.SystemActor, Background: true}
		if err := s.log.Write(ctx, u, func(ctx context.Context, tx *events.Tx) error { return s.suggest(ctx, tx, some) }); err != nil {
			return err
		}
	}
	return nil
}
