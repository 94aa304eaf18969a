package issues

// Place puts a conversation into a topic by its key, also into one that the model does not hold (any more): that is
// how topics come back after their state was lost, and how people make topics. pinned: a person said so, and no
// night moves it. False means that the conversation is unknown or no slot is free.
func (m *Model) Place(id, key int64, pinned bool) bool {
	d := m.byID[id]
	if d == nil || key == 0 {
		return false
	}
	slot := m.slotOf(key)
	if slot < 0 {
		if slot = m.freeSlot(); slot < 0 {
			return false
		}
		m.keys[slot] = key
		m.nextKey = max(m.nextKey, key+1)
	}
	from := d.slot
	m.moveNameless(d, slot)
	if from != slot {
		m.vacate(from)
	}
	if pinned {
		d.pinned, d.sure = true, true
	}
	return true
}

func (m *Model) freeSlot() int32 {
	for k, n := range m.mix.docs {
		if n == 0 && m.keys[k] == 0 {
			return int32(k)
		}
	}
	return noSlot
}

// Join is Merge for an heir that may be without a slot: then the topic goes on under the heir's key.
func (m *Model) Join(from, into int64) {
	slot := m.slotOf(from)
	if slot < 0 || m.Merge(from, into) || m.slotOf(into) >= 0 {
		return
	}
	m.keys[slot] = into
	for _, d := range m.docs {
		if d.slot == slot {
			d.pinned = true
		}
	}
}

// Reserve keeps keys up to the given one from being given to new topics.
func (m *Model) Reserve(key int64) { m.nextKey = max(m.nextKey, key+1) }

// Similar returns how alike the words of two topics are, 0 to 1, for all pairs at once.
func (m *Model) Similar() func(a, b int64) float64 {
	near := m.similarities()
	return func(a, b int64) float64 {
		x, y := m.slotOf(a), m.slotOf(b)
		if x < 0 || y < 0 {
			return 0
		}
		return near[x][y]
	}
}
