package main

import (
	"context"
	"fmt"

	"heard/tickets"
	"heard/tickets/events"
)

// benchListsCmd measures pages of the agents' lists, in every order and from both ends.
type benchListsCmd struct {
	benchOn
}

// Run implements heard bench lists.
func (c *benchListsCmd) Run(ctx context.Context, o *output) error {
	return c.open(ctx, o, func(a *app, desk string) error {
		who, views, err := listsOf(ctx, a)
		if err != nil {
			return err
		}
		var list []timing
		for _, view := range views {
			f, err := a.search.List(ctx, who, view)
			if err != nil {
				return err
			}
			for _, order := range []tickets.Order{tickets.NewestFirst, tickets.OldestFirst, tickets.WaitingLongest} {
				for _, from := range []string{"first", "deep", "last"} {
					f.Order, f.FromEnd, f.Cursor = order, from == "last", ""
					if from == "deep" {
						if f.Cursor, err = deep(ctx, a, f); err != nil {
							return err
						}
					}
					name := fmt.Sprintf("%s %v, %s, %s page", view.View, view.Statuses, order, from)
					t, err := measure(name, c.Runs, func() error {
						_, _, err := a.tickets.Tickets(ctx, f)
						return err
					})
					if err != nil {
						return err
					}
					list = append(list, t)
				}
			}
		}
		return c.printTimings(o.out, desk, list)
	})
}

// listsOf are the built-in lists of an agent who sees every ticket; mine is that of whoever has most.
func listsOf(ctx context.Context, a *app) (tickets.Caller, []tickets.List, error) {
	who, err := searcher(ctx, a)
	if err != nil {
		return who, nil, err
	}
	var busiest, team events.ID
	err = a.log.Read().NewRaw(`SELECT assignee_id, team_id FROM tickets WHERE status = 'open' AND assignee_id > 0 AND team_id > 0
		GROUP BY assignee_id, team_id ORDER BY COUNT(*) DESC, assignee_id LIMIT 1`).Scan(ctx, &busiest, &team)
	if err != nil {
		return who, nil, usageError{fmt.Errorf("no agent of this desk has an open ticket: %w", err)}
	}
	who.Agent = busiest
	working, all := []tickets.Status{tickets.Open, tickets.Pending}, []tickets.Status{tickets.Open, tickets.Pending, tickets.Snoozed, tickets.Resolved, tickets.Closed}
	return who, []tickets.List{{View: "all", Statuses: working}, {View: "all", Statuses: all}, {View: "mine", Statuses: working}, {View: "mine", Statuses: all},
		{View: "unassigned", Statuses: working[:1]}, {View: "team:" + team.String(), Statuses: working}, {View: "team:" + team.String(), Statuses: all}}, nil
}

// deepest is how many pages down a list is read to be deep in it.
const deepest = 30

// deep is the cursor of a page far down a list, or of its last.
func deep(ctx context.Context, a *app, f tickets.Filter) (cursor string, err error) {
	f.Limit = tickets.MaxPage
	for range deepest {
		_, next, err := a.tickets.Tickets(ctx, f)
		if err != nil || next == "" {
			return cursor, err
		}
		cursor, f.Cursor = next, next
	}
	return cursor, nil
}
