package web

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"testing"

	"heard/feedback/rollups"
	"heard/migrations"
	"heard/migrations/dbtest"
	"heard/tickets"

	"github.com/xuri/excelize/v2"
)

const (
	overview = "/api/v1/reports/dashboards/overview?from=2026-03-02&to=2026-03-08"
	livePath = "/api/v1/reports/dashboards/live"
)

func tileOf(page *rollups.Dashboard, key rollups.Key) rollups.Tile {
	i := slices.IndexFunc(page.Tiles, func(t rollups.Tile) bool { return t.Figure == key })
	if i < 0 {
		return rollups.Tile{N: -1}
	}
	return page.Tiles[i]
}

func TestDashboardIsAboutWhatItsCallerMaySee(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *migrations.DB) {
		d := newDesk(t, db)
		d.worked(tickets.RoleAgent)
		d.worked(tickets.RoleAdmin)
		for _, tt := range []struct {
			role tickets.Role
			more string
			want int
		}{
			{tickets.RoleManager, "", 2},
			{tickets.RoleManager, "&channel=email", 0},
			{tickets.RoleManager, "&agent=" + d.agents[tickets.RoleAgent].ID.String(), 1},
			{tickets.RoleAgent, "", 1},
			{tickets.RoleAgent, "&agent=" + d.agents[tickets.RoleAgent].ID.String(), 1},
		} {
			var page rollups.Dashboard
			d.as(tt.role, "GET", overview+tt.more, "").must(t, 200, &page)
			if got := tileOf(&page, rollups.FirstResponse).N; got != tt.want {
				t.Errorf("%s%s: %d first responses, want %d", tt.role, tt.more, got, tt.want)
			}
		}
		d.kinds()
		page := "/api/v1/reports/dashboards/"
		days := "?from=2026-03-02&to=2026-03-08"
		d.tell([]step{
			{name: "another's figures", role: tickets.RoleAgent, method: "GET", path: overview + "&agent=" + d.agents[tickets.RoleAdmin].ID.String(), status: 404},
			{name: "another's figures as a file", role: tickets.RoleAgent, method: "GET", path: overview + "&format=csv&agent=" + d.agents[tickets.RoleAdmin].ID.String(), status: 404},
			{name: "everybody's names", role: tickets.RoleAgent, method: "GET", path: page + "team" + days, status: 403},
			{name: "everybody's names as a file", role: tickets.RoleAgent, method: "GET", path: page + "team" + days + "&format=xlsx", status: 403},
			{name: "an unknown page", method: "GET", path: page + "luck" + days, status: 404},
			{name: "an unknown parameter", method: "GET", path: overview + "&color=red", status: 422},
			{name: "an unknown comparison", method: "GET", path: overview + "&compare=decade", status: 422, fragment: `"field":"compare"`},
			{name: "an odd day", method: "GET", path: page + "overview?from=yesterday&to=2026-03-08", status: 422, fragment: `"field":"from"`},
			{name: "half a range", method: "GET", path: page + "overview?from=2026-03-02", status: 422, fragment: `"field":"to"`},
			{name: "the wrong way round", method: "GET", path: page + "overview?from=2026-03-08&to=2026-03-02", status: 422, fragment: `"field":"to"`},
			{name: "an odd team", method: "GET", path: overview + "&team=blue", status: 422, fragment: `"field":"team"`},
			{name: "an odd touchpoint", method: "GET", path: overview + "&touchpoint=moon", status: 422, fragment: `"field":"touchpoint"`},
			{name: "an unknown panel", method: "GET", path: overview + "&format=csv&panel=luck", status: 422, fragment: `"field":"panel"`},
			{name: "a panel without a file", method: "GET", path: overview + "&panel=tiles", status: 422, fragment: `"field":"panel"`},
			{name: "live over days", method: "GET", path: livePath + days, status: 422, fragment: `"field":"from"`},
			{name: "live of an inbox", method: "GET", path: livePath + "?inbox=1", status: 422, fragment: `"field":"inbox"`},
			{name: "an unknown tag", role: tickets.RoleManager, method: "GET", path: "/api/v1/reports/dashboards/speed?tag=none", status: 422, fragment: `"field":"tag"`},
			{name: "an unknown topic", role: tickets.RoleManager, method: "GET", path: "/api/v1/reports/dashboards/speed?topic=99999", status: 422, fragment: `"field":"topic"`},
			{name: "an unknown inbox", role: tickets.RoleManager, method: "GET", path: "/api/v1/reports/dashboards/speed?inbox=999", status: 422, fragment: `"field":"inbox"`},
			{name: "an unknown team", role: tickets.RoleManager, method: "GET", path: "/api/v1/reports/dashboards/speed?team=999", status: 422, fragment: `"field":"team"`},
			{name: "a stranger's list", method: "GET", path: "/api/v1/tickets?channel=chat", status: 422, fragment: `"field":"channel"`},
			{name: "an unknown standing", method: "GET", path: "/api/v1/tickets?live=lost", status: 422, fragment: `"field":"live"`},
		})
	})
}

