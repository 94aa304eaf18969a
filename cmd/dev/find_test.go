package main

import (
	"errors"
	"os"
	"path/filepath"
	"testing"
)

func TestFindChromium(t *testing.T) {
	tests := []struct {
		name     string
		named    string
		programs []string
		want     string
	}{
		{"nothing", "", nil, ""},
		{"chromium first", "", []string{"path/google-chrome", "path/chromium"}, "path/chromium"},
		{"chrome", "", []string{"path/google-chrome"}, "path/google-chrome"},
		{"the named one", "own/browser", []string{"path/chromium", "own/browser"}, "own/browser"},
		{"a wrong name is not replaced by another browser", "own/browser", []string{"path/chromium"}, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			root := t.TempDir()
			for _, name := range tt.programs {
				program(t, filepath.Join(root, name))
			}
			named := tt.named
			if named != "" {
				named = filepath.Join(root, named)
			}
			got, err := findChromium(named, filepath.Join(root, "path"))
			checkFound(t, root, got, tt.want, err)
		})
	}
}

func TestFindProgramPassesOverWhatCannotRun(t *testing.T) {
	root := t.TempDir()
	write(t, filepath.Join(root, "a", "chromium"), "a text")
	if err := os.MkdirAll(filepath.Join(root, "b", "chromium"), 0o755); err != nil {
		t.Fatal(err)
	}
	program(t, filepath.Join(root, "c", "chromium"))
	path := filepath.Join(root, "a") + ":" + filepath.Join(root, "b") + ":" + filepath.Join(root, "c")
	got, err := findProgram(path, "chromium")
	checkFound(t, root, got, "c/chromium", err)
}

func checkFound(t *testing.T, root, got, want string, err error) {
	t.Helper()
	if want == "" {
		if got != "" || !errors.Is(err, errNotFound) {
			t.Errorf("found %q, error %v; want an error that says not found", got, err)
		}
		return
	}
	if err != nil {
		t.Fatal(err)
	}
	if want = filepath.Join(root, want); got != want {
		t.Errorf("found %s, want %s", got, want)
	}
}

func program(t *testing.T, file string) {
	t.Helper()
	write(t, file, "#!/bin/sh\n")
	if err := os.Chmod(file, 0o755); err != nil {
		t.Fatal(err)
	}
}
