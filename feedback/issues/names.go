package issues

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strings"
)

// relatives is the share of common customers from which flags of one night belong together.
const relatives = 0.3

// Topic is a topic as people see it.
type Topic struct {
	Key           int64
	Conversations int      // in the window
	Customers     int      // distinct
	Terms         []string // the words that set it apart, most telling first
	Medoid        int64    // the conversation that fits best; its sentence is the title
	Cohesion      float64  // mean fit, ln p(word|topic)/p(word): 0 is no better than any topic
	Unsure        float64  // share of conversations that nearly went elsewhere
}

// Topics describes all topics with conversations in the window, largest first.
func (m *Model) Topics() []Topic {
	all, members := m.mix.total(), m.members()
	speak := m.namer(members)
	var topics []Topic
	for k, docs := range members {
		if len(docs) == 0 {
			continue
		}
		t := Topic{Key: m.keys[k], Conversations: len(docs), Terms: speak.plain(int32(k))}
		seen, fits, unsure, bestFit := make(map[int64]bool), 0.0, 0, math.Inf(-1)
		for _, d := range docs {
			seen[d.customer] = true
			fit := m.fit(d, all)
			fits += fit
			speaks := m.speaks(d.entries, d.slot, all)
			if !d.sure {
				unsure++
			}
			if speaks > bestFit {
				bestFit, t.Medoid = speaks, d.id
			}
		}
		t.Customers, t.Cohesion = len(seen), fits/float64(len(docs))
		t.Unsure = float64(unsure) / float64(len(docs))
		topics = append(topics, t)
	}
	slices.SortStableFunc(topics, func(a, b Topic) int {
		return cmp.Or(cmp.Compare(b.Conversations, a.Conversations), cmp.Compare(a.Key, b.Key))
	})
	return topics
}

// members lists the window's documents per slot, oldest first.
func (m *Model) members() [][]*document {
	members := make([][]*document, m.cfg.Slots)
	for _, d := range m.docs {
		if d.slot >= 0 && !d.exemplar {
			members[d.slot] = append(members[d.slot], d)
		}
	}
	return members
}

// weighted is a feature and its c-TF-IDF weight in one topic.
type weighted struct {
	feature int32
	weight  float64
}

// rankTerms computes, per slot, c-TF-IDF (Grootendorst 2022): (n_kf/n_k) · ln(1 + (N/K)/n_f), where N/K is
// the mean weight of a topic and n_f that of the word in all of them.
func (m *Model) rankTerms() [][]weighted {
	rank := make([][]weighted, m.cfg.Slots)
	used := 0
	for _, n := range m.mix.docs {
		if n > 0 {
			used++
		}
	}
	mean := float64(m.mix.total()) / math.Max(1, float64(used))
	for f := range m.mix.rows {
		r := &m.mix.rows[f]
		if r.total == 0 || !m.vocab.features[f].named() {
			continue
		}
		rarity := math.Log(1 + mean/float64(r.total))
		for k, c := range r.counts {
			if c > 0 {
				share := float64(c) / float64(m.mix.weight[k])
				rank[k] = append(rank[k], weighted{int32(f), share * rarity})
			}
		}
	}
	return rank
}

// fullQuote is the weight of words from which a quote counts nearly in full.
const fullQuote = 3

// speaks is how well words stand for a topic before people: like fit, but a text of two words says little
// however well it fits, and words that nobody else uses (or misspelt ones) say nothing.
func (m *Model) speaks(entries []entry, slot int32, all int64) float64 {
	sum, known, unknown := m.lifts(entries, slot, all)
	return sum / (known + unknown + fullQuote)
}

// Quote is evidence: a conversation that speaks for its topic.
type Quote struct {
	Conversation, Customer, At int64
	Fit                        float64
}

// Evidence returns the n conversations that stand for a topic best, each of another customer and in other
// words, newest first. The
// caller has the texts and shows BestSentence of each.
func (m *Model) Evidence(topic int64, n int) []Quote {
	slot := m.slotOf(topic)
	if slot < 0 {
		return nil
	}
	var quotes []Quote
	all := m.mix.total()
	for _, d := range m.members()[slot] {
		quotes = append(quotes, Quote{d.id, d.customer, d.at, m.speaks(d.entries, slot, all)})
	}
	slices.SortFunc(quotes, func(a, b Quote) int {
		return cmp.Or(cmp.Compare(b.Fit, a.Fit), cmp.Compare(b.At, a.At), cmp.Compare(a.Conversation, b.Conversation))
	})
	seen, said := make(map[int64]bool), make(map[string]bool)
	quotes = slices.DeleteFunc(quotes, func(q Quote) bool {
		words := fmt.Sprint(m.byID[q.Conversation].features())
		again := seen[q.Customer] || said[words]
		seen[q.Customer], said[words] = true, true
		return again
	})
	quotes = quotes[:min(n, len(quotes))]
	slices.SortFunc(quotes, func(a, b Quote) int {
		return cmp.Or(cmp.Compare(b.At, a.At), cmp.Compare(a.Conversation, b.Conversation))
	})
	return quotes
}

const maxQuote = 240 // bytes of a quoted sentence

// BestSentence picks the sentence of a conversation that fits a topic best, masked for showing. The
// medoid's is the topic's title.
func (m *Model) BestSentence(topic int64, messages []string) string {
	slot, all := m.slotOf(topic), m.mix.total()
	quote, bestFit := "", math.Inf(-1)
	for _, message := range messages[:min(len(messages), maxTurns)] {
		for _, s := range sentences(clip(message, maxText)) {
			tokens := scan(s)
			if chitchat(tokens) {
				continue
			}
			fit := noFit
			if slot >= 0 {
				fit = m.speaks(m.lookup(s), slot, all)
			}
			if quote == "" || fit > bestFit {
				quote, bestFit = s, fit
			}
		}
	}
	if len(quote) > maxQuote {
		quote = strings.TrimSpace(clip(quote, maxQuote)) + "…"
	}
	return Mask(quote)
}

// lookup returns the features of a text, without learning any: words that are new count as unknown.
func (m *Model) lookup(text string) (entries []entry) {
	list, _ := terms([]string{text}, "", m.voices.home())
	for _, t := range list {
		f, ok := m.vocab.index[t.stem]
		if !ok {
			f = math.MaxInt32
		}
		entries = append(entries, entry{feature: f, weight: uint16(max(1, t.weight*unit))})
	}
	return entries
}

// features are the numbers of a document's features, in order of weight.
func (d *document) features() []int32 {
	fs := make([]int32, len(d.entries))
	for i, e := range d.entries {
		fs[i] = e.feature
	}
	return fs
}
