package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"runtime"
	"strings"
	"time"
)

// benchCmd measures. Every run has the same three kinds of processes: this one, which prepares the desk and reads the
// memory; the servers; and the load, so that its work does not count as the servers'.
type benchCmd struct {
	Chat      benchChatCmd      `cmd:"" help:"Durable chat messages: stored, acknowledged, delivered."`
	Idle      benchIdleCmd      `cmd:"" help:"Memory of idle connections."`
	Fanout    benchFanoutCmd    `cmd:"" help:"One conversation that many connections look at."`
	Storm     benchStormCmd     `cmd:"" help:"Many connections that are cut and come back at once."`
	Issues    benchIssuesCmd    `cmd:"" help:"Recurring issues in a stream of conversations: topics, flags, speed."`
	Dashboard benchDashboardCmd `cmd:"" help:"Pages of figures over twelve months, on a desk that is there (see: heard seed)."`
	Report    benchReportCmd    `cmd:"" help:"The report of a finished week, made from nothing, on a desk that is there."`
	Search    benchSearchCmd    `cmd:"" help:"What agents type into the search field, on a desk that is there."`
	Lists     benchListsCmd     `cmd:"" help:"Pages of the agents' lists in every order, on a desk that is there."`
	Night     benchNightCmd     `cmd:"" help:"The figures and the recurring issues of thousands of new tickets, on a copy of a desk that is there."`
	Load      benchLoadCmd      `cmd:"" hidden:"" help:"The load, a process of its own."`
	Node      benchNodeCmd      `cmd:"" hidden:"" help:"A server that is measured, a process of its own."`
}

// benchFlags are what all runs have in common.
type benchFlags struct {
	DB       string `name:"db" default:"sqlite" placeholder:"DB" help:"sqlite (in a temporary folder), postgres (a throw-away server, or the one of TEST_POSTGRES), or the DSN of an empty database."`
	Nodes    int    `default:"1" help:"Servers on one PostgreSQL; connections are spread over them."`
	Bus      string `default:"" placeholder:"URL" help:"What carries between the servers: postgres or nats://…; postgres unless set."`
	JSON     bool   `name:"json" help:"Answer as JSON, in the last line."`
	Portable bool   `hidden:"" help:"Sockets wait as they do where they cannot be parked."`
	Profile  string `name:"profile" placeholder:"DIR" help:"Write profiles of the first server's CPU and memory into a folder."`
}

// Validate is called by the command line parser.
func (f *benchFlags) Validate() error {
	switch {
	case f.Nodes < 1:
		return errors.New("--nodes must be at least 1")
	case f.Nodes > 1 && f.DB == "sqlite":
		return errors.New("--nodes needs PostgreSQL: --db postgres or a DSN")
	}
	return nil
}

// positive refuses numbers below 1, by the name of their flag.
func positive(flag string, n int) error {
	if n < 1 {
		return fmt.Errorf("--%s must be at least 1", flag)
	}
	return nil
}

// benchChatCmd measures the way of a customer's message: over a real socket into the database (an ack counts when it
// is committed), and out to the agent who watches.
type benchChatCmd struct {
	benchFlags
	Customers int `default:"100" help:"Customers who write at the same time, each waiting for its ack."`
	Seconds   int `default:"10" help:"How long to measure."`
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
	return errors.Join(c.benchFlags.Validate(), positive("customers", c.Customers), positive("seconds", c.Seconds))
}

// Run implements heard bench chat.
func (c *benchChatCmd) Run(ctx context.Context, o *output) error {
	var f chatFigures
	plan := loadPlan{Mode: "chat", Sockets: c.Customers, Seconds: c.Seconds}
	err := c.bench(ctx, o, seeds{visitors: c.Customers, agents: 1}, func(d *benchDesk) error {
		return d.load(ctx, plan, nil, &f)
	})
	if err != nil {
		return err
	}
	return c.print(o.out, f, fmt.Sprintf(`%d customers, %d s
throughput  %8.0f messages/s
ack         %8.2f ms p50  %8.2f ms p99
delivery    %8.2f ms p50  %8.2f ms p99
errors      %8d`, c.Customers, c.Seconds, f.Throughput, f.AckP50ms, f.AckP99ms, f.DeliveryP50ms, f.DeliveryP99ms, f.Errors))
}

// benchIdleCmd measures what a connection costs that does nothing: a visitor in a conversation with an agent, or an
// agent with a list and a ticket on screen.
type benchIdleCmd struct {
	benchFlags
	Sockets int    `default:"10000" help:"How many connections."`
	Kind    string `default:"widget" enum:"widget,console" help:"Whose: widget or console."`
}

