package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"

	"github.com/alecthomas/kong"
)

const (
	exitDone   = 0
	exitFailed = 1
	exitUsage  = 2
)

type commands struct {
	Setup setupCmd `cmd:"" help:"Install what this machine lacks: npm packages, PostgreSQL, Chromium, a C compiler."`
	Gen   genCmd   `cmd:"" help:"Write the generated files again."`
	Build buildCmd `cmd:"" help:"Build web/dist and bin/heard."`
	Fmt   fmtCmd   `cmd:"" help:"Format the Go files."`
	Lint  lintCmd  `cmd:"" help:"Run gofmt, vet, staticcheck and tsc."`
	Test  testCmd  `cmd:"" help:"Run everything that has to pass before a change is kept."`
	E2E   e2eCmd   `cmd:"" name:"e2e" help:"Run the browser tests only."`
	Bench benchCmd `cmd:"" help:"Measure chat on both databases, and run the Go benchmarks."`
	Chaos chaosCmd `cmd:"" help:"Break servers and databases under load for some minutes, and check every promise."`
	Shots shotsCmd `cmd:"" help:"Draw every screen by every look into the folder shots, to look at."`
	Perf  perfCmd  `cmd:"" help:"Measure in a browser what people wait for, against the budgets."`
	Pg    pgCmd    `cmd:"" help:"Start a throw-away PostgreSQL, print its address and wait."`
}

func main() {
	dieWithParent()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	// The second Ctrl-C ends us at once. A second SIGTERM does not: when our parent dies, the kernel sends several.
	context.AfterFunc(ctx, func() { signal.Reset(os.Interrupt) })
	code := run(ctx, os.Args[1:], os.Stdout, os.Stderr)
	stop()
	os.Exit(code)
}

func run(ctx context.Context, args []string, out, errOut io.Writer) int {
	var cli commands
	parser, err := kong.New(&cli, kong.Name("dev"),
		kong.Description("Prepares a machine for work on Heard, builds Heard and tests it."),
		kong.Writers(out, errOut), kong.BindTo(ctx, (*context.Context)(nil)))
	if err != nil {
		fmt.Fprintln(errOut, "dev:", err)
		return exitFailed
	}
	chosen, err := parser.Parse(args)
	if err != nil {
		fmt.Fprintln(errOut, "dev:", err)
		fmt.Fprintln(errOut, "Try: go run ./cmd/dev --help")
		return exitUsage
	}
	here, err := findCheckout(".")
	if err != nil {
		fmt.Fprintln(errOut, "dev:", err)
		return exitFailed
	}
	here.out, here.err = out, errOut
	if err := chosen.Run(here); err != nil {
		if !errors.Is(err, errSteps) { // the summary of the steps has told it already
			fmt.Fprintln(errOut, "dev:", err)
		}
		return exitFailed
	}
	return exitDone
}
