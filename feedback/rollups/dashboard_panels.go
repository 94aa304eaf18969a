package rollups

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"heard/feedback/stats"
)

const (
	shortRange = 42 // days that a line has a point each of; a longer one has one a week
	mostRows   = 50 // of a table by parts
)

// known reads a figure of the page day by day, once.
func (p *page) known(ctx context.Context, s spec, d Days) (*series, error) {
	name := string(s.key) + d.From
	if x := p.read[name]; x != nil {
		return x, nil
	}
	x, err := p.series(ctx, s, d, p.q.Filter)
	if err == nil {
		p.read[name] = x
	}
	return x, err
}

// points are the stretches that a line over the page's days has a point of.
func (p *page) points() []Days {
	by := "day"
	if len(daysOf(p.now)) > shortRange {
		by = "week"
	}
	var out []Days
	last := ""
	for _, day := range daysOf(p.now) {
		if name := p.spanOf(day, by); name != last {
			out, last = append(out, Days{From: day}), name
		}
		out[len(out)-1].To = day
	}
	return out
}

// panel adds a panel. One without rows says why.
func (p *page) panel(x Panel) {
	if x.Rows == nil {
		x.Rows = []Row{}
	}
	if len(x.Rows) == 0 && x.Empty == "" {
		x.Empty = "Nothing happened in these days."
	}
	if x.Title == "" {
		x.Title = x.Empty
	}
	if x.Summary == "" {
		x.Summary = x.Title
	}
	p.out.Panels = append(p.out.Panels, x)
}

// finding is what the page says about a figure: the sentence of its tile, or of a comparison of its own.
func (p *page) finding(ctx context.Context, key Key) (string, error) {
	for i := range p.out.Tiles {
		if p.out.Tiles[i].Figure == key {
			return "\x00" + string(key), nil // told when all tiles are judged together
		}
	}
	s, _ := specOf(key)
	is, err := p.known(ctx, s, p.now)
	if err != nil {
		return "", err
	}
	value := is.total(s).tell(s, p.q.Business).value
	change := Change{Verdict: stats.TooFew}
	if p.past.From != "" {
		was, err := p.known(ctx, s, p.past)
		if err != nil {
			return "", err
		}
		change = compareSeries(s, was, is, p.q.Business)
	}
	return p.sentence(s.label, s.unit(), value, &change), nil
}

// entitle fills in the findings that waited for the tiles to be judged.
func (p *page) entitle() {
	told := map[string]string{}
	for i := range p.out.Tiles {
		told["\x00"+string(p.out.Tiles[i].Figure)] = p.out.Tiles[i].Sentence
	}
	for i := range p.out.Panels {
		x := &p.out.Panels[i]
		if text, ok := told[x.Title]; ok {
			x.Title = text
		}
		if text, ok := told[x.Summary]; ok {
			x.Summary = text
		}
	}
}

// line draws a figure over time, with its interval; of durations, the 90th percentile too.
func (p *page) line(ctx context.Context, id string, key Key) error {
	s, _ := specOf(key)
	x, err := p.known(ctx, s, p.now)
	if err != nil {
		return err
	}
	title, err := p.finding(ctx, key)
	if err != nil {
		return err
	}
	out := Panel{ID: id, Title: title, Chart: Line, Unit: s.unit(), Method: x.total(s).time(p.q.Business).method(), Note: p.immature(s),
		Columns: []Column{{"from", "From", "", "x"}, {"value", s.label, s.unit(), "y"}, {"low", "Low", s.unit(), "low"}, {"high", "High", s.unit(), "high"}, {"n", "n", Count, "n"}}}
	out.define("value", key)
	if s.kind == timed {
		out.Columns[1].Label = "Median"
		out.Columns = append(out.Columns, Column{"p90", "90th percentile", Seconds, "y"})
	}
	if x.total(s).n == 0 {
		p.panel(out)
		return nil
	}
	for _, d := range p.points() {
		t := x.over(s, d).tell(s, p.q.Business)
		low, high := ends(t.interval)
		cells := []any{d.From, t.value, low, high, t.n}
		if s.kind == timed {
			cells = append(cells, t.p90)
		}
		row := Row{Cells: cells}
		if t.n > 0 {
			row.Href = p.hrefTo(s, d)
			row.Hrefs = append([]string{""}, p.hrefsOf(s, column{key: key, band: true, p90: s.kind == timed}, d, nil, t.n)...)
			switch {
			case s.kind == timed: // here the percentile stands behind n
				row.Hrefs[4], row.Hrefs[5] = row.Hrefs[5], row.Hrefs[4]
			case len(row.Hrefs) < len(cells): // a count has its n beside it
				row.Hrefs = append(row.Hrefs, row.Href)
			}
		}
		out.Rows = append(out.Rows, row)
	}
	p.panel(out)
	return nil
}

