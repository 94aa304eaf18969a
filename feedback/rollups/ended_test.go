package rollups_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"reflect"
	"strings"
	"testing"
	"time"

	"heard/feedback"
	"heard/feedback/rollups"
	"heard/feedback/surveys"
	"heard/migrations"
	"heard/migrations/dbtest"
	"heard/tickets/events"
)

// asked gives tickets surveys, of which some were answered, changed or taken back, at any time.
func asked(d *desk, rng *rand.Rand, n int, from, to events.Time) {
	within := func(from events.Time) events.Time { return from + events.Time(rng.Int64N(9*24*3600_000)) }
	d.surveys.revised = map[string][]surveys.Revised{}
	for i := range n {
		kind := []string{surveys.CSAT, surveys.CSAT, "ces"}[rng.IntN(3)]
		a := surveys.Answer{Invitation: events.ID(i + 1), Ticket: events.ID(1 + rng.IntN(100)), Inbox: 1, Team: events.ID(1 + rng.IntN(2)), Agent: 1, Scale: 5,
			AskedAt: from + events.Time(rng.Int64N(int64(to-from)))}
		if kind == "ces" {
			a.Ticket, a.Scale, a.Touchpoint = 0, 7, "delivery"
		}
		r := surveys.Revised{}
		switch rng.IntN(4) {
		case 0: // no answer
		case 1:
			a.WithdrawnAt = within(a.AskedAt)
		default:
			a.AnsweredAt, a.Score = within(a.AskedAt), 1+rng.IntN(a.Scale)
			for until := a.AnsweredAt; rng.IntN(2) == 0; {
				until = within(until)
				r.Before = append(r.Before, surveys.Stood{Until: until, Score: 1 + rng.IntN(a.Scale)})
			}
		}
		if r.Answer = a; a.WithdrawnAt != 0 || len(r.Before) > 0 {
			d.surveys.revised[kind] = append(d.surveys.revised[kind], r)
		}
		switch {
		case a.WithdrawnAt != 0:
		case kind == "ces":
			d.surveys.ease = append(d.surveys.ease, a)
		default:
			d.surveys.list = append(d.surveys.list, a)
		}
	}
}

// said is a number in words, to compare what two ways tell.
func said(n int, hits *int, numbers ...*rollups.Number) string {
	var b strings.Builder
	fmt.Fprint(&b, n)
	if hits != nil {
		fmt.Fprint(&b, " hits ", *hits)
	}
	for _, x := range numbers {
		text := "none"
		if x != nil {
			raw, _ := x.MarshalJSON()
			text = string(raw)
		}
		b.WriteString(" " + text)
	}
	return b.String()
}

func saidOf(r *rollups.Range) []*rollups.Number {
	if r == nil {
		return []*rollups.Number{nil, nil}
	}
	return []*rollups.Number{r.Low, r.High}
}

// A report's number and the API's as of the end are one number: as it is stored, and as it is computed for a part of the
// desk, whatever happened later. What is known now is another one for some figures.
func TestAWeekHasOneNumber(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *migrations.DB) {
		rng := rand.New(rand.NewPCG(7, 20))
		d := newDesk(t, db, "2026-05-04 12:00")
		from, to := local(t, "2026-03-16 00:00"), local(t, "2026-05-04 00:00")
		random(d, rng, 110, from, to)
		asked(d, rng, 120, from, to)
		d.later(5 * time.Minute)
		d.run()
		differ := map[rollups.Key]bool{}
		for week := "2026-W13"; week <= "2026-W18"; week = rollups.AddWeeks(week, 1) {
			for _, f := range []rollups.Filter{{}, {Teams: []events.ID{1, 2}}, {Teams: []events.ID{2}}} {
				rep, err := d.Report(t.Context(), week, f)
				d.must(err)
				if stored := rep.Revision > 0; stored != (f.Teams == nil) {
					t.Fatalf("%s of %v: revision %d", week, f.Teams, rep.Revision)
				}
				for i := range rep.Figures {
					fig := &rep.Figures[i]
					same(d, fig, f, "")
					same(d, fig, f, "week")
					if now := series(d, fig, f, "", rollups.KnownNow); now.Rows[0].N != fig.N || !reflect.DeepEqual(now.Rows[0].Hits, fig.Hits) {
						differ[fig.Key] = true
					}
				}
			}
		}
		for _, key := range []rollups.Key{rollups.Resolved, rollups.Reopen, rollups.OneTouch, rollups.CustomerWait, rollups.CSAT, rollups.Responses} {
			if !differ[key] {
				t.Errorf("%s is the same as known now: the test tests little", key)
			}
		}
		for _, key := range []rollups.Key{rollups.Volume, rollups.FirstResponse, rollups.FirstResolution, rollups.Handoffs, rollups.HandoffShare, rollups.Backlog} {
			if differ[key] {
				t.Errorf("%s changed after the week, which nothing can change", key)
			}
		}
	})
}

