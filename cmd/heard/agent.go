package main

import (
	"context"
	"encoding/json"
	"fmt"

	"heard/tickets"
	"heard/tickets/events"
)

type agentCmd struct {
	Add agentAddCmd `cmd:"" help:"Add an agent and print a one-time link."`
}

type agentAddCmd struct {
	storeFlags
	siteFlags
	Email    string `name:"email" required:"" help:"The address to sign in with."`
	Name     string `name:"name" required:"" help:"The name that customers see."`
	Role     string `name:"role" required:"" enum:"agent,lead,manager,admin" help:"agent, lead, manager or admin."`
	Capacity int    `name:"capacity" placeholder:"N" help:"How many open chats at once; 4 unless set."`
	JSON     bool   `name:"json" help:"Answer as JSON."`
}

// Run implements heard agent add.
func (c *agentAddCmd) Run(ctx context.Context, o *output) error {
	base, err := c.base(c.storeFlags)
	if err != nil {
		return err
	}
	return withApp(ctx, c.storeFlags, o, func(a *app) error {
		if err := a.ensureDesk(ctx); err != nil {
			return err
		}
		agent, err := a.people.CreateAgent(ctx, events.SystemActor, tickets.AgentIn{Email: c.Email, Name: c.Name,
			Role: tickets.Role(c.Role), Capacity: c.Capacity})
		if err != nil {
			return err
		}
		token, err := a.people.Invite(ctx, events.SystemActor, tickets.InviteIn{Agent: agent.ID, Kind: tickets.JoinLink})
		if err != nil {
			return err
		}
		link := fmt.Sprintf("%s/join#%s", base, token)
		if c.JSON {
			return json.NewEncoder(o.out).Encode(map[string]any{"id": agent.ID, "email": agent.Email, "name": agent.Name,
				"role": agent.Role, "link": link})
		}
		_, err = fmt.Fprintf(o.out, "Give %s this link. It is good once, for three days: %s\n", agent.Name, link)
		return err
	})
}
