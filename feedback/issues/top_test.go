package issues

import (
	"cmp"
	"slices"
	"testing"
	"time"

	"heard/tickets/events"
)

// The Monday of a running week is held against the Mondays before, not against the weekend.
func TestUsualIsOfTheSameDays(t *testing.T) {
	x := &issue{}
	l := &ledger{ofTopic: map[events.ID]*issue{1: x, 2: {}}}
	monday := events.TimeOf(time.Date(2026, 3, 30, 0, 0, 0, 0, time.UTC))
	for i := events.Time(1); i <= weeksUsual; i++ {
		at := monday - i*week
		for range i { // 1, 2, 3 and 4 on the Mondays
			l.members = append(l.members, member{TopicID: 1, At: at.Add(9 * time.Hour)}, member{TopicID: 2, At: at})
		}
		l.members = append(l.members, member{TopicID: 1, At: at.Add(6 * 24 * time.Hour)}) // and one each Sunday
	}
	slices.SortFunc(l.members, func(a, b member) int { return cmp.Compare(a.At, b.At) }) // as a ledger has them
	if got := l.usual(x, monday, monday.Add(24*time.Hour), week); got != 2.5 {
		t.Errorf("a usual Monday has %v, want 2.5", got)
	}
	if got := l.usual(x, monday, monday+week, week); got != 3.5 {
		t.Errorf("a usual week has %v, want 3.5", got)
	}
	// A week with 25 hours on one day counts nothing twice.
	if got := l.usual(x, monday, monday.Add(169*time.Hour), week); got != 3.5 {
		t.Errorf("a usual week has %v when this one is longer, want 3.5", got)
	}
}
