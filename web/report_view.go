package web

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"heard/feedback/rollups"
	"heard/feedback/weekly"
	"heard/tickets/events"
)

// reportPage is a report as its page reads it: the words of weekly.View, drawings, ways to other pages, and what may be
// done here.
type reportPage struct {
	*weekly.View
	Prev, Next, CSV, All, Mail string // paths; "" for none
	PrevName, NextName         string
	Shared                     bool // opened by a link: it leads nowhere else
	Drawn                      []tileDrawn
	Late                       []actionRow // agreed after the report was made
	Acts                       *actionForm // nil: nothing may be done here
	BeforeRows, ComingRows     []actionRow
	Rows                       []figureRow // every figure, on the page of all
	Bars                       []barView
	BarsText                   string
	Empty                      bool
}

// tileDrawn is a leading figure with its drawing.
type tileDrawn struct {
	weekly.TileView
	Spark *sparkView
}

// figureRow is a line of the table of every figure.
type figureRow struct {
	weekly.TileView
	Spark                 *sparkView
	Business, BusinessP90 string
	MoveRange             string
}

// actionRow is an action with what became of it since the report was made.
type actionRow struct {
	weekly.ActionView
	Since string
	Open  bool // it can be done now
}

// actionForm is the form for another action, with what was wrong with the last try.
type actionForm struct {
	Path, Text, Due    string
	Owner              events.ID
	Owners             []ownerChoice
	Wrong, WrongAt     string
	WrongText          bool
	WrongDue, WrongWho bool
}

type ownerChoice struct {
	ID   events.ID
	Name string
}

// barView is a pair of bars, in parts of a hundred.
type barView struct {
	Name, Long    string
	N, M          int
	Top, Height   string
	Top2, Height2 string
	Faint         bool
}

func viewReport(r *rollups.Report, reader weekly.Reader) *reportPage {
	v := &reportPage{View: weekly.Look(r, reader)}
	v.Empty = v.View.Empty
	for _, t := range v.Tiles {
		v.Drawn = append(v.Drawn, tileDrawn{t, spark(t.Figure)})
	}
	for _, a := range v.Before {
		v.BeforeRows = append(v.BeforeRows, actionRow{ActionView: a})
	}
	for _, a := range v.Coming {
		v.ComingRows = append(v.ComingRows, actionRow{ActionView: a})
	}
	return v
}

// between adds the ways to the weeks around, for whoever is signed in.
func (v *reportPage) between(firstWeek, thisWeek string) {
	prev, next := rollups.AddWeeks(v.Week, -1), rollups.AddWeeks(v.Week, 1)
	if prev >= firstWeek {
		v.Prev, v.PrevName = reportPath(prev), shortWeek(prev)
	}
	if next <= thisWeek {
		v.Next, v.NextName = reportPath(next), shortWeek(next)
	}
	v.CSV = "/api/v1/reports/weekly/" + v.Week + "?format=csv"
	v.All, v.Mail = reportPath(v.Week)+"/figures", reportPath(v.Week)+"/mail"
}

// now lays what became of actions since over a report that is still talked about.
func (v *reportPage) now(list []weekly.ReportAction) {
	byID := map[events.ID]*weekly.ReportAction{}
	for i := range list {
		byID[list[i].ID] = &list[i]
	}
	told := map[events.ID]bool{}
	for _, a := range slices.Concat(v.Done, v.Report.Next) {
		told[a.ID] = true
	}
	for _, rows := range [][]actionRow{v.BeforeRows, v.ComingRows} {
		for i := range rows {
			row := &rows[i]
			a := byID[row.ID]
			switch {
			case a == nil || a.State == row.State:
			case a.State == weekly.Done:
				row.Since = "done since"
			case a.State == weekly.Dropped:
				row.Since = "dropped since"
			default:
				row.Since = "open again"
			}
			row.Open = a != nil && a.State == weekly.Open
		}
	}
	for i := range list {
		a := &list[i]
		if told[a.ID] || a.State == weekly.Dropped || a.CreatedAt < v.AsOf && a.State != weekly.Open {
			continue
		}
		v.Late = append(v.Late, actionRow{ActionView: weekly.Agreed(a), Open: a.State == weekly.Open})
	}
}

// everything adds the table of every figure and the days.
func (v *reportPage) everything() {
	for i := range v.Figures {
		f := &v.Figures[i]
		row := figureRow{TileView: v.Tile(f), Spark: spark(f)}
		if f.Business != nil && f.N > 0 {
			row.Business, row.BusinessP90 = rollups.TextOf(f.Unit, f.Business.Median), rollups.TextOf(f.Unit, f.Business.P90)
		}
		if row.Mark != "" || row.Perhaps || strings.HasPrefix(row.Move, "No clear") {
			row.MoveRange = f.Change.IntervalText(f.Unit)
		}
		v.Rows = append(v.Rows, row)
	}
	v.days()
}

func shortWeek(week string) string {
	_, n, _ := strings.Cut(week, "-W")
	return "Week " + strings.TrimPrefix(n, "0")
}

// today is the day until which the report knows, in its zone.
func (v *reportPage) today() string {
	zone, err := time.LoadLocation(v.TimeZone)
	if err != nil {
		zone = time.UTC
	}
	return v.AsOf.Std().In(zone).Format(time.DateOnly)
}

// days draws what came and what was resolved on each day.
func (v *reportPage) days() {
	most, opened, resolved := 1, 0, 0
	for _, d := range v.Report.Days {
		most, opened, resolved = max(most, d.Opened, d.Resolved), opened+d.Opened, resolved+d.Resolved
	}
	names := []string{"Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"}
	today := v.today()
	for i, d := range v.Report.Days[:min(len(names), len(v.Report.Days))] {
		a, b := 100*float64(d.Opened)/float64(most), 100*float64(d.Resolved)/float64(most)
		v.Bars = append(v.Bars, barView{Name: names[i], Long: d.Day, N: d.Opened, M: d.Resolved, Top: at(100 - a), Height: at(a), Top2: at(100 - b),
			Height2: at(b), Faint: v.Provisional && d.Day > today})
	}
	v.BarsText = fmt.Sprintf("%s came in and %s were resolved, for the first time or again.", rollups.Text(rollups.Count, float64(opened)), rollups.Text(rollups.Count, float64(resolved)))
	if opened == 0 && resolved == 0 {
		v.Bars = nil
	}
}

// hoursText writes hours with one decimal below ten.
func hoursText(h rollups.Number) string {
	if h < 10 {
		return strings.TrimSuffix(fmt.Sprintf("%.1f", float64(h)), ".0")
	}
	return fmt.Sprintf("%.0f", float64(h))
}

// byName orders choices as people look for them.
func byName(a, b ownerChoice) int {
	return cmp.Or(strings.Compare(strings.ToLower(a.Name), strings.ToLower(b.Name)), cmp.Compare(a.ID, b.ID))
}