func TestDashboardFilesSayWhatTheAnswerSays(t *testing.T) {
	d := newDesk(t, dbtest.SQLite(t))
	d.worked(tickets.RoleAgent)
	var page rollups.Dashboard
	d.as(tickets.RoleManager, "GET", overview, "").must(t, 200, &page)
	file := d.as(tickets.RoleManager, "GET", overview+"&format=csv&panel=tiles", "")
	rows, err := csv.NewReader(strings.NewReader(file.body)).ReadAll()
	if err != nil || len(rows) != len(page.Tiles)+1 || file.header.Get("Cache-Control") != "no-store" {
		t.Fatalf("csv: %v, %d rows, %v", err, len(rows), file.header)
	}
	all := d.as(tickets.RoleManager, "GET", overview+"&format=csv", "")
	if !strings.HasPrefix(all.body, "Figures\r\nfigure,label,") || !strings.Contains(all.header.Get("Content-Disposition"), `filename="heard-overview-2026-03-02-`) {
		t.Errorf("all tables: %q, %v", all.body, all.header)
	}
	got := d.as(tickets.RoleManager, "GET", overview+"&format=xlsx", "")
	book, err := excelize.OpenReader(strings.NewReader(got.body))
	if err != nil {
		t.Fatal(err)
	}
	defer book.Close()
	cells, err := book.GetRows(tilesSheet, excelize.Options{RawCellValue: true})
	if err != nil || len(cells) != len(rows) {
		t.Fatalf("workbook: %v, %d rows, want %d", err, len(cells), len(rows))
	}
	for i, tile := range page.Tiles {
		value := ""
		if tile.Value != nil {
			text, _ := tile.Value.MarshalJSON()
			value = string(text)
		}
		if rows[i+1][0] != string(tile.Figure) || rows[i+1][3] != value || rows[i+1][6] != fmt.Sprint(tile.N) {
			t.Errorf("csv line %v, want %s %s of %d", rows[i+1], tile.Figure, value, tile.N)
		}
		if cells[i+1][0] != string(tile.Figure) || cells[i+1][3] != value || cells[i+1][6] != fmt.Sprint(tile.N) {
			t.Errorf("workbook line %v, want %s %s of %d", cells[i+1], tile.Figure, value, tile.N)
		}
	}
}

// The figure stays with whom it is credited to; what the customer wrote is for who may read the ticket as it stands.
func TestCommentsGoWithTheirTicket(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *migrations.DB) {
		d, _, token := surveyedOn(t, db)
		if got := d.submit(token, url.Values{"score": {"2"}, "comment": {"It took far too long"}}); got.status != 303 {
			t.Fatalf("answer = %d %s", got.status, got.body)
		}
		d.as(tickets.RoleAdmin, "POST", "/api/v1/teams", `{"name":"Elsewhere"}`).must(t, 201, nil)
		for _, role := range []tickets.Role{tickets.RoleAgent, tickets.RoleLead} {
			d.as(tickets.RoleAdmin, "PATCH", "/api/v1/agents/"+d.agents[role].ID.String(), `{"all_teams":false,"teams":["1"]}`).must(t, 200, nil)
		}
		if _, err := d.log.CatchUp(t.Context(), d.server.rollups.Consumer()); err != nil {
			t.Fatal(err)
		}
		told := func(role tickets.Role) [3]bool {
			t.Helper()
			path := "/api/v1/reports/dashboards/satisfaction?from=2026-03-02&to=2026-03-08"
			var page rollups.Dashboard
			d.as(role, "GET", path, "").must(t, 200, &page)
			if n := tileOf(&page, rollups.CSAT).N; n != 1 {
				t.Errorf("%s: %d answers, want 1", role, n)
			}
			i := slices.IndexFunc(page.Panels, func(p rollups.Panel) bool { return p.ID == "comments" })
			file := d.as(role, "GET", path+"&format=csv&panel=comments", "")
			book, err := excelize.OpenReader(strings.NewReader(d.as(role, "GET", path+"&format=xlsx", "").body))
			if err != nil || i < 0 {
				t.Fatalf("%s: panel %d, %v", role, i, err)
			}
			defer book.Close()
			rows, err := book.GetRows("comments")
			if err != nil {
				t.Fatal(err)
			}
			return [3]bool{len(page.Panels[i].Rows) == 1, strings.Contains(file.body, "far too long"), strings.Contains(fmt.Sprint(rows), "far too long")}
		}
		all, none := [3]bool{true, true, true}, [3]bool{}
		for _, role := range []tickets.Role{tickets.RoleAgent, tickets.RoleLead, tickets.RoleManager} {
			if got := told(role); got != all {
				t.Errorf("%s: JSON, CSV and XLSX tell the comment: %v, want all", role, got)
			}
		}
		d.as(tickets.RoleManager, "POST", "/api/v1/tickets/1/assign", `{"team":"2"}`).must(t, 200, nil)
		if _, err := d.log.CatchUp(t.Context(), d.server.rollups.Consumer()); err != nil {
			t.Fatal(err)
		}
		for role, want := range map[tickets.Role][3]bool{tickets.RoleAgent: none, tickets.RoleLead: none, tickets.RoleManager: all} {
			if got := told(role); got != want {
				t.Errorf("after the ticket left the team, %s: JSON, CSV and XLSX tell the comment: %v, want %v", role, got, want)
			}
		}
	})
}

