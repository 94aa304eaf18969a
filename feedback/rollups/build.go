package rollups

import (
	"cmp"
	"context"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"time"

	"heard/feedback/stats"
	"heard/tickets"
	"heard/tickets/events"
	"heard/tickets/fault"

	"golang.org/x/sync/errgroup"
)

const (
	weeksBefore = 4
	aDay        = 24 * time.Hour
)

// build makes one report.
type build struct {
	r      *Rollups
	snap   *tickets.Snapshot
	cal    Calendar
	filter Filter

	week        string
	from, to    events.Time // to: until when events count
	provisional bool
	since       events.Time // the desk's first ticket

	samples map[Key]measured
	told    map[string]*Report // what was told of the weeks before
	reader  *reader
}

// measured keeps a figure's samples, to look where a change shows.
type measured struct {
	spec spec
	is   sample
	was  []sample
}

// Report tells a week: the whole desk, or the part that a filter names. A finished week of the whole desk is what was
// stored; anything else is computed now.
func (r *Rollups) Report(ctx context.Context, week string, f Filter) (*Report, error) {
	if err := ParseWeek(week); err != nil {
		return nil, err
	}
	if f.whole() {
		rep, err := r.frozen(ctx, week)
		if err != nil {
			return nil, err
		}
		if rep != nil {
			return rep, r.nowKnown(ctx, rep, f)
		}
	}
	if err := r.Refresh(ctx); err != nil {
		return nil, err
	}
	rep, err := r.build(ctx, week, f)
	if err != nil {
		return nil, err
	}
	if err := r.tell(ctx, rep, f); err != nil {
		return nil, err
	}
	return rep, r.nowKnown(ctx, rep, f)
}

// Anew computes the report of a week although it may be stored.
func (r *Rollups) Anew(ctx context.Context, week string) (*Report, error) {
	return r.build(ctx, week, Filter{})
}

// build computes a report as it is stored: names of people and of what they named, and what anybody wrote, are not in
// it. It only reads.
func (r *Rollups) build(ctx context.Context, week string, f Filter) (*Report, error) {
	snap, err := r.dir.Snapshot(ctx)
	if err != nil {
		return nil, err
	}
	b := &build{r: r, snap: snap, cal: NewCalendar(snap.Settings), filter: f, week: week, samples: map[Key]measured{}}
	from, to := b.cal.Week(week)
	now := r.log.Now()
	if from > now {
		return nil, fault.New(fault.NotFound, "this week has not begun")
	}
	b.from, b.to, b.provisional = from, min(to, now), now < to
	if b.since, err = r.firstTicket(ctx); err != nil {
		return nil, err
	}
	if err := b.begun(); err != nil {
		return nil, err
	}
	rep := &Report{Week: week, From: from, To: to, AsOf: b.to, TimeZone: b.cal.Zone(week).String(),
		Provisional: b.provisional, DefinitionVersion: tickets.DefinitionVersion, Surveyed: r.surveys != nil, Confidence: stats.Level,
		Findings: []Statement{}, Compared: []string{}, Figures: []Figure{}, Reasons: []Counted{}, Issues: []KnownIssue{}, Movements: []Movement{},
		Praise: []Quote{}, Pain: []Quote{}, Decisions: []Decision{}, Done: []Action{}, Next: []Action{}, Notes: []string{}}
	for _, team := range f.Teams {
		rep.Teams = append(rep.Teams, snap.TeamName(team))
	}
	return rep, b.fill(ctx, rep)
}

// begun refuses weeks of which nothing can be known: they were over before the first ticket came.
func (b *build) begun() error {
	switch {
	case b.provisional, b.since != 0 && b.since < b.to:
		return nil
	case b.since == 0:
		return fault.New(fault.NotFound, "there is no report of this week: no ticket ever came")
	}
	return fault.New(fault.NotFound, "there is no report of this week: the first ticket came in "+WeekText(b.cal.WeekOf(b.since)))
}

