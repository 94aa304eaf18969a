package tickets

import (
	"context"
	"fmt"

	"heard/tickets/events"
)

// Bootstrapped tells what a new desk has.
type Bootstrapped struct {
	Team     events.ID // the default team
	HasAdmin bool
	// AdminLink is the token of a one-time link for the first admin, when there is none. A new one is made at every
	// start until somebody takes it up, since only its hash is kept.
	AdminLink string
}

// Bootstrap makes what a desk cannot be without: a default team with business hours, and a way in for the first
// admin. It may run at every start, on any number of nodes.
func (p *People) Bootstrap(ctx context.Context) (Bootstrapped, error) {
	set, err := p.Settings(ctx)
	if err != nil {
		return Bootstrapped{}, err
	}
	var out Bootstrapped
	var first events.ID
	err = p.change(ctx, events.SystemActor, func(ctx context.Context, tx *events.Tx) error {
		if err := onlyOne(ctx, tx); err != nil {
			return err
		}
		if out.Team, err = firstTeam(ctx, tx, set.TimeZone); err != nil {
			return err
		}
		first, err = firstAdmin(ctx, tx)
		return err
	})
	if err != nil {
		return Bootstrapped{}, err
	}
	if first == 0 {
		out.HasAdmin = true
		return out, nil
	}
	out.AdminLink, err = p.Invite(ctx, events.SystemActor, InviteIn{Agent: first, Kind: JoinLink})
	return out, err
}

// onlyOne makes two nodes that start at once go one after the other: the row is locked until the commit.
func onlyOne(ctx context.Context, tx *events.Tx) error {
	_, err := tx.NewRaw(`INSERT INTO settings (key, value, updated_at) VALUES ('bootstrap', 'true', ?)
		ON CONFLICT (key) DO UPDATE SET value = excluded.value`, tx.Now).Exec(ctx)
	if err != nil {
		return fmt.Errorf("begin the desk: %w", err)
	}
	return nil
}

// firstTeam returns the default team, making it when there is none.
func firstTeam(ctx context.Context, tx *events.Tx, zone string) (events.ID, error) {
	ids, err := defaultTeam(ctx, tx)
	if err != nil {
		return 0, err
	}
	if len(ids) > 0 {
		return ids[0], nil
	}
	s := &Schedule{Name: "Office hours", TimeZone: zone, Holidays: []string{}, CreatedAt: tx.Now}
	for day := 1; day <= 5; day++ {
		s.Intervals = append(s.Intervals, Interval{Day: day, From: "09:00", To: "18:00"})
	}
	if _, err := tx.NewInsert().Model(s).Exec(ctx); err != nil {
		return 0, fmt.Errorf("insert schedule: %w", err)
	}
	if err := keepHours(ctx, tx, s, 0); err != nil {
		return 0, err
	}
	t := &Team{Name: "Support", ScheduleID: s.ID, IsDefault: true, AutoAssign: true, CreatedAt: tx.Now, Routing: DefaultRouting()}
	if _, err := tx.NewInsert().Model(t).Exec(ctx); err != nil {
		return 0, fmt.Errorf("insert team: %w", err)
	}
	tx.Record(0, SettingChanged{Noun: "schedule", ID: s.ID, Action: "created"})
	tx.Record(0, SettingChanged{Noun: "team", ID: t.ID, Action: "created"})
	return t.ID, nil
}

// firstAdmin returns the admin who still needs a link, 0 when the desk has an admin.
func firstAdmin(ctx context.Context, tx *events.Tx) (events.ID, error) {
	var admins []Agent
	err := tx.NewSelect().Model(&admins).Where("role = ? AND disabled_at = 0", RoleAdmin).OrderExpr("id").Scan(ctx)
	if err != nil {
		return 0, fmt.Errorf("list admins: %w", err)
	}
	var open events.ID
	for _, a := range admins {
		if !a.placeholder() {
			return 0, nil
		}
		open = a.ID
		var used int
		err := tx.NewRaw(`SELECT count(*) FROM agents WHERE id = ? AND password_hash <> ''`, a.ID).Scan(ctx, &used)
		if err != nil || used > 0 {
			return 0, err
		}
	}
	if open != 0 {
		return open, nil
	}
	a := &Agent{Email: "admin" + placeholderDomain, Name: "Admin", Role: RoleAdmin, Capacity: defaultCapacity,
		AllTeams: true, Availability: Offline, Chosen: Online, CreatedAt: tx.Now}
	if _, err := tx.NewInsert().Model(a).Exec(ctx); err != nil {
		return 0, fmt.Errorf("insert the first admin: %w", err)
	}
	team, err := defaultTeam(ctx, tx)
	if err != nil {
		return 0, err
	}
	if _, err := joinTeams(ctx, tx, a.ID, team); err != nil {
		return 0, err
	}
	tx.Record(0, SettingChanged{Noun: "agent", ID: a.ID, Action: "created"})
	return a.ID, nil
}
