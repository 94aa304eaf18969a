package rollups_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"heard/feedback/rollups"
	"heard/migrations"
	"heard/migrations/dbtest"
	"heard/tickets"
	"heard/tickets/events"
)

// linked is the question that a link to tickets asks.
func linked(t *testing.T, href string) rollups.BehindQuery {
	t.Helper()
	u, err := url.Parse(href)
	if err != nil {
		t.Fatal(err)
	}
	v := u.Query()
	id := func(name string) events.ID {
		n, err := events.ParseID(v.Get(name))
		if err != nil && v.Get(name) != "" {
			t.Fatalf("%s: %s", href, name)
		}
		return n
	}
	var hit *bool
	if word := v.Get("hit"); word != "" {
		is := word == "1"
		hit = &is
	}
	return rollups.BehindQuery{Hit: hit, Figure: rollups.Key(v.Get("figure")), From: v.Get("from"), To: v.Get("to"), Bucket: v.Get("bucket"), Business: v.Get("time") == "business",
		Filter: rollups.Filter{Inbox: id("inbox"), Team: id("team"), Agent: id("agent"), Topic: id("topic"), Tag: v.Get("tag"),
			Channel: tickets.Channel(v.Get("channel")), Touchpoint: v.Get("touchpoint")}}
}

// counts finds the column that says how many a row's link opens.
func counts(p *rollups.Panel) int {
	first := -1
	for i, c := range p.Columns {
		if c.Key == "n" {
			return i
		}
		if c.Unit == rollups.Count && first < 0 {
			first = i
		}
	}
	return first
}

// Whatever number has a link, the link opens exactly what the number counts: every tile and every row of every page.
func TestLinksOpenWhatNumbersCount(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *migrations.DB) {
		d := newDesk(t, db, "2026-04-20 12:00")
		rng := rand.New(rand.NewPCG(8, 1))
		random(d, rng, 120, local(t, "2026-03-01 00:00"), local(t, "2026-04-19 00:00"))
		themed(d, rng)
		d.run()
		rated(d, rng)
		d.later(time.Hour)
		d.must(d.log.Write(t.Context(), events.Unit{By: events.SystemActor}, forgetDays))
		d.run()
		checked := map[rollups.Page]int{}
		shares, cells := 0, 0
		open := func(page rollups.Page, what, href string, n any) {
			if !strings.HasPrefix(href, "/tickets?") {
				return
			}
			q := linked(t, href)
			found, err := d.Behind(t.Context(), q)
			if err != nil {
				t.Errorf("%s, %s: %s: %v", page, what, href, err)
				return
			}
			checked[page]++
			if found.Counted > 0 && found.Tickets == 0 && len(found.Alone) == 0 {
				t.Errorf("%s, %s: the number says %v and its link shows nothing: %s", page, what, n, href)
			}
			if q.Hit != nil { // a share: its link opens what makes it, and says of how many
				shares += found.Share.Hits
				if found.Counted != found.Share.Hits || fmt.Sprint(found.Share.All) != fmt.Sprint(n) {
					t.Errorf("%s, %s: of %v, the link opens %d and says %+v: %s", page, what, n, found.Counted, *found.Share, href)
				}
			} else if fmt.Sprint(found.Counted) != fmt.Sprint(n) {
				t.Errorf("%s, %s: the number says %v, the link %d: %s", page, what, n, found.Counted, href)
			}
		}
		for _, f := range []rollups.Filter{{}, {Channel: tickets.Chat}, {Topic: 2}, {Team: 1, Channel: tickets.API}, {Team: 2}, {Agent: 2}} {
			for _, name := range rollups.Pages() {
				page, err := d.Dashboard(t.Context(), name, rollups.DashboardQuery{From: "2026-03-09", To: "2026-04-12", Filter: f, Business: f.Topic != 0})
				d.must(err)
				for _, x := range page.Tiles {
					open(name, string(x.Figure), x.Href, x.N)
					if x.Hits == nil || x.Href == "" {
						continue
					}
					found, err := d.Behind(t.Context(), linked(t, x.Href))
					if err != nil || found.Counted != *x.Hits || found.Share == nil || *found.Share != (rollups.Split{Hits: *x.Hits, All: x.N}) {
						t.Errorf("%s, %s: %d of %d, and the link opens %+v, %v", name, x.Figure, *x.Hits, x.N, found, err)
					}
				}
				for i := range page.Panels {
					p := &page.Panels[i]
					if p.Title == "" || len(p.Rows) == 0 == (p.Empty == "") || strings.Contains(p.Title, "\x00") {
						t.Errorf("%s, %s: title %q, %d rows, empty %q", name, p.ID, p.Title, len(p.Rows), p.Empty)
					}
					for at, row := range p.Rows {
						if at%5 == 0 {
							cells += d.openCells(t, p, row)
						}
						if len(row.Cells) != len(p.Columns) {
							t.Fatalf("%s, %s: %d cells for %d columns", name, p.ID, len(row.Cells), len(p.Columns))
						}
						if p.ID == "load" { // a row holds the hours of a weekday
							sum := 0
							for _, n := range row.Cells[1:] {
								sum += n.(int)
							}
							open(name, p.ID, row.Href, sum)
						} else if at := counts(p); at >= 0 {
							n := row.Cells[at]
							if v, is := n.(*rollups.Number); is {
								n = float64(*v)
							}
							open(name, p.ID, row.Href, n)
						}
					}
				}
			}
		}
		if shares == 0 {
			t.Error("no share with anything in it was opened")
		}
		if cells < 100 {
			t.Errorf("only %d cells were opened", cells)
		}
		for _, page := range rollups.Pages() {
			if checked[page] < 10 {
				t.Errorf("%s: only %d links were opened", page, checked[page])
			}
		}
	})
}

