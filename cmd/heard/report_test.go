package main

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"
	"unicode/utf8"

	"heard/feedback/rollups"
	"heard/feedback/stats"
)

func TestReportCommand(t *testing.T) {
	data := t.TempDir()
	call := func(args ...string) (int, string) {
		t.Helper()
		var out, errOut bytes.Buffer
		code := run(t.Context(), append([]string{"report", "--data", data}, args...), &out, &errOut)
		return code, out.String()
	}
	code, text := call()
	if code != exitDone || !strings.Contains(text, "No tickets yet") || strings.Contains(text, "\x1b") {
		t.Errorf("exit %d: %q", code, text)
	}
	for line := range strings.Lines(text) {
		if n := utf8.RuneCountInString(strings.TrimRight(line, "\n")); n > 80 {
			t.Errorf("a line of %d characters: %q", n, line)
		}
	}
	code, text = call("--week", "2026-W10", "--json")
	var rep rollups.Report
	if err := json.Unmarshal([]byte(text), &rep); code != exitDone || err != nil || rep.Week != "2026-W10" || len(rep.Figures) == 0 {
		t.Errorf("exit %d, %v: %q", code, err, text)
	}
	for _, bad := range []string{"2026-W54", "last", "2026-46"} {
		if code, _ := call("--week", bad); code != exitUsage {
			t.Errorf("--week %s: exit %d, want %d", bad, code, exitUsage)
		}
	}
	if got := printable("a\x1b[31mb\u009bc"); strings.ContainsAny(got, "\x1b\u009b") {
		t.Errorf("a comment may steer the terminal: %q", got)
	}
}

func TestReportOnPaperMarksByOneDecision(t *testing.T) {
	half, bad := rollups.Number(.5), false
	figure := func(key rollups.Key, verdict stats.Verdict, good *bool) rollups.Figure {
		return rollups.Figure{Key: key, Label: string(key), Unit: rollups.Share, Value: &half, Change: rollups.Change{Verdict: verdict, Good: good}}
	}
	said := rollups.Statement{Text: "“Dim\x1bmer” came up 22 times, usually 8.5", Where: "A burst, from 18 customers", Issue: 7}
	var out bytes.Buffer
	p := paper{w: &out, colour: true}
	p.report(&rollups.Report{Week: "2026-W10", Headline: said, Findings: []rollups.Statement{said},
		Figures: []rollups.Figure{figure(rollups.CSAT, stats.Down, &bad), figure(rollups.Reopen, rollups.Perhaps, nil)}})
	for _, want := range []string{"What changed", "• “Dim mer” came up 22 times, usually 8.5", "A burst, from 18 customers", "\x1b[31m ▼\x1b[0m\n", " ?\n"} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("the paper lacks %q:\n%q", want, out.String())
		}
	}
}
