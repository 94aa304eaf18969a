package weekly

import (
	"fmt"
	"time"

	"heard/feedback/rollups"
)

// ActionView is what was agreed.
type ActionView struct {
	rollups.Action
	Said, Who, By, Status, Tone string
}

func (v *View) actions(list []rollups.Action, l limits) (out []ActionView, more int) {
	for i, a := range list {
		if i == l.acts {
			return out, len(list) - i
		}
		x := ActionView{Action: a, Said: cut(a.Text, l.text), Who: cut(a.Owner, l.name/2), By: dueText(a.Due), Status: "Open", Tone: "flat"}
		if !v.Reader.Names {
			x.Who, x.Owner = "", ""
		}
		switch {
		case a.State == Done:
			x.Status, x.Tone = "Done", "good"
		case a.Due != "" && a.Due <= v.lastDay():
			x.Status, x.Tone = "Overdue", "bad"
		}
		out = append(out, x)
	}
	return out, 0
}

// ActsMore says how many actions there is no room for; "" when all are told.
func (v *View) ActsMore() string { return andMore(v.MoreBefore + v.MoreComing) }

// andMore says that some are not told.
func andMore(n int) string {
	if n <= 0 {
		return ""
	}
	return fmt.Sprintf("and %d more", n)
}

// Agreed is an action as it stands now.
func Agreed(a *ReportAction) ActionView {
	x := ActionView{Action: rollups.Action{ID: a.ID, Text: a.Text, OwnerID: a.Owner, Owner: a.OwnerName, Due: a.Due, State: a.State, Issue: a.Issue, WeekMade: a.WeekMade},
		Said: a.Text, Who: a.OwnerName, By: dueText(a.Due), Status: Sentence(a.State), Tone: "flat"}
	if a.State == Done {
		x.Tone = "good"
	}
	return x
}

// dueText writes a day; "" for none.
func dueText(due string) string {
	day, err := time.Parse(time.DateOnly, due)
	if err != nil {
		return ""
	}
	return day.Format("2 January")
}

// lastDay is the last day that the report knows to its end.
func (v *View) lastDay() string {
	return (v.AsOf - 1).Std().In(zoneOf(v.Report)).AddDate(0, 0, map[bool]int{true: -1}[v.Provisional]).Format(time.DateOnly)
}
