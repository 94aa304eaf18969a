package issues

import (
	"context"
	"fmt"
	"slices"

	"heard/feedback"
	"heard/tickets/events"
	"heard/tickets/fault"
)

// Split takes tickets out of an issue into a new issue with a topic of its own, and pins them there.
func (s *Store) Split(ctx context.Context, by events.Actor, id events.ID, ids []events.ID) (made events.ID, err error) {
	ids = slices.Compact(slices.Sorted(slices.Values(ids)))
	if len(ids) == 0 || len(ids) > maxSplit || ids[0] <= 0 {
		return 0, fault.On("tickets", fmt.Sprintf("must be 1 to %d", maxSplit))
	}
	s.nights.Lock()
	defer s.nights.Unlock()
	list, _, err := s.conversations(ctx, s.log.Read(), ids, lastRead)
	if err != nil {
		return 0, err
	}
	t := topic{Terms: termsJSON(termsOf(list))}
	u := events.Unit{By: by, Locks: events.Locks{Tickets: ids}}
	err = s.log.Write(ctx, u, func(ctx context.Context, tx *events.Tx) error {
		x, err := lock(ctx, tx, id)
		if err != nil {
			return err
		}
		moves, err := x.holds(ctx, tx, ids)
		if err != nil {
			return err
		}
		err = tx.NewRaw(`INSERT INTO topics (key, terms, tickets, created_at) SELECT COALESCE(MIN(x.key), 0) - 1, ?, ?, ? FROM topics x
			WHERE x.key < 0 RETURNING id, key`, t.Terms, len(ids), tx.Now).Scan(ctx, &t.ID, &t.Key)
		if err != nil {
			return fmt.Errorf("make topic: %w", err)
		}
		for i := range moves {
			moves[i].to = t.ID
		}
		made, err = x.splitOff(ctx, tx, t.ID, len(ids))
		if err != nil {
			return err
		}
		return correct(ctx, tx, moves)
	})
	if err != nil {
		return 0, err
	}
	if err := s.settle(ctx, made, t, ids); err != nil {
		return made, err
	}
	return made, s.measureNow(ctx)
}

// termsOf are the words that some conversations have in common.
func termsOf(list []Conversation) []string {
	m := New(Config{Slots: 2, Alpha: 0.1, Beta: 0.05, Vocabulary: 20_000, Window: maxSplit, Exemplars: 1, Seed: 1})
	for _, c := range list {
		// Twice, since a word is learned at its second sight: what is split off may be a single ticket.
		for _, id := range []int64{c.ID, -c.ID} {
			c.ID = id
			m.Arrive(c)
			m.Place(id, 1, true)
		}
	}
	for _, t := range m.Topics() {
		if t.Key == 1 {
			return t.Terms
		}
	}
	return nil
}

// holds returns the moves of tickets out of the issue, or says which are not in it.
func (x *issue) holds(ctx context.Context, tx *events.Tx, ids []events.ID) ([]assignment, error) {
	have, err := membersOf(ctx, tx, ids)
	if err != nil {
		return nil, err
	}
	var covers []events.ID
	if err := tx.NewRaw(`SELECT topic_id FROM issue_topics WHERE issue_id = ?`, x.ID).Scan(ctx, &covers); err != nil {
		return nil, fmt.Errorf("read topics: %w", err)
	}
	var wrong fault.Fields
	moves := make([]assignment, len(ids))
	for i, id := range ids {
		if !slices.Contains(covers, have[id].TopicID) {
			wrong.Add(fmt.Sprintf("tickets[%d]", i), "is not of this issue")
		}
		moves[i] = assignment{ticket: id, from: have[id].TopicID, at: have[id].At}
	}
	return moves, wrong.Err()
}

func (x *issue) splitOff(ctx context.Context, tx *events.Tx, topic events.ID, n int) (events.ID, error) {
	made := &issue{TopicID: topic, Kind: x.Kind, Status: Flagged, Touched: true}
	lead := Flag{Kind: x.Kind, Test: Test{Observed: n, P: 1, Q: 1}, Sentence: fmt.Sprintf("Split off by hand: %s.", plural(n, "conversation"))}
	if err := made.insert(ctx, tx, lead, 0); err != nil {
		return 0, fmt.Errorf("make issue: %w", err)
	}
	if _, err := tx.NewRaw(`INSERT INTO issue_topics (topic_id, issue_id) VALUES (?, ?)`, topic, made.ID).Exec(ctx); err != nil {
		return 0, fmt.Errorf("make issue: %w", err)
	}
	tx.Record(0, feedback.IssueSplit{Issue: x.ID, Made: made.ID, Topic: topic, Tickets: n})
	if err := x.remember(ctx, tx, step{"split", "", made.ID.String()}); err != nil {
		return 0, err
	}
	return made.ID, made.remember(ctx, tx, step{"split", x.ID.String(), ""})
}

// settle tells this node's model of a split, and gives the new issue its quotes.
func (s *Store) settle(ctx context.Context, made events.ID, t topic, ids []events.ID) error {
	said, err := sayings(ctx, s.log.Read(), ids, lastRead)
	if err != nil {
		return err
	}
	topics, err := s.catalog(ctx)
	if err != nil {
		return err
	}
	s.mu.Lock()
	m := s.live
	if m == nil {
		m = New(s.cfg) // knows no words: the first sentence that says something is taken
	}
	var rows [][]any
	for _, id := range ids {
		m.Place(int64(id), t.Key, true)
		if at, ok := m.bestPlace(t.Key, said[id]); ok && len(rows) < quotesKept {
			rows = append(rows, []any{made, len(rows), id, at.seq, at.sentence, said[id][0].At})
		}
	}
	if s.live != nil {
		s.topics = topics.keys()
	}
	s.mu.Unlock()
	return s.system(ctx, func(ctx context.Context, tx *events.Tx) error { return writeExemplars(ctx, tx, made, rows) })
}
