package chat

import (
	"bytes"
	"encoding/json"
	"unicode/utf8"

	"heard/tickets/fault"
)

// maxDepth bounds the nesting of what a stranger sends: no type of ours is deeper than a handful of levels.
const maxDepth = 32

var (
	errNotJSON   = fault.New(fault.Invalid, "this is not valid JSON")
	errNotUTF8   = fault.New(fault.Invalid, "this is not valid UTF-8")
	errDuplicate = fault.New(fault.Invalid, "a field is named twice")
	errTooDeep   = fault.New(fault.Invalid, "this is nested too deeply")
)

// CheckJSON refuses what encoding/json would take in silence: invalid UTF-8 (also as a lone surrogate escape), a name
// that comes twice in one object, and anything after the value. Frames and the bodies of requests are held to it alike.
func CheckJSON(body []byte) error { return checkJSON(body, nil) }

// checkJSON is CheckJSON; top, when given, gets the members of the outermost object.
func checkJSON(body []byte, top *[]member) error {
	if !utf8.Valid(body) {
		return errNotUTF8
	}
	if !json.Valid(body) { // also refuses trailing data
		return errNotJSON
	}
	if !surrogatesPair(body) {
		return errNotUTF8
	}
	return checkNames(body, top)
}

// member is one name of an object with its value, as it stands in the text.
type member struct {
	name string
	raw  []byte
}

// level is an object or an array that checkNames is in.
type level struct {
	object bool
	named  bool     // the next string is a value, not a name
	names  [][]byte // of the object so far, as they stand in the text
	set    map[string]struct{}
}

// fewNames may be compared one by one; more are kept in a set, so that a long object costs no square.
const fewNames = 12

// checkNames walks valid JSON and refuses doubled names and deep nesting. top, when given, gets the members of the
// outermost object.
func checkNames(body []byte, top *[]member) error {
	stack := make([]level, 0, 4)
	begins := 0 // of the value of the newest outermost member
	for i := 0; i < len(body); i++ {
		n := len(stack) - 1
		switch c := body[i]; c {
		case '{', '[':
			if len(stack) == maxDepth {
				return errTooDeep
			}
			stack = append(stack, level{object: c == '{'})
		case '}', ']', ',':
			if n == 0 && top != nil && len(*top) > 0 && begins > 0 {
				(*top)[len(*top)-1].raw, begins = body[begins:i], 0
			}
			if c != ',' {
				stack = stack[:n]
				continue
			}
			stack[n].named = false
		case '"':
			end := stringEnd(body, i)
			if n >= 0 && stack[n].object && !stack[n].named {
				name := body[i+1 : end]
				if bytes.IndexByte(name, '\\') >= 0 {
					var plain string
					if json.Unmarshal(body[i:end+1], &plain) != nil {
						return errNotJSON
					}
					name = []byte(plain)
				}
				if !stack[n].add(name) {
					return errDuplicate
				}
				stack[n].named = true
				if n == 0 && top != nil {
					begins = end + 1 + bytes.IndexByte(body[end+1:], ':') + 1
					*top = append(*top, member{name: string(name)})
				}
			}
			i = end
		}
	}
	return nil
}

// stringEnd is the place of the quote that ends the string of valid JSON that begins at i.
func stringEnd(body []byte, i int) int {
	for i++; body[i] != '"'; i++ {
		if body[i] == '\\' {
			i++
		}
	}
	return i
}

// add notes a name of the object and tells whether it is new.
func (l *level) add(name []byte) bool {
	if l.set != nil {
		_, twice := l.set[string(name)]
		l.set[string(name)] = struct{}{}
		return !twice
	}
	for _, n := range l.names {
		if bytes.Equal(n, name) {
			return false
		}
	}
	l.names = append(l.names, name)
	if len(l.names) > fewNames {
		l.set = make(map[string]struct{}, 2*fewNames)
		for _, n := range l.names {
			l.set[string(n)] = struct{}{}
		}
	}
	return true
}

// surrogatesPair tells whether every \uD800–\uDFFF escape of valid JSON is one half of a pair. encoding/json would
// put U+FFFD in its place.
func surrogatesPair(body []byte) bool {
	if bytes.IndexByte(body, '\\') < 0 {
		return true
	}
	for i := 0; i < len(body); i++ {
		if body[i] != '\\' {
			continue
		}
		i++ // the escaped byte, which may itself be a backslash
		if body[i] != 'u' {
			continue
		}
		r := hex4(body[i+1:])
		i += 4
		switch {
		case r < 0xD800 || r > 0xDFFF:
		case r > 0xDBFF || len(body) < i+7 || body[i+1] != '\\' || body[i+2] != 'u':
			return false
		default:
			if low := hex4(body[i+3:]); low < 0xDC00 || low > 0xDFFF {
				return false
			}
			i += 6
		}
	}
	return true
}

// hex4 reads the four digits that valid JSON has after \u.
func hex4(b []byte) (r rune) {
	for _, c := range b[:4] {
		r <<= 4
		switch {
		case c <= '9':
			r |= rune(c - '0')
		default:
			r |= rune(c|0x20-'a') + 10
		}
	}
	return r
}
