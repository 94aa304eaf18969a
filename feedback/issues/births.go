package issues

import (
	"cmp"
	"maps"
	"math"
	"slices"
)

const (
	poorShare = 0.35 // the worst fitting part of the window, where new topics hide
	freshDays = 2    // a birth starts from a conversation this new
	kinship   = 0.35 // least idf-cosine to the conversation that a birth starts from
	birthSize = 4    // conversations that a birth needs
	noFit     = -1e9 // fit of a document in no slot
)

// fit is how well a document's words belong to its slot: the weighted mean of ln p(f|slot)/p(f).
func (m *Model) fit(d *document, all int64) float64 {
	if d.slot < 0 {
		return noFit
	}
	sum, known, _ := m.lifts(d.entries, d.slot, all)
	if known == 0 {
		return noFit
	}
	return sum / known
}

// lifts sums weight·ln p(f|slot)/p(f) and the weights, those of words seen once apart.
func (m *Model) lifts(entries []entry, slot int32, all int64) (sum, known, unknown float64) {
	for _, e := range entries {
		w := float64(e.weight) / unit
		if !m.mix.isOpen(e.feature) {
			unknown += w
			continue
		}
		sum += w * m.mix.lift(e.feature, slot, all)
		known += w
	}
	return sum, known, unknown
}

// births moves groups of alike, badly fitting conversations into empty slots. The sweeps that follow
// decide which of them live.
func (m *Model) births(docs []*document, now int64) {
	m.makeRoom(docs, now)
	poor := m.poor(docs)
	index := m.newKinIndex(poor)
	empty := m.emptySlots()
	for i, d := range poor {
		if len(empty) == 0 {
			return
		}
		if index.used[i] || d.at < now-freshDays*dayMillis {
			continue
		}
		group := index.kin(i)
		if len(group) < birthSize {
			continue
		}
		for _, j := range group {
			index.used[j] = true
			m.moveNameless(poor[j], empty[0])
		}
		empty = empty[1:]
	}
}

// poor returns the worst fitting documents, in their order.
func (m *Model) poor(docs []*document) []*document {
	all := m.mix.total()
	type fitted struct {
		place int
		fit   float64
	}
	fits := make([]fitted, 0, len(docs))
	for i, d := range docs {
		if m.readable(d) {
			fits = append(fits, fitted{i, m.fit(d, all)})
		}
	}
	slices.SortStableFunc(fits, func(a, b fitted) int { return cmp.Compare(a.fit, b.fit) })
	fits = fits[:int(poorShare*float64(len(fits)))]
	slices.SortFunc(fits, func(a, b fitted) int { return cmp.Compare(a.place, b.place) })
	poor := make([]*document, len(fits))
	for i, f := range fits {
		poor[i] = docs[f.place]
	}
	return poor
}

// makeRoom dissolves the smallest topics, none of them mature, pinned or fresh, when empty slots run short:
// without any no new topic could be born. Their conversations find a place in the sweeps.
func (m *Model) makeRoom(docs []*document, now int64) {
	members := make(map[int32][]*document)
	for _, d := range docs {
		if d.slot >= 0 && m.mix.docs[d.slot] < mature {
			members[d.slot] = append(members[d.slot], d)
		}
	}
	used := m.cfg.Slots
	for _, n := range m.mix.docs {
		if n == 0 {
			used--
		}
	}
	small := slices.SortedFunc(maps.Keys(members), func(a, b int32) int {
		return cmp.Or(cmp.Compare(m.mix.docs[a], m.mix.docs[b]), cmp.Compare(a, b))
	})
	for _, slot := range small {
		if used <= m.cfg.Slots-m.cfg.Slots/spareSlots {
			return
		}
		group := members[slot]
		fresh := slices.ContainsFunc(group, func(d *document) bool { return d.at >= now-freshDays*dayMillis })
		if fresh || len(group) < int(m.mix.docs[slot]) {
			continue
		}
		for _, d := range group {
			m.moveNameless(d, noSlot)
		}
		used--
	}
}

func (m *Model) emptySlots() (empty []int32) {
	for k, n := range m.mix.docs {
		if n == 0 {
			empty = append(empty, int32(k))
			m.keys[k] = 0
		}
	}
	return empty
}

// kinIndex finds alike documents by an inverted index of unit idf vectors.
type kinIndex struct {
	vectors [][]posting         // per document: feature and weight
	docs    map[int32][]posting // per feature: document and weight
	used    []bool
	sums    []float64 // scratch of kin
}

type posting struct {
	at     int32
	weight float64
}

func (m *Model) newKinIndex(docs []*document) *kinIndex {
	x := &kinIndex{
		vectors: make([][]posting, len(docs)), docs: make(map[int32][]posting),
		used: make([]bool, len(docs)), sums: make([]float64, len(docs)),
	}
	for i, d := range docs {
		norm := 0.0
		vector := make([]posting, len(d.entries))
		for j, e := range d.entries {
			idf := math.Log(float64(len(m.docs)+1) / float64(m.vocab.features[e.feature].Docs))
			vector[j] = posting{e.feature, float64(e.weight) * idf}
			norm += vector[j].weight * vector[j].weight
		}
		for j := range vector {
			vector[j].weight /= math.Sqrt(norm)
			f := vector[j].at
			x.docs[f] = append(x.docs[f], posting{int32(i), vector[j].weight})
		}
		x.vectors[i] = vector
	}
	return x
}

// kin returns the unused documents alike to document i, itself among them.
func (x *kinIndex) kin(i int) (group []int) {
	var touched []int32
	for _, f := range x.vectors[i] {
		for _, p := range x.docs[f.at] {
			if x.sums[p.at] == 0 {
				touched = append(touched, p.at)
			}
			x.sums[p.at] += f.weight * p.weight
		}
	}
	for _, j := range touched {
		if x.sums[j] >= kinship && !x.used[j] {
			group = append(group, int(j))
		}
		x.sums[j] = 0
	}
	slices.Sort(group)
	return group
}
