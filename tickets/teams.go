package tickets

import (
	"context"
	"fmt"
	"slices"

	"heard/tickets/events"
	"heard/tickets/fault"
)

// TeamIn creates a team.
type TeamIn struct {
	Name       string
	ScheduleID events.ID
	IsDefault  bool
	AutoAssign *bool // true unless set
	Agents     []events.ID
	Routing    RoutingPatch // of DefaultRouting
}

// TeamPatch changes a team; nil leaves a field. The default team stays so until another one is made it.
type TeamPatch struct {
	Name       *string
	ScheduleID *events.ID
	IsDefault  *bool
	AutoAssign *bool
	Agents     *[]events.ID
	Routing    RoutingPatch
}

// CreateTeam adds a team.
func (p *People) CreateTeam(ctx context.Context, by events.Actor, in TeamIn) (*Team, error) {
	var c checker
	t := &Team{Name: c.line("name", in.Name, 1, maxName), ScheduleID: in.ScheduleID, IsDefault: in.IsDefault,
		AutoAssign: in.AutoAssign == nil || *in.AutoAssign, Routing: DefaultRouting()}
	t.patch(&c, in.Routing)
	if err := c.wrong.Err(); err != nil {
		return nil, err
	}
	err := p.change(ctx, by, func(ctx context.Context, tx *events.Tx) error {
		if err := checkRef(ctx, tx, "schedules", "schedule", in.ScheduleID); err != nil {
			return err
		}
		if err := checkOverflow(ctx, tx, 0, t.Overflow); err != nil {
			return err
		}
		t.ID, t.CreatedAt = 0, tx.Now
		if _, err := tx.NewInsert().Model(t).Exec(ctx); err != nil {
			return fmt.Errorf("insert team: %w", err)
		}
		if t.IsDefault {
			if err := onlyDefault(ctx, tx, t.ID); err != nil {
				return err
			}
		}
		var err error
		if t.Agents, err = setMembers(ctx, tx, t.ID, in.Agents); err != nil {
			return err
		}
		tx.Record(0, SettingChanged{Noun: "team", ID: t.ID, Action: "created"})
		return nil
	})
	return t, err
}

// ChangeTeam changes a team.
func (p *People) ChangeTeam(ctx context.Context, by events.Actor, id events.ID, in TeamPatch) (*Team, error) {
	err := p.change(ctx, by, func(ctx context.Context, tx *events.Tx) error {
		t := &Team{}
		if err := readRow(ctx, tx, t, id, "team"); err != nil {
			return err
		}
		changed, err := t.change(in)
		if err != nil {
			return err
		}
		if err := checkRef(ctx, tx, "schedules", "schedule", t.ScheduleID); err != nil {
			return err
		}
		if err := checkOverflow(ctx, tx, id, t.Overflow); err != nil {
			return err
		}
		if in.Agents != nil {
			changed = append(changed, "agents")
			if _, err := setMembers(ctx, tx, id, *in.Agents); err != nil {
				return err
			}
		}
		if len(changed) == 0 {
			return nil
		}
		if _, err := tx.NewUpdate().Model(t).WherePK().ExcludeColumn("id", "created_at").Exec(ctx); err != nil {
			return fmt.Errorf("update team %d: %w", id, err)
		}
		tx.Record(0, SettingChanged{Noun: "team", ID: id, Action: "changed", Fields: changed})
		if slices.Contains(changed, "is_default") {
			return onlyDefault(ctx, tx, id)
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	return p.Team(ctx, id)
}

// change applies what stands on the row itself.
func (t *Team) change(in TeamPatch) (changed []string, err error) {
	var c checker
	if in.Name != nil {
		t.Name, changed = c.line("name", *in.Name, 1, maxName), append(changed, "name")
	}
	if in.ScheduleID != nil {
		t.ScheduleID, changed = *in.ScheduleID, append(changed, "schedule")
	}
	if in.AutoAssign != nil {
		t.AutoAssign, changed = *in.AutoAssign, append(changed, "auto_assign")
	}
	if in.IsDefault != nil && *in.IsDefault != t.IsDefault {
		if !*in.IsDefault {
			c.wrong.Add("is_default", "ends only by making another team the default one")
		}
		t.IsDefault, changed = true, append(changed, "is_default")
	}
	changed = append(changed, t.patch(&c, in.Routing)...)
	return changed, c.wrong.Err()
}

// onlyDefault takes the default from every other team.
func onlyDefault(ctx context.Context, tx *events.Tx, id events.ID) error {
	if _, err := tx.NewRaw(`UPDATE teams SET is_default = FALSE WHERE id <> ? AND is_default = TRUE`, id).Exec(ctx); err != nil {
		return fmt.Errorf("make team %d the default one: %w", id, err)
	}
	return nil
}

// setMembers replaces the agents of a team and returns them sorted.
func setMembers(ctx context.Context, tx *events.Tx, team events.ID, agents []events.ID) ([]events.ID, error) {
	agents = slices.Compact(slices.Sorted(slices.Values(agents)))
	if _, err := tx.NewRaw(`DELETE FROM team_members WHERE team_id = ?`, team).Exec(ctx); err != nil {
		return nil, fmt.Errorf("empty team %d: %w", team, err)
	}
	for _, a := range agents {
		if err := checkRef(ctx, tx, "agents", "agents", a); err != nil {
			return nil, err
		}
		if a == 0 {
			return nil, fault.On("agents", "must hold ids")
		}
		_, err := tx.NewRaw(`INSERT INTO team_members (team_id, agent_id) VALUES (?, ?)`, team, a).Exec(ctx)
		if err != nil {
			return nil, fmt.Errorf("add agent %d to team %d: %w", a, team, err)
		}
	}
	if agents == nil {
		agents = []events.ID{}
	}
	return agents, nil
}

// Team returns one team with its agents.
func (p *People) Team(ctx context.Context, id events.ID) (*Team, error) {
	list, err := p.Teams(ctx)
	if err != nil {
		return nil, err
	}
	i := slices.IndexFunc(list, func(t Team) bool { return t.ID == id })
	if i < 0 {
		return nil, fault.New(fault.NotFound, "there is no such team")
	}
	return &list[i], nil
}

// Teams lists all teams by id.
func (p *People) Teams(ctx context.Context) ([]Team, error) {
	list := []Team{}
	if err := p.log.Read().NewSelect().Model(&list).OrderExpr("id").Scan(ctx); err != nil {
		return nil, fmt.Errorf("list teams: %w", err)
	}
	var members []struct {
		TeamID  events.ID
		AgentID events.ID
	}
	err := p.log.Read().NewRaw(`SELECT team_id, agent_id FROM team_members ORDER BY team_id, agent_id`).Scan(ctx, &members)
	if err != nil {
		return nil, fmt.Errorf("list agents of teams: %w", err)
	}
	for i := range list {
		list[i].Agents = []events.ID{}
		for _, m := range members {
			if m.TeamID == list[i].ID {
				list[i].Agents = append(list[i].Agents, m.AgentID)
			}
		}
	}
	return list, nil
}
