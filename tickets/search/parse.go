package search

import (
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"heard/tickets/fault"
)

// Query is a parsed query: all terms must hold.
type Query struct {
	Terms []Term
}

// Keys are the keys that a query may use, in alphabetical order.
func Keys() []string {
	return []string{"after", "assignee", "before", "channel", "created", "csat", "from", "has", "inbox", "is", "priority",
		"sla", "subject", "tag", "team", "topic", "waiting"}
}

// Parse reads a query. A fault names the field q and the character where the trouble is.
func Parse(text string) (Query, error) {
	if len(text) > MaxQuery || !utf8.ValidString(text) || strings.ContainsRune(text, 0) {
		return Query{}, fault.On("q", fmt.Sprintf("must be text of at most %d bytes", MaxQuery))
	}
	var q Query
	for l := (lexer{text: text, at: 1}); ; {
		t, ok := l.term()
		if !ok && len(q.Terms) == 0 && strings.TrimSpace(text) != "" {
			return Query{}, fault.On("q", "has nothing to look for: a word needs a letter or a digit")
		}
		if !ok {
			return q, nil
		}
		if t.Key == "" && len(cut(t.Values[0].Text).words) == 0 {
			continue // a lone dash, a smiley: nothing that could be looked for
		}
		if err := t.check(); err != nil {
			return Query{}, err
		}
		if q.Terms = append(q.Terms, t); len(q.Terms) > maxTerms {
			return Query{}, fault.On("q", fmt.Sprintf("has more than %d terms", maxTerms))
		}
	}
}

// check refuses what no desk could understand.
func (t Term) check() error {
	switch {
	case t.Key == "":
		return nil
	case t.Key == "sla":
		return errAt(t, "service levels are not set up yet")
	case !slices.Contains(Keys(), t.Key):
		if len(t.Key) > 30 {
			t.Key = t.Key[:30] + "…"
		}
		return errAt(t, "there is no such key; to look for it as text, put it into quotation marks")
	case len(t.Values) > maxValues:
		return errAt(t, "takes at most %d values", maxValues)
	}
	for _, v := range t.Values {
		if v.Text == "" {
			return errAt(t, "needs a value")
		}
	}
	return t.checkValues()
}
