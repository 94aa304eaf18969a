package surveys

import (
	"context"
	"fmt"

	"heard/feedback"
	"heard/tickets"
	"heard/tickets/events"
	"heard/tickets/fault"
)

// Past is a survey from elsewhere (an import, demo data): it was asked and perhaps answered by other means.
type Past struct {
	Ticket     events.ID
	AskedAt    events.Time
	AnsweredAt events.Time // 0: never
	Score      int
	Kind       string // "" for csat
	Scale      int    // the best score; 0 for the usual one of the kind
	Comment    string
	Agent      events.ID // whom it is credited to; 0: the ticket's last owner
	Survey     events.ID // that was asked; 0: the inbox's own
	Language   string
}

// scale fills in what is not said, and refuses what is no scale.
func (p *Past) scale() error {
	def := Survey{Kind: p.Kind, High: p.Scale, LowScore: -1}
	if def.Kind == "" {
		def.Kind = CSAT
	}
	if def.High == 0 {
		def.High = UsualHigh(def.Kind)
	}
	var c checker
	def.checkScale(&c)
	p.Kind, p.Scale = def.Kind, def.High
	return c.wrong.Err()
}

// Import keeps surveys from elsewhere. A ticket that has one keeps it, so that a repeat adds nothing.
func (s *Store) Import(ctx context.Context, list []Past) error {
	const chunk = 50
	for len(list) > 0 {
		part := list[:min(chunk, len(list))]
		list = list[len(part):]
		unit := events.Unit{By: events.SystemActor, Imported: true, Background: true}
		for _, p := range part {
			unit.Locks.Tickets = append(unit.Locks.Tickets, p.Ticket)
		}
		err := s.log.Write(ctx, unit, func(ctx context.Context, tx *events.Tx) error {
			for i := range part {
				if err := s.past(ctx, tx, &part[i]); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			return err
		}
	}
	return nil
}

func (s *Store) past(ctx context.Context, tx *events.Tx, p *Past) error {
	if err := p.scale(); err != nil {
		return err
	}
	in := AnswerIn{Score: p.Score, Comment: &p.Comment}
	if p.AnsweredAt != 0 {
		if err := in.clean(Shown{Scale: [2]int{low(p.Kind), p.Scale}}); err != nil {
			return err
		}
		if p.AnsweredAt < p.AskedAt {
			return fault.On("answered_at", "is before asked_at")
		}
	}
	var had int
	if err := tx.NewRaw(`SELECT count(*) FROM survey_invitations WHERE ticket_id = ?`, p.Ticket).Scan(ctx, &had); err != nil || had > 0 {
		return wrap("look for surveys", err)
	}
	var t tickets.Ticket
	if err := tx.NewSelect().Model(&t).Where("id = ?", p.Ticket).Scan(ctx); err != nil {
		return fmt.Errorf("read ticket %s: %w", p.Ticket, err)
	}
	owner := p.Agent
	if owner == 0 {
		owner = t.LastOwnerID
	}
	inv := &Invitation{PublicID: publicID(), Kind: p.Kind, SurveyID: p.Survey, Language: p.Language, High: p.Scale, LowScore: -1, Channel: t.Channel, Touchpoint: t.Touchpoint, TicketID: t.ID, CustomerID: t.CustomerID, InboxID: t.InboxID, AgentID: owner,
		TeamID: t.TeamID, AskedAt: p.AskedAt, ExpiresAt: p.AskedAt.Add(Lasts)}
	if _, err := tx.NewInsert().Model(inv).Exec(ctx); err != nil {
		return fmt.Errorf("insert survey invitation: %w", err)
	}
	tx.RecordAt(p.AskedAt, events.SystemActor, t.ID, feedback.SurveyAsked{Invitation: inv.ID, Kind: p.Kind, Survey: p.Survey, Agent: inv.AgentID, Team: inv.TeamID})
	if p.AnsweredAt == 0 {
		return nil
	}
	by := events.Actor{Kind: events.Customer, ID: t.CustomerID}
	r := &Response{InvitationID: inv.ID, Score: in.Score, Comment: *in.Comment, Reasons: []string{},
		Answers: map[string]string{}, ChangedAt: p.AnsweredAt}
	if _, err := tx.NewInsert().Model(r).Exec(ctx); err != nil {
		return fmt.Errorf("insert answer: %w", err)
	}
	_, err := tx.NewRaw(`UPDATE survey_invitations SET answered_at = ? WHERE id = ?`, p.AnsweredAt, inv.ID).Exec(ctx)
	tx.RecordAt(p.AnsweredAt, by, t.ID, feedback.SurveyAnswered{Invitation: inv.ID, Kind: p.Kind, Score: r.Score, Scale: p.Scale, Agent: inv.AgentID, Team: inv.TeamID,
		Survey: p.Survey})
	return wrap("note answer", err)
}
