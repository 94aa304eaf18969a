package rollups_test

import (
	"math"
	"slices"
	"strings"
	"testing"
	"time"

	"heard/feedback/rollups"
	"heard/feedback/surveys"
	"heard/migrations"
	"heard/migrations/dbtest"
	"heard/tickets"
	"heard/tickets/events"
	"heard/tickets/fault"
)

// aWeek is week 12 of 2026 with known answers: see TestFiguresByHand.
func aWeek(d *desk) (solved, reopened, left, waits events.ID) {
	solved = d.lives(tickets.Chat, 1, d.says("2026-03-16 10:00", customer), d.gives("2026-03-16 10:05", tickets.StepAssign, agent(1), 1, ""),
		d.says("2026-03-16 10:10", agent(1)), d.does("2026-03-16 10:30", tickets.StepResolve, agent(1)))
	reopened = d.lives(tickets.API, 2, d.says("2026-03-20 16:50", customer), d.says("2026-03-21 10:00", agent(2)),
		d.does("2026-03-21 10:30", tickets.StepResolve, agent(2)), d.says("2026-03-22 12:00", customer), d.says("2026-03-22 13:00", agent(2)),
		d.gives("2026-03-22 14:00", tickets.StepHandoff, agent(2), 1, "billing"), d.does("2026-03-22 15:00", tickets.StepResolve, agent(1)))
	left = d.lives(tickets.Chat, 1, d.says("2026-03-18 09:00", customer), d.does("2026-03-18 09:05", tickets.StepLeave, customer))
	waits = d.lives(tickets.Chat, 3, d.says("2026-03-22 23:30", customer))
	return solved, reopened, left, waits
}

func TestFiguresByHand(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *migrations.DB) {
		d := newDesk(t, db, "2026-04-01 12:00")
		solved, reopened, left, waits := aWeek(d)
		d.surveys.list = []surveys.Answer{
			{Ticket: solved, Customer: 1, Inbox: 1, Team: 1, Agent: 1, AskedAt: local(t, "2026-03-16 11:00"), AnsweredAt: local(t, "2026-03-17 11:00"), Score: 5, Scale: 5,
				Comment: "Quick and friendly, write me at me@example.org"},
			{Ticket: reopened, Customer: 2, Inbox: 1, Team: 1, Agent: 2, AskedAt: local(t, "2026-03-21 11:00"), AnsweredAt: local(t, "2026-03-24 09:00"), Score: 1, Scale: 5,
				Comment: "It took far too long"},
		}
		d.run()
		rep := d.report("2026-W12")
		type want struct {
			n             int
			value         float64
			business, p90 float64
		}
		for key, w := range map[rollups.Key]want{
			rollups.Volume:          {n: 4, value: 4},
			rollups.Resolved:        {n: 2, value: 2},
			rollups.FirstResponse:   {n: 2, value: (600 + 61800) / 2, business: 600, p90: 600 + .9*61200},
			rollups.NextResponse:    {n: 3, value: 3600, business: 600, p90: 3600 + .8*(61800-3600)},
			rollups.FirstResolution: {n: 2, value: (1800 + 63600) / 2, business: (1800 + 600) / 2, p90: 1800 + .9*61800},
			rollups.LastResolution:  {n: 2, value: (1800 + 166200) / 2, business: 1200, p90: 1800 + .9*164400},
			rollups.CustomerWait:    {n: 2, value: (600 + 61800 + 3600) / 2, business: 600, p90: 600 + .9*(65400-600)},
			rollups.QueueWait:       {n: 3, value: 3600, business: 300, p90: 3600 + .8*(61800-3600)},
			rollups.Handoffs:        {n: 1, value: 1},
			rollups.HandoffShare:    {n: 2, value: 0},
			rollups.PingPong:        {},
			rollups.Reopen:          {n: 2, value: .5},
			rollups.OneTouch:        {n: 2, value: .5},
			rollups.Abandoned:       {n: 3, value: 1. / 3},
			rollups.Backlog:         {n: 1, value: 1},
			rollups.CSAT:            {n: 1, value: 1},
			rollups.Responses:       {n: 2, value: .5},
		} {
			f := rep.Figure(key)
			if f == nil || f.Value == nil {
				t.Errorf("%s is missing: %+v", key, f)
				continue
			}
			if f.N != w.n || math.Abs(float64(*f.Value)-w.value) > 1e-6 {
				t.Errorf("%s = %v (n %d), want %v (n %d)", key, *f.Value, f.N, w.value, w.n)
			}
			if f.Unit == rollups.Seconds && (math.Abs(float64(*f.Business.Median)-w.business) > 1e-6 || math.Abs(float64(*f.Calendar.P90)-w.p90) > 1e-6) {
				t.Errorf("%s: business %v, p90 %v, want %v, %v", key, *f.Business.Median, *f.Calendar.P90, w.business, w.p90)
			}
		}
		if f := d.report("2026-W13").Figure(rollups.FirstContact); f.Week != "2026-W12" || f.N != 2 || *f.Hits != 0 {
			t.Errorf("first contact = %+v: one customer came back, one ticket was reopened", f)
		}
		if got := rep.Reasons; len(got) != 1 || got[0] != (rollups.Counted{Word: "billing", N: 1}) {
			t.Errorf("reasons = %v", got)
		}
		if note := rep.Figure(rollups.FirstResponse).Note; note != "1 still waiting, the longest for 30 min so far" {
			t.Errorf("note = %q", note)
		}
		if len(rep.Praise) != 1 || len(rep.Pain) != 0 || strings.Contains(rep.Praise[0].Text, "example.org") || !strings.HasPrefix(rep.Praise[0].Text, "Quick") {
			t.Errorf("voices = %+v, %+v", rep.Praise, rep.Pain)
		}
		if rep.Headline.Text != "Not enough data yet to tell a change" {
			t.Errorf("headline = %q", rep.Headline.Text)
		}
		behind := map[rollups.Key][]events.ID{rollups.FirstResponse: {reopened, solved}, rollups.Reopen: {reopened}, rollups.Abandoned: {left},
			rollups.Volume: {waits, reopened, left, solved}, rollups.Backlog: {waits}, rollups.OneTouch: {solved}}
		for key, want := range behind {
			q := rollups.BehindQuery{Figure: key, Week: "2026-W12", Limit: 100}
			if rollups.IsShare(key) {
				yes := true
				q.Hit = &yes
			}
			got, err := d.Behind(t.Context(), q)
			if err != nil || !slices.Equal(got.IDs, want) {
				t.Errorf("tickets behind %s = %+v, %v; want %v", key, got, err, want)
				continue
			}
			if f := rep.Figure(key); f.Hits != nil && *got.Share != (rollups.Split{Hits: *f.Hits, All: f.N}) {
				t.Errorf("%s is made of %+v, told are %d of %d", key, got.Share, *f.Hits, f.N)
			}
		}
	})
}

