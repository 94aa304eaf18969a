package issues

import (
	"slices"
	"strings"
	"testing"
)

// oneTopic is a model that cannot part what it reads, with thirty conversations a day, and on the last days six more
// with a word of their own; customers says who those are of.
func oneTopic(t *testing.T, days int, customers int64) (*Model, *Table, map[int64]int) {
	t.Helper()
	m, rng := New(Config{Slots: 1, Alpha: 0.1, Beta: 0.05, Vocabulary: 1000, Window: 30_000, Exemplars: 30, Seed: 1}), newRand(3)
	words := strings.Fields("card delivery letter post waiting address arrived envelope")
	id, dayOf := int64(0), make(map[int64]int)
	var seen []Observation
	say := func(day int, customer int64, text string) {
		id++
		m.Arrive(Conversation{ID: id, Customer: customer, At: int64(day) * dayMillis, Messages: []string{text}})
		dayOf[id] = day
		seen = append(seen, Observation{m.Topic(id), customer, day})
	}
	for day := range days {
		for range 30 {
			text := make([]string, 4)
			for i, w := range rng.Perm(len(words))[:4] {
				text[i] = words[w]
			}
			say(day, id+1000, strings.Join(text, " "))
		}
		for i := range 6 * b2i(day >= days-4) {
			say(day, int64(i)%customers, "card "+words[i]+" activation")
		}
	}
	return m, NewTable(days, slices.Values(seen)), dayOf
}

// inside runs the tests of the last day.
func inside(m *Model, table *Table, dayOf map[int64]int) (whole, all []Flag) {
	day := table.Days - 1
	whole = DefaultDetector().Round(table, day, m.Cards(), nil, nil)
	strands := m.newStrandFinder(func(id int64) (int, bool) { day, ok := dayOf[id]; return day, ok }).of(day)
	return whole, DefaultDetector().Inside(table, day, strands, nil, whole)
}

func TestANewMatterInsideATopicIsFoundByItsWord(t *testing.T) {
	m, table, dayOf := oneTopic(t, 80, 20)
	whole, all := inside(m, table, dayOf)
	if kinds := flagsOn(whole, m.keys[0]); len(kinds) != 1 || kinds[0] != KindRecurring {
		t.Fatalf("the topic itself is flagged: %v", kinds)
	}
	if len(all) != len(whole)+1 {
		t.Fatalf("%d flags beside %d of topics", len(all)-len(whole), len(whole))
	}
	f := all[len(whole)]
	if f.Word != "activation" || f.Kind != KindBurst || f.Topic != m.keys[0] || f.Test.Observed < 18 || f.Customers < 3 {
		t.Errorf("flag %+v", f)
	}
	if !strings.HasPrefix(f.Sentence, "Unusually many: ") || !strings.Contains(f.Sentence, " with “activation” in the last ") {
		t.Errorf("sentence %q", f.Sentence)
	}
	if len(f.within) != f.Test.Observed {
		t.Errorf("%d conversations behind %d", len(f.within), f.Test.Observed)
	}
	for _, id := range f.within {
		d := m.byID[id]
		if dayOf[id] <= f.Day-f.Test.Window || !slices.ContainsFunc(d.entries, func(e entry) bool { return m.vocab.features[e.feature].surface() == f.Word }) {
			t.Errorf("conversation %d of day %d is not behind the flag", id, dayOf[id])
		}
	}
}

func TestStrandsStayQuiet(t *testing.T) {
	for name, tt := range map[string]struct {
		days      int
		customers int64
	}{"one loud customer": {80, 1}, "a young desk": {warmUp, 20}} {
		m, table, dayOf := oneTopic(t, tt.days, tt.customers)
		if whole, all := inside(m, table, dayOf); len(all) != len(whole) {
			t.Errorf("%s: %+v", name, all[len(whole):])
		}
	}
	m, table, dayOf := oneTopic(t, 80, 20)
	strands := m.newStrandFinder(func(id int64) (int, bool) { return dayOf[id], dayOf[id] >= 60 }).of(79)
	if len(strands) != 0 {
		t.Errorf("%d strands of a window of three weeks", len(strands))
	}
	flagged := []Flag{{Topic: m.keys[0], Kind: KindRising, Day: 79}}
	strands = m.newStrandFinder(func(id int64) (int, bool) { return dayOf[id], true }).of(79)
	if all := DefaultDetector().Inside(table, 79, strands, nil, flagged); len(all) != 1 {
		t.Errorf("a topic is flagged twice: %+v", all)
	}
}
