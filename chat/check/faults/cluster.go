package faults

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"time"
)

// Options are a cluster to start.
type Options struct {
	Binary   string                  // heard
	Database string                  // DSN
	Dir      string                  // for data folders, keys and the servers' log
	Nodes    int                     // at least one
	Agents   int                     // with a token each; 2 unless set
	Args     []string                // more for heard serve
	Env      func(node int) []string // more for the servers; may be nil
	// Place says where a server listens and wraps its command line, so that it runs elsewhere; free ports of this
	// machine unless set.
	Place func(node int, argv []string) (listen string, wrapped []string)
	Host  string // that the servers answer to; their own address unless set
}

// Cluster is some servers on one database, with an inbox and agents.
type Cluster struct {
	Nodes  []*Node
	Inbox  string   // public key
	Tokens []string // of the agents
	o      Options
}

// Start makes the desk and starts the nodes.
func Start(ctx context.Context, o Options) (*Cluster, error) {
	if o.Agents == 0 {
		o.Agents = 2
	}
	c := &Cluster{o: o}
	var err error
	if c.Inbox, err = c.command(ctx, "inbox", "add", "--name", "Shop", "--kind", "website"); err != nil {
		return nil, err
	}
	for i := range o.Agents {
		email := fmt.Sprintf("agent%d@desk.example", i+1)
		if _, err := c.command(ctx, "agent", "add", "--email", email, "--name", fmt.Sprintf("Agent %d", i+1), "--role", "admin", "--capacity", "100"); err != nil {
			return nil, err
		}
		token, err := c.command(ctx, "token", "add", "--agent", email)
		if err != nil {
			return nil, err
		}
		c.Tokens = append(c.Tokens, token)
	}
	for i := range o.Nodes {
		n := &Node{Name: fmt.Sprintf("node %d", i+1), log: filepath.Join(o.Dir, fmt.Sprintf("node%d.log", i+1))}
		n.argv = append([]string{o.Binary, "serve", "--rate-factor", "0"}, c.store(i)...)
		n.argv = append(n.argv, o.Args...)
		if o.Env != nil {
			n.env = o.Env(i)
		}
		if err := n.place(i, o); err != nil {
			return nil, errors.Join(err, c.Stop())
		}
		c.Nodes = append(c.Nodes, n)
		if err := n.Start(ctx); err != nil {
			return nil, errors.Join(err, c.Stop())
		}
	}
	return c, nil
}

// store says where a node's data is: each has a folder of its own, all have one database.
func (c *Cluster) store(node int) []string {
	return []string{"--data", filepath.Join(c.o.Dir, "data"+strconv.Itoa(node)), "--database", c.o.Database}
}

// command runs one of heard's commands on the database and returns the last word of its answer.
func (c *Cluster) command(ctx context.Context, args ...string) (string, error) {
	cmd := exec.CommandContext(ctx, c.o.Binary, append(args, c.store(0)...)...)
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		return "", fmt.Errorf("heard %s: %w: %s", args, err, stderr.String())
	}
	words := strings.Fields(string(out))
	if len(words) == 0 {
		return "", fmt.Errorf("heard %s said nothing", args)
	}
	return words[len(words)-1], nil
}

// URLs are the addresses of all nodes.
func (c *Cluster) URLs() []string {
	var out []string
	for _, n := range c.Nodes {
		out = append(out, n.URL)
	}
	return out
}

// Stop ends all nodes at once.
func (c *Cluster) Stop() error {
	var err error
	for _, n := range c.Nodes {
		err = errors.Join(err, n.Kill())
	}
	return err
}

// AwaitReady waits until every node says that it can work.
func (c *Cluster) AwaitReady(ctx context.Context) error {
	for _, n := range c.Nodes {
		if err := n.AwaitReady(ctx); err != nil {
			return err
		}
	}
	return nil
}

// Node is one server process, again and again at the same address.
type Node struct {
	Name, URL string
	host      string
	argv, env []string
	log       string

	mu     sync.Mutex
	cmd    *exec.Cmd
	exited chan error
}

// place gives the node its address.
func (n *Node) place(i int, o Options) error {
	var addr string
	if o.Place != nil {
		addr, n.argv = o.Place(i, n.argv)
	} else {
		port, err := freePort()
		if err != nil {
			return err
		}
		addr = "127.0.0.1:" + strconv.Itoa(port)
	}
	n.URL, n.argv = "http://"+addr, append(n.argv, "--listen", addr)
	return nil
}

const startWithin = 30 * time.Second

