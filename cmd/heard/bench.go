package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"runtime/pprof"
	"time"

	"heard/migrations"
	"heard/migrations/pgtemp"
	"heard/tickets"
	"heard/tickets/events"
)

type benchCmd struct {
	Chat    benchChatCmd    `cmd:"" help:"Durable chat messages: stored, acknowledged, delivered."`
	Sockets benchSocketsCmd `cmd:"" help:"Memory of idle connections."`
	Fanout  benchFanoutCmd  `cmd:"" help:"One conversation that many connections look at."`
	Load    benchLoadCmd    `cmd:"" hidden:"" help:"The load of chat, a process of its own."`
	Watch   benchWatchCmd   `cmd:"" hidden:"" help:"The load of sockets and fanout, a process of its own."`
}

// benchChatCmd measures the way of a customer's message: over a real socket into the database (an ack counts when it
// is committed), and out to the agent who watches. The server is this process; the load is another one.
type benchChatCmd struct {
	Customers int    `default:"100" help:"Customers who write at the same time, each waiting for its ack."`
	Seconds   int    `default:"10" help:"How long to measure."`
	DB        string `name:"db" default:"sqlite" placeholder:"DB" help:"sqlite (in a temporary folder), postgres (a throw-away server, or the one of TEST_POSTGRES), or the DSN of an empty database."`
	JSON      bool   `name:"json" help:"Answer as JSON, in the last line."`
	Profile   string `name:"cpuprofile" placeholder:"FILE" help:"Write a CPU profile of the server."`
}

// chatFigures is what a run gives. Latencies are milliseconds.
type chatFigures struct {
	Throughput    float64 `json:"throughput"` // acks a second
	AckP50ms      float64 `json:"ack_p50_ms"`
	AckP99ms      float64 `json:"ack_p99_ms"`
	DeliveryP50ms float64 `json:"delivery_p50_ms"`
	DeliveryP99ms float64 `json:"delivery_p99_ms"`
	Errors        int     `json:"errors"`
}

// Validate is called by the command line parser.
func (c *benchChatCmd) Validate() error {
	if c.Customers < 1 || c.Seconds < 1 {
		return errors.New("--customers and --seconds must be at least 1")
	}
	return nil
}

// Run implements heard bench chat.
func (c *benchChatCmd) Run(ctx context.Context, o *output) (err error) {
	dir, err := os.MkdirTemp("", "heard-bench-")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	dsn, done, err := c.database(ctx, dir)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, done()) }()
	figures, err := c.measure(ctx, o, dir, dsn)
	if err != nil {
		return err
	}
	c.print(o.out, figures)
	return nil
}

func (c *benchChatCmd) print(w io.Writer, f chatFigures) {
	if c.JSON {
		text, err := json.Marshal(f)
		if err != nil {
			panic(err) // six numbers
		}
		fmt.Fprintf(w, "%s\n", text)
		return
	}
	fmt.Fprintf(w, "%d customers, %d s, %s, %s, %d CPUs\n", c.Customers, c.Seconds, c.DB, runtime.Version(), runtime.NumCPU())
	fmt.Fprintf(w, "throughput  %8.0f messages/s\n", f.Throughput)
	fmt.Fprintf(w, "ack         %8.2f ms p50  %8.2f ms p99\n", f.AckP50ms, f.AckP99ms)
	fmt.Fprintf(w, "delivery    %8.2f ms p50  %8.2f ms p99\n", f.DeliveryP50ms, f.DeliveryP99ms)
	fmt.Fprintf(w, "errors      %8d\n", f.Errors)
}

// database names the database to measure; done gives back what was started for it.
func (c *benchChatCmd) database(ctx context.Context, dir string) (dsn string, done func() error, err error) {
	nothing := func() error { return nil }
	switch c.DB {
	case migrations.SQLite:
		return "sqlite:" + filepath.Join(dir, "bench.db"), nothing, nil
	case migrations.Postgres:
		if dsn := os.Getenv("TEST_POSTGRES"); dsn != "" {
			return c.scratch(ctx, dsn)
		}
		bin, err := pgtemp.Find(pgtemp.Debian, os.Getenv("PATH"))
		if err != nil {
			return "", nil, err
		}
		server, err := pgtemp.Start(ctx, bin)
		if err != nil {
			return "", nil, err
		}
		return server.DSN(), server.Stop, nil
	}
	return c.scratch(ctx, c.DB)
}

