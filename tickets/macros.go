package tickets

import (
	"context"
	"database/sql"
	"fmt"
	"slices"
	"strings"
	"time"

	"heard/tickets/events"
	"heard/tickets/fault"
)

// GoesWith is what a macro is for: replies, notes, or both.
type GoesWith string

const (
	WithReply GoesWith = "reply"
	WithNote  GoesWith = "note"
	WithBoth  GoesWith = "both"
)

// Limits of macros.
const (
	maxMacroName = 80
	// MaxMacroBody bounds the text of a macro, in bytes.
	MaxMacroBody = 8000
	maxActions   = 8
	maxMacros    = 1000 // that one agent may see
)

// Macro is a text with placeholders and what is done to the ticket with it.
type Macro struct {
	ID         events.ID
	Name       string
	Body       string
	Actions    []MacroAction
	Visibility Visibility
	Team       events.ID
	Owner      events.ID
	GoesWith   GoesWith
	Uses       int64
	UsedAt     events.Time
	UpdatedAt  events.Time
}

// MacroPatch changes a macro; nil leaves a field.
type MacroPatch struct {
	Name       *string
	Body       *string
	Actions    *[]MacroAction
	Visibility *Visibility
	Team       *events.ID
	GoesWith   *GoesWith
}

func (m *Macro) apply(p MacroPatch) {
	for _, f := range []func(){
		func() { set(&m.Name, p.Name) }, func() { set(&m.Body, p.Body) }, func() { set(&m.Actions, p.Actions) },
		func() { set(&m.Visibility, p.Visibility) }, func() { set(&m.Team, p.Team) }, func() { set(&m.GoesWith, p.GoesWith) },
	} {
		f()
	}
}

// validate cleans a macro and checks that its maker may give it to those it is for.
func (m *Macro) validate(v Caller) error {
	var c checker
	m.Name = c.line("name", m.Name, 1, maxMacroName)
	m.Body = strings.ReplaceAll(m.Body, "\r\n", "\n")
	oneOf(&c, "visibility", m.Visibility, VisiblePrivate, VisibleTeam, VisibleShared)
	oneOf(&c, "when", m.GoesWith, WithReply, WithNote, WithBoth)
	switch {
	case len(m.Body) > MaxMacroBody:
		c.wrong.Add("body", fmt.Sprintf("must hold at most %d bytes", MaxMacroBody))
	case !validText(m.Body) && m.Body != "":
		c.wrong.Add("body", "must be UTF-8 text")
	case strings.TrimSpace(m.Body) == "" && len(m.Actions) == 0:
		c.wrong.Add("body", "must not be empty when nothing is done")
	}
	c.actions("actions", m.Actions)
	c.placeholders("body", m.Body)
	if m.Visibility != VisibleTeam {
		m.Team = 0
	} else if m.Team == 0 {
		c.wrong.Add("team", "must be given")
	}
	if err := c.wrong.Err(); err != nil {
		return err
	}
	if !m.givable(v) {
		return fault.New(fault.Forbidden, "only a lead may give this to everybody it is for")
	}
	return nil
}

// macroNames are what a placeholder with a dot can stand for. One without a dot is a blank that the agent fills.
func macroNames() []string {
	return []string{"customer.name", "customer.first_name", "agent.name", "agent.first_name", "ticket.number", "ticket.subject", "team.name", "desk.name"}
}

// placeholders refuses names that nobody could ever fill.
func (c *checker) placeholders(field, text string) {
	for _, p := range OpenPlaceholders(text) {
		name, _, _ := strings.Cut(strings.Trim(p, "{}"), "|")
		if name = strings.TrimSpace(name); strings.Contains(name, ".") && !slices.Contains(macroNames(), name) {
			c.wrong.Add(field, "has "+p+", which stands for nothing; known are "+strings.Join(macroNames(), ", "))
		}
	}
}

// givable says whether the caller may make a macro for those it is for: leads for the desk, members for their team.
func (m *Macro) givable(v Caller) bool {
	switch m.Visibility {
	case VisiblePrivate:
		return true
	case VisibleTeam:
		return slices.Contains(v.Teams, m.Team) || Can(v, MacroShare, InTeam)
	}
	return Can(v, MacroShare, InTeam)
}

// Usable says whether the caller may use a macro.
func (m *Macro) Usable(v Caller) bool {
	switch m.Visibility {
	case VisiblePrivate:
		return m.Owner == v.Agent
	case VisibleTeam:
		return m.Owner == v.Agent || slices.Contains(v.Teams, m.Team) || Can(v, MacroShare, InTeam)
	}
	return true
}

