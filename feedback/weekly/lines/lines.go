// Package lines lays out text for terminals, and for mail programs that show no HTML.
//
// # Why
//
// What people wrote is part of such texts. Whatever could steer a terminal or turn the direction of a line is shown as a
// space, and widths count characters, so that a name cannot move the columns beside it.
package lines

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// Width is how many characters a text has.
func Width(s string) int { return utf8.RuneCountInString(s) }

// Left fills a text up to n characters, on its right.
func Left(n int, s string) string { return s + strings.Repeat(" ", max(0, n-Width(s))) }

// Right fills a text up to n characters, on its left.
func Right(n int, s string) string { return strings.Repeat(" ", max(0, n-Width(s))) + s }

// Wrap breaks a text at white space into lines of at most n characters. A word that is longer has a line of its own; no
// text is one empty line. What keeps words together, as a space that does not break, stays.
func Wrap(s string, n int) []string {
	var out []string
	line := ""
	for _, word := range strings.FieldsFunc(s, func(r rune) bool { return r != '\u00a0' && r != '\u202f' && unicode.IsSpace(r) }) {
		if line != "" && Width(line)+1+Width(word) > n {
			out, line = append(out, line), ""
		}
		if line != "" {
			line += " "
		}
		line += word
	}
	return append(out, line)
}

// Printable keeps what people wrote from steering a terminal.
func Printable(s string) string {
	return strings.Map(func(r rune) rune {
		if Hidden(r) {
			return ' '
		}
		return r
	}, s)
}

// Hidden are control characters, and those that turn the direction of text.
func Hidden(r rune) bool {
	return unicode.IsControl(r) || r >= 0x202A && r <= 0x202E || r >= 0x2066 && r <= 0x2069
}
