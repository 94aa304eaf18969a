package tickets

import (
	"cmp"
	"fmt"
	"slices"
	"time"

	"heard/tickets/events"
	"heard/tickets/fault"
)

// Hours are the business hours of a desk, a team or an inbox: several intervals a day in one time zone, minus
// holidays. The zero value is open around the clock.
type Hours struct {
	zone     *time.Location
	week     [7][]span // by time.Weekday, sorted, apart from each other
	holidays map[string]bool
	always   bool
}

// span is a stretch of a local day in minutes after midnight, [from, to).
type span struct{ from, to int }

// Interval is one stretch of opening on one weekday, as people write it.
type Interval struct {
	Day  int    `json:"day"`  // 1 Monday … 7 Sunday
	From string `json:"from"` // "09:00"
	To   string `json:"to"`   // "18:00"; "24:00" is the end of the day
}

// AroundTheClock is always open.
func AroundTheClock() *Hours { return &Hours{zone: time.UTC, always: true} }

// NewHours checks and compiles business hours. holidays are local dates, "2026-12-25".
func NewHours(zone string, intervals []Interval, holidays []string) (*Hours, error) {
	var wrong fault.Fields
	loc, err := time.LoadLocation(zone)
	if err != nil || zone == "" || zone == "Local" {
		wrong.Add("time_zone", "is not an IANA time zone")
		loc = time.UTC
	}
	h := &Hours{zone: loc, holidays: make(map[string]bool, len(holidays))}
	for i, in := range intervals {
		name := fmt.Sprintf("intervals[%d]", i)
		from, okFrom := minutes(in.From)
		to, okTo := minutes(in.To)
		switch {
		case in.Day < 1 || in.Day > 7:
			wrong.Add(name+".day", "must be 1 (Monday) to 7 (Sunday)")
		case !okFrom || from == 24*60:
			wrong.Add(name+".from", "must be a time of day like 09:00")
		case !okTo || to <= from:
			wrong.Add(name+".to", "must be a time of day after from, at most 24:00")
		default:
			day := in.Day % 7
			h.week[day] = append(h.week[day], span{from, to})
		}
	}
	for i, day := range holidays {
		if _, err := time.Parse(time.DateOnly, day); err != nil {
			wrong.Add(fmt.Sprintf("holidays[%d]", i), "must be a date like 2026-12-25")
		}
		h.holidays[day] = true
	}
	for d := range h.week {
		if !apart(h.week[d]) {
			wrong.Add("intervals", "overlap on "+time.Weekday(d).String())
		}
	}
	return h, wrong.Err()
}

// apart sorts the spans of a day and tells whether none overlaps another.
func apart(day []span) bool {
	slices.SortFunc(day, func(a, b span) int { return cmp.Compare(a.from, b.from) })
	for i := 1; i < len(day); i++ {
		if day[i].from < day[i-1].to {
			return false
		}
	}
	return true
}

// minutes reads "HH:MM" as minutes after midnight.
func minutes(s string) (int, bool) {
	if len(s) != 5 || s[2] != ':' {
		return 0, false
	}
	for _, i := range []int{0, 1, 3, 4} {
		if s[i] < '0' || s[i] > '9' {
			return 0, false
		}
	}
	h, m := int(s[0]-'0')*10+int(s[1]-'0'), int(s[3]-'0')*10+int(s[4]-'0')
	return h*60 + m, m < 60 && h*60+m <= 24*60
}

// Between returns the open time between two moments; 0 when to is not after from.
//
// Each local day is taken by itself and its intervals are turned into moments in the zone, so a day on which the
// clocks change has the length that it had on the wall.
func (h *Hours) Between(from, to events.Time) time.Duration {
	if to <= from {
		return 0
	}
	if h.always {
		return to.Sub(from)
	}
	var open time.Duration
	h.days(from, to, func(a, b events.Time) bool {
		if a, b = max(a, from), min(b, to); a < b {
			open += b.Sub(a)
		}
		return true
	})
	return open
}

// days calls fn with the opening intervals of every local day that touches [from, to], in order, until fn says stop.
func (h *Hours) days(from, to events.Time, fn func(a, b events.Time) bool) {
	year, month, day := from.Std().In(h.zone).Date()
	for ; ; day++ {
		midnight := time.Date(year, month, day, 0, 0, 0, 0, h.zone)
		if events.TimeOf(midnight) > to {
			return
		}
		if h.holidays[midnight.Format(time.DateOnly)] {
			continue
		}
		for _, s := range h.week[time.Date(year, month, day, 12, 0, 0, 0, h.zone).Weekday()] {
			if !fn(h.moment(year, month, day, s.from), h.moment(year, month, day, s.to)) {
				return
			}
		}
	}
}

// moment is a local time of day as a moment. A time that the clocks skip counts as the moment of the jump.
func (h *Hours) moment(year int, month time.Month, day, minute int) events.Time {
	t := time.Date(year, month, day, 0, minute, 0, 0, h.zone)
	if y, m := t.Hour()*60+t.Minute(), minute%(24*60); y != m {
		// The wall clock never showed it: time.Date moved it by the size of the jump. Go back to the jump itself.
		before := time.Date(year, month, day, 0, 0, 0, 0, h.zone)
		_, off0 := before.Zone()
		_, off1 := t.Zone()
		if off1 > off0 {
			lo, hi := before, t
			for hi.Sub(lo) > time.Second {
				mid := lo.Add(hi.Sub(lo) / 2)
				if _, o := mid.Zone(); o == off0 {
					lo = mid
				} else {
					hi = mid
				}
			}
			return events.TimeOf(hi.Truncate(time.Second))
		}
	}
	return events.TimeOf(t)
}

// OpenAt tells whether a moment lies inside business hours.
func (h *Hours) OpenAt(t events.Time) bool {
	if h.always {
		return true
	}
	open := false
	h.days(t, t, func(a, b events.Time) bool {
		open = open || a <= t && t < b
		return !open
	})
	return open
}

// NextOpening returns the first moment at or after t that is open, or 0 when there is none within 60 days.
func (h *Hours) NextOpening(t events.Time) events.Time {
	if h.always {
		return t
	}
	var next events.Time
	h.days(t, t.Add(60*24*time.Hour), func(a, b events.Time) bool {
		if b > t {
			next = max(a, t)
		}
		return next == 0
	})
	return next
}
