package main

import (
	"context"
	"encoding/json"
	"fmt"

	"heard/feedback/issues"
	"heard/tickets/events"
	"heard/tickets/fault"
)

type releaseEditCmd struct {
	storeFlags
	Release string  `arg:"" help:"Its version as it stands."`
	Version *string `name:"version" placeholder:"V" help:"What it is called."`
	At      string  `name:"at" placeholder:"TIME" help:"When: 2026-11-21 or 2026-11-21T09:30 by the desk's clock, or 2026-11-21T09:30:00Z."`
	URL     *string `name:"url" placeholder:"URL" help:"Where it is described; empty for nowhere."`
	Notes   *string `name:"notes" placeholder:"TEXT" help:"What is in it, in a few words."`
	JSON    bool    `name:"json" help:"Answer as JSON."`
}

// Run implements heard release edit.
func (c *releaseEditCmd) Run(ctx context.Context, o *output) error {
	at, err := moment("--at", c.At)
	if err != nil {
		return err
	}
	return withDesk(ctx, c.storeFlags, o, func(a *app) error {
		id, err := a.release(ctx, c.Release)
		if err != nil {
			return err
		}
		p := issues.ReleasePatch{Version: c.Version, URL: c.URL, Notes: c.Notes}
		if p.At, err = a.given(ctx, at); err != nil {
			return err
		}
		r, err := a.issues.ChangeRelease(ctx, events.SystemActor, id, p)
		if err != nil {
			return err
		}
		if c.JSON {
			return json.NewEncoder(o.out).Encode(r)
		}
		_, err = fmt.Fprintf(o.out, "%s, shipped %s\n", r.Version, r.At)
		return err
	})
}

type releaseDeleteCmd struct {
	storeFlags
	Release string `arg:"" help:"Its version."`
}

// Run implements heard release delete.
func (c *releaseDeleteCmd) Run(ctx context.Context, o *output) error {
	return withDesk(ctx, c.storeFlags, o, func(a *app) error {
		id, err := a.release(ctx, c.Release)
		if err != nil {
			return err
		}
		if err := a.issues.DeleteRelease(ctx, events.SystemActor, id); err != nil {
			return err
		}
		_, err = fmt.Fprintf(o.out, "Deleted %s\n", c.Release)
		return err
	})
}

type incidentEditCmd struct {
	storeFlags
	Incident string  `arg:"" help:"Its number, as heard incident list shows it."`
	Name     *string `name:"name" placeholder:"NAME" help:"What was broken."`
	From     string  `name:"from" placeholder:"TIME" help:"Since when: 2026-11-21 or 2026-11-21T09:30 by the desk's clock, or 2026-11-21T09:30:00Z."`
	To       string  `name:"to" placeholder:"TIME" xor:"end" help:"Until when."`
	GoesOn   bool    `name:"goes-on" xor:"end" help:"It has not ended."`
	URL      *string `name:"url" placeholder:"URL" help:"Where it is described; empty for nowhere."`
	JSON     bool    `name:"json" help:"Answer as JSON."`
}

// Run implements heard incident edit.
func (c *incidentEditCmd) Run(ctx context.Context, o *output) error {
	from, err := moment("--from", c.From)
	if err != nil {
		return err
	}
	to, err := moment("--to", c.To)
	if err != nil {
		return err
	}
	id, err := numberOf(c.Incident)
	if err != nil {
		return err
	}
	return withDesk(ctx, c.storeFlags, o, func(a *app) error {
		p := issues.IncidentPatch{Name: c.Name, URL: c.URL}
		if p.From, err = a.given(ctx, from); err != nil {
			return err
		}
		if p.To, err = a.given(ctx, to); err != nil {
			return err
		}
		if c.GoesOn {
			p.To = new(events.Time)
		}
		in, err := a.issues.ChangeIncident(ctx, events.SystemActor, id, p)
		if err != nil {
			return err
		}
		if c.JSON {
			return json.NewEncoder(o.out).Encode(in)
		}
		_, err = fmt.Fprintf(o.out, "%s, from %s %s\n", in.Name, in.From, untilText(in.To))
		return err
	})
}

type incidentDeleteCmd struct {
	storeFlags
	Incident string `arg:"" help:"Its number, as heard incident list shows it."`
}

// Run implements heard incident delete.
func (c *incidentDeleteCmd) Run(ctx context.Context, o *output) error {
	id, err := numberOf(c.Incident)
	if err != nil {
		return err
	}
	return withDesk(ctx, c.storeFlags, o, func(a *app) error {
		if err := a.issues.DeleteIncident(ctx, events.SystemActor, id); err != nil {
			return err
		}
		_, err := fmt.Fprintf(o.out, "Deleted incident %s\n", id)
		return err
	})
}

// withDesk is withApp on a desk that is there: a mistyped folder must not be made.
func withDesk(ctx context.Context, f storeFlags, o *output, do func(a *app) error) error {
	if err := f.exists(); err != nil {
		return err
	}
	return withApp(ctx, f, o, do)
}

func numberOf(s string) (events.ID, error) {
	id, err := events.ParseID(s)
	if err != nil || id == 0 {
		return 0, usageError{fmt.Errorf("%q is no number of an incident", s)}
	}
	return id, nil
}

// given is a moment for a patch; nil when the flag was not there.
func (a *app) given(ctx context.Context, w wall) (*events.Time, error) {
	if w.t.IsZero() {
		return nil, nil
	}
	zone, err := a.zone(ctx)
	if err != nil {
		return nil, err
	}
	at := w.in(zone)
	return &at, nil
}

// release finds a release by its version.
func (a *app) release(ctx context.Context, version string) (events.ID, error) {
	id, err := a.issues.ReleaseCalled(ctx, version)
	if err == nil && id == 0 {
		err = fault.New(fault.NotFound, "there is no release "+version)
	}
	return id, err
}
