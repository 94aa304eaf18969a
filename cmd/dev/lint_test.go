package main

import (
	"os"
	"strings"
	"testing"
)

func TestFormat(t *testing.T) {
	c := scratch(t)
	write(t, c.path("a.go"), "package a\n\nvar x = 1\n")
	write(t, c.path("sub/b.go"), "package sub\nvar  y=2\n")
	write(t, c.path("web/node_modules/theirs/c.go"), "package  theirs\n")
	write(t, c.path(".cache/d.go"), "package  d\n")
	if err := c.checkFormat(t.Context()); err == nil {
		t.Error("an unformatted file passes")
	}
	if got, want := said(t, c), "sub/b.go\n"; got != want {
		t.Errorf("told %q, want %q", got, want)
	}
	if err := (fmtCmd{}).Run(t.Context(), c); err != nil {
		t.Fatal(err)
	}
	got, err := os.ReadFile(c.path("sub/b.go"))
	if err != nil {
		t.Fatal(err)
	}
	if want := "package sub\n\nvar y = 2\n"; string(got) != want {
		t.Errorf("sub/b.go = %q, want %q", got, want)
	}
	if err := c.checkFormat(t.Context()); err != nil {
		t.Errorf("after fmt: %v", err)
	}
}

func TestAFileThatDoesNotParseHidesNoOther(t *testing.T) {
	c := scratch(t)
	write(t, c.path("a.go"), "package {\n")
	write(t, c.path("b.go"), "package  b\n")
	err := c.checkFormat(t.Context())
	if err == nil || !strings.Contains(err.Error(), "a.go") {
		t.Errorf("error = %v, want one about a.go", err)
	}
	if got, want := said(t, c), "b.go\n"; got != want {
		t.Errorf("told %q, want %q", got, want)
	}
}