// immature says up to which day a figure is known.
func (p *page) immature(s spec) string {
	if d := p.matured(s, p.now); d.To < p.now.To {
		return "Known of tickets that were first resolved by " + d.To + ": it takes seven days to know."
	}
	return ""
}

func ends(r *Range) (low, high *Number) {
	if r == nil {
		return nil, nil
	}
	return r.Low, r.High
}

// hrefOf is the link to some tickets, empty where there are none.
func (p *page) hrefOf(n int, key Key, d Days, more map[string]string) string {
	if n == 0 {
		return ""
	}
	return p.href(key, d, more)
}

// counts draws how often each word came, over time: the stack of a score.
func (p *page) counts(ctx context.Context, id, title string, key Key, words []string, label func(word string) string) error {
	s, _ := specOf(key)
	x, err := p.known(ctx, s, p.now)
	if err != nil {
		return err
	}
	out := Panel{ID: id, Title: title, Chart: Stack, Unit: Count, Columns: []Column{{"from", "From", "", "x"}}}
	for _, word := range words {
		out.Columns = append(out.Columns, Column{word, label(word), Count, "y"})
	}
	out.Columns = append(out.Columns, Column{"n", "n", Count, "n"})
	out.define("n", key)
	if x.total(s).n > 0 {
		for _, d := range p.points() {
			c := x.over(s, d)
			row := Row{[]any{d.From}, p.hrefOf(c.n, key, d, nil), []string{""}}
			for _, word := range words {
				n := c.words[word]
				row.Cells, row.Hrefs = append(row.Cells, n), append(row.Hrefs, p.hrefOf(n, key, d, map[string]string{"bucket": word}))
			}
			row.Cells, row.Hrefs = append(row.Cells, c.n), append(row.Hrefs, row.Href)
			out.Rows = append(out.Rows, row)
		}
	}
	p.panel(out)
	return nil
}

// histogram draws how many fall into each part of a scale.
func (p *page) histogram(ctx context.Context, id, title string, key Key, words, labels []string) error {
	s, _ := specOf(key)
	x, err := p.known(ctx, s, p.now)
	if err != nil {
		return err
	}
	c := x.total(s)
	out := Panel{ID: id, Title: title, Chart: Hist, Unit: Count, Columns: []Column{{"bucket", s.label, "", "x"}, {"n", "Tickets", Count, "y"}, {"share", "Share", Share, "n"}}}
	out.define("bucket", key)
	if c.n > 0 {
		for i, word := range words {
			n := c.words[word]
			share := Number(float64(n) / float64(c.n))
			href := p.hrefOf(n, key, p.now, map[string]string{"bucket": bucketParam(word)})
			out.Rows = append(out.Rows, Row{[]any{labels[i], n, &share}, href, []string{"", href, href}})
		}
	}
	p.panel(out)
	return nil
}

// bucketParam is a word in a link: durations have the number of their bucket alone.
func bucketParam(word string) string {
	if rest := strings.TrimLeft(word, "cb"); rest != word && len(rest) == 1 {
		return rest
	}
	return word
}

// durationsPanel is the histogram of a duration.
func (p *page) durationsPanel(ctx context.Context, id string, key Key) error {
	s, _ := specOf(key)
	edges := edgesOf(key)
	var words, labels []string
	for i := range len(edges) + 1 {
		words, labels = append(words, bucketWord(p.q.Business, i)), append(labels, bucketText(edges, i))
	}
	x, err := p.known(ctx, s, p.now)
	if err != nil {
		return err
	}
	c := x.total(s)
	title := "No " + lowered(s.label) + " in these days"
	if c.n > 0 {
		within := c.words[words[0]] + c.words[words[1]]
		title = fmt.Sprintf("%s: %s within %s", s.label, Text(Share, float64(within)/float64(c.n)), durationText(edges[1]))
	}
	return p.histogram(ctx, id, title, key, words, labels)
}

