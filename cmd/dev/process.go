package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"time"
)

// stopGrace is how long a child may take to end after it was asked to.
const stopGrace = 10 * time.Second

// command is a child process to run in the checkout.
type command struct {
	args []string
	dir  string    // below the root; "" is the root
	env  []string  // beside our own environment
	out  io.Writer // nil streams to the checkout's output
}

// run runs a command to its end. When ctx ends first, its whole process group is asked to stop, then killed.
func (c *checkout) run(ctx context.Context, do command) error {
	cmd := exec.CommandContext(ctx, do.args[0], do.args[1:]...)
	cmd.Dir = c.path(do.dir)
	cmd.Env = append(cleanEnv(os.Environ()), do.env...)
	cmd.Stdout, cmd.Stderr = c.out, c.err
	if do.out != nil {
		cmd.Stdout = do.out
	}
	cmd.SysProcAttr = childAttr()
	cmd.Cancel = func() error { return signalGroup(cmd.Process.Pid, syscall.SIGTERM) }
	cmd.WaitDelay = stopGrace
	err := cmd.Run()
	if cmd.Process != nil {
		// What the child left running belongs to nobody now. An empty group is an error that says nothing.
		_ = signalGroup(cmd.Process.Pid, syscall.SIGKILL)
	}
	switch {
	case err == nil:
		return nil
	case errors.Is(ctx.Err(), context.DeadlineExceeded):
		return fmt.Errorf("%s: took too long", strings.Join(do.args, " "))
	case ctx.Err() != nil:
		return context.Cause(ctx)
	}
	return fmt.Errorf("%s: %w", strings.Join(do.args, " "), err)
}

// output runs a command and returns what it printed, without the space around it.
func (c *checkout) output(ctx context.Context, args ...string) (string, error) {
	var text strings.Builder
	err := c.run(ctx, command{args: args, out: &text})
	return strings.TrimSpace(text.String()), err
}

// cleanEnv leaves out what a developer has set for a server of their own: it would change what the tests prove.
func cleanEnv(env []string) []string {
	kept := make([]string, 0, len(env))
	for _, pair := range env {
		name, _, _ := strings.Cut(pair, "=")
		if name != "TEST_POSTGRES" && !strings.HasPrefix(name, "HEARD_") {
			kept = append(kept, pair)
		}
	}
	return kept
}

func signalGroup(leader int, sig syscall.Signal) error {
	if err := syscall.Kill(-leader, sig); err != nil {
		if errors.Is(err, syscall.ESRCH) {
			return os.ErrProcessDone
		}
		return fmt.Errorf("signal process group %d: %w", leader, err)
	}
	return nil
}
