package rollups

import (
	"context"
	"slices"
	"strings"
	"time"

	"heard/feedback/surveys"
	"heard/tickets/events"
)

// Known is until when what happened counts in a number.
type Known string

// What came after a period counts as well, or what was known when it ended: so the weekly report tells its week.
const (
	KnownNow Known = "now"
	KnownEnd Known = "end"
)

// moves tells whether what happens after a period can still change a figure of it. All others are the same however they
// are asked for.
func (s spec) moves() bool {
	switch s.observed() {
	case LastResolution, CustomerWait, Reopen, ReopenHandoff, FirstContact, OneTouch, Abandoned, CSAT, Responses, NPS, CES:
		return true
	}
	return false
}

// endOf is the moment until which events count for what is told of days as they ended, where day is the last of them.
func (c Calendar) endOf(s spec, day string) (events.Time, error) {
	if s.key == FirstContact { // it takes a week to know
		day = daysLater(day, 7)
	}
	_, end, err := c.Day(day)
	if s.key == Abandoned {
		end += matures
	}
	return end, err
}

// ended reads a figure as it stood when each group's days were over: those of a day, a week or a month, or all of them.
func (rd *reader) ended(ctx context.Context, a ask) (map[string]*cell, error) {
	from, to, err := rd.cal.span(a.days)
	if err != nil {
		return nil, err
	}
	list, err := rd.observed(ctx, a.spec, from, to, a.filter)
	if err != nil {
		return nil, err
	}
	seen, err := rd.asTheyWere(ctx, a)
	if err != nil {
		return nil, err
	}
	if list, err = rd.restated(ctx, a.spec, list, from, to, a.filter, seen); err != nil {
		return nil, err
	}
	facts, err := rd.themed(ctx, a.by, list)
	if err != nil {
		return nil, err
	}
	out := map[string]*cell{}
	for i := range list {
		o := &list[i]
		asOf := seen(o.At)
		if !o.standsAt(asOf) {
			continue
		}
		for _, part := range rd.partsOf(o, facts.themes[o.Ticket], a.by) {
			c := cellIn(out, part)
			if c.add(o, o.hitAt(asOf)); a.spec.kind == timed {
				c.takes(o)
			}
		}
	}
	for _, c := range out {
		if c.n > enough {
			c.calendar.thin()
			c.business.thin()
		}
	}
	return out, nil
}

// asTheyWere tells of a moment until when events count for the group that it is in.
func (rd *reader) asTheyWere(ctx context.Context, a ask) (func(at events.Time) events.Time, error) {
	ends := map[string]events.Time{}
	group := func(day string) string {
		if a.by == "day" || a.by == "week" || a.by == "month" {
			return rd.spanOf(day, a.by)
		}
		return ""
	}
	for _, day := range daysOf(a.days) { // the last day of each group stays
		end, err := rd.cal.endOf(a.spec, day)
		if err != nil {
			return nil, err
		}
		ends[group(day)] = min(end, rd.now+1)
	}
	return func(at events.Time) events.Time { return ends[group(rd.cal.DayOf(at))] }, ctx.Err()
}

// revising is a desk that knows what its surveys were before.
type revising interface {
	// Revised returns the surveys of a kind that were sent or answered in [from, to), and of which somebody thought better.
	Revised(ctx context.Context, kind string, from, to events.Time) ([]surveys.Revised, error)
}

// restated gives observations of answers the scores that they had at the moments that count, and adds the surveys that
// were taken back later. Whatever comes from tickets knows by itself since when it is so.
func (rd *reader) restated(ctx context.Context, s spec, list []Observation, from, to events.Time, f Filter, seen func(events.Time) events.Time) ([]Observation, error) {
	kind := kindOf(s.observed())
	store, can := rd.r.surveys.(revising)
	if kind == "" || !can {
		return list, nil
	}
	revised, err := store.Revised(ctx, kind, from, to)
	if err != nil || len(revised) == 0 {
		return list, err
	}
	var taken []Observation // back
	for i := range revised {
		r := &revised[i]
		now := observedAnswer(s.observed(), 0, &r.Answer)
		switch {
		case !f.passes(r.Inbox, r.Team, r.Agent, r.Channel) || now.At < from || now.At >= to:
			continue
		case r.WithdrawnAt == 0:
		case s.observed() == Responses:
			now.Until = r.WithdrawnAt
			taken = append(taken, now)
			continue
		default:
			continue
		}
		at := slices.IndexFunc(list, func(o Observation) bool { return o.Ticket == now.Ticket && o.At == now.At && o.Word == now.Word })
		if at >= 0 {
			was := r.Answer
			was.Score = r.ScoreAt(seen(now.At))
			then := observedAnswer(s.observed(), 0, &was)
			list[at].Word, list[at].Hit = then.Word, then.Hit
		}
	}
	taken, err = rd.r.passing(ctx, f, taken)
	return append(list, taken...), err
}

