package tickets

import (
	"context"
	"fmt"
	"slices"

	"heard/tickets/events"
	"heard/tickets/fault"

	"github.com/uptrace/bun"
)

// AgentIn creates an agent. Teams nil means the default team.
type AgentIn struct {
	Email    string
	Name     string
	Role     Role
	Capacity int   // 0: 4
	AllTeams *bool // sees every team's tickets; true unless set
	Teams    []events.ID
	Skills   []string
}

// AgentPatch changes an agent; nil leaves a field.
type AgentPatch struct {
	Email    *string
	Name     *string
	Role     *Role
	Capacity *int
	AllTeams *bool
	Teams    *[]events.ID
	Skills   *[]string
	Disabled *bool
}

const defaultCapacity = 4

// CreateAgent adds an agent, who cannot sign in before an invitation is taken up.
func (p *People) CreateAgent(ctx context.Context, by events.Actor, in AgentIn) (*Agent, error) {
	if in.Capacity == 0 {
		in.Capacity = defaultCapacity
	}
	var c checker
	a := &Agent{Email: c.email("email", in.Email, true), Name: c.line("name", in.Name, 1, maxName), Role: in.Role,
		Capacity: in.Capacity, AllTeams: in.AllTeams == nil || *in.AllTeams, Availability: Offline, Chosen: Online,
		Skills: c.skills(in.Skills)}
	c.role("role", in.Role)
	c.between("capacity", in.Capacity, 1, maxCapacity)
	if err := c.wrong.Err(); err != nil {
		return nil, err
	}
	err := p.change(ctx, by, func(ctx context.Context, tx *events.Tx) error {
		if err := freeEmail(ctx, tx, a.Email, 0); err != nil {
			return err
		}
		a.ID, a.CreatedAt = 0, tx.Now
		if _, err := tx.NewInsert().Model(a).Exec(ctx); err != nil {
			return fmt.Errorf("insert agent: %w", err)
		}
		teams := in.Teams
		if teams == nil {
			def, err := defaultTeam(ctx, tx)
			if err != nil {
				return err
			}
			teams = def
		}
		var err error
		if a.Teams, err = joinTeams(ctx, tx, a.ID, teams); err != nil {
			return err
		}
		tx.Record(0, SettingChanged{Noun: "agent", ID: a.ID, Action: "created"})
		return nil
	})
	return a, err
}

func (c *checker) role(field string, r Role) {
	oneOf(c, field, r, RoleAgent, RoleLead, RoleManager, RoleAdmin)
}

// freeEmail refuses an address that another agent has.
func freeEmail(ctx context.Context, tx *events.Tx, email string, but events.ID) error {
	var n int
	err := tx.NewRaw(`SELECT count(*) FROM agents WHERE email = ? AND id <> ?`, email, but).Scan(ctx, &n)
	if err != nil {
		return fmt.Errorf("look for agent: %w", err)
	}
	if n > 0 {
		return fault.On("email", "belongs to another agent")
	}
	return nil
}

// defaultTeam returns the default team as a list of none or one.
func defaultTeam(ctx context.Context, tx *events.Tx) (ids []events.ID, err error) {
	err = tx.NewRaw(`SELECT id FROM teams WHERE is_default = TRUE ORDER BY id LIMIT 1`).Scan(ctx, &ids)
	if err != nil {
		return nil, fmt.Errorf("find the default team: %w", err)
	}
	return ids, nil
}

// joinTeams replaces the teams whose queues an agent serves and returns them sorted.
func joinTeams(ctx context.Context, tx *events.Tx, agent events.ID, teams []events.ID) ([]events.ID, error) {
	teams = slices.Compact(slices.Sorted(slices.Values(teams)))
	if _, err := tx.NewRaw(`DELETE FROM team_members WHERE agent_id = ?`, agent).Exec(ctx); err != nil {
		return nil, fmt.Errorf("leave teams: %w", err)
	}
	for _, t := range teams {
		if t == 0 {
			return nil, fault.On("teams", "must hold ids")
		}
		if err := checkRef(ctx, tx, "teams", "teams", t); err != nil {
			return nil, err
		}
		_, err := tx.NewRaw(`INSERT INTO team_members (team_id, agent_id) VALUES (?, ?)`, t, agent).Exec(ctx)
		if err != nil {
			return nil, fmt.Errorf("join team %d: %w", t, err)
		}
	}
	return teams, nil
}