// Editable says whether the caller may change a macro: its maker may, and leads what others use too.
func (m *Macro) Editable(v Caller) bool {
	return m.Usable(v) && (m.Owner == v.Agent || (m.Visibility != VisiblePrivate && Can(v, MacroShare, InTeam)))
}

const macroColumns = `m.id, m.name, m.body, m.actions, m.visibility, m.team_id, m.owner_id, m.goes_with, m.uses, m.used_at, m.updated_at`

func (m *Macro) targets() []any {
	return []any{&m.ID, &m.Name, &m.Body, jsonText{&m.Actions}, &m.Visibility, &m.Team, &m.Owner, &m.GoesWith, &m.Uses, &m.UsedAt, &m.UpdatedAt}
}

// Macros lists what the caller may use: what it uses most first, then what all use most.
func (s *Store) Macros(ctx context.Context, v Caller) ([]Macro, error) {
	rows, err := s.stmts.query(ctx, `SELECT `+macroColumns+` FROM macros m
		LEFT JOIN macro_uses u ON u.macro_id = m.id AND u.agent_id = ? WHERE m.owner_id = ? OR m.visibility <> 'private'
		ORDER BY COALESCE(u.uses, 0) DESC, m.uses DESC, m.name, m.id LIMIT ?`, int64(v.Agent), int64(v.Agent), maxMacros)
	if err != nil {
		return nil, fmt.Errorf("list macros: %w", err)
	}
	out := []Macro{}
	return out, each(rows, func(rows *sql.Rows) error {
		var m Macro
		if err := rows.Scan(m.targets()...); err != nil {
			return fmt.Errorf("list macros: %w", err)
		}
		if m.Usable(v) {
			out = append(out, m)
		}
		return nil
	})
}

var errNoMacro = fault.New(fault.NotFound, "there is no such macro")

// Macro returns one that the caller may use.
func (s *Store) Macro(ctx context.Context, v Caller, id events.ID) (*Macro, error) {
	rows, err := s.stmts.query(ctx, oneMacro, int64(id))
	return usableMacro(rows, err, v)
}

func (w *work) macro(ctx context.Context, v Caller, id events.ID) (*Macro, error) {
	rows, err := w.tx.QueryContext(ctx, oneMacro, int64(id))
	return usableMacro(rows, err, v)
}

const oneMacro = `SELECT ` + macroColumns + ` FROM macros m WHERE m.id = ?`

func usableMacro(rows *sql.Rows, err error, v Caller) (*Macro, error) {
	m := &Macro{}
	found := false
	if err == nil {
		found, err = one(rows, m.targets()...)
	}
	switch {
	case err != nil:
		return nil, fmt.Errorf("read macro: %w", err)
	case !found || !m.Usable(v):
		return nil, errNoMacro
	}
	return m, nil
}

// CreateMacro adds one for its maker, a team or the desk.
func (s *Store) CreateMacro(ctx context.Context, v Caller, m Macro) (*Macro, error) {
	m.Owner = v.Agent
	if err := m.validate(v); err != nil {
		return nil, err
	}
	if err := s.checkActions(ctx, m.Actions); err != nil {
		return nil, err
	}
	return s.writeMacro(ctx, v, &m, func(ctx context.Context, tx *events.Tx) error {
		var n int
		if err := tx.NewRaw(`SELECT COUNT(*) FROM macros WHERE owner_id = ?`, v.Agent).Scan(ctx, &n); err != nil {
			return fmt.Errorf("count macros: %w", err)
		}
		if n >= maxMacros {
			return fault.New(fault.Conflict, "you have made too many macros")
		}
		m.UpdatedAt = tx.Now
		err := tx.NewRaw(`INSERT INTO macros (name, body, actions, visibility, team_id, owner_id, goes_with, created_at, updated_at)
			VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) RETURNING id`, m.Name, m.Body, jsonOf(m.Actions, "[]"), string(m.Visibility), m.Team, m.Owner,
			string(m.GoesWith), tx.Now, tx.Now).Scan(ctx, &m.ID)
		if err != nil {
			return fmt.Errorf("add macro: %w", err)
		}
		return nil
	})
}