func TestFinishedWeeksStayAsTold(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *migrations.DB) {
		d := newDesk(t, db, "2026-04-01 12:00")
		aWeek(d)
		d.run()
		if rep := d.report("2026-W12"); rep.Revision != 0 {
			t.Errorf("told while the import ran: %+v", rep.Revisions)
		}
		d.later(5 * time.Minute)
		d.run()
		stored := d.dump("weekly_reports", "week, revision")
		days := d.dump("period_facts", "figure, dim, period, part")
		seen := d.dump("observations", "ticket_id, figure, n")

		// Told again, from nothing: the same bytes.
		d.must(d.log.Write(t.Context(), events.Unit{By: events.SystemActor}, rebuild))
		d.run()
		for table, pair := range map[string][2]string{
			"weekly_reports": {stored, d.dump("weekly_reports", "week, revision")},
			"period_facts":   {days, d.dump("period_facts", "figure, dim, period, part")},
			"observations":   {seen, d.dump("observations", "ticket_id, figure, n")},
		} {
			if pair[0] != pair[1] || len(pair[0]) < 100 {
				t.Errorf("%s differs after it was made again:\n%s\n%s", table, pair[0], pair[1])
			}
		}

		// Late data: a ticket of that week, imported now.
		d.lives(tickets.API, 4, d.says("2026-03-17 10:00", customer), d.says("2026-03-17 10:10", agent(3)), d.does("2026-03-17 10:20", tickets.StepResolve, agent(3)))
		d.later(15 * time.Minute)
		d.run()
		rep := d.report("2026-W12")
		if rep.Revision != 2 || len(rep.Revisions) != 2 ||
			!strings.HasPrefix(rep.Revisions[1].Reason, "1 ticket of the week became known after it ended; changed: first response, ") || rep.Figure(rollups.Volume).N != 5 {
			t.Errorf("revisions = %+v, volume %d", rep.Revisions, rep.Figure(rollups.Volume).N)
		}
		for _, week := range []string{"2026-W11", "1999-W01"} {
			if _, err := d.Report(t.Context(), week, rollups.Filter{}); fault.KindOf(err) != fault.NotFound {
				t.Errorf("%s lies before the first ticket, and is told: %v", week, err)
			}
		}
	})
}

