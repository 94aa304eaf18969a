package issues

import "iter"

// Config holds the parameters of the topic model. Its defaults were chosen on the two development sets.
type Config struct {
	Slots      int     // most topics at one time
	Alpha      float64 // prior documents per slot
	Beta       float64 // prior weight per word and slot
	Vocabulary int     // most words seen more than once
	Window     int     // most conversations that are held
	MaxAge     int64   // milliseconds after which a conversation leaves the window; 0 means never
	Exemplars  int     // documents a topic is remembered by when its own have left
	Seed       uint64  // same seed and same input give the same topics
}

// DefaultConfig is the configuration that the figures in the tests belong to.
func DefaultConfig() Config {
	return Config{Slots: 400, Alpha: 0.1, Beta: 0.05, Vocabulary: 20_000, Window: 30_000, Exemplars: 30, Seed: 1}
}

// sureGap is the lead (log odds) over the runner-up from which a suggestion is shown as one.
const sureGap = 1

// Conversation is what the model reads of a ticket: the customer's own messages in order, never an agent's.
type Conversation struct {
	ID       int64
	Customer int64
	At       int64 // Unix milliseconds of its opening
	Messages []string
	Tag      string // an agent's tag that names the matter, if any
}

// Suggestion is the topic a conversation belongs to as far as the model can tell. Topic 0 means none.
type Suggestion struct {
	Topic int64
	Gap   float64 // lead over the runner-up, log odds
	Sure  bool    // may be shown as a suggestion
}

// document is a conversation as the model holds it: counted words, no text.
type document struct {
	id, customer, at int64
	entries          []entry
	slot             int32 // −1: none
	pinned           bool  // a person said where it belongs
	exemplar         bool  // outside the window; remembers its topic
	sure             bool
	told             tongue // its language, where it tells
}

// overfull is how many windows of conversations may arrive before the oldest leave without a night.
const overfull = 2

// noSlot marks a document that no topic holds.
const noSlot = -1

// Model finds topics. It is not safe for concurrent use: one goroutine owns it. A night may run on a
// Clone while the owner goes on; the conversations that arrived meanwhile are then given to the clone.
type Model struct {
	cfg     Config
	vocab   vocabulary
	mix     *mixture
	docs    []*document
	byID    map[int64]*document
	keys    []int64 // topic of each slot; 0: empty
	nextKey int64
	nights  uint64
	fitted  int     // window size at the last full fit
	left    []int64 // conversations that left between two nights
	voices  voices  // held conversations by language
}

// New returns an empty model.
func New(cfg Config) *Model {
	return &Model{
		cfg: cfg, vocab: newVocabulary(cfg.Vocabulary), mix: newMixture(cfg.Slots, cfg.Alpha, cfg.Beta),
		byID: make(map[int64]*document), keys: make([]int64, cfg.Slots), nextKey: 1,
	}
}

// Len is the number of conversations held, exemplars included.
func (m *Model) Len() int { return len(m.docs) }

// Arrive takes a conversation in, or again when it has more messages or another tag, and suggests a topic.
// A conversation that a person has placed stays where it is.
func (m *Model) Arrive(c Conversation) Suggestion {
	d := &document{id: c.ID, customer: c.Customer, at: c.At, slot: noSlot}
	pin, pinSlot := int64(0), int32(noSlot)
	if old := m.byID[c.ID]; old != nil {
		if d.pinned = old.pinned; d.pinned {
			pin, pinSlot = m.keys[old.slot], old.slot
		}
		m.Forget(c.ID)
	}
	list, told := terms(c.Messages, c.Tag, m.voices.home())
	d.entries, d.told = m.vocab.encode(list), told
	m.voices[told]++
	m.docs = append(m.docs, d)
	m.byID[d.id] = d
	m.notice(d)
	if len(m.docs) > overfull*m.cfg.Window { // a long import has no nights
		m.left = append(m.left, m.expire(d.at)...)
		if m.byID[d.id] == nil {
			return Suggestion{}
		}
	}
	if d.pinned {
		m.keys[pinSlot] = pin // also when it was the topic's only document
		m.move(d, pinSlot)
		d.sure = true
		return Suggestion{Topic: pin, Sure: true}
	}
	return m.place(d)
}

// notice gives rows to the features that the document is the second to hold.
func (m *Model) notice(d *document) {
	for _, e := range d.entries {
		f := &m.vocab.features[e.feature]
		switch {
		case f.Active:
		case f.Docs == 1:
			f.owner = d
		default:
			f.Active = true
			m.vocab.active++
			m.mix.open(e.feature)
			m.countFirst(f.owner, e.feature)
			f.owner = nil
		}
	}
	if grown := m.vocab.active - m.mix.words; grown > m.mix.words/100 || grown < -m.mix.words/100 {
		m.mix.resize(m.vocab.active)
	}
}

