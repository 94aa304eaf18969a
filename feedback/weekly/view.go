package weekly

import (
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"heard/feedback/rollups"
	"heard/feedback/stats"
	"heard/tickets/events"
)

// View is a report in words, in the order in which people read it. Page, mail, print and terminal show the same.
type View struct {
	*rollups.Report
	Reader Reader

	Title, Name, Dates string
	Of, Part           string // the desk, and the teams that it is about; shortened
	Against            string // what it is held against
	Empty              bool   // nothing ever happened
	Lead               Line
	Tiles              []TileView
	Changes            []Line
	Known              []IssueView
	KnownMore          string // and 2 more
	Moves              []MoveView
	MovesMore          string // and 17 more; "" when all are shown
	Praised, Pained    []QuoteView
	Handed             string // how many handoffs
	Reasons            []BarView
	Before, Coming     []ActionView // actions: until the week's end, and next
	MoreBefore         int          // that there is no room for
	MoreComing         int
	Terms              []Term
	Method, Sample     string
	Standing           string   // how final it is
	Tellings           []string // what was told before, when it was told again
}

// Reader says what of a report somebody may see. Agents' names belong to the inside: they come with the tickets.
type Reader struct {
	Quotes, Tickets, Names bool
	Base                   string // before every path; "" on a page of the console's own address
}

// Inside is whoever is signed in.
func Inside() Reader { return Reader{Quotes: true, Tickets: true, Names: true} }

// Outside is whoever reads by a link or at an address of no agent.
func Outside(quotes, tickets bool) Reader {
	return Reader{Quotes: quotes, Tickets: tickets, Names: tickets}
}

// Line is a sentence with the place where the tickets are.
type Line struct{ Text, Where, Tone, Href, Links string }

// TileView is one of the leading figures.
type TileView struct {
	*rollups.Figure
	Now, Unit                           string
	Mark, Tone, Move, Usual, Range, P90 string
	Perhaps, Small                      bool
	Blocks, Words                       string // the weeks before and this one, drawn with characters and told in words
	Note, Link, Links                   string
	Since                               string // what it is by now, where that is another; "" otherwise
}

// QuoteView is what a customer wrote.
type QuoteView struct{ Text, Score, Link, Ticket string }

// BarView is a word with its part of a whole.
type BarView struct {
	Word     string
	N, Width int
}

// Term is a figure with what it means, in short.
type Term struct{ Label, Text string }

// limits are how much of everything is told. A report that is too long is told with the next ones; the last ones hold
// whatever a desk may write.
type limits struct {
	quote, name, text int // characters
	issues            int // rows
	moves, acts       int
	reasons           int // of not asking
	tellings          int // that came before
	where             bool
}

func tighter() []limits {
	return []limits{{160, 90, 120, 5, 4, 6, 4, 2, true}, {110, 70, 90, 5, 3, 4, 3, 1, true}, {80, 56, 70, 5, 2, 3, 2, 1, true},
		{64, 48, 56, 5, 1, 2, 1, 1, false}, {44, 36, 40, 4, 1, 1, 1, 0, false}, {24, 25, 25, 3, 1, 1, 1, 0, false}}
}

// MostWords is how long a report may be.
const MostWords = 500

// smallSample is the n under which a value is called one of a small sample.
const smallSample = 20

// Look tells a report to a reader, in at most MostWords words.
func Look(r *rollups.Report, reader Reader) *View {
	var v *View
	for _, l := range tighter() {
		if v = look(r, reader, l); Words(Text(v, Plain)) <= MostWords {
			break
		}
	}
	return v
}

// Words counts the words of a text: what has a letter or a digit in it.
func Words(text string) (n int) {
	for word := range strings.FieldsSeq(text) {
		if strings.ContainsFunc(word, func(r rune) bool {
			return r >= '0' && r <= '9' || r >= 'A' && r <= 'Z' || r >= 'a' && r <= 'z' || r > 0xbf && r < 0x2000
		}) {
			n++
		}
	}
	return n
}

