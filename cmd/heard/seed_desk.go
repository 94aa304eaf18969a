package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"time"

	"heard/tickets"
	"heard/tickets/events"
)

// seedDesk is the ids of a made-up desk, in the order of its plan.
type seedDesk struct {
	teams, agents, inboxes []events.ID
	ease, recommend        events.ID // surveys
}

// seedInboxes are where its customers come in.
func seedInboxes() []tickets.InboxIn {
	return []tickets.InboxIn{
		{Name: "Shop", Kind: tickets.Website, Touchpoint: "product"},
		{Name: "Letters", Kind: tickets.APISource, Touchpoint: "support"},
		{Name: "Partners", Kind: tickets.APISource, Touchpoint: "delivery"},
		{Name: "App", Kind: tickets.Website, Touchpoint: "support"},
	}
}

// makeSeedDesk finds each part of the desk by its name, or makes it.
func makeSeedDesk(ctx context.Context, a *app, r *roster) (*seedDesk, error) {
	snap, err := a.people.Directory().Snapshot(ctx)
	if err != nil {
		return nil, err
	}
	d := &seedDesk{}
	if err := d.makeTeams(ctx, a, snap); err != nil {
		return nil, err
	}
	if err := d.makeAgents(ctx, a, snap, r); err != nil {
		return nil, err
	}
	known := map[string]events.ID{}
	for id, in := range snap.Inboxes {
		known[in.Name] = id
	}
	for i, in := range seedInboxes() {
		id := known[in.Name]
		if id == 0 {
			in.TeamID = d.teams[i]
			made, err := a.people.CreateInbox(ctx, events.SystemActor, in)
			if err != nil {
				return nil, err
			}
			id = made.ID
		}
		d.inboxes = append(d.inboxes, id)
	}
	if err := d.makeSurveys(ctx, a); err != nil {
		return nil, err
	}
	return d, nil
}

func (d *seedDesk) makeTeams(ctx context.Context, a *app, snap *tickets.Snapshot) error {
	known := map[string]events.ID{}
	for id, t := range snap.Teams {
		known[t.Name] = id
	}
	var hours []tickets.Interval
	for day := 1; day <= 6; day++ {
		hours = append(hours, tickets.Interval{Day: day, From: "07:00", To: "21:00"})
	}
	var schedule events.ID
	for i, name := range seedTeams() {
		id := known[name]
		if id == 0 && schedule == 0 {
			s, err := a.people.CreateSchedule(ctx, events.SystemActor, tickets.ScheduleIn{Name: "Opening hours", TimeZone: demoZone, Intervals: hours})
			if err != nil {
				return err
			}
			schedule = s.ID
		}
		if id == 0 {
			t, err := a.people.CreateTeam(ctx, events.SystemActor, tickets.TeamIn{Name: name, ScheduleID: schedule, IsDefault: i == 0})
			if err != nil {
				return err
			}
			id = t.ID
		}
		d.teams = append(d.teams, id)
	}
	return nil
}

func (d *seedDesk) makeAgents(ctx context.Context, a *app, snap *tickets.Snapshot, r *roster) error {
	known := map[string]events.ID{}
	for id, agent := range snap.Agents {
		known[agent.Email] = id
	}
	roles := map[int]tickets.Role{0: tickets.RoleAdmin, 1: tickets.RoleManager, 2: tickets.RoleLead, 3: tickets.RoleLead}
	for i := range r.workers {
		w := &r.workers[i]
		id := known[w.email]
		if id == 0 {
			in := tickets.AgentIn{Email: w.email, Name: w.name, Role: tickets.RoleAgent}
			if roles[i] != "" {
				in.Role = roles[i]
			}
			for _, team := range w.teams {
				in.Teams = append(in.Teams, d.teams[team])
			}
			made, err := a.people.CreateAgent(ctx, events.SystemActor, in)
			if err != nil {
				return err
			}
			id = made.ID
		}
		d.agents = append(d.agents, id)
	}
	return nil
}

// seedOptions are what a made-up desk follows from.
type seedOptions struct {
	tickets, days int
	seed          uint64
	until         time.Time
}

func (o seedOptions) fields() []string {
	return []string{itoa(o.tickets), itoa(o.days), strconv.FormatUint(o.seed, 10), o.until.Format(time.RFC3339)}
}

// The log remembers how far a seed came: one that was cut off goes on, a finished one is left alone.
const (
	seedNoun   = "seed"
	seedBegun  = "begun"
	seedPeople = "people" // customers and agents' times are there
	seedDone   = "done"
)

// seedMarks are what the log says of a seed.
type seedMarks struct {
	begun, people, done bool
	fields              []string
}

func readSeedMarks(ctx context.Context, a *app) (m seedMarks, err error) {
	var rows []struct{ Data string }
	err = a.log.Read().NewRaw(`SELECT data FROM events WHERE kind = ? AND ticket_id = 0 AND data LIKE '%"seed"%' ORDER BY pos`,
		tickets.SettingChanged{}.EventKind()).Scan(ctx, &rows)
	if err != nil {
		return m, fmt.Errorf("look for a seed: %w", err)
	}
	for _, r := range rows {
		var c tickets.SettingChanged
		if json.Unmarshal([]byte(r.Data), &c) != nil || c.Noun != seedNoun {
			continue
		}
		switch c.Action {
		case seedBegun:
			m.begun, m.fields = true, c.Fields
		case seedPeople:
			m.people = true
		case seedDone:
			m.done = true
		}
	}
	return m, nil
}

// seedEmpty refuses to invent a history beside a real one.
func seedEmpty(ctx context.Context, a *app) error {
	var tickets, customers []events.ID
	err := a.log.Read().NewRaw(`SELECT id FROM tickets LIMIT 1`).Scan(ctx, &tickets)
	if err == nil {
		err = a.log.Read().NewRaw(`SELECT id FROM customers LIMIT 1`).Scan(ctx, &customers)
	}
	if err != nil {
		return fmt.Errorf("look for tickets: %w", err)
	}
	if len(tickets)+len(customers) > 0 {
		return usageError{errors.New("this is somebody's desk already; give the seed an empty folder with --data, or an empty --database")}
	}
	return nil
}

func seedMark(ctx context.Context, a *app, what string, fields ...string) error {
	return a.log.Write(ctx, events.Unit{By: events.SystemActor}, func(_ context.Context, tx *events.Tx) error {
		tx.Record(0, tickets.SettingChanged{Noun: seedNoun, Action: what, Fields: fields})
		return nil
	})
}