// countFirst counts a feature, now active, for the document that held it alone.
func (m *Model) countFirst(owner *document, f int32) {
	if owner.slot < 0 {
		return
	}
	for _, e := range owner.entries {
		if e.feature == f {
			m.mix.putEntry(e, owner.slot, 1)
		}
	}
}

// place puts an unplaced document into its best slot.
func (m *Model) place(d *document) Suggestion {
	if !m.readable(d) {
		return Suggestion{}
	}
	slot, gap := best(m.mix.score(d))
	d.sure = gap > sureGap && m.mix.docs[slot] > 0
	m.move(d, slot)
	return Suggestion{Topic: m.keys[slot], Gap: gap, Sure: d.sure}
}

// readable says whether the model knows any word of the document.
func (m *Model) readable(d *document) bool {
	for _, e := range d.entries {
		if m.vocab.features[e.feature].Active {
			return true
		}
	}
	return false
}

// move changes a document's slot; a slot's first document makes it a topic with a new key.
func (m *Model) move(d *document, to int32) {
	if d.slot == to {
		return
	}
	if d.slot >= 0 {
		m.mix.put(d, d.slot, -1)
	}
	if d.slot = to; to < 0 {
		return
	}
	m.mix.put(d, to, 1)
	if m.keys[to] == 0 {
		m.keys[to] = m.newKey()
	}
}

func (m *Model) newKey() int64 {
	key := m.nextKey
	m.nextKey++
	return key
}

// Topic returns the topic of a conversation, 0 if it has none or is unknown.
func (m *Model) Topic(id int64) int64 {
	if d := m.byID[id]; d != nil && d.slot >= 0 {
		return m.keys[d.slot]
	}
	return 0
}

// Assigned is a conversation of the window and the topic it is in.
type Assigned struct {
	Conversation, Customer, At, Topic int64
	Sure, Confirmed                   bool
}

// All yields the conversations of the window that have a topic, in order of arrival.
func (m *Model) All() iter.Seq[Assigned] {
	return func(yield func(Assigned) bool) {
		for _, d := range m.docs {
			if d.slot < 0 || d.exemplar {
				continue
			}
			if !yield(Assigned{d.id, d.customer, d.at, m.keys[d.slot], d.sure, d.pinned}) {
				return
			}
		}
	}
}

// Forget removes a conversation and every word that only it held.
func (m *Model) Forget(id int64) {
	d := m.byID[id]
	if d == nil {
		return
	}
	for i := len(m.docs) - 1; i >= 0; i-- {
		if m.docs[i] == d {
			m.docs = append(m.docs[:i], m.docs[i+1:]...)
			break
		}
	}
	m.drop(d)
}

// drop takes a document, already out of m.docs, out of all counts.
func (m *Model) drop(d *document) {
	slot := d.slot
	m.move(d, noSlot)
	m.vacate(slot)
	for _, e := range d.entries {
		if m.vocab.release(e) {
			m.mix.close(e.feature)
		}
	}
	m.voices[d.told]--
	delete(m.byID, d.id)
}

// Confirm records that a person placed a conversation: it moves to the topic and is never re-sampled.
// False means that the model does not hold the one or the other.
func (m *Model) Confirm(id, topic int64) bool {
	d, slot := m.byID[id], m.slotOf(topic)
	if d == nil || slot < 0 {
		return false
	}
	from := d.slot
	m.move(d, slot)
	m.vacate(from)
	d.pinned, d.sure = true, true
	return true
}

// Merge moves all conversations of one topic into another and pins them there, so that no night parts
// what a person joined.
func (m *Model) Merge(from, into int64) bool {
	source, target := m.slotOf(from), m.slotOf(into)
	if source < 0 || target < 0 || source == target {
		return false
	}
	for _, d := range m.docs {
		if d.slot == source {
			m.move(d, target)
			d.pinned = true
		}
	}
	m.vacate(source)
	return true
}

// vacate takes the name off a slot that nothing is left in.
func (m *Model) vacate(slot int32) {
	if slot >= 0 && m.mix.docs[slot] == 0 {
		m.keys[slot] = 0
	}
}

func (m *Model) slotOf(key int64) int32 {
	if key == 0 {
		return noSlot
	}
	for k, x := range m.keys {
		if x == key {
			return int32(k)
		}
	}
	return noSlot
}
