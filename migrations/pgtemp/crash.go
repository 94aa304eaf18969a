package pgtemp

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// Crash ends the server and all its processes at once, as a power cut does, and waits until they are gone. Only
// Restart and Stop may follow.
func (p *Server) Crash() error {
	// The postmaster first: it would start crash recovery when a child dies.
	if err := p.server.Process.Kill(); err != nil && !errors.Is(err, os.ErrProcessDone) {
		return fmt.Errorf("kill PostgreSQL: %w", err)
	}
	timeout := time.NewTimer(stopGrace)
	defer timeout.Stop()
	look := time.NewTicker(5 * time.Millisecond)
	defer look.Stop()
	<-p.Ended
	for {
		left, err := p.backends()
		if err != nil {
			return err
		}
		if len(left) == 0 {
			return nil
		}
		for _, pid := range left {
			_ = syscall.Kill(pid, syscall.SIGKILL) // it may be gone
		}
		select {
		case <-look.C:
		case <-timeout.C:
			return fmt.Errorf("processes %v of PostgreSQL do not end", left)
		}
	}
}

// Restart starts a crashed server again, at the same address. It returns when recovery is over.
func (p *Server) Restart(ctx context.Context) error { return p.launch(ctx) }

// Freeze stops all processes of the server where they are.
func (p *Server) Freeze() error { return p.signal(syscall.SIGSTOP) }

// Thaw lets them go on.
func (p *Server) Thaw() error { return p.signal(syscall.SIGCONT) }

func (p *Server) signal(sig syscall.Signal) error {
	if err := p.server.Process.Signal(sig); err != nil {
		return fmt.Errorf("signal PostgreSQL: %w", err)
	}
	pids, err := p.backends()
	if err != nil {
		return err
	}
	for _, pid := range pids {
		if err := syscall.Kill(pid, sig); err != nil && !errors.Is(err, syscall.ESRCH) {
			return fmt.Errorf("signal PostgreSQL: %w", err)
		}
	}
	return nil
}

// backends are the server's processes besides the first one: those that work in its data folder. Each leads a process
// group of its own, and a crash leaves them without a parent, so neither tells.
func (p *Server) backends() ([]int, error) {
	list, err := filepath.Glob("/proc/[0-9]*/cwd")
	if err != nil {
		return nil, err
	}
	data, err := filepath.EvalSymlinks(p.dataDir())
	if err != nil {
		return nil, err
	}
	var out []int
	for _, link := range list {
		pid, err := strconv.Atoi(filepath.Base(filepath.Dir(link)))
		if err != nil || pid == p.server.Process.Pid {
			continue
		}
		// A process that has ended, or of another user, cannot be asked.
		if dir, err := os.Readlink(link); err == nil && strings.TrimSuffix(dir, " (deleted)") == data {
			out = append(out, pid)
		}
	}
	return out, nil
}
