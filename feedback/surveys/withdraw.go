package surveys

import (
	"context"
	"fmt"

	"heard/feedback"
	"heard/tickets"
	"heard/tickets/events"

	"github.com/uptrace/bun"
)

// withdraw takes back the unanswered surveys that a condition names, which is code and never input.
func (d *decider) withdraw(ctx context.Context, why Reason, where string, args ...any) error {
	waiting, err := d.waiting(ctx, where, args...)
	if err != nil {
		return err
	}
	return d.takeBack(ctx, why, waiting)
}

func (d *decider) waiting(ctx context.Context, where string, args ...any) ([]Invitation, error) {
	var list []Invitation
	err := d.tx.NewSelect().Model(&list).Where("answered_at = 0 AND withdrawn_at = 0 AND expires_at > ?", d.tx.Now).
		Where("("+where+")", args...).OrderExpr("id").Scan(ctx)
	if err != nil {
		return nil, fmt.Errorf("read waiting surveys: %w", err)
	}
	return list, nil
}

func (d *decider) takeBack(ctx context.Context, why Reason, list []Invitation) error {
	var missing events.NeedLocks
	for i := range list {
		if t := list[i].TicketID; t != 0 && d.tx.Head(t).Seq == 0 { // a ticket has events, so this one is not locked
			missing.Locks.Tickets = append(missing.Locks.Tickets, t)
		}
	}
	if len(missing.Locks.Tickets) > 0 {
		return missing
	}
	for i := range list {
		inv := &list[i]
		_, err := d.tx.NewRaw(`UPDATE survey_invitations SET withdrawn_at = ?, withdrawn_why = ? WHERE id = ?`, d.tx.Now, why, inv.ID).Exec(ctx)
		if err != nil {
			return fmt.Errorf("withdraw survey %s: %w", inv.ID, err)
		}
		d.tx.RecordBy(events.SystemActor, inv.TicketID, feedback.SurveyWithdrawn{Invitation: inv.ID, Kind: inv.Kind, Reason: string(why),
			Customer: unlessTicket(inv), Resolve: inv.Seq})
		if err := d.s.unplan(ctx, d.tx, inv); err != nil {
			return err
		}
	}
	return nil
}

// blocked takes back what a blocked person was asked.
func (d *decider) blocked(ctx context.Context, customer events.ID) error {
	var blocked []bool
	if err := d.tx.NewRaw(`SELECT blocked FROM customers WHERE id = ?`, customer).Scan(ctx, &blocked); err != nil {
		return fmt.Errorf("read customer %s: %w", customer, err)
	}
	if len(blocked) == 0 || !blocked[0] {
		return nil
	}
	rows, err := d.rows(ctx, customer)
	if err != nil {
		return err
	}
	return d.withdraw(ctx, Blocked, "customer_id IN (?)", bun.List(rows))
}

// merged leaves one question of the two that a person may have got under two names: the first.
func (d *decider) merged(ctx context.Context, c tickets.CustomerMerged) error {
	rows, err := d.rows(ctx, c.Into)
	if err != nil {
		return err
	}
	list, err := d.waiting(ctx, "customer_id IN (?)", bun.List(rows))
	if err != nil || len(list) < 2 {
		return err
	}
	return d.takeBack(ctx, Merged, list[1:])
}

// rows are the customer rows of a person.
func (d *decider) rows(ctx context.Context, customer events.ID) (ids []events.ID, err error) {
	err = d.tx.NewRaw(`SELECT id FROM customers WHERE id = ? OR merged_into = ? AND merged_into > 0`, customer, customer).Scan(ctx, &ids)
	return append(ids, customer), wrap("read the rows of a person", err)
}