type idleFigures struct {
	Sockets int     `json:"sockets"`
	Bytes   float64 `json:"bytes_per_socket"` // resident memory as found, no forced collection
}

// Validate is called by the command line parser.
func (c *benchIdleCmd) Validate() error {
	return errors.Join(c.benchFlags.Validate(), positive("sockets", c.Sockets))
}

// Run implements heard bench idle.
func (c *benchIdleCmd) Run(ctx context.Context, o *output) error {
	f := idleFigures{Sockets: c.Sockets}
	s := seeds{visitors: c.Sockets, agents: 1, conversations: true}
	if c.Kind == "console" {
		s = seeds{visitors: min(c.Sockets, 1000), agents: min(c.Sockets, 100), conversations: true}
	}
	err := c.bench(ctx, o, s, func(d *benchDesk) error {
		before, err := d.resident()
		if err != nil {
			return err
		}
		return d.load(ctx, loadPlan{Mode: "idle", Sockets: c.Sockets, Kind: c.Kind}, func() error {
			time.Sleep(2 * time.Second) // what connecting used settles
			after, err := d.resident()
			f.Bytes = float64(after-before) / float64(c.Sockets)
			return errors.Join(err, d.profileMemory())
		}, nil)
	})
	if err != nil {
		return err
	}
	return c.print(o.out, f, fmt.Sprintf("%d idle %s sockets: %.1f kB each, all in", f.Sockets, c.Kind, f.Bytes/1000))
}

// benchFanoutCmd measures one conversation that many connections look at.
type benchFanoutCmd struct {
	benchFlags
	Watchers int     `default:"10000" help:"Connections that look at one conversation."`
	Rate     float64 `default:"0" help:"Messages a second; 0: as fast as four at once are delivered to everybody."`
	Seconds  int     `default:"10" help:"How long to measure."`
}

type fanoutFigures struct {
	Watchers   int     `json:"watchers"`
	Deliveries float64 `json:"deliveries_per_s"`
	P50ms      float64 `json:"p50_ms"`
	P99ms      float64 `json:"p99_ms"`
	Missing    int     `json:"missing"`
	CPUus      float64 `json:"cpu_us_per_delivery"` // of the servers
}

// Validate is called by the command line parser.
func (c *benchFanoutCmd) Validate() error {
	return errors.Join(c.benchFlags.Validate(), positive("watchers", c.Watchers), positive("seconds", c.Seconds))
}

// Run implements heard bench fanout.
func (c *benchFanoutCmd) Run(ctx context.Context, o *output) error {
	var f fanoutFigures
	err := c.bench(ctx, o, seeds{visitors: 1, agents: 1, conversations: true}, func(d *benchDesk) error {
		var before time.Duration
		plan := loadPlan{Mode: "fanout", Sockets: c.Watchers, Seconds: c.Seconds, Rate: c.Rate}
		err := d.load(ctx, plan, func() (err error) {
			before, err = d.cpu()
			return err
		}, &f)
		if err != nil {
			return err
		}
		after, err := d.cpu()
		f.CPUus = (after - before).Seconds() * 1e6 / max(f.Deliveries*f.took(c.Seconds), 1)
		return err
	})
	if err != nil {
		return err
	}
	return c.print(o.out, f, fmt.Sprintf("%d watchers: %.0f deliveries/s, %.1f ms p50, %.1f ms p99, %d missing, %.1f µs of the server's CPU each",
		f.Watchers, f.Deliveries, f.P50ms, f.P99ms, f.Missing, f.CPUus))
}

// took is about how long the measuring took.
func (f fanoutFigures) took(seconds int) float64 { return float64(seconds) + f.P99ms/1000 }

// benchStormCmd measures how fast everybody is back after all connections were cut at once, each where it was, while
// others go on writing.
type benchStormCmd struct {
	benchFlags
	Sockets int `default:"10000" help:"How many connections."`
}

type stormFigures struct {
	Sockets int     `json:"sockets"`
	Seconds float64 `json:"seconds_to_all_back"`
	Tries   int     `json:"tries"`
	Written int     `json:"written"` // messages that others wrote meanwhile
	Refused int     `json:"refused"` // of these: the database was too busy, and the writer was told
	Lost    int     `json:"lost"`    // of these: neither stored nor refused
	AckP99  float64 `json:"ack_p99_ms"`
	CPUs    float64 `json:"cpu_seconds"` // of the servers
}

// Validate is called by the command line parser.
func (c *benchStormCmd) Validate() error {
	return errors.Join(c.benchFlags.Validate(), positive("sockets", c.Sockets))
}

