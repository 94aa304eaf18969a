package issues

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"heard/migrations"
	"heard/migrations/dbtest"
	"heard/tickets"
	"heard/tickets/events"
)

// decisions is what people decided, as a plain list remembers it.
type decisions struct {
	*shop
	rng    *rand.Rand
	placed map[events.ID]events.ID // ticket: the topic that a person put it into
	joined map[events.ID]events.ID // issue: the one that a person made it part of
	apart  map[events.ID]events.ID // topic that a person made: its issue
	acts   map[string]int
}

// TestWhatPeopleDecideHoldsForSixtyNights: tickets come, people merge, split and keep at random, and every night learns
// anew while the oldest leave the window. What was put somewhere stays there, what was joined stays joined, and what was
// taken apart stays apart.
func TestWhatPeopleDecideHoldsForSixtyNights(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *migrations.DB) { sixtyNights(t, db, 0) })
	for seed := range uint64(2) {
		t.Run(fmt.Sprint("seed ", seed+1), func(t *testing.T) { sixtyNights(t, dbtest.SQLite(t), seed+1) })
	}
}

func sixtyNights(t *testing.T, db *migrations.DB, seed uint64) {
	d := &decisions{newShop(t, db), newRand(100 + seed), map[events.ID]events.ID{}, map[events.ID]events.ID{}, map[events.ID]events.ID{}, map[string]int{}}
	d.cfg.Window, d.cfg.Slots, d.cfg.Exemplars = 160, 60, 8
	d.shop.rng = newRand(seed)
	for night := range 60 {
		d.clock.Advance(24 * time.Hour)
		d.comes()
		for range d.rng.IntN(3) {
			d.act()
		}
		d.night()
		if d.holds(); t.Failed() {
			t.Fatalf("night %d, after %v", night, d.acts)
		}
	}
	d.check()
	var all int
	d.must(d.log.Read().NewRaw(`SELECT COUNT(*) FROM tickets`).Scan(t.Context(), &all))
	t.Logf("%d tickets through a window of %d, %v", all, d.cfg.Window, d.acts)
	if all < 3*d.cfg.Window || d.acts["merge"] < 2 || d.acts["split"] < 5 || d.acts["keep"] < 5 {
		t.Errorf("%d tickets and %v are too few to show anything", all, d.acts)
	}
}

// comes imports a day's tickets; now and then one matter comes all at once.
func (d *decisions) comes() {
	d.t.Helper()
	var list []tickets.History
	for _, matter := range slices.Sorted(maps.Keys(matters)) {
		for range d.rng.IntN(4) {
			list = append(list, d.told(matter, 0, 1))
		}
	}
	if d.rng.IntN(5) == 0 {
		matter := slices.Sorted(maps.Keys(matters))[d.rng.IntN(len(matters))]
		for range 9 {
			list = append(list, d.told(matter, 0, 1))
		}
	}
	d.load(list)
}

// act does one thing that people do.
func (d *decisions) act() {
	d.t.Helper()
	list := d.list().Items
	if len(list) == 0 {
		return
	}
	x := list[d.rng.IntN(len(list))]
	topics, err := d.TopicsOf(d.t.Context(), x.ID)
	d.must(err)
	var rows []membership
	for _, topic := range topics {
		var some []membership
		d.must(d.log.Read().NewRaw(`SELECT ticket_id, topic_id, pinned, sure, at FROM topic_members WHERE topic_id = ? ORDER BY ticket_id`, topic).Scan(d.t.Context(), &some))
		rows = append(rows, some...)
	}
	d.rng.Shuffle(len(rows), func(i, j int) { rows[i], rows[j] = rows[j], rows[i] })
	some := rows[:min(len(rows), 1+d.rng.IntN(4))]
	ids := make([]events.ID, len(some))
	for i, r := range some {
		ids[i] = r.TicketID
	}
	switch what := d.rng.IntN(5); {
	case what == 0 && len(list) > 1:
		into := list[d.rng.IntN(len(list))].ID
		if into == x.ID {
			return
		}
		d.must(d.Merge(d.t.Context(), ann, x.ID, into))
		d.acts["merge"]++
		d.joined[x.ID] = into
		have, err := membersOf(d.t.Context(), d.log.Read(), ticketsOf(rows))
		d.must(err)
		for id, m := range have {
			d.placed[id] = m.TopicID
		}
	case what < 3 && len(ids) > 0:
		made, err := d.Split(d.t.Context(), ann, x.ID, ids)
		d.must(err)
		d.acts["split"]++
		covers, err := d.TopicsOf(d.t.Context(), made)
		d.must(err)
		d.apart[covers[0]] = made
		for _, id := range ids {
			d.placed[id] = covers[0]
		}
	case len(ids) > 0:
		d.must(d.Keep(d.t.Context(), ann, x.ID, ids))
		d.acts["keep"]++
		for _, r := range some {
			d.placed[r.TicketID] = r.TopicID
		}
	}
}

