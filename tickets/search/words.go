package search

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// maxWord bounds one word of the index, in bytes.
const maxWord = 60

// text is a piece of writing cut into words.
type text struct {
	words []string
	// open says that the last word is one character of a script without spaces at the end of its run. The index holds
	// it, so that it is found by itself; a query for more than it need not ask for it.
	open bool
}

// cut takes writing apart: small letters without accents and points, in runs of letters and digits. Scripts that put
// no spaces between words are cut into overlapping pairs.
func cut(s string) (out text) {
	var run []rune
	spaceless := false
	end := func() {
		if len(run) > 0 {
			out.open = spaceless && len(run) > 1
			out.add(run, spaceless)
			run = run[:0]
		}
	}
	for _, r := range fold(s) {
		if !unicode.IsLetter(r) && !unicode.IsDigit(r) && !unicode.IsMark(r) {
			end()
			continue
		}
		if own := isSpaceless(r); own != spaceless {
			end()
			spaceless = own
		}
		run = append(run, r)
	}
	end()
	return out
}

func (t *text) add(run []rune, spaceless bool) {
	if !spaceless {
		word := string(run)
		for len(word) > maxWord {
			_, n := utf8.DecodeLastRuneInString(word)
			word = word[:len(word)-n]
		}
		t.words = append(t.words, word)
		return
	}
	for i := range run {
		t.words = append(t.words, string(run[i:min(i+2, len(run))]))
	}
}

func isSpaceless(r rune) bool {
	return r > 0xE00 && unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Thai, unicode.Lao, unicode.Khmer, unicode.Myanmar)
}

// fold brings spellings together: case, width, accents, and the points of Hebrew and Arabic.
func fold(s string) string {
	if isASCII(s) {
		return strings.ToLower(s)
	}
	var b strings.Builder
	for _, r := range norm.NFKD.String(s) {
		switch {
		case r >= 0x300 && r <= 0x36F, r >= 0x591 && r <= 0x5C7, r >= 0x64B && r <= 0x65F, r == 0x640, r == 0xAD:
		case r == 'ß' || r == 'ẞ':
			b.WriteString("ss")
		default:
			b.WriteRune(unicode.ToLower(r))
		}
	}
	return norm.NFC.String(b.String())
}

func isASCII(s string) bool {
	for i := range len(s) {
		if s[i] >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

// minPrefix is how long a word must be for its beginning to find longer ones.
const minPrefix = 3

// phrase is words to look for side by side; the last may be the beginning of one.
type phrase struct {
	words  []string
	prefix bool
}

// asked makes the phrase that a value of a query looks for. Quotation marks ask for whole words.
func asked(v Value) phrase {
	t := cut(v.Text)
	p := phrase{words: t.words}
	if t.open {
		p.words = p.words[:len(p.words)-1]
		return p
	}
	if n := len(p.words); n > 0 && !v.Quoted {
		last := p.words[n-1]
		r, _ := utf8.DecodeRuneInString(last)
		p.prefix = utf8.RuneCountInString(last) >= minPrefix || isSpaceless(r)
	}
	return p
}
