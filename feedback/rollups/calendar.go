package rollups

import (
	"fmt"
	"sync"
	"time"

	"heard/tickets"
	"heard/tickets/events"
	"heard/tickets/fault"
)

// Calendar knows the desk's days and weeks: ISO weeks from Monday 00:00, each in the time zone that the desk had in
// it. Weeks tile time; where the zone changed, a week is some hours longer or shorter.
type Calendar struct {
	zoneOf func(week string) string
	zones  *sync.Map // *time.Location by name: reading one is slow
	starts *sync.Map // events.Time by week
	dates  *sync.Map // dated by quarter of an hour: no day begins within one
}

// dated is where a moment lies.
type dated struct{ day, week string }

// quarter is the longest time that every zone's days are made of.
const quarter = 15 * 60 * 1000

// NewCalendar returns the calendar of a desk.
func NewCalendar(s tickets.Settings) Calendar {
	return Calendar{s.ZoneOf, new(sync.Map), new(sync.Map), new(sync.Map)}
}

// Zone is the time zone of a week.
func (c Calendar) Zone(week string) *time.Location {
	name := c.zoneOf(week)
	if zone, ok := c.zones.Load(name); ok {
		return zone.(*time.Location)
	}
	zone, err := time.LoadLocation(name)
	if err != nil {
		zone = time.UTC
	}
	c.zones.Store(name, zone)
	return zone
}

// ParseWeek checks an ISO week like 2026-W46.
func ParseWeek(week string) error {
	var year, n int
	if len(week) == 8 {
		if _, err := fmt.Sscanf(week, "%4d-W%2d", &year, &n); err == nil && n >= 1 && year >= 1970 && year < 9999 && weekName(monday(year, n)) == week {
			return nil
		}
	}
	return fault.On("week", "must be an ISO week like 2026-W46")
}

// monday is the date of the Monday of an ISO week; 4 January is always in week 1.
func monday(year, week int) time.Time {
	fourth := time.Date(year, time.January, 4, 0, 0, 0, 0, time.UTC)
	return fourth.AddDate(0, 0, -(int(fourth.Weekday())+6)%7+7*(week-1))
}

func mondayOf(week string) time.Time {
	var year, n int
	_, _ = fmt.Sscanf(week, "%4d-W%2d", &year, &n) // weeks were checked where they came in
	return monday(year, n)
}

func weekName(t time.Time) string {
	year, week := t.ISOWeek()
	return fmt.Sprintf("%04d-W%02d", year, week)
}

// AddWeeks returns the week n weeks later.
func AddWeeks(week string, n int) string { return weekName(mondayOf(week).AddDate(0, 0, 7*n)) }

func (c Calendar) start(week string) events.Time {
	if at, ok := c.starts.Load(week); ok {
		return at.(events.Time)
	}
	at := c.dayStart(mondayOf(week))
	c.starts.Store(week, at)
	return at
}

// Week returns where a week begins and where the next one does.
func (c Calendar) Week(week string) (from, to events.Time) {
	return c.start(week), c.start(AddWeeks(week, 1))
}

// WeekOf returns the week that holds a moment.
func (c Calendar) WeekOf(t events.Time) string { return c.date(t).week }

// DayOf returns the date of a moment, 2026-11-16.
func (c Calendar) DayOf(t events.Time) string { return c.date(t).day }

// date remembers what it found: figures ask for the days of millions of moments.
func (c Calendar) date(t events.Time) dated {
	if d, ok := c.dates.Load(t / quarter); ok {
		return d.(dated)
	}
	d := dated{week: c.findWeek(t)}
	d.day = c.findDay(t, d.week)
	if _, offset := t.Std().In(c.Zone(d.week)).Zone(); offset%(quarter/1000) == 0 && t > 0 {
		c.dates.Store(t/quarter, d)
	}
	return d
}

func (c Calendar) findWeek(t events.Time) string {
	week := weekName(t.Std())
	for t < c.start(week) {
		week = AddWeeks(week, -1)
	}
	for t >= c.start(AddWeeks(week, 1)) {
		week = AddWeeks(week, 1)
	}
	return week
}

func (c Calendar) findDay(t events.Time, week string) string {
	day := t.Std().In(c.Zone(week)).Format(time.DateOnly)
	first := mondayOf(week)
	return min(max(day, first.Format(time.DateOnly)), first.AddDate(0, 0, 6).Format(time.DateOnly))
}

// Day returns where a day begins and where the next one does.
func (c Calendar) Day(day string) (from, to events.Time, err error) {
	date, err := time.Parse(time.DateOnly, day)
	if err != nil || date.Year() < 1970 {
		return 0, 0, fault.New(fault.Invalid, "a day is written like 2026-11-16")
	}
	return c.dayStart(date), c.dayStart(date.AddDate(0, 0, 1)), nil
}

func (c Calendar) dayStart(date time.Time) events.Time {
	y, m, d := date.Date()
	return events.TimeOf(time.Date(y, m, d, 0, 0, 0, 0, c.Zone(weekName(date))))
}

// days lists the dates from the one of a to the one of b, at most most.
func (c Calendar) days(a, b events.Time, most int) []string {
	date, err := time.Parse(time.DateOnly, c.DayOf(a))
	last := c.DayOf(b)
	var out []string
	for ; err == nil && len(out) < most; date = date.AddDate(0, 0, 1) {
		day := date.Format(time.DateOnly)
		if day > last {
			break
		}
		out = append(out, day)
	}
	return out
}
