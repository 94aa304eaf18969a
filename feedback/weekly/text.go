package weekly

import (
	"fmt"
	"strings"

	"heard/feedback/weekly/lines"
)

// Paint puts a style around a text; Plain leaves it.
type Paint func(style, text string) string

// Plain paints nothing.
func Plain(_, text string) string { return text }

// Styles of Paint.
const (
	Bold  = "bold"
	Faint = "faint"
	Good  = "good"
	Bad   = "bad"
)

const (
	textWidth = 76
	indent    = "  "

	firstColumns = 48 // of a line of tiles, before what moved
)

// sheet is a text being written.
type sheet struct {
	strings.Builder
	paint Paint
}

// Text writes a report for a terminal, or for mail programs that show no HTML: lines of at most 78 characters.
func Text(v *View, paint Paint) string {
	t := &sheet{paint: paint}
	t.head(v)
	if v.Empty {
		t.par("", "Nothing to report yet.")
	} else {
		t.tiles(v)
		t.changes(v)
		t.issues(v)
		t.voices(v)
		t.handoffs(v)
		t.actions(v)
	}
	t.foot(v)
	return t.String()
}

func (t *sheet) line(format string, args ...any) {
	t.WriteString(strings.TrimRight(fmt.Sprintf(format, args...), " ") + "\n")
}

// par writes a paragraph; its further lines are indented like the first, without the mark.
func (t *sheet) par(mark, text string, style ...string) {
	blank := strings.Repeat(" ", lines.Width(mark))
	for i, part := range lines.Wrap(lines.Printable(text), textWidth-len(indent)-len(blank)) {
		for _, s := range style {
			part = t.paint(s, part)
		}
		if i > 0 {
			mark = blank
		}
		t.line("%s%s%s", indent, mark, part)
	}
}

func (t *sheet) heading(text string) {
	t.line("")
	t.line("%s%s", indent, t.paint(Bold, text))
}

func (t *sheet) head(v *View) {
	t.line("")
	what := v.Dates
	if v.Provisional {
		what += ", provisional"
	}
	if v.Part != "" {
		what += ", " + v.Part
	}
	t.par("", v.Of+" · "+v.Name+" · "+what, Faint)
	t.par("", v.Lead.Text, Bold)
	if v.Against != "" {
		t.par("", "Held against "+v.Against+".", Faint)
	}
}

func (t *sheet) tiles(v *View) {
	t.line("")
	for i := range v.Tiles {
		x := &v.Tiles[i]
		move := strings.TrimSpace(x.Mark + " " + x.Move)
		var more []string
		if (x.Mark != "" || x.Perhaps) && x.BeforeMean != nil {
			if usual := "usually " + x.Usual; lines.Width(move+usual) < textWidth-firstColumns {
				move += ", " + usual
			} else {
				more = append(more, usual)
			}
		}
		style := ""
		if x.Tone != "flat" {
			style = x.Tone
		}
		t.line("%s%s%s  %s  %s", indent, lines.Left(24, x.Label), t.paint(Bold, lines.Right(12, x.Now)), lines.Left(5, x.Blocks), t.paint(style, move))
		if x.Range != "" {
			more = append(more, x.Range)
		}
		if x.Figure.Unit != "count" {
			more = append(more, fmt.Sprintf("n %d", x.N))
		}
		if x.Small {
			more = append(more, "small sample")
		}
		for _, text := range []string{x.Note, x.Since} {
			if text != "" {
				more = append(more, text)
			}
		}
		if len(more) > 0 {
			t.par(strings.Repeat(" ", 24), strings.Join(more, ", "), Faint)
		}
	}
}

func (t *sheet) changes(v *View) {
	t.heading("What changed")
	if len(v.Changes) == 0 {
		t.par("", "Nothing that chance alone would not explain.")
	}
	for _, c := range v.Changes {
		t.par("• ", c.Text)
		if c.Where != "" {
			t.par("  ", c.Where, Faint)
		}
	}
}

func (t *sheet) issues(v *View) {
	t.heading("Top recurring issues")
	if len(v.Known) == 0 {
		t.par("", "None stood out.")
	}
	for _, k := range v.Known {
		t.par("• ", k.Called)
		said := fmt.Sprintf("%d tickets, usually %s; %d customers", k.Tickets, k.Usual, k.Customers)
		if k.CSAT != nil {
			said += "; rating " + k.Rating
		}
		if k.Owner != "" {
			said += "; " + k.Owner
		}
		t.par("  ", said+"; "+strings.ToLower(k.State), Faint)
	}
	if v.KnownMore != "" {
		t.par("  ", v.KnownMore, Faint)
	}
	for _, m := range v.Moves {
		t.par("→ ", m.Called+": "+strings.ToLower(m.From)+" to "+m.To)
	}
	if v.MovesMore != "" {
		t.par("  ", v.MovesMore, Faint)
	}
}

func (t *sheet) voices(v *View) {
	if len(v.Praised)+len(v.Pained) == 0 {
		return
	}
	t.heading("Customers say")
	for _, q := range v.Praised {
		t.par("+ ", "“"+q.Text+"” ("+q.Score+")")
	}
	for _, q := range v.Pained {
		t.par("− ", "“"+q.Text+"” ("+q.Score+")")
	}
}

func (t *sheet) handoffs(v *View) {
	if v.Handed == "" {
		return
	}
	t.heading("Handoffs")
	text := v.Handed
	for i, r := range v.Reasons {
		text += map[bool]string{true: ": ", false: ", "}[i == 0] + fmt.Sprintf("%s %d", strings.ToLower(r.Word), r.N)
	}
	t.par("", text+".")
}

func (t *sheet) actions(v *View) {
	if len(v.Before)+len(v.Coming) == 0 {
		return
	}
	t.heading("Actions")
	row := func(a ActionView, status bool) {
		mark := map[string]string{"Done": "✓ ", "Overdue": "! "}[a.Status]
		if mark == "" {
			mark = "○ "
		}
		text := a.Said
		if a.Who != "" {
			text += " (" + a.Who + ")"
		}
		if a.By != "" {
			text += ", by " + a.By
		}
		if status {
			text += ": " + strings.ToLower(a.Status)
		}
		t.par(mark, text)
	}
	for _, a := range v.Before {
		row(a, true)
	}
	for _, a := range v.Coming {
		row(a, false)
	}
	if more := v.ActsMore(); more != "" {
		t.par("  ", more, Faint)
	}
}

func (t *sheet) foot(v *View) {
	t.line("")
	var terms []string
	for _, term := range v.Terms {
		terms = append(terms, term.Label+": "+term.Text)
	}
	if len(terms) > 0 {
		t.par("", strings.Join(terms, ". ")+".", Faint)
	}
	t.par("", v.Method, Faint)
	if v.Sample != "" {
		t.par("", v.Sample, Faint)
	}
	t.par("", strings.Join(append([]string{fmt.Sprintf("%s Definitions version %d, time of %s.", v.Standing, v.DefinitionVersion, v.TimeZone)}, v.Tellings...), " "), Faint)
}
