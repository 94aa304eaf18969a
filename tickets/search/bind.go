package search

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"

	"heard/tickets"
	"heard/tickets/events"
)

// binding is a query on its way to conditions.
type binding struct {
	s      *Searcher
	snap   *tickets.Snapshot
	caller tickets.Caller
	now    events.Time
	f      *tickets.Filter

	named    bool             // a status was named: the list's own choice does not hold
	statuses []tickets.Status // that may hold
	wanted   []wanted
	owners   []events.ID // of the first assignee: that names people
	teams    []events.ID
	nobody   bool // is:unassigned or assignee:none
}

const (
	isDone    = "t.status IN ('resolved', 'closed')"
	isWaiting = "t.status = 'open' AND t.waiting_since > 0 AND NOT t.offline"
	isNobodys = "(t.assignee_id = 0 AND NOT " + isDone + ")"
)

func (b *binding) add(c tickets.Cond) { b.f.Conds = append(b.f.Conds, c) }

// term adds what one term asks for.
func (b *binding) term(ctx context.Context, t Term) error {
	switch t.Key {
	case "", "from", "subject":
		b.words(t)
		return nil
	case "is":
		if b.onlyStatuses(t) {
			return nil
		}
	}
	parts := make([]tickets.Cond, 0, len(t.Values))
	for _, v := range t.Values {
		c, err := b.value(ctx, t, v)
		if err != nil {
			return err
		}
		parts = append(parts, c)
	}
	b.add(anyOf(parts, t.Not))
	return nil
}

// anyOf joins conditions.
func anyOf(parts []tickets.Cond, not bool) tickets.Cond {
	var out tickets.Cond
	for i, p := range parts {
		if i > 0 {
			out.SQL, out.Each = out.SQL+" OR ", out.Each+" OR "
		}
		out.SQL, out.Each = out.SQL+p.SQL, out.Each+cmp.Or(p.Each, p.SQL)
		out.Args = append(out.Args, p.Args...)
	}
	out.SQL, out.Each = "("+out.SQL+")", "("+out.Each+")"
	if not {
		out.SQL, out.Each = "NOT "+out.SQL, "NOT "+out.Each
	}
	return out
}

// onlyStatuses takes a term that names statuses and nothing else: the list has an index for each.
func (b *binding) onlyStatuses(t Term) bool {
	var named []tickets.Status
	for _, v := range t.Values {
		if word := strings.ToLower(v.Text); isStatus(word) {
			named = append(named, tickets.Status(word))
		}
	}
	b.named = b.named || len(named) > 0
	if len(named) < len(t.Values) {
		return false
	}
	b.statuses = slices.DeleteFunc(b.statuses, func(s tickets.Status) bool { return slices.Contains(named, s) == t.Not })
	return true
}

// value is the condition of one value of a term.
func (b *binding) value(ctx context.Context, t Term, v Value) (tickets.Cond, error) {
	word := strings.ToLower(v.Text)
	switch t.Key {
	case "is":
		return b.state(t, word), nil
	case "assignee":
		return b.assignee(t, v.Text)
	case "team":
		return b.team(t, v.Text)
	case "inbox":
		ids := idsNamed(v.Text, b.snap.Inboxes, func(i *tickets.Inbox) []string { return []string{i.Name, i.Key} })
		return b.among("t.inbox_id", t, ids, "inbox")
	case "topic":
		return b.topic(ctx, v.Text)
	case "tag":
		tag, err := tickets.CleanTag(v.Text)
		return tickets.Cond{SQL: "t.id IN (SELECT tt.ticket_id FROM tags g JOIN ticket_tags tt ON tt.tag_id = g.id WHERE g.name = ?)",
			Each: "EXISTS (SELECT 1 FROM tags g JOIN ticket_tags tt ON tt.tag_id = g.id WHERE g.name = ? AND tt.ticket_id = t.id)", Args: []any{tag}}, err
	case "channel":
		return tickets.Cond{SQL: "t.channel = ?", Args: []any{word}}, nil
	case "priority":
		return tickets.Cond{SQL: "t.priority = ?", Args: []any{word}}, nil
	case "csat":
		return b.score(ctx, t, word)
	case "has":
		return b.thing(ctx, t, word)
	case "waiting":
		age, older, _ := ageOf(word)
		op := ">"
		if older {
			op = "<="
		}
		return tickets.Cond{SQL: "(" + isWaiting + " AND t.waiting_since " + op + " ?)", Args: []any{int64(b.now.Add(-age))}}, nil
	}
	return b.moments(t, word)
}

