package tickets

import (
	"context"
	"database/sql"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"heard/tickets/events"
	"heard/tickets/fault"

	"github.com/uptrace/bun"
)

// MentionKind is what can be called in a note.
type MentionKind string

const (
	MentionAgent MentionKind = "agent"
	MentionTeam  MentionKind = "team"
)

// Mention names an agent or a team in a note.
type Mention struct {
	Kind MentionKind `json:"kind"`
	ID   events.ID   `json:"id"`
}

// maxMentions is how many may be called in one note: whoever wants to reach more writes to a team.
const maxMentions = 20

// called is a mention with the name that its author gave it, for the refusal.
type called struct {
	Mention
	name string
}

// mentionsIn finds what a text calls, each once, in order.
func mentionsIn(text string) []called {
	if !strings.Contains(text, "](agent:") && !strings.Contains(text, "](team:") {
		return nil
	}
	var out []called
	for _, m := range regexp.MustCompile(`@\[([^\[\]\n]{1,120})\]\((agent|team):([1-9][0-9]{0,18})\)`).FindAllStringSubmatch(text, -1) {
		id, err := events.ParseID(m[3])
		one := called{Mention{MentionKind(m[2]), id}, m[1]}
		if err == nil && !slices.ContainsFunc(out, func(c called) bool { return c.Mention == one.Mention }) {
			out = append(out, one)
		}
	}
	return out
}

// mentions are those of a note's text, checked: everybody called is there and may see the ticket. Others would never
// hear of it, so the author is told instead, unless the text before a change called them too.
func (w *work) mentions(ctx context.Context, t *Ticket, body, before string) ([]Mention, error) {
	list := mentionsIn(body)
	if len(list) == 0 {
		return nil, nil
	}
	if len(list) > maxMentions {
		return nil, fault.On("body", fmt.Sprintf("calls more than %d people and teams", maxMentions))
	}
	agents, teams, err := w.whoCanCome(ctx, list)
	if err != nil {
		return nil, err
	}
	var out []Mention
	was := mentionsIn(before)
	var lost []string
	for _, c := range list {
		readers := teams[c.ID]
		if c.Kind == MentionAgent {
			readers = agents[c.ID]
		}
		if !slices.ContainsFunc(readers, func(v Caller) bool { return Can(v, TicketRead, v.ToTicket(t)) }) {
			if !slices.ContainsFunc(was, func(b called) bool { return b.Mention == c.Mention }) {
				lost = append(lost, "@"+c.name)
			}
			continue
		}
		out = append(out, c.Mention)
	}
	if len(lost) > 0 {
		return nil, fault.On("body", "calls "+strings.Join(lost, ", ")+", who cannot see this ticket")
	}
	return out, nil
}

// whoCanCome reads the agents behind mentions: those called by name, and those of called teams.
func (w *work) whoCanCome(ctx context.Context, list []called) (agents, teams map[events.ID][]Caller, err error) {
	named, groups := []events.ID{0}, []events.ID{0}
	for _, c := range list {
		if c.Kind == MentionTeam {
			groups = append(groups, c.ID)
		} else {
			named = append(named, c.ID)
		}
	}
	rows, err := w.tx.QueryContext(ctx, `SELECT a.id, a.role, a.all_teams, COALESCE(m.team_id, 0) FROM agents a
		LEFT JOIN team_members m ON m.agent_id = a.id
		WHERE a.disabled_at = 0 AND (a.id IN (?) OR a.id IN (SELECT agent_id FROM team_members WHERE team_id IN (?)))`,
		bun.List(named), bun.List(groups))
	if err != nil {
		return nil, nil, fmt.Errorf("read who is called: %w", err)
	}
	found := map[events.ID]*Caller{}
	err = each(rows, func(rows *sql.Rows) error {
		var c Caller
		var team events.ID
		if err := rows.Scan(&c.Agent, &c.Role, &c.AllTeams, &team); err != nil {
			return err
		}
		if found[c.Agent] == nil {
			found[c.Agent] = &c
		}
		if team != 0 {
			found[c.Agent].Teams = append(found[c.Agent].Teams, team)
		}
		return nil
	})
	if err != nil {
		return nil, nil, fmt.Errorf("read who is called: %w", err)
	}
	agents, teams = map[events.ID][]Caller{}, map[events.ID][]Caller{}
	for id, c := range found {
		agents[id] = []Caller{*c}
		for _, team := range c.Teams {
			teams[team] = append(teams[team], *c)
		}
	}
	return agents, teams, nil
}

// keepMentions writes who a note calls, in place of whom it called before it was changed.
func (w *work) keepMentions(ctx context.Context, m *Message, at events.Time, list []Mention) error {
	if _, err := w.tx.ExecContext(ctx, `DELETE FROM mentions WHERE ticket_id = ? AND seq = ?`, int64(m.TicketID), m.Seq); err != nil {
		return fmt.Errorf("forget mentions: %w", err)
	}
	rows := make([][]any, len(list))
	for i, c := range list {
		agent, team := int64(c.ID), int64(0)
		if c.Kind == MentionTeam {
			agent, team = 0, int64(c.ID)
		}
		rows[i] = []any{int64(m.TicketID), m.Seq, agent, team, int64(at)}
	}
	if len(rows) == 0 {
		return nil
	}
	if err := w.tx.Insert(ctx, "mentions", []string{"ticket_id", "seq", "agent_id", "team_id", "at"}, rows); err != nil {
		return fmt.Errorf("keep mentions: %w", err)
	}
	return nil
}

// mentionAgain is keepMentions for a note that gets another text.
func (w *work) mentionAgain(ctx context.Context, t *Ticket, m *Message, body string) error {
	if !m.Note {
		return nil
	}
	list, err := w.mentions(ctx, t, body, m.Body)
	if err != nil {
		return err
	}
	return w.keepMentions(ctx, m, w.tx.Now, list)
}

// told is mentions as events show them, with names.
func (n Names) told(list []Mention) []map[string]any {
	out := make([]map[string]any, len(list))
	for i, m := range list {
		name := find(n.Agent, m.ID)
		if m.Kind == MentionTeam {
			name = find(n.Team, m.ID)
		}
		out[i] = map[string]any{"kind": m.Kind, "id": m.ID, "name": name}
	}
	return out
}
