package weekly_test

import (
	"fmt"
	"strings"
	"testing"

	"heard/feedback/rollups"
	"heard/feedback/stats"
	"heard/feedback/weekly"
	"heard/tickets/events"
)

// fullest is a report with the most of everything that a desk can make, where whatever people wrote or named is filled
// with words of one letter: no text of its length has more of them.
func fullest(provisional bool) *rollups.Report {
	long := func(n int) string { return strings.TrimSpace(strings.Repeat("ü ", n/2)) }
	num := func(x float64) *rollups.Number { n := rollups.Number(x); return &n }
	between := &rollups.Range{Low: num(1234.5), High: num(2345.6)}
	good, hits := true, 1234
	r := &rollups.Report{Week: "2026-W46", From: 1762729200000, To: 1763334000000, AsOf: 1763334000000, TimeZone: "America/Argentina/ComodRivadavia",
		Desk: long(80), Provisional: provisional, DefinitionVersion: 1, Confidence: 0.95, IssuesKnown: true, Surveyed: true, Excluded: 12345,
		Tiles:    []rollups.Key{rollups.CSAT, rollups.FirstContact, rollups.FirstResponse, rollups.FirstResolution, rollups.Volume, rollups.Backlog},
		Compared: []string{"2026-W42", "2026-W43", "2026-W44", "2026-W45"}}
	if provisional {
		for range 12 {
			r.Teams = append(r.Teams, long(60))
		}
	}
	labels := map[rollups.Key]string{rollups.CSAT: "Customer satisfaction", rollups.FirstContact: "Solved at first contact", rollups.FirstResponse: "First response",
		rollups.FirstResolution: "Time to resolve", rollups.Volume: "New tickets", rollups.Backlog: "Backlog"}
	notes := map[rollups.Key]string{rollups.FirstContact: "tickets first resolved in week 45, 2026", rollups.FirstResponse: "1,234 still waiting, the longest for 123 days 12 h so far",
		rollups.Volume: "1,234 resolved, for the first time or again", rollups.Backlog: "the oldest has stood for 123 days 12 h"}
	units := map[rollups.Key]rollups.Unit{rollups.CSAT: rollups.Share, rollups.FirstContact: rollups.Share, rollups.FirstResponse: rollups.Seconds, rollups.FirstResolution: rollups.Seconds}
	for _, key := range append(r.Tiles, rollups.Handoffs, rollups.HandoffShare) {
		unit := rollups.Count
		if u, known := units[key]; known {
			unit = u
		}
		value, between := num(123456.7), between
		if unit == rollups.Share {
			value, between = num(.1234), &rollups.Range{Low: num(.1123), High: num(.3456)}
		}
		f := rollups.Figure{Key: key, Label: labels[key], Unit: unit, Value: value, Interval: between, N: 15, Hits: &hits, BeforeMean: value,
			Calendar: &rollups.Durations{Median: num(1234), P90: num(99999), Interval: between}, Note: notes[key],
			Change: rollups.Change{Verdict: rollups.Perhaps, Value: num(0.123), Ratio: unit != rollups.Share, Interval: between, Good: &good}}
		if unit == rollups.Share && !provisional {
			f.KnownNow = &rollups.NowKnown{Value: num(.2345), N: 123, Hits: &hits}
		}
		for _, week := range r.Compared {
			f.Before = append(f.Before, rollups.Past{Week: week, Value: num(2345), N: 123})
		}
		r.Figures = append(r.Figures, f)
	}
	say := func(issue events.ID) rollups.Statement {
		return rollups.Statement{Text: "“" + long(200) + "” came up 1,234 times, usually 123.4", Where: "Shows most in team " + long(60) + ": 12.3 %, 23.4 % before (n 1,234)", Issue: issue, Href: "/issues/1"}
	}
	r.Headline, r.Findings = say(1), []rollups.Statement{say(1), say(2), say(3)}
	for i := range events.ID(9) {
		r.Issues = append(r.Issues, rollups.KnownIssue{ID: i + 1, Name: long(200), Status: "acknowledged", OwnerID: 1, Owner: long(80), Tickets: 1234, Customers: 1234,
			Expected: num(12.5), CSAT: &rollups.Difference{Value: -1.2, Range: *between, N: 33}})
	}
	for i, to := range []string{"flagged", "acknowledged", "fixed", "regressed", "no_effect", "verified", "in_progress"} {
		for j := range 3 {
			r.Movements = append(r.Movements, rollups.Movement{Issue: events.ID(10*i + j), Name: long(200), From: "in_progress", To: to})
		}
	}
	for range 2 {
		r.Praise = append(r.Praise, rollups.Quote{Ticket: 1, Score: 10, Scale: 10, Text: long(280), Href: "/tickets/1"})
		r.Pain = append(r.Pain, rollups.Quote{Ticket: 1, Score: 1, Scale: 10, Text: long(280), Href: "/tickets/1"})
	}
	for range 7 {
		r.Reasons = append(r.Reasons, rollups.Counted{Word: long(40), N: 123})
		r.Decisions = append(r.Decisions, rollups.Decision{Reason: "asked_less_than_a_month_ago", N: 1234})
	}
	for i := range events.ID(25) {
		a := rollups.Action{ID: i + 1, Text: long(200), OwnerID: 1, Owner: long(80), Due: "2026-11-10", State: weekly.Open}
		r.Done, r.Next = append(r.Done, a), append(r.Next, a)
	}
	r.Notes = []string{"No search for issues had run over the whole week when this was told.", "Compared with 3 weeks: there are no tickets from before.",
		"1,234 of 12,345 new tickets were imported."}
	if provisional {
		r.Notes[0] = "The week is still running: figures are provisional and held against the same days of the weeks before."
	}
	for i := range 9 {
		r.Revisions = append(r.Revisions, rollups.Revision{Revision: i + 1, MadeAt: r.To, Reason: "12 tickets of the week were marked as spam or merged after it ended; " +
			"34 tickets of the week became known after it ended; changed: customer satisfaction, solved at first contact, first response, time to resolve, new tickets, backlog and 15 more"})
	}
	return r
}