// scratch makes a schema of its own in a database that may hold other things, and removes it in the end.
func (c *benchChatCmd) scratch(ctx context.Context, dsn string) (string, func() error, error) {
	schema, drop, err := migrations.Scratch(ctx, dsn)
	if err != nil {
		return "", nil, usageError{fmt.Errorf("--db must be sqlite, postgres or a DSN of PostgreSQL: %w", err)}
	}
	return schema, drop, nil
}

// measure runs a server on the database and the load beside it.
func (c *benchChatCmd) measure(ctx context.Context, o *output, dir, dsn string) (f chatFigures, err error) {
	err = withBenchServer(ctx, o, dir, dsn, func(plan loadPlan) error {
		plan.Customers, plan.Seconds = c.Customers, c.Seconds
		finish, err := c.profile()
		if err != nil {
			return err
		}
		f, err = plan.load(ctx, o)
		return errors.Join(err, finish())
	})
	return f, err
}

// profile writes what the server's CPU does until finish is called.
func (c *benchChatCmd) profile() (finish func() error, err error) {
	if c.Profile == "" {
		return func() error { return nil }, nil
	}
	f, err := os.Create(c.Profile)
	if err != nil {
		return nil, err
	}
	if err := pprof.StartCPUProfile(f); err != nil {
		return nil, errors.Join(err, f.Close())
	}
	return func() error {
		pprof.StopCPUProfile()
		return f.Close()
	}, nil
}

// loadPlan is what the load generator reads from its standard input.
type loadPlan struct {
	URL       string  `json:"url"`
	Inbox     string  `json:"inbox"`
	Token     string  `json:"token"` // of the agent who watches
	Customers int     `json:"customers"`
	Seconds   int     `json:"seconds"`
	Mode      string  `json:"mode,omitempty"` // of watch: idle or fanout
	Rate      float64 `json:"rate,omitempty"` // of fanout: messages a second
}

// newLoadPlan makes the inbox and the agent that a load needs.
func newLoadPlan(ctx context.Context, a *app) (loadPlan, error) {
	if _, err := a.people.Bootstrap(ctx); err != nil {
		return loadPlan{}, err
	}
	inbox, err := a.people.CreateInbox(ctx, events.SystemActor, tickets.InboxIn{Name: "Bench", Kind: tickets.Website})
	if err != nil {
		return loadPlan{}, err
	}
	agent, err := a.people.CreateAgent(ctx, events.SystemActor, tickets.AgentIn{Email: "bench@example.com", Name: "Bench", Role: tickets.RoleAdmin})
	if err != nil {
		return loadPlan{}, err
	}
	_, secret, err := a.people.CreateToken(ctx, events.SystemActor, tickets.TokenIn{Agent: agent.ID, Name: "bench"})
	return loadPlan{Inbox: inbox.Key, Token: secret}, err
}

// load runs the plan in a child process, whose work then does not count as the server's.
func (p loadPlan) load(ctx context.Context, o *output) (f chatFigures, err error) {
	ctx, cancel := context.WithTimeout(ctx, time.Duration(p.Seconds)*time.Second+2*time.Minute)
	defer cancel()
	self, err := os.Executable()
	if err != nil {
		return f, err
	}
	child := exec.CommandContext(ctx, self, "bench", "load")
	child.Stderr = o.err
	in, err := child.StdinPipe()
	if err != nil {
		return f, err
	}
	out, err := child.StdoutPipe()
	if err != nil {
		return f, err
	}
	if err := child.Start(); err != nil {
		return f, fmt.Errorf("start the load: %w", err)
	}
	err = errors.Join(json.NewEncoder(in).Encode(p), in.Close(), json.NewDecoder(out).Decode(&f))
	if err = errors.Join(err, child.Wait()); err != nil {
		return f, fmt.Errorf("the load: %w", err)
	}
	return f, nil
}
