package issues

import (
	"cmp"
	"math"
	"slices"
)

// Card is what the screen shows as one: a leading topic and those alike to it. Detection stays on the
// topics; joining them for good is a person's decision.
type Card struct {
	Topic int64   // the largest
	Alike []int64 // the others, largest first
}

// Cards groups the topics whose words are alike. Each topic joins the largest one that it resembles; it
// does not chain, since chains end in one card for everything.
func (m *Model) Cards() []Card {
	near := m.similarities()
	lead := make([]int32, 0, m.cfg.Slots)
	cards := make(map[int32]*Card)
	for _, k := range m.bySize() {
		i := slices.IndexFunc(lead, func(l int32) bool { return near[l][k] >= alike })
		if i < 0 {
			lead = append(lead, k)
			cards[k] = &Card{Topic: m.keys[k]}
			continue
		}
		c := cards[lead[i]]
		c.Alike = append(c.Alike, m.keys[k])
	}
	out := make([]Card, len(lead))
	for i, k := range lead {
		out[i] = *cards[k]
	}
	return out
}

// bySize lists the slots in use, largest first.
func (m *Model) bySize() []int32 {
	var slots []int32
	for k, n := range m.mix.docs {
		if n > 0 {
			slots = append(slots, int32(k))
		}
	}
	slices.SortStableFunc(slots, func(a, b int32) int { return cmp.Compare(m.mix.docs[b], m.mix.docs[a]) })
	return slots
}

// similarities are the cosines of all pairs of slots' c-TF-IDF vectors.
func (m *Model) similarities() [][]float64 {
	near := make([][]float64, m.cfg.Slots)
	for k := range near {
		near[k] = make([]float64, m.cfg.Slots)
	}
	byFeature := make(map[int32][]posting)
	for k, vector := range m.rankTerms() {
		norm := 0.0
		for _, t := range vector {
			norm += t.weight * t.weight
		}
		for _, t := range vector {
			byFeature[t.feature] = append(byFeature[t.feature], posting{int32(k), t.weight / math.Sqrt(norm)})
		}
	}
	for f := range m.mix.rows { // not over the map: sums must come out the same every time
		postings := byFeature[int32(f)]
		for i, a := range postings {
			for _, b := range postings[:i] {
				near[a.at][b.at] += a.weight * b.weight
				near[b.at][a.at] += a.weight * b.weight
			}
		}
	}
	return near
}

// GroupFlags puts those flags of one night on one card whose topics use the same words or come from the
// same customers: one incident often raises several fragments of a topic. Each group is led by its most
// significant flag, and the groups are in that order.
func (m *Model) GroupFlags(flags []Flag) [][]Flag {
	near, members := m.similarities(), m.members()
	sorted := slices.Clone(flags)
	slices.SortStableFunc(sorted, func(a, b Flag) int {
		return cmp.Or(cmp.Compare(a.Test.P, b.Test.P), cmp.Compare(a.Topic, b.Topic))
	})
	var groups [][]Flag
	for _, f := range sorted {
		a := m.slotOf(f.Topic)
		i := slices.IndexFunc(groups, func(g []Flag) bool {
			b := m.slotOf(g[0].Topic)
			return a >= 0 && b >= 0 && (near[a][b] >= related || commonCustomers(members[a], members[b]) >= relatives)
		})
		if i < 0 {
			groups = append(groups, []Flag{f})
			continue
		}
		groups[i] = append(groups[i], f)
	}
	return groups
}

// commonCustomers is the share of the smaller group's customers who are in the other too.
func commonCustomers(a, b []*document) float64 {
	in := func(docs []*document) map[int64]bool {
		set := make(map[int64]bool)
		for _, d := range docs {
			set[d.customer] = true
		}
		return set
	}
	x, y := in(a), in(b)
	if len(x) > len(y) {
		x, y = y, x
	}
	if len(x) == 0 {
		return 0
	}
	common := 0
	for c := range x {
		if y[c] {
			common++
		}
	}
	return float64(common) / float64(len(x))
}
