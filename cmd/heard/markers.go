package main

import (
	"context"
	"encoding/json"
	"fmt"
	"text/tabwriter"

	"heard/feedback/issues"
	"heard/tickets/events"
)

type releaseCmd struct {
	Add    releaseAddCmd    `cmd:"" help:"Mark a release. The same again is the first."`
	List   releaseListCmd   `cmd:"" help:"List releases, newest first."`
	Edit   releaseEditCmd   `cmd:"" help:"Put a release right."`
	Delete releaseDeleteCmd `cmd:"" help:"Take a release away, unless an issue was fixed in it."`
}

type incidentCmd struct {
	Add    incidentAddCmd    `cmd:"" help:"Mark an incident, or its end."`
	List   incidentListCmd   `cmd:"" help:"List incidents, newest first, with their numbers."`
	Edit   incidentEditCmd   `cmd:"" help:"Put an incident right."`
	Delete incidentDeleteCmd `cmd:"" help:"Take an incident away."`
}

type releaseAddCmd struct {
	storeFlags
	Version string `name:"version" required:"" placeholder:"V" help:"What it is called, 2.4.1."`
	At      string `name:"at" placeholder:"TIME" help:"When: 2026-11-21 or 2026-11-21T09:30 by the desk's clock, or 2026-11-21T09:30:00Z; now unless set."`
	URL     string `name:"url" placeholder:"URL" help:"Where it is described."`
	Notes   string `name:"notes" placeholder:"TEXT" help:"What is in it, in a few words."`
	JSON    bool   `name:"json" help:"Answer as JSON."`
}

// Run implements heard release add.
func (c *releaseAddCmd) Run(ctx context.Context, o *output) error {
	at, err := moment("--at", c.At)
	if err != nil {
		return err
	}
	return withApp(ctx, c.storeFlags, o, func(a *app) error {
		zone, err := a.zone(ctx)
		if err != nil {
			return err
		}
		r, fresh, err := a.issues.AddRelease(ctx, events.SystemActor, issues.Release{Version: c.Version, At: at.in(zone), URL: c.URL, Notes: c.Notes})
		if err != nil {
			return err
		}
		if c.JSON {
			return json.NewEncoder(o.out).Encode(r)
		}
		_, err = fmt.Fprintf(o.out, "%s %s, shipped %s\n", marking(fresh), r.Version, r.At)
		return err
	})
}

type incidentAddCmd struct {
	storeFlags
	Name string `name:"name" required:"" placeholder:"NAME" help:"What was broken."`
	From string `name:"from" required:"" placeholder:"TIME" help:"Since when: 2026-11-21 or 2026-11-21T09:30 by the desk's clock, or 2026-11-21T09:30:00Z."`
	To   string `name:"to" placeholder:"TIME" help:"Until when; it goes on unless set. The same name and beginning again may bring it."`
	URL  string `name:"url" placeholder:"URL" help:"Where it is described."`
	JSON bool   `name:"json" help:"Answer as JSON."`
}

// Run implements heard incident add.
func (c *incidentAddCmd) Run(ctx context.Context, o *output) error {
	from, err := moment("--from", c.From)
	if err != nil {
		return err
	}
	to, err := moment("--to", c.To)
	if err != nil {
		return err
	}
	return withApp(ctx, c.storeFlags, o, func(a *app) error {
		zone, err := a.zone(ctx)
		if err != nil {
			return err
		}
		in, fresh, err := a.issues.AddIncident(ctx, events.SystemActor, issues.Incident{Name: c.Name, From: from.in(zone), To: to.in(zone), URL: c.URL})
		if err != nil {
			return err
		}
		if c.JSON {
			return json.NewEncoder(o.out).Encode(in)
		}
		_, err = fmt.Fprintf(o.out, "%s %s, from %s %s\n", marking(fresh), in.Name, in.From, untilText(in.To))
		return err
	})
}

func marking(fresh bool) string {
	if fresh {
		return "Marked"
	}
	return "There is"
}

func untilText(to events.Time) string {
	if to == 0 {
		return "and going on"
	}
	return "to " + to.String()
}

// listed is how many markers a command lists.
const listed = 1000

type releaseListCmd struct {
	storeFlags
	JSON bool `name:"json" help:"Answer as JSON."`
}

// Run implements heard release list.
func (c *releaseListCmd) Run(ctx context.Context, o *output) error {
	return withApp(ctx, c.storeFlags, o, func(a *app) error {
		rows, err := a.issues.Releases(ctx, 0, listed)
		if err != nil || c.JSON {
			return encoded(o, rows, err)
		}
		w := tabwriter.NewWriter(o.out, 0, 0, 2, ' ', 0)
		for _, r := range rows {
			fmt.Fprintf(w, "%s\t%s\t%s\n", r.Version, r.At, r.URL)
		}
		return w.Flush()
	})
}

type incidentListCmd struct {
	storeFlags
	JSON bool `name:"json" help:"Answer as JSON."`
}

// Run implements heard incident list.
func (c *incidentListCmd) Run(ctx context.Context, o *output) error {
	return withApp(ctx, c.storeFlags, o, func(a *app) error {
		rows, err := a.issues.Incidents(ctx, 0, listed)
		if err != nil || c.JSON {
			return encoded(o, rows, err)
		}
		w := tabwriter.NewWriter(o.out, 0, 0, 2, ' ', 0)
		for _, in := range rows {
			fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%s\n", in.ID, in.Name, in.From, untilText(in.To), in.URL)
		}
		return w.Flush()
	})
}

func encoded(o *output, rows any, err error) error {
	if err != nil {
		return err
	}
	return json.NewEncoder(o.out).Encode(map[string]any{"items": rows})
}
