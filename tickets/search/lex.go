package search

import (
	"fmt"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"heard/tickets/fault"
)

// Limits of a query.
const (
	MaxQuery  = 500 // bytes
	maxTerms  = 20
	maxValues = 20 // of one term
)

// Term is one condition of a query, as it was typed.
type Term struct {
	At     int    // where it begins: which character, from 1
	Not    bool   // -key:value, -word
	Key    string // lower case; "" for words to look for
	Values []Value
}

// Value is what stands behind the colon, or the words themselves.
type Value struct {
	Text   string
	Quoted bool
}

// errAt refuses a query and names the place.
func errAt(t Term, format string, args ...any) error {
	name := "the words"
	if t.Key != "" {
		name = "“" + t.Key + ":”"
	}
	return fault.On("q", fmt.Sprintf("has, at character %d, %s: ", t.At, name)+fmt.Sprintf(format, args...))
}

// lexer walks a query once.
type lexer struct {
	text string
	pos  int // byte
	at   int // character, from 1
}

func (l *lexer) peek() rune {
	if l.pos >= len(l.text) {
		return 0
	}
	r, _ := utf8.DecodeRuneInString(l.text[l.pos:])
	return r
}

func (l *lexer) next() rune {
	r, n := utf8.DecodeRuneInString(l.text[l.pos:])
	l.pos, l.at = l.pos+n, l.at+1
	return r
}

func (l *lexer) done() bool { return l.pos >= len(l.text) }

func (l *lexer) skipSpace() {
	for !l.done() && unicode.IsSpace(l.peek()) {
		l.next()
	}
}

// quoted reads up to the closing quotation mark, or to the end while it is still being typed.
func (l *lexer) quoted() Value {
	l.next()
	from := l.pos
	for !l.done() && l.peek() != '"' {
		l.next()
	}
	v := Value{Text: strings.TrimSpace(l.text[from:l.pos]), Quoted: true}
	if !l.done() {
		l.next()
	}
	return v
}

// bare reads up to a space or one of stops.
func (l *lexer) bare(stops string) string {
	from := l.pos
	for !l.done() && !unicode.IsSpace(l.peek()) && !strings.ContainsRune(stops, l.peek()) {
		l.next()
	}
	return l.text[from:l.pos]
}

// key reads `name:` when that stands here, and nothing otherwise. What people paste is text: `Re: parcel`, an address of
// the web.
func (l *lexer) key() string {
	end := strings.IndexFunc(l.text[l.pos:], func(r rune) bool {
		return (r < 'a' || r > 'z') && (r < 'A' || r > 'Z') && r != '_'
	})
	if end <= 0 || l.text[l.pos+end] != ':' {
		return ""
	}
	name, behind := strings.ToLower(l.text[l.pos:l.pos+end]), l.text[l.pos+end+1:]
	if r, _ := utf8.DecodeRuneInString(behind); !slices.Contains(Keys(), name) &&
		(behind == "" || unicode.IsSpace(r) || strings.HasPrefix(behind, "//")) {
		return ""
	}
	l.pos, l.at = l.pos+end+1, l.at+end+1
	return name
}

// values reads what stands behind a colon: words or phrases with commas between.
func (l *lexer) values() (out []Value) {
	for {
		if l.peek() == '"' {
			out = append(out, l.quoted())
		} else {
			out = append(out, Value{Text: l.bare(`,"`)})
		}
		if l.peek() != ',' {
			return out
		}
		l.next()
	}
}

// term reads the next term; ok is false at the end.
func (l *lexer) term() (t Term, ok bool) {
	l.skipSpace()
	if l.done() {
		return t, false
	}
	t.At = l.at
	if l.peek() == '-' {
		l.next()
		t.Not = true
	}
	switch {
	case l.peek() == '"':
		t.Values = []Value{l.quoted()}
	default:
		if t.Key = l.key(); t.Key != "" {
			t.Values = l.values()
		} else {
			t.Values = []Value{{Text: l.bare(`"`)}}
		}
	}
	return t, true
}
