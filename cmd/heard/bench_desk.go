package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"heard/migrations"
	"heard/migrations/pgtemp"
	"heard/tickets"
	"heard/tickets/events"

	"github.com/google/uuid"
	"golang.org/x/sync/errgroup"
)

// benchDesk is a desk with its servers, for one run.
type benchDesk struct {
	flags    *benchFlags
	out      *output
	dir, dsn string
	nodes    []*benchNode
	urls     []string
	visitors []loadPerson
	tokens   []string
}

// seeds are what a desk holds before its servers start.
type seeds struct {
	visitors, agents int
	conversations    bool // each visitor has one, with the first agent
}

// bench makes a desk on an empty database, runs its servers, and fn beside them.
func (f *benchFlags) bench(ctx context.Context, o *output, s seeds, fn func(*benchDesk) error) (err error) {
	d := &benchDesk{flags: f, out: o}
	if d.dir, err = os.MkdirTemp("", "heard-bench-"); err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(d.dir)) }()
	dsn, done, err := f.database(ctx, d.dir)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, done()) }()
	d.dsn = dsn
	if err := d.seed(ctx, s); err != nil {
		return fmt.Errorf("prepare the desk: %w", err)
	}
	defer func() { err = errors.Join(err, d.stop()) }()
	for i := range f.Nodes {
		if err := d.start(ctx, i); err != nil {
			return fmt.Errorf("start a server: %w", err)
		}
	}
	return fn(d)
}

// database names the database to measure; done gives back what was started for it.
func (f *benchFlags) database(ctx context.Context, dir string) (dsn string, done func() error, err error) {
	nothing := func() error { return nil }
	switch f.DB {
	case migrations.SQLite:
		return "sqlite:" + filepath.Join(dir, "bench.db"), nothing, nil
	case migrations.Postgres:
		if dsn := os.Getenv("TEST_POSTGRES"); dsn != "" {
			return f.scratch(ctx, dsn)
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
	return f.scratch(ctx, f.DB)
}

// scratch makes a schema of its own in a database that may hold other things, and removes it in the end.
func (f *benchFlags) scratch(ctx context.Context, dsn string) (string, func() error, error) {
	schema, drop, err := migrations.Scratch(ctx, dsn)
	if err != nil {
		return "", nil, usageError{fmt.Errorf("--db must be sqlite, postgres or a DSN of PostgreSQL: %w", err)}
	}
	return schema, drop, nil
}

// seed fills the database, in this process and before the servers start.
func (d *benchDesk) seed(ctx context.Context, s seeds) error {
	logger := slog.New(slog.NewTextHandler(d.out.err, &slog.HandlerOptions{Level: slog.LevelWarn}))
	a, err := openApp(ctx, storeFlags{Data: d.dir, Database: d.dsn}, logger)
	if err != nil {
		return err
	}
	return errors.Join(d.fill(ctx, a, s), a.close())
}

func (d *benchDesk) fill(ctx context.Context, a *app, s seeds) error {
	desk, err := a.people.Bootstrap(ctx)
	if err != nil {
		return err
	}
	inbox, err := a.people.CreateInbox(ctx, events.SystemActor, tickets.InboxIn{Name: "Bench", Kind: tickets.Website})
	if err != nil {
		return err
	}
	var first events.ID
	for i := range s.agents {
		agent, err := a.people.CreateAgent(ctx, events.SystemActor, tickets.AgentIn{Email: fmt.Sprintf("bench%d@example.com", i),
			Name: "Bench", Role: tickets.RoleAdmin, Teams: []events.ID{desk.Team}})
		if err != nil {
			return err
		}
		_, secret, err := a.people.CreateToken(ctx, events.SystemActor, tickets.TokenIn{Agent: agent.ID, Name: "bench"})
		if err != nil {
			return err
		}
		if i == 0 {
			first = agent.ID
		}
		d.tokens = append(d.tokens, secret)
	}
	d.visitors = make([]loadPerson, s.visitors)
	group, all := errgroup.WithContext(ctx)
	group.SetLimit(64)
	for i := range d.visitors {
		group.Go(func() (err error) {
			d.visitors[i], err = person(all, a, inbox, s, first)
			return err
		})
	}
	return group.Wait()
}

// person is one visitor.
func person(ctx context.Context, a *app, inbox *tickets.Inbox, s seeds, agent events.ID) (loadPerson, error) {
	out, err := a.people.StartVisitor(ctx, tickets.StartIn{Inbox: inbox.Key})
	p := loadPerson{Token: out.Token}
	if err != nil || !s.conversations {
		return p, err
	}
	v := out.Visitor
	post, err := a.tickets.Post(ctx, tickets.PostIn{By: v.Actor(), Sender: tickets.VisitorSender(v.ID), Visitor: v.ID, Proved: v.Proven,
		NewMessage: tickets.NewMessage{ClientID: uuid.NewString(), Body: "hello"},
		Open:       &tickets.OpenIn{Inbox: inbox.ID, Customer: v.CustomerID, Visitor: v.ID, Channel: tickets.Chat}})
	if err != nil {
		return p, err
	}
	p.Conversation, p.Seq = post.Ticket.String(), post.Seq
	_, err = a.tickets.Assign(ctx, events.SystemActor, post.Ticket, tickets.To{Agent: agent})
	return p, err
}

// resident is the memory of the servers that the machine holds now.
func (d *benchDesk) resident() (sum int64, err error) {
	for _, n := range d.nodes {
		text, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", n.cmd.Process.Pid))
		if err != nil {
			return 0, fmt.Errorf("resident memory is known on Linux only: %w", err)
		}
		_, rest, _ := strings.Cut(string(text), "VmRSS:")
		fields := strings.Fields(rest)
		if len(fields) < 2 {
			return 0, errors.New("resident memory is not told")
		}
		kib, err := strconv.ParseInt(fields[0], 10, 64)
		if err != nil {
			return 0, fmt.Errorf("read resident memory: %w", err)
		}
		sum += kib * 1024
	}
	return sum, nil
}

// tick is what the kernel counts CPU time in.
const tick = 10 * time.Millisecond

// cpu is the time that the servers have computed since they started.
func (d *benchDesk) cpu() (sum time.Duration, err error) {
	for _, n := range d.nodes {
		text, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", n.cmd.Process.Pid))
		if err != nil {
			return 0, fmt.Errorf("CPU time is known on Linux only: %w", err)
		}
		// After the name, which may hold spaces: state is the first field, user and system time are the 12th and 13th.
		_, rest, _ := strings.Cut(string(text), ") ")
		fields := strings.Fields(rest)
		if len(fields) < 13 {
			return 0, errors.New("CPU time is not told")
		}
		for _, f := range fields[11:13] {
			ticks, err := strconv.ParseInt(f, 10, 64)
			if err != nil {
				return 0, fmt.Errorf("read CPU time: %w", err)
			}
			sum += time.Duration(ticks) * tick
		}
	}
	return sum, nil
}
