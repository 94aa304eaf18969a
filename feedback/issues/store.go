package issues

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"

	"heard/tickets"
	"heard/tickets/events"
	"heard/tickets/fault"
)

// Store keeps the topics and issues of one desk.
type Store struct {
	log *events.Log
	dir *tickets.Directory
	cfg Config

	tags   tagCounts
	nights sync.Mutex // one night, or one change of what it rests on, at a time

	mu      sync.Mutex
	live    *Model              // of this node, for suggestions at arrival; nil until loaded
	version int64               // of the state that live came from
	lost    int64               // version of a stored state that could not be read: a night must make it anew
	topics  map[int64]events.ID // published topics by key
	partOf  map[int64]int64     // what each is a part of: see matters
	loaded  chan struct{}       // closed when live is there
}

// NewStore returns the store. Load makes its consumer able to work.
func NewStore(log *events.Log, dir *tickets.Directory) *Store {
	return &Store{log: log, dir: dir, cfg: DefaultConfig(), loaded: make(chan struct{})}
}

// Loaded waits until the consumer can work: Load has run, here or by Follow.
func (s *Store) Loaded(ctx context.Context) error {
	select {
	case <-s.loaded:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// savedState is the model between two nights.
type savedState struct {
	Version, Pos int64
	NightAt      events.Time
	Model        []byte
}

// readMark reads the state without the model, which is large.
func (s *Store) readMark(ctx context.Context) (st savedState, err error) {
	err = s.log.Read().DB.QueryRowContext(ctx, `SELECT version, pos, night_at FROM topic_state WHERE id = 1`).
		Scan(&st.Version, &st.Pos, &st.NightAt)
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return st, fmt.Errorf("read topics: %w", err)
	}
	return st, nil
}

func (s *Store) readState(ctx context.Context) (st savedState, err error) {
	err = s.log.Read().DB.QueryRowContext(ctx, `SELECT version, pos, night_at, model FROM topic_state WHERE id = 1`).
		Scan(&st.Version, &st.Pos, &st.NightAt, &st.Model)
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return st, fmt.Errorf("read topics: %w", err)
	}
	return st, nil
}

// writeState replaces the state that the caller read; another process may have been faster. Packing the model takes
// long and is done before, outside the transaction.
func writeState(ctx context.Context, tx *events.Tx, st savedState, packed []byte) error {
	res, err := tx.NewRaw(`DELETE FROM topic_state WHERE id = 1 AND version = ?`, st.Version).Exec(ctx)
	if err != nil {
		return fmt.Errorf("write topics: %w", err)
	}
	if n, err := res.RowsAffected(); err != nil || n == 0 && st.Version != 0 {
		return errors.Join(errOvertaken, err)
	}
	return tx.Insert(ctx, "topic_state", []string{"id", "version", "pos", "night_at", "model"},
		[][]any{{1, st.Version + 1, st.Pos, st.NightAt, packed}})
}

var errOvertaken = fault.New(fault.Conflict, "the topics were changed at the same time")

// topic is a row of topics. Dead ones lead on to the one that they became part of.
type topic struct {
	ID         events.ID
	Key        int64
	Name       string
	Terms      string
	MergedInto events.ID
	Tickets    int
}

func (t *topic) terms() []string {
	out := []string{}
	if json.Unmarshal([]byte(t.Terms), &out) != nil {
		return []string{}
	}
	return out
}

// label is how a topic is called where not everybody may read what customers wrote: by a person's name, or by words
// that several customers used.
func (t *topic) label() string {
	if t.Name != "" {
		return t.Name
	}
	return labelOf(t.terms())
}

// catalog is all topics.
type catalog struct {
	byID  map[events.ID]*topic
	byKey map[int64]*topic
}

func (s *Store) catalog(ctx context.Context) (*catalog, error) {
	var rows []topic
	if err := s.log.Read().NewRaw(`SELECT id, key, name, terms, merged_into, tickets FROM topics ORDER BY id`).Scan(ctx, &rows); err != nil {
		return nil, fmt.Errorf("read topics: %w", err)
	}
	c := &catalog{make(map[events.ID]*topic, len(rows)), make(map[int64]*topic, len(rows))}
	for i := range rows {
		c.byID[rows[i].ID], c.byKey[rows[i].Key] = &rows[i], &rows[i]
	}
	return c, nil
}

