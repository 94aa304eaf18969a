package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"strings"
	"unicode/utf8"

	"heard/feedback/rollups"
	"heard/feedback/stats"
)

type reportCmd struct {
	storeFlags
	Week string `name:"week" placeholder:"WEEK" help:"An ISO week like 2026-W46; the newest finished one unless set."`
	JSON bool   `name:"json" help:"Answer as JSON."`
}

// Run implements heard report.
func (c *reportCmd) Run(ctx context.Context, o *output) error {
	if c.Week != "" {
		if err := rollups.ParseWeek(c.Week); err != nil {
			return usageError{fmt.Errorf("--week must be an ISO week like 2026-W46")}
		}
	}
	return withApp(ctx, c.storeFlags, o, func(a *app) error {
		if _, err := a.log.CatchUp(ctx, a.rollups.Consumer()); err != nil {
			return err
		}
		week := c.Week
		if week == "" {
			cal, err := a.rollups.Calendar(ctx)
			if err != nil {
				return err
			}
			week = rollups.AddWeeks(cal.WeekOf(a.log.Now()), -1)
		}
		rep, err := a.rollups.Report(ctx, week, rollups.Filter{})
		if err != nil {
			return err
		}
		if c.JSON {
			return json.NewEncoder(o.out).Encode(rep)
		}
		f, isFile := o.out.(*os.File)
		p := paper{w: o.out, colour: isFile && isTerminal(f) && os.Getenv("NO_COLOR") == ""}
		p.report(rep)
		return p.err
	})
}

func isTerminal(f *os.File) bool {
	info, err := f.Stat()
	return err == nil && info.Mode()&os.ModeCharDevice != 0
}

// paper prints a report for a terminal, 78 columns wide.
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
	red   = "31"
	green = "32"
)

func (p *paper) as(style, text string) string {
	if !p.colour || text == "" {
		return text
	}
	return "\x1b[" + style + "m" + text + "\x1b[0m"
}

func (p *paper) report(r *rollups.Report) {
	title := r.Desk + " · " + rollups.WeekText(r.Week)
	state := ""
	if r.Provisional {
		state = "provisional"
	}
	p.line("")
	if state != "" {
		state = right(paperWidth-2-width(title), state)
	}
	p.line("  %s%s", p.as(bold, title), p.as(faint, state))
	p.line("  %s", p.as(faint, rollups.DatesText(r)+", "+r.TimeZone))
	p.line("")
	for _, part := range wrap(printable(r.Headline.Text), paperWidth-4) {
		p.line("  %s", p.as(bold, part))
	}
	p.line("")
	p.heads()
	for i := range r.Figures {
		p.figure(&r.Figures[i])
	}
	p.findings(r)
	p.issues(r)
	p.quotes(r)
	p.quiet("▲ ▼ mark changes that hold for all figures together, ? those that only their own interval shows. Usual is the mean of " + comparedText(r) + ".")
	for _, note := range r.Notes {
		p.quiet(note)
	}
	p.line("")
}

func comparedText(r *rollups.Report) string {
	switch n := len(r.Compared); n {
	case 0:
		return "the weeks before, of which there are none yet"
	case 1:
		return "the week before"
	default:
		return fmt.Sprintf("the %d weeks before", n)
	}
}

func (p *paper) heads() {
	p.line("  %s", p.as(faint, left(25, "")+right(11, "this week")+right(21, "95 % interval")+right(7, "n")+right(11, "usual")))
}

func (p *paper) figure(f *rollups.Figure) {
	usual := ""
	if f.BeforeMean != nil {
		usual = rollups.UsualText(f)
	}
	mark, style := "  ", ""
	switch {
	case f.Change.Verdict == stats.Up:
		mark = " ▲"
	case f.Change.Verdict == stats.Down:
		mark = " ▼"
	case f.Change.Verdict == rollups.Perhaps:
		mark = " ?"
	}
	if f.Change.Good != nil {
		style = map[bool]string{true: green, false: red}[*f.Change.Good]
	}
	value := right(11, rollups.TextOf(f.Unit, f.Value))
	line := left(25, f.Label) + p.as(bold, value) + p.as(faint, right(21, rollups.RangeText(f.Unit, f.Interval))) +
		p.as(faint, right(7, fmt.Sprint(f.N))) + right(11, usual)
	if style != "" {
		mark = p.as(style, mark)
	}
	p.line("  %s%s", line, mark)
}

func (p *paper) findings(r *rollups.Report) {
	p.line("")
	if len(r.Findings) == 0 {
		return
	}
	p.line("  %s", p.as(bold, "What changed"))
	for _, s := range r.Findings {
		p.item(s.Text)
		if s.Where != "" {
			p.more(s.Where)
		}
	}
	p.line("")
}

func (p *paper) quiet(text string) {
	for _, part := range wrap(text, paperWidth-4) {
		p.line("  %s", p.as(faint, part))
	}
}

func (p *paper) item(text string) {
	for i, part := range wrap(printable(text), paperWidth-6) {
		p.line("  %s %s", map[bool]string{true: "•", false: " "}[i == 0], part)
	}
}

func (p *paper) more(text string) {
	for _, part := range wrap(text, paperWidth-6) {
		p.line("    %s", p.as(faint, part))
	}
}

func (p *paper) issues(r *rollups.Report) {
	if len(r.Issues) == 0 {
		return
	}
	p.line("  %s", p.as(bold, "Recurring issues"))
	for _, issue := range r.Issues {
		p.item(fmt.Sprintf("%s: %d tickets of %d customers, %s", issue.Name, issue.Tickets, issue.Customers, strings.ReplaceAll(issue.Status, "_", " ")))
	}
	p.line("")
}

func (p *paper) quotes(r *rollups.Report) {
	if len(r.Praise)+len(r.Pain) == 0 {
		return
	}
	p.line("  %s", p.as(bold, "What customers said"))
	for _, list := range [][]rollups.Quote{r.Praise, r.Pain} {
		for _, q := range list {
			p.item(fmt.Sprintf("“%s” (%d of %d)", q.Text, q.Score, q.Scale))
		}
	}
	p.line("")
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
