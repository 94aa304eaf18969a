package main

import (
	"context"
	"errors"
	"os"
	"slices"
	"time"

	"heard/migrations/pgtemp"
)

// racePackages are where goroutines meet; the race detector on everything would take many times as long.
var racePackages = [...]string{"tickets/events", "chat"}

type testCmd struct {
	Only  string `enum:"all,go,ts,e2e,lint" default:"all" help:"Run one part: ${enum}."`
	DB    string `name:"db" enum:"all,sqlite" default:"all" help:"Databases for the Go and browser tests: ${enum} (sqlite needs no PostgreSQL)."`
	Short bool   `help:"Leave out slow tests, the race detector and, unless asked for, the browser tests."`
}

func (t *testCmd) Run(ctx context.Context, c *checkout) error {
	return (&testRun{c: c, testCmd: *t}).perform(ctx)
}

type e2eCmd struct {
	DB   string   `name:"db" enum:"all,sqlite,postgres" default:"all" help:"Databases: ${enum} (all: the main job on both, the rest on SQLite; postgres: everything on PostgreSQL)."`
	Args []string `arg:"" optional:"" help:"For the test runner, after --; for example a file name."`
}

func (e *e2eCmd) Run(ctx context.Context, c *checkout) error {
	return (&testRun{c: c, testCmd: testCmd{Only: "e2e", DB: e.DB}, browserArgs: e.Args}).perform(ctx)
}

// testRun is one run of the tests, and what its steps hand on to later ones.
type testRun struct {
	testCmd
	c           *checkout
	browserArgs []string
	tools       tools
	postgres    *pgtemp.Server
	temp        string
}

func (t *testRun) perform(ctx context.Context) (err error) {
	if t.temp, err = os.MkdirTemp("", "heard-test-"); err != nil {
		return err
	}
	defer os.RemoveAll(t.temp)
	defer func() {
		if t.postgres != nil {
			err = errors.Join(err, t.postgres.Stop())
		}
	}()
	return t.c.perform(ctx, t.steps())
}

// wants reports whether the run includes one of these parts.
func (t *testRun) wants(parts ...string) bool {
	return t.Only == "all" || slices.Contains(parts, t.Only)
}

func (t *testRun) wantsBrowser() bool { return t.Only == "e2e" || (t.Only == "all" && !t.Short) }

func (t *testRun) wantsPostgres() bool {
	return t.DB != "sqlite" && (t.wants("go") || t.wantsBrowser())
}

func (t *testRun) wantsRace() bool { return t.wants("go") && !t.Short }

// steps go from what fails soonest to what takes longest.
func (t *testRun) steps() []step {
	all := []step{{name: "setup", limit: 30 * time.Minute, run: t.setup}}
	if t.wants("lint") {
		all = append(all, t.c.lintSteps()...)
	}
	if t.wantsPostgres() {
		all = append(all, step{name: "postgres", limit: 5 * time.Minute, run: t.startPostgres})
	}
	if t.wants("go") {
		all = append(all, step{name: "go test", limit: 40 * time.Minute, run: t.goTest})
	}
	if t.wantsRace() {
		all = append(all, step{name: "go race", skip: t.lacksRacePackages(), limit: 40 * time.Minute, run: t.goRace})
	}
	if t.Only == "ts" { // otherwise it is among the linters
		all = append(all, t.c.typecheckStep())
	}
	if t.wants("ts") {
		all = append(all,
			step{name: "vitest", skip: t.c.lacksScript("web", "test"), limit: 20 * time.Minute, run: t.vitest},
			step{name: "dist", skip: t.c.lacks("web/package.json", "web/dist"), limit: 20 * time.Minute, run: t.c.checkDist})
	}
	if t.wantsBrowser() {
		all = append(all, step{name: "e2e", skip: t.lacksBrowserTests(), limit: 40 * time.Minute, run: t.browserTests})
	}
	return all
}

func (t *testRun) setup(ctx context.Context) (err error) {
	t.tools, err = t.c.setup(ctx, needs{
		npm:      t.wants("lint", "ts") || t.wantsBrowser(),
		postgres: t.wantsPostgres(),
		chromium: t.wantsBrowser() && t.lacksBrowserTests() == "",
		compiler: t.wantsRace(),
		network:  t.wants("go") && t.wantsPostgres() && !t.Short,
	})
	return err
}

func (t *testRun) startPostgres(ctx context.Context) (err error) {
	if t.tools.postgres == "" {
		return errors.New("setup found no PostgreSQL; the tests that need it are left out below")
	}
	if t.postgres, err = pgtemp.Start(ctx, t.tools.postgres); err != nil {
		return err
	}
	t.c.say("%s", t.tools.postgres)
	return nil
}

// env tells tests where the database is.
func (t *testRun) env() []string {
	if t.postgres == nil {
		return nil
	}
	return []string{"TEST_POSTGRES=" + t.postgres.DSN()}
}

func (t *testRun) goTest(ctx context.Context) error {
	args := []string{"go", "test", "-timeout", "30m"}
	if t.Short {
		args = append(args, "-short")
	}
	return t.runGo(ctx, command{args: append(args, "./..."), env: t.env()})
}

// runGo runs `go test` and has the end of the run name what failed.
func (t *testRun) runGo(ctx context.Context, do command) error {
	found := &goFailures{out: t.c.out}
	do.out = found
	err := t.c.run(ctx, do)
	t.c.note(listed("failed:", found.names)...)
	return err
}

func (t *testRun) goRace(ctx context.Context) error {
	args := []string{"go", "test", "-race", "-timeout", "30m"}
	for _, name := range racePackages {
		if t.c.has(name) {
			args = append(args, "./"+name)
		}
	}
	return t.runGo(ctx, command{args: args, env: append(t.env(), "CGO_ENABLED=1")})
}

func (t *testRun) lacksRacePackages() string {
	var why string
	for _, name := range racePackages {
		if why = t.c.lacks(name); why == "" {
			return ""
		}
	}
	return why
}

func (t *testRun) vitest(ctx context.Context) error {
	return t.c.run(ctx, command{dir: "web", args: []string{"npm", "test"}})
}