// What people write is text in a file, whatever it looks like.
func TestDashboardFilesHoldNoFormulas(t *testing.T) {
	half := rollups.Number(.5)
	evil := []string{`=HYPERLINK("http://evil.example","x")`, "+1+1", "-2", "@SUM(A1)", "\t=1", "plain"}
	page := &rollups.Dashboard{Page: rollups.Overview, TimeZone: "Europe/Berlin", AsOf: 1_772_000_000_000, Panels: []rollups.Panel{
		{ID: "a/very[long]name: that?no*workbook'would take", Title: "=1", Columns: []rollups.Column{{Key: "w", Label: "=Words", Role: "x"}, {Key: "s", Label: "Share", Unit: rollups.Share, Role: "y"}}},
		{ID: "A-very-long-name- that-no-workbook-would", Title: "twin"},
	}}
	for _, text := range evil {
		page.Panels[0].Rows = append(page.Panels[0].Rows, rollups.Row{Cells: []any{text, &half}})
	}
	var b bytes.Buffer
	if err := writeDashboardCSV(&b, page, page.Panels[0].ID); err != nil {
		t.Fatal(err)
	}
	rows, err := csv.NewReader(&b).ReadAll()
	if err != nil || rows[0][0] != "'=Words" || rows[0][1] != "Share (share)" {
		t.Fatalf("head = %q, %v", rows, err)
	}
	for i, text := range evil {
		want := "'" + text
		if text == "plain" {
			want = text
		}
		if rows[i+1][0] != want || rows[i+1][1] != "0.5" {
			t.Errorf("csv: %q, want %q", rows[i+1], want)
		}
	}
	b.Reset()
	if err := writeDashboardXLSX(&b, page); err != nil {
		t.Fatal(err)
	}
	book, err := excelize.OpenReader(&b)
	if err != nil {
		t.Fatal(err)
	}
	defer book.Close()
	names := book.GetSheetList()
	if len(names) != 3 || len([]rune(names[1])) > 31 || strings.EqualFold(names[1], names[2]) {
		t.Fatalf("sheets = %q", names)
	}
	for i, text := range evil {
		at := fmt.Sprintf("A%d", i+2)
		formula, _ := book.GetCellFormula(names[1], at)
		got, _ := book.GetCellValue(names[1], at)
		if formula != "" || got != text {
			t.Errorf("%s holds %q, formula %q, want the text %q", at, got, formula, text)
		}
	}
}

func TestLivePageCountsWhatItsLinksOpen(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *migrations.DB) {
		d := newDesk(t, db)
		d.open("Where is it?")
		id := d.open("And mine?")
		d.as(tickets.RoleAgent, "POST", "/api/v1/tickets/"+id+"/assign", `{"agent":"`+d.agents[tickets.RoleAgent].ID.String()+`"}`).must(t, 200, nil)
		d.worked(tickets.RoleAdmin)
		d.as(tickets.RoleAgent, "PUT", "/api/v1/me/availability", `{"state":"online"}`).must(t, 200, nil)
		var page rollups.Dashboard
		d.as(tickets.RoleManager, "GET", livePath, "").must(t, 200, &page)
		for key, want := range map[rollups.Key]int{"live_waiting": 2, "live_open": 2, "live_queued": 1, "live_offered": 0, "live_online": 1} {
			tile := tileOf(&page, key)
			if tile.N != want {
				t.Errorf("%s = %d, want %d", key, tile.N, want)
			}
			if tile.Href == "" {
				continue
			}
			var list struct{ Items []struct{ ID string } }
			d.as(tickets.RoleManager, "GET", "/api/v1"+tile.Href, "").must(t, 200, &list)
			if len(list.Items) != want {
				t.Errorf("%s opens %d tickets, want %d", tile.Href, len(list.Items), want)
			}
		}
		if longest := tileOf(&page, "live_longest"); longest.Value == nil || *longest.Value != 1800 {
			t.Errorf("longest wait = %v", longest.Value)
		}
		for _, panel := range page.Panels {
			for _, row := range panel.Rows {
				if len(row.Cells) != len(panel.Columns) {
					t.Errorf("panel %s: a row of %d cells under %d columns", panel.ID, len(row.Cells), len(panel.Columns))
				}
			}
		}
	})
}

