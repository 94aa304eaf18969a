package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
)

const (
	debianPostgres = "/usr/lib/postgresql" // Debian and Ubuntu keep one folder a version here, outside PATH
	oldestPostgres = 14
)

var errNotFound = errors.New("not found")

// findPostgres returns the folder with the server's programs: the newest version below versions, else the first in path.
func findPostgres(versions, path string) (string, error) {
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
		if version(bin) >= oldestPostgres && hasServer(bin) {
			return bin, nil
		}
	}
	for _, dir := range filepath.SplitList(path) {
		initdb, err := filepath.EvalSymlinks(filepath.Join(dir, "initdb"))
		if err == nil && hasServer(filepath.Dir(initdb)) {
			return filepath.Dir(initdb), nil
		}
	}
	return "", fmt.Errorf("PostgreSQL %d or newer: %w in %s or PATH", oldestPostgres, errNotFound, versions)
}

func hasServer(bin string) bool {
	return executable(filepath.Join(bin, "initdb")) && executable(filepath.Join(bin, "postgres"))
}

// findChromium returns the browser that the environment names, or else the first known one in path.
func findChromium(named, path string) (string, error) {
	if named != "" {
		if !executable(named) {
			return "", fmt.Errorf("CHROMIUM=%s: %w, or not executable", named, errNotFound)
		}
		return named, nil
	}
	return findProgram(path, "chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
}

// findProgram returns the full path of the first of names that is in path.
func findProgram(path string, names ...string) (string, error) {
	for _, name := range names {
		for _, dir := range filepath.SplitList(path) {
			if file := filepath.Join(dir, name); executable(file) {
				return file, nil
			}
		}
	}
	return "", fmt.Errorf("%v: %w in PATH", names, errNotFound)
}

func executable(file string) bool {
	info, err := os.Stat(file)
	return err == nil && info.Mode().IsRegular() && info.Mode().Perm()&0o111 != 0
}
