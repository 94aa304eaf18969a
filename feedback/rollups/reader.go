package rollups

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"heard/tickets"
	"heard/tickets/events"
)

// reader answers the questions of one request: figures over days, by days or by parts of the desk. It knows which days
// and months are made, as of its making.
type reader struct {
	r     *Rollups
	snap  *tickets.Snapshot
	cal   Calendar
	now   events.Time
	first string // the first day on which anything happened; empty: nothing did
	since string // the day of the desk's first ticket; empty: none came
	made  map[string]madePeriod
	stale map[string]staleDay

	business bool              // which durations are asked for
	counts   map[string]int    // observations of a figure over days, on the whole desk
	merged   map[string]string // topics by what they were merged into
}

// madePeriod is a day or a month whose facts were made.
type madePeriod struct {
	Period            string
	Token, OfDays     int64
	MadeAt            events.Time
	DefinitionVersion int
}

// staleDay says what of a day's facts does not hold any more. Packed: there are no packed ones yet.
type staleDay struct {
	Day          string
	Mark         int64
	Whole        bool
	Topics, Tags bool
	Packed       bool
}

// touches tells whether rows of a dimension are among the stale ones. Whether a ticket was solved at first contact hangs
// on what the customer's tickets are about.
func (s staleDay) touches(k factKey) bool {
	packed := slices.Contains(packedDims(), k.dim)
	topics := k.dim == ofTopic || k.dim == ofPlaceTopic || k.dim == ofCrewTopic || k.figure == FirstContact
	tags := k.dim == ofTag || k.dim == ofPlaceTag || k.dim == ofCrewTag
	return s.Whole || s.Topics && topics || s.Tags && tags || s.Packed && packed
}

func (r *Rollups) reader(ctx context.Context) (*reader, error) {
	snap, err := r.dir.Snapshot(ctx)
	if err != nil {
		return nil, err
	}
	rd := &reader{r: r, snap: snap, cal: NewCalendar(snap.Settings), now: r.log.Now(), made: map[string]madePeriod{},
		stale: map[string]staleDay{}, counts: map[string]int{}}
	var made []madePeriod
	if err := r.log.Read().NewRaw(`SELECT period, token, of_days, made_at, definition_version FROM fact_periods`).Scan(ctx, &made); err != nil {
		return nil, fmt.Errorf("list the days that are made: %w", err)
	}
	for _, p := range made {
		rd.made[p.Period] = p
	}
	var stale []staleDay
	if err := r.log.Read().NewRaw(`SELECT day, mark, whole, topics, tags, packed FROM stale_days`).Scan(ctx, &stale); err != nil {
		return nil, fmt.Errorf("list stale days: %w", err)
	}
	for _, s := range stale {
		rd.stale[s.Day] = s
	}
	since, err := r.firstTicket(ctx)
	if err != nil {
		return nil, err
	}
	if since != 0 {
		rd.since = rd.cal.DayOf(since)
	}
	rd.first, err = rd.firstDay(ctx, since)
	return rd, err
}

// firstDay is the first day that facts can be about, where the first ticket came at since.
func (rd *reader) firstDay(ctx context.Context, since events.Time) (string, error) {
	var online []events.Time
	if err := rd.r.log.Read().NewRaw(`SELECT from_at FROM online_spans ORDER BY from_at LIMIT 1`).Scan(ctx, &online); err != nil {
		return "", fmt.Errorf("look for the first time online: %w", err)
	}
	for _, at := range online {
		since = first(since, at)
	}
	if since == 0 {
		return "", nil
	}
	return rd.cal.DayOf(since), nil
}

// isMade tells whether the facts of a day or month are there, in this version; those of a month, as its days are.
func (rd *reader) isMade(period string) bool {
	p := rd.made[period]
	return p.DefinitionVersion == tickets.DefinitionVersion && (len(period) != len("2006-01") || p.OfDays == rd.tokens(period))
}

// tokens sums up the tokens of a month's days: it rises whenever one of them is made again.
func (rd *reader) tokens(month string) (sum int64) {
	for _, day := range daysOf(daysIn(month)) {
		sum += rd.made[day].Token
	}
	return sum
}

