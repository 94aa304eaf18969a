package issues

import (
	"slices"
	"testing"
)

// dailyTable is a table of topics whose days have so many conversations, each of another customer.
func dailyTable(days int, of map[int64]func(day int) int) *Table {
	return NewTable(days, func(yield func(Observation) bool) {
		who := int64(0)
		for topic := range int64(50) {
			count := of[topic]
			if count == nil {
				continue
			}
			for day := range days {
				for range count(day) {
					if who++; !yield(Observation{topic, who, day}) {
						return
					}
				}
			}
		}
	})
}

func TestRoundSeesACardWhoseTopicsAllGrowALittle(t *testing.T) {
	const days = 100
	of := make(map[int64]func(int) int)
	for topic := int64(1); topic <= 12; topic++ { // fragments of one matter: each two in seven days, then four or five
		of[topic] = func(day int) int {
			if day%7 == int(topic) || day%7 == int(topic+3)%7 || day >= days-7 && day%2 == 0 {
				return 1
			}
			return 0
		}
	}
	for topic := int64(20); topic < 40; topic++ {
		of[topic] = func(day int) int { return 2 + (day+int(topic))%2 }
	}
	table := dailyTable(days, of)
	card := Card{Topic: 1, Alike: []int64{2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12}}
	changes := func(cards []Card) (out []Flag) {
		for _, f := range DefaultDetector().Round(table, days-1, cards, nil, nil) {
			if f.Kind != KindRecurring {
				out = append(out, f)
			}
		}
		return out
	}
	if apart := changes(nil); len(apart) != 0 {
		t.Errorf("topics alone are flagged: %+v", apart)
	}
	whole := changes([]Card{card})
	if len(whole) != 1 || whole[0].Topic != 1 || len(whole[0].Topics) != 12 || whole[0].Test.Observed < 18 {
		t.Errorf("the card as a whole: %+v", whole)
	}
}

func TestACardOpensNoEpisodeBesideThatOfItsTopic(t *testing.T) {
	h := make(History)
	part, whole := Flag{Topic: 2, Day: 50}, Flag{Topic: 1, Topics: []int64{1, 2, 3}, Day: 50}
	if opened := h.Record([]Flag{part, whole}); len(opened) != 1 || opened[0].Topic != 2 {
		t.Errorf("opened %+v", opened)
	}
	for _, topic := range []int64{1, 2, 3} {
		if !slices.Equal(h[topic], []int{50}) {
			t.Errorf("topic %d was flagged on %v", topic, h[topic])
		}
	}
	part.Topic, part.Day = 3, 55
	if opened := h.Record([]Flag{part}); len(opened) != 0 {
		t.Errorf("a part of an open card opened %+v", opened)
	}
	whole.Day = 63
	if opened := h.Record([]Flag{whole}); len(opened) != 1 {
		t.Error("after quiet days the card opens none")
	}
}

func TestCardsLeaveApartWhatPeopleMadeATopic(t *testing.T) {
	m, big, small, _ := split(t)
	m.keys[m.slotOf(small)] = -1 // as Store.Split gives them
	for _, c := range m.Cards() {
		if slices.Contains(append(c.Alike, c.Topic), -1) && slices.Contains(append(c.Alike, c.Topic), big) {
			t.Errorf("a topic that people split off is on the card it came from: %+v", c)
		}
	}
}