func TestLaterKnowledgeLeavesAFinishedWeek(t *testing.T) {
	d := newDesk(t, dbtest.SQLite(t), "2026-03-20 12:00")
	id := d.lives(tickets.Chat, 1, d.says("2026-03-16 10:00", customer), d.says("2026-03-16 10:10", agent(1)), d.does("2026-03-20 10:30", tickets.StepResolve, agent(1)))
	d.later(4 * 24 * time.Hour) // Tuesday of week 13
	d.run()
	if rep := d.report("2026-W12"); rep.Revision != 1 || *rep.Figure(rollups.Reopen).Hits != 0 || *rep.Figure(rollups.OneTouch).Hits != 1 {
		t.Fatalf("week 12 = %+v", rep.Revisions)
	}
	_, err := d.store.Post(t.Context(), tickets.PostIn{By: events.Actor{Kind: events.Customer, ID: 1}, Sender: "v1", Visitor: 1, Proved: true, Ticket: id,
		NewMessage: tickets.NewMessage{ClientID: "7f1f0c61-7f0b-4a5c-9f93-0a1b2c3d4e5f", Body: "Again!"}})
	d.must(err)
	d.later(time.Hour)
	_, err = d.log.CatchUp(t.Context(), d.Consumer())
	d.must(err)
	d.must(d.Refresh(t.Context()))
	if weeks := d.dump("stale_weeks", "week"); weeks != "null" && weeks != "[]" {
		t.Errorf("a reopen in its own time makes weeks stale: %s", weeks)
	}
	d.run()
	rep := d.report("2026-W12")
	if rep.Revision != 1 {
		t.Errorf("a reopen of week 13 rewrote week 12: %+v", rep.Revisions)
	}
	for key, want := range map[rollups.Key]int{rollups.Reopen: 1, rollups.OneTouch: 0} {
		if now := rep.Figure(key).KnownNow; now == nil || now.N != 1 || *now.Hits != want {
			t.Errorf("%s is %+v by now, want %d of 1", key, now, want)
		}
	}
	for _, key := range []rollups.Key{rollups.Volume, rollups.FirstResponse, rollups.Abandoned} {
		if now := rep.Figure(key).KnownNow; now != nil {
			t.Errorf("%s did not change, and is %+v by now", key, now)
		}
	}
	if body, err := d.Stored(t.Context(), "2026-W12"); err != nil || strings.Contains(string(body), "known_now") {
		t.Errorf("what is known now is stored: %v", err)
	}
	page, err := d.Dashboard(t.Context(), "volume", rollups.DashboardQuery{From: "2026-03-16", To: "2026-03-22"})
	d.must(err)
	said := ""
	for _, tile := range page.Tiles {
		if tile.Figure == rollups.Reopen {
			said = tile.Note
		}
	}
	if said != "Known when the week ended: 0.0 %; known now: 100 %." {
		t.Errorf("beside the tile: %q", said)
	}
	got, err := d.Series(t.Context(), rollups.Query{Figure: rollups.Reopen, From: "2026-03-16", To: "2026-03-22"})
	if err != nil || *got.Rows[0].Hits != 1 {
		t.Errorf("the live figure = %+v, %v, want the reopen", got, err)
	}
}

// The chats of a week's last minutes are decided an hour later, and count in that week as they were decided.
func TestChatsMatureAfterTheWeek(t *testing.T) {
	d := newDesk(t, dbtest.SQLite(t), "2026-03-24 12:00")
	d.lives(tickets.Chat, 2, d.says("2026-03-22 23:50", customer), d.does("2026-03-22 23:55", tickets.StepLeave, customer))
	back := d.says("2026-03-23 00:30", customer)
	stays := d.lives(tickets.Chat, 1, d.says("2026-03-22 23:50", customer), d.says("2026-03-23 09:00", agent(1)))
	d.run()
	if f := d.report("2026-W12").Figure(rollups.Abandoned); f.N != 2 || *f.Hits != 1 {
		t.Errorf("abandoned = %d of %d, want 1 of 2 (ticket %s was answered)", *f.Hits, f.N, stays)
	}
	d.addAddress(3)
	d.lives(tickets.Chat, 3, d.says("2026-03-22 23:50", customer), d.does("2026-03-22 23:55", tickets.StepLeave, customer), back)
	d.run()
	if f := d.report("2026-W12").Figure(rollups.Abandoned); f.N != 3 || *f.Hits != 1 {
		t.Errorf("abandoned = %d of %d, want 1 of 3: one came back within the hour", *f.Hits, f.N)
	}
}

