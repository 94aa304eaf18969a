package pgtemp

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
)

const (
	// Debian is where Debian and Ubuntu keep one folder a version, outside PATH.
	Debian = "/usr/lib/postgresql"
	oldest = 14
)

// ErrNotFound says that the machine has no server of a good age.
var ErrNotFound = errors.New("not found")

// Find returns the folder with the server's programs: the newest version below versions, else the first in path.
func Find(versions, path string) (string, error) {
	found, err := filepath.Glob(filepath.Join(versions, "*", "bin"))
	if err != nil {
		return "", fmt.Errorf("look for PostgreSQL: %w", err)
	}
	version := func(bin string) int {
		n, _ := strconv.Atoi(filepath.Base(filepath.Dir(bin))) // anything but a number is 0, too old
		return n
	}
	slices.SortFunc(found, func(a, b string) int { return version(b) - version(a) })
	for _, bin := range found {
		if version(bin) >= oldest && hasServer(bin) {
			return bin, nil
		}
	}
	for _, dir := range filepath.SplitList(path) {
		initdb, err := filepath.EvalSymlinks(filepath.Join(dir, "initdb"))
		if err == nil && hasServer(filepath.Dir(initdb)) {
			return filepath.Dir(initdb), nil
		}
	}
	return "", fmt.Errorf("PostgreSQL %d or newer: %w in %s or PATH", oldest, ErrNotFound, versions)
}

func hasServer(bin string) bool {
	return executable(filepath.Join(bin, "initdb")) && executable(filepath.Join(bin, "postgres"))
}

func executable(file string) bool {
	info, err := os.Stat(file)
	return err == nil && info.Mode().IsRegular() && info.Mode().Perm()&0o111 != 0
}
