package main

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"heard/migrations/pgtemp"
)

type pgCmd struct{}

// Run serves until it is interrupted, which is its good end. Only the address goes to the standard output.
func (pgCmd) Run(ctx context.Context, c *checkout) (err error) {
	setup := &checkout{root: c.root, out: c.err, err: c.err}
	have, err := setup.setup(ctx, needs{postgres: true})
	if err != nil {
		return err
	}
	p, err := pgtemp.Start(ctx, have.postgres)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, p.Stop()) }()
	fmt.Fprintln(c.err, "A throw-away PostgreSQL, until Ctrl-C. For tests: export TEST_POSTGRES='the line below'")
	c.say("%s", p.DSN())
	select {
	case <-ctx.Done():
		return nil
	case <-p.Ended:
		return errors.New("PostgreSQL ended by itself")
	}
}

func lastLines(text []byte, n int) string {
	lines := strings.Split(strings.TrimSpace(string(text)), "\n")
	return strings.Join(lines[max(0, len(lines)-n):], "\n")
}
