package main

import (
	"context"
	"crypto/rand"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// benchNightCmd measures a night: the figures, the days and the recurring issues of new tickets.
type benchNightCmd struct {
	benchOn
	New     int  `default:"10000" help:"New tickets before each night."`
	InPlace bool `name:"in-place" help:"Add the tickets to the desk itself, not to a copy. Never do this to a desk that is somebody's."`
}

// Validate is called by the command line parser.
func (c *benchNightCmd) Validate() error {
	return errors.Join(c.benchOn.Validate(), positive("new", c.New))
}

// Run implements heard bench night.
func (c *benchNightCmd) Run(ctx context.Context, o *output) (err error) {
	on := c.benchOn
	if !c.InPlace {
		copied, remove, err := copyDesk(ctx, c.storeFlags)
		if err != nil {
			return err
		}
		defer func() {
			if err := remove(); err != nil {
				fmt.Fprintln(o.err, "heard: remove the copy:", err)
			}
		}()
		on.storeFlags = copied
	}
	return on.open(ctx, o, func(a *app, desk string) error {
		if err := a.afterImport(ctx); err != nil { // whatever waits is none of the new tickets' time
			return err
		}
		var list []nightFigures
		for run := range c.Runs {
			if err := newTickets(ctx, a, c.New, uint64(run)); err != nil {
				return err
			}
			f, err := nightOnce(ctx, a)
			if err != nil {
				return err
			}
			fmt.Fprintf(o.err, "night %d: facts %.1f s, days %.1f s, issues %.1f s\n", run+1, f.Figures, f.Days, f.Issues)
			list = append(list, f)
		}
		return c.printNights(o.out, desk, list)
	})
}

func (c *benchNightCmd) printNights(out io.Writer, desk string, list []nightFigures) error {
	slices.SortFunc(list, func(a, b nightFigures) int { return int(1000 * (a.All - b.All)) })
	f := list[len(list)/2]
	fmt.Fprintf(out, "%s; a night after %d new tickets, median of %d: %.1f s (facts %.1f, days %.1f, issues %.1f), worst %.1f s\n",
		desk, c.New, len(list), f.All, f.Figures, f.Days, f.Issues, list[len(list)-1].All)
	if !c.JSON {
		return nil
	}
	return json.NewEncoder(out).Encode(f)
}

// copyDesk copies a database that nobody uses: SQLite's file beside itself, or a PostgreSQL database on its server.
func copyDesk(ctx context.Context, f storeFlags) (storeFlags, func() error, error) {
	if strings.HasPrefix(f.dsn(), "postgres") {
		return copyPostgres(ctx, f)
	}
	from := strings.TrimPrefix(f.dsn(), "sqlite:")
	folder, err := os.MkdirTemp(filepath.Dir(from), "bench-night-")
	if err != nil {
		return f, nil, err
	}
	remove := func() error { return os.RemoveAll(folder) }
	for _, end := range []string{"", "-wal"} {
		if err := copyFile(from+end, filepath.Join(folder, "heard.db"+end)); err != nil && (end == "" || !errors.Is(err, os.ErrNotExist)) {
			return f, nil, errors.Join(err, remove())
		}
	}
	return storeFlags{Data: folder, SecretKey: f.keyFile()}, remove, nil
}

// keyFile is the file of the desk's key, which opens the copy's secrets too; "" where there is none.
func (f storeFlags) keyFile() string {
	if f.SecretKey != "" {
		return f.SecretKey
	}
	name := filepath.Join(f.Data, "secret.key")
	if _, err := os.Stat(name); err != nil {
		return ""
	}
	return name
}

func copyFile(from, to string) error {
	in, err := os.Open(from)
	if err != nil {
		return err
	}
	defer in.Close()
	out, err := os.Create(to)
	if err != nil {
		return err
	}
	if _, err := io.Copy(out, in); err != nil {
		return errors.Join(err, out.Close())
	}
	return out.Close()
}

func copyPostgres(ctx context.Context, f storeFlags) (storeFlags, func() error, error) {
	u, err := url.Parse(f.dsn())
	if err != nil || len(u.Path) < 2 {
		return f, nil, usageError{errors.New("--database must name a database: postgres://HOST/NAME")}
	}
	name, copied := u.Path[1:], "heard_night_"+strings.ToLower(rand.Text()[:8])
	run := func(query, arg string) error {
		side := *u
		side.Path = "/postgres"
		db, err := sql.Open("postgres", side.String()) // a copy takes its time: none of the log's impatient connections
		if err != nil {
			return err
		}
		_, err = db.ExecContext(ctx, fmt.Sprintf(query, `"`+strings.ReplaceAll(copied, `"`, `""`)+`"`, `"`+strings.ReplaceAll(arg, `"`, `""`)+`"`))
		return errors.Join(err, db.Close())
	}
	if err := run(`CREATE DATABASE %s TEMPLATE %s`, name); err != nil {
		return f, nil, fmt.Errorf("copy the database: %w", err)
	}
	folder, err := os.MkdirTemp("", "heard-bench-night-")
	if err != nil {
		return f, nil, errors.Join(err, run(`DROP DATABASE %s --%s`, ""))
	}
	to := *u
	to.Path = "/" + copied
	remove := func() error { return errors.Join(run(`DROP DATABASE %s --%s`, ""), os.RemoveAll(folder)) }
	return storeFlags{Data: folder, Database: to.String(), SecretKey: f.SecretKey}, remove, nil
}
