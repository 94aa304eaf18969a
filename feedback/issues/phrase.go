package issues

import (
	"cmp"
	"slices"
	"strings"
)

const (
	phraseLeast = 3   // customers who must have said a phrase
	phraseShare = 0.5 // of those who said the rarer of its words
	phraseWords = 3
	wordShare   = 0.15 // of the members who must have said a word that names them
)

// pair is two words that follow each other, by their stems.
type pair struct{ a, b string }

// speech is how members of topics say their words: texts in order, the one that stands for all of them first.
type speech struct {
	lang  tongue
	texts [][]spoken
	said  map[string]int // texts that hold a stem
	pairs map[pair]int
}

// spoken is a word of a text.
type spoken struct {
	stem, text string // text: with what stood between it and the word before, when they follow each other
	joins      bool   // follows the one before
}

// listenTo reads what members wrote.
func listenTo(lang tongue, texts []string) *speech {
	s := &speech{lang: lang, said: map[string]int{}, pairs: map[pair]int{}}
	for _, text := range texts {
		words := s.read(clip(text, nameText))
		stems, pairs := map[string]bool{}, map[pair]bool{}
		for i, w := range words {
			stems[w.stem] = true
			if w.joins {
				pairs[pair{words[i-1].stem, w.stem}] = true
			}
		}
		for stem := range stems {
			s.said[stem]++
		}
		for p := range pairs {
			s.pairs[p]++
		}
		s.texts = append(s.texts, words)
	}
	return s
}

// read cuts a text into the words that may stand in a name. Neighbours that stand next to each other join; in scripts
// without spaces, words overlap.
func (s *speech) read(text string) (out []spoken) {
	for _, sentence := range sentences(text) {
		tokens := scan(sentence)
		if chitchat(tokens) {
			continue
		}
		end := -1 // of the word before, while nothing else stood between
		for _, t := range tokens {
			follows := end >= 0 && s.lang == langEN && particles[t.text] && (t.text != "in" || leadsIn[out[len(out)-1].stem])
			if masks[t.text] != "" || !follows && s.lang.broken(t.text) || t.start >= t.end || !longEnough(t.text) {
				end = -1
				continue
			}
			w := spoken{stem: s.lang.stemOf(t.text), text: t.text}
			if end >= 0 {
				between := sentence[min(end, t.start):t.start]
				if w.joins = between == "" || between == " " || between == "-"; w.joins && t.start < end {
					w.text = strings.ToLower(sentence[min(end, t.end):t.end]) // what overlaps is said once
				} else if w.joins {
					w.text = between + w.text
				}
			}
			out, end = append(out, w), t.end
		}
	}
	return out
}

// particles belong to the word before when people nearly always say them with it: top up, log in.
var particles = words(`up off in`)

// leadsIn are the stems that people say with "in"; with others it only says where.
var leadsIn = words(`log sign check opt plug`)

const particleShare = 0.7 // of those who said a word, who said it with the particle

// broken says whether a word cannot be part of a name. Of scripts that are cut into pairs of signs, those that reach into a
// function word are none.
func (n tongue) broken(word string) bool {
	switch n {
	case langZH:
		return n.idle(word) || strings.ContainsAny(word, smallHan)
	case langJA:
		return n.idle(word) || strings.ContainsFunc(word, func(r rune) bool { return r >= 0x3040 && r < 0x30a0 })
	}
	return n.idle(word)
}

// holds tells whether people say two words as one: in this order, and about as often as the rarer of them.
func (s *speech) holds(p pair) bool {
	if particles[p.a] && s.lang == langEN {
		return false
	}
	if particles[p.b] && s.lang == langEN {
		return s.pairs[p] >= phraseLeast && float64(s.pairs[p]) >= particleShare*float64(s.said[p.a])
	}
	is, rarer := s.pairs[p], min(s.said[p.a], s.said[p.b])
	return p.a != p.b && is >= phraseLeast && is >= s.pairs[pair{p.b, p.a}] && float64(is) >= phraseShare*float64(rarer)
}

