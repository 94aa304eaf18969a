package tickets

import (
	"context"
	"fmt"
	"strings"

	"heard/tickets/events"
	"heard/tickets/fault"

	"github.com/uptrace/bun"
)

// CustomerIn is a person as a trusted program or an agent describes them. ExternalID and Email become proven
// identities, so it never comes from a visitor.
type CustomerIn struct {
	ExternalID     string
	Email          string
	Phone          string
	Name           string
	OrganizationID events.ID
	Attrs          map[string]string
}

// EnsureCustomer finds the customer that in names, or makes one.
func (p *People) EnsureCustomer(ctx context.Context, by events.Actor, in CustomerIn) (c *Customer, err error) {
	clean, err := in.proof()
	if err != nil {
		return nil, err
	}
	known, err := p.provenBefore(ctx, clean)
	if err != nil {
		return nil, err
	}
	unit := events.Unit{By: by, Locks: events.Locks{Customers: known}}
	err = p.log.Write(ctx, unit, func(ctx context.Context, tx *events.Tx) error {
		c, err = p.EnsureCustomerTx(ctx, tx, in)
		return err
	})
	return c, err
}

func (in CustomerIn) proof() (proof, error) {
	return proof{External: in.ExternalID, Email: in.Email, Phone: in.Phone, Name: in.Name, Attrs: in.Attrs}.clean("customer.")
}

// EnsureCustomerTx is EnsureCustomer inside a unit of work. Field names of refusals begin with "customer.".
func (p *People) EnsureCustomerTx(ctx context.Context, tx *events.Tx, in CustomerIn) (*Customer, error) {
	clean, err := in.proof()
	if err != nil {
		return nil, err
	}
	if clean.External == "" && clean.Email == "" {
		c := &Customer{Name: clean.Name, Phone: clean.Phone, OrganizationID: in.OrganizationID, Attrs: clean.Attrs,
			CreatedAt: tx.Now, UpdatedAt: tx.Now}
		if err := checkOrganization(ctx, tx, in.OrganizationID); err != nil {
			return nil, err
		}
		if _, err := tx.NewInsert().Model(c).Exec(ctx); err != nil {
			return nil, fmt.Errorf("insert customer: %w", err)
		}
		return c, nil
	}
	clean.By = ProvedByAgent
	if tx.By.Token != 0 {
		clean.By = ProvedByAPI
	}
	c, err := p.prove(ctx, tx, clean)
	if err != nil || in.OrganizationID == 0 || in.OrganizationID == c.OrganizationID {
		return c, err
	}
	if err := checkOrganization(ctx, tx, in.OrganizationID); err != nil {
		return nil, err
	}
	c.OrganizationID = in.OrganizationID
	_, err = tx.NewUpdate().Model(c).WherePK().Column("organization_id").Exec(ctx)
	if err != nil {
		return nil, fmt.Errorf("set organization of customer %d: %w", c.ID, err)
	}
	return c, nil
}

// FillUnverified keeps what a visitor typed (pre-chat fields) on a customer whom nobody has proven. A verified
// customer stays as it is, and a typed address never finds, opens or joins anything.
func (p *People) FillUnverified(ctx context.Context, customer events.ID, name, email string) error {
	return p.log.Write(ctx, events.Unit{By: events.Actor{Kind: events.Customer, ID: customer}},
		func(ctx context.Context, tx *events.Tx) error {
			return p.FillUnverifiedTx(ctx, tx, customer, name, email)
		})
}

// FillUnverifiedTx is FillUnverified inside a unit of work.
func (p *People) FillUnverifiedTx(ctx context.Context, tx *events.Tx, customer events.ID, name, email string) error {
	var c checker
	name = c.line("fields.name", name, 0, maxName)
	email = c.email("fields.email", email, false)
	if err := c.wrong.Err(); err != nil {
		return err
	}
	_, err := tx.NewRaw(`UPDATE customers SET name = CASE WHEN ? <> '' THEN ? ELSE name END,
		email = CASE WHEN ? <> '' THEN ? ELSE email END, updated_at = ? WHERE id = ? AND verified = FALSE`,
		name, name, email, email, tx.Now, customer).Exec(ctx)
	if err != nil {
		return fmt.Errorf("fill customer %d: %w", customer, err)
	}
	return nil
}

