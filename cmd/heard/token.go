package main

import (
	"context"
	"encoding/json"
	"fmt"

	"heard/tickets"
	"heard/tickets/events"
)

type tokenCmd struct {
	Add tokenAddCmd `cmd:"" help:"Make an API token and print it, this once."`
}

type tokenAddCmd struct {
	storeFlags
	Agent string `name:"agent" required:"" placeholder:"EMAIL" help:"The agent as whom the token acts."`
	Name  string `name:"name" default:"command line" help:"What it is for."`
	Bot   bool   `name:"bot" help:"What it writes counts as a bot's, not as its agent's."`
	JSON  bool   `name:"json" help:"Answer as JSON."`
}

// Run implements heard token add.
func (c *tokenAddCmd) Run(ctx context.Context, o *output) error {
	return withApp(ctx, c.storeFlags, o, func(a *app) error {
		agent, err := a.people.AgentByEmail(ctx, c.Agent)
		if err != nil {
			return err
		}
		token, secret, err := a.people.CreateToken(ctx, events.SystemActor, tickets.TokenIn{Agent: agent.ID, Name: c.Name, Bot: c.Bot})
		if err != nil {
			return err
		}
		if c.JSON {
			return json.NewEncoder(o.out).Encode(map[string]any{"id": token.ID, "agent": agent.ID, "token": secret})
		}
		_, err = fmt.Fprintf(o.out, "It acts as %s and is shown this once: %s\n", agent.Name, secret)
		return err
	})
}
