package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestWrongUsageExits2(t *testing.T) {
	tests := []struct {
		name string
		args string
		want string
	}{
		{"no command", "", "expected one of"},
		{"unknown command", "deploy", "deploy"},
		{"unknown part", "test --only everything", "--only"},
		{"unknown database", "test --db mysql", "--db"},
		{"no runs", "bench --runs 0", "--runs"},
		{"surplus argument", "gen all", "all"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var out, errOut bytes.Buffer
			if got := run(t.Context(), strings.Fields(tt.args), &out, &errOut); got != exitUsage {
				t.Errorf("exit code = %d, want %d", got, exitUsage)
			}
			if !strings.Contains(errOut.String(), tt.want) {
				t.Errorf("told %q, want a word of %q", errOut.String(), tt.want)
			}
			if out.Len() > 0 {
				t.Errorf("standard output = %q, want none", out.String())
			}
		})
	}
}

func TestFindCheckout(t *testing.T) {
	root := t.TempDir()
	deep := filepath.Join(root, "web", "console")
	if err := os.MkdirAll(deep, 0o755); err != nil {
		t.Fatal(err)
	}
	write(t, filepath.Join(deep, "go.mod"), "module heard/other\n")
	if c, err := findCheckout(deep); err == nil {
		t.Errorf("checkout = %s, want none before there is a go.mod of ours", c.root)
	}
	write(t, filepath.Join(root, "go.mod"), "module heard\n\ngo 1.26.0\n")
	c, err := findCheckout(deep)
	if err != nil {
		t.Fatal(err)
	}
	if c.root != root {
		t.Errorf("root = %s, want %s", c.root, root)
	}
}

func TestLacksScript(t *testing.T) {
	c := scratch(t)
	for _, tt := range []struct{ manifest, want string }{
		{"", "web/package.json does not exist"},
		{`{}`, `web/package.json has no script "e2e"`},
		{`{"scripts": {"e2e": "vitest run"}}`, ""},
		{`{"scripts": `, ""},
	} {
		if tt.manifest != "" {
			write(t, c.path("web/package.json"), tt.manifest)
		}
		if got := c.lacksScript("web", "e2e"); got != tt.want {
			t.Errorf("with %q: %q, want %q", tt.manifest, got, tt.want)
		}
	}
}

// scratch returns an empty checkout that says nothing.
func scratch(t *testing.T) *checkout {
	t.Helper()
	var out bytes.Buffer
	return &checkout{root: t.TempDir(), out: &out, err: &out}
}

// said returns everything that a checkout made by scratch has printed.
func said(t *testing.T, c *checkout) string {
	t.Helper()
	return c.out.(*bytes.Buffer).String()
}

func write(t *testing.T, file, text string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}
