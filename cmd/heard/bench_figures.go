package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"time"

	"heard/feedback/rollups"
	"heard/tickets"
	"heard/tickets/events"
)

// benchOn are the flags of what is measured on a desk that is there.
type benchOn struct {
	storeFlags
	Runs    int    `default:"5" help:"How often each thing is measured; the median counts."`
	JSON    bool   `name:"json" help:"Answer as JSON, in the last line."`
	Profile string `hidden:"" placeholder:"FILE" help:"Write a profile of the CPU."`
}

// Validate is called by the command line parser.
func (c *benchOn) Validate() error { return positive("runs", c.Runs) }

// timing is how long one thing took, in milliseconds.
type timing struct {
	What   string  `json:"what"`
	N      int     `json:"n"`       // runs
	Cold   float64 `json:"cold_ms"` // the first, which is not among the others
	Median float64 `json:"p50_ms"`
	Worst  float64 `json:"worst_ms"`
}

// measure runs a thing once to warm up, and then n times.
func measure(what string, n int, do func() error) (timing, error) {
	t := timing{What: what, N: n}
	var took []float64
	for i := range n + 1 {
		began := time.Now()
		if err := do(); err != nil {
			return t, fmt.Errorf("%s: %w", what, err)
		}
		ms := float64(time.Since(began).Microseconds()) / 1000
		if i == 0 {
			t.Cold = ms
		} else {
			took = append(took, ms)
		}
	}
	slices.Sort(took)
	t.Median, t.Worst = took[len(took)/2], took[len(took)-1]
	return t, nil
}

// printTimings writes a line each.
func (c *benchOn) printTimings(out io.Writer, desk string, list []timing) error {
	fmt.Fprintf(out, "%s\n%-34s %4s %10s %10s %10s\n", desk, "", "n", "p50 ms", "worst ms", "first ms")
	for _, t := range list {
		fmt.Fprintf(out, "%-34s %4d %10.1f %10.1f %10.1f\n", t.What, t.N, t.Median, t.Worst, t.Cold)
	}
	if !c.JSON {
		return nil
	}
	return json.NewEncoder(out).Encode(list)
}

// open runs fn on the desk, and says what desk it is.
func (c *benchOn) open(ctx context.Context, o *output, fn func(a *app, desk string) error) error {
	stop, err := profileCPU(c.Profile)
	if err != nil {
		return err
	}
	defer stop()
	return withApp(ctx, c.storeFlags, o, func(a *app) error {
		var n int
		if err := a.log.Read().NewRaw(`SELECT COUNT(*) FROM tickets`).Scan(ctx, &n); err != nil {
			return err
		}
		if n == 0 {
			return usageError{errors.New("there are no tickets here; make some: heard seed")}
		}
		return fn(a, fmt.Sprintf("%d tickets, %s", n, a.db.Dialect))
	})
}

// benchDashboardCmd measures pages of figures.
type benchDashboardCmd struct {
	benchOn
	Days int `default:"365" help:"How many days each page is about, up to yesterday."`
}

// Run implements heard bench dashboard.
func (c *benchDashboardCmd) Run(ctx context.Context, o *output) error {
	return c.open(ctx, o, func(a *app, desk string) error {
		snap, err := a.people.Directory().Snapshot(ctx)
		if err != nil {
			return err
		}
		yesterday := a.log.Now().Std().In(snap.Zone()).AddDate(0, 0, -1)
		q := rollups.DashboardQuery{From: yesterday.AddDate(0, 0, 1-c.Days).Format(time.DateOnly), To: yesterday.Format(time.DateOnly)}
		filters := map[string]rollups.Filter{"": {}, " channel=chat": {Channel: tickets.Chat}}
		if teams := sortedKeys(snap.Teams); len(teams) > 0 {
			filters[" team"] = rollups.Filter{Team: teams[0]}
			filters[" team, channel=email"] = rollups.Filter{Team: teams[0], Channel: tickets.Email}
		}
		var list []timing
		for _, page := range rollups.Pages() {
			for _, name := range sortedKeys(filters) {
				q.Filter = filters[name]
				t, err := measure(string(page)+name, c.Runs, func() error { return dashboardOnce(ctx, a, page, q) })
				if err != nil {
					return err
				}
				list = append(list, t)
			}
		}
		return c.printTimings(o.out, fmt.Sprintf("%s; pages over %s to %s", desk, q.From, q.To), list)
	})
}