// column is a figure in a table by parts of the desk.
type column struct {
	key  Key
	p90  bool
	band bool // with its interval
}

// table tells figures by the parts of one dimension, the parts with most of the first figure first. What stands on fewer
// than stats.MinSample is not told.
func (p *page) table(ctx context.Context, id, title, by string, list ...column) error {
	if by == ofAgent && p.q.NoAgents {
		return nil
	}
	out := Panel{ID: id, Title: title, Chart: Table, Columns: []Column{{by, columnLabel(by), "", "x"}}}
	cells := make([]map[string]*cell, len(list))
	for i, c := range list {
		s, _ := specOf(c.key)
		var err error
		if cells[i], err = p.cells(ctx, ask{spec: s, days: p.now, filter: p.q.Filter, by: by}); err != nil {
			return err
		}
		out.Columns = append(out.Columns, columnsOf(s, c)...)
		out.define(string(c.key), c.key)
	}
	parts := map[string]*cell{}
	for i := len(list) - 1; i >= 0; i-- {
		maps.Copy(parts, cells[i])
	}
	for part := range parts {
		if cells[0][part] == nil {
			parts[part] = &cell{} // ordered by the first figure
		}
	}
	names, err := p.names(ctx, by, slices.Collect(maps.Keys(parts)))
	if err != nil {
		return err
	}
	hidden := false
	for _, part := range p.order(p.now, by, parts) {
		if len(out.Rows) == mostRows {
			out.Note = fmt.Sprintf("The %d largest of %d. ", mostRows, len(parts))
			break
		}
		row := Row{Cells: []any{names[part]}, Hrefs: []string{""}}
		for i, c := range list {
			s, _ := specOf(c.key)
			more, few := p.cellsOf(s, c, cells[i][part])
			row.Cells, hidden = append(row.Cells, more...), hidden || few
			n := 0
			if only := narrowedTo(by, part, names[part]); only != nil && cells[i][part] != nil {
				n = cells[i][part].n
			}
			row.Hrefs = append(row.Hrefs, p.hrefsOf(s, c, p.now, narrowedTo(by, part, names[part]), n)...)
		}
		row.Href = p.hrefPart(list[0].key, by, part, names[part], parts[part].n)
		out.Rows = append(out.Rows, row)
	}
	if hidden {
		out.Note += fmt.Sprintf("What stands on fewer than %d is not told. ", stats.MinSample)
	}
	out.withoutUnknown()
	out.Note = strings.TrimSpace(out.Note)
	p.panel(out)
	return nil
}

func columnLabel(by string) string { return strings.ToUpper(by[:1]) + by[1:] }

func columnsOf(s spec, c column) []Column {
	key := string(s.key)
	out := []Column{{key, s.label, s.unit(), "y"}}
	if s.kind == timed {
		out[0].Label += ", median"
	}
	if c.band {
		out = append(out, Column{key + "_low", "Low", s.unit(), "low"}, Column{key + "_high", "High", s.unit(), "high"})
	}
	if c.p90 {
		out = append(out, Column{key + "_p90", s.label + ", 90th percentile", Seconds, "y"})
	}
	if s.kind != counted && s.kind != standing && s.kind != summed {
		out = append(out, Column{key + "_n", "n", Count, "n"})
	}
	return out
}

// cellsOf are the cells of a figure; few says that its value is not told.
func (p *page) cellsOf(s spec, c column, of *cell) (out []any, few bool) {
	if of == nil {
		of = &cell{}
	}
	t := of.tell(s, p.q.Business)
	if s.kind != counted && s.kind != standing && s.kind != summed && s.kind != divided && t.n < stats.MinSample {
		few = t.n > 0
		t.value, t.p90, t.interval = nil, nil, nil
	}
	low, high := ends(t.interval)
	out = []any{t.value}
	if c.band {
		out = append(out, low, high)
	}
	if c.p90 {
		out = append(out, t.p90)
	}
	if s.kind != counted && s.kind != standing && s.kind != summed {
		out = append(out, t.n)
	}
	return out, few
}

// scaleWords are the words of the answers on a scale.
func scaleWords(from, to int) (words, labels []string) {
	for i := from; i <= to; i++ {
		words, labels = append(words, strconv.Itoa(i)+"/"+strconv.Itoa(to)), append(labels, strconv.Itoa(i))
	}
	return words, labels
}