// LeaveContact keeps the place of a customer who waits for an agent and may go away: with the address, unproven, leaving
// does not abandon the chat.
func (p *People) LeaveContact(ctx context.Context, by events.Actor, ticket events.ID, email string) error {
	var c checker
	if email = c.email("email", email, true); c.wrong.Err() != nil {
		return c.wrong.Err()
	}
	return p.log.Write(ctx, unit(by, ticket), func(ctx context.Context, tx *events.Tx) error {
		w := newWork(tx)
		if err := w.load(ctx, ticket); err != nil {
			return err
		}
		t := w.tickets[ticket]
		if t == nil || by.ID != t.CustomerID {
			return errNoTicket
		}
		if t.Status == Closed {
			return errClosed
		}
		if err := p.FillUnverifiedTx(ctx, tx, t.CustomerID, "", email); err != nil {
			return err
		}
		if t.ContactAt == 0 {
			w.record(by, t, ContactGiven{})
		}
		return w.flush(ctx)
	})
}

// Customer returns a customer; one that was merged answers as the one it was merged into.
func (p *People) Customer(ctx context.Context, id events.ID) (*Customer, error) {
	for range 10 { // merges of merges: longer chains do not arise, since a merge moves everything along
		c := &Customer{}
		if err := p.one(ctx, c, id, "customer"); err != nil {
			return nil, err
		}
		if c.MergedInto == 0 {
			return c, nil
		}
		id = c.MergedInto
	}
	return nil, fault.New(fault.NotFound, "there is no such customer")
}

// escapeLike makes a text match itself only, with ! as the escape character.
func escapeLike(s string) string {
	return strings.NewReplacer("!", "!!", "%", "!%", "_", "!_").Replace(s)
}

func pageSize(limit int) int {
	if limit < 1 {
		return 50
	}
	return min(limit, 100)
}

// CustomerPatch changes a customer; nil leaves a field. Identities do not change here.
type CustomerPatch struct {
	Name         *string
	Phone        *string
	Organization *events.ID
	Blocked      *bool
	BlockReason  string            // with Blocked
	Attrs        map[string]string // replaces all when not nil
}

// ChangeCustomer changes what agents may change of a customer.
func (p *People) ChangeCustomer(ctx context.Context, by events.Actor, id events.ID, in CustomerPatch) (*Customer, error) {
	var c checker
	out := &Customer{}
	unit := events.Unit{By: by, Locks: events.Locks{Customers: []events.ID{id}}}
	err := p.log.Write(ctx, unit, func(ctx context.Context, tx *events.Tx) error {
		c = checker{}
		if err := readRow(ctx, tx, out, id, "customer"); err != nil {
			return err
		}
		if out.MergedInto != 0 {
			return fault.New(fault.NotFound, "there is no such customer")
		}
		var changed []string
		if in.Name != nil {
			out.Name, changed = c.line("name", *in.Name, 0, maxName), append(changed, "name")
		}
		if in.Phone != nil {
			out.Phone, changed = c.line("phone", *in.Phone, 0, maxPhone), append(changed, "phone")
		}
		if in.Blocked != nil {
			changed = append(changed, out.block(&c, in, tx.Now)...)
		}
		if in.Attrs != nil {
			out.Attrs, changed = c.attrs("attrs", in.Attrs), append(changed, "attrs")
		}
		if in.Organization != nil {
			out.OrganizationID, changed = *in.Organization, append(changed, "organization")
			if err := checkOrganization(ctx, tx, *in.Organization); err != nil {
				return err
			}
		}
		if err := c.wrong.Err(); err != nil || len(changed) == 0 {
			return err
		}
		out.UpdatedAt = tx.Now
		_, err := tx.NewUpdate().Model(out).WherePK().
			Column("name", "phone", "blocked", "blocked_at", "block_reason", "attrs", "organization_id", "updated_at").Exec(ctx)
		if err != nil {
			return fmt.Errorf("update customer %d: %w", id, err)
		}
		tx.Record(0, SettingChanged{Noun: "customer", ID: id, Action: "changed", Fields: changed})
		return nil
	})
	if in.Blocked != nil {
		p.dir.Forget()
	}
	return out, err
}

// MergeCustomers joins one customer to another for good: identities, browsers and tickets move, and each ticket
// says so. Whether the actor may do it is policy's matter.
func (p *People) MergeCustomers(ctx context.Context, by events.Actor, into, from events.ID) (*Customer, error) {
	if into == from {
		return nil, fault.On("from", "is the same customer")
	}
	moving, err := customerTickets(ctx, p.log.Read(), from)
	if err != nil {
		return nil, err
	}
	target := &Customer{}
	locks := events.Locks{Customers: []events.ID{into, from}, Tickets: moving}
	err = p.log.Write(ctx, events.Unit{By: by, Locks: locks}, func(ctx context.Context, tx *events.Tx) error {
		source := &Customer{}
		if err := readRow(ctx, tx, target, into, "customer"); err != nil {
			return err
		}
		if err := readRow(ctx, tx, source, from, "customer"); err != nil {
			return err
		}
		if target.MergedInto != 0 || source.MergedInto != 0 {
			return fault.New(fault.Conflict, "one of the two was merged before")
		}
		if err := target.inherit(ctx, tx, source); err != nil {
			return err
		}
		return mergeRows(ctx, tx, target, source, &locks)
	})
	p.dir.Forget()
	return target, err
}

