package weekly

import (
	"context"
	"fmt"
	"slices"

	"heard/feedback/rollups"
	"heard/migrations"
	"heard/tickets/events"
	"heard/tickets/fault"

	"github.com/uptrace/bun"
)

// ReportAction is what somebody agreed to do about what a report says.
type ReportAction struct {
	ID        events.ID   `json:"id"`
	Text      string      `json:"text"`
	Owner     events.ID   `json:"owner"`
	OwnerName string      `json:"owner_name"`
	Due       string      `json:"due" doc:"The day by which, in the desk's time zone; empty for none"`
	Issue     events.ID   `json:"issue"`
	State     string      `json:"state" enum:"open,done,dropped"`
	WeekMade  string      `json:"week_made"`
	DoneWeek  string      `json:"done_week" doc:"Empty while it is not done"`
	DoneAt    events.Time `json:"done_at"`
	CreatedAt events.Time `json:"created_at"`
}

// The states of an action.
const (
	Open    = "open"
	Done    = "done"
	Dropped = "dropped"
)

// ActionIn asks for a new action.
type ActionIn struct {
	Text  string
	Owner events.ID
	Due   string
	Issue events.ID
}

// ActionPatch changes an action; nil leaves a field.
type ActionPatch struct {
	Text  *string
	Owner *events.ID
	Due   *string
	State *string
}

// state is one row of report_action_states.
type state struct {
	N       int64
	State   string
	OwnerID events.ID
	Due     string
	DoneAt  events.Time
}

// AddAction writes a new action down.
func (s *Store) AddAction(ctx context.Context, by events.Actor, in ActionIn) (*ReportAction, error) {
	var wrong fault.Fields
	in.Text = line(&wrong, "text", in.Text, maxText)
	week, err := s.thisWeek(ctx)
	if err != nil {
		return nil, err
	}
	if err := s.due(ctx, &wrong, week, in.Due); err != nil {
		return nil, err
	}
	if err := s.owner(ctx, &wrong, "owner", in.Owner); err != nil {
		return nil, err
	}
	if in.Issue != 0 {
		found, err := s.exists(ctx, "issues", in.Issue)
		if err != nil {
			return nil, err
		}
		if !found {
			wrong.Add("issue", "is not an issue of this desk")
		}
	}
	if err := wrong.Err(); err != nil {
		return nil, err
	}
	var id events.ID
	err = s.log.Write(ctx, events.Unit{By: by}, func(ctx context.Context, tx *events.Tx) error {
		err := tx.NewRaw(`INSERT INTO report_actions (text, issue_id, week_made, created_at, created_by) VALUES (?, ?, ?, ?, ?) RETURNING id`,
			in.Text, in.Issue, week, tx.Now, agentOf(by)).Scan(ctx, &id)
		if err != nil {
			return fmt.Errorf("insert action: %w", err)
		}
		changed(tx, "report_action", id, "created")
		return keepState(ctx, tx, id, state{N: 1, State: Open, OwnerID: in.Owner, Due: in.Due})
	})
	if err != nil {
		return nil, err
	}
	return s.Action(ctx, id)
}

// agentOf is the agent who acts; 0 for none.
func agentOf(by events.Actor) events.ID {
	if by.Kind == events.Agent {
		return by.ID
	}
	return 0
}

