package tickets

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"

	"heard/tickets/events"
	"heard/tickets/fault"
)

// Visibility says who has a thing that people make for themselves or each other.
type Visibility string

const (
	VisiblePrivate Visibility = "private" // its owner
	VisibleTeam    Visibility = "team"    // the agents of a team
	VisibleShared  Visibility = "shared"  // everybody
)

// SavedView is a list under a name. Its query is checked when it is written and again when it is read: what it names
// may be gone.
type SavedView struct {
	ID         events.ID
	Name       string
	Query      string
	Visibility Visibility
	TeamID     events.ID
	OwnerID    events.ID
}

// SavedViewIn asks for one; SavedViewPatch changes one, and nil leaves a field.
type SavedViewIn struct {
	Name       string
	Query      string
	Visibility Visibility
	Team       events.ID
}

// SavedViewPatch changes a saved view; nil leaves a field.
type SavedViewPatch struct {
	Name       *string
	Query      *string
	Visibility *Visibility
	Team       *events.ID
}

const (
	maxViewName = 60
	maxViews    = 100 // that one agent may own
	maxVisible  = 300 // that a list shows
)

var errNoView = fault.New(fault.NotFound, "there is no such view")

// seen is the condition that a caller has a view called v. A team's view is its members'.
func (s *Store) seen(c Caller) (string, []any) {
	return "(v.owner_id = ? OR v.visibility = 'shared' OR (v.visibility = 'team' AND " + s.stmts.among("v.team_id") + "))",
		[]any{int64(c.Agent), s.stmts.list(c.Teams)}
}

const savedViewColumns = "v.id, v.name, v.query, v.visibility, v.team_id, v.owner_id"

func (v *SavedView) targets() []any {
	return []any{&v.ID, &v.Name, &v.Query, &v.Visibility, &v.TeamID, &v.OwnerID}
}

// SavedViews lists what a caller has, in its own order.
func (s *Store) SavedViews(ctx context.Context, c Caller) ([]SavedView, error) {
	cond, args := s.seen(c)
	rows, err := s.stmts.query(ctx, "SELECT "+savedViewColumns+` FROM saved_views v LEFT JOIN view_order o ON o.view_id = v.id AND o.agent_id = ?
		WHERE `+cond+" ORDER BY COALESCE(o.position, 1000000), v.id LIMIT ?", append(append([]any{int64(c.Agent)}, args...), maxVisible)...)
	if err != nil {
		return nil, fmt.Errorf("list saved views: %w", err)
	}
	out := []SavedView{}
	return out, each(rows, func(rows *sql.Rows) error {
		var v SavedView
		if err := rows.Scan(v.targets()...); err != nil {
			return fmt.Errorf("list saved views: %w", err)
		}
		out = append(out, v)
		return nil
	})
}

// SavedView returns one that a caller has.
func (s *Store) SavedView(ctx context.Context, c Caller, id events.ID) (*SavedView, error) {
	cond, args := s.seen(c)
	rows, err := s.stmts.query(ctx, "SELECT "+savedViewColumns+" FROM saved_views v WHERE v.id = ? AND "+cond, append([]any{int64(id)}, args...)...)
	if err != nil {
		return nil, fmt.Errorf("read saved view: %w", err)
	}
	var v SavedView
	found, err := one(rows, v.targets()...)
	if err != nil {
		return nil, fmt.Errorf("read saved view: %w", err)
	}
	if !found {
		return nil, errNoView
	}
	return &v, nil
}

// MayEdit tells whether a caller who has a view may change it: its owner, and leads what others have too.
func (v *SavedView) MayEdit(c Caller) bool {
	return v.OwnerID == c.Agent && v.permitted(c) == nil || v.Visibility != VisiblePrivate && Can(c, ViewShare, Own)
}

// permitted refuses to show a view to more people than its author may.
func (v *SavedView) permitted(c Caller) error {
	switch {
	case v.Visibility == VisiblePrivate || Can(c, ViewShare, Own):
		return nil
	case v.Visibility == VisibleTeam && slices.Contains(c.Teams, v.TeamID):
		return nil
	case v.Visibility == VisibleTeam:
		return fault.On("team", "must be a team of yours")
	}
	return fault.New(fault.Forbidden, "only leads share views with everybody")
}

// clean checks a view that is about to be written. Its query was checked by the caller, who knows the language.
func (v *SavedView) clean(ctx context.Context, tx *events.Tx, c Caller) error {
	var wrong checker
	v.Name = wrong.line("name", v.Name, 1, maxViewName)
	oneOf(&wrong, "visibility", v.Visibility, VisiblePrivate, VisibleTeam, VisibleShared)
	if v.Visibility == VisibleTeam {
		var n int
		if err := tx.NewRaw("SELECT COUNT(*) FROM teams WHERE id = ?", v.TeamID).Scan(ctx, &n); err != nil {
			return fmt.Errorf("find team: %w", err)
		}
		if n == 0 {
			wrong.wrong.Add("team", "must be given for a view of a team")
		}
	} else {
		v.TeamID = 0
	}
	if err := wrong.wrong.Err(); err != nil {
		return err
	}
	return v.permitted(c)
}