// zone is the time zone of a day.
func (rd *reader) zone(day string) string { return rd.cal.Zone(weekName(dateOf(day))).String() }

// matured leaves out the days of which a figure is not known yet. Nothing is left when To is before From.
func (rd *reader) matured(s spec, d Days) Days {
	if s.key == FirstContact {
		d.To = min(d.To, rd.cal.DayOf(rd.now-week-matures))
	}
	return d
}

const week = events.Time(7 * 24 * 60 * 60 * 1000)

// ask is a question to a reader.
type ask struct {
	spec   spec
	days   Days
	filter Filter
	by     string // a dimension, day, week, month, or empty for all together
	words  bool   // with what observations say beside their number
	known  Known  // KnownEnd: as it stood when the days were over

	periods string // day, week or month beside a dimension: the key is both, a line break between them
}

// cell reads a figure over days as one.
func (rd *reader) cell(ctx context.Context, a ask) (*cell, error) {
	a.by = ""
	all, err := rd.cells(ctx, a)
	if err != nil {
		return nil, err
	}
	if c := all[""]; c != nil {
		return c, nil
	}
	return &cell{}, nil
}

const (
	enough   = 5000 // observations that a range may have to be read one by one
	mostLive = 45   // days that are not made; with more, observations are read through
)

// cells reads a figure over days, a cell for each part. What does not occur has no cell.
func (rd *reader) cells(ctx context.Context, a ask) (map[string]*cell, error) {
	if _, _, err := rd.cal.span(a.days); err != nil {
		return nil, err
	}
	if a.days = rd.matured(a.spec, a.days); a.days.To < a.days.From {
		return nil, nil
	}
	if a.known == KnownEnd && a.spec.moves() {
		return rd.ended(ctx, a)
	}
	switch a.spec.kind {
	case divided:
		return rd.divided(ctx, a)
	case summed:
		out, err := rd.spent(ctx, a)
		if err == nil && a.spec.key == Handling {
			err = rd.estimate(ctx, out)
		}
		return out, err
	case scored, promoted:
		a.words = true
	}
	p, ok, err := rd.plan(ctx, a)
	if err != nil {
		return nil, err
	}
	if a.spec.kind == timed && ok && p.dim != ofDesk {
		n, err := rd.count(ctx, a.spec.observed(), a.days)
		if err != nil {
			return nil, err
		}
		ok = n > enough
	}
	if !ok || len(rd.live(p, a.spec.observed(), a.days)) > mostLive {
		return rd.oneByOne(ctx, a)
	}
	out, err := rd.added(ctx, p, a)
	if err == nil && a.spec.kind == timed && p.dim == ofDesk && rd.counted(a, out) <= enough {
		return rd.oneByOne(ctx, a)
	}
	return out, err
}

// counted is how many observations of the whole desk there are in all groups, and keeps that for its parts.
func (rd *reader) counted(a ask, groups map[string]*cell) (n int) {
	for _, c := range groups {
		n += c.n
	}
	rd.counts[countOf(a.spec.observed(), a.days)] = n
	return n
}

func countOf(figure Key, d Days) string { return string(figure) + d.From + d.To }

// count is how many observations a figure has on the whole desk, by which it is decided how they are read: the same for
// all parts of it.
func (rd *reader) count(ctx context.Context, figure Key, d Days) (int, error) {
	if n, known := rd.counts[countOf(figure, d)]; known {
		return n, nil
	}
	p := plan{dim: ofDesk}
	if len(rd.live(p, figure, d)) > mostLive {
		return 0, nil
	}
	a := ask{spec: spec{key: figure, kind: counted}, days: d}
	all, err := rd.added(ctx, p, a)
	if err != nil {
		return 0, err
	}
	return rd.counted(a, all), nil
}

