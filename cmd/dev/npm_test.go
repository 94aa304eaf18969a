package main

import (
	"path/filepath"
	"testing"
)

func TestNpmCurrent(t *testing.T) {
	const lock = `{"lockfileVersion": 3, "packages": {
		"": {"name": "web"},
		"console": {"version": "0.0.0"},
		"node_modules/@heard/console": {"resolved": "console", "link": true},
		"node_modules/esbuild": {"version": "0.28.2", "integrity": "sha512-a", "dev": true},
		"node_modules/@esbuild/aix-ppc64": {"version": "0.28.2", "integrity": "sha512-b", "optional": true}
	}}`
	const (
		console = `"console": {"version": "0.0.0"}, "node_modules/@heard/console": {"resolved": "console", "link": true}`
		esbuild = `"node_modules/esbuild": {"version": "0.28.2", "integrity": "sha512-a"}`
	)
	tests := []struct {
		name      string
		installed string
		want      bool
	}{
		{"never installed", "", false},
		{"as locked, but for another platform's package", `{"packages": {` + console + `, ` + esbuild + `}}`, true},
		{"missing", `{"packages": {` + console + `}}`, false},
		{"other version", `{"packages": {` + console + `, "node_modules/esbuild": {"version": "0.28.1", "integrity": "sha512-a"}}}`, false},
		{"other content", `{"packages": {` + console + `, "node_modules/esbuild": {"version": "0.28.2", "integrity": "sha512-z"}}}`, false},
		{"optional one of another version", `{"packages": {` + console + `, ` + esbuild + `,
			"node_modules/@esbuild/aix-ppc64": {"version": "0.1.0", "integrity": "sha512-b"}}}`, false},
		{"one too many", `{"packages": {` + console + `, ` + esbuild + `, "node_modules/left-pad": {"version": "1.0.0"}}}`, false},
		{"not a link", `{"packages": {"console": {"version": "0.0.0"}, "node_modules/@heard/console": {"resolved": "console"}, ` + esbuild + `}}`, false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			web := t.TempDir()
			write(t, filepath.Join(web, "package-lock.json"), lock)
			if tt.installed != "" {
				write(t, filepath.Join(web, "node_modules", ".package-lock.json"), tt.installed)
			}
			got, err := npmCurrent(web)
			if err != nil {
				t.Fatal(err)
			}
			if got != tt.want {
				t.Errorf("current = %v, want %v", got, tt.want)
			}
		})
	}
}

func TestNpmCurrentTellsOfABrokenLockfile(t *testing.T) {
	web := t.TempDir()
	write(t, filepath.Join(web, "package-lock.json"), `<<<<<<< HEAD`)
	if current, err := npmCurrent(web); err == nil {
		t.Errorf("current = %v without an error, want one", current)
	}
}
