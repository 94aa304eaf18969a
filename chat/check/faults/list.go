package faults

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"syscall"
	"time"
)

// Fault does something to the cluster and puts it right again before it returns. mark notes moments for the report.
type Fault func(ctx context.Context, e *Env) error

// Env is what faults work on.
type Env struct {
	*Cluster
	Database Database // nil: faults of the database cannot be had
	Rand     *rand.Rand
	Mark     func(string)
	Long     bool // as long as the promises name; else a short form
}

// All are the faults by name.
func All() map[string]Fault {
	return map[string]Fault{
		"kill": kill, "killall": killAll, "stop": stop, "term": rolling,
		"dbkill": dbKill, "dbstop": dbStop, "dbreadonly": dbReadOnly, "dbfull": dbFull, "dblock": dbLock,
	}
}

// Parse reads a list of names, separated by commas.
func Parse(list string) ([]string, error) {
	if list == "" {
		return nil, nil
	}
	names := strings.Split(list, ",")
	for _, name := range names {
		if All()[name] == nil {
			return nil, fmt.Errorf("there is no fault %q; there are %s", name, strings.Join(slices.Sorted(maps.Keys(All())), ", "))
		}
	}
	return names, nil
}

// Play does the faults in turn, with pauses, until the time is over and each was there once.
func Play(ctx context.Context, e *Env, names []string, for_ time.Duration) error {
	if len(names) == 0 {
		return nil
	}
	for i, end := 0, time.Now().Add(for_); i < len(names) || time.Now().Before(end); i++ {
		if err := pause(ctx, e.between(500, 1500)); err != nil {
			return err
		}
		name := names[i%len(names)]
		e.Mark(name)
		if err := All()[name](ctx, e); err != nil {
			return fmt.Errorf("the fault %s: %w", name, err)
		}
		e.Mark(name + " is over")
	}
	return nil
}

// between is a random number of milliseconds.
func (e *Env) between(low, high int) time.Duration {
	return time.Duration(low+e.Rand.IntN(high-low+1)) * time.Millisecond
}

func (e *Env) node() *Node { return e.Nodes[e.Rand.IntN(len(e.Nodes))] }

func pause(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// kill ends one node without warning.
func kill(ctx context.Context, e *Env) error {
	n := e.node()
	if err := n.Kill(); err != nil {
		return err
	}
	if err := pause(ctx, e.between(100, 1500)); err != nil {
		return err
	}
	return n.Start(ctx)
}

// killAll ends all nodes at the same moment.
func killAll(ctx context.Context, e *Env) error {
	if err := e.Stop(); err != nil {
		return err
	}
	if err := pause(ctx, e.between(100, 1000)); err != nil {
		return err
	}
	for _, n := range e.Nodes {
		if err := n.Start(ctx); err != nil {
			return err
		}
	}
	return nil
}

// stop freezes one node for a while, as a machine that swaps or a virtual machine that is moved.
func stop(ctx context.Context, e *Env) error {
	n := e.node()
	if err := n.Signal(syscall.SIGSTOP); err != nil {
		return err
	}
	long := e.between(2000, 4000)
	if e.Long {
		long = e.between(10_000, 60_000)
	}
	err := pause(ctx, long)
	return errors.Join(err, n.Signal(syscall.SIGCONT))
}

// LeaveWithin is how long a node may take to leave after SIGTERM.
const LeaveWithin = 20 * time.Second

// rolling restarts the nodes one after the other, as an update does.
func rolling(ctx context.Context, e *Env) error {
	for _, n := range e.Nodes {
		code, took, err := n.Terminate(LeaveWithin + 5*time.Second)
		if err != nil {
			return err
		}
		if code != 0 || took > LeaveWithin {
			return fmt.Errorf("%s left with %d after %v; it must be 0 within %v", n.Name, code, took, LeaveWithin)
		}
		if err := n.Start(ctx); err != nil {
			return err
		}
		if err := n.AwaitReady(ctx); err != nil {
			return err
		}
	}
	return nil
}
