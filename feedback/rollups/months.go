package rollups

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"time"

	"heard/tickets/events"
)

// makeMonths adds up the days of every month that is over, where one of them was made after it was.
func (r *Rollups) makeMonths(ctx context.Context) error {
	rd, err := r.reader(ctx)
	if err != nil || rd.first == "" {
		return err
	}
	for month := monthOf(rd.first); month < monthOf(rd.cal.DayOf(rd.now)); month = nextMonth(month) {
		if rd.isMade(month) || !rd.over(month) {
			continue
		}
		if err := r.makeMonth(ctx, rd, month); err != nil && !errors.Is(err, errOvertaken) {
			return fmt.Errorf("figures of %s: %w", month, err)
		}
	}
	return nil
}

// makeMonth adds up the days of a month, one dimension of one figure at a time.
func (r *Rollups) makeMonth(ctx context.Context, rd *reader, month string) error {
	w, err := r.claim(ctx, month)
	if err != nil {
		return err
	}
	sums, err := rd.wholeMonth(ctx, month)
	if err != nil {
		return err
	}
	if err := w.rows(ctx, sums, nil, func(factKey) bool { return true }); err != nil {
		return err
	}
	return w.finish(ctx, rd.now, func(ctx context.Context, tx *events.Tx) error {
		_, err := tx.NewRaw(`UPDATE fact_periods SET of_days = ? WHERE period = ?`, rd.tokens(month), month).Exec(ctx)
		return err
	})
}

// wholeMonth adds up the days of a month, all figures and dimensions of them.
func (rd *reader) wholeMonth(ctx context.Context, month string) (map[factKey]*cell, error) {
	sums := map[factKey]*cell{}
	for _, figure := range factFigures() {
		list := dims()
		if slices.Contains(packedFigures(), figure) {
			list = append(list, packedDims()...)
		}
		for _, dim := range list {
			cells, err := rd.monthOf(ctx, figure, dim, month)
			if err != nil {
				return nil, err
			}
			maps.Copy(sums, cells)
		}
	}
	return sums, nil
}

// monthOf adds up the days of a month.
func (rd *reader) monthOf(ctx context.Context, figure Key, dim, month string) (map[factKey]*cell, error) {
	out := map[factKey]*cell{}
	d := daysIn(month)
	f := fetch{figure: figure, dim: dim, words: true, calendar: true, business: true, spans: []span{{d.From, d.To, len(d.From)}}}
	err := rd.stored(ctx, f, func(row *factRow) error {
		if slices.Contains(packedDims(), dim) {
			return unpackFacts(row.calendar, func(string) bool { return true }, func(place string, e *packedFact) error {
				return e.into(cellIn(out, factKey{figure, dim, place + "." + strconv.FormatUint(e.theme, 10)}), f)
			})
		}
		k := factKey{figure, dim, row.part}
		return row.into(cellIn(out, k))
	})
	return out, err
}

// monthOf is the month of a day: 2026-11.
func monthOf(day string) string { return day[:len("2006-01")] }

func nextMonth(month string) string {
	return monthOf(dateOf(month+"-01").AddDate(0, 1, 0).Format(time.DateOnly))
}

// daysIn are the days of a month.
func daysIn(month string) Days {
	first := dateOf(month + "-01")
	return Days{first.Format(time.DateOnly), first.AddDate(0, 1, -1).Format(time.DateOnly)}
}

// over tells whether all days of a month are made, and none of them is stale.
func (rd *reader) over(month string) bool {
	d := daysIn(month)
	return !slices.ContainsFunc(daysOf(d), func(day string) bool {
		_, end, err := rd.cal.Day(day)
		_, stale := rd.stale[day]
		return err != nil || stale || day >= rd.first && (!rd.isMade(day) || rd.made[day].MadeAt < end)
	})
}
