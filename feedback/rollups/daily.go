package rollups

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"

	"heard/tickets"
	"heard/tickets/events"

	"github.com/uptrace/bun"
)

// renewed is how old the facts of a running day may become while nothing happens but that agents are online.
const renewed = 10 * time.Minute

// errOvertaken says that somebody else makes the same period.
var errOvertaken = errors.New("somebody else makes this period")

// Days makes the facts of every day and month again that changed, and those of days that were not over the last time.
func (r *Rollups) Days(ctx context.Context) error {
	rd, err := r.reader(ctx)
	if err != nil {
		return err
	}
	days, err := rd.unmade(ctx)
	if err != nil {
		return err
	}
	for _, day := range days {
		if err := r.makeDay(ctx, rd, day); err != nil && !errors.Is(err, errOvertaken) {
			return fmt.Errorf("figures of %s: %w", day, err)
		}
	}
	return r.makeMonths(ctx)
}

// unmade lists the days whose facts are missing, of another version, stale, or from before their end.
func (rd *reader) unmade(ctx context.Context) ([]string, error) {
	seen := map[string]bool{}
	for day := range rd.stale {
		seen[day] = true
	}
	if rd.first != "" {
		for _, day := range daysOf(Days{rd.first, rd.cal.DayOf(rd.now)}) {
			_, end, err := rd.cal.Day(day)
			if err != nil {
				return nil, err
			}
			made := rd.made[day]
			early := made.MadeAt < end && (rd.now >= end || rd.now.Sub(made.MadeAt) >= renewed)
			if !rd.isMade(day) || early {
				seen[day] = true
			}
		}
	}
	return slices.Sorted(maps.Keys(seen)), ctx.Err()
}

// makeDay makes the facts of a day again. What is read after its mark was read holds every change before that mark; a
// change that comes meanwhile marks the day again.
func (r *Rollups) makeDay(ctx context.Context, rd *reader, name string) error {
	mark, whole := rd.stale[name], true
	if mark.Day != "" && !mark.Whole && rd.isMade(name) {
		whole = false
	}
	made := rd.made[name]
	w, err := r.claim(ctx, name)
	if err != nil {
		return err
	}
	now := r.log.Now()
	figures := factFigures()
	if mark.Packed && !whole && !mark.Topics && !mark.Tags {
		figures = packedFigures()
	}
	d, err := r.newDay(rd.cal, name, now, figures...)
	if err != nil {
		return err
	}
	keep := func(k factKey) bool { return whole || mark.touches(k) }
	if !whole {
		d.partly, d.only = rd, keep
	}
	if err := d.fill(ctx); err != nil {
		return err
	}
	if err := w.rows(ctx, d.cells, d.all, keep); err != nil {
		return err
	}
	if !whole {
		now = made.MadeAt // the rest is as old as it was
	}
	return w.finish(ctx, now, func(ctx context.Context, tx *events.Tx) error {
		if _, err := tx.NewRaw(`DELETE FROM stale_days WHERE day = ? AND mark = ?`, name, mark.Mark).Exec(ctx); err != nil {
			return err
		}
		if !whole {
			return nil
		}
		if _, err := tx.NewRaw(`DELETE FROM handling_days WHERE day = ?`, name).Exec(ctx); err != nil {
			return err
		}
		return tx.Insert(ctx, "handling_days", []string{"day", "agent_id", "ticket_id", "ms", "messages"}, d.times)
	})
}

// maker writes the facts of one period, some figures at a time, so that no write is long. Whoever claims the period later
// takes it away.
type maker struct {
	r      *Rollups
	period string
	token  int64
}

// claim begins to make a period.
func (r *Rollups) claim(ctx context.Context, period string) (*maker, error) {
	w := &maker{r: r, period: period}
	err := r.log.Write(ctx, w.unit(), func(ctx context.Context, tx *events.Tx) error {
		return tx.NewRaw(`INSERT INTO fact_periods (period, token, made_at, definition_version) VALUES (?, 1, 0, 0)
			ON CONFLICT (period) DO UPDATE SET token = fact_periods.token + 1 RETURNING token`, period).Scan(ctx, &w.token)
	})
	if err != nil {
		return nil, fmt.Errorf("claim %s: %w", period, err)
	}
	return w, nil
}

func (w *maker) unit() events.Unit { return events.Unit{By: events.SystemActor, Background: true} }

// mine makes sure that nobody else has claimed the period, and keeps them from it until the commit.
func (w *maker) mine(ctx context.Context, tx *events.Tx) error {
	lock := ""
	if tx.Dialect() == "postgres" {
		lock = " FOR UPDATE"
	}
	var tokens []int64
	if err := tx.NewRaw(`SELECT token FROM fact_periods WHERE period = ?`+lock, w.period).Scan(ctx, &tokens); err != nil {
		return err
	}
	if len(tokens) != 1 || tokens[0] != w.token {
		return errOvertaken
	}
	return nil
}

