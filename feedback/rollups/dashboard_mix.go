package rollups

import (
	"context"
	"fmt"
	"slices"

	"heard/feedback/stats"
)

// mix looks whether other shares of channels, inboxes or teams explain how a figure changed, or hide it, and says so. It
// looks where one figure is asked for over the whole desk or a part of which the facts know the parts.
func (p *page) mix(ctx context.Context, key Key) error {
	s, _ := specOf(key)
	if p.past.From == "" {
		return nil
	}
	is, err := p.known(ctx, s, p.now)
	if err != nil {
		return err
	}
	was, err := p.known(ctx, s, p.past)
	if err != nil {
		return err
	}
	verdict := compareSeries(s, was, is, p.q.Business).Verdict
	if verdict == stats.TooFew {
		return nil
	}
	for _, by := range []string{ofChannel, ofInbox, ofTeam, ofTouchpoint} {
		d, names, err := p.decompose(ctx, s, by)
		if err != nil {
			return err
		}
		clear := verdict == stats.Up || verdict == stats.Down
		if d != nil && (d.ByMix() && clear || d.Hidden()) {
			p.panel(p.mixPanel(s, by, d, names))
			return nil
		}
	}
	return nil
}

// decompose splits the change of a figure over the parts of a dimension. Of durations it is that of the mean: medians do
// not add up.
func (p *page) decompose(ctx context.Context, s spec, by string) (*stats.Decomposition, map[string][2]stats.Summary, error) {
	if _, ok, err := p.plan(ctx, ask{spec: s, filter: p.q.Filter, by: by}); err != nil || !ok {
		return nil, nil, err
	}
	both := map[string][2]stats.Summary{}
	for i, d := range []Days{p.past, p.now} {
		cells, err := p.cells(ctx, ask{spec: s, days: d, filter: p.q.Filter, by: by})
		if err != nil {
			return nil, nil, err
		}
		for part, c := range cells {
			x := both[part]
			x[i] = c.summary(s, p.q.Business)
			both[part] = x
		}
	}
	parts := make([]string, 0, len(both))
	for part := range both {
		parts = append(parts, part)
	}
	slices.Sort(parts)
	groups := make([]stats.Group, len(parts))
	for i, part := range parts {
		groups[i] = stats.Group{Name: part, Before: both[part][0], After: both[part][1]}
	}
	if len(groups) < 2 {
		return nil, nil, nil
	}
	d, ok := stats.Decompose(groups)
	if !ok {
		return nil, nil, nil
	}
	return &d, both, nil
}

// summary is a cell as a sample of what its mean is of.
func (c *cell) summary(s spec, business bool) stats.Summary {
	switch s.kind {
	case shared:
		return stats.SummaryOf(stats.Rate{Hits: c.hits, N: c.n})
	case scored:
		return c.scores()
	case promoted:
		parts := c.parts()
		if parts.N() == 0 {
			return stats.Summary{}
		}
		up, down := float64(parts.Promoters)/float64(parts.N()), float64(parts.Detractors)/float64(parts.N())
		return stats.Summary{N: parts.N(), Mean: 100 * (up - down), Variance: 100 * 100 * (up + down - (up-down)*(up-down))}
	case timed:
		t := c.time(business)
		out := stats.Summary{N: c.n}
		if c.n > 0 {
			out.Mean = float64(t.ms) / 1000 / float64(c.n)
			out.Variance = t.variance(out.Mean)
		}
		return out
	}
	return stats.Summary{}
}

// variance is that of the durations around their mean.
func (t *tally) variance(mean float64) float64 {
	sum, n := 0.0, 0.0
	for _, x := range t.values {
		sum, n = sum+(x-mean)*(x-mean), n+1
	}
	if t.sketch != nil {
		t.sketch.ForEach(func(x, count float64) bool {
			sum, n = sum+count*(x-mean)*(x-mean), n+count
			return false
		})
	}
	if n < 2 {
		return 0
	}
	return sum / (n - 1)
}

// mixPanel tells a decomposition, group by group.
func (p *page) mixPanel(s spec, by string, d *stats.Decomposition, both map[string][2]stats.Summary) Panel {
	out := Panel{ID: "mix_" + string(s.key), Chart: Table, Unit: s.unit(), Columns: []Column{{by, columnLabel(by), "", "x"}, {"share_before", "Share before", Share, "y"},
		{"share", "Share now", Share, "y"}, {"before", s.label + " before", s.unit(), "y"}, {"value", s.label + " now", s.unit(), "y"},
		{"within", "Changed inside", s.unit(), "y"}, {"mix", "From the shares", s.unit(), "y"}}}
	if s.kind == timed {
		out.Note = "Of means: medians do not add up. "
	}
	out.Note += fmt.Sprintf("Inside: %s (%s to %s); from other shares: %s; together %s.", p.sized(s, d.Within), p.sized(s, d.Interval.Low), p.sized(s, d.Interval.High),
		p.sized(s, d.Mix), p.sized(s, d.Total))
	plural := map[string]string{ofChannel: "channels", ofInbox: "inboxes", ofTeam: "teams", ofTouchpoint: "touchpoints"}[by]
	out.Title = fmt.Sprintf("%s moved because the %s have other shares than before, not because of what happened inside them", s.label, plural)
	if d.Hidden() {
		out.Title = fmt.Sprintf("Inside the %s %s moved the other way: their shares hide it", plural, lowered(s.label))
	}
	var n [2]float64
	for _, x := range both {
		n[0], n[1] = n[0]+float64(x[0].N), n[1]+float64(x[1].N)
	}
	for _, part := range d.Parts {
		x := both[part.Name]
		values := [2]*Number{}
		for i := range x {
			if x[i].N > 0 {
				values[i] = end(x[i].Mean)
			}
		}
		out.Rows = append(out.Rows, Row{[]any{p.nameOf(by, part.Name), end(float64(x[0].N) / n[0]), end(float64(x[1].N) / n[1]), values[0], values[1],
			end(part.Within), end(part.Mix)}, p.hrefPart(s.key, by, part.Name, "", x[1].N), nil})
	}
	return out
}

// sized is a difference in words, with its sign.
func (p *page) sized(s spec, v float64) string {
	n := Number(v)
	return Change{Value: &n}.ChangeText(s.unit())
}
