package weekly

import (
	"fmt"
	"strings"

	"heard/feedback/rollups"
)

// short is what a figure means, in a few words; the whole definition stands beside every figure's page.
func short(f *rollups.Figure) string {
	switch f.Key {
	case rollups.CSAT:
		return "4 and 5 of 5 (9 and 10 of 10), of all answers"
	case rollups.NPS:
		return "share of 9–10 minus share of 0–6"
	case rollups.CES:
		return "mean of 1 to 7; 7 is easiest"
	case rollups.FirstContact:
		return "one owner, no reopen, no return in 7 days; the week before"
	case rollups.FirstResponse:
		return "first message to first human answer"
	case rollups.FirstResolution:
		return "opening to first resolve"
	case rollups.Volume:
		return "opened, without spam and duplicates"
	case rollups.Backlog:
		return "neither resolved nor closed at the end"
	}
	return f.Definition
}

// foot is what must be known to read the numbers.
func (v *View) foot(l limits) {
	v.Method = fmt.Sprintf("Medians, in calendar time. Ranges are %.0f\u00a0%% intervals; n is the sample. Arrows mark changes that hold for all figures "+
		"together; “perhaps” holds alone. Where something shows is a place to look, not its cause.", 100*float64(v.Confidence))
	v.Sample = v.sample(l)
	v.standing(l)
}

// sample says what was counted, what was left out, and who was asked.
func (v *View) sample(l limits) string {
	var said []string
	switch {
	case v.Excluded == 1:
		said = append(said, "Left out: 1 ticket (spam or duplicate).")
	case v.Excluded > 1:
		said = append(said, fmt.Sprintf("Left out: %s tickets (spam, duplicates).", rollups.Text(rollups.Count, float64(v.Excluded))))
	}
	asked, all := 0, 0
	var not []string
	for _, d := range v.Decisions {
		all += d.N
		if d.Asked {
			asked += d.N
		} else if len(not) < l.reasons {
			not = append(not, fmt.Sprintf("%s %s", strings.ReplaceAll(d.Reason, "_", " "), rollups.Text(rollups.Count, float64(d.N))))
		}
	}
	if all > 0 {
		text := fmt.Sprintf("Surveys: asked after %s of %s resolves", rollups.Text(rollups.Count, float64(asked)), rollups.Text(rollups.Count, float64(all)))
		if len(not) > 0 {
			text += "; not asked: " + strings.Join(not, ", ")
		}
		said = append(said, text+".")
	} else if !v.Surveyed {
		said = append(said, "This desk sends no surveys.")
	}
	return strings.Join(append(said, v.Notes...), " ")
}

// standing says how final the report is, and what was told before.
func (v *View) standing(l limits) {
	r := v.Report
	switch n := len(r.Revisions); {
	case r.Provisional:
		v.Standing = "Live, as of " + moment(r, r.AsOf) + "."
	case n == 0:
		v.Standing = "Not final yet."
	default:
		v.Standing = "Final since " + moment(r, r.Revisions[n-1].MadeAt) + "."
		if n == 1 {
			return
		}
		if l.tellings == 0 {
			v.Tellings = []string{fmt.Sprintf("Revision %d.", r.Revisions[n-1].Revision)}
			return
		}
		for _, rev := range r.Revisions[max(1, n-l.tellings):] {
			v.Tellings = append(v.Tellings, fmt.Sprintf("Revision %d: %s.", rev.Revision, cut(rev.Reason, 2*l.text)))
		}
	}
}
