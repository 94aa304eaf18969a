package main

import (
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

func TestCheckDist(t *testing.T) {
	c := scratch(t)
	write(t, c.path("web/package.json"), `{"scripts": {"build": "node build.mjs"}}`)
	write(t, c.path("web/build.mjs"), `import { writeFileSync } from "node:fs";
		writeFileSync((process.env.HEARD_DIST_OUT ?? "dist") + "/a.js", "fresh");`)
	write(t, c.path("web/dist/a.js"), "stale")
	if _, err := findProgram(pathOf(t), "npm"); err != nil {
		t.Skip("needs npm:", err)
	}
	if err := c.checkDist(t.Context()); err == nil {
		t.Errorf("a stale web/dist passes; told: %s", said(t, c))
	}
	if err := c.buildWeb(t.Context(), ""); err != nil {
		t.Fatalf("build: %v; told: %s", err, said(t, c))
	}
	if err := c.checkDist(t.Context()); err != nil {
		t.Errorf("a fresh web/dist: %v; told: %s", err, said(t, c))
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