// rows replaces the rows of the period, those that keep names; all are the observations of a day.
func (w *maker) rows(ctx context.Context, cells map[factKey]*cell, all map[Key][]Observation, keep func(factKey) bool) error {
	byFigure := map[Key][][]any{}
	packed := map[factKey]map[factKey]*cell{}
	for _, k := range slices.SortedFunc(maps.Keys(cells), compareKeys) {
		switch {
		case !keep(k):
		case slices.Contains(packedDims(), k.dim):
			addTo(packed, factKey{figure: k.figure, dim: k.dim}, k, cells[k])
		default:
			byFigure[k.figure] = append(byFigure[k.figure], cells[k].row(k, w.period))
		}
	}
	for k, of := range packed {
		byFigure[k.figure] = append(byFigure[k.figure], packedRow(k, w.period, of))
	}
	for _, figure := range pagedFigures() {
		if all != nil && keep(factKey{figure: figure, dim: ofPage}) {
			byFigure[figure] = append(byFigure[figure], []any{string(figure), ofPage, w.period, "", len(all[figure]), 0, 0, 0, "", pack(all[figure]),
				[]byte{}, tickets.DefinitionVersion})
		}
	}
	var some []replaced
	size := 0
	for _, figure := range factFigures() {
		gone := goneDims(figure, keep)
		if len(gone) == 0 {
			continue
		}
		some, size = append(some, replaced{figure, gone, byFigure[figure]}), size+len(byFigure[figure])
		if size < rowsAWrite {
			continue
		}
		if err := w.replace(ctx, some); err != nil {
			return err
		}
		some, size = nil, 0
	}
	return w.replace(ctx, some)
}

// rowsAWrite is how many rows of facts make a write of their own: enough to pay for the commit, few enough that chats
// do not wait for them.
const rowsAWrite = 400

// replaced is what comes in the place of the rows of a figure.
type replaced struct {
	figure Key
	gone   []string // dimensions
	rows   [][]any
}

// goneDims lists the dimensions of a figure whose rows are made anew.
func goneDims(figure Key, keep func(factKey) bool) []string {
	var gone []string
	for _, dim := range slices.Concat(dims(), packedDims(), []string{ofPage}) {
		if slices.Contains(packedDims(), dim) && !slices.Contains(packedFigures(), figure) {
			continue
		}
		if keep(factKey{figure: figure, dim: dim}) {
			gone = append(gone, dim)
		}
	}
	return gone
}

func (w *maker) replace(ctx context.Context, list []replaced) error {
	if len(list) == 0 {
		return nil
	}
	err := w.r.log.Write(ctx, w.unit(), func(ctx context.Context, tx *events.Tx) error {
		if err := w.mine(ctx, tx); err != nil {
			return err
		}
		var rows [][]any
		for _, one := range list {
			_, err := tx.NewRaw(`DELETE FROM period_facts WHERE figure = ? AND dim IN (?) AND period = ?`, string(one.figure), bun.List(one.gone), w.period).Exec(ctx)
			if err != nil {
				return fmt.Errorf("replace %s: %w", one.figure, err)
			}
			rows = append(rows, one.rows...)
		}
		return tx.Insert(ctx, "period_facts", factRowColumns(), rows)
	})
	if err != nil {
		return fmt.Errorf("write facts of %s: %w", w.period, err)
	}
	return nil
}

// finish says that the period is made.
func (w *maker) finish(ctx context.Context, at events.Time, also func(ctx context.Context, tx *events.Tx) error) error {
	return w.r.log.Write(ctx, w.unit(), func(ctx context.Context, tx *events.Tx) error {
		if err := w.mine(ctx, tx); err != nil {
			return err
		}
		_, err := tx.NewRaw(`UPDATE fact_periods SET made_at = ?, definition_version = ? WHERE period = ?`, at, tickets.DefinitionVersion, w.period).Exec(ctx)
		if err != nil {
			return err
		}
		return also(ctx, tx)
	})
}

func compareKeys(a, b factKey) int {
	return cmp.Or(cmp.Compare(a.figure, b.figure), cmp.Compare(a.dim, b.dim), cmp.Compare(a.part, b.part))
}

func factRowColumns() []string {
	return []string{"figure", "dim", "period", "part", "n", "hits", "calendar_ms", "business_ms", "words", "calendar", "business", "definition_version"}
}

// row is the cell as it is stored. The same observations give the same bytes, in whatever order they came.
func (c *cell) row(k factKey, period string) []any {
	words := ""
	if len(c.words) > 0 {
		text, _ := json.Marshal(c.words) // whole numbers by text, sorted by it
		words = string(text)
	}
	return []any{string(k.figure), k.dim, period, k.part, c.n, c.hits, c.calendar.ms, c.business.ms, words,
		c.calendar.bytes(), c.business.bytes(), tickets.DefinitionVersion}
}

// bytes is the tally's sketch in its compact form.
func (t *tally) bytes() []byte {
	if t.sketch == nil && len(t.values) == 0 {
		return []byte{}
	}
	t.condense()
	return t.sketch.bytes()
}

// condense makes a sketch of what is known one by one.
func (t *tally) condense() {
	if t.sketch == nil {
		t.sketch = newSketch()
	}
	for _, x := range t.values {
		t.sketch.add(x)
	}
	t.values = nil
}