// CreateView keeps a list under a name.
func (s *Store) CreateView(ctx context.Context, by events.Actor, c Caller, in SavedViewIn) (*SavedView, error) {
	v := &SavedView{Name: in.Name, Query: in.Query, Visibility: in.Visibility, TeamID: in.Team, OwnerID: c.Agent}
	err := s.log.Write(ctx, events.Unit{By: by}, func(ctx context.Context, tx *events.Tx) error {
		if err := v.clean(ctx, tx, c); err != nil {
			return err
		}
		var n int
		if err := tx.NewRaw("SELECT COUNT(*) FROM saved_views WHERE owner_id = ?", c.Agent).Scan(ctx, &n); err != nil {
			return fmt.Errorf("count views: %w", err)
		}
		if n >= maxViews {
			return fault.Newf(fault.Conflict, "you have %d views; delete one first", n)
		}
		err := tx.NewRaw(`INSERT INTO saved_views (name, query, visibility, team_id, owner_id, created_at, updated_at)
			VALUES (?, ?, ?, ?, ?, ?, ?) RETURNING id`, v.Name, v.Query, v.Visibility, v.TeamID, v.OwnerID, tx.Now, tx.Now).Scan(ctx, &v.ID)
		if err != nil {
			return fmt.Errorf("insert view: %w", err)
		}
		tx.Record(0, SettingChanged{Noun: "view", ID: v.ID, Action: "created"})
		return nil
	})
	return v, err
}

// ChangeView changes a view that the caller may edit.
func (s *Store) ChangeView(ctx context.Context, by events.Actor, c Caller, id events.ID, in SavedViewPatch) (*SavedView, error) {
	v, err := s.editable(ctx, c, id)
	if err != nil {
		return nil, err
	}
	set(&v.Name, in.Name)
	set(&v.Query, in.Query)
	set(&v.Visibility, in.Visibility)
	set(&v.TeamID, in.Team)
	err = s.log.Write(ctx, events.Unit{By: by}, func(ctx context.Context, tx *events.Tx) error {
		if err := v.clean(ctx, tx, c); err != nil {
			return err
		}
		_, err := tx.NewRaw("UPDATE saved_views SET name = ?, query = ?, visibility = ?, team_id = ?, updated_at = ? WHERE id = ?",
			v.Name, v.Query, v.Visibility, v.TeamID, tx.Now, id).Exec(ctx)
		if err != nil {
			return fmt.Errorf("change view: %w", err)
		}
		tx.Record(0, SettingChanged{Noun: "view", ID: id, Action: "changed"})
		return nil
	})
	return v, err
}

// DeleteView removes a view for everybody who has it.
func (s *Store) DeleteView(ctx context.Context, by events.Actor, c Caller, id events.ID) error {
	if _, err := s.editable(ctx, c, id); err != nil {
		return err
	}
	return s.log.Write(ctx, events.Unit{By: by}, func(ctx context.Context, tx *events.Tx) error {
		_, err := tx.NewRaw("DELETE FROM saved_views WHERE id = ?", id).Exec(ctx)
		_, err2 := tx.NewRaw("DELETE FROM view_order WHERE view_id = ?", id).Exec(ctx)
		if err := errors.Join(err, err2); err != nil {
			return fmt.Errorf("delete view: %w", err)
		}
		tx.Record(0, SettingChanged{Noun: "view", ID: id, Action: "removed"})
		return nil
	})
}

func (s *Store) editable(ctx context.Context, c Caller, id events.ID) (*SavedView, error) {
	v, err := s.SavedView(ctx, c, id)
	if err != nil {
		return nil, err
	}
	if !v.MayEdit(c) {
		return nil, fault.New(fault.Forbidden, "only its owner and leads may change this view")
	}
	return v, nil
}

// OrderViews keeps the order in which an agent wants its views. Those that are not named come after. An id that
// the agent does not see is refused, and so is one that is named twice; a view that goes later leaves its place.
func (s *Store) OrderViews(ctx context.Context, by events.Actor, c Caller, ids []events.ID) error {
	if len(ids) > maxVisible {
		return fault.On("ids", fmt.Sprintf("must be at most %d", maxVisible))
	}
	list, err := s.SavedViews(ctx, c)
	if err != nil {
		return err
	}
	var rows [][]any
	placed := map[events.ID]bool{}
	for _, id := range ids {
		switch {
		case placed[id]:
			return fault.On("ids", "names view "+id.String()+" twice")
		case !slices.ContainsFunc(list, func(v SavedView) bool { return v.ID == id }):
			return fault.On("ids", "names view "+id.String()+", and there is none")
		}
		placed[id] = true
		rows = append(rows, []any{int64(c.Agent), int64(id), int64(len(rows) + 1)})
	}
	return s.log.Write(ctx, events.Unit{By: by}, func(ctx context.Context, tx *events.Tx) error {
		if _, err := tx.NewRaw("DELETE FROM view_order WHERE agent_id = ?", c.Agent).Exec(ctx); err != nil {
			return fmt.Errorf("order views: %w", err)
		}
		if len(rows) == 0 {
			return nil
		}
		return tx.Insert(ctx, "view_order", []string{"agent_id", "view_id", "position"}, rows)
	})
}
