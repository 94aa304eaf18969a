package main

import (
	"context"
	"errors"
	"fmt"
	"time"
)

// errSteps says that some step failed. The summary has told which.
var errSteps = errors.New("a step failed")

// step is one line of the summary.
type step struct {
	name  string
	skip  string // why there is nothing to do yet; "" runs the step
	limit time.Duration
	run   func(context.Context) error
}

type outcome struct {
	name string
	skip string
	err  error
	took time.Duration
}

// perform runs all steps in turn, whatever fails, and ends with a summary.
func (c *checkout) perform(ctx context.Context, steps []step) error {
	outcomes := make([]outcome, 0, len(steps))
	for _, s := range steps {
		o := outcome{name: s.name, skip: s.skip}
		if s.skip == "" {
			c.say("\n=== %s", s.name)
			begun := time.Now()
			o.err = runStep(ctx, s)
			o.took = time.Since(begun)
			if o.err != nil {
				c.say("%s: %v", s.name, o.err)
			}
		}
		outcomes = append(outcomes, o)
	}
	return c.summarize(outcomes)
}

func runStep(ctx context.Context, s step) error {
	if ctx.Err() != nil {
		return errors.New("interrupted before it began")
	}
	ctx, cancel := context.WithTimeout(ctx, s.limit)
	defer cancel()
	return s.run(ctx)
}

// note keeps lines that the summary repeats: of a long run, people often see only the end.
func (c *checkout) note(lines ...string) { c.notes = append(c.notes, lines...) }

// summarize ends with a plain line that programs read, so its form stays.
func (c *checkout) summarize(outcomes []outcome) error {
	passed, failed := 0, 0
	c.say("")
	for _, o := range outcomes {
		switch {
		case o.skip != "":
			c.say("skipped  %-12s %9s  %s", o.name, "", o.skip)
		case o.err != nil:
			failed++
			c.say("FAILED   %-12s %8.1fs", o.name, o.took.Seconds())
		default:
			passed++
			c.say("passed   %-12s %8.1fs", o.name, o.took.Seconds())
		}
	}
	for _, line := range c.notes {
		c.say("%s", line)
	}
	c.say("%d passed, %d failed", passed, failed)
	if failed > 0 {
		return fmt.Errorf("%w: %d of %d", errSteps, failed, passed+failed)
	}
	return nil
}
