package rollups

import (
	"context"
	"fmt"
	"maps"
	"net/url"
	"strings"
	"time"

	"heard/feedback/stats"
)

const sparks = 12

// tile measures a figure and shows it.
func (p *page) tile(ctx context.Context, key Key) error {
	t, err := p.measure(ctx, key)
	p.out.Tiles = append(p.out.Tiles, t)
	return err
}

// measure reads a figure over the page's days and the days that they are compared with.
func (p *page) measure(ctx context.Context, key Key) (Tile, error) {
	s, _ := specOf(key)
	t := Tile{Figure: key, Label: s.label, Unit: s.unit(), Better: s.better, Definition: s.definitionOf(KnownNow, "period"), Spark: []Spark{}, Method: "exact",
		Change: Change{Verdict: stats.TooFew}, Note: s.unknownFor(p.q.Filter, "")}
	if t.Note != "" {
		return t, nil
	}
	is, err := p.known(ctx, s, p.now)
	if err != nil {
		return t, err
	}
	told := is.total(s).tell(s, p.q.Business)
	t.Value, t.P90, t.Interval, t.N, t.Hits, t.Method = told.value, told.p90, told.interval, told.n, told.hits, told.method
	for _, part := range p.split(p.now, sparks) {
		point := is.over(s, part).tell(s, p.q.Business)
		t.Spark = append(t.Spark, Spark{part.From, part.To, point.value, point.n})
	}
	if t.Note, err = p.noted(ctx, s, &t); err != nil {
		return t, err
	}
	if t.N > 0 && s.kind != divided && s.key != Online {
		t.Href = p.hrefTo(s, p.now)
	}
	if p.past.From == "" {
		return t, nil
	}
	was, err := p.known(ctx, s, p.past)
	if err != nil {
		return t, err
	}
	t.Before = was.total(s).tell(s, p.q.Business).value
	t.Change = compareSeries(s, was, is, p.q.Business)
	if s.kind == standing && t.Change.Interval != nil {
		t.Before = end(t.Change.wasValue) // a stock is held against what stood there on usual days, not on the last one
	}
	return t, nil
}

// noted is what must be said beside a tile: that it is not known yet, or that a report tells another number, as its week
// was known when it ended.
func (p *page) noted(ctx context.Context, s spec, t *Tile) (string, error) {
	note := p.immature(s)
	if s.kind == divided && t.Value == nil && t.N > 0 {
		return "Not known for these days (imported work).", nil
	}
	if !s.moves() || p.q.Business {
		return note, nil
	}
	f, err := p.r.reported(ctx, s, Query{Figure: s.key, From: p.now.From, To: p.now.To, Filter: p.q.Filter})
	if err != nil || f == nil {
		return note, err
	}
	if was, is := TextOf(f.Unit, f.Value), TextOf(t.Unit, t.Value); was != is {
		note = strings.TrimSpace(note + " Known when the week ended: " + was + "; known now: " + is + ".")
	}
	return note, nil
}

// split cuts days into at most n parts of the same length, the last ones whole.
func (p *page) split(d Days, n int) []Days {
	first, last := dateOf(d.From), dateOf(d.To)
	days := int(last.Sub(first).Hours()/24) + 1
	step := max(1, (days+n-1)/n)
	var out []Days
	for to := last; !to.Before(first); to = to.AddDate(0, 0, -step) {
		from := to.AddDate(0, 0, 1-step)
		if from.Before(first) {
			from = first
		}
		out = append([]Days{{from.Format(time.DateOnly), to.Format(time.DateOnly)}}, out...)
	}
	return out
}

// href is where exactly the tickets of a figure are, in the console. More narrows it further than the page's filter.
func (p *page) href(key Key, d Days, more map[string]string) string {
	q := url.Values{"figure": {string(key)}, "from": {d.From}, "to": {d.To}}
	f := p.q.Filter
	for name, value := range map[string]string{"inbox": idText(f.Inbox), "team": idText(f.Team), "agent": idText(f.Agent),
		"topic": idText(f.Topic), "tag": f.Tag, "channel": string(f.Channel), "touchpoint": f.Touchpoint} {
		if value != "" {
			q.Set(name, value)
		}
	}
	if p.q.Business {
		q.Set("time", "business")
	}
	for name, value := range more {
		q.Set(name, value)
	}
	return "/tickets?" + q.Encode()
}

// hrefTo is where the tickets of a figure's value are: of a share those that make it, not all that it is of.
func (p *page) hrefTo(s spec, d Days) string { return p.hrefPlus(s, d, nil) }

// hrefPlus is hrefTo, narrowed further.
func (p *page) hrefPlus(s spec, d Days, more map[string]string) string {
	if s.kind == shared {
		more = with(more, "hit", "1")
	}
	return p.href(s.key, d, more)
}

// with is a copy of what narrows a link, with one word more.
func with(more map[string]string, name, value string) map[string]string {
	out := map[string]string{name: value}
	maps.Copy(out, more)
	return out
}

// comparedText names the days that the page is compared with.
func (p *page) comparedText() string {
	n := int(dateOf(p.now.To).Sub(dateOf(p.now.From)).Hours()/24) + 1
	switch {
	case p.q.Compare == YearAgo:
		return "the same days a year before"
	case n == 1:
		return "the day before"
	}
	return fmt.Sprintf("the %d days before", n)
}

// sentence tells a change, or that there is none.
func (p *page) sentence(label string, u Unit, value *Number, c *Change) string {
	switch {
	case value == nil:
		return "Nothing to tell about " + lowered(label) + " in these days"
	case p.young:
		return label + ": " + TextOf(u, value) + ", nothing to compare with"
	case p.past.From == "":
		return label + ": " + TextOf(u, value)
	case c.Verdict == stats.TooFew:
		return "Not enough data to tell a change in " + lowered(label)
	case c.Verdict == Perhaps:
		return label + " may have changed: " + c.ChangeText(u) + " against " + p.comparedText()
	case c.Verdict != stats.Up && c.Verdict != stats.Down:
		return "No clear change in " + lowered(label)
	}
	return label + " " + isOrAre(label) + " " + moved(u, c) + " than " + p.comparedText()
}

// isOrAre agrees with a figure's label.
func isOrAre(label string) string {
	for _, key := range []Key{Volume, Resolved, Handoffs, Abandoned, PromiseAccuracy} {
		if s, _ := specOf(key); s.label == label {
			return "are"
		}
	}
	return "is"
}

// moved is a change in words: 12 % faster, 3.1 points lower.
func moved(u Unit, c *Change) string {
	up := c.Verdict == stats.Up
	word := map[bool]string{true: "higher", false: "lower"}[up]
	if u == Seconds {
		word = map[bool]string{true: "slower", false: "faster"}[up]
	}
	if c.Relative != nil && u != Share && u != Points && u != Score {
		return strings.TrimLeft(decimalUnder(100*abs(float64(*c.Relative)), 1), "+−") + " % " + word
	}
	size := Number(abs(float64(*c.Value)))
	text := Change{Value: &size}.ChangeText(u)
	if u == Points {
		text += " points"
	}
	return strings.TrimLeft(text, "+−") + " " + word
}

func abs(x float64) float64 {
	if x < 0 {
		return -x
	}
	return x
}

// lowered is a label inside a sentence.
func lowered(label string) string {
	if label == strings.ToUpper(label) || label == "" {
		return label
	}
	return strings.ToLower(label[:1]) + label[1:]
}