// FirstWeek is the first week that a report is about: that of the first ticket, or the running one while there is none.
func (r *Rollups) FirstWeek(ctx context.Context) (string, error) {
	cal, err := r.Calendar(ctx)
	if err != nil {
		return "", err
	}
	since, err := r.firstTicket(ctx)
	if since == 0 {
		since = r.log.Now()
	}
	return cal.WeekOf(since), err
}

func (b *build) fill(ctx context.Context, rep *Report) error {
	_, before := b.windows(spec{})
	for _, w := range before {
		rep.Compared = append(rep.Compared, w.week)
	}
	if err := b.figures(ctx, rep); err != nil {
		return err
	}
	if err := b.asked(ctx, rep); err != nil {
		return err
	}
	for i := range rep.Figures {
		if err := b.remark(ctx, &rep.Figures[i]); err != nil {
			return err
		}
	}
	rep.Tiles = tiles(rep)
	for _, add := range []func(context.Context, *Report) error{b.days, b.reasons, b.known, b.judge} {
		if err := add(ctx, rep); err != nil {
			return err
		}
	}
	rep.Issues = shown(rep)
	for _, add := range []func(context.Context, *Report) error{b.voices, b.movements, b.actions, b.decisions, b.excluded} {
		if err := add(ctx, rep); err != nil {
			return err
		}
	}
	return b.notes(ctx, rep)
}

// figures measures all of them, several at once.
func (b *build) figures(ctx context.Context, rep *Report) (err error) {
	if err := b.recall(ctx); err != nil {
		return err
	}
	if b.reader, err = b.r.reader(ctx); err != nil {
		return err
	}
	list := specs()
	found, samples := make([]Figure, len(list)), make([]measured, len(list))
	group, all := errgroup.WithContext(ctx)
	group.SetLimit(atOnce)
	for i, s := range list {
		group.Go(func() (err error) {
			if found[i], samples[i], err = b.figure(all, s); err != nil {
				return fmt.Errorf("figure %s: %w", s.key, err)
			}
			return nil
		})
	}
	if err := group.Wait(); err != nil {
		return err
	}
	rep.Figures = found
	for i, s := range list {
		b.samples[s.key] = samples[i]
	}
	return nil
}

// atOnce is how many figures are measured at the same time.
const atOnce = 4

// windows are the part of the week that a figure looks at, and the same part of the weeks before. A running week is
// held against the same days of those.
func (b *build) windows(s spec) (now window, before []window) {
	week, elapsed := b.week, events.Time(0)
	switch {
	case s.key == FirstContact && b.provisional:
		week = AddWeeks(week, -2)
	case s.key == FirstContact:
		week = AddWeeks(week, -1)
	case b.provisional:
		elapsed = b.to - b.from
	}
	at := func(week string) window {
		from, to := b.cal.Week(week)
		if elapsed > 0 {
			to = min(to, from+elapsed)
		}
		return window{week, from, to}
	}
	for i := weeksBefore; i > 0; i-- {
		w := at(AddWeeks(week, -i))
		if b.since != 0 && b.since < w.from.Add(aDay) {
			before = append(before, w)
		}
	}
	return at(week), before
}

func (b *build) href(key Key, week string) string {
	return "/tickets?" + url.Values{"figure": {string(key)}, "week": {week}}.Encode()
}

func (r *Rollups) firstTicket(ctx context.Context) (events.Time, error) {
	var list []events.Time
	err := r.log.Read().NewRaw(`SELECT at FROM observations WHERE figure = ? ORDER BY at LIMIT 1`, string(Volume)).Scan(ctx, &list)
	if err != nil {
		return 0, fmt.Errorf("look for the first ticket: %w", err)
	}
	if len(list) == 0 {
		return 0, nil
	}
	return list[0], nil
}

// remark adds what a figure's number alone does not tell.
func (b *build) remark(ctx context.Context, f *Figure) error {
	switch f.Key {
	case FirstResponse:
		list, err := b.r.standing(ctx, Waiting, b.to, b.filter)
		if err != nil {
			return err
		}
		if len(list) > 0 {
			f.Note = fmt.Sprintf("%s still waiting, the longest for %s so far", Text(Count, float64(len(list))),
				durationText(b.to.Sub(oldest(list)).Seconds()))
		}
	case Backlog:
		if list := b.samples[Backlog].is.list; len(list) > 0 {
			f.Note = "the oldest has stood for " + durationText(b.to.Sub(oldest(list)).Seconds())
		}
	case FirstContact:
		f.Note = "tickets first resolved in " + WeekText(f.Week)
	case Volume:
		f.Note = Text(Count, float64(sampleOf(b, Resolved).n())) + " resolved, for the first time or again"
	}
	return nil
}

