package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
)

type shotsCmd struct {
	Only  string `help:"Screens to draw, as a regular expression on their names; all unless set."`
	Looks string `help:"Looks to draw them in (light, dark, rtl, 768, 390, 320, forced), as a regular expression."`
}

// Run draws every screen of Heard into the ignored folder shots, for somebody to look at.
func (s *shotsCmd) Run(ctx context.Context, c *checkout) error {
	return c.look(ctx, "shots", "HEARD_SHOTS="+c.path("shots"), "HEARD_SHOTS_ONLY="+s.Only, "HEARD_SHOTS_LOOKS="+s.Looks)
}

type perfCmd struct {
	Runs int `default:"5" help:"How often each figure is measured; the median counts."`
}

// Validate is called by the command line parser.
func (p *perfCmd) Validate() error {
	if p.Runs < 1 {
		return errors.New("--runs must be at least 1")
	}
	return nil
}

// Run measures what people wait for, in a browser, and holds it against the budgets.
func (p *perfCmd) Run(ctx context.Context, c *checkout) error {
	return c.look(ctx, "perf", fmt.Sprintf("HEARD_PERF_RUNS=%d", p.Runs))
}

// look builds Heard and runs one of web/e2e/looks against it.
func (c *checkout) look(ctx context.Context, name string, env ...string) error {
	have, err := c.setup(ctx, needs{npm: true, chromium: true})
	if err != nil {
		return err
	}
	temp, err := os.MkdirTemp("", "heard-looks-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(temp)
	heard := filepath.Join(temp, "heard")
	if err := c.buildHeard(ctx, heard, "-buildvcs=false"); err != nil {
		return fmt.Errorf("build the server to look at: %w", err)
	}
	return c.run(ctx, command{dir: "web/e2e", args: []string{"npx", "vitest", "run", "--config", "looks.config.ts", "looks/" + name + ".look.ts"},
		env: append(env, "CHROMIUM="+have.chromium, "CHROME_PATH="+have.chromium, "HEARD_BIN="+heard)})
}
