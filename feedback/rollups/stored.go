package rollups

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"heard/tickets"

	"github.com/uptrace/bun"
)

// span is a run of periods that follow each other, all days or all months.
type span struct {
	from, to string
	length   int // of a period's name
}

// fetch says which rows of the facts are read.
type fetch struct {
	figure             Key
	dim                string
	parts              []string
	like               string
	spans              []span
	words              bool
	calendar, business bool // which sketches
}

// factRow is a row of the facts as it is stored.
type factRow struct {
	period, part       string
	cell               cell
	words              string
	calendar, business []byte
}

// into adds the row to a cell.
func (row *factRow) into(c *cell) error {
	c.n, c.hits = c.n+row.cell.n, c.hits+row.cell.hits
	c.calendar.ms += row.cell.calendar.ms
	c.business.ms += row.cell.business.ms
	if row.words != "" {
		if err := eachWord(row.words, c.say); err != nil {
			return fmt.Errorf("read words of %s: %w", row.period, err)
		}
	}
	if err := c.calendar.read(row.calendar); err != nil {
		return err
	}
	return c.business.read(row.business)
}

// eachWord reads words as row writes them: {"c0":12,"c1":3}. A page reads a thousand such rows and more.
func eachWord(text string, say func(word string, n int)) error {
	if strings.Contains(text, `\`) {
		var words map[string]int
		if err := json.Unmarshal([]byte(text), &words); err != nil {
			return err
		}
		for word, n := range words {
			say(word, n)
		}
		return nil
	}
	for rest := text[1:]; rest != ""; {
		word, after, _ := strings.Cut(rest, `":`)
		end := strings.IndexAny(after, ",}")
		if word == "" || word[0] != '"' || end < 0 {
			return fmt.Errorf("%q are no words", text)
		}
		n, err := strconv.Atoi(after[:end])
		if err != nil {
			return err
		}
		say(word[1:], n)
		rest = after[end+1:]
	}
	return nil
}

// read adds a sketch in its compact form.
func (t *tally) read(b []byte) error {
	if len(b) == 0 {
		return nil
	}
	if t.sketch == nil {
		t.sketch = newSketch()
	}
	return t.sketch.mergeBytes(b)
}

// stored reads rows of the facts.
func (rd *reader) stored(ctx context.Context, f fetch, each func(row *factRow) error) error {
	if len(f.spans) == 0 {
		return nil
	}
	columns := []string{"period", "part", "n", "hits", "calendar_ms", "business_ms"}
	var row factRow
	into := []any{&row.period, &row.part, &row.cell.n, &row.cell.hits, &row.cell.calendar.ms, &row.cell.business.ms}
	for _, also := range []struct {
		wanted bool
		column string
		into   any
	}{{f.words, "words", &row.words}, {f.calendar, "calendar", &row.calendar}, {f.business, "business", &row.business}} {
		if also.wanted {
			columns, into = append(columns, also.column), append(into, also.into)
		}
	}
	query, args := f.query(strings.Join(columns, ", "))
	rows, err := rd.r.log.Read().QueryContext(ctx, query, args...)
	if err != nil {
		return fmt.Errorf("read facts: %w", err)
	}
	defer rows.Close()
	for rows.Next() {
		if err := rows.Scan(into...); err != nil {
			return fmt.Errorf("read facts: %w", err)
		}
		if err := each(&row); err != nil {
			return err
		}
	}
	if err := rows.Err(); err != nil {
		return fmt.Errorf("read facts: %w", err)
	}
	return nil
}

// query is the statement: one part for each run of periods, each a stretch of the primary key. Months are named one by
// one, for the days between them lie among them in the key, and so are days of which only some parts are wanted.
func (f fetch) query(columns string) (string, []any) {
	var parts []string
	var args []any
	for _, s := range f.spans {
		where := `figure = ? AND dim = ?`
		args = append(args, string(f.figure), f.dim)
		if s.length == len("2006-01") || f.parts != nil {
			where, args = where+` AND period IN (?)`, append(args, bun.List(s.periods()))
		} else {
			where, args = where+` AND period >= ? AND period <= ? AND LENGTH(period) = ?`, append(args, s.from, s.to, s.length)
		}
		where, args = where+` AND definition_version = ?`, append(args, tickets.DefinitionVersion)
		if f.parts != nil {
			where += ` AND part IN (?)`
			args = append(args, bun.List(append([]string{"\x01"}, f.parts...)))
		}
		if f.like != "" {
			where += ` AND part LIKE ?`
			args = append(args, f.like)
		}
		parts = append(parts, `SELECT `+columns+` FROM period_facts WHERE `+where)
	}
	return strings.Join(parts, " UNION ALL "), args
}

// periods lists the days or months of a span.
func (s span) periods() []string {
	if s.length != len("2006-01") {
		return daysOf(Days{s.from, s.to})
	}
	out := []string{s.from}
	for out[len(out)-1] < s.to {
		out = append(out, nextMonth(out[len(out)-1]))
	}
	return out
}

