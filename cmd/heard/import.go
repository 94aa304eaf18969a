package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"

	"heard/tickets/fault"
)

// importCmd reads conversations that happened elsewhere: JSON Lines, or CSV with --map.
type importCmd struct {
	storeFlags
	File   string            `arg:"" help:"JSON Lines (.jsonl) or CSV (.csv); - is the standard input, as JSON Lines."`
	Map    map[string]string `name:"map" mapsep:"," placeholder:"FIELD=COLUMN" help:"For CSV: which column holds which field. Fields: id, at, text, customer, email, name, channel, subject, tags, csat, comment, handling_minutes, resolved_at, reopened, handoff."`
	Inbox  string            `name:"inbox" placeholder:"NAME" default:"Import" help:"The inbox that takes them; made when it is not there."`
	Strict bool              `name:"strict" help:"Stop at the first bad line. Lines before it stay imported."`
	JSON   bool              `name:"json" help:"Answer as JSON."`
	Quiet  bool              `name:"quiet" help:"No progress bar."`
}

// importSum is what an import came to.
type importSum struct {
	Lines    int `json:"lines"`
	Imported int `json:"imported"`
	Repeated int `json:"repeated"`
	Bad      int `json:"bad"`
}

// maxReported bounds the bad lines that are told one by one.
const maxReported = 50

// errBadLines makes the command fail after a strict stop.
var errBadLines = errors.New("stopped at a bad line, as --strict asks")

// Run implements heard import.
func (c *importCmd) Run(ctx context.Context, o *output) error {
	in, size, err := c.open()
	if err != nil {
		return err
	}
	defer in.Close()
	counted := &countingReader{r: in}
	next, err := c.reader(counted)
	if err != nil {
		return err
	}
	return withApp(ctx, c.storeFlags, o, func(a *app) error {
		imp, err := newImporter(ctx, a, c.Inbox)
		if err != nil {
			return err
		}
		bar := newProgress(o.err, size, c.Quiet)
		sum, err := c.all(ctx, o, imp, next, func(lines int) { bar.show(counted.n, lines) })
		bar.end()
		if err = errors.Join(err, imp.flush(ctx, &sum)); err != nil && !errors.Is(err, errBadLines) {
			return err
		}
		if sum.Imported > 0 {
			fmt.Fprintln(o.err, "Reading figures and topics from what was imported …")
			if err := a.afterImport(ctx); err != nil {
				return err
			}
		}
		c.print(o.out, sum)
		return err
	})
}

func (c *importCmd) open() (io.ReadCloser, int64, error) {
	if c.File == "-" {
		return io.NopCloser(os.Stdin), 0, nil
	}
	f, err := os.Open(c.File)
	if err != nil {
		return nil, 0, err
	}
	info, err := f.Stat()
	if err != nil {
		return nil, 0, errors.Join(err, f.Close())
	}
	return f, info.Size(), nil
}

// conversations gives one conversation after the other with its line; io.EOF ends. A fault is about that line alone.
type conversations func() (conv *conversation, line int, err error)

func (c *importCmd) reader(r io.Reader) (conversations, error) {
	if len(c.Map) > 0 || strings.EqualFold(filepath.Ext(c.File), ".csv") {
		return csvConversations(r, c.Map)
	}
	return jsonConversations(r), nil
}

// all reads every line; what is wrong with one is told and, unless strict, passed over.
func (c *importCmd) all(ctx context.Context, o *output, imp *importer, next conversations, show func(int)) (sum importSum, err error) {
	imp.bad = func(line int, err error) {
		sum.Bad++
		if sum.Bad <= maxReported {
			fmt.Fprintf(o.err, "%s\n", badLine(line, err))
		} else if sum.Bad == maxReported+1 {
			fmt.Fprintln(o.err, "more bad lines follow; they are counted only")
		}
	}
	for ctx.Err() == nil {
		conv, line, err := next()
		if errors.Is(err, io.EOF) {
			return sum, nil // the caller writes what is left
		}
		sum.Lines++
		if err == nil {
			err = imp.take(ctx, line, conv, &sum)
		}
		switch {
		case err == nil:
		case fault.KindOf(err) == fault.Internal || fault.KindOf(err) == fault.Unavailable:
			return sum, fmt.Errorf("line %d: %w", line, err)
		default:
			imp.bad(line, err)
		}
		if c.Strict && sum.Bad > 0 {
			return sum, errBadLines
		}
		if sum.Lines%100 == 0 {
			show(sum.Lines)
		}
	}
	return sum, ctx.Err()
}

// badLine names the line and each field.
func badLine(line int, err error) string {
	f := fault.Of(err)
	if len(f.Fields) == 0 {
		return fmt.Sprintf("line %d: %s", line, f.Detail)
	}
	parts := make([]string, len(f.Fields))
	for i, w := range f.Fields {
		parts[i] = w.Field + " " + w.Detail
	}
	return fmt.Sprintf("line %d: %s", line, strings.Join(parts, "; "))
}

func (c *importCmd) print(w io.Writer, sum importSum) {
	if c.JSON {
		text, err := json.Marshal(sum)
		if err != nil {
			panic(err) // four numbers
		}
		fmt.Fprintf(w, "%s\n", text)
		return
	}
	fmt.Fprintf(w, "%d lines: %d imported, %d were there before, %d bad\n", sum.Lines, sum.Imported, sum.Repeated, sum.Bad)
}

// countingReader knows how far a file was read, for the progress bar.
type countingReader struct {
	r io.Reader
	n int64
}

// Read implements io.Reader.
func (c *countingReader) Read(p []byte) (int, error) {
	n, err := c.r.Read(p)
	c.n += int64(n)
	return n, err
}

// progress is a bar on a terminal, and nothing elsewhere.
type progress struct {
	w     *bufio.Writer
	size  int64
	begun time.Time
	shown bool
}

func newProgress(w io.Writer, size int64, quiet bool) *progress {
	f, ok := w.(*os.File)
	if quiet || !ok {
		return &progress{}
	}
	if info, err := f.Stat(); err != nil || info.Mode()&os.ModeCharDevice == 0 {
		return &progress{}
	}
	return &progress{w: bufio.NewWriter(w), size: size, begun: time.Now()}
}

func (p *progress) show(read int64, lines int) {
	if p.w == nil {
		return
	}
	const width = 30
	done := 0
	if p.size > 0 {
		done = int(min(read, p.size) * width / p.size)
	}
	rate := float64(lines) / max(time.Since(p.begun).Seconds(), 0.001)
	fmt.Fprintf(p.w, "\r[%s%s] %d lines, %.0f a second ", strings.Repeat("#", done), strings.Repeat(".", width-done), lines, rate)
	_ = p.w.Flush() // a bar that cannot be drawn stops nothing
	p.shown = true
}

func (p *progress) end() {
	if p.shown {
		fmt.Fprintln(p.w)
		_ = p.w.Flush()
	}
}
