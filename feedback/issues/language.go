package issues

import (
	"math/bits"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/blevesearch/snowballstem"
	"github.com/blevesearch/snowballstem/arabic"
	"github.com/blevesearch/snowballstem/danish"
	"github.com/blevesearch/snowballstem/dutch"
	"github.com/blevesearch/snowballstem/english"
	"github.com/blevesearch/snowballstem/finnish"
	"github.com/blevesearch/snowballstem/french"
	"github.com/blevesearch/snowballstem/german"
	"github.com/blevesearch/snowballstem/hungarian"
	"github.com/blevesearch/snowballstem/italian"
	"github.com/blevesearch/snowballstem/norwegian"
	"github.com/blevesearch/snowballstem/portuguese"
	"github.com/blevesearch/snowballstem/romanian"
	"github.com/blevesearch/snowballstem/russian"
	"github.com/blevesearch/snowballstem/spanish"
	"github.com/blevesearch/snowballstem/swedish"
	"github.com/blevesearch/snowballstem/turkish"
)

// tongue is a language. Its value is stored with documents; new ones go to the end.
type tongue uint8

const (
	langNone tongue = iota // not told
	langEN
	langDE
	langFR
	langES
	langIT
	langPT
	langNL
	langAR
	langHE
	langRU
	langSV
	langDA
	langNO
	langFI
	langTR
	langRO
	langHU
	langKO
	langJA
	langZH
	langOther // a script of which nothing is known
	tongues
)

// language knows how one language's words are cut to stems and which of them only build sentences.
type language struct {
	stem     func(*snowballstem.Env) bool // nil: words stay as they are
	function string
}

// languages by tongue, in the order of preference when a text speaks for several; English comes first.
var languages = [tongues]language{
	langEN: {english.Stem, wordsEnglish},
	langDE: {german.Stem, wordsGerman},
	langFR: {french.Stem, wordsFrench},
	langES: {spanish.Stem, wordsSpanish},
	langIT: {italian.Stem, wordsItalian},
	langPT: {portuguese.Stem, wordsPortuguese},
	langNL: {dutch.Stem, wordsDutch},
	langAR: {arabic.Stem, wordsArabic},
	langHE: {nil, wordsHebrew},
	langRU: {russian.Stem, wordsRussian},
	langSV: {swedish.Stem, wordsSwedish},
	langDA: {danish.Stem, wordsDanish},
	langNO: {norwegian.Stem, wordsNorwegian},
	langFI: {finnish.Stem, wordsFinnish},
	langTR: {turkish.Stem, wordsTurkish},
	langRO: {romanian.Stem, wordsRomanian},
	langHU: {hungarian.Stem, wordsHungarian},
	langKO: {nil, wordsKorean},
}

// functionOf says, per word, of which languages it is a function word: bit n for tongue n.
var functionOf = indexFunctions()

func indexFunctions() map[string]uint32 {
	out := make(map[string]uint32)
	for n := range tongues {
		for w := range strings.FieldsSeq(languages[n].function) {
			out[fold(strings.ToLower(w))] |= 1 << n
		}
	}
	return out
}

func words(list string) map[string]bool {
	set := make(map[string]bool)
	for w := range strings.FieldsSeq(list) {
		set[w] = true
	}
	return set
}

// speaker finds the language of messages: each has its own, in doubt that of the conversation, then the desk's.
type speaker struct {
	home tongue
	all  [tongues]int // function words of each in all messages
}

// listen counts, for each language, the tokens that only it and few others have: its function words, and words with
// letters of its own.
func listen(tokens []token) (hits [tongues]int) {
	for _, t := range tokens {
		for mask := functionOf[t.text] | lettersOf(t.text); mask != 0; mask &= mask - 1 {
			hits[bits.TrailingZeros32(mask)]++
		}
	}
	return hits
}

// lettersOf tells the languages by the letters of a word that others do without: bit n for tongue n.
func lettersOf(word string) (mask uint32) {
	for _, r := range word {
		if r < utf8.RuneSelf {
			continue
		}
		switch r {
		case 'ß':
			mask |= 1 << langDE
		case 'œ', 'ê', 'û':
			mask |= 1 << langFR
		case 'ñ':
			mask |= 1 << langES
		case 'ì':
			mask |= 1 << langIT
		case 'ã', 'õ':
			mask |= 1 << langPT
		case 'æ', 'ø':
			mask |= 1<<langDA | 1<<langNO
		case 'å':
			mask |= 1<<langSV | 1<<langDA | 1<<langNO
		case 'ş', 'ğ', 'ı':
			mask |= 1 << langTR
		case 'ă', 'ș', 'ț':
			mask |= 1 << langRO
		case 'ő', 'ű':
			mask |= 1 << langHU
		}
	}
	return mask
}

