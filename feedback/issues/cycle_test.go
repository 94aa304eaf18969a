package issues

import (
	"math"
	"strings"
	"testing"
	"time"

	"heard/migrations"
	"heard/migrations/dbtest"
	"heard/tickets"
	"heard/tickets/events"
	"heard/tickets/fault"
)

// TestAFixByARelease: the release says since when, and everything about it can be read afterwards.
func TestAFixByARelease(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *migrations.DB) {
		d := newShop(t, db)
		d.weeks()
		d.burst("login", 7, 2, 1)
		d.night()
		x := d.about("code")
		lead := events.Actor{Kind: events.Agent, ID: 1}
		shipped := d.log.Now().Add(-5 * time.Hour)
		for _, r := range []Release{{Version: "2.4.1", At: shipped}, {Version: "2.4.2", At: shipped.Add(time.Hour)}, {Version: "1.0", At: d.log.Now().Add(-200 * 24 * time.Hour)}} {
			_, _, err := d.AddRelease(t.Context(), lead, r)
			d.must(err)
		}
		fixed, ack, version, other, none := Marked, Acknowledged, "2.4.1", "2.4.2", ""
		at := shipped
		for _, tt := range []struct {
			p    Patch
			want string
		}{
			{Patch{Status: &fixed, FixedIn: ptr("9.9")}, "fixed_in"}, {Patch{Status: &fixed, FixedIn: ptr("1.0")}, "fixed_in"},
			{Patch{FixedIn: &version}, "fixed_in"}, {Patch{Status: &ack, FixedIn: &version}, "fixed_in"},
			{Patch{Status: &fixed, FixedIn: &version, FixedAt: &at}, "fixed_at"},
			{Patch{Tracker: &Tracker{URL: "javascript:alert(1)"}}, "tracker.url"}, {Patch{Tracker: &Tracker{Key: "SHOP-1"}}, "tracker.url"},
			{Patch{Tracker: &Tracker{URL: "https://x.test", Key: strings.Repeat("x", 61)}}, "tracker.key"},
		} {
			err := d.Change(t.Context(), lead, x.ID, tt.p)
			if f := fault.Of(err); f == nil || f.Kind != fault.Invalid || f.Fields[0].Field != tt.want {
				t.Errorf("%+v: %v, want %s named", tt.p, err, tt.want)
			}
		}
		before := d.kinds()
		d.must(d.Change(t.Context(), lead, x.ID, Patch{Status: &fixed, FixedIn: &version, Tracker: &Tracker{URL: "https://tracker.test/SHOP-12", Key: "SHOP-12"}}))
		y := d.about("code")
		if y.Status != Marked || y.FixedIn != "2.4.1" || y.FixedAt != shipped || y.Tracker == nil || y.Tracker.Key != "SHOP-12" || y.Verdict == nil || y.Verdict.State != TooEarly || y.Verdict.Projected == nil {
			t.Errorf("fixed = %+v, tracker %+v, verdict %+v", y, y.Tracker, y.Verdict)
		}
		d.must(d.Change(t.Context(), lead, x.ID, Patch{Status: &fixed, FixedIn: &other}))
		if y = d.about("code"); y.FixedIn != "2.4.2" || y.FixedAt != shipped.Add(time.Hour) {
			t.Errorf("restated = %s at %s", y.FixedIn, y.FixedAt)
		}
		d.must(d.Change(t.Context(), lead, x.ID, Patch{Status: &fixed, FixedIn: &other})) // the same again is nothing
		d.must(d.Change(t.Context(), lead, x.ID, Patch{Status: &fixed, FixedIn: &none}))  // not by a release after all; the day stays
		if y = d.about("code"); y.FixedIn != "" || y.FixedAt != shipped.Add(time.Hour) {
			t.Errorf("without a release = %q at %s", y.FixedIn, y.FixedAt)
		}
		d.must(d.Change(t.Context(), lead, x.ID, Patch{Status: &ack, Tracker: &Tracker{}}))
		if y = d.about("code"); y.FixedIn != "" || y.FixedAt != 0 || y.Tracker != nil {
			t.Errorf("taken back = %+v", y)
		}
		after := d.kinds()
		if moved, changed := after["issue.status_changed"]-before["issue.status_changed"], after["issue.changed"]-before["issue.changed"]; moved != 4 || changed != 2 {
			t.Errorf("%d movements and %d changes, want 4 and 2", moved, changed)
		}
		d.check()
	})
}

func ptr[T any](v T) *T { return &v }

// TestImpactFollowsTheSettings: every term is count times weight by weeks, the sum is the impact, money follows the rate,
// and a change of the weights holds at once.
func TestImpactFollowsTheSettings(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *migrations.DB) {
		d := newShop(t, db)
		d.weeks()
		d.burst("login", 9, 2, 1)
		d.night()
		x := d.about("code")
		if x.Cost != nil || len(x.Impact.Parts) != 4 {
			t.Errorf("without a rate: cost %+v, parts %+v", x.Cost, x.Impact.Parts)
		}
		people := tickets.NewPeople(d.log, nil) // its directory knows at once what it changed
		d = &shop{NewStore(d.log, people.Directory()), t, d.tickets, d.clock, d.rng, d.n}
		_, err := people.ChangeSettings(t.Context(), events.SystemActor, tickets.SettingsPatch{HourlyRate: ptr(42.0), Currency: ptr("CHF"), ImpactReopen: ptr(2.0), ImpactHandoff: ptr(0.0)})
		d.must(err)
		y := d.about("code")
		weeks, sum := float64(y.Period)/7, 0.0
		weights := map[string]float64{"handling": 1, "reopens": 2, "handoffs": 0, "csat": 0.1}
		for _, p := range y.Impact.Parts {
			sum += p.Hours
			if p.Weight != weights[p.Term] || math.Abs(p.Hours-p.Count*p.Weight/weeks) > 1e-3 {
				t.Errorf("part = %+v", p)
			}
		}
		if math.Abs(sum-y.Impact.Hours) > 1e-3 || math.Abs(y.Impact.Rank-y.Impact.Hours*y.Impact.Trend) > 1e-3 {
			t.Errorf("impact = %+v, parts make %g", y.Impact, sum)
		}
		c := y.Cost
		if c == nil || c.Currency != "CHF" || math.Abs(c.Amount-y.Hours*42) > 0.01 || math.Abs(c.Yearly-c.Amount*52/weeks) > 0.05 ||
			math.Abs(c.Avoidable-c.Amount*math.Min(1, y.Excess/float64(y.Tickets))) > 0.01 || c.Avoidable <= 0 {
			t.Errorf("cost = %+v of %g hours, %d tickets, excess %g", c, y.Hours, y.Tickets, y.Excess)
		}
	})
}
