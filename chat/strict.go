package chat

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
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
func CheckJSON(body []byte) error {
	if !utf8.Valid(body) {
		return errNotUTF8
	}
	if !json.Valid(body) { // also refuses trailing data
		return errNotJSON
	}
	if !surrogatesPair(body) {
		return errNotUTF8
	}
	return checkNames(body)
}

// checkNames walks the tokens of valid JSON and refuses doubled names and deep nesting.
func checkNames(body []byte) error {
	dec := json.NewDecoder(bytes.NewReader(body))
	dec.UseNumber()
	type level struct {
		names map[string]struct{} // nil for an array
		value bool                // the next token of the object is a value
	}
	var stack []level
	for {
		token, err := dec.Token()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return errNotJSON
		}
		delim, isDelim := token.(json.Delim)
		if isDelim && (delim == '}' || delim == ']') {
			stack = stack[:len(stack)-1]
			continue
		}
		if n := len(stack); n > 0 && stack[n-1].names != nil {
			top := &stack[n-1]
			if !top.value {
				name := token.(string)
				if _, twice := top.names[name]; twice {
					return errDuplicate
				}
				top.names[name], top.value = struct{}{}, true
				continue
			}
			top.value = false
		}
		switch {
		case !isDelim:
		case len(stack) == maxDepth:
			return errTooDeep
		case delim == '{':
			stack = append(stack, level{names: map[string]struct{}{}})
		default:
			stack = append(stack, level{})
		}
	}
}

// surrogatesPair tells whether every \uD800–\uDFFF escape of valid JSON is one half of a pair. encoding/json would
// put U+FFFD in its place.
func surrogatesPair(body []byte) bool {
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