// An answer that no ticket led to has its survey's touchpoint, and the day is made again when it is changed.
func TestAnswersWithoutATicketHaveATouchpoint(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *migrations.DB) {
		d := newDesk(t, db, "2026-03-20 12:00")
		aWeek(d)
		for i, touchpoint := range []string{"delivery", "delivery", "pricing"} {
			d.surveys.ease = append(d.surveys.ease, surveys.Answer{Invitation: events.ID(i + 1), Inbox: 1, Touchpoint: touchpoint, Scale: 7, Score: 6,
				AskedAt: local(t, "2026-03-17 10:00"), AnsweredAt: local(t, "2026-03-17 11:00")})
		}
		d.run()
		d.later(24 * time.Hour)
		d.run()
		q := rollups.Query{Figure: rollups.CES, From: "2026-03-16", To: "2026-03-22", By: "touchpoint"}
		want := map[string]rollups.Told{"delivery": {N: 2, Hits: 2}, "pricing": {N: 1, Hits: 1}}
		fast, slow, ok, err := d.BothWays(t.Context(), q)
		d.must(err)
		for part, w := range want {
			for how, got := range map[string]rollups.Told{"by days": fast[part], "one by one": slow[part]} {
				if !ok || got.N != w.N || got.Hits != w.Hits || len(fast) != 2 || len(slow) != 2 {
					t.Errorf("%s %s = %+v of %v, want %+v", part, how, got, ok, w)
				}
			}
			for _, known := range []rollups.Known{rollups.KnownNow, rollups.KnownEnd} {
				out, err := d.Series(t.Context(), rollups.Query{Figure: rollups.CES, From: q.From, To: q.To, Known: known, Filter: rollups.Filter{Touchpoint: part}})
				d.must(err)
				behind, err := d.Behind(t.Context(), rollups.BehindQuery{Figure: rollups.CES, From: q.From, To: q.To, Known: known, Filter: rollups.Filter{Touchpoint: part}})
				d.must(err)
				if out.Rows[0].N != w.N || behind.Counted != w.N {
					t.Errorf("%s, known %s: %d, behind it %d, want %d", part, known, out.Rows[0].N, behind.Counted, w.N)
				}
			}
		}

		// Somebody changes an answer of a day that is made.
		d.must(d.log.Write(t.Context(), events.Unit{By: events.SystemActor}, func(ctx context.Context, tx *events.Tx) error {
			tx.Record(0, feedback.SurveyAnswered{Invitation: 1, Kind: "ces", Score: 2, Scale: 7, Changed: true})
			return tx.Insert(ctx, "survey_invitations", []string{"id", "public_id", "kind", "ticket_id", "customer_id", "inbox_id", "asked_at", "expires_at", "answered_at"},
				[][]any{{1, "p", "ces", 0, 0, 1, local(t, "2026-03-17 10:00"), local(t, "2026-03-30 10:00"), local(t, "2026-03-17 11:00")}})
		}))
		d.surveys.ease[0].Score = 2
		d.run()
		if fast, _, _, err := d.BothWays(t.Context(), q); err != nil || fast["delivery"].Hits != 1 {
			t.Errorf("delivery after the change = %+v, %v", fast["delivery"], err)
		}
	})
}

func series(d *desk, fig *rollups.Figure, f rollups.Filter, by string, known rollups.Known) *rollups.Series {
	d.t.Helper()
	cal, err := d.Calendar(d.t.Context())
	d.must(err)
	begin, end := cal.Week(fig.Week)
	q := rollups.Query{Figure: fig.Key, From: cal.DayOf(begin), To: cal.DayOf(end - 1), By: by, Known: known, Filter: f}
	out, err := d.Series(d.t.Context(), q)
	d.must(err)
	if len(out.Rows) != 1 {
		d.t.Fatalf("%s of %s: %d rows", fig.Key, fig.Week, len(out.Rows))
	}
	return out
}

func same(d *desk, fig *rollups.Figure, f rollups.Filter, by string) {
	d.t.Helper()
	s := series(d, fig, f, by, rollups.KnownEnd)
	p := s.Rows[0]
	var p90, mean *rollups.Number
	if fig.Calendar != nil {
		p90, mean = fig.Calendar.P90, fig.Calendar.Mean
		if fig.N == 0 {
			p90, mean = nil, nil
		}
	}
	want := said(fig.N, fig.Hits, append(saidOf(fig.Interval), fig.Value, p90, mean)...)
	if got := said(p.N, p.Hits, append(saidOf(p.Interval), p.Value, p.P90, p.Mean)...); got != want {
		d.t.Errorf("%s of %s for %v by %q = %s, the report tells %s", fig.Key, fig.Week, f.Teams, by, got, want)
	}
	if s.Known != rollups.KnownEnd || strings.Contains(s.Definition, "{") || strings.Contains(s.Definition, "in the week") {
		d.t.Errorf("%s: known %q, %q", fig.Key, s.Known, s.Definition)
	}
}
