package issues

import (
	"fmt"
	"math"
)

// sentence says in plain words what a flag's test says in figures.
func sentence(f Flag) string {
	seen := plural(f.Test.Observed, "conversation")
	if f.Word != "" {
		seen += fmt.Sprintf(" with “%s”", f.Word)
	}
	seen += fmt.Sprintf(" %s from %s", inTime(f.Test), plural(f.Customers, "customer"))
	switch f.Kind {
	case KindNew:
		return fmt.Sprintf("New: %s; before there was next to nothing.%s", seen, chance(f.Test.P))
	case KindRising:
		return fmt.Sprintf("Rising for weeks: %s, where about %s would be usual.%s", seen, about(f.Test.Expected), chance(f.Test.P))
	case KindRegressed:
		return fmt.Sprintf("Back after the fix: %s, where about %s would be usual since.%s", seen, about(f.Test.Expected), chance(f.Test.P))
	case KindRecurring:
		return fmt.Sprintf("Comes back week after week: %s.", seen)
	}
	if f.Test.Quiet > 0 {
		return fmt.Sprintf("Back after %d quiet weeks at least: %s, where about %s would be usual since.%s", f.Test.Quiet/7, seen, about(f.Test.Expected), chance(f.Test.P))
	}
	return fmt.Sprintf("Unusually many: %s, where about %s would be usual.%s", seen, about(f.Test.Expected), chance(f.Test.P))
}

func plural(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}

func inTime(t Test) string {
	if t.Hours > 0 {
		return fmt.Sprintf("in the last %d hours", t.Hours)
	}
	n := t.Window
	if n == 1 {
		return "today"
	}
	return fmt.Sprintf("in the last %d days", n)
}

// about rounds an expected count the way people say it.
func about(x float64) string {
	if x < 1 {
		return "none or one"
	}
	return fmt.Sprintf("%.0f", x)
}

// chance puts a p-value as a frequency, to two digits: nobody can tell one in 8,000 from one in 8,431.
func chance(p float64) string {
	switch {
	case p <= 1e-6:
		return " Chance alone would do this less than once in a million nights."
	case p >= 0.5:
		return ""
	}
	n := 1 / p
	step := math.Max(1, math.Pow(10, math.Floor(math.Log10(n))-1))
	return fmt.Sprintf(" Chance alone would do this about once in %s nights.", thousands(int(math.Round(n/step)*step)))
}

func thousands(n int) string {
	if n < 1000 {
		return fmt.Sprint(n)
	}
	return fmt.Sprintf("%s,%03d", thousands(n/1000), n%1000)
}
