package issues

import (
	"cmp"
	"math/rand/v2"
	"slices"
)

const (
	fullSweeps = 40 // of a full fit
	warmSweeps = 6  // of an ordinary night
	greedy     = 2  // last sweeps, which take the best slot instead of drawing one
	growth     = 2  // a window this many times the last fitted one is fitted anew
)

const dayMillis = 24 * 60 * 60 * 1000

// Night is what a nightly run changed.
type Night struct {
	Full     bool       // all free conversations were placed anew
	Moved    []Move     // conversations whose topic changed, by id
	Born     []int64    // new topics
	Merged   []Redirect // topics that went up in another
	Gone     []int64    // topics that ended without an heir
	Departed []int64    // conversations that left the model
}

// Move is a conversation's change of topic; 0 means none.
type Move struct{ Conversation, From, To int64 }

// Redirect says which topic now holds most of what another held.
type Redirect struct{ From, Into int64 }

// Night lets old conversations go and fits the topics to the window: from a random start when the window
// has doubled since the last full fit, else births of new topics and a few sweeps.
func (m *Model) Night(now int64) Night {
	m.nights++
	rng := rand.New(rand.NewPCG(m.cfg.Seed, m.nights))
	night := Night{Departed: append(m.left, m.expire(now)...)}
	m.left = nil
	before := m.snapshotKeys()
	m.mix.resize(m.vocab.active)
	free := m.free()
	if night.Full = len(free) > 0 && len(free) >= growth*m.fitted; night.Full {
		m.fitted = len(free)
		m.scatter(free, rng)
		m.sweeps(free, fullSweeps, rng)
	} else {
		m.births(free, now)
		m.sweeps(free, warmSweeps, rng)
	}
	m.rename(before, night.Full)
	m.report(before, &night)
	return night
}

// free are the documents of the window that no person has placed.
func (m *Model) free() []*document {
	free := make([]*document, 0, len(m.docs))
	for _, d := range m.docs {
		if !d.pinned && !d.exemplar {
			free = append(free, d)
		}
	}
	return free
}

// scatter puts the documents into random slots. Random over-seeding is what finds the topics: a start
// from the arrival order alone ends in few and mixed ones.
func (m *Model) scatter(docs []*document, rng *rand.Rand) {
	for _, d := range docs {
		if m.readable(d) {
			m.moveNameless(d, int32(rng.IntN(m.cfg.Slots)))
		} else {
			m.moveNameless(d, noSlot)
		}
	}
}

// sweeps is collapsed Gibbs sampling (Yin and Wang 2014, algorithm 1), greedy at the end.
func (m *Model) sweeps(docs []*document, n int, rng *rand.Rand) {
	for sweep := range n {
		for _, d := range docs {
			if !m.readable(d) {
				m.moveNameless(d, noSlot)
				continue
			}
			scores := m.mix.score(d)
			if sweep < n-greedy {
				m.moveNameless(d, draw(scores, rng))
				continue
			}
			slot, gap := best(scores)
			d.sure = gap > sureGap
			m.moveNameless(d, slot)
		}
	}
}

// moveNameless is move within a night, in which slots get their names at the end.
func (m *Model) moveNameless(d *document, to int32) {
	if d.slot == to {
		return
	}
	if d.slot >= 0 {
		m.mix.put(d, d.slot, -1)
	}
	if d.slot = to; to >= 0 {
		m.mix.put(d, to, 1)
	}
}

// mature is the size from which a topic is remembered beyond the window.
const mature = 8

// expire lets documents leave the window, oldest first. A mature topic keeps its newest as exemplars, so
// that it is found again under its name when the matter comes back.
func (m *Model) expire(now int64) (departed []int64) {
	slices.SortStableFunc(m.docs, func(a, b *document) int {
		return cmp.Or(cmp.Compare(a.at, b.at), cmp.Compare(a.id, b.id))
	})
	held, window := make([]int, m.cfg.Slots), 0
	stay, leave := m.docs[:0:0], []*document(nil)
	for _, d := range slices.Backward(m.docs) {
		inside := !d.exemplar && window < m.cfg.Window && (m.cfg.MaxAge == 0 || now-d.at <= m.cfg.MaxAge)
		if inside {
			window++
		} else if d.slot < 0 || m.mix.docs[d.slot] < mature || held[d.slot] >= m.cfg.Exemplars {
			leave = append(leave, d)
			continue
		}
		d.exemplar = !inside
		stay = append(stay, d)
		if d.slot >= 0 {
			held[d.slot]++
		}
	}
	slices.Reverse(stay)
	m.docs = stay
	for _, d := range leave {
		m.drop(d)
		departed = append(departed, d.id)
	}
	return append(departed, m.releaseDormant()...)
}

// spareSlots is the share of slots kept empty for new topics.
const spareSlots = 20

// releaseDormant forgets the longest silent topics when slots run short.
func (m *Model) releaseDormant() (departed []int64) {
	newest, live, used := make([]int64, m.cfg.Slots), make([]bool, m.cfg.Slots), 0
	for _, d := range m.docs {
		if d.slot < 0 {
			continue
		}
		newest[d.slot] = max(newest[d.slot], d.at)
		live[d.slot] = live[d.slot] || !d.exemplar
	}
	var dormant []int32
	for k, n := range m.mix.docs {
		if n > 0 {
			used++
		}
		if n > 0 && !live[k] {
			dormant = append(dormant, int32(k))
		}
	}
	slices.SortFunc(dormant, func(a, b int32) int { return cmp.Compare(newest[a], newest[b]) })
	short := min(max(0, used-(m.cfg.Slots-m.cfg.Slots/spareSlots)), len(dormant))
	for _, d := range slices.Clone(m.docs) {
		if slices.Contains(dormant[:short], d.slot) {
			departed = append(departed, d.id)
			m.Forget(d.id)
		}
	}
	return departed
}
