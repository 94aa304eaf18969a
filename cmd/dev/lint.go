package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"go/format"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"
)

type fmtCmd struct{}

func (fmtCmd) Run(ctx context.Context, c *checkout) error {
	return c.eachUnformatted(ctx, func(file string, formatted []byte) error {
		c.say("%s", file)
		return os.WriteFile(c.path(file), formatted, 0o644) // an existing file keeps its mode
	})
}

type lintCmd struct{}

func (lintCmd) Run(ctx context.Context, c *checkout) error {
	setup := step{name: "setup", limit: 30 * time.Minute, run: func(ctx context.Context) error {
		_, err := c.setup(ctx, needs{npm: true})
		return err
	}}
	return c.perform(ctx, append([]step{setup}, c.lintSteps()...))
}

func (c *checkout) lintSteps() []step {
	tool := func(name string, args ...string) step {
		return step{name: name, limit: 15 * time.Minute, run: func(ctx context.Context) error {
			return c.run(ctx, command{args: args})
		}}
	}
	return []step{
		{name: "gofmt", limit: time.Minute, run: c.checkFormat},
		tool("vet", "go", "vet", "./..."),
		tool("staticcheck", "go", "tool", "staticcheck", "./..."),
		c.typecheckStep(),
	}
}

func (c *checkout) typecheckStep() step {
	return step{name: "tsc", skip: c.lacksScript("web", "typecheck"), limit: 15 * time.Minute, run: func(ctx context.Context) error {
		return c.run(ctx, command{dir: "web", args: []string{"npm", "run", "typecheck"}})
	}}
}

func (c *checkout) checkFormat(ctx context.Context) error {
	count := 0
	err := c.eachUnformatted(ctx, func(file string, _ []byte) error {
		c.say("%s", file)
		count++
		return nil
	})
	if err == nil && count > 0 {
		err = fmt.Errorf("%d files are not formatted: go run ./cmd/dev fmt", count)
	}
	return err
}

// eachUnformatted hands over every Go file of ours that gofmt would change, and what it would make of it. A file that does
// not parse is an error, told after the others.
func (c *checkout) eachUnformatted(ctx context.Context, visit func(file string, formatted []byte) error) error {
	var broken []error
	err := filepath.WalkDir(c.root, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || ctx.Err() != nil {
			return errors.Join(err, ctx.Err())
		}
		name := entry.Name()
		if entry.IsDir() && path != c.root && (strings.HasPrefix(name, ".") || name == "node_modules") {
			return filepath.SkipDir
		}
		if !entry.Type().IsRegular() || filepath.Ext(name) != ".go" {
			return nil
		}
		file, err := filepath.Rel(c.root, path)
		if err != nil {
			return err
		}
		source, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		formatted, err := format.Source(source)
		if err != nil {
			broken = append(broken, fmt.Errorf("%s:%w", file, err))
			return nil
		}
		if bytes.Equal(source, formatted) {
			return nil
		}
		return visit(file, formatted)
	})
	if err != nil {
		return fmt.Errorf("check the format: %w", err)
	}
	return errors.Join(broken...)
}