// state is a value of is:.
func (b *binding) state(t Term, word string) tickets.Cond {
	switch word {
	case "unassigned":
		b.nobody = b.nobody || single(t)
		return tickets.Cond{SQL: isNobodys}
	case "mine":
		return b.ownedBy(t, []events.ID{b.caller.Agent})
	case "waiting":
		return tickets.Cond{SQL: "(" + isWaiting + ")"}
	case "unread":
		return tickets.Cond{SQL: "t.unread > 0"}
	case "spam":
		return tickets.Cond{SQL: "t.spam"}
	case "offline":
		return tickets.Cond{SQL: "t.offline"}
	case "handed_off":
		return tickets.Cond{SQL: "t.handoffs > 0"}
	case "reopened":
		return tickets.Cond{SQL: "t.reopens > 0"}
	}
	return tickets.Cond{SQL: "t.status = ?", Args: []any{word}}
}

func single(t Term) bool { return !t.Not && len(t.Values) == 1 }

// ownedBy says that somebody has a ticket, or was the last when it is done.
func (b *binding) ownedBy(t Term, agents []events.ID) tickets.Cond {
	if single(t) && len(agents) == 1 && agents[0] != 0 {
		b.owners = append(b.owners, agents[0])
	}
	dialect := b.s.log.Dialect()
	list := events.IDs(dialect, agents)
	return tickets.Cond{SQL: "((t.assignee_id > 0 AND " + events.Among(dialect, "t.assignee_id") + ") OR (" + isDone +
		" AND t.last_owner_id > 0 AND " + events.Among(dialect, "t.last_owner_id") + "))", Args: []any{list, list}}
}

func (b *binding) assignee(t Term, name string) (tickets.Cond, error) {
	switch strings.ToLower(name) {
	case none:
		b.nobody = b.nobody || single(t)
		return tickets.Cond{SQL: isNobodys}, nil
	case "me":
		return b.ownedBy(t, []events.ID{b.caller.Agent}), nil
	}
	ids := idsNamed(name, b.snap.Agents, func(a *tickets.Agent) []string { return []string{a.Name, a.Email} })
	if len(ids) == 0 {
		return tickets.Cond{}, errAt(t, "names nobody here")
	}
	return b.ownedBy(t, ids), nil
}

func (b *binding) team(t Term, name string) (tickets.Cond, error) {
	if strings.EqualFold(name, none) {
		return tickets.Cond{SQL: "t.team_id = 0"}, nil
	}
	ids := idsNamed(name, b.snap.Teams, func(m *tickets.Team) []string { return []string{m.Name} })
	if single(t) && len(ids) == 1 {
		b.teams = append(b.teams, ids[0])
	}
	return b.among("t.team_id", t, ids, "team")
}

func (b *binding) among(column string, t Term, ids []events.ID, what string) (tickets.Cond, error) {
	if len(ids) == 0 {
		return tickets.Cond{}, errAt(t, "names no %s", what)
	}
	dialect := b.s.log.Dialect()
	return tickets.Cond{SQL: events.Among(dialect, column), Args: []any{events.IDs(dialect, ids)}}, nil
}

// topic takes a name that no topic has as one that no ticket has: names of topics come and go.
func (b *binding) topic(ctx context.Context, name string) (tickets.Cond, error) {
	if strings.EqualFold(name, none) {
		return tickets.Cond{SQL: "t.topic_id = 0"}, nil
	}
	ids := []events.ID{}
	if id, err := events.ParseID(name); err == nil {
		ids = append(ids, id)
	} else if b.s.topics != nil {
		if ids, err = b.s.topics(ctx, name); err != nil {
			return tickets.Cond{}, fmt.Errorf("find topics: %w", err)
		}
	}
	dialect := b.s.log.Dialect()
	return tickets.Cond{SQL: "(" + events.Among(dialect, "t.topic_id") + " AND t.topic_id > 0)", Args: []any{events.IDs(dialect, ids)}}, nil
}

// score is a condition on what the customer answered when asked how satisfied it was.
func (b *binding) score(ctx context.Context, t Term, word string) (tickets.Cond, error) {
	const answered = `FROM survey_invitations i JOIN survey_responses r ON r.invitation_id = i.id
		WHERE i.kind = 'csat' AND i.answered_at > 0 AND i.withdrawn_at = 0`
	if word == none {
		return tickets.Cond{SQL: "NOT EXISTS (SELECT 1 " + answered + " AND i.ticket_id = t.id)"}, nil
	}
	op, n, _ := scoreOf(word)
	var best int64
	err := b.s.log.Read().NewRaw("SELECT COALESCE(MAX(high), 5) FROM surveys WHERE kind = 'csat'").Scan(ctx, &best)
	if err != nil {
		return tickets.Cond{}, fmt.Errorf("read the scale: %w", err)
	}
	if n > best {
		return tickets.Cond{}, errAt(t, "scores go from 1 to %d here", best)
	}
	// Many answers have each score, and no index finds the rare one.
	return tickets.Cond{SQL: "EXISTS (SELECT 1 " + answered + " AND r.score " + op + " ? AND i.ticket_id = t.id)", Args: []any{n}}, nil
}

