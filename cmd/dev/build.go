package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
)

// generator writes files that are committed. A new one is a new line here.
type generator struct {
	folder string // the generator does not exist before this does
	args   []string
}

var generators = [...]generator{
	{"web/gen", []string{"go", "run", "./web/gen"}}, // the TypeScript wire types, from the Go ones
}

type genCmd struct{}

func (genCmd) Run(ctx context.Context, c *checkout) error {
	for _, g := range generators {
		if why := c.lacks(g.folder); why != "" {
			c.say("skipped: %s", why)
			continue
		}
		if err := c.run(ctx, command{args: g.args}); err != nil {
			return err
		}
	}
	return nil
}

type buildCmd struct{}

func (buildCmd) Run(ctx context.Context, c *checkout) error {
	if why := c.lacksScript("web", "build"); why != "" {
		c.say("skipped web/dist: %s", why)
	} else {
		if _, err := c.setup(ctx, needs{npm: true}); err != nil {
			return err
		}
		if err := c.buildWeb(ctx, ""); err != nil {
			return err
		}
	}
	return c.buildHeard(ctx, filepath.Join("bin", "heard"))
}

// buildWeb builds the assets into dist, or into web/dist when dist is "".
func (c *checkout) buildWeb(ctx context.Context, dist string) error {
	do := command{dir: "web", args: []string{"npm", "run", "build"}}
	if dist != "" {
		do.env = []string{"HEARD_DIST_OUT=" + dist}
	}
	return c.run(ctx, do)
}

func (c *checkout) buildHeard(ctx context.Context, file string) error {
	return c.run(ctx, command{args: []string{"go", "build", "-o", file, "./cmd/heard"}})
}

// checkDist proves that the committed web/dist is what its sources give.
func (c *checkout) checkDist(ctx context.Context) (err error) {
	fresh, err := os.MkdirTemp("", "heard-dist-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(fresh)
	if err := c.buildWeb(ctx, fresh); err != nil {
		return err
	}
	differences, err := compareTrees(c.path("web/dist"), fresh)
	if err != nil {
		return err
	}
	for _, d := range differences {
		c.say("%s", d)
	}
	if len(differences) > 0 {
		return fmt.Errorf("web/dist does not match its sources: go run ./cmd/dev build, and commit web/dist")
	}
	return nil
}
