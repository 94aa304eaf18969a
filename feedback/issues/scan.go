package issues

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// token is one piece of a text: a word, or something that a placeholder stands for.
type token struct {
	text       string // lower-cased word, or the placeholder
	start, end int    // where it stood, in bytes
}

// Placeholders stand for what differs between customers but means the same.
const (
	holdURL    = "zzurl"
	holdMail   = "zzmail"
	holdMoney  = "zzmoney"
	holdID     = "zzid"
	holdNumber = "zznum"
)

// masks are the placeholders as people read them in a quote.
var masks = map[string]string{
	holdURL: "[link]", holdMail: "[email]", holdMoney: "[amount]", holdID: "[id]", holdNumber: "[number]",
}

const minID = 4 // a word with a digit and at least this many characters names one thing only

// scan cuts a text into words and placeholders. It never looks further than the next white space, so its
// cost is linear in the text whoever wrote it.
func scan(text string) []token {
	tokens := make([]token, 0, len(text)/5+1)
	for start := 0; start < len(text); {
		r, size := utf8.DecodeRuneInString(text[start:])
		if blank(r) {
			start += size
			continue
		}
		end := len(text)
		if i := strings.IndexFunc(text[start:], blank); i >= 0 {
			end = start + i
		}
		tokens = scanChunk(tokens, text[start:end], start)
		start = end
	}
	return tokens
}

// blank tells white space and the marks that only turn the direction of writing.
func blank(r rune) bool {
	return unicode.IsSpace(r) || r == 0x200e || r == 0x200f || r >= 0x202a && r <= 0x202e || r >= 0x2066 && r <= 0x2069
}

// scanChunk cuts what stands between two white spaces. Scripts without spaces between words are cut into pairs of
// letters, and what else stands among them is scanned as if it stood alone.
func scanChunk(tokens []token, chunk string, at int) []token {
	for len(chunk) > 0 {
		first := strings.IndexFunc(chunk, unbroken)
		if first < 0 {
			return scanPlain(tokens, chunk, at)
		}
		if first > 0 {
			if r, size := utf8.DecodeRuneInString(chunk[first:]); strings.ContainsRune(countedIn, r) && endsInDigit(chunk[:first]) {
				first += size
			}
			tokens = scanPlain(tokens, chunk[:first], at)
		}
		chunk, at = chunk[first:], at+first
		end := strings.IndexFunc(chunk, func(r rune) bool { return !unbroken(r) && !unicode.IsMark(r) })
		if end < 0 {
			end = len(chunk)
		}
		tokens = appendPairs(tokens, chunk[:end], at)
		chunk, at = chunk[end:], at+end
	}
	return tokens
}

func endsInDigit(s string) bool {
	r, _ := utf8.DecodeLastRuneInString(s)
	return unicode.IsDigit(r)
}

// unbroken tells letters of scripts that put no space between words, or attach so much to a word that pairs of letters
// say more: Han, kana, Hangul, and those of South-East Asia.
func unbroken(r rune) bool {
	if r < 0xe00 || unicode.IsDigit(r) {
		return false
	}
	return r == 'ー' || r < 0xf00 && wordRune(r) || unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Hangul,
		unicode.Khmer, unicode.Myanmar)
}

// appendPairs adds each pair of neighbouring letters; a single letter stands alone.
func appendPairs(tokens []token, run string, at int) []token {
	if run == "" {
		return tokens
	}
	before, here := -1, -1 // where the last two letters begin
	for i := range run {
		if before >= 0 {
			tokens = append(tokens, token{fold(run[before:i]), at + before, at + i})
		}
		before, here = here, i
	}
	return append(tokens, token{fold(run[max(0, before):]), at + max(0, before), at + len(run)})
}

// scanPlain cuts a chunk of words with white space or signs between them.
func scanPlain(tokens []token, chunk string, at int) []token {
	trimmed := strings.TrimFunc(chunk, func(r rune) bool { return unicode.IsPunct(r) && r != '/' })
	from := at + strings.Index(chunk, trimmed)
	switch lower := strings.ToLower(trimmed); {
	case strings.Contains(lower, "://") || strings.HasPrefix(lower, "www."):
		return append(tokens, token{holdURL, from, from + len(trimmed)})
	case isMail(lower):
		return append(tokens, token{holdMail, from, from + len(trimmed)})
	}
	i := moneySpan(chunk)
	if i > 0 {
		tokens = append(tokens, token{holdMoney, at, at + i})
	}
	for i < len(chunk) {
		r, size := utf8.DecodeRuneInString(chunk[i:])
		if !wordRune(r) {
			i += size
			continue
		}
		end := wordEnd(chunk, i)
		tokens = appendWord(tokens, chunk[i:end], at+i)
		i = end
	}
	return tokens
}

