package rollups_test

import (
	"context"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"heard/feedback/issues"
	"heard/feedback/rollups"
	"heard/migrations"
	"heard/migrations/dbtest"
	"heard/tickets"
	"heard/tickets/events"
)

// byHand are issues by hand.
type byHand []issues.ReportIssue

func (l byHand) IssueNames(_ context.Context, _ []events.ID) (map[events.ID]string, error) {
	out := map[events.ID]string{}
	for _, x := range l {
		out[x.ID] = x.Name
	}
	return out, nil
}

func (l byHand) Top(_ context.Context, _, _ events.Time, n int) ([]issues.ReportIssue, error) {
	return l[:min(n, len(l))], nil
}

func usually(x float64) *float64 { return &x }

// likeWeeks lives four weeks of twenty tickets, and a last one of n.
func (d *desk) likeWeeks(n int) {
	for w, day := range []string{"2026-03-02", "2026-03-09", "2026-03-16", "2026-03-23", "2026-03-30"} {
		count := 20
		if w == 4 {
			count = n
		}
		for i := range count {
			at := local(d.t, day+" 09:00").Add(time.Duration(i) * time.Minute)
			d.lives(tickets.API, 1, tickets.Step{At: at, Kind: tickets.StepMessage, By: customer, Body: "words"})
		}
	}
}

func TestFindingsNameIssues(t *testing.T) {
	dimmer := issues.ReportIssue{ID: 7, Name: "Dimmer · light · flickers", Kind: issues.KindBurst, Status: issues.Flagged, Tickets: 22, Customers: 18, Expected: usually(8.5)}
	fresh := issues.ReportIssue{ID: 8, Name: "Voucher", Kind: issues.KindNew, Status: issues.Flagged, Tickets: 6, Customers: 1, Expected: usually(0)}
	back := issues.ReportIssue{ID: 9, Name: "Password", Kind: issues.KindRegressed, Status: issues.Flagged, Tickets: 40, Customers: 31, Expected: usually(11.5)}
	chronic, young, flat := back, back, back
	chronic.ID, chronic.Kind = 10, issues.KindRecurring
	young.ID, young.Expected = 11, nil
	flat.ID, flat.Kind, flat.Expected = 12, issues.KindRising, usually(35)
	quiet := byHand{chronic, young, flat}
	told := `“Dimmer · light · flickers” came up 22 times, usually 8.5`
	volume := "New tickets rose to 60, from 20 in a usual week"
	for _, tt := range []struct {
		name     string
		issues   byHand
		tickets  int
		headline string
		findings []string
		where    string
	}{
		{"none stands out", quiet, 20, "No clear change this week", []string{}, ""},
		{"one does", append(byHand{dimmer}, quiet...), 20, told, []string{told}, "A burst, from 18 customers"},
		{"behind larger ones", append(slices.Clone(quiet), chronic, flat, dimmer), 20, told, []string{told}, "A burst, from 18 customers"},
		{"several do", byHand{dimmer, fresh, back}, 20, "“Voucher” came up 6 times, usually none", []string{"“Voucher” came up 6 times, usually none",
			"“Password” came up 40 times, usually 12", told}, "A new issue, from one customer"},
		{"and a figure", byHand{dimmer, fresh, back}, 60, "“Voucher” came up 6 times, usually none", []string{"“Voucher” came up 6 times, usually none", volume,
			"“Password” came up 40 times, usually 12"}, "A new issue, from one customer"},
		{"a figure above weaker issues", byHand{dimmer, back}, 60, volume, []string{volume, "“Password” came up 40 times, usually 12", told}, ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			dbtest.Each(t, func(t *testing.T, db *migrations.DB) {
				d := newDesk(t, db, "2026-04-10 12:00")
				d.Rollups = rollups.New(d.log, tickets.NewDirectory(d.log), d.surveys, tt.issues)
				d.likeWeeks(tt.tickets)
				d.run()
				rep := d.report("2026-W14")
				got := []string{}
				for _, s := range rep.Findings {
					got = append(got, s.Text)
					listed := slices.ContainsFunc(rep.Issues, func(k rollups.KnownIssue) bool { return k.ID == s.Issue })
					if (s.Issue == 0) == listed || s.Issue != 0 && (s.Href != "/issues/"+s.Issue.String() || s.Good == nil || *s.Good) {
						t.Errorf("finding = %+v, listed %v", s, listed)
					}
				}
				if rep.Headline.Text != tt.headline || rep.Headline.Where != tt.where || !slices.Equal(got, tt.findings) {
					t.Errorf("headline %q (%q), findings %q", rep.Headline.Text, rep.Headline.Where, got)
				}
				d.later(5 * time.Minute)
				d.run()
				frozen := d.report("2026-W14")
				if frozen.Revision != 1 || !reflect.DeepEqual(frozen.Findings, rep.Findings) || !reflect.DeepEqual(frozen.Headline, rep.Headline) || len(frozen.Issues) != len(rep.Issues) {
					t.Errorf("stored, it is told differently (revision %d): %+v, %+v", frozen.Revision, frozen.Headline, frozen.Findings)
				}
			})
		})
	}
}

func TestFindingsBeginWithTheStrongest(t *testing.T) {
	d := newDesk(t, dbtest.SQLite(t), "2026-04-10 12:00")
	strong := issues.ReportIssue{ID: 1, Name: "Strong", Kind: issues.KindNew, Tickets: 60, Customers: 50, Expected: usually(2)}
	weak := issues.ReportIssue{ID: 2, Name: "Weak", Kind: issues.KindRising, Tickets: 60, Customers: 50, Expected: usually(25)}
	d.Rollups = rollups.New(d.log, tickets.NewDirectory(d.log), nil, byHand{weak, strong})
	d.likeWeeks(20)
	d.run()
	rep := d.report("2026-W14")
	if len(rep.Findings) != 2 || rep.Findings[0].Issue != 1 || rep.Headline.Issue != 1 || strings.Contains(rep.Headline.Text, "Weak") {
		t.Errorf("findings = %+v", rep.Findings)
	}
	// A part of the desk knows no issues.
	part, err := d.Report(t.Context(), "2026-W14", rollups.Filter{Teams: []events.ID{1}})
	if err != nil || len(part.Findings) != 0 || part.IssuesKnown {
		t.Errorf("a team's report = %+v, %v", part, err)
	}
}