func oldest(list []Observation) events.Time {
	return slices.MinFunc(list, func(a, b Observation) int { return cmp.Compare(a.At, b.At) }).At
}

func sampleOf(b *build, key Key) *sample {
	m := b.samples[key]
	return &m.is
}

// days counts what came and what was done on each day.
func (b *build) days(ctx context.Context, rep *Report) error {
	_, end := b.cal.Week(b.week)
	at := map[string]int{}
	for i, day := range b.cal.days(b.from, end-1, 7) {
		rep.Days, at[day] = append(rep.Days, Day{Day: day}), i
	}
	for figure, count := range map[Key]func(d *Day){Volume: func(d *Day) { d.Opened++ }, LastResolution: func(d *Day) { d.Resolved++ }} {
		where, args := b.filter.where([]any{string(figure), b.from, b.to, b.to})
		var times []events.Time
		err := b.r.log.Read().NewRaw(`SELECT at FROM observations WHERE figure = ? AND at >= ? AND at < ? AND (until_at = 0 OR until_at >= ?)`+where, args...).Scan(ctx, &times)
		if err != nil {
			return fmt.Errorf("count days: %w", err)
		}
		for _, t := range times {
			count(&rep.Days[at[b.cal.DayOf(t)]])
		}
	}
	return nil
}

// worded counts the observations of the week by their word.
func (b *build) worded(ctx context.Context, figure Key) ([]Counted, error) {
	where, args := b.filter.where([]any{string(figure), b.from, b.to, b.to})
	out := []Counted{}
	err := b.r.log.Read().NewRaw(`SELECT word, COUNT(*) AS n FROM observations WHERE figure = ? AND at >= ? AND at < ? AND (until_at = 0 OR until_at >= ?)`+
		where+` GROUP BY word`, args...).Scan(ctx, &out)
	if err != nil {
		return nil, fmt.Errorf("count words: %w", err)
	}
	slices.SortFunc(out, func(a, c Counted) int { return cmp.Or(cmp.Compare(c.N, a.N), cmp.Compare(a.Word, c.Word)) })
	return out, nil
}

func (b *build) reasons(ctx context.Context, rep *Report) (err error) {
	rep.Reasons, err = b.worded(ctx, Handoffs)
	return err
}

func (b *build) notes(ctx context.Context, rep *Report) error {
	if b.provisional {
		rep.Notes = append(rep.Notes, "The week is still running: figures are provisional and held against the same days of the weeks before.")
	}
	if n := len(rep.Compared); n < weeksBefore && b.since != 0 {
		rep.Notes = append(rep.Notes, fmt.Sprintf("Compared with %s: there are no tickets from before.", weeksText(n)))
	}
	if night, searched, err := b.r.lastNight(ctx); err != nil {
		return err
	} else if searched && !b.provisional && night < b.to && b.filter.whole() {
		rep.Notes = append(rep.Notes, "No search for issues had run over the whole week when this was told.")
	}
	words, err := b.worded(ctx, Volume)
	imported, all := 0, 0
	for _, w := range words {
		if all += w.N; w.Word == "imported" {
			imported = w.N
		}
	}
	if imported > 0 {
		rep.Notes = append(rep.Notes, fmt.Sprintf("%s of %s new tickets were imported.", Text(Count, float64(imported)), Text(Count, float64(all))))
	}
	return err
}

func weeksText(n int) string {
	switch n {
	case 0:
		return "nothing"
	case 1:
		return "one week"
	}
	return fmt.Sprintf("%d weeks", n)
}

// WeekText writes a week for people: week 46, 2026.
func WeekText(week string) string {
	year, n, _ := strings.Cut(week, "-W")
	return "week " + strings.TrimPrefix(n, "0") + ", " + year
}
