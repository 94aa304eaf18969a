package issues

import (
	"fmt"
	"slices"
	"strings"
	"testing"
)

// themes are the words of three clearly different matters.
var themes = map[string][]string{
	"refund": strings.Fields("refund money order bank waiting missing amount returned"),
	"login":  strings.Fields("password login account locked reset email link expired"),
	"parcel": strings.Fields("parcel delivery courier damaged late address box driver"),
}

// say is a sentence of five words of a theme.
func say(theme string, i int) string {
	var said []string
	for _, w := range newRand(uint64(i)).Perm(8)[:5] {
		said = append(said, themes[theme][w])
	}
	return strings.Join(said, " ")
}

// desk builds a model from some conversations of each theme, one customer each, and returns their ids.
func desk(t *testing.T, perTheme int) (*Model, map[string][]int64) {
	t.Helper()
	cfg := DefaultConfig()
	cfg.Slots = 40
	m, ids, next := New(cfg), make(map[string][]int64), int64(1)
	for i := range perTheme {
		for _, theme := range []string{"refund", "login", "parcel"} {
			text := say(theme, i)
			m.Arrive(Conversation{ID: next, Customer: next % 50, At: int64(i) * 1000, Messages: []string{text}})
			ids[theme] = append(ids[theme], next)
			next++
		}
	}
	m.Night(int64(perTheme) * 1000)
	return m, ids
}

// main is the topic that holds most of the conversations, and its share of them.
func mainTopic(m *Model, ids []int64) (topic int64, share float64) {
	counts := make(map[int64]int)
	for _, id := range ids {
		counts[m.Topic(id)]++
	}
	for key, n := range counts {
		if n > counts[topic] || n == counts[topic] && key < topic {
			topic = key
		}
	}
	return topic, float64(counts[topic]) / float64(len(ids))
}

func TestNightFindsThemes(t *testing.T) {
	m, ids := desk(t, 24)
	seen := make(map[int64]string)
	for theme, docs := range ids {
		topic, share := mainTopic(m, docs)
		if topic == 0 || share < 0.6 {
			t.Errorf("%s: topic %d holds %.2f", theme, topic, share)
		}
		if other := seen[topic]; other != "" {
			t.Errorf("%s and %s share a topic", theme, other)
		}
		seen[topic] = theme
	}
	s := m.Arrive(Conversation{ID: 900, Messages: []string{"Hi there", "my password reset link expired"}})
	if want, _ := mainTopic(m, ids["login"]); s.Topic != want || !s.Sure {
		t.Errorf("suggestion = %+v, want topic %d for sure", s, want)
	}
	if s := m.Arrive(Conversation{ID: 901, Messages: []string{"Hello, thanks!"}}); s != (Suggestion{}) {
		t.Errorf("a greeting got topic %+v", s)
	}
}

func TestAllYieldsTheWindow(t *testing.T) {
	m, ids := desk(t, 10)
	m.Confirm(ids["login"][0], m.Topic(ids["login"][1]))
	n := 0
	for a := range m.All() {
		if n++; a.Topic != m.Topic(a.Conversation) || a.Confirmed != (a.Conversation == ids["login"][0]) {
			t.Errorf("yielded %+v", a)
		}
	}
	if n != 30 {
		t.Errorf("yielded %d conversations, want 30", n)
	}
	for range m.All() {
		break // stopping early must be possible
	}
}

func TestSameInputGivesSameTopics(t *testing.T) {
	a, _ := desk(t, 20)
	b, _ := desk(t, 20)
	for id := range int64(60) {
		if a.Topic(id) != b.Topic(id) {
			t.Fatalf("conversation %d: topics %d and %d", id, a.Topic(id), b.Topic(id))
		}
	}
}

func TestRestoredModelHasTheSameFuture(t *testing.T) {
	m, _ := desk(t, 20)
	copied, err := m.Clone()
	if err != nil {
		t.Fatal(err)
	}
	for i := range 30 {
		c := Conversation{ID: int64(1000 + i), At: int64(30_000 + i), Messages: []string{fmt.Sprintf("new zebra%c stripes refund", 'a'+i%3)}}
		if a, b := m.Arrive(c), copied.Arrive(c); a != b {
			t.Fatalf("arrival %d: %+v and %+v", i, a, b)
		}
	}
	for night := range 3 {
		a, b := m.Night(40_000), copied.Night(40_000)
		if fmt.Sprint(a) != fmt.Sprint(b) {
			t.Fatalf("night %d: %+v and %+v", night, a, b)
		}
	}
	if a, b := fmt.Sprint(m.Topics()), fmt.Sprint(copied.Topics()); a != b {
		t.Errorf("topics: %s and %s", a, b)
	}
}