// However full a report is, its text holds at most 500 words, and says what it left out.
func TestTheFullestReportFits(t *testing.T) {
	for _, provisional := range []bool{false, true} {
		for _, reader := range []weekly.Reader{weekly.Inside(), weekly.Outside(true, false)} {
			v := weekly.Look(fullest(provisional), reader)
			text := weekly.Text(v, weekly.Plain)
			if n := weekly.Words(text); n > weekly.MostWords {
				t.Errorf("provisional %v: %d words, want at most %d:\n%s", provisional, n, weekly.MostWords, text)
			}
			for _, want := range []string{fmt.Sprintf("and %d more", 21-len(v.Moves)), fmt.Sprintf("and %d more", 50-len(v.Before)-len(v.Coming)), "regressed", "Medians", "Definitions version"} {
				if !strings.Contains(text, want) {
					t.Errorf("provisional %v: the text lacks %q:\n%s", provisional, want, text)
				}
			}
			html, err := weekly.HTML(v, "https://help.example/reports/weekly/2026-W46", "https://help.example/leave")
			if err != nil || len(html) > 80<<10 {
				t.Errorf("the mail has %d bytes, %v", len(html), err)
			}
			if m := v.Moves; len(m) == 0 || m[0].To != "regressed" {
				t.Errorf("movements = %+v", m)
			}
			for line := range strings.Lines(text) {
				if n := len([]rune(strings.TrimRight(line, "\n"))); n > 78 {
					t.Errorf("a line of %d characters: %q", n, line)
				}
			}
		}
	}
	if stats.Level != 0.95 {
		t.Error("the method's sentence names another level")
	}
}