// Run implements heard bench storm.
func (c *benchStormCmd) Run(ctx context.Context, o *output) error {
	var f stormFigures
	err := c.bench(ctx, o, seeds{visitors: c.Sockets + stormWriters, agents: 1, conversations: true}, func(d *benchDesk) error {
		var before time.Duration
		err := d.load(ctx, loadPlan{Mode: "storm", Sockets: c.Sockets}, func() (err error) {
			before, err = d.cpu()
			return err
		}, &f)
		if err != nil {
			return err
		}
		after, err := d.cpu()
		f.CPUs = (after - before).Seconds()
		return err
	})
	if err != nil {
		return err
	}
	return c.print(o.out, f, fmt.Sprintf("%d sockets: all back after %.1f s and %d tries, %.1f s of the server's CPU; %d messages written meanwhile, %d refused, %d lost, ack %.0f ms p99",
		f.Sockets, f.Seconds, f.Tries, f.CPUs, f.Written, f.Refused, f.Lost, f.AckP99))
}

// print shows figures to a program, or to a person with what they were measured on.
func (f *benchFlags) print(w io.Writer, figures any, text string) error {
	if f.JSON {
		return json.NewEncoder(w).Encode(figures)
	}
	_, err := fmt.Fprintf(w, "%s\n%s\n", text, f.setting())
	return err
}

// setting says what a run was measured on: machine, durability and versions.
func (f *benchFlags) setting() string {
	durability := "SQLite, WAL, synchronous=FULL"
	if f.DB != "sqlite" {
		durability = "PostgreSQL, fsync and synchronous_commit as the server has them"
	}
	return fmt.Sprintf("on %d CPUs (%s), %s/%s; %s; %d node(s); heard %s, %s", runtime.NumCPU(), cpuModel(), runtime.GOOS,
		runtime.GOARCH, durability, f.Nodes, version(), runtime.Version())
}

// cpuModel is the name of the processor, where the system tells.
func cpuModel() string {
	text, err := os.ReadFile("/proc/cpuinfo")
	if err != nil {
		return "unknown"
	}
	for line := range strings.SplitSeq(string(text), "\n") {
		if name, ok := strings.CutPrefix(line, "model name"); ok {
			return strings.TrimLeft(name, " \t:")
		}
	}
	return "unknown"
}

// load runs a plan in a child process. When the child is ready, ready is called; then it goes on, and what it found
// is read into figures. A nil figures ends it instead.
func (d *benchDesk) load(ctx context.Context, plan loadPlan, ready func() error, figures any) error {
	plan.URLs, plan.Visitors, plan.Tokens = d.urls, d.visitors, d.tokens
	self, err := os.Executable()
	if err != nil {
		return err
	}
	child := exec.CommandContext(ctx, self, "bench", "load")
	child.Stderr = d.out.err
	in, err := child.StdinPipe()
	if err != nil {
		return err
	}
	out, err := child.StdoutPipe()
	if err != nil {
		return err
	}
	if err := child.Start(); err != nil {
		return fmt.Errorf("start the load: %w", err)
	}
	answers := bufio.NewReader(out)
	err = json.NewEncoder(in).Encode(plan)
	if err == nil {
		_, err = answers.ReadString('\n')
	}
	if err == nil && ready != nil {
		err = ready()
	}
	if err == nil && figures != nil {
		_, err = io.WriteString(in, "go\n")
	}
	err = errors.Join(err, in.Close()) // without a word it ends
	if err == nil && figures != nil {
		err = json.NewDecoder(answers).Decode(figures)
	}
	if err = errors.Join(err, child.Wait()); err != nil {
		return fmt.Errorf("the load: %w", err)
	}
	return nil
}

// loadPlan is what the load reads from its standard input.
type loadPlan struct {
	Mode     string       `json:"mode"` // chat, idle, fanout, storm
	URLs     []string     `json:"urls"` // of the servers
	Visitors []loadPerson `json:"visitors"`
	Tokens   []string     `json:"tokens"` // of agents
	Sockets  int          `json:"sockets"`
	Kind     string       `json:"kind,omitempty"` // of idle: widget, console
	Seconds  int          `json:"seconds,omitempty"`
	Rate     float64      `json:"rate,omitempty"` // of fanout: messages a second
}

// loadPerson is a visitor and the conversation that it has already.
type loadPerson struct {
	Token        string `json:"token"`
	Conversation string `json:"conversation,omitempty"`
	Seq          int64  `json:"seq,omitempty"`
}