// dashboardOnce makes a page as it goes over the wire.
func dashboardOnce(ctx context.Context, a *app, page rollups.Page, q rollups.DashboardQuery) error {
	d, err := a.rollups.Dashboard(ctx, page, q)
	if err != nil {
		return err
	}
	return json.NewEncoder(io.Discard).Encode(d)
}

func sortedKeys[K interface{ ~int64 | ~string }, V any](m map[K]V) []K {
	out := make([]K, 0, len(m))
	for k := range m {
		out = append(out, k)
	}
	slices.Sort(out)
	return out
}

// benchReportCmd measures the report of the newest finished weeks, and that of the running one.
type benchReportCmd struct {
	benchOn
	Weeks int `default:"3" help:"How many finished weeks, the newest first."`
}

// Run implements heard bench report.
func (c *benchReportCmd) Run(ctx context.Context, o *output) error {
	return c.open(ctx, o, func(a *app, desk string) error {
		cal, err := a.rollups.Calendar(ctx)
		if err != nil {
			return err
		}
		now := cal.WeekOf(a.log.Now())
		var list []timing
		for back := range c.Weeks + 1 {
			week, what := rollups.AddWeeks(now, -back), ""
			if back == 0 {
				what = ", still running"
			}
			t, err := measure("report "+week+what, c.Runs, func() error {
				_, err := a.rollups.Anew(ctx, week)
				return err
			})
			if err != nil {
				return err
			}
			list = append(list, t)
		}
		return c.printTimings(o.out, desk, list)
	})
}

// seconds is how long one of the steps of a night took.
func seconds(do func() error) (float64, error) {
	began := time.Now()
	err := do()
	return time.Since(began).Seconds(), err
}

// nightOnce is what the clock starts after midnight, when new tickets are there.
func nightOnce(ctx context.Context, a *app) (out nightFigures, err error) {
	for _, step := range []struct {
		took *float64
		do   func(context.Context) error
	}{{&out.Figures, a.rollups.Refresh}, {&out.Days, a.rollups.Days}, {&out.Issues, a.issues.Night}} {
		if *step.took, err = seconds(func() error { return step.do(ctx) }); err != nil {
			return out, err
		}
	}
	out.All = out.Figures + out.Days + out.Issues
	return out, nil
}

// nightFigures are the seconds that a night takes.
type nightFigures struct {
	Figures float64 `json:"facts_s"`
	Days    float64 `json:"days_s"`
	Issues  float64 `json:"issues_s"`
	All     float64 `json:"all_s"`
}

// newTickets adds tickets to a seeded desk, as if they had come in the last day, and lets consumers see them.
func newTickets(ctx context.Context, a *app, n int, run uint64) error {
	until := a.log.Now().Std()
	plan, err := newSeedPlan(seedOptions{tickets: n, days: 1, seed: 1000 + run, until: until})
	if err != nil {
		return err
	}
	s := &seeder{app: a, plan: plan, out: io.Discard, begun: time.Now(), untold: true}
	plan.prefix = fmt.Sprintf("night%d-", until.UnixMilli())
	if plan.desk, err = existingDesk(ctx, a, len(plan.roster.workers)); err != nil {
		return err
	}
	err = a.log.Read().NewRaw(`SELECT id FROM customers WHERE merged_into = 0 ORDER BY id DESC LIMIT ?`, plan.customers).Scan(ctx, &plan.who)
	if err != nil {
		return err
	}
	if len(plan.who) < plan.customers {
		return usageError{errors.New("the desk has too few customers for so many new tickets")}
	}
	if err := s.stories(ctx); err != nil {
		return err
	}
	return s.catchUp(ctx)
}

// existingDesk is the teams, agents and inboxes of a desk, each repeated as often as a plan needs.
func existingDesk(ctx context.Context, a *app, agents int) (*seedDesk, error) {
	snap, err := a.people.Directory().Snapshot(ctx)
	if err != nil {
		return nil, err
	}
	teams, people, inboxes := sortedKeys(snap.Teams), sortedKeys(snap.Agents), sortedKeys(snap.Inboxes)
	if len(teams)*len(people)*len(inboxes) == 0 {
		return nil, usageError{errors.New("the desk has no teams, agents or inboxes")}
	}
	cycle := func(list []events.ID, n int) (out []events.ID) {
		for i := range n {
			out = append(out, list[i%len(list)])
		}
		return out
	}
	return &seedDesk{teams: cycle(teams, len(seedTeams())), agents: cycle(people, agents), inboxes: cycle(inboxes, len(seedInboxes()))}, nil
}
