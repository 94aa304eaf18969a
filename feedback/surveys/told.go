package surveys

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"heard/tickets/events"

	"github.com/uptrace/bun"
)

// Told is a decision about a resolve or about somebody of a round, as people look at it.
type Told struct {
	At       events.Time
	Ticket   events.ID // 0 for a round
	K        int64     // of a ticket: the resolve; of a round: the customer
	Survey   events.ID // 0: the inbox's own
	Round    int64
	Customer events.ID
	Name     string // the customer's
	Kind     string
	Asked    bool
	Reason   Reason

	WithdrawnAt  events.Time // 0: it was not taken back
	WithdrawnWhy Reason
	AnsweredAt   events.Time // 0: not
}

// Place is where a list of decisions goes on: after the one that it names. The zero Place is its beginning.
type Place struct {
	At             events.Time
	Ticket, Survey events.ID
	K, Round       int64
}

// Place names a decision in the order of the list.
func (t *Told) Place() Place { return Place{t.At, t.Ticket, t.Survey, t.K, t.Round} }

// ToldFilter says which decisions. Rounds are of no team, so that they are left out where teams are given.
type ToldFilter struct {
	From, To events.Time
	Reason   Reason      // "" for all
	Teams    []events.ID // nil: the whole desk
	After    Place
	Limit    int
}

// where is what holds for the decisions of a table, whose place in the list is given by its columns.
func (f *ToldFilter) where(q *bun.SelectQuery, place string) *bun.SelectQuery {
	q = q.Where("d.at >= ? AND d.at < ?", f.From, f.To)
	if f.Reason != "" {
		q = q.Where("d.reason = ?", f.Reason)
	}
	if a := f.After; a.At != 0 {
		q = q.Where("("+place+") < (?, ?, ?, ?, ?)", a.At, a.Ticket, a.K, a.Survey, a.Round)
	}
	return q
}

// ofTickets are the decisions about resolves.
func (s *Store) ofTickets(f *ToldFilter) *bun.SelectQuery {
	q := f.where(s.log.Read().NewSelect().TableExpr("survey_decisions AS d"), "d.at, d.ticket_id, d.seq, d.survey_id, 0")
	if f.Teams != nil {
		q = q.Where("EXISTS (SELECT 1 FROM tickets AS t WHERE t.id = d.ticket_id AND t.team_id IN (?))", bun.List(append([]events.ID{-1}, f.Teams...)))
	}
	return q
}

// ofRounds are the decisions about people of rounds.
func (s *Store) ofRounds(f *ToldFilter) *bun.SelectQuery {
	return f.where(s.log.Read().NewSelect().TableExpr("survey_round_decisions AS d"), "d.at, 0, d.customer_id, d.survey_id, d.round")
}

// Told lists decisions, newest first.
func (s *Store) Told(ctx context.Context, f ToldFilter) ([]Told, error) {
	of := `COALESCE(c.name, '') AS name, d.asked, d.reason, COALESCE(i.withdrawn_at, 0) AS withdrawn_at,
		COALESCE(i.withdrawn_why, '') AS withdrawn_why, COALESCE(i.answered_at, 0) AS answered_at`
	beside := func(q *bun.SelectQuery, order string) *bun.SelectQuery {
		return q.Join("LEFT JOIN customers AS c ON c.id = d.customer_id").Join("LEFT JOIN survey_invitations AS i ON i.id = d.invitation_id").
			OrderExpr(order).Limit(int64(f.Limit))
	}
	tickets := beside(s.ofTickets(&f).ColumnExpr(`d.at, d.ticket_id AS ticket, d.seq AS k, d.survey_id AS survey, 0 AS round,
		d.customer_id AS customer, d.kind, `+of), "d.at DESC, d.ticket_id DESC, d.seq DESC")
	list := []Told{}
	if err := tickets.Scan(ctx, &list); err != nil {
		return nil, fmt.Errorf("list survey decisions: %w", err)
	}
	if f.Teams != nil {
		return list, nil
	}
	var people []Told
	rounds := beside(s.ofRounds(&f).ColumnExpr(`d.at, 0 AS ticket, d.customer_id AS k, d.survey_id AS survey, d.round,
		d.customer_id AS customer, COALESCE(s.kind, '') AS kind, `+of), "d.at DESC, d.customer_id DESC, d.survey_id DESC, d.round DESC").Join("LEFT JOIN surveys AS s ON s.id = d.survey_id")
	if err := rounds.Scan(ctx, &people); err != nil {
		return nil, fmt.Errorf("list survey decisions of rounds: %w", err)
	}
	list = append(list, people...)
	slices.SortFunc(list, func(a, b Told) int { return b.Place().compare(a.Place()) })
	return list[:min(len(list), f.Limit)], nil
}

func (p Place) compare(q Place) int {
	return slices.Compare([]int64{int64(p.At), int64(p.Ticket), p.K, int64(p.Survey), p.Round}, []int64{int64(q.At), int64(q.Ticket), q.K, int64(q.Survey), q.Round})
}

// Tally is how many decisions were made for a reason, and how many of the askings were taken back.
type Tally struct {
	Reason    Reason
	N         int
	Withdrawn int
}

// Tallies counts decisions by their reason, the most frequent first.
func (s *Store) Tallies(ctx context.Context, f ToldFilter) ([]Tally, error) {
	f.Reason, f.After = "", Place{}
	count := func(q *bun.SelectQuery) (rows []Tally, err error) {
		err = q.ColumnExpr("d.reason, count(*) AS n, COALESCE(SUM(CASE WHEN i.withdrawn_at > 0 THEN 1 ELSE 0 END), 0) AS withdrawn").
			Join("LEFT JOIN survey_invitations AS i ON d.asked AND i.id = d.invitation_id").GroupExpr("d.reason").Scan(ctx, &rows)
		return rows, wrap("count survey decisions", err)
	}
	all, err := count(s.ofTickets(&f))
	if err != nil {
		return nil, err
	}
	if f.Teams == nil {
		rounds, err := count(s.ofRounds(&f))
		if err != nil {
			return nil, err
		}
		for _, r := range rounds {
			i := slices.IndexFunc(all, func(t Tally) bool { return t.Reason == r.Reason })
			if i < 0 {
				all = append(all, r)
				continue
			}
			all[i].N, all[i].Withdrawn = all[i].N+r.N, all[i].Withdrawn+r.Withdrawn
		}
	}
	slices.SortFunc(all, func(a, b Tally) int { return cmp.Or(cmp.Compare(b.N, a.N), cmp.Compare(a.Reason, b.Reason)) })
	return all, nil
}

// Reasons are all that a decision may say.
func Reasons() []Reason {
	return []Reason{Asked, Imported, Merged, Spam, Reopened, Automatic, Disabled, Blocked, OptedOut, NoHumanReply, Unreachable, Answered,
		AlreadyOpen, Cooldown, Budget, SampledOut}
}