func look(r *rollups.Report, reader Reader, l limits) *View {
	v := &View{Report: r, Reader: reader, Name: rollups.WeekText(r.Week), Dates: rollups.DatesText(r), Against: against(r), Empty: true}
	v.Title = v.Name + " · " + r.Desk
	v.Of = cut(r.Desk, l.name)
	if len(r.Teams) > 0 {
		v.Part = cut(strings.Join(r.Teams, ", "), l.name)
	}
	v.Lead = v.line(r.Headline, l)
	v.Lead.Where = ""
	for i := range r.Figures {
		v.Empty = v.Empty && r.Figures[i].N == 0 && len(r.Compared) == 0
	}
	for _, key := range r.Tiles {
		if f := r.Figure(key); f != nil {
			v.Tiles = append(v.Tiles, v.Tile(f))
			v.Terms = append(v.Terms, Term{f.Label, short(f)})
		}
	}
	for _, s := range r.Findings {
		v.Changes = append(v.Changes, v.line(s, l))
	}
	v.issues(l)
	for i, q := range slices.Concat(r.Praise, r.Pain) {
		if !reader.Quotes {
			break
		}
		into := &v.Praised
		if i >= len(r.Praise) {
			into = &v.Pained
		}
		*into = append(*into, QuoteView{Text: cut(q.Text, l.quote), Score: fmt.Sprintf("%d of %d", q.Score, q.Scale), Link: v.link(q.Href), Ticket: q.Ticket.String()})
	}
	v.handoffs(l)
	v.Before, v.MoreBefore = v.actions(r.Done, l)
	v.Coming, v.MoreComing = v.actions(r.Next, l)
	v.foot(l)
	return v
}

// link is where a path leads this reader; nowhere for who may not see tickets.
func (v *View) link(path string) string {
	if !v.Reader.Tickets || path == "" {
		return ""
	}
	return v.Reader.Base + path
}

func (v *View) line(s rollups.Statement, l limits) Line {
	out := Line{Text: together(cutName(s.Text, l.name)), Tone: tone(s.Good), Href: v.link(s.Href)}
	if l.where {
		out.Where = together(s.Where)
	}
	switch {
	case out.Href == "":
	case s.Issue != 0:
		out.Links = "See the issue"
	default:
		if out.Links = linkWords(v.Report.Figure(s.Figure)); out.Links == "" {
			out.Href = ""
		}
	}
	return out
}

// cutName shortens the name of an issue within a sentence.
func cutName(text string, most int) string {
	head, rest, ok := strings.Cut(text, "“")
	name, tail, closed := strings.Cut(rest, "”")
	if !ok || !closed {
		return text
	}
	return head + "“" + cut(name, most) + "”" + tail
}

// aWord is how many characters a word has at least, so far as a bound on characters is to bound words too.
const aWord = 6

// cut shortens a text at a space, to at most so many characters and the words that usually are in them.
func cut(s string, most int) string {
	if words := strings.Fields(s); len(words) > most/aWord {
		s = strings.Join(words[:most/aWord], " ")
		if utf8.RuneCountInString(s) <= most {
			return strings.TrimRight(s, " ,.;:–-") + " …"
		}
	}
	if utf8.RuneCountInString(s) <= most {
		return s
	}
	head := string([]rune(s)[:most])
	if i := strings.LastIndexByte(head, ' '); i > len(head)/2 {
		head = head[:i]
	}
	return strings.TrimRight(head, " ,.;:–-") + " …"
}

// together keeps a number and its sign on one line.
func together(s string) string { return strings.ReplaceAll(s, " %", "\u00a0%") }

func against(r *rollups.Report) string {
	what := "the %d weeks before"
	if r.Provisional {
		what = "the same days of the %d weeks before"
	}
	switch n := len(r.Compared); n {
	case 0:
		return ""
	case 1:
		return strings.Replace(what, "%d weeks", "week", 1)
	default:
		return fmt.Sprintf(what, n)
	}
}

func tone(good *bool) string {
	switch {
	case good == nil:
		return "flat"
	case *good:
		return "good"
	}
	return "bad"
}

// Tile tells a figure and its change: clear ones have an arrow, possible ones are called so.
func (v *View) Tile(f *rollups.Figure) TileView {
	t := TileView{Figure: f, Now: together(rollups.TextOf(f.Unit, f.Value)), Usual: together(rollups.UsualText(f)),
		Range: together(rollups.RangeText(f.Unit, f.Interval)), Tone: tone(f.Change.Good), Note: f.Note}
	if f.Unit == rollups.Seconds && f.Value != nil {
		t.Unit = "median"
	}
	if f.Calendar != nil && f.N > 0 {
		t.P90 = rollups.TextOf(f.Unit, f.Calendar.P90)
	}
	t.Small = f.Unit != rollups.Count && f.N > 0 && f.N < smallSample
	t.Mark, t.Move, t.Perhaps = moved(f, len(v.Compared))
	t.Blocks, t.Words = blocks(f)
	if k := f.KnownNow; k != nil {
		t.Since = "known now: " + together(rollups.TextOf(f.Unit, k.Value))
		if was := rollups.TextOf(f.Unit, f.Value); was == rollups.TextOf(f.Unit, k.Value) {
			t.Since += fmt.Sprintf(", n %d", k.N)
		}
	}
	if t.Links = linkWords(f); t.Links != "" {
		t.Link = v.link(f.Href)
	}
	return t
}