// oneOf is the condition that a ticket is among what a question gives. A few are a set that the list is joined with; many
// are tried on one ticket of the list after the other.
func (b *binding) oneOf(ctx context.Context, t Term, column, from string, args ...any) (tickets.Cond, error) {
	each := tickets.Cond{SQL: "EXISTS (SELECT 1 " + from + " AND " + column + " = t.id)", Args: args}
	if !single(t) {
		return each, nil
	}
	var ids []events.ID
	dialect := b.s.log.Dialect()
	rows, err := b.s.log.Read().DB.QueryContext(ctx, events.Rebind(dialect, "SELECT "+column+" "+from+" LIMIT ?"), append(slices.Clone(args), b.s.few+1)...)
	if err == nil {
		err = eachRow(rows, func() error {
			var id events.ID
			err := rows.Scan(&id)
			ids = append(ids, id)
			return err
		})
	}
	if err != nil || len(ids) > b.s.few {
		return each, err
	}
	return tickets.Cond{SQL: events.Among(dialect, "t.id"), Args: []any{events.IDs(dialect, ids)}}, nil
}

// thing is a condition on what is in a ticket.
func (b *binding) thing(ctx context.Context, t Term, word string) (tickets.Cond, error) {
	switch word {
	case "note":
		return b.oneOf(ctx, t, "m.ticket_id", "FROM messages m WHERE m.note AND m.redacted_at = 0")
	case "draft": // of one's own
		return b.oneOf(ctx, t, "w.ticket_id", "FROM drafts w WHERE w.agent_id = ? AND NOT w.gone", int64(b.caller.Agent))
	case "comment": // on the rating; whether there is a rating is csat's to say
		return b.oneOf(ctx, t, "i.ticket_id", "FROM survey_invitations i JOIN survey_responses r ON r.invitation_id = i.id"+
			" WHERE i.kind = 'csat' AND i.answered_at > 0 AND i.withdrawn_at = 0 AND r.comment <> ''")
	}
	return b.oneOf(ctx, t, "f.ticket_id", "FROM files f WHERE f.ticket_id > 0")
}

// moments is a condition on the newest message, which lists are in the order of, or on the opening.
func (b *binding) moments(t Term, word string) (tickets.Cond, error) {
	m, err := spanOf(t, word, b.now, b.snap.Zone())
	if err != nil {
		return tickets.Cond{}, err
	}
	column := "t.said_at"
	if t.Key == "created" {
		column = "t.created_at"
	}
	var parts []string
	var c tickets.Cond
	if m.from != 0 {
		parts, c.Args = append(parts, column+" >= ?"), append(c.Args, int64(m.from))
	}
	if m.to != 0 {
		parts, c.Args = append(parts, column+" < ?"), append(c.Args, int64(m.to))
	}
	c.SQL = "(" + strings.Join(parts, " AND ") + ")"
	return c, nil
}

// idsNamed finds what a person means by a name: an id, a whole name or address, else the beginning of any word of it.
func idsNamed[T any](name string, all map[events.ID]T, names func(T) []string) []events.ID {
	if id, err := events.ParseID(name); err == nil {
		if _, known := all[id]; known {
			return []events.ID{id}
		}
	}
	var whole, part []events.ID
	want := fold(name)
	for id, x := range all {
		for _, n := range names(x) {
			n = fold(n)
			if n == want {
				whole = append(whole, id)
			} else if strings.HasPrefix(n, want) || strings.Contains(n, " "+want) {
				part = append(part, id)
			}
		}
	}
	if len(whole) == 0 {
		whole = part
	}
	slices.Sort(whole)
	return slices.Compact(whole)
}

// useIndexOfList lets a list of all tickets take the index of the view that its query comes down to.
func (b *binding) useIndexOfList() {
	if b.f.View != "" && b.f.View != tickets.ViewAll {
		return
	}
	switch {
	case len(b.owners) > 0:
		b.f.View, b.f.Agent = tickets.ViewMine, b.owners[0]
	case b.nobody:
		b.f.View = tickets.ViewUnassigned
	case len(b.teams) > 0:
		b.f.View, b.f.Team = tickets.ViewTeam, b.teams[0]
	default:
		return
	}
	if len(b.f.Statuses) == 0 {
		b.f.Statuses = b.statuses
	}
	if b.f.View == tickets.ViewUnassigned {
		b.f.Statuses = slices.DeleteFunc(slices.Clone(b.f.Statuses), func(s tickets.Status) bool { return s == tickets.Resolved || s == tickets.Closed })
		if len(b.f.Statuses) == 0 {
			b.f.Statuses = []tickets.Status{tickets.Open} // the condition of the term holds for none of the others
		}
	}
}