// lives follows merges to the topic that lives.
func (c *catalog) lives(id events.ID) *topic {
	t := c.byID[id]
	for range len(c.byID) {
		if t == nil || t.MergedInto == 0 {
			return t
		}
		t = c.byID[t.MergedInto]
	}
	return t
}

// heir is lives for a key; 0 when nothing was published under it.
func (c *catalog) heir(key int64) events.ID {
	if t := c.byKey[key]; t != nil {
		return c.lives(t.ID).ID
	}
	return 0
}

func (c *catalog) keys() map[int64]events.ID {
	out := make(map[int64]events.ID, len(c.byKey))
	for key := range c.byKey {
		out[key] = c.heir(key)
	}
	return out
}

// Load gives this node its model: that of the last night, and what happened since.
func (s *Store) Load(ctx context.Context) error {
	st, err := s.readState(ctx)
	if err != nil {
		return err
	}
	m := New(s.cfg)
	if st.Version != 0 {
		if m, err = Restore(st.Model); err != nil {
			m, st.Pos = New(s.cfg), 0 // a night builds it anew; until then nothing is suggested
			s.mu.Lock()
			s.lost = st.Version
			s.mu.Unlock()
		}
	}
	return s.enliven(ctx, m, st.Pos, st.Version)
}

// enliven tells a model what happened since pos and puts it to work.
func (s *Store) enliven(ctx context.Context, m *Model, pos, version int64) error {
	topics, err := s.catalog(ctx)
	if err != nil {
		return err
	}
	head, err := s.log.Head(ctx)
	if err != nil {
		return err
	}
	if pos > 0 {
		ids, err := s.changedSince(ctx, pos, head)
		if err == nil {
			err = s.feed(ctx, m, ids)
		}
		if err != nil {
			return err
		}
	}
	of, err := s.matters(ctx, m, topics)
	if err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.live == nil {
		close(s.loaded)
	}
	s.live, s.version, s.topics, s.partOf = m, version, topics.keys(), of
	return nil
}

// lookAgain is how often a node looks whether another one had the night.
const lookAgain = 30 * time.Second

// Follow keeps this node's model that of the newest night, until ctx ends.
func (s *Store) Follow(ctx context.Context) error {
	for {
		st, err := s.readMark(ctx)
		if err != nil {
			return err
		}
		s.mu.Lock()
		old := s.live == nil || s.version != st.Version
		s.mu.Unlock()
		if old {
			if err := s.Load(ctx); err != nil {
				return err
			}
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(lookAgain):
		}
	}
}

// Forget removes tickets whose words were erased: from the model in memory, from its state, and from the places
// that quote them. Terms that only they held are gone from their topics' names at once.
func (s *Store) Forget(ctx context.Context, ids ...events.ID) error {
	s.nights.Lock()
	defer s.nights.Unlock()
	st, err := s.readState(ctx)
	if err != nil {
		return err
	}
	m := New(s.cfg)
	if st.Version != 0 {
		if m, err = Restore(st.Model); err != nil {
			m, st.Pos = New(s.cfg), 0
		}
	}
	for _, id := range ids {
		m.Forget(int64(id))
	}
	packed, err := m.MarshalBinary()
	if err != nil {
		return err
	}
	err = s.log.Write(ctx, events.Unit{By: events.SystemActor}, func(ctx context.Context, tx *events.Tx) error {
		for some := range slices.Chunk(ids, readAtOnce) {
			if err := forgetRows(ctx, tx, some); err != nil {
				return err
			}
		}
		if err := s.rename(ctx, tx, m); err != nil {
			return err
		}
		if _, err := tx.NewRaw(`UPDATE issues SET terms = '[]' WHERE terms <> '[]'`).Exec(ctx); err != nil { // the next night finds them anew
			return fmt.Errorf("forget words of issues: %w", err)
		}
		if st.Version == 0 {
			return nil
		}
		return writeState(ctx, tx, st, packed)
	})
	if err != nil {
		return fmt.Errorf("forget tickets: %w", err)
	}
	return s.Load(ctx)
}
