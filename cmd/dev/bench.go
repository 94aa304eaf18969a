package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"text/tabwriter"
	"time"

	"heard/migrations/pgtemp"
)

type benchCmd struct {
	Customers int    `default:"100" help:"Customers that write at the same time."`
	Seconds   int    `default:"10" help:"How long each run takes."`
	Runs      int    `default:"3" help:"Runs on each database; the median of each figure counts."`
	DB        string `name:"db" enum:"all,sqlite" default:"all" help:"Databases: ${enum}."`
	Go        bool   `default:"true" negatable:"" help:"Run the Go benchmarks too."`
}

// Validate is called by the command line parser.
func (b *benchCmd) Validate() error {
	if b.Customers < 1 || b.Seconds < 1 || b.Runs < 1 {
		return errors.New("--customers, --seconds and --runs must be at least 1")
	}
	return nil
}

// chatFigures is what `heard bench chat --json` prints in its last line.
type chatFigures struct {
	Throughput    float64 `json:"throughput"`
	AckP50ms      float64 `json:"ack_p50_ms"`
	AckP99ms      float64 `json:"ack_p99_ms"`
	DeliveryP50ms float64 `json:"delivery_p50_ms"`
	DeliveryP99ms float64 `json:"delivery_p99_ms"`
	Errors        float64 `json:"errors"`
}

type chatRow struct {
	database string
	chatFigures
}

// benchRun is one run of the benchmarks, and what its steps hand on to later ones.
type benchRun struct {
	benchCmd
	c     *checkout
	heard string
	env   []string
	rows  []chatRow
}

func (b *benchCmd) Run(ctx context.Context, c *checkout) (err error) {
	temp, err := os.MkdirTemp("", "heard-bench-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(temp)
	run := &benchRun{benchCmd: *b, c: c, heard: filepath.Join(temp, "heard")}
	if b.DB == "all" {
		have, err := c.setup(ctx, needs{postgres: true})
		if err != nil {
			return err
		}
		p, err := pgtemp.Start(ctx, have.postgres)
		if err != nil {
			return err
		}
		defer func() { err = errors.Join(err, p.Stop()) }()
		run.env = []string{"TEST_POSTGRES=" + p.DSN()}
		return run.perform(ctx, p.DSN())
	}
	return run.perform(ctx, "")
}

func (b *benchRun) perform(ctx context.Context, dsn string) error {
	noServer := b.c.lacks("cmd/heard")
	limit := 15*time.Minute + time.Duration(b.Runs*b.Seconds)*10*time.Second
	steps := []step{
		{name: "build", skip: noServer, limit: limit, run: func(ctx context.Context) error {
			return b.c.buildHeard(ctx, b.heard, "-buildvcs=false")
		}},
		{name: "sqlite", skip: noServer, limit: limit, run: func(ctx context.Context) error { return b.chat(ctx, "sqlite", "sqlite") }},
	}
	if dsn != "" {
		steps = append(steps, step{name: "postgres", skip: noServer, limit: limit, run: func(ctx context.Context) error {
			return b.chat(ctx, "postgres", dsn)
		}})
	}
	if b.Go {
		steps = append(steps, step{name: "go bench", limit: time.Hour, run: b.goBenchmarks})
	}
	steps = append(steps, step{name: "table", skip: noServer, limit: time.Minute, run: func(context.Context) error {
		if len(b.rows) == 0 {
			return errors.New("there are no figures")
		}
		fmt.Fprintf(b.c.out, "chat, %d customers, %d s, median of %d; %s, %d CPUs\n",
			b.Customers, b.Seconds, b.Runs, runtime.Version(), runtime.NumCPU())
		return printFigures(b.c.out, b.rows)
	}})
	return b.c.perform(ctx, steps)
}

func (b *benchRun) chat(ctx context.Context, name, db string) error {
	var runs []chatFigures
	for range b.Runs {
		var text bytes.Buffer
		err := b.c.run(ctx, command{out: &text, args: []string{b.heard, "bench", "chat", "--json", "--db", db,
			"--customers", strconv.Itoa(b.Customers), "--seconds", strconv.Itoa(b.Seconds)}})
		if err != nil {
			return err
		}
		b.c.say("%s", lastLines(text.Bytes(), 1))
		figures, err := parseFigures(text.Bytes())
		if err != nil {
			return err
		}
		runs = append(runs, figures)
	}
	b.rows = append(b.rows, chatRow{name, medianFigures(runs)})
	return nil
}

func (b *benchRun) goBenchmarks(ctx context.Context) error {
	return b.c.run(ctx, command{env: b.env,
		args: []string{"go", "test", "-run", "^$", "-bench", ".", "-benchmem", "-timeout", "55m", "./..."}})
}

func parseFigures(output []byte) (chatFigures, error) {
	var f chatFigures
	last := lastLines(output, 1)
	if err := json.Unmarshal([]byte(last), &f); err != nil {
		return f, fmt.Errorf("read the figures in %q: %w", last, err)
	}
	return f, nil
}

// medianFigures takes the median of each figure by itself, but every error of every run counts.
func medianFigures(runs []chatFigures) chatFigures {
	median := func(figure func(chatFigures) float64) float64 {
		values := make([]float64, 0, len(runs))
		for _, r := range runs {
			values = append(values, figure(r))
		}
		slices.Sort(values)
		mid := len(values) / 2
		if len(values)%2 == 0 {
			return (values[mid-1] + values[mid]) / 2
		}
		return values[mid]
	}
	all := chatFigures{
		Throughput:    median(func(f chatFigures) float64 { return f.Throughput }),
		AckP50ms:      median(func(f chatFigures) float64 { return f.AckP50ms }),
		AckP99ms:      median(func(f chatFigures) float64 { return f.AckP99ms }),
		DeliveryP50ms: median(func(f chatFigures) float64 { return f.DeliveryP50ms }),
		DeliveryP99ms: median(func(f chatFigures) float64 { return f.DeliveryP99ms }),
	}
	for _, r := range runs {
		all.Errors += r.Errors
	}
	return all
}

func printFigures(w io.Writer, rows []chatRow) error {
	table := tabwriter.NewWriter(w, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(table, "database\tmessages/s\tack p50 ms\tack p99 ms\tdelivery p50 ms\tdelivery p99 ms\terrors\t")
	for _, r := range rows {
		fmt.Fprintf(table, "%s\t%.0f\t%.2f\t%.2f\t%.2f\t%.2f\t%.0f\t\n",
			r.database, r.Throughput, r.AckP50ms, r.AckP99ms, r.DeliveryP50ms, r.DeliveryP99ms, r.Errors)
	}
	return table.Flush()
}
