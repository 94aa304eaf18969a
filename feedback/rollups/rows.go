package rollups

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"heard/tickets"
	"heard/tickets/events"

	"github.com/uptrace/bun"
	"github.com/uptrace/bun/dialect"
)

// observationRow is an observation as it is stored.
type observationRow struct {
	TicketID   events.ID
	Figure     Key
	N          int64
	At         events.Time
	UntilAt    events.Time
	HitAt      events.Time
	MissAt     events.Time
	InboxID    events.ID
	TeamID     events.ID
	AgentID    events.ID
	Channel    tickets.Channel
	CalendarMs int64
	BusinessMs int64
	Word       string
}

const observationList = "ticket_id, figure, n, at, until_at, hit_at, miss_at, inbox_id, team_id, agent_id, channel, calendar_ms, business_ms, word"

func (r *observationRow) observation() Observation {
	return Observation{Ticket: r.TicketID, Figure: r.Figure, N: r.N, At: r.At, Until: r.UntilAt, Hit: r.HitAt, Miss: r.MissAt,
		Inbox: r.InboxID, Team: r.TeamID, Agent: r.AgentID, Channel: r.Channel, Calendar: r.CalendarMs, Business: r.BusinessMs, Word: r.Word}
}

func (o *Observation) row() []any {
	return []any{o.Ticket, string(o.Figure), o.N, o.At, o.Until, o.Hit, o.Miss, o.Inbox, o.Team, o.Agent, string(o.Channel),
		o.Calendar, o.Business, o.Word}
}

// Filter narrows figures to a part of the desk. The zero Filter is the whole desk.
type Filter struct {
	Inbox, Team, Agent events.ID
	Teams              []events.ID // any of them; nil: all
	Tag                string
	Channel            tickets.Channel
	Topic              events.ID
	Touchpoint         string
}

func (f Filter) whole() bool {
	return f.Inbox == 0 && f.Team == 0 && f.Agent == 0 && f.Teams == nil && f.Channel == "" && !f.ofTickets()
}

// ofTickets tells whether the filter asks for something that only tickets know.
func (f Filter) ofTickets() bool { return f.Tag != "" || f.Topic != 0 || f.Touchpoint != "" }

// ticketClause is a condition of a filter that only tickets know.
type ticketClause struct {
	from, id, where string
	arg             any
}

// all is what lists every ticket that passes, and one what holds of a ticket alone.
func (c ticketClause) all() string { return "SELECT " + c.id + " FROM " + c.from + " WHERE " + c.where }

func (c ticketClause) one(ticket string) string {
	return "EXISTS (SELECT 1 FROM " + c.from + " WHERE " + c.id + " = " + ticket + " AND " + c.where + ")"
}

// tickets is the part of the filter that only tickets know.
func (f Filter) tickets() (out []ticketClause) {
	if f.Tag != "" {
		out = append(out, ticketClause{"ticket_tags AS x JOIN tags AS g ON g.id = x.tag_id", "x.ticket_id", "g.name = ?", f.Tag})
	}
	if f.Topic != 0 {
		out = append(out, ticketClause{"topic_members AS x", "x.ticket_id", `x.topic_id IN (
			WITH RECURSIVE lives (id) AS (SELECT CAST(? AS BIGINT) UNION SELECT t.id FROM topics AS t JOIN lives AS l ON t.merged_into = l.id)
			SELECT id FROM lives)`, f.Topic})
	}
	if f.Touchpoint != "" {
		out = append(out, ticketClause{"tickets AS x", "x.id", "x.touchpoint = ?", f.Touchpoint})
	}
	return out
}

// holds tells whether what belongs to a ticket is among those that pass the part of a filter that only tickets know. An answer that no ticket led to has its survey's touchpoint, and no tag and no topic.
func (f Filter) holds(only map[events.ID]bool, ticket events.ID, touchpoint string) bool {
	if ticket == 0 {
		return f.Tag == "" && f.Topic == 0 && touchpoint == f.Touchpoint
	}
	return only[ticket]
}

// where is the filter in SQL, over the columns of observations.
func (f Filter) where(args []any) (string, []any) {
	var b strings.Builder
	add := func(clause string, values ...any) {
		b.WriteString(" AND " + clause)
		args = append(args, values...)
	}
	if f.Inbox != 0 {
		add("inbox_id = ?", f.Inbox)
	}
	if f.Team != 0 {
		add("team_id = ?", f.Team)
	}
	if f.Agent != 0 {
		add("agent_id = ?", f.Agent)
	}
	if f.Channel != "" {
		add("channel = ?", string(f.Channel))
	}
	if f.Teams != nil {
		add("team_id IN (?)", bun.List(append([]events.ID{-1}, f.Teams...)))
	}
	for _, c := range f.tickets() {
		if c.id == "x.id" {
			add(c.one("ticket_id"), c.arg) // no index lists all tickets of a touchpoint
		} else {
			add("ticket_id IN ("+c.all()+")", c.arg)
		}
	}
	return b.String(), args
}

