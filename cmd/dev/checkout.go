package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
)

// checkout is the source tree that the commands work on, and where they speak.
type checkout struct {
	root     string
	out, err io.Writer
	notes    []string // lines that the summary of a run repeats
}

// findCheckout looks for the root of our module in dir and above it, so that the commands work from any folder.
func findCheckout(dir string) (*checkout, error) {
	start, err := filepath.Abs(dir)
	if err != nil {
		return nil, fmt.Errorf("find the checkout: %w", err)
	}
	for at := start; ; at = filepath.Dir(at) {
		mod, err := os.ReadFile(filepath.Join(at, "go.mod"))
		if err == nil && strings.HasPrefix(string(mod), "module heard\n") {
			return &checkout{root: at, out: io.Discard, err: io.Discard}, nil
		}
		if at == filepath.Dir(at) {
			return nil, fmt.Errorf("%s is not inside a checkout of Heard (no go.mod that says \"module heard\")", start)
		}
	}
}

func (c *checkout) path(name string) string { return filepath.Join(c.root, filepath.FromSlash(name)) }

func (c *checkout) has(name string) bool {
	_, err := os.Stat(c.path(name))
	return err == nil
}

func (c *checkout) say(format string, args ...any) { fmt.Fprintf(c.out, format+"\n", args...) }

// lacks returns why a step about these paths has no subject yet, or "".
func (c *checkout) lacks(names ...string) string {
	for _, name := range names {
		if !c.has(name) {
			return name + " does not exist"
		}
	}
	return ""
}

// lacksScript returns why an npm script cannot be run in folder, or "".
func (c *checkout) lacksScript(folder, script string) string {
	file := folder + "/package.json"
	text, err := os.ReadFile(c.path(file))
	if errors.Is(err, os.ErrNotExist) {
		return file + " does not exist"
	}
	var manifest struct {
		Scripts map[string]string `json:"scripts"`
	}
	if err == nil {
		err = json.Unmarshal(text, &manifest)
	}
	if err == nil && manifest.Scripts[script] == "" {
		return fmt.Sprintf("%s has no script %q", file, script)
	}
	return "" // a broken package.json is for npm to complain about, loudly
}
