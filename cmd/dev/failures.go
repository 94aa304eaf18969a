package main

import (
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path"
	"regexp"
	"slices"
	"strings"
)

// maxFailures bounds what the end of a run tells of one step; everything stands further up.
const maxFailures = 8

// goFailure finds the lines by which `go test` names what failed.
var goFailure = regexp.MustCompile(`^\s*(--- FAIL: |FAIL\t|panic: |WARNING: DATA RACE)`)

// goFailures passes the output of `go test` on and keeps the lines that name failures.
type goFailures struct {
	out   io.Writer
	line  []byte
	names []string
}

func (g *goFailures) Write(p []byte) (int, error) {
	for rest := p; len(rest) > 0; {
		head, tail, ended := bytes.Cut(rest, []byte("\n"))
		g.line = append(g.line, head...)
		if ended {
			g.take()
		}
		rest = tail
	}
	return g.out.Write(p)
}

func (g *goFailures) take() {
	if goFailure.Match(g.line) {
		g.names = append(g.names, strings.TrimSpace(string(g.line)))
	}
	g.line = g.line[:0]
}

// browserFailure is one test, or one file that did not come to its tests.
type browserFailure struct {
	file string // as the test runner takes it: tests/NAME.test.ts
	test string // "" when the file itself failed
	why  string // first lines of the reason
}

func (b browserFailure) String() string {
	return fmt.Sprintf("%s: %s: %s", b.file, cmp.Or(b.test, "did not start"), b.why)
}

// readBrowserFailures reads the report that vitest writes with --reporter=json (the shape is Jest's).
func readBrowserFailures(file string) ([]browserFailure, error) {
	text, err := os.ReadFile(file)
	if err != nil {
		return nil, fmt.Errorf("read what failed: %w", err)
	}
	var report struct {
		TestResults []struct {
			Name, Status, Message string
			AssertionResults      []struct {
				FullName, Status string
				FailureMessages  []string
			}
		}
	}
	if err := json.Unmarshal(text, &report); err != nil {
		return nil, fmt.Errorf("read what failed: %w", err)
	}
	var all []browserFailure
	for _, f := range report.TestResults {
		if f.Status != "failed" {
			continue
		}
		name := path.Join("tests", path.Base(f.Name))
		before := len(all)
		for _, a := range f.AssertionResults {
			if a.Status == "failed" {
				all = append(all, browserFailure{file: name, test: a.FullName, why: firstLines(strings.Join(a.FailureMessages, "\n"))})
			}
		}
		if len(all) == before {
			all = append(all, browserFailure{file: name, why: firstLines(f.Message)})
		}
	}
	return all, nil
}

// files returns the files with a failure, each once.
func files(failures []browserFailure) []string {
	var names []string
	for _, f := range failures {
		if !slices.Contains(names, f.file) {
			names = append(names, f.file)
		}
	}
	return names
}

// firstLines are the first two, on one: of a program that failed the first is its name, and the second the reason.
func firstLines(text string) string {
	lines := strings.SplitN(strings.TrimSpace(text), "\n", 3)
	line := strings.Join(lines[:min(2, len(lines))], " | ")
	const long = 240
	if runes := []rune(line); len(runes) > long {
		return string(runes[:long]) + "…"
	}
	return line
}

// listed returns at most maxFailures lines, the last of which says how many more there are.
func listed[T any](head string, failures []T) []string {
	var lines []string
	for i, f := range failures {
		if i == maxFailures {
			return append(lines, fmt.Sprintf("%s and %d more", head, len(failures)-i))
		}
		lines = append(lines, fmt.Sprintf("%s %v", head, f))
	}
	return lines
}
