package main

import (
	"context"

	"heard/tickets"
	"heard/tickets/events"
)

// demoMacro is one of the desk's macros; Team is an index into demoTeams, for those of a team.
type demoMacro struct {
	Name, Body string
	Team       int
	Shared     bool
	GoesWith   tickets.GoesWith
	Actions    []tickets.MacroAction
}

// demoMacros are what the shop's agents would write again and again. Some leave a word open that only its writer knows.
func demoMacros(teams []events.ID) []demoMacro {
	tag := func(tags ...string) tickets.MacroAction {
		return tickets.MacroAction{Kind: tickets.DoTag, Add: tags}
	}
	status := func(s tickets.Status) tickets.MacroAction {
		return tickets.MacroAction{Kind: tickets.DoStatus, Status: s}
	}
	return []demoMacro{
		{Name: "Parcel: trace asked for", Team: teamOrders, GoesWith: tickets.WithReply,
			Body: "Hi {{customer.first_name|there}},\n\nI have asked the courier for a trace on order {{order number}}. They answer within two working days, " +
				"and I write to you the moment they do. If it does not turn up, we send it again at **no cost**.\n\nBest,\n{{agent.first_name}}",
			Actions: []tickets.MacroAction{tag("delivery", "tracking"), status(tickets.Pending)}},
		{Name: "Arrived damaged: photos, please", Team: teamOrders, GoesWith: tickets.WithReply,
			Body: "Hi {{customer.first_name|there}},\n\nI am sorry that it reached you like that. Could you send me\n\n- a photo of the damage, and\n" +
				"- a photo of the box with its label?\n\nThen a new one leaves our shelf today.\n\nBest,\n{{agent.first_name}}",
			Actions: []tickets.MacroAction{tag("damaged"), status(tickets.Pending)}},
		{Name: "Refund is on its way", Team: teamPayments, GoesWith: tickets.WithReply,
			Body: "Hi {{customer.first_name|there}},\n\nyour refund of {{amount}} left us today. Banks take three to five working days; on your statement it is " +
				"called {{desk.name}}.\n\nBest,\n{{agent.first_name}}",
			Actions: []tickets.MacroAction{tag("refund"), status(tickets.Resolved)}},
		{Name: "How to return something", Shared: true, GoesWith: tickets.WithReply,
			Body: "Hi {{customer.first_name|there}},\n\nof course:\n\n1. Put it back into its box.\n2. Print the label from your order page.\n" +
				"3. Hand it in at any parcel shop within 30 days.\n\nThe money is on its way to you once it has arrived here.\n\nBest,\n{{agent.first_name}}",
			Actions: []tickets.MacroAction{tag("return")}},
		{Name: "Thank you, all done", Shared: true, GoesWith: tickets.WithReply,
			Body:    "Glad that is sorted, {{customer.first_name|and thank you for writing}}! Just answer here if anything else comes up.",
			Actions: []tickets.MacroAction{status(tickets.Resolved)}},
		{Name: "For Orders: please check the stock", Shared: true, GoesWith: tickets.WithNote,
			Body: "Ticket {{ticket.number}}: could somebody look whether {{product}} is on the shelf? {{customer.first_name|The customer}} waits for an answer.",
			Actions: []tickets.MacroAction{{Kind: tickets.DoTeam, Team: teams[teamOrders]},
				{Kind: tickets.DoPriority, Priority: tickets.High}}},
		{Name: "Look again tomorrow", Shared: true, GoesWith: tickets.WithBoth,
			Actions: []tickets.MacroAction{{Kind: tickets.DoAssign, Assign: tickets.Me}, {Kind: tickets.DoSnooze, ForS: 24 * 3600}}},
	}
}

// makeMacros gives the desk its macros, once: what somebody deleted since stays away.
func (d *demoDesk) makeMacros(ctx context.Context, a *app) error {
	snap, err := a.people.Directory().Snapshot(ctx)
	if err != nil {
		return err
	}
	lead := snap.Caller(d.agents[0])
	known, err := a.tickets.Macros(ctx, lead)
	if err != nil || len(known) > 0 {
		return err
	}
	for _, m := range demoMacros(d.teams) {
		in := tickets.Macro{Name: m.Name, Body: m.Body, Actions: m.Actions, GoesWith: m.GoesWith, Visibility: tickets.VisibleShared}
		if !m.Shared {
			in.Visibility, in.Team = tickets.VisibleTeam, d.teams[m.Team]
		}
		if _, err := a.tickets.CreateMacro(ctx, lead, in); err != nil {
			return err
		}
	}
	return nil
}
