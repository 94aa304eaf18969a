package surveys

import (
	"context"
	"fmt"

	"heard/tickets"
	"heard/tickets/events"

	"github.com/uptrace/bun"
)

// Waiting is an unanswered survey as the widget shows it.
type Waiting struct {
	Ticket     events.ID
	Invitation events.ID
	Token      string
	Language   string
	Noted      bool // it was seen in a widget before
	Shown
}

// WaitingOf returns the surveys that wait for an answer, by ticket. Whether the asker may see the tickets is the
// caller's matter.
func (s *Store) WaitingOf(ctx context.Context, ids ...events.ID) (map[events.ID]Waiting, error) {
	out := map[events.ID]Waiting{}
	if len(ids) == 0 {
		return out, nil
	}
	var list []Invitation
	err := s.log.Read().NewSelect().Model(&list).Where("ticket_id IN (?)", bun.List(ids)).
		Where("answered_at = 0 AND withdrawn_at = 0 AND expires_at > ?", s.log.Now()).
		Where("EXISTS (SELECT 1 FROM tickets AS t WHERE t.id = ticket_id AND t.status IN (?, ?))", tickets.Resolved, tickets.Closed).
		OrderExpr("id").Scan(ctx)
	if err != nil {
		return nil, fmt.Errorf("list waiting surveys: %w", err)
	}
	for i := range list {
		inv := &list[i]
		shown, err := s.shown(ctx, inv)
		if err != nil {
			return nil, err
		}
		out[inv.TicketID] = Waiting{inv.TicketID, inv.ID, s.Token(inv), inv.Language, inv.ShownAt != 0, shown}
	}
	return out, nil
}

// Answer is one survey that was sent, and what came back.
type Answer struct {
	Invitation         events.ID
	Survey             events.ID // 0: the inbox's own
	Kind               string    // csat, nps, ces
	Ticket, Customer   events.ID // 0 for none: scheduled, or by the public link
	Inbox, Team, Agent events.ID // the team and owner that the answer is credited to
	Channel            tickets.Channel
	Touchpoint         string
	Language, Brand    string
	Via                string      // how the answer came: widget, mail, page, link; "" for none
	AskedAt            events.Time // 0: nobody asked, the person came by a link
	AnsweredAt         events.Time // of the first answer; 0: not yet
	WithdrawnAt        events.Time // 0: it was not taken back
	Score, Scale       int         // of 0 or 1 to Scale
	Reasons            []string    `bun:"reasons,type:text"`
	Comment            string
}

// CSAT returns the satisfaction surveys that were sent or answered in [from, to). A survey that was taken back
// unanswered was not sent.
func (s *Store) CSAT(ctx context.Context, from, to events.Time) ([]Answer, error) {
	return s.Answers(ctx, CSAT, from, to)
}

// Answers returns the surveys of a kind that were sent or answered in [from, to).
func (s *Store) Answers(ctx context.Context, kind string, from, to events.Time) ([]Answer, error) {
	return s.answers(ctx, `i.kind = ? AND (i.asked_at >= ? AND i.asked_at < ?
		OR i.answered_at > 0 AND i.answered_at >= ? AND i.answered_at < ?)`, kind, from, to, from, to)
}

// CommentQuery asks for what customers wrote beside their answers in [From, To). What is zero narrows nothing.
type CommentQuery struct {
	From, To           events.Time
	Inbox, Team, Agent events.ID
	Offset, Limit      int
}

// Comments returns the answers that came with a comment, newest first.
func (s *Store) Comments(ctx context.Context, q CommentQuery) ([]Answer, error) {
	where, args := `i.answered_at > 0 AND i.answered_at >= ? AND i.answered_at < ? AND r.comment <> ''`, []any{q.From, q.To}
	for _, only := range []struct {
		column string
		id     events.ID
	}{{"i.inbox_id", q.Inbox}, {"i.team_id", q.Team}, {"i.agent_id", q.Agent}} {
		if only.id != 0 {
			where, args = where+` AND `+only.column+` = ?`, append(args, only.id)
		}
	}
	return s.read(ctx, where, `i.answered_at DESC, i.id DESC LIMIT ? OFFSET ?`, append(args, q.Limit, q.Offset)...)
}

// Of returns the surveys of a ticket that were sent, oldest first.
func (s *Store) Of(ctx context.Context, ticket events.ID) ([]Answer, error) {
	return s.answers(ctx, `i.ticket_id = ?`, ticket)
}

// answers reads surveys by a condition, which is code and never input.
func (s *Store) answers(ctx context.Context, where string, args ...any) ([]Answer, error) {
	return s.read(ctx, where, `i.asked_at, i.id`, args...)
}

// read reads surveys by a condition in an order, both of them code.
func (s *Store) read(ctx context.Context, where, order string, args ...any) ([]Answer, error) {
	return s.sent(ctx, `i.withdrawn_at = 0 AND (`+where+`)`, order, args...)
}

// sent is read with those that were taken back.
func (s *Store) sent(ctx context.Context, where, order string, args ...any) ([]Answer, error) {
	list := []Answer{}
	err := s.log.Read().NewRaw(`SELECT i.id AS invitation, i.survey_id AS survey, i.kind, i.ticket_id AS ticket, i.customer_id AS customer,
			i.inbox_id AS inbox, i.team_id AS team, i.agent_id AS agent, COALESCE(t.channel, i.channel) AS channel,
			CASE WHEN i.touchpoint = '' THEN COALESCE(t.touchpoint, '') ELSE i.touchpoint END AS touchpoint, i.language, i.brand,
			COALESCE(r.via, '') AS via, i.asked_at, i.answered_at, i.withdrawn_at, COALESCE(r.score, 0) AS score, i.high AS scale,
			COALESCE(r.reasons, '[]') AS reasons, COALESCE(r.comment, '') AS comment
		FROM survey_invitations AS i LEFT JOIN tickets AS t ON t.id = i.ticket_id
		LEFT JOIN survey_responses AS r ON r.invitation_id = i.id
		WHERE (t.id IS NULL OR t.merged_into = 0 AND NOT t.spam) AND `+where+` ORDER BY `+order, args...).Scan(ctx, &list)
	if err != nil {
		return nil, fmt.Errorf("read surveys: %w", err)
	}
	return list, nil
}

// Made is a decision, with what became of the asking.
type Made struct {
	Decision
	WithdrawnAt  events.Time // 0: it was not taken back
	WithdrawnWhy Reason
}

// Decisions returns why the resolves of a ticket led to a survey or did not, oldest first.
func (s *Store) Decisions(ctx context.Context, ticket events.ID) ([]Made, error) {
	list := []Made{}
	err := s.log.Read().NewRaw(`SELECT d.ticket_id, d.seq, d.customer_id, d.inbox_id, d.survey_id, d.kind, d.asked, d.reason, d.invitation_id, d.at,
			COALESCE(i.withdrawn_at, 0) AS withdrawn_at, COALESCE(i.withdrawn_why, '') AS withdrawn_why
		FROM survey_decisions AS d LEFT JOIN survey_invitations AS i ON i.id = d.invitation_id
		WHERE d.ticket_id = ? ORDER BY d.seq`, ticket).Scan(ctx, &list)
	if err != nil {
		return nil, fmt.Errorf("read survey decisions of ticket %s: %w", ticket, err)
	}
	return list, nil
}
