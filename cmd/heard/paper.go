package main

import (
	"fmt"
	"io"
	"strings"
	"unicode/utf8"
)

// paper prints for a terminal.
type paper struct {
	w      io.Writer
	colour bool
	err    error
}

const paperWidth = 78

func (p *paper) line(format string, args ...any) {
	if p.err == nil {
		_, p.err = fmt.Fprintf(p.w, strings.TrimRight(format, " ")+"\n", args...)
	}
}

const (
	bold  = "1"
	faint = "2"
)

func (p *paper) as(style, text string) string {
	if !p.colour || text == "" {
		return text
	}
	return "\x1b[" + style + "m" + text + "\x1b[0m"
}

// printable keeps what customers wrote from steering the terminal.
func printable(s string) string {
	return strings.Map(func(r rune) rune {
		if r < ' ' || r >= 0x7f && r < 0xa0 {
			return ' '
		}
		return r
	}, s)
}

func width(s string) int { return utf8.RuneCountInString(s) }

func left(n int, s string) string { return s + strings.Repeat(" ", max(0, n-width(s))) }

func right(n int, s string) string { return strings.Repeat(" ", max(0, n-width(s))) + s }

func (p *paper) quiet(text string) {
	for _, part := range wrap(text, paperWidth-4) {
		p.line("  %s", p.as(faint, part))
	}
}

// wrap breaks a text into lines of at most n characters, at spaces.
func wrap(s string, n int) []string {
	var out []string
	line := ""
	for word := range strings.FieldsSeq(s) {
		if line != "" && width(line)+1+width(word) > n {
			out, line = append(out, line), ""
		}
		if line != "" {
			line += " "
		}
		line += word
	}
	return append(out, line)
}