func TestFirstContactHasOneOwnerWhoIsNotComeBackTo(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *migrations.DB) {
		d := newDesk(t, db, "2026-04-01 12:00")
		short := func(of events.ID, more ...tickets.Step) {
			steps := append([]tickets.Step{d.says("2026-03-17 10:00", customer), d.says("2026-03-17 10:10", agent(1))}, more...)
			last := agent(1)
			if len(more) > 0 {
				last = agent(2)
			}
			d.lives(tickets.API, of, append(steps, d.does("2026-03-17 11:00", tickets.StepResolve, last))...)
		}
		short(1)
		short(2, d.gives("2026-03-17 10:30", tickets.StepHandoff, agent(1), 2, "skill")) // two owners
		short(3)
		d.lives(tickets.API, 3, d.says("2026-03-24 10:59", customer)) // comes back within the seven days
		short(4)
		d.lives(tickets.API, 4, d.says("2026-03-24 11:01", customer)) // and after them
		d.run()
		if f := d.report("2026-W13").Figure(rollups.FirstContact); f.N != 4 || *f.Hits != 2 {
			t.Errorf("first contact = %d of %d, want 2 of 4", *f.Hits, f.N)
		}
		if f := d.report("2026-W12").Figure(rollups.HandoffShare); f.N != 4 || *f.Hits != 1 {
			t.Errorf("handed off = %d of %d, want 1 of 4", *f.Hits, f.N)
		}
	})
}

func TestWeeksOfADesk(t *testing.T) {
	cal := rollups.NewCalendar(tickets.Settings{TimeZone: "Europe/Berlin"})
	from, to := cal.Week("2026-W13") // the clocks go forward on Sunday
	if from != local(t, "2026-03-23 00:00") || to != local(t, "2026-03-30 00:00") || to.Sub(from) != 167*time.Hour {
		t.Errorf("week 13 = %s to %s", from, to)
	}
	if from, to, err := cal.Day("2026-10-25"); err != nil || to.Sub(from) != 25*time.Hour {
		t.Errorf("25 October = %s to %s, %v", from, to, err)
	}
	for at, want := range map[string]string{"2026-03-29 23:59": "2026-W13", "2026-03-30 00:00": "2026-W14", "2026-01-01 00:00": "2026-W01", "2025-12-29 00:00": "2026-W01", "2021-01-03 23:59": "2020-W53"} {
		if got := cal.WeekOf(local(t, at)); got != want {
			t.Errorf("week of %s = %s, want %s", at, got, want)
		}
	}
	moved := rollups.NewCalendar(tickets.Settings{TimeZone: "America/New_York", Zones: []tickets.ZoneFrom{{Zone: "Europe/Berlin"}, {FromWeek: "2026-W13", Zone: "America/New_York"}}})
	_, end := moved.Week("2026-W12")
	begin, _ := moved.Week("2026-W13")
	if end != begin || moved.WeekOf(begin-1) != "2026-W12" || moved.WeekOf(begin) != "2026-W13" || moved.DayOf(begin-1) != "2026-03-22" || moved.DayOf(begin) != "2026-03-23" {
		t.Errorf("a changed zone leaves a gap: %s, %s, %s", end, begin, moved.DayOf(begin-1))
	}
	for _, bad := range []string{"", "2026-W00", "2026-W54", "2025-W53", "2026-46", "2026-W4", " 2026-W46", "2026-W46 "} {
		if rollups.ParseWeek(bad) == nil {
			t.Errorf("%q passes for a week", bad)
		}
	}
	if rollups.AddWeeks("2026-W53", 1) != "2027-W01" || rollups.AddWeeks("2026-W01", -1) != "2025-W52" {
		t.Error("weeks do not follow each other")
	}
}
