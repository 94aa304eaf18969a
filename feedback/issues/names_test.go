package issues

import (
	"slices"
	"strings"
	"testing"
)

func TestTopicsReadWell(t *testing.T) {
	m, ids := desk(t, 24)
	topics := m.Topics()
	total := 0
	for _, topic := range topics {
		total += topic.Conversations
	}
	if total != 72 || !slices.IsSortedFunc(topics, func(a, b Topic) int { return b.Conversations - a.Conversations }) {
		t.Errorf("%d conversations in topics %+v", total, topics)
	}
	for theme, docs := range ids {
		key, _ := mainTopic(m, docs)
		i := slices.IndexFunc(topics, func(x Topic) bool { return x.Key == key })
		topic := topics[i]
		if len(topic.Terms) != nameTerms || topic.Cohesion <= 0 || topic.Unsure > 0.5 || topic.Customers == 0 {
			t.Errorf("%s: %+v", theme, topic)
		}
		for _, word := range topic.Terms {
			if !slices.Contains(themes[theme], word) {
				t.Errorf("%s is named by %q", theme, word)
			}
		}
		if !slices.Contains(docs, topic.Medoid) {
			t.Errorf("%s: conversation %d stands for it", theme, topic.Medoid)
		}
	}
}

func TestNamesShowTheMostFrequentSpelling(t *testing.T) {
	m, _ := desk(t, 6)
	for i := range 6 {
		text := "voucher redeeming checkout"
		if i == 0 {
			text = "vouchers redeemed checkouts"
		}
		m.Arrive(Conversation{ID: int64(800 + i), Messages: []string{text}})
	}
	m.Night(7000)
	topic := m.Topic(803)
	for _, x := range m.Topics() {
		if x.Key == topic {
			if slices.Sort(x.Terms); !slices.Equal(x.Terms, []string{"checkout", "redeeming", "voucher"}) {
				t.Errorf("terms = %q", x.Terms)
			}
			return
		}
	}
	t.Errorf("no topic %d", topic)
}

func TestEvidenceIsOfDistinctCustomersNewestFirst(t *testing.T) {
	m, ids := desk(t, 24)
	key, _ := mainTopic(m, ids["login"])
	quotes := m.Evidence(key, 5)
	if len(quotes) != 5 {
		t.Fatalf("%d quotes, want 5", len(quotes))
	}
	customers := make(map[int64]bool)
	for i, q := range quotes {
		if customers[q.Customer] || m.Topic(q.Conversation) != key || i > 0 && q.At > quotes[i-1].At {
			t.Errorf("quotes = %+v", quotes)
		}
		customers[q.Customer] = true
	}
	if got := m.Evidence(9999, 5); got != nil {
		t.Errorf("evidence of nothing: %v", got)
	}
}

func TestBestSentence(t *testing.T) {
	m, ids := desk(t, 24)
	key, _ := mainTopic(m, ids["login"])
	messages := []string{"Hi! Courier lost a box. My password 12345678 reset link expired.", "Thanks"}
	if got := m.BestSentence(key, messages); got != "My password [id] reset link expired." {
		t.Errorf("sentence = %q", got)
	}
	if got := m.BestSentence(9999, messages); got != "Courier lost a box." {
		t.Errorf("without a topic: %q, want the first that says something", got)
	}
	if got := m.BestSentence(key, []string{"password " + strings.Repeat("x ", 500)}); len(got) > maxQuote+3 {
		t.Errorf("a quote of %d bytes", len(got))
	}
	if got := m.BestSentence(key, []string{"Hello!"}); got != "" {
		t.Errorf("a greeting is quoted: %q", got)
	}
}

// split builds one matter that two topics share, as happens to big ones, and one apart.
func split(t *testing.T) (m *Model, big, small, apart int64) {
	t.Helper()
	m, ids := desk(t, 24)
	refund, _ := mainTopic(m, ids["refund"])
	login, _ := mainTopic(m, ids["login"])
	empty := m.emptySlots()
	for i, id := range ids["refund"] {
		if i%3 == 0 {
			m.move(m.byID[id], empty[0])
		}
	}
	return m, refund, m.keys[empty[0]], login
}

func TestCardsJoinAlikeTopics(t *testing.T) {
	m, big, small, apart := split(t)
	for _, c := range m.Cards() {
		all := append([]int64{c.Topic}, c.Alike...)
		if slices.Contains(all, big) != slices.Contains(all, small) {
			t.Errorf("one matter on two cards: %+v", c)
		}
		if slices.Contains(all, big) && slices.Contains(all, apart) {
			t.Errorf("two matters on one card: %+v", c)
		}
	}
}

func TestGroupFlags(t *testing.T) {
	m, big, small, apart := split(t)
	flag := func(topic int64, p float64) Flag { return Flag{Topic: topic, Test: Test{P: p}} }
	groups := m.GroupFlags([]Flag{flag(apart, 0.01), flag(big, 0.002), flag(small, 0.001)}, m.Cards())
	if len(groups) != 2 || len(groups[0]) != 2 || groups[0][0].Topic != small || groups[1][0].Topic != apart {
		t.Errorf("groups = %+v", groups)
	}
}
