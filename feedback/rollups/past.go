package rollups

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"heard/tickets"

	"github.com/uptrace/bun"
)

// recall reads what was told of the weeks before. Their counts are taken from there: that is how they stood when each
// ended, whatever became known since. Weeks that late data changed are told again before those that look at them.
func (b *build) recall(ctx context.Context) error {
	b.told = map[string]*Report{}
	if b.provisional || !b.filter.whole() {
		return nil
	}
	var weeks []string
	for i := range weeksBefore + 2 {
		weeks = append(weeks, AddWeeks(b.week, -i-1))
	}
	var rows []reportRow
	err := b.r.log.Read().NewRaw(`SELECT week, revision, body FROM weekly_reports WHERE week IN (?) AND definition_version = ? ORDER BY revision`,
		bun.List(weeks), tickets.DefinitionVersion).Scan(ctx, &rows)
	if err != nil {
		return fmt.Errorf("read the weeks before: %w", err)
	}
	for _, row := range rows {
		rep := &Report{}
		if err := json.Unmarshal([]byte(row.Body), rep); err != nil {
			return fmt.Errorf("read report %s: %w", row.Week, err)
		}
		b.told[row.Week] = rep
	}
	return nil
}

// past is a figure in a week before: as it was told then, or measured.
func (b *build) past(ctx context.Context, s spec, w window) (sample, error) {
	teller := w.week
	if s.key == FirstContact {
		teller = AddWeeks(w.week, 1)
	}
	if rep := b.told[teller]; rep != nil && s.kind != timed {
		if f := rep.Figure(s.key); f != nil && f.Week == w.week && (s.kind != shared || f.Hits != nil) {
			out := sample{window: w, asOf: b.asOf(s, w), counted: f.N}
			if f.Hits != nil {
				out.hits = *f.Hits
			}
			return out, nil
		}
	}
	if b.settled(s) {
		rd := b.facts()
		c, err := rd.cell(ctx, ask{spec: s, days: b.daysOf(w), filter: b.filter})
		if err != nil {
			return sample{}, err
		}
		return sample{window: w, asOf: w.to, counted: c.n, calendar: c.calendar}, nil
	}
	return b.sample(ctx, s, w)
}

// settled tells whether whole weeks of a figure may be read from the facts of days: nothing that happens later changes
// what an end of a week saw.
func (b *build) settled(s spec) bool {
	return !b.provisional && s.kind == timed && !s.moves()
}

// facts is a reader of one's own: one is not for several at once.
func (b *build) facts() *reader {
	rd := *b.reader
	rd.counts, rd.merged = map[string]int{}, nil
	return &rd
}

// daysOf are the days of a window that is a whole week.
func (b *build) daysOf(w window) Days {
	first := mondayOf(w.week)
	return Days{first.Format(time.DateOnly), first.AddDate(0, 0, 6).Format(time.DateOnly)}
}