func wordRune(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) || unicode.IsMark(r) }

// wordEnd is where the word ends that starts at i; an apostrophe between letters belongs to it.
func wordEnd(s string, i int) int {
	for i < len(s) {
		r, size := utf8.DecodeRuneInString(s[i:])
		if !wordRune(r) {
			next, _ := utf8.DecodeRuneInString(s[i+size:])
			if (r != '\'' && r != '’') || !unicode.IsLetter(next) {
				return i
			}
		}
		i += size
	}
	return i
}

// appendWord adds a word, or the placeholder of what it is.
func appendWord(tokens []token, word string, at int) []token {
	end := at + len(word)
	word = fold(word)
	if strings.IndexFunc(word, unicode.IsDigit) >= 0 {
		if utf8.RuneCountInString(word) >= minID {
			return append(tokens, token{holdID, at, end})
		}
		return append(tokens, token{holdNumber, at, end})
	}
	word = strings.ReplaceAll(strings.ToLower(word), "’", "'")
	if stem, ok := strings.CutSuffix(word, "n't"); ok {
		if full, known := negated[stem]; known {
			stem = full
		}
		if stem != "" {
			tokens = append(tokens, token{stem, at, end})
		}
		return append(tokens, token{"not", end, end})
	}
	for part := range strings.SplitSeq(word, "'") {
		if part != "" {
			tokens = append(tokens, token{part, at, end})
		}
	}
	return tokens
}

// fold gives a word that is not all ASCII one form: composed letters of normal width, Arabic and Hebrew without their
// points, which some write and most do not, and no dot on what was a Turkish capital I.
func fold(word string) string {
	if strings.IndexFunc(word, func(r rune) bool { return r >= utf8.RuneSelf }) < 0 {
		return word
	}
	return strings.Map(func(r rune) rune {
		switch {
		case r >= 0x591 && r <= 0x5c7, r >= 0x610 && r <= 0x61a, r >= 0x64b && r <= 0x65f, r == 0x640, r == 0x670, r == 0x307:
			return -1
		case r == 'أ', r == 'إ', r == 'آ', r == 'ٱ':
			return 'ا'
		}
		return r
	}, norm.NFKC.String(word))
}

// negated are the verbs that "n't" takes a letter from.
var negated = map[string]string{"ca": "can", "wo": "will", "sha": "shall"}

func isMail(s string) bool {
	at := strings.IndexByte(s, '@')
	return at > 0 && strings.IndexByte(s[at+1:], '.') > 0
}

const currencies = "$€£¥₹₽₩₺₴₪฿₫￥￡﷼"

// countedIn are the signs of money that stand behind a number like a word.
const countedIn = "円元원块圓"

// moneySpan is the length of the amount with a currency sign that the chunk starts with, 0 if none.
func moneySpan(chunk string) int {
	sign, digits, end := false, false, 0
	for i, r := range chunk {
		switch {
		case strings.ContainsRune(currencies, r), digits && strings.ContainsRune(countedIn, r):
			sign = true
		case unicode.IsDigit(r):
			digits = true
		case strings.ContainsRune(".,٫٬", r) && digits:
			continue // counts only when a digit follows
		default:
			if sign && digits {
				return end
			}
			return 0
		}
		end = i + utf8.RuneLen(r)
	}
	if sign && digits {
		return end
	}
	return 0
}

// Mask returns a text as it may be shown outside its ticket: links, addresses, amounts, numbers and ids
// are replaced by what they are. Names of persons stay; whoever may see a quote may see the ticket.
func Mask(text string) string {
	var out strings.Builder
	done, last := 0, ""
	for _, t := range scan(text) {
		mask, ok := masks[t.text]
		if !ok || t.start < done {
			continue
		}
		between := text[done:t.start]
		done = t.end
		if mask == last && strings.Trim(between, " -./") == "" {
			continue // a card number in groups of four is one number
		}
		out.WriteString(between)
		out.WriteString(mask)
		last = mask
	}
	out.WriteString(text[done:])
	return out.String()
}