// ChangeAgent changes an agent. Disabling one ends its sessions, tokens and links and takes it offline. The desk
// keeps at least one admin.
func (p *People) ChangeAgent(ctx context.Context, by events.Actor, id events.ID, in AgentPatch) (*Agent, error) {
	a := &Agent{}
	err := p.changeAgents(ctx, by, []events.ID{id}, func(ctx context.Context, tx *events.Tx) error {
		if err := readRow(ctx, tx, a, id, "agent"); err != nil {
			return err
		}
		was := *a
		changed, err := a.patch(in)
		if err != nil {
			return err
		}
		if in.Email != nil {
			if err := freeEmail(ctx, tx, a.Email, id); err != nil {
				return err
			}
		}
		if in.Teams != nil {
			if _, err := joinTeams(ctx, tx, id, *in.Teams); err != nil {
				return err
			}
			changed = append(changed, "teams")
		}
		if in.Disabled != nil && *in.Disabled != (a.DisabledAt != 0) {
			changed = append(changed, "disabled")
			a.DisabledAt = 0
			if *in.Disabled {
				a.DisabledAt = tx.Now
			}
		}
		if len(changed) == 0 {
			return nil
		}
		_, err = tx.NewUpdate().Model(a).WherePK().
			Column("email", "name", "role", "capacity", "all_teams", "skills", "disabled_at").Exec(ctx)
		if err != nil {
			return fmt.Errorf("update agent %d: %w", id, err)
		}
		tx.Record(0, SettingChanged{Noun: "agent", ID: id, Action: "changed", Fields: changed})
		return afterAgent(ctx, tx, &was, a)
	})
	if err != nil {
		return nil, err
	}
	return p.Agent(ctx, id)
}

// patch applies what stands on the row itself.
func (a *Agent) patch(in AgentPatch) (changed []string, err error) {
	var c checker
	if in.Email != nil {
		a.Email, changed = c.email("email", *in.Email, true), append(changed, "email")
	}
	if in.Name != nil {
		a.Name, changed = c.line("name", *in.Name, 1, maxName), append(changed, "name")
	}
	if in.Role != nil {
		c.role("role", *in.Role)
		a.Role, changed = *in.Role, append(changed, "role")
	}
	if in.Capacity != nil {
		c.between("capacity", *in.Capacity, 1, maxCapacity)
		a.Capacity, changed = *in.Capacity, append(changed, "capacity")
	}
	if in.AllTeams != nil {
		a.AllTeams, changed = *in.AllTeams, append(changed, "all_teams")
	}
	if in.Skills != nil {
		a.Skills, changed = c.skills(*in.Skills), append(changed, "skills")
	}
	return changed, c.wrong.Err()
}

// afterAgent carries out what follows from a change: nothing that was handed out outlives the right to it.
func afterAgent(ctx context.Context, tx *events.Tx, was, now *Agent) error {
	lostAdmin := was.Role == RoleAdmin && was.DisabledAt == 0 && (now.Role != RoleAdmin || now.DisabledAt != 0)
	if lostAdmin {
		var left int
		err := tx.NewRaw(`SELECT count(*) FROM agents WHERE role = ? AND disabled_at = 0`, RoleAdmin).Scan(ctx, &left)
		if err != nil {
			return fmt.Errorf("count admins: %w", err)
		}
		if left == 0 {
			return fault.New(fault.Conflict, "the desk needs at least one admin")
		}
	}
	if was.Role != now.Role || was.DisabledAt == 0 && now.DisabledAt != 0 {
		if err := endSessions(ctx, tx, now.ID, ""); err != nil {
			return err
		}
	}
	if was.DisabledAt != 0 || now.DisabledAt == 0 {
		return nil
	}
	for _, sql := range []string{
		`UPDATE tokens SET revoked_at = ? WHERE agent_id = ? AND revoked_at = 0`,
		`UPDATE invitations SET used_at = ? WHERE agent_id = ? AND used_at = 0`,
	} {
		if _, err := tx.NewRaw(sql, tx.Now, now.ID).Exec(ctx); err != nil {
			return fmt.Errorf("end tokens of agent %d: %w", now.ID, err)
		}
	}
	return setAvailability(ctx, tx, now, Offline, AgentDisabled)
}

// SetAvailability says whether an agent takes chats, and why that changed. What an agent chose is kept apart, so that
// it holds again when a lost connection is back.
func (p *People) SetAvailability(ctx context.Context, by events.Actor, agent events.ID, to Availability, why AvailabilityCause) error {
	unit := events.Unit{By: by, Locks: events.Locks{Agents: []events.ID{agent}}}
	err := p.log.Write(ctx, unit, func(ctx context.Context, tx *events.Tx) error {
		return p.SetAvailabilityTx(ctx, tx, agent, to, why)
	})
	p.dir.Forget()
	return err
}

