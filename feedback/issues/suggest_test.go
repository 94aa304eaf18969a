package issues

import "testing"

// suggested is how often a topic was suggested, and how often it held the customer's matter.
type suggested struct{ asked, told, right int }

func (s suggested) coverage() float64  { return float64(s.told) / float64(s.asked) }
func (s suggested) precision() float64 { return float64(s.right) / float64(max(1, s.told)) }

// TestSuggestionsAreDecidedBetweenMatters: on real questions, summing the topics of a card suggests for clearly more
// conversations, and is about as often right.
func TestSuggestionsAreDecidedBetweenMatters(t *testing.T) {
	list := banking77(t)
	m, label := New(DefaultConfig()), map[int64]string{}
	half := len(list) / 2
	for _, s := range list[:half] {
		label[s.ID] = s.label
		m.Arrive(s.Conversation)
	}
	m.Night(1)
	lead := leads(m.Cards())
	count := map[int64]map[string]int{}
	for c := range m.All() {
		card := lead.of(c.Topic)
		if count[card] == nil {
			count[card] = map[string]int{}
		}
		count[card][label[c.Conversation]]++
	}
	about := func(topic int64) (best string) {
		of := count[lead.of(topic)]
		for name, n := range of {
			if n > of[best] || n == of[best] && name < best {
				best = name
			}
		}
		return best
	}
	var before, after suggested
	for _, s := range list[half : half+3000] {
		one := m.Arrive(s.Conversation)
		whole := m.SuggestAmong(s.ID, lead.of)
		m.Forget(s.ID)
		for _, x := range []struct {
			got Suggestion
			sum *suggested
		}{{one, &before}, {whole, &after}} {
			x.sum.asked++
			if x.got.Sure {
				x.sum.told++
				if about(x.got.Topic) == s.label {
					x.sum.right++
				}
			}
		}
	}
	t.Logf("topics alone: told %.3f, right %.3f; matters: told %.3f, right %.3f", before.coverage(), before.precision(), after.coverage(), after.precision())
	if after.coverage() < before.coverage()+0.02 || after.precision() < before.precision()-0.02 {
		t.Errorf("coverage %.3f became %.3f, precision %.3f became %.3f", before.coverage(), after.coverage(), before.precision(), after.precision())
	}
}

// TestAMatterInTwoTopicsIsSuggested: between two halves of one matter nothing is unsure.
func TestAMatterInTwoTopicsIsSuggested(t *testing.T) {
	m, big, small, _ := split(t)
	m.Arrive(Conversation{ID: 9001, Messages: []string{"refund money order returned"}})
	apart := func(topic int64) int64 { return topic }
	joined := func(topic int64) int64 {
		if topic == small {
			return big
		}
		return topic
	}
	one, whole := m.SuggestAmong(9001, apart), m.SuggestAmong(9001, joined)
	if whole.Gap <= one.Gap || !whole.Sure || whole.Topic != big && whole.Topic != small {
		t.Errorf("apart %+v, as one %+v of %d and %d", one, whole, big, small)
	}
	if got := m.SuggestAmong(77777, joined); got != (Suggestion{}) {
		t.Errorf("a conversation that nobody knows: %+v", got)
	}
}
