package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
)

var errNotFound = errors.New("not found")

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