// atEnd are observations of some days as they were when the last of these was over, and until when events count then.
func (rd *reader) atEnd(ctx context.Context, s spec, d Days, f Filter, list []Observation) ([]Observation, events.Time, error) {
	from, to, err := rd.cal.span(d)
	if err != nil {
		return nil, 0, err
	}
	asOf, err := rd.cal.endOf(s, d.To)
	if err != nil {
		return nil, 0, err
	}
	asOf = min(asOf, rd.now+1)
	list, err = rd.restated(ctx, s, list, from, to, f, func(events.Time) events.Time { return asOf })
	return list, asOf, err
}

// thin makes a sketch of durations that are known one by one.
func (t *tally) thin() {
	if t.sketch == nil {
		t.sketch, t.values = sketched(t.values), nil
	}
}

// nowKnown adds to the figures of a finished week what they are by now, where that differs.
func (r *Rollups) nowKnown(ctx context.Context, rep *Report, f Filter) error {
	if rep.Provisional {
		return nil
	}
	if err := r.Refresh(ctx); err != nil {
		return err
	}
	rd, err := r.reader(ctx)
	if err != nil {
		return err
	}
	for i := range rep.Figures {
		fig := &rep.Figures[i]
		s, ok := specOf(fig.Key)
		if !ok || !s.moves() {
			continue
		}
		first := mondayOf(fig.Week).Format(time.DateOnly)
		c, err := rd.cell(ctx, ask{spec: s, days: Days{first, daysLater(first, 6)}, filter: f})
		if err != nil {
			return err
		}
		t := c.tell(s, false)
		same, err := sameJSON(NowKnown{t.value, t.n, t.hits}, NowKnown{fig.Value, fig.N, fig.Hits})
		if err != nil {
			return err
		}
		if !same {
			fig.KnownNow = &NowKnown{t.value, t.n, t.hits}
		}
	}
	return nil
}

// reported is what the stored report of a week tells of a figure; nil where there is none. Topics change their minds about
// old tickets: what was told stays.
func (r *Rollups) reported(ctx context.Context, s spec, q Query) (*Figure, error) {
	week := weekName(dateOf(q.From))
	if q.By != "" || !q.whole() || mondayOf(week).Format(time.DateOnly) != q.From || daysLater(q.From, 6) != q.To {
		return nil, nil
	}
	if s.key == FirstContact {
		week = AddWeeks(week, 1)
	}
	rep, err := r.newest(ctx, week)
	if err != nil || rep == nil {
		return nil, err
	}
	if f := rep.Figure(s.key); f != nil && f.Week == weekName(dateOf(q.From)) {
		return f, nil
	}
	return nil, nil
}

// point is a figure of a report as a series tells it.
func (f *Figure) point(s spec, business bool) Point {
	p := Point{N: f.N, Hits: f.Hits, Value: f.Value, Interval: f.Interval, Method: "exact"}
	if s.kind != timed {
		return p
	}
	d := f.Calendar
	if business {
		d = f.Business
	}
	if p.Value, p.P90, p.Mean, p.Interval = d.Median, d.P90, d.Mean, d.Interval; f.N > enough {
		p.Method = "sketch"
	}
	return p
}

// daysLater is the day n days after another.
func daysLater(day string, n int) string { return dateOf(day).AddDate(0, 0, n).Format(time.DateOnly) }

// definitionOf is what a figure means, told of a week or of any period, with what counts in it.
func (s spec) definitionOf(k Known, period string) string {
	text := strings.ReplaceAll(s.definition, "{period}", period)
	switch {
	case s.key == FirstContact && period == "week":
		return text + " It takes 7 days to know, so this is about tickets first resolved in the week before, as known when the week ended."
	case s.key == FirstContact && k == KnownEnd:
		return text + " As known 7 days after the " + period + " ended."
	case s.key == FirstContact:
		return text + " It takes 7 days to know: tickets resolved in the last 7 days are not in it yet. As known now."
	case !s.moves():
		return text
	case s.key == Abandoned && k == KnownEnd:
		return text + " As known an hour after the " + period + " ended."
	case k == KnownEnd:
		return text + " As known when the " + period + " ended: what came later is not counted."
	}
	return text + " As known now: what came after the " + period + " counts too."
}
