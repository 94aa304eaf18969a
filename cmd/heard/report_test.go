package main

import (
	"bytes"
	"encoding/json"
	"log/slog"
	"os"
	"strings"
	"testing"
	"unicode/utf8"

	"heard/feedback/rollups"
)

func TestReportCommand(t *testing.T) {
	data := t.TempDir()
	call := func(args ...string) (int, string) {
		t.Helper()
		var out, errOut bytes.Buffer
		code := run(t.Context(), append([]string{"report", "--data", data}, args...), &out, &errOut)
		return code, out.String()
	}
	if code, text := call(); code != exitFailed || text != "" {
		t.Errorf("where no desk is: exit %d, %q", code, text)
	}
	files, err := os.ReadDir(data)
	if err != nil || len(files) > 0 {
		t.Fatalf("where no desk is, one was made: %v, %v", files, err)
	}
	a, err := openApp(t.Context(), storeFlags{Data: data}, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	if err := a.close(); err != nil {
		t.Fatal(err)
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
	code, text = call("--json")
	var rep rollups.Report
	if err := json.Unmarshal([]byte(text), &rep); code != exitDone || err != nil || !rep.Provisional || len(rep.Figures) == 0 {
		t.Errorf("exit %d, %v: %q", code, err, text)
	}
	if code, text := call("--week", "2010-W01"); code != exitFailed || text != "" {
		t.Errorf("a week before the first ticket: exit %d, %q", code, text)
	}
	for _, bad := range []string{"2026-W54", "last", "2026-46"} {
		if code, _ := call("--week", bad); code != exitUsage {
			t.Errorf("--week %s: exit %d, want %d", bad, code, exitUsage)
		}
	}
	for format, want := range map[string]string{"csv": "week,figure,label", "html": "<!doctype html>", "mail": "Weekly report", "json": `"week":"` + rep.Week + `"`} {
		if code, text := call("--format", format); code != exitDone || !strings.Contains(text, want) {
			t.Errorf("--format %s: exit %d, %.200q", format, code, text)
		}
	}
	if code, _ := call("--week", "2026-W10", "--format", "stored"); code != exitFailed {
		t.Errorf("a week of which nothing is stored: exit %d", code)
	}
	if code, _ := call("--format", "pdf"); code != exitUsage {
		t.Errorf("an odd format: exit %d", code)
	}
}
