package issues

import (
	"cmp"
	"math"
	"slices"
	"strings"
	"unicode/utf8"
)

const (
	nameTerms  = 4   // words of a topic's name
	namePool   = 10  // words that are looked at for it
	tellsLeast = 1.0 // nats by which a word must tell topics apart to name one by itself: others stand in all of them
	nameSample = 24  // members whose words make a name
	nameText   = 600 // bytes of what each of them wrote
)

// namer finds names for topics.
type namer struct {
	m       *Model
	members [][]*document
	rarity  []float64 // by feature: ln(1 + (N/K)/n_f); 0 for what names nothing
}

// namer computes what does not depend on the topic: how rare a word is, and how much it tells of the topic that it stands
// in (the divergence of its topics from all topics; Grootendorst 2022 has the first only). A word that is spread as evenly
// as all words are tells nothing, however rare it is.
func (m *Model) namer(members [][]*document) *namer {
	n := &namer{m, members, make([]float64, len(m.mix.rows))}
	used := 0
	for _, docs := range m.mix.docs {
		if docs > 0 {
			used++
		}
	}
	all := float64(m.mix.total())
	mean := all / math.Max(1, float64(used))
	for f := range m.mix.rows {
		r := &m.mix.rows[f]
		if r.total == 0 || !m.vocab.features[f].named() {
			continue
		}
		tells := 0.0
		for k, c := range r.counts {
			if c > 0 {
				p := float64(c) / float64(r.total)
				tells += p * math.Log(p*all/float64(m.mix.weight[k]))
			}
		}
		if tells >= math.Min(tellsLeast, math.Log(math.Max(1, float64(used)))/2) { // few topics cannot be told apart by much
			n.rarity[f] = math.Log(1 + mean/float64(r.total))
		}
	}
	return n
}

// tongueOf is the language that most conversations of some slots are in.
func (n *namer) tongueOf(slots []int32) tongue {
	var count voices
	for _, k := range slots {
		for _, d := range n.members[k] {
			count[d.told]++
		}
	}
	count[langNone] = 0
	best := n.m.voices.home()
	for lang, docs := range count {
		if docs > count[best] {
			best = tongue(lang)
		}
	}
	return best
}

// pool are the words that set some slots apart most, best first.
func (n *namer) pool(slots []int32, lang tongue) []weighted {
	var list []weighted
	weight := int64(0)
	for _, k := range slots {
		weight += n.m.mix.weight[k]
	}
	for f, rarity := range n.rarity {
		if rarity == 0 {
			continue
		}
		count := int32(0)
		for _, k := range slots {
			count += n.m.mix.rows[f].counts[k]
		}
		if count > 0 {
			list = append(list, weighted{int32(f), float64(count) / float64(weight) * rarity})
		}
	}
	slices.SortFunc(list, func(a, b weighted) int {
		return cmp.Or(cmp.Compare(b.weight, a.weight),
			strings.Compare(n.m.vocab.features[a.feature].Stem, n.m.vocab.features[b.feature].Stem))
	})
	var out []weighted
	for _, w := range list {
		if feature := &n.m.vocab.features[w.feature]; !lang.broken(feature.Stem) && !lang.broken(feature.surface()) && longEnough(feature.surface()) {
			if out = append(out, w); len(out) == namePool {
				break
			}
		}
	}
	return out
}

// longEnough tells a word from a letter that is left of one. In scripts without letters one sign may be a word.
func longEnough(word string) bool {
	return len(word) > 2 || utf8.RuneCountInString(word) > 1
}

// plain names a slot by its words alone, for whoever has no texts.
func (n *namer) plain(slot int32) []string {
	slots := []int32{slot}
	var out []string
	for _, w := range n.pool(slots, n.tongueOf(slots)) {
		if out = append(out, n.m.vocab.features[w.feature].surface()); len(out) == nameTerms {
			break
		}
	}
	return out
}

// sample are members of some slots whose texts make the name, each of another customer; the one that stands for all of
// them comes first.
func (n *namer) sample(slots []int32) []int64 {
	var docs []*document
	for _, k := range slots {
		docs = append(docs, n.members[k]...)
	}
	all, best := n.m.mix.total(), math.Inf(-1)
	var out []int64
	for _, d := range docs {
		if speaks := n.m.speaks(d.entries, d.slot, all); speaks > best {
			best, out = speaks, []int64{d.id}
		}
	}
	seen := map[int64]bool{}
	step := max(1, len(docs)/nameSample)
	for i := 0; i < len(docs) && len(out) < nameSample; i += step {
		if d := docs[i]; d.id != out[0] && (d.customer == 0 || !seen[d.customer]) {
			seen[d.customer], out = true, append(out, d.id)
		}
	}
	return out
}

// slotsOf are the slots of topics by their keys.
func (m *Model) slotsOf(keys ...int64) (out []int32) {
	for _, key := range keys {
		if slot := m.slotOf(key); slot >= 0 && !slices.Contains(out, slot) {
			out = append(out, slot)
		}
	}
	return out
}
