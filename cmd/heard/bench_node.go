package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"runtime"
	"runtime/pprof"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// benchNode is a server that is measured.
type benchNode struct {
	cmd *exec.Cmd
	in  io.WriteCloser // asks for profiles
	out *bufio.Reader
}

// start starts a server as a child and waits until it answers.
func (d *benchDesk) start(ctx context.Context, i int) error {
	self, err := os.Executable()
	if err != nil {
		return err
	}
	args := []string{"bench", "node", "--data", d.dir, "--database", d.dsn, "--listen", "127.0.0.1:0", "--rate-factor", "0"}
	if d.flags.Nodes > 1 {
		bus := d.flags.Bus
		if bus == "" {
			bus = "postgres"
		}
		args = append(args, "--bus", bus)
	}
	if d.flags.Portable {
		args = append(args, "--portable")
	}
	if i == 0 && d.flags.Profile != "" {
		args = append(args, "--profile", d.flags.Profile)
	}
	n := &benchNode{cmd: exec.CommandContext(ctx, self, args...)}
	n.cmd.Stderr = d.out.err
	n.cmd.Cancel = func() error { return n.cmd.Process.Signal(syscall.SIGTERM) }
	n.cmd.WaitDelay = 20 * time.Second
	if n.in, err = n.cmd.StdinPipe(); err != nil {
		return err
	}
	out, err := n.cmd.StdoutPipe()
	if err != nil {
		return err
	}
	if err := n.cmd.Start(); err != nil {
		return err
	}
	d.nodes = append(d.nodes, n)
	n.out = bufio.NewReader(out)
	line, err := n.out.ReadString('\n')
	url, ok := strings.CutPrefix(strings.TrimSpace(line), "Heard is at ")
	if !ok {
		return errors.Join(fmt.Errorf("the server said %q", line), err)
	}
	d.urls = append(d.urls, url)
	time.Sleep(500 * time.Millisecond) // what starting used settles
	return nil
}

// stop ends the servers. They are asked, and cut when they do not hear.
func (d *benchDesk) stop() (err error) {
	for _, n := range d.nodes {
		err = errors.Join(err, n.in.Close())
		if serr := n.cmd.Process.Signal(syscall.SIGTERM); serr != nil && !errors.Is(serr, os.ErrProcessDone) {
			err = errors.Join(err, serr)
		}
	}
	for _, n := range d.nodes {
		cut := time.AfterFunc(20*time.Second, func() { _ = n.cmd.Process.Kill() }) // it may have ended
		err = errors.Join(err, n.cmd.Wait())
		cut.Stop()
	}
	return err
}

// profileMemory has the first server write down what its memory holds, when profiles are wanted.
func (d *benchDesk) profileMemory() error {
	if d.flags.Profile == "" {
		return nil
	}
	if _, err := io.WriteString(d.nodes[0].in, "heap\n"); err != nil {
		return err
	}
	_, err := d.nodes[0].out.ReadString('\n')
	return err
}

// benchNodeCmd is heard serve with profiles.
type benchNodeCmd struct {
	serveFlags
	Portable bool   `help:"Sockets wait as they do where they cannot be parked."`
	Profile  string `placeholder:"DIR" help:"Where profiles go."`
}

// Run serves until it is told to leave.
func (c *benchNodeCmd) Run(ctx context.Context, o *output) (err error) {
	ctx, stop := signal.NotifyContext(ctx, syscall.SIGTERM)
	defer stop()
	c.portable = c.Portable
	if c.Profile == "" {
		return c.serve(ctx, o)
	}
	f, err := os.Create(filepath.Join(c.Profile, "cpu.pprof"))
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	if err := pprof.StartCPUProfile(f); err != nil {
		return err
	}
	defer pprof.StopCPUProfile()
	go c.answer(o)
	return c.serve(ctx, o)
}

// answer writes the heap down whenever a line asks for it.
func (c *benchNodeCmd) answer(o *output) {
	lines := bufio.NewScanner(os.Stdin)
	for n := 1; lines.Scan(); n++ {
		var m runtime.MemStats
		runtime.ReadMemStats(&m)
		note := fmt.Sprintf("heap in use %d, idle %d, released %d, stacks %d, goroutines %d, other %d", m.HeapInuse, m.HeapIdle,
			m.HeapReleased, m.StackInuse, runtime.NumGoroutine(), m.Sys-m.HeapSys-m.StackSys)
		runtime.GC()
		err := writeProfile(filepath.Join(c.Profile, "heap"+strconv.Itoa(n)+".pprof"))
		runtime.ReadMemStats(&m)
		fmt.Fprintf(o.err, "%s; live %d in %d objects; %v\n", note, m.HeapAlloc, m.HeapObjects, err)
		fmt.Fprintln(o.out, "written")
	}
}

func writeProfile(path string) (err error) {
	f, err := os.Create(path)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	return pprof.Lookup("heap").WriteTo(f, 0)
}
