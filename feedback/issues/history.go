package issues

import "slices"

// quietDays without a flag end an episode.
const quietDays = 7

// History is the days on which each topic was flagged, ascending, on the table's day count. It is plain
// data: a store may keep it as rows and build it anew.
type History map[int64][]int

// Record notes a night's flags and returns those that open an episode: the first of their topic, or the
// first after seven quiet days. The others go on with the one that is open; a card as a whole opens none while one of
// its topics has one. Recurring topics have no episodes: they are ranked, not announced.
func (h History) Record(flags []Flag) (opened []Flag) {
	for _, f := range flags {
		if f.Kind == KindRecurring {
			continue
		}
		if !slices.ContainsFunc(f.on(), func(topic int64) bool { return h.Open(topic, f.Day) }) {
			opened = append(opened, f)
		}
		for _, topic := range f.on() {
			if days := h[topic]; !slices.Contains(days, f.Day) {
				h[topic] = append(days, f.Day)
			}
		}
	}
	return opened
}

// Open says whether a topic has an episode that is not yet quiet.
func (h History) Open(topic int64, day int) bool {
	days := h[topic]
	return len(days) > 0 && day-days[len(days)-1] <= quietDays
}

// Redirect gives the heir of an ended topic its flagged days.
func (h History) Redirect(r Redirect) {
	if days := h[r.From]; len(days) > 0 {
		all := append(slices.Clone(h[r.Into]), days...)
		slices.Sort(all)
		h[r.Into] = slices.Compact(all)
		delete(h, r.From)
	}
}

// since is the history as a table sees it whose first day is first.
func (h History) since(first int) History {
	out := make(History, len(h))
	for topic, flagged := range h {
		out[topic] = slices.Clone(flagged)
	}
	out.Shift(first)
	return out
}

// Shift moves the day count when the table's first day moves on by days, and forgets what left it.
func (h History) Shift(days int) {
	for topic, flagged := range h {
		kept := flagged[:0:0]
		for _, d := range flagged {
			if d >= days {
				kept = append(kept, d-days)
			}
		}
		if h[topic] = kept; len(kept) == 0 {
			delete(h, topic)
		}
	}
}

func (h History) flagged(topic int64) map[int]bool {
	set := make(map[int]bool, len(h[topic]))
	for _, d := range h[topic] {
		set[d] = true
	}
	return set
}
