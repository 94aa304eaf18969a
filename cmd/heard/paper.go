package main

import (
	"fmt"
	"io"
	"strings"

	"heard/feedback/weekly/lines"
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

func (p *paper) quiet(text string) {
	for _, part := range lines.Wrap(text, paperWidth-4) {
		p.line("  %s", p.as(faint, part))
	}
}
