package issues

import (
	"context"
	"math"

	"heard/tickets/events"
)

// SuggestAmong is the suggestion for a conversation that the model holds, decided between matters and not between topics:
// group tells which topics are one. A matter in several topics shares its weight among them, so the runner-up of its best
// topic is often another part of it. The topic is the best one of the best matter.
func (m *Model) SuggestAmong(id int64, group func(topic int64) int64) Suggestion {
	d := m.byID[id]
	if d == nil || d.slot < 0 || !m.readable(d) {
		return Suggestion{}
	}
	if d.pinned {
		return Suggestion{Topic: m.keys[d.slot], Sure: true}
	}
	scores := m.mix.score(d)
	top, _ := best(scores)
	type matter struct {
		mass float64 // of e^(score − best score)
		slot int32
	}
	matters := make(map[int64]matter)
	for k, score := range scores {
		if m.mix.docs[k] == 0 || int32(k) == d.slot && m.mix.docs[k] == 1 {
			continue // nothing is in it
		}
		g := group(m.keys[k])
		x, known := matters[g]
		if !known || score > scores[x.slot] {
			x.slot = int32(k)
		}
		x.mass += math.Exp(float64(score - scores[top]))
		matters[g] = x
	}
	var first, second matter
	for _, x := range matters {
		if x.mass > first.mass || x.mass == first.mass && x.slot < first.slot {
			first, second = x, first
		} else if x.mass > second.mass {
			second = x
		}
	}
	if first.mass == 0 {
		return Suggestion{}
	}
	second.mass = max(second.mass, math.Exp(float64(m.emptiest(scores)-scores[top])))
	gap := math.Log(first.mass / second.mass)
	return Suggestion{Topic: m.keys[first.slot], Gap: gap, Sure: gap > sureGap}
}

// emptiest is the score of a topic that would be new.
func (m *Model) emptiest(scores []float32) float32 {
	for k, n := range m.mix.docs {
		if n == 0 {
			return scores[k]
		}
	}
	return float32(math.Inf(-1))
}

// matters tells which topics, by key, are one: those of an issue, else those of a card.
func (s *Store) matters(ctx context.Context, m *Model, topics *catalog) (map[int64]int64, error) {
	rows, err := s.issues(ctx, `merged_into = 0`)
	if err != nil {
		return nil, err
	}
	out := make(map[int64]int64, len(topics.byKey))
	lead := leads(m.Cards())
	issueOf := map[events.ID]events.ID{}
	for _, x := range rows {
		for _, id := range x.covers {
			if t := topics.lives(id); t != nil {
				issueOf[t.ID] = x.ID
			}
		}
	}
	for key := range topics.byKey {
		out[key] = lead.of(key)
		if x := issueOf[topics.heir(key)]; x != 0 {
			out[key] = issueKey(x)
		}
	}
	return out, nil
}
