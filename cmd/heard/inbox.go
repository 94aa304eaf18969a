package main

import (
	"context"
	"encoding/json"
	"fmt"

	"heard/tickets"
	"heard/tickets/events"
)

type inboxCmd struct {
	Add inboxAddCmd `cmd:"" help:"Add an inbox and print its public key."`
}

type inboxAddCmd struct {
	storeFlags
	siteFlags
	Name            string   `name:"name" required:"" help:"What it is called."`
	Kind            string   `name:"kind" required:"" enum:"website,api" help:"website or api."`
	Origin          []string `name:"origin" placeholder:"URL" help:"A site that may embed the widget, https://shop.example. Repeat for more; any site unless given."`
	RequireIdentity bool     `name:"require-identity" help:"Take signed visitors only."`
	JSON            bool     `name:"json" help:"Answer as JSON."`
}

// Run implements heard inbox add.
func (c *inboxAddCmd) Run(ctx context.Context, o *output) error {
	base, err := c.base(c.storeFlags)
	if err != nil {
		return err
	}
	return withApp(ctx, c.storeFlags, o, func(a *app) error {
		if err := a.ensureDesk(ctx); err != nil {
			return err
		}
		in, err := a.people.CreateInbox(ctx, events.SystemActor, tickets.InboxIn{Name: c.Name, Kind: tickets.InboxKind(c.Kind),
			Origins: c.Origin, RequireIdentity: c.RequireIdentity, Settings: tickets.InboxSettings{Offline: true}})
		if err != nil {
			return err
		}
		if c.JSON {
			return json.NewEncoder(o.out).Encode(map[string]any{"id": in.ID, "name": in.Name, "kind": in.Kind, "key": in.Key})
		}
		if in.Kind == tickets.Website {
			fmt.Fprintf(o.out, "Put this before </body> of every page:\n  <script async src=\"%s/widget.js\" data-inbox=\"%s\"></script>\n", base, in.Key)
		}
		_, err = fmt.Fprintf(o.out, "The public key of %q is: %s\n", in.Name, in.Key)
		return err
	})
}

// ensureDesk makes the default team when nobody has yet. It is not done again beside a server: that would end the
// link that the server printed.
func (a *app) ensureDesk(ctx context.Context) error {
	snap, err := a.people.Directory().Snapshot(ctx)
	if err != nil || snap.DefaultTeam != 0 {
		return err
	}
	_, err = a.people.Bootstrap(ctx)
	return err
}