// oneByOne reads the observations themselves.
func (rd *reader) oneByOne(ctx context.Context, a ask) (map[string]*cell, error) {
	from, to, err := rd.cal.span(a.days)
	if err != nil {
		return nil, err
	}
	list, err := rd.observed(ctx, a.spec, from, to, a.filter)
	if err != nil {
		return nil, err
	}
	facts, err := rd.themed(ctx, a.by, list)
	if err != nil {
		return nil, err
	}
	out := map[string]*cell{}
	for i := range list {
		o := &list[i]
		if !o.standsAt(rd.now + 1) {
			continue
		}
		for _, key := range rd.partsOf(o, facts.themes[o.Ticket], a.by) {
			if a.periods != "" {
				key = rd.spanOf(rd.cal.DayOf(o.At), a.periods) + "\n" + key
			}
			c := cellIn(out, key)
			c.add(o, o.hitAt(rd.now+1))
			for _, word := range facts.words(o) {
				c.say(word, 1)
			}
			if a.spec.kind == timed {
				c.takes(o)
			}
		}
	}
	return out, nil
}

// themed reads what the tickets of observations are about, where groups ask for it.
func (rd *reader) themed(ctx context.Context, by string, list []Observation) (*dayFacts, error) {
	facts := &dayFacts{cal: rd.cal, db: rd.r.log.Read(), themes: map[events.ID]theme{}}
	if by == ofTag || by == ofTopic || by == ofTouchpoint {
		return facts, facts.readThemes(ctx, list)
	}
	return facts, nil
}

// cellIn is the cell of a part, made where there is none yet.
func cellIn[K comparable](cells map[K]*cell, part K) *cell {
	c := cells[part]
	if c == nil {
		c = &cell{}
		cells[part] = c
	}
	return c
}

// partsOf are the groups that an observation counts in.
func (rd *reader) partsOf(o *Observation, t theme, by string) []string {
	switch by {
	case "day", "week", "month":
		return []string{rd.spanOf(rd.cal.DayOf(o.At), by)}
	case ofInbox:
		return []string{number(o.Inbox)}
	case ofTeam:
		return []string{number(o.Team)}
	case ofAgent:
		if o.Agent == 0 {
			return nil
		}
		return []string{number(o.Agent)}
	case ofChannel:
		return []string{string(o.Channel)}
	case ofTopic:
		return []string{rd.liveTopic(number(t.topic))}
	case ofTouchpoint:
		return []string{cmp.Or(o.Touchpoint, t.touchpoint)}
	case ofTag:
		out := make([]string, len(t.tags))
		for i, tag := range t.tags {
			out[i] = number(tag)
		}
		return out
	}
	return []string{""}
}

// spanOf is the day, week or month that a day lies in.
func (rd *reader) spanOf(day, by string) string {
	switch by {
	case "week":
		return weekName(dateOf(day))
	case "month":
		return monthOf(day)
	}
	return day
}

// spent reads time that was spent. Only what days hold is known of it.
func (rd *reader) spent(ctx context.Context, a ask) (map[string]*cell, error) {
	p, ok, err := rd.plan(ctx, a)
	if err != nil || !ok {
		return nil, err
	}
	return rd.added(ctx, p, a)
}

// estimate adds the time that stands for messages in imported tickets.
func (rd *reader) estimate(ctx context.Context, cells map[string]*cell) error {
	rate := int64(-1)
	for _, c := range cells {
		if c.hits > 0 && rate < 0 {
			each, err := rd.r.MinutesAMessage(ctx)
			if err != nil {
				return err
			}
			rate = each.Milliseconds()
		}
		c.calendar.ms += int64(c.hits) * rate
	}
	return nil
}

// divided reads handling time and time online together.
func (rd *reader) divided(ctx context.Context, a ask) (map[string]*cell, error) {
	a.spec = spec{key: Handling, kind: summed}
	busy, err := rd.spent(ctx, a)
	if err != nil {
		return nil, err
	}
	a.spec.key = Online
	there, err := rd.spent(ctx, a)
	if err != nil {
		return nil, err
	}
	out := map[string]*cell{}
	for part, c := range there {
		ratio := &cell{n: c.n, business: tally{ms: c.calendar.ms}}
		if b := busy[part]; b != nil {
			ratio.calendar.ms = b.calendar.ms
			if b.calendar.ms == 0 && b.hits > 0 { // all of it came in by an import, which does not say how long it took
				ratio.business.ms = 0
			}
		}
		out[part] = ratio
	}
	return out, nil
}
