package main

import (
	"context"
	"errors"
	"os"
	"os/exec"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
)

func TestRunStreamsAndFails(t *testing.T) {
	c := scratch(t)
	err := c.run(t.Context(), command{args: []string{"sh", "-c", "echo out; echo err >&2; exit 3"}})
	if exit, ok := errors.AsType[*exec.ExitError](err); !ok || exit.ExitCode() != 3 {
		t.Errorf("error = %v, want exit status 3", err)
	}
	if got := said(t, c); !strings.Contains(got, "out\n") || !strings.Contains(got, "err\n") {
		t.Errorf("told %q, want both streams", got)
	}
}

func TestCancelEndsTheWholeGroup(t *testing.T) {
	tests := []struct{ name, script string }{
		{"asked", "sleep 600 & echo $!; wait"},
		{"the leader ends, its child does not want to", `sh -c 'trap "" TERM; echo $$; exec >/dev/null 2>&1; while :; do sleep 1; done' & wait`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			ctx, cancel := context.WithCancel(t.Context())
			defer cancel()
			c := scratch(t)
			pid := make(pidWriter, 1)
			done := make(chan error, 1)
			go func() { done <- c.run(ctx, command{args: []string{"sh", "-c", tt.script}, out: pid}) }()
			grandchild := <-pid
			cancel()
			if err := <-done; !errors.Is(err, context.Canceled) {
				t.Errorf("error = %v, want %v", err, context.Canceled)
			}
			awaitGone(t, grandchild)
		})
	}
}

func TestNothingIsLeftBehindAfterAGoodEnd(t *testing.T) {
	c := scratch(t)
	// Its own output, so that waiting for the command does not wait for the sleep.
	text, err := c.output(t.Context(), "sh", "-c", "sleep 600 >/dev/null 2>&1 & echo $!")
	if err != nil {
		t.Fatal(err)
	}
	pid, err := strconv.Atoi(text)
	if err != nil {
		t.Fatal(err)
	}
	awaitGone(t, pid)
}

func TestTooLongIsToldAsSuch(t *testing.T) {
	ctx, cancel := context.WithTimeout(t.Context(), time.Millisecond)
	defer cancel()
	err := scratch(t).run(ctx, command{args: []string{"sleep", "600"}})
	if err == nil || !strings.Contains(err.Error(), "took too long") {
		t.Errorf("error = %v, want that it took too long", err)
	}
}

func TestCleanEnv(t *testing.T) {
	got := cleanEnv([]string{"PATH=/bin", "HEARD_DATABASE=postgres://live", "TEST_POSTGRES=postgres://other", "HEARDIT=1"})
	if want := []string{"PATH=/bin", "HEARDIT=1"}; !slices.Equal(got, want) {
		t.Errorf("environment = %q, want %q", got, want)
	}
}

// pidWriter hands on the process id that a command prints first.
type pidWriter chan int

func (w pidWriter) Write(text []byte) (int, error) {
	if pid, err := strconv.Atoi(strings.TrimSpace(string(text))); err == nil {
		w <- pid
	}
	return len(text), nil
}

func awaitGone(t *testing.T, pid int) {
	t.Helper()
	deadline := time.Now().Add(30 * time.Second)
	for alive(pid) {
		if time.Now().After(deadline) {
			t.Fatalf("process %d still runs", pid)
		}
		time.Sleep(5 * time.Millisecond)
	}
}

// alive reports whether a process runs; one that has ended and waits for its parent to notice does not.
func alive(pid int) bool {
	if errors.Is(syscall.Kill(pid, 0), syscall.ESRCH) {
		return false
	}
	stat, err := os.ReadFile("/proc/" + strconv.Itoa(pid) + "/stat")
	if err != nil {
		return !errors.Is(err, os.ErrNotExist)
	}
	_, state, _ := strings.Cut(string(stat), ") ")
	return !strings.HasPrefix(state, "Z")
}
