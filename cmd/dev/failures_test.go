package main

import (
	"bytes"
	"context"
	"errors"
	"io"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

func TestGoFailuresAreNamed(t *testing.T) {
	const text = "ok  \theard/chat\t3.1s\n--- FAIL: TestSend (0.01s)\n    --- FAIL: TestSend/twice (0.00s)\n        send_test.go:9: got 2\nFAIL\nFAIL\theard/tickets\t0.2s\n"
	var out bytes.Buffer
	g := &goFailures{out: &out}
	for _, part := range []string{text[:25], text[25:40], text[40:]} { // pipes cut where they like
		if _, err := io.WriteString(g, part); err != nil {
			t.Fatal(err)
		}
	}
	want := []string{"--- FAIL: TestSend (0.01s)", "--- FAIL: TestSend/twice (0.00s)", "FAIL\theard/tickets\t0.2s"}
	if !slices.Equal(g.names, want) {
		t.Errorf("names = %q, want %q", g.names, want)
	}
	if out.String() != text {
		t.Errorf("passed on %q, want all of it", out.String())
	}
}

const browserReport = `{"testResults": [
	{"name": "/src/web/e2e/tests/list.test.ts", "status": "failed", "message": "", "assertionResults": [
		{"fullName": "list end", "status": "passed"},
		{"fullName": "list back", "status": "failed", "failureMessages": ["Error: no row\n    at list.test.ts:9"]}]},
	{"name": "/src/web/e2e/tests/demo.test.ts", "status": "passed", "assertionResults": []},
	{"name": "/src/web/e2e/tests/ask.test.ts", "status": "failed", "message": "Hook timed out\nin 60000ms", "assertionResults": [
		{"fullName": "asks", "status": "skipped"}]}]}`

func TestBrowserFailuresAreNamed(t *testing.T) {
	file := filepath.Join(t.TempDir(), "report.json")
	write(t, file, browserReport)
	got, err := readBrowserFailures(file)
	if err != nil {
		t.Fatal(err)
	}
	want := []browserFailure{
		{file: "tests/list.test.ts", test: "list back", why: "Error: no row |     at list.test.ts:9"},
		{file: "tests/ask.test.ts", why: "Hook timed out | in 60000ms"},
	}
	if !slices.Equal(got, want) {
		t.Errorf("failures = %v, want %v", got, want)
	}
	if got, want := got[1].String(), "tests/ask.test.ts: did not start: Hook timed out | in 60000ms"; got != want {
		t.Errorf("line = %q, want %q", got, want)
	}
}

func TestTheSummaryRepeatsWhatFailed(t *testing.T) {
	c := scratch(t)
	err := c.perform(t.Context(), []step{{name: "a", limit: time.Minute, run: func(context.Context) error {
		c.note(listed("failed:", strings.Split("0123456789", ""))...)
		return errors.New("no")
	}}})
	if !errors.Is(err, errSteps) {
		t.Errorf("error = %v, want %v", err, errSteps)
	}
	if got, want := said(t, c), "failed: 7\nfailed: and 2 more\n0 passed, 1 failed\n"; !strings.HasSuffix(got, want) {
		t.Errorf("told %q, want %q at its end", got, want)
	}
}

// TestABrowserFileGetsASecondTry stands an npm in for the real one: it fails the list's file on its first run, and on every
// run where the file says so.
func TestABrowserFileGetsASecondTry(t *testing.T) {
	const npm = `#!/bin/sh
for word in "$@"; do case $word in --outputFile.json=*) report=${word#*=};; esac; done
echo "asked: $*"
[ -e tried ] && [ ! -e broken ] && exit 0
touch tried
cat report.json > "$report"
exit 1
`
	tests := []struct {
		name, broken string
		args         []string
		passes       bool
		wantRuns     int
		wantEnd      string
	}{
		{"passes then", "", nil, true, 2, "passed only at the second try: tests/list.test.ts: list back: Error: no row |     at list.test.ts:9"},
		{"fails again", "broken", nil, false, 2, "failed at the second try: tests/ask.test.ts: did not start: Hook timed out | in 60000ms"},
		{"asked for by name", "", []string{"tests/list.test.ts"}, false, 1, "failed: tests/list.test.ts: list back: Error: no row |     at list.test.ts:9"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			c := scratch(t)
			write(t, c.path("web/e2e/report.json"), browserReport)
			if tt.broken != "" {
				write(t, c.path("web/e2e/"+tt.broken), "")
			}
			bin := t.TempDir()
			for name, text := range map[string]string{"npm": npm, "go": "#!/bin/sh\n"} {
				program(t, filepath.Join(bin, name))
				write(t, filepath.Join(bin, name), text)
			}
			t.Setenv("PATH", bin+":/usr/bin:/bin")
			run := &testRun{c: c, temp: t.TempDir(), tools: tools{chromium: "/usr/bin/chromium"}, browserArgs: tt.args}
			if err := run.browserTests(t.Context()); (err == nil) != tt.passes {
				t.Errorf("error = %v, want passed = %v", err, tt.passes)
			}
			if got := strings.Count(said(t, c), "asked: "); got != tt.wantRuns {
				t.Errorf("runs = %d, want %d:\n%s", got, tt.wantRuns, said(t, c))
			}
			if tt.wantRuns == 2 && !strings.Contains(said(t, c), "--maxWorkers=1 tests/list.test.ts tests/ask.test.ts") {
				t.Errorf("told %q, want the two files alone", said(t, c))
			}
			if !slices.Contains(c.notes, tt.wantEnd) {
				t.Errorf("notes = %q, want %q among them", c.notes, tt.wantEnd)
			}
		})
	}
}
