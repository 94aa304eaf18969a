package surveys

import (
	"cmp"
	"context"
	"fmt"

	"heard/feedback"
	"heard/tickets"
	"heard/tickets/events"
)

// PastDecision is why the last resolve of a ticket led to a survey, or did not, in a history that this desk tells of
// itself. Who was asked then had been asked after each earlier resolve, and that survey was taken back.
type PastDecision struct {
	Ticket events.ID
	Survey events.ID // 0: the inbox's own
	Kind   string
	Reason Reason
}

// ImportDecisions keeps what was decided of resolves. It comes after Import, which keeps what was asked, and before the
// consumer: a resolve that has a decision keeps it.
func (s *Store) ImportDecisions(ctx context.Context, list []PastDecision) error {
	const chunk = 50
	for len(list) > 0 {
		part := list[:min(chunk, len(list))]
		list = list[len(part):]
		resolves, err := s.resolves(ctx, part)
		if err != nil {
			return err
		}
		err = s.log.Write(ctx, events.Unit{By: events.SystemActor, Imported: true, Background: true}, func(ctx context.Context, tx *events.Tx) error {
			for i := range part {
				if err := s.pastDecision(ctx, tx, &part[i], resolves[part[i].Ticket]); err != nil {
					return fmt.Errorf("decide about ticket %s: %w", part[i].Ticket, err)
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

// resolve is one of a ticket, with when it was taken back.
type resolve struct {
	seq   int64
	at    events.Time
	by    tickets.StatusChanged
	taken events.Time // 0: it was not
}

// resolves reads those of some tickets from the log.
func (s *Store) resolves(ctx context.Context, list []PastDecision) (map[events.ID][]resolve, error) {
	var ids []events.ID
	for _, d := range list {
		ids = append(ids, d.Ticket)
	}
	out := map[events.ID][]resolve{}
	err := s.log.OfEach(ctx, ids, []string{tickets.StatusChanged{}.EventKind()}, func(e *events.Event) error {
		change, err := s.log.Decode(e)
		if err != nil {
			return err
		}
		c, ok := change.(tickets.StatusChanged)
		had := out[e.TicketID]
		switch {
		case !ok:
			return fmt.Errorf("event %d is a %T, and nobody asked for that", e.Pos, change)
		case c.To == tickets.Resolved:
			out[e.TicketID] = append(had, resolve{seq: e.Seq, at: e.At, by: c})
		case c.From == tickets.Resolved && c.To != tickets.Closed && len(had) > 0:
			had[len(had)-1].taken = e.At
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("read resolves: %w", err)
	}
	return out, nil
}

// pastDecision writes the decisions of a ticket's resolves.
func (s *Store) pastDecision(ctx context.Context, tx *events.Tx, p *PastDecision, list []resolve) error {
	var rows []tickets.Ticket
	if err := tx.NewSelect().Model(&rows).Where("id = ?", p.Ticket).Scan(ctx); err != nil || len(rows) == 0 {
		return wrap("read the ticket", err)
	}
	for i, r := range list {
		d := &Decision{TicketID: p.Ticket, Seq: r.seq, CustomerID: rows[0].CustomerID, InboxID: rows[0].InboxID, SurveyID: p.Survey, Kind: p.Kind, Reason: p.Reason, At: r.at}
		if r.by.Cause == tickets.ByAbandonment || r.by.Cause == tickets.ByInactivity {
			d.Reason = Automatic
		}
		if d.Asked = d.Reason == Asked; d.Asked {
			var err error
			if d.InvitationID, err = s.pastInvitation(ctx, tx, &rows[0], d, &r, i == len(list)-1); err != nil {
				return err
			}
		}
		if _, err := tx.NewInsert().Model(d).On("CONFLICT DO NOTHING").Exec(ctx); err != nil {
			return fmt.Errorf("insert survey decision: %w", err)
		}
	}
	return nil
}

// pastInvitation is what a resolve asked: the last one what was imported, an earlier one what was taken back.
func (s *Store) pastInvitation(ctx context.Context, tx *events.Tx, t *tickets.Ticket, d *Decision, r *resolve, last bool) (id events.ID, err error) {
	var had []events.ID
	if last {
		err = tx.NewRaw(`UPDATE survey_invitations SET seq = ? WHERE ticket_id = ? AND withdrawn_at = 0 RETURNING id`, r.seq, t.ID).Scan(ctx, &had)
	} else {
		err = tx.NewRaw(`SELECT id FROM survey_invitations WHERE ticket_id = ? AND seq = ?`, t.ID, r.seq).Scan(ctx, &had)
	}
	if err != nil {
		return 0, fmt.Errorf("look for what was asked: %w", err)
	}
	if len(had) > 0 {
		return had[0], nil
	}
	inv := &Invitation{PublicID: publicID(), Kind: d.Kind, SurveyID: d.SurveyID, High: UsualHigh(d.Kind), LowScore: -1, TicketID: t.ID, Seq: r.seq,
		CustomerID: t.CustomerID, InboxID: t.InboxID, AgentID: r.by.Owner, TeamID: r.by.Team, Channel: t.Channel, Touchpoint: t.Touchpoint,
		AskedAt: r.at, ExpiresAt: r.at.Add(Lasts), WithdrawnAt: r.taken, WithdrawnWhy: string(Reopened)}
	if _, err := tx.NewInsert().Model(inv).Exec(ctx); err != nil {
		return 0, fmt.Errorf("insert survey invitation: %w", err)
	}
	return inv.ID, nil
}

// PastRound is somebody of a round of a scheduled survey.
type PastRound struct {
	Customer   events.ID
	PublicID   string      // of the invitation; "" for one that nobody can guess
	At         events.Time // of the decision
	Reason     Reason
	Language   string
	AnsweredAt events.Time // 0: not
	Score      int
	Comment    string
}

// ImportRound keeps a round that is over: the next one begins when its days have gone by since began. What is there of
// it already stays.
func (s *Store) ImportRound(ctx context.Context, survey events.ID, began events.Time, list []PastRound) error {
	def, err := s.Survey(ctx, survey)
	if err != nil {
		return err
	}
	unit := events.Unit{By: events.SystemActor, Imported: true, Background: true}
	err = s.log.Write(ctx, unit, func(ctx context.Context, tx *events.Tx) error {
		if _, err := tx.NewRaw(`UPDATE surveys SET starts_at = ?, created_at = ? WHERE id = ?`, began, began, survey).Exec(ctx); err != nil {
			return fmt.Errorf("date a survey back: %w", err)
		}
		p := &progress{SurveyID: survey, Round: 1, BeganAt: began, Bucket: buckets, UpdatedAt: tx.Now}
		_, err := tx.NewInsert().Model(p).On("CONFLICT DO NOTHING").Exec(ctx)
		return wrap("note how far a round has come", err)
	})
	const chunk = 200
	for err == nil && len(list) > 0 {
		part := list[:min(chunk, len(list))]
		list = list[len(part):]
		err = s.log.Write(ctx, unit, func(ctx context.Context, tx *events.Tx) error {
			for i := range part {
				if err := s.pastOfRound(ctx, tx, def, &part[i]); err != nil {
					return fmt.Errorf("ask customer %s in a round: %w", part[i].Customer, err)
				}
			}
			return nil
		})
	}
	return err
}

func (s *Store) pastOfRound(ctx context.Context, tx *events.Tx, def *Survey, p *PastRound) error {
	d := &RoundDecision{SurveyID: def.ID, Round: 1, CustomerID: p.Customer, Asked: p.Reason == Asked, Reason: p.Reason, At: p.At}
	made, err := tx.NewSelect().Model(d).Where("survey_id = ? AND round = 1 AND customer_id = ?", def.ID, p.Customer).Exists(ctx)
	if err != nil || made {
		return wrap("look for a decision", err)
	}
	if d.Asked {
		inv := &Invitation{PublicID: cmp.Or(p.PublicID, publicID()), Kind: def.Kind, SurveyID: def.ID, High: def.High, LowScore: -1, Round: 1, CustomerID: p.Customer,
			InboxID: def.InboxID, Channel: tickets.Email, Touchpoint: def.Touchpoint, Language: p.Language, Brand: def.Brand,
			AskedAt: p.At, ExpiresAt: p.At.Add(Lasts), MailAt: p.At, MailedAt: p.At, AnsweredAt: p.AnsweredAt}
		if _, err := tx.NewInsert().Model(inv).Exec(ctx); err != nil {
			return fmt.Errorf("insert survey invitation: %w", err)
		}
		d.InvitationID = inv.ID
		tx.RecordAt(p.At, events.SystemActor, 0, feedback.SurveyAsked{Invitation: inv.ID, Kind: def.Kind, Survey: def.ID, Customer: p.Customer})
		if p.AnsweredAt != 0 {
			r := &Response{InvitationID: inv.ID, Score: p.Score, Comment: p.Comment, Via: ByMail, Reasons: []string{}, Answers: map[string]string{}, ChangedAt: p.AnsweredAt}
			if _, err := tx.NewInsert().Model(r).Exec(ctx); err != nil {
				return fmt.Errorf("insert answer: %w", err)
			}
			tx.RecordAt(p.AnsweredAt, events.Actor{Kind: events.Customer, ID: p.Customer}, 0, feedback.SurveyAnswered{Invitation: inv.ID, Kind: def.Kind,
				Score: p.Score, Scale: def.High, Survey: def.ID, Via: ByMail, Customer: p.Customer})
		}
	}
	_, err = tx.NewInsert().Model(d).Exec(ctx)
	return wrap("insert round decision", err)
}
