package web

import (
	"encoding/csv"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"heard/feedback/rollups"
	"heard/migrations"
	"heard/migrations/dbtest"
	"heard/tickets"
	"heard/tickets/events"

	"github.com/google/uuid"
)

const thisWeek = "2026-W10" // of the tests' clock

// worked makes a ticket that an agent answers after ten minutes and resolves after thirty.
func (d *testDesk) worked(by tickets.Role) string {
	d.t.Helper()
	id := d.open("Where is it?")
	d.clock.Advance(10 * time.Minute)
	d.as(by, "POST", "/api/v1/tickets/"+id+"/messages", `{"client_id":"`+uuid.NewString()+`","body":"Here"}`).must(d.t, 201, nil)
	d.clock.Advance(20 * time.Minute)
	d.as(by, "POST", "/api/v1/tickets/"+id+"/resolve", "").must(d.t, 200, nil)
	if _, err := d.log.CatchUp(d.t.Context(), d.server.rollups.Consumer()); err != nil {
		d.t.Fatal(err)
	}
	return id
}

func TestReports(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *migrations.DB) {
		d := newDesk(t, db)
		agents, admins := d.worked(tickets.RoleAgent), d.worked(tickets.RoleAdmin)

		var rep rollups.Report
		d.as(tickets.RoleManager, "GET", "/api/v1/reports/weekly/"+thisWeek, "").must(t, 200, &rep)
		f := rep.Figure(rollups.FirstResponse)
		if !rep.Provisional || f == nil || f.N != 2 || f.Value == nil || *f.Value != 600 || rep.Figure(rollups.Volume).N != 2 {
			t.Errorf("report: provisional %v, first response %+v", rep.Provisional, f)
		}
		var list struct{ Items []rollups.Listed }
		d.as(tickets.RoleManager, "GET", "/api/v1/reports/weekly", "").must(t, 200, &list)
		if len(list.Items) != 1 || list.Items[0].Week != thisWeek || !list.Items[0].Provisional {
			t.Errorf("weeks = %+v", list.Items)
		}
		file := d.as(tickets.RoleManager, "GET", "/api/v1/reports/weekly/"+thisWeek+"?format=csv", "")
		rows, err := csv.NewReader(strings.NewReader(file.body)).ReadAll()
		if err != nil || len(rows) != len(rep.Figures)+1 || !strings.HasPrefix(file.header.Get("Content-Type"), "text/csv") ||
			!strings.Contains(file.header.Get("Content-Disposition"), "attachment") {
			t.Errorf("csv: %v, %d rows, %v", err, len(rows), file.header)
		}
		var behind struct{ Items []struct{ ID string } }
		d.as(tickets.RoleManager, "GET", "/api/v1/tickets?figure=first_resolution&week="+thisWeek, "").must(t, 200, &behind)
		if len(behind.Items) != 2 {
			t.Errorf("tickets behind a figure = %+v, want %s and %s", behind.Items, agents, admins)
		}
		var got []string
		for cursor := ""; len(got) < 3; {
			var one struct {
				Items []struct{ ID string }
				Next  string
			}
			d.as(tickets.RoleManager, "GET", "/api/v1/tickets?figure=first_resolution&limit=1&week="+thisWeek+cursor, "").must(t, 200, &one)
			got = append(got, one.Items[0].ID)
			if one.Next == "" {
				break
			}
			cursor = "&cursor=" + one.Next
		}
		if want := []string{behind.Items[0].ID, behind.Items[1].ID}; !slices.Equal(got, want) {
			t.Errorf("tickets behind a figure by pages of one = %v, want %v", got, want)
		}

		var shares []string
		for _, hit := range []string{"", "&hit=1", "&hit=0", "&hit=all"} {
			var one struct{ Behind wireBehind }
			d.as(tickets.RoleManager, "GET", "/api/v1/tickets?figure=reopen&week="+thisWeek+hit, "").must(t, 200, &one)
			if one.Behind.Share == nil {
				t.Fatalf("the share of the week says nothing of what it is made of: %+v", one.Behind)
			}
			shares = append(shares, fmt.Sprintf("%d of %d, %s: %d", one.Behind.Share.Hits, one.Behind.Share.All, one.Behind.Share.Shown, one.Behind.Counted))
		}
		if want := []string{"0 of 2, 1: 0", "0 of 2, 1: 0", "0 of 2, 0: 2", "0 of 2, all: 2"}; !slices.Equal(shares, want) {
			t.Errorf("reopened in the week, its hits, the others and all = %q, want %q", shares, want)
		}

		d.kinds()
		d.tell([]step{
			{name: "hits of no share", method: "GET", path: "/api/v1/tickets?figure=volume&hit=1&week=" + thisWeek, status: 422, fragment: `"field":"hit"`},
			{name: "no such week", method: "GET", path: "/api/v1/reports/weekly/2026-W54", status: 422, fragment: `"field":"week"`},
			{name: "a week to come", method: "GET", path: "/api/v1/reports/weekly/2026-W30", status: 404},
			{name: "a week before the first ticket", method: "GET", path: "/api/v1/reports/weekly/2010-W01", status: 404},
			{name: "a link to a week before the first ticket", method: "POST", path: "/api/v1/reports/weekly/2010-W01/share", body: `{}`, status: 422, fragment: `"field":"week"`},
			{name: "an odd format", method: "GET", path: "/api/v1/reports/weekly/" + thisWeek + "?format=xls", status: 422},
			{name: "an agent", role: tickets.RoleAgent, method: "GET", path: "/api/v1/reports/weekly/" + thisWeek, status: 403},
			{name: "an agent's list", role: tickets.RoleAgent, method: "GET", path: "/api/v1/reports/weekly", status: 403},
			{name: "an odd figure", method: "GET", path: "/api/v1/reports/figures?figure=luck&from=2026-03-02&to=2026-03-08", status: 422, fragment: `"field":"figure"`},
			{name: "an odd day", method: "GET", path: "/api/v1/reports/figures?figure=volume&from=yesterday&to=2026-03-08", status: 422, fragment: `"field":"from"`},
			{name: "times for days", method: "GET", path: "/api/v1/reports/figures?figure=volume&by=day&from=2026-03-02T00:00:00.000Z&to=2026-03-03T00:00:00.000Z",
				status: 200, fragment: `"items":[{"key":"2026-03-02"`},
			{name: "the wrong way round", method: "GET", path: "/api/v1/reports/figures?figure=volume&from=2026-03-08&to=2026-03-02", status: 422, fragment: `"field":"to"`},
			{name: "behind a ticket that is none of them", method: "GET", path: "/api/v1/tickets?figure=first_resolution&cursor=999&week=" + thisWeek, status: 422, fragment: `"field":"cursor"`},
			{name: "behind nothing", method: "GET", path: "/api/v1/tickets?figure=luck&week=" + thisWeek, status: 422},
		})
	})
}

