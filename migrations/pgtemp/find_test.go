package pgtemp

import (
	"errors"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
)

func TestFindPostgres(t *testing.T) {
	tests := []struct {
		name     string
		programs []string // below versions/ or path/
		want     string
	}{
		{"nothing", nil, ""},
		{"newest version, by number", []string{
			"versions/9/bin/initdb", "versions/9/bin/postgres",
			"versions/14/bin/initdb", "versions/14/bin/postgres",
			"versions/15/bin/initdb", "versions/15/bin/postgres",
		}, "versions/15/bin"},
		{"client only", []string{"versions/17/bin/psql", "versions/16/bin/initdb", "versions/16/bin/postgres"}, "versions/16/bin"},
		{"too old", []string{"versions/13/bin/initdb", "versions/13/bin/postgres"}, ""},
		{"in PATH", []string{"path/initdb", "path/postgres"}, "path"},
		{"versions before PATH", []string{"path/initdb", "path/postgres", "versions/14/bin/initdb", "versions/14/bin/postgres"}, "versions/14/bin"},
		{"half a server in PATH", []string{"path/initdb"}, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			root := t.TempDir()
			for _, name := range tt.programs {
				program(t, filepath.Join(root, name))
			}
			got, err := Find(filepath.Join(root, "versions"), "/nowhere:"+filepath.Join(root, "path"))
			checkFound(t, root, got, tt.want, err)
		})
	}
}

func TestFindPostgresFollowsLinks(t *testing.T) {
	root := t.TempDir()
	program(t, filepath.Join(root, "opt", "initdb"))
	program(t, filepath.Join(root, "opt", "postgres"))
	write(t, filepath.Join(root, "path", "README"), "")
	if err := os.Symlink(filepath.Join(root, "opt", "initdb"), filepath.Join(root, "path", "initdb")); err != nil {
		t.Fatal(err)
	}
	got, err := Find(filepath.Join(root, "versions"), filepath.Join(root, "path"))
	checkFound(t, root, got, "opt", err)
}

func checkFound(t *testing.T, root, got, want string, err error) {
	t.Helper()
	if want == "" {
		if got != "" || !errors.Is(err, ErrNotFound) {
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
func write(t *testing.T, file, text string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}
func alive(pid int) bool {
	if errors.Is(syscall.Kill(pid, 0), syscall.ESRCH) {
		return false
	}
	stat, err := os.ReadFile("/proc/" + strconv.Itoa(pid) + "/stat")
	if err != nil {
		return !errors.Is(err, os.ErrNotExist)
	}
	_, state, _ := strings.Cut(string(stat), ") ")
	return !strings.HasPrefix(state, "Z")
}
