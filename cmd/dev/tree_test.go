package main

import (
	"os"
	"path/filepath"
	"slices"
	"testing"
)

func TestCompareTrees(t *testing.T) {
	tests := []struct {
		name             string
		committed, fresh map[string]string
		want             []string
	}{
		{"same", map[string]string{"a.js": "1", "widget/b.js": "2"}, map[string]string{"a.js": "1", "widget/b.js": "2"}, nil},
		{"content", map[string]string{"a.js": "1", "b.js": "2"}, map[string]string{"a.js": "1", "b.js": "2\r"}, []string{"differs: b.js"}},
		{"renamed by its hash", map[string]string{"w/a-1.js": "1"}, map[string]string{"w/a-2.js": "1"},
			[]string{"no longer built: w/a-1.js", "not committed: w/a-2.js"}},
		{"nothing committed", nil, map[string]string{"a.js": ""}, []string{"not committed: a.js"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, err := compareTrees(tree(t, tt.committed), tree(t, tt.fresh))
			if err != nil {
				t.Fatal(err)
			}
			if !slices.Equal(got, tt.want) {
				t.Errorf("differences = %q, want %q", got, tt.want)
			}
		})
	}
}

func TestCompareTreesNeedsABuild(t *testing.T) {
	if got, err := compareTrees(t.TempDir(), t.TempDir()); err == nil {
		t.Errorf("two empty folders: %q, want an error", got)
	}
	if got, err := compareTrees(filepath.Join(t.TempDir(), "none"), tree(t, map[string]string{"a": ""})); err == nil {
		t.Errorf("no folder: %q, want an error", got)
	}
}

func TestDist(t *testing.T) {
	if _, err := findProgram(os.Getenv("PATH"), "npm"); err != nil {
		t.Skip("needs npm:", err)
	}
	c := scratch(t)
	write(t, c.path("web/package.json"), `{"scripts": {"build": "node build.mjs"}}`)
	write(t, c.path("web/build.mjs"), `import { writeFileSync } from "node:fs";
		writeFileSync(process.env.HEARD_DIST_OUT + "/a-2.js", "fresh");`)
	write(t, c.path("web/dist/a-1.js"), "stale")
	if err := c.checkDist(t.Context()); err == nil {
		t.Errorf("a stale web/dist passes; told: %s", said(t, c))
	}
	if err := c.replaceDist(t.Context()); err != nil {
		t.Fatalf("build: %v; told: %s", err, said(t, c))
	}
	if err := c.checkDist(t.Context()); err != nil {
		t.Errorf("a fresh web/dist: %v; told: %s", err, said(t, c))
	}
	info, err := os.Stat(c.path("web/dist"))
	if err != nil {
		t.Fatal(err)
	}
	if got := info.Mode().Perm(); got != 0o755 {
		t.Errorf("web/dist has mode %o, want 755", got)
	}
	write(t, c.path("web/build.mjs"), "process.exit(1)")
	if err := c.replaceDist(t.Context()); err == nil {
		t.Error("a build that fails passes")
	}
	left, err := filesBelow(c.path("web"))
	if err != nil {
		t.Fatal(err)
	}
	if want := []string{"build.mjs", "dist/a-2.js", "package.json"}; !slices.Equal(left, want) {
		t.Errorf("after a failed build: %q, want %q", left, want)
	}
}

func tree(t *testing.T, files map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	for name, text := range files {
		write(t, filepath.Join(dir, name), text)
	}
	return dir
}