// crewsOf lists the crews that a plan asks for day by day, as months and the days beside them know them: a look at each of
// the days would see all crews of the desk.
func (rd *reader) crewsOf(ctx context.Context, p plan, figure Key, d Days, live map[string]bool) ([]string, error) {
	p.by, p.beside = "", ""
	f := fetch{figure: figure, dim: p.dim, like: p.like, spans: rd.spans(p, d, live)}
	out := []string{}
	if len(f.spans) == 0 {
		return out, nil
	}
	query, args := f.query("part")
	if err := rd.r.log.Read().NewRaw(`SELECT DISTINCT part FROM (`+query+`) AS crews`, args...).Scan(ctx, &out); err != nil {
		return nil, fmt.Errorf("list crews: %w", err)
	}
	return slices.DeleteFunc(out, func(part string) bool { return !p.accepts(strings.Split(part, ".")) }), nil
}

// live lists the days of a range whose facts have to be computed now: those that are stale, and those that are not made.
func (rd *reader) live(p plan, figure Key, d Days) []string {
	if rd.first == "" {
		return nil
	}
	var out []string
	from, today := max(d.From, rd.first), rd.cal.DayOf(rd.now)
	for name := range rd.stale { // before anything that is known now
		if name < from && name >= d.From && rd.isStale(p, figure, name) {
			from = name
		}
	}
	for _, name := range daysOf(Days{from, min(d.To, today)}) {
		if spent := figure == Handling || figure == Ownership || figure == Online; spent && rd.isMade(name) {
			continue // time goes on all the time: it is as old as the facts are
		}
		if !rd.isMade(name) || rd.isStale(p, figure, name) {
			out = append(out, name)
		}
	}
	return out
}

func (rd *reader) isStale(p plan, figure Key, day string) bool {
	mark, stale := rd.stale[day]
	return stale && mark.touches(factKey{figure: figure, dim: p.dim})
}

// spans are the runs of periods that make up the days of a range, without those that are live.
func (rd *reader) spans(p plan, d Days, live map[string]bool) []span {
	var out []span
	add := func(period string) {
		if n := len(out); n > 0 && out[n-1].length == len(period) && follows(out[n-1].to, period) {
			out[n-1].to = period
			return
		}
		out = append(out, span{period, period, len(period)})
	}
	days := daysOf(d)
	byDays := p.days()
	for i := 0; i < len(days); {
		if !byDays && strings.HasSuffix(days[i], "-01") {
			month := monthOf(days[i])
			in := daysOf(daysIn(month))
			if i+len(in) <= len(days) && rd.isMade(month) && !anyOf(in, live) {
				add(month)
				i += len(in)
				continue
			}
		}
		if !live[days[i]] {
			add(days[i])
		}
		i++
	}
	return out
}

// follows tells whether a period is the one right after another.
func follows(a, b string) bool {
	if len(a) == len("2006-01") {
		return nextMonth(a) == b
	}
	return dayName(dateOf(a).Add(aDay)) == b
}

func anyOf(days []string, in map[string]bool) bool {
	for _, day := range days {
		if in[day] {
			return true
		}
	}
	return false
}

// added reads a figure from the facts: months where they are whole, days otherwise, and computes the days that are not
// made. What comes out adds up from any of them.
func (rd *reader) added(ctx context.Context, p plan, a ask) (map[string]*cell, error) {
	figure := a.spec.observed()
	live := map[string]bool{}
	for _, day := range rd.live(p, figure, a.days) {
		live[day] = true
	}
	out := map[string]*cell{}
	isTimed := a.spec.kind == timed
	f := fetch{figure: figure, dim: p.dim, parts: p.parts, like: p.like, spans: rd.spans(p, a.days, live), words: a.words,
		calendar: isTimed && !rd.business, business: isTimed && rd.business}
	rows := f
	if p.theme != "" {
		rows.parts, rows.words, rows.calendar, rows.business = nil, false, true, false // where they are packed
	}
	if p.dim == ofCrew && p.days() {
		crews, err := rd.crewsOf(ctx, p, figure, a.days, live)
		if err != nil {
			return nil, err
		}
		rows.parts, rows.like = crews, ""
	}
	err := rd.stored(ctx, rows, func(row *factRow) error {
		if p.theme != "" {
			return p.addPacked(rd, f, row.period, row.calendar, out)
		}
		part, ok := p.group(rd, row.period, row.part)
		if !ok {
			return nil
		}
		return row.into(cellIn(out, part))
	})
	if err != nil {
		return nil, err
	}
	for day := range live {
		cells, err := rd.r.liveDay(ctx, rd, day, figure)
		if err != nil {
			return nil, err
		}
		for k, c := range cells {
			if k.dim != p.dim || k.figure != figure {
				continue
			}
			if part, ok := p.group(rd, day, k.part); ok {
				cellIn(out, part).merge(c)
			}
		}
	}
	if isTimed {
		for _, c := range out {
			c.calendar.condense()
			c.business.condense()
		}
	}
	return out, nil
}
