package issues

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"heard/tickets/events"
)

// namesAtOnce is how many names are made from what one look reads.
const namesAtOnce = 16

// say names groups of slots by what their members wrote. Where nothing was written any more, by the model's words.
func (s *Store) say(ctx context.Context, speak *namer, groups [][]int32) ([][]string, error) {
	names := make([][]string, 0, len(groups))
	for some := range slices.Chunk(groups, namesAtOnce) {
		members := make([][]int64, len(some))
		var ids []events.ID
		for i, slots := range some {
			members[i] = speak.sample(slots)
			for _, id := range members[i] {
				ids = append(ids, events.ID(id))
			}
		}
		said, err := sayings(ctx, s.log.Read(), ids, firstEvents)
		if err != nil {
			return nil, err
		}
		for i, slots := range some {
			var texts []string
			for _, id := range members[i] {
				var text strings.Builder
				for _, x := range said[events.ID(id)] {
					text.WriteString(x.Body + "\n")
				}
				texts = append(texts, text.String())
			}
			terms := speak.say(slots, texts)
			if len(terms) == 0 && len(slots) > 0 {
				terms = speak.plain(slots[0])
			}
			names = append(names, terms)
		}
	}
	return names, nil
}

// call gives every issue the words of all its topics together: the one that it was found by may be a small part of it.
func (n *nightly) call(ctx context.Context, l *ledger) error {
	speak := n.model.namer(n.model.members())
	groups := make([][]int32, len(l.issues))
	for i, x := range l.issues {
		var keys []int64
		for _, id := range x.covers {
			if t := l.topics.lives(id); t != nil && l.ofTopic[t.ID] == x {
				keys = append(keys, t.Key)
			}
		}
		groups[i] = n.model.slotsOf(keys...)
	}
	names, err := n.s.say(ctx, speak, groups)
	if err != nil {
		return err
	}
	for i, x := range l.issues {
		if len(names[i]) == 0 {
			continue
		}
		if err := n.write(ctx, l, x, termsJSON(names[i])); err != nil {
			return fmt.Errorf("name issue %s: %w", x.ID, err)
		}
	}
	return nil
}

// write keeps an issue's words. Its largest topic is called by them too, so that lists of topics and of issues agree.
func (n *nightly) write(ctx context.Context, l *ledger, x *issue, terms string) error {
	var most *topic
	for _, id := range x.covers {
		if t := l.topics.lives(id); t != nil && l.ofTopic[t.ID] == x && (most == nil || t.Tickets > most.Tickets) {
			most = t
		}
	}
	if terms == x.Terms && (most == nil || most.Terms == terms) {
		return nil
	}
	x.Terms = terms
	return n.s.system(ctx, func(ctx context.Context, tx *events.Tx) error {
		if most != nil {
			if _, err := tx.NewRaw(`UPDATE topics SET terms = ? WHERE id = ?`, terms, most.ID).Exec(ctx); err != nil {
				return err
			}
		}
		_, err := tx.NewRaw(`UPDATE issues SET terms = ? WHERE id = ?`, terms, x.ID).Exec(ctx)
		return err
	})
}

// words are those that an issue is known by; of one that no night has named yet, those of its topic.
func (x *issue) words(c *catalog) []string {
	out := []string{}
	if json.Unmarshal([]byte(x.Terms), &out) == nil && len(out) > 0 {
		return out
	}
	if t := c.lives(x.TopicID); t != nil {
		return t.terms()
	}
	return []string{}
}

// Label is how a topic or an issue is called that no person named: terms is the JSON of its words.
func Label(terms string) string {
	var list []string
	_ = json.Unmarshal([]byte(terms), &list) // no words are no name
	return labelOf(list)
}