func TestFiguresAreOnesOwnTeamsOrTheDesks(t *testing.T) {
	d := newDesk(t, dbtest.SQLite(t))
	d.worked(tickets.RoleAgent)
	d.worked(tickets.RoleAdmin)
	count := func(role tickets.Role, more string) int {
		t.Helper()
		var s rollups.Series
		d.as(role, "GET", "/api/v1/reports/figures?figure=first_response&from=2026-03-02&to=2026-03-08"+more, "").must(t, 200, &s)
		n := 0
		for _, row := range s.Rows {
			n += row.N
		}
		return n
	}
	admin := d.agents[tickets.RoleAdmin].ID.String()
	if own, all := count(tickets.RoleAgent, ""), count(tickets.RoleManager, ""); own != 1 || all != 2 {
		t.Errorf("an agent sees %d, a manager %d; want 1 and 2", own, all)
	}
	if n := count(tickets.RoleManager, "&by=agent"); n != 2 {
		t.Errorf("by agent = %d", n)
	}
	if got := d.as(tickets.RoleAgent, "GET", "/api/v1/reports/figures?figure=first_response&from=2026-03-02&to=2026-03-08&agent="+admin, ""); got.status != 404 {
		t.Errorf("an agent sees another's figures: %d", got.status)
	}

	// A lead of another team sees nothing of this one.
	no := false
	team, err := d.people.CreateTeam(t.Context(), events.SystemActor, tickets.TeamIn{Name: "Elsewhere"})
	if err != nil {
		t.Fatal(err)
	}
	lead := d.agents[tickets.RoleLead].ID
	if _, err := d.people.ChangeAgent(t.Context(), events.SystemActor, lead, tickets.AgentPatch{AllTeams: &no, Teams: &[]events.ID{team.ID}}); err != nil {
		t.Fatal(err)
	}
	if n := count(tickets.RoleLead, ""); n != 0 {
		t.Errorf("a lead of another team sees %d", n)
	}
	var rep rollups.Report
	d.as(tickets.RoleLead, "GET", "/api/v1/reports/weekly/"+thisWeek, "").must(t, 200, &rep)
	if rep.Figure(rollups.Volume).N != 0 || len(rep.Teams) != 1 || rep.Teams[0] != "Elsewhere" {
		t.Errorf("the lead's report: volume %d, teams %v", rep.Figure(rollups.Volume).N, rep.Teams)
	}
}