// ChangeMacro changes one that the caller may edit.
func (s *Store) ChangeMacro(ctx context.Context, v Caller, id events.ID, p MacroPatch) (*Macro, error) {
	m, err := s.editableMacro(ctx, v, id)
	if err != nil {
		return nil, err
	}
	m.apply(p)
	if err := m.validate(v); err != nil {
		return nil, err
	}
	if p.Actions != nil { // others stay as they were, also when somebody has left
		if err := s.checkActions(ctx, m.Actions); err != nil {
			return nil, err
		}
	}
	return s.writeMacro(ctx, v, m, func(ctx context.Context, tx *events.Tx) error {
		m.UpdatedAt = tx.Now
		_, err := tx.NewRaw(`UPDATE macros SET name = ?, body = ?, actions = ?, visibility = ?, team_id = ?, goes_with = ?, updated_at = ?
			WHERE id = ?`, m.Name, m.Body, jsonOf(m.Actions, "[]"), string(m.Visibility), m.Team, string(m.GoesWith), tx.Now, id).Exec(ctx)
		if err != nil {
			return fmt.Errorf("change macro: %w", err)
		}
		return nil
	})
}

// DeleteMacro removes one that the caller may edit.
func (s *Store) DeleteMacro(ctx context.Context, v Caller, id events.ID) error {
	m, err := s.editableMacro(ctx, v, id)
	if err != nil {
		return err
	}
	_, err = s.writeMacro(ctx, v, m, func(ctx context.Context, tx *events.Tx) error {
		for _, q := range []string{`DELETE FROM macros WHERE id = ?`, `DELETE FROM macro_uses WHERE macro_id = ?`} {
			if _, err := tx.ExecContext(ctx, q, int64(id)); err != nil {
				return fmt.Errorf("delete macro: %w", err)
			}
		}
		return nil
	})
	return err
}

func (s *Store) editableMacro(ctx context.Context, v Caller, id events.ID) (*Macro, error) {
	m, err := s.Macro(ctx, v, id)
	if err == nil && !m.Editable(v) {
		return nil, fault.New(fault.Forbidden, "only its maker and leads may change this macro")
	}
	return m, err
}

// checkActions refuses actions that name an agent or a team that is not there.
func (s *Store) checkActions(ctx context.Context, list []MacroAction) error {
	var c checker
	for i, a := range list {
		field, text, id := ".team", `SELECT id FROM teams WHERE id = ?`, a.Team
		switch {
		case a.Kind == DoAssign && a.Assign != Me:
			field, text = ".agent", `SELECT id FROM agents WHERE id = ? AND disabled_at = 0`
			id, _ = events.ParseID(a.Assign) // its form is checked
		case a.Kind != DoTeam:
			continue
		}
		found, err := s.ids(ctx, text, int64(id))
		if err != nil {
			return fmt.Errorf("look for whom a macro names: %w", err)
		}
		if len(found) == 0 {
			c.wrong.Add(fmt.Sprintf("actions[%d]%s", i, field), "does not exist")
		}
	}
	return c.wrong.Err()
}

func (s *Store) writeMacro(ctx context.Context, v Caller, m *Macro, fn func(ctx context.Context, tx *events.Tx) error) (*Macro, error) {
	by := events.Actor{Kind: events.Agent, ID: v.Agent}
	if m.Team != 0 {
		var n int
		if err := s.log.Read().NewRaw(`SELECT COUNT(*) FROM teams WHERE id = ?`, m.Team).Scan(ctx, &n); err != nil {
			return nil, fmt.Errorf("look for team: %w", err)
		}
		if n == 0 {
			return nil, fault.On("team", "does not exist")
		}
	}
	if err := s.log.Write(ctx, events.Unit{By: by, Locks: events.Locks{Agents: []events.ID{v.Agent}}}, fn); err != nil {
		return nil, err
	}
	return m, nil
}

// countUse notes that an agent used a macro; one that is gone has no uses.
func (w *work) countUse(ctx context.Context, agent, macro events.ID) error {
	_, err := w.tx.NewRaw(`UPDATE macros SET uses = uses + 1, used_at = ? WHERE id = ?`, w.tx.Now, macro).Exec(ctx)
	if err == nil {
		_, err = w.tx.NewRaw(`INSERT INTO macro_uses (macro_id, agent_id, uses, used_at) SELECT id, ?, 1, ? FROM macros WHERE id = ?
			ON CONFLICT (macro_id, agent_id) DO UPDATE SET uses = macro_uses.uses + 1, used_at = excluded.used_at`, agent, w.tx.Now, macro).Exec(ctx)
	}
	if err != nil {
		return fmt.Errorf("count use of a macro: %w", err)
	}
	return nil
}

// maxSnoozeFor is how long a macro may put a ticket away.
const maxSnoozeFor = 90 * 24 * time.Hour