// moved tells a figure's change.
func moved(f *rollups.Figure, compared int) (mark, move string, perhaps bool) {
	switch c := f.Change; c.Verdict {
	case stats.Up, stats.Down:
		return map[bool]string{true: "▲", false: "▼"}[c.Verdict == stats.Up], together(c.ChangeText(f.Unit)), false
	case rollups.Perhaps:
		return "", "Perhaps " + together(c.ChangeText(f.Unit)), true
	case stats.NoClear:
		return "", "No clear change", false
	}
	if compared == 0 {
		return "", "Nothing to compare with yet", false
	}
	return "", "Not enough data to compare", false
}

// blocks draws the weeks before and this one with characters, and tells them in words.
func blocks(f *rollups.Figure) (drawn, words string) {
	if f.Value == nil {
		return "", ""
	}
	var values []float64
	var said []string
	for _, p := range f.Before {
		if p.Value != nil {
			values = append(values, float64(*p.Value))
			said = append(said, rollups.TextOf(f.Unit, p.Value))
		}
	}
	if len(values) == 0 {
		return "", ""
	}
	values, said = append(values, float64(*f.Value)), append(said, rollups.TextOf(f.Unit, f.Value))
	low, high := slices.Min(values), slices.Max(values)
	var b strings.Builder
	steps := []rune("▁▂▃▄▅▆▇█")
	for _, x := range values {
		i := len(steps) / 2
		if high > low {
			i = int((x - low) / (high - low) * float64(len(steps)-1))
		}
		b.WriteRune(steps[i])
	}
	return b.String(), "week by week: " + strings.Join(said, ", ")
}

// linkWords name the tickets behind a figure: 12 reopened tickets.
func linkWords(f *rollups.Figure) string {
	if f == nil {
		return ""
	}
	n := f.N
	if f.Hits != nil && f.Key != rollups.CSAT {
		n = *f.Hits
	}
	if n == 0 {
		return ""
	}
	return fmt.Sprintf("%s %s", rollups.Text(rollups.Count, float64(n)), rollups.TicketsText(f.Key, n))
}

func (v *View) handoffs(l limits) {
	f := v.Report.Figure(rollups.Handoffs)
	if f == nil || f.N == 0 {
		return
	}
	v.Handed = fmt.Sprintf("%s handoffs", rollups.Text(rollups.Count, float64(f.N)))
	if f.N == 1 {
		v.Handed = "One handoff"
	}
	if f.BeforeMean != nil {
		v.Handed += ", usually " + rollups.UsualText(f)
	}
	if share := v.Report.Figure(rollups.HandoffShare); share != nil && share.Value != nil {
		v.Handed += together("; " + rollups.TextOf(share.Unit, share.Value) + " of resolved tickets")
	}
	for _, c := range v.Report.Reasons[:min(4, len(v.Report.Reasons))] {
		v.Reasons = append(v.Reasons, BarView{cut(Sentence(c.Word), l.name/2), c.N, max(2, 100*c.N/max(1, v.Report.Reasons[0].N))})
	}
}

func zoneOf(r *rollups.Report) *time.Location {
	zone, err := time.LoadLocation(r.TimeZone)
	if err != nil {
		return time.UTC
	}
	return zone
}

// Sentence writes a word of a list for people: wrong_team is Wrong team.
func Sentence(word string) string {
	word = strings.ReplaceAll(word, "_", " ")
	if word == "" {
		return "No reason"
	}
	first, size := utf8.DecodeRuneInString(word)
	return string(unicode.ToUpper(first)) + word[size:]
}

// moment writes a time in the report's zone.
func moment(r *rollups.Report, t events.Time) string {
	return t.Std().In(zoneOf(r)).Format("2 January 2006, 15:04")
}