func TestReportPage(t *testing.T) {
	d := newDesk(t, dbtest.SQLite(t))
	get := func(path string) testAnswer {
		return d.do(testCall{method: "GET", path: path, token: d.tokens[tickets.RoleAdmin], header: map[string]string{"Accept": "text/html"}})
	}
	if page := get("/reports/weekly/" + thisWeek); page.status != 200 || !strings.Contains(page.body, "No tickets yet") || strings.Contains(page.body, "What changed") {
		t.Errorf("an empty desk: %d %s", page.status, page.body)
	}
	d.worked(tickets.RoleAgent)
	name := `<script>alert(1)</script>`
	if _, err := d.people.ChangeSettings(t.Context(), events.SystemActor, tickets.SettingsPatch{DeskName: &name}); err != nil {
		t.Fatal(err)
	}
	page := get("/reports/weekly/" + thisWeek)
	for _, want := range []string{"10 min", `href="/tickets?figure=first_response&amp;week=2026-W10"`, "Provisional", "n 1", "small sample", "No issues are known"} {
		if !strings.Contains(page.body, want) {
			t.Errorf("the page lacks %q", want)
		}
	}
	for _, not := range []string{"<script", " style=", "ZgotmplZ", "2026-W09", "2026-W11", "%!"} {
		if strings.Contains(page.body, not) {
			t.Errorf("the page holds %q", not)
		}
	}
	if policy := page.header.Get("Content-Security-Policy"); !strings.Contains(policy, "default-src 'none'") || strings.Contains(policy, "unsafe") {
		t.Errorf("policy = %q", policy)
	}
	for path, want := range map[string]int{"/reports/weekly/2026-W99": 404, "/reports/weekly/x": 404, "/reports/weekly/2026-W40": 404, "/reports/weekly/2010-W01": 404} {
		if got := get(path); got.status != want || !strings.Contains(got.body, "<html") {
			t.Errorf("%s: %d, want a page with %d", path, got.status, want)
		}
	}
	stranger := d.do(testCall{method: "GET", path: "/reports/weekly/" + thisWeek, header: map[string]string{"Accept": "text/html"}})
	if stranger.status != 303 || stranger.header.Get("Location") != "/reports" || strings.Contains(stranger.body, "10 min") {
		t.Errorf("a stranger: %d %v", stranger.status, stranger.header)
	}
	if page := d.do(testCall{method: "GET", path: "/reports/weekly/" + thisWeek, token: d.tokens[tickets.RoleAgent], header: map[string]string{"Accept": "text/html"}}); page.status != 403 || !strings.Contains(page.body, "<html") || strings.Contains(page.body, "10 min") {
		t.Errorf("an agent: %d %s", page.status, page.body)
	}
	var text any
	if err := json.Unmarshal([]byte(get("/api/v1/reports/weekly/"+thisWeek).body), &text); err != nil {
		t.Error(err)
	}
}
