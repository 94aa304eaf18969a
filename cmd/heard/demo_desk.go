package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"heard/tickets"
	"heard/tickets/events"
)

// demoShop is a name that nobody has.
const demoShop = "Wrenfold"

// demoDesk is the ids of the demo's desk, in the order of demoTeams and demoAgents.
type demoDesk struct {
	teams, agents []events.ID
	site, letters *tickets.Inbox
}

func firstWord(name string) string {
	first, _, _ := strings.Cut(name, " ")
	return first
}

// make finds each part of the desk by its name, or makes it.
func (d *demoDesk) make(ctx context.Context, a *app) error {
	snap, err := a.people.Directory().Snapshot(ctx)
	if err != nil {
		return err
	}
	if err := d.makeTeams(ctx, a, snap); err != nil {
		return err
	}
	if err := d.makeAgents(ctx, a, snap); err != nil {
		return err
	}
	for _, in := range snap.Inboxes {
		switch {
		case in.Name == demoShop+" shop" && in.Kind == tickets.Website:
			d.site = in
		case in.Name == demoShop+" letters" && in.Kind == tickets.APISource:
			d.letters = in
		}
	}
	if d.site == nil {
		d.site, err = a.people.CreateInbox(ctx, events.SystemActor, tickets.InboxIn{Name: demoShop + " shop", Kind: tickets.Website, TeamID: d.teams[0],
			Settings: demoSite()})
		if err != nil {
			return err
		}
	}
	if d.letters == nil {
		d.letters, err = a.people.CreateInbox(ctx, events.SystemActor, tickets.InboxIn{Name: demoShop + " letters", Kind: tickets.APISource, TeamID: d.teams[0]})
	}
	return err
}

// demoSite is how the shop's chat looks, and what it does by itself.
func demoSite() tickets.InboxSettings {
	return tickets.InboxSettings{Title: demoShop, Greeting: "Hello! Orders, deliveries, lamps that flicker: ask us anything.", Color: "#2f5947",
		TypingPreview: true, Consent: true,
		OfflineForm: tickets.OfflineForm{Mode: tickets.OfflineMessages}, // who tries the chat on a Sunday night finds a chat
		Inactivity:  tickets.Inactivity{WarnAfterMin: 10, CloseAfterMin: 20},
		Proactive: []tickets.ProactiveRule{{ID: "choosing", URL: "/demo/shop", Seconds: 12,
			Text: "Looking for a lamp, or for a parcel? Ask us: we read every word."}}}
}

func (d *demoDesk) makeTeams(ctx context.Context, a *app, snap *tickets.Snapshot) error {
	d.teams = make([]events.ID, len(demoTeams()))
	for id, t := range snap.Teams {
		if i := indexOf(demoTeams(), t.Name); i >= 0 {
			d.teams[i] = id
		}
	}
	if d.teams[0] != 0 && d.teams[len(d.teams)-1] != 0 {
		return nil
	}
	hours := []tickets.Interval{{Day: 6, From: "10:00", To: "16:00"}}
	for day := 1; day <= 5; day++ {
		hours = append(hours, tickets.Interval{Day: day, From: "08:00", To: "20:00"})
	}
	s, err := a.people.CreateSchedule(ctx, events.SystemActor, tickets.ScheduleIn{Name: "Opening hours", TimeZone: demoZone, Intervals: hours})
	if err != nil {
		return err
	}
	for i, name := range demoTeams() {
		if d.teams[i] != 0 {
			continue
		}
		t, err := a.people.CreateTeam(ctx, events.SystemActor, tickets.TeamIn{Name: name, ScheduleID: s.ID, IsDefault: i == 0})
		if err != nil {
			return err
		}
		d.teams[i] = t.ID
	}
	return nil
}

func (d *demoDesk) makeAgents(ctx context.Context, a *app, snap *tickets.Snapshot) error {
	known := map[string]events.ID{}
	for id, agent := range snap.Agents {
		known[agent.Email] = id
	}
	roles := map[int]tickets.Role{0: tickets.RoleAdmin, 4: tickets.RoleLead}
	for i, agent := range demoAgents() {
		id := known[agent.Email]
		if id == 0 {
			in := tickets.AgentIn{Email: agent.Email, Name: agent.Name, Role: tickets.RoleAgent}
			if roles[i] != "" {
				in.Role = roles[i]
			}
			for _, t := range agent.Teams {
				in.Teams = append(in.Teams, d.teams[t])
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

// isEmpty refuses to invent a history beside a real one.
func isEmpty(ctx context.Context, a *app) error {
	var used []events.ID
	if err := a.log.Read().NewRaw(`SELECT id FROM tickets LIMIT 1`).Scan(ctx, &used); err != nil {
		return fmt.Errorf("look for tickets: %w", err)
	}
	agents, err := a.people.Agents(ctx)
	if err != nil {
		return err
	}
	if len(used)+len(agents) > 0 {
		return usageError{errors.New("this is somebody's desk already; give the demo an empty folder with --data")}
	}
	return nil
}

// The log remembers how far a demo came, so that a start that was cut off goes on and a finished one is left alone.
const (
	demoBegun  = "begun"
	demoOnline = "online"
	demoDone   = "done"
)

type marks struct {
	begun, online, done bool
	weeks               int
	seed                uint64
	until               time.Time
}

func demoMarks(ctx context.Context, a *app) (m marks, err error) {
	var rows []struct{ Data string }
	err = a.log.Read().NewRaw(`SELECT data FROM events WHERE kind = ? AND ticket_id = 0 ORDER BY pos`, tickets.SettingChanged{}.EventKind()).Scan(ctx, &rows)
	if err != nil {
		return m, fmt.Errorf("look for a demo: %w", err)
	}
	for _, r := range rows {
		var c tickets.SettingChanged
		if json.Unmarshal([]byte(r.Data), &c) != nil || c.Noun != "demo" {
			continue
		}
		switch c.Action {
		case demoBegun:
			m.begun = true
			if err := m.read(c.Fields); err != nil {
				return m, err
			}
		case demoOnline:
			m.online = true
		case demoDone:
			m.done = true
		}
	}
	return m, nil
}

func (m *marks) read(fields []string) (err error) {
	if len(fields) != 3 {
		return errors.New("the mark of the demo cannot be read")
	}
	if m.weeks, err = strconv.Atoi(fields[0]); err != nil {
		return err
	}
	if m.seed, err = strconv.ParseUint(fields[1], 10, 64); err != nil {
		return err
	}
	zone, err := time.LoadLocation(demoZone)
	if err != nil {
		return err
	}
	m.until, err = time.Parse(time.RFC3339, fields[2])
	m.until = m.until.In(zone)
	return err
}

// begin sets the desk's name and zone, before there is any ticket whose weeks they would bind.
func (d *demo) begin(ctx context.Context, a *app) error {
	name, zone, rate := demoShop, demoZone, 34.0
	if _, err := a.people.ChangeSettings(ctx, events.SystemActor, tickets.SettingsPatch{DeskName: &name, TimeZone: &zone, HourlyRate: &rate}); err != nil {
		return err
	}
	return d.mark(ctx, a, demoBegun, strconv.Itoa(d.weeks), strconv.FormatUint(d.seed, 10), d.until.Format(time.RFC3339))
}

func (d *demo) mark(ctx context.Context, a *app, what string, fields ...string) error {
	return a.log.Write(ctx, events.Unit{By: events.SystemActor}, func(_ context.Context, tx *events.Tx) error {
		tx.Record(0, tickets.SettingChanged{Noun: "demo", Action: what, Fields: fields})
		return nil
	})
}
