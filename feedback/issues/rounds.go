package issues

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"heard/tickets/events"
)

// wholeQ is the false discovery rate of cards as wholes, as a part of that of topics: they are fewer and tested on
// top of them.
const wholeQ = 0.5

// Round tests a day: every topic by itself, and every card of several topics as a whole. Sampling splits a large
// matter into many topics of which none stands out when all of them grow a little; a burst in one of them, on the
// other hand, is lost in the whole. Flags of topics come first, the most significant at the head.
func (d Detector) Round(t *Table, day int, cards []Card, history History, fixes map[int64]int) []Flag {
	d.Kappa = EstimateKappa(t, day, history)
	flags := d.Detect(t, day, history, fixes)
	byP := func(a, b Flag) int { return cmp.Or(cmp.Compare(a.Test.P, b.Test.P), cmp.Compare(a.Topic, b.Topic)) }
	slices.SortStableFunc(flags, byP)
	whole := t.whole(cards)
	together, topics := make(History), make(map[int64][]int64)
	for _, c := range cards {
		all := append([]int64{c.Topic}, c.Alike...)
		if len(all) > 1 {
			topics[c.Topic] = all
		}
		for _, topic := range all {
			together[c.Topic] = append(together[c.Topic], history[topic]...)
		}
		slices.Sort(together[c.Topic])
		together[c.Topic] = slices.Compact(together[c.Topic])
	}
	d.Q *= wholeQ
	d.Kappa = EstimateKappa(whole, day, together)
	wholes := d.Detect(whole, day, together, fixes)
	slices.SortStableFunc(wholes, byP)
	for _, f := range wholes {
		if f.Kind != KindRecurring && topics[f.Topic] != nil {
			f.Topics = topics[f.Topic]
			flags = append(flags, f)
		}
	}
	return flags
}

// whole is a table of cards: what their topics count, under the leading one.
func (t *Table) whole(cards []Card) *Table {
	lead := leads(cards)
	parts := make(map[int64][]*series)
	for _, s := range t.topics {
		parts[lead.of(s.topic)] = append(parts[lead.of(s.topic)], s)
	}
	out := &Table{Days: t.Days}
	for topic, of := range parts {
		sum := &series{topic: topic, counts: make([]int, t.Days), customers: make([][]int64, t.Days)}
		for _, s := range of {
			for day, n := range s.counts {
				sum.counts[day] += n
				sum.customers[day] = append(sum.customers[day], s.customers[day]...)
			}
		}
		out.topics = append(out.topics, sum)
	}
	slices.SortFunc(out.topics, func(a, b *series) int { return cmp.Compare(a.topic, b.topic) })
	return out
}

// on are the topics whose conversations a flag counted.
func (f *Flag) on() []int64 {
	if len(f.Topics) > 0 {
		return f.Topics
	}
	return []int64{f.Topic}
}

// cards are the model's cards with the topics as they are stored, those of different issues apart: people may have
// split them. What was fixed takes no other topics in, else their tickets would seem to bring it back.
func (l *ledger) cards(found []Card) (out []Card) {
	for _, c := range found {
		place := map[*issue]int{}
		for _, key := range append([]int64{c.Topic}, c.Alike...) {
			topic := l.topics.heir(key)
			if topic == 0 {
				continue // not published
			}
			x := l.ofTopic[topic]
			at, known := place[x]
			if !known {
				at = len(out)
				out = append(out, Card{Topic: int64(topic)})
				if place[x] = at; x != nil && !x.watched() && len(place) == 1 {
					place[nil] = at // topics of no issue go with the first
				}
				continue
			}
			if id := int64(topic); id != out[at].Topic && !slices.Contains(out[at].Alike, id) {
				out[at].Alike = append(out[at].Alike, id)
			}
		}
	}
	return out
}

// days are the days of the ledger's tickets.
func (l *ledger) days() func(conversation int64) (int, bool) {
	days := make(map[int64]int, len(l.members))
	for i := range l.members {
		days[int64(l.members[i].TicketID)] = l.members[i].day
	}
	return func(id int64) (int, bool) {
		day, ok := days[id]
		return day, ok
	}
}

// strands are the model's, of topics as they are stored.
func (l *ledger) strands(found []Strand) (out []Strand) {
	for _, x := range found {
		if x.Topic = int64(l.topics.heir(x.Topic)); x.Topic != 0 {
			out = append(out, x)
		}
	}
	return out
}

// adopt gives the topics of no issue to the issue whose card they are on, unless that is believed to be fixed: what a
// night splits off a matter is still part of it.
func (n *nightly) adopt(ctx context.Context, l *ledger) error {
	for _, c := range l.cards(n.cards) {
		all := append([]int64{c.Topic}, c.Alike...)
		i := slices.IndexFunc(all, func(topic int64) bool { return l.ofTopic[events.ID(topic)] != nil })
		if i < 0 || len(all) == 1 || l.ofTopic[events.ID(all[i])].watched() {
			continue
		}
		x, fresh := l.ofTopic[events.ID(all[i])], []events.ID(nil)
		for _, topic := range all {
			if id := events.ID(topic); l.ofTopic[id] == nil && l.topics.byID[id].Tickets > 0 {
				fresh = append(fresh, id)
			}
		}
		if len(fresh) == 0 {
			continue
		}
		err := n.s.system(ctx, func(ctx context.Context, tx *events.Tx) error { return cover(ctx, tx, l, x.ID, fresh) })
		if err != nil {
			return fmt.Errorf("give an issue what was split off it: %w", err)
		}
		for _, id := range fresh {
			l.ofTopic[id] = x
		}
		x.covers = append(x.covers, fresh...)
	}
	return nil
}

// card adds the topics of no issue that are on the card of the first one, flagged or not: people see them as one.
func (n *nightly) card(l *ledger, topics []events.ID) []events.ID {
	for _, c := range l.cards(n.cards) {
		all := append([]int64{c.Topic}, c.Alike...)
		if !slices.Contains(all, int64(topics[0])) {
			continue
		}
		for _, topic := range all {
			id := events.ID(topic)
			if t := l.topics.byID[id]; t.Tickets > 0 && l.ofTopic[id] == nil && !slices.Contains(topics, id) {
				topics = append(topics, id)
			}
		}
	}
	return topics
}
