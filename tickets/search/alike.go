package search

import (
	"cmp"
	"slices"
	"unicode/utf8"

	"heard/tickets"
)

// Alike puts tickets in the order of how many words they have in common with one, keeping their order among equals.
func Alike(one *tickets.Listed, list []tickets.Listed) {
	own := wordsOf(one)
	common := make(map[int64]int, len(list))
	for i := range list {
		for word := range wordsOf(&list[i]) {
			if own[word] {
				common[int64(list[i].ID)]++
			}
		}
	}
	slices.SortStableFunc(list, func(a, b tickets.Listed) int { return cmp.Compare(common[int64(b.ID)], common[int64(a.ID)]) })
}

// wordsOf are the words by which a ticket is told from others: the short ones stand everywhere.
func wordsOf(t *tickets.Listed) map[string]bool {
	out := map[string]bool{}
	for _, text := range []string{t.ShownTitle(), t.Preview} {
		for _, word := range cut(text).words {
			if r, _ := utf8.DecodeRuneInString(word); utf8.RuneCountInString(word) > 3 || isSpaceless(r) {
				out[word] = true
			}
		}
	}
	return out
}
