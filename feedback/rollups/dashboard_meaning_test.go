package rollups_test

import (
	"math"
	"slices"
	"strings"
	"testing"
	"time"

	"heard/feedback/rollups"
	"heard/migrations/dbtest"
	"heard/tickets"
)

// What moved most is said once, above the figures; the table beside it has its numbers.
func TestTheHeadlineIsSaidOnce(t *testing.T) {
	d := newDesk(t, dbtest.SQLite(t), "2026-04-10 12:00")
	for i := range 200 {
		at := local(t, "2026-03-16 09:00").Add(time.Duration(i) * 4 * time.Hour)
		if i >= 84 && at < local(t, "2026-04-10 08:00") { // a second one, from 30 March on
			d.lives(tickets.API, 1, tickets.Step{At: at.Add(time.Minute), Kind: tickets.StepMessage, By: customer, Body: "words"})
		}
		if at < local(t, "2026-04-10 09:00") {
			d.lives(tickets.API, 1, tickets.Step{At: at, Kind: tickets.StepMessage, By: customer, Body: "words"})
		}
	}
	d.run()
	page, err := d.Dashboard(t.Context(), rollups.Overview, rollups.DashboardQuery{From: "2026-03-30", To: "2026-04-05"})
	d.must(err)
	changed := page.Panels[0]
	if page.Headline == nil || changed.ID != "changed" || len(changed.Rows) == 0 {
		t.Fatalf("headline %+v, panel %+v", page.Headline, changed)
	}
	columns, rows := changed.Sheet()
	if len(columns) != 10 || len(rows) != len(changed.Rows) {
		t.Fatalf("the file of what changed has %d columns and %d rows", len(columns), len(rows))
	}
	for i, row := range rows {
		for at, c := range columns { // words on the page, numbers in a file
			switch v := row[at].(type) {
			case *rollups.Number, int:
			case string:
				if c.Role != "x" && c.Role != "group" {
					t.Errorf("row %d, %s is the text %q", i, c.Key, v)
				}
			case bool:
				if c.Key != "ratio" {
					t.Errorf("row %d, %s is %v", i, c.Key, v)
				}
			default:
				t.Errorf("row %d, %s is a %T", i, c.Key, v)
			}
		}
	}
	if changed.Title == page.Headline.Text || !strings.Contains(changed.Title, "clear change") || changed.Rows[0].Cells[0] == page.Headline.Text {
		t.Errorf("%q is said again: %q, %v", page.Headline.Text, changed.Title, changed.Rows[0].Cells)
	}
	// Nobody answers here, so that the backlog grows by the day: what it is held against must be what the change says.
	stock := tile(t, page, rollups.Backlog)
	if stock.Before == nil || stock.Change.Relative == nil {
		t.Fatalf("the backlog's change: %+v", stock)
	}
	if was, is := float64(*stock.Before), float64(*stock.Value); math.Abs(is/was-1-float64(*stock.Change.Relative)) > 1e-6 {
		t.Errorf("the backlog is %v, before %v, and changed by %v of that", is, was, *stock.Change.Relative)
	}
}

// A program that reads a page finds a list where lists are, also on a desk that has no tickets yet.
func TestAnEmptyDesksPagesHaveLists(t *testing.T) {
	d := newDesk(t, dbtest.SQLite(t), "2026-04-10 12:00")
	for _, name := range rollups.Pages() {
		page, err := d.Dashboard(t.Context(), name, rollups.DashboardQuery{})
		d.must(err)
		for _, p := range page.Panels {
			if p.Rows == nil || p.Columns == nil {
				t.Errorf("%s: the panel %s has no list of rows or columns", name, p.ID)
			}
			if len(p.Rows) == 0 && p.Empty == "" {
				t.Errorf("%s: the panel %s is empty and does not say why", name, p.ID)
			}
		}
	}
}

// A column in which nothing is known is a note, and what the others mean is told.
func TestWhatIsNotKnownHasNoColumn(t *testing.T) {
	d := newDesk(t, dbtest.SQLite(t), "2026-04-01 12:00")
	aWeek(d)
	d.run()
	page, err := d.Dashboard(t.Context(), rollups.TeamPage, rollups.DashboardQuery{From: "2026-03-16", To: "2026-03-22"})
	d.must(err)
	i := slices.IndexFunc(page.Panels, func(p rollups.Panel) bool { return p.ID == "agents" })
	if i < 0 || len(page.Panels[i].Rows) == 0 {
		t.Fatalf("no agents: %+v", page.Panels)
	}
	p := page.Panels[i]
	for _, c := range p.Columns {
		if c.Key == string(rollups.Occupancy) || c.Key == string(rollups.Ownership) {
			t.Errorf("the column %s is empty and stands there", c.Key)
		}
		if c.Role == "y" && p.Definitions[c.Key] == "" {
			t.Errorf("nothing says what %s means", c.Key)
		}
	}
	for _, r := range p.Rows {
		if len(r.Cells) != len(p.Columns) {
			t.Errorf("a row has %d cells, want %d", len(r.Cells), len(p.Columns))
		}
	}
	if !strings.HasSuffix(p.Note, ": ownership time, time online, occupancy.") {
		t.Errorf("the note says %q", p.Note)
	}
}