// passes is the filter for what does not come from the tables here. What only tickets know is not known there.
func (f Filter) passes(inbox, team, agent events.ID, channel tickets.Channel) bool {
	if f.Teams != nil {
		found := false
		for _, t := range f.Teams {
			found = found || t == team
		}
		if !found {
			return false
		}
	}
	return (f.Inbox == 0 || f.Inbox == inbox) && (f.Team == 0 || f.Team == team) && (f.Agent == 0 || f.Agent == agent) &&
		(f.Channel == "" || f.Channel == channel)
}

// dated returns the observations of a figure whose moment lies in [from, to), oldest first.
func (r *Rollups) dated(ctx context.Context, figure Key, from, to events.Time, f Filter) ([]Observation, error) {
	where, args := f.where([]any{string(figure), from, to})
	return r.read(ctx, `figure = ? AND at >= ? AND at < ?`+where, args)
}

// stillStanding is the figure of a row that still holds, as the index observations_standing has it (and only these figures);
// else nothing.
const stillStanding = "CASE WHEN until_at = 0 AND (figure = 'backlog' OR figure = 'waiting' OR figure = 'work') THEN figure ELSE NULL END"

// beganBefore is the column at in a condition by which SQLite is not to look rows up: it would walk through all that ever
// began, where few lines of the index by end hold what had not ended.
func beganBefore(db bun.IDB) string {
	if db.Dialect().Name() == dialect.SQLite {
		return "+at"
	}
	return "at"
}

// standing returns the observations of a figure that held just before a moment.
func (r *Rollups) standing(ctx context.Context, figure Key, at events.Time, f Filter) ([]Observation, error) {
	return r.stretches(ctx, figure, at, at, f)
}

// stretches returns the observations of a figure that began before to and held until from, or still hold.
func (r *Rollups) stretches(ctx context.Context, figure Key, from, to events.Time, f Filter) ([]Observation, error) {
	began := beganBefore(r.log.Read())
	where, only := f.where(nil)
	open, err := r.scan(ctx, r.log.Read(), stillStanding+` = ? AND at < ?`+where, append([]any{string(figure), to}, only...)...)
	if err != nil {
		return nil, err
	}
	ended, err := r.scan(ctx, r.log.Read(), `figure = ? AND until_at >= ? AND until_at > 0 AND `+began+` < ?`+where,
		append([]any{string(figure), from, to}, only...)...)
	out := append(open, ended...)
	slices.SortFunc(out, byMoment)
	return out, err
}

// standingSince returns when those of standing began, in no order: an index alone tells it of the whole desk.
func (r *Rollups) standingSince(ctx context.Context, figure Key, at events.Time, f Filter) (out []events.Time, err error) {
	began := beganBefore(r.log.Read())
	where, only := f.where(nil)
	args := append(append([]any{string(figure), at}, only...), append([]any{string(figure), at, at}, only...)...)
	err = r.log.Read().NewRaw(`SELECT at FROM observations WHERE `+stillStanding+` = ? AND at < ?`+where+`
		UNION ALL SELECT at FROM observations WHERE figure = ? AND until_at >= ? AND until_at > 0 AND `+began+` < ?`+where, args...).Scan(ctx, &out)
	if err != nil {
		return nil, fmt.Errorf("read what stands: %w", err)
	}
	return out, nil
}

func (r *Rollups) read(ctx context.Context, where string, args []any) ([]Observation, error) {
	return r.scan(ctx, r.log.Read(), where+` ORDER BY at, ticket_id, n`, args...)
}

// scan reads observations by a condition, which is code and never input. There may be very many.
func (r *Rollups) scan(ctx context.Context, db bun.IDB, where string, args ...any) ([]Observation, error) {
	rows, err := db.QueryContext(ctx, `SELECT `+observationList+` FROM observations WHERE `+where, args...)
	if err != nil {
		return nil, fmt.Errorf("read observations: %w", err)
	}
	defer rows.Close()
	var out []Observation
	for rows.Next() {
		var o Observation
		err := rows.Scan(&o.Ticket, &o.Figure, &o.N, &o.At, &o.Until, &o.Hit, &o.Miss, &o.Inbox, &o.Team, &o.Agent, &o.Channel,
			&o.Calendar, &o.Business, &o.Word)
		if err != nil {
			return nil, fmt.Errorf("read observations: %w", err)
		}
		out = append(out, o)
	}
	if err := rows.Err(); err != nil {
		return nil, fmt.Errorf("read observations: %w", err)
	}
	return out, nil
}

