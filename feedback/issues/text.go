package issues

import (
	"cmp"
	"math"
	"slices"
	"strings"
)

// Weights of the text policy, each measured on the development sets (recurring-issues, 3 and 3.1).
const (
	functionWeight = 0.3  // function words say little, but removing them costs more
	turnDecay      = 0.6  // each further message of a customer counts less
	repeatCap      = 1.5  // however often a customer repeats a word
	maxWeight      = 14   // total of a document: long mails must not freeze the sampler
	tagWeight      = 3    // an agent's tag is worth three words
	maxText        = 8000 // bytes of one message that are read
	maxTurns       = 12   // messages of one customer that are read: .6^12 is nothing
	maxTerms       = 400  // different words of one conversation; the most repeated are kept
	maxWord        = 40   // longer "words" are noise
)

// term is a weighted feature of a document before it has a number.
type term struct {
	stem     string
	surface  string
	function bool // only builds sentences
	weight   float64
}

// terms reads a customer's messages in order and returns the conversation's features, by stem, and its language where
// it tells. home is the desk's language, for texts that do not.
func terms(messages []string, tag string, home tongue) (out []term, told tongue) {
	var turns [][]token
	who := speaker{home: home}
	for _, message := range messages {
		tokens := informative(clip(message, maxText))
		if len(tokens) == 0 {
			continue
		}
		who.hear(tokens)
		if turns = append(turns, tokens); len(turns) == maxTurns {
			break
		}
	}
	sum := make(map[string]*term)
	turn := 1.0
	for i, tokens := range turns {
		if i == 0 {
			told = who.told(tokens)
		}
		addTurn(sum, tokens, who.speak(tokens), turn)
		turn *= turnDecay
	}
	out = make([]term, 0, len(sum)+1)
	for _, t := range sum {
		out = append(out, *t)
	}
	slices.SortFunc(out, func(a, b term) int {
		return cmp.Or(cmp.Compare(b.weight, a.weight), strings.Compare(a.stem, b.stem))
	})
	out = out[:min(len(out), maxTerms)]
	scale(out)
	if tag = clip(tag, maxWord); tag != "" {
		out = append(out, term{stem: tagPrefix + tag, surface: tag, weight: tagWeight})
	}
	return out, told
}

// tagPrefix keeps tags apart from words: no word holds a colon.
const tagPrefix = "tag:"

// addTurn adds one message, at the weight of its turn, to the counts per stem.
func addTurn(sum map[string]*term, tokens []token, lang tongue, turn float64) {
	for _, tok := range tokens {
		if len(tok.text) > maxWord {
			continue
		}
		stem := lang.stemOf(tok.text)
		t := sum[stem]
		if t == nil {
			t = &term{stem: stem, surface: tok.text, function: lang.functional(tok.text)}
			sum[stem] = t
		}
		t.weight += turn
	}
}

// scale damps repeats (1 + ln tf, at most repeatCap), weighs function words down, and holds the total.
func scale(terms []term) {
	total := 0.0
	for i := range terms {
		t := &terms[i]
		if t.weight > 1 {
			t.weight = min(1+math.Log(t.weight), repeatCap)
		}
		if t.function {
			t.weight *= functionWeight
		}
		total += t.weight
	}
	if total > maxWeight {
		for i := range terms {
			terms[i].weight *= maxWeight / total
		}
	}
}

// clip returns at most n bytes of s, never half a character.
func clip(s string, n int) string {
	if len(s) <= n {
		return s
	}
	return strings.ToValidUTF8(s[:n], "")
}
