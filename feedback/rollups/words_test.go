package rollups_test

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"math"
	"slices"
	"strings"
	"testing"
	"time"

	"heard/feedback/rollups"
	"heard/feedback/stats"
	"heard/migrations/dbtest"
	"heard/tickets"
)

func TestValuesReadWell(t *testing.T) {
	for _, tt := range []struct {
		unit rollups.Unit
		v    float64
		want string
	}{
		{rollups.Count, 0, "0"}, {rollups.Count, 1234567, "1,234,567"}, {rollups.Count, 15.25, "15.2"}, {rollups.Count, -1200, "−1,200"},
		{rollups.Share, .842, "84.2 %"}, {rollups.Share, 1, "100 %"}, {rollups.Share, 0, "0.0 %"},
		{rollups.Seconds, 0, "0 s"}, {rollups.Seconds, 59.4, "59 s"}, {rollups.Seconds, 59.6, "1 min"}, {rollups.Seconds, 90, "1.5 min"},
		{rollups.Seconds, 3569, "59 min"}, {rollups.Seconds, 3600, "1 h"}, {rollups.Seconds, 7500, "2 h 5 min"}, {rollups.Seconds, 200_000, "2.3 days"},
	} {
		if got := rollups.Text(tt.unit, tt.v); got != tt.want {
			t.Errorf("%v %s = %q, want %q", tt.v, tt.unit, got, tt.want)
		}
	}
	for v, want := range map[rollups.Number]string{1.0 / 3: "0.333333", -0.0000001: "0", 12: "12", 1e9: "1000000000", rollups.Number(math.NaN()): "null", rollups.Number(math.Inf(1)): "null"} {
		if got, err := json.Marshal(v); err != nil || string(got) != want {
			t.Errorf("number = %s, %v, want %s", got, err, want)
		}
	}
}

func TestCSVRunsInNoSpreadsheet(t *testing.T) {
	rep := &rollups.Report{Week: "2026-W12", Figures: []rollups.Figure{{Key: rollups.Volume, Label: "New", Note: "a \"quoted\",\r\nnote"}}}
	for _, name := range []string{"=1+1", "+1", "-2", "@SUM(A1)", "\t=1", " =1", "\r=1", "|calc", "＝1+1", "\u00a0=HYPERLINK(\"x\")", "fine", "a=b"} {
		rep.Issues = append(rep.Issues, rollups.KnownIssue{ID: 1, Name: name, Status: "flagged"})
	}
	var b bytes.Buffer
	if err := rep.WriteCSV(&b); err != nil {
		t.Fatal(err)
	}
	if bytes.Count(b.Bytes(), []byte("\n")) != bytes.Count(b.Bytes(), []byte("\r\n")) {
		t.Error("a line does not end with CRLF")
	}
	in := csv.NewReader(&b)
	in.FieldsPerRecord = -1
	rows, err := in.ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	safe := 0
	for _, row := range rows {
		for _, cell := range row {
			text := strings.TrimLeft(cell, " \t\r\n\u00a0")
			if text != "" && strings.ContainsAny(text[:1], "=+-@|") || strings.HasPrefix(text, "＝") {
				t.Errorf("the cell %q would run", cell)
			}
			if cell == "fine" || cell == "a=b" {
				safe++
			}
		}
	}
	if safe != 2 || len(rows) < 14 {
		t.Errorf("%d harmless cells left alone, want 2, in %d rows", safe, len(rows))
	}
}

// A desk with four like weeks and one that is twice as busy, slower and worse says so, and names where.
func TestHeadlineIsTheLargestClearChange(t *testing.T) {
	d := newDesk(t, dbtest.SQLite(t), "2026-04-10 12:00")
	days := []string{"2026-03-02", "2026-03-09", "2026-03-16", "2026-03-23", "2026-03-30"}
	for w, day := range days {
		n := 20
		if w == 4 {
			n = 60
		}
		for i := range n {
			at := local(t, day+" 09:00")
			step := func(minutes int, kind tickets.StepKind, who int) tickets.Step {
				s := tickets.Step{At: at.Add(time.Duration(minutes+i) * time.Minute), Kind: kind, By: agent(1)}
				if who == 0 {
					s.By = customer
				}
				if kind == tickets.StepMessage {
					s.Body = "words"
				}
				return s
			}
			d.lives(tickets.API, 1, step(0, tickets.StepMessage, 0), step(5+i%3, tickets.StepMessage, 1), step(30+i%5, tickets.StepResolve, 1))
		}
	}
	d.run()
	rep := d.report("2026-W14")
	if got := rep.Headline.Text; got != "New tickets rose to 60, from 20 in a usual week" {
		t.Errorf("headline = %q", got)
	}
	if f := rep.Figure(rollups.FirstResponse); f.Change.Verdict != stats.NoClear || f.Change.Good != nil {
		t.Errorf("first response = %+v", f.Change)
	}
	if len(rep.Findings) > 3 || !slices.Equal(rep.Compared, []string{"2026-W10", "2026-W11", "2026-W12", "2026-W13"}) {
		t.Errorf("findings %v, compared with %v", rep.Findings, rep.Compared)
	}
	// The running week is held against the same days of the weeks before.
	if now := d.report("2026-W15"); !now.Provisional || now.Figure(rollups.Volume).N != 0 || now.Figure(rollups.Volume).Before[3].N != 60 || now.To != local(t, "2026-04-13 00:00") {
		t.Errorf("running week = %+v", now.Figure(rollups.Volume))
	}
	if rep := d.report("2026-W10"); rep.Figure(rollups.Volume).Change.Verdict != stats.TooFew || rep.Figure(rollups.Volume).Change.Value != nil {
		t.Errorf("the first week has a change: %+v", rep.Figure(rollups.Volume).Change)
	}
	if _, err := d.Report(t.Context(), "2026-W40", rollups.Filter{}); err == nil {
		t.Error("a week to come has a report")
	}
}
