package rollups

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"
)

// Text writes a value the way people read it: 1,204, 84.2 %, 2 h 5 min.
func Text(u Unit, v float64) string {
	switch u {
	case Seconds:
		return durationText(v)
	case Share:
		return strings.Replace(strconv.FormatFloat(100*v, 'f', 1, 64), "100.0", "100", 1) + " %"
	}
	if v == math.Trunc(v) {
		return grouped(int64(v))
	}
	return decimal(v, 1)
}

// TextOf is Text for a value that may be absent.
func TextOf(u Unit, v *Number) string {
	if v == nil {
		return "–"
	}
	return Text(u, float64(*v))
}

// RangeText writes an interval with its unit said once where that reads well.
func RangeText(u Unit, r *Range) string {
	if r == nil {
		return ""
	}
	low, high := "…", "…"
	if r.Low != nil {
		low = Text(u, float64(*r.Low))
	}
	if r.High != nil {
		high = Text(u, float64(*r.High))
	}
	if value, unit, ok := strings.Cut(low, " "); ok && !strings.Contains(unit, " ") && strings.HasSuffix(high, " "+unit) && strings.Count(high, " ") == 1 {
		low = value // the unit is said once
	}
	return low + " – " + high
}

func durationText(s float64) string {
	sign := ""
	if s < 0 {
		sign, s = "−", -s
	}
	switch {
	case s < 59.5:
		return sign + strconv.Itoa(int(math.Round(s))) + " s"
	case s < 3570:
		return sign + decimalUnder(s/60, 10) + " min"
	case s < 48*3600:
		minutes := int(math.Round(s / 60))
		if minutes%60 == 0 {
			return fmt.Sprintf("%s%d h", sign, minutes/60)
		}
		return fmt.Sprintf("%s%d h %d min", sign, minutes/60, minutes%60)
	}
	return sign + decimalUnder(s/86400, 10) + " days"
}

// decimalUnder writes one decimal below a bound, none above.
func decimalUnder(v, bound float64) string {
	if v < bound {
		return decimal(v, 1)
	}
	return decimal(v, 0)
}

// decimal rounds to some decimals and drops a zero at the end.
func decimal(v float64, places int) string {
	text := strconv.FormatFloat(v, 'f', places, 64)
	if strings.Contains(text, ".") {
		text = strings.TrimRight(strings.TrimRight(text, "0"), ".")
	}
	if text == "-0" {
		text = "0"
	}
	return strings.Replace(text, "-", "−", 1)
}

func grouped(n int64) string {
	text := strconv.FormatInt(n, 10)
	digits := strings.TrimPrefix(text, "-")
	for i := len(digits) - 3; i > 0; i -= 3 {
		digits = digits[:i] + "," + digits[i:]
	}
	if n < 0 {
		return "−" + digits
	}
	return digits
}

// ChangeText writes a change: +12 %, −8.1 points, +4 min. It is empty when nothing may be said.
func (c Change) ChangeText(u Unit) string {
	if c.Value == nil {
		return ""
	}
	v := float64(*c.Value)
	switch {
	case c.Ratio:
		return signed(100*(v-1), decimal(100*(v-1), 0)+" %")
	case u == Share:
		return signed(v, decimal(100*v, 1)+" points")
	case u == Count:
		return signed(v, Text(u, math.Round(v)))
	}
	return signed(v, Text(u, v))
}

// IntervalText writes the interval of a change in the same units.
func (c Change) IntervalText(u Unit) string {
	if c.Interval == nil {
		return ""
	}
	part := func(n *Number) string {
		if n == nil {
			return "…"
		}
		return Change{Value: n, Ratio: c.Ratio}.ChangeText(u)
	}
	return part(c.Interval.Low) + " to " + part(c.Interval.High)
}

func signed(v float64, text string) string {
	if v > 0 && !strings.HasPrefix(text, "0 ") {
		return "+" + text
	}
	return text
}

// UsualText writes what a usual week has: counts without decimals.
func UsualText(f *Figure) string {
	if f.BeforeMean == nil {
		return "–"
	}
	return Text(f.Unit, rounded(f.Unit, float64(*f.BeforeMean)))
}

// CountText writes a mean count: one decimal below ten.
func CountText(n float64) string { return decimalUnder(n, 10) }

// DatesText writes the days of a report: 9–15 November 2026.
func DatesText(r *Report) string {
	if len(r.Days) == 0 {
		return r.Week
	}
	first, err := time.Parse(time.DateOnly, r.Days[0].Day)
	last, err2 := time.Parse(time.DateOnly, r.Days[len(r.Days)-1].Day)
	switch {
	case err != nil || err2 != nil:
		return r.Week
	case first.Year() != last.Year():
		return first.Format("2 January 2006") + " – " + last.Format("2 January 2006")
	case first.Month() != last.Month():
		return first.Format("2 January") + " – " + last.Format("2 January 2006")
	}
	return first.Format("2") + "–" + last.Format("2 January 2006")
}

// TicketsText names the tickets behind a figure, without their number: reopened tickets.
func TicketsText(key Key, n int) string {
	s, ok := specOf(key)
	if !ok {
		return "tickets"
	}
	if n == 1 {
		return strings.NewReplacer("tickets", "ticket", "chats", "chat", "that were", "that was").Replace(s.what)
	}
	return s.what
}