// mergeRows moves everything from source to target, whose rows are locked.
func mergeRows(ctx context.Context, tx *events.Tx, target, source *Customer, held *events.Locks) error {
	moving, err := customerTickets(ctx, tx, source.ID)
	if err != nil {
		return err
	}
	change := CustomerIdentified{Customer: target.ID, From: source.ID}
	if err := moveTickets(ctx, tx, moving, held, tx.By, change); err != nil {
		return err
	}
	for _, sql := range []string{
		`UPDATE identities SET customer_id = ? WHERE customer_id = ?`,
		`UPDATE visitors SET customer_id = ? WHERE customer_id = ?`,
		`UPDATE customers SET merged_into = ? WHERE merged_into = ? AND merged_into > 0`,
	} {
		if _, err := tx.NewRaw(sql, target.ID, source.ID).Exec(ctx); err != nil {
			return fmt.Errorf("move what belongs to customer %d: %w", source.ID, err)
		}
	}
	fill := func(into *string, v string) {
		if *into == "" {
			*into = v
		}
	}
	fill(&target.Name, source.Name)
	fill(&target.Phone, source.Phone)
	switch { // what was only typed must not come to look proven
	case source.Verified && !target.Verified:
		target.Email, target.ExternalID, target.Verified = source.Email, source.ExternalID, true
	case source.Verified == target.Verified:
		fill(&target.Email, source.Email)
		fill(&target.ExternalID, source.ExternalID)
	}
	if target.OrganizationID == 0 {
		target.OrganizationID = source.OrganizationID
	}
	target.CreatedAt = min(target.CreatedAt, source.CreatedAt)
	target.UpdatedAt, source.UpdatedAt, source.MergedInto = tx.Now, tx.Now, target.ID
	for _, c := range []*Customer{target, source} {
		_, err := tx.NewUpdate().Model(c).WherePK().Column("name", "phone", "email", "external_id", "verified",
			"organization_id", "merged_into", "created_at", "updated_at").Exec(ctx)
		if err != nil {
			return fmt.Errorf("update customer %d: %w", c.ID, err)
		}
	}
	tx.Record(0, CustomerMerged{Into: target.ID, From: source.ID})
	return nil
}

// moveTickets records a change of customer on tickets and writes what the fold makes of it.
func moveTickets(ctx context.Context, tx *events.Tx, ids []events.ID, held *events.Locks, by events.Actor, change events.Change) error {
	if err := needTickets(held, ids); err != nil {
		return err
	}
	for _, id := range ids {
		t := &Ticket{}
		if err := tx.NewSelect().Model(t).Where("id = ?", id).Scan(ctx); err != nil {
			return fmt.Errorf("read ticket %d: %w", id, err)
		}
		t.Apply(*tx.RecordBy(by, id, change))
		_, err := tx.NewRaw(`UPDATE tickets SET customer_id = ?, updated_at = ? WHERE id = ?`,
			t.CustomerID, t.UpdatedAt, id).Exec(ctx)
		if err != nil {
			return fmt.Errorf("move ticket %d: %w", id, err)
		}
	}
	return nil
}

// rawQuerier is what a pool and a transaction have in common.
type rawQuerier interface {
	NewRaw(query string, args ...any) *bun.RawQuery
}

func customerTickets(ctx context.Context, db rawQuerier, customer events.ID) (ids []events.ID, err error) {
	err = db.NewRaw(`SELECT id FROM tickets WHERE customer_id = ? ORDER BY id`, customer).Scan(ctx, &ids)
	if err != nil {
		return nil, fmt.Errorf("read tickets of customer %d: %w", customer, err)
	}
	return ids, nil
}

// Identities lists the proven identities of a customer.
func (p *People) Identities(ctx context.Context, customer events.ID) ([]Identity, error) {
	list := []Identity{}
	err := p.log.Read().NewSelect().Model(&list).Where("customer_id = ?", customer).OrderExpr("id").Scan(ctx)
	if err != nil {
		return nil, fmt.Errorf("list identities of customer %d: %w", customer, err)
	}
	return list, nil
}
