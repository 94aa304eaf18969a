package pgtemp

import (
	"bytes"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"syscall"
	"time"
)

const (
	postgresStart = time.Minute // on a busy machine; usually a second
	portAttempts  = 5
	stopGrace     = 10 * time.Second // how long the server may take to end after it was asked to
)

// postgresSettings keep durability as in production, and everything else small: hundreds of tests share the machine.
const postgresSettings = `
max_connections = 300
shared_buffers = 64MB
fsync = on
synchronous_commit = on
max_wal_size = 256MB
max_wal_senders = 0
wal_level = minimal
max_parallel_workers_per_gather = 0
timezone = 'UTC'
unix_socket_directories = ''
listen_addresses = '127.0.0.1'
`

// Server is a throw-away PostgreSQL server: a temporary folder and the process that serves it.
type Server struct {
	bin, dir string
	owner    *syscall.Credential // nil: ourselves
	secret   string
	port     int
	server   *exec.Cmd
	Ended    chan struct{} // closed when the server has ended
}

// Start returns a server that accepts connections. The caller stops it.
func Start(ctx context.Context, bin string) (*Server, error) {
	owner, err := serverUser()
	if err != nil {
		return nil, err
	}
	p := &Server{bin: bin, owner: owner, secret: rand.Text()}
	if err := p.up(ctx); err != nil {
		return nil, errors.Join(err, p.Stop())
	}
	return p, nil
}

func (p *Server) up(ctx context.Context) error {
	if err := p.create(ctx); err != nil {
		return fmt.Errorf("create a PostgreSQL cluster: %w", err)
	}
	for attempt := 1; ; attempt++ {
		err := p.start(ctx)
		if err == nil {
			return nil
		}
		text, readErr := os.ReadFile(p.logFile())
		if attempt == portAttempts || !bytes.Contains(text, []byte("could not bind")) {
			return errors.Join(fmt.Errorf("start PostgreSQL: %w\n%s", err, lastLines(text, 10)), readErr)
		}
		// Somebody took the port in between: another one.
	}
}

// DSN is the address of the cluster, for its superuser.
func (p *Server) DSN() string {
	return fmt.Sprintf("postgres://postgres:%s@127.0.0.1:%d/postgres?sslmode=disable", p.secret, p.port)
}

func (p *Server) dataDir() string { return filepath.Join(p.dir, "data") }
func (p *Server) logFile() string { return filepath.Join(p.dir, "log") }

// serverUser returns whom the server runs as when we are root, which PostgreSQL refuses to serve.
func serverUser() (*syscall.Credential, error) {
	if os.Geteuid() != 0 {
		return nil, nil
	}
	for _, name := range []string{"postgres", "nobody"} {
		account, err := user.Lookup(name)
		if err != nil {
			continue
		}
		uid, err := strconv.ParseUint(account.Uid, 10, 32)
		if err != nil {
			return nil, fmt.Errorf("user id of %s: %w", name, err)
		}
		gid, err := strconv.ParseUint(account.Gid, 10, 32)
		if err != nil {
			return nil, fmt.Errorf("group id of %s: %w", name, err)
		}
		return &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}, nil
	}
	return nil, errors.New("PostgreSQL does not run as root, and there is no user postgres or nobody")
}

func (p *Server) create(ctx context.Context) error {
	parent := "" // the usual place
	if p.owner != nil {
		parent = "/tmp" // TMPDIR may be a place that only root reaches
	}
	var err error
	if p.dir, err = os.MkdirTemp(parent, "heard-pg-"); err != nil {
		return err
	}
	password := filepath.Join(p.dir, "password")
	if err := os.WriteFile(password, []byte(p.secret), 0o600); err != nil {
		return err
	}
	if p.owner != nil {
		for _, path := range []string{p.dir, password} {
			if err := os.Chown(path, int(p.owner.Uid), int(p.owner.Gid)); err != nil {
				return err
			}
		}
	}
	locale := "C"
	if runtime.GOOS == "linux" {
		locale = "C.UTF-8" // so that lower() knows more than ASCII
	}
	// md5 is as good as any with a random password on loopback, and costs the many short connections of tests nothing.
	initdb := p.command(ctx, "initdb", "--pgdata", p.dataDir(), "--username", "postgres", "--auth", "md5",
		"--pwfile", password, "--encoding", "UTF8", "--locale", locale, "--no-sync")
	if text, err := initdb.CombinedOutput(); err != nil {
		if ctx.Err() != nil {
			return context.Cause(ctx)
		}
		return fmt.Errorf("initdb: %w\n%s", err, lastLines(text, 10))
	}
	conf, err := os.OpenFile(filepath.Join(p.dataDir(), "postgresql.conf"), os.O_APPEND|os.O_WRONLY, 0)
	if err != nil {
		return err
	}
	_, err = conf.WriteString(postgresSettings)
	return errors.Join(err, conf.Close())
}