// hear takes a message of the conversation into account.
func (s *speaker) hear(tokens []token) {
	for n, hits := range listen(tokens) {
		s.all[n] += hits
	}
}

// speak returns the language of some tokens. The script decides first, since what is not written in Latin letters is
// told apart by it; then function words; then what is around.
func (s *speaker) speak(tokens []token) tongue {
	if n := scriptOf(tokens); n != langNone {
		return n
	}
	hits := listen(tokens)
	best, count := langNone, 0
	for n, k := range hits {
		t := tongue(n)
		more := k > count
		if k == count && k > 0 { // a draw goes to what is around
			more = s.all[n] > s.all[best] || s.all[n] == s.all[best] && t == s.home
		}
		if more {
			best, count = t, k
		}
	}
	if best != langNone {
		return best
	}
	if n := s.own(); n != langNone {
		return n
	}
	if s.home == langNone {
		return langEN
	}
	return s.home
}

// own is the conversation's language, if its function words tell.
func (s *speaker) own() (best tongue) {
	for n, k := range s.all {
		if k > s.all[best] || k > 0 && k == s.all[best] && tongue(n) == s.home {
			best = tongue(n)
		}
	}
	return best
}

// tells is how many function words tell a conversation's language well enough to count for the desk's.
const tells = 2

// told is the conversation's language when it is beyond doubt.
func (s *speaker) told(tokens []token) tongue {
	if n := scriptOf(tokens); n != langNone {
		return n
	}
	if n := s.own(); s.all[n] >= tells {
		return n
	}
	return langNone
}

// scriptOf is the language of a script, when most tokens are written in it; langNone for Latin letters.
func scriptOf(tokens []token) tongue {
	var count [tongues]int
	letters, kana := 0, false
	for _, t := range tokens {
		if len(t.text) == 0 || masks[t.text] != "" {
			continue
		}
		letters++
		r, _ := utf8.DecodeRuneInString(t.text)
		if r < 0x370 {
			continue
		}
		n := scriptTongue(r)
		kana = kana || n == langJA
		count[n]++
	}
	if kana { // Japanese writes with both
		count[langJA] += count[langZH]
		count[langZH] = 0
	}
	for n, k := range count {
		if 2*k > letters {
			return tongue(n)
		}
	}
	return langNone
}

// scriptTongue is the language that a letter is most often written in. The bounds are those of Unicode's blocks.
func scriptTongue(r rune) tongue {
	switch {
	case r >= 0x400 && r < 0x530:
		return langRU
	case r >= 0x590 && r < 0x600:
		return langHE
	case r >= 0x600 && r < 0x780:
		return langAR
	case r >= 0x3040 && r < 0x3100:
		return langJA
	case unicode.Is(unicode.Han, r):
		return langZH
	case unicode.Is(unicode.Hangul, r):
		return langKO
	}
	return langOther
}

// functional says whether a word only builds sentences in a language.
func (n tongue) functional(word string) bool {
	switch {
	case functionOf[word]&(1<<n) != 0:
		return true
	case n == langJA:
		return consists(word, func(r rune) bool { return r >= 0x3040 && r < 0x30a0 }) // hiragana
	case n == langZH:
		return consists(word, func(r rune) bool { return strings.ContainsRune(smallHan, r) })
	}
	return false
}

func consists(word string, of func(rune) bool) bool {
	return strings.IndexFunc(word, func(r rune) bool { return !of(r) }) < 0
}

// stemOf cuts a word to its stem. Placeholders stay as they are.
func (n tongue) stemOf(word string) string {
	if _, placeholder := masks[word]; placeholder || languages[n].stem == nil {
		return word
	}
	env := snowballstem.NewEnv(word)
	languages[n].stem(env)
	if stem := env.Current(); stem != "" {
		return stem
	}
	return word
}

// leastHome is how many conversations must tell their language before one is the desk's.
const leastHome = 20

// voices counts the conversations that a model holds by language.
type voices [tongues]int

// home is the desk's language: that of most conversations.
func (v *voices) home() tongue {
	best, all := langEN, 0
	for n, k := range v {
		if n == int(langNone) {
			continue
		}
		all += k
		if k > v[best] {
			best = tongue(n)
		}
	}
	if all < leastHome {
		return langEN
	}
	return best
}