func TestRestoreRefusesBrokenStates(t *testing.T) {
	m, _ := desk(t, 4)
	good, err := m.MarshalBinary()
	if err != nil {
		t.Fatal(err)
	}
	for name, bad := range map[string][]byte{"empty": nil, "noise": []byte("not a state"), "cut": good[:len(good)/2]} {
		if _, err := Restore(bad); err == nil {
			t.Errorf("%s state was restored", name)
		}
	}
	for name, s := range map[string]state{
		"version": {Version: stateVersion + 1},
		"slots":   {Version: stateVersion, Config: Config{Slots: 2}, Keys: []int64{1}},
		"slot": {Version: stateVersion, Config: Config{Slots: 1}, Keys: []int64{1},
			Documents: []storedDocument{{Slot: 1}}},
		"feature": {Version: stateVersion, Config: Config{Slots: 1}, Keys: []int64{1},
			Documents: []storedDocument{{Features: []int32{0}, Weights: []uint16{1}, Forms: []uint16{0}}}},
		"columns": {Version: stateVersion, Config: Config{Slots: 1}, Keys: []int64{1},
			Features: []feature{{Docs: 1}}, Documents: []storedDocument{{Features: []int32{0}}}},
	} {
		if s.check() == nil {
			t.Errorf("state with a wrong %s passed", name)
		}
	}
}

func TestPeopleHaveTheLastWord(t *testing.T) {
	m, ids := desk(t, 20)
	refund, _ := mainTopic(m, ids["refund"])
	moved := ids["parcel"][0]
	if !m.Confirm(moved, refund) || m.Confirm(moved, 9999) || m.Confirm(9999, refund) {
		t.Fatal("Confirm does not say whether it moved")
	}
	m.fitted = 0 // force a full fit
	night := m.Night(21_000)
	if !night.Full || m.Topic(moved) != refund {
		t.Errorf("full %v: confirmed conversation is in %d, want %d", night.Full, m.Topic(moved), refund)
	}
	m.Arrive(Conversation{ID: moved, Messages: []string{"password login"}})
	if m.Topic(moved) != refund {
		t.Errorf("another message moved a confirmed conversation to %d", m.Topic(moved))
	}
	refund, _ = mainTopic(m, ids["refund"])
	login, _ := mainTopic(m, ids["login"])
	if !m.Merge(login, refund) || m.Merge(login, refund) {
		t.Fatal("Merge does not say whether it merged")
	}
	m.Night(22_000)
	if a, b := m.slotOf(login), m.slotOf(refund); a != noSlot || b == noSlot {
		t.Errorf("after the merge: slots %d and %d", a, b)
	}
	if topic, share := mainTopic(m, ids["login"]); topic != refund || share < 0.6 {
		t.Errorf("merged conversations are in %d (%.2f), want %d", topic, share, refund)
	}
}

func TestFullFitKeepsNames(t *testing.T) {
	m, ids := desk(t, 24)
	before := make(map[string]int64)
	for theme, docs := range ids {
		before[theme], _ = mainTopic(m, docs)
	}
	m.fitted = 0
	if night := m.Night(25_000); !night.Full {
		t.Fatal("not a full fit")
	}
	for theme, docs := range ids {
		if got, _ := mainTopic(m, docs); got != before[theme] {
			t.Errorf("%s: topic %d was renamed %d", theme, before[theme], got)
		}
	}
}

func TestNightReportsWhatChanged(t *testing.T) {
	m, _ := desk(t, 24)
	before := m.snapshotKeys()
	for i := range 12 {
		m.Arrive(Conversation{ID: int64(500 + i), At: 24_000, Messages: []string{"fingerprint scanner crashes camera"}})
	}
	arrived := m.snapshotKeys()
	night := m.Night(25_000)
	if night.Full {
		t.Fatal("an ordinary night did a full fit")
	}
	topic, share := mainTopic(m, []int64{500, 501, 502, 503, 504, 505, 506, 507, 508, 509, 510, 511})
	if share < 0.9 || slices.Contains(keysOf(before), topic) {
		t.Errorf("new matter: topic %d, share %.2f", topic, share)
	}
	moved := make(map[int64]int64)
	for _, x := range night.Moved {
		if x.From != arrived[x.Conversation] || x.To != m.Topic(x.Conversation) || x.From == x.To {
			t.Errorf("move %+v, was %d, is %d", x, arrived[x.Conversation], m.Topic(x.Conversation))
		}
		moved[x.Conversation] = x.To
	}
	for id, key := range arrived {
		if _, told := moved[id]; !told && m.Topic(id) != key {
			t.Errorf("conversation %d moved untold", id)
		}
	}
}

func keysOf(topics map[int64]int64) (keys []int64) {
	for _, k := range topics {
		keys = append(keys, k)
	}
	return keys
}

