package main

import (
	"context"
	"errors"
	"fmt"
	"net/mail"
	"strings"

	"heard/feedback/surveys"
	"heard/tickets"
	"heard/tickets/events"
	"heard/tickets/fault"
)

// importer turns conversations into histories and writes them a batch at a time.
type importer struct {
	app   *app
	inbox *tickets.Inbox
	bad   func(line int, err error) // is told what a store refused

	agents    map[string]events.ID // by address
	teams     map[string]events.ID // by name
	customers map[importCustomer]events.ID

	batch []imported
}

// imported is a conversation on its way.
type imported struct {
	line    int
	history tickets.History
	csat    *importCSAT
}

// batchSize is how many conversations are written with one call.
const batchSize = 100

func newImporter(ctx context.Context, a *app, inbox string) (*importer, error) {
	snap, err := a.people.Directory().Snapshot(ctx)
	if err == nil && snap.DefaultTeam == 0 { // a fresh database
		if _, err = a.people.Bootstrap(ctx); err == nil {
			snap, err = a.people.Directory().Snapshot(ctx)
		}
	}
	if err != nil {
		return nil, err
	}
	imp := &importer{app: a, agents: map[string]events.ID{}, teams: map[string]events.ID{}, customers: map[importCustomer]events.ID{}}
	for id, agent := range snap.Agents {
		imp.agents[agent.Email] = id
	}
	for id, team := range snap.Teams {
		imp.teams[strings.ToLower(team.Name)] = id
	}
	for _, in := range snap.Inboxes {
		if strings.EqualFold(in.Name, inbox) {
			imp.inbox = in
		}
	}
	if imp.inbox == nil {
		imp.inbox, err = a.people.CreateInbox(ctx, events.SystemActor, tickets.InboxIn{Name: inbox, Kind: tickets.APISource})
	}
	return imp, err
}

// take adds a conversation to the batch. Names that are new are made: agents cannot sign in until they are invited.
func (i *importer) take(ctx context.Context, line int, c *conversation, sum *importSum) error {
	for _, address := range c.agents() {
		if err := i.ensureAgent(ctx, address); err != nil {
			return err
		}
	}
	h, err := i.history(ctx, c)
	if err != nil {
		return err
	}
	if err := h.Validate(i.app.log.Now()); err != nil {
		return inEvents(err)
	}
	i.batch = append(i.batch, imported{line, h, c.CSAT})
	if len(i.batch) < batchSize {
		return nil
	}
	return i.flush(ctx, sum)
}

// inEvents renames what the store calls steps to what the file calls events.
func inEvents(err error) error {
	f := fault.Of(err)
	if f.Kind != fault.Invalid {
		return err
	}
	out := *f
	out.Fields = nil
	for _, w := range f.Fields {
		name := strings.Replace(w.Field, "steps", "events", 1)
		name = strings.Replace(name, "external_id", "id", 1)
		out.Fields = append(out.Fields, fault.Field{Field: name, Detail: strings.TrimPrefix(w.Detail, w.Field+" ")})
	}
	return &out
}

func (i *importer) ensureAgent(ctx context.Context, address string) error {
	key := strings.ToLower(address)
	if _, ok := i.agents[key]; ok {
		return nil
	}
	parsed, err := mail.ParseAddress(key)
	if err != nil || parsed.Address != key {
		return fault.On("events.by", fmt.Sprintf("%.60q is neither customer, bot, system nor an e-mail address", address))
	}
	name, _, _ := strings.Cut(key, "@")
	a, err := i.app.people.CreateAgent(ctx, events.SystemActor, tickets.AgentIn{Email: key, Name: strings.ReplaceAll(name, "-", " "), Role: tickets.RoleAgent})
	if err != nil {
		return err
	}
	i.agents[key] = a.ID
	return nil
}

func (i *importer) ensureTeam(ctx context.Context, name string) (events.ID, error) {
	if name == "" {
		return 0, nil
	}
	key := strings.ToLower(name)
	if id, ok := i.teams[key]; ok {
		return id, nil
	}
	t, err := i.app.people.CreateTeam(ctx, events.SystemActor, tickets.TeamIn{Name: name})
	if err != nil {
		return 0, err
	}
	i.teams[key] = t.ID
	return t.ID, nil
}

func (i *importer) ensureCustomer(ctx context.Context, in importCustomer) (events.ID, error) {
	if id, ok := i.customers[in]; ok {
		return id, nil
	}
	c, err := i.app.people.EnsureCustomer(ctx, events.SystemActor, tickets.CustomerIn{ExternalID: in.ID, Email: in.Email, Name: in.Name})
	if err != nil {
		return 0, err
	}
	i.customers[in] = c.ID
	return c.ID, nil
}

func (i *importer) history(ctx context.Context, c *conversation) (tickets.History, error) {
	h := tickets.History{ExternalID: c.ID, Inbox: i.inbox.ID, Channel: c.Channel, Subject: c.Subject, Priority: c.Priority,
		Tags: c.Tags, Fields: c.Fields}
	var err error
	if h.Customer, err = i.ensureCustomer(ctx, c.Customer); err != nil {
		return h, err
	}
	if h.Team, err = i.ensureTeam(ctx, c.Team); err != nil {
		return h, err
	}
	if c.HandlingMinutes > 0 {
		fields := map[string]string{tickets.HandlingMinutes: fmt.Sprint(c.HandlingMinutes)}
		for k, v := range c.Fields {
			fields[k] = v
		}
		h.Fields = fields
	}
	for _, e := range c.Events {
		step := tickets.Step{At: e.At, Kind: e.Type, By: i.actor(e.By), Body: e.Body, Reason: e.Reason}
		if e.Agent != "" {
			step.To.Agent = i.agents[strings.ToLower(e.Agent)]
		}
		if step.To.Team, err = i.ensureTeam(ctx, e.Team); err != nil {
			return h, err
		}
		h.Steps = append(h.Steps, step)
	}
	return h, nil
}

func (i *importer) actor(by string) events.Actor {
	switch by {
	case "customer":
		return events.Actor{Kind: events.Customer}
	case "bot":
		return events.Actor{Kind: events.Bot}
	case "system":
		return events.SystemActor
	}
	return events.Actor{Kind: events.Agent, ID: i.agents[strings.ToLower(by)]}
}

// flush writes the batch: histories first, then what their customers said of them.
func (i *importer) flush(ctx context.Context, sum *importSum) error {
	batch := i.batch
	i.batch = nil
	if len(batch) == 0 {
		return nil
	}
	histories := make([]tickets.History, len(batch))
	for n := range batch {
		histories[n] = batch[n].history
	}
	out, err := i.app.tickets.Import(ctx, histories)
	if err != nil {
		return err
	}
	var past []surveys.Past
	for n, o := range out {
		switch {
		case o.Err != nil:
			i.bad(batch[n].line, inEvents(o.Err))
		case o.Repeated:
			sum.Repeated++
		default:
			sum.Imported++
			if c := batch[n].csat; c != nil {
				past = append(past, surveys.Past{Ticket: o.Ticket, AskedAt: c.At, AnsweredAt: c.At, Score: c.Score, Comment: c.Comment})
			}
		}
	}
	if err := i.app.surveys.Import(ctx, past); err != nil && !errors.Is(err, context.Canceled) {
		return err
	}
	return ctx.Err()
}