// phrases are the words of a name as people say them, in the order in which a typical customer does. words are stems, the
// most telling first.
func (s *speech) phrases(words []string) []string {
	least := max(2, wordShare*float64(len(s.texts)))
	words = slices.DeleteFunc(slices.Clone(words), func(w string) bool { return float64(s.said[w]) < least })
	chains := s.chains(words)
	var out [][]string
	count, used := 0, map[string]bool{}
	for _, w := range words {
		if used[w] || count >= nameTerms {
			continue
		}
		chain := chains[w]
		for _, x := range chain {
			used[x] = true
		}
		out, count = append(out, chain), count+len(chain)
	}
	slices.SortStableFunc(out, func(a, b []string) int { return cmp.Compare(s.place(a), s.place(b)) })
	names := make([]string, len(out))
	for i, chain := range out {
		names[i] = s.spell(chain)
	}
	return names
}

// chains joins each word with those that are said right before and after it.
func (s *speech) chains(words []string) map[string][]string {
	var held []pair
	for p := range s.pairs {
		if (slices.Contains(words, p.a) || slices.Contains(words, p.b)) && s.holds(p) {
			held = append(held, p)
		}
	}
	slices.SortFunc(held, func(x, y pair) int {
		return cmp.Or(cmp.Compare(s.pairs[y], s.pairs[x]), strings.Compare(x.a, y.a), strings.Compare(x.b, y.b))
	})
	of := map[string][]string{}
	get := func(w string) []string {
		if of[w] == nil {
			of[w] = []string{w}
		}
		return of[w]
	}
	for _, p := range held {
		a, b := get(p.a), get(p.b)
		if a[len(a)-1] != p.a || b[0] != p.b || len(a)+len(b) > phraseWords || slices.Contains(a, p.b) {
			continue
		}
		whole := slices.Concat(a, b)
		if len(whole) > 2 && s.count(whole) < phraseLeast {
			continue
		}
		for _, w := range whole {
			of[w] = whole
		}
	}
	for _, w := range words {
		get(w)
	}
	return of
}

// find calls with every place where the words of a chain follow each other.
func (s *speech) find(chain []string, found func(text, at int)) {
	for i, words := range s.texts {
		for at := 0; at+len(chain) <= len(words); at++ {
			if s.matches(words[at:at+len(chain)], chain) {
				found(i, at)
			}
		}
	}
}

func (s *speech) matches(words []spoken, chain []string) bool {
	for i, w := range words {
		if w.stem != chain[i] || i > 0 && !w.joins {
			return false
		}
	}
	return true
}

// count is how many texts hold a chain.
func (s *speech) count(chain []string) int {
	texts := map[int]bool{}
	s.find(chain, func(text, _ int) { texts[text] = true })
	return len(texts)
}

// spell writes a chain the way most people do.
func (s *speech) spell(chain []string) string {
	forms := map[string]int{}
	best := ""
	s.find(chain, func(text, at int) {
		var b strings.Builder
		for i, w := range s.texts[text][at : at+len(chain)] {
			if i == 0 {
				b.WriteString(strings.TrimLeft(w.text, " -"))
			} else {
				b.WriteString(w.text)
			}
		}
		form := b.String()
		if forms[form]++; best == "" || forms[form] > forms[best] || forms[form] == forms[best] && form < best {
			best = form
		}
	})
	return best
}

// place is where a chain usually stands: in the text that stands for all of them, else on the average.
func (s *speech) place(chain []string) float64 {
	at := func(words []spoken) float64 {
		for i, w := range words {
			if slices.Contains(chain, w.stem) {
				return float64(i) / float64(len(words))
			}
		}
		return -1
	}
	if len(s.texts) > 0 {
		if p := at(s.texts[0]); p >= 0 {
			return p
		}
	}
	sum, n := 0.0, 0.0
	for _, words := range s.texts {
		if p := at(words); p >= 0 {
			sum, n = sum+p, n+1
		}
	}
	return 1 + sum/max(n, 1)
}

// say names some slots by the phrases of their members.
func (n *namer) say(slots []int32, texts []string) []string {
	lang := n.tongueOf(slots)
	var stems []string
	for _, w := range n.pool(slots, lang) {
		stems = append(stems, n.m.vocab.features[w.feature].Stem)
	}
	return listenTo(lang, texts).phrases(stems)
}
