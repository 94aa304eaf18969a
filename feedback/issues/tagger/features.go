package tagger

import (
	"cmp"
	"math"
	"slices"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

const (
	buckets  = 1 << 18
	maxText  = 4000 // bytes of one message that are read
	maxTurns = 5    // messages that are read: a tag shows early
	maxWords = 400  // words of all of them
	maxWord  = 40   // runes of a word; the rest of it is not read
	maxEach  = 600  // different features of one text

	turnDecay = 0.6 // each further message counts less
)

// gram sizes of the pieces of words, with the white space around them.
const (
	shortest = 3
	longest  = 5
)

// count is a hashed feature and how often a text holds it; once weighed, how much it says.
type count struct {
	bucket uint32
	times  float32
}

// read turns a customer's messages, in order, into counts by ascending bucket.
func read(messages []string) []count {
	var all []count
	weight, left := float32(1), maxWords
	for i, m := range messages {
		if i == maxTurns || left == 0 {
			break
		}
		words := split(m, left)
		left -= len(words)
		all = add(all, words, weight)
		weight *= turnDecay
	}
	return join(all)
}

// split cuts a text into lower-case words. What has digits is the same whatever the digits are.
func split(text string, most int) []string {
	if len(text) > maxText {
		text = strings.ToValidUTF8(text[:maxText], "")
	}
	text = strings.ToLower(norm.NFKC.String(text))
	words := strings.FieldsFunc(text, func(r rune) bool {
		return !unicode.IsLetter(r) && !unicode.IsDigit(r) && !unicode.IsMark(r)
	})
	words = words[:min(most, len(words))]
	for i, w := range words {
		words[i] = strings.Map(func(r rune) rune {
			if unicode.IsDigit(r) {
				return '0'
			}
			return r
		}, clip(w))
	}
	return words
}

// clip shortens a word to maxWord runes.
func clip(w string) string {
	if len(w) <= maxWord {
		return w
	}
	n := 0
	for i := range w {
		if n == maxWord {
			return w[:i]
		}
		n++
	}
	return w
}

// add counts words, pairs of words and pieces of words.
func add(all []count, words []string, weight float32) []count {
	last := ""
	for _, w := range words {
		all = append(all, count{bucket('w', w, ""), weight})
		if last != "" {
			all = append(all, count{bucket('p', last, w), weight})
		}
		last = w
		all = pieces(all, " "+w+" ", weight)
	}
	return all
}

// pieces counts a padded word's pieces of 3 to 5 runes; a word shorter than a piece counts once.
func pieces(all []count, padded string, weight float32) []count {
	var starts [maxWord + 3]int
	n := 0
	for i := range padded {
		starts[n] = i
		n++
	}
	starts[n] = len(padded)
	for size := shortest; size <= longest; size++ {
		if n <= size {
			return append(all, count{bucket('c', padded, ""), weight})
		}
		for i := 0; i+size <= n; i++ {
			all = append(all, count{bucket('c', padded[starts[i]:starts[i+size]], ""), weight})
		}
	}
	return all
}

// bucket hashes a feature (FNV-1a): kind keeps words and pieces apart.
func bucket(kind byte, a, b string) uint32 {
	const offset, prime = 14695981039346656037, 1099511628211
	h := (uint64(offset) ^ uint64(kind)) * prime
	for i := 0; i < len(a); i++ {
		h = (h ^ uint64(a[i])) * prime
	}
	if b != "" {
		h = (h ^ ' ') * prime
		for i := 0; i < len(b); i++ {
			h = (h ^ uint64(b[i])) * prime
		}
	}
	h ^= h >> 29
	h *= 0xbf58476d1ce4e5b9
	h ^= h >> 32
	return uint32(h % buckets)
}

// join adds up equal buckets and orders them; of a text with very many, the most repeated stay.
func join(all []count) []count {
	slices.SortFunc(all, func(a, b count) int { return cmp.Compare(a.bucket, b.bucket) })
	out := all[:0]
	for _, c := range all {
		if n := len(out); n > 0 && out[n-1].bucket == c.bucket {
			out[n-1].times += c.times
		} else {
			out = append(out, c)
		}
	}
	if len(out) > maxEach {
		slices.SortFunc(out, func(a, b count) int {
			return cmp.Or(cmp.Compare(b.times, a.times), cmp.Compare(a.bucket, b.bucket))
		})
		out = out[:maxEach]
		slices.SortFunc(out, func(a, b count) int { return cmp.Compare(a.bucket, b.bucket) })
	}
	return slices.Clip(out)
}

// rarity says how much a bucket tells: quantised, so that a restored model computes what the fitted one did. 0 is
// unknown.
type rarity []uint8

const rarityStep = 16 // steps of one e-fold

// rarityOf is 1 + ln(n/customers) in steps.
func rarityOf(n, customers int) uint8 {
	return uint8(min(255, max(1, math.Round(rarityStep*(1+math.Log(float64(1+n)/float64(1+customers)))))))
}

// weigh turns counts, in place, into a vector of unit length. Features that the model does not know say nothing.
func (r rarity) weigh(counts []count) []count {
	out, sum := counts[:0], 0.0
	for _, c := range counts {
		if r[c.bucket] == 0 {
			continue
		}
		times := float64(c.times)
		if times > 1 {
			times = 1 + math.Log(times)
		}
		x := times * float64(r[c.bucket]) / rarityStep
		sum += x * x
		out = append(out, count{c.bucket, float32(x)})
	}
	if sum > 0 {
		scale := float32(1 / math.Sqrt(sum))
		for i := range out {
			out[i].times *= scale
		}
	}
	return out
}