// command is one of the server's programs, run as the owner of the cluster, with nothing of our environment.
func (p *Server) command(ctx context.Context, name string, args ...string) *exec.Cmd {
	cmd := exec.CommandContext(ctx, filepath.Join(p.bin, name), args...)
	cmd.Dir = p.dir
	cmd.Env = []string{"PATH=" + p.bin + ":/usr/bin:/bin", "LC_ALL=C", "TZ=UTC"}
	cmd.SysProcAttr = childAttr()
	cmd.SysProcAttr.Credential = p.owner
	return cmd
}

// start starts the server on a free port and waits until it accepts connections. It is a child of ours, not a daemon, so
// that it cannot outlive us.
func (p *Server) start(ctx context.Context) error {
	var err error
	if p.port, err = freePort(); err != nil {
		return err
	}
	return p.launch(ctx)
}

func (p *Server) launch(ctx context.Context) error {
	log, err := os.Create(p.logFile())
	if err != nil {
		return err
	}
	defer log.Close() // the server has its own descriptor
	// Its life ends with stop, not with ctx: a killed postmaster takes longer to clean up after than one that is asked.
	server := p.command(context.WithoutCancel(ctx), "postgres", "-D", p.dataDir(), "-p", strconv.Itoa(p.port))
	server.Stdout, server.Stderr = log, log
	if err := server.Start(); err != nil {
		return err
	}
	ended := make(chan struct{})
	p.server, p.Ended = server, ended
	go func() {
		defer close(ended)
		_ = server.Wait() // however it ended, the log tells more
	}()
	return p.awaitReady(ctx)
}

func (p *Server) awaitReady(ctx context.Context) error {
	ctx, cancel := context.WithTimeoutCause(ctx, postgresStart, errors.New("not ready in time"))
	defer cancel()
	look := time.NewTicker(20 * time.Millisecond)
	defer look.Stop()
	for {
		// The last line of this file is the server's state; pg_ctl waits in the same way.
		// The first line says whose state, since a crash leaves the file behind.
		state, err := os.ReadFile(filepath.Join(p.dataDir(), "postmaster.pid"))
		text := strings.TrimSpace(string(state))
		if err == nil && strings.HasSuffix(text, "\nready") && strings.HasPrefix(text, strconv.Itoa(p.server.Process.Pid)+"\n") {
			return nil
		}
		select {
		case <-look.C:
		case <-p.Ended:
			return errors.New("the server ended")
		case <-ctx.Done():
			return context.Cause(ctx)
		}
	}
}

// Stop ends the server and removes everything it wrote. It may be called again.
func (p *Server) Stop() error {
	var errs []error
	if p.server != nil {
		errs = append(errs, p.endServer())
		p.server = nil
	}
	if p.dir != "" {
		errs = append(errs, os.RemoveAll(p.dir))
	}
	return errors.Join(errs...)
}

func (p *Server) endServer() error {
	// Fast, then immediate shutdown, then none: see the server's manual. A kill is the last resort, since its children
	// then have to notice by themselves.
	for _, sig := range []syscall.Signal{syscall.SIGINT, syscall.SIGQUIT, syscall.SIGKILL} {
		if err := p.server.Process.Signal(sig); err != nil && !errors.Is(err, os.ErrProcessDone) {
			return fmt.Errorf("stop PostgreSQL: %w", err)
		}
		timeout := time.NewTimer(stopGrace)
		select {
		case <-p.Ended:
			timeout.Stop()
			return nil
		case <-timeout.C:
		}
	}
	return errors.New("PostgreSQL does not stop")
}

func freePort() (int, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return 0, fmt.Errorf("find a free port: %w", err)
	}
	return l.Addr().(*net.TCPAddr).Port, l.Close()
}

func lastLines(text []byte, n int) string {
	lines := strings.Split(strings.TrimSpace(string(text)), "\n")
	return strings.Join(lines[max(0, len(lines)-n):], "\n")
}