// SetAvailabilityTx is SetAvailability inside a unit of work that locked the agent. Setting what is set already
// records nothing.
func (p *People) SetAvailabilityTx(ctx context.Context, tx *events.Tx, agent events.ID, to Availability, why AvailabilityCause) error {
	var c checker
	if oneOf(&c, "state", to, Online, Away, Offline); c.wrong.Err() != nil {
		return c.wrong.Err()
	}
	a := &Agent{}
	if err := readRow(ctx, tx, a, agent, "agent"); err != nil {
		return err
	}
	if a.DisabledAt != 0 && to != Offline {
		return fault.New(fault.Forbidden, "this agent is disabled")
	}
	return setAvailability(ctx, tx, a, to, why)
}

func setAvailability(ctx context.Context, tx *events.Tx, a *Agent, to Availability, why AvailabilityCause) error {
	if why == Chosen && a.Chosen != to {
		if _, err := tx.NewRaw(`UPDATE agents SET chosen = ? WHERE id = ?`, to, a.ID).Exec(ctx); err != nil {
			return fmt.Errorf("keep what agent %d chose: %w", a.ID, err)
		}
	}
	if a.Availability == to {
		return nil
	}
	_, err := tx.NewRaw(`UPDATE agents SET availability = ?, availability_at = ? WHERE id = ?`, to, tx.Now, a.ID).Exec(ctx)
	if err != nil {
		return fmt.Errorf("set availability of agent %d: %w", a.ID, err)
	}
	tx.Record(0, AvailabilityChanged{Agent: a.ID, From: a.Availability, To: to, Cause: why})
	return nil
}

// AgentsSeen notes that connections of agents showed signs of life; it never moves back and is no event.
func (p *People) AgentsSeen(ctx context.Context, agents []events.ID) error {
	if len(agents) == 0 {
		return nil
	}
	unit := events.Unit{By: events.SystemActor, Locks: events.Locks{Agents: agents}}
	return p.log.Write(ctx, unit, func(ctx context.Context, tx *events.Tx) error {
		_, err := tx.NewRaw(`UPDATE agents SET last_seen_at = ? WHERE id IN (?) AND last_seen_at < ?`,
			tx.Now, bun.List(agents), tx.Now).Exec(ctx)
		if err != nil {
			return fmt.Errorf("note signs of life: %w", err)
		}
		return nil
	})
}

// Agent returns one agent with its teams.
func (p *People) Agent(ctx context.Context, id events.ID) (*Agent, error) {
	list, err := p.agents(ctx, "id = ?", id)
	if err != nil {
		return nil, err
	}
	if len(list) == 0 {
		return nil, fault.New(fault.NotFound, "there is no such agent")
	}
	return &list[0], nil
}

// AgentByEmail returns the agent with an address.
func (p *People) AgentByEmail(ctx context.Context, email string) (*Agent, error) {
	var c checker
	clean := c.email("email", email, true)
	if err := c.wrong.Err(); err != nil {
		return nil, err
	}
	list, err := p.agents(ctx, "email = ?", clean)
	if err != nil {
		return nil, err
	}
	if len(list) == 0 {
		return nil, fault.New(fault.NotFound, "there is no agent with this address")
	}
	return &list[0], nil
}

// Agents lists all agents, the disabled ones too, by id.
func (p *People) Agents(ctx context.Context) ([]Agent, error) { return p.agents(ctx, "id > ?", 0) }

func (p *People) agents(ctx context.Context, where string, arg any) ([]Agent, error) {
	list := []Agent{}
	if err := p.log.Read().NewSelect().Model(&list).Where(where, arg).OrderExpr("id").Scan(ctx); err != nil {
		return nil, fmt.Errorf("list agents: %w", err)
	}
	var more []struct {
		AgentID events.ID
		TeamID  events.ID
	}
	err := p.log.Read().NewRaw(`SELECT agent_id, team_id FROM team_members ORDER BY agent_id, team_id`).Scan(ctx, &more)
	if err != nil {
		return nil, fmt.Errorf("list teams of agents: %w", err)
	}
	var with []events.ID
	err = p.log.Read().NewRaw(`SELECT id FROM agents WHERE password_hash <> ''`).Scan(ctx, &with)
	if err != nil {
		return nil, fmt.Errorf("list agents with a password: %w", err)
	}
	for i := range list {
		a := &list[i]
		a.Teams, a.HasPassword = []events.ID{}, slices.Contains(with, a.ID)
		for _, m := range more {
			if m.AgentID == a.ID {
				a.Teams = append(a.Teams, m.TeamID)
			}
		}
	}
	return list, nil
}
