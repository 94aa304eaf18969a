package main

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"time"

	"heard/chat/check"
	"heard/chat/check/faults"
	"heard/migrations"
	"heard/migrations/pgtemp"
)

// checkCmd lets clients write while faults happen, reads everything back, and judges.
type checkCmd struct {
	URL      []string `name:"url" placeholder:"URL" help:"A running server; repeat it for every node."`
	Inbox    string   `name:"inbox" placeholder:"KEY" help:"The public key of the inbox to write to."`
	Token    []string `name:"token" placeholder:"TOKEN" help:"API token of an agent who may see every ticket; repeat it for more agents."`
	Self     bool     `name:"self" help:"Start servers for the check instead, as child processes on a temporary database."`
	DB       string   `name:"db" enum:"sqlite,postgres" default:"sqlite" help:"With --self: ${enum}."`
	Nodes    int      `name:"nodes" default:"1" help:"With --self: how many servers; more than one need postgres."`
	Faults   string   `name:"faults" placeholder:"NAME,…" help:"With --self: kill, killall, stop, term (a rolling restart), dbkill, dbstop, dbreadonly, dbfull, dblock."`
	Long     bool     `name:"long" help:"With --self: faults as long as the promises name."`
	Visitors int      `name:"visitors" default:"8" help:"Visitors who write."`
	Agents   int      `name:"agents" default:"4" help:"Consoles that answer."`
	Seconds  int      `name:"seconds" default:"10" help:"How long they write."`
	Keep     bool     `name:"keep" help:"With --self: leave the servers' folder with their logs, and tell where it is."`
	Seed     uint64   `name:"seed" help:"Of everything that is random; another one each time unless set."`
	JSON     bool     `name:"json" help:"Answer as JSON, in the last line."`
	History  string   `name:"history" placeholder:"FILE" help:"Write down everything that was seen."`
}

// Validate is called by the command line parser.
func (c *checkCmd) Validate() error {
	switch {
	case c.Visitors < 1 || c.Agents < 1 || c.Seconds < 1 || c.Nodes < 1:
		return errors.New("--visitors, --agents, --nodes and --seconds must be at least 1")
	case c.Self && (len(c.URL) > 0 || c.Inbox != "" || len(c.Token) > 0):
		return errors.New("--self brings servers of its own: no --url, --inbox or --token")
	case !c.Self && (len(c.URL) == 0 || c.Inbox == "" || len(c.Token) == 0):
		return errors.New("--url, --inbox and --token say what to check; or use --self")
	case !c.Self && c.Faults != "":
		return errors.New("--faults needs --self: a check breaks only servers of its own")
	case c.Self && c.DB == migrations.SQLite && c.Nodes > 1:
		return errors.New("--nodes above 1 needs --db postgres")
	}
	_, err := faults.Parse(c.Faults)
	return err
}

// Run implements heard check.
func (c *checkCmd) Run(ctx context.Context, o *output) error {
	if c.Seed == 0 {
		c.Seed = rand.Uint64()>>1 + 1
	}
	var report *check.Report
	var err error
	if c.Self {
		report, err = c.self(ctx, o)
	} else {
		report, err = c.attack(ctx, c.URL, c.Inbox, c.Token, nil)
	}
	if err != nil {
		return err
	}
	if c.History != "" {
		if err := report.History().Save(c.History); err != nil {
			return err
		}
	}
	if c.JSON {
		fmt.Fprintln(o.out, report.Line())
	} else {
		report.Print(o.out)
	}
	if n := len(report.Violations); n > 0 {
		return fmt.Errorf("%d promises were broken", n)
	}
	return nil
}

func (c *checkCmd) attack(ctx context.Context, urls []string, inbox string, tokens []string, play func(context.Context, func(string)) error) (*check.Report, error) {
	run, err := check.New(check.Config{URLs: urls, Inbox: inbox, Tokens: tokens, Visitors: c.Visitors, Agents: c.Agents,
		For: time.Duration(c.Seconds) * time.Second, Seed: c.Seed})
	if err != nil {
		return nil, usageError{err}
	}
	return run.Do(ctx, play)
}

// self runs the check on child processes.
func (c *checkCmd) self(ctx context.Context, o *output) (report *check.Report, err error) {
	dir, err := os.MkdirTemp("", "heard-check-")
	if err != nil {
		return nil, err
	}
	if c.Keep {
		fmt.Fprintln(o.err, "The servers and their logs are in", dir)
	} else {
		defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	}
	dsn, db, done, err := checkDatabase(ctx, c.DB, dir)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, done()) }()
	self, err := os.Executable()
	if err != nil {
		return nil, err
	}
	cluster, err := faults.Start(ctx, faults.Options{Binary: self, Database: dsn, Dir: dir, Nodes: c.Nodes})
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, cluster.Stop()) }()
	names, err := faults.Parse(c.Faults)
	if err != nil {
		return nil, err
	}
	return c.attack(ctx, cluster.URLs(), cluster.Inbox, cluster.Tokens, func(ctx context.Context, mark func(string)) error {
		env := &faults.Env{Cluster: cluster, Database: db, Rand: rand.New(rand.NewPCG(c.Seed, 0)), Mark: mark, Long: c.Long}
		return faults.Play(ctx, env, names, time.Duration(c.Seconds)*time.Second)
	})
}

// checkDatabase makes a database that nobody else uses: it will be ill-treated.
func checkDatabase(ctx context.Context, kind, dir string) (dsn string, db faults.Database, done func() error, err error) {
	if kind == migrations.SQLite {
		dsn = "sqlite:" + filepath.Join(dir, "heard.db")
		return dsn, faults.SQLite{DSN: dsn}, func() error { return nil }, nil
	}
	bin, err := pgtemp.Find(pgtemp.Debian, os.Getenv("PATH"))
	if err != nil {
		return "", nil, nil, err
	}
	server, err := pgtemp.Start(ctx, bin)
	if err != nil {
		return "", nil, nil, err
	}
	return server.DSN(), faults.Postgres{Server: server}, server.Stop, nil
}
