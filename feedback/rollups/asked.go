package rollups

import (
	"context"
	"fmt"

	"heard/feedback/stats"
)

// asked adds what customers were asked beside satisfaction, where they were: would they recommend us, was it easy.
func (b *build) asked(ctx context.Context, rep *Report) error {
	for _, key := range []Key{NPS, CES} {
		s, _ := specOf(key)
		f, some, err := b.answered(ctx, s)
		if err != nil {
			return fmt.Errorf("figure %s: %w", key, err)
		}
		if some {
			rep.Figures = append(rep.Figures, f)
		}
	}
	return nil
}

// answered measures a figure of answers that is no share; some is false where nobody was ever asked.
func (b *build) answered(ctx context.Context, s spec) (f Figure, some bool, err error) {
	f = Figure{Key: s.key, Label: s.label, Unit: s.unit(), Better: s.better, Definition: s.definitionOf(KnownEnd, "week"), Before: []Past{}}
	now, before := b.windows(s)
	f.Week = now.week
	is, err := b.answersOf(ctx, s, now)
	if err != nil {
		return f, false, err
	}
	was := &cell{}
	for _, w := range before {
		c, err := b.answersOf(ctx, s, w)
		if err != nil {
			return f, false, err
		}
		f.Before = append(f.Before, Past{w.week, c.tell(s, false).value, c.n})
		was.merge(c)
	}
	told := is.tell(s, false)
	f.N, f.Value, f.Interval, f.BeforeMean = is.n, told.value, told.interval, meanOf(f.Before)
	var c stats.Comparison
	usual := 0.0
	if s.kind == promoted {
		c = stats.CompareNPS(was.parts(), is.parts())
	} else {
		x := was.scores()
		c, usual = stats.CompareMeans(x, is.scores()), x.Mean
	}
	f.Change = judged(s, c, usual)
	return f, is.n+was.n > 0, nil
}

// answersOf are the answers of a window, by whole days.
func (b *build) answersOf(ctx context.Context, s spec, w window) (*cell, error) {
	d := b.daysOf(w)
	d.To = min(d.To, b.cal.DayOf(max(w.from, w.to-1)))
	return b.facts().cell(ctx, ask{spec: s, days: d, filter: b.filter, known: KnownEnd})
}