// A figure opens what it counts, whoever asks, and says how many of it are not there to see.
func TestFiguresOpenWhatTheyCount(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *migrations.DB) {
		d := newDesk(t, db)
		d.worked(tickets.RoleAgent)
		d.worked(tickets.RoleAdmin)
		d.open("Where is mine?")
		if _, err := d.log.CatchUp(t.Context(), d.server.rollups.Consumer()); err != nil {
			t.Fatal(err)
		}
		type behind struct {
			Items  []struct{ ID string }
			Behind *wireBehind
		}
		for _, role := range []tickets.Role{tickets.RoleManager, tickets.RoleAgent} {
			var page rollups.Dashboard
			d.as(role, "GET", overview, "").must(t, 200, &page)
			opened := 0
			for _, tile := range page.Tiles {
				if tile.Href == "" {
					continue
				}
				var list behind
				d.as(role, "GET", "/api/v1"+tile.Href, "").must(t, 200, &list)
				want := tile.N
				if list.Behind == nil {
					t.Fatalf("%s: %s says nothing of what it counts", role, tile.Figure)
				}
				if tile.Hits != nil {
					want = *tile.Hits
					if share := list.Behind.Share; share == nil || *share != (wireSplit{Hits: want, All: tile.N, Shown: "1"}) {
						t.Errorf("%s: %s is %d of %d, and its list says %+v", role, tile.Figure, want, tile.N, share)
					}
				}
				if list.Behind.Counted != want || len(list.Items)+list.Behind.Hidden != list.Behind.Tickets {
					t.Errorf("%s: %s says %d and opens %d tickets: %+v", role, tile.Figure, want, len(list.Items), list.Behind)
				}
				opened += len(list.Items)
			}
			if opened == 0 {
				t.Errorf("%s: no tile opens anything: %+v", role, page.Tiles)
			}
		}
		list := "/api/v1/tickets?figure=first_response&from=2026-03-02&to=2026-03-08"
		for more, want := range map[string]int{"": 2, "&bucket=1": 2, "&bucket=0": 0, "&channel=email": 0,
			"&team=" + d.server.defaultTeam(t): 2, "&agent=" + d.agents[tickets.RoleAdmin].ID.String(): 1} {
			var got behind
			d.as(tickets.RoleManager, "GET", list+more, "").must(t, 200, &got)
			if len(got.Items) != want || got.Behind == nil || got.Behind.Counted != want {
				t.Errorf("%s: %d tickets, %+v, want %d", more, len(got.Items), got.Behind, want)
			}
		}
		d.kinds()
		d.tell([]step{
			{name: "without days", method: "GET", path: "/api/v1/tickets?figure=volume", status: 422, fragment: `"field":"from"`},
			{name: "days alone", method: "GET", path: "/api/v1/tickets?from=2026-03-02&to=2026-03-08", status: 422, fragment: `"field":"from"`},
			{name: "a week and days", method: "GET", path: list + "&week=" + thisWeek, status: 422, fragment: `"field":"week"`},
			{name: "with ids", method: "GET", path: list + "&ids=1", status: 422, fragment: `"field":"figure"`},
			{name: "an odd hit", method: "GET", path: list + "&hit=2", status: 422, fragment: `"field":"hit"`},
			{name: "time spent", method: "GET", path: "/api/v1/tickets?figure=online&from=2026-03-02&to=2026-03-08", status: 422, fragment: `"field":"figure"`},
			{name: "another's", role: tickets.RoleAgent, method: "GET", path: list + "&agent=" + d.agents[tickets.RoleAdmin].ID.String(), status: 404},
		})
	})
}

// defaultTeam is the team that tickets go to.
func (s *Server) defaultTeam(t *testing.T) string {
	snap, err := s.people.Directory().Snapshot(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return snap.DefaultTeam.String()
}