// returned tells, for tickets first resolved in [from, to), when the same customer opened a new ticket on the same
// topic within seven days. While a topic is not known, any new ticket counts.
func (r *Rollups) returned(ctx context.Context, from, to events.Time) (map[events.ID]events.Time, error) {
	var rows []struct {
		TicketID events.ID
		OpenedAt events.Time
	}
	const week = 7 * 24 * 60 * 60 * 1000
	err := r.log.Read().NewRaw(`SELECT o.ticket_id, MIN(b.opened_at) AS opened_at
		FROM observations AS o
		JOIN ticket_facts AS a ON a.ticket_id = o.ticket_id
		JOIN ticket_facts AS b ON b.customer_id = a.customer_id AND b.opened_at > o.at AND b.opened_at <= o.at + ?
		JOIN tickets AS ta ON ta.id = a.ticket_id
		JOIN tickets AS tb ON tb.id = b.ticket_id
		WHERE o.figure = ? AND o.at >= ? AND o.at < ? AND b.ticket_id <> a.ticket_id AND a.customer_id > 0 AND NOT b.excluded
		AND (ta.topic_id = tb.topic_id OR ta.topic_id = 0 OR tb.topic_id = 0)
		GROUP BY o.ticket_id`, int64(week), string(FirstContact), from, to).Scan(ctx, &rows)
	if err != nil {
		return nil, fmt.Errorf("look for customers who came back: %w", err)
	}
	out := make(map[events.ID]events.Time, len(rows))
	for _, row := range rows {
		out[row.TicketID] = row.OpenedAt
	}
	return out, nil
}

// observed returns what a figure is made from in [from, to), whatever its source.
func (r *Rollups) observed(ctx context.Context, s spec, from, to events.Time, f Filter) ([]Observation, error) {
	if kindOf(s.observed()) != "" {
		return r.answers(ctx, s.observed(), from, to, f)
	}
	list, err := r.dated(ctx, s.observed(), from, to, f)
	if err != nil || s.key != FirstContact {
		return list, err
	}
	back, err := r.returned(ctx, from, to)
	if err != nil {
		return nil, err
	}
	for i := range list {
		list[i].Miss = first(list[i].Miss, back[list[i].Ticket])
	}
	return list, nil
}

// answers turns surveys into observations.
func (r *Rollups) answers(ctx context.Context, figure Key, from, to events.Time, f Filter) ([]Observation, error) {
	list, err := r.answered(ctx, kindOf(figure), from, to)
	if err != nil {
		return nil, err
	}
	var out []Observation
	for i := range list {
		a := &list[i]
		if !f.passes(a.Inbox, a.Team, a.Agent, a.Channel) {
			continue
		}
		if o := observedAnswer(figure, i, a); o.At >= from && o.At < to {
			out = append(out, o)
		}
	}
	slices.SortFunc(out, byMoment) // as all others are
	return r.passing(ctx, f, out)
}

// passing leaves out the observations of tickets that do not pass the part of a filter that only tickets know.
func (r *Rollups) passing(ctx context.Context, f Filter, list []Observation) ([]Observation, error) {
	if !f.ofTickets() {
		return list, nil
	}
	ids := make([]events.ID, len(list))
	for i := range list {
		ids[i] = list[i].Ticket
	}
	only, err := r.among(ctx, f, ids)
	return slices.DeleteFunc(list, func(o Observation) bool { return !f.holds(only, o.Ticket, o.Touchpoint) }), err
}

// mostAmong is how many tickets are looked up by their ids. With more, all that pass a filter are listed.
const mostAmong = 20_000

// among are those of some tickets that pass the part of a filter that only tickets know; nil: all. There may be others.
func (r *Rollups) among(ctx context.Context, f Filter, ids []events.ID) (map[events.ID]bool, error) {
	if !f.ofTickets() || len(ids) > mostAmong {
		return r.only(ctx, f)
	}
	ids = slices.Clone(ids)
	slices.Sort(ids)
	query, args := `SELECT y.id FROM tickets AS y WHERE y.id IN (?)`, []any{nil}
	for _, c := range f.tickets() {
		query, args = query+" AND "+c.one("y.id"), append(args, c.arg)
	}
	out := map[events.ID]bool{}
	for some := range slices.Chunk(slices.Compact(ids), 900) {
		var found []events.ID
		args[0] = bun.List(some)
		if err := r.log.Read().NewRaw(query, args...).Scan(ctx, &found); err != nil {
			return nil, fmt.Errorf("look for tickets of a filter: %w", err)
		}
		for _, id := range found {
			out[id] = true
		}
	}
	return out, nil
}

// only are the tickets that pass the part of a filter that only tickets know; nil: all.
func (r *Rollups) only(ctx context.Context, f Filter) (map[events.ID]bool, error) {
	if !f.ofTickets() {
		return nil, nil
	}
	var lists []string
	var args []any
	for _, c := range f.tickets() {
		lists, args = append(lists, c.all()), append(args, c.arg)
	}
	var ids []events.ID
	if err := r.log.Read().NewRaw(strings.Join(lists, " INTERSECT "), args...).Scan(ctx, &ids); err != nil {
		return nil, fmt.Errorf("list tickets of a filter: %w", err)
	}
	out := make(map[events.ID]bool, len(ids))
	for _, id := range ids {
		out[id] = true
	}
	return out, nil
}
