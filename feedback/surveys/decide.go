package surveys

import (
	"context"
	"crypto/rand"
	"database/sql"
	"encoding/base64"
	"errors"
	"fmt"

	"heard/feedback"
	"heard/tickets"
	"heard/tickets/events"
)

// Consumer decides after every resolve, and takes surveys of reopened tickets back. It stops rather than miss one.
func (s *Store) Consumer() events.Consumer {
	return events.Consumer{
		Name:   "surveys",
		Kinds:  []string{tickets.StatusChanged{}.EventKind()},
		Locks:  true,
		Handle: s.handle,
		Stops:  true,
	}
}

func (s *Store) handle(ctx context.Context, tx *events.Tx, evs []events.Event) error {
	for _, e := range evs { // a copy: decoding keeps its result in the event, and these are shared
		change, err := s.log.Decode(&e)
		if err != nil {
			return err
		}
		c, ok := change.(tickets.StatusChanged)
		switch {
		case !ok:
			return fmt.Errorf("event %d is a %T, not a change of status", e.Pos, change)
		case c.To == tickets.Resolved:
			err = s.resolved(ctx, tx, &e, c)
		case c.From == tickets.Resolved && c.To != tickets.Closed:
			err = withdraw(ctx, tx, e.TicketID)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// resolved makes the one decision of a resolve.
func (s *Store) resolved(ctx context.Context, tx *events.Tx, e *events.Event, c tickets.StatusChanged) error {
	var made int
	err := tx.NewRaw(`SELECT count(*) FROM survey_decisions WHERE ticket_id = ? AND seq = ?`, e.TicketID, e.Seq).Scan(ctx, &made)
	if err != nil || made > 0 { // the log was handled before, by a cursor that was reset
		return wrap("look for a decision", err)
	}
	f, err := s.facts(ctx, tx, e)
	if err != nil {
		return err
	}
	d := &Decision{TicketID: e.TicketID, Seq: e.Seq, CustomerID: f.ticket.CustomerID, InboxID: f.ticket.InboxID,
		Reason: f.decide(), At: tx.Now}
	d.Asked = d.Reason == Asked
	tx.RecordBy(events.SystemActor, e.TicketID, feedback.SurveyDecided{Kind: CSAT, Resolve: e.Seq, Asked: d.Asked, Reason: string(d.Reason)})
	if d.Asked {
		inv := &Invitation{PublicID: publicID(), Kind: CSAT, TicketID: e.TicketID, Seq: e.Seq, CustomerID: d.CustomerID, InboxID: d.InboxID,
			AgentID: c.Owner, TeamID: c.Team, AskedAt: tx.Now, ExpiresAt: tx.Now.Add(Lasts)}
		if _, err := tx.NewInsert().Model(inv).Exec(ctx); err != nil {
			return fmt.Errorf("insert survey invitation: %w", err)
		}
		d.InvitationID = inv.ID
		tx.RecordBy(events.SystemActor, e.TicketID, feedback.SurveyAsked{Invitation: inv.ID, Kind: CSAT, Agent: inv.AgentID, Team: inv.TeamID})
	}
	if _, err := tx.NewInsert().Model(d).Exec(ctx); err != nil {
		return fmt.Errorf("insert survey decision: %w", err)
	}
	return nil
}

// facts reads what the decision depends on.
func (s *Store) facts(ctx context.Context, tx *events.Tx, e *events.Event) (*facts, error) {
	f := &facts{ticket: &tickets.Ticket{}, imported: e.Imported, resolved: e.At, now: tx.Now}
	if err := tx.NewSelect().Model(f.ticket).Where("id = ?", e.TicketID).Scan(ctx); err != nil {
		return nil, fmt.Errorf("read ticket %s: %w", e.TicketID, err)
	}
	snap, err := s.dir.Snapshot(ctx)
	if err != nil {
		return nil, err
	}
	f.cooldownDays = snap.Settings.SurveyCooldownDays
	if in := snap.Inboxes[f.ticket.InboxID]; in != nil {
		f.enabled = in.CSAT.Enabled
		if in.CSAT.CooldownDays > 0 {
			f.cooldownDays = in.CSAT.CooldownDays
		}
	}
	var c tickets.Customer
	err = tx.NewSelect().Model(&c).Where("id = ?", f.ticket.CustomerID).Scan(ctx)
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return nil, fmt.Errorf("read customer %s: %w", f.ticket.CustomerID, err)
	}
	f.blocked, f.address = c.Blocked, c.Email != ""
	return f, f.history(ctx, tx)
}

// history reads what the person was asked before, under whatever customer row that was.
func (f *facts) history(ctx context.Context, tx *events.Tx) error {
	var past []Invitation
	err := tx.NewSelect().Model(&past).Where("withdrawn_at = 0").
		Where("(customer_id = ? OR customer_id IN (SELECT id FROM customers WHERE merged_into = ? AND merged_into > 0))",
			f.ticket.CustomerID, f.ticket.CustomerID).
		OrderExpr("asked_at DESC, id DESC").Limit(100).Scan(ctx)
	if err != nil {
		return fmt.Errorf("read earlier surveys of customer %s: %w", f.ticket.CustomerID, err)
	}
	for _, p := range past {
		f.last = max(f.last, p.AskedAt)
		f.open = f.open || p.AnsweredAt == 0 && f.now < p.ExpiresAt
	}
	var n int
	err = tx.NewRaw(`SELECT count(*) FROM survey_invitations WHERE ticket_id = ? AND answered_at > 0`, f.ticket.ID).Scan(ctx, &n)
	f.answered = n > 0
	return wrap("look for answers", err)
}

// withdraw takes the unanswered surveys of a ticket back.
func withdraw(ctx context.Context, tx *events.Tx, ticket events.ID) error {
	var waiting []Invitation
	err := tx.NewSelect().Model(&waiting).Where("ticket_id = ? AND answered_at = 0 AND withdrawn_at = 0", ticket).OrderExpr("id").Scan(ctx)
	if err != nil {
		return fmt.Errorf("read surveys of ticket %s: %w", ticket, err)
	}
	for _, inv := range waiting {
		if _, err := tx.NewRaw(`UPDATE survey_invitations SET withdrawn_at = ? WHERE id = ?`, tx.Now, inv.ID).Exec(ctx); err != nil {
			return fmt.Errorf("withdraw survey %s: %w", inv.ID, err)
		}
		tx.RecordBy(events.SystemActor, ticket, feedback.SurveyWithdrawn{Invitation: inv.ID, Kind: inv.Kind, Reason: string(Reopened)})
	}
	return nil
}

func publicID() string {
	b := make([]byte, 16)
	rand.Read(b)
	return base64.RawURLEncoding.EncodeToString(b)
}

func wrap(doing string, err error) error {
	if err != nil {
		return fmt.Errorf("%s: %w", doing, err)
	}
	return nil
}
