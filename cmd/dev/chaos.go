package main

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"time"
)

// chaosCmd is the long form of the fault tests of cmd/heard: the same faults, as long as the promises name them, under
// load all the while (chat/check says what must hold). The short form is part of `dev test`.
type chaosCmd struct {
	Minutes int    `default:"10" help:"About how long, in all."`
	Only    string `placeholder:"NAME" help:"Tests whose name holds this, such as Kill, Database or DiskFull."`
	Seed    uint64 `placeholder:"X" help:"Repeat a run that failed: its test told the seed."`
}

// Validate is called by the command line parser.
func (c *chaosCmd) Validate() error {
	if c.Minutes < 1 {
		return errors.New("--minutes must be at least 1")
	}
	return nil
}

// chaosShare is how many fault tests share the minutes, as far as they run one after the other.
const chaosShare = 15

// tests finds the tests that break something.
func (c *chaosCmd) tests() string {
	const all = "^Test(Fault|DatabaseAway|Hostile|Slow|ABrokenServer)"
	if c.Only == "" {
		return all
	}
	return all + ".*(?i:" + c.Only + ")|^Test(?i:" + c.Only + ")$"
}

func (c *chaosCmd) env() []string {
	env := []string{"HEARD_CHAOS_SECONDS=" + strconv.Itoa(max(5, c.Minutes*60/chaosShare))}
	if c.Seed != 0 {
		env = append(env, "HEARD_CHAOS_SEED="+strconv.FormatUint(c.Seed, 10))
	}
	return env
}

func (c *chaosCmd) Run(ctx context.Context, co *checkout) error {
	limit := time.Duration(c.Minutes)*3*time.Minute + 20*time.Minute
	return co.perform(ctx, []step{
		{name: "setup", limit: 30 * time.Minute, run: func(ctx context.Context) error {
			_, err := co.setup(ctx, needs{postgres: true})
			return err
		}},
		{name: "chaos", limit: limit, run: func(ctx context.Context) error {
			return co.run(ctx, command{env: c.env(), args: []string{"go", "test", "-count=1", "-v", "-parallel", "2",
				"-timeout", fmt.Sprint(limit), "-run", c.tests(), "./cmd/heard"}})
		}},
	})
}
