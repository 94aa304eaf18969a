package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
)

// lockfile is the part of package-lock.json, and of the copy that npm keeps in node_modules, that says what is installed.
type lockfile struct {
	Packages map[string]locked `json:"packages"`
}

type locked struct {
	Version   string `json:"version"`
	Integrity string `json:"integrity"`
	Link      bool   `json:"link"`
	Optional  bool   `json:"optional"`
}

// npmCurrent reports whether web/node_modules holds exactly what the lockfile asks for. npm writes its copy last, with the
// hash of every package, so an interrupted installation has none.
func npmCurrent(web string) (bool, error) {
	want, err := readLockfile(filepath.Join(web, "package-lock.json"))
	if err != nil {
		return false, err
	}
	got, err := readLockfile(filepath.Join(web, "node_modules", ".package-lock.json"))
	if errors.Is(err, os.ErrNotExist) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	for name, w := range want.Packages {
		g, ok := got.Packages[name]
		if name == "" || (!ok && w.Optional) { // "" is the workspace itself; optional ones are for other platforms
			continue
		}
		if !ok || g.Version != w.Version || g.Integrity != w.Integrity || g.Link != w.Link {
			return false, nil
		}
	}
	for name := range got.Packages {
		if _, ok := want.Packages[name]; !ok {
			return false, nil
		}
	}
	return true, nil
}

func readLockfile(file string) (lockfile, error) {
	var l lockfile
	text, err := os.ReadFile(file)
	if err != nil {
		return l, fmt.Errorf("read lockfile: %w", err)
	}
	if err := json.Unmarshal(text, &l); err != nil {
		return l, fmt.Errorf("read lockfile %s: %w", file, err)
	}
	return l, nil
}

// npmInstall brings web/node_modules to what package-lock.json says.
func (c *checkout) npmInstall(ctx context.Context) error {
	if why := c.lacks("web/package-lock.json"); why != "" {
		c.say("npm packages: nothing to install, %s", why)
		return nil
	}
	if _, err := findProgram(os.Getenv("PATH"), "npm"); err != nil {
		return fmt.Errorf("npm packages: %w; install Node.js 20 or newer, with npm", err)
	}
	current, err := npmCurrent(c.path("web"))
	if err != nil {
		return fmt.Errorf("npm packages: %w", err)
	}
	if current {
		c.say("npm packages: as the lockfile says")
		return nil
	}
	if err := c.run(ctx, command{dir: "web", args: []string{"npm", "ci", "--no-audit", "--no-fund"}}); err != nil {
		return fmt.Errorf("npm packages: %w", err)
	}
	return nil
}
