package main

import (
	"os"
	"path/filepath"
	"testing"
)

func TestTheGeneratedTypesAreFresh(t *testing.T) {
	path, err := target()
	if err != nil {
		t.Fatal(err)
	}
	got, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if string(got) != generate() {
		t.Errorf("%s does not match the Go types: go run ./web/gen", path)
	}
}

func TestGeneratingTwiceGivesTheSame(t *testing.T) {
	first := generate()
	for range 5 {
		if generate() != first {
			t.Fatal("two runs differ")
		}
	}
}

func TestTheGeneratedFileIsFoundFromAnyFolder(t *testing.T) {
	want, err := target()
	if err != nil || !filepath.IsAbs(want) {
		t.Fatalf("target = %q, %v", want, err)
	}
	t.Chdir(filepath.Dir(want))
	if got, err := target(); err != nil || got != want {
		t.Errorf("from its own folder: %q, %v, want %q", got, err, want)
	}
	t.Chdir(t.TempDir())
	if got, err := target(); err == nil {
		t.Errorf("outside of the module: %q", got)
	}
}
