package main

import (
	"context"
	"fmt"
	"net/url"
	"time"

	"heard/tickets"
	"heard/tickets/events"
)

// demoCmd serves a shop that does not exist, with a history that says what to fix.
type demoCmd struct {
	serveFlags
	Weeks int    `name:"weeks" default:"8" placeholder:"N" help:"How many whole weeks of history, beside the running one."`
	Seed  uint64 `name:"seed" default:"1" placeholder:"N" help:"Chance: the same seed and the same end make the same history."`
	Until string `name:"until" placeholder:"DATE" help:"Last day of the history, 2026-11-21; now unless set."`
}

const maxDemoWeeks = 52

// Run implements heard demo.
func (c *demoCmd) Run(ctx context.Context, o *output) error {
	if c.Weeks < 1 || c.Weeks > maxDemoWeeks {
		return usageError{fmt.Errorf("--weeks must be 1 to %d", maxDemoWeeks)}
	}
	until, err := demoEnd(c.Until, time.Now())
	if err != nil {
		return err
	}
	flags := c.serveFlags
	flags.demo = &demo{weeks: c.Weeks, seed: c.Seed, until: until}
	return flags.serve(ctx, o)
}

// demoEnd is the end of a day in the demo's time zone, but not in the future; now for no day.
func demoEnd(day string, now time.Time) (time.Time, error) {
	zone, err := time.LoadLocation(demoZone)
	if err != nil {
		return time.Time{}, fmt.Errorf("load the demo's time zone: %w", err)
	}
	now = now.In(zone).Truncate(time.Second)
	if day == "" {
		return now, nil
	}
	begin, err := time.ParseInLocation(time.DateOnly, day, zone)
	if err != nil || begin.After(now) || begin.Year() < 2000 {
		return time.Time{}, usageError{fmt.Errorf("--until must be a day like 2026-11-21, and not in the future")}
	}
	end := begin.AddDate(0, 0, 1).Add(-time.Second)
	if end.After(now) {
		return now, nil
	}
	return end, nil
}

// demo is what a demo adds to a server.
type demo struct {
	weeks int
	seed  uint64
	until time.Time

	desk demoDesk
}

// prepare fills an empty desk, goes on where an earlier start was cut off, or finds what is there.
func (d *demo) prepare(ctx context.Context, a *app, o *output) error {
	marks, err := demoMarks(ctx, a)
	if err != nil {
		return err
	}
	if marks.done {
		if err := d.desk.make(ctx, a); err != nil {
			return err
		}
		return d.desk.makeMacros(ctx, a)
	}
	if marks.begun {
		d.weeks, d.seed, d.until = marks.weeks, marks.seed, marks.until
	} else if err := isEmpty(ctx, a); err != nil {
		return err
	}
	p, err := newPlan(d.weeks, d.seed, d.until)
	if err != nil {
		return err
	}
	if !marks.begun {
		if err := d.begin(ctx, a); err != nil {
			return err
		}
	}
	if err := d.desk.make(ctx, a); err != nil {
		return err
	}
	w := &demoWriter{app: a, desk: &d.desk, plan: p, out: o.err}
	if err := w.write(ctx, marks.online); err != nil {
		return err
	}
	if err := d.desk.makeMacros(ctx, a); err != nil {
		return err
	}
	return d.mark(ctx, a, demoDone)
}

// shop is the public key of the inbox on the shop's page; "" without a demo.
func (d *demo) shop() string {
	if d == nil {
		return ""
	}
	return d.desk.site.Key
}

// greet tells where to look.
func (d *demo) greet(ctx context.Context, a *app, o *output, base *url.URL) error {
	fmt.Fprintln(o.out)
	for i, as := range []string{"administrator", "agent"} {
		token, err := a.people.Invite(ctx, events.SystemActor, tickets.InviteIn{Agent: d.desk.agents[i], Kind: tickets.SignInLink, For: tickets.SignInAtMost})
		if err != nil {
			return err
		}
		who := fmt.Sprintf("The console, %s (%s):", firstWord(demoAgents()[i].Name), as)
		fmt.Fprintf(o.out, "%-35s %s/join#%s\n", who, base, token)
	}
	fmt.Fprintf(o.out, "%-35s %s%s\n", "The shop, for customers:", base, demoShopPath)
	fmt.Fprint(o.out, "Open a console first, so that somebody is there to chat with; the second one in a private window.\n"+
		"Each link signs in once, within a day; a new start prints new ones.\n\n")
	return nil
}

// demoShopPath is where the demo's shop stands.
const demoShopPath = "/demo/shop"
