package issues

import (
	"fmt"
	"time"

	"heard/tickets/events"
)

// count adds a ticket that came at a moment; nil counts nothing.
func (r *Relapse) count(fixed, at events.Time) {
	switch {
	case r == nil || at < fixed:
	case at < r.At:
		r.Between++
	default:
		r.Since++
	}
}

// tell says how a matter went that came back: the verdict of its fix was judged until that day, and is no news since.
func (v *Issue) tell(zone *time.Location) {
	if v.Status != Regressed {
		v.Relapse = nil
	}
	if v.Relapse == nil {
		return
	}
	r := *v.Relapse
	fixed, back := v.FixedAt.Std().In(zone), r.At.Std().In(zone)
	in := ""
	if v.FixedIn != "" {
		in = " in " + v.FixedIn
	}
	days := dayOf(r.At, zone) - dayOf(v.FixedAt, zone)
	r.Sentence = fmt.Sprintf("Fixed on %s%s, came back on %s: %s in the %s between, %d since then.", fixed.Format("2 January"), in,
		back.Format("2 January"), plural(r.Between, "conversation"), plural(days, "day"), r.Since)
	v.Relapse = &r
	if v.Verdict != nil {
		v.Verdict.Sentence, v.Verdict.Projected = r.Sentence, nil
	}
}