func ticketsOf(rows []membership) []events.ID {
	ids := make([]events.ID, len(rows))
	for i, r := range rows {
		ids[i] = r.TicketID
	}
	return ids
}

// holds compares what the desk says with what was decided.
func (d *decisions) holds() {
	d.t.Helper()
	topics, err := d.catalog(d.t.Context())
	d.must(err)
	have, err := membersOf(d.t.Context(), d.log.Read(), slices.Sorted(maps.Keys(d.placed)))
	d.must(err)
	for id, topic := range d.placed {
		m := have[id]
		if is, was := topics.lives(m.TopicID), topics.lives(topic); !m.Pinned || is == nil || is != was {
			d.t.Errorf("ticket %s is in topic %s (pinned %v), a person put it into %s", id, m.TopicID, m.Pinned, topic)
		}
	}
	last := func(id events.ID) events.ID {
		for d.joined[id] != 0 {
			id = d.joined[id]
		}
		return id
	}
	leads := func(id events.ID) (events.ID, error) {
		x, err := d.Issue(d.t.Context(), id)
		if err != nil {
			return 0, fmt.Errorf("issue %s: %w", id, err)
		}
		return x.ID, nil
	}
	for id := range d.joined {
		is, err := leads(id)
		d.must(err)
		if want, err := leads(last(id)); err != nil || is != want {
			d.t.Errorf("issue %s leads to %s, a person joined it with %s: %v", id, is, want, err)
		}
	}
	l, err := d.ledger(d.t.Context())
	d.must(err)
	for topic, made := range d.apart {
		if d.joined[made] != 0 {
			continue
		}
		if live := topics.lives(topic); live.ID != topic || l.ofTopic[topic] == nil || l.ofTopic[topic].ID != made {
			d.t.Errorf("topic %s that a person split off is now %s of issue %+v, want it alone in %s", topic, live.ID, l.ofTopic[topic] != nil, made)
		}
	}
}

// TestTheModelKeepsWhatPeoplePlaced: the same of the model alone, which has no rows to fall back on: of what it still
// holds, nothing that people placed or joined is in another topic, night after night.
func TestTheModelKeepsWhatPeoplePlaced(t *testing.T) {
	for seed := range uint64(3) {
		cfg := DefaultConfig()
		cfg.Window, cfg.Slots, cfg.Exemplars = 150, 40, 6
		m, rng := New(cfg), newRand(40+seed)
		d := &shop{rng: newRand(seed)}
		placed := map[int64]int64{}
		next, merged := int64(1), 0
		for night := range 60 {
			for range 12 {
				matter := slices.Sorted(maps.Keys(matters))[rng.IntN(len(matters))]
				m.Arrive(Conversation{ID: next, Customer: next % 80, At: int64(night)*dayMillis + next, Messages: []string{d.say(matter)}})
				next++
			}
			topics := m.Topics()
			for range 2 {
				id, to := next-1-rng.Int64N(40), topics[rng.IntN(len(topics))].Key
				if m.Confirm(id, to) {
					placed[id] = m.Topic(id)
				}
			}
			if from, into := topics[rng.IntN(len(topics))].Key, topics[0].Key; rng.IntN(6) == 0 && from != into {
				var with []int64
				for c := range m.All() {
					if c.Topic == from {
						with = append(with, c.Conversation)
					}
				}
				if m.Merge(from, into) {
					merged++
					for _, id := range with {
						placed[id] = into
					}
				}
			}
			m.Night(int64(night+1) * dayMillis)
			for id, topic := range placed {
				if held := m.Topic(id); held == 0 {
					delete(placed, id) // it left the window
				} else if held != topic {
					t.Fatalf("seed %d, night %d: conversation %d is in topic %d, people put it into %d", seed, night, id, held, topic)
				}
			}
		}
		if next < 4*int64(cfg.Window) || merged < 3 || len(placed) < 10 {
			t.Errorf("seed %d: %d conversations, %d merges and %d that are still placed show nothing", seed, next, merged, len(placed))
		}
	}
}
