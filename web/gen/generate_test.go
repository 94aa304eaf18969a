package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestTheGeneratedFilesAreFresh(t *testing.T) {
	files, err := generated()
	if err != nil {
		t.Fatal(err)
	}
	for path, want := range files {
		got, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		if string(got) != want {
			t.Errorf("%s is not what it is written from: go run ./web/gen", path)
		}
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

func TestTheModuleIsFoundFromAnyFolder(t *testing.T) {
	want, err := module()
	if err != nil || !filepath.IsAbs(want) {
		t.Fatalf("module = %q, %v", want, err)
	}
	t.Chdir(filepath.Join(want, "web", "shared", "src"))
	if got, err := module(); err != nil || got != want {
		t.Errorf("from a folder of it: %q, %v, want %q", got, err, want)
	}
	t.Chdir(t.TempDir())
	if got, err := module(); err == nil {
		t.Errorf("outside of the module: %q", got)
	}
}

func TestRowsOfAnotherShapeAreNotLeftOut(t *testing.T) {
	const good = "export const shortcuts = [\n  { id: \"a.b\", keys: [\"x\", \"g i\"], label: \"key.a\", group: \"keys.go\", anywhere: true },\n] as const"
	got, err := shortcutsOf(good)
	if want := `{id: "a.b", keys: []string{"x", "g i"}, anywhere: true},`; err != nil || !strings.Contains(got, want) {
		t.Errorf("got %q, %v, want %s in it", got, err, want)
	}
	for _, bad := range []string{"", strings.Replace(good, `keys: ["x", "g i"], `, "", 1), strings.Replace(good, "a.b", "A B", 1)} {
		if got, err := shortcutsOf(bad); err == nil {
			t.Errorf("%q gives %q", bad, got)
		}
	}
}
