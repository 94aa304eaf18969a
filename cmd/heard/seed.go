package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"runtime/pprof"
	"slices"
	"strings"
	"time"

	"heard/migrations"
	"heard/tickets"
	"heard/tickets/events"
)

// seedCmd fills an empty database with a made-up desk of any size, to measure with and to try things on.
type seedCmd struct {
	storeFlags
	Tickets int    `default:"10000" help:"How many tickets."`
	Days    int    `default:"365" help:"Over how many days, the last one included."`
	Seed    uint64 `default:"1" help:"Other numbers make other desks; the same number, size and end make the same one."`
	Until   string `placeholder:"DAY" help:"The last day, like 2026-11-21; today unless set."`
	Profile string `hidden:"" placeholder:"FILE" help:"Write a profile of the CPU."`
}

// Bounds of a made-up desk.
const (
	mostSeedTickets = 20_000_000
	mostSeedDays    = 3660
)

// Validate is called by the command line parser.
func (c *seedCmd) Validate() error {
	switch {
	case c.Tickets < 1 || c.Tickets > mostSeedTickets:
		return fmt.Errorf("--tickets must be 1 to %d", mostSeedTickets)
	case c.Days < 1 || c.Days > mostSeedDays:
		return fmt.Errorf("--days must be 1 to %d", mostSeedDays)
	}
	return nil
}

// Run implements heard seed.
func (c *seedCmd) Run(ctx context.Context, o *output) error {
	until, err := demoEnd(c.Until, time.Now())
	if err != nil {
		return err
	}
	if c.Until == "" { // whole hours, so that two starts in a row make the same desk
		until = until.Truncate(time.Hour)
	}
	stop, err := profileCPU(c.Profile)
	if err != nil {
		return err
	}
	defer stop()
	opts := seedOptions{tickets: c.Tickets, days: c.Days, seed: c.Seed, until: until}
	s := newSeeder(opts, o.err)
	logger := slog.New(slog.NewTextHandler(o.err, &slog.HandlerOptions{Level: slog.LevelWarn}))
	if s.app, err = openAppAt(ctx, c.storeFlags, logger, opening{now: s.now}); err != nil {
		return err
	}
	err = s.run(ctx)
	if err == nil {
		err = s.print(ctx, o.out)
	}
	return errors.Join(err, s.app.close())
}

// print tells what was made, and what it takes.
func (s *seeder) print(ctx context.Context, out io.Writer) error {
	size, err := sizeOfDatabase(ctx, s.app.db)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(out, "%d tickets, %d customers, %d events until %s in %.0f s; the database has %.0f MB\n", s.plan.tickets,
		s.plan.customers, s.head, s.plan.until.Format(time.RFC3339), time.Since(s.begun).Seconds(), float64(size)/1e6)
	return err
}

// prepare reads how far an earlier start came, and makes the desk.
func (s *seeder) prepare(ctx context.Context) (marks seedMarks, err error) {
	if marks, err = readSeedMarks(ctx, s.app); err != nil {
		return marks, err
	}
	if marks.begun && len(marks.fields) == 4 && s.opts.until.Format(time.RFC3339) != marks.fields[3] {
		if s.opts.until, err = time.Parse(time.RFC3339, marks.fields[3]); err != nil { // the clock went on since
			return marks, err
		}
		zone, err := time.LoadLocation(demoZone)
		if err != nil {
			return marks, err
		}
		s.opts.until = s.opts.until.In(zone)
		s.clock.Store(&s.opts.until)
	}
	switch {
	case marks.done:
		return marks, usageError{errors.New("this desk was seeded before")}
	case marks.begun && !slices.Equal(marks.fields, s.opts.fields()):
		return marks, usageError{fmt.Errorf("a seed was begun here and not finished; go on with --tickets %s --days %s --seed %s", marks.fields[0], marks.fields[1], marks.fields[2])}
	case !marks.begun:
		if err := seedEmpty(ctx, s.app); err != nil {
			return marks, err
		}
		name, zone := "Made-up desk", demoZone
		if _, err := s.app.people.ChangeSettings(ctx, events.SystemActor, tickets.SettingsPatch{DeskName: &name, TimeZone: &zone}); err != nil {
			return marks, err
		}
		if err := seedMark(ctx, s.app, seedBegun, s.opts.fields()...); err != nil {
			return marks, err
		}
	}
	if s.plan, err = newSeedPlan(s.opts); err != nil {
		return marks, err
	}
	s.plan.desk, err = makeSeedDesk(ctx, s.app, s.plan.roster)
	return marks, err
}

// sizeOfDatabase is how many bytes it takes on disk.
func sizeOfDatabase(ctx context.Context, db *migrations.DB) (size int64, err error) {
	if db.Dialect == migrations.Postgres {
		err = db.Read.NewRaw(`SELECT pg_database_size(current_database())`).Scan(ctx, &size)
		return size, err
	}
	for _, end := range []string{"", "-wal"} {
		info, err := os.Stat(strings.TrimPrefix(db.DSN, "sqlite:") + end)
		if err == nil {
			size += info.Size()
		} else if end == "" {
			return 0, err
		}
	}
	return size, nil
}

// profileCPU writes a profile into a file until stop is called; without a name it does nothing.
func profileCPU(name string) (stop func(), err error) {
	if name == "" {
		return func() {}, nil
	}
	f, err := os.Create(name)
	if err != nil {
		return nil, err
	}
	if err := pprof.StartCPUProfile(f); err != nil {
		return nil, errors.Join(err, f.Close())
	}
	return func() {
		pprof.StopCPUProfile()
		_ = f.Close() // the profile is written as well as it could be
	}, nil
}