func TestForgottenConversationLeavesNoWord(t *testing.T) {
	m, _ := desk(t, 10)
	holds := func(word string) bool {
		packed, err := m.MarshalBinary()
		if err != nil {
			t.Fatal(err)
		}
		again, err := Restore(packed)
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range again.vocab.features {
			if strings.Contains(f.Stem, word) || strings.Contains(fmt.Sprint(f.Forms), word) {
				return true
			}
		}
		return false
	}
	words := len(m.vocab.index)
	m.Arrive(Conversation{ID: 700, Messages: []string{"canaryxyz refund canaryxyz"}, Tag: "canaryxyztag"})
	m.Arrive(Conversation{ID: 701, Messages: []string{"canaryxyz order"}})
	if !holds("canaryxyz") {
		t.Fatal("the word was not learned")
	}
	m.Forget(700)
	m.Night(20_000)
	m.Forget(701)
	m.Forget(701)
	if holds("canaryxyz") || len(m.vocab.index) != words || m.Topic(700) != 0 {
		t.Errorf("words %d, want %d; topic %d", len(m.vocab.index), words, m.Topic(700))
	}
	checkCounts(t, m)
}

// checkCounts verifies that all counts follow from the documents.
func checkCounts(t *testing.T, m *Model) {
	t.Helper()
	docs, weights, held := make([]int32, m.cfg.Slots), make([]int64, m.cfg.Slots), make(map[int32]int32)
	for _, d := range m.docs {
		for _, e := range d.entries {
			held[e.feature]++
			if d.slot >= 0 && m.vocab.features[e.feature].Active {
				weights[d.slot] += int64(e.weight)
			}
		}
		if d.slot >= 0 {
			docs[d.slot]++
		}
	}
	if !slices.Equal(docs, m.mix.docs) || !slices.Equal(weights, m.mix.weight) {
		t.Error("slot counts do not follow from the documents")
	}
	for i, f := range m.vocab.features {
		if f.Docs != held[int32(i)] || f.Active != m.mix.isOpen(int32(i)) {
			t.Errorf("feature %q: %d documents, want %d; active %v", f.Stem, f.Docs, held[int32(i)], f.Active)
		}
	}
	for k, n := range m.mix.docs {
		if (n == 0) != (m.keys[k] == 0) {
			t.Errorf("slot %d has %d documents and key %d", k, n, m.keys[k])
		}
	}
}

func TestCountsHoldThroughALife(t *testing.T) {
	cfg := DefaultConfig()
	cfg.Slots, cfg.Window, cfg.Vocabulary, cfg.Exemplars = 12, 60, 40, 5
	m, rng := New(cfg), newRand(3)
	letters := "abcdefghijklmnop"
	for i := range 600 {
		text := ""
		for range 1 + rng.IntN(6) {
			text += " w" + string(letters[rng.IntN(16)]) + string(letters[rng.IntN(16)])
		}
		m.Arrive(Conversation{ID: int64(rng.IntN(300)), Customer: int64(i % 9), At: int64(i) * dayMillis / 20, Messages: []string{text}})
		switch rng.IntN(12) {
		case 0:
			m.Forget(int64(rng.IntN(300)))
		case 1:
			m.Confirm(int64(rng.IntN(300)), m.keys[rng.IntN(len(m.keys))])
		case 2:
			m.Merge(m.keys[rng.IntN(len(m.keys))], m.keys[rng.IntN(len(m.keys))])
		case 3:
			m.Night(int64(i) * dayMillis / 20)
		}
		if i%25 == 0 {
			checkCounts(t, m)
		}
	}
	checkCounts(t, m)
	if m.vocab.active > cfg.Vocabulary+maxTerms {
		t.Errorf("%d words are active, limit %d", m.vocab.active, cfg.Vocabulary)
	}
}

func TestImportWithoutNightsIsBounded(t *testing.T) {
	cfg := DefaultConfig()
	cfg.Slots, cfg.Window, cfg.Exemplars = 20, 30, 2
	m := New(cfg)
	for i := range 500 {
		m.Arrive(Conversation{ID: int64(i + 1), At: int64(i), Messages: []string{say("login", i)}})
		if limit := overfull*cfg.Window + cfg.Slots*cfg.Exemplars; m.Len() > limit {
			t.Fatalf("%d conversations are held, limit %d", m.Len(), limit)
		}
	}
	if night := m.Night(500); len(night.Departed)+m.Len() != 500 {
		t.Errorf("%d departed and %d held of 500", len(night.Departed), m.Len())
	}
	checkCounts(t, m)
}

func TestDormantTopicIsFoundAgain(t *testing.T) {
	m, ids := desk(t, 24)
	m.cfg.MaxAge = 30 * dayMillis
	parcel, _ := mainTopic(m, ids["parcel"])
	later := int64(100 * dayMillis)
	for i := range 30 {
		m.Arrive(Conversation{ID: int64(2000 + i), At: later, Messages: []string{say("login", 50+i)}})
	}
	night := m.Night(later)
	if len(night.Departed)+m.Len() != 72+30 {
		t.Errorf("%d departed, %d held", len(night.Departed), m.Len())
	}
	s := m.Arrive(Conversation{ID: 3000, At: later, Messages: []string{"courier delivery parcel damaged"}})
	if s.Topic != parcel {
		t.Errorf("the matter came back as topic %d, want %d", s.Topic, parcel)
	}
	for _, topic := range m.Topics() {
		if topic.Key == parcel && topic.Conversations != 1 {
			t.Errorf("exemplars are counted: %+v", topic)
		}
	}
	checkCounts(t, m)
}
