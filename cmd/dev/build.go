package main

import (
	"context"
	"errors"
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
		if err := c.replaceDist(ctx); err != nil {
			return err
		}
	}
	return c.buildHeard(ctx, filepath.Join("bin", "heard"))
}

// buildWeb builds the assets into the folder dist.
func (c *checkout) buildWeb(ctx context.Context, dist string) error {
	return c.run(ctx, command{dir: "web", args: []string{"npm", "run", "build"}, env: []string{"HEARD_DIST_OUT=" + dist}})
}

// replaceDist builds beside web/dist and puts the result in its place, so that no file of an earlier build stays, and a
// build that fails changes nothing.
func (c *checkout) replaceDist(ctx context.Context) error {
	fresh, err := os.MkdirTemp(c.path("web"), ".dist-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(fresh)
	if err := c.buildWeb(ctx, fresh); err != nil {
		return err
	}
	if err := os.Chmod(fresh, 0o755); err != nil { // a temporary folder is for its owner only
		return err
	}
	if err := os.RemoveAll(c.path("web/dist")); err != nil {
		return err
	}
	return os.Rename(fresh, c.path("web/dist"))
}

// buildHeard builds the server. Builds for tests leave out the commit: git refuses to tell it to root in somebody's clone.
func (c *checkout) buildHeard(ctx context.Context, file string, flags ...string) error {
	args := append([]string{"go", "build", "-o", file}, flags...)
	return c.run(ctx, command{args: append(args, "./cmd/heard")})
}

// checkDist proves that the committed web/dist is what its sources give.
func (c *checkout) checkDist(ctx context.Context) error {
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
		return errors.New("web/dist does not match its sources: go run ./cmd/dev build, and commit web/dist")
	}
	return nil
}
