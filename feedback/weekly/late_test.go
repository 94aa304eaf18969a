package weekly_test

import (
	"strings"
	"testing"
	"time"

	"heard/feedback/rollups"
	"heard/feedback/weekly"
	"heard/migrations"
	"heard/migrations/dbtest"
	"heard/tickets/jobs"
	"heard/tickets/mail/mailtest"
)

// at moves the clock to a moment and tells the weeks that are over by then.
func (p *posted) at(moment time.Time) {
	p.t.Helper()
	p.clock.Advance(moment.Sub(p.clock.Now()))
	_, err := p.log.CatchUp(p.t.Context(), p.reports.Consumer())
	p.must(err)
	p.must(p.reports.CatchUp(p.t.Context()))
	p.must(p.post.Queue(p.t.Context()))
}

// Nothing ran when mails were due: they go out late, each about its own week and once, until the next one is due.
func TestALateMailGoesOutWithItsOwnWeek(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *migrations.DB) {
		p := newPosted(t, db)
		p.lives(12, time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC))
		p.lives(3, time.Date(2026, 3, 11, 9, 0, 0, 0, time.UTC))
		_, _, err := p.Subscribe(t.Context(), p.by, weekly.SubscriberIn{Agent: p.mia.ID})
		p.must(err)
		sunday, night := 7, 23
		_, _, err = p.Subscribe(t.Context(), p.by, weekly.SubscriberIn{Address: "boss@example.test", Weekday: &sunday, Hour: &night})
		p.must(err)
		expect := func(n int, to, week string) {
			t.Helper()
			letters := p.server.Wait(n)
			if len(letters) != n {
				t.Fatalf("%d letters, want %d", len(letters), n)
			}
			l := letters[n-1]
			if subject := l.Envelope.GetHeader("Subject"); l.To[0] != to || !strings.Contains(subject, week) {
				t.Errorf("a letter to %s about %q, want one to %s about %s", l.To[0], subject, to, week)
			}
		}
		p.at(time.Date(2026, 3, 12, 10, 0, 0, 0, time.UTC)) // Monday's moment was three days ago
		expect(1, "mia@example.test", "week 10")
		rep, err := p.reports.Report(t.Context(), "2026-W10", rollups.Filter{})
		p.must(err)
		if text := p.server.Letters()[0].Envelope.Text; rep.Revision != 1 || rep.Figure(rollups.Volume).N != 12 || !strings.Contains(text, "12 resolved") {
			t.Errorf("the late letter of revision %d tells:\n%s", rep.Revision, text)
		}
		p.at(time.Date(2026, 3, 16, 7, 0, 0, 0, time.UTC)) // Sunday's moment lies in the week before
		expect(2, "boss@example.test", "week 10")
		p.at(time.Date(2026, 3, 24, 9, 0, 0, 0, time.UTC)) // week 11 is over for Mia: week 12 is due; for the boss it is not
		letters := p.server.Wait(4)
		said := map[string]string{}
		for _, l := range letters[2:] {
			said[l.To[0]] = l.Envelope.GetHeader("Subject")
		}
		if len(letters) != 4 || !strings.Contains(said["mia@example.test"], "week 12") || !strings.Contains(said["boss@example.test"], "week 11") {
			t.Errorf("%d letters, the last ones %v", len(letters), said)
		}
	})
}

// A letter that the mail server does not take is not lost: it is parked, and says why.
func TestARefusedReportIsParked(t *testing.T) {
	p := newPosted(t, dbtest.SQLite(t))
	p.server.Say(func(_ int, stage mailtest.Stage) error {
		if stage == mailtest.Rcpt {
			return mailtest.Refuse(550, "no such person")
		}
		return nil
	})
	p.lives(2, time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC))
	_, _, err := p.Subscribe(t.Context(), p.by, weekly.SubscriberIn{Address: "typo@example.test"})
	p.must(err)
	p.at(time.Date(2026, 3, 9, 8, 0, 0, 0, time.UTC))
	var parked []jobs.Row
	for deadline := time.Now().Add(time.Minute); len(parked) == 0 && time.Now().Before(deadline); time.Sleep(20 * time.Millisecond) {
		parked, err = jobs.List(t.Context(), p.log, jobs.Filter{State: "parked", Limit: 10})
		p.must(err)
	}
	if len(parked) != 1 || parked[0].Kind != weekly.MailKind || !strings.Contains(parked[0].Error, "refuses the letter") || len(p.server.Letters()) != 0 {
		t.Errorf("parked = %+v", parked)
	}
	p.server.Say(nil)
	p.must(jobs.Retry(t.Context(), p.log, p.by, parked[0].ID))
	if letters := p.server.Wait(1); len(letters) != 1 || !strings.Contains(letters[0].Envelope.GetHeader("Subject"), "week 10") {
		t.Errorf("sent again: %d letters", len(letters))
	}
}
