package issues

import (
	"cmp"
	"maps"
	"slices"
)

// heirShare is the part of a topic's conversations that another must hold to inherit its name (after a
// full fit) and redirectShare to be where its links lead (after it ended).
const (
	heirShare     = 0.2
	redirectShare = 0.5
)

// overlap counts the conversations that came from a topic and are now in a slot.
type overlap struct {
	key  int64
	slot int32
}

// snapshotKeys notes every conversation's topic.
func (m *Model) snapshotKeys() map[int64]int64 {
	keys := make(map[int64]int64, len(m.docs))
	for _, d := range m.docs {
		if d.slot >= 0 {
			keys[d.id] = m.keys[d.slot]
		}
	}
	return keys
}

// rename gives the slots their topics' keys. On an ordinary night a slot keeps its key as long as anything
// of the topic is left in it, unless most of the topic went to one slot that had none: then the name goes along. After a full fit slots that hold what people or exemplars pinned keep
// theirs, and the other keys go, greatest overlap first, to the slots that hold their conversations.
func (m *Model) rename(before map[int64]int64, full bool) {
	shared, sizes, held := m.overlaps(before)
	keys, taken := make([]int64, len(m.keys)), make(map[int64]bool)
	for k, key := range m.keys {
		if key != 0 && (held[k] || !full && shared[overlap{key, int32(k)}] > 0) {
			keys[k], taken[key] = key, true
		}
	}
	if full {
		for _, o := range byOverlap(shared) {
			enough := float64(shared[o]) >= heirShare*float64(sizes[o.key])
			if enough && keys[o.slot] == 0 && !taken[o.key] {
				keys[o.slot], taken[o.key] = o.key, true
			}
		}
	}
	if !full {
		m.followMost(keys, shared, sizes, held)
	}
	for k, n := range m.mix.docs {
		if n > 0 && keys[k] == 0 {
			keys[k] = m.newKey()
		}
	}
	m.keys = keys
}

// followMost gives the key of a topic to the nameless slot that most of its conversations went to: else a birth that
// draws a large topic to itself would leave its name, and the issue behind it, with a remnant.
func (m *Model) followMost(keys []int64, shared map[overlap]int, sizes map[int64]int, held []bool) {
	for _, o := range byOverlap(shared) {
		from := slices.Index(keys, o.key)
		if m.keys[o.slot] == 0 && keys[o.slot] == 0 && from >= 0 && !held[from] && 2*shared[o] > sizes[o.key] {
			keys[from], keys[o.slot] = 0, o.key
		}
	}
}

// overlaps counts, for each former topic, where its conversations are now and how many it had; held marks
// the slots with documents that the night could not move.
func (m *Model) overlaps(before map[int64]int64) (shared map[overlap]int, sizes map[int64]int, held []bool) {
	shared, sizes, held = make(map[overlap]int), make(map[int64]int), make([]bool, len(m.keys))
	for _, d := range m.docs {
		key := before[d.id]
		if key != 0 {
			sizes[key]++
		}
		if d.slot < 0 {
			continue
		}
		if key != 0 {
			shared[overlap{key, d.slot}]++
		}
		if d.pinned || d.exemplar {
			held[d.slot] = true
		}
	}
	return shared, sizes, held
}

// byOverlap orders the pairs by size, ties by key and slot.
func byOverlap(shared map[overlap]int) []overlap {
	return slices.SortedFunc(maps.Keys(shared), func(a, b overlap) int {
		return cmp.Or(cmp.Compare(shared[b], shared[a]), cmp.Compare(a.key, b.key), cmp.Compare(a.slot, b.slot))
	})
}

// report compares the topics before and after.
func (m *Model) report(before map[int64]int64, night *Night) {
	shared, sizes, _ := m.overlaps(before)
	for _, d := range m.docs {
		if from, to := before[d.id], m.Topic(d.id); from != to {
			night.Moved = append(night.Moved, Move{d.id, from, to})
		}
	}
	slices.SortFunc(night.Moved, func(a, b Move) int { return cmp.Compare(a.Conversation, b.Conversation) })
	heirs := make(map[int64]int64)
	for _, o := range byOverlap(shared) {
		if heirs[o.key] == 0 && float64(shared[o]) >= redirectShare*float64(sizes[o.key]) {
			heirs[o.key] = m.keys[o.slot]
		}
	}
	for _, key := range slices.Sorted(maps.Keys(sizes)) {
		switch heir := heirs[key]; {
		case slices.Contains(m.keys, key):
		case heir != 0:
			night.Merged = append(night.Merged, Redirect{key, heir})
		default:
			night.Gone = append(night.Gone, key)
		}
	}
	for _, key := range slices.Sorted(slices.Values(m.keys)) {
		if key != 0 && sizes[key] == 0 {
			night.Born = append(night.Born, key)
		}
	}
}