// Start starts the process and waits until it says where it is.
func (n *Node) Start(ctx context.Context) error {
	n.mu.Lock()
	defer n.mu.Unlock()
	log, err := os.OpenFile(n.log, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	defer log.Close() // the process has its own
	cmd := exec.Command(n.argv[0], n.argv[1:]...)
	cmd.Env = append(os.Environ(), n.env...)
	cmd.Stderr = log
	cmd.SysProcAttr = childAttr()
	out, err := cmd.StdoutPipe()
	if err != nil {
		return err
	}
	if err := cmd.Start(); err != nil {
		return err
	}
	exited := make(chan error, 1)
	line := make(chan string, 1)
	go func() {
		r := bufio.NewReader(out)
		first, _ := r.ReadString('\n')
		line <- first
		_, _ = io.Copy(io.Discard, r)
		exited <- cmd.Wait()
	}()
	n.cmd, n.exited = cmd, exited
	timer := time.NewTimer(startWithin)
	defer timer.Stop()
	select {
	case first := <-line:
		if !strings.HasPrefix(first, "Heard is at ") {
			n.settle()
			return fmt.Errorf("%s did not start: %q\n%s", n.Name, first, n.LogTail(2000))
		}
		return nil
	case <-timer.C:
		return fmt.Errorf("%s does not start\n%s", n.Name, n.LogTail(2000))
	case <-ctx.Done():
		return ctx.Err()
	}
}

// settle waits until a process that said nothing more is known to be gone, so that Died tells the truth.
func (n *Node) settle() {
	select {
	case err := <-n.exited:
		n.exited <- err
	case <-time.After(5 * time.Second): // it lives and says something else
	}
}

// Kill ends the process as a power cut would end it, and waits until it is gone.
func (n *Node) Kill() error {
	_, _, err := n.end(syscall.SIGKILL, 10*time.Second)
	return err
}

// Terminate asks the process to leave and returns its exit code and how long it took.
func (n *Node) Terminate(within time.Duration) (code int, took time.Duration, err error) {
	return n.end(syscall.SIGTERM, within)
}

func (n *Node) end(sig syscall.Signal, within time.Duration) (code int, took time.Duration, err error) {
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.cmd == nil {
		return 0, 0, nil
	}
	begun := time.Now()
	if err := n.cmd.Process.Signal(sig); err != nil && !errors.Is(err, os.ErrProcessDone) {
		return 0, 0, err
	}
	timer := time.NewTimer(within)
	defer timer.Stop()
	select {
	case <-n.exited:
		code := n.cmd.ProcessState.ExitCode()
		n.cmd = nil
		return code, time.Since(begun), nil
	case <-timer.C:
		return 0, time.Since(begun), fmt.Errorf("%s did not end within %v", n.Name, within)
	}
}

// Signal sends a signal, such as SIGSTOP and SIGCONT.
func (n *Node) Signal(sig syscall.Signal) error {
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.cmd == nil {
		return fmt.Errorf("%s does not run", n.Name)
	}
	return n.cmd.Process.Signal(sig)
}

// PID is the process's number, 0 for none.
func (n *Node) PID() int {
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.cmd == nil {
		return 0
	}
	return n.cmd.Process.Pid
}

// AwaitReady waits until the node says that it can work.
func (n *Node) AwaitReady(ctx context.Context) error {
	client := &http.Client{Timeout: 3 * time.Second}
	for {
		req, err := http.NewRequestWithContext(ctx, "GET", n.URL+"/readyz", nil)
		if err != nil {
			return err
		}
		req.Host = n.host
		res, err := client.Do(req)
		if err == nil {
			_ = res.Body.Close()
			if res.StatusCode == http.StatusOK {
				return nil
			}
		}
		select {
		case <-time.After(50 * time.Millisecond):
		case <-ctx.Done():
			return fmt.Errorf("%s is not ready: %w", n.Name, ctx.Err())
		}
	}
}

// LogTail is the end of what the node has logged.
func (n *Node) LogTail(most int) string {
	text, err := os.ReadFile(n.log)
	if err != nil {
		return ""
	}
	return string(text[max(0, len(text)-most):])
}

func freePort() (int, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return 0, fmt.Errorf("find a free port: %w", err)
	}
	return l.Addr().(*net.TCPAddr).Port, l.Close()
}

// Died tells whether the process has ended without being asked to.
func (n *Node) Died() bool {
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.cmd == nil {
		return false
	}
	select {
	case err := <-n.exited:
		n.exited <- err // for whoever ends it
		return true
	default:
		return false
	}
}

// With sets what Options.Env gave, from the next start on.
func (n *Node) With(env ...string) {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.env = env
}