func keepState(ctx context.Context, tx *events.Tx, id events.ID, st state) error {
	_, err := tx.NewRaw(`INSERT INTO report_action_states (action_id, n, at, state, owner_id, due, done_at, agent_id) VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
		id, st.N, tx.Now, st.State, st.OwnerID, st.Due, st.DoneAt, agentOf(tx.By)).Exec(ctx)
	if err != nil {
		return fmt.Errorf("keep the state of action %d: %w", id, err)
	}
	return nil
}

func (p *ActionPatch) check(ctx context.Context, s *Store, was *ReportAction) error {
	var wrong fault.Fields
	if p.Text != nil {
		*p.Text = line(&wrong, "text", *p.Text, maxText)
	}
	if p.Due != nil {
		if err := s.due(ctx, &wrong, was.WeekMade, *p.Due); err != nil {
			return err
		}
	}
	if p.State != nil && !slices.Contains([]string{Open, Done, Dropped}, *p.State) {
		wrong.Add("state", "must be open, done or dropped")
	}
	if p.Owner != nil {
		if err := s.owner(ctx, &wrong, "owner", *p.Owner); err != nil {
			return err
		}
	}
	return wrong.Err()
}

// ChangeAction changes an action. What is so already changes nothing.
func (s *Store) ChangeAction(ctx context.Context, by events.Actor, id events.ID, p ActionPatch) (*ReportAction, error) {
	was, err := s.Action(ctx, id)
	if err != nil {
		return nil, err
	}
	if err := p.check(ctx, s, was); err != nil {
		return nil, err
	}
	err = s.log.Write(ctx, events.Unit{By: by}, func(ctx context.Context, tx *events.Tx) error {
		text, now, err := lockAction(ctx, tx, id)
		if err != nil {
			return err
		}
		var fields []string
		if p.Text != nil && *p.Text != text {
			fields = append(fields, "text")
			if _, err := tx.NewRaw(`UPDATE report_actions SET text = ? WHERE id = ?`, *p.Text, id).Exec(ctx); err != nil {
				return fmt.Errorf("change action %d: %w", id, err)
			}
		}
		next := now.with(p, tx.Now)
		if next.State != now.State {
			fields = append(fields, "state")
		}
		if next.OwnerID != now.OwnerID {
			fields = append(fields, "owner")
		}
		if next.Due != now.Due {
			fields = append(fields, "due")
		}
		if len(fields) > 0 {
			changed(tx, "report_action", id, "changed", fields...)
		}
		if next == now {
			return nil
		}
		next.N++
		return keepState(ctx, tx, id, next)
	})
	if err != nil {
		return nil, err
	}
	return s.Action(ctx, id)
}

// with is the state after a change.
func (st state) with(p ActionPatch, now events.Time) state {
	if p.Owner != nil {
		st.OwnerID = *p.Owner
	}
	if p.Due != nil {
		st.Due = *p.Due
	}
	if p.State != nil && *p.State != st.State {
		st.State, st.DoneAt = *p.State, 0
		if st.State == Done {
			st.DoneAt = now
		}
	}
	return st
}

// lockAction reads an action for a change.
func lockAction(ctx context.Context, tx *events.Tx, id events.ID) (text string, now state, err error) {
	hold := ""
	if tx.Dialect() == migrations.Postgres {
		hold = " FOR UPDATE"
	}
	var texts []string
	if err := tx.NewRaw(`SELECT text FROM report_actions WHERE id = ?`+hold, id).Scan(ctx, &texts); err != nil {
		return "", now, fmt.Errorf("read action %d: %w", id, err)
	}
	if len(texts) == 0 {
		return "", now, errNoAction
	}
	var states []state
	err = tx.NewRaw(`SELECT n, state, owner_id, due, done_at FROM report_action_states WHERE action_id = ? ORDER BY n DESC LIMIT 1`, id).Scan(ctx, &states)
	if err != nil || len(states) == 0 {
		return "", now, fmt.Errorf("read the state of action %d: %w", id, err)
	}
	return texts[0], states[0], nil
}

var errNoAction = fault.New(fault.NotFound, "there is no such action")

// newest is the condition for the newest state row of an action.
const newest = `s.n = (SELECT MAX(x.n) FROM report_action_states AS x WHERE x.action_id = s.action_id)`

// Actions lists actions, those that are due first before the others: the open ones, those that are done, dropped, or
// all for "".
func (s *Store) Actions(ctx context.Context, in string, most int) ([]ReportAction, error) {
	if !slices.Contains([]string{"", Open, Done, Dropped}, in) {
		return nil, fault.On("state", "must be open, done or dropped")
	}
	where, args := "", []any{}
	if in != "" {
		where, args = ` AND s.state = ?`, []any{in}
	}
	return s.actions(ctx, where+` ORDER BY CASE WHEN s.state = 'open' THEN 0 ELSE 1 END, CASE WHEN s.due = '' THEN 1 ELSE 0 END, s.due, a.id LIMIT ?`,
		append(args, most)...)
}

// Action returns one action.
func (s *Store) Action(ctx context.Context, id events.ID) (*ReportAction, error) {
	list, err := s.actions(ctx, ` AND a.id = ?`, id)
	if err != nil {
		return nil, err
	}
	if len(list) == 0 {
		return nil, errNoAction
	}
	return &list[0], nil
}

// actions reads actions by the end of a statement, which is code and never input.
func (s *Store) actions(ctx context.Context, end string, args ...any) ([]ReportAction, error) {
	list := []ReportAction{}
	err := s.log.Read().NewRaw(`SELECT a.id, a.text, s.owner_id AS owner, s.due, a.issue_id AS issue, s.state, a.week_made, s.done_at, a.created_at
		FROM report_actions AS a JOIN report_action_states AS s ON s.action_id = a.id WHERE `+newest+end, args...).Scan(ctx, &list)
	if err != nil {
		return nil, fmt.Errorf("list actions: %w", err)
	}
	snap, err := s.dir.Snapshot(ctx)
	if err != nil {
		return nil, err
	}
	cal := rollups.NewCalendar(snap.Settings)
	for i := range list {
		a := &list[i]
		a.OwnerName = snap.AgentName(a.Owner)
		if a.DoneAt != 0 {
			a.DoneWeek = cal.WeekOf(a.DoneAt)
		}
	}
	return list, nil
}

// ActionsAt returns the actions that were open at the end of a span, or were done in it, as they stood at its end.
func (s *Store) ActionsAt(ctx context.Context, from, to events.Time) ([]rollups.Action, error) {
	var rows []struct {
		ID, OwnerID, IssueID events.ID
		WeekMade, State, Due string
	}
	err := s.log.Read().NewRaw(`SELECT a.id, s.owner_id, a.issue_id, a.week_made, s.state, s.due
		FROM report_actions AS a JOIN report_action_states AS s ON s.action_id = a.id
		WHERE s.n = (SELECT MAX(x.n) FROM report_action_states AS x WHERE x.action_id = s.action_id AND x.at < ?)
		AND (s.state = 'open' OR s.state = 'done' AND s.done_at >= ?) ORDER BY a.id`, to, from).Scan(ctx, &rows)
	if err != nil {
		return nil, fmt.Errorf("list actions of a week: %w", err)
	}
	out := make([]rollups.Action, 0, len(rows))
	for _, r := range rows {
		out = append(out, rollups.Action{ID: r.ID, OwnerID: r.OwnerID, Issue: r.IssueID, WeekMade: r.WeekMade, State: r.State, Due: r.Due})
	}
	return out, nil
}

// ActionTexts returns what actions say now.
func (s *Store) ActionTexts(ctx context.Context, ids []events.ID) (map[events.ID]string, error) {
	out := map[events.ID]string{}
	if len(ids) == 0 {
		return out, nil
	}
	var rows []struct {
		ID   events.ID
		Text string
	}
	if err := s.log.Read().NewRaw(`SELECT id, text FROM report_actions WHERE id IN (?)`, bun.List(ids)).Scan(ctx, &rows); err != nil {
		return nil, fmt.Errorf("read what actions say: %w", err)
	}
	for _, r := range rows {
		out[r.ID] = r.Text
	}
	return out, nil
}
