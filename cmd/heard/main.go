package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/signal"
	"strings"
	"syscall"

	"github.com/alecthomas/kong"
)

const (
	exitDone   = 0
	exitFailed = 1
	exitUsage  = 2
)

// commands is the command line. A new command is a new field.
type commands struct {
	Serve     serveCmd     `cmd:"" help:"Run the server."`
	Demo      demoCmd      `cmd:"" help:"Run a server with a made-up shop and weeks of history."`
	Inbox     inboxCmd     `cmd:"" help:"Inboxes: where customers come in."`
	Agent     agentCmd     `cmd:"" help:"Agents: the people who answer."`
	Token     tokenCmd     `cmd:"" help:"API tokens."`
	Import    importCmd    `cmd:"" help:"Read conversations from elsewhere."`
	Seed      seedCmd      `cmd:"" help:"Fill an empty database with a made-up desk of any size."`
	Report    reportCmd    `cmd:"" help:"Print the report of a week."`
	Release   releaseCmd   `cmd:"" help:"Releases: what was shipped, to read figures and issues beside."`
	Incident  incidentCmd  `cmd:"" help:"Incidents: what was broken, and when."`
	Recompute recomputeCmd `cmd:"" help:"Make all figures again from the log, or prove that they are what it says."`
	Simulate  simulateCmd  `cmd:"" help:"Play arrivals against agents: waits, occupancy, abandonment."`
	Bench     benchCmd     `cmd:"" help:"Measure this machine."`
	Check     checkCmd     `cmd:"" help:"Attack running servers, or some of its own, and tell whether every promise of delivery held."`
	Migrate   migrateCmd   `cmd:"" help:"Bring the database to this version's form. Every command does it by itself."`
	Config    configCmd    `cmd:"" help:"Print the configuration in force, without secrets."`
	Version   versionCmd   `cmd:"" help:"Print the version."`
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	context.AfterFunc(ctx, func() { signal.Reset(os.Interrupt) }) // the second Ctrl-C ends us at once
	code := run(ctx, os.Args[1:], os.Stdout, os.Stderr)
	stop()
	os.Exit(code)
}

// out is where commands write: answers to out, everything else to err.
type output struct{ out, err io.Writer }

// usageError is what a command finds wrong with how it was called.
type usageError struct{ err error }

func (e usageError) Error() string { return e.err.Error() }
func (e usageError) Unwrap() error { return e.err }

// readable says of a file that a flag names what is wrong with it, without the words of the system call.
func readable(err error) string {
	var path *fs.PathError
	if errors.As(err, &path) && path.Op == "stat" {
		return strings.Replace(err.Error(), path.Error(), path.Path+": "+path.Err.Error(), 1)
	}
	return err.Error()
}

// run is main for tests.
func run(ctx context.Context, args []string, out, errOut io.Writer) int {
	var cli commands
	helped := false
	parser, err := kong.New(&cli, kong.Name("heard"),
		kong.Description("A helpdesk and live chat that tells a business what to fix."),
		kong.Writers(out, errOut), kong.BindTo(ctx, (*context.Context)(nil)), kong.ConfigureHelp(kong.HelpOptions{Compact: true}),
		kong.Exit(func(int) { helped = true })) // asked for help: nothing is to be run
	if err != nil {
		fmt.Fprintln(errOut, "heard:", err)
		return exitFailed
	}
	chosen, err := parser.Parse(args)
	if helped {
		return exitDone
	}
	if err != nil {
		fmt.Fprintln(errOut, "heard:", readable(err))
		fmt.Fprintln(errOut, "Try: heard --help")
		return exitUsage
	}
	err = chosen.Run(&output{out, errOut})
	var usage usageError
	switch {
	case errors.As(err, &usage):
		fmt.Fprintln(errOut, "heard:", err)
		return exitUsage
	case err != nil:
		fmt.Fprintln(errOut, "heard:", err)
		return exitFailed
	}
	return exitDone
}
