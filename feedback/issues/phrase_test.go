package issues

import (
	"slices"
	"strings"
	"testing"
)

func TestNamesAreWhatPeopleSay(t *testing.T) {
	repeat := func(n int, texts ...string) (out []string) {
		for range n {
			out = append(out, texts...)
		}
		return out
	}
	for _, tt := range []struct {
		name  string
		lang  tongue
		texts []string
		words []string // most telling first, as they are said
		want  string
	}{
		{"a phrase in the order of speech", langEN, repeat(3, "I never got the password reset email.", "Still no password reset email today"), []string{"reset", "email", "password"}, "Password reset email"},
		{"two phrases", langEN, repeat(3, "The checkout said payment failed but my card was charged", "Payment failed at checkout, card was charged"), []string{"charged", "checkout", "payment", "failed", "card"}, "Checkout · payment failed · charged"},
		{"said apart", langEN, repeat(3, "My parcel has no tracking", "tracking of the parcel is stuck"), []string{"tracking", "parcel"}, "Parcel · tracking"},
		{"a word of one customer", langEN, append(repeat(4, "gift card balance is wrong"), "gift card of Jonas"), []string{"jonas", "balance", "gift"}, "Gift card balance"},
		{"fillers", langEN, repeat(3, "How long does delivery usually take on Thursday, it takes ages lately"), []string{"delivery", "long", "usually", "take", "thursday", "ages", "lately"}, "Delivery"},
		{"a particle", langEN, repeat(3, "My top-up failed", "I cannot top up", "the top up is pending"), []string{"top", "failed", "pending"}, "Top up · failed · pending"},
		{"over a full stop", langEN, repeat(3, "I lost my card. Payment was refused."), []string{"card", "payment"}, "Card · payment"},
		{"German", langDE, repeat(3, "Leider ist die Rechnung seit gestern falsch, falsche Adresse auf der Rechnung"), []string{"rechnung", "gestern", "leider", "adresse"}, "Rechnung · falsche adresse"},
		{"French", langFR, repeat(3, "Bonjour, le mot de passe oublié ne marche plus depuis hier"), []string{"oublié", "passe", "hier", "bonjour"}, "Oublié"},
		{"Chinese", langZH, repeat(3, "退货款还没有收到"), []string{"退货", "货款", "收到"}, "退货款 · 收到"},
	} {
		s := listenTo(tt.lang, tt.texts)
		var stems []string
		for _, w := range tt.words {
			if !tt.lang.idle(w) {
				stems = append(stems, tt.lang.stemOf(w))
			}
		}
		if got := labelOf(s.phrases(stems)); got != tt.want {
			t.Errorf("%s: %q, want %q", tt.name, got, tt.want)
		}
	}
}

// TestNamesOfRealTopics: on questions that customers of a bank asked, no name holds a word that says nothing, and most
// topics are named by a phrase.
func TestNamesOfRealTopics(t *testing.T) {
	m, texts := New(DefaultConfig()), map[int64]string{}
	for _, s := range banking77(t) {
		texts[s.ID] = s.Messages[0]
		m.Arrive(s.Conversation)
	}
	m.Night(1)
	speak := m.namer(m.members())
	named, phrased := 0, 0
	names := map[string]int{}
	for _, topic := range m.Topics() {
		if topic.Conversations < leastTickets {
			continue
		}
		slots := m.slotsOf(topic.Key)
		var said []string
		for _, id := range speak.sample(slots) {
			said = append(said, texts[id])
		}
		terms := speak.say(slots, said)
		name := labelOf(terms)
		t.Log(topic.Conversations, name, "|", strings.Join(topic.Terms, " · "), "|", said[0])
		if len(terms) == 0 {
			t.Errorf("a topic of %d conversations has no name", topic.Conversations)
		}
		named++
		names[name]++
		if slices.ContainsFunc(terms, func(s string) bool { return strings.Contains(s, " ") }) {
			phrased++
		}
		for _, word := range strings.Fields(strings.Join(append(terms, topic.Terms...), " ")) {
			if langEN.idle(word) && !particles[word] { // top up
				t.Errorf("%q holds %q, which says nothing", name, word)
			}
		}
	}
	if named < 80 || 3*phrased < named || 10*len(names) < 9*named {
		t.Errorf("%d topics, %d named by a phrase, %d different names", named, phrased, len(names))
	}
}