// openCells opens the cells of a row that have a link: counts open as many, shares what makes them of as many, and a 90th
// percentile the durations from it on.
func (d *desk) openCells(t *testing.T, p *rollups.Panel, row rollups.Row) (opened int) {
	t.Helper()
	if len(row.Hrefs) != 0 && len(row.Hrefs) != len(row.Cells) {
		t.Fatalf("%s: %d links for %d cells", p.ID, len(row.Hrefs), len(row.Cells))
	}
	for i, href := range row.Hrefs {
		if href == "" {
			continue
		}
		opened++
		q := linked(t, href)
		found, err := d.Behind(t.Context(), q)
		if err != nil {
			t.Errorf("%s, %s: %s: %v", p.ID, p.Columns[i].Key, href, err)
			continue
		}
		value := math.NaN()
		switch v := row.Cells[i].(type) {
		case int:
			value = float64(v)
		case *rollups.Number:
			if v != nil {
				value = float64(*v)
			}
		}
		want := value
		switch {
		case math.IsNaN(value): // told in words, or too few to be told
			continue
		case q.Hit != nil:
			want = value * float64(found.Share.All)
		case q.Bucket == "slowest":
			if found.Counted == 0 || found.Tickets == 0 {
				t.Errorf("%s: a 90th percentile of %v opens nothing: %s", p.ID, value, href)
			}
			continue
		case p.Columns[i].Unit != rollups.Count:
			continue // of a median or a mean, all that it is of: its n says how many
		}
		if math.Abs(want-float64(found.Counted)) > 1e-6 {
			t.Errorf("%s, %s: the cell says %v, the link opens %d: %s", p.ID, p.Columns[i].Key, value, found.Counted, href)
		}
	}
	return opened
}

// A 90th percentile opens the slowest tenth, slowest first, in the time that is asked for.
func TestAPercentileOpensTheSlowestTenth(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *migrations.DB) {
		d := newDesk(t, db, "2026-04-20 12:00")
		random(d, rand.New(rand.NewPCG(8, 2)), 120, local(t, "2026-03-01 00:00"), local(t, "2026-04-19 00:00"))
		d.run()
		for _, business := range []bool{false, true} {
			q := rollups.BehindQuery{Figure: rollups.FirstResponse, From: "2026-03-09", To: "2026-04-12", Business: business}
			all, err := d.Behind(t.Context(), q)
			d.must(err)
			q.Bucket = "slowest"
			tail, err := d.Behind(t.Context(), q)
			d.must(err)
			n := all.Counted - int(0.9*float64(all.Counted-1)+1) // those above the percentile; one that is on it counts too
			if all.Counted < 20 || tail.Counted < n || tail.Counted > n+1 || !slices.Equal(tail.IDs, all.IDs[:len(tail.IDs)]) {
				t.Errorf("business %v: the slowest of %d are %d, %v of %v", business, all.Counted, tail.Counted, tail.IDs, all.IDs)
			}
		}
		if _, err := d.Behind(t.Context(), rollups.BehindQuery{Figure: rollups.Volume, From: "2026-03-09", To: "2026-04-12", Bucket: "slowest"}); err == nil {
			t.Error("the slowest of a count passes")
		}
	})
}

func TestAQuestionForTicketsIsChecked(t *testing.T) {
	d := newDesk(t, dbtest.SQLite(t), "2026-04-20 12:00")
	aWeek(d)
	d.run()
	for _, q := range []rollups.BehindQuery{{Figure: "never", From: "2026-03-16", To: "2026-03-17"}, {Figure: rollups.Online, From: "2026-03-16", To: "2026-03-17"},
		{Figure: rollups.Volume, From: "2026-03-17", To: "2026-03-16"}, {Figure: rollups.Volume, From: "2026-03-16", To: "2026-03-17", Bucket: "w8"},
		{Figure: rollups.Volume, From: "2026-03-16", To: "2026-03-17", Bucket: "h24"}, {Figure: rollups.FirstResponse, From: "2026-03-16", To: "2026-03-17", Bucket: "7"},
		{Figure: rollups.Backlog, From: "2026-03-16", To: "2026-03-17", Bucket: "-1"}, {Figure: rollups.Reopen, From: "2026-03-16", To: "2026-03-17", Bucket: "1"}} {
		if _, err := d.Behind(t.Context(), q); err == nil {
			t.Errorf("%+v passes", q)
		}
	}
	yes := true
	found, err := d.Behind(t.Context(), rollups.BehindQuery{Figure: rollups.Reopen, From: "2026-03-16", To: "2026-03-22", Hit: &yes, Limit: 5})
	d.must(err)
	if found.Counted != 1 || len(found.IDs) != 1 || found.Truncated {
		t.Errorf("reopened tickets: %+v, want one", found)
	}
	found, err = d.Behind(t.Context(), rollups.BehindQuery{Figure: rollups.Volume, From: "2026-03-16", To: "2026-03-22", Limit: 3})
	d.must(err)
	if found.Counted != 4 || len(found.IDs) != 3 || !found.Truncated {
		t.Errorf("new tickets: %+v, want three of four", found)
	}
}
